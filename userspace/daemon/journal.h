/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_JOURNAL_H
#define DRTMON_DAEMON_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/feed.h"
#include "lib/err.h"

/* Where entries go. */
enum journal_target {
	JOURNAL_SYSTEM, /* the journal; standard error while there is none */
	JOURNAL_STDOUT, /* JSON lines on standard output */
};

/**
 * struct journal_place - how far the journal is written; survives kill -9
 * @load_id: load of the module
 * @seq: newest sequence of it that is in the journal
 */
struct journal_place {
	uint64_t load_id;
	uint64_t seq;
};

/**
 * struct journal - the end of the feed that writes entries
 * @target: where they go
 * @severity: least severity of an event that is written
 * @place: a shared mapping of a file, or NULL
 */
struct journal {
	enum journal_target target;
	uint32_t severity;
	struct journal_place *place;
};

/**
 * journal_open() - remember how far it is written in a file
 * @journal: @target and @severity are set
 * @path: the file; it is to lie where it is gone after a reboot
 * @err: what failed; the journal can be used all the same
 *
 * Return: 0 or a negative errno.
 */
int journal_open(struct journal *journal, const char *path, struct drtmon_err *err);

/**
 * journal_close() - forget the mapping, keep the file
 * @journal: the journal
 */
void journal_close(struct journal *journal);

/**
 * journal_next() - the first sequence that is not in the journal yet
 * @journal: the journal
 * @load_id: load of the module
 *
 * Return: a sequence, 0 when it is not known.
 */
uint64_t journal_next(const struct journal *journal, uint64_t load_id);

/**
 * journal_write() - feed_ops.write: an entry for each item
 * @ctx: struct journal
 * @items: events, gaps and notes
 * @count: how many
 * @err: what failed
 *
 * Return: how many were written, or a negative errno.
 */
ssize_t journal_write(void *ctx, struct item *const *items, size_t count, struct drtmon_err *err);

/**
 * journal_message() - an event as a line for people
 * @dst: room for @max bytes
 * @max: size of @dst
 * @event: its JSON
 */
void journal_message(char *dst, size_t max, const json_t *event);

#endif
