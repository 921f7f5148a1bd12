/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_DRIFT_H
#define DRTMON_DRIFT_H

#include "chip.h"

u32 drtmon_drift_banks(const struct drtmon_chip *chip, u32 pcr);
bool drtmon_drift_alarms(const struct drtmon_chip *chip, u64 began);
void drtmon_drift_adopt(struct drtmon_chip *chip, u64 began, u64 ended);
void drtmon_drift_adopt_some(struct drtmon_chip *chip, u64 began);

#endif /* DRTMON_DRIFT_H */
