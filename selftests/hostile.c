// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TPM that lies about lengths and counts, refuses, or says nothing. The
 * module says that it could not read it and why, keeps what it knew, does not
 * hang, and believes the TPM again as soon as it is good.
 */
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "tpm.h"
#include "vtpm.h"

#define ANSWERS_DEFAULT 1500

FIXTURE(hostile)
{
	struct nl nl;
	struct vtpm vtpm;
	struct sought here;
	struct event event;
};

FIXTURE_VARIANT(hostile)
{
	enum vtpm_mode mode;
	/* What the module says about a read, a positive errno. */
	int error;
	/* About a look that asks for more than PCRs, the first or one in doubt, where another. */
	int first;
};

FIXTURE_VARIANT_ADD(hostile, failure){
	.mode = VTPM_FAILURE,
	.error = EIO,
};

FIXTURE_VARIANT_ADD(hostile, code_like_an_errno){
	.mode = VTPM_NEGATIVE,
	.error = EIO,
};

FIXTURE_VARIANT_ADD(hostile, short_response){
	.mode = VTPM_SHORT,
	.error = EFAULT,
};

FIXTURE_VARIANT_ADD(hostile, long_response){
	.mode = VTPM_LONG,
	.error = EFAULT,
};

FIXTURE_VARIANT_ADD(hostile, wrong_length){
	.mode = VTPM_WRONG_LENGTH,
	.error = EFAULT,
};

FIXTURE_VARIANT_ADD(hostile, cut_response){
	.mode = VTPM_CUT,
	.error = EINVAL,
	.first = EFAULT,
};

FIXTURE_VARIANT_ADD(hostile, no_digest){
	.mode = VTPM_READ_NOTHING,
	.error = EINVAL,
};

FIXTURE_VARIANT_ADD(hostile, too_many_digests){
	.mode = VTPM_READ_TOO_MANY,
	.error = EINVAL,
};

FIXTURE_VARIANT_ADD(hostile, fewer_digests_than_selected){
	.mode = VTPM_READ_MISCOUNTED,
	.error = EINVAL,
};

FIXTURE_VARIANT_ADD(hostile, digests_of_a_wrong_size){
	.mode = VTPM_READ_WRONG_SIZE,
	.error = EINVAL,
};

FIXTURE_VARIANT_ADD(hostile, other_pcrs_than_asked_for){
	.mode = VTPM_READ_OTHERS,
	.error = EINVAL,
};

FIXTURE_VARIANT_ADD(hostile, the_same_pcr_for_ever){
	.mode = VTPM_READ_ENDLESS,
	.error = EINVAL,
};

FIXTURE_VARIANT_ADD(hostile, four_billion_selections){
	.mode = VTPM_READ_HUGE,
	.error = EINVAL,
};

FIXTURE_SETUP(hostile)
{
	ASSERT_EQ(0, event_open(&self->nl));
}

FIXTURE_TEARDOWN(hostile)
{
	struct sought gone = { .kind = DRTMON_EVENT_KIND_CHIP_REMOVE };
	struct chip chip;

	/* The machine's own chip never was concerned. */
	if (!chip_get(&self->nl, 0, &chip) && self->vtpm.number)
		EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, chip.snapshot.state);
	vtpm_stop(&self->vtpm);
	gone.chip = self->vtpm.number + 1;
	EXPECT_EQ(0, event_wait(&self->nl, &gone, &self->event));
	nl_close(&self->nl);
}

static void start(struct __test_metadata *_metadata, FIXTURE_DATA(hostile) * self,
		  enum vtpm_mode mode)
{
	struct sought added = { .kind = DRTMON_EVENT_KIND_CHIP_ADD };

	ASSERT_EQ(0, vtpm_start(&self->vtpm, mode));
	added.chip = self->vtpm.number + 1;
	self->here = (struct sought){ .chip = added.chip };
	ASSERT_EQ(0, event_wait(&self->nl, &added, &self->event));
	EXPECT_STREQ(self->vtpm.name, self->event.chip_name);
}

static int refresh(FIXTURE_DATA(hostile) * self, struct pcr_banks *banks)
{
	return pcr_refresh(&self->nl, self->vtpm.number, banks);
}

/* PCR 7 of the SHA-256 bank as it is, or nothing any more. */
static int expect_pcr7(FIXTURE_DATA(hostile) * self, bool expected)
{
	struct nl_req req, nest;

	nl_begin(&req, expected ? DRTMON_CMD_BASELINE_SET : DRTMON_CMD_BASELINE_DEL, 0);
	nl_put_u32(&req, DRTMON_A_BASELINE_CHIP_ID, self->vtpm.number);
	nl_begin(&nest, 0, 0);
	nl_put_u32(&nest, DRTMON_A_EXPECT_ALG, TPM2_ALG_SHA256);
	nl_put_u32(&nest, DRTMON_A_EXPECT_INDEX, 7);
	if (expected)
		nl_put(&nest, DRTMON_A_EXPECT_DIGEST, self->vtpm.pcr[1][7], 32);
	nl_put(&req, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED, nest.attrs,
	       nest.hdr.nlmsg_len - offsetof(struct nl_req, attrs));
	return nl_ask(&self->nl, &req, NULL, NULL);
}

/* All values, as the TPM has them; six commands of eight digests. */
static void expect_good(struct __test_metadata *_metadata, FIXTURE_DATA(hostile) * self)
{
	struct pcr_banks banks;
	__u32 i, pcr;

	ASSERT_EQ(0, refresh(self, &banks));
	ASSERT_EQ(VTPM_BANKS, banks.count);
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, banks.bank[0].snapshot.state);
	EXPECT_EQ(0, banks.bank[0].snapshot.error);
	EXPECT_EQ(VTPM_DIGESTS, banks.bank[0].snapshot.digests);
	EXPECT_EQ(VTPM_DIGESTS / 8, banks.bank[0].snapshot.commands);
	for (i = 0; i < VTPM_BANKS; i++) {
		ASSERT_EQ(VTPM_PCRS, banks.bank[i].pcrs);
		for (pcr = 0; pcr < VTPM_PCRS; pcr++)
			EXPECT_EQ(0, memcmp(self->vtpm.pcr[i][pcr],
					    banks.bank[i].pcr[pcr].hardware.data,
					    tpm_alg_size(vtpm_alg[i])));
	}
}

TEST_F(hostile, from_the_start)
{
	struct sought error = { .kind = DRTMON_EVENT_KIND_TPM_ERROR };
	struct pcr_banks banks;
	struct chip chip;

	start(_metadata, self, variant->mode);
	error.chip = self->vtpm.number + 1;
	ASSERT_EQ(0, event_wait(&self->nl, &error, &self->event));
	EXPECT_EQ(DRTMON_SEVERITY_WARNING, self->event.severity);
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_FAILED, chip.snapshot.state);
	EXPECT_EQ(variant->first ? variant->first : variant->error, chip.snapshot.error);

	/* What was never read is not shown as zeros. */
	ASSERT_EQ(0, pcr_read(&self->nl, false, &banks));
	EXPECT_EQ(NULL, pcr_bank_find(&banks, self->vtpm.number, TPM2_ALG_SHA256));

	self->vtpm.mode = VTPM_GOOD;
	expect_good(_metadata, self);
}

/* A refresh of all is no worse for one: the others are read, and that one is judged no more. */
static void expect_others_good(struct __test_metadata *_metadata, FIXTURE_DATA(hostile) * self,
			       int error)
{
	const struct pcr_bank *bad, *good;
	struct pcr_banks banks;
	const struct pcr *pcr;

	ASSERT_EQ(0, pcr_read(&self->nl, true, &banks));
	bad = pcr_bank_find(&banks, self->vtpm.number, TPM2_ALG_SHA256);
	ASSERT_NE(NULL, bad);
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_FAILED, bad->snapshot.state);
	EXPECT_EQ(error, bad->snapshot.error);
	pcr = pcr_find(bad, 7);
	ASSERT_NE(NULL, pcr);
	EXPECT_EQ(DRTMON_BASELINE_STATE_UNKNOWN, pcr->baseline_state);
	good = pcr_bank_find(&banks, 0, TPM2_ALG_SHA256);
	ASSERT_NE(NULL, good);
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, good->snapshot.state);
	EXPECT_LT(bad->snapshot.boottime, good->snapshot.boottime);
}

TEST_F(hostile, all_of_a_sudden)
{
	int again = variant->first ? variant->first : variant->error;
	struct sought error = { .kind = DRTMON_EVENT_KIND_TPM_ERROR };
	struct pcr_banks before, after;
	struct chip chip;
	__u32 i;

	start(_metadata, self, VTPM_GOOD);
	memset(self->vtpm.pcr[1][7], 0xa5, 32);
	ASSERT_EQ(0, refresh(self, &before));
	ASSERT_EQ(0, expect_pcr7(self, true));
	self->vtpm.mode = variant->mode;
	EXPECT_EQ(-variant->error, refresh(self, &after));
	EXPECT_STREQ("the TPM did not answer a read of its PCRs properly", self->nl.text);
	expect_others_good(_metadata, self, again);
	self->vtpm.mode = VTPM_GOOD;
	/* A kept baseline would be the next chip's. */
	EXPECT_EQ(0, expect_pcr7(self, false));

	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_FAILED, chip.snapshot.state);
	EXPECT_EQ(again, chip.snapshot.error);
	error.chip = self->vtpm.number + 1;
	EXPECT_EQ(0, event_wait(&self->nl, &error, &self->event));

	/* The last good values stay. */
	ASSERT_EQ(0, pcr_read(&self->nl, false, &after));
	for (i = 0; i < before.count; i++) {
		const struct pcr_bank *bank =
			pcr_bank_find(&after, self->vtpm.number, before.bank[i].alg);

		ASSERT_NE(NULL, bank);
		EXPECT_EQ(0, memcmp(before.bank[i].pcr, bank->pcr, sizeof(bank->pcr)));
	}
	expect_good(_metadata, self);
}

FIXTURE(odd)
{
	struct nl nl;
	struct vtpm vtpm;
	struct event event;
	struct chip chip;
};

FIXTURE_SETUP(odd)
{
	ASSERT_EQ(0, event_open(&self->nl));
}

FIXTURE_TEARDOWN(odd)
{
	vtpm_stop(&self->vtpm);
	nl_close(&self->nl);
}

static void start_odd(struct __test_metadata *_metadata, FIXTURE_DATA(odd) * self,
		      enum vtpm_mode mode)
{
	struct sought added = { .kind = DRTMON_EVENT_KIND_CHIP_ADD };

	ASSERT_EQ(0, vtpm_start(&self->vtpm, mode));
	added.chip = self->vtpm.number + 1;
	ASSERT_EQ(0, event_wait(&self->nl, &added, &self->event));
	ASSERT_EQ(0, vtpm_wait(&self->vtpm));
}

/* Slow, but no lie. */
TEST_F(odd, one_digest_a_command)
{
	start_odd(_metadata, self, VTPM_READ_ONE);
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &self->chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, self->chip.snapshot.state);
	EXPECT_EQ(VTPM_DIGESTS, self->chip.snapshot.digests);
	EXPECT_EQ(VTPM_DIGESTS, self->chip.snapshot.commands);
}

TEST_F(odd, counter_that_never_rests)
{
	start_odd(_metadata, self, VTPM_READ_MOVING);
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &self->chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_TORN, self->chip.snapshot.state);
	EXPECT_EQ(3, self->chip.snapshot.attempts);
}

TEST_F(odd, sixteen_banks)
{
	start_odd(_metadata, self, VTPM_BANKS_16);
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &self->chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_FAILED, self->chip.snapshot.state);
	EXPECT_EQ(E2BIG, self->chip.snapshot.error);
	EXPECT_EQ(0, self->chip.banks);
}

TEST_F(odd, four_billion_banks)
{
	start_odd(_metadata, self, VTPM_BANKS_HUGE);
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &self->chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_FAILED, self->chip.snapshot.state);
	EXPECT_EQ(EINVAL, self->chip.snapshot.error);
}

/* Nothing read is nothing known. */
TEST_F(odd, no_bank)
{
	start_odd(_metadata, self, VTPM_BANKS_NONE);
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &self->chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_FAILED, self->chip.snapshot.state);
	EXPECT_EQ(ENODATA, self->chip.snapshot.error);
	EXPECT_EQ(0, self->chip.banks);
}

/* One answer that is wrong would stand until the TPM is reset. */
static void two_answers(struct __test_metadata *_metadata, FIXTURE_DATA(odd) * self,
			enum vtpm_mode mode)
{
	struct pcr_banks banks;

	start_odd(_metadata, self, mode);
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &self->chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_FAILED, self->chip.snapshot.state);
	EXPECT_EQ(EINVAL, self->chip.snapshot.error);
	EXPECT_EQ(0, self->chip.banks);
	self->vtpm.mode = VTPM_GOOD;
	ASSERT_EQ(0, pcr_refresh(&self->nl, self->vtpm.number, &banks));
	EXPECT_EQ(VTPM_BANKS, banks.count);
}

TEST_F(odd, banks_that_differ)
{
	two_answers(_metadata, self, VTPM_BANKS_DIFFER);
}

TEST_F(odd, counter_explained_otherwise)
{
	two_answers(_metadata, self, VTPM_TOLD_OTHERWISE);
}

struct refused {
	const char *device;
	__u32 command;
	int times;
};

/* Sends the same refused command again and again. */
static int be_refused(void *arg)
{
	const struct refused *refused = arg;
	int fd = tpm_open(refused->device, 0), i;
	struct tpm_msg cmd;

	tpm_begin(&cmd, TPM2_ST_SESSIONS, refused->command);
	tpm_u32(&cmd, TPM2_RH_OWNER);
	tpm_auth(&cmd, "");
	tpm_sized(&cmd, NULL, 0);
	tpm_end(&cmd);
	for (i = 0; i < refused->times; i++)
		if (fd < 0 || tpm_rc(fd, &cmd) <= 0)
			return 1;
	return 0;
}

TEST_F(odd, lockout_names_who_met_it)
{
	struct refused refused = { .device = self->vtpm.name,
				   .times = 1,
				   .command = TPM2_CC_HIERARCHY_CHANGE_AUTH };
	struct sought sought = {};

	start_odd(_metadata, self, VTPM_LOCKOUT);
	sought.tgid = child_start(be_refused, &refused);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_LOCKOUT, self->event.kind);
	EXPECT_EQ(DRTMON_SEVERITY_WARNING, self->event.severity);
	EXPECT_EQ(TPM2_RC_LOCKOUT, self->event.rc);
	EXPECT_EQ(self->vtpm.number, self->event.chip_id);
	EXPECT_STREQ(self->vtpm.name, self->event.device);
}

TEST_F(odd, failure_names_who_met_it)
{
	struct refused refused = { .device = self->vtpm.name,
				   .times = 1,
				   .command = TPM2_CC_HIERARCHY_CHANGE_AUTH };
	struct sought sought = {};

	start_odd(_metadata, self, VTPM_GOOD);
	self->vtpm.mode = VTPM_FAILURE;
	sought.tgid = child_start(be_refused, &refused);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_ERROR, self->event.kind);
	EXPECT_EQ(DRTMON_SEVERITY_WARNING, self->event.severity);
	EXPECT_EQ(TPM2_RC_FAILURE, self->event.rc);
	EXPECT_EQ(DRTMON_ORIGIN_USER, self->event.origin);
}

/* A failed TPM refuses everything: told once for each process, not for each command. */
TEST_F(odd, failure_is_no_flood)
{
	struct refused refused = { .device = self->vtpm.name,
				   .times = 100,
				   .command = TPM2_CC_GET_RANDOM };
	struct stats before, after;
	struct sought sought = {};

	start_odd(_metadata, self, VTPM_GOOD);
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &self->chip));
	self->vtpm.mode = VTPM_FAILURE;
	ASSERT_EQ(0, stats_get(&self->nl, &before));
	sought.tgid = child_start(be_refused, &refused);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_EQ(DRTMON_EVENT_KIND_TPM_ERROR, self->event.kind);
	ASSERT_EQ(0, stats_get(&self->nl, &after));
	/* Others may have met the failure too: the kernel, or the module itself. */
	EXPECT_GT(before.events + 10, after.events);
	EXPECT_LE(before.commands + 100, after.commands);
}

static void send_short(struct __test_metadata *_metadata, struct nl *nl, const char *device,
		       __u8 size)
{
	struct stats before, after;
	struct tpm_msg cmd, rsp;
	int fd = tpm_open(device, 0);

	ASSERT_LE(0, fd);
	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_GET_RANDOM);
	cmd.data[5] = size;
	ASSERT_EQ(0, stats_get(nl, &before));
	if (!tpm_write(fd, &cmd))
		tpm_read(fd, &rsp);
	ASSERT_EQ(0, stats_get(nl, &after));
	EXPECT_LE(before.malformed + 1, after.malformed);
	close(fd);
}

/* Shorter than its header: the device files pass on what cannot mean anything. */
TEST_F(odd, command_shorter_than_its_header)
{
	char device[32];
	__u8 size;

	start_odd(_metadata, self, VTPM_GOOD);
	for (size = 6; size < TPM_HEADER; size++) {
		send_short(_metadata, &self->nl, self->vtpm.name, size);
		snprintf(device, sizeof(device), "tpmrm%u", self->vtpm.number);
		send_short(_metadata, &self->nl, device, size);
	}
}

TEST_F(odd, command_of_another_world)
{
	struct stats before, after;
	struct tpm_msg cmd, rsp;
	int fd;

	start_odd(_metadata, self, VTPM_GOOD);
	fd = tpm_open(self->vtpm.name, 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, stats_get(&self->nl, &before));
	tpm_begin(&cmd, 0x1234, TPM2_CC_PCR_EXTEND);
	tpm_end(&cmd);
	EXPECT_EQ(0, tpm_do(fd, &cmd, &rsp));
	ASSERT_EQ(0, stats_get(&self->nl, &after));
	EXPECT_LE(before.malformed + 1, after.malformed);
	close(fd);
}

/* What a look that failed may say, a negative errno. */
static bool is_documented(int error)
{
	switch (error) {
	case 0:
	case -EIO:
	case -EFAULT:
	case -EINVAL:
	case -E2BIG:
	case -ENODATA:
	case -ETIME:
		return true;
	default:
		return false;
	}
}

/* A command of a user's, whose answer the module looks into. */
static void ask_something(struct vtpm *vtpm, int fd, __u32 n)
{
	__u16 algs[] = { TPM2_ALG_SHA1, TPM2_ALG_SHA256 };
	struct tpm_msg cmd, rsp;

	if (n % 3) {
		tpm_extend(&cmd, n % VTPM_PCRS, algs, 2, n);
	} else {
		tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_EVENT);
		tpm_u32(&cmd, n % VTPM_PCRS);
		tpm_auth(&cmd, "");
		tpm_sized(&cmd, "event", 5);
		tpm_end(&cmd);
	}
	/* The TPM core may refuse to pass the answer on. */
	tpm_do(fd, &cmd, &rsp);
}

/*
 * Answers that are wrong in ways nobody thought of. FUZZ_COUNT= says how many,
 * FUZZ_SEED= which: each is taken or refused with a documented errno, and when
 * the TPM is good again the module says what the TPM says.
 */
TEST_F_TIMEOUT(odd, mutated_answers, TEST_TIMEOUT_TOLD)
{
	__u64 count = parameter("FUZZ_COUNT", ANSWERS_DEFAULT), seed = parameter("FUZZ_SEED", 1);
	__u32 taken = 0, refused = 0, n = 0, asked;
	struct pcr_banks banks;
	int ret = 0, fd, i;

	start_odd(_metadata, self, VTPM_GOOD);
	fd = tpm_open(self->vtpm.name, 0);
	ASSERT_LE(0, fd);
	self->vtpm.chance = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	asked = self->vtpm.asked;
	self->vtpm.mode = VTPM_MUTATED;
	while (self->vtpm.asked - asked < count && is_documented(ret)) {
		ask_something(&self->vtpm, fd, n++);
		ret = pcr_refresh(&self->nl, self->vtpm.number, &banks);
		taken += !ret;
		refused += !!ret;
	}
	self->vtpm.mode = VTPM_GOOD;
	printf("# seed %llu: %u answers, %u of them mutated; %u looks taken, %u refused\n", seed,
	       self->vtpm.asked - asked, self->vtpm.mutated, taken, refused);
	fflush(stdout);
	EXPECT_TRUE(is_documented(ret))
	{
		TH_LOG("a look ended with %d", ret);
	}
	/* One look in sixteen is taken: a few answers may be too few for one. */
	if (count >= ANSWERS_DEFAULT) {
		EXPECT_LT(0, taken);
		EXPECT_LT(0, refused);
		EXPECT_LT(count / 4, self->vtpm.mutated);
	}
	close(fd);
	/* It is believed again, and says what is so. */
	ASSERT_EQ(0, pcr_refresh(&self->nl, self->vtpm.number, &banks));
	ASSERT_EQ(VTPM_BANKS, banks.count);
	for (i = 0; i < VTPM_BANKS; i++)
		for (n = 0; n < VTPM_PCRS; n++)
			EXPECT_EQ(0,
				  memcmp(self->vtpm.pcr[i][n], banks.bank[i].pcr[n].hardware.data,
					 tpm_alg_size(vtpm_alg[i])));
}

TEST_MAIN(need_vtpm);
