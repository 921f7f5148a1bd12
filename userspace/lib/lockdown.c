// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/lockdown.h"

#include <errno.h>
#include <string.h>

#include "lib/sysfs.h"

enum drtmon_lockdown drtmon_lockdown_look(const char *root)
{
	char line[64];
	int ret = drtmon_sysfs_line(root, "/sys/kernel/security/lockdown", line, sizeof(line));

	if (!ret && strstr(line, "[none]"))
		return DRTMON_LOCKDOWN_NONE;
	if (!ret && strstr(line, "[integrity]"))
		return DRTMON_LOCKDOWN_INTEGRITY;
	if (!ret && strstr(line, "[confidentiality]"))
		return DRTMON_LOCKDOWN_CONFIDENTIALITY;
	/* Mounted, other files there, this one not: a kernel without lockdown. */
	if (ret == -ENOENT &&
	    drtmon_sysfs_fact(root, "/sys/kernel/security/lsm") == DRTMON_FACT_PRESENT)
		return DRTMON_LOCKDOWN_UNSUPPORTED;
	return DRTMON_LOCKDOWN_UNREADABLE;
}

const char *drtmon_lockdown_name(enum drtmon_lockdown lockdown)
{
	static const char *const names[] = {
		[DRTMON_LOCKDOWN_UNREADABLE] = "unknown",
		[DRTMON_LOCKDOWN_UNSUPPORTED] = "unsupported",
		[DRTMON_LOCKDOWN_NONE] = "none",
		[DRTMON_LOCKDOWN_INTEGRITY] = "integrity",
		[DRTMON_LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
	};

	return names[lockdown];
}
