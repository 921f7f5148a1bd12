// SPDX-License-Identifier: GPL-2.0-or-later
/* IMA lists: layouts, templates, and what kernels without a hash extend. */
#include "tests/log/build.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/hex.h"
#include "lib/log/check.h"
#include "lib/log/ima.h"

/* A binary list in either byte order, and one of the sha256 file. */
static void ima_list(struct build *b, bool big, const char *alg, const char *text)
{
	static struct build data;
	void (*num)(struct build *, uint32_t) = big ? put32be : put32;

	data.len = 0;
	num(&data, 28);
	put(&data, "sha1:\0aaaaaaaaaaaaaaaaaaaaaa", 28);
	num(&data, (uint32_t)strlen(text) + 1);
	put(&data, text, strlen(text) + 1);
	num(b, 10);
	put(b, hash_of(alg, data.data, data.len), alg_of(alg)->size);
	num(b, 6);
	put(b, "ima-ng", 6);
	num(b, (uint32_t)data.len);
	put(b, data.data, data.len);
}

static void result_note(void *ctx, const struct drtmon_analysis *analysis,
			const struct drtmon_log_event *event, enum drtmon_check_result result,
			const char *why)
{
	enum drtmon_check_result *results = ctx;

	if (event->index < 2)
		results[event->index] = result;
}

/* A listing marks the entry whose template digest is wrong, and no other. */
static void test_ima_marks(void **state)
{
	enum drtmon_check_result results[2] = { 0 };
	struct drtmon_analysis_args args = { .event = result_note, .ctx = results };
	static struct build log;
	struct drtmon_analysis a;

	log.len = 0;
	ima_list(&log, 0, "sha1", "/bin/a");
	args.log.len = log.len;
	ima_list(&log, 0, "sha1", "/bin/b");
	log.data[args.log.len + 4] ^= 1;
	args.log.data = log.data;
	args.log.len = log.len;
	args.replay.check_templates = true;
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	assert_int_equal(results[0], DRTMON_CHECK_MATCH);
	assert_int_equal(results[1], DRTMON_CHECK_MISMATCH);
	drtmon_analysis_free(&a);
}

static void test_ima_layouts(void **state)
{
	static const char *const algs[] = { "sha1", "sha256", "sha384", "sha512" };
	static struct build log;
	struct drtmon_analysis a;
	size_t i;
	int big;

	for (i = 0; i < 4; i++) {
		for (big = 0; big < 2; big++) {
			log.len = 0;
			ima_list(&log, big, algs[i], "/bin/a");
			ima_list(&log, big, algs[i], "/bin/b");
			look_at(&a, &log, NULL);
			assert_int_equal(a.info->format, DRTMON_LOG_IMA);
			assert_int_equal(a.info->big_endian, big);
			assert_int_equal(a.info->events, 2);
			assert_true(drtmon_analysis_good(&a));
			assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sha256"), 10));
			drtmon_analysis_free(&a);
		}
	}
}

/* The TPM of a kernel without the bank's hash: the other rule is found and named. */
static void test_ima_padded(void **state)
{
	static struct build log;
	struct drtmon_pcrs expect = { 0 };
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 }, padded[64] = { 0 };

	log.len = 0;
	ima_list(&log, false, "sha1", "/bin/a");
	memcpy(padded, log.data + 4, 20);
	chain(value, "sha256", padded);
	drtmon_pcrs_set(&expect, alg_of("sha256"), 10, value);
	look_at(&a, &log, &expect);
	assert_true(drtmon_analysis_good(&a));
	assert_true(drtmon_replay_pcr(a.replay, alg_of("sha256"), 10)->padded);
	drtmon_analysis_free(&a);
	drtmon_pcrs_set(&expect, alg_of("sha256"), 10, padded);
	look_at(&a, &log, &expect);
	assert_false(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
}

/* A list of another hash: SHA-1 of the data is padded, and no other digest. */
static void test_ima_padded_other(void **state)
{
	static struct build log, sha1;
	struct drtmon_analysis_args args = { 0 };
	struct drtmon_pcrs expect = { 0 };
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 }, padded[64] = { 0 };
	char path[32];
	int end[2];

	log.len = sha1.len = 0;
	ima_list(&log, false, "sha256", "/bin/a");
	ima_list(&sha1, false, "sha1", "/bin/a");
	memcpy(padded, sha1.data + 4, 20);
	chain(value, "sha384", padded);
	drtmon_pcrs_set(&expect, alg_of("sha384"), 10, value);
	look_at(&a, &log, &expect);
	assert_true(drtmon_analysis_good(&a));
	assert_true(drtmon_replay_pcr(a.replay, alg_of("sha384"), 10)->padded);
	value_is(&a, "sha384", 10, value);
	drtmon_analysis_free(&a);
	/* What cannot be read twice is followed by both rules at once. */
	assert_int_equal(pipe(end), 0);
	assert_int_equal(write(end[1], log.data, log.len), (ssize_t)log.len);
	close(end[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", end[0]);
	args.log.path = path;
	args.replay = (struct drtmon_replay_args){ .expect = &expect, .threads = 2 };
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	assert_true(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
	close(end[0]);
	/* No kernel pads SHA-256. */
	memcpy(padded, log.data + 4, 32);
	memset(value, 0, sizeof(value));
	chain(value, "sha384", padded);
	drtmon_pcrs_set(&expect, alg_of("sha384"), 10, value);
	look_at(&a, &log, &expect);
	assert_false(drtmon_analysis_good(&a));
	assert_false(drtmon_replay_pcr(a.replay, alg_of("sha384"), 10)->padded);
	drtmon_analysis_free(&a);
}

/* A list does not name its hash, and SM3's digests are as long as SHA-256's. */
static void test_ima_sm3(void **state)
{
	static struct build log, violation;
	struct drtmon_hash *sm3 = drtmon_hash_new(alg_of("sm3_256"));
	struct drtmon_analysis a;
	char hex[65];

	if (!sm3)
		skip();
	drtmon_hash_free(sm3);
	log.len = violation.len = 0;
	ima_list(&log, false, "sm3_256", "/bin/a");
	ima_list(&violation, false, "sm3_256", "/bin/v");
	memset(violation.data + 4, 0, 32);
	put(&violation, log.data, log.len);
	ima_list(&log, false, "sm3_256", "/bin/b");
	look_at(&a, &log, NULL);
	assert_true(drtmon_analysis_good(&a));
	assert_ptr_equal(a.info->bank[0].alg, alg_of("sm3_256"));
	assert_int_equal(a.info->n_banks, 1);
	assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sm3_256"), 10));
	drtmon_analysis_free(&a);
	/* Neither hash makes it: that entry is bad, and the next one tells. */
	log.data[4] ^= 1;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "template digest is not that of the template data"));
	assert_int_equal(a.info->n_problems, 1);
	assert_int_equal(a.info->n_banks, 2);
	assert_ptr_equal(a.info->bank[0].alg, alg_of("sha256"));
	assert_ptr_equal(a.info->bank[1].alg, alg_of("sm3_256"));
	drtmon_analysis_free(&a);
	/* A violation has no digest that could tell; what follows is not accused for it. */
	look_at(&a, &violation, NULL);
	assert_true(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
	drtmon_hex_encode(hex, hash_of("sm3_256", "\7\0\0\0sha1:\0\xab\3\0\0\0/b", 18), 32);
	text_log(&log, "10 ");
	put(&log, hex, 64);
	put(&log, " ima-ng sha1:ab /b\n", 19);
	look_at(&a, &log, NULL);
	assert_true(drtmon_analysis_good(&a));
	assert_ptr_equal(a.info->bank[0].alg, alg_of("sm3_256"));
	drtmon_analysis_free(&a);
}

static void ascii(const char *name, const char *fields, const void *data, size_t len, bool rebuilt)
{
	struct drtmon_log_args args = { 0 };
	struct drtmon_log_event event;
	struct drtmon_log *log;
	char line[1024], hex[41];
	const uint8_t *digest = hash_of("sha1", data, len);
	int i;

	for (i = 0; i < 20; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	snprintf(line, sizeof(line), "10 %s %s %s", hex, name, fields);
	args.data = (const uint8_t *)line;
	args.len = strlen(line);
	assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
	assert_int_equal(drtmon_log_next(log, &event), 1);
	assert_int_equal(!!(event.flags & DRTMON_LOG_REBUILT), rebuilt);
	if (rebuilt) {
		assert_int_equal(event.len, len);
		assert_memory_equal(event.data, data, len);
	}
	drtmon_log_close(log);
}

static void test_ima_text(void **state)
{
	static struct build d;
	struct drtmon_ima_field field[DRTMON_IMA_FIELDS];
	uint8_t old[DRTMON_IMA_OLD_SIZE] = { 0xaa };

	/* A name with blanks, a signature; the blank before an empty one was lost. */
	d.len = 0;
	put32(&d, 7);
	put(&d, "sha1:\0\xab", 7);
	put32(&d, 8);
	put(&d, "/a b  c", 8);
	ascii("ima-ng", "sha1:ab /a b  c", d.data, d.len, true);
	put32(&d, 2);
	put(&d, "\3\2", 2);
	ascii("ima-sig", "sha1:ab /a b  c 0302", d.data, d.len, true);
	d.len -= 6;
	put32(&d, 0);
	ascii("ima-sig", "sha1:ab /a b  c ", d.data, d.len, true);
	ascii("ima-sig", "sha1:ab /a b  c", d.data, d.len, true);
	put32(&d, 0);
	put32(&d, 0);
	ascii("ima-modsig", "sha1:ab /a b  c", d.data, d.len, true);
	d.len -= 12;
	put32(&d, 1);
	put(&d, "\1", 1);
	put32(&d, 7);
	put(&d, "sha1:\0\xcd", 7);
	put32(&d, 1);
	put(&d, "\2", 1);
	ascii("ima-modsig", "sha1:ab /a b  c 01 sha1:cd 02", d.data, d.len, true);
	ascii("ima-modsig", "sha1:ab /a b  c 01 sha1:cd xx", d.data, d.len, false);
	ascii("ima-ng", "nocolon /other", d.data, d.len, false);
	ascii("ima-ng", "sha1:ab /other", d.data, d.len, false);
	ascii("unknown", "sha1:ab /other", d.data, d.len, false);
	ascii("d-ng|n-ng|iuid", "sha1:ab /other 0", d.data, d.len, false);
	strcpy((char *)old + 20, "/bin/sh");
	ascii("ima", "aa00000000000000000000000000000000000000 /bin/sh", old, sizeof(old), true);
	ascii("ima", "aa /bin/sh", old, sizeof(old), false);
	assert_int_equal(drtmon_ima_fields(field, old, sizeof(old), "ima", 3, false), 2);
	assert_int_equal(drtmon_ima_fields(field, old, 20, "ima", 3, false), -EINVAL);
	assert_int_equal(drtmon_ima_fields(field, d.data, 3, "ima-ng", 6, false), -EINVAL);
	assert_int_equal(drtmon_ima_fields(field, d.data, 5, "ima-ng", 6, false), -EINVAL);
}

/* Records of the first template, cut at every byte, and values only the other rule explains. */
static void test_ima_old(void **state)
{
	static struct build log, whole;
	struct drtmon_pcrs expect = { 0 };
	uint8_t data[DRTMON_IMA_OLD_SIZE] = { 1 }, value[64] = { 0 }, ones[64];
	struct drtmon_analysis a;

	strcpy((char *)data + 20, "/init");
	whole.len = 0;
	put32(&whole, 10);
	put(&whole, hash_of("sha1", data, sizeof(data)), 20);
	put32(&whole, 3);
	put(&whole, "ima", 3);
	put(&whole, data, 20);
	put32(&whole, 5);
	put(&whole, "/init", 5);
	chain(value, "sha256", hash_of("sha256", data, sizeof(data)));
	memset(ones, 0xff, sizeof(ones));
	chain(value, "sha256", ones);
	drtmon_pcrs_set(&expect, alg_of("sha256"), 10, value);
	for (log = whole; log.len > 35; log.len--) {
		look_at(&a, &log, NULL);
		assert_int_equal(a.info->complete, log.len == whole.len);
		drtmon_analysis_free(&a);
	}
	log = whole;
	put32(&log, 10);
	put(&log, data + 100, 20);
	put(&log, whole.data + 24, whole.len - 24);
	look_at(&a, &log, &expect);
	assert_int_equal(drtmon_compare(a.pcrs, &expect, alg_of("sha256"), 10),
			 DRTMON_COMPARE_MATCH);
	drtmon_analysis_free(&a);
	log.data[whole.len - 8] = 0xff;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "oversized"));
	drtmon_analysis_free(&a);
}

/* Without the data only the list's own bank can be followed: the others have no value. */
static void test_ima_blind(void **state)
{
	static struct build log;
	struct drtmon_analysis a;

	text_log(&log, "10 0123456789012345678901234567890123456789 custom sha1:00 a\n");
	look_at(&a, &log, NULL);
	assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sha1"), 10));
	assert_null(drtmon_pcrs_get(a.pcrs, alg_of("sha256"), 10));
	drtmon_analysis_free(&a);
	text_log(&log, "\n\n   10 0000000000000000000000000000000000000000 ima-ng sha1:00 a\n");
	look_at(&a, &log, NULL);
	assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sha256"), 10));
	drtmon_analysis_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ima_layouts), cmocka_unit_test(test_ima_marks),
		cmocka_unit_test(test_ima_padded),  cmocka_unit_test(test_ima_padded_other),
		cmocka_unit_test(test_ima_sm3),	    cmocka_unit_test(test_ima_text),
		cmocka_unit_test(test_ima_old),	    cmocka_unit_test(test_ima_blind),
	};

	return cmocka_run_group_tests_name("log-ima", tests, NULL, NULL);
}
