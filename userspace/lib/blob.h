/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_BLOB_H
#define DRTMON_LIB_BLOB_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

/**
 * struct drtmon_blob - bytes read whole from somewhere
 * @data: malloc()ed, NULL when empty; one NUL follows the last byte
 * @len: number of bytes, without that NUL
 * @truncated: the source held more than the caller's limit
 */
struct drtmon_blob {
	uint8_t *data;
	size_t len;
	int truncated;
};

/**
 * drtmon_blob_read() - read a file whole, up to a limit
 * @blob: filled; release with drtmon_blob_free() whatever the result
 * @path: a file, "-" for standard input; sysfs and securityfs files are fine
 * @max: most bytes to keep; what lies behind sets @blob->truncated
 * @err: what went wrong
 *
 * A directory is refused. A FIFO or a device is read up to @max. Memory grows
 * with what was really read.
 *
 * Return: 0, or a negative errno; @blob then holds what was read so far.
 */
int drtmon_blob_read(struct drtmon_blob *blob, const char *path, size_t max,
		     struct drtmon_err *err);

/**
 * drtmon_blob_free() - release the bytes and leave an empty blob
 * @blob: may be empty already
 */
void drtmon_blob_free(struct drtmon_blob *blob);

#endif
