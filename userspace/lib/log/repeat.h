/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_REPEAT_H
#define DRTMON_LIB_LOG_REPEAT_H

#include "lib/log/analysis.h"

/**
 * drtmon_repeat_resolve() - records that stand in the log twice and were extended once
 * @analysis: replayed; the replay is exchanged when a better one is found
 * @args: what it was made with
 *
 * Firmware lists in its final events table what was measured since the log was
 * first asked for, and an old kernel, or a boot loader that asked as well,
 * appends all of it: ...abc becomes ...abcabcd. The same bytes can be honest,
 * as a boot loader repeats its commands, so only values can tell: a repeated
 * block is left out when that makes PCRs match that did not, and none differ
 * that did. The log then has a problem that says which records.
 *
 * Return: 0 or a negative errno.
 */
int drtmon_repeat_resolve(struct drtmon_analysis *analysis,
			  const struct drtmon_analysis_args *args);

#endif
