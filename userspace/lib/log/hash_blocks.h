/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_HASH_BLOCKS_H
#define DRTMON_LIB_LOG_HASH_BLOCKS_H

/* SHA-1 and SHA-256 by their compression function; inside lib/log/hash.c. */

#include <stddef.h>
#include <stdint.h>

/* FIPS 180-4, 1: both work on blocks of 512 bits. */
#define DRTMON_BLOCK 64u

struct drtmon_blocks;

/**
 * drtmon_blocks_new() - a compression function
 * @alg_id: TPM_ALG_ID
 *
 * Return: release with free(); NULL when @alg_id is neither SHA-1 nor SHA-256,
 * or this OpenSSL no longer shows the functions, or without memory.
 */
struct drtmon_blocks *drtmon_blocks_new(uint16_t alg_id);

/**
 * drtmon_blocks_hash() - hash whole blocks, the padding among them
 * @blocks: from drtmon_blocks_new(); one thread at a time
 * @out: the digest; may overlap the message
 * @data: beginning of the message
 * @n: blocks there
 * @tail: its end
 * @n_tail: blocks there
 */
void drtmon_blocks_hash(struct drtmon_blocks *blocks, uint8_t *out, const uint8_t *data, size_t n,
			const uint8_t *tail, size_t n_tail);

/**
 * struct drtmon_blocks_side - one of two messages hashed side by side
 * @blocks: not the other side's
 * @out: the digest; may overlap this side's message, not the other's
 * @data: the message, padded
 * @n: its blocks
 */
struct drtmon_blocks_side {
	struct drtmon_blocks *blocks;
	uint8_t *out;
	const uint8_t *data;
	size_t n;
};

/**
 * drtmon_blocks_pair() - hash two messages, block by block in turns
 * @a: one
 * @b: other
 *
 * A compression waits for its own results most of the time; a processor fills
 * that time with the other message.
 */
void drtmon_blocks_pair(const struct drtmon_blocks_side *a, const struct drtmon_blocks_side *b);

#endif
