/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_CMD_PCR_DIFF_H
#define DRTMON_TOOL_CMD_PCR_DIFF_H

#include "tool/cmd.h"

/**
 * drtmon_pcr_diff() - "pcr diff": present values against a file or the baseline
 * @opts: common options
 * @argc: as given to the command
 * @argv: as given to the command; argv[0] is "diff"
 *
 * Return: an enum drtmon_exit.
 */
int drtmon_pcr_diff(const struct drtmon_opts *opts, int argc, char **argv);

#endif
