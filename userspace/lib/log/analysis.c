// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/analysis.h"

#include <errno.h>
#include <string.h>

#include "lib/log/reader.h"
#include "lib/log/repeat.h"

/* Does the replay hold this record's template digest against its data? */
static bool template_checked(const struct drtmon_analysis *analysis,
			     const struct drtmon_analysis_args *args,
			     const struct drtmon_log_event *event)
{
	enum drtmon_log_format format = analysis->info->format;

	return (format == DRTMON_LOG_IMA || format == DRTMON_LOG_IMA_ASCII) && event->data &&
	       !(event->flags & DRTMON_LOG_VIOLATION) && args->replay.check_templates &&
	       !args->no_check;
}

static int one_event(struct drtmon_analysis *analysis, const struct drtmon_analysis_args *args,
		     const struct drtmon_log_event *event)
{
	enum drtmon_check_result result = DRTMON_CHECK_UNCHECKABLE;
	const char *why = "checks are switched off";
	unsigned int problems = analysis->info->n_problems;
	int ret;

	if (!args->no_check)
		result = drtmon_check_event(analysis->check, analysis->log, event, &why);
	ret = drtmon_replay_event(analysis->replay, analysis->log, event);
	if (ret)
		return ret;
	if (template_checked(analysis, args, event)) {
		bool bad = analysis->info->n_problems != problems;

		result = bad ? DRTMON_CHECK_MISMATCH : DRTMON_CHECK_MATCH;
		why = bad ? "template digest is not that of the template data"
			  : "template digest is that of the template data";
	}
	if (args->event)
		args->event(args->ctx, analysis, event, result, why);
	return 0;
}

/* A list that only has to be replayed may use a second thread. */
static int all_events(struct drtmon_analysis *analysis, const struct drtmon_analysis_args *args,
		      struct drtmon_err *err)
{
	struct drtmon_log_event event;
	int ret;

	if (!args->event && analysis->info->format == DRTMON_LOG_IMA)
		return drtmon_replay_run(analysis->replay, analysis->log, err);
	while ((ret = drtmon_log_next(analysis->log, &event)) > 0) {
		ret = one_event(analysis, args, &event);
		if (ret)
			break;
	}
	return ret ? drtmon_err_set(err, ret, "cannot read the log: %s", strerror(-ret)) : 0;
}

static void compare_all(struct drtmon_analysis *analysis)
{
	const struct drtmon_alg *alg;
	uint32_t pcr;
	size_t i;

	for (i = 0; analysis->expect && (alg = drtmon_alg_at(i)); i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			analysis->counts[drtmon_compare(analysis->pcrs, analysis->expect, alg,
							pcr)]++;
	if (analysis->expect && !analysis->counts[DRTMON_COMPARE_MATCH] &&
	    !analysis->counts[DRTMON_COMPARE_MISMATCH])
		drtmon_log_note(
			analysis->log, analysis->info->end,
			"nothing was compared: no PCR of the log is among the values given");
}

int drtmon_analysis_run(struct drtmon_analysis *analysis, const struct drtmon_analysis_args *args,
			struct drtmon_err *err)
{
	int ret;

	memset(analysis, 0, sizeof(*analysis));
	analysis->expect = args->replay.expect;
	ret = drtmon_log_open(&analysis->log, &args->log, err);
	if (ret)
		return ret;
	analysis->info = drtmon_log_info(analysis->log);
	ret = drtmon_replay_new(&analysis->replay, &args->replay, err);
	if (ret)
		return ret;
	analysis->check = drtmon_check_new();
	if (!analysis->check)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	ret = all_events(analysis, args, err);
	analysis->pcrs = drtmon_replay_pcrs(analysis->replay);
	if (!ret && drtmon_repeat_resolve(analysis, args))
		ret = drtmon_err_set(err, -EIO, "cannot read the log a second time");
	/* IMA lists that went through the replay alone have no check to end. */
	if (!ret && !args->no_check && analysis->info->format != DRTMON_LOG_IMA)
		drtmon_check_end(analysis->check, analysis->log, analysis->pcrs, analysis->expect);
	if (!ret)
		compare_all(analysis);
	return ret;
}

bool drtmon_analysis_good(const struct drtmon_analysis *analysis)
{
	return analysis->info->complete && !analysis->info->n_problems &&
	       !analysis->counts[DRTMON_COMPARE_MISMATCH];
}

void drtmon_analysis_free(struct drtmon_analysis *analysis)
{
	drtmon_check_free(analysis->check);
	drtmon_replay_free(analysis->replay);
	drtmon_log_close(analysis->log);
	memset(analysis, 0, sizeof(*analysis));
}
