/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_VALUES_H
#define DRTMON_TOOL_VALUES_H

#include <jansson.h>

#include "lib/chip.h"
#include "tool/cmd.h"

/**
 * drtmon_values_module() - TPMs and their PCRs from the module
 * @only: a chip's number, or -1 for all
 * @refresh: make the module read the TPM now
 * @chips: filled; an empty list when there is no TPM
 * @err: what failed
 *
 * Return: 0, DRTMON_NL_ABSENT or another negative errno.
 */
int drtmon_values_module(int only, bool refresh, struct drtmon_chips *chips,
			 struct drtmon_err *err);

/**
 * drtmon_values_read() - TPMs and their PCRs: from the module, else from sysfs
 * @only: a chip's number, or -1 for all
 * @refresh: make the module read the TPM now; sysfs is then no substitute
 * @chips: filled; an empty list when there is no TPM
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_values_read(int only, bool refresh, struct drtmon_chips *chips, struct drtmon_err *err);

/**
 * drtmon_values_nothing() - say why there is nothing to show
 * @only: the chip that was asked for, or -1
 *
 * Return: EXIT_NO_TPM, or EXIT_FINDING when it is not known whether there is one.
 */
int drtmon_values_nothing(int only);

/**
 * drtmon_values_json() - chips with the values of their PCRs
 * @chips: the chips
 *
 * Return: a new reference to an array.
 */
json_t *drtmon_values_json(const struct drtmon_chips *chips);

/**
 * drtmon_values_print() - a chip and its PCRs, one bank after the other
 * @opts: decides about colour
 * @chip: the chip
 * @brief: PCRs that are all zero share a line
 */
void drtmon_values_print(const struct drtmon_opts *opts, const struct drtmon_chip *chip,
			 bool brief);

#endif
