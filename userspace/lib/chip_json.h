/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_CHIP_JSON_H
#define DRTMON_LIB_CHIP_JSON_H

#include <jansson.h>

#include "lib/chip.h"

/**
 * drtmon_chip_json() - a chip without its PCR values
 * @chip: the chip
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_chip_json(const struct drtmon_chip *chip);

/**
 * drtmon_chip_banks_json() - names of a chip's allocated banks
 * @chip: the chip
 *
 * Return: a new reference to an array.
 */
json_t *drtmon_chip_banks_json(const struct drtmon_chip *chip);

/**
 * drtmon_snapshot_json() - how a chip's PCRs were read
 * @snapshot: the snapshot; "consistent" is null unless it is known
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_snapshot_json(const struct drtmon_snapshot *snapshot);

#endif
