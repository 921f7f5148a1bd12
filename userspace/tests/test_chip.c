// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>

#include "lib/chip.h"
#include "lib/chip_json.h"
#include "lib/platform.h"
#include "lib/stats.h"
#include "tests/fake/attrs.h"
#include "tests/fake/kernel.h"

#define SHA1   0x0004
#define SHA256 0x000b

static struct drtmon_chips chips;
static struct drtmon_err err;

static int setup(void **state)
{
	struct drtmon_nl *nl;

	fake_reset();
	memset(&err, 0, sizeof(err));
	if (drtmon_nl_open(&nl, NULL) || drtmon_nl_resolve(nl, NULL))
		return -1;
	*state = nl;
	return 0;
}

static int teardown(void **state)
{
	drtmon_nl_close(*state);
	drtmon_chips_free(&chips);
	fake_reset();
	return 0;
}

static void snapshot(struct attrs *attrs, uint16_t type, uint32_t state, uint32_t error)
{
	static struct attrs inner;

	inner.len = 0;
	attrs_u32(&inner, DRTMON_A_SNAPSHOT_STATE, state);
	attrs_u32(&inner, DRTMON_A_SNAPSHOT_ERROR, error);
	attrs_u32(&inner, DRTMON_A_SNAPSHOT_COMMANDS, 6);
	attrs_nest(attrs, type, &inner);
}

static void bank(struct attrs *attrs, uint32_t alg, uint32_t size)
{
	static struct attrs inner;

	inner.len = 0;
	attrs_u32(&inner, DRTMON_A_BANK_ALG, alg);
	attrs_u32(&inner, DRTMON_A_BANK_DIGEST_SIZE, size);
	attrs_nest(attrs, DRTMON_A_CHIP_BANK, &inner);
}

static void chip(uint32_t id, const char *name, uint32_t state)
{
	static struct attrs attrs;

	attrs.len = 0;
	attrs_u32(&attrs, DRTMON_A_CHIP_ID, id);
	attrs_str(&attrs, DRTMON_A_CHIP_NAME, name);
	attrs_u32(&attrs, DRTMON_A_CHIP_VERSION, DRTMON_CHIP_VERSION_TPM20);
	bank(&attrs, SHA1, 20);
	bank(&attrs, 0x7777, 20);
	snapshot(&attrs, DRTMON_A_CHIP_SNAPSHOT, state, 0);
	attrs_u64(&attrs, DRTMON_A_CHIP_COMMANDS, 99);
	fake_reply(DRTMON_CMD_CHIP_GET, &attrs);
}

static void pcr(struct attrs *attrs, uint32_t index, uint32_t state, size_t len)
{
	static const uint8_t value[64] = { 0x11 }, shadow[64] = { 0x22 };
	static struct attrs inner;

	inner.len = 0;
	attrs_u32(&inner, DRTMON_A_PCR_INDEX, index);
	attrs_u32(&inner, DRTMON_A_PCR_STATE, state);
	attrs_put(&inner, DRTMON_A_PCR_HARDWARE, value, len);
	if (state == DRTMON_PCR_STATE_SHADOWED)
		attrs_put(&inner, DRTMON_A_PCR_SHADOW, shadow, len);
	attrs_nest(attrs, DRTMON_A_PCRS_PCR, &inner);
}

static void pcrs_begin(struct attrs *attrs, uint32_t id, uint32_t alg)
{
	attrs->len = 0;
	attrs_u32(attrs, DRTMON_A_PCRS_CHIP_ID, id);
	attrs_u32(attrs, DRTMON_A_PCRS_ALG, alg);
}

static void test_whole(void **state)
{
	static struct attrs attrs;
	json_t *obj;

	chip(1, "tpm1", DRTMON_SNAPSHOT_STATE_TORN);
	chip(0, "tpm0", DRTMON_SNAPSHOT_STATE_CONSISTENT);
	pcrs_begin(&attrs, 0, SHA1);
	pcr(&attrs, 0, DRTMON_PCR_STATE_NOT_SHADOWED, 20);
	pcr(&attrs, 17, DRTMON_PCR_STATE_SHADOWED, 20);
	fake_reply(DRTMON_CMD_PCR_GET, &attrs);
	assert_int_equal(drtmon_chips_get(*state, -1, true, &chips, &err), 0);
	assert_int_equal(chips.count, 2);
	assert_string_equal(chips.chip[0].name, "tpm0");
	assert_string_equal(chips.chip[1].name, "tpm1");
	assert_int_equal(chips.chip[0].unreadable, 0);
	assert_string_equal(chips.chip[0].why, "");
	assert_int_equal(drtmon_pcrs_get(&chips.chip[0].pcrs, drtmon_alg_by_id(SHA1), 0)[0], 0x11);
	assert_int_equal(drtmon_pcrs_get(&chips.chip[0].pcrs, drtmon_alg_by_id(SHA1), 17)[0], 0x22);
	obj = drtmon_chip_json(&chips.chip[0]);
	assert_true(json_is_true(json_object_get(json_object_get(obj, "snapshot"), "consistent")));
	assert_string_equal(json_string_value(json_array_get(json_object_get(obj, "banks"), 1)),
			    "0x7777");
	assert_int_equal(json_integer_value(json_object_get(obj, "commands")), 99);
	assert_true(json_is_null(json_object_get(obj, "self_commands")));
	json_decref(obj);
	obj = drtmon_chip_json(&chips.chip[1]);
	assert_true(json_is_false(json_object_get(json_object_get(obj, "snapshot"), "consistent")));
	assert_true(json_is_string(json_object_get(obj, "problem")));
	json_decref(obj);
}

static void test_none(void **state)
{
	assert_int_equal(drtmon_chips_get(*state, -1, false, &chips, &err), 0);
	assert_int_equal(chips.count, 0);
	chip(0, "tpm0", DRTMON_SNAPSHOT_STATE_CONSISTENT);
	assert_int_equal(drtmon_chips_get(*state, 4, false, &chips, &err), 0);
	assert_int_equal(chips.count, 0);
}

/* Not read, or of another length than the bank's: no value, and it shows. */
static void test_no_value(void **state)
{
	static struct attrs attrs;

	chip(0, "tpm0", DRTMON_SNAPSHOT_STATE_CONSISTENT);
	pcrs_begin(&attrs, 0, SHA256);
	pcr(&attrs, 1, DRTMON_PCR_STATE_UNREAD, 32);
	pcr(&attrs, 2, DRTMON_PCR_STATE_NOT_SHADOWED, 20);
	pcr(&attrs, 3, DRTMON_PCR_STATE_NOT_SHADOWED, 0);
	pcr(&attrs, 4, DRTMON_PCR_STATE_NOT_SHADOWED, 32);
	pcr(&attrs, 5, DRTMON_PCR_STATE_STALE, 32);
	fake_reply(DRTMON_CMD_PCR_GET, &attrs);
	assert_int_equal(drtmon_chips_get(*state, -1, false, &chips, &err), 0);
	assert_int_equal(chips.chip[0].unreadable, 0x2e);
	assert_non_null(strstr(chips.chip[0].why, "some PCRs"));
	assert_null(drtmon_pcrs_get(&chips.chip[0].pcrs, drtmon_alg_by_id(SHA256), 2));
	assert_non_null(drtmon_pcrs_get(&chips.chip[0].pcrs, drtmon_alg_by_id(SHA256), 4));
}

/* A TPM that has to be read first is told of, and is no chip without a number. */
static void test_waits(void **state)
{
	static struct attrs attrs;

	chip(0, "tpm0", DRTMON_SNAPSHOT_STATE_CONSISTENT);
	attrs.len = 0;
	attrs_put(&attrs, DRTMON_A_PCRS_REFRESH, NULL, 0);
	fake_reply(DRTMON_CMD_PCR_GET, &attrs);
	pcrs_begin(&attrs, 0, SHA256);
	pcr(&attrs, 4, DRTMON_PCR_STATE_NOT_SHADOWED, 32);
	fake_reply(DRTMON_CMD_PCR_GET, &attrs);
	assert_int_equal(drtmon_chips_get(*state, -1, true, &chips, &err), 0);
	assert_int_equal(chips.count, 1);
	assert_non_null(drtmon_pcrs_get(&chips.chip[0].pcrs, drtmon_alg_by_id(SHA256), 4));
}

/* A TPM that cannot be read at all: a message without a bank. */
static void test_failed(void **state)
{
	static struct attrs attrs;
	json_t *obj;

	chip(0, "tpm0", DRTMON_SNAPSHOT_STATE_NONE);
	attrs_u32(&attrs, DRTMON_A_PCRS_CHIP_ID, 0);
	snapshot(&attrs, DRTMON_A_PCRS_SNAPSHOT, DRTMON_SNAPSHOT_STATE_FAILED, EIO);
	fake_reply(DRTMON_CMD_PCR_GET, &attrs);
	assert_int_equal(drtmon_chips_get(*state, -1, false, &chips, &err), 0);
	assert_string_equal(drtmon_snapshot_state_name(&chips.chip[0].snapshot), "failed");
	assert_non_null(strstr(chips.chip[0].why, strerror(EIO)));
	obj = drtmon_chip_json(&chips.chip[0]);
	assert_true(json_is_null(json_object_get(json_object_get(obj, "snapshot"), "consistent")));
	json_decref(obj);
}

static void bad(void **state, uint8_t cmd, const struct attrs *attrs)
{
	fake_reset();
	drtmon_nl_resolve(*state, NULL);
	chip(0, "tpm0", DRTMON_SNAPSHOT_STATE_CONSISTENT);
	fake_reply(cmd, attrs);
	memset(&err, 0, sizeof(err));
	assert_int_equal(drtmon_chips_get(*state, -1, false, &chips, &err), -EBADMSG);
	assert_int_equal(err.code, -EBADMSG);
	drtmon_chips_free(&chips);
}

static void test_malformed(void **state)
{
	static struct attrs attrs;
	int i;

	attrs_u32(&attrs, DRTMON_A_CHIP_VERSION, 2);
	bad(state, DRTMON_CMD_CHIP_GET, &attrs);
	attrs.len = 0;
	attrs_u32(&attrs, DRTMON_A_CHIP_ID, 1);
	for (i = 0; i <= DRTMON_BANKS_MAX; i++)
		bank(&attrs, SHA1, 20);
	bad(state, DRTMON_CMD_CHIP_GET, &attrs);
	attrs.len = 0;
	attrs_u32(&attrs, DRTMON_A_PCRS_ALG, SHA1);
	bad(state, DRTMON_CMD_PCR_GET, &attrs);
	pcrs_begin(&attrs, 0, SHA1);
	pcr(&attrs, 32, DRTMON_PCR_STATE_NOT_SHADOWED, 20);
	bad(state, DRTMON_CMD_PCR_GET, &attrs);
	pcrs_begin(&attrs, 0, SHA1);
	attrs_raw(&attrs, DRTMON_A_PCRS_PCR, "abcdefg", 8, 7);
	bad(state, DRTMON_CMD_PCR_GET, &attrs);
}

static void test_interrupted(void **state)
{
	static struct attrs attrs;

	chip(0, "tpm0", DRTMON_SNAPSHOT_STATE_CONSISTENT);
	pcrs_begin(&attrs, 0, SHA1);
	pcr(&attrs, 0, DRTMON_PCR_STATE_NOT_SHADOWED, 20);
	fake_reply(DRTMON_CMD_PCR_GET, &attrs);
	fake.intr = 2;
	assert_int_equal(drtmon_chips_get(*state, -1, false, &chips, &err), 0);
	assert_false(chips.interrupted);
	assert_int_equal(chips.count, 1);
	drtmon_chips_free(&chips);
	fake.intr = 6;
	assert_int_equal(drtmon_chips_get(*state, -1, false, &chips, &err), 0);
	assert_true(chips.interrupted);
	assert_int_equal(chips.count, 1);
}

static void test_refused(void **state)
{
	chip(0, "tpm0", DRTMON_SNAPSHOT_STATE_CONSISTENT);
	fake.refuse = DRTMON_CMD_PCR_GET;
	fake.refuse_errno = EPERM;
	fake.refuse_in_done = true;
	fake.refuse_text = "needs CAP_SYS_ADMIN";
	assert_int_equal(drtmon_chips_get(*state, -1, true, &chips, &err), -EPERM);
	assert_non_null(strstr(err.msg, "needs CAP_SYS_ADMIN"));
}

/* More of everything than there is room for is left out, not written behind the end. */
static void test_platform(void **state)
{
	static struct drtmon_platform platform;
	static struct attrs attrs, inner;
	int i;

	attrs_u32(&inner, DRTMON_A_HOOK_STATE, DRTMON_HOOK_STATE_ACTIVE);
	for (i = 0; i < 100; i++)
		attrs_nest(&attrs, DRTMON_A_PLATFORM_HOOK, &inner);
	inner.len = 0;
	attrs_u32(&inner, DRTMON_A_MSR_INDEX, 0x3a);
	for (i = 0; i < 100; i++)
		attrs_nest(&attrs, DRTMON_A_PLATFORM_MSR, &inner);
	inner.len = 0;
	attrs_str(&inner, DRTMON_A_ACPI_SIGNATURE, "TPM2");
	for (i = 0; i < 100; i++)
		attrs_nest(&attrs, DRTMON_A_PLATFORM_ACPI_TABLE, &inner);
	fake_reply(DRTMON_CMD_PLATFORM_GET, &attrs);
	assert_int_equal(drtmon_platform_get(*state, &platform, &err), 0);
	assert_int_equal(platform.hooks, DRTMON_PLATFORM_HOOKS);
	assert_int_equal(platform.msrs, DRTMON_PLATFORM_MSRS);
	assert_int_equal(platform.tables, DRTMON_PLATFORM_TABLES);
	assert_string_equal(drtmon_hook_state_name(&platform.hook[15]), "active");
	assert_false(drtmon_attr_has(platform.msr[0].have, DRTMON_A_MSR_VALUE));
	platform.hook[0].state = 99;
	assert_string_equal(drtmon_hook_state_name(&platform.hook[0]), "unknown");
}

static void test_stats(void **state)
{
	static struct attrs attrs;
	struct drtmon_stats stats;
	json_t *obj;

	attrs_u64(&attrs, DRTMON_A_STATS_COMMANDS, 1ull << 40);
	attrs_u32(&attrs, DRTMON_A_STATS_RING_SIZE, 4096);
	fake_reply(DRTMON_CMD_STATS_GET, &attrs);
	assert_int_equal(drtmon_stats_get(*state, &stats, &err), 0);
	obj = drtmon_stats_json(&stats);
	assert_int_equal(json_integer_value(json_object_get(obj, "commands")), 1ull << 40);
	assert_int_equal(json_integer_value(json_object_get(obj, "ring_size")), 4096);
	assert_true(json_is_null(json_object_get(obj, "queue_lost")));
	assert_int_equal(json_object_size(obj), DRTMON_A_STATS_MAX - DRTMON_A_STATS_PAD);
	json_decref(obj);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_whole),	  T(test_none),	     T(test_no_value),	  T(test_waits),
		T(test_failed),	  T(test_malformed), T(test_interrupted), T(test_refused),
		T(test_platform), T(test_stats),
	};

	return cmocka_run_group_tests_name("chip", tests, NULL, NULL);
}
