// SPDX-License-Identifier: GPL-2.0-or-later
/* The legacy mapping of PCRs; its values were worked out with Python's hashlib. */
#include "tests/fake/head.h"

#include <string.h>

#include "lib/chain.h"
#include "lib/txt/legacy.h"
#include "tests/txt_case.h"

static const struct {
	uint32_t version;
	const char *zero;
	const char *capabilities; /* 7 */
} truth[] = {
	{ 6, "0710ec7a22ef353acf1dc323775a44c0e1988d1b",
	  "e4c26563c2f5eb7f7320ff390621c330b1be7c5d" },
	{ 7, "46ad560540c356b4a468d02f8ae1bf49caf99dc3",
	  "a4d3944d004a9d7ff9218bd7f00e5d2172d40920" },
	{ 8, "175ff517f71a243a094a711c60616df47a9e2d68",
	  "cab16320d01680d4c83c3c835877ad1e60d8ba39" },
};

#define PCR18 "120e87e29881dbecb70c171a18143b850c63c734"

static struct txt_case c;

/* A heap as a launch on TPM 1.2 leaves it: no log, every field its own byte. */
static void tpm12(uint32_t version)
{
	static const struct {
		uint8_t offset, size, byte;
	} fields[] = { { 4, 20, 0x11 },	 { 24, 4, 0x22 },  { 28, 8, 0x33 },
		       { 36, 20, 0x44 }, { 56, 20, 0x55 }, { 76, 20, 0x66 },
		       { 96, 20, 0x77 }, { 116, 4, 0x88 }, { 144, 4, 0x99 } };
	uint8_t *p = c.heap + CASE_SINIT_MLE;
	size_t i;

	case_good(&c);
	put(p, version, 4);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		memset(p + fields[i].offset, fields[i].byte, fields[i].size);
	put(c.heap + CASE_OS_SINIT, 5, 4);
	put(c.heap + CASE_OS_SINIT + 80, 7, 4);
}

static bool legacy(struct drtmon_txt_legacy *values)
{
	struct drtmon_txt_view view;

	drtmon_txt_view_init(&view, c.heap, c.heap_len, 0);
	return drtmon_txt_legacy(values, &view);
}

static void is(const uint8_t *value, const char *hex)
{
	char text[41];

	assert_string_equal(drtmon_hex_encode(text, value, 20), hex);
}

static void test_values(void **state)
{
	struct drtmon_txt_legacy values;
	size_t i;

	for (i = 0; i < sizeof(truth) / sizeof(truth[0]); i++) {
		tpm12(truth[i].version);
		assert_true(legacy(&values));
		is(values.pcr17[0], truth[i].zero);
		is(values.pcr17[1], truth[i].capabilities);
		is(values.pcr18, PCR18);
	}
	tpm12(9);
	assert_false(legacy(&values));
	tpm12(7);
	put(c.heap + CASE_OS_SINIT + 80, 0x27, 4);
	assert_false(legacy(&values)); /* details and authorities */
}

static enum drtmon_chain_verdict judge(const char *pcrs, char *log)
{
	struct drtmon_evidence evidence;
	struct drtmon_chain chain;

	c.pcrs = pcrs;
	c.log_len = 0;
	case_evidence(&evidence, &c);
	drtmon_chain_judge(&chain, &evidence);
	strcpy(log, chain.link[DRTMON_LINK_EVENT_LOG].evidence);
	drtmon_evidence_free(&evidence);
	return chain.verdict;
}

/* It explains, or says nothing: what a launcher extended later is not in it. */
static void test_chain(void **state)
{
	char log[2048];

	tpm12(7);
	assert_int_equal(judge("{\"sha1\":{\"17\":\"a4d3944d004a9d7ff9218bd7f00e5d2172d40920\","
			       "\"18\":\"" PCR18 "\"}}",
			       log),
			 DRTMON_CHAIN_MEASURED);
	assert_non_null(strstr(log, "SinitMleData leads to PCR 17 and 18"));
	assert_int_equal(judge("{\"sha1\":{\"17\":\"a4d3944d004a9d7ff9218bd7f00e5d2172d40921\","
			       "\"18\":\"" PCR18 "\"}}",
			       log),
			 DRTMON_CHAIN_MEASURED);
	assert_null(strstr(log, "SinitMleData"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_chain),
	};

	return cmocka_run_group_tests_name("txt_legacy", tests, NULL, NULL);
}
