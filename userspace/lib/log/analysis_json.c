// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/log/analysis.h"
#include "lib/log/decode.h"

static json_t *bank_name(uint16_t id, const struct drtmon_alg *alg)
{
	return alg ? json_string(alg->name) : json_sprintf("0x%04x", id);
}

static json_t *banks_json(const struct drtmon_log_info *info)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < info->n_banks; i++)
		json_array_append_new(list, bank_name(info->bank[i].id,
						      drtmon_alg_by_id(info->bank[i].id)));
	return list;
}

static json_t *problems_json(const struct drtmon_log_info *info)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < info->n_problems && i < DRTMON_LOG_PROBLEMS; i++) {
		const struct drtmon_log_problem *p = &info->problem[i];

		json_array_append_new(
			list, json_pack("{s:I,s:o,s:s}", "offset", (json_int_t)p->offset, "event",
					p->event < 0 ? json_null() : json_integer(p->event), "what",
					p->what));
	}
	return list;
}

static void compare_bank(const struct drtmon_analysis *analysis, const struct drtmon_alg *alg,
			 json_t *compare, json_t *until)
{
	json_t *names = json_object(), *points = json_object();
	char key[4];
	uint32_t pcr;

	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
		enum drtmon_compare c = drtmon_compare(analysis->pcrs, analysis->expect, alg, pcr);
		const struct drtmon_replay_pcr *r = drtmon_replay_pcr(analysis->replay, alg, pcr);

		if (c == DRTMON_COMPARE_NONE)
			continue;
		snprintf(key, sizeof(key), "%u", pcr);
		json_object_set_new(names, key, json_string(drtmon_compare_name(c)));
		if (c == DRTMON_COMPARE_MISMATCH)
			json_object_set_new(points, key,
					    r && r->seen ? json_integer(r->seen_at) : json_null());
	}
	if (json_object_size(names))
		json_object_set(compare, alg->name, names);
	if (json_object_size(points))
		json_object_set(until, alg->name, points);
	json_decref(names);
	json_decref(points);
}

static void compare_json(const struct drtmon_analysis *analysis, json_t *obj)
{
	json_t *compare = json_object(), *until = json_object();
	const struct drtmon_alg *alg;
	size_t i;

	for (i = 0; analysis->expect && (alg = drtmon_alg_at(i)); i++)
		compare_bank(analysis, alg, compare, until);
	json_object_set_new(obj, "compare", compare);
	json_object_set_new(obj, "matched_until", until);
	json_object_set_new(obj, "compared",
			    json_integer(analysis->counts[DRTMON_COMPARE_MATCH] +
					 analysis->counts[DRTMON_COMPARE_MISMATCH]));
}

/* How the log had to be read for what it leads to. */
static json_t *quirks_json(const struct drtmon_analysis *analysis)
{
	bool start = false, padded = false;
	json_t *list = json_array();
	const struct drtmon_alg *alg;
	uint32_t pcr;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
			const struct drtmon_replay_pcr *r =
				drtmon_replay_pcr(analysis->replay, alg, pcr);

			start |= r && r->start_is_value;
			padded |= r && r->padded;
		}
	if (start)
		json_array_append_new(list, json_string("hash-start-is-pcr-value"));
	if (padded)
		json_array_append_new(list, json_string("zero-padded-sha1"));
	return list;
}

json_t *drtmon_analysis_json(const struct drtmon_analysis *analysis)
{
	const struct drtmon_log_info *info = analysis->info;
	json_t *obj = json_pack("{s:i,s:s,s:o,s:I,s:b,s:o,s:I,s:I,s:b}", "schema", 1, "format",
				drtmon_log_format_name(info->format), "banks", banks_json(info),
				"event_count", (json_int_t)info->events, "complete", info->complete,
				"problems", problems_json(info), "problem_count",
				(json_int_t)info->n_problems, "end", (json_int_t)info->end,
				"padding", info->padding);

	if (!obj)
		return NULL;
	json_object_set_new(obj, "startup_locality",
			    info->startup_locality < 0 ? json_null()
						       : json_integer(info->startup_locality));
	json_object_set_new(obj, "pcrs", drtmon_pcrs_json(analysis->pcrs));
	compare_json(analysis, obj);
	json_object_set_new(obj, "quirks", quirks_json(analysis));
	return obj;
}

static json_t *digests_json(const struct drtmon_log_event *event)
{
	json_t *obj = json_object();
	unsigned int i;

	for (i = 0; i < event->n_digests; i++) {
		const struct drtmon_log_digest *d = &event->digest[i];
		char key[16], hex[2 * DRTMON_ALG_DIGEST_MAX + 1];

		snprintf(key, sizeof(key), "0x%04x", d->id);
		if (d->size <= DRTMON_ALG_DIGEST_MAX)
			json_object_set_new(obj, d->alg ? d->alg->name : key,
					    json_string(drtmon_hex_encode(hex, d->value, d->size)));
	}
	return obj;
}

static json_t *separator_json(const struct drtmon_analysis *analysis,
			      const struct drtmon_log_event *event)
{
	const char *name = drtmon_separator_name(drtmon_check_separator(analysis->check, event));

	return name ? json_string(name) : json_null();
}

json_t *drtmon_analysis_event_json(const struct drtmon_analysis *analysis,
				   const struct drtmon_log_event *event,
				   enum drtmon_check_result result, const char *why)
{
	struct drtmon_decoded decoded;
	char type[64];
	json_t *obj;

	drtmon_decode(&decoded, event, analysis->info->big_endian, true);
	obj = json_pack("{s:I,s:I,s:o,s:s,s:I,s:o,s:b,s:b,s:s,s:s,s:o,s:O}", "index",
			(json_int_t)event->index, "offset", (json_int_t)event->offset, "pcr",
			event->pcr == DRTMON_LOG_NO_PCR ? json_null() : json_integer(event->pcr),
			"type", drtmon_decode_type(event, type, sizeof(type)), "type_id",
			(json_int_t)event->type, "digests", digests_json(event), "extended",
			!(event->flags & DRTMON_LOG_NOT_EXTENDED), "violation",
			!!(event->flags & DRTMON_LOG_VIOLATION), "check",
			drtmon_check_result_name(result), "check_why", why, "text",
			json_string(decoded.text), "details", decoded.details);
	drtmon_decoded_free(&decoded);
	json_object_set_new(obj, "separator", separator_json(analysis, event));
	return obj;
}
