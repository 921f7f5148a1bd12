// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "tests/fake/head.h"
#include "tests/fake/tree.h"

#include "lib/history.h"

#define BOOT "11111111-2222-3333-4444-555555555555"
#define DAY  UINT64_C(86400000000000)
#define NOW  (UINT64_C(20000) * DAY)

static char path[128], moved[256];
static struct drtmon_history *db;
static struct drtmon_err err;

static int setup(void **state)
{
	int ret = tree_setup(state);

	snprintf(path, sizeof(path), "%s/history.db", tree);
	return ret ? ret : drtmon_history_open(&db, path, moved, sizeof(moved), &err);
}

static int teardown(void **state)
{
	drtmon_history_close(db);
	db = NULL;
	return tree_teardown(state);
}

static void reopen(void)
{
	drtmon_history_close(db);
	db = NULL;
	assert_int_equal(drtmon_history_open(&db, path, moved, sizeof(moved), &err), 0);
}

static void add(uint64_t load, uint64_t first, uint64_t last, uint64_t realtime)
{
	struct drtmon_history_event event = {
		.boot_id = BOOT,
		.load_id = load,
		.realtime = realtime,
		.severity = 2,
		.json = "{\"a\":1}",
	};

	assert_int_equal(drtmon_history_begin(db, &err), 0);
	for (event.seq = first; event.seq <= last; event.seq++)
		assert_int_equal(drtmon_history_add(db, &event, &err), 0);
	assert_int_equal(drtmon_history_commit(db, &err), 0);
}

static void gap(uint64_t load, uint64_t first, uint64_t last)
{
	const struct drtmon_history_event event = {
		.boot_id = BOOT,
		.load_id = load,
		.seq = first,
		.last = last,
		.realtime = NOW,
	};

	assert_int_equal(drtmon_history_begin(db, &err), 0);
	assert_int_equal(drtmon_history_add(db, &event, &err), 0);
	assert_int_equal(drtmon_history_commit(db, &err), 0);
}

static uint64_t next(uint64_t load)
{
	uint64_t seq = 0;

	assert_int_equal(drtmon_history_next(db, BOOT, load, &seq, &err), 0);
	return seq;
}

static char heard[65536];

static int on_event(void *ctx, const struct drtmon_history_event *event)
{
	size_t n = strlen(heard);

	assert_string_equal(event->boot_id, BOOT);
	if (event->last)
		snprintf(heard + n, sizeof(heard) - n, "%llu:[%llu-%llu] ",
			 (unsigned long long)event->load_id, (unsigned long long)event->seq,
			 (unsigned long long)event->last);
	else
		snprintf(heard + n, sizeof(heard) - n, "%llu:%llu ",
			 (unsigned long long)event->load_id, (unsigned long long)event->seq);
	return 0;
}

static const char *all(uint64_t since, uint32_t severity)
{
	const struct drtmon_history_query query = { since, severity, on_event, NULL };

	heard[0] = '\0';
	assert_int_equal(drtmon_history_read(path, &query, &err), 0);
	return heard;
}

/* Each sequence of each load once, and in order, whatever the clock says. */
static void test_rows(void **state)
{
	assert_int_equal(next(7), 1);
	add(7, 1, 2, NOW);
	add(7, 2, 3, NOW - DAY);
	gap(7, 4, 9);
	add(7, 10, 10, NOW - 2 * DAY);
	add(8, 1, 1, NOW);
	assert_int_equal(next(7), 11);
	assert_int_equal(next(8), 2);
	assert_int_equal(next(9), 1);
	assert_string_equal(all(0, 0), "7:1 7:2 7:3 7:[4-9] 7:10 8:1 ");
	assert_string_equal(all(0, 3), "7:[4-9] ");
	assert_string_equal(all(NOW, 0), "7:1 7:2 7:[4-9] 8:1 ");
	reopen();
	assert_string_equal(moved, "");
	assert_int_equal(next(7), 11);
}

static void test_rollback(void **state)
{
	const struct drtmon_history_event event = { BOOT, 7, 1, 0, NOW, 0, "{}" };

	assert_int_equal(drtmon_history_begin(db, &err), 0);
	assert_int_equal(drtmon_history_add(db, &event, &err), 0);
	drtmon_history_rollback(db);
	assert_int_equal(next(7), 1);
	add(7, 1, 1, NOW);
	assert_string_equal(all(0, 0), "7:1 ");
}

static void test_prune_age(void **state)
{
	const struct drtmon_history_limits limits = { .age_ns = 10 * DAY };

	add(7, 1, 5, NOW - 30 * DAY);
	gap(7, 6, 8);
	add(8, 1, 2, NOW - 5 * DAY);
	assert_int_equal(drtmon_history_prune(db, &limits, NOW, &err), 5);
	assert_string_equal(all(0, 0), "8:1 8:2 ");
	/* A clock set ahead by years makes nothing old. */
	assert_int_equal(drtmon_history_prune(db, &limits, NOW + 1000 * DAY, &err), 0);
	/* Nor does one that was set back. */
	assert_int_equal(drtmon_history_prune(db, &limits, NOW - 1000 * DAY, &err), 0);
	assert_string_equal(all(0, 0), "8:1 8:2 ");
}

static void test_prune_size(void **state)
{
	const struct drtmon_history_limits limits = { .bytes = 400000 };
	uint64_t before;

	add(7, 1, 30000, NOW);
	before = drtmon_history_bytes(db);
	assert_true(before > limits.bytes);
	assert_true(drtmon_history_prune(db, &limits, NOW, &err) > 0);
	assert_true(drtmon_history_bytes(db) <= limits.bytes);
	/* The oldest went, and it goes on where it was. */
	assert_int_equal(next(7), 30001);
	assert_null(strstr(all(0, 0), "7:1 "));
}

static void damage(off_t at, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, at), (ssize_t)len);
	close(fd);
}

static void test_damaged(void **state)
{
	char junk[4096], old[300];

	memset(junk, 0xa5, sizeof(junk));
	add(7, 1, 2000, NOW);
	drtmon_history_close(db);
	db = NULL;
	damage(0, junk, 512);
	assert_int_equal(drtmon_history_open(&db, path, moved, sizeof(moved), &err), 0);
	assert_non_null(strstr(moved, "/history.db.damaged-"));
	snprintf(old, sizeof(old), "%s", moved);
	assert_int_equal(access(old, F_OK), 0);
	assert_int_equal(next(7), 1);
	add(7, 1, 2, NOW);
	assert_string_equal(all(0, 0), "7:1 7:2 ");
}

/* Damage further in, which no header shows. */
static void test_damaged_inside(void **state)
{
	struct stat st;
	char junk[4096];

	memset(junk, 0xa5, sizeof(junk));
	add(7, 1, 20000, NOW);
	drtmon_history_close(db);
	db = NULL;
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 20 * 4096);
	damage(12 * 4096, junk, sizeof(junk));
	assert_int_equal(drtmon_history_open(&db, path, moved, sizeof(moved), &err), 0);
	assert_non_null(strstr(moved, ".damaged-"));
}

static void test_foreign(void **state)
{
	drtmon_history_close(db);
	db = NULL;
	tree_drop("/history.db");
	tree_text("/history.db",
		  "this is no database, but somebody's letter, and long enough, too");
	assert_int_equal(drtmon_history_open(&db, path, moved, sizeof(moved), &err), 0);
	assert_non_null(strstr(moved, ".damaged-"));
}

static void test_other_program(void **state)
{
	sqlite3 *other;

	drtmon_history_close(db);
	db = NULL;
	tree_drop("/history.db");
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE letters (text)", NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(other);
	assert_int_equal(drtmon_history_open(&db, path, moved, sizeof(moved), &err), -EMEDIUMTYPE);
	assert_string_equal(moved, "");
	assert_int_equal(access(path, F_OK), 0);
}

static void test_empty_file(void **state)
{
	drtmon_history_close(db);
	db = NULL;
	tree_drop("/history.db");
	tree_text("/history.db", "");
	assert_int_equal(drtmon_history_open(&db, path, moved, sizeof(moved), &err), 0);
	assert_string_equal(moved, "");
	add(7, 1, 1, NOW);
}

static void test_absent(void **state)
{
	const struct drtmon_history_query query = { 0, 0, on_event, NULL };
	struct drtmon_history *other;

	assert_int_equal(drtmon_history_read("/nonexistent/db", &query, &err), -ENOENT);
	assert_int_equal(drtmon_history_open(&other, "/nonexistent/db", moved, sizeof(moved), &err),
			 -EACCES);
	assert_null(other);
}

/* Somebody reads while somebody writes. */
static void test_two(void **state)
{
	const struct drtmon_history_event event = { BOOT, 7, 2, 0, NOW, 0, "{}" };

	add(7, 1, 1, NOW);
	assert_int_equal(drtmon_history_begin(db, &err), 0);
	assert_int_equal(drtmon_history_add(db, &event, &err), 0);
	assert_string_equal(all(0, 0), "7:1 ");
	assert_int_equal(drtmon_history_commit(db, &err), 0);
	assert_string_equal(all(0, 0), "7:1 7:2 ");
}

#define H(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		H(test_rows),	    H(test_rollback),	   H(test_prune_age),
		H(test_prune_size), H(test_damaged),	   H(test_damaged_inside),
		H(test_foreign),    H(test_other_program), H(test_empty_file),
		H(test_absent),	    H(test_two),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
