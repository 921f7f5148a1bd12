// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/blob.h"
#include "lib/txt/acm.h"
#include "tests/log/data.h"

static void load(struct drtmon_blob *blob, struct drtmon_txt_acm *acm, const char *name)
{
	if (!data_dir())
		skip();
	assert_int_equal(drtmon_blob_read(blob, data_path(name), DRTMON_TXT_ACM_FILE_MAX, NULL), 0);
	assert_int_equal(drtmon_txt_acm_parse(acm, blob->data, blob->len, NULL), 0);
}

static void expect_text(const json_t *doc, const char *name, const char *text)
{
	assert_string_equal(json_string_value(json_object_get(doc, name)), text);
}

static void test_sinit(void **state)
{
	struct drtmon_txt_identity id = { 0 };
	struct drtmon_txt_acm acm;
	struct drtmon_blob blob;
	json_t *doc;

	(void)state;
	load(&blob, &acm, "txt-bin/css__sinit_acm.bin");
	doc = drtmon_txt_acm_json(&acm, NULL);
	expect_text(doc, "kind", "SINIT");
	expect_text(doc, "date", "2015-08-28");
	expect_text(doc, "chipset_id", "0x1d00");
	expect_text(doc, "flags", "0x4000");
	assert_int_equal(json_integer_value(json_object_get(doc, "size")), 131072);
	assert_int_equal(json_integer_value(json_object_get(doc, "header_size")), 644);
	assert_int_equal(json_integer_value(json_object_get(doc, "txt_svn")), 1);
	expect_text(json_object_get(doc, "matches"), "chipset", "unknown");
	json_decref(doc);
	assert_true(acm.sinit);
	id.have_didvid = true;
	id.didvid = 0x1b0028086;
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_YES);
	id.didvid = 0x1b0068086;
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_NO);
	id.didvid = 0x2b0028086;
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_NO);
	assert_int_equal(drtmon_txt_acm_processor(&acm, &id), DRTMON_TXT_MATCH_UNKNOWN);
	id.have_signature = true;
	id.signature = 0x306f2;
	assert_int_equal(drtmon_txt_acm_processor(&acm, &id), DRTMON_TXT_MATCH_YES);
	id.signature = 0x506e3;
	assert_int_equal(drtmon_txt_acm_processor(&acm, &id), DRTMON_TXT_MATCH_NO);
	drtmon_blob_free(&blob);
}

static void test_bios(void **state)
{
	struct drtmon_txt_acm acm;
	struct drtmon_blob blob;
	json_t *doc;

	(void)state;
	load(&blob, &acm, "txt-bin/css__bios_acm.bin");
	doc = drtmon_txt_acm_json(&acm, NULL);
	expect_text(doc, "kind", "BIOS");
	expect_text(doc, "chipset_id", "0xb002");
	expect_text(doc, "date", "2015-08-28");
	assert_int_equal(json_integer_value(json_object_get(doc, "subtype")), 1);
	json_decref(doc);
	assert_int_equal(acm.n_chipsets, 2);
	drtmon_blob_free(&blob);
}

static void test_no_module(void **state)
{
	static const char *const names[] = { "txt-bin/css__pol.bin", "txt-bin/css__poldata.bin",
					     "txt-bin/intel-secl__txt_heap_only.bin" };
	struct drtmon_txt_acm acm;
	struct drtmon_blob blob;
	struct drtmon_err err;
	size_t i;

	(void)state;
	assert_int_equal(drtmon_txt_acm_parse(&acm, (const uint8_t *)"", 0, &err), -EINVAL);
	if (!data_dir())
		skip();
	for (i = 0; i < 3; i++) {
		assert_int_equal(drtmon_blob_read(&blob, data_path(names[i]), 1 << 22, NULL), 0);
		assert_int_equal(drtmon_txt_acm_parse(&acm, blob.data, blob.len, &err), -EINVAL);
		assert_true(err.msg[0]);
		drtmon_blob_free(&blob);
	}
}

/* Every offset and count the module can state, at its worst. */
static void test_damage(void **state)
{
	static const uint32_t worst[] = { 0, 0xffffffff, 0x7fffffff, 0x40000000, 0x1fffe };
	struct drtmon_txt_acm acm;
	struct drtmon_blob blob;
	size_t at, i, len;

	(void)state;
	load(&blob, &acm, "txt-bin/css__sinit_acm.bin");
	for (at = 0; at < 0x580; at += at < 0x84 || at > 0x4b0 ? 1 : 16)
		for (i = 0; i < sizeof(worst) / sizeof(worst[0]); i++) {
			uint8_t old[4];

			memcpy(old, blob.data + at, 4);
			memcpy(blob.data + at, &worst[i], 4);
			if (!drtmon_txt_acm_parse(&acm, blob.data, blob.len, NULL))
				json_decref(drtmon_txt_acm_json(&acm, NULL));
			memcpy(blob.data + at, old, 4);
		}
	for (len = 0; len < 0x600; len += 7) {
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, blob.data, len);
		if (!drtmon_txt_acm_parse(&acm, copy, len, NULL))
			json_decref(drtmon_txt_acm_json(&acm, NULL));
		free(copy);
	}
	drtmon_blob_free(&blob);
}

#define MODULE	 0x400 /* bytes of the made module */
#define INFO	 0x200
#define CHIPSETS 0x280
#define CPUS	 0x2c0

static void put(uint8_t *p, uint64_t value, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

/* A module of our own: one chipset by mask, one by revision, one processor. */
static void made(uint8_t *m)
{
	static const uint8_t uuid[16] = { 0xaa, 0x3a, 0xc0, 0x7f, 0xa7, 0x46, 0xdb, 0x18,
					  0x2e, 0xac, 0x69, 0x8f, 0x8d, 0x41, 0x7f, 0x5a };

	memset(m, 0, MODULE);
	put(m, 2, 2);
	put(m + 4, INFO / 4, 4);
	put(m + 16, 0x8086, 4);
	put(m + 24, MODULE / 4, 4);
	memcpy(m + INFO, uuid, sizeof(uuid));
	m[INFO + 16] = 1;
	m[INFO + 17] = 5;
	put(m + INFO + 20, CHIPSETS, 4);
	put(m + INFO + 40, CPUS, 4);
	put(m + CHIPSETS, 2, 4);
	put(m + CHIPSETS + 4, 1, 4);
	put(m + CHIPSETS + 8, 0x8086, 2);
	put(m + CHIPSETS + 10, 0xb001, 2);
	put(m + CHIPSETS + 12, 4, 2);
	put(m + CHIPSETS + 24, 0x8086, 2);
	put(m + CHIPSETS + 26, 0xb002, 2);
	put(m + CHIPSETS + 28, 4, 2);
	put(m + CPUS, 1, 4);
	put(m + CPUS + 4, 0x306f0, 4);
	put(m + CPUS + 8, 0xfffffff0, 4);
	put(m + CPUS + 12, 2, 8);
	put(m + CPUS + 20, 7, 8);
}

static void test_made(void **state)
{
	struct drtmon_txt_identity id = { .have_didvid = true, .didvid = 0x600000000 | 0xb0018086 };
	struct drtmon_txt_acm acm;
	uint8_t m[MODULE];

	(void)state;
	made(m);
	assert_int_equal(drtmon_txt_acm_parse(&acm, m, sizeof(m), NULL), 0);
	assert_true(acm.has_info && acm.sinit);
	assert_int_equal(acm.n_chipsets, 2);
	assert_int_equal(acm.n_processors, 1);
	/* A mask of revisions, then one revision alone. */
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_YES);
	id.didvid = UINT64_C(0x300000000) | 0xb0018086;
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_NO);
	id.didvid = UINT64_C(0x600000000) | 0xb0028086;
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_NO);
	id.didvid = UINT64_C(0x400000000) | 0xb0028086;
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_YES);
	/* Fused for production, it takes no module that is signed for debugging. */
	id.have_fused = true;
	id.production = true;
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_YES);
	put(m + 14, 0x8000, 2);
	assert_int_equal(drtmon_txt_acm_parse(&acm, m, sizeof(m), NULL), 0);
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_NO);
	id.production = false;
	assert_int_equal(drtmon_txt_acm_chipset(&acm, &id), DRTMON_TXT_MATCH_YES);
	/* Processor and platform. */
	assert_int_equal(drtmon_txt_acm_processor(&acm, &id), DRTMON_TXT_MATCH_UNKNOWN);
	assert_int_equal(drtmon_txt_acm_processor(&acm, NULL), DRTMON_TXT_MATCH_UNKNOWN);
	assert_int_equal(drtmon_txt_acm_chipset(&acm, NULL), DRTMON_TXT_MATCH_UNKNOWN);
	id.have_signature = true;
	id.signature = 0x306f2;
	assert_int_equal(drtmon_txt_acm_processor(&acm, &id), DRTMON_TXT_MATCH_YES);
	id.have_platform = true;
	id.platform_id = 10;
	assert_int_equal(drtmon_txt_acm_processor(&acm, &id), DRTMON_TXT_MATCH_YES);
	id.platform_id = 1;
	assert_int_equal(drtmon_txt_acm_processor(&acm, &id), DRTMON_TXT_MATCH_NO);
	/* An older one names no processors: any will do. */
	m[INFO + 17] = 3;
	assert_int_equal(drtmon_txt_acm_parse(&acm, m, sizeof(m), NULL), 0);
	assert_int_equal(drtmon_txt_acm_processor(&acm, &id), DRTMON_TXT_MATCH_YES);
}

/* Lists that begin beyond the end, or claim more than there is room for. */
static void test_made_lists(void **state)
{
	struct drtmon_txt_acm acm;
	uint8_t m[MODULE];

	(void)state;
	made(m);
	put(m + INFO + 20, MODULE - 3, 4);
	put(m + CPUS, UINT32_MAX, 4);
	put(m + INFO + 44, MODULE - 6, 4);
	assert_int_equal(drtmon_txt_acm_parse(&acm, m, sizeof(m), NULL), 0);
	assert_int_equal(acm.n_chipsets, 0);
	assert_int_equal(acm.n_processors, (MODULE - CPUS - 4) / 24);
	assert_int_equal(acm.tpm, MODULE - 6);
	put(m + INFO + 44, MODULE - 5, 4);
	assert_int_equal(drtmon_txt_acm_parse(&acm, m, sizeof(m), NULL), 0);
	assert_int_equal(acm.tpm, 0);
	/* The information table ends with the file: what it lacks is not there. */
	assert_int_equal(drtmon_txt_acm_parse(&acm, m, INFO + 40, NULL), 0);
	assert_true(acm.has_info);
	assert_int_equal(acm.n_processors, 0);
	assert_int_equal(acm.tpm, 0);
	assert_int_equal(drtmon_txt_acm_parse(&acm, m, INFO + 39, NULL), 0);
	assert_false(acm.has_info);
	put(m + 16, 0x1022, 4);
	assert_int_equal(drtmon_txt_acm_parse(&acm, m, sizeof(m), NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sinit),	  cmocka_unit_test(test_bios),
		cmocka_unit_test(test_no_module), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_made),	  cmocka_unit_test(test_made_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
