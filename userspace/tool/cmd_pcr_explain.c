// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/cmd_pcr_explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/capture.h"
#include "lib/evidence.h"
#include "lib/hex.h"
#include "lib/log/decode.h"
#include "lib/log/explain.h"
#include "lib/log/ima_follow.h"
#include "tool/launch_log.h"
#include "tool/out.h"
#include "tool/progress.h"
#include "tool/values.h"

/* Causes listed for one PCR without -v; an IMA list has thousands. */
#define LISTED	       40u

#define START_IS_VALUE "the first record's digest is the PCR's value"

/**
 * struct show - what is being shown
 * @opts: common options
 * @explain: explanation
 * @pcr: PCR
 * @list: JSON causes, NULL for text
 * @count: causes so far
 * @total: of all
 */
struct show {
	const struct drtmon_opts *opts;
	struct drtmon_explain *explain;
	uint32_t pcr;
	json_t *list;
	uint64_t count;
	uint64_t total;
};

/* The ends of a long list say most: what began it, and what was last. */
static bool listed(struct show *show)
{
	uint64_t n = show->count++;

	if (show->opts->verbose || show->total <= LISTED)
		return true;
	if (n == LISTED / 2 && !show->list)
		printf("  … %llu more; run with -v to see them\n",
		       (unsigned long long)(show->total - LISTED));
	return n < LISTED / 2 || n >= show->total - LISTED / 2;
}

static void cause_show(void *ctx, enum drtmon_explain_source source, const struct drtmon_log *log,
		       const struct drtmon_log_event *event, bool again)
{
	const bool reset = event->flags & DRTMON_LOG_RESET;
	struct show *show = ctx;
	struct drtmon_decoded decoded;
	char buf[64];
	const char *type = drtmon_decode_type(event, buf, sizeof(buf));

	if (!listed(show))
		return;
	drtmon_decode(&decoded, event, drtmon_log_info(log)->big_endian, false);
	if (show->list)
		json_array_append_new(show->list,
				      json_pack("{s:s,s:I,s:s,s:s,s:b,s:b}", "source",
						drtmon_explain_source_name(source), "event",
						(json_int_t)event->index, "type", type, "text",
						decoded.text, "reset", reset, "seen_at_run_time",
						again));
	else
		printf("  %-9s %5llu  %-34s %s%s\n", drtmon_explain_source_name(source),
		       (unsigned long long)event->index, type, decoded.text,
		       again ? " (seen at run time too)" : "");
	drtmon_decoded_free(&decoded);
}

/* Is there a log that could not be read to its end? */
static bool cut(const struct drtmon_explain *explain)
{
	int i;

	for (i = 0; i < DRTMON_EXPLAIN_EVENTS; i++) {
		const struct drtmon_log_info *info =
			drtmon_explain_info(explain, (enum drtmon_explain_source)i);

		if (info->events && !info->complete)
			return true;
	}
	return false;
}

static bool unread(const struct drtmon_explain *explain)
{
	int i;

	for (i = 0; i < DRTMON_EXPLAIN_SOURCES; i++)
		if (drtmon_explain_unread(explain, (enum drtmon_explain_source)i))
			return true;
	return false;
}

static const char *remark(const struct show *show, const struct drtmon_explained *r)
{
	switch (r->verdict) {
	case DRTMON_EXPLAIN_UNEXPLAINED:
	case DRTMON_EXPLAIN_UNDECIDED:
		if (drtmon_explain_info(show->explain, DRTMON_EXPLAIN_EVENTS)->n_problems)
			return "drtmon saw more than it still holds: events are missing from its "
			       "own record";
		if (unread(show->explain))
			return "a log could not be read: what it holds may have extended it";
		if (cut(show->explain))
			return "a log is not whole: what it lacks may have extended it";
		if (r->blind)
			return "the IMA list does not tell what this bank was extended with: give "
			       "the binary list";
		if (r->verdict == DRTMON_EXPLAIN_UNDECIDED)
			return "the logs and what drtmon saw overlap in too many ways to try "
			       "all: none of those tried makes this value";
		return r->logged || r->seen ? "no order of these events makes this value: "
					      "something no log holds extended it"
					    : "no log holds an extend of this PCR, and it is not "
					      "at its start value";
	case DRTMON_EXPLAIN_AHEAD:
		if (r->padded)
			return "with zero-padded SHA-1 the value is that after a part of these "
			       "events: the TPM was not given the rest, or only after its PCRs "
			       "were read";
		if (r->start_is_value)
			return START_IS_VALUE ", and the TPM's is that after a part of these "
					      "events: it was not given the rest, or only after "
					      "its PCRs were read";
		return "the value is that after a part of these events: the TPM was not given the "
		       "rest, or only after its PCRs were read";
	case DRTMON_EXPLAIN_TOO_MANY:
		return "drtmon saw too many events of this PCR to join them with the logs: "
		       "nothing was compared";
	case DRTMON_EXPLAIN_NO_VALUE:
		return "the TPM's value is not known: nothing was compared";
	case DRTMON_EXPLAIN_UNTOUCHED:
		return "never extended";
	default:
		if (r->start_is_value)
			return START_IS_VALUE;
		return r->padded ? "with zero-padded SHA-1" : "";
	}
}

static enum drtmon_tone tone(enum drtmon_explain_verdict verdict)
{
	if (verdict == DRTMON_EXPLAIN_EXPLAINED)
		return DRTMON_TONE_GOOD;
	if (verdict == DRTMON_EXPLAIN_UNEXPLAINED)
		return DRTMON_TONE_BAD;
	return verdict == DRTMON_EXPLAIN_UNTOUCHED ? DRTMON_TONE_DIM : DRTMON_TONE_WARNING;
}

/* Is there anything to say of this PCR, when nobody asked for it by number? */
static bool interesting(const struct drtmon_explain *explain, uint32_t pcr)
{
	const struct drtmon_alg *alg;
	unsigned int i;

	for (i = 0; (alg = drtmon_explain_bank(explain, i)); i++) {
		const struct drtmon_explained *r = drtmon_explain_get(explain, alg, pcr);

		if (r->logged || r->seen || r->verdict == DRTMON_EXPLAIN_UNEXPLAINED)
			return true;
	}
	return false;
}

static void banks_print(const struct show *show, const struct drtmon_pcrs *pcrs)
{
	const struct drtmon_alg *alg;
	unsigned int i;

	for (i = 0; (alg = drtmon_explain_bank(show->explain, i)); i++) {
		const struct drtmon_explained *r =
			drtmon_explain_get(show->explain, alg, show->pcr);
		const uint8_t *value = drtmon_pcrs_get(pcrs, alg, show->pcr);
		char hex[2 * DRTMON_ALG_DIGEST_MAX + 1] = "not known";

		if (value)
			drtmon_hex_encode(hex, value, alg->size);
		printf("PCR %u %s %s: %s%s%s%s%s\n", show->pcr, alg->name, hex,
		       drtmon_out_tone(show->opts, tone(r->verdict)),
		       drtmon_explain_verdict_name(r->verdict),
		       drtmon_out_tone(show->opts, DRTMON_TONE_PLAIN),
		       remark(show, r)[0] ? "; " : "", remark(show, r));
	}
}

static json_t *banks_json(const struct show *show, const struct drtmon_pcrs *pcrs)
{
	json_t *obj = json_object();
	const struct drtmon_alg *alg;
	unsigned int i;

	for (i = 0; (alg = drtmon_explain_bank(show->explain, i)); i++) {
		const struct drtmon_explained *r =
			drtmon_explain_get(show->explain, alg, show->pcr);
		const uint8_t *value = drtmon_pcrs_get(pcrs, alg, show->pcr);
		char tpm[2 * DRTMON_ALG_DIGEST_MAX + 1], made[2 * DRTMON_ALG_DIGEST_MAX + 1];

		if (value)
			drtmon_hex_encode(tpm, value, alg->size);
		drtmon_hex_encode(made, r->value, alg->size);
		json_object_set_new(obj, alg->name,
				    json_pack("{s:s,s:s?,s:s?,s:b,s:b,s:s}", "verdict",
					      drtmon_explain_verdict_name(r->verdict), "value",
					      value ? tpm : NULL, "replayed",
					      r->verdict == DRTMON_EXPLAIN_TOO_MANY ? NULL : made,
					      "padded", r->padded, "hash_start_is_pcr_value",
					      r->start_is_value, "remark", remark(show, r)));
	}
	return obj;
}

/* The worst of all banks decides. */
static bool is_finding(const struct drtmon_explain *explain, uint32_t pcr)
{
	const struct drtmon_alg *alg;
	unsigned int i;

	for (i = 0; (alg = drtmon_explain_bank(explain, i)); i++) {
		enum drtmon_explain_verdict v = drtmon_explain_get(explain, alg, pcr)->verdict;

		if (v != DRTMON_EXPLAIN_EXPLAINED && v != DRTMON_EXPLAIN_UNTOUCHED)
			return true;
	}
	return false;
}

static int one_pcr(const struct drtmon_opts *opts, struct drtmon_explain *explain,
		   const struct drtmon_pcrs *pcrs, uint32_t pcr, json_t *out)
{
	struct show show = { .opts = opts,
			     .explain = explain,
			     .pcr = pcr,
			     .total = drtmon_explain_count(explain, pcr) };
	int ret = 0;

	if (out) {
		show.list = json_array();
		ret = drtmon_explain_causes(explain, pcr, cause_show, &show);
		json_array_append_new(
			out, json_pack("{s:i,s:o,s:o,s:I,s:I}", "pcr", (int)pcr, "banks",
				       banks_json(&show, pcrs), "causes", show.list, "cause_count",
				       (json_int_t)show.total, "causes_omitted",
				       (json_int_t)(show.total - json_array_size(show.list))));
	} else if (!opts->quiet) {
		ret = drtmon_explain_causes(explain, pcr, cause_show, &show);
		banks_print(&show, pcrs);
	}
	if (ret)
		fprintf(stderr, "drtmon: PCR %u: a log cannot be read again: %s\n", pcr,
			strerror(-ret));
	return ret || is_finding(explain, pcr) ? EXIT_FINDING : EXIT_GOOD;
}

/* Where the evidence ends, not the log. */
static void truncated_print(const struct drtmon_explain *explain,
			    const struct drtmon_explain_log *logs)
{
	int i;

	for (i = 0; i < DRTMON_EXPLAIN_SOURCES; i++) {
		enum drtmon_explain_source source = (enum drtmon_explain_source)i;
		const char *why = drtmon_explain_unread(explain, source);

		if (why)
			printf("%s: this log could not be read%s: %s\n",
			       drtmon_explain_source_name(source),
			       drtmon_explain_info(explain, source)->events ? " to its end" : "",
			       why);
		if (logs[i].truncated)
			printf("%s: only the first %zu bytes of this log were kept, %llu records; "
			       "what followed is not known\n",
			       drtmon_explain_source_name(source), logs[i].len,
			       (unsigned long long)drtmon_explain_info(explain, source)->events);
	}
}

static json_t *logs_json(const struct drtmon_explain *explain,
			 const struct drtmon_explain_log *logs)
{
	json_t *obj = json_object();
	int i;

	for (i = 0; i < DRTMON_EXPLAIN_SOURCES; i++) {
		enum drtmon_explain_source source = (enum drtmon_explain_source)i;
		const struct drtmon_log_info *info = drtmon_explain_info(explain, source);
		const char *why = drtmon_explain_unread(explain, source);

		json_object_set_new(obj, drtmon_explain_source_name(source),
				    json_pack("{s:s,s:I,s:b,s:b,s:s?,s:I}", "format",
					      drtmon_log_format_name(info->format), "event_count",
					      (json_int_t)info->events, "complete", info->complete,
					      "truncated", logs[i].truncated, "unread", why,
					      "problem_count", (json_int_t)info->n_problems));
	}
	return obj;
}

static int all_pcrs(const struct drtmon_opts *opts, struct drtmon_explain *explain,
		    const struct drtmon_explain_log *logs, const struct drtmon_pcrs *pcrs,
		    uint32_t asked)
{
	json_t *out = opts->json ? json_array() : NULL;
	int ret = EXIT_GOOD;
	uint32_t pcr;

	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
		if (asked ? asked & UINT32_C(1) << pcr : interesting(explain, pcr))
			if (one_pcr(opts, explain, pcrs, pcr, out))
				ret = EXIT_FINDING;
	if (out)
		drtmon_out_json(json_pack("{s:i,s:o,s:o}", "schema", 1, "logs",
					  logs_json(explain, logs), "pcrs", out));
	else if (!opts->quiet)
		truncated_print(explain, logs);
	return ret;
}

/* What the evidence has of each log, but for the launch's where only the heap has it. */
static void logs_take(struct drtmon_explain_log *logs, const struct drtmon_evidence *evidence)
{
	static const enum drtmon_item_id items[DRTMON_EXPLAIN_SOURCES] = {
		[DRTMON_EXPLAIN_FIRMWARE] = DRTMON_ITEM_BIOS_LOG,
		[DRTMON_EXPLAIN_DRTM] = DRTMON_ITEM_DRTM_LOG,
		[DRTMON_EXPLAIN_USERSPACE] = DRTMON_ITEM_USERSPACE_LOG,
		[DRTMON_EXPLAIN_IMA] = DRTMON_ITEM_IMA_LOG,
		[DRTMON_EXPLAIN_EVENTS] = DRTMON_ITEM_EVENTS,
	};
	int i;

	for (i = 0; i < DRTMON_EXPLAIN_SOURCES; i++) {
		const struct drtmon_item *item = &evidence->item[items[i]];

		if (item->state == DRTMON_ITEM_UNREADABLE)
			logs[i].unread = item->why[0] ? item->why : "unreadable";
		if (item->state != DRTMON_ITEM_PRESENT || !item->blob.len)
			continue;
		logs[i].data = item->blob.data;
		logs[i].len = item->blob.len;
		logs[i].truncated = item->blob.truncated;
	}
}

/* What the item says of itself stands where the heap does not help. */
static void launch_take(struct drtmon_explain_log *log, const struct drtmon_launch_log *launch)
{
	const char *why = log->unread;

	drtmon_launch_log_source(launch, false, log);
	if (!log->data && why)
		log->unread = why;
}

/* A PCR that proves the launch weighs more than all the launched system's own. */
static unsigned int launch_unexplained(const struct drtmon_explain *explain)
{
	const struct drtmon_alg *alg;
	unsigned int i, n = 0;
	uint32_t pcr;

	for (i = 0; (alg = drtmon_explain_bank(explain, i)); i++)
		for (pcr = 17; pcr <= 22; pcr++)
			if (drtmon_explain_get(explain, alg, pcr)->verdict ==
			    DRTMON_EXPLAIN_UNEXPLAINED)
				n += pcr <= 18 ? 4 * DRTMON_PCRS_BANKS + 1 : 1;
	return n;
}

/* Records behind the heap's mark count where they explain more than those before it. */
static void whole_try(struct drtmon_explain **explain, struct drtmon_explain_log *logs,
		      const struct drtmon_launch_log *launch, const struct drtmon_pcrs *pcrs)
{
	const struct drtmon_explain_log marked = logs[DRTMON_EXPLAIN_DRTM];
	unsigned int unexplained = launch_unexplained(*explain);
	struct drtmon_explain *other;

	if (!unexplained || !drtmon_launch_log_source(launch, true, &logs[DRTMON_EXPLAIN_DRTM]) ||
	    drtmon_explain_run(&other, logs, pcrs, NULL)) {
		logs[DRTMON_EXPLAIN_DRTM] = marked;
		return;
	}
	if (launch_unexplained(other) >= unexplained) {
		logs[DRTMON_EXPLAIN_DRTM] = marked;
		drtmon_explain_free(other);
		return;
	}
	drtmon_explain_free(*explain);
	*explain = other;
}

static int explain_evidence(const struct drtmon_opts *opts, const struct drtmon_evidence *evidence,
			    uint32_t asked)
{
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	struct drtmon_launch_log launch = { 0 };
	struct drtmon_explain *explain;
	struct drtmon_err err = { 0 };
	int ret, failed;

	logs_take(logs, evidence);
	if (!logs[DRTMON_EXPLAIN_DRTM].data) {
		drtmon_launch_log_find(&launch, evidence);
		launch_take(&logs[DRTMON_EXPLAIN_DRTM], &launch);
	}
	/* Longer than what evidence keeps of it, but here to be read. */
	if (logs[DRTMON_EXPLAIN_IMA].truncated && !opts->from)
		logs[DRTMON_EXPLAIN_IMA] = (struct drtmon_explain_log){ .path = DRTMON_IMA_LIST };
	drtmon_progress_begin(opts, "replaying the event logs");
	failed = drtmon_explain_run(&explain, logs, &evidence->pcrs, &err);
	if (!failed)
		whole_try(&explain, logs, &launch, &evidence->pcrs);
	drtmon_progress_end();
	if (failed)
		return drtmon_cmd_fail(&err);
	ret = all_pcrs(opts, explain, logs, &evidence->pcrs, asked);
	drtmon_explain_free(explain);
	return ret;
}

/* No TPM, or none that is known of: what pcr says of it. */
static int explain_nothing(void)
{
	struct drtmon_err err = { 0 };
	struct drtmon_chips chips;
	int ret = drtmon_values_read(-1, false, &chips, &err);

	ret = ret ? drtmon_cmd_fail(&err) : drtmon_values_nothing(-1);
	drtmon_chips_free(&chips);
	return ret;
}

static int explain_live(const struct drtmon_opts *opts, struct drtmon_evidence *evidence,
			uint32_t asked)
{
	drtmon_evidence_live(evidence, "");
	return evidence->item[DRTMON_ITEM_PCRS].state == DRTMON_ITEM_ABSENT
		       ? explain_nothing()
		       : explain_evidence(opts, evidence, asked);
}

int drtmon_pcr_explain(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_evidence *evidence;
	struct drtmon_err err = { 0 };
	uint32_t asked = 0;
	uint64_t pcr;
	int i, ret;

	for (i = 1; i < argc; i++) {
		if (!drtmon_cmd_number(argv[i], &pcr) || pcr >= DRTMON_PCRS_COUNT)
			return drtmon_cmd_usage(&drtmon_cmd_pcr, "\"%s\" is no PCR", argv[i]);
		asked |= UINT32_C(1) << pcr;
	}
	evidence = calloc(1, sizeof(*evidence));
	if (!evidence)
		return EXIT_FINDING;
	if (!opts->from)
		ret = explain_live(opts, evidence, asked);
	else if (drtmon_capture_read(evidence, opts->from, &err))
		ret = drtmon_cmd_fail(&err);
	else
		ret = explain_evidence(opts, evidence, asked);
	drtmon_evidence_free(evidence);
	free(evidence);
	return ret;
}
