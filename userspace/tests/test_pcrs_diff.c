// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <string.h>

#include "lib/pcrs_diff.h"

static struct drtmon_pcrs expected, present;
static struct drtmon_pcrs_diff diff;

static int setup(void **state)
{
	memset(&expected, 0, sizeof(expected));
	memset(&present, 0, sizeof(present));
	return 0;
}

static void value(struct drtmon_pcrs *pcrs, const char *bank, uint32_t index, uint8_t byte)
{
	uint8_t digest[DRTMON_ALG_DIGEST_MAX] = { byte };

	drtmon_pcrs_set(pcrs, drtmon_alg_by_name(bank, strlen(bank)), index, digest);
}

static void test_nothing(void **state)
{
	drtmon_pcrs_diff(&diff, &expected, &present);
	assert_int_equal(diff.banks, 0);
	assert_false(drtmon_pcrs_diff_same(&diff));
	value(&present, "sha1", 0, 1);
	drtmon_pcrs_diff(&diff, &expected, &present);
	assert_int_equal(diff.count[DRTMON_PCRS_DIFF_NO_EXPECTED], 1);
	assert_false(drtmon_pcrs_diff_same(&diff));
}

/* What is present and not expected does no harm; what is expected and not present does. */
static void test_same(void **state)
{
	value(&expected, "sha256", 4, 1);
	value(&present, "sha256", 4, 1);
	value(&present, "sha256", 5, 1);
	value(&present, "sha1", 4, 1);
	drtmon_pcrs_diff(&diff, &expected, &present);
	assert_true(drtmon_pcrs_diff_same(&diff));
	assert_int_equal(diff.banks, 2);
	value(&expected, "sha384", 4, 1);
	drtmon_pcrs_diff(&diff, &expected, &present);
	assert_false(drtmon_pcrs_diff_same(&diff));
	assert_int_equal(diff.count[DRTMON_PCRS_DIFF_NO_PRESENT], 1);
}

static void test_mismatch(void **state)
{
	json_t *list, *one;

	value(&expected, "sha256", 4, 1);
	value(&present, "sha256", 4, 2);
	value(&present, "sha256", 5, 2);
	drtmon_pcrs_diff(&diff, &expected, &present);
	assert_false(drtmon_pcrs_diff_same(&diff));
	assert_int_equal(diff.bank[0].mask[DRTMON_PCRS_DIFF_MISMATCH], 1 << 4);
	list = drtmon_pcrs_diff_json(&diff);
	assert_int_equal(json_array_size(list), 2);
	one = json_array_get(list, 0);
	assert_string_equal(json_string_value(json_object_get(one, "state")), "mismatch");
	assert_int_equal(strncmp(json_string_value(json_object_get(one, "expected")), "01", 2), 0);
	assert_int_equal(strncmp(json_string_value(json_object_get(one, "present")), "02", 2), 0);
	one = json_array_get(list, 1);
	assert_string_equal(json_string_value(json_object_get(one, "state")), "not-compared");
	assert_true(json_is_null(json_object_get(one, "expected")));
	json_decref(list);
}

static void test_select(void **state)
{
	struct drtmon_pcrs some;

	value(&expected, "sha1", 0, 1);
	value(&expected, "sha256", 0, 2);
	value(&expected, "sha256", 17, 3);
	assert_int_equal(drtmon_pcrs_select(&some, &expected, NULL, UINT32_MAX), 3);
	assert_int_equal(drtmon_pcrs_select(&some, &expected, NULL, 1), 2);
	assert_int_equal(drtmon_pcrs_select(&some, &expected, NULL, 1 << 17), 1);
	/* A bank without a value leaves no empty slot: that would end the list. */
	assert_string_equal(some.bank[0].alg->name, "sha256");
	assert_int_equal(some.bank[0].have, 1 << 17);
	assert_null(some.bank[1].alg);
	assert_int_equal(drtmon_pcrs_select(&some, &expected, expected.bank[0].alg, 2), 0);
	assert_null(some.bank[0].alg);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, NULL)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_nothing),
		T(test_same),
		T(test_mismatch),
		T(test_select),
	};

	return cmocka_run_group_tests_name("pcrs_diff", tests, NULL, NULL);
}
