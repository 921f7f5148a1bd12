// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/blob.h"
#include "lib/txt/drtm.h"
#include "tests/log/data.h"
#include "tests/txt_case.h"

static json_t *replay(const uint8_t *buf, size_t len, const struct drtmon_pcrs *pcrs)
{
	struct drtmon_drtm drtm;
	struct drtmon_err err = { 0 };
	json_t *doc;

	drtmon_drtm_init(&drtm, pcrs, true);
	assert_int_equal(drtmon_drtm_add(&drtm, buf, len, 0, &err), 0);
	doc = drtmon_drtm_json(&drtm, pcrs);
	drtmon_drtm_free(&drtm);
	assert_non_null(doc);
	return doc;
}

static const char *pcr(const json_t *doc, const char *bank, const char *index)
{
	return json_string_value(
		json_object_get(json_object_get(json_object_get(doc, "pcrs"), bank), index));
}

static bool quirk(const json_t *doc, const char *name)
{
	const json_t *entry;
	bool found = false;
	size_t i;

	json_array_foreach (json_object_get(doc, "quirks"), i, entry)
		found |= !strcmp(json_string_value(entry), name);
	return found;
}

static json_t *replay_file(const char *name)
{
	struct drtmon_blob blob;
	json_t *doc;

	assert_int_equal(drtmon_blob_read(&blob, data_path(name), 1 << 20, NULL), 0);
	doc = replay(blob.data, blob.len, NULL);
	drtmon_blob_free(&blob);
	return doc;
}

/* Real logs, with the values the index of the data gives. */
static void test_purley(void **state)
{
	json_t *doc;

	(void)state;
	if (!data_dir())
		skip();
	doc = replay_file("txt-bin/intel-secl__txt_heap_evlog_carved.bin");
	assert_int_equal(json_integer_value(json_object_get(doc, "records")), 19);
	assert_int_equal(json_integer_value(json_object_get(doc, "end")), 0x6ba);
	assert_string_equal(pcr(doc, "sha256", "17"),
			    "9e811701336f52de774b9e84b68fd977e400fcb031ea9e3465993d5c2a1935a8");
	assert_string_equal(pcr(doc, "sha256", "18"),
			    "52036ab120c1fc13940054c65c0c350463a56fa80131430a76cb3be84dfc31fc");
	assert_int_equal(json_array_size(json_object_get(doc, "quirks")), 0);
	json_decref(doc);
}

static void test_e5470(void **state)
{
	static const char *const names[] = {
		"txt-logs/recon__e5470-2sinit-tpm20.drtm_log.bin",
		"txt-logs/recon__e5470-tboot1.10.2-tpm20.drtm_log.bin"
	};
	const json_t *event;
	json_t *doc;
	size_t i;

	(void)state;
	if (!data_dir())
		skip();
	for (i = 0; i < 2; i++) {
		doc = replay_file(names[i]);
		assert_int_equal(json_integer_value(json_object_get(doc, "records")), 20);
		assert_int_equal(json_integer_value(json_object_get(doc, "end")), 1710);
		assert_int_equal(json_array_size(json_object_get(doc, "quirks")), 0);
		event = json_array_get(json_object_get(doc, "events"), 1);
		assert_int_equal(json_integer_value(json_object_get(event, "pcr")), 255);
		assert_true(json_is_false(json_object_get(event, "extended")));
		assert_non_null(pcr(doc, "sha1", "17"));
		assert_non_null(pcr(doc, "sha256", "18"));
		json_decref(doc);
	}
}

/* The end of a Secure Launch log without its beginning. */
static void test_tail(void **state)
{
	const json_t *events, *last;
	json_t *doc;

	(void)state;
	if (!data_dir())
		skip();
	doc = replay_file("txt-logs/trenchboot-docs__linux-slaunch-eventlog_tail_0x490.bin");
	events = json_object_get(doc, "events");
	last = json_array_get(events, json_array_size(events) - 1);
	assert_true(quirk(doc, "no-beginning"));
	assert_int_equal(json_object_size(json_object_get(doc, "pcrs")), 0);
	assert_string_equal(json_string_value(json_object_get(json_array_get(events, 0), "label")),
			    "Measured boot parameters");
	assert_string_equal(json_string_value(json_object_get(last, "type")), "0x504");
	assert_int_equal(json_integer_value(json_object_get(last, "pcr")), 17);
	assert_true(json_is_false(json_object_get(last, "extended")));
	json_decref(doc);
}

/* The same, cut exactly between two records: there is nothing to search for. */
static void test_tail_boundary(void **state)
{
	static struct txt_case c;
	size_t at = 65, records = 5;
	json_t *doc;

	(void)state;
	case_good(&c);
	for (; at < c.log_len; at += 50u + c.log[at + 46]) {
		doc = replay(c.log + at, sizeof(c.log) - at, NULL);
		assert_true(quirk(doc, "no-beginning"));
		assert_int_equal(json_object_size(json_object_get(doc, "pcrs")), 0);
		assert_int_equal(json_integer_value(json_object_get(doc, "records")), records--);
		json_decref(doc);
	}
	assert_int_equal(records, 0);
}

static size_t one_hash_record(uint8_t *p, uint32_t type, const uint8_t *digest, uint32_t len)
{
	put(p, type & 1 ? 18 : 17, 4);
	put(p + 4, type, 4);
	memcpy(p + 8, digest, 20);
	put(p + 28, len, 4);
	memset(p + 32, (int)type, len);
	return 32u + len;
}

/* Records of one hash begin with PCR 17 too, and are replayed. */
static void one_hash(const uint8_t digest[20], uint32_t len)
{
	static const uint32_t types[] = { 0x402, 0x403, 0x404, 0x40a, 0x40b, 0x40c, 0x40e,
					  0x40f, 0x410, 0x413, 0x414, 0x4ff, 0x501, 0x502 };
	const size_t n = sizeof(types) / sizeof(types[0]);
	uint8_t buf[14 * (32 + 40)];
	size_t i, pos = 0;
	json_t *doc;

	for (i = 0; i < n; i++)
		pos += one_hash_record(buf + pos, types[i], digest, len);
	doc = replay(buf, pos, NULL);
	assert_false(quirk(doc, "no-beginning"));
	assert_int_equal(json_integer_value(json_object_get(doc, "records")), n);
	assert_int_equal(json_integer_value(json_object_get(doc, "problems")), 0);
	assert_non_null(pcr(doc, "sha1", "17"));
	json_decref(doc);
}

static void test_one_hash(void **state)
{
	static const uint32_t lens[] = { 0, 1, 4, 36, 40 };
	uint8_t digest[32];
	uint32_t i, k;

	(void)state;
	for (i = 0; i < 2000; i++) {
		sha256(&i, sizeof(i), NULL, 0, digest);
		one_hash(digest, lens[i % 5]);
	}
	/* What is no hash of anything: zeros, ones, and a capped bank's 1. */
	for (k = 0; k < 5; k++) {
		memset(digest, 0, sizeof(digest));
		one_hash(digest, lens[k]);
		digest[0] = 1;
		one_hash(digest, lens[k]);
		memset(digest, 0xff, sizeof(digest));
		one_hash(digest, lens[k]);
		memset(digest, 1, sizeof(digest));
		one_hash(digest, lens[k]);
	}
}

static void pcrs_set(struct drtmon_pcrs *pcrs, const uint8_t *p17, const uint8_t *p18)
{
	const struct drtmon_alg *alg = drtmon_alg_by_id(0xb);

	memset(pcrs, 0, sizeof(*pcrs));
	drtmon_pcrs_set(pcrs, alg, 17, p17);
	if (p18)
		drtmon_pcrs_set(pcrs, alg, 18, p18);
}

static enum drtmon_drtm_match match(const struct txt_case *c, const struct drtmon_pcrs *pcrs,
				    bool *alt)
{
	enum drtmon_drtm_match m;
	struct drtmon_drtm drtm;

	drtmon_drtm_init(&drtm, pcrs, false);
	assert_int_equal(drtmon_drtm_add(&drtm, c->log, c->log_len, 0, NULL), 0);
	assert_int_equal(drtm.n_banks, 1);
	m = drtmon_drtm_compare(&drtm.bank[0], pcrs, 17, alt);
	drtmon_drtm_free(&drtm);
	return m;
}

static void test_compare(void **state)
{
	static struct txt_case c;
	struct drtmon_pcrs pcrs;
	uint8_t early[32] = { 0 };
	bool alt;

	(void)state;
	case_good(&c);
	pcrs_set(&pcrs, c.pcr[0], c.pcr[1]);
	assert_int_equal(match(&c, &pcrs, &alt), DRTMON_DRTM_MATCH);
	assert_false(alt);
	/* After the first record only. */
	sha256(early, 32, c.log + 65 + 14, 32, early);
	pcrs_set(&pcrs, early, NULL);
	assert_int_equal(match(&c, &pcrs, &alt), DRTMON_DRTM_AHEAD);
	early[0] ^= 1;
	pcrs_set(&pcrs, early, NULL);
	assert_int_equal(match(&c, &pcrs, &alt), DRTMON_DRTM_MISMATCH);
	memset(&pcrs, 0, sizeof(pcrs));
	assert_int_equal(match(&c, &pcrs, &alt), DRTMON_DRTM_NOT_COMPARED);
}

/* What a cut log does not lead to, its missing end may. */
static void test_compare_cut(void **state)
{
	static struct txt_case c;
	struct drtmon_pcrs pcrs;
	json_t *doc;

	(void)state;
	case_good(&c);
	pcrs_set(&pcrs, c.pcr[0], c.pcr[1]);
	c.log_len = 65 + 86 + 54 + 20;
	assert_int_equal(match(&c, &pcrs, NULL), DRTMON_DRTM_TRUNCATED);
	doc = replay(c.log, c.log_len, &pcrs);
	assert_string_equal(
		json_string_value(json_object_get(
			json_object_get(json_object_get(doc, "compare"), "sha256"), "17")),
		"truncated");
	json_decref(doc);
	c.log_len = 65 + 86 + 54;
	assert_int_equal(match(&c, &pcrs, NULL), DRTMON_DRTM_MISMATCH);
}

/* The first record's digest is PCR 17 after the hardware's extend. */
static void test_start_is_pcr(void **state)
{
	static struct txt_case c;
	uint8_t *digest = c.log + 65 + 14, value[32] = { 0 };
	struct drtmon_pcrs pcrs;
	json_t *doc;
	bool alt;

	(void)state;
	case_good(&c);
	pcrs_set(&pcrs, c.pcr[0], c.pcr[1]);
	sha256(value, 32, digest, 32, digest);
	assert_int_equal(match(&c, &pcrs, &alt), DRTMON_DRTM_MATCH);
	assert_true(alt);
	/* Its data proves it, without a TPM to ask. */
	doc = replay(c.log, c.log_len, NULL);
	assert_true(quirk(doc, "hash-start-is-pcr-value"));
	assert_string_equal(pcr(doc, "sha256", "17"),
			    drtmon_hex_encode((char[65]){ 0 }, c.pcr[0], 32));
	json_decref(doc);
	/* Without data only the TPM can tell. */
	memset(c.log + 65 + 50, 0x55, 36);
	doc = replay(c.log, c.log_len, NULL);
	assert_false(quirk(doc, "hash-start-is-pcr-value"));
	json_decref(doc);
	doc = replay(c.log, c.log_len, &pcrs);
	assert_true(quirk(doc, "hash-start-is-pcr-value"));
	json_decref(doc);
}

/* A landing zone's records, and Arm's: of a launch as TXT's are. */
static void test_other_launches(void **state)
{
	static const uint32_t types[] = { 0x600, 0x601, 0x9001, 0x90ff };
	uint8_t log[512], value[32] = { 0 };
	struct drtmon_log_event event;
	size_t i, len, pos;
	json_t *doc;

	(void)state;
	for (i = 0; i < 4; i++) {
		len = log_header(log);
		len += log_record(log + len, 17, types[i], "label", 5, value);
		doc = replay(log, len, NULL);
		assert_int_equal(json_integer_value(json_object_get(doc, "drtm_records")), 1);
		assert_string_equal(
			json_string_value(json_object_get(
				json_array_get(json_object_get(doc, "events"), 0), "label")),
			"label");
		json_decref(doc);
		/* Its end alone is known as one too. */
		assert_true(drtmon_drtm_tail(log + 60, len - 60, &pos));
		assert_int_equal(pos, 5);
		assert_true(drtmon_drtm_tail_next(log + 60, len - 60, &pos, &event));
		assert_int_equal(event.type, types[i]);
	}
	len = log_header(log);
	len += log_record(log + len, 17, 0x700, "label", 5, value);
	assert_false(drtmon_drtm_tail(log + 60, len - 60, &pos));
}

static void test_capped(void **state)
{
	static struct txt_case c;
	struct drtmon_pcrs pcrs;
	uint8_t other[32] = { 1 };

	(void)state;
	case_good(&c);
	pcrs_set(&pcrs, other, NULL);
	c.log_len += log_record(c.log + c.log_len, 17, 0x4ff, "\1", 1, c.pcr[0]);
	assert_int_equal(match(&c, &pcrs, NULL), DRTMON_DRTM_CAPPED);
	pcrs_set(&pcrs, c.pcr[0], NULL);
	assert_int_equal(match(&c, &pcrs, NULL), DRTMON_DRTM_MATCH);
}

/* Mapping and markers count as records and extend nothing. */
static void test_not_extended(void **state)
{
	static struct txt_case c;
	uint8_t spare[32] = { 0 };
	struct drtmon_pcrs pcrs;
	size_t n;

	(void)state;
	case_good(&c);
	pcrs_set(&pcrs, c.pcr[0], c.pcr[1]);
	c.log_len += log_record(c.log + c.log_len, 255, 0x401, "\1\0\0\0", 4, spare);
	n = log_record(c.log + c.log_len, 17, 0x504, "", 0, spare);
	memset(c.log + c.log_len + 14, 0, 32);
	c.log_len += n;
	assert_int_equal(match(&c, &pcrs, NULL), DRTMON_DRTM_MATCH);
}

static void expect_end(const uint8_t *buf, size_t len, bool cut, bool malformed)
{
	struct drtmon_drtm drtm;

	drtmon_drtm_init(&drtm, NULL, false);
	assert_int_equal(drtmon_drtm_add(&drtm, buf, len, 0, NULL), 0);
	assert_int_equal(drtm.cut, cut);
	assert_int_equal(drtm.malformed, malformed);
	drtmon_drtm_free(&drtm);
}

/* TPM 1.2: container with 20-byte digests. */
static void test_container(void **state)
{
	static uint8_t buf[256];
	uint8_t *p = buf + 48;
	json_t *doc;

	(void)state;
	memcpy(buf, "TXT Event Container", 20);
	buf[32] = 1;
	buf[34] = 1;
	put(buf + 36, sizeof(buf), 4);
	put(buf + 40, 48, 4);
	put(p, 17, 4);
	put(p + 4, 0x402, 4);
	memset(p + 8, 0x11, 20);
	put(p + 28, 0, 4);
	put(p + 32, 18, 4);
	put(p + 36, 0x404, 4);
	memset(p + 40, 0x22, 20);
	put(p + 60, 0, 4);
	put(buf + 44, 48 + 64, 4);
	doc = replay(buf, sizeof(buf), NULL);
	assert_string_equal(json_string_value(json_object_get(doc, "format")), "txt-1.2");
	assert_int_equal(json_integer_value(json_object_get(doc, "records")), 2);
	assert_non_null(pcr(doc, "sha1", "17"));
	assert_non_null(pcr(doc, "sha1", "18"));
	json_decref(doc);
	/* It says where its records end: a shorter file is cut, a longer record wrong. */
	expect_end(buf, sizeof(buf), false, false);
	expect_end(buf, 48 + 64, false, false);
	expect_end(buf, 48 + 63, true, false);
	expect_end(buf, 48 + 32, true, false);
	expect_end(buf, 40, true, false);
	put(buf + 44, 48 + 63, 4);
	expect_end(buf, sizeof(buf), false, true);
	put(buf + 44, 0xffffffff, 4);
	json_decref(replay(buf, sizeof(buf), NULL));
	put(buf + 40, 0xfffffff0, 4);
	json_decref(replay(buf, sizeof(buf), NULL));
}

static void test_damage(void **state)
{
	static struct txt_case c;
	size_t len, i;

	(void)state;
	case_good(&c);
	for (len = 0; len <= c.log_len; len++) {
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, c.log, len);
		json_decref(replay(copy, len, NULL));
		free(copy);
	}
	for (i = 0; i < c.log_len; i++) {
		c.log[i] ^= 0xff;
		json_decref(replay(c.log, c.log_len, NULL));
		c.log[i] ^= 0xff;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_purley),	       cmocka_unit_test(test_e5470),
		cmocka_unit_test(test_other_launches), cmocka_unit_test(test_tail),
		cmocka_unit_test(test_compare),	       cmocka_unit_test(test_start_is_pcr),
		cmocka_unit_test(test_capped),	       cmocka_unit_test(test_not_extended),
		cmocka_unit_test(test_container),      cmocka_unit_test(test_damage),
		cmocka_unit_test(test_compare_cut),    cmocka_unit_test(test_tail_boundary),
		cmocka_unit_test(test_one_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
