// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The baseline's lock. Nothing undoes it but a reboot, neither the family nor
 * rmmod: in a guest this test has to be the last that wants the module afresh.
 */
#include "baseline.h"
#include "engine.h"
#include "harness.h"
#include "kmod.h"

#define PCR 9

static const __u8 zeros[32];

static int lock(struct nl *nl)
{
	struct nl_req req;

	nl_begin(&req, DRTMON_CMD_BASELINE_LOCK, 0);
	return nl_ask(nl, &req, NULL, NULL);
}

static void expect_locked(struct __test_metadata *_metadata, struct engine *engine)
{
	static const char why[] = "the baseline is locked until reboot";
	const struct pcr_bank *bank;
	struct platform platform;
	struct pcr_banks pcrs;

	EXPECT_EQ(-EROFS, baseline_set(&engine->nl, 0, TPM2_ALG_SHA256, PCR, zeros, sizeof(zeros)));
	EXPECT_STREQ(why, engine->nl.text);
	EXPECT_EQ(-EROFS, baseline_del(&engine->nl, 0, TPM2_ALG_SHA256, PCR));
	EXPECT_STREQ(why, engine->nl.text);
	EXPECT_EQ(-EROFS, baseline_clear(&engine->nl, 0));
	EXPECT_STREQ(why, engine->nl.text);
	ASSERT_EQ(0, platform_get(&engine->nl, &platform));
	EXPECT_EQ(1, platform.baseline_locked);
	ASSERT_EQ(0, pcr_read(&engine->nl, false, &pcrs));
	bank = pcr_bank_find(&pcrs, 0, TPM2_ALG_SHA256);
	ASSERT_NE(NULL, bank);
	EXPECT_TRUE(attr_has(pcr_find(bank, PCR), DRTMON_A_PCR_BASELINE));
}

static unsigned int changes(struct engine *engine)
{
	struct events events;
	unsigned int n;

	if (engine_events(engine, &events))
		return ~0u;
	n = engine_count(&events, DRTMON_EVENT_KIND_BASELINE_CHANGE, 0);
	events_free(&events);
	return n;
}

TEST(lock_until_reboot)
{
	struct platform platform;
	struct engine engine;
	struct event event;

	ASSERT_EQ(0, engine_open(&engine, "tpm0"));
	ASSERT_EQ(0, platform_get(&engine.nl, &platform));
	EXPECT_EQ(0, platform.baseline_locked);
	ASSERT_EQ(0, baseline_set(&engine.nl, 0, TPM2_ALG_SHA256, PCR, zeros, sizeof(zeros)));
	ASSERT_EQ(0, lock(&engine.nl));
	expect_locked(_metadata, &engine);
	EXPECT_EQ(2, changes(&engine));
	/* A second one is no mistake, no event, and still one reference on the module. */
	ASSERT_EQ(0, lock(&engine.nl));
	expect_locked(_metadata, &engine);
	EXPECT_EQ(2, changes(&engine));

	/* What is locked still alarms. */
	ASSERT_EQ(0, engine_extend("tpm0", PCR, engine.alg, engine.banks, 1));
	ASSERT_EQ(0, engine_wait(&engine, DRTMON_EVENT_KIND_PCR_MISMATCH, 0, &event));
	EXPECT_EQ(PCR, event.pcr);
	engine_close(&engine);

	EXPECT_EQ(-EWOULDBLOCK, kmod_unload());
	EXPECT_TRUE(kmod_loaded());
	ASSERT_EQ(0, engine_open(&engine, "tpm0"));
	expect_locked(_metadata, &engine);
	engine_close(&engine);
}

static const char *prepare(void)
{
	return access("/dev/tpmrm0", F_OK) ? "needs a TPM 2.0" : engine_reload(ENGINE_EVERY_SECOND);
}

TEST_MAIN(prepare);
