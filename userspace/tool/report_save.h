/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_REPORT_SAVE_H
#define DRTMON_TOOL_REPORT_SAVE_H

#include <jansson.h>

#include "tool/cmd.h"

/**
 * drtmon_report_save() - "report --save": keep a report, and say what changed since the last
 * @opts: -j: the answer as JSON
 * @doc: the report
 * @dir: where reports are kept; made when it is not there
 * @keep: how many, the new one included
 *
 * A report is a pair of files, report-TIME.html and report-TIME.json, where
 * TIME sorts as text. Nothing else in @dir is touched, but for "latest.html"
 * and "latest.json", which point to the newest.
 *
 * Return: EXIT_GOOD, or the exit code of the failure that was reported.
 */
int drtmon_report_save(const struct drtmon_opts *opts, const json_t *doc, const char *dir,
		       unsigned int keep);

#endif
