/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_CLOCK_H
#define DRTMON_CLOCK_H

#include "chip.h"

int drtmon_clock_check(struct drtmon_chip *chip, struct drtmon_pcr_source *source);

#endif /* DRTMON_CLOCK_H */
