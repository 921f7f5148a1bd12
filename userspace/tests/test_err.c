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

/* Names come from anywhere: they neither drive a terminal nor break JSON. */
static void test_hostile(void **state)
{
	struct drtmon_err err;
	char text[2001];
	size_t i;

	drtmon_err_set(&err, -EIO, "cannot open %s", "a\033[31m\x07z\xff");
	assert_string_equal(err.msg, "cannot open a\\x1b[31m\\x07z\\xff");
	for (i = 0; i < 2000; i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	text[2000] = '\0';
	drtmon_err_set(&err, -EIO, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 2);
	assert_int_equal((unsigned char)err.msg[sizeof(err.msg) - 3], 0xa9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
