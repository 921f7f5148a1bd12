// SPDX-License-Identifier: GPL-2.0-or-later
/* The ring: how large it may be, and what is said of events that it dropped. */
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"

#define SMALL	16384
#define EXTENDS 300

FIXTURE(size)
{
	int log;
};

FIXTURE_VARIANT(size)
{
	const char *parameter;
};

FIXTURE_VARIANT_ADD(size, of_nothing){
	.parameter = "ring_size=0",
};

FIXTURE_VARIANT_ADD(size, of_a_byte){
	.parameter = "ring_size=1",
};

FIXTURE_VARIANT_ADD(size, a_byte_too_small){
	.parameter = "ring_size=16383",
};

FIXTURE_VARIANT_ADD(size, a_byte_too_large){
	.parameter = "ring_size=16777217",
};

FIXTURE_VARIANT_ADD(size, of_gigabytes){
	.parameter = "ring_size=4294967295",
};

/* The kernel's own parser refuses it. */
FIXTURE_VARIANT_ADD(size, that_does_not_fit){
	.parameter = "ring_size=4294967296",
};

FIXTURE_VARIANT_ADD(size, below_nothing){
	.parameter = "ring_size=-1",
};

FIXTURE_VARIANT_ADD(size, of_a_time_without_end){
	.parameter = "reconcile_seconds=86401",
};

FIXTURE_SETUP(size)
{
	if (kmod_loaded())
		ASSERT_EQ(0, kmod_unload());
	self->log = kmod_open_log();
	ASSERT_LE(0, self->log);
}

FIXTURE_TEARDOWN(size)
{
	close(self->log);
}

TEST_F(size, is_refused)
{
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(variant->parameter, "="),
		 variant->parameter);
	EXPECT_NE(0, kmod_load(variant->parameter));
	EXPECT_FALSE(kmod_loaded());
	EXPECT_TRUE(kmod_log_says(self->log, "drtmon", name));
	/* And does no harm. */
	EXPECT_EQ(0, kmod_load(NULL));
}

FIXTURE(ring)
{
	struct nl nl;
	struct stats stats;
	struct events events;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
};

static void load(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self,
		 const char *parameter)
{
	if (kmod_loaded())
		ASSERT_EQ(0, kmod_unload());
	ASSERT_EQ(0, kmod_load(parameter));
	ASSERT_EQ(0, event_open(&self->nl));
	self->banks = tpm_banks("tpm0", self->alg, DRTMON_BANKS_MAX);
	ASSERT_LT(0, self->banks);
}

FIXTURE_SETUP(ring)
{
}

FIXTURE_TEARDOWN(ring)
{
	events_free(&self->events);
	nl_close(&self->nl);
}

/* Extends, and returns when all their events were heard. */
static void extend(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self, __u32 count)
{
	struct sought sought = { .tgid = getpid() };
	struct events heard = {};
	struct tpm_msg cmd;
	int fd = tpm_open("tpmrm0", 0);
	__u32 i;

	ASSERT_LE(0, fd);
	for (i = 0; i < count; i++) {
		tpm_extend(&cmd, 16, self->alg, self->banks, i);
		ASSERT_EQ(0, tpm_rc(fd, &cmd));
	}
	ASSERT_EQ(0, event_collect(&self->nl, &sought, count, &heard));
	events_free(&heard);
	close(fd);
	ASSERT_EQ(0, stats_get(&self->nl, &self->stats));
}

static void expect_contiguous(struct __test_metadata *_metadata, FIXTURE_DATA(ring) * self)
{
	size_t i;

	ASSERT_LT(0, self->events.count);
	for (i = 1; i < self->events.count; i++) {
		EXPECT_EQ(self->events.event[i - 1].seq + 1, self->events.event[i].seq);
		EXPECT_FALSE(attr_has(&self->events.event[i], DRTMON_A_EVENT_FOLDED));
	}
	EXPECT_EQ(self->stats.ring_next, self->events.event[self->events.count - 1].seq + 1);
}

TEST_F(ring, says_exactly_what_it_dropped)
{
	load(_metadata, self, "ring_size=16384");
	extend(_metadata, self, EXTENDS);
	EXPECT_EQ(SMALL, self->stats.ring_size);
	EXPECT_LT(1, self->stats.ring_first);

	ASSERT_EQ(0, event_dump(&self->nl, 1, &self->events));
	expect_contiguous(_metadata, self);
	EXPECT_EQ(self->stats.ring_first, self->events.event[0].seq);
	EXPECT_TRUE(attr_has(&self->events.event[0], DRTMON_A_EVENT_FOLDED));
	EXPECT_EQ(self->stats.ring_first - 1, self->events.event[0].folded);
	EXPECT_EQ(self->stats.ring_next - self->stats.ring_first, self->events.count);
	/* Some 360 bytes an event: a ring that keeps but a few is no ring of this size. */
	EXPECT_LE(30, self->events.count);
}

TEST_F(ring, counts_from_where_it_was_asked)
{
	__u64 since;

	load(_metadata, self, "ring_size=16384");
	extend(_metadata, self, EXTENDS);
	since = self->stats.ring_first - 7;
	ASSERT_EQ(0, event_dump(&self->nl, since, &self->events));
	expect_contiguous(_metadata, self);
	EXPECT_EQ(7, self->events.event[0].folded);
}

TEST_F(ring, says_nothing_of_what_was_not_asked_for)
{
	load(_metadata, self, "ring_size=16384");
	extend(_metadata, self, EXTENDS);
	ASSERT_EQ(0, event_dump(&self->nl, self->stats.ring_first, &self->events));
	expect_contiguous(_metadata, self);
	EXPECT_FALSE(attr_has(&self->events.event[0], DRTMON_A_EVENT_FOLDED));
	EXPECT_EQ(self->stats.ring_first, self->events.event[0].seq);
}

/* The oldest make room one by one: at each step the ring holds a run up to the newest. */
TEST_F(ring, is_whole_at_every_step)
{
	int i;

	load(_metadata, self, "ring_size=16384");
	for (i = 0; i < 100; i++) {
		extend(_metadata, self, 1 + i % 3);
		events_free(&self->events);
		ASSERT_EQ(0, event_dump(&self->nl, 1, &self->events));
		expect_contiguous(_metadata, self);
		EXPECT_EQ(self->events.event[0].seq - 1, self->events.event[0].folded);
	}
}

TEST_F(ring, is_a_power_of_two)
{
	load(_metadata, self, "ring_size=20000");
	ASSERT_EQ(0, stats_get(&self->nl, &self->stats));
	EXPECT_EQ(32768, self->stats.ring_size);
}

TEST_F(ring, may_be_large)
{
	load(_metadata, self, "ring_size=16777216");
	ASSERT_EQ(0, stats_get(&self->nl, &self->stats));
	EXPECT_EQ(16777216, self->stats.ring_size);
	extend(_metadata, self, 10);
	EXPECT_EQ(1, self->stats.ring_first);
}

/* A sequence belongs to one load, and so does the number beside it. */
TEST_F(ring, begins_anew_with_each_load)
{
	struct platform before, after;

	load(_metadata, self, NULL);
	ASSERT_EQ(0, platform_get(&self->nl, &before));
	extend(_metadata, self, 3);
	nl_close(&self->nl);
	load(_metadata, self, NULL);
	ASSERT_EQ(0, platform_get(&self->nl, &after));
	EXPECT_NE(before.load_id, after.load_id);
	extend(_metadata, self, 1);
	ASSERT_EQ(0, event_dump(&self->nl, 1, &self->events));
	EXPECT_EQ(1, self->events.event[0].seq);
	EXPECT_EQ(DRTMON_EVENT_KIND_CHIP_ADD, self->events.event[0].kind);
}

TEST_MAIN(need_tpm2);
