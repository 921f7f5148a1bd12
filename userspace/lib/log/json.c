// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/json.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/hex.h"

/* The next byte that is no blank, not consumed; -1 at the end. */
static int blanks(struct drtmon_log *log, bool separators)
{
	struct drtmon_source *src = &log->src;

	while (drtmon_source_fill(src, 1)) {
		if (!isspace(*src->cur) && !(separators && *src->cur == 0x1e))
			return *src->cur;
		drtmon_source_eat(src, 1);
	}
	return -1;
}

static bool take(struct drtmon_log *log, int want)
{
	if (blanks(log, false) != want)
		return false;
	drtmon_source_eat(&log->src, 1);
	return true;
}

/* Pass what stands before the next value; false when there is none. */
static bool list_next(struct drtmon_log *log, struct drtmon_json_list *list)
{
	if (!list->begun) {
		list->begun = true;
		list->array = take(log, '[');
	}
	if (!list->array)
		return blanks(log, true) >= 0;
	if (!list->closed && take(log, ']'))
		list->closed = true;
	if (list->closed) {
		if (blanks(log, false) >= 0)
			drtmon_log_problem(log, 0, "something follows the array of records");
		return false;
	}
	if (list->count && !take(log, ',')) {
		drtmon_log_problem(log, 0, "array of records ends without a bracket");
		return false;
	}
	if (blanks(log, false) >= 0)
		return true;
	drtmon_log_problem(log, 0, "array of records ends without a bracket");
	return false;
}

json_t *drtmon_json_next(struct drtmon_log *log, struct drtmon_json_list *list, size_t *size)
{
	struct drtmon_source *src = &log->src;
	size_t want = 4096, have;
	json_error_t where;
	json_t *value;

	if (!list_next(log, list))
		return NULL;
	for (;;) {
		have = drtmon_source_fill(src, want);
		value = json_loadb((const char *)src->cur, have,
				   JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &where);
		if (value)
			break;
		/* More of a value that is cut by the window may make it whole. */
		if (have < want || have > DRTMON_LOG_RECORD_MAX) {
			drtmon_log_problem(log, (uint64_t)(where.position > 0 ? where.position : 0),
					   "%s", where.text);
			return NULL;
		}
		want = have * 2;
	}
	*size = (size_t)where.position;
	list->count++;
	return value;
}

ssize_t drtmon_json_hex(const json_t *value, uint8_t *out, size_t max)
{
	if (!json_is_string(value))
		return -EINVAL;
	return drtmon_hex_decode(out, max, json_string_value(value), json_string_length(value));
}

const struct drtmon_alg *drtmon_json_alg(const json_t *value)
{
	char low[16];
	size_t i, len;

	if (json_is_integer(value)) {
		json_int_t id = json_integer_value(value);

		return id >= 0 && id <= 0xffff ? drtmon_alg_by_id((uint32_t)id) : NULL;
	}
	if (!json_is_string(value))
		return NULL;
	len = json_string_length(value);
	if (len >= sizeof(low))
		return NULL;
	for (i = 0; i < len; i++)
		low[i] = (char)tolower((unsigned char)json_string_value(value)[i]);
	return drtmon_alg_by_name(low, len);
}
