// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks that others disturb: by traffic, by commands that nobody understands,
 * and by a TPM whose counter moves when no command was sent.
 */
#include <signal.h>

#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "vtpm.h"

#define HAMMERS	  3
#define REFRESHES 20

FIXTURE(look)
{
	struct engine engine;
	struct vtpm vtpm;
	struct event event;
	struct chip chip;
};

FIXTURE_SETUP(look)
{
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	ASSERT_EQ(0, vtpm_start(&self->vtpm, VTPM_GOOD));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_CHIP_ADD, self->vtpm.number,
				 &self->event));
	ASSERT_EQ(0, chip_get(&self->engine.nl, self->vtpm.number, &self->chip));
	ASSERT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, self->chip.snapshot.state);
}

FIXTURE_TEARDOWN(look)
{
	vtpm_stop(&self->vtpm);
	engine_close(&self->engine);
}

static unsigned int count(FIXTURE_DATA(look) * self, __u32 kind)
{
	struct events events;
	unsigned int n;

	if (engine_events(&self->engine, &events))
		return ~0u;
	n = engine_count(&events, kind, self->vtpm.number);
	events_free(&events);
	return n;
}

static bool is_consistent(void *arg)
{
	FIXTURE_DATA(look) *self = arg;

	return !chip_get(&self->engine.nl, self->vtpm.number, &self->chip) &&
	       self->chip.snapshot.state == DRTMON_SNAPSHOT_STATE_CONSISTENT;
}

TEST_F(look, counter_that_never_rests_is_told_once)
{
	static struct pcr_banks pcrs;

	self->vtpm.mode = VTPM_READ_MOVING;
	ASSERT_EQ(0, pcr_read(&self->engine.nl, true, &pcrs));
	ASSERT_EQ(0, pcr_read(&self->engine.nl, true, &pcrs));
	ASSERT_EQ(0, chip_get(&self->engine.nl, self->vtpm.number, &self->chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_TORN, self->chip.snapshot.state);
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_ERROR, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(DRTMON_SEVERITY_WARNING, self->event.severity);
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_TPM_ERROR));
	/* Nobody has to ask: what was not trusted is read again. */
	self->vtpm.mode = VTPM_GOOD;
	ASSERT_EQ(0, engine_until(is_consistent, self));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

static int hammer(void *name)
{
	int fd = tpm_open(name, 0);
	struct tpm_msg cmd;
	__u32 i;

	if (fd < 0)
		return 1;
	for (i = 0;; i++) {
		tpm_extend(&cmd, i % 16, vtpm_alg, VTPM_BANKS, i);
		if (tpm_rc(fd, &cmd) > 0)
			return 2;
	}
}

TEST_F(look, is_whole_in_any_traffic)
{
	static struct pcr_banks pcrs;
	pid_t pid[HAMMERS];
	int i;

	for (i = 0; i < HAMMERS; i++)
		pid[i] = child_start(hammer, self->vtpm.name);
	for (i = 0; i < REFRESHES; i++) {
		ASSERT_EQ(0, pcr_read(&self->engine.nl, true, &pcrs));
		ASSERT_EQ(0, chip_get(&self->engine.nl, self->vtpm.number, &self->chip));
		EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, self->chip.snapshot.state);
	}
	for (i = 0; i < HAMMERS; i++) {
		kill(pid[i], SIGKILL);
		child_end(pid[i]);
	}
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
	EXPECT_STREQ("", engine_differ(&self->engine, self->vtpm.number));
}

/* It makes one PCR unknown, and is no cover for a change of another. */
TEST_F(look, command_that_is_not_understood_hides_nothing_else)
{
	static const __u16 unknown = 0x7777;
	int fd = tpm_open(self->vtpm.name, 0);
	struct tpm_msg cmd;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, engine_settled(&self->engine, self->vtpm.number));
	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_EXTEND);
	tpm_u32(&cmd, 10);
	tpm_auth(&cmd, "");
	tpm_u32(&cmd, 1);
	tpm_u16(&cmd, unknown);
	tpm_bytes(&cmd, "thirty-two bytes of some digest", 32);
	tpm_end(&cmd);
	self->vtpm.pcr[0][9][0] ^= 1;
	self->vtpm.pcr[0][10][0] ^= 1;
	self->vtpm.counter++;
	EXPECT_EQ(0, tpm_rc(fd, &cmd));
	close(fd);
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(9, self->event.pcr);
	ASSERT_EQ(0, engine_settled(&self->engine, self->vtpm.number));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

static const char *prepare(void)
{
	const char *why = need_vtpm();

	return why ? why : engine_reload(ENGINE_EVERY_SECOND);
}

TEST_MAIN(prepare);
