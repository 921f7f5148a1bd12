// SPDX-License-Identifier: GPL-2.0-or-later
/* A TPM 1.2: the commands that change a PCR, the refused ones, and the shadow. */
#include "engine.h"
#include "harness.h"
#include "kmod.h"

#define ORD_SHA1_START		 0xa0
#define ORD_SHA1_UPDATE		 0xa1
#define ORD_SHA1_COMPLETE_EXTEND 0xa3

#define RC_SHA_THREAD		 0x1a

#define ROUNDS			 50

FIXTURE(tpm12)
{
	struct engine engine;
	struct event event;
	int fd;
};

FIXTURE_SETUP(tpm12)
{
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	self->fd = tpm_open("tpm0", 0);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(tpm12)
{
	close(self->fd);
	engine_close(&self->engine);
}

static int extend(FIXTURE_DATA(tpm12) * self, __u32 pcr, __u32 seed)
{
	struct tpm_msg cmd;
	__u8 digest[20];

	tpm_pattern(digest, TPM2_ALG_SHA1, seed);
	tpm_begin(&cmd, TPM12_TAG_COMMAND, TPM12_ORD_EXTEND);
	tpm_u32(&cmd, pcr);
	tpm_bytes(&cmd, digest, sizeof(digest));
	tpm_end(&cmd);
	return tpm_rc(self->fd, &cmd);
}

static int reset(FIXTURE_DATA(tpm12) * self, __u32 pcrs)
{
	struct tpm_msg cmd;
	int i;

	tpm_begin(&cmd, TPM12_TAG_COMMAND, TPM12_ORD_PCR_RESET);
	tpm_u16(&cmd, 3);
	for (i = 0; i < 3; i++)
		tpm_u8(&cmd, pcrs >> (8 * i));
	tpm_end(&cmd);
	return tpm_rc(self->fd, &cmd);
}

/* The TPM hashes by itself; what it extends by stands in its answer alone. */
static int try_to_hash_and_extend(FIXTURE_DATA(tpm12) * self, __u32 pcr)
{
	__u8 data[64] = { 1, 2, 3 };
	struct tpm_msg cmd;
	int ret;

	tpm_begin(&cmd, TPM12_TAG_COMMAND, ORD_SHA1_START);
	tpm_end(&cmd);
	ret = tpm_rc(self->fd, &cmd);
	if (ret)
		return ret;
	tpm_begin(&cmd, TPM12_TAG_COMMAND, ORD_SHA1_UPDATE);
	tpm_u32(&cmd, sizeof(data));
	tpm_bytes(&cmd, data, sizeof(data));
	tpm_end(&cmd);
	ret = tpm_rc(self->fd, &cmd);
	if (ret)
		return ret;
	tpm_begin(&cmd, TPM12_TAG_COMMAND, ORD_SHA1_COMPLETE_EXTEND);
	tpm_u32(&cmd, pcr);
	tpm_u32(&cmd, 5);
	tpm_bytes(&cmd, data, 5);
	tpm_end(&cmd);
	return tpm_rc(self->fd, &cmd);
}

/* Any other command ends what SHA1Start began, a read of the PCRs as well. */
static int hash_and_extend(FIXTURE_DATA(tpm12) * self, __u32 pcr)
{
	int rc;

	do
		rc = try_to_hash_and_extend(self, pcr);
	while (rc == RC_SHA_THREAD);
	return rc;
}

TEST_F(tpm12, extends_are_shadowed)
{
	__u32 i;

	for (i = 0; i < ROUNDS; i++)
		ASSERT_EQ(0, extend(self, i % 17, i));
	for (i = 0; i < ROUNDS; i++)
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, 0,
					 &self->event));
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
}

TEST_F(tpm12, hashes_of_the_tpm_are_shadowed)
{
	ASSERT_EQ(0, hash_and_extend(self, 11));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, 0, &self->event));
	EXPECT_EQ(11, self->event.pcr);
	EXPECT_EQ(ORD_SHA1_COMPLETE_EXTEND, self->event.command);
	EXPECT_EQ(1, self->event.digests);
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
}

TEST_F(tpm12, one_command_resets_several)
{
	ASSERT_EQ(0, extend(self, 16, 1));
	ASSERT_EQ(0, extend(self, 23, 1));
	ASSERT_EQ(0, reset(self, 1 << 16 | 1 << 23));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_RESET, 0, &self->event));
	EXPECT_EQ(16, self->event.pcr);
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_RESET, 0, &self->event));
	EXPECT_EQ(23, self->event.pcr);
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
}

TEST_F(tpm12, what_is_refused_changes_nothing)
{
	struct events events;

	EXPECT_LT(0, reset(self, 1 << 3));
	EXPECT_LT(0, reset(self, 1 << 16 | 1 << 3));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_COMMAND, 0, &self->event));
	EXPECT_NE(0, self->event.rc);
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
	ASSERT_EQ(0, engine_events(&self->engine, &events));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_PCR_RESET, 0));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_PCR_DRIFT, 0));
	events_free(&events);
}

TEST_F(tpm12, looks_find_nothing)
{
	struct events events;
	int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, extend(self, 16, i));
		ASSERT_EQ(0, extend(self, 4, i));
		ASSERT_EQ(0, engine_settled(&self->engine, 0));
	}
	ASSERT_EQ(0, engine_events(&self->engine, &events));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_PCR_DRIFT, 0));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_TPM_RESET, 0));
	events_free(&events);
}

static const char *prepare(void)
{
	if (access("/dev/tpm0", F_OK) || !access("/dev/tpmrm0", F_OK))
		return "needs a TPM 1.2";
	return engine_reload(ENGINE_EVERY_SECOND);
}

TEST_MAIN(prepare);
