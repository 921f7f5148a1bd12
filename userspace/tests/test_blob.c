// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>

#include "lib/blob.h"
#include "tests/fake/tree.h"

static int blob_of(struct drtmon_blob *blob, const char *path, size_t max)
{
	struct drtmon_err err = { 0 };
	char full[128];
	int ret;

	snprintf(full, sizeof(full), "%s%s", tree, path);
	ret = drtmon_blob_read(blob, full, max, &err);
	assert_int_equal(ret, err.code);
	return ret;
}

static void test_read(void **state)
{
	static const uint8_t big[200000] = { 1, 2, 3 };
	struct drtmon_blob blob;

	tree_put("/big", big, sizeof(big));
	tree_put("/empty", "", 0);
	assert_int_equal(blob_of(&blob, "/big", 1 << 20), 0);
	assert_int_equal(blob.len, sizeof(big));
	assert_memory_equal(blob.data, big, sizeof(big));
	assert_int_equal(blob.data[blob.len], 0);
	assert_false(blob.truncated);
	drtmon_blob_free(&blob);
	assert_null(blob.data);
	assert_int_equal(blob_of(&blob, "/empty", 16), 0);
	assert_int_equal(blob.len, 0);
	drtmon_blob_free(&blob);
}

static void test_limit(void **state)
{
	struct drtmon_blob blob;

	tree_text("/five", "12345");
	assert_int_equal(blob_of(&blob, "/five", 5), 0);
	assert_int_equal(blob.len, 5);
	assert_false(blob.truncated);
	drtmon_blob_free(&blob);
	assert_int_equal(blob_of(&blob, "/five", 4), 0);
	assert_int_equal(blob.len, 4);
	assert_true(blob.truncated);
	assert_string_equal((const char *)blob.data, "1234");
	drtmon_blob_free(&blob);
}

static void test_refused(void **state)
{
	struct drtmon_blob blob;

	assert_int_equal(blob_of(&blob, "/none", 16), -ENOENT);
	drtmon_blob_free(&blob);
	assert_int_equal(blob_of(&blob, "/", 16), -EISDIR);
	drtmon_blob_free(&blob);
	drtmon_blob_free(&blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = { T(test_read), T(test_limit), T(test_refused) };

	return cmocka_run_group_tests_name("blob", tests, NULL, NULL);
}
