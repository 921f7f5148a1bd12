// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A feed whose other end fails, stalls, and comes back: what is left is every
 * sequence once and in order, or a gap that says so.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/fake/head.h"

#include "daemon/feed.h"

#define DEADLINE_MS 60000

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool stalled;
	int fail;	    /* errno, or 0 */
	uint64_t written;   /* items */
	uint64_t next;	    /* expected sequence */
	uint64_t gaps;	    /* events in gaps */
	unsigned int wrong; /* not in order, or twice */
	unsigned int notes;
	unsigned int calls;
} end = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER };

static struct feed *feed;
static int wake;

static void take(const struct item *item)
{
	if (item->type == ITEM_NOTE) {
		end.notes++;
		return;
	}
	if (item->seq != end.next)
		end.wrong++;
	end.next = (item->last ? item->last : item->seq) + 1;
	if (item->last)
		end.gaps += item->last - item->seq + 1;
}

static ssize_t on_write(void *ctx, struct item *const *items, size_t count, struct drtmon_err *err)
{
	size_t i;
	int fail;

	pthread_mutex_lock(&end.lock);
	end.calls++;
	pthread_cond_broadcast(&end.changed);
	while (end.stalled)
		pthread_cond_wait(&end.changed, &end.lock);
	fail = end.fail;
	for (i = 0; i < count && !fail; i++)
		take(items[i]);
	end.written += fail ? 0 : count;
	pthread_cond_broadcast(&end.changed);
	pthread_mutex_unlock(&end.lock);
	return fail ? drtmon_err_set(err, -fail, "it fails") : (ssize_t)count;
}

static int setup(void **state)
{
	const struct feed_ops ops = { .write = on_write };

	end.stalled = false;
	end.fail = 0;
	end.written = end.gaps = 0;
	end.next = 1;
	end.wrong = end.notes = end.calls = 0;
	wake = eventfd(0, EFD_NONBLOCK);
	return feed_start(&feed, &ops, wake);
}

static int teardown(void **state)
{
	feed_stop(feed, 10);
	close(wake);
	return 0;
}

static void set(bool stalled, int fail)
{
	pthread_mutex_lock(&end.lock);
	end.stalled = stalled;
	end.fail = fail;
	pthread_cond_broadcast(&end.changed);
	pthread_mutex_unlock(&end.lock);
}

static void until_called(void)
{
	pthread_mutex_lock(&end.lock);
	while (!end.calls)
		pthread_cond_wait(&end.changed, &end.lock);
	pthread_mutex_unlock(&end.lock);
}

static void until_next(uint64_t next)
{
	struct timespec late;

	clock_gettime(CLOCK_REALTIME, &late);
	late.tv_sec += DEADLINE_MS / 1000;
	pthread_mutex_lock(&end.lock);
	while (end.next < next)
		if (pthread_cond_timedwait(&end.changed, &end.lock, &late))
			break;
	assert_int_equal(end.next, next);
	assert_int_equal(end.wrong, 0);
	pthread_mutex_unlock(&end.lock);
}

static void until_woken(void)
{
	struct pollfd pfd = { wake, POLLIN, 0 };
	uint64_t count;

	assert_int_equal(poll(&pfd, 1, DEADLINE_MS), 1);
	assert_int_equal(read(wake, &count, sizeof(count)), sizeof(count));
}

static struct item *event(uint64_t seq)
{
	struct drtmon_judgement judgement = { .severity = 1 };
	struct drtmon_event e = { .have = 1ull << DRTMON_A_EVENT_SEQ, .seq = seq };

	return item_event(&e, &judgement, 7);
}

static void offer(uint64_t first, uint64_t last)
{
	for (; first <= last; first++) {
		struct item *item = event(first);

		feed_event(feed, item);
		item_unref(item);
	}
}

/* What the daemon does: all that the ring holds from @from to @to. */
static void fetch(uint64_t from, uint64_t to)
{
	uint64_t seq;
	int ret = 0;

	for (seq = feed_next(feed) > from ? feed_next(feed) : from; seq <= to && !ret; seq++) {
		struct item *item = event(seq);

		ret = feed_past(feed, item);
		item_unref(item);
	}
	if (!ret)
		feed_caught_up(feed, to + 1);
}

static void stats(struct feed_stats *s)
{
	feed_stats(feed, s);
}

static void test_order(void **state)
{
	feed_begin(feed, 7, 1, 1);
	offer(1, 3);
	offer(2, 5);
	until_next(6);
	assert_int_equal(end.written, 5);
}

/* A daemon that comes back: what was written before is not written again. */
static void test_resume(void **state)
{
	feed_begin(feed, 7, 4, 1);
	end.next = 4;
	offer(1, 6);
	until_next(7);
	assert_int_equal(end.written, 3);
}

/* 100,000 events while the disk stalls, and the ring holds the last 1,000. */
static void test_stall(void **state)
{
	struct feed_stats s;

	feed_begin(feed, 7, 1, 1);
	set(true, 0);
	offer(1, 1);
	until_called();
	offer(2, 100000);
	stats(&s);
	assert_true(s.behind);
	assert_true(s.queued > 100 && s.queued <= 4096);
	set(false, 0);
	while (stats(&s), s.behind) {
		until_woken();
		if (feed_wants(feed))
			fetch(99001, 100000);
	}
	until_next(100001);
	stats(&s);
	assert_int_equal(s.lost, end.gaps);
	assert_true(end.gaps > 90000 && end.gaps < 99000);
	offer(100001, 100010);
	until_next(100011);
}

/* The ring still holds everything: nothing is lost by a stall. */
static void test_stall_fetched(void **state)
{
	struct feed_stats s;

	feed_begin(feed, 7, 1, 1);
	set(true, 0);
	offer(1, 1);
	until_called();
	offer(2, 20000);
	set(false, 0);
	while (stats(&s), s.behind) {
		until_woken();
		while (feed_wants(feed))
			fetch(1, 20000);
	}
	until_next(20001);
	assert_int_equal(end.gaps, 0);
	assert_int_equal(end.written, 20000);
}

/* A full disk that empties: the same items are offered again. */
static void test_fail(void **state)
{
	struct feed_stats s;

	feed_begin(feed, 7, 1, 1);
	set(false, ENOSPC);
	offer(1, 10);
	until_woken();
	stats(&s);
	assert_true(s.failing);
	assert_string_equal(s.err.msg, "it fails");
	set(false, 0);
	until_next(11);
	until_woken();
	stats(&s);
	assert_false(s.failing);
	assert_int_equal(s.written, 10);
}

/* The module is loaded anew while the end stalls: what was missed is gone. */
static void test_reload(void **state)
{
	struct feed_stats s;

	feed_begin(feed, 7, 1, 1);
	set(true, 0);
	offer(1, 1);
	until_called();
	offer(2, 10000);
	stats(&s);
	assert_true(s.behind);
	feed_begin(feed, 8, 1, 10001);
	set(false, 0);
	until_next(10001);
	assert_true(end.gaps > 5000);
	end.next = 1;
	offer(1, 2);
	until_next(3);
}

/* A gap that the stream found, in front of, over and behind what is known. */
static void test_gap(void **state)
{
	struct item *gap = item_gap(7, 3, 6);

	feed_begin(feed, 7, 1, 1);
	offer(1, 2);
	feed_event(feed, gap);
	feed_event(feed, gap);
	offer(7, 7);
	until_next(8);
	assert_int_equal(end.gaps, 4);
	item_unref(gap);
}

/* Missing without a word, by lack of memory say: fetched from the ring. */
static void test_skip(void **state)
{
	feed_begin(feed, 7, 1, 1);
	offer(1, 2);
	offer(5, 5);
	until_woken();
	assert_true(feed_wants(feed));
	fetch(1, 5);
	until_next(6);
	assert_int_equal(end.gaps, 0);
}

/* Items wait for others, but not once there is a batch of them, and not for an end. */
static void test_gather(void **state)
{
	const struct feed_ops gathers = { .write = on_write, .gather_ms = 3600 * 1000 };
	const struct feed_ops ops = { .write = on_write };

	assert_true(feed_stop(feed, 10));
	assert_int_equal(feed_start(&feed, &gathers, wake), 0);
	feed_begin(feed, 7, 1, 1);
	offer(1, 511);
	assert_int_equal(end.calls, 0);
	offer(512, 512);
	until_next(513);
	assert_int_equal(end.calls, 1);
	offer(513, 515);
	assert_true(feed_stop(feed, 10));
	assert_int_equal(end.written, 515);
	assert_int_equal(feed_start(&feed, &ops, wake), 0);
}

static void test_stop(void **state)
{
	const struct feed_ops ops = { .write = on_write };
	struct item *note = item_note(1, "started", "hello");

	feed_begin(feed, 7, 1, 1);
	set(true, 0);
	offer(1, 1);
	until_called();
	feed_note(feed, note);
	item_unref(note);
	/* It hangs in a write, and that is said. */
	assert_false(feed_stop(feed, 0));
	set(false, 0);
	until_next(2);
	assert_true(feed_stop(feed, 10));
	assert_int_equal(end.notes, 1);
	assert_int_equal(feed_start(&feed, &ops, wake), 0);
}

#define F(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		F(test_order), F(test_resume), F(test_gather), F(test_stall), F(test_stall_fetched),
		F(test_fail),  F(test_reload), F(test_gap),    F(test_skip),  F(test_stop),
	};

	return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
