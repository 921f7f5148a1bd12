// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who wrote a command that a worker of the kernel sends: also when the file is
 * told to wait and not to wait while it is written to, and when an earlier
 * command of the same file was never sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "attr.h"
#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "vtpm.h"

#define ROUNDS 400

/* More at a time than are followed: the module has room for 256. */
#define CROWD 300

/* No command of any TPM: the kernel's resource manager answers it itself. */
#define CC_NONE 0x1ff

#define GHOSTS	"/tmp/ghosts"

/*
 * All on one file: while the TPM is silent they wait in write() for each other, and as
 * soon as it answers one, the core refuses the rest. On files of their own each would be
 * sent, for minutes on a slow kernel, and who waits that long is taken for hung.
 */
struct crowd {
	int fd;
	volatile bool stop;
	pthread_t thread[CROWD];
	size_t count;
};

FIXTURE(writer)
{
	struct engine engine;
	struct vtpm vtpm;
	struct event event;
	struct crowd crowd;
	char managed[24];
	__u64 missed;
};

FIXTURE_SETUP(writer)
{
	struct stats stats;

	self->crowd.fd = -1;
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	ASSERT_EQ(0, stats_get(&self->engine.nl, &stats));
	self->missed = stats.hook_missed;
	ASSERT_EQ(0, vtpm_start(&self->vtpm, VTPM_GOOD));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_CHIP_ADD, self->vtpm.number,
				 &self->event));
	/* Answered when it has been read for the first time: its driver is done with it. */
	ASSERT_EQ(0, chip_get(&self->engine.nl, self->vtpm.number, &(struct chip){}));
	snprintf(self->managed, sizeof(self->managed), "tpmrm%u", self->vtpm.number);
}

/* Before its TPM and the memory of it are gone, however the test ended. */
static void crowd_end(struct crowd *crowd, struct vtpm *vtpm)
{
	crowd->stop = true;
	vtpm->mode = VTPM_GOOD;
	while (crowd->count)
		pthread_join(crowd->thread[--crowd->count], NULL);
	if (crowd->fd >= 0)
		close(crowd->fd);
	crowd->fd = -1;
}

FIXTURE_TEARDOWN(writer)
{
	crowd_end(&self->crowd, &self->vtpm);
	vtpm_stop(&self->vtpm);
	engine_close(&self->engine);
}

struct flip {
	int fd;
	volatile bool stop;
};

static void *flip(void *arg)
{
	struct flip *flip = arg;

	while (!flip->stop) {
		fcntl(flip->fd, F_SETFL, O_NONBLOCK);
		fcntl(flip->fd, F_SETFL, 0);
	}
	return NULL;
}

/* The writer or nobody, never the worker. */
TEST_F(writer, of_a_file_that_changes_its_mind)
{
	struct flip flipped = { .fd = tpm_open(self->vtpm.name, 0) };
	unsigned int named = 0, done = 0, i;
	struct tpm_msg cmd;
	pthread_t thread;
	int ret;

	ASSERT_LE(0, flipped.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, flip, &flipped));
	for (i = 0; i < ROUNDS; i++) {
		tpm_extend(&cmd, 16, vtpm_alg, VTPM_BANKS, i);
		ret = tpm_rc(flipped.fd, &cmd);
		/* The core waits three quarters of a second; a busy machine may need more. */
		if (ret == -ETIME)
			continue;
		ASSERT_EQ(0, ret);
		done++;
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND,
					 self->vtpm.number, &self->event));
		if (!attr_has(&self->event, DRTMON_A_EVENT_TGID)) {
			EXPECT_FALSE(attr_has(&self->event, DRTMON_A_EVENT_ORIGIN));
			continue;
		}
		EXPECT_EQ(getpid(), (pid_t)self->event.tgid) TH_LOG("%s", self->event.comm);
		EXPECT_STREQ(self->vtpm.name, self->event.device);
		named++;
	}
	flipped.stop = true;
	pthread_join(thread, NULL);
	close(flipped.fd);
	TH_LOG("%u of %u with a name", named, done);
	EXPECT_LT(ROUNDS / 2, done);
	EXPECT_LT(done * 3 / 4, named);
}

static int write_in_vain(void *arg)
{
	struct tpm_msg cmd, rsp;
	int fd = *(int *)arg;

	prctl(PR_SET_NAME, "ghost", 0, 0, 0);
	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, CC_NONE);
	tpm_end(&cmd);
	if (tpm_do(fd, &cmd, &rsp))
		return 1;
	return tpm_code(&rsp) ? 0 : 2;
}

/* The core makes it behind the chip's own file, which is what is told. */
static bool file_is_there(void *name)
{
	int fd = tpm_open(name, O_NONBLOCK);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/*
 * A worker may send before write() returns. Then the last command may be meant as
 * well, which only the TPM core knows was never sent.
 */
TEST_F(writer, of_a_file_whose_last_command_was_never_sent)
{
	unsigned int named = 0;
	struct tpm_msg cmd;
	int fd, i;

	ASSERT_EQ(0, engine_until(file_is_there, self->managed));
	fd = tpm_open(self->managed, O_NONBLOCK);
	ASSERT_LE(0, fd);
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, child_run(write_in_vain, &fd));
		tpm_extend(&cmd, 16, vtpm_alg, VTPM_BANKS, i);
		ASSERT_EQ(0, tpm_rc_again(fd, &cmd));
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND,
					 self->vtpm.number, &self->event));
		if (!attr_has(&self->event, DRTMON_A_EVENT_TGID))
			continue;
		EXPECT_EQ(getpid(), (pid_t)self->event.tgid) TH_LOG("%s", self->event.comm);
		EXPECT_STREQ(self->managed, self->event.device);
		named++;
	}
	close(fd);
	TH_LOG("%u of %d with a name", named, i);
	EXPECT_LT(i / 2, named);
}

/* Its write() waits for the answer to the one before, and is refused then. */
static int write_behind(void *arg)
{
	struct tpm_msg cmd;

	prctl(PR_SET_NAME, "ghost", 0, 0, 0);
	tpm_extend(&cmd, 16, vtpm_alg, VTPM_BANKS, 1);
	return tpm_write(*(int *)arg, &cmd) == -EBUSY ? 0 : 1;
}

/* That another process waits for the same file makes nobody nameless. */
TEST_F(writer, of_a_file_that_others_wait_for)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_TPM_ERROR,
				 .command = TPM2_CC_PCR_EXTEND };
	struct tpm_msg cmd;
	__u32 asked;
	pid_t pid;
	int fd;

	ASSERT_EQ(0, engine_until(file_is_there, self->managed));
	fd = tpm_open(self->managed, O_NONBLOCK);
	ASSERT_LE(0, fd);
	self->vtpm.mode = VTPM_SILENT_EXTEND;
	asked = self->vtpm.asked;
	tpm_extend(&cmd, 16, vtpm_alg, VTPM_BANKS, 0);
	ASSERT_EQ(0, tpm_write(fd, &cmd));
	while (self->vtpm.asked == asked)
		sched_yield();
	pid = child_start(write_behind, &fd);
	ASSERT_EQ(0, event_wait(&self->engine.ntf, &sought, &self->event));
	EXPECT_EQ(getpid(), (pid_t)self->event.tgid) TH_LOG("%s", self->event.comm);
	EXPECT_STREQ(self->managed, self->event.device);
	EXPECT_EQ(0, child_end(pid));
	close(fd);
}

static int open_and_write_in_vain(void *device)
{
	int fd = tpm_open(device, O_NONBLOCK);

	return fd < 0 ? 3 : write_in_vain(&fd);
}

/* A file's memory is soon used for the next file. */
TEST_F(writer, of_a_file_that_was_closed_with_a_command_never_sent)
{
	struct tpm_msg cmd;
	int fd, i;

	ASSERT_EQ(0, engine_until(file_is_there, self->managed));
	for (i = 0; i < 100; i++) {
		ASSERT_EQ(0, child_run(open_and_write_in_vain, self->managed));
		fd = tpm_open(self->managed, O_NONBLOCK);
		ASSERT_LE(0, fd);
		tpm_extend(&cmd, 16, vtpm_alg, VTPM_BANKS, i);
		ASSERT_EQ(0, tpm_rc_again(fd, &cmd));
		close(fd);
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND,
					 self->vtpm.number, &self->event));
		EXPECT_EQ(getpid(), (pid_t)self->event.tgid) TH_LOG("%s", self->event.comm);
		EXPECT_STREQ(self->managed, self->event.device);
	}
}

/* TPM2_ST_NO_SESSIONS, ten bytes, CC_NONE; by a program that lies in a mount of its own. */
static int print_in_vain(void *device)
{
	int fd = tpm_open(device, O_NONBLOCK);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return 126;
	close(fd);
	execl(GHOSTS "/busybox", "printf", "\\200\\1\\0\\0\\0\\12\\0\\0\\1\\377", NULL);
	return 127;
}

static bool is_unmounted(void *path)
{
	return !umount(path);
}

TEST_F(writer, of_a_command_never_sent_is_not_kept)
{
	ASSERT_EQ(0, engine_until(file_is_there, self->managed));
	mkdir(GHOSTS, 0755);
	ASSERT_EQ(0, mount("none", GHOSTS, "tmpfs", 0, NULL));
	ASSERT_EQ(0, system("cp /bin/busybox " GHOSTS "/busybox"));
	ASSERT_EQ(0, child_run(print_in_vain, self->managed));
	EXPECT_EQ(0, engine_until(is_unmounted, GHOSTS));
}

/* Each writes again when the core gave up: it may do so faster than threads are made. */
static void *write_and_wait(void *arg)
{
	struct crowd *crowd = arg;
	struct tpm_msg cmd;

	tpm_extend(&cmd, 16, vtpm_alg, VTPM_BANKS, 1);
	while (tpm_rc(crowd->fd, &cmd) && !crowd->stop)
		;
	return NULL;
}

static int crowd_start(struct crowd *crowd, struct vtpm *vtpm)
{
	crowd->fd = tpm_open(vtpm->name, 0);
	if (crowd->fd < 0)
		return crowd->fd;
	vtpm->mode = VTPM_SILENT_EXTEND;
	while (crowd->count < CROWD) {
		if (pthread_create(&crowd->thread[crowd->count], NULL, write_and_wait, crowd))
			return -EAGAIN;
		crowd->count++;
	}
	return 0;
}

static bool some_are_missed(void *arg)
{
	FIXTURE_DATA(writer) *self = arg;
	struct stats stats;

	return !stats_get(&self->engine.nl, &stats) && stats.hook_missed > self->missed;
}

static bool all_missed_are_told(void *arg)
{
	FIXTURE_DATA(writer) *self = arg;
	struct events events;
	struct stats stats;
	__u64 told = 0;
	size_t i;

	if (stats_get(&self->engine.nl, &stats) || engine_events(&self->engine, &events))
		return false;
	for (i = 0; i < events.count; i++)
		if (events.event[i].kind == DRTMON_EVENT_KIND_HOOK_DEGRADED)
			told += events.event[i].count;
	events_free(&events);
	return told == stats.hook_missed;
}

/* Who cannot be followed is counted to the last one, and that is told. */
TEST_F(writer, of_a_crowd_too_large_is_missed_and_counted)
{
	ASSERT_EQ(0, crowd_start(&self->crowd, &self->vtpm));
	ASSERT_EQ(0, engine_until(some_are_missed, self));
	crowd_end(&self->crowd, &self->vtpm);
	/* It is told with the next command that matters. */
	ASSERT_EQ(0, engine_extend("tpm0", 16, self->engine.alg, self->engine.banks, 1));
	EXPECT_EQ(0, engine_until(all_missed_are_told, self));
}

/* Only one of them is of that PCR. */
#define PCR_OF_ONE 23

struct one {
	FIXTURE_DATA(writer) * self;
	struct event event;
};

static bool one_is_told(void *arg)
{
	struct one *one = arg;
	struct events events;
	bool found = false;
	size_t i;

	if (engine_events(&one->self->engine, &events))
		return false;
	for (i = 0; i < events.count; i++) {
		if (events.event[i].chip_id != one->self->vtpm.number ||
		    events.event[i].command != TPM2_CC_PCR_EXTEND ||
		    events.event[i].handle != PCR_OF_ONE)
			continue;
		one->event = events.event[i];
		found = true;
	}
	events_free(&events);
	return found;
}

/* Nor is another's name given to it, whose command on the same file was never sent. */
TEST_F(writer, of_a_write_that_was_missed)
{
	struct one one = { .self = self };
	struct tpm_msg cmd;
	int fd;

	ASSERT_EQ(0, engine_until(file_is_there, self->managed));
	fd = tpm_open(self->managed, O_NONBLOCK);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, child_run(write_in_vain, &fd));
	ASSERT_EQ(0, crowd_start(&self->crowd, &self->vtpm));
	ASSERT_EQ(0, engine_until(some_are_missed, self));
	tpm_extend(&cmd, PCR_OF_ONE, vtpm_alg, VTPM_BANKS, 1);
	ASSERT_EQ(0, tpm_write(fd, &cmd));
	crowd_end(&self->crowd, &self->vtpm);
	ASSERT_EQ(0, engine_until(one_is_told, &one));
	close(fd);
	/* One of the crowd may just have given up, and made room for it. */
	if (!attr_has(&one.event, DRTMON_A_EVENT_TGID))
		one.event.tgid = getpid();
	EXPECT_EQ(getpid(), (pid_t)one.event.tgid) TH_LOG("%s", one.event.comm);
}

static const char *prepare(void)
{
	const char *why = need_vtpm();

	return why ? why : engine_reload("reconcile_seconds=0");
}

TEST_MAIN(prepare);
