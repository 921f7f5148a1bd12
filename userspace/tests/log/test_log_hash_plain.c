// SPDX-License-Identifier: GPL-2.0-or-later
/* The same with an OpenSSL that does not show its compression functions. */
#define OPENSSL_NO_DEPRECATED
#include "lib/log/hash_blocks.c"

#include "tests/log/test_log_hash.h"

static void test_blocks(void **state)
{
	assert_null(drtmon_blocks_new(0x0004));
	assert_null(drtmon_blocks_new(0x000b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_hash_jobs),
	};

	return cmocka_run_group_tests_name("log-hash-plain", tests, NULL, NULL);
}
