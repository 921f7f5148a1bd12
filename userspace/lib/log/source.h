/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_SOURCE_H
#define DRTMON_LIB_LOG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

/**
 * struct drtmon_source - a window that slides over bytes from anywhere
 * @cur: first byte not consumed yet
 * @end: behind the last byte in the window
 * @offset: of @cur, from the source's first byte
 * @fd: file, -1 for memory
 * @own_fd: @fd is closed with the source
 * @nonblock: @fd is a FIFO or device that may never have data
 * @eof: nothing follows @end
 * @idle: ended because nothing came for too long
 * @capped: ended because it held more than DRTMON_LOG_BYTES_MAX
 * @error: negative errno of a failed read
 * @buf: window of a file
 * @room: bytes of @buf
 * @total: bytes read from @fd so far
 */
struct drtmon_source {
	const uint8_t *cur;
	const uint8_t *end;
	uint64_t offset;
	int fd;
	bool own_fd;
	bool nonblock;
	bool eof;
	bool idle;
	bool capped;
	int error;
	uint8_t *buf;
	size_t room;
	uint64_t total;
};

/**
 * drtmon_source_open() - a file, standard input for "-"
 * @src: filled; close with drtmon_source_close()
 * @path: file
 * @err: why it failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_source_open(struct drtmon_source *src, const char *path, struct drtmon_err *err);

/**
 * drtmon_source_memory() - bytes in memory, not copied
 * @src: filled
 * @data: bytes, must outlive @src
 * @len: number of bytes
 */
void drtmon_source_memory(struct drtmon_source *src, const uint8_t *data, size_t len);

/**
 * drtmon_source_more() - slow path of drtmon_source_fill()
 * @src: source
 * @want: bytes wanted behind @src->cur
 *
 * Return: bytes now there, at most what the source still holds.
 */
size_t drtmon_source_more(struct drtmon_source *src, size_t want);

/**
 * drtmon_source_fill() - make bytes available in one piece
 * @src: source
 * @want: bytes wanted behind @src->cur; pointers into the window become stale
 *
 * Return: bytes there, fewer than @want only at the end.
 */
static inline size_t drtmon_source_fill(struct drtmon_source *src, size_t want)
{
	size_t have = (size_t)(src->end - src->cur);

	return have >= want ? have : drtmon_source_more(src, want);
}

/**
 * drtmon_source_eat() - consume bytes that are in the window
 * @src: source
 * @n: at most what the last fill returned
 */
static inline void drtmon_source_eat(struct drtmon_source *src, size_t n)
{
	src->cur += n;
	src->offset += n;
}

/**
 * drtmon_source_skip() - pass over bytes, by seeking where that works
 * @src: source, nothing read yet
 * @n: number of bytes
 *
 * Return: 0, or -ENODATA when the source ends before.
 */
int drtmon_source_skip(struct drtmon_source *src, uint64_t n);

/**
 * drtmon_source_close() - release the window and the file
 * @src: source
 */
void drtmon_source_close(struct drtmon_source *src);

#endif
