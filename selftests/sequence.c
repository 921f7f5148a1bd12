// SPDX-License-Identifier: GPL-2.0-or-later
/* A thousand extends in a tight loop: every one is an event, heard and kept. */
#include <fcntl.h>
#include <sys/prctl.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "tpm.h"

#define EXTENDS 1000
#define PCR	16

FIXTURE(sequence)
{
	struct nl nl;
	struct stats before;
	struct events heard;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
};

FIXTURE_VARIANT(sequence)
{
	int flags;
};

FIXTURE_VARIANT_ADD(sequence, waiting){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(sequence, nonblock){
	.flags = O_NONBLOCK,
};

struct loop {
	const __u16 *alg;
	unsigned int banks;
	int flags;
};

static int extend_in_a_loop(void *arg)
{
	const struct loop *loop = arg;
	int fd = tpm_open("tpmrm0", loop->flags);
	struct tpm_msg cmd;
	__u32 i;

	prctl(PR_SET_NAME, "tight loop", 0, 0, 0);
	for (i = 0; fd >= 0 && i < EXTENDS; i++) {
		tpm_extend(&cmd, PCR, loop->alg, loop->banks, i);
		if (tpm_rc(fd, &cmd))
			return 1;
	}
	return fd < 0;
}

FIXTURE_SETUP(sequence)
{
	struct loop loop = { .alg = self->alg, .flags = variant->flags };
	struct sought sought = {};

	self->banks = tpm_banks("tpm0", self->alg, DRTMON_BANKS_MAX);
	ASSERT_EQ(4, self->banks);
	loop.banks = self->banks;
	ASSERT_EQ(0, event_open(&self->nl));
	ASSERT_EQ(0, stats_get(&self->nl, &self->before));
	sought.tgid = child_start(extend_in_a_loop, &loop);
	ASSERT_EQ(0, event_collect(&self->nl, &sought, EXTENDS, &self->heard));
	ASSERT_EQ(0, child_end(sought.tgid));
}

FIXTURE_TEARDOWN(sequence)
{
	events_free(&self->heard);
	nl_close(&self->nl);
}

static void check_event(struct __test_metadata *_metadata, const struct event *event,
			const __u16 *alg, unsigned int banks, __u32 seed)
{
	__u8 digest[BLOB_MAX];
	unsigned int i;

	EXPECT_EQ(DRTMON_EVENT_KIND_PCR_EXTEND, event->kind);
	EXPECT_EQ(PCR, event->pcr);
	EXPECT_EQ(0, event->rc);
	EXPECT_EQ(DRTMON_ORIGIN_USER, event->origin);
	EXPECT_STREQ("tpmrm0", event->device);
	EXPECT_STREQ("tight loop", event->comm);
	ASSERT_EQ(banks, event->digests);
	for (i = 0; i < banks; i++) {
		tpm_pattern(digest, alg[i], seed);
		EXPECT_EQ(alg[i], event->digest[i].alg);
		EXPECT_EQ(tpm_alg_size(alg[i]), event->digest[i].value.len);
		EXPECT_EQ(0, memcmp(digest, event->digest[i].value.data, tpm_alg_size(alg[i])));
	}
}

TEST_F(sequence, of_notifications_and_of_the_ring)
{
	struct events kept = {};
	struct stats after;
	__u32 i;

	ASSERT_EQ(EXTENDS, self->heard.count);
	for (i = 0; i < EXTENDS; i++) {
		EXPECT_EQ(self->before.ring_next + i, self->heard.event[i].seq);
		check_event(_metadata, &self->heard.event[i], self->alg, self->banks, i);
	}

	ASSERT_EQ(0, event_dump(&self->nl, self->before.ring_next, &kept));
	ASSERT_EQ(EXTENDS, kept.count);
	EXPECT_EQ(0, memcmp(kept.event, self->heard.event, EXTENDS * sizeof(*kept.event)));
	events_free(&kept);

	ASSERT_EQ(0, stats_get(&self->nl, &after));
	EXPECT_EQ(self->before.events + EXTENDS, after.events);
	EXPECT_EQ(self->before.queue_lost, after.queue_lost);
	EXPECT_EQ(self->before.hook_missed, after.hook_missed);
	EXPECT_EQ(self->before.notify_failed, after.notify_failed);
}

TEST_MAIN(need_tpm2);
