// SPDX-License-Identifier: GPL-2.0-or-later
/* An IMA list replayed on two threads is the same as on one: values and problems. */
#include "tests/log/build.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/log/log.h"
#include "lib/log/replay.h"

/* More than all batches on their way together hold. */
#define ENTRIES 5000u

/**
 * struct list - an IMA list under construction
 * @data: records
 * @len: bytes
 * @big: numbers are big-endian
 * @n: records
 * @bad: of those, with a digest that is not their data's
 */
struct list {
	uint8_t *data;
	size_t len;
	bool big;
	unsigned int n;
	unsigned int bad;
};

static void add(struct list *list, const void *data, size_t len)
{
	memcpy(list->data + list->len, data, len);
	list->len += len;
}

static void add32(struct list *list, uint32_t v)
{
	const uint8_t le[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
				(uint8_t)(v >> 24) };
	const uint8_t be[4] = { le[3], le[2], le[1], le[0] };

	add(list, list->big ? be : le, 4);
}

/* Template "ima": digest and name, hashed with the name padded to 256 bytes. */
static void add_old(struct list *list)
{
	uint8_t data[20 + 256] = { 0 };
	int len;

	data[0] = (uint8_t)list->n;
	len = snprintf((char *)data + 20, 256, "/old/%u", list->n);
	add32(list, 10);
	add(list, hash_of("sha1", data, sizeof(data)), 20);
	add32(list, 3);
	add(list, "ima", 3);
	add(list, data, 20);
	add32(list, (uint32_t)len);
	add(list, data + 20, (size_t)len);
	list->n++;
}

enum kind {
	GOOD,
	BAD,
	VIOLATION
};

static void add_new(struct list *list, size_t len, enum kind kind)
{
	static uint8_t data[300000];
	uint8_t digest[20] = { 0 };

	memset(data, (int)(list->n * 31), len);
	if (kind != VIOLATION)
		memcpy(digest, hash_of("sha1", data, len), 20);
	if (kind == BAD)
		digest[list->n % 20] ^= 0x10;
	add32(list, list->n % 7 ? 10 : 11);
	add(list, digest, 20);
	add32(list, 6);
	add(list, "ima-ng", 6);
	add32(list, (uint32_t)len);
	add(list, data, len);
	list->n++;
	list->bad += kind == BAD;
}

static void list_make(struct list *list, unsigned int bad_every, bool large)
{
	unsigned int i;

	list->data = malloc(64u << 20);
	assert_non_null(list->data);
	for (i = 0; i < ENTRIES; i++) {
		if (i % 50 == 49)
			add_old(list);
		else if (i % 60 == 59)
			add_new(list, 100, VIOLATION);
		else if (large && i % 97 == 0)
			/* Larger than what is handed over, than its rest, and than a copy. */
			add_new(list, i % 2 ? 250000 : i % 4 ? 40000 : 700, GOOD);
		else
			add_new(list, i % 200, bad_every && !(i % bad_every) ? BAD : GOOD);
	}
}

/**
 * struct result - what a replay came to
 * @pcrs: values
 * @info: problems
 * @padded: PCR 10 of sha256 came out by the rule for kernels without it
 */
struct result {
	struct drtmon_pcrs pcrs;
	struct drtmon_log_info info;
	bool padded;
};

static void replay(struct result *result, const struct list *list, unsigned int threads,
		   const struct drtmon_pcrs *expect)
{
	struct drtmon_replay_args rargs = { .check_templates = true,
					    .threads = threads,
					    .expect = expect };
	struct drtmon_log_args args = { .data = list->data, .len = list->len };
	const struct drtmon_replay_pcr *pcr;
	struct drtmon_err err = { 0 };
	struct drtmon_replay *r;
	struct drtmon_log *log;

	assert_int_equal(drtmon_log_open(&log, &args, &err), 0);
	assert_int_equal(drtmon_replay_new(&r, &rargs, &err), 0);
	assert_int_equal(drtmon_replay_run(r, log, &err), 0);
	result->pcrs = *drtmon_replay_pcrs(r);
	result->info = *drtmon_log_info(log);
	pcr = drtmon_replay_pcr(r, alg_of("sha256"), 10);
	assert_non_null(pcr);
	result->padded = pcr->padded;
	drtmon_replay_free(r);
	drtmon_log_close(log);
}

static void pcrs_same(const struct drtmon_pcrs *a, const struct drtmon_pcrs *b)
{
	json_t *one = drtmon_pcrs_json(a), *other = drtmon_pcrs_json(b);

	assert_true(json_equal(one, other));
	assert_true(json_object_size(one) >= 3);
	json_decref(one);
	json_decref(other);
}

static void both_ways(const struct list *list, const struct drtmon_pcrs *expect, struct result *one)
{
	static struct result two;
	unsigned int i;

	replay(one, list, 1, expect);
	replay(&two, list, 2, expect);
	pcrs_same(&one->pcrs, &two.pcrs);
	assert_int_equal(one->info.format, DRTMON_LOG_IMA);
	assert_int_equal(one->info.events, list->n);
	assert_int_equal(two.info.events, list->n);
	assert_int_equal(one->info.n_problems, list->bad);
	assert_int_equal(two.info.n_problems, list->bad);
	assert_int_equal(one->padded, two.padded);
	for (i = 0; i < list->bad && i < DRTMON_LOG_PROBLEMS; i++) {
		assert_int_equal(one->info.problem[i].offset, two.info.problem[i].offset);
		assert_int_equal(one->info.problem[i].event, two.info.problem[i].event);
		assert_string_equal(one->info.problem[i].what, two.info.problem[i].what);
	}
}

static void test_same(void **state)
{
	static struct result result;
	int i;

	for (i = 0; i < 8; i++) {
		struct list list = { .big = i & 1 };

		/* Alone, at every place in a batch, and in every entry. */
		list_make(&list, i & 2 ? 0 : i & 1 ? 1 : 83, i & 4);
		both_ways(&list, NULL, &result);
		free(list.data);
	}
}

/* Values of a kernel that pads SHA-1 are looked for, and found, on two threads too. */
static void test_padded(void **state)
{
	static struct drtmon_pcrs expect;
	static struct result result;
	struct list list = { 0 };
	uint8_t value[64] = { 0 }, digest[64];
	unsigned int i;

	list.data = malloc(1u << 20);
	assert_non_null(list.data);
	for (i = 0; i < 700; i++) {
		uint32_t len = 50 + i % 30;
		size_t at = list.len;

		list.n = i * 7 + 1;
		add_new(&list, len, GOOD);
		memset(digest, 0, sizeof(digest));
		memcpy(digest, list.data + at + 4, 20);
		chain(value, "sha256", digest);
	}
	list.n = i;
	drtmon_pcrs_set(&expect, alg_of("sha256"), 10, value);
	both_ways(&list, &expect, &result);
	assert_true(result.padded);
	assert_memory_equal(drtmon_pcrs_get(&result.pcrs, alg_of("sha256"), 10), value, 32);
	free(list.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_padded),
	};

	return cmocka_run_group_tests_name("log-threads", tests, NULL, NULL);
}
