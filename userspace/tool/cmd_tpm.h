/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_CMD_TPM_H
#define DRTMON_TOOL_CMD_TPM_H

#include "lib/tpm_info.h"
#include "tool/cmd.h"

/**
 * drtmon_tpm_clear() - "tpm clear": what would be lost, and with --yes the request to clear
 * @opts: common options
 * @info: the TPM
 * @yes: ask the firmware
 *
 * Return: an enum drtmon_exit.
 */
int drtmon_tpm_clear(const struct drtmon_opts *opts, const struct drtmon_tpm_info *info, bool yes);

#endif
