// SPDX-License-Identifier: GPL-2.0-or-later
/* The Secure Launch resource table, as far as it leads to the event log. */
#include "tests/fake/head.h"

#include <string.h>

#include "../kmod/slrt.h"

/* Header, an entry that is none of ours, LOG_INFO: TPM 2.0, 0x8000 bytes at 0x12345000, end */
static const uint8_t table[] = {
	0x4d, 0x54, 0x52, 0x44, 1, 0,	 1,    0,    60, 0, 0, 0, 0,	0x10, 0, 0, 3, 0, 0, 0,
	12,   0,    0,	  0,	0, 0,	 0,    0,    2,	 0, 0, 0, 24,	0,    0, 0, 2, 0, 0, 0,
	0,    0x80, 0,	  0,	0, 0x50, 0x34, 0x12, 0,	 0, 0, 0, 0xff, 0xff, 0, 0, 8, 0, 0, 0,
};

static void test_log(void **state)
{
	struct drtmon_txt_log log;
	uint8_t copy[sizeof(table)];

	assert_int_equal(drtmon_slrt_size(table, sizeof(table)), sizeof(table));
	assert_true(drtmon_slrt_log(&log, table, sizeof(table)));
	assert_int_equal(log.elem, DRTMON_TXT_ELEM_LOG_TCG);
	assert_int_equal(log.addr, 0x12345000);
	assert_int_equal(log.size, 0x8000);
	memcpy(copy, table, sizeof(table));
	copy[36] = 1;
	assert_true(drtmon_slrt_log(&log, copy, sizeof(copy)));
	assert_int_equal(log.elem, DRTMON_TXT_ELEM_LOG_TPM12);
}

static void test_bad(void **state)
{
	struct drtmon_txt_log log;
	uint8_t copy[sizeof(table)];
	size_t cut;

	for (cut = 0; cut < 52; cut++)
		assert_false(drtmon_slrt_log(&log, table, cut));
	memcpy(copy, table, sizeof(table));
	copy[0] ^= 1;
	assert_int_equal(drtmon_slrt_size(copy, sizeof(copy)), 0);
	memcpy(copy, table, sizeof(table));
	copy[20] = 0; /* an entry of size 0 would never end */
	assert_false(drtmon_slrt_log(&log, copy, sizeof(copy)));
	memset(copy + 20, 0xff, 4);
	assert_false(drtmon_slrt_log(&log, copy, sizeof(copy)));
	memcpy(copy, table, sizeof(table));
	copy[16] = copy[17] = 0xff; /* the end, before the log */
	copy[18] = copy[19] = 0;
	assert_false(drtmon_slrt_log(&log, copy, sizeof(copy)));
	memcpy(copy, table, sizeof(table));
	copy[8] = 4; /* shorter than its own header */
	assert_int_equal(drtmon_slrt_size(copy, sizeof(copy)), 0);
}

static void test_candidates(void **state)
{
	uint8_t heap[128] = { 0 };
	struct drtmon_txt_heap walk = { .count = 2 };
	u64 addr[DRTMON_SLRT_CANDIDATES];

	walk.table[DRTMON_TXT_TABLE_OS_MLE].offset = 64;
	walk.table[DRTMON_TXT_TABLE_OS_MLE].length = 24;
	heap[64] = 1;
	heap[72] = 0x10;
	heap[80] = 0x20;
	assert_int_equal(drtmon_slrt_candidates(addr, heap, &walk), 2);
	assert_int_equal(addr[0], 0x10);
	assert_int_equal(addr[1], 0x20);
	heap[64] = 3;
	assert_int_equal(drtmon_slrt_candidates(addr, heap, &walk), 0);
	heap[64] = 1;
	walk.table[DRTMON_TXT_TABLE_OS_MLE].length = 23;
	assert_int_equal(drtmon_slrt_candidates(addr, heap, &walk), 0);
	walk.count = 1;
	walk.table[DRTMON_TXT_TABLE_OS_MLE].length = 24;
	assert_int_equal(drtmon_slrt_candidates(addr, heap, &walk), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_candidates),
	};

	return cmocka_run_group_tests_name("slrt", tests, NULL, NULL);
}
