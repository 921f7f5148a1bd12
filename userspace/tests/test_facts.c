// SPDX-License-Identifier: GPL-2.0-or-later
/* facts.json of a capture: what is there is kept, what is wrong is named. */
#include "tests/fake/head.h"

#include <errno.h>
#include <string.h>

#include "lib/evidence_facts.h"

static struct drtmon_facts facts;

static void parse(const char *text)
{
	struct drtmon_err err = { 0 };

	if (drtmon_facts_parse(&facts, text, strlen(text), NULL, &err))
		fail_msg("%s: %s", text, err.msg);
}

/* Everything there is; and what is written of it reads back the same. */
static void test_all(void **state)
{
	json_t *items, *first, *second;
	static const char text[] =
		"{\"schema\":1,\"cpu\":{\"vendor\":\"intel\",\"signature\":\"0x306f2\","
		"\"smx\":true,\"vmx\":false},\"txt_base\":\"0xfed30000\","
		"\"msrs\":{\"0x3a\":\"0xff07\",\"0x17\":null},\"acpi\":{\"TPM2\":true,\"DMAR\":"
		"false},"
		"\"tpm\":{\"class\":true,\"chips\":[{\"name\":\"tpm0\",\"version\":\"2.0\"},{"
		"\"name\":"
		"\"tpm1\",\"enabled\":true,\"active\":false,\"owned\":null}],\"nv\":{"
		"\"0x01c10106\":"
		"{\"size\":70,\"attributes\":\"0x62044408\"},\"0x01c10103\":false,\"0x01c10104\":{}"
		"}},"
		"\"kernel\":\"6.1.0\",\"system\":null,\"items\":{\"pcrs.json\":{}}}";
	char *written;

	assert_int_equal(drtmon_facts_parse(&facts, text, strlen(text), &items, NULL), 0);
	assert_int_equal(json_object_size(items), 1);
	json_decref(items);
	assert_int_equal(facts.vendor, DRTMON_FACTS_VENDOR_INTEL);
	assert_true(facts.have_signature);
	assert_int_equal(facts.signature, 0x306f2);
	assert_int_equal(facts.smx, DRTMON_KNOWN_YES);
	assert_int_equal(facts.vmx, DRTMON_KNOWN_NO);
	assert_int_equal(facts.svm, DRTMON_KNOWN_NOTHING);
	assert_int_equal(facts.txt_base, 0xfed30000);
	assert_int_equal(facts.msrs, 2);
	assert_true(facts.msr[0].readable);
	assert_int_equal(facts.msr[0].value, 0xff07);
	assert_false(facts.msr[1].readable);
	assert_int_equal(facts.chips, 2);
	assert_string_equal(facts.chip[1].version, "");
	assert_int_equal(facts.chip[1].active, DRTMON_KNOWN_NO);
	assert_int_equal(facts.chip[1].owned, DRTMON_KNOWN_NOTHING);
	assert_int_equal(facts.nvs, 3);
	assert_int_equal(facts.nv[0].attributes, 0x62044408);
	assert_int_equal(facts.nv[1].present, DRTMON_KNOWN_NO);
	assert_string_equal(facts.system, "");
	first = drtmon_facts_json(&facts);
	written = json_dumps(first, 0);
	parse(written);
	second = drtmon_facts_json(&facts);
	assert_true(json_equal(first, second));
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(first, "cpu"), "signature")),
		"0x306f2");
	json_decref(first);
	json_decref(second);
	free(written);
}

/* Nothing known is nothing said. */
static void test_nothing(void **state)
{
	parse("{}");
	assert_int_equal(facts.tpm_class, DRTMON_KNOWN_NOTHING);
	assert_false(facts.have_base);
	parse("{\"schema\":1,\"cpu\":null,\"msrs\":null,\"txt_base\":null,\"tpm\":{\"nv\":null}}");
	assert_int_equal(facts.msrs, 0);
	parse("{\"cpu\":{\"vendor\":\"nobody\"}}");
	assert_int_equal(facts.vendor, DRTMON_FACTS_VENDOR_UNKNOWN);
}

/* More than there is room for is left out; it is no reason to lose the rest. */
static void test_many(void **state)
{
	json_t *root = json_pack("{s:{}, s:{s:[], s:{}}}", "msrs", "tpm", "chips", "nv");
	json_t *tpm = json_object_get(root, "tpm");
	char key[16], *text;
	int i;

	for (i = 0; i < 40; i++) {
		snprintf(key, sizeof(key), "0x%x", 0x100 + i);
		json_object_set_new(json_object_get(root, "msrs"), key, json_string("0x1"));
		json_object_set_new(json_object_get(tpm, "nv"), key, json_false());
		json_array_append_new(json_object_get(tpm, "chips"),
				      json_pack("{s:s}", "name", key));
	}
	text = json_dumps(root, 0);
	parse(text);
	assert_int_equal(facts.msrs, DRTMON_FACTS_MSRS);
	assert_int_equal(facts.nvs, DRTMON_FACTS_NV);
	assert_int_equal(facts.chips, DRTMON_FACTS_CHIPS);
	free(text);
	json_decref(root);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *key;
	} bad[] = {
		{ "", "line 1" },
		{ "[]", "the whole" },
		{ "{\"cpu\":1,\"cpu\":2}", "duplicate" },
		{ "{\"schema\":2}", "schema" },
		{ "{\"schema\":\"1\"}", "schema" },
		{ "{\"cpu\":[]}", "\"cpu\"" },
		{ "{\"cpu\":{\"vendor\":1}}", "\"vendor\"" },
		{ "{\"cpu\":{\"smx\":1}}", "\"smx\"" },
		{ "{\"cpu\":{\"signature\":1}}", "\"signature\"" },
		{ "{\"cpu\":{\"signature\":\"306f2\"}}", "\"signature\"" },
		{ "{\"cpu\":{\"signature\":\"0x\"}}", "\"signature\"" },
		{ "{\"cpu\":{\"signature\":\"0x100000000\"}}", "\"signature\"" },
		{ "{\"txt_base\":1}", "\"txt_base\"" },
		{ "{\"txt_base\":\"0x1z\"}", "\"txt_base\"" },
		{ "{\"txt_base\":\"0x11111111111111111\"}", "\"txt_base\"" },
		{ "{\"msrs\":{\"0x3a\":7}}", "\"msrs\"" },
		{ "{\"msrs\":{\"x\":\"0x1\"}}", "\"msrs\"" },
		{ "{\"acpi\":{\"TPM2\":1}}", "\"acpi\"" },
		{ "{\"kernel\":6}", "\"kernel\"" },
		{ "{\"tpm\":{\"chips\":{}}}", "\"chips\"" },
		{ "{\"tpm\":{\"chips\":[{}]}}", "\"chips\"" },
		{ "{\"tpm\":{\"nv\":[]}}", "\"nv\"" },
		{ "{\"tpm\":{\"nv\":{\"0x1\":true}}}", "\"nv\"" },
		{ "{\"tpm\":{\"nv\":{\"y\":false}}}", "\"nv\"" },
		{ "{\"items\":[]}", "\"items\"" },
	};
	struct drtmon_err err;
	json_t *items;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		items = json_null();
		assert_int_equal(drtmon_facts_parse(&facts, bad[i].text, strlen(bad[i].text),
						    &items, &err),
				 -EINVAL);
		assert_true(!items || json_is_null(items));
		if (!strstr(err.msg, bad[i].key))
			fail_msg("%s: %s", bad[i].text, err.msg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
