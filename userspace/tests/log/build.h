/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_LOG_BUILD_H
#define DRTMON_TESTS_LOG_BUILD_H

/* Logs made by hand, byte by byte, and looked at as the tool does. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/log/analysis.h"
#include "lib/log/hash.h"

/* A log under construction. */
struct build {
	size_t len;
	uint8_t data[1 << 16];
};

static inline void put(struct build *b, const void *data, size_t len)
{
	assert_true(b->len + len <= sizeof(b->data));
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

static inline void put32(struct build *b, uint32_t v)
{
	uint8_t le[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	put(b, le, 4);
}

static inline void put32be(struct build *b, uint32_t v)
{
	uint8_t be[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	put(b, be, 4);
}

static inline const struct drtmon_alg *alg_of(const char *name)
{
	return drtmon_alg_by_name(name, strlen(name));
}

/* Digest of some bytes; good until the next call but seven. */
static inline const uint8_t *hash_of(const char *alg, const void *data, size_t len)
{
	static uint8_t out[8][DRTMON_ALG_DIGEST_MAX];
	static unsigned int n;
	struct drtmon_hash *hash = drtmon_hash_new(alg_of(alg));
	uint8_t *p = out[n++ % 8];

	assert_non_null(hash);
	assert_int_equal(drtmon_hash(hash, p, data, len), 0);
	drtmon_hash_free(hash);
	return p;
}

/* H(old ‖ digest), in place. */
static inline void chain(uint8_t *value, const char *alg, const uint8_t *digest)
{
	uint8_t both[2 * DRTMON_ALG_DIGEST_MAX];
	size_t size = alg_of(alg)->size;

	memcpy(both, value, size);
	memcpy(both + size, digest, size);
	memcpy(value, hash_of(alg, both, 2 * size), size);
}

/* A TCG 1.2 record whose digest is that of its data. */
static inline void put_tcg12(struct build *b, uint32_t pcr, uint32_t type, const char *alg,
			     const void *data, uint32_t len)
{
	put32(b, pcr);
	put32(b, type);
	put(b, hash_of(alg, data, len), alg_of(alg)->size);
	put32(b, len);
	put(b, data, len);
}

static inline void look_at(struct drtmon_analysis *a, const struct build *b,
			   const struct drtmon_pcrs *expect)
{
	struct drtmon_analysis_args args = { .replay.check_templates = true };
	struct drtmon_err err = { 0 };

	args.log.data = b->data;
	args.log.len = b->len;
	args.replay.expect = expect;
	if (drtmon_analysis_run(a, &args, &err))
		fail_msg("%s", err.msg);
}

static inline void text_log(struct build *b, const char *text)
{
	b->len = 0;
	put(b, text, strlen(text));
}

static inline bool says(const struct drtmon_analysis *a, const char *what)
{
	unsigned int i;

	for (i = 0; i < a->info->n_problems && i < DRTMON_LOG_PROBLEMS; i++)
		if (strstr(a->info->problem[i].what, what))
			return true;
	return false;
}

static inline void value_is(const struct drtmon_analysis *a, const char *alg, uint32_t pcr,
			    const uint8_t *value)
{
	const uint8_t *got = drtmon_pcrs_get(a->pcrs, alg_of(alg), pcr);

	assert_non_null(got);
	assert_memory_equal(got, value, alg_of(alg)->size);
}

#endif
