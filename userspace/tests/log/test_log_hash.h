/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_LOG_TEST_LOG_HASH_H
#define DRTMON_TESTS_LOG_TEST_LOG_HASH_H

/* Our hashes beside OpenSSL's EVP, of every length around the blocks. */

#include <openssl/evp.h>

#include "tests/log/build.h"

#define HASHES	   4
#define HASH_BYTES 600

static const char *const hash_names[HASHES] = { "sha1", "sha256", "sha384", "sha512" };

/* What EVP says of @len bytes of a pattern. */
static inline void hash_theirs(uint8_t *out, unsigned int i, const uint8_t *data, size_t len)
{
	assert_true(EVP_Digest(data, len, out, NULL, EVP_get_digestbyname(hash_names[i]), NULL));
}

static inline void hash_pattern(uint8_t data[HASH_BYTES])
{
	size_t i;

	for (i = 0; i < HASH_BYTES; i++)
		data[i] = (uint8_t)(i * 7 + i / 256);
}

/* One hash at a time, in place as well. */
static inline void hash_alone(void)
{
	uint8_t data[HASH_BYTES], copy[HASH_BYTES + 1];
	uint8_t ours[DRTMON_ALG_DIGEST_MAX], theirs[DRTMON_ALG_DIGEST_MAX];
	unsigned int i;
	size_t len;

	hash_pattern(data);
	for (i = 0; i < HASHES; i++) {
		const size_t size = alg_of(hash_names[i])->size;
		struct drtmon_hash *hash = drtmon_hash_new(alg_of(hash_names[i]));

		assert_non_null(hash);
		for (len = 0; len <= sizeof(data); len++) {
			hash_theirs(theirs, i, data, len);
			assert_int_equal(drtmon_hash(hash, ours, data, len), 0);
			assert_memory_equal(ours, theirs, size);
			assert_int_equal(drtmon_hash_two(hash, ours, data, len / 3, data + len / 3,
							 len - len / 3),
					 0);
			assert_memory_equal(ours, theirs, size);
			/* Not aligned, and over its own message. */
			memcpy(copy + 1, data, len);
			assert_int_equal(drtmon_hash(hash, copy + 1, copy + 1, len), 0);
			assert_memory_equal(copy + 1, theirs, size);
		}
		drtmon_hash_free(hash);
	}
}

/* Two of any kind and of different lengths in one go, each over its message. */
static inline void hash_jobs(void)
{
	static const size_t lens[] = { 0, 1, 40, 55, 56, 64, 94, 119, 120, 500 };
	const size_t n = sizeof(lens) / sizeof(lens[0]);
	uint8_t data[HASH_BYTES], msg[2][HASH_BYTES + 72], theirs[DRTMON_ALG_DIGEST_MAX];
	struct drtmon_hash *hash[2 * HASHES];
	unsigned int pair, side;
	size_t at;

	hash_pattern(data);
	for (side = 0; side < 2 * HASHES; side++)
		hash[side] = drtmon_hash_new(alg_of(hash_names[side / 2]));
	for (pair = 0; pair < HASHES * HASHES; pair++) {
		for (at = 0; at < n * n * 4; at++) {
			const unsigned int kind[2] = { pair % HASHES, pair / HASHES };
			const size_t len[2] = { lens[at / 4 % n], lens[at / 4 / n] };
			struct drtmon_hash_job job[2];

			for (side = 0; side < 2; side++) {
				memcpy(msg[side], data + side, len[side]);
				/* The same struct drtmon_hash for both is slower, not wrong. */
				job[side] = (struct drtmon_hash_job){
					hash[2 * kind[side] + (at / 4 % 2 ? side : 0)], msg[side],
					msg[side], len[side],
					at >> side & 1 ? drtmon_hash_pad(msg[side], len[side]) : 0
				};
			}
			assert_int_equal(drtmon_hash_run(job, 2), 0);
			for (side = 0; side < 2; side++) {
				hash_theirs(theirs, kind[side], data + side, len[side]);
				assert_memory_equal(msg[side], theirs,
						    alg_of(hash_names[kind[side]])->size);
			}
		}
	}
	for (side = 0; side < 2 * HASHES; side++)
		drtmon_hash_free(hash[side]);
}

static void test_hash(void **state)
{
	hash_alone();
}

static void test_hash_jobs(void **state)
{
	hash_jobs();
}

#endif
