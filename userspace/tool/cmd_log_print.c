// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/log/decode.h"
#include "lib/log/tcg.h"
#include "lib/text.h"
#include "tool/cmd_log.h"
#include "tool/out.h"
#include "tool/progress.h"

/* Going by the digest: a type is not measured, and may lie. */
static const char *separator_text(const struct drtmon_analysis *analysis,
				  const struct drtmon_log_event *event)
{
	enum drtmon_separator s = drtmon_check_separator(analysis->check, event);
	const bool typed = event->content == DRTMON_LOG_CONTENT_TCG &&
			   event->type == DRTMON_EV_SEPARATOR;

	if (s == DRTMON_SEPARATOR_ERROR)
		return "separator: firmware could not measure ";
	if (s != DRTMON_SEPARATOR_NONE)
		return typed ? "separator " : "separator by its digest ";
	return typed ? "no separator by its digest " : "";
}

/* One record, one line; written as it is read, so that a list of any length streams. */
static void event_print(void *ctx, const struct drtmon_analysis *analysis,
			const struct drtmon_log_event *event, enum drtmon_check_result result,
			const char *why)
{
	static const char *const marks[] = { "", "ok", "BAD" };
	struct drtmon_decoded decoded;
	char type[64], pcr[16] = "-";

	drtmon_decode(&decoded, event, analysis->info->big_endian, false);
	if (event->pcr != DRTMON_LOG_NO_PCR)
		snprintf(pcr, sizeof(pcr), "%u", event->pcr);
	printf("%6llu  %3s  %-36s %-3s  %s%s%s\n", (unsigned long long)event->index, pcr,
	       drtmon_decode_type(event, type, sizeof(type)), marks[result],
	       event->flags & DRTMON_LOG_NOT_EXTENDED ? "(not extended) " : "",
	       separator_text(analysis, event), decoded.text);
	drtmon_decoded_free(&decoded);
}

void drtmon_log_head_print(const struct drtmon_analysis *analysis, const char *path)
{
	const struct drtmon_log_info *info = analysis->info;
	char safe[1024];
	unsigned int i;

	printf("%s: %s", drtmon_text_safe(safe, sizeof(safe), path, strlen(path)),
	       drtmon_log_format_name(info->format));
	for (i = 0; i < info->n_banks; i++) {
		const struct drtmon_alg *alg = drtmon_alg_by_id(info->bank[i].id);

		if (alg)
			printf(" %s", alg->name);
		else
			printf(" 0x%04x", info->bank[i].id);
	}
	printf(", %llu events, %s", (unsigned long long)info->events,
	       info->complete ? "complete" : "not complete");
	if (info->startup_locality >= 0)
		printf(", TPM started at locality %d", info->startup_locality);
	printf("\n");
}

void drtmon_log_problems_print(const struct drtmon_opts *opts, const struct drtmon_log_info *info)
{
	unsigned int i;

	for (i = 0; i < info->n_problems && i < DRTMON_LOG_PROBLEMS; i++) {
		const struct drtmon_log_problem *p = &info->problem[i];
		char event[32] = "";

		if (p->event >= 0)
			snprintf(event, sizeof(event), ", event %lld", (long long)p->event);
		printf("%sproblem%s at offset %llu%s: %s\n",
		       drtmon_out_tone(opts, DRTMON_TONE_WARNING),
		       drtmon_out_tone(opts, DRTMON_TONE_PLAIN), (unsigned long long)p->offset,
		       event, p->what);
	}
	if (info->n_problems > DRTMON_LOG_PROBLEMS)
		printf("and %u more problems\n", info->n_problems - DRTMON_LOG_PROBLEMS);
}

/* What a mismatch can still say: the TPM stopped following the log, or never began. */
static void verdict_text(char *dst, size_t max, const struct drtmon_analysis *analysis,
			 const struct drtmon_alg *alg, uint32_t pcr, enum drtmon_compare compare)
{
	const struct drtmon_replay_pcr *r = drtmon_replay_pcr(analysis->replay, alg, pcr);
	const char *name = drtmon_compare_name(compare);

	if (compare == DRTMON_COMPARE_MISMATCH && r && r->seen && r->seen_at >= 0)
		snprintf(dst, max, "%s; the value is that after event %lld", name,
			 (long long)r->seen_at);
	else if (compare == DRTMON_COMPARE_MISMATCH && r && r->seen)
		snprintf(dst, max, "%s; the PCR was never extended", name);
	else if (r && r->start_is_value)
		snprintf(dst, max, "%s, where the first record's digest is the PCR's value", name);
	else if (r && r->padded)
		snprintf(dst, max, "%s, with zero-padded SHA-1", name);
	else if (r && r->capped)
		snprintf(dst, max, "%s; capped, not measured", name);
	else
		snprintf(dst, max, "%s", name);
}

static void row_print(const struct drtmon_opts *opts, const struct drtmon_analysis *analysis,
		      struct libscols_table *table, const struct drtmon_alg *alg, uint32_t pcr)
{
	static const enum drtmon_tone tones[] = {
		[DRTMON_COMPARE_MATCH] = DRTMON_TONE_GOOD,
		[DRTMON_COMPARE_MISMATCH] = DRTMON_TONE_BAD,
		[DRTMON_COMPARE_NOT_COMPARED] = DRTMON_TONE_PLAIN,
		[DRTMON_COMPARE_NOT_IN_LOG] = DRTMON_TONE_DIM,
	};
	static const struct drtmon_pcrs none;
	const struct drtmon_pcrs *expect = analysis->expect ? analysis->expect : &none;
	enum drtmon_compare c = drtmon_compare(analysis->pcrs, expect, alg, pcr);
	const uint8_t *value = drtmon_pcrs_get(analysis->pcrs, alg, pcr);
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1] = "", number[16], verdict[128];
	const char *cells[] = { alg->name, number, hex, verdict };

	if (c == DRTMON_COMPARE_NONE)
		return;
	if (value)
		drtmon_hex_encode(hex, value, alg->size);
	snprintf(number, sizeof(number), "%u", pcr);
	verdict_text(verdict, sizeof(verdict), analysis, alg, pcr, c);
	drtmon_out_row(table, cells, tones[c], opts);
}

static void pcrs_print(const struct drtmon_opts *opts, const struct drtmon_analysis *analysis)
{
	static const char *const columns[] = { "BANK", "PCR", "REPLAYED", "VERDICT" };
	struct libscols_table *table = drtmon_out_table(columns, 4);
	const struct drtmon_alg *alg;
	uint32_t pcr;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			row_print(opts, analysis, table, alg, pcr);
	drtmon_out_table_print(table);
}

int drtmon_log_print(const struct drtmon_opts *opts, const struct drtmon_log_opts *o,
		     const char *path)
{
	struct drtmon_analysis_args args = o->args;
	struct drtmon_analysis analysis;
	struct drtmon_err err = { 0 };
	int ret = EXIT_FINDING, failed;

	args.log.path = path;
	args.event = o->summary || opts->quiet ? NULL : event_print;
	/* Records that stream by are progress themselves. */
	if (!args.event)
		drtmon_progress_begin(opts, "reading the event log");
	failed = drtmon_analysis_run(&analysis, &args, &err);
	drtmon_progress_end();
	if (failed) {
		drtmon_cmd_fail(&err);
	} else {
		ret = drtmon_analysis_good(&analysis) ? EXIT_GOOD : EXIT_FINDING;
		if (!opts->quiet) {
			drtmon_log_head_print(&analysis, path);
			drtmon_log_problems_print(opts, analysis.info);
			pcrs_print(opts, &analysis);
		}
	}
	drtmon_analysis_free(&analysis);
	return ret;
}
