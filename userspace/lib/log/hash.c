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
 * are made of them: padded here and given to the compression function block
 * by block. Setting up, copying and wiping a context costs a quarter of the
 * two blocks of an extend.
 */
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

#include "lib/log/hash_blocks.h"

/* Data up to here is padded where it is copied to. */
#define SHORT (3 * DRTMON_BLOCK)

/**
 * struct drtmon_hash - one digest, ready to use
 * @md: fetched once: an implicit fetch at every hash costs five times the hash
 * @ctx: EVP's, where @state is NULL
 * @size: digest bytes
 * @blocks: the compression function, NULL where it is not for us
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
	struct drtmon_blocks *blocks;
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

/* Padding behind the last @len bytes of a message of @total. */
static size_t pad(uint8_t *msg, size_t len, uint64_t total)
{
	const uint64_t bits = htobe64(total * 8);
	const size_t padded = DRTMON_HASH_PADDED(len);

	msg[len] = 0x80;
	memset(msg + len + 1, 0, padded - len - 1 - sizeof(bits));
	memcpy(msg + padded - sizeof(bits), &bits, sizeof(bits));
	return padded;
}

size_t drtmon_hash_pad(uint8_t *msg, size_t len)
{
	return pad(msg, len, len);
}

/*
 * A function of its own, so that no caller's bound of @len makes the compiler
 * put string instructions in memcpy()'s place: for a template they take as
 * long as a block of its hash.
 */
size_t drtmon_hash_message(uint8_t *msg, const uint8_t *data, size_t len)
{
	memcpy(msg, data, len);
	return pad(msg, len, len);
}

static void blocks_hash(const struct drtmon_hash *hash, uint8_t *out, const uint8_t *data,
			size_t len)
{
	uint8_t tail[DRTMON_HASH_PADDED(SHORT)];
	const size_t whole = len < SHORT ? 0 : len - len % DRTMON_BLOCK, rest = len - whole;

	if (rest)
		memcpy(tail, data + whole, rest);
	drtmon_blocks_hash(hash->blocks, out, data, whole / DRTMON_BLOCK, tail,
			   pad(tail, rest, len) / DRTMON_BLOCK);
}

/* Only in place of the default provider, and only if it computes the same. */
static void blocks_try(struct drtmon_hash *hash, const struct drtmon_alg *alg)
{
	const OSSL_PROVIDER *provider = EVP_MD_get0_provider(hash->md);
	uint8_t data[SHORT + DRTMON_BLOCK + 1] = { 1, 2, 3 };
	uint8_t theirs[EVP_MAX_MD_SIZE], ours[EVP_MAX_MD_SIZE];
	struct drtmon_blocks *blocks;
	bool same = true;
	size_t len;

	if (!provider || strcmp(OSSL_PROVIDER_get0_name(provider), "default"))
		return;
	blocks = drtmon_blocks_new(alg->id);
	for (len = sizeof(data); blocks && same && len; len /= 2) {
		hash->blocks = NULL;
		same = !drtmon_hash(hash, theirs, data, len);
		hash->blocks = blocks;
		blocks_hash(hash, ours, data, len);
		same = same && !memcmp(ours, theirs, hash->size);
	}
	if (same)
		return;
	hash->blocks = NULL;
	free(blocks);
}

struct drtmon_hash *drtmon_hash_new(const struct drtmon_alg *alg)
{
	struct drtmon_hash *hash = calloc(1, sizeof(*hash));
	int ret;

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
	ret = hash->md ? ENOMEM : ENOTSUP;
	drtmon_hash_free(hash);
	errno = ret;
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

	if (hash->blocks) {
		blocks_hash(hash, out, data, len);
		return 0;
	}
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

static int job_run(const struct drtmon_hash_job *job)
{
	if (!job->hash->blocks || !job->padded)
		return drtmon_hash(job->hash, job->out, job->data, job->len);
	drtmon_blocks_hash(job->hash->blocks, job->out, job->data, job->padded / DRTMON_BLOCK, NULL,
			   0);
	return 0;
}

/* Two that the compression functions can do in turns. */
static bool pair_run(const struct drtmon_hash_job *a, const struct drtmon_hash_job *b)
{
	struct drtmon_blocks *const blocks_a = a->hash->blocks, *const blocks_b = b->hash->blocks;

	if (!blocks_a || !blocks_b || blocks_a == blocks_b || !a->padded || !b->padded)
		return false;
	drtmon_blocks_pair(&(struct drtmon_blocks_side){ blocks_a, a->out, a->data,
							 a->padded / DRTMON_BLOCK },
			   &(struct drtmon_blocks_side){ blocks_b, b->out, b->data,
							 b->padded / DRTMON_BLOCK });
	return true;
}

int drtmon_hash_run(const struct drtmon_hash_job *job, size_t n)
{
	size_t i = 0;

	while (i < n) {
		if (i + 1 < n && pair_run(&job[i], &job[i + 1])) {
			i += 2;
			continue;
		}
		if (job_run(&job[i++]))
			return -EIO;
	}
	return 0;
}

void drtmon_hash_free(struct drtmon_hash *hash)
{
	if (!hash)
		return;
	if (hash->state)
		hash->free(hash->state);
	free(hash->blocks);
	EVP_MD_CTX_free(hash->ctx);
	EVP_MD_free(hash->md);
	free(hash);
}
