// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The history's end of a feed under every fault a disk can have, and under
 * kill -9: what is left is each sequence once, and gaps where there are gaps.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/fake/head.h"
#include "tests/fake/tree.h"

#include "daemon/archive.h"
#include "daemon/journal.h"

#define LOAD UINT64_C(0xfedcba9876543210)

static char path[128], place[128];
static char said[4096];

static void on_note(void *ctx, uint32_t severity, const char *word, const char *text)
{
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", word);
}

static int setup(void **state)
{
	int ret = tree_setup(state);

	said[0] = '\0';
	snprintf(path, sizeof(path), "%s/history.db", tree);
	snprintf(place, sizeof(place), "%s/place", tree);
	return ret;
}

static void archive_init(struct archive *archive)
{
	*archive = (struct archive){ .path = path, .note = on_note };
}

static struct item *event(uint64_t seq, size_t size)
{
	struct drtmon_judgement judgement = { .severity = 1 };
	struct drtmon_event e = { .have = 1ull << DRTMON_A_EVENT_SEQ | 1ull << DRTMON_A_EVENT_EXE,
				  .seq = seq };

	memset(e.exe, 'x', size < sizeof(e.exe) ? size : sizeof(e.exe) - 1);
	return item_event(&e, &judgement, LOAD);
}

static ssize_t store(struct archive *archive, uint64_t seq, size_t size, struct drtmon_err *err)
{
	struct item *item = event(seq, size);
	ssize_t ret = archive_write(archive, &item, 1, err);

	item_unref(item);
	return ret;
}

static uint64_t row_next, row_wrong;

static int on_row(void *ctx, const struct drtmon_history_event *event)
{
	if (event->seq != row_next)
		row_wrong++;
	row_next = (event->last ? event->last : event->seq) + 1;
	return 0;
}

/* Rows from 1 on, each once, in order: the next sequence. */
static uint64_t contiguous(void)
{
	const struct drtmon_history_query query = { 0, 0, on_row, NULL };

	row_next = 1;
	row_wrong = 0;
	assert_int_equal(drtmon_history_read(path, &query, NULL), 0);
	assert_int_equal(row_wrong, 0);
	return row_next;
}

/* The file turns read-only and back, in one process. */
static void test_read_only_file(void **state)
{
	struct archive archive;
	struct drtmon_err err = { 0 };
	pid_t pid;
	int status;

	archive_init(&archive);
	assert_int_equal(store(&archive, 1, 0, &err), 1);
	archive_close(&archive);
	assert_int_equal(chmod(tree, 0755), 0);
	assert_int_equal(chmod(path, 0444), 0);
	pid = fork();
	if (!pid) {
		if (!geteuid() && setresuid(65534, 65534, 65534))
			_exit(9);
		_exit(store(&archive, 2, 0, &err) < 0 && err.msg[0] ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(store(&archive, 2, 0, &err), 1);
	archive_close(&archive);
	assert_int_equal(contiguous(), 3);
}

/* A limit on file sizes stands in for a full disk: the same write fails. */
static void test_full(void **state)
{
	struct rlimit before, tight;
	struct archive archive;
	struct drtmon_err err = { 0 };
	uint64_t seq = 1;

	signal(SIGXFSZ, SIG_IGN);
	archive_init(&archive);
	assert_int_equal(store(&archive, seq++, 0, &err), 1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = 300000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	while (seq < 10000 && store(&archive, seq, 3000, &err) == 1)
		seq++;
	assert_true(seq < 10000);
	assert_non_null(strstr(err.msg, "the history cannot be used"));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(store(&archive, seq, 3000, &err), 1);
	assert_int_equal(store(&archive, seq + 1, 0, &err), 1);
	archive_close(&archive);
	assert_int_equal(contiguous(), seq + 2);
	assert_string_equal(said, "");
}

/* Damaged while it is open: found, moved aside, said, and on it goes. */
static void test_damaged(void **state)
{
	struct archive archive;
	struct drtmon_err err = { 0 };
	char junk[65536];
	uint64_t seq;
	int fd, tries;

	memset(junk, 0x5a, sizeof(junk));
	archive_init(&archive);
	for (seq = 1; seq <= 2000; seq++)
		assert_int_equal(store(&archive, seq, 3000, &err), 1);
	archive_close(&archive);
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, junk, sizeof(junk), 4096), sizeof(junk));
	close(fd);
	for (tries = 0; tries < 3 && store(&archive, seq, 0, &err) < 0; tries++)
		;
	assert_true(tries < 3);
	assert_string_equal(said, "history-damaged\n");
	assert_int_equal(archive_next(&archive, LOAD), seq + 1);
	archive_close(&archive);
}

struct writer {
	struct feed *journal;
	struct feed *history;
	struct journal book;
	struct archive archive;
};

static ssize_t slow_journal(void *ctx, struct item *const *items, size_t count,
			    struct drtmon_err *err)
{
	return journal_write(ctx, items, count > 3 ? 3 : count, err);
}

/* A daemon without its loop: to be killed at any point. */
static void write_until_killed(int out)
{
	struct writer w = { .book = { .target = JOURNAL_STDOUT } };
	const struct feed_ops journal = { .write = slow_journal, .ctx = &w.book };
	const struct feed_ops history = { .write = archive_write, .ctx = &w.archive };
	int wake = eventfd(0, EFD_NONBLOCK);
	uint64_t seq, from, next;

	/* Whoever was killed before may have left half a line. */
	if (write(out, "\n", 1) != 1)
		_exit(9);
	dup2(out, STDOUT_FILENO);
	archive_init(&w.archive);
	if (archive_open(&w.archive, NULL) || journal_open(&w.book, place, NULL) ||
	    feed_start(&w.journal, &journal, wake) || feed_start(&w.history, &history, wake))
		_exit(9);
	next = archive_next(&w.archive, LOAD);
	from = journal_next(&w.book, LOAD);
	feed_begin(w.journal, LOAD, from ? from : 1, 1);
	feed_begin(w.history, LOAD, next, 1);
	/* The ring has it all, as it were. */
	for (seq = from && from < next ? from : 1;; seq++) {
		struct item *item = event(seq, 50);
		struct feed_stats a, b;

		feed_event(w.journal, item);
		feed_event(w.history, item);
		item_unref(item);
		do {
			feed_stats(w.journal, &a);
			feed_stats(w.history, &b);
		} while (a.queued > 1000 || b.queued > 1000);
	}
}

/* Lines of the journal in the file: next sequence; how many came twice. */
static uint64_t journal_lines(const char *name, unsigned int *twice)
{
	uint64_t next = 1;
	char *line = NULL;
	size_t room = 0;
	FILE *in = fopen(name, "r");

	*twice = 0;
	while (getline(&line, &room, in) > 0) {
		json_t *obj = json_loads(line, 0, NULL);
		uint64_t seq = (uint64_t)json_integer_value(json_object_get(obj, "seq"));

		/* No object: the half of a line, or what ends it. */
		if (obj && seq + 1 == next)
			++*twice;
		else if (obj && seq == next)
			next++;
		else if (obj)
			next = UINT64_MAX;
		json_decref(obj);
	}
	free(line);
	fclose(in);
	return next;
}

static void test_kill(void **state)
{
	unsigned int round, twice;
	uint64_t stored = 1, before;
	char lines[128];
	int out, status;

	snprintf(lines, sizeof(lines), "%s/lines", tree);
	out = open(lines, O_WRONLY | O_CREAT | O_APPEND, 0600);
	srand(1);
	for (round = 0; round < 30; round++) {
		const struct timespec pause = { 0, 1000000 * (20 + rand() % 60) };
		pid_t pid = fork();

		if (!pid)
			write_until_killed(out);
		nanosleep(&pause, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		assert_true(WIFSIGNALED(status));
		if (access(path, F_OK) ||
		    drtmon_history_read(path, &(struct drtmon_history_query){ 0, 3, on_row, NULL },
					NULL))
			continue;
		before = stored;
		stored = contiguous();
		assert_true(stored >= before);
	}
	assert_true(stored > 100);
	assert_true(journal_lines(lines, &twice) > 100);
	assert_true(journal_lines(lines, &twice) != UINT64_MAX);
	/* Between an entry and its note: once for each kill at most. */
	assert_true(twice <= round);
	assert_string_equal(said, "");
	close(out);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_read_only_file),
		T(test_full),
		T(test_damaged),
		T(test_kill),
	};

	return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
