// SPDX-License-Identifier: GPL-2.0-or-later
/* The hashes that replays are made of. */
#include "tests/log/test_log_hash.h"

#include "lib/log/hash_blocks.h"

/* Whose compression functions there are, and only those. */
static void test_blocks(void **state)
{
	struct drtmon_blocks *sha1 = drtmon_blocks_new(0x0004);
	struct drtmon_blocks *sha256 = drtmon_blocks_new(0x000b);

	assert_null(drtmon_blocks_new(0x000c));
	assert_null(drtmon_blocks_new(0x0012));
	if (!sha1 && !sha256) {
		print_message("SKIP: this OpenSSL does not show its compression functions\n");
		skip();
	}
	assert_non_null(sha1);
	assert_non_null(sha256);
	free(sha1);
	free(sha256);
}

/* An algorithm OpenSSL does not have is none. */
static void test_unknown(void **state)
{
	const struct drtmon_alg none = { .id = 0x7fff, .size = 32, .name = "none", .evp = "NONE" };
	const struct drtmon_alg wrong = {
		.id = 0x000b, .size = 20, .name = "odd", .evp = "SHA256"
	};

	assert_null(drtmon_hash_new(&none));
	assert_null(drtmon_hash_new(&wrong));
	drtmon_hash_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_hash_jobs),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests_name("log-hash", tests, NULL, NULL);
}
