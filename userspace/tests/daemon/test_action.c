// SPDX-License-Identifier: GPL-2.0-or-later
/* Alert commands that work, fail, hang, fork and flood. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/fake/head.h"
#include "tests/fake/tree.h"

#include "daemon/action.h"

#define DEADLINE_US 60000000

static sd_event *loop;
static struct action *action;
static char said[4096];

static void on_note(void *ctx, uint32_t severity, const char *word, const char *text)
{
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s: %s\n", word, text);
}

static int setup(void **state)
{
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, NULL);
	said[0] = '\0';
	return tree_setup(state) || sd_event_new(&loop) < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	action_stop(action);
	action = NULL;
	loop = sd_event_unref(loop);
	return tree_teardown(state);
}

static void start(const char *script, uint64_t timeout, uint64_t burst)
{
	static char command[512];
	struct action_config config = {
		.command = command,
		.severity = DRTMON_SEVERITY_WARNING,
		.timeout = timeout,
		.burst = burst,
		.interval = 3600,
		.note = on_note,
	};

	if (script[0] == '/') {
		snprintf(command, sizeof(command), "%s", script);
	} else {
		tree_text("/script", script);
		snprintf(command, sizeof(command), "/bin/sh %s/script %s", tree, tree);
	}
	assert_int_equal(action_start(&action, loop, &config), 0);
}

static void alert(uint64_t seq, uint32_t severity)
{
	struct drtmon_judgement judgement = { .severity = severity, .reason = "because" };
	struct drtmon_event event = {
		.have = 1ull << DRTMON_A_EVENT_SEQ | 1ull << DRTMON_A_EVENT_KIND |
			1ull << DRTMON_A_EVENT_PCR | 1ull << DRTMON_A_EVENT_COMM |
			1ull << DRTMON_A_EVENT_PID,
		.seq = seq,
		.kind = DRTMON_EVENT_KIND_PCR_MISMATCH,
		.pcr = 7,
		.comm = "a name\nwith \"quotes\"",
		.pid = 42,
	};
	struct item *item = item_event(&event, &judgement, 1);

	action_event(action, item);
	item_unref(item);
}

static void run_until(const uint64_t *counter, uint64_t value)
{
	while (*counter < value)
		assert_true(sd_event_run(loop, DEADLINE_US) > 0);
	assert_int_equal(*counter, value);
}

static char text[65536];

static const char *file(const char *name)
{
	char path[256];
	FILE *in;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", tree, name);
	in = fopen(path, "r");
	if (!in)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

static bool alive(const char *name)
{
	const char *pid = file(name);

	return pid && !kill(atoi(pid), 0);
}

static void test_event(void **state)
{
	json_t *event;

	start("cat >$1/in; env >$1/env\n", 30, 10);
	alert(5, DRTMON_SEVERITY_CRITICAL);
	run_until(&action_stats(action)->ok, 1);
	event = json_loads(file("in"), 0, NULL);
	assert_non_null(event);
	assert_int_equal(json_integer_value(json_object_get(event, "seq")), 5);
	json_decref(event);
	assert_non_null(strstr(file("env"), "DRTMON_KIND=pcr-mismatch\n"));
	assert_non_null(strstr(text, "DRTMON_PCR=7\n"));
	assert_non_null(strstr(text, "DRTMON_PROCESS_PID=42\n"));
	assert_non_null(strstr(text, "DRTMON_PROCESS_COMM=a name\nwith \"quotes\"\n"));
	assert_non_null(strstr(text, "DRTMON_POLICY_REASON=because\n"));
	assert_non_null(strstr(text, "DRTMON_EVENT={"));
	assert_non_null(strstr(text, "DRTMON_SUPPRESSED=0\n"));
	assert_string_equal(said, "");
}

static void test_severity(void **state)
{
	start("echo >>$1/ran\n", 30, 10);
	alert(1, DRTMON_SEVERITY_NOTICE);
	alert(2, DRTMON_SEVERITY_WARNING);
	run_until(&action_stats(action)->ok, 1);
	assert_string_equal(file("ran"), "\n");
}

static void test_fails(void **state)
{
	start("exit 3\n", 30, 10);
	alert(1, DRTMON_SEVERITY_WARNING);
	run_until(&action_stats(action)->failed, 1);
	assert_string_equal(said, "alert-failed: the alert command /bin/sh ended with status 3\n");
}

static void test_missing(void **state)
{
	start("/nonexistent/program", 30, 10);
	alert(1, DRTMON_SEVERITY_WARNING);
	alert(2, DRTMON_SEVERITY_WARNING);
	assert_int_equal(action_stats(action)->failed, 2);
	assert_non_null(strstr(said, "cannot be run: No such file or directory"));
}

/* It hangs, and so does what it started, deaf to all but SIGKILL. */
static void test_hangs(void **state)
{
	start("trap '' TERM INT; sh -c 'trap \"\" TERM; echo $$ >'$1'/child; sleep 1000' &\n"
	      "echo $$ >>$1/pid; sleep 1000\n",
	      1, 10);
	alert(1, DRTMON_SEVERITY_WARNING);
	alert(2, DRTMON_SEVERITY_WARNING);
	run_until(&action_stats(action)->timeout, 1);
	assert_non_null(strstr(said, "took longer than 1 s and was killed"));
	assert_non_null(file("child"));
	assert_false(alive("pid"));
	/* The next one has its turn. */
	run_until(&action_stats(action)->timeout, 2);
}

/* It ends at once and leaves something behind: that goes with it. */
static void test_forks(void **state)
{
	int tries;

	start("(echo $(exec sh -c 'echo $PPID') >$1/child; exec sleep 1000) &\n"
	      "while ! [ -s $1/child ]; do :; done\n",
	      30, 10);
	alert(1, DRTMON_SEVERITY_WARNING);
	run_until(&action_stats(action)->ok, 1);
	/* Killed is not yet reaped: its new parent does that. */
	for (tries = 0; tries < 6000 && alive("child"); tries++) {
		char path[64], status[256] = "";
		FILE *in;

		snprintf(path, sizeof(path), "/proc/%d/stat", atoi(file("child")));
		in = fopen(path, "r");
		if (in && fgets(status, sizeof(status), in) && strstr(status, ") Z "))
			tries = 6000;
		if (in)
			fclose(in);
		usleep(10000);
	}
	assert_true(tries != 6000);
}

static void test_flood(void **state)
{
	uint64_t i;

	start("echo $DRTMON_SEQ $DRTMON_SUPPRESSED >>$1/ran\n", 30, 3);
	for (i = 1; i <= 1000; i++)
		alert(i, DRTMON_SEVERITY_WARNING);
	assert_int_equal(action_stats(action)->suppressed, 997);
	run_until(&action_stats(action)->ok, 3);
	assert_non_null(strstr(said, "alert-suppressed: more than 3 alerts within 3600 s"));
	/* Once. */
	assert_null(strstr(strstr(said, "suppressed") + 1, "suppressed"));
	file("ran");
	assert_int_equal(strncmp(text, "1 0\n2 ", 6), 0);
}

/* The daemon ends while it runs. */
static void test_stop(void **state)
{
	start("echo $$ >>$1/pid; sleep 1000\n", 1000, 10);
	alert(1, DRTMON_SEVERITY_WARNING);
	while (!file("pid") || !text[0])
		usleep(1000);
	action_stop(action);
	action = NULL;
	assert_false(alive("pid"));
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_event), T(test_severity), T(test_fails), T(test_missing),
		T(test_hangs), T(test_forks),	 T(test_flood), T(test_stop),
	};

	return cmocka_run_group_tests_name("action", tests, NULL, NULL);
}
