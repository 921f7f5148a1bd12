/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_ANALYSIS_H
#define DRTMON_LIB_LOG_ANALYSIS_H

#include "lib/log/check.h"
#include "lib/log/replay.h"

struct drtmon_analysis;

/**
 * typedef drtmon_analysis_event - called for every record
 * @ctx: the caller's
 * @analysis: what is known so far
 * @event: record
 * @result: does the digest match the data?
 * @why: what was compared, or why nothing could be
 */
typedef void (*drtmon_analysis_event)(void *ctx, const struct drtmon_analysis *analysis,
				      const struct drtmon_log_event *event,
				      enum drtmon_check_result result, const char *why);

/**
 * struct drtmon_analysis_args - how to look at a log
 * @log: what to read
 * @replay: how to replay; its @expect are the values to compare with
 * @no_check: replay only: hold no digest against its data
 * @event: called for every record, or NULL
 * @ctx: its first argument
 */
struct drtmon_analysis_args {
	struct drtmon_log_args log;
	struct drtmon_replay_args replay;
	bool no_check;
	drtmon_analysis_event event;
	void *ctx;
};

/**
 * struct drtmon_analysis - a log that was read, checked, replayed and compared
 * @log: reader, at its end
 * @info: of @log
 * @replay: of the whole log
 * @pcrs: its result
 * @expect: values it was compared with, or NULL
 * @check: while records are read: what the checks know
 * @counts: PCRs by enum drtmon_compare, over all banks
 */
struct drtmon_analysis {
	struct drtmon_log *log;
	const struct drtmon_log_info *info;
	struct drtmon_replay *replay;
	const struct drtmon_pcrs *pcrs;
	const struct drtmon_pcrs *expect;
	struct drtmon_check *check;
	unsigned int counts[DRTMON_COMPARE_NOT_IN_LOG + 1];
};

/**
 * drtmon_analysis_run() - read a log once and do everything
 * @analysis: filled; release with drtmon_analysis_free() whatever the result
 * @args: how
 * @err: why it failed
 *
 * When values were to be compared and none could be, that is a problem of the
 * log: nothing compared is never a match.
 *
 * Return: 0 also for a malformed log, or a negative errno.
 */
int drtmon_analysis_run(struct drtmon_analysis *analysis, const struct drtmon_analysis_args *args,
			struct drtmon_err *err);

/**
 * drtmon_analysis_good() - complete, no problem and no mismatch?
 * @analysis: after drtmon_analysis_run()
 *
 * Return: true or false.
 */
bool drtmon_analysis_good(const struct drtmon_analysis *analysis);

/**
 * drtmon_analysis_json() - the result as the object of "drtmon log -j"
 * @analysis: after drtmon_analysis_run()
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_analysis_json(const struct drtmon_analysis *analysis);

/**
 * drtmon_analysis_event_json() - one record as an object
 * @analysis: what it belongs to
 * @event: record
 * @result: of the check
 * @why: of the check
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_analysis_event_json(const struct drtmon_analysis *analysis,
				   const struct drtmon_log_event *event,
				   enum drtmon_check_result result, const char *why);

/**
 * drtmon_analysis_free() - release
 * @analysis: may be all zero
 */
void drtmon_analysis_free(struct drtmon_analysis *analysis);

#endif
