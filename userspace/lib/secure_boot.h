/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_SECURE_BOOT_H
#define DRTMON_LIB_SECURE_BOOT_H

/* What the firmware's SecureBoot variable says. */
enum drtmon_secure_boot {
	DRTMON_SECURE_BOOT_UNREADABLE,	 /* the variable is there, its value is not to be had */
	DRTMON_SECURE_BOOT_NO_VARIABLES, /* UEFI, but no efivarfs to look into */
	DRTMON_SECURE_BOOT_UNSUPPORTED,	 /* not UEFI, or UEFI without the variable */
	DRTMON_SECURE_BOOT_DISABLED,
	DRTMON_SECURE_BOOT_SETUP_MODE, /* disabled, and keys can be enrolled by anybody */
	DRTMON_SECURE_BOOT_ENABLED,
};

/**
 * drtmon_secure_boot_look() - is Secure Boot on?
 * @root: directory in front of /sys
 *
 * Return: enum drtmon_secure_boot.
 */
enum drtmon_secure_boot drtmon_secure_boot_look(const char *root);

#endif
