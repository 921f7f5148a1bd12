/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_POWER_H
#define SELFTESTS_POWER_H

int power_cycle(void);
const char *need_power(void);

#endif /* SELFTESTS_POWER_H */
