// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "lib/chain_case.h"
#include "lib/log/analysis.h"
#include "lib/txt/drtm.h"
#include "tool/report.h"

static const struct {
	const char *id;
	const char *title;
	enum drtmon_item_id item;
} logs[] = {
	{ "firmware", "Firmware (TCG)", DRTMON_ITEM_BIOS_LOG },
	{ "launch", "Dynamic launch (TXT)", DRTMON_ITEM_DRTM_LOG },
	{ "ima", "IMA", DRTMON_ITEM_IMA_LOG },
	{ "userspace", "User space (systemd)", DRTMON_ITEM_USERSPACE_LOG },
};

static void see_event(void *ctx, const struct drtmon_analysis *analysis,
		      const struct drtmon_log_event *event, enum drtmon_check_result result,
		      const char *why)
{
	drtmon_logged_boot_event(ctx, event);
}

/* Mismatches in which the TPM's value was met on the way: the log went on after it. */
static unsigned int count_ahead(const struct drtmon_analysis *a)
{
	const struct drtmon_alg *alg;
	unsigned int n = 0;
	uint32_t pcr;
	size_t i;

	for (i = 0; a->expect && (alg = drtmon_alg_at(i)); i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
			const struct drtmon_replay_pcr *r = drtmon_replay_pcr(a->replay, alg, pcr);

			n += drtmon_compare(a->pcrs, a->expect, alg, pcr) ==
				     DRTMON_COMPARE_MISMATCH &&
			     r && r->seen && r->seen_at >= 0;
		}
	return n;
}

/* What a log that is not whole lacks may be what explains the PCRs. */
static const char *result_word(const struct drtmon_analysis *a, bool whole, unsigned int ahead)
{
	unsigned int mismatch = a->counts[DRTMON_COMPARE_MISMATCH];

	if (mismatch && ahead == mismatch)
		return "ahead";
	if (!whole)
		return "problem";
	if (mismatch)
		return "mismatch";
	if (a->info->n_problems)
		return "problem";
	return a->counts[DRTMON_COMPARE_MATCH] ? "match" : "not-compared";
}

static const char *result_reason(const struct drtmon_analysis *a, const char *word)
{
	if (!strcmp(word, "ahead"))
		return "the TPM's values are those after an earlier record: the log went on, or "
		       "the TPM was not given the rest";
	if (!strcmp(word, "problem"))
		return a->info->n_problems ? a->info->problem[0].what
					   : "the log is cut off: these are its first bytes";
	return NULL;
}

static void put_analysis(json_t *obj, const struct drtmon_analysis *a, bool cut)
{
	unsigned int mismatch = a->counts[DRTMON_COMPARE_MISMATCH], ahead = count_ahead(a);
	const char *word = result_word(a, a->info->complete && !cut, ahead);
	const char *reason = result_reason(a, word);

	json_object_set_new(obj, "result", json_string(word));
	json_object_set_new(obj, "counts",
			    json_pack("{s:i,s:i,s:i,s:i,s:i}", "match",
				      a->counts[DRTMON_COMPARE_MATCH], "mismatch", mismatch,
				      "not-compared", a->counts[DRTMON_COMPARE_NOT_COMPARED],
				      "not-in-log", a->counts[DRTMON_COMPARE_NOT_IN_LOG], "ahead",
				      ahead));
	json_object_set_new(obj, "analysis", drtmon_analysis_json(a));
	if (reason)
		json_object_set_new(obj, "reason", json_string(reason));
}

static void analyse(json_t *obj, const struct drtmon_evidence *ev, enum drtmon_item_id id,
		    enum drtmon_logged_boot_word *secure_boot)
{
	const struct drtmon_item *item = &ev->item[id];
	const bool values = ev->pcrs.bank[0].alg;
	struct drtmon_logged_boot boot;
	struct drtmon_analysis_args args = {
		.log = { .data = item->blob.data, .len = item->blob.len },
		.replay = { .expect = values ? &ev->pcrs : NULL,
			    .check_templates = true,
			    .threads = 2 },
		.event = id == DRTMON_ITEM_BIOS_LOG ? see_event : NULL,
		.ctx = &boot,
	};
	struct drtmon_analysis analysis;
	struct drtmon_err err = { 0 };

	drtmon_logged_boot_init(&boot);
	if (drtmon_analysis_run(&analysis, &args, &err)) {
		json_object_set_new(obj, "result", json_string("unreadable"));
		json_object_set_new(obj, "reason", json_string(err.msg));
	} else {
		put_analysis(obj, &analysis, item->blob.truncated);
		if (id == DRTMON_ITEM_BIOS_LOG)
			*secure_boot = drtmon_logged_boot_word(&boot, &analysis);
	}
	drtmon_analysis_free(&analysis);
}

/* The words of the launch's own replay, by the count they go into. */
static const char *launch_count(const char *word)
{
	static const struct {
		enum drtmon_drtm_match match;
		const char *count;
	} counts[] = {
		{ DRTMON_DRTM_MATCH, "match" },
		{ DRTMON_DRTM_EXTENDED, "match" },
		{ DRTMON_DRTM_AHEAD, "mismatch" },
		{ DRTMON_DRTM_MISMATCH, "mismatch" },
	};
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (!strcmp(drtmon_drtm_match_name(counts[i].match), word))
			return counts[i].count;
	return "not-compared";
}

static json_t *launch_counts(const json_t *compare)
{
	static const char *const names[] = { "match", "mismatch", "not-compared", "not-in-log",
					     "ahead" };
	json_t *counts = json_object();
	const json_t *bank, *pcr;
	const char *alg, *index;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_object_set_new(counts, names[i], json_integer(0));
	json_object_foreach ((json_t *)compare, alg, bank)
		json_object_foreach ((json_t *)bank, index, pcr) {
			json_t *n = json_object_get(counts, launch_count(json_string_value(pcr)));

			json_integer_set(n, json_integer_value(n) + 1);
		}
	return counts;
}

static const char *launch_result(const struct drtmon_case *c)
{
	switch (c->log) {
	case DRTMON_CASE_LOG_EXPLAINS:
	case DRTMON_CASE_LOG_EXTENDED:
		return c->drtm.problems ? "problem" : "match";
	case DRTMON_CASE_LOG_DISAGREES:
	case DRTMON_CASE_LOG_LATER:
		return "mismatch";
	case DRTMON_CASE_LOG_BAD:
	case DRTMON_CASE_LOG_TRUNCATED:
		return "problem";
	default:
		return c->drtm.problems ? "problem" : "not-compared";
	}
}

/* The text of a comparison that came out well says nothing of the log's problem. */
static const char *launch_reason(const struct drtmon_case *c)
{
	if (c->drtm.problems && strcmp(launch_result(c), "mismatch") &&
	    c->log != DRTMON_CASE_LOG_TRUNCATED && c->log != DRTMON_CASE_LOG_BAD)
		return c->drtm.problem;
	return c->log_text;
}

/* Not one record: a word of the log's, not of the file it was looked for in. */
static void put_no_records(json_t *obj, const struct drtmon_case *c)
{
	bool present = c->ev->item[DRTMON_ITEM_DRTM_LOG].state == DRTMON_ITEM_PRESENT;
	const char *result = NULL;

	if (c->log == DRTMON_CASE_LOG_UNRECOGNISED || c->log == DRTMON_CASE_LOG_BAD ||
	    c->log == DRTMON_CASE_LOG_TRUNCATED)
		result = "problem";
	else if (present)
		result = c->log == DRTMON_CASE_LOG_OUT_OF_REACH ? "unreadable" : "empty";
	if (!result)
		return;
	json_object_set_new(obj, "result", json_string(result));
	json_object_set_new(obj, "reason", json_string(c->log_text));
}

/*
 * The launch's log is read as "why" reads it: out of the heap where it has no
 * file of its own, and with the liberties that ACMs take.
 */
static void analyse_launch(json_t *obj, const struct drtmon_evidence *ev)
{
	json_t *log, *compare;
	struct drtmon_case c;

	drtmon_case_init(&c, ev, false);
	if (!c.drtm.events) {
		put_no_records(obj, &c);
		drtmon_case_free(&c);
		return;
	}
	log = drtmon_drtm_json(&c.drtm, ev->pcrs.bank[0].alg ? &ev->pcrs : NULL);
	compare = json_object_get(log, "compare");
	json_object_set_new(obj, "state", json_string("present"));
	json_object_set_new(obj, "result", json_string(launch_result(&c)));
	if (strcmp(launch_result(&c), "match"))
		json_object_set_new(obj, "reason", json_string(launch_reason(&c)));
	json_object_set_new(obj, "counts", launch_counts(compare));
	json_object_set_new(obj, "analysis",
			    json_pack("{s:s,s:I,s:b,s:I,s:[],s:O,s:o,s:O}", "format",
				      drtmon_log_format_name(c.drtm.format), "event_count",
				      (json_int_t)c.drtm.events, "complete", !c.drtm.problems,
				      "problem_count", (json_int_t)c.drtm.problems, "problems",
				      "pcrs", json_object_get(log, "pcrs"), "compare",
				      json_is_object(compare) ? json_incref(compare)
							      : json_object(),
				      "quirks", json_object_get(log, "quirks")));
	if (c.drtm.problem[0])
		json_array_append_new(json_object_get(json_object_get(obj, "analysis"), "problems"),
				      json_pack("{s:I,s:n,s:s}", "offset", (json_int_t)c.drtm.end,
						"event", "what", c.drtm.problem));
	json_decref(log);
	drtmon_case_free(&c);
}

static json_t *log_json(const struct drtmon_evidence *ev, size_t i,
			enum drtmon_logged_boot_word *secure_boot)
{
	const struct drtmon_item *item = &ev->item[logs[i].item];
	const char *state = drtmon_item_state_name(item->state);
	json_t *obj = json_pack("{s:s,s:s,s:s,s:s,s:I,s:b,s:s,s:n,s:n}", "id", logs[i].id, "title",
				logs[i].title, "file", drtmon_item_path(logs[i].item), "state",
				state, "size", (json_int_t)item->blob.len, "truncated",
				item->blob.truncated, "result", state, "counts", "analysis");

	json_object_set_new(obj, "reason", item->why[0] ? json_string(item->why) : json_null());
	if (logs[i].item == DRTMON_ITEM_DRTM_LOG)
		analyse_launch(obj, ev);
	else if (item->state == DRTMON_ITEM_PRESENT)
		analyse(obj, ev, logs[i].item, secure_boot);
	return obj;
}

json_t *drtmon_report_logs_json(const struct drtmon_evidence *evidence,
				enum drtmon_logged_boot_word *secure_boot)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++)
		json_array_append_new(list, log_json(evidence, i, secure_boot));
	return list;
}
