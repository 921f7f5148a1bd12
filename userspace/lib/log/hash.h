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
 * Return: release with drtmon_hash_free(); NULL with errno ENOTSUP when OpenSSL
 * does not have it, ENOMEM without memory.
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

/* Bytes of a message with SHA-1's and SHA-256's padding (FIPS 180-4, 5.1.1). */
#define DRTMON_HASH_PADDED(len) (((size_t)(len) + 72) / 64 * 64)

/**
 * drtmon_hash_pad() - put SHA-1's and SHA-256's padding behind a message
 * @msg: message, with room for DRTMON_HASH_PADDED(@len) bytes
 * @len: its bytes
 *
 * Return: bytes with the padding.
 */
size_t drtmon_hash_pad(uint8_t *msg, size_t len);

/**
 * drtmon_hash_message() - copy a message and put the padding behind the copy
 * @msg: the copy, with room for DRTMON_HASH_PADDED(@len) bytes
 * @data: message
 * @len: its bytes
 *
 * Return: bytes with the padding.
 */
size_t drtmon_hash_message(uint8_t *msg, const uint8_t *data, size_t len);

/**
 * struct drtmon_hash_job - one of some hashes to compute
 * @hash: from drtmon_hash_new(); one thread at a time
 * @out: the digest; may overlap @data, not another job's
 * @data: bytes
 * @len: number of bytes
 * @padded: what drtmon_hash_pad() returned for @data; 0: it was not called
 */
struct drtmon_hash_job {
	struct drtmon_hash *hash;
	uint8_t *out;
	const uint8_t *data;
	size_t len;
	size_t padded;
};

/**
 * drtmon_hash_run() - hashes that do not depend on one another
 * @job: jobs
 * @n: number of them
 *
 * Faster than one drtmon_hash() after the other where jobs are padded and
 * neighbours have a struct drtmon_hash each.
 *
 * Return: 0, or -EIO.
 */
int drtmon_hash_run(const struct drtmon_hash_job *job, size_t n);

/**
 * drtmon_hash_free() - release
 * @hash: may be NULL
 */
void drtmon_hash_free(struct drtmon_hash *hash);

#endif
