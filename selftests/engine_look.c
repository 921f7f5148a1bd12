// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks that others disturb: by traffic, by commands that nobody understands,
 * and by a TPM whose counter moves when no command was sent.
 */
#include <errno.h>
#include <signal.h>

#include "attr.h"
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

static const struct pcr *pcr(FIXTURE_DATA(look) * self, __u16 alg, __u32 index)
{
	static struct pcr_banks pcrs;
	const struct pcr_bank *bank;

	if (pcr_read(&self->engine.nl, false, &pcrs))
		return NULL;
	bank = pcr_bank_find(&pcrs, self->vtpm.number, alg);
	return bank ? pcr_find(bank, index) : NULL;
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

/* Its PCRs cannot be read since: what is known is from before. */
TEST_F(look, of_a_tpm_that_was_reset_vouches_for_nothing)
{
	static struct pcr_banks pcrs;
	const struct pcr_bank *bank;
	unsigned int i;

	self->vtpm.mode = VTPM_READ_WRONG_SIZE;
	self->vtpm.resets++;
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_RESET, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(DRTMON_SEVERITY_CRITICAL, self->event.severity);
	ASSERT_EQ(0, pcr_read(&self->engine.nl, false, &pcrs));
	bank = pcr_bank_find(&pcrs, self->vtpm.number, vtpm_alg[1]);
	ASSERT_NE(NULL, bank);
	for (i = 0; i < bank->pcrs; i++)
		EXPECT_EQ(DRTMON_PCR_STATE_STALE, bank->pcr[i].state);
	self->vtpm.mode = VTPM_GOOD;
	ASSERT_EQ(0, engine_until(is_consistent, self));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
	EXPECT_STREQ("", engine_differ(&self->engine, self->vtpm.number));
}

/* A counter that fits what was seen only by a change that was not. */
TEST_F(look, counter_that_counts_otherwise_hides_no_change)
{
	self->vtpm.mode = VTPM_COUNTS_COMMANDS;
	ASSERT_EQ(0, engine_extend(self->vtpm.name, 3, vtpm_alg, VTPM_BANKS, 1));
	self->vtpm.pcr[1][7][0] ^= 1;
	self->vtpm.counter++;
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(7, self->event.pcr);
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

/* A TPM need not tell which PCRs leave its counter alone; no counter tells of their changes. */
TEST_F(look, counter_that_is_not_explained_hides_no_change)
{
	static struct pcr_banks pcrs;

	self->vtpm.mode = VTPM_UNTOLD;
	self->vtpm.resets++;
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_RESET, self->vtpm.number,
				 &self->event));
	ASSERT_EQ(0, pcr_read(&self->engine.nl, true, &pcrs));
	ASSERT_TRUE(is_consistent(self));
	EXPECT_EQ(0, self->chip.no_increment);
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
	self->vtpm.pcr[1][23][0] ^= 1;
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(23, self->event.pcr);
}

static bool is_fresh(void *arg)
{
	FIXTURE_DATA(look) *self = arg;

	return pcr(self, vtpm_alg[1], 3)->state == DRTMON_PCR_STATE_SHADOWED;
}

/* The TPM did it, and its answer was spoilt: that, and not what came before, touched the PCR. */
TEST_F(look, command_that_failed_is_what_touched_its_pcrs)
{
	ASSERT_EQ(0, engine_extend(self->vtpm.name, 3, vtpm_alg, VTPM_BANKS, 1));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, self->vtpm.number,
				 &self->event));
	self->vtpm.mode = VTPM_WRONG_LENGTH;
	ASSERT_NE(0, engine_extend(self->vtpm.name, 3, vtpm_alg, VTPM_BANKS, 2));
	self->vtpm.mode = VTPM_GOOD;
	/* Not that of a look that it met. */
	do {
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_ERROR,
					 self->vtpm.number, &self->event));
	} while (!attr_has(&self->event, DRTMON_A_EVENT_PCR));
	ASSERT_EQ(0, engine_until(is_fresh, self));
	EXPECT_EQ(self->event.seq, pcr(self, vtpm_alg[1], 3)->last_event);
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

/* Of what a reset took nobody knows an event of its PCR. */
TEST_F(look, reset_is_not_what_was_seen_before)
{
	ASSERT_EQ(0, engine_extend(self->vtpm.name, 3, vtpm_alg, VTPM_BANKS, 1));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(self->event.seq, pcr(self, vtpm_alg[1], 3)->last_event);
	self->vtpm.resets++;
	self->vtpm.counter = 0;
	memset(self->vtpm.pcr, 0, sizeof(self->vtpm.pcr));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_RESET, self->vtpm.number,
				 &self->event));
	ASSERT_EQ(0, engine_until(is_fresh, self));
	EXPECT_EQ(0, pcr(self, vtpm_alg[1], 3)->last_event);
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
	EXPECT_EQ(0, tpm_rc_again(fd, &cmd));
	close(fd);
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(9, self->event.pcr);
	ASSERT_EQ(0, engine_settled(&self->engine, self->vtpm.number));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));
}

/* The core's own comes before it registers a chip: another one is somebody's doing. */
TEST_F(look, startup_that_somebody_sent)
{
	int fd = tpm_open(self->vtpm.name, 0);
	struct tpm_msg cmd;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, engine_settled(&self->engine, self->vtpm.number));
	memset(self->vtpm.pcr, 0, sizeof(self->vtpm.pcr));
	self->vtpm.resets++;
	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_STARTUP);
	tpm_u16(&cmd, 0);
	tpm_end(&cmd);
	ASSERT_EQ(0, tpm_rc_again(fd, &cmd));
	close(fd);
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_RESET, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(DRTMON_SEVERITY_CRITICAL, self->event.severity);
	EXPECT_EQ(getpid(), (pid_t)self->event.tgid);
	ASSERT_EQ(0, engine_settled(&self->engine, self->vtpm.number));
	EXPECT_STREQ("", engine_differ(&self->engine, self->vtpm.number));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_TPM_RESET));
}

/* Does the kernel know this hash by now? */
static bool is_hashed(const char *name)
{
	FILE *file = fopen("/proc/crypto", "r");
	char line[128], wanted[64];
	bool found = false;

	snprintf(wanted, sizeof(wanted), "name         : %s\n", name);
	while (file && fgets(line, sizeof(line), file))
		found |= !strcmp(line, wanted);
	if (file)
		fclose(file);
	return found;
}

static int extend_unhashed(FIXTURE_DATA(look) * self, __u32 index)
{
	int fd = tpm_open(self->vtpm.name, 0), ret;
	struct tpm_msg cmd;

	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_EXTEND);
	tpm_u32(&cmd, index);
	tpm_auth(&cmd, "");
	tpm_u32(&cmd, 1);
	tpm_u16(&cmd, VTPM_ALG_UNHASHED);
	tpm_bytes(&cmd, "thirty-two bytes of some digest", 32);
	tpm_end(&cmd);
	ret = fd < 0 ? fd : tpm_rc_again(fd, &cmd);
	close(fd);
	return ret;
}

static bool is_read_again(void *arg)
{
	FIXTURE_DATA(look) *self = arg;

	return pcr(self, VTPM_ALG_UNHASHED, 5)->state == DRTMON_PCR_STATE_NOT_SHADOWED;
}

/* Never wrong: as last read, unknown once it is extended, and read again by the next look. */
TEST_F(look, bank_that_cannot_be_hashed_is_not_shadowed)
{
	const struct digest *actual;

	vtpm_stop(&self->vtpm);
	ASSERT_EQ(0, vtpm_start(&self->vtpm, VTPM_BANK_UNHASHED));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_CHIP_ADD, self->vtpm.number,
				 &self->event));
	ASSERT_EQ(0, chip_get(&self->engine.nl, self->vtpm.number, &self->chip));
	ASSERT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, self->chip.snapshot.state);
	if (is_hashed("sha3-256"))
		SKIP(return, "this kernel has the hash");
	ASSERT_NE(NULL, pcr(self, VTPM_ALG_UNHASHED, 5));
	EXPECT_EQ(DRTMON_PCR_STATE_SHADOWED, pcr(self, TPM2_ALG_SHA1, 5)->state);
	EXPECT_EQ(DRTMON_PCR_STATE_NOT_SHADOWED, pcr(self, VTPM_ALG_UNHASHED, 5)->state);
	EXPECT_FALSE(attr_has(pcr(self, VTPM_ALG_UNHASHED, 5), DRTMON_A_PCR_SHADOW));

	ASSERT_EQ(0, extend_unhashed(self, 5));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, self->vtpm.number,
				 &self->event));
	EXPECT_NE(NULL, digest_find(&self->event, VTPM_ALG_UNHASHED));
	/* By the timer's look: nobody has to ask. */
	ASSERT_EQ(0, engine_until(is_read_again, self));
	EXPECT_EQ(0,
		  memcmp(self->vtpm.pcr[1][5], pcr(self, VTPM_ALG_UNHASHED, 5)->hardware.data, 32));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_DRIFT));

	/* A change that nobody saw shows without a hash, too. */
	self->vtpm.pcr[1][7][0] ^= 1;
	self->vtpm.counter++;
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_DRIFT, self->vtpm.number,
				 &self->event));
	EXPECT_EQ(7, self->event.pcr);
	actual = digest_find(&self->event, VTPM_ALG_UNHASHED);
	ASSERT_NE(NULL, actual);
	EXPECT_EQ(0, memcmp(self->vtpm.pcr[1][7], actual->value.data, 32));
}

/* A hash that is a module is taken from the kernel before drtmon asks for it. */
static void withhold_hash(void)
{
	static const char command[] =
		"mkdir -p /etc/modprobe.d; "
		"echo install sha3_generic /bin/false >/etc/modprobe.d/no-sha3.conf; "
		"rmmod sha3_generic 2>/dev/null";

	if (kmod_loaded() && kmod_unload())
		return;
	if (system(command))
		fprintf(stderr, "# sha3_generic was not loaded\n");
}

static const char *prepare(void)
{
	const char *why = need_vtpm();

	if (why)
		return why;
	withhold_hash();
	why = engine_reload(ENGINE_EVERY_SECOND);
	unlink("/etc/modprobe.d/no-sha3.conf");
	return why;
}

TEST_MAIN(prepare);
