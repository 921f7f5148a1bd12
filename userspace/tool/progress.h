/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_PROGRESS_H
#define DRTMON_TOOL_PROGRESS_H

#include "tool/cmd.h"

/**
 * drtmon_progress_begin() - something begins that may take its time
 * @opts: nothing is shown with -q
 * @what: a few words, in lower case; kept by reference
 *
 * After a second a line on standard error says what is being done and for how
 * long, if that is a terminal. Nothing may be printed before drtmon_progress_end().
 */
void drtmon_progress_begin(const struct drtmon_opts *opts, const char *what);

/**
 * drtmon_progress_end() - it is done: the line disappears
 *
 * Does nothing when nothing was begun.
 */
void drtmon_progress_end(void);

#endif
