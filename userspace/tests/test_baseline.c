// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>
#include <string.h>

#include "lib/baseline.h"
#include "lib/chip.h"
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

static const struct drtmon_alg *alg(uint32_t id)
{
	return drtmon_alg_by_id(id);
}

static void value(struct drtmon_pcrs *pcrs, uint32_t id, uint32_t index, uint8_t byte)
{
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];

	memset(digest, byte, sizeof(digest));
	assert_int_equal(drtmon_pcrs_set(pcrs, alg(id), index, digest), 0);
}

static uint32_t u32(const struct drtmon_attr *attr)
{
	uint32_t number;

	assert_int_equal(attr->body.len, sizeof(number));
	memcpy(&number, attr->body.data, sizeof(number));
	return number;
}

/* The next attribute of a request, which must be of this type. */
static struct drtmon_attr next(struct drtmon_attrs *rest, uint16_t type)
{
	struct drtmon_attr attr;

	assert_int_equal(drtmon_attr_next(rest, &attr), 1);
	assert_int_equal(attr.type, type);
	return attr;
}

static void expect(struct drtmon_attrs *rest, uint32_t id, uint32_t index, const uint8_t *digest)
{
	struct drtmon_attrs inner = next(rest, DRTMON_A_BASELINE_VALUE).body;
	struct drtmon_attr attr = next(&inner, DRTMON_A_EXPECT_ALG);

	assert_int_equal(u32(&attr), id);
	attr = next(&inner, DRTMON_A_EXPECT_INDEX);
	assert_int_equal(u32(&attr), index);
	if (digest) {
		attr = next(&inner, DRTMON_A_EXPECT_DIGEST);
		assert_int_equal(attr.body.len, alg(id)->size);
		assert_memory_equal(attr.body.data, digest, alg(id)->size);
	}
	assert_int_equal(inner.len, 0);
}

static void test_set(void **state)
{
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_attrs rest;
	struct drtmon_attr chip;

	value(&pcrs, SHA256, 17, 0x17);
	value(&pcrs, SHA256, 0, 0x10);
	value(&pcrs, SHA1, 31, 0x31);
	assert_int_equal(drtmon_baseline_set(*state, 3, &pcrs, &err), 0);
	rest = fake_request(DRTMON_CMD_BASELINE_SET);
	/* Nested, or the kernel refuses it. */
	assert_int_equal(rest.data[8 + 2] | rest.data[8 + 3] << 8,
			 DRTMON_A_BASELINE_VALUE | NLA_F_NESTED);
	chip = next(&rest, DRTMON_A_BASELINE_CHIP_ID);
	assert_int_equal(u32(&chip), 3);
	expect(&rest, SHA256, 0, pcrs.bank[0].value[0]);
	expect(&rest, SHA256, 17, pcrs.bank[0].value[17]);
	expect(&rest, SHA1, 31, pcrs.bank[1].value[31]);
	assert_int_equal(rest.len, 0);
}

/* Every value that there can be goes into one request. */
static void test_set_all(void **state)
{
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_attrs rest;
	struct drtmon_attr attr;
	unsigned int i, pcr, count = 0;

	for (i = 0; i < DRTMON_PCRS_BANKS && drtmon_alg_at(i); i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			value(&pcrs, drtmon_alg_at(i)->id, pcr, (uint8_t)pcr);
	assert_int_equal(drtmon_baseline_set(*state, 0, &pcrs, &err), 0);
	rest = fake_request(DRTMON_CMD_BASELINE_SET);
	while (drtmon_attr_next(&rest, &attr) > 0)
		count++;
	assert_int_equal(count, 1 + i * DRTMON_PCRS_COUNT);
}

static void test_del(void **state)
{
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_attrs rest;

	value(&pcrs, SHA1, 5, 0);
	assert_int_equal(drtmon_baseline_del(*state, 0, &pcrs, &err), 0);
	rest = fake_request(DRTMON_CMD_BASELINE_DEL);
	next(&rest, DRTMON_A_BASELINE_CHIP_ID);
	expect(&rest, SHA1, 5, NULL);
	assert_int_equal(rest.len, 0);
	assert_int_equal(drtmon_baseline_del(*state, 0, NULL, &err), 0);
	rest = fake_request(DRTMON_CMD_BASELINE_DEL);
	next(&rest, DRTMON_A_BASELINE_CHIP_ID);
	assert_int_equal(rest.len, 0);
}

static void test_lock(void **state)
{
	assert_int_equal(drtmon_baseline_lock(*state, &err), 0);
	assert_int_equal(fake_request(DRTMON_CMD_BASELINE_LOCK).len, 0);
}

static void test_refused(void **state)
{
	struct drtmon_pcrs pcrs = { 0 };

	value(&pcrs, SHA1, 5, 0);
	fake.refuse = DRTMON_CMD_BASELINE_SET;
	fake.refuse_errno = EROFS;
	fake.refuse_text = "the baseline is locked until reboot";
	assert_int_equal(drtmon_baseline_set(*state, 0, &pcrs, &err), -EROFS);
	assert_non_null(strstr(err.msg, "the baseline is locked until reboot"));
	fake.refuse = DRTMON_CMD_BASELINE_LOCK;
	fake.refuse_errno = EPERM;
	fake.refuse_text = "needs CAP_SYS_ADMIN";
	assert_int_equal(drtmon_baseline_lock(*state, &err), -EPERM);
	assert_non_null(strstr(err.msg, "needs CAP_SYS_ADMIN"));
}

/* A PCR of a pcr-get message; no baseline without @expected, no state without @state. */
static void pcr(struct attrs *attrs, uint32_t index, uint32_t pcr_state, int expected, int state)
{
	static struct attrs inner;
	uint8_t digest[32];

	memset(digest, 0x11, sizeof(digest));
	inner.len = 0;
	attrs_u32(&inner, DRTMON_A_PCR_INDEX, index);
	attrs_u32(&inner, DRTMON_A_PCR_STATE, pcr_state);
	attrs_put(&inner, DRTMON_A_PCR_HARDWARE, digest, sizeof(digest));
	memset(digest, expected, sizeof(digest));
	if (expected)
		attrs_put(&inner, DRTMON_A_PCR_BASELINE, digest, sizeof(digest));
	if (state >= 0)
		attrs_u32(&inner, DRTMON_A_PCR_BASELINE_STATE, (uint32_t)state);
	attrs_nest(attrs, DRTMON_A_PCRS_PCR, &inner);
}

static void bank(struct attrs *attrs, uint32_t id)
{
	attrs->len = 0;
	attrs_u32(attrs, DRTMON_A_PCRS_CHIP_ID, 0);
	attrs_u32(attrs, DRTMON_A_PCRS_ALG, id);
}

static void chip_reply(void)
{
	static struct attrs attrs;

	attrs.len = 0;
	attrs_u32(&attrs, DRTMON_A_CHIP_ID, 0);
	fake_reply(DRTMON_CMD_CHIP_GET, &attrs);
}

static void test_read(void **state)
{
	const uint32_t known = DRTMON_PCR_STATE_NOT_SHADOWED;
	struct drtmon_baseline_count count = { 0 };
	struct drtmon_baseline *baseline;
	static struct attrs attrs;

	chip_reply();
	bank(&attrs, SHA256);
	pcr(&attrs, 0, known, 0, DRTMON_BASELINE_STATE_NONE);
	pcr(&attrs, 1, known, 0x11, DRTMON_BASELINE_STATE_MATCH);
	pcr(&attrs, 2, known, 0x22, DRTMON_BASELINE_STATE_MISMATCH);
	pcr(&attrs, 3, known, 0x11, DRTMON_BASELINE_STATE_UNKNOWN);
	pcr(&attrs, 4, known, 0x11, 99);
	pcr(&attrs, 5, known, 0x11, -1);
	/* The module cannot vouch for the value, so nothing follows from it. */
	pcr(&attrs, 6, DRTMON_PCR_STATE_STALE, 0x11, DRTMON_BASELINE_STATE_MATCH);
	fake_reply(DRTMON_CMD_PCR_GET, &attrs);
	bank(&attrs, 0x7777);
	pcr(&attrs, 1, known, 0x11, DRTMON_BASELINE_STATE_MATCH);
	fake_reply(DRTMON_CMD_PCR_GET, &attrs);
	assert_int_equal(drtmon_chips_get(*state, -1, false, &chips, &err), 0);
	baseline = &chips.chip[0].baseline;
	assert_int_equal(drtmon_baseline_mask(baseline, 0, DRTMON_BASELINE_STATE_MATCH), 1 << 1);
	assert_int_equal(drtmon_baseline_mask(baseline, 0, DRTMON_BASELINE_STATE_MISMATCH), 1 << 2);
	assert_int_equal(drtmon_baseline_mask(baseline, 0, DRTMON_BASELINE_STATE_UNKNOWN), 0x78);
	assert_int_equal(drtmon_baseline_state(baseline, alg(SHA256), 0),
			 DRTMON_BASELINE_STATE_NONE);
	assert_int_equal(drtmon_baseline_state(baseline, alg(SHA1), 1), DRTMON_BASELINE_STATE_NONE);
	drtmon_baseline_count(baseline, &count);
	assert_int_equal(count.state[DRTMON_BASELINE_STATE_MATCH], 1);
	assert_int_equal(count.state[DRTMON_BASELINE_STATE_MISMATCH], 1);
	assert_int_equal(count.state[DRTMON_BASELINE_STATE_UNKNOWN], 5);
}

static enum drtmon_baseline_result result(unsigned int match, unsigned int mismatch,
					  unsigned int unknown)
{
	struct drtmon_baseline_count count = { 0 };

	count.state[DRTMON_BASELINE_STATE_MATCH] = match;
	count.state[DRTMON_BASELINE_STATE_MISMATCH] = mismatch;
	count.state[DRTMON_BASELINE_STATE_UNKNOWN] = unknown;
	return drtmon_baseline_result(&count);
}

static void test_result(void **state)
{
	assert_int_equal(result(0, 0, 0), DRTMON_BASELINE_NOT_COMPARED);
	assert_int_equal(result(2, 0, 0), DRTMON_BASELINE_MATCH);
	assert_int_equal(result(2, 0, 1), DRTMON_BASELINE_UNKNOWN);
	assert_int_equal(result(0, 0, 1), DRTMON_BASELINE_UNKNOWN);
	assert_int_equal(result(2, 1, 1), DRTMON_BASELINE_MISMATCH);
	assert_string_equal(drtmon_baseline_result_name(DRTMON_BASELINE_NOT_COMPARED),
			    "not-compared");
	assert_string_equal(drtmon_baseline_state_name(DRTMON_BASELINE_STATE_MISMATCH), "mismatch");
}

static void test_json(void **state)
{
	struct drtmon_baseline baseline = { 0 };
	struct drtmon_pcrs present = { 0 };
	const uint8_t zero[20] = { 0 };
	json_t *list, *one;

	value(&present, SHA1, 2, 0x22);
	drtmon_baseline_add(&baseline, alg(SHA1), 2, zero, DRTMON_BASELINE_STATE_MISMATCH);
	drtmon_baseline_add(&baseline, alg(SHA1), 7, zero, DRTMON_BASELINE_STATE_UNKNOWN);
	list = drtmon_baseline_json(&baseline, &present);
	assert_int_equal(json_array_size(list), 2);
	one = json_array_get(list, 0);
	assert_string_equal(json_string_value(json_object_get(one, "bank")), "sha1");
	assert_int_equal(json_integer_value(json_object_get(one, "index")), 2);
	assert_string_equal(json_string_value(json_object_get(one, "baseline_state")), "mismatch");
	assert_string_equal(json_string_value(json_object_get(one, "present")),
			    "2222222222222222222222222222222222222222");
	assert_string_equal(json_string_value(json_object_get(one, "baseline")),
			    "0000000000000000000000000000000000000000");
	assert_true(json_is_null(json_object_get(json_array_get(list, 1), "present")));
	json_decref(list);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_set),	 T(test_set_all), T(test_del),	  T(test_lock),
		T(test_refused), T(test_read),	  T(test_result), T(test_json),
	};

	return cmocka_run_group_tests_name("baseline", tests, NULL, NULL);
}
