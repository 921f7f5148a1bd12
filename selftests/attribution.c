// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whose extend was it? For each device file, written to with and without
 * waiting: the process, its user, its name and program, whatever it became or
 * where it went after the write.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "tpm.h"

#define SOME_UID 1234
#define LOCALITY 0

FIXTURE(attribution)
{
	struct nl nl;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
};

FIXTURE_VARIANT(attribution)
{
	const char *device;
	int flags;
};

FIXTURE_VARIANT_ADD(attribution, tpm0){
	.device = "tpm0",
};

FIXTURE_VARIANT_ADD(attribution, tpmrm0){
	.device = "tpmrm0",
};

FIXTURE_VARIANT_ADD(attribution, tpm0_nonblock){
	.device = "tpm0",
	.flags = O_NONBLOCK,
};

FIXTURE_VARIANT_ADD(attribution, tpmrm0_nonblock){
	.device = "tpmrm0",
	.flags = O_NONBLOCK,
};

FIXTURE_SETUP(attribution)
{
	ASSERT_EQ(0, event_open(&self->nl));
	self->banks = tpm_banks("tpm0", self->alg, DRTMON_BANKS_MAX);
	ASSERT_LT(0, self->banks);
}

FIXTURE_TEARDOWN(attribution)
{
	nl_close(&self->nl);
}

/* What a child does: one extend, as somebody. */
struct act {
	const char *device;
	const char *comm;
	const __u16 *alg;
	unsigned int banks;
	__u32 pcr;
	__u32 seed;
	__u32 uid;
	int flags;
	bool leave;
	pid_t *report;
};

static int act(void *arg)
{
	const struct act *a = arg;
	struct tpm_msg cmd;
	int fd = tpm_open(a->device, a->flags);

	if (fd < 0)
		return 1;
	if (a->comm)
		prctl(PR_SET_NAME, a->comm, 0, 0, 0);
	if (a->uid && become_user(a->uid))
		return 2;
	tpm_extend(&cmd, a->pcr, a->alg, a->banks, a->seed);
	if (a->leave)
		return tpm_write(fd, &cmd) ? 3 : 0;
	return tpm_rc(fd, &cmd) ? 3 : 0;
}

#define ACT(self, variant, ...)                                                             \
	{                                                                                   \
		.device = (variant)->device, .flags = (variant)->flags, .alg = (self)->alg, \
		.banks = (self)->banks, .pcr = 16, .seed = 1, ##__VA_ARGS__                 \
	}

static void check_digests(struct __test_metadata *_metadata, const struct event *event,
			  const __u16 *alg, unsigned int banks, __u32 seed)
{
	__u8 digest[BLOB_MAX];
	unsigned int i;

	EXPECT_EQ(banks, event->digests);
	for (i = 0; i < banks; i++) {
		const struct digest *is = digest_find(event, alg[i]);

		ASSERT_NE(NULL, is);
		tpm_pattern(digest, alg[i], seed);
		EXPECT_EQ(tpm_alg_size(alg[i]), is->value.len);
		EXPECT_EQ(0, memcmp(digest, is->value.data, is->value.len));
	}
}

/* All that is the same whoever it was. */
static void check_extend(struct __test_metadata *_metadata, const struct event *event,
			 const char *device, __u32 pcr)
{
	EXPECT_EQ(DRTMON_EVENT_KIND_PCR_EXTEND, event->kind);
	EXPECT_EQ(DRTMON_ORIGIN_USER, event->origin);
	EXPECT_STREQ(device, event->device);
	EXPECT_EQ(0, event->chip_id);
	EXPECT_STREQ("tpm0", event->chip_name);
	EXPECT_EQ(pcr, event->pcr);
	EXPECT_EQ(pcr, event->handle);
	EXPECT_EQ(TPM2_CC_PCR_EXTEND, event->command);
	EXPECT_EQ(LOCALITY, event->locality);
	EXPECT_EQ(0, event->rc);
}

static void own_exe(char *path, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", path, size - 1);

	path[len > 0 ? len : 0] = '\0';
}

static __u64 own_cgroup(void)
{
	char line[256] = "", path[512];
	FILE *file = fopen("/proc/self/cgroup", "r");
	struct stat st = {};

	while (file && fgets(line, sizeof(line), file) && strncmp(line, "0::", 3))
		;
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = '\0';
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s", line + 3);
	stat(path, &st);
	return st.st_ino;
}

TEST_F(attribution, own_process)
{
	struct act a = ACT(self, variant);
	struct sought sought = { .tgid = getpid() };
	char exe[256], comm[16];
	struct event event;

	a.pcr = 23;
	ASSERT_EQ(0, act(&a));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	check_extend(_metadata, &event, variant->device, 23);
	check_digests(_metadata, &event, self->alg, self->banks, a.seed);
	own_exe(exe, sizeof(exe));
	prctl(PR_GET_NAME, comm, 0, 0, 0);
	EXPECT_EQ(getpid(), event.pid);
	EXPECT_EQ(getpid(), event.tgid);
	EXPECT_EQ(0, event.uid);
	EXPECT_STREQ(comm, event.comm);
	EXPECT_STREQ(exe, event.exe);
	EXPECT_EQ(own_cgroup(), event.cgroup_id);
}

TEST_F(attribution, child_with_another_user_and_name)
{
	struct act a = ACT(self, variant, .uid = SOME_UID, .comm = "a longish name!");
	struct sought sought = {};
	struct event event;
	pid_t pid;

	pid = child_start(act, &a);
	ASSERT_LT(0, pid);
	EXPECT_EQ(0, child_end(pid));
	sought.tgid = pid;
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	check_extend(_metadata, &event, variant->device, 16);
	EXPECT_EQ(pid, event.pid);
	EXPECT_EQ(SOME_UID, event.uid);
	EXPECT_STREQ("a longish name!", event.comm);
}

/* A name may hold any byte. */
TEST_F(attribution, name_that_is_no_text)
{
	struct act a = ACT(self, variant, .comm = "\n\x1b[2J\xff\"\\%s");
	struct sought sought = {};
	struct event event;

	sought.tgid = child_start(act, &a);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	EXPECT_STREQ(a.comm, event.comm);
}

/* The process is gone, or another, by the time its command reaches the TPM. */
TEST_F(attribution, writer_that_leaves)
{
	struct act a = ACT(self, variant, .leave = true, .uid = SOME_UID, .comm = "leaver");
	struct sought sought = {};
	struct event event;

	sought.tgid = child_start(act, &a);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	check_extend(_metadata, &event, variant->device, 16);
	EXPECT_EQ(SOME_UID, event.uid);
	EXPECT_STREQ("leaver", event.comm);
	EXPECT_STRNE("", event.exe);
}

static int write_then_exec(void *arg)
{
	struct tpm_msg cmd;
	struct act *a = arg;
	int fd = tpm_open(a->device, a->flags);

	if (fd < 0)
		return 1;
	prctl(PR_SET_NAME, "before-exec", 0, 0, 0);
	tpm_extend(&cmd, a->pcr, a->alg, a->banks, a->seed);
	if (tpm_write(fd, &cmd))
		return 3;
	execl("/bin/busybox", "true", NULL);
	return 4;
}

TEST_F(attribution, writer_that_becomes_another_program)
{
	struct act a = ACT(self, variant);
	struct sought sought = {};
	struct event event;
	char exe[256];

	sought.tgid = child_start(write_then_exec, &a);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	own_exe(exe, sizeof(exe));
	EXPECT_STREQ("before-exec", event.comm);
	EXPECT_STREQ(exe, event.exe);
}

static int copy_program(const char *to)
{
	char exe[256], command[1024];

	own_exe(exe, sizeof(exe));
	*strrchr(exe, '/') = '\0';
	snprintf(command, sizeof(command), "cp '%s/extend' '%s'", exe, to);
	return system(command);
}

static int exec_program(void *arg)
{
	const struct act *a = arg;

	execl(a->comm, "extend", a->device, a->flags ? "nonblock" : "16", a->flags ? "16" : "1",
	      NULL);
	return 127;
}

TEST_F(attribution, program_that_was_executed)
{
	struct act a = ACT(self, variant, .comm = "/tmp/a program of ours");
	/* IMA may measure the program that starts, as the same process. */
	struct sought sought = { .pcr = 16 + 1 };
	struct event event;

	ASSERT_EQ(0, copy_program(a.comm));
	sought.tgid = child_start(exec_program, &a);
	EXPECT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	check_extend(_metadata, &event, variant->device, 16);
	EXPECT_STREQ("a program of ou", event.comm);
	EXPECT_STREQ(a.comm, event.exe);
	unlink(a.comm);
}

/* A path longer than an event keeps: its end is what tells programs apart. */
TEST_F(attribution, program_with_a_long_path)
{
	char path[400] = "/tmp/", *end;
	struct act a = ACT(self, variant, .comm = path);
	/* IMA may measure the program that starts, as the same process. */
	struct sought sought = { .pcr = 16 + 1 };
	struct event event;
	size_t kept;
	int i;

	for (i = 0, end = path + 5; i < 3; i++) {
		memset(end, 'a' + i, 100);
		end += 100;
		*end = '\0';
		mkdir(path, 0755);
		*end++ = '/';
	}
	strcpy(end, "the-end");
	ASSERT_EQ(0, copy_program(path));
	sought.tgid = child_start(exec_program, &a);
	EXPECT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	kept = strlen(event.exe);
	EXPECT_LE(200, kept);
	ASSERT_GE(strlen(path), kept);
	EXPECT_STREQ(path + strlen(path) - kept, event.exe);
	unlink(path);
}

static void *act_in_thread(void *arg)
{
	struct act *a = arg;

	*a->report = syscall(SYS_gettid);
	return act(a) ? a : NULL;
}

TEST_F(attribution, thread_of_a_process)
{
	struct sought sought = { .tgid = getpid() };
	struct act a = ACT(self, variant);
	struct event event;
	pthread_t thread;
	void *failed;
	pid_t tid;

	a.report = &tid;
	ASSERT_EQ(0, pthread_create(&thread, NULL, act_in_thread, &a));
	ASSERT_EQ(0, pthread_join(thread, &failed));
	ASSERT_EQ(NULL, failed);
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	check_extend(_metadata, &event, variant->device, 16);
	EXPECT_EQ(tid, event.pid);
	EXPECT_EQ(getpid(), event.tgid);
}

/* Numbers are those of the initial namespaces, whatever the process itself sees. */
static int act_in_pid_namespace(void *arg)
{
	return unshare(CLONE_NEWPID) ? 9 : child_run(act, arg);
}

TEST_F(attribution, process_of_a_pid_namespace)
{
	struct act a = ACT(self, variant, .uid = SOME_UID + 1, .comm = "inside");
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND };
	struct event event;
	pid_t pid;

	pid = child_start(act_in_pid_namespace, &a);
	ASSERT_EQ(0, child_end(pid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	EXPECT_STREQ("inside", event.comm);
	EXPECT_EQ(SOME_UID + 1, event.uid);
	/* It is 1 inside. Outside it is the child of a child, made after it. */
	EXPECT_LT(pid, event.pid);
}

static int act_as_userns_root(void *arg)
{
	struct act *a = arg;
	struct tpm_msg cmd;
	int fd = tpm_open(a->device, a->flags);

	if (fd < 0 || become_userns_root(0))
		return 1;
	tpm_extend(&cmd, a->pcr, a->alg, a->banks, a->seed);
	return tpm_rc(fd, &cmd) ? 3 : 0;
}

TEST_F(attribution, root_of_a_user_namespace_is_who_he_was)
{
	struct act a = ACT(self, variant);
	struct sought sought = {};
	struct event event;

	sought.tgid = child_start(act_as_userns_root, &a);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	EXPECT_EQ(UID_NOBODY, event.uid);
}

/* It is the writer that counts, not who opened the file. */
TEST_F(attribution, file_that_was_handed_on)
{
	struct sought sought = {};
	struct tpm_msg cmd;
	struct event event;
	int fd = tpm_open(variant->device, variant->flags);
	pid_t pid;

	ASSERT_LE(0, fd);
	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_NAME, "heir", 0, 0, 0);
		_exit(become_user(SOME_UID) || tpm_rc(fd, &cmd));
	}
	EXPECT_EQ(0, child_end(pid));
	sought.tgid = pid;
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	check_extend(_metadata, &event, variant->device, 16);
	EXPECT_EQ(SOME_UID, event.uid);
	EXPECT_STREQ("heir", event.comm);
	close(fd);
}

FIXTURE(tools)
{
	struct nl nl;
};

FIXTURE_VARIANT(tools)
{
	const char *device;
};

FIXTURE_VARIANT_ADD(tools, tpm0){
	.device = "tpm0",
};

FIXTURE_VARIANT_ADD(tools, tpmrm0){
	.device = "tpmrm0",
};

FIXTURE_SETUP(tools)
{
	ASSERT_EQ(0, event_open(&self->nl));
}

FIXTURE_TEARDOWN(tools)
{
	nl_close(&self->nl);
}

static int run_tpm2_pcrextend(void *device)
{
	char tcti[64];

	snprintf(tcti, sizeof(tcti), "device:/dev/%s", (const char *)device);
	setenv("TPM2TOOLS_TCTI", tcti, 1);
	execlp("tpm2_pcrextend", "tpm2_pcrextend",
	       "23:sha1=f1d2d2f924e986ac86fdf7b36c94bcdf32beec15,"
	       "sha256=b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
	       NULL);
	return 127;
}

/* Through tpm2-tss, which never waits in write(). */
TEST_F(tools, tpm2_pcrextend)
{
	static const __u8 sha1[] = { 0xf1, 0xd2, 0xd2, 0xf9 };
	static const __u8 sha256[] = { 0xb5, 0xbb, 0x9d, 0x80 };
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND, .pcr = 23 + 1 };
	const struct digest *digest;
	struct event event;

	sought.tgid = child_start(run_tpm2_pcrextend, (void *)variant->device);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &event));
	check_extend(_metadata, &event, variant->device, 23);
	EXPECT_STREQ("tpm2_pcrextend", event.comm);
	EXPECT_STREQ("/usr/bin/tpm2", event.exe);
	EXPECT_EQ(0, event.uid);
	EXPECT_EQ(2, event.digests);
	digest = digest_find(&event, TPM2_ALG_SHA1);
	ASSERT_NE(NULL, digest);
	EXPECT_EQ(0, memcmp(sha1, digest->value.data, sizeof(sha1)));
	digest = digest_find(&event, TPM2_ALG_SHA256);
	ASSERT_NE(NULL, digest);
	EXPECT_EQ(0, memcmp(sha256, digest->value.data, sizeof(sha256)));
}

FIXTURE(crowd)
{
	struct nl nl;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
	int go[2];
};

FIXTURE_VARIANT(crowd)
{
	int flags;
};

FIXTURE_VARIANT_ADD(crowd, waiting){
	.flags = 0,
};

FIXTURE_VARIANT_ADD(crowd, nonblock){
	.flags = O_NONBLOCK,
};

FIXTURE_SETUP(crowd)
{
	ASSERT_EQ(0, event_open(&self->nl));
	ASSERT_EQ(0, pipe(self->go));
	self->banks = tpm_banks("tpm0", self->alg, DRTMON_BANKS_MAX);
}

FIXTURE_TEARDOWN(crowd)
{
	nl_close(&self->nl);
}

#define CROWD 100
/* At least as many writers at once, each of whom is known. */
#define KEPT_APART 50

struct member {
	struct act act;
	__u32 times;
	int go[2];
};

/* Everybody waits for the other end of the pipe to close, then writes at once. */
static int member_run(void *arg)
{
	struct member *m = arg;
	int fd = tpm_open(m->act.device, m->act.flags);
	struct tpm_msg cmd;
	char byte;
	__u32 i;

	close(m->go[1]);
	if (fd < 0 || become_user(m->act.uid) || read(m->go[0], &byte, 1))
		return 1;
	for (i = 0; i < m->times; i++) {
		tpm_extend(&cmd, m->act.pcr, m->act.alg, m->act.banks, m->act.seed);
		if (tpm_rc(fd, &cmd))
			return 2;
	}
	return 0;
}

/* Whose digests are these? */
static unsigned int crowd_index(const struct event *event, unsigned int members)
{
	const struct digest *sha256 = digest_find(event, TPM2_ALG_SHA256);
	__u8 digest[BLOB_MAX];
	unsigned int i;

	for (i = 0; sha256 && i < members; i++) {
		tpm_pattern(digest, TPM2_ALG_SHA256, i);
		if (!memcmp(digest, sha256->value.data, sha256->value.len))
			return i;
	}
	return members;
}

/* Only so many writers can be kept apart; for more, what is not known is not said. */
static bool is_unknown(const struct event *event)
{
	return !attr_has(event, DRTMON_A_EVENT_ORIGIN) && !attr_has(event, DRTMON_A_EVENT_DEVICE);
}

/* One line for all that is wrong: a hundred would say no more. */
static void check_crowd(struct __test_metadata *_metadata, FIXTURE_DATA(crowd) * self,
			const pid_t *pid, unsigned int members, unsigned int times)
{
	struct sought sought = { .command = TPM2_CC_PCR_EXTEND };
	unsigned int seen[CROWD] = {}, wrong = 0, unknown = 0, i, j;
	struct events events = {};

	ASSERT_EQ(0, event_collect(&self->nl, &sought, members * times, &events));
	for (i = 0; i < events.count; i++) {
		const struct event *event = &events.event[i];

		j = crowd_index(event, members);
		ASSERT_GT(members, j);
		seen[j]++;
		unknown += is_unknown(event);
		if (is_unknown(event) ||
		    (event->tgid == pid[j] && event->uid == SOME_UID + j &&
		     event->origin == DRTMON_ORIGIN_USER && !strcmp(event->device, "tpmrm0")))
			continue;
		if (!wrong++)
			TH_LOG("pid %d, uid %d: seen as pid %u, uid %u, %s, origin %u, device %s",
			       pid[j], SOME_UID + j, event->tgid, event->uid, event->comm,
			       event->origin, event->device);
	}
	EXPECT_EQ(0, wrong);
	if (members <= KEPT_APART)
		EXPECT_EQ(0, unknown);
	for (j = 0; j < members; j++)
		EXPECT_EQ(times, seen[j]);
	events_free(&events);
}

static void run_crowd(struct __test_metadata *_metadata, FIXTURE_DATA(crowd) * self, int flags,
		      unsigned int members, unsigned int times)
{
	pid_t pid[CROWD];
	unsigned int i;

	for (i = 0; i < members; i++) {
		struct member m = {
			.act = { .device = "tpmrm0",
				 .flags = flags,
				 .alg = self->alg,
				 .banks = self->banks,
				 .pcr = 16,
				 .seed = i,
				 .uid = SOME_UID + i },
			.times = times,
			.go = { self->go[0], self->go[1] },
		};

		pid[i] = child_start(member_run, &m);
		ASSERT_LT(0, pid[i]);
	}
	close(self->go[1]);
	for (i = 0; i < members; i++)
		EXPECT_EQ(0, child_end(pid[i]));
	check_crowd(_metadata, self, pid, members, times);
}

TEST_F(crowd, two_writers_at_once)
{
	run_crowd(_metadata, self, variant->flags, 2, 50);
}

TEST_F(crowd, fifty_writers_at_once)
{
	run_crowd(_metadata, self, variant->flags, KEPT_APART, 3);
}

TEST_F(crowd, hundred_writers_at_once)
{
	run_crowd(_metadata, self, variant->flags, CROWD, 2);
}

/* One process with many files, none of which it waits for. */
TEST_F(crowd, hundred_files_of_one_process)
{
	struct sought sought = { .command = TPM2_CC_PCR_EXTEND };
	unsigned int wrong = 0, i;
	struct events events = {};
	struct tpm_msg cmd, rsp;
	int fd[CROWD];

	tpm_extend(&cmd, 16, self->alg, self->banks, 1);
	for (i = 0; i < CROWD; i++) {
		fd[i] = tpm_open("tpmrm0", variant->flags);
		ASSERT_LE(0, fd[i]);
	}
	for (i = 0; i < CROWD; i++)
		ASSERT_EQ(0, tpm_write(fd[i], &cmd));
	ASSERT_EQ(0, event_collect(&self->nl, &sought, CROWD, &events));
	for (i = 0; i < CROWD; i++) {
		wrong += !is_unknown(&events.event[i]) &&
			 (events.event[i].tgid != getpid() ||
			  events.event[i].origin != DRTMON_ORIGIN_USER);
		EXPECT_EQ(0, tpm_read(fd[i], &rsp));
	}
	EXPECT_EQ(0, wrong);
	events_free(&events);
}

TEST_MAIN(need_tpm2);
