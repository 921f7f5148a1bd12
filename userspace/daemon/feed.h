/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_FEED_H
#define DRTMON_DAEMON_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/item.h"
#include "lib/err.h"

/*
 * A bounded queue with a thread of its own at its end, so that a disk or a
 * journal that stalls stalls nothing else. What does not fit is not lost yet:
 * the module's ring holds it for a while, and it is fetched from there when
 * there is room again. What the ring no longer holds is a gap, and is written
 * as one.
 */
struct feed;

/**
 * struct feed_ops - where items go
 * @write: write the first of @count items, as many as can be; in the feed's
 *	thread. Return: how many were written, or a negative errno with @err;
 *	then the same are offered again after a while.
 * @ctx: for @write
 * @gather_ms: how long an item may wait for others to be written with it, where
 *	a write costs much and an item little; 0 to write at once
 */
struct feed_ops {
	ssize_t (*write)(void *ctx, struct item *const *items, size_t count,
			 struct drtmon_err *err);
	void *ctx;
	unsigned int gather_ms;
};

/**
 * struct feed_stats - how a feed is doing
 * @written: items written
 * @lost: events that became part of a gap
 * @queued: items that wait
 * @failing: the last write failed
 * @behind: some are to be fetched from the ring
 * @err: why the last write failed
 */
struct feed_stats {
	uint64_t written;
	uint64_t lost;
	size_t queued;
	bool failing;
	bool behind;
	struct drtmon_err err;
};

/**
 * feed_start() - make a feed and its thread
 * @feed: the feed; release with feed_stop()
 * @ops: copied
 * @wake: eventfd that is written to when feed_wants() may have become true or
 *	@failing of its statistics changed
 *
 * Return: 0 or a negative errno.
 */
int feed_start(struct feed **feed, const struct feed_ops *ops, int wake);

/**
 * feed_stop() - let it write what it holds, then release it
 * @feed: may be NULL
 * @seconds: how long to wait for that
 *
 * Return: false when it would not end in time; then it stays as it is, and the
 * process should end.
 */
bool feed_stop(struct feed *feed, unsigned int seconds);

/**
 * feed_begin() - another load of the module
 * @feed: the feed
 * @load_id: its number
 * @next: first sequence that is not written yet
 * @end: one past the last sequence of the load before that there was; what of
 *	it is neither written nor queued is a gap now
 */
void feed_begin(struct feed *feed, uint64_t load_id, uint64_t next, uint64_t end);

/**
 * feed_next() - the sequence that comes next
 * @feed: the feed
 *
 * Return: a sequence.
 */
uint64_t feed_next(struct feed *feed);

/**
 * feed_event() - an event of the stream
 * @feed: the feed
 * @item: an event or a gap; written once and in order, or fetched later
 */
void feed_event(struct feed *feed, struct item *item);

/**
 * feed_past() - an event from the ring, for a feed that is behind
 * @feed: the feed
 * @item: an event or a gap
 *
 * Return: 0, or -ENOBUFS when there is no room: stop fetching.
 */
int feed_past(struct feed *feed, struct item *item);

/**
 * feed_caught_up() - all there is was fetched
 * @feed: the feed
 * @end: one past the newest sequence of the stream; what is missing up to there
 *	is a gap
 */
void feed_caught_up(struct feed *feed, uint64_t end);

/**
 * feed_note() - something that has no sequence; from any thread
 * @feed: the feed
 * @item: dropped when there is no room
 */
void feed_note(struct feed *feed, struct item *item);

/**
 * feed_wants() - shall it be fed from the ring?
 * @feed: the feed
 *
 * Return: true when it is behind and has room.
 */
bool feed_wants(struct feed *feed);

/**
 * feed_stats() - how it is doing
 * @feed: the feed
 * @stats: filled
 */
void feed_stats(struct feed *feed, struct feed_stats *stats);

#endif
