// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PCR values, digit for digit as the TPM core and tpm2-tools have them, and
 * what it costs to read them: eight digests a command, as the hook counts.
 */
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"

#define PCRS		    24
#define DIGESTS_PER_COMMAND 8

FIXTURE(pcrs)
{
	struct nl nl;
	struct pcr_banks read;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
};

/* Values that no other PCR and no other bank has. */
static void extend(struct __test_metadata *_metadata, FIXTURE_DATA(pcrs) * self, __u32 pcr)
{
	struct tpm_msg cmd;
	int fd = tpm_open("tpmrm0", 0);

	ASSERT_LE(0, fd);
	tpm_extend(&cmd, pcr, self->alg, self->banks, pcr * 0x01010101);
	EXPECT_EQ(0, tpm_rc(fd, &cmd)) TH_LOG("PCR %u", pcr);
	close(fd);
}

FIXTURE_SETUP(pcrs)
{
	__u32 pcr;

	self->banks = tpm_banks("tpm0", self->alg, DRTMON_BANKS_MAX);
	ASSERT_LT(0, self->banks);
	/* 17 to 22 belong to the dynamic launch: no extend at locality 0. */
	for (pcr = 0; pcr < 17; pcr++)
		extend(_metadata, self, pcr);
	extend(_metadata, self, 23);
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, pcr_read(&self->nl, true, &self->read));
	ASSERT_EQ(self->banks, self->read.count);
}

FIXTURE_TEARDOWN(pcrs)
{
	nl_close(&self->nl);
}

TEST_F(pcrs, equal_sysfs)
{
	unsigned int i;
	__u32 pcr;

	for (i = 0; i < self->banks; i++) {
		const struct pcr_bank *bank = pcr_bank_find(&self->read, 0, self->alg[i]);

		ASSERT_NE(NULL, bank);
		ASSERT_EQ(PCRS, bank->pcrs);
		for (pcr = 0; pcr < PCRS; pcr++) {
			const struct pcr *is = pcr_find(bank, pcr);
			__u8 digest[64];

			ASSERT_NE(NULL, is);
			ASSERT_EQ(0, tpm_sysfs_pcr("tpm0", self->alg[i], pcr, digest));
			EXPECT_EQ(tpm_alg_size(self->alg[i]), is->hardware.len);
			EXPECT_EQ(0, memcmp(digest, is->hardware.data, is->hardware.len))
			{
				TH_LOG("%s PCR %u", tpm_alg_name(self->alg[i]), pcr);
			}
		}
	}
}

static __u16 alg_by_name(const char *name)
{
	static const __u16 all[] = { TPM2_ALG_SHA1, TPM2_ALG_SHA256, TPM2_ALG_SHA384,
				     TPM2_ALG_SHA512 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(tpm_alg_name(all[i]), name))
			return all[i];
	return 0;
}

static void write_hex(char *to, const struct blob *blob)
{
	__u32 i;

	for (i = 0; i < blob->len; i++)
		sprintf(to + 2 * i, "%02X", blob->data[i]);
}

/* "  sha256:" begins a bank, "    17: 0xFF..." is a PCR of it. */
static unsigned int compare_line(struct __test_metadata *_metadata, FIXTURE_DATA(pcrs) * self,
				 const char *line, __u16 *alg)
{
	const struct pcr_bank *bank;
	const struct pcr *pcr;
	char word[256], mine[2 * BLOB_MAX + 1] = "";
	unsigned int index;

	if (sscanf(line, " %u : 0x%255s", &index, word) == 2) {
		bank = pcr_bank_find(&self->read, 0, *alg);
		pcr = bank ? pcr_find(bank, index) : NULL;
		EXPECT_NE(NULL, pcr);
		if (pcr)
			write_hex(mine, &pcr->hardware);
		EXPECT_STREQ(word, mine) TH_LOG("%s PCR %u", tpm_alg_name(*alg), index);
		return 1;
	}
	if (sscanf(line, " %255[a-z0-9_]:", word) == 1)
		*alg = alg_by_name(word);
	return 0;
}

TEST_F(pcrs, equal_tpm2_pcrread)
{
	FILE *pipe = popen("tpm2_pcrread 2>&1", "r");
	unsigned int compared = 0;
	char line[512];
	__u16 alg = 0;

	ASSERT_NE(NULL, pipe);
	while (fgets(line, sizeof(line), pipe))
		compared += compare_line(_metadata, self, line, &alg);
	EXPECT_EQ(0, pclose(pipe));
	EXPECT_EQ(PCRS * self->banks, compared);
}

TEST_F(pcrs, cost_a_command_for_eight_digests)
{
	const struct snapshot *snapshot = &self->read.bank[0].snapshot;
	__u32 digests = PCRS * self->banks;

	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, snapshot->state);
	EXPECT_EQ(digests, snapshot->digests);
	EXPECT_EQ((digests + DIGESTS_PER_COMMAND - 1) / DIGESTS_PER_COMMAND, snapshot->commands);
	EXPECT_EQ(1, snapshot->attempts);
}

/* What the snapshot says it cost, and not a hidden command more. */
TEST_F(pcrs, cost_as_much_as_the_hook_counts)
{
	struct chip before, after;
	struct pcr_banks again;

	do {
		ASSERT_EQ(0, chip_get(&self->nl, 0, &before));
		ASSERT_EQ(0, pcr_read(&self->nl, true, &again));
		ASSERT_EQ(0, chip_get(&self->nl, 0, &after));
	} while (looked_between(&before, &after));
	EXPECT_EQ(again.bank[0].snapshot.commands, after.self_commands - before.self_commands);
	EXPECT_EQ(again.bank[0].snapshot.commands, after.snapshot.commands);
}

TEST_F(pcrs, cached_values_cost_nothing)
{
	struct chip before, after;
	struct pcr_banks again;
	int i;

	do {
		ASSERT_EQ(0, chip_get(&self->nl, 0, &before));
		for (i = 0; i < 100; i++)
			ASSERT_EQ(0, pcr_read(&self->nl, false, &again));
		ASSERT_EQ(0, chip_get(&self->nl, 0, &after));
	} while (looked_between(&before, &after));
	EXPECT_EQ(before.self_commands, after.self_commands);
	EXPECT_EQ(1, self->read.waits);
	EXPECT_EQ(0, again.waits);
	EXPECT_EQ(self->read.count, again.count);
	EXPECT_EQ(0, memcmp(self->read.bank, again.bank, sizeof(again.bank)));
}

/* The counter moves by one for each bank, but not for PCR 16, which anybody may reset. */
TEST_F(pcrs, update_counter_moves_with_the_banks)
{
	__u32 was = self->read.bank[0].snapshot.update_counter;

	extend(_metadata, self, 10);
	extend(_metadata, self, 16);
	ASSERT_EQ(0, pcr_read(&self->nl, true, &self->read));
	EXPECT_EQ(was + self->banks, self->read.bank[0].snapshot.update_counter);
}

TEST_F(pcrs, never_launched_is_all_ones)
{
	__u8 ones[BLOB_MAX];
	__u32 i, pcr;

	memset(ones, 0xff, sizeof(ones));
	for (i = 0; i < self->read.count; i++) {
		for (pcr = 17; pcr <= 22; pcr++) {
			const struct pcr *is = pcr_find(&self->read.bank[i], pcr);

			ASSERT_NE(NULL, is);
			EXPECT_EQ(0, memcmp(ones, is->hardware.data, is->hardware.len));
		}
	}
}

TEST_MAIN(need_tpm2);
