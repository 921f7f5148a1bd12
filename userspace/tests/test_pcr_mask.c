// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <string.h>

#include "lib/pcr_mask.h"

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		uint32_t mask;
	} good[] = {
		{ "0", 1 },	    { "31", 1u << 31 },	    { "0-7,17", 0x200ff },
		{ "5-5", 1u << 5 }, { "0-31", UINT32_MAX }, { "1,1,0-2", 7 },
		{ "07", 1u << 7 },  { "16,23", 0x810000 },
	};
	static const char *const bad[] = {
		"",	",",	"1,", ",1", "-1",  "1-",  "7-3",
		"32",	"0-32", "1 ", " 1", "1;2", "0x1", "99999999999999999999",
		"1--2", "a",
	};
	uint32_t mask;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(drtmon_pcr_mask_parse(good[i].text, &mask));
		assert_int_equal(mask, good[i].mask);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(drtmon_pcr_mask_parse(bad[i], &mask));
}

static void test_text(void **state)
{
	char text[DRTMON_PCR_MASK_MAX];
	uint32_t mask, back;
	unsigned int i;

	assert_string_equal(drtmon_pcr_mask_text(text, 0), "");
	assert_string_equal(drtmon_pcr_mask_text(text, 1), "0");
	assert_string_equal(drtmon_pcr_mask_text(text, 0x1fb00), "8-9, 11-16");
	assert_string_equal(drtmon_pcr_mask_text(text, UINT32_MAX), "0-31");
	/* Patterns that make the longest texts. */
	for (i = 0; i < 3; i++) {
		static const uint32_t patterns[] = { 0x55555555, 0xdb6db6db, 0xaaaaaaaa };
		char *p = drtmon_pcr_mask_text(text, patterns[i]), *blank;

		assert_true(strlen(p) < DRTMON_PCR_MASK_MAX - 1);
		while ((blank = strchr(p, ' ')))
			memmove(blank, blank + 1, strlen(blank));
		assert_true(drtmon_pcr_mask_parse(p, &back));
		mask = patterns[i];
		assert_int_equal(back, mask);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests_name("pcr_mask", tests, NULL, NULL);
}
