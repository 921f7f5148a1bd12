// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * drtmond whole, with a kernel made of functions: what it stores and counts
 * over restarts, overruns, and modules that come and go.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fake/head.h"
#include "tests/fake/tree.h"

#include "daemon/daemon.h"
#include "lib/history.h"
#include "tests/fake/kernel.h"
#include "tests/fake/loop.h"

#define DEADLINE_MS 60000
/* A storm while the disk stalls, and what the module's ring then holds of it. */
#define STORM	   100000u
#define STORM_STEP 500u
#define RING	   1500u
#define STEP_US	   5000

/* What happens, one after the other: each is called until it returns true. */
typedef bool step(void);

static struct {
	step *const *steps;
	unsigned int waited;
	bool late;
	bool begun;
	char rows[65536];
} run;

static char *path(const char *name)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s/%s", tree, name);
	return text;
}

static int on_row(void *ctx, const struct drtmon_history_event *event)
{
	size_t n = strlen(run.rows);

	if (event->last)
		snprintf(run.rows + n, sizeof(run.rows) - n, "%llx:[%llu-%llu] ",
			 (unsigned long long)event->load_id, (unsigned long long)event->seq,
			 (unsigned long long)event->last);
	else
		snprintf(run.rows + n, sizeof(run.rows) - n, "%llx:%llu ",
			 (unsigned long long)event->load_id, (unsigned long long)event->seq);
	return 0;
}

static const char *rows(void)
{
	const struct drtmon_history_query query = { 0, 0, on_row, NULL };

	run.rows[0] = '\0';
	drtmon_history_read(path("history.db"), &query, NULL);
	return run.rows;
}

static int on_step(sd_event_source *source, uint64_t usec, void *ctx)
{
	sd_event *loop = sd_event_source_get_event(source);

	if (!run.begun)
		fake_watch(loop);
	run.begun = true;
	while (*run.steps && (*run.steps)()) {
		run.steps++;
		run.waited = 0;
		fake_wake();
	}
	run.late = ++run.waited > DEADLINE_MS * 1000 / STEP_US;
	if (!*run.steps || run.late)
		return sd_event_exit(loop, 0);
	sd_event_source_set_time_relative(source, STEP_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* What ran in here counts for coverage too, though nothing of cmocka's is to run at its end. */
static void counts_keep(void)
{
#ifdef DRTMON_COV
	extern void __gcov_dump(void);

	__gcov_dump();
#endif
}

/* The daemon in a process of its own, as it would be. */
static void play(step *const *steps)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct daemon_options options = { .problems = json_array() };
		struct drtmon_err err = { 0 };
		sd_event *loop;
		int ret;

		run.steps = steps;
		setenv("STATE_DIRECTORY", tree, 1);
		setenv("RUNTIME_DIRECTORY", tree, 1);
		if (!freopen(path("entries"), "a", stderr))
			_exit(3);
		setlinebuf(stderr);
		config_init(&options.config);
		drtmon_policy_init(&options.policy);
		if (sd_event_default(&loop) < 0 ||
		    sd_event_add_time_relative(loop, NULL, CLOCK_MONOTONIC, STEP_US, 1, on_step,
					       NULL) < 0)
			_exit(4);
		ret = daemon_run(&options, &err);
		counts_keep();
		_exit(ret ? 5 : run.late ? 6 : 0);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

static const char *file(const char *name)
{
	static char text[1 << 20];
	FILE *in = fopen(path(name), "r");
	size_t n = in ? fread(text, 1, sizeof(text) - 1, in) : 0;

	text[n] = '\0';
	if (in)
		fclose(in);
	return text;
}

static unsigned int entries(const char *what)
{
	const char *at = file("entries");
	unsigned int n = 0;

	for (; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static atomic_bool disk_stalls;
static atomic_uint disk_waits;

/*
 * What sqlite writes with: as a disk that does not answer, it keeps whoever
 * writes for as long as it takes.
 */
ssize_t pwrite64(int fd, const void *data, size_t len, off64_t offset)
{
	if (disk_stalls)
		disk_waits++;
	while (disk_stalls)
		usleep(1000);
	return syscall(SYS_pwrite64, fd, data, len, offset);
}

static bool three(void)
{
	fake_events(3);
	return true;
}

static bool two(void)
{
	fake_events(2);
	return true;
}

static bool unload(void)
{
	fake_unload();
	return true;
}

static bool load(void)
{
	fake_load();
	return true;
}

static bool stored_3(void)
{
	return !strcmp(rows(), "1111:1 1111:2 1111:3 ");
}

static bool stored_5(void)
{
	return !strcmp(rows(), "1111:1 1111:2 1111:3 1111:4 1111:5 ");
}

static bool stored_loads(void)
{
	return !strcmp(rows(), "1111:1 1111:2 1111:3 1112:1 1112:2 ");
}

static bool stored_new(void)
{
	return !strcmp(rows(), "1112:1 1112:2 ");
}

static bool counted_3(void)
{
	return strstr(file("drtmon.prom"),
		      "drtmon_events_total{kind=\"pcr-extend\",severity=\"notice\"} 3\n");
}

static bool counted_2(void)
{
	return strstr(file("drtmon.prom"),
		      "drtmon_events_total{kind=\"pcr-extend\",severity=\"notice\"} 2\n");
}

/* A socket that holds three, and twenty events. */
static bool overrun(void)
{
	fake.room = 3;
	fake_events(20);
	return true;
}

static bool stored_20(void)
{
	return strstr(rows(), "1111:20 ") && !strchr(rows(), '[');
}

static bool overrun_and_fold(void)
{
	fake.room = 3;
	fake_events(20);
	fake_fold(11);
	return true;
}

static bool stored_gap(void)
{
	return strstr(rows(), "1111:1 1111:2 1111:3 1111:[4-10] 1111:11 ") &&
	       strstr(rows(), "1111:20 ");
}

static bool stall(void)
{
	disk_stalls = true;
	return three();
}

static bool waits(void)
{
	return disk_waits;
}

static bool storm(void)
{
	fake_events(STORM_STEP);
	if (fake.next > RING)
		fake_fold(fake.next - RING);
	fake_wake();
	return fake.next > STORM;
}

/* It hears all of it while the disk stalls; the first three are of the run before. */
static bool storm_counted(void)
{
	char line[128];

	snprintf(line, sizeof(line),
		 "drtmon_events_total{kind=\"pcr-extend\",severity=\"notice\"} %llu\n",
		 (unsigned long long)fake.next - 1 - 3);
	return strstr(file("drtmon.prom"), line);
}

static bool answers(void)
{
	disk_stalls = false;
	return true;
}

/* Where the rows end, and what they are. */
struct told {
	bool torn; /* a row does not begin where the one before it ended */
	uint64_t next;
	uint64_t events;
	uint64_t gone;
};

static int on_told(void *ctx, const struct drtmon_history_event *event)
{
	struct told *told = ctx;

	told->torn |= event->seq != told->next;
	told->next = (event->last ? event->last : event->seq) + 1;
	told->gone += event->last ? event->last - event->seq + 1 : 0;
	told->events += !event->last;
	return 0;
}

static struct told told(void)
{
	struct told told = { .next = 1 };
	const struct drtmon_history_query query = { 0, 0, on_told, &told };

	drtmon_history_read(path("history.db"), &query, NULL);
	return told;
}

static bool stored_storm(void)
{
	return told().next == fake.next;
}

static int setup(void **state)
{
	disk_stalls = false;
	disk_waits = 0;
	fake_reset();
	memset(&run, 0, sizeof(run));
	return tree_setup(state);
}

static void test_live(void **state)
{
	static step *const steps[] = { three, stored_3, counted_3, two, stored_5, NULL };

	play(steps);
	assert_int_equal(entries("pcr-extend"), 5);
	assert_true(stored_5());
	/* Nobody watches any more, so nobody is told numbers. */
	assert_int_equal(access(path("drtmon.prom"), F_OK), -1);
}

/* What the ring held at the start comes first, and only once over two runs. */
static void test_restart(void **state)
{
	static step *const first[] = { stored_3, counted_3, NULL };
	static step *const second[] = { two, stored_5, counted_2, NULL };

	fake_events(3);
	play(first);
	play(second);
	assert_int_equal(entries("pcr-extend"), 5);
}

/* How far the journal is written was forgotten: the history knows. */
static void test_restart_without_place(void **state)
{
	static step *const first[] = { stored_3, NULL };
	static step *const second[] = { two, stored_5, NULL };

	fake_events(3);
	play(first);
	unlink(path("journal.place"));
	play(second);
	assert_int_equal(entries("pcr-extend"), 5);
}

/* The history was lost: it is filled again, the journal is not. */
static void test_restart_without_history(void **state)
{
	static step *const first[] = { stored_3, NULL };

	fake_events(3);
	play(first);
	tree_drop("/history.db");
	tree_drop("/history.db-wal");
	tree_drop("/history.db-shm");
	play(first);
	assert_int_equal(entries("pcr-extend"), 3);
}

/* The disk held the history for neither run: the journal is not written twice for it. */
static void test_restart_nowhere(void **state)
{
	static step *const first[] = { counted_3, NULL };
	static step *const second[] = { two, counted_2, NULL };

	tree_text("/history.db/in-its-place", "");
	fake_events(3);
	play(first);
	play(second);
	assert_int_equal(entries("pcr-extend"), 5);
}

static void test_reload(void **state)
{
	static step *const steps[] = { three, stored_3, unload, load, two, stored_loads, NULL };

	play(steps);
	assert_int_equal(entries("the drtmon module was unloaded"), 1);
	assert_int_equal(entries("a drtmon module was loaded"), 1);
	assert_int_equal(entries("pcr-extend"), 5);
}

static void test_absent(void **state)
{
	static step *const steps[] = { load, two, stored_new, NULL };

	fake.loaded = false;
	play(steps);
	assert_int_equal(entries("the drtmon module is not loaded: waiting for it"), 1);
	assert_int_equal(entries("pcr-extend"), 2);
}

static void test_overrun(void **state)
{
	static step *const steps[] = { overrun, stored_20, NULL };

	play(steps);
	assert_int_equal(entries("pcr-extend"), 20);
}

static void test_overrun_beyond_ring(void **state)
{
	static step *const steps[] = { overrun_and_fold, stored_gap, NULL };

	play(steps);
	assert_int_equal(entries("events-lost: events 4 to 10 are gone"), 1);
	assert_int_equal(entries("pcr-extend"), 13);
}

/* Where it may write nothing it watches all the same. */
static void test_nowhere(void **state)
{
	static step *const steps[] = { three, counted_3, NULL };

	tree_text("/history.db/in-its-place", "");
	play(steps);
	assert_int_equal(entries("pcr-extend"), 3);
	assert_int_equal(entries("history.db"), 1);
}

/*
 * 100,000 events while the disk stalls: the stream goes on, all that the ring
 * still holds is stored once and in order, and the rest is a gap.
 */
static void test_stalled_disk(void **state)
{
	static step *const first[] = { stored_3, NULL };
	static step *const steps[] = { stall,	waits,	      storm, storm_counted,
				       answers, stored_storm, NULL };
	struct told end;

	fake_events(3);
	play(first);
	play(steps);
	end = told();
	assert_false(end.torn);
	assert_true(end.next > STORM);
	assert_int_equal(end.events + end.gone, end.next - 1);
	assert_true(end.events >= RING);
	assert_true(end.gone > STORM / 2);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_live),
		T(test_restart),
		T(test_restart_without_place),
		T(test_restart_without_history),
		T(test_restart_nowhere),
		T(test_reload),
		T(test_absent),
		T(test_overrun),
		T(test_overrun_beyond_ring),
		T(test_stalled_disk),
		T(test_nowhere),
	};

	return cmocka_run_group_tests_name("daemon", tests, NULL, NULL);
}
