// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * More events than any buffer holds, again and again: what a reader did not get
 * it is told of, to the last one.
 *
 * EVENTS in the environment is how many there shall be.
 */
#include <errno.h>
#include <stdlib.h>

#include "account.h"
#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "vtpm.h"

#define EVENTS_DEFAULT 20000

/* The reader sleeps through so many: three times what ring and socket hold. */
#define ASLEEP 1000

/* What one command of a TPM 1.2 resets, and tells of one by one. */
#define AT_ONCE	   VTPM_PCRS
#define PARAMETERS "reconcile_seconds=0 ring_size=16384"
#define BUFFER	   4096

FIXTURE(overflow)
{
	struct account account;
	struct vtpm vtpm;
	int fd;
};

FIXTURE_SETUP(overflow)
{
	struct engine engine;
	struct event event;
	struct chip chip;

	ASSERT_EQ(0, engine_open(&engine, "tpm0"));
	ASSERT_EQ(0, vtpm_start(&self->vtpm, VTPM_TPM12));
	ASSERT_EQ(0, engine_wait(&engine, DRTMON_EVENT_KIND_CHIP_ADD, self->vtpm.number, &event));
	/* Answered when it has been read for the first time. */
	ASSERT_EQ(0, chip_get(&engine.nl, self->vtpm.number, &chip));
	engine_close(&engine);
	self->fd = tpm_open(self->vtpm.name, 0);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, account_open(&self->account, BUFFER));
}

FIXTURE_TEARDOWN(overflow)
{
	account_close(&self->account);
	close(self->fd);
	vtpm_stop(&self->vtpm);
}

TEST_F_TIMEOUT(overflow, is_never_silent, TEST_TIMEOUT_TOLD)
{
	unsigned long events = parameter("EVENTS", EVENTS_DEFAULT), done = 0, taken = 0;
	struct account *account = &self->account;
	static struct pcr_banks pcrs;
	struct tpm_msg cmd;
	struct stats stats;
	unsigned long late = 0;
	int rc;

	tpm_begin(&cmd, TPM12_TAG_COMMAND, TPM12_ORD_PCR_RESET);
	tpm_u16(&cmd, 3);
	tpm_u8(&cmd, 0xff);
	tpm_u8(&cmd, 0xff);
	tpm_u8(&cmd, 0xff);
	tpm_end(&cmd);
	for (; done < events; done += AT_ONCE) {
		rc = tpm_rc(self->fd, &cmd);
		/* The core waits three quarters of a second; a busy machine takes more. */
		late += rc == -ETIME;
		if (rc != -ETIME)
			ASSERT_EQ(0, rc);
		if (done - taken < ASLEEP)
			continue;
		ASSERT_EQ(0, account_take(account, 0));
		taken = done;
	}
	/* The module has told of all that happened before when this is answered. */
	ASSERT_EQ(0, pcr_read(&account->nl, true, &pcrs));
	ASSERT_EQ(0, account_settle(account));
	ASSERT_EQ(0, stats_get(&account->nl, &stats));
	TH_LOG("%lu events: %llu heard, %llu of these from the ring; %llu said to be gone; "
	       "%lu commands not answered in time",
	       done, account->heard, account->fetched, account->folded, late);
	EXPECT_EQ(0, account->missing);
	EXPECT_EQ(0, stats.queue_lost);
	/* What was not answered in time is an event of its own, or several. */
	EXPECT_LE(done, account->heard + account->folded);
	if (!late)
		EXPECT_EQ(done, account->heard + account->folded);
	EXPECT_LT(0, account->folded);
	EXPECT_EQ(account->next, stats.ring_next);
}

static const char *prepare(void)
{
	const char *why = need_vtpm();

	return why ? why : engine_reload(PARAMETERS);
}

TEST_MAIN(prepare);
