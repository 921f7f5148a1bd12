/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_PCR_FILE_H
#define DRTMON_TOOL_PCR_FILE_H

#include "lib/pcrs.h"

/**
 * drtmon_pcr_file() - values from a file that the command line names
 * @path: in any form drtmon_pcrs_parse() knows; "-" is standard input
 * @pcrs: filled
 *
 * Return: EXIT_GOOD, or EXIT_FINDING when it has no values or makes no sense,
 * which was reported.
 */
int drtmon_pcr_file(const char *path, struct drtmon_pcrs *pcrs);

#endif
