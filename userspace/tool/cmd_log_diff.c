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

static void diff_print(const struct drtmon_opts *opts, const struct drtmon_diff *diff)
{
	size_t i;

	for (i = 0; i < diff->count; i++)
		line_print(opts, &diff->line[i]);
	pcrs_print("PCRs that move", diff->moved);
	pcrs_print("PCRs that stay", diff->kept);
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
			diff_print(opts, &diff);
		ret = diff.count || !diff.old.info->complete || !diff.new.info->complete
			      ? EXIT_FINDING
			      : EXIT_GOOD;
	}
	drtmon_diff_free(&diff);
	return ret;
}
