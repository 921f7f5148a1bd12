// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/archive.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/message.h"
#include "lib/sysfs.h"

/* How often old events go, while new ones come: by time, or by how many. */
#define PRUNE_NS   UINT64_C(600000000000)
#define PRUNE_ROWS 20000

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int archive_open(struct archive *archive, struct drtmon_err *err)
{
	char moved[4200], text[4400];
	int ret;

	if (!archive->boot_id[0] && drtmon_sysfs_line("", "/proc/sys/kernel/random/boot_id",
						      archive->boot_id, sizeof(archive->boot_id)))
		return drtmon_err_set(err, -EIO, "the kernel does not tell its boot id");
	ret = drtmon_history_open(&archive->history, archive->path, moved, sizeof(moved), err);
	if (!moved[0])
		return ret;
	snprintf(text, sizeof(text),
		 "the history %s was damaged: it is kept as %s, and a new one begins",
		 archive->path, moved);
	archive->note(archive->ctx, DRTMON_SEVERITY_WARNING, MESSAGE_HISTORY_DAMAGED, text);
	return ret;
}

void archive_close(struct archive *archive)
{
	drtmon_history_close(archive->history);
	archive->history = NULL;
}

uint64_t archive_next(struct archive *archive, uint64_t load_id)
{
	uint64_t next;

	if (!archive->history ||
	    drtmon_history_next(archive->history, archive->boot_id, load_id, &next, NULL))
		return 0;
	return next;
}

static int archive_item(struct archive *archive, const struct item *item, struct drtmon_err *err)
{
	const struct drtmon_history_event event = {
		.boot_id = archive->boot_id,
		.load_id = item->load_id,
		.seq = item->seq,
		.last = item->last,
		.realtime = item->realtime,
		.severity = item->severity,
		.json = item->text,
	};

	return item->type == ITEM_NOTE ? 0 : drtmon_history_add(archive->history, &event, err);
}

static void archive_prune(struct archive *archive)
{
	uint64_t now = clock_ns(CLOCK_BOOTTIME);

	if (archive->pruned && now - archive->pruned < PRUNE_NS && archive->rows < PRUNE_ROWS)
		return;
	archive->pruned = now;
	archive->rows = 0;
	/* If it cannot now it can later: what matters was stored. */
	drtmon_history_prune(archive->history, &archive->limits, clock_ns(CLOCK_REALTIME), NULL);
}

static int archive_batch(struct archive *archive, struct item *const *items, size_t count,
			 struct drtmon_err *err)
{
	int ret = drtmon_history_begin(archive->history, err);
	size_t i;

	for (i = 0; i < count && !ret; i++)
		ret = archive_item(archive, items[i], err);
	if (ret)
		drtmon_history_rollback(archive->history);
	return ret ? ret : drtmon_history_commit(archive->history, err);
}

ssize_t archive_write(void *ctx, struct item *const *items, size_t count, struct drtmon_err *err)
{
	struct archive *archive = ctx;
	int ret = archive->history ? 0 : archive_open(archive, err);

	if (!ret)
		ret = archive_batch(archive, items, count, err);
	if (!ret) {
		archive->rows += count;
		archive_prune(archive);
		return (ssize_t)count;
	}
	/* A full disk empties; whatever else it is, another look at the file is due. */
	if (ret != -ENOSPC && ret != -EBUSY)
		archive_close(archive);
	return ret;
}
