// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCG Canonical Event Log 1.0 as JSON: an array of records, records one after
 * the other, or an RFC 7464 sequence (0x1e before each), as systemd writes its
 * tpm2-measure.log. The brackets and commas of an outer array are passed over,
 * so that a record at a time is in memory.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/cel.h"
#include "lib/log/json.h"
#include "lib/log/tcg.h"

/**
 * struct cel_state - of one log
 * @list: how the records are put together
 * @record: the record delivered last
 * @digest: its digests' bytes
 * @data: its event or template data
 * @numbers: the records' numbers
 */
struct cel_state {
	struct drtmon_json_list list;
	json_t *record;
	uint8_t digest[DRTMON_LOG_DIGESTS][DRTMON_ALG_DIGEST_MAX];
	uint8_t *data;
	struct drtmon_cel_numbers numbers;
};

static int cel_begin(struct drtmon_log *log)
{
	log->state = calloc(1, sizeof(struct cel_state));
	return log->state ? 0 : -ENOMEM;
}

static void cel_end(struct drtmon_log *log)
{
	struct cel_state *state = log->state;

	if (!state)
		return;
	json_decref(state->record);
	free(state->data);
	free(state);
}

static void cel_digest(struct drtmon_log *log, struct drtmon_log_event *event, const json_t *entry)
{
	struct cel_state *state = log->state;
	struct drtmon_log_digest *d = &event->digest[event->n_digests];
	uint8_t *value = state->digest[event->n_digests];
	const struct drtmon_alg *alg = drtmon_json_alg(json_object_get(entry, "hashAlg"));
	ssize_t n = drtmon_json_hex(json_object_get(entry, "digest"), value, DRTMON_ALG_DIGEST_MAX);

	if (!alg) {
		drtmon_log_problem(log, 0, "digest of an unknown algorithm");
		return;
	}
	if (n != alg->size) {
		drtmon_log_problem(log, 0, "digest is not %u bytes of hex, as %s has", alg->size,
				   alg->name);
		return;
	}
	d->alg = alg;
	d->id = alg->id;
	d->size = alg->size;
	d->value = value;
	event->n_digests++;
	drtmon_log_bank_add(log, alg->id, alg->size);
}

static void cel_digests(struct drtmon_log *log, struct drtmon_log_event *event)
{
	json_t *list = json_object_get(event->record, "digests"), *entry;
	size_t i;

	event->n_digests = 0;
	if (list && !json_is_array(list)) {
		drtmon_log_problem(log, 0, "\"digests\" is no array");
		return;
	}
	json_array_foreach (list, i, entry) {
		if (event->n_digests == DRTMON_LOG_DIGESTS) {
			drtmon_log_problem(log, 0, "more than %d digests", DRTMON_LOG_DIGESTS);
			break;
		}
		cel_digest(log, event, entry);
	}
}

/* Hex text into the state's buffer, which the event then points to. */
static void cel_data(struct drtmon_log *log, struct drtmon_log_event *event, const json_t *value,
		     const char *key)
{
	struct cel_state *state = log->state;
	size_t room = json_string_length(value) / 2 + 1;
	uint8_t *data = realloc(state->data, room);
	ssize_t n;

	if (!data)
		return;
	state->data = data;
	n = drtmon_json_hex(value, data, room);
	if (n < 0) {
		drtmon_log_problem(log, 0, "\"%s\" is no hex string", key);
		return;
	}
	event->data = data;
	event->len = (size_t)n;
}

static void content_tcg(struct drtmon_log *log, struct drtmon_log_event *event,
			const json_t *content)
{
	const json_t *type = json_object_get(content, "event_type");
	json_int_t number = json_is_integer(type) ? json_integer_value(type) : -1;

	cel_data(log, event, json_object_get(content, "event_data"), "event_data");
	if (number >= 0 && number <= UINT32_MAX)
		event->type = (uint32_t)number;
	else if (!json_is_string(type) ||
		 drtmon_tcg_type_by_name(json_string_value(type), &event->type))
		drtmon_log_problem(log, 0, "\"event_type\" is no event type");
	drtmon_log_tcg_event(log, event);
}

static void content_ima(struct drtmon_log *log, struct drtmon_log_event *event,
			const json_t *content)
{
	const json_t *name = json_object_get(content, "template_name");

	cel_data(log, event, json_object_get(content, "template_data"), "template_data");
	if (!json_is_string(name)) {
		drtmon_log_problem(log, 0, "\"template_name\" is no string");
		return;
	}
	event->name = json_string_value(name);
	event->name_len = json_string_length(name);
}

/* CEL 5.2.1: values of "state_trans" */
static bool state_trans(const json_t *data)
{
	static const char *const names[] = { "suspend", "hibernate", "kexec" };
	size_t i;

	if (json_is_integer(data))
		return json_integer_value(data) >= 0 && json_integer_value(data) <= UINT32_MAX;
	for (i = 0; json_is_string(data) && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(json_string_value(data), names[i]))
			return true;
	return false;
}

static void content_cel(struct drtmon_log *log, const json_t *content)
{
	const json_t *type = json_object_get(content, "type");

	if (json_is_string(type) && !strcmp(json_string_value(type), "state_trans") &&
	    !state_trans(json_object_get(content, "data")))
		drtmon_log_problem(log, 0, "\"state_trans\" names no transition");
}

static int content_number(const json_t *type)
{
	json_int_t number = json_is_integer(type) ? json_integer_value(type) : -1;

	if (number >= 0 && number <= 0xff)
		return (int)number;
	return json_is_string(type) ? drtmon_cel_content_by_name(json_string_value(type)) : -1;
}

static void cel_content(struct drtmon_log *log, struct drtmon_log_event *event)
{
	json_t *type = json_object_get(event->record, "content_type");
	json_t *content = json_object_get(event->record, "content");
	int number = content_number(type);

	event->content = number < 0 ? DRTMON_LOG_CONTENT_OTHER
				    : drtmon_cel_content((uint32_t)number);
	if (json_is_string(type)) {
		event->name = json_string_value(type);
		event->name_len = json_string_length(type);
	}
	if (!type && !content && !json_object_get(event->record, "recnum"))
		return;
	if (!content || number < 0)
		drtmon_log_problem(log, 0,
				   !type	? "record has no \"content_type\""
				   : number < 0 ? "\"content_type\" is unknown"
						: "record has no \"content\"");
	else if (event->content == DRTMON_LOG_CONTENT_TCG)
		content_tcg(log, event, content);
	else if (event->content == DRTMON_LOG_CONTENT_IMA)
		content_ima(log, event, content);
	else if (event->content == DRTMON_LOG_CONTENT_CEL)
		content_cel(log, content);
}

/* The PCR, or NO_PCR for an NV index or for neither. */
static void cel_index(struct drtmon_log *log, struct drtmon_log_event *event)
{
	const json_t *pcr = json_object_get(event->record, "pcr");
	const json_t *nv = json_object_get(event->record, "nv_index");
	json_int_t number = json_is_integer(pcr) ? json_integer_value(pcr) : -1;

	event->pcr = DRTMON_LOG_NO_PCR;
	if (number >= 0 && number < 32)
		event->pcr = (uint32_t)number;
	else if (number != DRTMON_LOG_NO_PCR &&
		 (pcr || !(json_is_integer(nv) ||
			   json_is_integer(json_object_get(event->record, "rtmr")))))
		drtmon_log_problem(log, 0, "record names neither a PCR nor an NV index");
}

/* systemd numbers nothing; in a trusted domain its records are of an "rtmr". */
static bool is_record(const json_t *value)
{
	return json_is_integer(json_object_get(value, "recnum")) || json_object_get(value, "pcr") ||
	       json_object_get(value, "nv_index") || json_object_get(value, "rtmr");
}

static void cel_fields(struct drtmon_log *log, struct drtmon_log_event *event)
{
	event->type = 0;
	event->flags = 0;
	event->data = NULL;
	event->len = 0;
	event->name = NULL;
	event->name_len = 0;
	cel_index(log, event);
	cel_digests(log, event);
	cel_content(log, event);
}

/*
 * Records that are members of an object are in no order, so nothing can be
 * replayed; but what is wrong with each of them can be told.
 */
static void cel_members(struct drtmon_log *log, const struct drtmon_log_event *event)
{
	struct drtmon_log_event member;
	const char *name;
	json_t *record;

	json_object_foreach (event->record, name, record) {
		if (!json_is_integer(json_object_get(record, "recnum")))
			continue;
		drtmon_log_problem(log, 0, "\"%.64s\" is a record inside an object", name);
		member = *event;
		member.record = record;
		cel_fields(log, &member);
	}
}

static void cel_recnum(struct drtmon_log *log, const struct drtmon_log_event *event)
{
	struct cel_state *state = log->state;
	const json_t *recnum = json_object_get(state->record, "recnum");

	if (json_is_integer(recnum) && json_integer_value(recnum) >= 0)
		drtmon_cel_number(&state->numbers, log, event,
				  (uint64_t)json_integer_value(recnum));
	else if (recnum)
		drtmon_log_problem(log, 0, "\"recnum\" is no number of a record");
}

static int cel_record(struct drtmon_log *log, struct drtmon_log_event *event)
{
	if (!is_record(event->record)) {
		drtmon_log_problem(log, 0,
				   "value is no CEL record: it has no \"recnum\", \"pcr\" or "
				   "\"nv_index\"");
		cel_members(log, event);
		return 0;
	}
	cel_fields(log, event);
	cel_recnum(log, event);
	if (event->pcr == DRTMON_LOG_NO_PCR || event->content == DRTMON_LOG_CONTENT_CEL) {
		/* CEL 5.2.1 records of an NV index or of the log itself. */
		if (event->pcr == DRTMON_LOG_NO_PCR || !event->n_digests)
			event->flags |= DRTMON_LOG_NOT_EXTENDED;
	} else if (!event->n_digests && !(event->flags & DRTMON_LOG_NOT_EXTENDED)) {
		event->flags |= DRTMON_LOG_NOT_EXTENDED;
		drtmon_log_problem(log, 0, "record has no usable digest");
	}
	return 1;
}

static int cel_next(struct drtmon_log *log, struct drtmon_log_event *event)
{
	struct cel_state *state = log->state;
	size_t size = 0;

	json_decref(state->record);
	state->record = drtmon_json_next(log, &state->list, &size);
	if (!state->record)
		return 0;
	event->record = state->record;
	event->offset = log->src.offset;
	event->size = size;
	if (!cel_record(log, event))
		return 0;
	/* cel_content() may have cleared it. */
	event->record = state->record;
	log->held = size;
	return 1;
}

const struct drtmon_parser drtmon_parser_cel_json = {
	.begin = cel_begin,
	.next = cel_next,
	.end = cel_end,
};
