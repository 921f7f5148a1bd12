/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_CURSOR_H
#define DRTMON_LIB_LOG_CURSOR_H

#include <stdbool.h>

#include "lib/err.h"
#include "lib/log/replay.h"

#define DRTMON_CURSOR_BANKS DRTMON_PCRS_BANKS

/**
 * enum drtmon_cursor_change - what happened to the list since last time
 * @DRTMON_CURSOR_NEW: there was no last time
 * @DRTMON_CURSOR_GROWN: entries were added, or none
 * @DRTMON_CURSOR_REPLACED: another boot's, by two boot ids that are known: read
 *	from its start
 * @DRTMON_CURSOR_REWOUND: shorter, or with another entry where the cursor
 *	stood, and nothing says that it is another boot's: read from its start
 */
enum drtmon_cursor_change {
	DRTMON_CURSOR_NEW,
	DRTMON_CURSOR_GROWN,
	DRTMON_CURSOR_REPLACED,
	DRTMON_CURSOR_REWOUND,
};

/**
 * struct drtmon_cursor_news - what an update found
 * @change: see enum drtmon_cursor_change
 * @bad: new entries whose template digest is not that of their data
 * @problem: the first DRTMON_LOG_PROBLEMS of them
 * @rest: bytes behind the last good entry are no entry, or not a whole one yet
 * @rest_at: where they begin
 * @rest_what: what is wrong with them
 */
struct drtmon_cursor_news {
	enum drtmon_cursor_change change;
	unsigned int bad;
	struct drtmon_log_problem problem[DRTMON_LOG_PROBLEMS];
	bool rest;
	uint64_t rest_at;
	char rest_what[160];
};

/**
 * struct drtmon_cursor - how far an IMA list was replayed, and to what
 * @valid: the rest means something
 * @count: entries replayed
 * @bad: of those, whose template digest was not that of their data
 * @offset: bytes they take
 * @last: offset of the last one
 * @last_digest: its template digest, to know it again
 * @boot_id: kernel.random.boot_id of that boot, empty where it is not known
 * @pcr: PCR IMA extends
 * @n_banks: used elements of @alg and @value
 * @alg: TPM_ALG_ID of each bank
 * @value: its value after @count entries
 * @padded: the same as a kernel without the bank's hash extends it, see
 *	drtmon_cursor_value(); @value where there is no such rule
 *
 * Plain data; drtmon_cursor_save() keeps it.
 */
struct drtmon_cursor {
	int valid;
	uint64_t count;
	uint64_t bad;
	uint64_t offset;
	uint64_t last;
	uint8_t last_digest[DRTMON_ALG_DIGEST_MAX];
	char boot_id[40];
	uint32_t pcr;
	uint32_t n_banks;
	uint16_t alg[DRTMON_CURSOR_BANKS];
	uint8_t value[DRTMON_CURSOR_BANKS][DRTMON_ALG_DIGEST_MAX];
	uint8_t padded[DRTMON_CURSOR_BANKS][DRTMON_ALG_DIGEST_MAX];
};

/**
 * drtmon_cursor_update() - replay what is new in a binary IMA list
 * @cursor: all zero for the first time; moved to the end of the list
 * @path: list; its kernel file or a copy
 * @boot_id: of the boot the list is of, or NULL
 * @args: how to replay; its banks are used when the list is read from its
 *	start, and where it has none, those @cursor has
 * @news: filled
 * @err: why it failed; @cursor is then as it was
 *
 * Only the last known entry is read again, to know the list by it: a copy is
 * a new file each time. What is behind the last good entry is told in @news
 * and left for the next time: an entry that is being written looks like one
 * that is malformed. An entry whose template digest is not that of its data is
 * extended as it is logged, like the TPM did, and counted.
 *
 * Return: number of new entries, or a negative errno: -EBADMSG when not all
 * entries are of one PCR, -ENOTSUP when a bank's hash is not to be had.
 */
int64_t drtmon_cursor_update(struct drtmon_cursor *cursor, const char *path, const char *boot_id,
			     const struct drtmon_replay_args *args, struct drtmon_cursor_news *news,
			     struct drtmon_err *err);

/**
 * drtmon_cursor_value() - one bank's value
 * @cursor: cursor with entries
 * @bank: index into @cursor->alg
 * @expect: values of a TPM, or NULL
 * @padded: set: only zero-padded SHA-1 makes the value expected, and it is
 *	that one
 *
 * Return: a digest inside @cursor.
 */
const uint8_t *drtmon_cursor_value(const struct drtmon_cursor *cursor, unsigned int bank,
				   const struct drtmon_pcrs *expect, bool *padded);

/**
 * drtmon_cursor_load() - read a cursor back
 * @cursor: filled; all zero when there is no such file
 * @path: file
 * @err: what is wrong with it
 *
 * Return: 0 or a negative errno; -EBADMSG when the file is no cursor.
 */
int drtmon_cursor_load(struct drtmon_cursor *cursor, const char *path, struct drtmon_err *err);

/**
 * drtmon_cursor_save() - keep a cursor for the next time
 * @cursor: cursor
 * @path: file, written whole or not at all, for its owner only
 * @err: what failed
 *
 * The values in it are believed the next time: whoever can write the file can
 * make a replay come out wrong.
 *
 * Return: 0 or a negative errno.
 */
int drtmon_cursor_save(const struct drtmon_cursor *cursor, const char *path,
		       struct drtmon_err *err);

/**
 * drtmon_cursor_change_name() - "new", "grown", "replaced", "rewound"
 * @change: any value
 *
 * Return: a constant string.
 */
const char *drtmon_cursor_change_name(enum drtmon_cursor_change change);

#endif
