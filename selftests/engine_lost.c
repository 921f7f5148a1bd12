// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * More commands than the hook's queue holds, while its worker is kept from
 * running: what is lost is told to the last one, and the shadow recovers.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "vtpm.h"

#define EXTENDS	   400
#define WORKER_CPU 1

FIXTURE(lost)
{
	struct engine engine;
	struct vtpm vtpm;
	struct event event;
};

FIXTURE_SETUP(lost)
{
	struct chip chip;

	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	ASSERT_EQ(0, vtpm_start(&self->vtpm, VTPM_GOOD));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_CHIP_ADD, self->vtpm.number,
				 &self->event));
	ASSERT_EQ(0, chip_get(&self->engine.nl, self->vtpm.number, &chip));
}

FIXTURE_TEARDOWN(lost)
{
	vtpm_stop(&self->vtpm);
	engine_close(&self->engine);
}

static volatile bool spin;

static void *occupy(void *arg)
{
	/* An emulator with one thread for all processors then turns to the other one. */
	while (spin)
		__builtin_ia32_pause();
	return NULL;
}

/* The worker may run on this processor alone, and gets no chance there. */
static int start_spinner(pthread_t *thread)
{
	struct sched_param param = { .sched_priority = 1 };
	pthread_attr_t attr;
	cpu_set_t cpus;
	int ret;

	CPU_ZERO(&cpus);
	CPU_SET(WORKER_CPU, &cpus);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
	pthread_attr_setschedparam(&attr, &param);
	ret = pthread_create(thread, &attr, occupy, NULL);
	pthread_attr_destroy(&attr);
	return ret;
}

static int stay_off(pthread_t thread)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(!WORKER_CPU, &cpus);
	return pthread_setaffinity_np(thread, sizeof(cpus), &cpus);
}

static int extend_unattended(FIXTURE_DATA(lost) * self, int fd)
{
	pthread_t spinner;
	struct tpm_msg cmd;
	int i, ret;

	spin = true;
	ret = stay_off(pthread_self()) || stay_off(self->vtpm.thread) || start_spinner(&spinner);
	if (ret)
		return -EPERM;
	for (i = 0; i < EXTENDS && !ret; i++) {
		tpm_extend(&cmd, i % 16, vtpm_alg, VTPM_BANKS, i);
		ret = tpm_rc(fd, &cmd);
		/* The core waits three quarters of a second; a busy machine may need more. */
		if (ret == -ETIME)
			ret = 0;
	}
	spin = false;
	pthread_join(spinner, NULL);
	return ret;
}

static bool no_longer_stale(void *arg)
{
	FIXTURE_DATA(lost) *self = arg;
	static struct pcr_banks pcrs;
	const struct pcr_bank *bank;

	if (pcr_read(&self->engine.nl, false, &pcrs))
		return false;
	bank = pcr_bank_find(&pcrs, self->vtpm.number, vtpm_alg[0]);
	return bank && bank->pcr[0].state == DRTMON_PCR_STATE_SHADOWED;
}

TEST_F(lost, are_counted_and_the_shadow_recovers)
{
	struct events events;
	struct stats stats;
	__u64 lost = 0;
	size_t i;
	int fd;

	fd = tpm_open(self->vtpm.name, 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, extend_unattended(self, fd));
	close(fd);
	ASSERT_EQ(0, stats_get(&self->engine.nl, &stats));
	ASSERT_LT(0, stats.queue_lost) TH_LOG("the worker ran after all");
	ASSERT_EQ(0, engine_wait_any(&self->engine, DRTMON_EVENT_KIND_EVENTS_LOST, &self->event));
	ASSERT_EQ(0, engine_until(no_longer_stale, self));
	EXPECT_STREQ("", engine_differ(&self->engine, self->vtpm.number));

	ASSERT_EQ(0, engine_events(&self->engine, &events));
	for (i = 0; i < events.count; i++)
		if (events.event[i].kind == DRTMON_EVENT_KIND_EVENTS_LOST)
			lost += events.event[i].count;
	EXPECT_EQ(stats.queue_lost, lost);
	EXPECT_EQ(EXTENDS - lost,
		  engine_count(&events, DRTMON_EVENT_KIND_PCR_EXTEND, self->vtpm.number) +
			  engine_count(&events, DRTMON_EVENT_KIND_TPM_ERROR, self->vtpm.number));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_PCR_DRIFT, self->vtpm.number));
	events_free(&events);
}

/* There is no interval: nothing but the failed look itself brings about another. */
TEST_F(lost, are_read_again_until_that_succeeds)
{
	struct stats before, stats;
	struct chip chip;
	int fd;

	fd = tpm_open(self->vtpm.name, 0);
	ASSERT_LE(0, fd);
	self->vtpm.mode = VTPM_READ_WRONG_SIZE;
	ASSERT_EQ(0, stats_get(&self->engine.nl, &before));
	ASSERT_EQ(0, extend_unattended(self, fd));
	close(fd);
	ASSERT_EQ(0, stats_get(&self->engine.nl, &stats));
	ASSERT_LT(before.queue_lost, stats.queue_lost) TH_LOG("the worker ran after all");
	/* Of a look, not of a command that a busy machine answered too late. */
	do {
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_TPM_ERROR,
					 self->vtpm.number, &self->event));
	} while (self->event.command);
	ASSERT_EQ(0, chip_get(&self->engine.nl, self->vtpm.number, &chip));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_FAILED, chip.snapshot.state);
	self->vtpm.mode = VTPM_GOOD;
	ASSERT_EQ(0, engine_until(no_longer_stale, self));
	EXPECT_STREQ("", engine_differ(&self->engine, self->vtpm.number));
}

static int put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	int ret;

	if (!file)
		return -errno;
	ret = fputs(text, file) < 0;
	return fclose(file) || ret ? -EIO : 0;
}

/* What gives others a twentieth of each second since 6.12, whatever sched_rt_runtime_us says. */
static int stop_fair_server(void)
{
	static const char path[] = "/sys/kernel/debug/sched/fair_server/cpu1/runtime";

	return access(path, F_OK) ? 0 : put(path, "0\n");
}

/*
 * Workers of what is loaded from here on are bound to one processor, and
 * whoever occupies that may have all of it: otherwise the scheduler would let
 * others have a twentieth of each second.
 */
static const char *prepare(void)
{
	const char *why;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return "needs two processors";
	why = need_vtpm();
	if (why)
		return why;
	if (put("/sys/devices/virtual/workqueue/cpumask", "2\n") ||
	    put("/proc/sys/kernel/sched_rt_runtime_us", "-1\n") || stop_fair_server())
		return "cannot keep a worker from running";
	return engine_reload("reconcile_seconds=0");
}

TEST_MAIN(prepare);
