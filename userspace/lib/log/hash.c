// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * OpenSSL's digests without its per-hash cost. EVP_DigestInit_ex2() of OpenSSL
 * 3.0 allocates a context for every hash, prefetched or not: for the two SHA
 * blocks of an extend that costs as much again as the hash. So the functions
 * that EVP would call are taken from the fetched digest's provider once and
 * called directly, which is the interface providers are made of (provider(7),
 * provider-digest(7)). EVP itself is the way when a provider does not show
 * them.
 *
 * SHA-1 and SHA-256 of the default provider go one step further, as replays
 * are made of them: whole blocks, padded here, are given to SHA1_Update() and
 * SHA256_Update(), which pass those on to the same compression function
 * without a copy. Setting up, copying and wiping a context costs a quarter of
 * the two blocks of an extend.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "lib/log/hash.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/core_dispatch.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/sha.h>

/* Of SHA-1 and SHA-256 (FIPS 180-4, 5.1.1). */
#define BLOCK 64u
/* Data up to here is padded where it is copied to. */
#define SHORT (3 * BLOCK)

/**
 * enum way - how a digest is computed
 * @WAY_PROVIDER: by the provider's functions, or by EVP
 * @WAY_SHA1: by whole blocks
 * @WAY_SHA256: by whole blocks
 */
enum way {
	WAY_PROVIDER,
	WAY_SHA1,
	WAY_SHA256,
};

/**
 * struct drtmon_hash - one digest, ready to use
 * @md: fetched once: an implicit fetch at every hash costs five times the hash
 * @ctx: EVP's, where @state is NULL
 * @size: digest bytes
 * @way: see enum way
 * @sha1: start state of WAY_SHA1
 * @sha256: start state of WAY_SHA256
 * @state: the provider's context
 * @init: the provider's functions
 * @update: see @init
 * @final: see @init
 * @free: see @init
 */
struct drtmon_hash {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
	size_t size;
	enum way way;
	SHA_CTX sha1;
	SHA256_CTX sha256;
	void *state;
	OSSL_FUNC_digest_init_fn *init;
	OSSL_FUNC_digest_update_fn *update;
	OSSL_FUNC_digest_final_fn *final;
	OSSL_FUNC_digest_freectx_fn *free;
};

/* Names are a list with colons, the best known one first. */
static const OSSL_DISPATCH *implementation(const OSSL_ALGORITHM *algs, const char *name)
{
	const size_t len = strlen(name);

	for (; algs && algs->algorithm_names; algs++)
		if (!strncasecmp(algs->algorithm_names, name, len) &&
		    (!algs->algorithm_names[len] || algs->algorithm_names[len] == ':'))
			return algs->implementation;
	return NULL;
}

static void dispatch_take(struct drtmon_hash *hash, const OSSL_DISPATCH *d, void *provider)
{
	OSSL_FUNC_digest_newctx_fn *newctx = NULL;

	for (; d && d->function_id; d++) {
		if (d->function_id == OSSL_FUNC_DIGEST_NEWCTX)
			newctx = OSSL_FUNC_digest_newctx(d);
		else if (d->function_id == OSSL_FUNC_DIGEST_INIT)
			hash->init = OSSL_FUNC_digest_init(d);
		else if (d->function_id == OSSL_FUNC_DIGEST_UPDATE)
			hash->update = OSSL_FUNC_digest_update(d);
		else if (d->function_id == OSSL_FUNC_DIGEST_FINAL)
			hash->final = OSSL_FUNC_digest_final(d);
		else if (d->function_id == OSSL_FUNC_DIGEST_FREECTX)
			hash->free = OSSL_FUNC_digest_freectx(d);
	}
	if (newctx && hash->init && hash->update && hash->final && hash->free)
		hash->state = newctx(provider);
}

static void dispatch_find(struct drtmon_hash *hash, const char *name)
{
	const OSSL_PROVIDER *provider = EVP_MD_get0_provider(hash->md);
	const OSSL_ALGORITHM *algs;
	int no_cache = 0;

	if (!provider)
		return;
	algs = OSSL_PROVIDER_query_operation(provider, OSSL_OP_DIGEST, &no_cache);
	dispatch_take(hash, implementation(algs, name), OSSL_PROVIDER_get0_provider_ctx(provider));
	OSSL_PROVIDER_unquery_operation(provider, OSSL_OP_DIGEST, algs);
}

static void words_put(uint8_t *out, const uint32_t *word, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint32_t be = htobe32(word[i]);

		memcpy(out + 4 * i, &be, 4);
	}
}

static bool sha1_blocks(const struct drtmon_hash *hash, uint8_t *out, const uint8_t *data,
			size_t whole, const uint8_t *tail, size_t tail_len)
{
	SHA_CTX ctx = hash->sha1;
	const uint32_t *const h[] = { &ctx.h0, &ctx.h1, &ctx.h2, &ctx.h3, &ctx.h4 };
	size_t i;

	if ((whole && !SHA1_Update(&ctx, data, whole)) || !SHA1_Update(&ctx, tail, tail_len))
		return false;
	for (i = 0; i < 5; i++)
		words_put(out + 4 * i, h[i], 1);
	return true;
}

static bool sha256_blocks(const struct drtmon_hash *hash, uint8_t *out, const uint8_t *data,
			  size_t whole, const uint8_t *tail, size_t tail_len)
{
	SHA256_CTX ctx = hash->sha256;

	if ((whole && !SHA256_Update(&ctx, data, whole)) || !SHA256_Update(&ctx, tail, tail_len))
		return false;
	words_put(out, ctx.h, 8);
	return true;
}

/* Padding: a one bit, zeros, the length in bits. */
static int blocks_hash(const struct drtmon_hash *hash, uint8_t *out, const uint8_t *data,
		       size_t len)
{
	uint8_t tail[SHORT + 2 * BLOCK];
	const uint64_t bits = htobe64((uint64_t)len * 8);
	size_t whole = len < SHORT ? 0 : len - len % BLOCK, rest = len - whole;
	size_t tail_len = (rest + 1 + 8 + BLOCK - 1) / BLOCK * BLOCK;

	if (rest)
		memcpy(tail, data + whole, rest);
	tail[rest] = 0x80;
	memset(tail + rest + 1, 0, tail_len - rest - 1 - 8);
	memcpy(tail + tail_len - 8, &bits, 8);
	if (hash->way == WAY_SHA1)
		return sha1_blocks(hash, out, data, whole, tail, tail_len) ? 0 : -EIO;
	return sha256_blocks(hash, out, data, whole, tail, tail_len) ? 0 : -EIO;
}

/* Only in place of the default provider, and only if it computes the same. */
static void blocks_try(struct drtmon_hash *hash, const struct drtmon_alg *alg)
{
	const OSSL_PROVIDER *provider = EVP_MD_get0_provider(hash->md);
	uint8_t data[SHORT + BLOCK + 1] = { 1, 2, 3 }, theirs[EVP_MAX_MD_SIZE], ours[EVP_MAX_MD_SIZE];
	const enum way way = alg->id == 0x0004	 ? WAY_SHA1
			     : alg->id == 0x000b ? WAY_SHA256
						 : WAY_PROVIDER;
	size_t len;

	if (way == WAY_PROVIDER || !provider ||
	    strcmp(OSSL_PROVIDER_get0_name(provider), "default") || !SHA1_Init(&hash->sha1) ||
	    !SHA256_Init(&hash->sha256))
		return;
	for (len = sizeof(data); len; len /= 2) {
		hash->way = WAY_PROVIDER;
		if (drtmon_hash(hash, theirs, data, len))
			return;
		hash->way = way;
		if (blocks_hash(hash, ours, data, len) || memcmp(ours, theirs, hash->size)) {
			hash->way = WAY_PROVIDER;
			return;
		}
	}
}

struct drtmon_hash *drtmon_hash_new(const struct drtmon_alg *alg)
{
	struct drtmon_hash *hash = calloc(1, sizeof(*hash));

	if (!hash)
		return NULL;
	hash->size = alg->size;
	hash->md = EVP_MD_fetch(NULL, alg->evp, NULL);
	if (hash->md && EVP_MD_get_size(hash->md) == alg->size) {
		dispatch_find(hash, alg->evp);
		if (!hash->state)
			hash->ctx = EVP_MD_CTX_new();
	}
	if (hash->state || hash->ctx) {
		blocks_try(hash, alg);
		return hash;
	}
	drtmon_hash_free(hash);
	return NULL;
}

static int two_evp(struct drtmon_hash *hash, uint8_t *out, const void *a, size_t a_len,
		   const void *b, size_t b_len)
{
	return EVP_DigestInit_ex2(hash->ctx, hash->md, NULL) &&
	       EVP_DigestUpdate(hash->ctx, a, a_len) &&
	       (!b_len || EVP_DigestUpdate(hash->ctx, b, b_len)) &&
	       EVP_DigestFinal_ex(hash->ctx, out, NULL);
}

int drtmon_hash(struct drtmon_hash *hash, uint8_t *out, const void *data, size_t len)
{
	size_t n;

	if (hash->way != WAY_PROVIDER)
		return blocks_hash(hash, out, data, len);
	if (!hash->state)
		return two_evp(hash, out, data, len, NULL, 0) ? 0 : -EIO;
	if (!hash->init(hash->state, NULL) || !hash->update(hash->state, data, len) ||
	    !hash->final(hash->state, out, &n, hash->size))
		return -EIO;
	return 0;
}

int drtmon_hash_two(struct drtmon_hash *hash, uint8_t *out, const void *a, size_t a_len,
		    const void *b, size_t b_len)
{
	size_t n = 0;

	if (!hash->state)
		return two_evp(hash, out, a, a_len, b, b_len) ? 0 : -EIO;
	if (!hash->init(hash->state, NULL) || !hash->update(hash->state, a, a_len) ||
	    (b_len && !hash->update(hash->state, b, b_len)) ||
	    !hash->final(hash->state, out, &n, hash->size))
		return -EIO;
	return 0;
}

void drtmon_hash_free(struct drtmon_hash *hash)
{
	if (!hash)
		return;
	if (hash->state)
		hash->free(hash->state);
	EVP_MD_CTX_free(hash->ctx);
	EVP_MD_free(hash->md);
	free(hash);
}
