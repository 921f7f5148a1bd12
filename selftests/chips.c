// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chips that come and go: several at once, under commands in flight, and under
 * the module's own feet.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>

#include "baseline.h"
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "tpm.h"
#include "vtpm.h"

#define SEVERAL 3

FIXTURE(chips)
{
	struct nl nl;
	struct vtpm vtpm;
	struct event event;
};

static void hear(struct __test_metadata *_metadata, FIXTURE_DATA(chips) * self, __u32 kind,
		 __u32 number)
{
	struct sought sought = { .kind = kind, .chip = number + 1 };

	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
}

static void start(struct __test_metadata *_metadata, FIXTURE_DATA(chips) * self, struct vtpm *vtpm)
{
	ASSERT_EQ(0, vtpm_start(vtpm, VTPM_GOOD));
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_ADD, vtpm->number);
	ASSERT_EQ(0, vtpm_wait(vtpm));
	/* Answered when it has been read for the first time: its driver is done with it. */
	ASSERT_EQ(0, chip_get(&self->nl, vtpm->number, &(struct chip){}));
}

FIXTURE_SETUP(chips)
{
	ASSERT_EQ(0, kmod_load(NULL));
	ASSERT_EQ(0, event_open(&self->nl));
	start(_metadata, self, &self->vtpm);
}

FIXTURE_TEARDOWN(chips)
{
	nl_close(&self->nl);
}

static void managed(char *device, size_t size, const struct vtpm *vtpm)
{
	snprintf(device, size, "tpmrm%u", vtpm->number);
}

TEST_F(chips, come_and_go)
{
	struct chips chips;
	struct chip chip;
	__u32 i;

	EXPECT_EQ(DRTMON_SEVERITY_INFO, self->event.severity);
	EXPECT_STREQ(self->vtpm.name, self->event.chip_name);
	EXPECT_FALSE(attr_has(&self->event, DRTMON_A_EVENT_PID));
	EXPECT_FALSE(attr_has(&self->event, DRTMON_A_EVENT_COMMAND));
	ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &chip));
	EXPECT_STREQ(self->vtpm.name, chip.name);
	EXPECT_EQ(VTPM_BANKS, chip.banks);
	EXPECT_EQ(1 << 16 | 1 << 23, chip.no_increment);

	vtpm_stop(&self->vtpm);
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
	EXPECT_EQ(DRTMON_SEVERITY_NOTICE, self->event.severity);
	EXPECT_STREQ(self->vtpm.name, self->event.chip_name);
	EXPECT_EQ(-ENODEV, chip_get(&self->nl, self->vtpm.number, &chip));
	ASSERT_EQ(0, chip_dump(&self->nl, &chips));
	for (i = 0; i < chips.count; i++)
		EXPECT_NE(self->vtpm.number, chips.chip[i].id);
}

/*
 * tpm_vtpm_proxy is not done with a chip that the module is told of: a command at
 * that moment may have it free what the chip still uses.
 */
TEST_F(chips, virtual_one_is_left_alone_at_first)
{
	EXPECT_LT(self->event.boottime + 200000000, self->vtpm.looked_at);
	vtpm_stop(&self->vtpm);
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
	/* Nor when somebody asks for a look at once. */
	ASSERT_EQ(0, vtpm_start(&self->vtpm, VTPM_GOOD));
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_ADD, self->vtpm.number);
	EXPECT_EQ(0, pcr_read(&self->nl, true, &(struct pcr_banks){}));
	EXPECT_LT(self->event.boottime + 200000000, self->vtpm.looked_at);
	vtpm_stop(&self->vtpm);
}

static void extend_chip(struct __test_metadata *_metadata, FIXTURE_DATA(chips) * self,
			const struct vtpm *vtpm)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND, .tgid = getpid() };
	struct tpm_msg cmd;
	char device[32];
	int fd;

	managed(device, sizeof(device), vtpm);
	fd = tpm_open(device, 0);
	ASSERT_LE(0, fd);
	tpm_extend(&cmd, vtpm->number, vtpm_alg, VTPM_BANKS, 1);
	ASSERT_EQ(0, tpm_rc_again(fd, &cmd));
	close(fd);
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_EQ(vtpm->number, self->event.chip_id);
	EXPECT_EQ(vtpm->number, self->event.pcr);
	EXPECT_STREQ(device, self->event.device);
}

TEST_F(chips, several_at_once)
{
	struct vtpm vtpm[SEVERAL];
	struct pcr_banks banks;
	int i;

	for (i = 0; i < SEVERAL; i++) {
		start(_metadata, self, &vtpm[i]);
		extend_chip(_metadata, self, &vtpm[i]);
	}
	ASSERT_EQ(0, pcr_read(&self->nl, true, &banks));
	for (i = 0; i < SEVERAL; i++) {
		const struct pcr_bank *bank =
			pcr_bank_find(&banks, vtpm[i].number, TPM2_ALG_SHA256);
		const __u8 *is = vtpm[i].pcr[1][vtpm[i].number];

		ASSERT_NE(NULL, bank);
		EXPECT_STREQ(vtpm[i].name, bank->chip_name);
		EXPECT_EQ(0, memcmp(is, bank->pcr[vtpm[i].number].hardware.data, 32));
		EXPECT_EQ(0, memcmp(is, bank->pcr[vtpm[i].number].shadow.data, 32));
	}
	for (i = 0; i < SEVERAL; i++) {
		vtpm_stop(&vtpm[i]);
		hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, vtpm[i].number);
	}
	vtpm_stop(&self->vtpm);
}

/* Changes a baseline again and again, until there is nothing to change. */
static int change_until_gone(void *arg)
{
	struct vtpm *vtpm = arg;
	struct nl nl;
	int ret;

	vtpm_forget(vtpm);
	if (nl_open(&nl))
		return 1;
	do
		ret = baseline_clear(&nl, vtpm->number);
	while (!ret);
	nl_close(&nl);
	return ret == -ENODEV ? 0 : 1;
}

/* A change that is answered has happened while there was something to expect it of. */
TEST_F(chips, nothing_is_expected_of_what_is_gone)
{
	struct events events = {};
	pid_t pid;
	__u32 i;
	int n;

	for (n = 0; n < 5; n++) {
		pid = child_start(change_until_gone, &self->vtpm);
		hear(_metadata, self, DRTMON_EVENT_KIND_BASELINE_CHANGE, self->vtpm.number);
		vtpm_stop(&self->vtpm);
		EXPECT_EQ(0, child_end(pid));
		hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
		ASSERT_EQ(0, event_dump(&self->nl, self->event.seq, &events));
		for (i = 0; i < events.count; i++)
			EXPECT_NE(DRTMON_EVENT_KIND_BASELINE_CHANGE, events.event[i].kind);
		events_free(&events);
		start(_metadata, self, &self->vtpm);
	}
	vtpm_stop(&self->vtpm);
}

/* The number is used again; what is known of the old chip is not. */
TEST_F(chips, number_that_is_used_again)
{
	__u32 number = self->vtpm.number;
	struct pcr_banks banks;
	__u8 zeros[32] = {};
	int i;

	for (i = 0; i < 5; i++) {
		const struct pcr_bank *bank;

		extend_chip(_metadata, self, &self->vtpm);
		vtpm_stop(&self->vtpm);
		hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, number);
		start(_metadata, self, &self->vtpm);
		ASSERT_EQ(number, self->vtpm.number);
		ASSERT_EQ(0, pcr_read(&self->nl, false, &banks));
		bank = pcr_bank_find(&banks, number, TPM2_ALG_SHA256);
		ASSERT_NE(NULL, bank);
		EXPECT_EQ(0, memcmp(zeros, bank->pcr[number].shadow.data, sizeof(zeros)));
		EXPECT_EQ(0, bank->pcr[number].last_event);
	}
	vtpm_stop(&self->vtpm);
}

struct client {
	const struct vtpm *vtpm;
	int flags;
	int fds[2];
};

static int send_extend(void *arg)
{
	const struct client *client = arg;
	struct tpm_msg cmd;
	char device[32];
	int fd;

	vtpm_forget(client->vtpm);
	managed(device, sizeof(device), client->vtpm);
	fd = tpm_open(device, client->flags);
	prctl(PR_SET_NAME, "client", 0, 0, 0);
	tpm_extend(&cmd, 5, vtpm_alg, VTPM_BANKS, 1);
	if (fd < 0 || write(client->fds[1], "", 1) != 1)
		return 1;
	return tpm_rc(fd, &cmd) < 0 ? 0 : 2;
}

/* A command that has gone to a TPM which will never answer it. */
static pid_t start_stuck(struct __test_metadata *_metadata, FIXTURE_DATA(chips) * self,
			 struct client *client)
{
	__u32 asked;
	char byte;
	pid_t pid;

	client->vtpm = &self->vtpm;
	EXPECT_EQ(0, pipe(client->fds));
	/* A chip that is settled has no command of the module's on its way. */
	EXPECT_EQ(0, chip_get(&self->nl, self->vtpm.number, &(struct chip){}));
	self->vtpm.mode = VTPM_SILENT;
	asked = self->vtpm.asked;
	pid = child_start(send_extend, client);
	EXPECT_EQ(1, read(client->fds[0], &byte, 1));
	while (self->vtpm.asked == asked)
		sched_yield();
	return pid;
}

TEST_F(chips, removed_with_a_command_in_flight)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_TPM_ERROR };
	struct client client = {};
	pid_t pid;

	pid = start_stuck(_metadata, self, &client);
	vtpm_stop(&self->vtpm);
	EXPECT_EQ(0, child_end(pid));
	sought.tgid = pid;
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_STREQ("client", self->event.comm);
	EXPECT_FALSE(attr_has(&self->event, DRTMON_A_EVENT_RC));
	EXPECT_NE(0, self->event.error);
	EXPECT_EQ(TPM2_CC_PCR_EXTEND, self->event.command);
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
}

TEST_F(chips, removed_with_a_queued_command_in_flight)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_TPM_ERROR };
	struct client client = { .flags = O_NONBLOCK };
	pid_t pid;

	pid = start_stuck(_metadata, self, &client);
	vtpm_stop(&self->vtpm);
	EXPECT_EQ(0, child_end(pid));
	sought.tgid = pid;
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_STREQ("client", self->event.comm);
	EXPECT_FALSE(attr_has(&self->event, DRTMON_A_EVENT_RC));
	EXPECT_NE(0, self->event.error);
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
}

static int refresh(void *arg)
{
	const struct vtpm *vtpm = arg;
	struct pcr_banks banks;
	struct nl nl;
	int ret;

	vtpm_forget(vtpm);
	if (nl_open(&nl))
		return 1;
	ret = pcr_refresh(&nl, vtpm->number, &banks);
	nl_close(&nl);
	return ret ? 0 : 2;
}

/* The command in flight is the module's own, and somebody waits for its result. */
TEST_F(chips, removed_while_it_is_read)
{
	__u32 asked;
	pid_t pid;

	self->vtpm.mode = VTPM_SILENT;
	asked = self->vtpm.asked;
	pid = child_start(refresh, &self->vtpm);
	while (self->vtpm.asked == asked)
		sched_yield();
	vtpm_stop(&self->vtpm);
	EXPECT_EQ(0, child_end(pid));
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
}

/* Of all chips: exits with 0 when the machine's own was read nevertheless. */
static int refresh_all(void *arg)
{
	const struct vtpm *vtpm = arg;
	const struct pcr_bank *bank;
	struct pcr_banks banks;
	struct nl nl;
	int ret;

	vtpm_forget(&vtpm[0]);
	vtpm_forget(&vtpm[1]);
	if (nl_open(&nl))
		return 1;
	ret = pcr_read(&nl, true, &banks);
	nl_close(&nl);
	if (ret)
		return 2;
	bank = pcr_bank_find(&banks, 0, TPM2_ALG_SHA256);
	if (!bank || bank->snapshot.state != DRTMON_SNAPSHOT_STATE_CONSISTENT)
		return 3;
	/* The first went away while it was read: it says so, or is not there. */
	bank = pcr_bank_find(&banks, vtpm[0].number, TPM2_ALG_SHA256);
	if (bank && bank->snapshot.state != DRTMON_SNAPSHOT_STATE_FAILED)
		return 4;
	/* That moves the second up in the list. */
	bank = pcr_bank_find(&banks, vtpm[1].number, TPM2_ALG_SHA256);
	return bank && bank->snapshot.state == DRTMON_SNAPSHOT_STATE_CONSISTENT ? 0 : 5;
}

TEST_F(chips, removed_while_all_are_read)
{
	struct vtpm vtpm[2];
	__u32 asked;
	pid_t pid;

	vtpm_stop(&self->vtpm);
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
	start(_metadata, self, &vtpm[0]);
	start(_metadata, self, &vtpm[1]);
	vtpm[0].mode = VTPM_SILENT;
	asked = vtpm[0].asked;
	pid = child_start(refresh_all, vtpm);
	while (vtpm[0].asked == asked)
		sched_yield();
	vtpm_stop(&vtpm[0]);
	EXPECT_EQ(0, child_end(pid));
	vtpm_stop(&vtpm[1]);
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, vtpm[1].number);
}

static int load_team(void *unused)
{
	execlp("modprobe", "modprobe", "team", NULL);
	return 127;
}

/*
 * Who registers a family waits for all operations that hold generic netlink's
 * lock, and everybody else for who registers: a TPM that does not answer must be
 * nobody's matter but the one's who asked for it.
 */
TEST_F(chips, others_are_served_while_it_is_read)
{
	struct stats stats;
	pid_t reader, team;
	__u32 asked;
	struct nl nl;

	if (system("modprobe -qn team || modprobe -qr team"))
		SKIP(return, "no module to register a family with: team");
	self->vtpm.mode = VTPM_SILENT;
	asked = self->vtpm.asked;
	reader = child_start(refresh, &self->vtpm);
	while (self->vtpm.asked == asked)
		sched_yield();
	team = child_start(load_team, NULL);
	EXPECT_EQ(0, child_end_by(team, 60));
	EXPECT_EQ(0, nl_open(&nl));
	EXPECT_EQ(0, stats_get(&nl, &stats));
	nl_close(&nl);
	/* All that while the TPM did not answer. */
	EXPECT_EQ(-ETIMEDOUT, child_end_by(reader, 0));
	vtpm_stop(&self->vtpm);
	EXPECT_EQ(0, child_end(reader));
	EXPECT_EQ(0, system("rmmod team"));
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
}

TEST_F(chips, removed_with_its_file_open)
{
	struct tpm_msg cmd;
	int fd = tpm_open(self->vtpm.name, 0);

	ASSERT_LE(0, fd);
	vtpm_stop(&self->vtpm);
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
	tpm_extend(&cmd, 5, vtpm_alg, VTPM_BANKS, 1);
	EXPECT_EQ(-EPIPE, tpm_write(fd, &cmd));
	close(fd);
}

/* Queues a command that no TPM will ever get, then leaves. */
static int queue_in_vain(void *arg)
{
	struct tpm_msg cmd, rsp;
	int fd = *(int *)arg;

	prctl(PR_SET_NAME, "ghost", 0, 0, 0);
	tpm_extend(&cmd, 5, vtpm_alg, VTPM_BANKS, 1);
	if (tpm_write(fd, &cmd))
		return 1;
	return tpm_read(fd, &rsp) ? 0 : 2;
}

/*
 * A file's memory is soon used for the next file. A command that was queued
 * and never sent must not lend its writer's name to that one.
 */
TEST_F(chips, removed_with_a_command_that_was_never_sent)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND };
	__u16 alg = TPM2_ALG_SHA256;
	struct tpm_msg cmd;
	int fd, i, wrong = 0;

	vtpm_stop(&self->vtpm);
	hear(_metadata, self, DRTMON_EVENT_KIND_CHIP_REMOVE, self->vtpm.number);
	for (i = 0; i < 20; i++) {
		start(_metadata, self, &self->vtpm);
		fd = tpm_open(self->vtpm.name, O_NONBLOCK);
		ASSERT_LE(0, fd);
		vtpm_stop(&self->vtpm);
		EXPECT_EQ(0, child_run(queue_in_vain, &fd));
		close(fd);

		fd = tpm_open("tpm0", O_NONBLOCK);
		ASSERT_LE(0, fd);
		tpm_extend(&cmd, 16, &alg, 1, 1);
		ASSERT_EQ(0, tpm_rc(fd, &cmd));
		close(fd);
		ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
		wrong += self->event.tgid != getpid() || strcmp(self->event.device, "tpm0");
	}
	EXPECT_EQ(0, wrong);
}

TEST_F(chips, come_and_go_in_a_hurry)
{
	struct chips chips;
	int i;

	vtpm_stop(&self->vtpm);
	for (i = 0; i < 30; i++) {
		ASSERT_EQ(0, vtpm_start(&self->vtpm, VTPM_GOOD));
		/* Some are gone before they are registered, some when they are first looked at. */
		usleep(i % 2 ? 500 * i : 10000 * i);
		vtpm_stop(&self->vtpm);
	}
	ASSERT_EQ(0, chip_dump(&self->nl, &chips));
	for (i = 0; i < (int)chips.count; i++)
		EXPECT_NE(self->vtpm.number, chips.chip[i].id);
}

/* More than the probe on all commands can follow at a time, and all are due at once. */
#define CROWD 40

TEST_F(chips, crowd_is_looked_at_without_a_miss)
{
	static struct vtpm crowd[CROWD];
	struct stats stats;
	struct chip chip;
	int i;

	ASSERT_EQ(0, kmod_unload());
	for (i = 0; i < CROWD; i++) {
		ASSERT_EQ(0, vtpm_start(&crowd[i], VTPM_GOOD));
		ASSERT_EQ(0, vtpm_wait(&crowd[i]));
	}
	ASSERT_EQ(0, kmod_load(NULL));
	nl_close(&self->nl);
	ASSERT_EQ(0, event_open(&self->nl));
	for (i = 0; i < CROWD; i++) {
		ASSERT_EQ(0, chip_get(&self->nl, crowd[i].number, &chip));
		EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, chip.snapshot.state);
		EXPECT_EQ(DRTMON_HOOK_STATE_ACTIVE, chip.hook_state);
	}
	ASSERT_EQ(0, stats_get(&self->nl, &stats));
	EXPECT_EQ(0, stats.hook_missed);
	for (i = 0; i < CROWD; i++)
		vtpm_stop(&crowd[i]);
	vtpm_stop(&self->vtpm);
}

TEST_F(chips, unload_with_a_chip_and_load_again)
{
	struct chip chip;
	int i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, kmod_unload());
		ASSERT_EQ(0, kmod_load(NULL));
		nl_close(&self->nl);
		ASSERT_EQ(0, event_open(&self->nl));
		ASSERT_EQ(0, chip_get(&self->nl, self->vtpm.number, &chip));
		EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, chip.snapshot.state);
		extend_chip(_metadata, self, &self->vtpm);
	}
	vtpm_stop(&self->vtpm);
}

/* The probed function has not returned when its probe is gone, nor when the module is. */
TEST_F(chips, unload_with_a_command_in_flight)
{
	struct client client = {};
	pid_t pid;

	pid = start_stuck(_metadata, self, &client);
	EXPECT_EQ(0, kmod_unload());
	vtpm_stop(&self->vtpm);
	EXPECT_EQ(0, child_end(pid));
	EXPECT_EQ(0, kmod_load(NULL));
}

TEST_F(chips, unload_with_a_queued_command_in_flight)
{
	struct client client = { .flags = O_NONBLOCK };
	pid_t pid;

	pid = start_stuck(_metadata, self, &client);
	EXPECT_EQ(0, kmod_unload());
	vtpm_stop(&self->vtpm);
	EXPECT_EQ(0, child_end(pid));
	EXPECT_EQ(0, kmod_load(NULL));
}

static int unload(void *vtpm)
{
	vtpm_forget(vtpm);
	return kmod_unload() ? 1 : 0;
}

/* The unload has to wait for the module's own command; the chip's end ends both. */
TEST_F(chips, unload_while_a_chip_is_read)
{
	__u32 asked;
	pid_t pid;

	ASSERT_EQ(0, kmod_unload());
	self->vtpm.mode = VTPM_SILENT;
	asked = self->vtpm.asked;
	ASSERT_EQ(0, kmod_load(NULL));
	while (self->vtpm.asked == asked)
		sched_yield();
	pid = child_start(unload, &self->vtpm);
	vtpm_stop(&self->vtpm);
	EXPECT_EQ(0, child_end(pid));
	EXPECT_FALSE(kmod_loaded());
	EXPECT_EQ(0, kmod_load(NULL));
}

/* A load that meets a first look in progress, and a removal, and an unload, all at once. */
TEST_F(chips, unload_right_after_load)
{
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, kmod_unload());
		ASSERT_EQ(0, kmod_load(NULL));
	}
	vtpm_stop(&self->vtpm);
}

TEST_MAIN(need_vtpm);
