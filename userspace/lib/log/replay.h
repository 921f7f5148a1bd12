/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_REPLAY_H
#define DRTMON_LIB_LOG_REPLAY_H

#include "lib/log/log.h"
#include "lib/pcrs.h"

/**
 * enum drtmon_replay_start - where PCRs 17 to 22 begin
 * @DRTMON_REPLAY_STATIC: all ones, their value since TPM start
 * @DRTMON_REPLAY_DYNAMIC: zero, their value after a dynamic launch
 * @DRTMON_REPLAY_AUTO: dynamic when a record before the first extend of one of
 *	them is a DRTM record, static otherwise
 */
enum drtmon_replay_start {
	DRTMON_REPLAY_AUTO,
	DRTMON_REPLAY_STATIC,
	DRTMON_REPLAY_DYNAMIC,
};

/**
 * enum drtmon_compare - one PCR of a log against one of a TPM
 * @DRTMON_COMPARE_NONE: neither side has it
 * @DRTMON_COMPARE_MATCH: equal
 * @DRTMON_COMPARE_MISMATCH: both known and different
 * @DRTMON_COMPARE_NOT_COMPARED: the log has it, the other side has no value
 * @DRTMON_COMPARE_NOT_IN_LOG: the other side has a value the log says nothing of
 */
enum drtmon_compare {
	DRTMON_COMPARE_NONE,
	DRTMON_COMPARE_MATCH,
	DRTMON_COMPARE_MISMATCH,
	DRTMON_COMPARE_NOT_COMPARED,
	DRTMON_COMPARE_NOT_IN_LOG,
};

/**
 * struct drtmon_replay_args - how to replay
 * @start: see enum drtmon_replay_start
 * @expect: values to look for while replaying, or NULL; kept by reference
 * @banks: IMA only: banks to compute, ended by NULL; NULL for sha1, sha256,
 *	sha384 and those of @expect
 * @both_rules: IMA only: follow zero-padded SHA-1 too where nothing is expected yet,
 *	and in a list that has other digests, from which it takes longer
 * @compute_sha1: IMA only: the same in a list that has other digests, for the
 *	banks of @expect alone
 * @check_templates: IMA only: recompute the logged template digest
 * @threads: IMA only: 2 lets a second thread do the chain
 */
struct drtmon_replay_args {
	enum drtmon_replay_start start;
	const struct drtmon_pcrs *expect;
	const struct drtmon_alg *const *banks;
	bool both_rules;
	bool compute_sha1;
	bool check_templates;
	unsigned int threads;
};

/**
 * struct drtmon_replay_pcr - how one PCR of one bank came out
 * @extends: number of extends
 * @first: index of the first record that extended it
 * @last: index of the last one
 * @seen: the expected value was met on the way, after record @seen_at;
 *	-1 there stands for the start value
 * @seen_at: see @seen; the latest such record
 * @capped: TXT closed this PCR with a cap value: it stands for nothing in
 *	banks the module could not measure into
 * @padded: IMA: the expected value matched SHA-1 digests padded with zeros,
 *	as kernels without the bank's hash extend them; the value is that one
 * @start_is_value: the digest of PCR 17's first record is the PCR's value after
 *	it, as some authenticated code modules log it: its data proves it, or the
 *	expected value matched so and not otherwise
 */
struct drtmon_replay_pcr {
	uint64_t extends;
	uint64_t first;
	uint64_t last;
	bool seen;
	int64_t seen_at;
	bool capped;
	bool padded;
	bool start_is_value;
};

struct drtmon_replay;

/**
 * drtmon_replay_new() - begin with all PCRs at their start values
 * @replay: set; release with drtmon_replay_free()
 * @args: NULL for the defaults
 * @err: why it failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_replay_new(struct drtmon_replay **replay, const struct drtmon_replay_args *args,
		      struct drtmon_err *err);

/**
 * drtmon_replay_event() - apply one record
 * @replay: replay
 * @log: the reader it came from: startup locality and header are its
 * @event: record, in log order
 *
 * Each bank uses the record's own digest of that bank; a bank the record has
 * no digest for is not extended. IMA records have one digest and their data:
 * the other banks' digests are computed as the kernel does. Records flagged
 * DRTMON_LOG_NOT_EXTENDED change nothing.
 *
 * Return: 0 or a negative errno.
 */
int drtmon_replay_event(struct drtmon_replay *replay, struct drtmon_log *log,
			const struct drtmon_log_event *event);

/**
 * drtmon_replay_run() - read a whole log and apply it
 * @replay: replay
 * @log: reader
 * @err: why reading failed
 *
 * Return: 0 or a negative errno. Malformed input is no error here: see the
 * log's problems.
 */
int drtmon_replay_run(struct drtmon_replay *replay, struct drtmon_log *log, struct drtmon_err *err);

/**
 * drtmon_replay_pcrs() - values so far; only PCRs that were extended are set
 * @replay: replay
 *
 * Return: owned by @replay, good until the next call that changes it.
 */
const struct drtmon_pcrs *drtmon_replay_pcrs(struct drtmon_replay *replay);

/**
 * drtmon_replay_pcr() - how one PCR came out
 * @replay: replay
 * @alg: bank
 * @index: PCR
 *
 * Return: owned by @replay, or NULL when the log never extended it.
 */
const struct drtmon_replay_pcr *drtmon_replay_pcr(const struct drtmon_replay *replay,
						  const struct drtmon_alg *alg, uint32_t index);

/**
 * drtmon_replay_free() - release
 * @replay: may be NULL
 */
void drtmon_replay_free(struct drtmon_replay *replay);

/**
 * drtmon_compare() - one PCR of a replay against measured values
 * @replayed: from drtmon_replay_pcrs()
 * @other: TPM, capture or file
 * @alg: bank
 * @index: PCR
 *
 * Return: see enum drtmon_compare; nothing compared is never a match.
 */
enum drtmon_compare drtmon_compare(const struct drtmon_pcrs *replayed,
				   const struct drtmon_pcrs *other, const struct drtmon_alg *alg,
				   uint32_t index);

/**
 * drtmon_compare_name() - "match", "mismatch", "not-compared", "not-in-log"
 * @compare: any value
 *
 * Return: a constant string.
 */
const char *drtmon_compare_name(enum drtmon_compare compare);

#endif
