// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/nl.h"
#include "lib/stream.h"
#include "tests/fake/kernel.h"

/* What a stream delivered, as text: "1 2 [3-5] 6 - + 1". */
static char heard[4096];
static uint64_t stop_at;
static struct drtmon_stream *opened;

static void hear(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void hear(const char *fmt, ...)
{
	size_t n = strlen(heard);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(heard + n, sizeof(heard) - n, fmt, ap);
	va_end(ap);
}

static int on_event(void *ctx, const struct drtmon_event *event)
{
	hear("%llu ", (unsigned long long)event->seq);
	return event->seq == stop_at ? -ECANCELED : 0;
}

static void on_lost(void *ctx, uint64_t first, uint64_t last)
{
	hear("[%llu-%llu] ", (unsigned long long)first, (unsigned long long)last);
}

/* Who is told that the module came or went can ask, and is told the same. */
static void on_module(void *ctx, bool there)
{
	assert_int_equal(drtmon_stream_attached(opened), there);
	hear(there ? "+ " : "- ");
}

static const struct drtmon_stream_ops ops = {
	.event = on_event,
	.lost = on_lost,
	.module = on_module,
};

static int setup(void **state)
{
	fake_reset();
	heard[0] = '\0';
	stop_at = 0;
	return 0;
}

static int teardown(void **state)
{
	drtmon_stream_close(*state);
	fake_reset();
	return 0;
}

static void open_stream(void **state, uint64_t since, bool wait)
{
	struct drtmon_stream *stream;

	assert_int_equal(drtmon_stream_open(&stream, &ops, since, wait, NULL), 0);
	opened = stream;
	*state = stream;
}

static void expect(void **state, const char *text)
{
	struct drtmon_err err = { 0 };

	assert_int_equal(drtmon_stream_read(*state, &err), 0);
	assert_string_equal(heard, text);
	heard[0] = '\0';
}

static void test_now(void **state)
{
	fake_events(3);
	open_stream(state, DRTMON_STREAM_NOW, false);
	expect(state, "");
	fake_events(2);
	expect(state, "4 5 ");
	assert_int_equal(drtmon_stream_next(*state), 6);
}

/* What happened before and while the past is asked for comes once. */
static void test_replay(void **state)
{
	fake_events(3);
	open_stream(state, 2, false);
	fake_events(2);
	assert_int_equal(drtmon_stream_replay(*state, NULL), 0);
	fake_events(1);
	expect(state, "2 3 4 5 6 ");
}

static void test_folded(void **state)
{
	fake_events(9);
	fake_fold(5);
	open_stream(state, 1, false);
	assert_int_equal(drtmon_stream_replay(*state, NULL), 0);
	expect(state, "[1-4] 5 6 7 8 9 ");
}

/* The kernel tells of an overrun first, then hands over what it kept. */
static void test_overrun(void **state)
{
	open_stream(state, 1, false);
	fake.room = 3;
	fake_events(10);
	expect(state, "1 2 3 4 5 6 7 8 9 10 ");
	fake_events(1);
	expect(state, "11 ");
}

static void test_overrun_beyond_ring(void **state)
{
	open_stream(state, 1, false);
	fake.room = 3;
	fake_events(10);
	fake_fold(7);
	expect(state, "1 2 3 [4-6] 7 8 9 10 ");
}

static void more_events(void)
{
	fake.on_dump = NULL;
	fake_events(2);
}

/* A gap in the middle of the notifications, and more of them while it is filled. */
static void test_gap(void **state)
{
	open_stream(state, 1, false);
	fake_events(2);
	fake.room = 0;
	fake_events(3);
	fake.room = 100;
	expect(state, "1 2 3 4 5 ");
	fake.next += 2;
	fake_events(1);
	fake.on_dump = more_events;
	expect(state, "6 7 8 9 10 ");
}

/* A dump that raced with the ring: what it left out is asked for again. */
static void test_dump_gap(void **state)
{
	fake_events(6);
	open_stream(state, 1, false);
	fake.skip = 3;
	assert_int_equal(drtmon_stream_replay(*state, NULL), 0);
	expect(state, "1 2 3 4 5 6 ");
}

static void test_interrupted(void **state)
{
	fake_events(3);
	fake.intr = 5;
	open_stream(state, 1, false);
	assert_int_equal(drtmon_stream_replay(*state, NULL), 0);
	expect(state, "1 2 3 ");
}

static void test_reload(void **state)
{
	open_stream(state, 1, false);
	fake_events(2);
	fake_unload();
	expect(state, "1 2 - ");
	assert_false(drtmon_stream_attached(*state));
	expect(state, "");
	fake_load();
	fake_events(2);
	expect(state, "+ 1 2 ");
	assert_true(drtmon_stream_attached(*state));
	fake_events(1);
	expect(state, "3 ");
}

static void test_fast_reload(void **state)
{
	open_stream(state, 1, false);
	fake_events(5);
	fake_unload();
	fake_load();
	fake_events(1);
	expect(state, "1 2 3 4 5 - + 1 ");
}

/* The notices of the reload themselves are lost: the load's number tells. */
static void test_reload_in_overrun(void **state)
{
	struct fake_kernel later;

	open_stream(state, 1, false);
	fake.room = 2;
	fake_events(5);
	later = fake;
	later.family++;
	later.load_id++;
	later.first = 1;
	later.next = 2;
	fake = later;
	expect(state, "1 2 - + 1 ");
}

/* The same load under another number: nothing was missed, and nobody is told. */
static void test_registered_anew(void **state)
{
	struct fake_kernel before;

	open_stream(state, 1, false);
	fake_events(2);
	before = fake;
	fake_unload();
	fake_load();
	fake.load_id = before.load_id;
	fake.first = before.first;
	fake.next = before.next;
	expect(state, "1 2 ");
	assert_true(drtmon_stream_attached(*state));
	fake_events(1);
	expect(state, "3 ");
}

static void test_wait(void **state)
{
	struct drtmon_stream *stream;

	fake.loaded = false;
	assert_int_equal(drtmon_stream_open(&stream, &ops, 1, false, NULL), DRTMON_NL_ABSENT);
	assert_null(stream);
	open_stream(state, DRTMON_STREAM_NOW, true);
	assert_false(drtmon_stream_attached(*state));
	assert_int_equal(drtmon_stream_replay(*state, NULL), 0);
	expect(state, "");
	fake_load();
	fake_events(2);
	expect(state, "+ 1 2 ");
}

static void test_refused(void **state)
{
	struct drtmon_stream *stream;
	struct drtmon_err err;

	fake.join_errno = EPERM;
	assert_int_equal(drtmon_stream_open(&stream, &ops, 1, true, &err), -EPERM);
	assert_null(stream);
	fake.join_errno = 0;
	fake.version++;
	assert_int_equal(drtmon_stream_open(&stream, &ops, 1, true, &err), -EPROTONOSUPPORT);
}

/* The group goes once before it can be joined, as at load. */
static void group_again(void)
{
	static int calls;

	if (++calls < 3)
		return;
	fake.on_families = NULL;
	fake.family++;
	fake.join_errno = 0;
}

static void test_join_anew(void **state)
{
	fake.join_errno = ENOENT;
	fake.on_families = group_again;
	open_stream(state, 1, false);
	fake_events(2);
	expect(state, "1 2 ");
}

static void test_stop(void **state)
{
	open_stream(state, 1, false);
	fake_events(5);
	stop_at = 2;
	assert_int_equal(drtmon_stream_replay(*state, NULL), -ECANCELED);
	assert_string_equal(heard, "1 2 ");
	stop_at = 4;
	assert_int_equal(drtmon_stream_read(*state, NULL), -ECANCELED);
	assert_string_equal(heard, "1 2 3 4 ");
}

static void test_dump(void **state)
{
	fake_events(9);
	fake_fold(6);
	assert_int_equal(drtmon_stream_dump(&ops, 0, NULL), 0);
	assert_string_equal(heard, "[1-5] 6 7 8 9 ");
	heard[0] = '\0';
	assert_int_equal(drtmon_stream_dump(&ops, 8, NULL), 0);
	assert_string_equal(heard, "8 9 ");
	fake.loaded = false;
	assert_int_equal(drtmon_stream_dump(&ops, 8, NULL), DRTMON_NL_ABSENT);
}

static void test_beyond(void **state)
{
	struct drtmon_stream *stream;
	struct drtmon_err err;

	fake_events(4);
	assert_int_equal(drtmon_stream_dump(&ops, 5, &err), 0);
	assert_int_equal(drtmon_stream_dump(&ops, 6, &err), -ERANGE);
	assert_non_null(strstr(err.msg, "no event 6 yet: the next one will be 5;"));
	assert_int_equal(drtmon_stream_open(&stream, &ops, 6, false, &err), -ERANGE);
	assert_null(stream);
	assert_string_equal(heard, "");
	open_stream(state, 5, false);
	fake_events(1);
	expect(state, "5 ");
}

static void overrun_again(void)
{
	fake.on_families = NULL;
	fake.room = 0;
	fake_events(2);
	fake.room = 100;
}

/* Questions go over the other socket: an overrun of this one is not their failure. */
static void test_overrun_in_resync(void **state)
{
	open_stream(state, 1, false);
	fake.room = 3;
	fake_events(5);
	fake.on_families = overrun_again;
	expect(state, "1 2 3 4 5 6 7 ");
	fake_events(1);
	expect(state, "8 ");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_now),
		T(test_replay),
		T(test_folded),
		T(test_overrun),
		T(test_overrun_beyond_ring),
		T(test_gap),
		T(test_dump_gap),
		T(test_interrupted),
		T(test_reload),
		T(test_fast_reload),
		T(test_reload_in_overrun),
		T(test_registered_anew),
		T(test_wait),
		T(test_refused),
		T(test_join_anew),
		T(test_stop),
		T(test_dump),
		T(test_beyond),
		T(test_overrun_in_resync),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
