/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_VALUES_H
#define DRTMON_TOOL_VALUES_H

#include <jansson.h>

#include "lib/chip.h"
#include "tool/cmd.h"

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
 */
void drtmon_values_print(const struct drtmon_opts *opts, const struct drtmon_chip *chip);

#endif
