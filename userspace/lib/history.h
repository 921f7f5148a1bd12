/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_HISTORY_H
#define DRTMON_LIB_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

/* Where drtmond keeps it. */
#define DRTMON_HISTORY_FILE "/var/lib/drtmond/history.db"

/* Characters of a boot id, NUL included. */
#define DRTMON_HISTORY_BOOT_MAX 37

/* A database of past events, beyond reboots; opaque. */
struct drtmon_history;

/**
 * struct drtmon_history_event - a row
 * @boot_id: of which boot, as /proc/sys/kernel/random/boot_id says
 * @load_id: of which load of the module
 * @seq: sequence within that load
 * @last: on a gap the last sequence that is missing, else 0
 * @realtime: ns since 1970; on a gap when it was found
 * @severity: enum drtmon_severity, as the policy has it
 * @json: the event as "events -j" prints it, NULL on a gap
 */
struct drtmon_history_event {
	const char *boot_id;
	uint64_t load_id;
	uint64_t seq;
	uint64_t last;
	uint64_t realtime;
	uint32_t severity;
	const char *json;
};

/**
 * drtmon_history_open() - open for writing, made anew where it is missing
 * @history: the database; release with drtmon_history_close()
 * @path: file; others with -wal and -shm behind its name lie beside it
 * @moved: room for a path of @max bytes: a damaged database was moved there and
 *	an empty one made; "" when none was
 * @max: size of @moved
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_history_open(struct drtmon_history **history, const char *path, char *moved, size_t max,
			struct drtmon_err *err);

/**
 * drtmon_history_close() - release
 * @history: may be NULL; what was not committed is forgotten
 */
void drtmon_history_close(struct drtmon_history *history);

/**
 * drtmon_history_next() - the sequence after the newest that is stored
 * @history: the database
 * @boot_id: of which boot
 * @load_id: of which load of the module
 * @next: 1 when nothing of that load is stored
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_history_next(struct drtmon_history *history, const char *boot_id, uint64_t load_id,
			uint64_t *next, struct drtmon_err *err);

/**
 * drtmon_history_begin() - begin a transaction
 * @history: the database
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_history_begin(struct drtmon_history *history, struct drtmon_err *err);

/**
 * drtmon_history_add() - add an event or a gap
 * @history: the database, within a transaction
 * @event: the row; one that is there already stays as it is
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_history_add(struct drtmon_history *history, const struct drtmon_history_event *event,
		       struct drtmon_err *err);

/**
 * drtmon_history_commit() - end a transaction
 * @history: the database
 * @err: what failed; then nothing of the transaction was stored
 *
 * Return: 0, or a negative errno: -ENOSPC, -EROFS, -EIO, -EUCLEAN when the
 * database is damaged, -EBUSY when another process holds it.
 */
int drtmon_history_commit(struct drtmon_history *history, struct drtmon_err *err);

/**
 * drtmon_history_rollback() - forget a transaction
 * @history: the database
 */
void drtmon_history_rollback(struct drtmon_history *history);

/**
 * struct drtmon_history_limits - how much to keep
 * @age_ns: events older than this go, 0 for any age
 * @bytes: oldest events go when the database takes more, 0 for any size
 */
struct drtmon_history_limits {
	uint64_t age_ns;
	uint64_t bytes;
};

/**
 * drtmon_history_prune() - forget the oldest
 * @history: the database, outside of transactions
 * @limits: how much to keep
 * @now: ns since 1970
 * @err: what failed
 *
 * Age is counted back from @now or from the newest event, whichever is
 * earlier: a clock that jumps ahead alone makes nothing old.
 *
 * Return: number of events that went, or a negative errno.
 */
int64_t drtmon_history_prune(struct drtmon_history *history,
			     const struct drtmon_history_limits *limits, uint64_t now,
			     struct drtmon_err *err);

/**
 * drtmon_history_bytes() - what the database takes
 * @history: the database
 *
 * Return: bytes, without the journal of its last transactions; 0 when not known.
 */
uint64_t drtmon_history_bytes(struct drtmon_history *history);

/**
 * struct drtmon_history_query - what to read
 * @since: ns since 1970
 * @severity: this and above
 * @event: called for each row, oldest first; a non-zero result ends the reading
 * @ctx: for @event
 */
struct drtmon_history_query {
	uint64_t since;
	uint32_t severity;
	int (*event)(void *ctx, const struct drtmon_history_event *event);
	void *ctx;
};

/**
 * drtmon_history_read() - read another process's database
 * @path: the file
 * @query: what
 * @err: what failed; -ENOENT: there is none
 *
 * Return: 0, a negative errno, or what @query->event returned.
 */
int drtmon_history_read(const char *path, const struct drtmon_history_query *query,
			struct drtmon_err *err);

#endif
