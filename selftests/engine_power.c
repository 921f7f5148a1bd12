// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sleep: after it nothing is taken for granted, so the TPM is read in full. The
 * kernel goes through all of it but the sleep itself, as far as the machine can.
 */
#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "power.h"

FIXTURE(power)
{
	struct engine engine;
	struct event event;
};

FIXTURE_SETUP(power)
{
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	ASSERT_EQ(0, engine_extend("tpm0", 10, self->engine.alg, self->engine.banks, 1));
	ASSERT_EQ(0, engine_extend("tpm0", 16, self->engine.alg, self->engine.banks, 1));
	ASSERT_EQ(0, engine_extend("tpm0", 23, self->engine.alg, self->engine.banks, 1));
}

FIXTURE_TEARDOWN(power)
{
	engine_close(&self->engine);
}

struct wait {
	struct engine *engine;
	__u64 boottime;
};

static bool read_since(void *arg)
{
	struct wait *wait = arg;
	struct chip chip;

	return !chip_get(&wait->engine->nl, 0, &chip) &&
	       chip.snapshot.state == DRTMON_SNAPSHOT_STATE_CONSISTENT &&
	       chip.snapshot.boottime > wait->boottime;
}

TEST_F(power, resume_is_told_and_the_tpm_is_read)
{
	struct wait wait = { .engine = &self->engine };
	struct events events;

	ASSERT_EQ(0, power_cycle());
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_RESUME, 0, &self->event));
	EXPECT_STREQ("tpm0", self->event.chip_name);
	/* Loaded without a timer: nothing but the resume makes it look. */
	wait.boottime = self->event.boottime;
	ASSERT_EQ(0, engine_until(read_since, &wait));
	ASSERT_EQ(0, engine_events(&self->engine, &events));
	EXPECT_EQ(1, engine_count(&events, DRTMON_EVENT_KIND_RESUME, 0));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_PCR_DRIFT, 0));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_HOOK_DEAD, 0));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_TPM_ERROR, 0));
	events_free(&events);
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
	/* And it goes on. */
	ASSERT_EQ(0, engine_extend("tpmrm0", 10, self->engine.alg, self->engine.banks, 2));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, 0, &self->event));
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
}

static const char *prepare(void)
{
	if (access("/dev/tpmrm0", F_OK))
		return "needs a TPM 2.0";
	if (need_power())
		return need_power();
	return engine_reload("reconcile_seconds=0");
}

TEST_MAIN(prepare);
