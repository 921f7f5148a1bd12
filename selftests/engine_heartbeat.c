// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes can be disarmed without a word. The module's own commands must pass
 * its own hook: if they do not, it says so, and what it says of PCRs is stale.
 */
#include <fcntl.h>

#include "engine.h"
#include "harness.h"
#include "kmod.h"

#define PCR	13
#define ENABLED "/sys/kernel/debug/kprobes/enabled"

static int arm(const char *on)
{
	int fd = open(ENABLED, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, on, 1) == 1 ? 0 : -errno;
	close(fd);
	return ret;
}

FIXTURE(heartbeat)
{
	struct engine engine;
	struct event event;
	struct pcr_banks pcrs;
	struct chip chip;
	struct platform platform;
};

FIXTURE_SETUP(heartbeat)
{
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	ASSERT_EQ(0, engine_extend("tpm0", PCR, self->engine.alg, self->engine.banks, 1));
	ASSERT_EQ(0, engine_settled(&self->engine, 0));
	ASSERT_EQ(0, arm("0"));
}

FIXTURE_TEARDOWN(heartbeat)
{
	EXPECT_EQ(0, arm("1"));
	engine_close(&self->engine);
}

TEST_F(heartbeat, is_missed_and_comes_back)
{
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_HOOK_DEAD, 0, &self->event));
	EXPECT_EQ(DRTMON_SEVERITY_CRITICAL, self->event.severity);
	ASSERT_EQ(0, chip_get(&self->engine.nl, 0, &self->chip));
	EXPECT_EQ(DRTMON_HOOK_STATE_DEAD, self->chip.hook_state);
	ASSERT_EQ(0, platform_get(&self->engine.nl, &self->platform));
	EXPECT_EQ(DRTMON_MODULE_STATE_DEGRADED, self->platform.module_state);
	ASSERT_EQ(0, pcr_read(&self->engine.nl, false, &self->pcrs));
	EXPECT_EQ(DRTMON_PCR_STATE_STALE, self->pcrs.bank[0].pcr[PCR].state);

	ASSERT_EQ(0, arm("1"));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_HOOK_ALIVE, 0, &self->event));
	ASSERT_EQ(0, chip_get(&self->engine.nl, 0, &self->chip));
	EXPECT_EQ(DRTMON_HOOK_STATE_ACTIVE, self->chip.hook_state);
	ASSERT_EQ(0, platform_get(&self->engine.nl, &self->platform));
	EXPECT_EQ(DRTMON_MODULE_STATE_RUNNING, self->platform.module_state);
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
}

static void expect_drift(struct __test_metadata *_metadata, FIXTURE_DATA(heartbeat) * self)
{
	struct events events;

	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT, 0, &self->event));
	EXPECT_EQ(PCR, self->event.pcr);
	ASSERT_EQ(0, arm("1"));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_HOOK_ALIVE, 0, &self->event));
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
	ASSERT_EQ(0, engine_events(&self->engine, &events));
	EXPECT_EQ(1, engine_count(&events, DRTMON_EVENT_KIND_HOOK_DEAD, 0));
	EXPECT_EQ(1, engine_count(&events, DRTMON_EVENT_KIND_HOOK_ALIVE, 0));
	EXPECT_EQ(1, engine_count(&events, DRTMON_EVENT_KIND_PCR_DRIFT, 0));
	events_free(&events);
}

TEST_F(heartbeat, what_changed_meanwhile_is_drift)
{
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_HOOK_DEAD, 0, &self->event));
	ASSERT_EQ(0, engine_extend("tpm0", PCR, self->engine.alg, self->engine.banks, 2));
	expect_drift(_metadata, self);
}

TEST_F(heartbeat, what_changed_before_it_was_missed_is_drift)
{
	ASSERT_EQ(0, engine_extend("tpm0", PCR, self->engine.alg, self->engine.banks, 3));
	expect_drift(_metadata, self);
}

static const char *prepare(void)
{
	if (access("/dev/tpmrm0", F_OK))
		return "needs a TPM 2.0";
	if (access(ENABLED, W_OK))
		return "needs debugfs";
	return engine_reload(ENGINE_EVERY_SECOND);
}

TEST_MAIN(prepare);
