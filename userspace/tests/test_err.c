// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>
#include <string.h>

#include "lib/err.h"

static void test_set(void **state)
{
	struct drtmon_err err = { 0 };

	assert_int_equal(drtmon_err_set(&err, -EIO, "%s is %d", "x", 5), -EIO);
	assert_int_equal(err.code, -EIO);
	assert_string_equal(err.msg, "x is 5");
	assert_int_equal(drtmon_err_set(NULL, -EPERM, "nobody asked"), -EPERM);
}

static void test_long(void **state)
{
	struct drtmon_err err;
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	drtmon_err_set(&err, -EIO, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
