// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/analysis.h"

#include <errno.h>
#include <string.h>

#include "lib/log/reader.h"
#include "lib/log/repeat.h"

static bool is_ima(const struct drtmon_log_info *info)
{
	return info->format == DRTMON_LOG_IMA || info->format == DRTMON_LOG_IMA_ASCII;
}

/* Does the replay hold this record's template digest against its data? */
static bool template_checked(const struct drtmon_analysis *analysis,
			     const struct drtmon_analysis_args *args,
			     const struct drtmon_log_event *event)
{
	return is_ima(analysis->info) && event->data && !(event->flags & DRTMON_LOG_VIOLATION) &&
	       args->replay.check_templates && !args->no_check;
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

/* Mismatches of the banks a kernel may lack the hash of: not SHA-1, nor the list's own. */
static unsigned int unhashed_bad(const struct drtmon_analysis *analysis,
				 const struct drtmon_pcrs *pcrs)
{
	const struct drtmon_alg *alg, *sha1 = drtmon_alg_by_id(0x0004);
	unsigned int bad = 0;
	uint32_t pcr;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			bad += alg != sha1 && alg != analysis->info->bank[0].alg &&
			       drtmon_compare(pcrs, analysis->expect, alg, pcr) ==
				       DRTMON_COMPARE_MISMATCH;
	return bad;
}

/* SHA-1 is computed only where the list does not hold it and the first reading did not do. */
static bool padding_possible(const struct drtmon_analysis *analysis,
			     const struct drtmon_analysis_args *args)
{
	const struct drtmon_log_info *info = analysis->info;

	return is_ima(info) && analysis->expect && info->n_banks && info->bank[0].id != 0x0004 &&
	       drtmon_log_rereadable(&args->log) && unhashed_bad(analysis, analysis->pcrs);
}

static int padding_try(struct drtmon_analysis *analysis, const struct drtmon_analysis_args *args,
		       struct drtmon_err *err)
{
	struct drtmon_replay_args how = args->replay;
	struct drtmon_replay *replay = NULL;
	struct drtmon_log *log = NULL;
	int ret;

	how.compute_sha1 = true;
	how.check_templates = false;
	ret = drtmon_replay_new(&replay, &how, err);
	if (!ret)
		ret = drtmon_log_open(&log, &args->log, err);
	if (!ret)
		ret = drtmon_replay_run(replay, log, err);
	drtmon_log_close(log);
	if (ret || unhashed_bad(analysis, drtmon_replay_pcrs(replay)) >=
			   unhashed_bad(analysis, analysis->pcrs)) {
		drtmon_replay_free(replay);
		return ret;
	}
	drtmon_replay_free(analysis->replay);
	analysis->replay = replay;
	analysis->pcrs = drtmon_replay_pcrs(replay);
	return 0;
}

int drtmon_analysis_run(struct drtmon_analysis *analysis, const struct drtmon_analysis_args *args,
			struct drtmon_err *err)
{
	struct drtmon_replay_args how = args->replay;
	int ret;

	memset(analysis, 0, sizeof(*analysis));
	analysis->expect = args->replay.expect;
	ret = drtmon_log_open(&analysis->log, &args->log, err);
	if (ret)
		return ret;
	analysis->info = drtmon_log_info(analysis->log);
	how.compute_sha1 |= !drtmon_log_rereadable(&args->log);
	ret = drtmon_replay_new(&analysis->replay, &how, err);
	if (ret)
		return ret;
	analysis->check = drtmon_check_new();
	if (!analysis->check)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	ret = all_events(analysis, args, err);
	analysis->pcrs = drtmon_replay_pcrs(analysis->replay);
	if (!ret && padding_possible(analysis, args))
		ret = padding_try(analysis, args, err);
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
