/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_REPLAY_IMA_H
#define DRTMON_LIB_LOG_REPLAY_IMA_H

/* IMA's rules of replay; inside lib/log. */

#include "lib/log/bank.h"

/* Banks of one TPM; more are never computed at once. */
#define DRTMON_REPLAY_BANKS DRTMON_PCRS_BANKS

/**
 * struct drtmon_ima_hashes - what one thread needs to compute template digests
 * @hash: per bank of the replay, NULL for the bank the list itself has
 * @check: of the logged digest, NULL when templates are not checked
 */
struct drtmon_ima_hashes {
	struct drtmon_hash *hash[DRTMON_REPLAY_BANKS];
	struct drtmon_hash *check;
};

/**
 * struct drtmon_replay - a replay
 * @args: copy of the caller's
 * @n: used elements of @chain
 * @chain: banks
 * @alt: IMA: the same banks by the other rule, made only where values to look
 *	for are known
 * @dynamic: 17 to 22 were started from zero
 * @decided: whether they are is decided
 * @ima: IMA banks are set up
 * @hashes: IMA: those of the single-threaded replay
 * @no_data: bit i: bank i could not follow a record without template data
 * @pcrs: result of drtmon_replay_pcrs()
 */
struct drtmon_replay {
	struct drtmon_replay_args args;
	unsigned int n;
	struct drtmon_chain chain[DRTMON_REPLAY_BANKS];
	struct drtmon_chain alt[DRTMON_REPLAY_BANKS];
	bool dynamic;
	bool decided;
	bool ima;
	struct drtmon_ima_hashes hashes;
	uint32_t no_data;
	struct drtmon_pcrs pcrs;
};

/**
 * struct drtmon_ima_entry - one record on its way into the chains
 * @index: of the record
 * @pcr: below 32
 * @flags: of the record
 * @old: template "ima"
 * @logged_alg: of the logged digest
 * @logged: it
 * @data: template data, NULL when unknown
 * @len: bytes
 * @bad: the logged digest is not that of the data
 * @digest: per bank of the replay
 */
struct drtmon_ima_entry {
	uint64_t index;
	uint32_t pcr;
	unsigned int flags;
	bool old;
	const struct drtmon_alg *logged_alg;
	const uint8_t *logged;
	const uint8_t *data;
	size_t len;
	bool bad;
	uint8_t digest[DRTMON_REPLAY_BANKS][DRTMON_ALG_DIGEST_MAX];
};

/**
 * drtmon_ima_setup() - make the banks of an IMA replay
 * @replay: replay
 * @logged: algorithm of the list's own digests
 *
 * Return: 0 or a negative errno.
 */
int drtmon_ima_setup(struct drtmon_replay *replay, const struct drtmon_alg *logged);

/**
 * drtmon_ima_hashes_init() - hashes for one thread
 * @hashes: filled; release with drtmon_ima_hashes_fini()
 * @replay: replay with its banks made
 * @logged: algorithm of the list's own digests
 *
 * Return: 0, or -ENOTSUP.
 */
int drtmon_ima_hashes_init(struct drtmon_ima_hashes *hashes, const struct drtmon_replay *replay,
			   const struct drtmon_alg *logged);

/**
 * drtmon_ima_hashes_fini() - release
 * @hashes: may be all zero
 */
void drtmon_ima_hashes_fini(struct drtmon_ima_hashes *hashes);

/**
 * drtmon_ima_entry_set() - take what is needed from a record
 * @entry: filled; points into the record
 * @event: record
 */
void drtmon_ima_entry_set(struct drtmon_ima_entry *entry, const struct drtmon_log_event *event);

/**
 * drtmon_ima_digest() - what each bank is extended with, as the kernel computes it
 * @replay: replay; only read
 * @hashes: this thread's
 * @entry: digests and @bad are filled
 *
 * Return: 0, or -EIO.
 */
int drtmon_ima_digest(const struct drtmon_replay *replay, struct drtmon_ima_hashes *hashes,
		      struct drtmon_ima_entry *entry);

/**
 * drtmon_ima_extend() - put an entry's digests into the chains
 * @replay: replay
 * @entry: with digests
 *
 * Return: 0, or -EIO.
 */
int drtmon_ima_extend(struct drtmon_replay *replay, const struct drtmon_ima_entry *entry);

/**
 * drtmon_ima_apply() - both at once, without a copy of the digests in between
 * @replay: replay
 * @hashes: this thread's
 * @entry: @bad is set
 *
 * Return: 0, or -EIO.
 */
int drtmon_ima_apply(struct drtmon_replay *replay, struct drtmon_ima_hashes *hashes,
		     struct drtmon_ima_entry *entry);

/**
 * drtmon_ima_run() - replay a whole list on two threads
 * @replay: replay
 * @log: reader of an IMA list
 *
 * Return: 0 or a negative errno.
 */
int drtmon_ima_run(struct drtmon_replay *replay, struct drtmon_log *log);

#endif
