// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A change that the kernel did not see: told once, with both values, within
 * one look at the TPM. And a TPM that began anew is told as that, not as drift.
 */
#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "swtpm.h"

FIXTURE(drift)
{
	struct engine engine;
	struct swtpm swtpm;
	struct event event;
};

FIXTURE_SETUP(drift)
{
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	ASSERT_EQ(0, swtpm_plug(&self->swtpm, SWTPM_2_0, NULL, NULL));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_CHIP_ADD, self->swtpm.number,
				 &self->event));
	/* Answered when it has been read for the first time: all its files are there. */
	ASSERT_EQ(0, chip_get(&self->engine.nl, self->swtpm.number, &(struct chip){}));
	self->engine.banks = tpm_banks(self->swtpm.name, self->engine.alg, DRTMON_BANKS_MAX);
	ASSERT_LT(0, self->engine.banks);
	ASSERT_EQ(0, engine_settled(&self->engine, self->swtpm.number));
}

FIXTURE_TEARDOWN(drift)
{
	swtpm_unplug(&self->swtpm);
	engine_close(&self->engine);
}

/* Behind the kernel's back. */
static int extend_unseen(FIXTURE_DATA(drift) * self, __u32 pcr, unsigned int banks, __u32 seed)
{
	struct tpm_msg cmd;

	tpm_extend(&cmd, pcr, self->engine.alg, banks, seed);
	return swtpm_raw_rc(&self->swtpm, &cmd);
}

static int startup_unseen(FIXTURE_DATA(drift) * self)
{
	struct tpm_msg cmd;

	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_STARTUP);
	tpm_u16(&cmd, 0);
	tpm_end(&cmd);
	return swtpm_raw_rc(&self->swtpm, &cmd);
}

static unsigned int count(FIXTURE_DATA(drift) * self, __u32 kind)
{
	struct events events;
	unsigned int n;

	if (engine_events(&self->engine, &events))
		return ~0u;
	n = engine_count(&events, kind, self->swtpm.number);
	events_free(&events);
	return n;
}

static void expect_drift(struct __test_metadata *_metadata, FIXTURE_DATA(drift) * self, __u32 pcr,
			 unsigned int banks, __u32 seed)
{
	__u8 value[BLOB_MAX] = {}, digest[BLOB_MAX];
	__u64 last = 0;
	unsigned int i;

	ASSERT_EQ(0, engine_extend(self->swtpm.name, pcr, self->engine.alg, self->engine.banks, 7));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, self->swtpm.number,
				 &self->event));
	last = self->event.seq;
	ASSERT_EQ(0, extend_unseen(self, pcr, banks, seed));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT, self->swtpm.number,
				 &self->event));
	EXPECT_EQ(pcr, self->event.pcr);
	EXPECT_EQ(last, self->event.last_event);
	EXPECT_EQ(DRTMON_SEVERITY_CRITICAL, self->event.severity);
	EXPECT_STREQ(self->swtpm.name, self->event.chip_name);
	EXPECT_EQ(banks, self->event.digests);
	EXPECT_EQ(banks, self->event.expecteds);
	for (i = 0; i < banks; i++) {
		__u16 alg = self->engine.alg[i];
		const struct digest *actual = digest_find(&self->event, alg);

		ASSERT_NE(NULL, actual);
		memset(value, 0, sizeof(value));
		tpm_pattern(digest, alg, 7);
		engine_hash_extend(alg, value, digest);
		EXPECT_EQ(0, memcmp(value, self->event.expected[i].value.data, tpm_alg_size(alg)));
		tpm_pattern(digest, alg, seed);
		engine_hash_extend(alg, value, digest);
		EXPECT_EQ(0, memcmp(value, actual->value.data, tpm_alg_size(alg)));
	}
	/* Told once: the hardware is believed from now on. */
	ASSERT_EQ(0, engine_settled(&self->engine, self->swtpm.number));
	ASSERT_EQ(0, engine_settled(&self->engine, self->swtpm.number));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_TPM_RESET));
	EXPECT_STREQ("", engine_differ(&self->engine, self->swtpm.number));
}

TEST_F(drift, of_a_pcr_that_counts)
{
	expect_drift(_metadata, self, 9, self->engine.banks, 99);
}

TEST_F(drift, of_a_pcr_that_does_not_count)
{
	expect_drift(_metadata, self, 23, self->engine.banks, 99);
}

TEST_F(drift, in_one_bank)
{
	expect_drift(_metadata, self, 10, 1, 99);
}

TEST_F(drift, is_told_by_the_very_next_look)
{
	static struct pcr_banks pcrs;

	ASSERT_EQ(0, extend_unseen(self, 9, self->engine.banks, 99));
	ASSERT_EQ(0, pcr_read(&self->engine.nl, true, &pcrs));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

TEST_F(drift, of_several_pcrs_is_told_for_each)
{
	__u32 pcr;

	for (pcr = 2; pcr < 6; pcr++)
		ASSERT_EQ(0, extend_unseen(self, pcr, self->engine.banks, pcr));
	for (pcr = 2; pcr < 6; pcr++)
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT,
					 self->swtpm.number, &self->event));
	ASSERT_EQ(0, engine_settled(&self->engine, self->swtpm.number));
	EXPECT_EQ(4, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

static void extend_seen(struct __test_metadata *_metadata, FIXTURE_DATA(drift) * self)
{
	ASSERT_EQ(0, engine_extend(self->swtpm.name, 9, self->engine.alg, self->engine.banks, 1));
	ASSERT_EQ(0, engine_extend(self->swtpm.name, 16, self->engine.alg, self->engine.banks, 1));
}

static void expect_reset(struct __test_metadata *_metadata, FIXTURE_DATA(drift) * self)
{
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_RESET, self->swtpm.number,
				 &self->event));
	EXPECT_EQ(DRTMON_SEVERITY_CRITICAL, self->event.severity);
	ASSERT_EQ(0, engine_settled(&self->engine, self->swtpm.number));
	ASSERT_EQ(0, engine_settled(&self->engine, self->swtpm.number));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_TPM_RESET));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
	EXPECT_STREQ("", engine_differ(&self->engine, self->swtpm.number));
}

TEST_F(drift, reset_is_told_as_a_reset)
{
	extend_seen(_metadata, self);
	ASSERT_EQ(0, swtpm_power_cycle(&self->swtpm));
	startup_unseen(self);
	expect_reset(_metadata, self);
}

/* A reset and the very same extends again: only the TPM's clock knows. */
TEST_F(drift, reset_that_left_no_trace_in_any_pcr)
{
	extend_seen(_metadata, self);
	ASSERT_EQ(0, engine_settled(&self->engine, self->swtpm.number));
	ASSERT_EQ(0, swtpm_power_cycle(&self->swtpm));
	startup_unseen(self);
	ASSERT_EQ(0, extend_unseen(self, 9, self->engine.banks, 1));
	ASSERT_EQ(0, extend_unseen(self, 16, self->engine.banks, 1));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_RESET, self->swtpm.number,
				 &self->event));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

/* It sets the counters of resets to nothing, which is no reset; one behind it still is. */
TEST_F(drift, clear_is_no_reset)
{
	struct tpm_msg cmd;
	int fd;

	extend_seen(_metadata, self);
	ASSERT_EQ(0, swtpm_power_cycle(&self->swtpm));
	startup_unseen(self);
	expect_reset(_metadata, self);
	fd = tpm_open(self->swtpm.name, 0);
	ASSERT_LE(0, fd);
	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_CLEAR);
	tpm_u32(&cmd, TPM2_RH_LOCKOUT);
	tpm_auth(&cmd, "");
	tpm_end(&cmd);
	ASSERT_EQ(0, tpm_rc(fd, &cmd));
	close(fd);
	/* Before it is told the clock is asked. */
	ASSERT_EQ(0, extend_unseen(self, 9, self->engine.banks, 1));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT, self->swtpm.number,
				 &self->event));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_TPM_RESET));
	ASSERT_EQ(0, swtpm_power_cycle(&self->swtpm));
	startup_unseen(self);
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_RESET, self->swtpm.number,
				 &self->event));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

static const char *prepare(void)
{
	const char *why = need_swtpm();

	return why ? why : engine_reload(ENGINE_EVERY_SECOND);
}

TEST_MAIN(prepare);
