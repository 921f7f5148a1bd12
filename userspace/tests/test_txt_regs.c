// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/blob.h"
#include "lib/chain.h"
#include "lib/txt/regs.h"
#include "tests/log/data.h"
#include "tests/txt_stat.h"

static json_t *decode(const uint8_t *buf, size_t len)
{
	json_t *doc = drtmon_txt_regs_json(buf, len);

	assert_non_null(doc);
	return doc;
}

static void expect_reg(const json_t *doc, const char *name, const char *value)
{
	const char *got =
		json_string_value(json_object_get(json_object_get(doc, "registers"), name));

	assert_non_null(got);
	assert_string_equal(got, value);
}

static const json_t *field(const json_t *doc, const char *reg, const char *name)
{
	return json_object_get(json_object_get(json_object_get(doc, "decoded"), reg), name);
}

static void expect_state(const uint8_t *buf, size_t len, const char *state)
{
	json_t *doc = decode(buf, len);
	const json_t *window = json_object_get(doc, "window");

	assert_string_equal(json_string_value(json_object_get(window, "state")), state);
	if (strcmp(state, "short") && strcmp(state, "ok"))
		assert_int_equal(json_object_size(json_object_get(doc, "registers")), 0);
	json_decref(doc);
}

/* A page read from an Alder Lake machine with TXT off. */
static void test_real_page(void **state)
{
	struct drtmon_blob blob;
	json_t *doc;

	(void)state;
	if (!data_dir())
		skip();
	assert_int_equal(drtmon_blob_read(&blob,
					  data_path("txt-bin/chipsec__adl_txt_public_page_4k.bin"),
					  DRTMON_TXT_WINDOW_MAX, NULL),
			 0);
	doc = decode(blob.data, blob.len);
	expect_reg(doc, "sts", "0x2");
	expect_reg(doc, "errorcode", "0x0");
	expect_reg(doc, "didvid", "0x1b00c8086");
	expect_reg(doc, "ver_qpiif", "0x9d003000");
	expect_reg(doc, "heap_base", "0x0");
	expect_reg(doc, "e2sts", "0x4");
	expect_reg(doc, "public_key",
		   "879a8f9cbf9e3d1d12dc9ad76dde34e6aa403664c739db347b858f0be033ae3a");
	assert_true(json_is_false(field(doc, "sts", "senter_done")));
	assert_true(json_is_true(field(doc, "sts", "sexit_done")));
	json_decref(doc);
	drtmon_blob_free(&blob);
}

static void test_no_window(void **state)
{
	static uint8_t buf[4096];

	(void)state;
	expect_state(buf, sizeof(buf), "no TXT window");
	/* Bytes that end before DIDVID cannot tell nothing from a window. */
	expect_state(buf, 0x118, "no TXT window");
	expect_state(buf, 0x117, "truncated");
	expect_state(buf, 8, "truncated");
	/* Less than a register proves nothing, not even that there is no window. */
	expect_state(buf, 7, "truncated");
	expect_state(buf, 1, "truncated");
	expect_state(buf, 0, "empty");
	memset(buf, 0xff, sizeof(buf));
	expect_state(buf, 1, "truncated");
	expect_state(buf, sizeof(buf), "no TXT window");
	expect_state(buf, 0x118, "no TXT window");
	expect_state(buf, 0x117, "truncated");
	expect_state(buf, 0x10, "truncated");
	expect_state(buf, 8, "truncated");
	/* Nothing at STS, ESTS and DIDVID is nothing, whatever else is there. */
	buf[0x330] = 0;
	expect_state(buf, sizeof(buf), "no TXT window");
	buf[0x110] = 0x86;
	expect_state(buf, sizeof(buf), "ok");
}

static void test_text(void **state)
{
	static const char json[] = "{\n  \"read_mem\": {\n\t\"0xfed30000\": 2\r\n";
	static uint8_t buf[4096];

	(void)state;
	assert_true(drtmon_txt_window_text((const uint8_t *)json, sizeof(json) - 1));
	assert_true(drtmon_txt_window_text((const uint8_t *)"STS: 0x2", 8));
	assert_false(drtmon_txt_window_text((const uint8_t *)"STS: 0x", 7));
	assert_false(drtmon_txt_window_text((const uint8_t *)json, sizeof(json)));
	assert_false(drtmon_txt_window_text(buf, sizeof(buf)));
	memset(buf, 0xff, sizeof(buf));
	assert_false(drtmon_txt_window_text(buf, sizeof(buf)));
	/* Only the beginning of a long text is looked at. */
	memset(buf, 'x', 256);
	assert_true(drtmon_txt_window_text(buf, sizeof(buf)));
	buf[255] = 0x7f;
	assert_false(drtmon_txt_window_text(buf, sizeof(buf)));
}

/* A page as text in a capture: no register of it is judged. */
static void test_text_chain(void **state)
{
	static const char json[] = "{\"read_mem\": {\"(0xfed30000, 0x1000)\": [2]}}";
	struct drtmon_evidence ev = { 0 };
	struct drtmon_chain chain;

	(void)state;
	case_item(&ev, DRTMON_ITEM_REGISTERS, json, sizeof(json) - 1);
	drtmon_evidence_decode(&ev);
	assert_int_equal(ev.item[DRTMON_ITEM_REGISTERS].state, DRTMON_ITEM_UNREADABLE);
	drtmon_chain_judge(&chain, &ev);
	assert_string_equal(drtmon_chain_verdict_name(chain.verdict), "unknown");
	assert_non_null(strstr(chain.link[DRTMON_LINK_TXT_WINDOW].evidence, "this is text"));
	drtmon_evidence_free(&ev);
}

static void test_every_length(void **state)
{
	static struct txt_case c;
	json_t *doc;
	size_t len;

	(void)state;
	case_good(&c);
	for (len = 0; len <= 0x900; len++) {
		/* A buffer of exactly that size, so that the sanitizer sees a step too far. */
		uint8_t *copy = malloc(len ? len : 1);

		memcpy(copy, c.window, len);
		doc = decode(copy, len);
		if (len >= 8)
			assert_int_equal(json_is_string(json_object_get(
						 json_object_get(doc, "registers"), "heap_base")),
					 len >= 0x308);
		json_decref(doc);
		free(copy);
	}
}

/* Launched, from a mail: reference 2.12. */
static void test_fixture(void **state)
{
	static struct txt_case c;
	uint64_t base, top, value;
	json_t *doc;

	(void)state;
	case_good(&c);
	doc = decode(c.window, c.window_len);
	expect_reg(doc, "sts", "0x18091");
	expect_reg(doc, "dpr", "0xa3000041");
	expect_reg(doc, "heap_size", "0xe0000");
	assert_true(json_is_true(field(doc, "dpr", "lock")));
	assert_string_equal(json_string_value(field(doc, "dpr", "size")), "0x400000");
	assert_string_equal(json_string_value(field(doc, "dpr", "top")), "0xa3000000");
	assert_true(json_is_true(field(doc, "e2sts", "secrets")));
	json_decref(doc);
	assert_true(drtmon_txt_reg_read(DRTMON_TXT_DPR, c.window, c.window_len, &value));
	assert_true(drtmon_txt_dpr_range(value, &base, &top));
	assert_int_equal(base, 0xa2c00000);
	assert_int_equal(top, 0xa3000000);
}

/* Every flag the tool printed is found in the window by the same name. */
static void stat_flags(const struct txt_stat *s, const json_t *doc)
{
	unsigned int i, found = 0;

	for (i = 0; i < s->flags; i++) {
		const json_t *value = field(doc, s->flag[i].reg, s->flag[i].name);

		assert_true(json_is_boolean(value));
		assert_int_equal(json_is_true(value), s->flag[i].value);
		found++;
	}
	assert_true(found >= 7 || !s->have_banner);
}

static const char *stat_verdict(const struct txt_stat *s, const char *pcrs, char *text, size_t len)
{
	struct drtmon_evidence ev;
	struct drtmon_chain chain;

	memset(&ev, 0, sizeof(ev));
	case_item(&ev, DRTMON_ITEM_REGISTERS, s->window, sizeof(s->window));
	if (pcrs)
		case_item(&ev, DRTMON_ITEM_PCRS, pcrs, strlen(pcrs));
	drtmon_evidence_decode(&ev);
	drtmon_chain_judge(&chain, &ev);
	drtmon_evidence_free(&ev);
	snprintf(text, len, "%s", drtmon_chain_verdict_name(chain.verdict));
	return text;
}

static void stat_check(const struct txt_stat *s)
{
	static const char measured[] =
		"{\"sha1\":{\"17\":\"000102030405060708090a0b0c0d0e0f10111213\"}}";
	static const char ones[] =
		"{\"sha1\":{\"17\":\"ffffffffffffffffffffffffffffffffffffffff\"}}";
	json_t *doc = decode(s->window, sizeof(s->window));
	bool off = !s->window[0x300] && !s->window[0x301] && !s->window[0x302];
	char text[32];

	stat_flags(s, doc);
	json_decref(doc);
	if (!s->have_heap)
		return;
	/* The banner goes by one bit: where TXT is off it is wrong. */
	if (s->banner && !off) {
		assert_string_equal(stat_verdict(s, measured, text, sizeof(text)), "measured");
		assert_string_equal(stat_verdict(s, ones, text, sizeof(text)), "contradictory");
		assert_string_equal(stat_verdict(s, NULL, text, sizeof(text)), "unknown");
	} else {
		assert_string_equal(stat_verdict(s, measured, text, sizeof(text)), "contradictory");
		assert_string_not_equal(stat_verdict(s, ones, text, sizeof(text)), "measured");
		assert_string_not_equal(stat_verdict(s, ones, text, sizeof(text)), "contradictory");
		assert_string_not_equal(stat_verdict(s, NULL, text, sizeof(text)), "measured");
	}
}

static void test_txt_stat(void **state)
{
	struct drtmon_blob blob;
	struct dirent *entry;
	struct txt_stat s;
	unsigned int texts = 0;
	char name[512];
	DIR *dir;

	(void)state;
	if (!data_dir())
		skip();
	dir = opendir(data_path("txt-text"));
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		snprintf(name, sizeof(name), "txt-text/%s", entry->d_name);
		if (entry->d_name[0] == '.' ||
		    drtmon_blob_read(&blob, data_path(name), 1 << 20, NULL))
			continue;
		if (blob.data && strstr((char *)blob.data, "STS: 0x") &&
		    stat_parse(&s, (char *)blob.data) && s.flags) {
			stat_check(&s);
			texts++;
		}
		drtmon_blob_free(&blob);
	}
	closedir(dir);
	assert_true(texts >= 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_page),    cmocka_unit_test(test_no_window),
		cmocka_unit_test(test_every_length), cmocka_unit_test(test_fixture),
		cmocka_unit_test(test_txt_stat),     cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
