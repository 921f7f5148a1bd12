/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_CMD_PCR_EXPLAIN_H
#define DRTMON_TOOL_CMD_PCR_EXPLAIN_H

#include "tool/cmd.h"

/**
 * drtmon_pcr_explain() - "drtmon pcr explain [PCR…]": which events made these values
 * @opts: common options; --from is understood
 * @argc: number of words
 * @argv: the first is "explain", then PCRs
 *
 * Return: enum drtmon_exit.
 */
int drtmon_pcr_explain(const struct drtmon_opts *opts, int argc, char **argv);

#endif
