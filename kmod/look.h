/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_LOOK_H
#define DRTMON_LOOK_H

#include "chip.h"

int drtmon_look_init(u32 interval);
void drtmon_look_exit(void);
int drtmon_look_refresh(struct drtmon_chip *chip);
u32 drtmon_look_unknown(const struct drtmon_chip *chip);

#endif /* DRTMON_LOOK_H */
