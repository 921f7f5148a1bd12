/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_KOFILE_H
#define DRTMON_LIB_KOFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"

/**
 * struct drtmon_kofile - what a module file says of itself
 * @path: where it is
 * @version: its version, "" if it has none
 * @vermagic: the kernel it was built for and how, "" if it has none
 * @is_signed: a signature is appended; whose, only the kernel can tell
 */
struct drtmon_kofile {
	char path[PATH_MAX];
	char version[64];
	char vermagic[256];
	bool is_signed;
};

/**
 * drtmon_kofile_find() - where modprobe finds a module
 * @root: directory in front of /lib/modules
 * @release: kernel release
 * @name: module
 * @ko: @path is filled
 *
 * Return: 1 when modprobe knows it, 0 when the file is there but depmod has not
 * run since, -ENOENT when there is none.
 */
int drtmon_kofile_find(const char *root, const char *release, const char *name,
		       struct drtmon_kofile *ko);

/**
 * drtmon_kofile_read() - read what the file says, compressed or not
 * @ko: @path is set; the rest is filled
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_kofile_read(struct drtmon_kofile *ko, struct drtmon_err *err);

#endif
