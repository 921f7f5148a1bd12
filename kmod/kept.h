/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_KEPT_H
#define DRTMON_KEPT_H

#include "chip.h"

int drtmon_kept_prepare(struct drtmon_chip *chip);
void drtmon_kept_save(struct drtmon_chip *chip);
bool drtmon_kept_restore(struct drtmon_chip *chip);
void drtmon_kept_exit(void);

#endif /* DRTMON_KEPT_H */
