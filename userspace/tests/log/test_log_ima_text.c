// SPDX-License-Identifier: GPL-2.0-or-later
/* What ascii_runtime_measurements does not say, and the template digests do. */
#include "tests/log/build.h"

#include <stdio.h>

#include "lib/log/decode.h"

/* A field of template data, its length in the byte order of the kernel that hashed it. */
static void put_field(struct build *b, bool big, const void *data, uint32_t len)
{
	(big ? put32be : put32)(b, len);
	put(b, data, len);
}

/* A line of ascii_runtime_measurements: what the kernel hashed, and how it prints that. */
static void put_line(struct build *b, const struct build *data, const char *text)
{
	const uint8_t *digest = hash_of("sha1", data->data, data->len);
	char hex[41];
	int i;

	for (i = 0; i < 20; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	put(b, "10 ", 3);
	put(b, hex, 40);
	put(b, text, strlen(text));
}

static void ng_line(struct build *b, bool big, const char *name)
{
	static struct build data;
	char text[64];

	data.len = 0;
	put_field(&data, big, "sha1:\0\xab", 7);
	put_field(&data, big, name, (uint32_t)strlen(name) + 1);
	snprintf(text, sizeof(text), " ima-ng sha1:ab %s\n", name);
	put_line(b, &data, text);
}

static void file_is(void *ctx, const struct drtmon_analysis *analysis,
		    const struct drtmon_log_event *event, enum drtmon_check_result result,
		    const char *why)
{
	struct drtmon_decoded decoded;

	drtmon_decode(&decoded, event, analysis->info->big_endian, false);
	assert_string_equal(decoded.text, event->index ? ctx : "violation: /v");
	assert_int_equal(result, event->index ? DRTMON_CHECK_MATCH : DRTMON_CHECK_UNCHECKABLE);
	drtmon_decoded_free(&decoded);
}

/* Text does not tell the byte order of the lengths that were hashed: the digests do. */
static void test_order(void **state)
{
	static struct build log;
	uint8_t ones[32], value[64];
	struct drtmon_analysis_args args = { .replay.check_templates = true, .event = file_is };
	struct drtmon_analysis a;
	struct drtmon_err err = { 0 };
	static struct build data;
	int big;

	memset(ones, 0xff, sizeof(ones));
	for (big = 0; big < 2; big++) {
		text_log(&log, "10 0000000000000000000000000000000000000000 ima-ng sha1:00 /v\n");
		ng_line(&log, big, "/b");
		ng_line(&log, big, "/b");
		args.log.data = log.data;
		args.log.len = log.len;
		args.ctx = "/b";
		assert_int_equal(drtmon_analysis_run(&a, &args, &err), 0);
		assert_true(drtmon_analysis_good(&a));
		assert_int_equal(a.info->big_endian, big);
		memset(value, 0, sizeof(value));
		chain(value, "sha256", ones);
		data.len = 0;
		put_field(&data, big, "sha1:\0\xab", 7);
		put_field(&data, big, "/b", 3);
		chain(value, "sha256", hash_of("sha256", data.data, data.len));
		chain(value, "sha256", hash_of("sha256", data.data, data.len));
		value_is(&a, "sha256", 10, value);
		drtmon_analysis_free(&a);
		/* The order is one list's: a line in the other one is not what was hashed. */
		ng_line(&log, !big, "/b");
		look_at(&a, &log, NULL);
		assert_int_equal(a.info->n_problems, 1);
		assert_int_equal(a.info->problem[0].event, 3);
		assert_int_equal(a.info->big_endian, big);
		drtmon_analysis_free(&a);
	}
}

/* Numbers have the width and the order the kernel hashed them in. */
static void test_evm(void **state)
{
	static const uint8_t number[2][3][4] = {
		{ { 0xe8, 3 }, { 1 }, { 0xa4, 0x81 } },
		{ { 0, 0, 3, 0xe8 }, { 0, 0, 0, 1 }, { 0x81, 0xa4 } }
	};
	static struct build log, data;
	struct drtmon_analysis a;
	uint8_t value[64];
	int big, i;

	for (big = 0; big < 2; big++) {
		data.len = 0;
		put_field(&data, big, "sha1:\0\xab", 7);
		put_field(&data, big, "/a b", 5);
		put_field(&data, big, "\3\2", 2);
		put_field(&data, big, "security.ima|security.x", 24);
		put_field(&data, big, "\0\0\0\1\0\0\0\1", 8);
		put_field(&data, big, "xy", 2);
		for (i = 0; i < 3; i++)
			put_field(&data, big, number[big][i], i < 2 ? 4 : 2);
		log.len = 0;
		put_line(&log, &data,
			 " evm-sig sha1:ab /a b 0302 security.ima|security.x "
			 "0000000100000001 7879 1000 1 33188\n");
		look_at(&a, &log, NULL);
		assert_true(drtmon_analysis_good(&a));
		assert_int_equal(a.info->big_endian, big);
		memset(value, 0, sizeof(value));
		chain(value, "sha256", hash_of("sha256", data.data, data.len));
		value_is(&a, "sha256", 10, value);
		drtmon_analysis_free(&a);
		/* Another group is not what was hashed. */
		log.data[log.len - 8] = '2';
		look_at(&a, &log, NULL);
		assert_int_equal(a.info->n_problems, 1);
		drtmon_analysis_free(&a);
	}
}

/* A line that is no measurement of its template is not held against the digest. */
static void test_lost(void **state)
{
	static struct build log;
	struct drtmon_analysis a;

	text_log(&log, "10 0123456789012345678901234567890123456789 d-ng|n-ng|iuid sha1:00 /a b\n");
	look_at(&a, &log, NULL);
	assert_int_equal(a.info->n_problems, 0);
	assert_null(drtmon_pcrs_get(a.pcrs, alg_of("sha256"), 10));
	drtmon_analysis_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_evm),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests_name("log-ima-text", tests, NULL, NULL);
}
