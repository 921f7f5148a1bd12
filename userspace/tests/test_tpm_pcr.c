// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers of a TPM about its PCRs, true ones and lies. */
#include "tests/fake/head.h"

#include <string.h>

#include "../kmod/tpm_pcr.h"

#define HEAD(size) 0x80, 0x01, 0, 0, 0, size, 0, 0, 0, 0

/* TPM2_GetCapability(TPM_CAP_PCRS): sha1 without PCRs, sha256 with 0-23 */
static const uint8_t banks[] = { HEAD(31), 0, 0, 0, 0, 5, 0,	0, 0,	 2,    0,
				 0x04,	   3, 0, 0, 0, 0, 0x0b, 3, 0xff, 0xff, 0xff };
/* TPM2_PCR_Read: counter 7, PCR 17 of sha1 */
static const uint8_t read17[] = { HEAD(50), 0, 0,  0,  7,  0,  0,  0,  1,  0,  4,  3,  0, 0,
				  2,	    0, 0,  0,  1,  0,  20, 1,  2,  3,  4,  5,  6, 7,
				  8,	    9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };
/* TPM2_GetCapability(TPM_CAP_PCR_PROPERTIES): no increment for 16 and 23 */
static const uint8_t quiet[] = {
	HEAD(27), 0, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0x11, 3, 0, 0, 0x81
};
static const uint8_t clock_answer[] = { HEAD(35), 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
					0,	  0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 6, 1 };

static void test_banks(void **state)
{
	struct drtmon_tpm_selection bank[2];
	uint8_t copy[sizeof(banks)];
	u32 count;

	assert_int_equal(drtmon_tpm_banks_parse(bank, 2, &count, banks, sizeof(banks)), 0);
	assert_int_equal(count, 1);
	assert_int_equal(bank[0].alg, DRTMON_TPM_ALG_SHA256);
	assert_int_equal(bank[0].mask, 0xffffff);
	assert_int_equal(drtmon_tpm_banks_parse(bank, 0, &count, banks, sizeof(banks)), -E2BIG);
	memcpy(copy, banks, sizeof(banks));
	copy[14] = 6;
	assert_int_equal(drtmon_tpm_banks_parse(bank, 2, &count, copy, sizeof(copy)), -EINVAL);
	/* four thousand million banks in a few bytes */
	memcpy(copy, banks, sizeof(banks));
	memset(copy + 15, 0xff, 4);
	assert_int_equal(drtmon_tpm_banks_parse(bank, 2, &count, copy, sizeof(copy)), -EINVAL);
}

static void test_read(void **state)
{
	struct drtmon_tpm_read read;
	uint8_t copy[sizeof(read17)];

	assert_int_equal(drtmon_tpm_read_parse(&read, read17, sizeof(read17)), 0);
	assert_int_equal(read.counter, 7);
	assert_int_equal(read.selection_count, 1);
	assert_int_equal(read.selection[0].mask, 1u << 17);
	assert_int_equal(read.digest_count, 1);
	assert_int_equal(read.digest[0].size, 20);
	assert_int_equal(read.digest[0].value[19], 20);
	memcpy(copy, read17, sizeof(copy));
	copy[17] = DRTMON_TPM_BANKS_MAX + 1;
	assert_int_equal(drtmon_tpm_read_parse(&read, copy, sizeof(copy)), -EINVAL);
	memcpy(copy, read17, sizeof(copy));
	copy[27] = DRTMON_TPM_READ_MAX + 1;
	assert_int_equal(drtmon_tpm_read_parse(&read, copy, sizeof(copy)), -EINVAL);
}

/* Headers that say less than a header, or more than there is. */
static void test_heads(void **state)
{
	struct drtmon_tpm_read read;
	uint8_t copy[sizeof(read17)];

	memcpy(copy, read17, sizeof(copy));
	copy[5] = 9;
	assert_int_equal(drtmon_tpm_read_parse(&read, copy, sizeof(copy)), -EINVAL);
	copy[5] = sizeof(copy) + 1;
	assert_int_equal(drtmon_tpm_read_parse(&read, copy, sizeof(copy)), -EINVAL);
}

static void test_others(void **state)
{
	struct drtmon_tpm_clock clock;
	u32 mask;

	assert_int_equal(drtmon_tpm_no_increment_parse(&mask, quiet, sizeof(quiet)), 0);
	assert_int_equal(mask, 1u << 16 | 1u << 23);
	assert_int_equal(drtmon_tpm_clock_parse(&clock, clock_answer, sizeof(clock_answer)), 0);
	assert_int_equal(clock.resets, 5);
	assert_int_equal(clock.restarts, 6);
}

/* Cut anywhere, whether its header admits that or not: refused. */
static void test_cut(void **state)
{
	static const struct {
		const uint8_t *data;
		size_t len;
	} all[] = { { banks, sizeof(banks) },
		    { read17, sizeof(read17) },
		    { quiet, sizeof(quiet) },
		    { clock_answer, sizeof(clock_answer) - 1 } };
	struct drtmon_tpm_selection bank[2];
	struct drtmon_tpm_clock clock;
	struct drtmon_tpm_read read;
	uint8_t copy[64];
	size_t i, cut;
	u32 n;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (cut = 0; cut < all[i].len; cut++) {
			memcpy(copy, all[i].data, cut);
			if (cut >= 6)
				copy[5] = (uint8_t)cut;
			if (i == 0)
				assert_int_equal(drtmon_tpm_banks_parse(bank, 2, &n, copy, cut),
						 -EINVAL);
			else if (i == 1)
				assert_int_equal(drtmon_tpm_read_parse(&read, copy, cut), -EINVAL);
			else if (i == 2)
				assert_int_equal(drtmon_tpm_no_increment_parse(&n, copy, cut),
						 -EINVAL);
			else
				assert_int_equal(drtmon_tpm_clock_parse(&clock, copy, cut),
						 -EINVAL);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_banks), cmocka_unit_test(test_read),
		cmocka_unit_test(test_heads), cmocka_unit_test(test_others),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests_name("tpm_pcr", tests, NULL, NULL);
}
