// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands whose lengths are not true, as any process with a device file can send them. */
#include <fcntl.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"

FIXTURE(malformed)
{
	struct nl nl;
	struct stats before;
	struct stats after;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
	int fd;
};

FIXTURE_VARIANT(malformed)
{
	const char *device;
	int flags;
};

FIXTURE_VARIANT_ADD(malformed, tpm0){
	.device = "tpm0",
};

FIXTURE_VARIANT_ADD(malformed, tpmrm0){
	.device = "tpmrm0",
};

FIXTURE_VARIANT_ADD(malformed, tpm0_nonblock){
	.device = "tpm0",
	.flags = O_NONBLOCK,
};

FIXTURE_VARIANT_ADD(malformed, tpmrm0_nonblock){
	.device = "tpmrm0",
	.flags = O_NONBLOCK,
};

FIXTURE_SETUP(malformed)
{
	ASSERT_EQ(0, event_open(&self->nl));
	self->banks = tpm_banks("tpm0", self->alg, DRTMON_BANKS_MAX);
	self->fd = tpm_open(variant->device, variant->flags);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, stats_get(&self->nl, &self->before));
}

/*
 * Whatever was sent: the next extend is seen, and is the writer's, or nobody's where
 * it may as well be what the same file queued before.
 */
FIXTURE_TEARDOWN(malformed)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND };
	struct event event;
	struct tpm_msg cmd;

	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	EXPECT_EQ(0, tpm_rc(self->fd, &cmd));
	EXPECT_EQ(0, event_wait(&self->nl, &sought, &event));
	if (!(variant->flags & O_NONBLOCK) || attr_has(&event, DRTMON_A_EVENT_TGID)) {
		EXPECT_EQ(getpid(), event.tgid);
		EXPECT_STREQ(variant->device, event.device);
	}
	close(self->fd);
	nl_close(&self->nl);
}

/* Refused by the device file: no TPM and no probe sees it. */
TEST_F(malformed, longer_than_what_was_written)
{
	struct tpm_msg cmd;

	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	cmd.data[5]++;
	EXPECT_EQ(-EINVAL, tpm_write(self->fd, &cmd));
	memset(cmd.data + 2, 0xff, 4);
	EXPECT_EQ(-EINVAL, tpm_write(self->fd, &cmd));
	ASSERT_EQ(0, stats_get(&self->nl, &self->after));
	EXPECT_EQ(self->before.malformed, self->after.malformed);
	EXPECT_EQ(self->before.events, self->after.events);
}

TEST_F(malformed, larger_than_the_buffer)
{
	static __u8 large[TPM_MESSAGE_MAX + 1];

	EXPECT_EQ(-1, write(self->fd, large, sizeof(large)));
	EXPECT_EQ(E2BIG, errno);
}

TEST_F(malformed, written_in_part)
{
	struct tpm_msg cmd;
	size_t len;

	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	len = cmd.len;
	for (cmd.len = 1; cmd.len < len; cmd.len++)
		EXPECT_EQ(-EINVAL, tpm_write(self->fd, &cmd));
}

/* Sends an extend whose size field is true, but not what is inside. */
static void send_broken(struct __test_metadata *_metadata, FIXTURE_DATA(malformed) * self,
			struct tpm_msg *cmd)
{
	struct sought sought = { .command = TPM2_CC_PCR_EXTEND };
	struct event event;
	struct stats stats;

	ASSERT_EQ(0, stats_get(&self->nl, &stats));
	tpm_end(cmd);
	EXPECT_NE(0, tpm_rc(self->fd, cmd));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, event.kind);
	EXPECT_NE(0, event.rc);
	EXPECT_EQ(getpid(), event.tgid);
	ASSERT_EQ(0, stats_get(&self->nl, &self->after));
	EXPECT_EQ(stats.malformed + 1, self->after.malformed);
}

/* No header at all: counted, but no failure of the TPM. */
TEST_F(malformed, ten_zero_bytes)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND };
	struct tpm_msg zero = { .len = TPM_HEADER }, cmd;
	struct events events = {};
	struct stats stats;
	struct event event;
	size_t i;

	ASSERT_EQ(0, stats_get(&self->nl, &stats));
	for (i = 0; i < 20; i++)
		tpm_rc(self->fd, &zero);
	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	ASSERT_EQ(0, tpm_rc(self->fd, &cmd));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	ASSERT_EQ(0, event_dump(&self->nl, stats.ring_next, &events));
	for (i = 0; i < events.count; i++)
		EXPECT_NE(DRTMON_EVENT_KIND_TPM_ERROR, events.event[i].kind);
	events_free(&events);
}

TEST_F(malformed, more_digests_than_there_are)
{
	struct tpm_msg cmd;

	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	/* The last byte of the number of digests: header, handle, authorisation, number. */
	cmd.data[TPM_HEADER + 4 + 4 + 9 + 3]++;
	send_broken(_metadata, self, &cmd);
	memset(cmd.data + TPM_HEADER + 4 + 4 + 9, 0xff, 4);
	send_broken(_metadata, self, &cmd);
}

TEST_F(malformed, digest_cut_short)
{
	struct tpm_msg cmd;

	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	cmd.len--;
	send_broken(_metadata, self, &cmd);
}

/* The resource manager needs the handle, to know it is no object. */
TEST_F(malformed, nothing_behind_the_handle)
{
	struct tpm_msg cmd;

	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_EXTEND);
	tpm_u32(&cmd, 16);
	send_broken(_metadata, self, &cmd);
}

TEST_F(malformed, authorisation_beyond_the_end)
{
	struct tpm_msg cmd;

	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	memset(cmd.data + TPM_HEADER + 4, 0xff, 4);
	send_broken(_metadata, self, &cmd);
}

TEST_MAIN(need_tpm2);
