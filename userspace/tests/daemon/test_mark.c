// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <stdio.h>
#include <unistd.h>

#include "daemon/mark.h"
#include "tests/fake/tree.h"

static void test_mark(void **state)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/" MARK_NAME, tree);
	mark_alert(tree);
	assert_int_equal(access(path, F_OK), 0);
	mark_alert(tree);
	assert_int_equal(unlink(path), 0);
	mark_alert(tree);
	assert_int_equal(access(path, F_OK), 0);
	/* Nowhere to leave word is no failure of anything. */
	mark_alert(NULL);
	mark_alert("/nowhere/at/all");
}

int main(void)
{
	const struct CMUnitTest tests[] = { T(test_mark) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
