// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that changes a PCR, from several processes at once, by both device
 * files, with and without waiting, some of it refused: at the end the shadow is
 * the hardware, and every change has its event with the process that made it.
 *
 * STORM in the environment is the number of commands in all; a hundred thousand
 * take twenty minutes.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>

#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"

#define WORKERS		      5
#define COMMANDS_DEFAULT      2000

#define CC_START_AUTH_SESSION 0x176
#define CC_SEQUENCE_UPDATE    0x15c

#define SESSION_CONTINUE      0x01
#define SESSION_DECRYPT	      0x20
#define SESSION_AUDIT	      0x80

/* What a worker did, as the TPM answered. */
struct tally {
	pid_t pid;
	__u32 extends;
	__u32 resets;
	__u32 refused;
	__u32 failed;
};

struct worker {
	struct tally *tally;
	const __u16 *alg;
	unsigned int banks;
	const char *device;
	__u32 commands;
	__u32 state;
	__u32 session;
	int fd;
};

static __u32 next(struct worker *w)
{
	w->state ^= w->state << 13;
	w->state ^= w->state >> 17;
	w->state ^= w->state << 5;
	return w->state;
}

/* The PCRs that anybody at locality 0 may extend. */
static __u32 some_pcr(struct worker *w)
{
	__u32 pcr = next(w) % 18;

	return pcr == 17 ? 23 : pcr;
}

static void count(struct worker *w, const struct tpm_msg *cmd, __u32 *done)
{
	int rc = tpm_rc(w->fd, cmd);

	if (rc < 0)
		w->tally->failed++;
	else if (rc)
		w->tally->refused++;
	else
		++*done;
}

static void count_refused(struct worker *w, const struct tpm_msg *cmd)
{
	if (tpm_rc(w->fd, cmd) > 0)
		w->tally->refused++;
	else
		w->tally->failed++;
}

/* Banks in any number and order, each at most once: none may be left out unseen. */
static void do_extend(struct worker *w)
{
	unsigned int first = next(w) % w->banks, some = 1 + next(w) % w->banks, i;
	__u16 alg[DRTMON_BANKS_MAX];
	struct tpm_msg cmd;

	for (i = 0; i < some; i++)
		alg[i] = w->alg[(first + i) % w->banks];
	tpm_extend(&cmd, some_pcr(w), alg, some, next(w));
	count(w, &cmd, &w->tally->extends);
}

/* A second session of any kind stands before the parameters, and before those of the response. */
static void put_auths(struct worker *w, struct tpm_msg *cmd, __u8 attributes)
{
	if (!w->session || !attributes) {
		tpm_auth(cmd, "");
		return;
	}
	tpm_u32(cmd, 9 + 4 + 2 + 16 + 1 + 2);
	tpm_u32(cmd, TPM2_RS_PW);
	tpm_u16(cmd, 0);
	tpm_u8(cmd, 0);
	tpm_u16(cmd, 0);
	tpm_u32(cmd, w->session);
	tpm_sized(cmd, "sixteen bytes ..", 16);
	tpm_u8(cmd, SESSION_CONTINUE | attributes);
	tpm_u16(cmd, 0);
}

/* What the session encrypts decrypts to something; only the TPM knows to what. */
static void do_event(struct worker *w)
{
	static const __u8 attributes[] = { 0, 0, SESSION_AUDIT, SESSION_DECRYPT };
	__u32 data[8], i;
	struct tpm_msg cmd;

	for (i = 0; i < 8; i++)
		data[i] = next(w);
	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_EVENT);
	tpm_u32(&cmd, some_pcr(w));
	put_auths(w, &cmd, attributes[next(w) % 4]);
	tpm_sized(&cmd, data, next(w) % sizeof(data));
	tpm_end(&cmd);
	count(w, &cmd, &w->tally->extends);
}

static void do_reset(struct worker *w, __u32 pcr)
{
	struct tpm_msg cmd;

	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_RESET);
	tpm_u32(&cmd, pcr);
	tpm_auth(&cmd, "");
	tpm_end(&cmd);
	if (pcr == 16 || pcr == 23)
		count(w, &cmd, &w->tally->resets);
	else
		count_refused(w, &cmd);
}

static __u32 start_sequence(struct worker *w)
{
	struct tpm_msg cmd, rsp;

	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_HASH_SEQUENCE_START);
	tpm_u16(&cmd, 0);
	tpm_u16(&cmd, TPM2_ALG_NULL);
	tpm_end(&cmd);
	return tpm_do(w->fd, &cmd, &rsp) || tpm_code(&rsp) ? 0 : tpm_get_u32(&rsp, TPM_HEADER);
}

static void do_sequence(struct worker *w)
{
	__u32 handle = start_sequence(w), data[4];
	struct tpm_msg cmd;

	if (!handle) {
		w->tally->failed++;
		return;
	}
	data[0] = next(w);
	tpm_begin(&cmd, TPM2_ST_SESSIONS, CC_SEQUENCE_UPDATE);
	tpm_u32(&cmd, handle);
	tpm_auth(&cmd, "");
	tpm_sized(&cmd, data, sizeof(data[0]));
	tpm_end(&cmd);
	w->tally->failed += !!tpm_rc(w->fd, &cmd);

	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_EVENT_SEQUENCE_COMPLETE);
	tpm_u32(&cmd, some_pcr(w));
	tpm_u32(&cmd, handle);
	tpm_auths(&cmd, 2, "");
	tpm_sized(&cmd, data, sizeof(data));
	tpm_end(&cmd);
	count(w, &cmd, &w->tally->extends);
}

static void do_refused(struct worker *w)
{
	struct tpm_msg cmd;

	if (next(w) % 2) {
		/* Only a launched environment may, at its locality. */
		tpm_extend(&cmd, 17, w->alg, w->banks, next(w));
	} else {
		tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_EVENT);
		tpm_u32(&cmd, 0);
		tpm_auth(&cmd, "wrong");
		tpm_sized(&cmd, "data", 4);
		tpm_end(&cmd);
	}
	count_refused(w, &cmd);
}

static void do_something(struct worker *w)
{
	switch (next(w) % 8) {
	case 0:
		do_event(w);
		break;
	case 1:
		do_sequence(w);
		break;
	case 2:
		do_reset(w, next(w) % 2 ? 16 : 23);
		break;
	case 3:
		do_refused(w);
		break;
	case 4:
		do_reset(w, next(w) % 16);
		break;
	default:
		do_extend(w);
		break;
	}
}

static __u32 start_session(struct worker *w)
{
	struct tpm_msg cmd, rsp;

	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, CC_START_AUTH_SESSION);
	tpm_u32(&cmd, TPM2_RH_NULL);
	tpm_u32(&cmd, TPM2_RH_NULL);
	tpm_sized(&cmd, "sixteen bytes ..", 16);
	tpm_u16(&cmd, 0);
	tpm_u8(&cmd, 0);
	tpm_u16(&cmd, 0x0006);
	tpm_u16(&cmd, 128);
	tpm_u16(&cmd, 0x0043);
	tpm_u16(&cmd, TPM2_ALG_SHA256);
	tpm_end(&cmd);
	return tpm_do(w->fd, &cmd, &rsp) || tpm_code(&rsp) ? 0 : tpm_get_u32(&rsp, TPM_HEADER);
}

/* A while waiting for each answer in the kernel, a while outside. */
static int work(void *arg)
{
	struct worker *w = arg;
	__u32 i;

	w->tally->pid = getpid();
	w->fd = tpm_open(w->device, 0);
	if (w->fd < 0)
		return 1;
	w->session = start_session(w);
	if (!w->session)
		return 2;
	for (i = 0; i < w->commands; i++) {
		if (i % 64 == 0)
			fcntl(w->fd, F_SETFL, i / 64 % 2 ? O_NONBLOCK : 0);
		do_something(w);
	}
	return w->tally->failed ? 3 : 0;
}

struct storm {
	struct tally *tally;
	__u32 extends;
	__u32 resets;
	__u64 lost;
	unsigned int workers;
	__u64 next_seq;
	__u64 done_seq;
	const char *complaint;
};

static const struct tally *tally_of(const struct storm *storm, __u32 tgid)
{
	unsigned int i;

	for (i = 0; i < WORKERS; i++)
		if (storm->tally[i].pid == (pid_t)tgid)
			return &storm->tally[i];
	return NULL;
}

/* Whose it was, and by which file: the first worker has the other one. */
static const char *check_origin(const struct storm *storm, const struct event *event)
{
	const struct tally *tally = tally_of(storm, event->tgid);

	if (!tally)
		return "a change by nobody";
	if (event->origin != DRTMON_ORIGIN_USER || !strstr(event->exe, "engine_storm"))
		return "a change whose origin is wrong";
	if (strcmp(event->device, tally == storm->tally ? "tpm0" : "tpmrm0"))
		return "a change by the wrong file";
	return NULL;
}

static void check_event(struct storm *storm, const struct event *event)
{
	if (event->seq != storm->next_seq++)
		storm->complaint = "a gap between events";
	switch (event->kind) {
	case DRTMON_EVENT_KIND_PCR_EXTEND:
		storm->extends++;
		break;
	case DRTMON_EVENT_KIND_PCR_RESET:
		storm->resets++;
		break;
	case DRTMON_EVENT_KIND_TPM_COMMAND:
		break;
	default:
		storm->complaint = "an event that should not be";
		fprintf(stderr, "# kind %u\n", event->kind);
		return;
	}
	if (check_origin(storm, event))
		storm->complaint = check_origin(storm, event);
}

FIXTURE(storm)
{
	struct engine engine;
	struct storm storm;
	struct worker worker[WORKERS];
	pid_t pid[WORKERS];
};

FIXTURE_SETUP(storm)
{
	unsigned int i;

	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	self->storm.next_seq = self->engine.since;
	self->storm.tally = mmap(NULL, sizeof(struct tally) * WORKERS, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->storm.tally);
	for (i = 0; i < WORKERS; i++) {
		self->worker[i].tally = &self->storm.tally[i];
		self->worker[i].alg = self->engine.alg;
		self->worker[i].banks = self->engine.banks;
		self->worker[i].device = i ? "tpmrm0" : "tpm0";
		self->worker[i].commands = parameter("STORM", COMMANDS_DEFAULT) / WORKERS;
		self->worker[i].state = 0x9e3779b9 * (i + 1);
	}
}

FIXTURE_TEARDOWN(storm)
{
	engine_close(&self->engine);
}

static __u32 total(const struct storm *storm, size_t offset)
{
	__u32 sum = 0;
	unsigned int i;

	for (i = 0; i < WORKERS; i++)
		sum += *(const __u32 *)((const char *)&storm->tally[i] + offset);
	return sum;
}

static void hear(struct __test_metadata *_metadata, FIXTURE_DATA(storm) * self)
{
	struct event event;

	ASSERT_EQ(0, engine_next(&self->engine, &event));
	check_event(&self->storm, &event);
}

/* Goes on as long as the workers do, then up to what the module has told by then. */
static void listen(struct __test_metadata *_metadata, FIXTURE_DATA(storm) * self)
{
	struct pollfd heard = { .fd = self->engine.ntf.ear, .events = POLLIN };
	unsigned int left = WORKERS;
	struct stats stats;
	int status;

	while (left) {
		if (poll(&heard, 1, 100) > 0)
			hear(_metadata, self);
		if (waitpid(-1, &status, WNOHANG) <= 0)
			continue;
		EXPECT_EQ(0, status);
		left--;
	}
	while (self->storm.extends < total(&self->storm, offsetof(struct tally, extends)) ||
	       self->storm.resets < total(&self->storm, offsetof(struct tally, resets)))
		hear(_metadata, self);
	ASSERT_STREQ("", engine_differ(&self->engine, 0));
	ASSERT_EQ(0, stats_get(&self->engine.nl, &stats));
	while (self->storm.next_seq < stats.ring_next)
		hear(_metadata, self);
	EXPECT_EQ(0, stats.queue_lost);
	EXPECT_EQ(0, stats.hook_missed);
}

TEST_F_TIMEOUT(storm, ends_with_the_shadow_as_the_hardware, TEST_TIMEOUT_TOLD)
{
	unsigned int i;

	for (i = 0; i < WORKERS; i++)
		self->pid[i] = child_start(work, &self->worker[i]);
	listen(_metadata, self);
	EXPECT_EQ(NULL, self->storm.complaint) TH_LOG("%s", self->storm.complaint);
	EXPECT_EQ(0, total(&self->storm, offsetof(struct tally, failed)));
	EXPECT_LT(0, total(&self->storm, offsetof(struct tally, refused)));
	EXPECT_EQ(total(&self->storm, offsetof(struct tally, extends)), self->storm.extends);
	EXPECT_EQ(total(&self->storm, offsetof(struct tally, resets)), self->storm.resets);
	TH_LOG("%u extends, %u resets, %u refused", self->storm.extends, self->storm.resets,
	       total(&self->storm, offsetof(struct tally, refused)));
}

static const char *prepare(void)
{
	return access("/dev/tpmrm0", F_OK) ? "needs a TPM 2.0" : engine_reload(ENGINE_EVERY_SECOND);
}

TEST_MAIN(prepare);
