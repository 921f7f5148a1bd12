/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_BANK_H
#define DRTMON_LIB_LOG_BANK_H

#include "lib/log/hash.h"
#include "lib/log/replay.h"

/**
 * struct drtmon_chain - one bank of PCRs under replay
 * @alg: bank
 * @hash: for the chain
 * @value: current values; behind each is room for the next digest, and for
 *	the padding of both where the hash has blocks of 64 bytes
 * @padded: what drtmon_hash_pad() returned for both, 0 where it was not called
 * @have: bit n: PCR n was extended
 * @expect: values to look for, NULL for none
 * @pcr: how each came out
 */
struct drtmon_chain {
	const struct drtmon_alg *alg;
	struct drtmon_hash *hash;
	uint8_t value[DRTMON_PCRS_COUNT][2 * DRTMON_ALG_DIGEST_MAX];
	size_t padded;
	uint32_t have;
	const struct drtmon_bank *expect;
	struct drtmon_replay_pcr pcr[DRTMON_PCRS_COUNT];
};

/**
 * drtmon_chain_init() - all PCRs at their start values
 * @chain: filled; release with drtmon_chain_fini()
 * @alg: bank
 * @expect: values to look for, or NULL
 *
 * Return: 0, -ENOTSUP when OpenSSL does not have the hash, or -ENOMEM.
 */
int drtmon_chain_init(struct drtmon_chain *chain, const struct drtmon_alg *alg,
		      const struct drtmon_pcrs *expect);

/**
 * drtmon_chain_start() - set a PCR's start value
 * @chain: bank
 * @index: PCR, not extended yet
 * @fill: every byte
 * @last: the last byte
 */
void drtmon_chain_start(struct drtmon_chain *chain, uint32_t index, uint8_t fill, uint8_t last);

/**
 * drtmon_chain_set() - give a PCR the value it has after its last extend
 * @chain: bank
 * @index: PCR
 * @value: @chain->alg->size bytes
 * @event: index of the record that tells it
 */
void drtmon_chain_set(struct drtmon_chain *chain, uint32_t index, const uint8_t *value,
		      uint64_t event);

/**
 * drtmon_chain_extend() - new = H(old ‖ digest)
 * @chain: bank
 * @index: PCR
 * @digest: @chain->alg->size bytes
 * @event: index of the record
 *
 * Return: 0, or -EIO.
 */
int drtmon_chain_extend(struct drtmon_chain *chain, uint32_t index, const uint8_t *digest,
			uint64_t event);

/**
 * drtmon_chain_next() - where a PCR's next digest is put for drtmon_chain_job()
 * @chain: bank
 * @index: PCR
 *
 * Return: room for @chain->alg->size bytes, inside @chain.
 */
static inline uint8_t *drtmon_chain_next(struct drtmon_chain *chain, uint32_t index)
{
	return chain->value[index] + chain->alg->size;
}

/**
 * drtmon_chain_job() - drtmon_chain_extend() as a job, with the digest in place
 * @chain: bank
 * @index: PCR
 *
 * Return: the job; when it is done, drtmon_chain_done() follows.
 */
static inline struct drtmon_hash_job drtmon_chain_job(struct drtmon_chain *chain, uint32_t index)
{
	uint8_t *value = chain->value[index];

	return (struct drtmon_hash_job){ chain->hash, value, value, 2u * chain->alg->size,
					 chain->padded };
}

/**
 * drtmon_chain_look() - is this the value that is looked for?
 * @chain: bank with @chain->expect
 * @index: PCR
 * @event: index of the record, -1 for the start value
 */
void drtmon_chain_look(struct drtmon_chain *chain, uint32_t index, int64_t event);

/**
 * drtmon_chain_done() - note that a PCR was extended
 * @chain: bank
 * @index: PCR
 * @event: index of the record
 */
static inline void drtmon_chain_done(struct drtmon_chain *chain, uint32_t index, uint64_t event)
{
	struct drtmon_replay_pcr *pcr = &chain->pcr[index];

	if (!pcr->extends++)
		pcr->first = event;
	pcr->last = event;
	chain->have |= UINT32_C(1) << index;
	if (chain->expect)
		drtmon_chain_look(chain, index, (int64_t)event);
}

/**
 * drtmon_chain_fini() - release
 * @chain: may be all zero
 */
void drtmon_chain_fini(struct drtmon_chain *chain);

#endif
