/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_DIFF_H
#define DRTMON_LIB_LOG_DIFF_H

#include "lib/log/analysis.h"

/**
 * enum drtmon_diff_kind - how a record differs
 * @DRTMON_DIFF_REMOVED: only the old log has it
 * @DRTMON_DIFF_ADDED: only the new log has it
 * @DRTMON_DIFF_CHANGED: both have one of that name, with other digests
 */
enum drtmon_diff_kind {
	DRTMON_DIFF_REMOVED,
	DRTMON_DIFF_ADDED,
	DRTMON_DIFF_CHANGED,
};

/**
 * struct drtmon_diff_line - one difference
 * @kind: see enum drtmon_diff_kind
 * @pcr: PCR
 * @old_index: record in the old log, -1 for none
 * @new_index: record in the new log, -1 for none
 * @name: what the record is about, owned by the diff
 * @old_text: the old record in words, NULL for none; owned by the diff
 * @new_text: the new record in words, NULL for none
 */
struct drtmon_diff_line {
	enum drtmon_diff_kind kind;
	uint32_t pcr;
	int64_t old_index;
	int64_t new_index;
	const char *name;
	const char *old_text;
	const char *new_text;
};

/**
 * struct drtmon_diff - what changed between two logs
 * @old: analysis of the old one
 * @new: analysis of the new one
 * @alg: algorithm whose digests were compared; NULL: the records have none in
 *	common, and none was compared
 * @count: differences; of a log that is not complete only in what was read
 * @line: sorted by PCR, then by order in the logs
 * @unordered: bit n: too many records of PCR n to align: equal ones were paired
 *	wherever they stand, so a change of order is no difference
 * @moved: bit n: a bank both logs have says PCR n is another value
 * @kept: bit n: every bank both have says PCR n is the same value
 * @not_compared: bit n: a log extends PCR n and nothing can be said of it, as a
 *	log is not complete or the two have no bank in common
 * @state: private
 */
struct drtmon_diff {
	struct drtmon_analysis old;
	struct drtmon_analysis new;
	const struct drtmon_alg *alg;
	size_t count;
	struct drtmon_diff_line *line;
	uint32_t unordered;
	uint32_t moved;
	uint32_t kept;
	uint32_t not_compared;
	struct diff_state *state;
};

/**
 * drtmon_diff_run() - compare two logs
 * @diff: filled; release with drtmon_diff_free() whatever the result
 * @old_path: file
 * @new_path: file
 * @err: why it failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_diff_run(struct drtmon_diff *diff, const char *old_path, const char *new_path,
		    struct drtmon_err *err);

/**
 * drtmon_diff_equal() - do both logs say the same?
 * @diff: after drtmon_diff_run()
 *
 * Return: true when both are complete, something was compared, and nothing of
 * it differs or had to be left out.
 */
bool drtmon_diff_equal(const struct drtmon_diff *diff);

/**
 * drtmon_diff_json() - the result as an object
 * @diff: after drtmon_diff_run()
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_diff_json(const struct drtmon_diff *diff);

/**
 * drtmon_diff_kind_name() - "removed", "added", "changed"
 * @kind: any value
 *
 * Return: a constant string.
 */
const char *drtmon_diff_kind_name(enum drtmon_diff_kind kind);

/**
 * drtmon_diff_free() - release
 * @diff: may be all zero
 */
void drtmon_diff_free(struct drtmon_diff *diff);

#endif
