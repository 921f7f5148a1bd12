// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/secure_boot.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "lib/blob.h"
#include "lib/sysfs.h"

#define GLOBAL	"-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define EFIVARS "/sys/firmware/efi/efivars"

/* A variable of one byte: 4 bytes of attributes, then the value. -1 when it is not that. */
static int efi_byte(const char *root, const char *name)
{
	struct drtmon_blob blob;
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), EFIVARS "/%s" GLOBAL, name);
	ret = drtmon_sysfs_read(root, path, &blob);
	ret = !ret && blob.len == 5 ? blob.data[4] : -1;
	drtmon_blob_free(&blob);
	return ret;
}

/* The mount point is there without the file system, too: then it is empty. */
static bool efivars_mounted(const char *root)
{
	struct dirent *entry;
	char path[PATH_MAX];
	bool any = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s" EFIVARS, root);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!any && (entry = readdir(dir)))
		any = entry->d_name[0] != '.';
	closedir(dir);
	return any;
}

enum drtmon_secure_boot drtmon_secure_boot_look(const char *root)
{
	if (drtmon_sysfs_fact(root, "/sys/firmware/efi") == DRTMON_FACT_ABSENT)
		return DRTMON_SECURE_BOOT_UNSUPPORTED;
	if (drtmon_sysfs_fact(root, EFIVARS "/SecureBoot" GLOBAL) == DRTMON_FACT_ABSENT)
		return efivars_mounted(root) ? DRTMON_SECURE_BOOT_UNSUPPORTED
					     : DRTMON_SECURE_BOOT_NO_VARIABLES;
	switch (efi_byte(root, "SecureBoot")) {
	case 0:
		return efi_byte(root, "SetupMode") == 1 ? DRTMON_SECURE_BOOT_SETUP_MODE
							: DRTMON_SECURE_BOOT_DISABLED;
	case 1:
		return DRTMON_SECURE_BOOT_ENABLED;
	default:
		return DRTMON_SECURE_BOOT_UNREADABLE;
	}
}
