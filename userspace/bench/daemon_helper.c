// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * drtmond whole, with a kernel made of functions behind its sockets that makes
 * RATE events a second for SECONDS, each with what an extend really carries.
 * Then it is left alone. Prints what became of them.
 *
 * usage: bench-daemon STATE RUN RATE SECONDS IDLE_SECONDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <systemd/sd-event.h>

#include "daemon/daemon.h"
#include "lib/history.h"
#include "tests/fake/attrs.h"
#include "tests/fake/kernel.h"
#include "tests/fake/loop.h"

#define TICK_US 10000
#define RING	1500

static struct {
	unsigned int rate;
	unsigned int seconds;
	unsigned int idle;
	unsigned int ticks;
	struct rusage before; /* the idle time */
	struct rusage after;
	double cpu;
} bench;

static void fill(struct attrs *attrs)
{
	static const uint8_t value[64] = { 0x5a };
	static const struct {
		uint32_t alg;
		size_t size;
	} banks[] = { { 0x4, 20 }, { 0xb, 32 }, { 0xc, 48 } };
	struct timespec now;
	struct attrs digest;
	size_t i;

	clock_gettime(CLOCK_REALTIME, &now);
	attrs_u64(attrs, DRTMON_A_EVENT_BOOTTIME, 1000000000u);
	attrs_u64(attrs, DRTMON_A_EVENT_REALTIME,
		  (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
	attrs_u32(attrs, DRTMON_A_EVENT_CHIP_ID, 0);
	attrs_str(attrs, DRTMON_A_EVENT_CHIP_NAME, "tpm0");
	attrs_u32(attrs, DRTMON_A_EVENT_PCR, 23);
	for (i = 0; i < 3; i++) {
		digest.len = 0;
		attrs_u32(&digest, DRTMON_A_DIGEST_ALG, banks[i].alg);
		attrs_put(&digest, DRTMON_A_DIGEST_VALUE, value, banks[i].size);
		attrs_nest(attrs, DRTMON_A_EVENT_DIGEST, &digest);
	}
	attrs_u32(attrs, DRTMON_A_EVENT_COMMAND, 0x182);
	attrs_u32(attrs, DRTMON_A_EVENT_RC, 0);
	attrs_u32(attrs, DRTMON_A_EVENT_ORIGIN, DRTMON_ORIGIN_USER);
	attrs_str(attrs, DRTMON_A_EVENT_DEVICE, "tpmrm0");
	attrs_u32(attrs, DRTMON_A_EVENT_PID, 4242);
	attrs_u32(attrs, DRTMON_A_EVENT_UID, 0);
	attrs_str(attrs, DRTMON_A_EVENT_COMM, "tpm2_pcrextend");
	attrs_str(attrs, DRTMON_A_EVENT_EXE, "/usr/bin/tpm2");
}

static int on_end(sd_event_source *source, uint64_t usec, void *ctx)
{
	getrusage(RUSAGE_SELF, &bench.after);
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int on_idle(sd_event_source *source, uint64_t usec, void *ctx)
{
	getrusage(RUSAGE_SELF, &bench.before);
	return sd_event_add_time_relative(sd_event_source_get_event(source), NULL, CLOCK_MONOTONIC,
					  bench.idle * 1000000ull, 1000, on_end, NULL);
}

static double seconds(const struct timeval *tv)
{
	return (double)tv->tv_sec + (double)tv->tv_usec / 1e6;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *ctx)
{
	sd_event *loop = sd_event_source_get_event(source);
	struct rusage usage;

	if (!bench.ticks)
		fake_watch(loop);
	if (bench.ticks++ == bench.seconds * (1000000 / TICK_US)) {
		getrusage(RUSAGE_SELF, &usage);
		bench.cpu = seconds(&usage.ru_utime) + seconds(&usage.ru_stime);
		return sd_event_add_time_relative(loop, NULL, CLOCK_MONOTONIC, 3000000, 1000,
						  on_idle, NULL);
	}
	fake_events(bench.rate / (1000000 / TICK_US));
	/* The module's ring of half a MiB. */
	if (fake.next > RING)
		fake_fold(fake.next - RING);
	fake_wake();
	sd_event_source_set_time(source, usec + TICK_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static unsigned long proc_kb(const char *key)
{
	char line[256];
	unsigned long kb = 0;
	FILE *in = fopen("/proc/self/status", "r");

	while (in && fgets(line, sizeof(line), in))
		if (!strncmp(line, key, strlen(key)))
			kb = strtoul(line + strlen(key) + 1, NULL, 10);
	if (in)
		fclose(in);
	return kb;
}

static uint64_t stored, gaps;

static int on_row(void *ctx, const struct drtmon_history_event *event)
{
	if (event->last)
		gaps += event->last - event->seq + 1;
	else
		stored++;
	return 0;
}

int main(int argc, char **argv)
{
	const struct drtmon_history_query query = { 0, 0, on_row, NULL };
	struct daemon_options options = { .problems = json_array() };
	struct drtmon_err err = { 0 };
	unsigned long rss, anon, peak;
	sd_event *loop;
	int ret;

	if (argc != 6)
		return 2;
	bench.rate = (unsigned int)atoi(argv[3]);
	bench.seconds = (unsigned int)atoi(argv[4]);
	bench.idle = (unsigned int)atoi(argv[5]);
	setenv("STATE_DIRECTORY", argv[1], 1);
	/* Memory, as /run is. */
	setenv("RUNTIME_DIRECTORY", argv[2], 1);
	setenv("WATCHDOG_USEC", "20000000", 1);
	fake_reset();
	fake.fill = fill;
	config_init(&options.config);
	options.config.history_size = 1ull << 30;
	drtmon_policy_init(&options.policy);
	if (sd_event_default(&loop) < 0 ||
	    sd_event_add_time_relative(loop, NULL, CLOCK_MONOTONIC, 500000, 1, on_tick, NULL) < 0)
		return 1;
	ret = daemon_run(&options, &err);
	rss = proc_kb("VmRSS:");
	anon = proc_kb("RssAnon:");
	peak = proc_kb("VmHWM:");
	if (ret || drtmon_history_read(options.config.history_file, &query, &err)) {
		fprintf(stderr, "bench-daemon: %s\n", err.msg);
		return 1;
	}
	printf("{\"made\":%llu,\"stored\":%llu,\"gaps\":%llu,\"cpu\":%.3f,\"rss_kb\":%lu,"
	       "\"anon_kb\":%lu,\"peak_kb\":%lu,\"idle_switches\":%ld}\n",
	       (unsigned long long)fake.next - 1, (unsigned long long)stored,
	       (unsigned long long)gaps, bench.cpu, rss, anon, peak,
	       bench.after.ru_nvcsw - bench.before.ru_nvcsw);
	return 0;
}
