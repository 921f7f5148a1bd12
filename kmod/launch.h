/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_LAUNCH_H
#define DRTMON_LAUNCH_H

#include "txt.h"

void drtmon_launch_init(unsigned long txt_base, u32 interval);
void drtmon_launch_exit(void);
int drtmon_launch_refresh(void);
const struct drtmon_txt_evidence *drtmon_launch_get(void);
void drtmon_launch_put(void);

#endif /* DRTMON_LAUNCH_H */
