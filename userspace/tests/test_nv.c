// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers about NV indices, of both families of TPMs, whole and cut anywhere. */
#include "tests/fake/head.h"

#include <string.h>

#include "lib/evidence_live.h"

/* TPM2_NV_ReadPublic of 0x01800003: sha256, attributes, no policy, 104 bytes */
static const uint8_t tpm20[] = {
	0x80, 0x01, 0, 0, 0,	60,   0,    0,	  0,	0, 0, 14, 0x01,
	0x80, 0,    3, 0, 0x0b, 0x62, 0x04, 0x44, 0x08, 0, 0, 0,  104,
};

/* TPM_GetCapability(TPM_CAP_NV_INDEX, 0x50000003): 64 bytes */
static size_t tpm12(uint8_t *buf)
{
	static const uint8_t head[] = { 0, 0xc4, 0, 0,	0, 85,	 0,    0, 0, 0,
					0, 0,	 0, 71, 0, 0x18, 0x50, 0, 0, 3 };

	memset(buf, 0, 85);
	memcpy(buf, head, sizeof(head));
	buf[21] = 3;
	buf[47] = 3;
	buf[73] = 0x17;
	buf[77] = 2;
	buf[84] = 64;
	return 85;
}

static void test_tpm20(void **state)
{
	struct drtmon_facts_nv nv = { .index = 0x01800003 };
	uint8_t none[10] = { 0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x8b };
	size_t cut;

	assert_true(drtmon_facts_nv_parse(&nv, false, tpm20, sizeof(tpm20)));
	assert_int_equal(nv.present, DRTMON_KNOWN_YES);
	assert_int_equal(nv.size, 104);
	assert_int_equal(nv.attributes, 0x62044408);
	assert_true(drtmon_facts_nv_parse(&nv, false, none, sizeof(none)));
	assert_int_equal(nv.present, DRTMON_KNOWN_NO);
	none[9] = 1;
	assert_false(drtmon_facts_nv_parse(&nv, false, none, sizeof(none)));
	for (cut = 0; cut < sizeof(tpm20); cut++)
		assert_false(drtmon_facts_nv_parse(&nv, false, tpm20, cut));
	nv.index++;
	assert_false(drtmon_facts_nv_parse(&nv, false, tpm20, sizeof(tpm20)));
}

static void test_tpm12(void **state)
{
	struct drtmon_facts_nv nv = { .index = 0x50000003 };
	uint8_t none[10] = { 0, 0xc4, 0, 0, 0, 10, 0, 0, 0, 2 }, buf[85];
	size_t len = tpm12(buf), cut;

	assert_true(drtmon_facts_nv_parse(&nv, true, buf, len));
	assert_int_equal(nv.present, DRTMON_KNOWN_YES);
	assert_int_equal(nv.size, 64);
	assert_int_equal(nv.attributes, 2);
	assert_true(drtmon_facts_nv_parse(&nv, true, none, sizeof(none)));
	assert_int_equal(nv.present, DRTMON_KNOWN_NO);
	for (cut = 0; cut < len; cut++)
		assert_false(drtmon_facts_nv_parse(&nv, true, buf, cut));
	buf[21] = 4;
	assert_false(drtmon_facts_nv_parse(&nv, true, buf, len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tpm20),
		cmocka_unit_test(test_tpm12),
	};

	return cmocka_run_group_tests_name("nv", tests, NULL, NULL);
}
