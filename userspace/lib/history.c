// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The only file that knows sqlite. Rows lie in the order of their load and
 * sequence, never of a clock: clocks are set back. With a write-ahead log a
 * commit survives the end of this process by any signal; after a loss of power
 * the last ones may be missing, but nothing is damaged.
 */
#include "lib/history.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

/* "drtm", so that file(1) and we know it. */
#define APPLICATION 0x6472746d
#define SCHEMA	    1
#define TEXT(x)	    #x
#define STRING(x)   TEXT(x)
/* How long another process, a report perhaps, may hold the database. */
#define PATIENCE_MS 2000
/* Rows that go at a time when the database is too large. */
#define PRUNE_ROWS 2000
#define PRUNE_MAX  100000

enum statement {
	ADD_LOAD,
	FIND_LOAD,
	ADD_EVENT,
	ADD_GAP,
	NEXT,
	NEWEST,
	PRUNE_AGE,
	PRUNE_SIZE,
	PRUNE_GAPS,
	USED,
	STATEMENTS
};

static const char *const sql[STATEMENTS] = {
	[ADD_LOAD] = "INSERT OR IGNORE INTO load(boot_id, load_id) VALUES(?1, ?2)",
	[FIND_LOAD] = "SELECT id FROM load WHERE boot_id = ?1 AND load_id = ?2",
	[ADD_EVENT] = "INSERT OR IGNORE INTO event(load, seq, realtime, severity, json) "
		      "VALUES(?1, ?2, ?3, ?4, ?5)",
	[ADD_GAP] = "INSERT OR IGNORE INTO gap(load, first, last, realtime) VALUES(?1, ?2, ?3, ?4)",
	[NEXT] = "SELECT 1 + max(ifnull((SELECT max(seq) FROM event WHERE load = ?1), 0), "
		 "ifnull((SELECT max(last) FROM gap WHERE load = ?1), 0))",
	[NEWEST] = "SELECT realtime FROM event ORDER BY load DESC, seq DESC LIMIT 1",
	[PRUNE_AGE] = "DELETE FROM event WHERE (load, seq) IN (SELECT load, seq FROM "
		      "(SELECT load, seq, realtime FROM event ORDER BY load, seq LIMIT ?2) "
		      "WHERE realtime < ?1)",
	[PRUNE_SIZE] = "DELETE FROM event WHERE (load, seq) IN "
		       "(SELECT load, seq FROM event ORDER BY load, seq LIMIT ?1)",
	/* The newest load stays: its rows tell where to go on. */
	[PRUNE_GAPS] = "DELETE FROM gap WHERE load < (SELECT max(id) FROM load) AND "
		       "NOT EXISTS (SELECT 1 FROM event WHERE event.load = gap.load)",
	[USED] = "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
		 "pragma_freelist_count, pragma_page_size",
};

static const char schema[] =
	"PRAGMA auto_vacuum = INCREMENTAL;"
	"PRAGMA journal_mode = WAL;"
	"BEGIN IMMEDIATE;"
	"PRAGMA application_id = " STRING(
		APPLICATION) ";"
			     "PRAGMA user_version = " STRING(
				     SCHEMA) ";"
					     "CREATE TABLE IF NOT EXISTS load(id INTEGER PRIMARY "
					     "KEY AUTOINCREMENT, "
					     "  boot_id TEXT NOT NULL, load_id INTEGER NOT NULL, "
					     "UNIQUE(boot_id, load_id));"
					     "CREATE TABLE IF NOT EXISTS event(load INTEGER NOT "
					     "NULL, seq INTEGER NOT NULL, "
					     "  realtime INTEGER NOT NULL, severity INTEGER NOT "
					     "NULL, json TEXT NOT NULL, "
					     "  PRIMARY KEY(load, seq)) WITHOUT ROWID;"
					     "CREATE TABLE IF NOT EXISTS gap(load INTEGER NOT "
					     "NULL, first INTEGER NOT NULL, "
					     "  last INTEGER NOT NULL, realtime INTEGER NOT NULL, "
					     "PRIMARY KEY(load, first)) "
					     "  WITHOUT ROWID;"
					     "COMMIT;";

static const char settings[] = "PRAGMA synchronous = NORMAL;"
			       "PRAGMA cache_size = -1024;"
			       "PRAGMA journal_size_limit = 4194304;"
			       "PRAGMA temp_store = MEMORY;";

struct drtmon_history {
	sqlite3 *db;
	sqlite3_stmt *stmt[STATEMENTS];
	/* The load that was written last, and its number here. */
	char boot_id[DRTMON_HISTORY_BOOT_MAX];
	uint64_t load_id;
	int64_t load;
};

static int history_errno(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CANTOPEN:
		return -EACCES;
	default:
		return -EIO;
	}
}

static int history_fail(struct drtmon_history *history, struct drtmon_err *err)
{
	int code = sqlite3_extended_errcode(history->db);

	return drtmon_err_set(err, history_errno(code), "the history cannot be used: %s",
			      sqlite3_errmsg(history->db));
}

static int history_exec(struct drtmon_history *history, const char *text, struct drtmon_err *err)
{
	return sqlite3_exec(history->db, text, NULL, NULL, NULL) ? history_fail(history, err) : 0;
}

void drtmon_history_close(struct drtmon_history *history)
{
	unsigned int i;

	if (!history)
		return;
	for (i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(history->stmt[i]);
	sqlite3_close(history->db);
	free(history);
}

static int open_file(struct drtmon_history *history, const char *path, int flags,
		     struct drtmon_err *err)
{
	int code = sqlite3_open_v2(path, &history->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (!history->db)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	if (code)
		return drtmon_err_set(err, history_errno(code), "cannot open %s: %s", path,
				      sqlite3_errmsg(history->db));
	sqlite3_busy_timeout(history->db, PATIENCE_MS);
	return 0;
}

/* The first column of the first row; @otherwise when there is none. */
static int history_number(struct drtmon_history *history, const char *text, int64_t *value,
			  struct drtmon_err *err)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(history->db, text, -1, &stmt, NULL) ||
	    sqlite3_step(stmt) != SQLITE_ROW) {
		sqlite3_finalize(stmt);
		return history_fail(history, err);
	}
	*value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return 0;
}

static int check_whole(struct drtmon_history *history, struct drtmon_err *err)
{
	sqlite3_stmt *stmt;
	const char *said;
	int ret = 0;

	if (sqlite3_prepare_v2(history->db, "PRAGMA quick_check(1)", -1, &stmt, NULL) ||
	    sqlite3_step(stmt) != SQLITE_ROW) {
		ret = history_fail(history, err);
	} else {
		said = (const char *)sqlite3_column_text(stmt, 0);
		if (!said || strcmp(said, "ok"))
			ret = drtmon_err_set(err, -EUCLEAN, "the history is damaged: %.300s",
					     said ? said : "it cannot be checked");
	}
	sqlite3_finalize(stmt);
	return ret;
}

/* Whole, and ours: an empty file, or one with our mark and no newer form. */
static int check(struct drtmon_history *history, const char *path, struct drtmon_err *err)
{
	int64_t pages, mark, version;
	int ret = check_whole(history, err);

	if (!ret)
		ret = history_number(history, "PRAGMA page_count", &pages, err);
	if (!ret)
		ret = history_number(history, "PRAGMA application_id", &mark, err);
	if (!ret)
		ret = history_number(history, "PRAGMA user_version", &version, err);
	if (ret || !pages)
		return ret;
	/* Somebody else's data is not damaged, and stays where it is. */
	if (mark != APPLICATION)
		return drtmon_err_set(err, -EMEDIUMTYPE,
				      "%s is a database of another program; name another file",
				      path);
	if (version > SCHEMA)
		return drtmon_err_set(err, -EPROTONOSUPPORT,
				      "%s was written by a newer drtmond; move it away", path);
	return 0;
}

static int prepare(struct drtmon_history *history, struct drtmon_err *err)
{
	unsigned int i;

	for (i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(history->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &history->stmt[i], NULL))
			return history_fail(history, err);
	return 0;
}

static int open_once(struct drtmon_history **out, const char *path, struct drtmon_err *err)
{
	struct drtmon_history *history = calloc(1, sizeof(*history));
	int ret;

	*out = NULL;
	if (!history)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	ret = open_file(history, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	if (!ret)
		ret = check(history, path, err);
	if (!ret)
		ret = history_exec(history, settings, err);
	if (!ret)
		ret = history_exec(history, schema, err);
	if (!ret)
		ret = prepare(history, err);
	if (ret)
		drtmon_history_close(history);
	else
		*out = history;
	return ret;
}

/* Its journals go with it: without them it might be even less. */
static int move_aside(const char *path, char *moved, size_t max, struct drtmon_err *err)
{
	static const char *const parts[] = { "-wal", "-shm", "" };
	char from[4200], to[4200], stamp[32];
	time_t now = time(NULL);
	struct tm tm;
	size_t i;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	if (snprintf(moved, max, "%s.damaged-%s", path, stamp) >= (int)max)
		return drtmon_err_set(err, -ENAMETOOLONG, "the path %s is too long", path);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(from, sizeof(from), "%s%s", path, parts[i]);
		snprintf(to, sizeof(to), "%s%s", moved, parts[i]);
		if (rename(from, to) && errno != ENOENT)
			return drtmon_err_set(err, -errno, "cannot move %s away: %m", from);
	}
	return 0;
}

int drtmon_history_open(struct drtmon_history **history, const char *path, char *moved, size_t max,
			struct drtmon_err *err)
{
	int ret = open_once(history, path, err);

	moved[0] = '\0';
	if (ret != -EUCLEAN)
		return ret;
	ret = move_aside(path, moved, max, err);
	return ret ? ret : open_once(history, path, err);
}

/* Run a statement that was bound to its values; leave it ready for the next. */
static int run(struct drtmon_history *history, enum statement which, int64_t *value,
	       struct drtmon_err *err)
{
	sqlite3_stmt *stmt = history->stmt[which];
	int code = sqlite3_step(stmt), ret = 0;

	if (code == SQLITE_ROW && value)
		*value = sqlite3_column_int64(stmt, 0);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		ret = history_fail(history, err);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	return ret;
}

static void bind_load(struct drtmon_history *history, enum statement which, const char *boot_id,
		      uint64_t load_id)
{
	sqlite3_bind_text(history->stmt[which], 1, boot_id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(history->stmt[which], 2, (int64_t)load_id);
}

int drtmon_history_next(struct drtmon_history *history, const char *boot_id, uint64_t load_id,
			uint64_t *next, struct drtmon_err *err)
{
	int64_t load = 0, value = 1;
	int ret;

	bind_load(history, FIND_LOAD, boot_id, load_id);
	ret = run(history, FIND_LOAD, &load, err);
	if (!ret && load) {
		sqlite3_bind_int64(history->stmt[NEXT], 1, load);
		ret = run(history, NEXT, &value, err);
	}
	*next = (uint64_t)value;
	return ret;
}

int drtmon_history_begin(struct drtmon_history *history, struct drtmon_err *err)
{
	return history_exec(history, "BEGIN IMMEDIATE", err);
}

void drtmon_history_rollback(struct drtmon_history *history)
{
	history->load = 0;
	if (!sqlite3_get_autocommit(history->db))
		sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
}

int drtmon_history_commit(struct drtmon_history *history, struct drtmon_err *err)
{
	int ret = history_exec(history, "COMMIT", err);

	if (ret)
		drtmon_history_rollback(history);
	return ret;
}

static int enter_load(struct drtmon_history *history, const struct drtmon_history_event *event,
		      struct drtmon_err *err)
{
	int ret;

	if (history->load && history->load_id == event->load_id &&
	    !strcmp(history->boot_id, event->boot_id))
		return 0;
	bind_load(history, ADD_LOAD, event->boot_id, event->load_id);
	ret = run(history, ADD_LOAD, NULL, err);
	bind_load(history, FIND_LOAD, event->boot_id, event->load_id);
	if (!ret)
		ret = run(history, FIND_LOAD, &history->load, err);
	history->load_id = event->load_id;
	snprintf(history->boot_id, sizeof(history->boot_id), "%s", event->boot_id);
	return ret;
}

int drtmon_history_add(struct drtmon_history *history, const struct drtmon_history_event *event,
		       struct drtmon_err *err)
{
	enum statement which = event->last ? ADD_GAP : ADD_EVENT;
	sqlite3_stmt *stmt = history->stmt[which];
	int ret = enter_load(history, event, err);

	if (ret)
		return ret;
	sqlite3_bind_int64(stmt, 1, history->load);
	sqlite3_bind_int64(stmt, 2, (int64_t)event->seq);
	if (which == ADD_GAP) {
		sqlite3_bind_int64(stmt, 3, (int64_t)event->last);
		sqlite3_bind_int64(stmt, 4, (int64_t)event->realtime);
	} else {
		sqlite3_bind_int64(stmt, 3, (int64_t)event->realtime);
		sqlite3_bind_int(stmt, 4, (int)event->severity);
		sqlite3_bind_text(stmt, 5, event->json, -1, SQLITE_STATIC);
	}
	return run(history, which, NULL, err);
}

static int64_t prune_age(struct drtmon_history *history, uint64_t age, uint64_t now,
			 struct drtmon_err *err)
{
	int64_t newest = 0, cut;
	int ret = run(history, NEWEST, &newest, err);

	if (ret)
		return ret;
	cut = (newest < (int64_t)now ? newest : (int64_t)now) - (int64_t)age;
	sqlite3_bind_int64(history->stmt[PRUNE_AGE], 1, cut);
	sqlite3_bind_int(history->stmt[PRUNE_AGE], 2, PRUNE_MAX);
	ret = run(history, PRUNE_AGE, NULL, err);
	return ret ? ret : sqlite3_changes(history->db);
}

/* To nine tenths, so that it does not have to be done for each event from then on. */
static int64_t prune_size(struct drtmon_history *history, uint64_t bytes, struct drtmon_err *err)
{
	uint64_t goal = bytes;
	int64_t gone = 0, used = 0;
	int ret = 0;

	while (!ret) {
		ret = run(history, USED, &used, err);
		if (ret || (uint64_t)used <= goal)
			break;
		goal = bytes / 10 * 9;
		sqlite3_bind_int(history->stmt[PRUNE_SIZE], 1, PRUNE_ROWS);
		ret = run(history, PRUNE_SIZE, NULL, err);
		if (!ret && !sqlite3_changes(history->db))
			break;
		gone += ret ? 0 : sqlite3_changes(history->db);
	}
	return ret ? ret : gone;
}

int64_t drtmon_history_prune(struct drtmon_history *history,
			     const struct drtmon_history_limits *limits, uint64_t now,
			     struct drtmon_err *err)
{
	int64_t old = 0, large = 0;
	int ret;

	if (limits->age_ns)
		old = prune_age(history, limits->age_ns, now, err);
	if (old >= 0 && limits->bytes)
		large = prune_size(history, limits->bytes, err);
	if (old < 0 || large < 0)
		return old < 0 ? old : large;
	if (!old && !large)
		return 0;
	ret = run(history, PRUNE_GAPS, NULL, err);
	if (!ret)
		ret = history_exec(history, "PRAGMA incremental_vacuum", err);
	return ret ? ret : old + large;
}

uint64_t drtmon_history_bytes(struct drtmon_history *history)
{
	int64_t used = 0;

	return run(history, USED, &used, NULL) ? 0 : (uint64_t)used;
}

static const char query_sql[] =
	"SELECT boot_id, load_id, seq, 0, realtime, severity, json, load FROM event "
	"JOIN load ON load.id = event.load WHERE realtime >= ?1 AND severity >= ?2 "
	"UNION ALL SELECT boot_id, load_id, first, last, realtime, 2, NULL, load FROM gap "
	"JOIN load ON load.id = gap.load WHERE realtime >= ?1 ORDER BY load, seq";

static int read_row(sqlite3_stmt *stmt, const struct drtmon_history_query *query)
{
	const struct drtmon_history_event event = {
		.boot_id = (const char *)sqlite3_column_text(stmt, 0),
		.load_id = (uint64_t)sqlite3_column_int64(stmt, 1),
		.seq = (uint64_t)sqlite3_column_int64(stmt, 2),
		.last = (uint64_t)sqlite3_column_int64(stmt, 3),
		.realtime = (uint64_t)sqlite3_column_int64(stmt, 4),
		.severity = (uint32_t)sqlite3_column_int(stmt, 5),
		.json = (const char *)sqlite3_column_text(stmt, 6),
	};

	return query->event(query->ctx, &event);
}

static int read_rows(struct drtmon_history *history, const struct drtmon_history_query *query,
		     struct drtmon_err *err)
{
	sqlite3_stmt *stmt;
	int code, ret = 0;

	if (sqlite3_prepare_v2(history->db, query_sql, -1, &stmt, NULL))
		return history_fail(history, err);
	sqlite3_bind_int64(stmt, 1, (int64_t)query->since);
	sqlite3_bind_int(stmt, 2, (int)query->severity);
	do {
		code = sqlite3_step(stmt);
		if (code == SQLITE_ROW)
			ret = read_row(stmt, query);
	} while (code == SQLITE_ROW && !ret);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		ret = history_fail(history, err);
	sqlite3_finalize(stmt);
	return ret;
}

int drtmon_history_read(const char *path, const struct drtmon_history_query *query,
			struct drtmon_err *err)
{
	struct drtmon_history *history;
	int ret;

	if (access(path, R_OK))
		return drtmon_err_set(err, -errno, "cannot read the history %s: %m", path);
	history = calloc(1, sizeof(*history));
	if (!history)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	ret = open_file(history, path, SQLITE_OPEN_READONLY, err);
	if (!ret)
		ret = read_rows(history, query, err);
	drtmon_history_close(history);
	return ret;
}
