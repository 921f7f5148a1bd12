/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's test harness, with what all tests here have in common. */
#ifndef SELFTESTS_HARNESS_H
#define SELFTESTS_HARNESS_H

#include <stdlib.h>

#include "kselftest_harness.h"

/* An emulated guest on a busy machine is slow; nothing waits for this when all is well. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 900

/* Of a test that may be told to go on: what ends one that hangs is selftests/check. */
#define TEST_TIMEOUT_TOLD (7 * 24 * 3600)

/* What a person told by the environment; selftests/check hands on numbers only. */
static inline __u64 parameter(const char *name, __u64 otherwise)
{
	const char *value = getenv(name);

	return value && *value ? strtoull(value, NULL, 10) : otherwise;
}

/*
 * As TEST_HARNESS_MAIN, but for programs that cannot run everywhere: @why_not
 * returns NULL or the reason why all its tests are skipped.
 */
#define TEST_MAIN(why_not)                                                      \
	static void __attribute__((constructor)) __constructor_order_last(void) \
	{                                                                       \
		if (!__constructor_order)                                       \
			__constructor_order = _CONSTRUCTOR_ORDER_BACKWARD;      \
	}                                                                       \
	int main(int argc, char **argv)                                         \
	{                                                                       \
		const char *why = why_not();                                    \
                                                                                \
		if (why)                                                        \
			ksft_exit_skip("%s\n", why);                            \
		return test_harness_run(argc, argv);                            \
	}                                                                       \
	int main(int argc, char **argv)

#endif /* SELFTESTS_HARNESS_H */
