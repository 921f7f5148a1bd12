// SPDX-License-Identifier: GPL-2.0-or-later
/* What "drtmon events -j" and a capture's events.ndjson hold: one object a line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/json.h"

/**
 * struct events_state - of one log
 * @list: how the records are put together
 * @record: the record delivered last
 * @digest: its digests' bytes
 * @seq: sequence of the record before, 0 for none
 */
struct events_state {
	struct drtmon_json_list list;
	json_t *record;
	uint8_t digest[DRTMON_LOG_DIGESTS][DRTMON_ALG_DIGEST_MAX];
	json_int_t seq;
};

static int events_begin(struct drtmon_log *log)
{
	log->state = calloc(1, sizeof(struct events_state));
	return log->state ? 0 : -ENOMEM;
}

static void events_end(struct drtmon_log *log)
{
	struct events_state *state = log->state;

	if (!state)
		return;
	json_decref(state->record);
	free(state);
}

/* {"sha256":"<hex>",…} */
static void events_digests(struct drtmon_log *log, struct drtmon_log_event *event)
{
	struct events_state *state = log->state;
	json_t *list = json_object_get(event->record, "digests"), *value;
	const char *name;

	event->n_digests = 0;
	json_object_foreach (list, name, value) {
		const struct drtmon_alg *alg = drtmon_alg_by_name(name, strlen(name));
		struct drtmon_log_digest *d = &event->digest[event->n_digests];
		uint8_t *bytes = state->digest[event->n_digests];

		if (!alg || event->n_digests == DRTMON_LOG_DIGESTS - 1 ||
		    drtmon_json_hex(value, bytes, DRTMON_ALG_DIGEST_MAX) != alg->size) {
			drtmon_log_problem(log, 0, "\"%.16s\" is no usable digest", name);
			continue;
		}
		d->alg = alg;
		d->id = alg->id;
		d->size = alg->size;
		d->value = bytes;
		event->n_digests++;
		drtmon_log_bank_add(log, alg->id, alg->size);
	}
}

/* Only a command the TPM accepted changed the PCR. */
static bool succeeded(const json_t *record)
{
	const char *rc = json_string_value(json_object_get(record, "rc"));

	return rc && strtoul(rc, NULL, 16) == 0;
}

static void events_kind(struct drtmon_log *log, struct drtmon_log_event *event)
{
	const char *kind = json_string_value(json_object_get(event->record, "kind"));
	const json_t *pcr = json_object_get(event->record, "pcr");
	json_int_t number = json_is_integer(pcr) ? json_integer_value(pcr) : -1;

	event->pcr = number >= 0 && number < 32 ? (uint32_t)number : DRTMON_LOG_NO_PCR;
	event->flags = DRTMON_LOG_NOT_EXTENDED;
	event->name = kind;
	event->name_len = kind ? strlen(kind) : 0;
	if (!kind) {
		drtmon_log_problem(log, 0, "\"kind\" is no string");
	} else if (!strcmp(kind, "pcr-extend") || !strcmp(kind, "pcr-reset")) {
		if (event->pcr == DRTMON_LOG_NO_PCR)
			drtmon_log_problem(log, 0, "%s of no PCR", kind);
		else if (!succeeded(event->record))
			return;
		else if (kind[4] == 'r')
			event->flags |= DRTMON_LOG_RESET;
		else if (event->n_digests)
			event->flags = 0;
		else
			drtmon_log_problem(log, 0, "extend without a usable digest");
	} else if (!strcmp(kind, "events-lost")) {
		drtmon_log_problem(log, 0, "events were lost here; extends may be missing");
	}
}

static void events_seq(struct drtmon_log *log, const struct drtmon_log_event *event)
{
	struct events_state *state = log->state;
	const json_t *value = json_object_get(event->record, "seq");
	json_int_t seq = json_is_integer(value) ? json_integer_value(value) : 0;

	/* The ring folds its oldest events away. */
	if (seq > 1 && !log->info.events && !log->first)
		drtmon_log_problem(log, 0, "begins with event %lld: those before it are gone",
				   (long long)seq);
	if (seq > 0 && state->seq > 0 && seq != state->seq + 1)
		drtmon_log_problem(log, 0, "sequence goes from %lld to %lld", (long long)state->seq,
				   (long long)seq);
	if (seq > 0)
		state->seq = seq;
}

static int events_next(struct drtmon_log *log, struct drtmon_log_event *event)
{
	struct events_state *state = log->state;
	size_t size = 0;

	json_decref(state->record);
	state->record = drtmon_json_next(log, &state->list, &size);
	if (!state->record)
		return 0;
	if (!json_is_object(state->record)) {
		drtmon_log_problem(log, 0, "value is no event");
		return 0;
	}
	event->record = state->record;
	event->offset = log->src.offset;
	event->size = size;
	event->type = 0;
	event->content = DRTMON_LOG_CONTENT_DRTMON;
	event->data = NULL;
	event->len = 0;
	event->name = NULL;
	event->name_len = 0;
	events_digests(log, event);
	events_kind(log, event);
	events_seq(log, event);
	log->held = size;
	return 1;
}

const struct drtmon_parser drtmon_parser_events = {
	.begin = events_begin,
	.next = events_next,
	.end = events_end,
};
