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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sinit),
		cmocka_unit_test(test_bios),
		cmocka_unit_test(test_no_module),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
