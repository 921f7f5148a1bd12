/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_LAUNCH_LOG_H
#define DRTMON_TOOL_LAUNCH_LOG_H

#include "lib/evidence.h"
#include "lib/log/explain.h"

/**
 * struct drtmon_launch_log - the launch's event log as the heap points at it
 * @whole: bytes of the log's allocation, NULL when none of it could be had
 * @whole_len: their number
 * @first: where the records begin that the heap vouches for
 * @next: where they end
 * @truncated: there are more of them than @whole holds
 * @unread: why there is a log, or may be one, that could not be read, or not all
 *	of it; "" otherwise
 */
struct drtmon_launch_log {
	const uint8_t *whole;
	size_t whole_len;
	size_t first;
	size_t next;
	bool truncated;
	char unread[256];
};

/**
 * drtmon_launch_log_find() - look for it in the heap
 * @log: filled; borrows from @evidence
 * @evidence: where the heap is
 */
void drtmon_launch_log_find(struct drtmon_launch_log *log, const struct drtmon_evidence *evidence);

/**
 * drtmon_launch_log_source() - what is replayed of it
 * @log: log
 * @whole: also what stands behind the heap's mark, as a launcher may append
 *	without moving it
 * @out: filled; borrows from @log
 *
 * Return: false when @whole makes no difference.
 */
bool drtmon_launch_log_source(const struct drtmon_launch_log *log, bool whole,
			      struct drtmon_explain_log *out);

#endif
