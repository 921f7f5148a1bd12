/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_CMD_BASELINE_H
#define DRTMON_TOOL_CMD_BASELINE_H

#include "lib/platform.h"
#include "tool/select.h"

/**
 * struct drtmon_baseline_cmd - a part of "baseline" at work
 * @opts: common options
 * @select: --chip, --bank, --pcrs
 * @current: --from-current
 * @refresh: --refresh
 * @yes: --yes
 * @file: FILE, or NULL
 * @nl: resolved socket
 * @platform: what the module says
 * @chips: the selected TPMs, at least one
 */
struct drtmon_baseline_cmd {
	const struct drtmon_opts *opts;
	struct drtmon_select select;
	bool current;
	bool refresh;
	bool yes;
	const char *file;
	struct drtmon_nl *nl;
	struct drtmon_platform platform;
	struct drtmon_chips chips;
};

/**
 * drtmon_baseline_read() - ask the module for PCRs and baselines, again
 * @cmd: its @chips are filled anew
 * @refresh: make the module read the TPM now
 *
 * Return: EXIT_GOOD, or the exit code of the failure that was reported.
 */
int drtmon_baseline_read(struct drtmon_baseline_cmd *cmd, bool refresh);

/**
 * drtmon_baseline_locked() - is it locked until reboot?
 * @cmd: read
 *
 * Return: true or false.
 */
bool drtmon_baseline_locked(const struct drtmon_baseline_cmd *cmd);

/**
 * drtmon_baseline_print() - how the TPMs stand towards their baselines
 * @cmd: read
 */
void drtmon_baseline_print(const struct drtmon_baseline_cmd *cmd);

/**
 * drtmon_baseline_doc() - the same as a document
 * @cmd: read
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_baseline_doc(const struct drtmon_baseline_cmd *cmd);

/* The parts of "baseline" that change something; each returns an enum drtmon_exit. */
int drtmon_baseline_run_set(struct drtmon_baseline_cmd *cmd);
int drtmon_baseline_run_del(struct drtmon_baseline_cmd *cmd);
int drtmon_baseline_run_lock(struct drtmon_baseline_cmd *cmd);

#endif
