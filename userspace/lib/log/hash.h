/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_HASH_H
#define DRTMON_LIB_LOG_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "lib/alg.h"

struct drtmon_hash;

/**
 * drtmon_hash_new() - a hash that is fetched once and used many times
 * @alg: algorithm
 *
 * Return: release with drtmon_hash_free(); NULL when OpenSSL does not have it.
 */
struct drtmon_hash *drtmon_hash_new(const struct drtmon_alg *alg);

/**
 * drtmon_hash() - hash one block of bytes
 * @hash: from drtmon_hash_new(); one thread at a time
 * @out: the algorithm's digest size of bytes; may overlap @data
 * @data: bytes
 * @len: number of bytes
 *
 * Return: 0, or -EIO.
 */
int drtmon_hash(struct drtmon_hash *hash, uint8_t *out, const void *data, size_t len);

/**
 * drtmon_hash_two() - hash two blocks as if they were one
 * @hash: from drtmon_hash_new()
 * @out: the digest; may overlap either block
 * @a: first bytes
 * @a_len: number of them
 * @b: last bytes
 * @b_len: number of them
 *
 * Return: 0, or -EIO.
 */
int drtmon_hash_two(struct drtmon_hash *hash, uint8_t *out, const void *a, size_t a_len,
		    const void *b, size_t b_len);

/**
 * drtmon_hash_free() - release
 * @hash: may be NULL
 */
void drtmon_hash_free(struct drtmon_hash *hash);

#endif
