// SPDX-License-Identifier: GPL-2.0-or-later
/* Sleep, as far as a machine without a power button can. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "power.h"

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

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

	put("/sys/module/suspend/parameters/pm_test_delay", "1");
	for (i = 0; i < 4 && ret; i++) {
		ret = put("/sys/power/pm_test", levels[i / 2]);
		if (!ret)
			ret = put("/sys/power/state", states[i % 2]);
	}
	put("/sys/power/pm_test", "none");
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
