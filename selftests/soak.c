// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything at once, again and again: extends, resets, snapshots, baselines,
 * readers that come and go, chips plugged and pulled, sleep, load and unload.
 * After each round the shadow is the hardware and every event is accounted for;
 * in the end the kernel uses no more memory than after the first rounds.
 *
 * SOAK_TIME in the environment is how many seconds it goes on.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "account.h"
#include "baseline.h"
#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "memory.h"
#include "power.h"
#include "proc.h"
#include "vtpm.h"

#define SECONDS_DEFAULT 30
#define ROUND_SECONDS	10

/* What is made once for each cache and processor is made by then. */
#define WARM_UP 2

/* Small, so that every round folds and overruns. */
#define PARAMETERS "reconcile_seconds=1 ring_size=16384"
#define BUFFER	   4096

struct shared {
	volatile bool stop;
	/* Odd from before the machine goes to sleep until it is awake. */
	volatile __u32 sleeps;
	volatile __u32 refused;
	volatile __u32 late;
	volatile __u32 extends;
	volatile __u32 baselines;
	volatile __u32 snapshots;
	volatile __u32 readers;
	volatile __u32 chips;
};

FIXTURE(soak)
{
	struct shared *shared;
	struct engine engine;
	struct account account;
	struct memory before;
	struct memory after;
	__u64 heard;
	__u64 fetched;
	__u64 folded;
	__u32 rounds;
};

struct job {
	struct shared *shared;
	const struct engine *engine;
	const char *device;
};

static int complain(const char *what, int ret)
{
	fprintf(stderr, "# %s: %d\n", what, ret);
	return 1;
}

/* Whether the machine sleeps, or has slept since it was @sleeps. */
static bool slept_since(const struct job *job, __u32 sleeps)
{
	return sleeps % 2 || job->shared->sleeps != sleeps;
}

static int extend_on(void *arg)
{
	const struct job *job = arg;
	struct tpm_msg cmd;
	int fd = tpm_open(job->device, 0);
	__u32 i;
	int rc;

	if (fd < 0)
		return complain("extender opens", fd);
	for (i = 0; !job->shared->stop; i++) {
		if (i % 16 == 15) {
			tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_RESET);
			tpm_u32(&cmd, 16);
			tpm_auth(&cmd, "");
			tpm_end(&cmd);
		} else {
			tpm_extend(&cmd, i % 16 + 1, job->engine->alg, job->engine->banks, i);
		}
		rc = tpm_rc(fd, &cmd);
		/* The core gives the TPM a fixed time, which a busy machine may need for itself. */
		if (rc == -ETIME) {
			__atomic_add_fetch(&job->shared->late, 1, __ATOMIC_RELAXED);
			continue;
		}
		if (rc)
			return complain(job->device, rc);
		__atomic_add_fetch(&job->shared->extends, 1, __ATOMIC_RELAXED);
	}
	close(fd);
	return 0;
}

static int snapshot_on(void *arg)
{
	static struct pcr_banks pcrs;
	const struct job *job = arg;
	struct nl_req req;
	struct nl nl;
	int ret;

	if (nl_open(&nl))
		return complain("snapshot opens", 0);
	while (!job->shared->stop) {
		__u32 sleeps = job->shared->sleeps;

		nl_begin(&req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
		nl_put_u32(&req, DRTMON_A_PCRS_CHIP_ID, 0);
		if (job->shared->snapshots % 2)
			nl_put(&req, DRTMON_A_PCRS_REFRESH, NULL, 0);
		/* Somebody else is extending all the time: torn is an answer, an error is none. */
		ret = pcr_dump(&nl, &req, &pcrs);
		if (ret == -EBUSY && slept_since(job, sleeps)) {
			job->shared->refused++;
			continue;
		}
		if (ret || !pcrs.count)
			return complain("snapshot", ret);
		job->shared->snapshots++;
	}
	nl_close(&nl);
	return 0;
}

static int baseline_on(void *arg)
{
	static struct pcr_banks pcrs;
	const struct job *job = arg;
	struct nl nl;
	int ret;

	if (nl_open(&nl))
		return complain("baseline opens", 0);
	while (!job->shared->stop) {
		ret = pcr_read(&nl, false, &pcrs);
		if (!ret)
			ret = baseline_set(&nl, pcrs.bank[0].chip_id, pcrs.bank[0].alg, 16,
					   pcrs.bank[0].pcr[16].hardware.data,
					   pcrs.bank[0].pcr[16].hardware.len);
		if (ret)
			return complain("baseline-set", ret);
		ret = baseline_clear(&nl, 0);
		if (ret)
			return complain("baseline-del", ret);
		job->shared->baselines++;
	}
	nl_close(&nl);
	return 0;
}

static int read_on(void *arg)
{
	const struct job *job = arg;

	while (!job->shared->stop) {
		struct account account;
		int ret = account_open(&account, BUFFER);

		if (!ret)
			ret = account_take(&account, 50);
		if (ret || account.missing)
			return complain("reader", ret);
		account_close(&account);
		job->shared->readers++;
	}
	return 0;
}

/*
 * A command that is sent before the proxy is done with a chip may spoil the proxy's
 * flags; the module's own first look waits for that. There may be no module.
 */
static void await_look(const struct vtpm *vtpm)
{
	struct chip chip;
	struct nl nl;

	if (nl_open(&nl))
		return;
	chip_get(&nl, vtpm->number, &chip);
	nl_close(&nl);
}

/* Every second one is pulled while a command of another process is in flight. */
static int plug_on(void *arg)
{
	const struct job *job = arg;

	while (!job->shared->stop) {
		struct vtpm vtpm;
		struct tpm_msg cmd;
		__u32 sleeps = job->shared->sleeps;
		pid_t user = 0;
		int fd, ret = vtpm_start(&vtpm, VTPM_GOOD);

		if (!ret)
			ret = vtpm_wait(&vtpm);
		/* Frozen, it did not answer in time: the core would not have it, or not all. */
		if ((ret == -ENODEV || ret == -ETIMEDOUT) && slept_since(job, sleeps)) {
			vtpm_stop(&vtpm);
			continue;
		}
		if (ret)
			return complain("chip", ret);
		await_look(&vtpm);
		fd = tpm_open(vtpm.name, 0);
		tpm_extend(&cmd, 8, vtpm_alg, VTPM_BANKS, job->shared->chips);
		ret = fd < 0 ? fd : tpm_rc(fd, &cmd);
		/* The core waits three quarters of a second; sleep or a busy machine take more. */
		if (ret && ret != -ETIME)
			return complain(vtpm.name, ret);
		if (job->shared->chips % 2) {
			vtpm.mode = VTPM_SILENT;
			user = fork();
			if (!user) {
				vtpm_forget(&vtpm);
				tpm_rc(fd, &cmd);
				_exit(0);
			}
		}
		close(fd);
		vtpm_stop(&vtpm);
		if (user > 0)
			child_end(user);
		job->shared->chips++;
	}
	return 0;
}

FIXTURE_SETUP(soak)
{
	self->shared = mmap(NULL, sizeof(*self->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->shared);
}

FIXTURE_TEARDOWN(soak)
{
}

static void run_all(struct __test_metadata *_metadata, FIXTURE_DATA(soak) * self)
{
	static const child_fn what[] = { extend_on,   extend_on, snapshot_on,
					 baseline_on, read_on,	 plug_on };
	struct job job[6];
	pid_t pid[6];
	time_t end;
	int i;

	self->shared->stop = false;
	for (i = 0; i < 6; i++) {
		job[i] = (struct job){ self->shared, &self->engine, i ? "tpmrm0" : "tpm0" };
		pid[i] = child_start(what[i], &job[i]);
		ASSERT_LT(0, pid[i]);
	}
	for (end = time(NULL) + ROUND_SECONDS / 2; time(NULL) < end;)
		ASSERT_EQ(0, account_take(&self->account, 200));
	self->shared->sleeps++;
	EXPECT_EQ(0, power_cycle());
	self->shared->sleeps++;
	for (end = time(NULL) + ROUND_SECONDS / 2; time(NULL) < end;)
		ASSERT_EQ(0, account_take(&self->account, 200));
	self->shared->stop = true;
	for (i = 0; i < 6; i++)
		EXPECT_EQ(0, child_end(pid[i]));
}

static void balance(struct __test_metadata *_metadata, FIXTURE_DATA(soak) * self)
{
	struct account *account = &self->account;
	struct events events;
	struct stats stats;

	ASSERT_EQ(0, account_settle(account));
	ASSERT_EQ(0, stats_get(&self->engine.nl, &stats));
	/* A look may be told of in between. */
	EXPECT_LE(account->next, stats.ring_next);
	EXPECT_EQ(0, account->missing);
	EXPECT_EQ(account->next - account->first, account->heard + account->folded);
	EXPECT_EQ(0, stats.queue_lost);
	ASSERT_EQ(0, engine_events(&self->engine, &events));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_PCR_DRIFT, 0));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_HOOK_DEAD, 0));
	events_free(&events);
	self->heard += account->heard;
	self->fetched += account->fetched;
	self->folded += account->folded;
}

static void go_round(struct __test_metadata *_metadata, FIXTURE_DATA(soak) * self)
{
	ASSERT_EQ(NULL, engine_reload(PARAMETERS));
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	ASSERT_EQ(0, account_open(&self->account, BUFFER));
	run_all(_metadata, self);
	EXPECT_STREQ("", engine_differ(&self->engine, 0));
	balance(_metadata, self);
	account_close(&self->account);
	engine_close(&self->engine);
	ASSERT_EQ(0, kmod_unload());
	self->rounds++;
}

TEST_F_TIMEOUT(soak, nothing_is_lost_and_nothing_left, TEST_TIMEOUT_TOLD)
{
	time_t end = time(NULL) + (time_t)parameter("SOAK_TIME", SECONDS_DEFAULT);

	while (time(NULL) < end || self->rounds <= WARM_UP) {
		if (self->rounds == WARM_UP)
			memory_measure(&self->before);
		go_round(_metadata, self);
		printf("# round %u, %ld s left\n", self->rounds, (long)(end - time(NULL)));
		fflush(stdout);
	}
	memory_measure(&self->after);
	TH_LOG("%u rounds: %u extends and resets, %u snapshots, %u baselines, %u readers, %u chips",
	       self->rounds, self->shared->extends, self->shared->snapshots,
	       self->shared->baselines, self->shared->readers, self->shared->chips);
	TH_LOG("%u snapshots were refused while the machine slept, %u commands not answered in "
	       "time",
	       self->shared->refused, self->shared->late);
	TH_LOG("events: %llu heard, %llu of these from the ring; %llu folded", self->heard,
	       self->fetched, self->folded);
	TH_LOG("%s", memory_text(&self->before, &self->after));
	EXPECT_STREQ("", memory_grown(&self->before, &self->after));
	EXPECT_EQ(NULL, engine_reload(""));
}

static const char *prepare(void)
{
	if (access("/dev/tpmrm0", F_OK))
		return "needs a TPM 2.0";
	return need_power() ? need_power() : need_vtpm();
}

TEST_MAIN(prepare);
