// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sleep: after it nothing is taken for granted, so the TPM is read in full. The
 * kernel goes through all of it but the sleep itself, as far as the machine can.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "baseline.h"
#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "power.h"
#include "proc.h"
#include "vtpm.h"

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

/* Reads the PCRs of one chip, whatever has to be waited for. */
static int refresh(__u32 chip)
{
	static struct pcr_banks banks;
	struct nl nl;
	int ret = nl_open(&nl);

	if (ret)
		return ret;
	ret = pcr_refresh(&nl, chip, &banks);
	nl_close(&nl);
	return ret;
}

struct condition {
	struct engine *engine;
	__u32 chip;
	__u32 state;
};

/* All PCRs of a chip are in this state, by what is known without asking it. */
static bool is_in_state(void *arg)
{
	const struct condition *condition = arg;
	static struct pcr_banks banks;
	__u32 i, pcr, seen = 0;

	if (pcr_read(&condition->engine->nl, false, &banks))
		return false;
	for (i = 0; i < banks.count; i++)
		for (pcr = 0; banks.bank[i].chip_id == condition->chip && pcr < banks.bank[i].pcrs;
		     pcr++, seen++)
			if (banks.bank[i].pcr[pcr].state != condition->state)
				return false;
	return seen;
}

/* What a TPM held before sleep is no knowledge of what it holds after. */
TEST_F(power, tpm_that_is_not_read_since_is_stale)
{
	struct condition stale = { .engine = &self->engine, .state = DRTMON_PCR_STATE_STALE };
	struct vtpm vtpm;

	if (need_vtpm())
		SKIP(return, "%s", need_vtpm());
	ASSERT_EQ(0, vtpm_start(&vtpm, VTPM_GOOD));
	ASSERT_EQ(0, vtpm_wait(&vtpm));
	ASSERT_EQ(0, chip_get(&self->engine.nl, vtpm.number, &(struct chip){}));
	stale.chip = vtpm.number;
	EXPECT_FALSE(is_in_state(&stale));
	vtpm.mode = VTPM_FAILURE;
	EXPECT_EQ(0, power_cycle());
	EXPECT_EQ(0,
		  engine_wait(&self->engine, DRTMON_EVENT_KIND_RESUME, vtpm.number, &self->event));
	EXPECT_TRUE(is_in_state(&stale));
	vtpm.mode = VTPM_GOOD;
	stale.state = DRTMON_PCR_STATE_SHADOWED;
	EXPECT_EQ(0, engine_until(is_in_state, &stale));
	vtpm_stop(&vtpm);
}

/* What changes before the TPM was read again is judged then, and not passed over. */
TEST_F(power, change_before_the_first_look_is_judged_by_it)
{
	static const __u8 other[32] = "what nobody ever measured";
	struct vtpm vtpm;
	__u64 seq;

	if (need_vtpm())
		SKIP(return, "%s", need_vtpm());
	ASSERT_EQ(0, vtpm_start(&vtpm, VTPM_GOOD));
	ASSERT_EQ(0, vtpm_wait(&vtpm));
	ASSERT_EQ(0, chip_get(&self->engine.nl, vtpm.number, &(struct chip){}));
	ASSERT_EQ(0, baseline_set(&self->engine.nl, vtpm.number, vtpm_alg[1], 5, other, 32));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_MISMATCH, vtpm.number,
				 &self->event));
	vtpm.mode = VTPM_READ_WRONG_SIZE;
	EXPECT_EQ(0, power_cycle());
	EXPECT_EQ(0,
		  engine_wait(&self->engine, DRTMON_EVENT_KIND_RESUME, vtpm.number, &self->event));
	EXPECT_EQ(0, engine_extend(vtpm.name, 5, vtpm_alg, VTPM_BANKS, 1));
	EXPECT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, vtpm.number,
				 &self->event));
	seq = self->event.seq;
	vtpm.mode = VTPM_GOOD;
	EXPECT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_MISMATCH, vtpm.number,
				 &self->event));
	EXPECT_EQ(seq, self->event.last_event);
	vtpm_stop(&vtpm);
}

/* Who opens /dev/snapshot lets a hibernation begin, and go no further. */
TEST_F_TIMEOUT(power, hibernation_that_only_begins_hides_nothing, 180)
{
	struct condition condition = { .engine = &self->engine,
				       .state = DRTMON_PCR_STATE_SHADOWED };
	int fd = open("/dev/snapshot", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		SKIP(return, "needs /dev/snapshot");
	condition.state = DRTMON_PCR_STATE_STALE;
	EXPECT_TRUE(is_in_state(&condition));
	close(fd);
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_RESUME, 0, &self->event));
	condition.state = DRTMON_PCR_STATE_SHADOWED;
	ASSERT_EQ(0, engine_until(is_in_state, &condition));

	/* That no look is taken is told, even where none was to come. */
	fd = open("/dev/snapshot", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_ERROR, 0, &self->event));
	EXPECT_EQ(EHOSTDOWN, self->event.error);
	EXPECT_EQ(-EBUSY, refresh(0));
	close(fd);
	EXPECT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_RESUME, 0, &self->event));
	EXPECT_EQ(0, engine_until(is_in_state, &condition));
	EXPECT_EQ(0, refresh(0));
}

static int refresh_silent(void *vtpm)
{
	vtpm_forget(vtpm);
	return refresh(((struct vtpm *)vtpm)->number) ? 0 : 1;
}

static int sleep_a_while(void *vtpm)
{
	vtpm_forget(vtpm);
	return power_cycle() ? 1 : 0;
}

struct question {
	const struct vtpm *vtpm;
	__u32 asked;
};

static bool is_asked(void *arg)
{
	const struct question *question = arg;

	return question->vtpm->asked != question->asked;
}

static bool is_refused(void *ret)
{
	*(int *)ret = refresh(0);
	return *(int *)ret == -EBUSY;
}

/*
 * Sleep begins when looks that go on have ended, and no other is begun: whoever
 * asks for one is told so. A TPM that does not answer holds the machine there.
 */
TEST_F(power, refresh_is_refused_while_the_machine_goes_to_sleep)
{
	struct vtpm vtpm;
	pid_t reader, sleeper;
	__u32 asked;
	int ret;

	if (need_vtpm())
		SKIP(return, "%s", need_vtpm());
	ASSERT_EQ(0, vtpm_start(&vtpm, VTPM_GOOD));
	ASSERT_EQ(0, vtpm_wait(&vtpm));
	/* A chip that is settled has no command of the module's on its way. */
	ASSERT_EQ(0, chip_get(&self->engine.nl, vtpm.number, &(struct chip){}));
	vtpm.mode = VTPM_SILENT;
	asked = vtpm.asked;
	reader = child_start(refresh_silent, &vtpm);
	ASSERT_EQ(0, engine_until(is_asked, &(struct question){ &vtpm, asked }));
	EXPECT_EQ(0, refresh(0));
	sleeper = child_start(sleep_a_while, &vtpm);
	EXPECT_EQ(0, engine_until(is_refused, &ret));
	EXPECT_EQ(-EBUSY, ret);
	vtpm_stop(&vtpm);
	EXPECT_EQ(0, child_end(reader));
	EXPECT_EQ(0, child_end(sleeper));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_RESUME, 0, &self->event));
	EXPECT_EQ(0, refresh(0));
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
