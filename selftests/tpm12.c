// SPDX-License-Identifier: GPL-2.0-or-later
/* A TPM 1.2: one bank, a command for each PCR, and events of the same kinds. */
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"

#define PCRS 24
#define SHA1 20
/* TPM 1.2 Part 2, 16: a PCR of another locality; an index out of range. */
#define BAD_LOCALITY 0x3d
#define BAD_INDEX    0x02

FIXTURE(tpm12)
{
	struct nl nl;
	struct event event;
	struct tpm_msg cmd;
	int fd;
};

FIXTURE_SETUP(tpm12)
{
	ASSERT_EQ(0, event_open(&self->nl));
	self->fd = tpm_open("tpm0", 0);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(tpm12)
{
	close(self->fd);
	nl_close(&self->nl);
}

static void extend(FIXTURE_DATA(tpm12) * self, __u32 pcr, __u32 seed)
{
	__u8 digest[SHA1];

	tpm_pattern(digest, TPM2_ALG_SHA1, seed);
	tpm_begin(&self->cmd, TPM12_TAG_COMMAND, TPM12_ORD_EXTEND);
	tpm_u32(&self->cmd, pcr);
	tpm_bytes(&self->cmd, digest, sizeof(digest));
	tpm_end(&self->cmd);
}

static void send_and_hear(struct __test_metadata *_metadata, FIXTURE_DATA(tpm12) * self, __u32 rc)
{
	struct sought sought = { .tgid = getpid() };

	ASSERT_EQ((int)rc, tpm_rc(self->fd, &self->cmd));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_EQ(tpm_code(&self->cmd), self->event.command);
	EXPECT_EQ(rc, self->event.rc);
	EXPECT_STREQ("tpm0", self->event.device);
	EXPECT_EQ(DRTMON_ORIGIN_USER, self->event.origin);
}

TEST_F(tpm12, chip)
{
	struct chip chip;

	ASSERT_EQ(0, chip_get(&self->nl, 0, &chip));
	EXPECT_EQ(DRTMON_CHIP_VERSION_TPM12, chip.version);
	ASSERT_EQ(1, chip.banks);
	EXPECT_EQ(TPM2_ALG_SHA1, chip.bank[0].alg);
	EXPECT_EQ(SHA1, chip.bank[0].digest_size);
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, chip.snapshot.state);
}

/* Its answers hold one value: as many commands as PCRs. */
TEST_F(tpm12, pcrs_equal_sysfs)
{
	struct pcr_banks banks;
	__u8 digest[SHA1];
	__u32 pcr;

	for (pcr = 0; pcr < 17; pcr++) {
		extend(self, pcr, pcr);
		ASSERT_EQ(0, tpm_rc(self->fd, &self->cmd));
	}
	ASSERT_EQ(0, pcr_read(&self->nl, true, &banks));
	ASSERT_EQ(1, banks.count);
	EXPECT_EQ(TPM2_ALG_SHA1, banks.bank[0].alg);
	ASSERT_EQ(PCRS, banks.bank[0].pcrs);
	EXPECT_EQ(PCRS, banks.bank[0].snapshot.digests);
	EXPECT_EQ(PCRS, banks.bank[0].snapshot.commands);
	for (pcr = 0; pcr < PCRS; pcr++) {
		const struct pcr *is = pcr_find(&banks.bank[0], pcr);

		ASSERT_NE(NULL, is);
		ASSERT_EQ(0, tpm_sysfs_pcr("tpm0", TPM2_ALG_SHA1, pcr, digest));
		EXPECT_EQ(SHA1, is->hardware.len);
		EXPECT_EQ(0, memcmp(digest, is->hardware.data, SHA1)) TH_LOG("PCR %u", pcr);
		EXPECT_EQ(0, memcmp(digest, is->shadow.data, SHA1)) TH_LOG("PCR %u", pcr);
	}
}

TEST_F(tpm12, extend)
{
	__u8 digest[SHA1];

	extend(self, 10, 3);
	send_and_hear(_metadata, self, 0);
	EXPECT_EQ(DRTMON_EVENT_KIND_PCR_EXTEND, self->event.kind);
	EXPECT_EQ(DRTMON_SEVERITY_NOTICE, self->event.severity);
	EXPECT_EQ(10, self->event.pcr);
	EXPECT_EQ(getpid(), self->event.tgid);
	ASSERT_EQ(1, self->event.digests);
	tpm_pattern(digest, TPM2_ALG_SHA1, 3);
	EXPECT_EQ(TPM2_ALG_SHA1, self->event.digest[0].alg);
	EXPECT_EQ(0, memcmp(digest, self->event.digest[0].value.data, SHA1));
}

TEST_F(tpm12, extend_refused)
{
	extend(self, 17, 1);
	send_and_hear(_metadata, self, BAD_LOCALITY);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
	extend(self, 24, 1);
	send_and_hear(_metadata, self, BAD_INDEX);
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_COMMAND, self->event.kind);
}

TEST_F(tpm12, reset)
{
	tpm_begin(&self->cmd, TPM12_TAG_COMMAND, TPM12_ORD_PCR_RESET);
	tpm_u16(&self->cmd, 3);
	tpm_bytes(&self->cmd, "\0\0\1", 3);
	tpm_end(&self->cmd);
	send_and_hear(_metadata, self, 0);
	EXPECT_EQ(DRTMON_EVENT_KIND_PCR_RESET, self->event.kind);
	EXPECT_EQ(16, self->event.pcr);
	EXPECT_EQ(0, self->event.digests);
}

TEST_F(tpm12, reads_are_silent)
{
	tpm_begin(&self->cmd, TPM12_TAG_COMMAND, TPM12_ORD_PCR_READ);
	tpm_u32(&self->cmd, 0);
	tpm_end(&self->cmd);
	EXPECT_EQ(0, tpm_rc(self->fd, &self->cmd));
	extend(self, 10, 4);
	send_and_hear(_metadata, self, 0);
	EXPECT_EQ(DRTMON_EVENT_KIND_PCR_EXTEND, self->event.kind);
}

static const char *need_tpm12(void)
{
	if (!access("/dev/tpmrm0", F_OK))
		return "needs a TPM 1.2";
	return need_tpm();
}

TEST_MAIN(need_tpm12);
