/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_FILE_H
#define DRTMON_LIB_FILE_H

#include <stddef.h>

#include "lib/err.h"

/**
 * drtmon_file_write() - write a file whole, or not at all
 * @path: the file; one that exists is replaced
 * @data: bytes
 * @len: number of bytes
 * @err: what failed
 *
 * Written beside @path under another name, synchronised and renamed: a reader
 * finds the old one or the new one, also after a crash. Readable by its owner
 * only: reports name processes and users. A device or a FIFO is written to.
 *
 * Return: 0 or a negative errno.
 */
int drtmon_file_write(const char *path, const void *data, size_t len, struct drtmon_err *err);

#endif
