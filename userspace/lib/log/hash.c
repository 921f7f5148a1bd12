// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * OpenSSL's digests without its per-hash cost. EVP_DigestInit_ex2() of OpenSSL
 * 3.0 allocates a context for every hash, prefetched or not: for the two SHA
 * blocks of an extend that costs as much again as the hash. So the functions
 * that EVP would call are taken from the fetched digest's provider once and
 * called directly, which is the interface providers are made of (provider(7),
 * provider-digest(7)). EVP itself is the way when a provider does not show
 * them.
 */
#include "lib/log/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/core_dispatch.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

/**
 * struct drtmon_hash - one digest, ready to use
 * @md: fetched once: an implicit fetch at every hash costs five times the hash
 * @ctx: EVP's, where @state is NULL
 * @size: digest bytes
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
	if (hash->state || hash->ctx)
		return hash;
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
