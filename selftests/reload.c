// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading and unloading again and again while others use the TPM: it works
 * from the first moment, and leaves nothing behind.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "memory.h"
#include "proc.h"
#include "tpm.h"

/* Some of what is kept per cache is only made the first times. CYCLES= asks for more. */
#define WARM_UP	       10
#define CYCLES_DEFAULT 100

#define HAMMERS	       3
#define MOUNT	       "/tmp/hammers"

FIXTURE(reload)
{
	char module[256];
	pid_t hammer[HAMMERS];
	struct memory before;
	struct memory after;
};

/* As modprobe does in the end, without a process for each load. */
static int load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

static int be_hammer(void *nonblock)
{
	execl(MOUNT "/extend", "extend", "tpmrm0", nonblock ? "nonblock" : "16",
	      nonblock ? "16" : "1", nonblock ? "1" : "0", nonblock ? "0" : NULL, NULL);
	return 127;
}

static void start_hammers(struct __test_metadata *_metadata, FIXTURE_DATA(reload) * self)
{
	char exe[256], command[512];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	int i;

	ASSERT_LT(0, len);
	exe[len] = '\0';
	*strrchr(exe, '/') = '\0';
	mkdir(MOUNT, 0755);
	/* A file system of their own: whoever keeps one of their programs keeps it mounted. */
	ASSERT_EQ(0, mount("none", MOUNT, "tmpfs", 0, NULL));
	snprintf(command, sizeof(command), "cp %s/extend " MOUNT "/extend", exe);
	ASSERT_EQ(0, system(command));
	for (i = 0; i < HAMMERS; i++) {
		self->hammer[i] = child_start(be_hammer, i % 2 ? self : NULL);
		ASSERT_LT(0, self->hammer[i]);
	}
}

static void stop_hammers(struct __test_metadata *_metadata, FIXTURE_DATA(reload) * self)
{
	int i;

	for (i = 0; i < HAMMERS; i++) {
		EXPECT_EQ(0, kill(self->hammer[i], SIGKILL));
		EXPECT_EQ(128 + SIGKILL, child_end(self->hammer[i]));
	}
}

FIXTURE_SETUP(reload)
{
	struct utsname system;

	if (kmod_loaded())
		ASSERT_EQ(0, kmod_unload());
	ASSERT_EQ(0, uname(&system));
	snprintf(self->module, sizeof(self->module), "/lib/modules/%s/updates/drtmon.ko",
		 system.release);
	ASSERT_EQ(0, access(self->module, R_OK)) TH_LOG("%s", self->module);
}

FIXTURE_TEARDOWN(reload)
{
	kmod_load(NULL);
}

/* Loaded for but a moment it has seen the hammers at work, and knows them. */
static void cycle(struct __test_metadata *_metadata, FIXTURE_DATA(reload) * self)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND };
	struct events events = {};
	struct stats stats;
	struct nl nl;
	size_t i;

	ASSERT_EQ(0, load(self->module));
	ASSERT_EQ(0, event_open(&nl));
	ASSERT_EQ(0, event_collect(&nl, &sought, 3, &events));
	for (i = 0; i < events.count; i++) {
		/* Written before the module was there to see by whom: it must not guess. */
		if (!events.event[i].device[0])
			continue;
		EXPECT_STREQ("extend", events.event[i].comm);
		EXPECT_STREQ(MOUNT "/extend", events.event[i].exe);
		EXPECT_STREQ("tpmrm0", events.event[i].device);
		EXPECT_EQ(DRTMON_ORIGIN_USER, events.event[i].origin);
	}
	events_free(&events);
	ASSERT_EQ(0, stats_get(&nl, &stats));
	EXPECT_EQ(0, stats.queue_lost);
	nl_close(&nl);
	ASSERT_EQ(0, kmod_unload());
}

static void many_cycles(struct __test_metadata *_metadata, FIXTURE_DATA(reload) * self)
{
	int cycles = (int)parameter("CYCLES", CYCLES_DEFAULT), i;

	ASSERT_LE(CYCLES_DEFAULT, cycles);
	for (i = 0; i < WARM_UP + cycles; i++) {
		if (i == WARM_UP)
			memory_measure(&self->before);
		cycle(_metadata, self);
	}
	memory_measure(&self->after);
}

TEST_F_TIMEOUT(reload, hundred_times_under_hammers, TEST_TIMEOUT_TOLD)
{
	start_hammers(_metadata, self);
	many_cycles(_metadata, self);
	TH_LOG("%s", memory_text(&self->before, &self->after));
	EXPECT_STREQ("", memory_grown(&self->before, &self->after));
	stop_hammers(_metadata, self);
	/* Nobody holds a program of theirs any more. */
	EXPECT_EQ(0, umount(MOUNT)) TH_LOG("%s", strerror(errno));
}

TEST_F(reload, right_after_load)
{
	int i;

	/* The first look at the chip's PCRs goes on when the unload begins. */
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, load(self->module));
		ASSERT_EQ(0, kmod_unload());
	}
}

/* More than any kernel here has: the numbers of groups that no family has yet. */
#define GROUPS 1024

struct early {
	int joined[2];
	int done[2];
};

static int hears_an_event(int fd)
{
	char data[65536];
	const struct nlmsghdr *head = (const void *)data;
	const struct genlmsghdr *genl = (const void *)(data + NLMSG_HDRLEN);

	while (recv(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		if (head->nlmsg_type != GENL_ID_CTRL && genl->cmd == DRTMON_CMD_EVENT_NTF)
			return 1;
	return 0;
}

/* Joins all it can while no module asks for a capability, then listens. */
static int join_early(void *arg)
{
	int fd, group, joined = 0;
	struct early *early = arg;
	char byte = 0;

	if (become_user(UID_NOBODY))
		return 2;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	for (group = 1; group < GROUPS; group++)
		joined +=
			!setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
	if (!joined || write(early->joined[1], &byte, 1) != 1 ||
	    read(early->done[0], &byte, 1) != 1)
		return 3;
	return hears_an_event(fd);
}

TEST_F(reload, joined_before_the_groups_were_ours)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND };
	struct early early;
	struct event event;
	struct tpm_msg cmd;
	char byte = 0;
	struct nl nl;
	__u16 alg = TPM2_ALG_SHA256;
	pid_t pid;
	int fd;

	ASSERT_EQ(0, pipe(early.joined));
	ASSERT_EQ(0, pipe(early.done));
	pid = child_start(join_early, &early);
	ASSERT_EQ(1, read(early.joined[0], &byte, 1));
	ASSERT_EQ(0, load(self->module));
	ASSERT_EQ(0, event_open(&nl));
	fd = tpm_open("tpm0", 0);
	ASSERT_LE(0, fd);
	tpm_extend(&cmd, 16, &alg, 1, 1);
	EXPECT_EQ(0, tpm_rc(fd, &cmd));
	close(fd);
	EXPECT_EQ(0, event_wait(&nl, &sought, &event));
	nl_close(&nl);
	/* Behind this all that was sent has been received. */
	ASSERT_EQ(0, kmod_unload());
	ASSERT_EQ(1, write(early.done[1], &byte, 1));
	EXPECT_EQ(0, child_end(pid));
}

/* Where the kernel takes new families' groups from; and more than there are processors. */
#define GROUPS_NEW 16
#define GROUPS_END 64
#define JOINERS	   4

/* In a namespace of its own it may join what it likes and hears nothing of ours. */
static int join_on(void *unused)
{
	int fd, group;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return 1;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	for (;;)
		for (group = GROUPS_NEW; group < GROUPS_END; group++)
			setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

/* It can cost the groups, never the module. */
TEST_F(reload, somebody_joins_again_and_again)
{
	struct stats stats;
	pid_t pid[JOINERS];
	struct nl nl;
	int i;

	for (i = 0; i < JOINERS; i++)
		pid[i] = child_start(join_on, NULL);
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, load(self->module));
		ASSERT_EQ(0, nl_open(&nl));
		EXPECT_EQ(0, stats_get(&nl, &stats));
		nl_close(&nl);
		ASSERT_EQ(0, kmod_unload());
	}
	for (i = 0; i < JOINERS; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
}

TEST_MAIN(need_tpm2);
