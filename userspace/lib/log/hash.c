// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/hash.h"

#include <errno.h>
#include <stdlib.h>

#include <openssl/evp.h>

/**
 * struct drtmon_hash - context that keeps its fetched digest
 * @md: fetched once: an implicit fetch at every hash costs five times the hash
 * @ctx: initialised with @md
 */
struct drtmon_hash {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

struct drtmon_hash *drtmon_hash_new(const struct drtmon_alg *alg)
{
	struct drtmon_hash *hash = calloc(1, sizeof(*hash));

	if (!hash)
		return NULL;
	hash->md = EVP_MD_fetch(NULL, alg->evp, NULL);
	hash->ctx = EVP_MD_CTX_new();
	if (!hash->md || !hash->ctx || EVP_MD_get_size(hash->md) != alg->size ||
	    !EVP_DigestInit_ex2(hash->ctx, hash->md, NULL)) {
		drtmon_hash_free(hash);
		return NULL;
	}
	return hash;
}

int drtmon_hash(struct drtmon_hash *hash, uint8_t *out, const void *data, size_t len)
{
	return drtmon_hash_two(hash, out, data, len, NULL, 0);
}

int drtmon_hash_two(struct drtmon_hash *hash, uint8_t *out, const void *a, size_t a_len,
		    const void *b, size_t b_len)
{
	if (!EVP_DigestInit_ex2(hash->ctx, hash->md, NULL) ||
	    !EVP_DigestUpdate(hash->ctx, a, a_len) ||
	    (b_len && !EVP_DigestUpdate(hash->ctx, b, b_len)) ||
	    !EVP_DigestFinal_ex(hash->ctx, out, NULL))
		return -EIO;
	return 0;
}

void drtmon_hash_free(struct drtmon_hash *hash)
{
	if (!hash)
		return;
	EVP_MD_CTX_free(hash->ctx);
	EVP_MD_free(hash->md);
	free(hash);
}
