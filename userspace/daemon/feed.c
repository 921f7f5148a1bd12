// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/feed.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What a feed may hold: the daemon's memory is bounded by this. */
#define FEED_ITEMS 4096
#define FEED_BYTES (4096 * 1024)
/* Items a write is offered at most. */
#define FEED_BATCH 512
/* Seconds after a write that failed: doubled each time. */
#define PAUSE_MIN 1
#define PAUSE_MAX 30

struct feed {
	struct feed_ops ops;
	int wake;
	pthread_t thread;
	pthread_mutex_t lock; /* everything below */
	pthread_cond_t more;
	struct item *queue[FEED_ITEMS];
	size_t head;
	size_t count;
	size_t bytes;
	bool stop;
	uint64_t load_id;
	uint64_t next;
	struct feed_stats stats;
};

static void feed_wake(struct feed *feed)
{
	uint64_t one = 1;

	/* A full counter wakes as well as one more. */
	if (write(feed->wake, &one, sizeof(one)) < 0)
		return;
}

static bool feed_has_room(const struct feed *feed)
{
	return feed->count < FEED_ITEMS / 2 && feed->bytes < FEED_BYTES / 2;
}

static bool feed_fits(const struct feed *feed, const struct item *item)
{
	return feed->count < FEED_ITEMS - 1 && feed->bytes + item_bytes(item) <= FEED_BYTES;
}

/* One place is kept for a gap: to lose events silently is worse than anything. */
static void feed_put(struct feed *feed, struct item *item)
{
	if (feed->count == FEED_ITEMS)
		return;
	feed->queue[(feed->head + feed->count++) % FEED_ITEMS] = item_ref(item);
	feed->bytes += item_bytes(item);
	/* Who waits, waits for the first or for a batch; each between would cost a switch. */
	if (feed->count == 1 || feed->count == FEED_BATCH)
		pthread_cond_signal(&feed->more);
}

static void feed_put_gap(struct feed *feed, uint64_t end)
{
	struct item *gap;

	if (feed->next >= end)
		return;
	gap = item_gap(feed->load_id, feed->next, end - 1);
	feed->stats.lost += end - feed->next;
	feed->next = end;
	if (gap)
		feed_put(feed, gap);
	item_unref(gap);
}

static void feed_pop(struct feed *feed, size_t count)
{
	for (; count; count--, feed->count--) {
		struct item *item = feed->queue[feed->head];

		feed->head = (feed->head + 1) % FEED_ITEMS;
		feed->bytes -= item_bytes(item);
		item_unref(item);
	}
}

/* Until there are @enough items, too. */
static void feed_pause(struct feed *feed, unsigned int ms, size_t enough)
{
	struct timespec until;
	int ret = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!feed->stop && feed->count < enough && ret != ETIMEDOUT)
		ret = pthread_cond_timedwait(&feed->more, &feed->lock, &until);
}

/* With the lock held, but for the write itself. */
static ssize_t feed_write(struct feed *feed, struct drtmon_err *err)
{
	struct item *batch[FEED_BATCH];
	size_t i, count = feed->count < FEED_BATCH ? feed->count : FEED_BATCH;
	ssize_t ret;

	/* Nobody but this thread takes them off the queue. */
	for (i = 0; i < count; i++)
		batch[i] = feed->queue[(feed->head + i) % FEED_ITEMS];
	pthread_mutex_unlock(&feed->lock);
	ret = feed->ops.write(feed->ops.ctx, batch, count, err);
	pthread_mutex_lock(&feed->lock);
	return ret;
}

/* After a write: what changed for those who look. */
static void feed_wrote(struct feed *feed, ssize_t ret, const struct drtmon_err *err)
{
	bool was = feed->stats.failing;

	feed->stats.failing = ret < 0;
	feed->stats.err = *err;
	if (ret > 0) {
		feed_pop(feed, (size_t)ret);
		feed->stats.written += (uint64_t)ret;
	}
	if (was != feed->stats.failing || (feed->stats.behind && feed_has_room(feed)))
		feed_wake(feed);
}

static void *feed_thread(void *ctx)
{
	struct feed *feed = ctx;
	unsigned int pause = PAUSE_MIN;

	pthread_mutex_lock(&feed->lock);
	for (;;) {
		struct drtmon_err err = { 0 };
		ssize_t ret;

		while (!feed->count && !feed->stop)
			pthread_cond_wait(&feed->more, &feed->lock);
		if (!feed->count)
			break;
		if (feed->ops.gather_ms)
			feed_pause(feed, feed->ops.gather_ms, FEED_BATCH);
		ret = feed_write(feed, &err);
		feed_wrote(feed, ret, &err);
		if (ret >= 0) {
			pause = PAUSE_MIN;
			continue;
		}
		if (feed->stop)
			break;
		feed_pause(feed, pause * 1000, SIZE_MAX);
		pause = pause * 2 < PAUSE_MAX ? pause * 2 : PAUSE_MAX;
	}
	pthread_mutex_unlock(&feed->lock);
	return NULL;
}

/* Signals are the main thread's. */
static int thread_start(struct feed *feed)
{
	sigset_t all, before;
	int ret;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	ret = pthread_create(&feed->thread, NULL, feed_thread, feed);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -ret;
}

int feed_start(struct feed **out, const struct feed_ops *ops, int wake)
{
	struct feed *feed = calloc(1, sizeof(*feed));
	pthread_condattr_t attr;
	int ret;

	*out = NULL;
	if (!feed)
		return -ENOMEM;
	feed->ops = *ops;
	feed->wake = wake;
	feed->next = 1;
	pthread_mutex_init(&feed->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&feed->more, &attr);
	pthread_condattr_destroy(&attr);
	ret = thread_start(feed);
	if (ret)
		free(feed);
	else
		*out = feed;
	return ret;
}

bool feed_stop(struct feed *feed, unsigned int seconds)
{
	struct timespec until;

	if (!feed)
		return true;
	pthread_mutex_lock(&feed->lock);
	feed->stop = true;
	pthread_cond_signal(&feed->more);
	pthread_mutex_unlock(&feed->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	if (pthread_timedjoin_np(feed->thread, NULL, &until))
		return false;
	feed_pop(feed, feed->count);
	pthread_cond_destroy(&feed->more);
	pthread_mutex_destroy(&feed->lock);
	free(feed);
	return true;
}

void feed_begin(struct feed *feed, uint64_t load_id, uint64_t next, uint64_t end)
{
	pthread_mutex_lock(&feed->lock);
	feed_put_gap(feed, end);
	feed->stats.behind = false;
	feed->load_id = load_id;
	feed->next = next;
	pthread_mutex_unlock(&feed->lock);
}

uint64_t feed_next(struct feed *feed)
{
	uint64_t next;

	pthread_mutex_lock(&feed->lock);
	next = feed->next;
	pthread_mutex_unlock(&feed->lock);
	return next;
}

/* What comes before @item and was never offered is fetched by falling behind. */
static int feed_offer(struct feed *feed, struct item *item, bool past)
{
	uint64_t last = item->last ? item->last : item->seq;

	if (last < feed->next || (feed->stats.behind && !past))
		return 0;
	if (!feed_fits(feed, item) || (item->seq > feed->next && !past)) {
		feed->stats.behind = true;
		return -ENOBUFS;
	}
	if (item->type == ITEM_GAP) {
		feed_put_gap(feed, item->last + 1);
		return 0;
	}
	feed_put_gap(feed, item->seq);
	feed_put(feed, item);
	feed->next = item->seq + 1;
	return 0;
}

void feed_event(struct feed *feed, struct item *item)
{
	pthread_mutex_lock(&feed->lock);
	/* If it has room all the same, nobody else would wake those who fetch. */
	if (feed_offer(feed, item, false) && feed_has_room(feed))
		feed_wake(feed);
	pthread_mutex_unlock(&feed->lock);
}

int feed_past(struct feed *feed, struct item *item)
{
	int ret;

	pthread_mutex_lock(&feed->lock);
	ret = feed_offer(feed, item, true);
	pthread_mutex_unlock(&feed->lock);
	return ret;
}

void feed_caught_up(struct feed *feed, uint64_t end)
{
	pthread_mutex_lock(&feed->lock);
	feed_put_gap(feed, end);
	feed->stats.behind = false;
	pthread_mutex_unlock(&feed->lock);
}

void feed_note(struct feed *feed, struct item *item)
{
	pthread_mutex_lock(&feed->lock);
	if (item && feed_fits(feed, item))
		feed_put(feed, item);
	pthread_mutex_unlock(&feed->lock);
}

bool feed_wants(struct feed *feed)
{
	bool wants;

	pthread_mutex_lock(&feed->lock);
	wants = feed->stats.behind && feed_has_room(feed);
	pthread_mutex_unlock(&feed->lock);
	return wants;
}

void feed_stats(struct feed *feed, struct feed_stats *stats)
{
	pthread_mutex_lock(&feed->lock);
	*stats = feed->stats;
	stats->queued = feed->count;
	pthread_mutex_unlock(&feed->lock);
}
