// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The low-level functions are deprecated in OpenSSL 3 and work. An OpenSSL
 * built without them, or OPENSSL_NO_DEPRECATED here, leaves all hashing to
 * hash.c.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "lib/log/hash_blocks.h"

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#ifndef OPENSSL_NO_DEPRECATED_3_0

/**
 * struct drtmon_blocks - one compression function
 * @is_sha1: which
 * @start: the hash value before the first block (FIPS 180-4, 5.3)
 * @sha1: hash value in work, the first thing in it
 * @sha256: see @sha1
 */
struct drtmon_blocks {
	bool is_sha1;
	uint32_t start[8];
	union {
		SHA_CTX sha1;
		SHA256_CTX sha256;
	};
};

_Static_assert(offsetof(SHA_CTX, h0) == 0 && offsetof(SHA_CTX, h4) == 16, "layout of SHA_CTX");
_Static_assert(offsetof(SHA256_CTX, h) == 0, "layout of SHA256_CTX");

struct drtmon_blocks *drtmon_blocks_new(uint16_t alg_id)
{
	struct drtmon_blocks *b;

	if (alg_id != 0x0004 && alg_id != 0x000b)
		return NULL;
	b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->is_sha1 = alg_id == 0x0004;
	if (b->is_sha1 ? SHA1_Init(&b->sha1) : SHA256_Init(&b->sha256)) {
		memcpy(b->start, &b->sha256, sizeof(b->start));
		return b;
	}
	free(b);
	return NULL;
}

/* For SHA-1 this is more than the five words; the rest is only a byte count. */
static inline void begin(struct drtmon_blocks *b)
{
	memcpy(&b->sha256, b->start, sizeof(b->start));
}

static inline void step(struct drtmon_blocks *b, const uint8_t *block)
{
	if (b->is_sha1)
		SHA1_Transform(&b->sha1, block);
	else
		SHA256_Transform(&b->sha256, block);
}

/*
 * Four words at once: the next extend loads 16 bytes at a time, and a load of
 * what several stores wrote waits for them to reach the cache.
 */
typedef uint32_t four __attribute__((vector_size(16)));

static inline void four_put(uint8_t *out, const uint32_t *word)
{
	four w;

	memcpy(&w, word, sizeof(w));
#if __BYTE_ORDER == __LITTLE_ENDIAN
	w = (w & 0x00ff00ff) << 8 | (w >> 8 & 0x00ff00ff);
	w = w << 16 | w >> 16;
#endif
	memcpy(out, &w, sizeof(w));
}

static inline void end(const struct drtmon_blocks *b, uint8_t *out)
{
	const uint32_t *h = b->sha256.h;
	uint32_t last = htobe32(h[4]);

	four_put(out, h);
	if (b->is_sha1)
		memcpy(out + 16, &last, sizeof(last));
	else
		four_put(out + 16, h + 4);
}

void drtmon_blocks_hash(struct drtmon_blocks *blocks, uint8_t *out, const uint8_t *data, size_t n,
			const uint8_t *tail, size_t n_tail)
{
	begin(blocks);
	for (; n; n--, data += DRTMON_BLOCK)
		step(blocks, data);
	for (; n_tail; n_tail--, tail += DRTMON_BLOCK)
		step(blocks, tail);
	end(blocks, out);
}

void drtmon_blocks_pair(const struct drtmon_blocks_side *a, const struct drtmon_blocks_side *b)
{
	size_t i;

	begin(a->blocks);
	begin(b->blocks);
	for (i = 0; i < a->n || i < b->n; i++) {
		if (i < a->n)
			step(a->blocks, a->data + i * DRTMON_BLOCK);
		if (i < b->n)
			step(b->blocks, b->data + i * DRTMON_BLOCK);
	}
	end(a->blocks, a->out);
	end(b->blocks, b->out);
}

#else

struct drtmon_blocks *drtmon_blocks_new(uint16_t alg_id)
{
	(void)alg_id;
	return NULL;
}

void drtmon_blocks_hash(struct drtmon_blocks *blocks, uint8_t *out, const uint8_t *data, size_t n,
			const uint8_t *tail, size_t n_tail)
{
}

void drtmon_blocks_pair(const struct drtmon_blocks_side *a, const struct drtmon_blocks_side *b)
{
}

#endif
