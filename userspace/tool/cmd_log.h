/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_CMD_LOG_H
#define DRTMON_TOOL_CMD_LOG_H

#include "lib/log/analysis.h"
#include "tool/cmd.h"

/**
 * struct drtmon_log_opts - options of "drtmon log"
 * @args: how to read, replay and compare
 * @pcrs: values of --pcrs; @args points to them
 * @bank: those of --bank, ended by NULL; @args points to them
 * @events: --events
 * @summary: --summary
 * @cel: --format cel
 * @cursor: --cursor, or NULL
 * @not_cursor: an option given that --cursor does not go with, or NULL
 */
struct drtmon_log_opts {
	struct drtmon_analysis_args args;
	struct drtmon_pcrs pcrs;
	const struct drtmon_alg *bank[DRTMON_PCRS_BANKS + 1];
	bool events;
	bool summary;
	bool cel;
	const char *cursor;
	const char *not_cursor;
};

/**
 * drtmon_log_print() - one log for a person
 * @opts: common options
 * @o: options of the command
 * @path: file
 *
 * Return: enum drtmon_exit.
 */
int drtmon_log_print(const struct drtmon_opts *opts, const struct drtmon_log_opts *o,
		     const char *path);

/**
 * drtmon_log_head_print() - a line on a log: format, banks, complete or not
 * @analysis: of the log
 * @path: its file
 */
void drtmon_log_head_print(const struct drtmon_analysis *analysis, const char *path);

/**
 * drtmon_log_problems_print() - a log's problems, one a line
 * @opts: common options
 * @info: of the log
 */
void drtmon_log_problems_print(const struct drtmon_opts *opts, const struct drtmon_log_info *info);

/**
 * drtmon_log_pcrs() - values to compare with
 * @pcrs: filled
 * @where: a file in any form drtmon_pcrs_parse() knows, "-" for standard
 *	input; a capture; or "tpm" for this machine's first
 * @err: why there are none
 *
 * Return: 0 or a negative errno.
 */
int drtmon_log_pcrs(struct drtmon_pcrs *pcrs, const char *where, struct drtmon_err *err);

/**
 * drtmon_log_cel() - several logs as one TCG CEL-JSON
 * @o: options of the command
 * @count: number of files
 * @path: files
 *
 * Return: enum drtmon_exit.
 */
int drtmon_log_cel(const struct drtmon_log_opts *o, int count, char **path);

/**
 * drtmon_log_cursor() - what is new in an IMA list since last time
 * @opts: common options
 * @o: options of the command, with @cursor
 * @count: number of files, at most one
 * @path: the list; without one, the kernel's
 *
 * Return: enum drtmon_exit.
 */
int drtmon_log_cursor(const struct drtmon_opts *opts, const struct drtmon_log_opts *o, int count,
		      char **path);

/**
 * drtmon_log_diff() - what changed between two logs
 * @opts: common options
 * @count: number of arguments
 * @argv: old and new log
 *
 * Return: enum drtmon_exit.
 */
int drtmon_log_diff(const struct drtmon_opts *opts, int count, char **argv);

#endif
