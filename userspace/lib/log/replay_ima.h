/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_REPLAY_IMA_H
#define DRTMON_LIB_LOG_REPLAY_IMA_H

/* IMA's rules of replay; inside lib/log. */

#include "lib/log/bank.h"

/* Template data up to here is copied to be padded: nearly all of it. */
#define DRTMON_IMA_SHORT 512u
/* Most hashes one entry takes: its check, and one a bank. */
#define DRTMON_IMA_JOBS (1 + DRTMON_PCRS_BANKS)

/* Banks of one TPM; more are never computed at once. */
#define DRTMON_REPLAY_BANKS DRTMON_PCRS_BANKS

/**
 * struct drtmon_ima_hashes - what one thread needs to compute template digests
 * @hash: per bank of the replay, NULL for the bank the list itself has, unless
 *	its digests are of 32 bytes: an entry after others may tell that it has SM3's
 * @check: of the logged digest, NULL when templates are not checked
 * @check_alg: its algorithm
 * @checked: its result for the entry in work
 * @message: template data of the entry in work with its padding
 */
struct drtmon_ima_hashes {
	struct drtmon_hash *hash[DRTMON_REPLAY_BANKS];
	struct drtmon_hash *check;
	const struct drtmon_alg *check_alg;
	uint8_t checked[DRTMON_ALG_DIGEST_MAX];
	uint8_t message[DRTMON_HASH_PADDED(DRTMON_IMA_SHORT)];
};

/**
 * struct drtmon_replay - a replay
 * @args: copy of the caller's
 * @n: used elements of @chain
 * @chain: banks
 * @alt: the same banks by another reading. IMA: by the other rule, made only where
 *	values to look for are known or both rules are asked for. A launch: PCR 17
 *	alone, where its first record may be read both ways
 * @sha1: IMA: for zero-padded SHA-1, where the list has other digests
 * @dynamic: 17 to 22 were started from zero
 * @decided: whether they are is decided
 * @ima: IMA banks are set up
 * @digest_at: IMA: where each bank's digest is among those of an entry
 * @digests_len: IMA: bytes of all banks' digests
 * @hashes: IMA: those of the thread that calls; with two threads the other
 *	one has its own
 * @no_data: bit i: bank i could not follow a record without template data
 * @pcrs: result of drtmon_replay_pcrs()
 */
struct drtmon_replay {
	struct drtmon_replay_args args;
	unsigned int n;
	struct drtmon_chain chain[DRTMON_REPLAY_BANKS];
	struct drtmon_chain alt[DRTMON_REPLAY_BANKS];
	struct drtmon_hash *sha1;
	bool dynamic;
	bool decided;
	bool ima;
	size_t digest_at[DRTMON_REPLAY_BANKS];
	size_t digests_len;
	struct drtmon_ima_hashes hashes;
	uint32_t no_data;
	struct drtmon_pcrs pcrs;
};

/**
 * struct drtmon_ima_entry - one record on its way into the chains
 * @digests: room for @drtmon_replay.digests_len bytes: what each bank is
 *	extended with, see drtmon_ima_digest_of()
 * @logged_alg: of the logged digest
 * @logged: it
 * @data: template data, or NULL
 * @len: bytes
 * @padded: what drtmon_hash_pad() returned for @data, 0 where it was not called
 * @index: of the record
 * @pcr: below 32
 * @flags: of the record
 * @known: the template data is or was known: @digests are complete
 * @old: template "ima" of a kernel that knew no other bank than SHA-1
 * @checking: the logged digest is being checked
 * @bad: the logged digest is not that of the data
 *
 * One cache line, as it may be filled by one processor and read by another.
 */
struct drtmon_ima_entry {
	uint8_t *digests;
	const struct drtmon_alg *logged_alg;
	const uint8_t *logged;
	const uint8_t *data;
	uint32_t len;
	uint32_t padded;
	uint64_t index;
	uint32_t pcr;
	uint32_t flags;
	bool known;
	bool old;
	bool checking;
	bool bad;
} __attribute__((aligned(64)));

/**
 * drtmon_ima_digest_of() - what one bank is extended with
 * @replay: replay
 * @entry: entry
 * @bank: index into @replay->chain
 *
 * Return: room for the bank's digest, in @entry->digests.
 */
static inline uint8_t *drtmon_ima_digest_of(const struct drtmon_replay *replay,
					    const struct drtmon_ima_entry *entry, unsigned int bank)
{
	return entry->digests + replay->digest_at[bank];
}

/**
 * drtmon_ima_setup() - make the banks of an IMA replay
 * @replay: replay
 * @logged: algorithm of the list's own digests
 *
 * Return: 0 or a negative errno.
 */
int drtmon_ima_setup(struct drtmon_replay *replay, const struct drtmon_alg *logged);

/**
 * drtmon_ima_computes_sha1() - does the replay need template data for the other rule?
 * @replay: replay, set up or not
 * @log: IMA list
 *
 * Return: true when zero-padded SHA-1 is followed and the list does not hold it.
 */
bool drtmon_ima_computes_sha1(const struct drtmon_replay *replay, const struct drtmon_log *log);

/**
 * drtmon_ima_blind() - is the digest that a bank was extended with not to be had?
 * @entry: entry
 * @alg: bank
 *
 * Return: true where the list has no template data, and its digest is another bank's.
 */
bool drtmon_ima_blind(const struct drtmon_ima_entry *entry, const struct drtmon_alg *alg);

/**
 * drtmon_ima_pad() - what a kernel extends a bank with whose hash it lacks
 * @out: @alg->size bytes: SHA-1 of the template data, and zeros
 * @alg: bank
 * @sha1: hash, for lists that have other digests; may be NULL
 * @entry: entry, no violation
 *
 * Return: 0, -ENODATA when SHA-1 is neither logged nor to be computed, or -EIO.
 */
int drtmon_ima_pad(uint8_t *out, const struct drtmon_alg *alg, struct drtmon_hash *sha1,
		   const struct drtmon_ima_entry *entry);

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

/* Room for all digests of an entry. */
#define DRTMON_IMA_DIGESTS (DRTMON_REPLAY_BANKS * DRTMON_ALG_DIGEST_MAX)

/**
 * drtmon_ima_entry_set() - take what is needed from a record
 * @entry: filled but for @digests; points into the record
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
 * drtmon_ima_digest_jobs() - the same as jobs
 * @replay: replay; only read
 * @hashes: this thread's, of one entry at a time
 * @entry: its digests are filled by the jobs
 * @job: room for DRTMON_IMA_JOBS
 *
 * Return: number of jobs; when they are done, drtmon_ima_digest_done() follows.
 */
size_t drtmon_ima_digest_jobs(const struct drtmon_replay *replay, struct drtmon_ima_hashes *hashes,
			      struct drtmon_ima_entry *entry, struct drtmon_hash_job *job);

/**
 * drtmon_ima_digest_done() - look at what the jobs found
 * @hashes: this thread's
 * @entry: @bad is set
 */
void drtmon_ima_digest_done(const struct drtmon_ima_hashes *hashes, struct drtmon_ima_entry *entry);

/**
 * drtmon_ima_extend_jobs() - put an entry's digests into the chains, as jobs
 * @replay: replay
 * @entry: with digests
 * @job: room for DRTMON_REPLAY_BANKS
 *
 * Return: number of jobs; when they are done, drtmon_ima_extend_done() follows.
 */
size_t drtmon_ima_extend_jobs(struct drtmon_replay *replay, const struct drtmon_ima_entry *entry,
			      struct drtmon_hash_job *job);

/**
 * drtmon_ima_extend_done() - note what was extended
 * @replay: replay
 * @entry: with digests
 *
 * Return: 0, or -EIO.
 */
int drtmon_ima_extend_done(struct drtmon_replay *replay, const struct drtmon_ima_entry *entry);

/**
 * drtmon_ima_apply() - compute an entry's digests and put them into the chains
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
