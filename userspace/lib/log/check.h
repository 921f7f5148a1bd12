/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_CHECK_H
#define DRTMON_LIB_LOG_CHECK_H

#include "lib/log/hash.h"
#include "lib/log/log.h"
#include "lib/pcrs.h"

/**
 * enum drtmon_check_result - does a record's digest belong to its data?
 * @DRTMON_CHECK_UNCHECKABLE: nothing in the record could tell
 * @DRTMON_CHECK_MATCH: every digest is that of the data
 * @DRTMON_CHECK_MISMATCH: the format says it must be, and it is not
 */
enum drtmon_check_result {
	DRTMON_CHECK_UNCHECKABLE,
	DRTMON_CHECK_MATCH,
	DRTMON_CHECK_MISMATCH,
};

/**
 * enum drtmon_separator - what a separator's digest says
 * @DRTMON_SEPARATOR_NONE: the digest is none of a separator
 * @DRTMON_SEPARATOR_NORMAL: of 00000000 or ffffffff
 * @DRTMON_SEPARATOR_ERROR: of the number 1, whatever the data: firmware could not measure
 * @DRTMON_SEPARATOR_WINDOWS: of "WBCL", as Windows closes PCRs 12 to 14
 */
enum drtmon_separator {
	DRTMON_SEPARATOR_NONE,
	DRTMON_SEPARATOR_NORMAL,
	DRTMON_SEPARATOR_ERROR,
	DRTMON_SEPARATOR_WINDOWS,
};

struct drtmon_check;

/**
 * drtmon_check_new() - begin to check a log
 *
 * Return: release with drtmon_check_free(); NULL when out of memory.
 */
struct drtmon_check *drtmon_check_new(void);

/**
 * drtmon_check_event() - does the digest match the data?
 * @check: of this log
 * @log: a mismatch becomes one of its problems; may be NULL
 * @event: record
 * @why: set to a constant string: what was compared, or why nothing could be
 *
 * IMA records are checked by the replay, which needs their hash anyway.
 *
 * Return: see enum drtmon_check_result.
 */
enum drtmon_check_result drtmon_check_event(struct drtmon_check *check, struct drtmon_log *log,
					    const struct drtmon_log_event *event, const char **why);

/**
 * drtmon_check_separator() - is it a separator, going by what the TPM was given?
 * @check: of this log
 * @event: record of any type
 *
 * Return: see enum drtmon_separator.
 */
enum drtmon_separator drtmon_check_separator(struct drtmon_check *check,
					     const struct drtmon_log_event *event);

/**
 * drtmon_separator_digest() - is it the digest of a separator?
 * @hash: of the digest's algorithm
 * @digest: as long as the algorithm's are
 *
 * Return: see enum drtmon_separator.
 */
enum drtmon_separator drtmon_separator_digest(struct drtmon_hash *hash,
					      const struct drtmon_log_digest *digest);

/**
 * drtmon_check_end() - what only the whole log can show
 * @check: of this log
 * @log: problems are added to it
 * @replayed: its replay
 * @expect: values to compare with, or NULL
 */
void drtmon_check_end(struct drtmon_check *check, struct drtmon_log *log,
		      const struct drtmon_pcrs *replayed, const struct drtmon_pcrs *expect);

/**
 * drtmon_check_result_name() - "match", "mismatch", "not-checkable"
 * @result: any value
 *
 * Return: a constant string.
 */
const char *drtmon_check_result_name(enum drtmon_check_result result);

/**
 * drtmon_separator_name() - "normal", "error", "windows"
 * @separator: any value
 *
 * Return: a constant string, or NULL for none.
 */
const char *drtmon_separator_name(enum drtmon_separator separator);

/**
 * drtmon_check_free() - release
 * @check: may be NULL
 */
void drtmon_check_free(struct drtmon_check *check);

#endif
