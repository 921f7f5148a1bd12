// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/log/diff.h"
#include "tool/cmd_log.h"
#include "tool/out.h"

static void line_print(const struct drtmon_opts *opts, const struct drtmon_diff_line *line)
{
	static const char signs[] = { '-', '+', '~' };
	static const enum drtmon_tone tones[] = { DRTMON_TONE_BAD, DRTMON_TONE_GOOD,
						  DRTMON_TONE_WARNING };

	printf("%s%c PCR %-2u %s%s\n", drtmon_out_tone(opts, tones[line->kind]), signs[line->kind],
	       line->pcr, line->name, drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
	if (line->old_text)
		printf("    - event %lld: %s\n", (long long)line->old_index, line->old_text);
	if (line->new_text)
		printf("    + event %lld: %s\n", (long long)line->new_index, line->new_text);
}

static void pcrs_print(const char *what, uint32_t bits)
{
	uint32_t i;

	printf("%s:", what);
	for (i = 0; i < DRTMON_PCRS_COUNT; i++)
		if (bits & UINT32_C(1) << i)
			printf(" %u", i);
	printf("%s\n", bits ? "" : " none");
}

/* What the verdict rests on comes before it. */
static void sides_print(const struct drtmon_opts *opts, const struct drtmon_diff *diff,
			char *const *path)
{
	const struct drtmon_analysis *side[] = { &diff->old, &diff->new };
	static const char *const names[] = { "old", "new" };
	size_t i;

	for (i = 0; i < 2; i++) {
		printf("%s: ", names[i]);
		drtmon_log_head_print(side[i], path[i]);
		drtmon_log_problems_print(opts, side[i]->info);
	}
	for (i = 0; i < 2; i++)
		if (!side[i]->info->complete)
			printf("the %s log is not complete: only what was read of it is compared\n",
			       names[i]);
	if (!diff->alg)
		printf("events are not compared: no digest algorithm is in both logs\n");
}

static void diff_print(const struct drtmon_opts *opts, const struct drtmon_diff *diff,
		       char *const *path)
{
	size_t i;

	sides_print(opts, diff, path);
	if (diff->unordered)
		pcrs_print("PCRs with too many events to align; their order is not compared",
			   diff->unordered);
	for (i = 0; i < diff->count; i++)
		line_print(opts, &diff->line[i]);
	pcrs_print("PCRs that move", diff->moved);
	pcrs_print("PCRs that stay", diff->kept);
	pcrs_print("not-compared", diff->not_compared);
}

int drtmon_log_diff(const struct drtmon_opts *opts, int count, char **argv)
{
	struct drtmon_err err = { 0 };
	struct drtmon_diff diff;
	int ret;

	if (count != 2)
		return drtmon_cmd_usage(&drtmon_cmd_log, "diff needs an old and a new log");
	if (drtmon_diff_run(&diff, argv[0], argv[1], &err)) {
		ret = drtmon_cmd_fail(&err);
	} else {
		if (opts->json)
			drtmon_out_line(drtmon_diff_json(&diff));
		else if (!opts->quiet)
			diff_print(opts, &diff, argv);
		ret = drtmon_diff_equal(&diff) ? EXIT_GOOD : EXIT_FINDING;
	}
	drtmon_diff_free(&diff);
	return ret;
}
