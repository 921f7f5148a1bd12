// SPDX-License-Identifier: GPL-2.0-or-later
/* Sleep, as far as a machine without a power button can. */
#include <errno.h>
#include <unistd.h>

#include "power.h"
#include "proc.h"

/**
 * power_cycle() - sleep and wake
 *
 * The kernel goes through all of it but the sleep itself. The deepest level
 * first: that is what a machine at a desk goes through.
 *
 * Return: 0 or a negative errno.
 */
int power_cycle(void)
{
	static const char *const levels[] = { "devices", "freezer" };
	static const char *const states[] = { "mem", "freeze" };
	int ret = -ENODEV;
	size_t i;

	write_text("/sys/module/suspend/parameters/pm_test_delay", "1");
	for (i = 0; i < 4 && ret; i++) {
		ret = write_text("/sys/power/pm_test", levels[i / 2]);
		if (!ret)
			ret = write_text("/sys/power/state", states[i % 2]);
	}
	write_text("/sys/power/pm_test", "none");
	return ret;
}

/**
 * need_power() - what power_cycle() needs
 *
 * Return: NULL, or why it cannot be.
 */
const char *need_power(void)
{
	return access("/sys/power/pm_test", W_OK) ? "needs CONFIG_PM_DEBUG" : NULL;
}
