// SPDX-License-Identifier: GPL-2.0-only
/* The ring of events: a small one, filled to its brim and beyond by sizes of all kinds. */
#include "../../kmod/event.c"

#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#define EMITTED	5000

/* What was dropped, and what a walk saw. */
static struct {
	u64 folded;
	u64 notified;
	u64 visited;
	u32 bad;
} seen;

/* Every event carries its number again, in all of its digests. */
static void check(const struct drtmon_event *event)
{
	struct drtmon_event_digest digest;
	u8 expected[DRTMON_TPM_DIGEST_MAX];
	u32 i;

	for (i = 0; drtmon_event_digest(event, i, &digest); i++) {
		memset(expected, (u8)event->seq, sizeof(expected));
		if (digest.alg != event->count || memcmp(digest.value, expected, digest.size))
			seen.bad++;
	}
	if (i != event->digest_count || event->count != (event->seq & 0xfff))
		seen.bad++;
}

static void on_fold(const struct drtmon_event *event)
{
	check(event);
	if (event->seq != ++seen.folded)
		seen.bad++;
}

static void on_notify(const struct drtmon_event *event)
{
	check(event);
	if (event->seq != ++seen.notified)
		seen.bad++;
}

static int on_visit(const struct drtmon_event *event, void *arg)
{
	u64 *left = arg;

	if (left && !*left)
		return -ENOSPC;
	check(event);
	if (event->seq != ++seen.visited)
		seen.bad++;
	if (left)
		--*left;
	return 0;
}

static void emit(struct drtmon_event *event, u64 seq, u32 digests, u16 size)
{
	u8 value[DRTMON_TPM_DIGEST_MAX];

	memset(value, (u8)seq, sizeof(value));
	drtmon_event_start(event, DRTMON_EVENT_KIND_PCR_EXTEND, DRTMON_SEVERITY_INFO);
	event->count = seq & 0xfff;
	while (digests--)
		drtmon_event_add_digest(event, DRTMON_EVENT_ROLE_ACTUAL, seq & 0xfff, value, size);
	drtmon_event_emit(event);
}

/* From the oldest to the newest, none left out, none twice, none changed. */
static void walk_all(struct kunit *test)
{
	struct drtmon_event_place place = {};
	struct drtmon_event_range range;

	drtmon_event_range(&range);
	seen.visited = seen.folded;
	KUNIT_EXPECT_EQ(test, seen.folded + 1, range.first);
	KUNIT_EXPECT_EQ(test, 0, drtmon_event_walk(&place, on_visit, NULL));
	KUNIT_EXPECT_EQ(test, range.next, seen.visited + 1);
	KUNIT_EXPECT_EQ(test, 0, seen.bad);
}

static void ring_of_all_sizes(struct kunit *test)
{
	struct drtmon_event *event = kunit_kzalloc(test, DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);
	struct rnd_state random;
	u64 seq;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, event);
	prandom_seed_state(&random, 1);
	for (seq = 1; seq <= EMITTED; seq++) {
		emit(event, seq, prandom_u32_state(&random) % (DRTMON_EVENT_DIGESTS_MAX + 1),
		     prandom_u32_state(&random) % (DRTMON_TPM_DIGEST_MAX + 1));
		if (seq % 100 == 0)
			walk_all(test);
	}
	KUNIT_EXPECT_EQ(test, EMITTED, seen.notified);
	KUNIT_EXPECT_LT(test, 0, seen.folded);
}

/* Sizes that divide the block: an event ends where the block does. */
static void ring_exactly_full(struct kunit *test)
{
	struct drtmon_event *event = kunit_kzalloc(test, DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);
	/* As many as make 512 bytes of it, but for what is lost by rounding up. */
	u32 rest = 512 - offsetof(struct drtmon_event, data);
	u32 digests = DIV_ROUND_UP(rest, 4 + DRTMON_TPM_DIGEST_MAX);
	struct drtmon_event_range range;
	u64 seq;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, event);
	for (seq = 1; seq <= RING_SIZE_MIN / 512; seq++)
		emit(event, seq, digests, rest / digests - 4);
	KUNIT_ASSERT_EQ(test, 512, event_space(event));
	KUNIT_EXPECT_EQ(test, 0, seen.folded);
	walk_all(test);
	emit(event, seq, digests, rest / digests - 4);
	KUNIT_EXPECT_EQ(test, 1, seen.folded);
	walk_all(test);
	/* A small one drops no more than it needs. */
	emit(event, seq + 1, 0, 0);
	KUNIT_EXPECT_EQ(test, 2, seen.folded);
	walk_all(test);
	drtmon_event_range(&range);
	KUNIT_EXPECT_EQ(test, RING_SIZE_MIN, range.size);
}

/* A reader that comes back goes on where it was, or with the oldest there is. */
static void ring_reader_returns(struct kunit *test)
{
	struct drtmon_event *event = kunit_kzalloc(test, DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);
	struct drtmon_event_place place = { .seq = 3 };
	u64 left = 2, seq;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, event);
	for (seq = 1; seq <= 10; seq++)
		emit(event, seq, 1, 20);
	seen.visited = 2;
	KUNIT_EXPECT_EQ(test, -ENOSPC, drtmon_event_walk(&place, on_visit, &left));
	KUNIT_EXPECT_EQ(test, 5, place.seq);
	KUNIT_EXPECT_EQ(test, 0, drtmon_event_walk(&place, on_visit, NULL));
	KUNIT_EXPECT_EQ(test, 10, seen.visited);
	KUNIT_EXPECT_EQ(test, 0, drtmon_event_walk(&place, on_visit, NULL));
	KUNIT_EXPECT_EQ(test, 10, seen.visited);
	for (; seen.folded < 20; seq++)
		emit(event, seq, DRTMON_EVENT_DIGESTS_MAX, DRTMON_TPM_DIGEST_MAX);
	seen.visited = seen.folded;
	KUNIT_EXPECT_EQ(test, 0, drtmon_event_walk(&place, on_visit, NULL));
	KUNIT_EXPECT_EQ(test, seq - 1, seen.visited);
	/* Ahead of the newest there is nothing. */
	place = (struct drtmon_event_place){ .seq = seq + 100 };
	KUNIT_EXPECT_EQ(test, 0, drtmon_event_walk(&place, on_visit, NULL));
	KUNIT_EXPECT_EQ(test, seq - 1, seen.visited);
	KUNIT_EXPECT_EQ(test, 0, seen.bad);
}

/* What does not fit is left out whole, and what is there stays. */
static void event_is_full(struct kunit *test)
{
	struct drtmon_event *event = kunit_kzalloc(test, DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);
	u8 value[DRTMON_TPM_DIGEST_MAX] = {};
	struct drtmon_event_digest digest;
	char path[DRTMON_EVENT_EXE_MAX + 8];
	u32 i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, event);
	memset(path, 'x', sizeof(path));
	memcpy(path, "/start/", 7);
	path[sizeof(path) - 1] = '\0';
	drtmon_event_start(event, 1, 1);
	for (i = 0; i < DRTMON_EVENT_DIGESTS_MAX + 1; i++)
		drtmon_event_add_digest(event, 0, i, value, DRTMON_TPM_DIGEST_MAX);
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_DIGESTS_MAX, event->digest_count);
	KUNIT_EXPECT_TRUE(test, drtmon_event_digest(event, i - 2, &digest));
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_DIGESTS_MAX - 1, digest.alg);
	KUNIT_EXPECT_FALSE(test, drtmon_event_digest(event, i - 1, &digest));
	event_set_exe(event, path);
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_EXE_MAX, event->exe_len);
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_SIZE_MAX, ALIGN(event->size, EVENT_ALIGN));
	/* The end of the path says more than its start. */
	KUNIT_EXPECT_EQ(test, 'x', drtmon_event_exe(event)[0]);
	drtmon_event_start(event, 1, 1);
	drtmon_event_add_digest(event, 0, 0, value, DRTMON_TPM_DIGEST_MAX + 1);
	KUNIT_EXPECT_EQ(test, 0, event->digest_count);
}

static void ring_of_bad_size(struct kunit *test)
{
	drtmon_event_exit();
	KUNIT_EXPECT_EQ(test, -EINVAL, drtmon_event_init(RING_SIZE_MIN - 1));
	KUNIT_EXPECT_EQ(test, -EINVAL, drtmon_event_init(RING_SIZE_MAX + 1));
	KUNIT_EXPECT_PTR_EQ(test, NULL, ring.bytes);
	KUNIT_EXPECT_EQ(test, 0, drtmon_event_init(RING_SIZE_MIN + 1));
	KUNIT_EXPECT_EQ(test, 2 * RING_SIZE_MIN, ring.size);
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE(ring_of_all_sizes),
	KUNIT_CASE(ring_exactly_full),
	KUNIT_CASE(ring_reader_returns),
	KUNIT_CASE(event_is_full),
	KUNIT_CASE(ring_of_bad_size),
	{}
};

static int event_test_init(struct kunit *test)
{
	int ret = drtmon_event_init(RING_SIZE_MIN);

	memset(&seen, 0, sizeof(seen));
	ring.head = 0;
	ring.tail = 0;
	drtmon_event_set_fold(on_fold);
	drtmon_event_set_notify(on_notify);
	return ret;
}

static void event_test_exit(struct kunit *test)
{
	drtmon_event_exit();
}

static struct kunit_suite event_suite = {
	.name = "drtmon_event",
	.init = event_test_init,
	.exit = event_test_exit,
	.test_cases = event_cases,
};

kunit_test_suite(event_suite);
