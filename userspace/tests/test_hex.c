// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>
#include <string.h>

#include "lib/hex.h"

static void test_encode(void **state)
{
	char text[9];

	assert_string_equal(drtmon_hex_encode(text, (const uint8_t *)"\x00\xaf\x10\xff", 4),
			    "00af10ff");
	assert_string_equal(drtmon_hex_encode(text, NULL, 0), "");
}

static void test_decode(void **state)
{
	uint8_t bytes[4];

	assert_int_equal(drtmon_hex_decode(bytes, 4, "00aF10fFxx", 8), 4);
	assert_memory_equal(bytes, "\x00\xaf\x10\xff", 4);
	assert_int_equal(drtmon_hex_decode(bytes, 4, "", 0), 0);
	assert_int_equal(drtmon_hex_decode(bytes, 4, "0", 1), -EINVAL);
	assert_int_equal(drtmon_hex_decode(bytes, 4, "0g", 2), -EINVAL);
	assert_int_equal(drtmon_hex_decode(bytes, 4, " 0", 2), -EINVAL);
	assert_int_equal(drtmon_hex_decode(bytes, 4, "+1", 2), -EINVAL);
	assert_int_equal(drtmon_hex_decode(bytes, 4, "0011223344", 10), -EINVAL);
	assert_int_equal(drtmon_hex_decode(bytes, 0, "00", 2), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_decode),
	};

	return cmocka_run_group_tests_name("hex", tests, NULL, NULL);
}
