/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_SLEEP_H
#define DRTMON_SLEEP_H

#include <linux/types.h>

int drtmon_sleep_init(void);
void drtmon_sleep_exit(void);
bool drtmon_sleep_is_on(void);
bool drtmon_sleep_lasts(void);

#endif /* DRTMON_SLEEP_H */
