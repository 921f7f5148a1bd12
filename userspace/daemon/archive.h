/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_ARCHIVE_H
#define DRTMON_DAEMON_ARCHIVE_H

#include <stdint.h>

#include "daemon/feed.h"
#include "lib/err.h"
#include "lib/history.h"

/**
 * struct archive - the end of the feed that writes the history
 * @path: the database
 * @limits: how much to keep
 * @note: told of what a person should know; from the feed's thread
 * @ctx: for @note
 * @boot_id: of this boot
 * @history: open, or NULL
 * @pruned: ns since boot: when it was last made smaller
 * @rows: written since then
 */
struct archive {
	const char *path;
	struct drtmon_history_limits limits;
	void (*note)(void *ctx, uint32_t severity, const char *word, const char *text);
	void *ctx;
	char boot_id[DRTMON_HISTORY_BOOT_MAX];
	struct drtmon_history *history;
	uint64_t pruned;
	size_t rows;
};

/**
 * archive_open() - open the database, before there is a feed
 * @archive: @path, @limits, @note and @ctx are set
 * @err: what failed; writing tries again
 *
 * Return: 0 or a negative errno.
 */
int archive_open(struct archive *archive, struct drtmon_err *err);

/**
 * archive_close() - close it
 * @archive: the archive
 */
void archive_close(struct archive *archive);

/**
 * archive_next() - the first sequence that is not stored yet
 * @archive: the archive, before there is a feed
 * @load_id: load of the module
 *
 * Return: a sequence, 0 when it is not known.
 */
uint64_t archive_next(struct archive *archive, uint64_t load_id);

/**
 * archive_write() - feed_ops.write: all items in one transaction
 * @ctx: struct archive
 * @items: events and gaps
 * @count: how many
 * @err: what failed
 *
 * Return: @count, or a negative errno; then none was stored.
 */
ssize_t archive_write(void *ctx, struct item *const *items, size_t count, struct drtmon_err *err);

#endif
