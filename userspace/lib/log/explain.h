/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_EXPLAIN_H
#define DRTMON_LIB_LOG_EXPLAIN_H

#include "lib/log/replay.h"

/* Logs in the order in which they happen; the last is what drtmon saw itself. */
enum drtmon_explain_source {
	DRTMON_EXPLAIN_FIRMWARE,
	DRTMON_EXPLAIN_DRTM,
	DRTMON_EXPLAIN_USERSPACE,
	DRTMON_EXPLAIN_IMA,
	DRTMON_EXPLAIN_EVENTS,
	DRTMON_EXPLAIN_SOURCES
};

/**
 * enum drtmon_explain_verdict - does what the logs hold make this value?
 * @DRTMON_EXPLAIN_NO_VALUE: the TPM's value is not known: nothing compared
 * @DRTMON_EXPLAIN_UNTOUCHED: no log extends the PCR, and it has its start value
 * @DRTMON_EXPLAIN_EXPLAINED: the causes, in order, make exactly this value
 * @DRTMON_EXPLAIN_AHEAD: a part of the causes makes it: the logs hold more
 *	than the TPM was given
 * @DRTMON_EXPLAIN_UNEXPLAINED: something no log holds extended it, or a log lies
 * @DRTMON_EXPLAIN_UNDECIDED: a list does not tell what this bank was extended
 *	with; or the logs and what drtmon saw overlap in more ways than are tried,
 *	and none that was makes it
 * @DRTMON_EXPLAIN_TOO_MANY: drtmon saw more events than can be joined: nothing
 *	compared, and @value of struct drtmon_explained means nothing
 */
enum drtmon_explain_verdict {
	DRTMON_EXPLAIN_NO_VALUE,
	DRTMON_EXPLAIN_UNTOUCHED,
	DRTMON_EXPLAIN_EXPLAINED,
	DRTMON_EXPLAIN_AHEAD,
	DRTMON_EXPLAIN_UNEXPLAINED,
	DRTMON_EXPLAIN_UNDECIDED,
	DRTMON_EXPLAIN_TOO_MANY,
};

/**
 * struct drtmon_explain_log - one log
 * @data: bytes, NULL when there is no such log, or @path is set
 * @len: their number
 * @truncated: there is more of the log than @data
 * @path: the log is read from here each time it is needed, up to
 *	DRTMON_LOG_BYTES_MAX; what is appended later is left out
 * @unread: why none of the log could be read, one clause; NULL when there is
 *	no such log, or it could
 */
struct drtmon_explain_log {
	const uint8_t *data;
	size_t len;
	bool truncated;
	const char *path;
	const char *unread;
};

/**
 * struct drtmon_explained - one PCR of one bank
 * @verdict: see enum drtmon_explain_verdict
 * @logged: extends the logs hold, without those drtmon saw
 * @used: of those, how many come before the first that drtmon saw
 * @seen: extends and resets drtmon saw
 * @padded: IMA's digests were zero-padded SHA-1
 * @blind: a list does not tell what this bank was extended with
 * @start_is_value: the digest of PCR 17's first record was taken as its value
 * @value: what the causes make, @alg->size bytes
 */
struct drtmon_explained {
	enum drtmon_explain_verdict verdict;
	uint64_t logged;
	uint64_t used;
	uint64_t seen;
	bool padded;
	bool blind;
	bool start_is_value;
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
};

struct drtmon_explain;

/**
 * typedef drtmon_explain_cause - called for every cause of a PCR, in order
 * @ctx: the caller's
 * @source: which log it is from
 * @log: its reader
 * @event: record
 * @again: drtmon saw the extend of this record at run time as well
 */
typedef void (*drtmon_explain_cause)(void *ctx, enum drtmon_explain_source source,
				     const struct drtmon_log *log,
				     const struct drtmon_log_event *event, bool again);

/**
 * drtmon_explain_run() - join all logs and hold them against the TPM
 * @explain: set; release with drtmon_explain_free()
 * @logs: by enum drtmon_explain_source; the bytes and paths must outlive @explain
 * @pcrs: values now in the TPM; must outlive @explain
 * @err: why it failed
 *
 * What drtmon saw is complete since it was loaded, and the other logs hold
 * part of the same extends: the joint where both agree is looked for.
 *
 * Return: 0 or a negative errno.
 */
int drtmon_explain_run(struct drtmon_explain **explain,
		       const struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES],
		       const struct drtmon_pcrs *pcrs, struct drtmon_err *err);

/**
 * drtmon_explain_get() - one PCR of one bank
 * @explain: explanation
 * @alg: bank
 * @pcr: PCR
 *
 * Return: owned by @explain; NULL for a bank nobody has.
 */
const struct drtmon_explained *drtmon_explain_get(const struct drtmon_explain *explain,
						  const struct drtmon_alg *alg, uint32_t pcr);

/**
 * drtmon_explain_bank() - walk the banks
 * @explain: explanation
 * @i: 0 for the first
 *
 * Return: the bank, or NULL past the last.
 */
const struct drtmon_alg *drtmon_explain_bank(const struct drtmon_explain *explain, unsigned int i);

/**
 * drtmon_explain_causes() - the causes of one PCR, in order
 * @explain: explanation
 * @pcr: PCR
 * @cause: called for each
 * @ctx: its first argument
 *
 * Return: 0 or a negative errno.
 */
int drtmon_explain_causes(struct drtmon_explain *explain, uint32_t pcr, drtmon_explain_cause cause,
			  void *ctx);

/**
 * drtmon_explain_count() - how many causes a PCR has
 * @explain: explanation
 * @pcr: below DRTMON_PCRS_COUNT
 *
 * Return: as often as drtmon_explain_causes() calls.
 */
uint64_t drtmon_explain_count(const struct drtmon_explain *explain, uint32_t pcr);

/**
 * drtmon_explain_unread() - why a log could not be read, or not to its end
 * @explain: explanation
 * @source: which
 *
 * Return: one clause, from the caller's @unread or of an errno; NULL when
 * reading did not fail.
 */
const char *drtmon_explain_unread(const struct drtmon_explain *explain,
				  enum drtmon_explain_source source);

/**
 * drtmon_explain_info() - what is known about one of the logs
 * @explain: explanation
 * @source: which
 *
 * Return: a copy of its drtmon_log_info(), all zero when there is no such log.
 */
const struct drtmon_log_info *drtmon_explain_info(const struct drtmon_explain *explain,
						  enum drtmon_explain_source source);

/**
 * drtmon_explain_source_name() - "firmware", "drtm", "userspace", "ima", "run-time"
 * @source: any value
 *
 * Return: a constant string.
 */
const char *drtmon_explain_source_name(enum drtmon_explain_source source);

/**
 * drtmon_explain_verdict_name() - "explained", "unexplained" …
 * @verdict: any value
 *
 * Return: a constant string.
 */
const char *drtmon_explain_verdict_name(enum drtmon_explain_verdict verdict);

/**
 * drtmon_explain_free() - release
 * @explain: may be NULL
 */
void drtmon_explain_free(struct drtmon_explain *explain);

#endif
