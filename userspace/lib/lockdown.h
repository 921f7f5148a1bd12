/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOCKDOWN_H
#define DRTMON_LIB_LOCKDOWN_H

/* What the kernel's lockdown says. */
enum drtmon_lockdown {
	DRTMON_LOCKDOWN_UNREADABLE,
	DRTMON_LOCKDOWN_UNSUPPORTED, /* this kernel has none */
	DRTMON_LOCKDOWN_NONE,
	DRTMON_LOCKDOWN_INTEGRITY,
	DRTMON_LOCKDOWN_CONFIDENTIALITY,
};

/**
 * drtmon_lockdown_look() - how far is the kernel locked down?
 * @root: directory in front of /sys
 *
 * Return: enum drtmon_lockdown.
 */
enum drtmon_lockdown drtmon_lockdown_look(const char *root);

/**
 * drtmon_lockdown_name() - "unknown", "unsupported", "none", "integrity", "confidentiality"
 * @lockdown: enum drtmon_lockdown
 *
 * Return: the name.
 */
const char *drtmon_lockdown_name(enum drtmon_lockdown lockdown);

#endif
