// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/json.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/hex.h"

static size_t blanks(struct drtmon_log *log, const char *separators)
{
	struct drtmon_source *src = &log->src;
	size_t have;

	while ((have = drtmon_source_fill(src, 1))) {
		if (!isspace(*src->cur) && (!*src->cur || !strchr(separators, *src->cur)))
			break;
		drtmon_source_eat(src, 1);
	}
	return have;
}

json_t *drtmon_json_next(struct drtmon_log *log, const char *separators, size_t *size)
{
	struct drtmon_source *src = &log->src;
	size_t want = 4096, have;
	json_error_t where;
	json_t *value;

	if (!blanks(log, separators))
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
