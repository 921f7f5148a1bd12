// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands as TPM 2.0 Part 3 and TPM 1.2 Part 3 write them, whole and cut anywhere. */
#include "tests/fake/head.h"

#include <string.h>

#include "../kmod/tpm_cmd.h"

static uint8_t buf[1024];
static size_t len;
static struct drtmon_tpm_cmd cmd;

static void put8(unsigned int v)
{
	buf[len++] = (uint8_t)v;
}

static void put16(unsigned int v)
{
	put8(v >> 8);
	put8(v & 0xff);
}

static void put32(uint32_t v)
{
	put16(v >> 16);
	put16(v & 0xffff);
}

static void fill(unsigned int byte, size_t n)
{
	memset(buf + len, (int)byte, n);
	len += n;
}

static void begin(unsigned int tag, uint32_t code)
{
	len = 0;
	put16(tag);
	put32(0);
	put32(code);
}

static int decode(void)
{
	drtmon_put_be32(buf + 2, (uint32_t)len);
	return drtmon_tpm_cmd_decode(&cmd, buf, len);
}

/* Of a command that ends with its header: what it is does not depend on what follows. */
static uint32_t class_of(unsigned int tag, uint32_t code)
{
	begin(tag, code);
	assert_int_equal(decode(), 0);
	return cmd.class;
}

/* An empty password session */
static void session(void)
{
	put32(9);
	put32(0x40000009);
	put16(0);
	put8(0);
	put16(0);
}

static void extend(void)
{
	begin(0x8002, 0x182);
	put32(17);
	session();
	put32(2);
	put16(DRTMON_TPM_ALG_SHA1);
	fill(0x11, 20);
	put16(DRTMON_TPM_ALG_SHA256);
	fill(0x22, 32);
}

static void test_extend(void **state)
{
	extend();
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.code, 0x182);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_EXTEND);
	assert_true(cmd.tpm2);
	assert_int_equal(cmd.handle, 17);
	assert_int_equal(cmd.pcr_mask, 1u << 17);
	assert_int_equal(cmd.digest_count, 2);
	assert_int_equal(cmd.digest[0].alg, DRTMON_TPM_ALG_SHA1);
	assert_int_equal(cmd.digest[0].size, 20);
	assert_int_equal(cmd.digest[1].size, 32);
	assert_int_equal(cmd.digest[1].value[31], 0x22);
	assert_false(cmd.malformed);
	assert_false(cmd.incomplete);
}

/* Cut anywhere behind its header, with the header saying so: malformed, never invented. */
static void test_cut(void **state)
{
	size_t whole, cut;

	extend();
	whole = len;
	for (cut = DRTMON_TPM_HEADER_LEN; cut < whole; cut++) {
		len = cut;
		assert_int_equal(decode(), 0);
		if (!cmd.malformed)
			fail_msg("%zu of %zu bytes are not malformed", cut, whole);
		assert_true(cmd.digest_count < 2);
		/* No PCR is named before its handle is there, nor another one after. */
		assert_int_equal(cmd.pcr_mask,
				 cut < DRTMON_TPM_HEADER_LEN + sizeof(uint32_t) ? 0 : 1u << 17);
	}
	for (cut = 0; cut < DRTMON_TPM_HEADER_LEN; cut++)
		assert_int_not_equal(drtmon_tpm_cmd_decode(&cmd, buf, cut), 0);
}

/* The header's length rules, but not beyond what is there. */
static void test_length(void **state)
{
	extend();
	drtmon_put_be32(buf + 2, (uint32_t)len + 1);
	assert_true(drtmon_tpm_cmd_decode(&cmd, buf, len) || cmd.malformed);
	drtmon_put_be32(buf + 2, 9);
	assert_true(drtmon_tpm_cmd_decode(&cmd, buf, len) || cmd.malformed);
}

static void test_digests(void **state)
{
	unsigned int i;

	begin(0x8002, 0x182);
	put32(0);
	session();
	put32(1);
	put16(0x7777);
	fill(0, 32);
	assert_int_equal(decode(), 0);
	assert_true(cmd.incomplete || cmd.malformed);
	begin(0x8002, 0x182);
	put32(0);
	session();
	put32(DRTMON_TPM_DIGESTS_MAX + 1);
	for (i = 0; i <= DRTMON_TPM_DIGESTS_MAX; i++) {
		put16(DRTMON_TPM_ALG_SHA1);
		fill(i, 20);
	}
	assert_int_equal(decode(), 0);
	assert_true(cmd.incomplete);
	assert_int_equal(cmd.digest_count, DRTMON_TPM_DIGESTS_MAX);
}

static void test_reset(void **state)
{
	begin(0x8002, 0x13d);
	put32(23);
	session();
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_RESET);
	assert_int_equal(cmd.pcr_mask, 1u << 23);
}

static void test_tpm12(void **state)
{
	begin(0x00c1, 0x14);
	put32(10);
	fill(0x33, 20);
	assert_int_equal(decode(), 0);
	assert_false(cmd.tpm2);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_EXTEND);
	assert_int_equal(cmd.pcr_mask, 1u << 10);
	assert_int_equal(cmd.digest_count, 1);
	assert_int_equal(cmd.digest[0].alg, DRTMON_TPM_ALG_SHA1);
	assert_int_equal(cmd.digest[0].value[19], 0x33);
}

/* What a TPM 1.2 is told in other ways, and what it then answers. */
static void test_tpm12_others(void **state)
{
	uint32_t rc = 1;

	begin(0x00c1, 0xa3); /* SHA1CompleteExtend */
	put32(21);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_HASH_EXTEND);
	assert_int_equal(cmd.pcr_mask, 1u << 21);
	assert_int_equal(cmd.digest_count, 0);
	begin(0x00c4, 0);
	fill(0x55, 40);
	drtmon_put_be32(buf + 2, (uint32_t)len);
	assert_int_equal(drtmon_tpm_cmd_response(&cmd, buf, len, &rc), 0);
	assert_int_equal(cmd.digest_count, 1);
	assert_int_equal(cmd.digest[0].alg, DRTMON_TPM_ALG_SHA1);
	assert_int_equal(cmd.digest[0].value[19], 0x55);
	assert_false(cmd.malformed);
	drtmon_put_be32(buf + 2, 29);
	assert_int_equal(drtmon_tpm_cmd_response(&cmd, buf, len, &rc), 0);
	assert_int_equal(cmd.digest_count, 1);
	assert_true(cmd.malformed);
	begin(0x00c1, 0xc8); /* PCR_Reset: 16, 20 and 23; of the fifth byte no PCR can be */
	put16(5);
	fill(0, 2);
	put8(0x91);
	put8(0);
	put8(0xff);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_RESET);
	assert_int_equal(cmd.pcr_mask, 0x910000);
	len -= 2;
	assert_int_equal(decode(), 0);
	assert_true(cmd.malformed);
	assert_int_equal(cmd.pcr_mask, 0);
	begin(0x00c2, 0xcc); /* NV_DefineSpace: TPM_NV_DATA_PUBLIC begins with its tag */
	put16(0x18);
	put32(0x50000001);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_NV);
	assert_int_equal(cmd.handle, 0x50000001);
	begin(0x00c3, 0xcd);
	put32(0x40000001);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.handle, 0x40000001);
	/* A PCR that cannot be is none; nothing more is asked of Startup. */
	begin(0x00c1, 0xa3);
	put32(32);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.pcr_mask, 0);
	begin(0x00c1, 0x99);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_STARTUP);
	assert_false(cmd.malformed);
	begin(0x00c1, 0x14); /* an Extend without its digest */
	put32(1);
	assert_int_equal(decode(), 0);
	assert_true(cmd.malformed);
	assert_int_equal(cmd.digest_count, 0);
}

/* Tags of neither kind, sizes that are none, codes beyond the table. */
static void test_headers(void **state)
{
	static const unsigned int bad[] = { 0, 0x00c0, 0x00c4, 0x8000, 0x8003 };
	uint32_t rc = 1;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		begin(bad[i], 0x14);
		assert_int_equal(decode(), -EINVAL);
		assert_int_equal(cmd.class, DRTMON_TPM_CLASS_NONE);
	}
	begin(0x8001, 0x20000182);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_NONE);
	begin(0x8001, 0x11e);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_NONE);
	begin(0x8001, 0);
	drtmon_put_be32(buf + 2, 9);
	assert_int_equal(drtmon_tpm_cmd_response(&cmd, buf, len, &rc), -EINVAL);
	drtmon_put_be32(buf + 2, 11);
	assert_int_equal(drtmon_tpm_cmd_response(&cmd, buf, len, &rc), -EINVAL);
	assert_int_equal(rc, 1);
}

/* Cut behind its header, a command names no PCR, of either family. */
static void test_no_handle(void **state)
{
	static const struct {
		unsigned int tag;
		uint32_t code;
	} cut[] = {
		{ 0x8001, 0x182 }, { 0x8002, 0x13c }, { 0x8002, 0x13d },
		{ 0x8002, 0x185 }, { 0x00c1, 0x14 },  { 0x00c1, 0xa3 },
	};
	size_t i, n;

	for (i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		for (n = 0; n < sizeof(uint32_t); n++) {
			begin(cut[i].tag, cut[i].code);
			fill(0, n);
			assert_int_equal(decode(), 0);
			assert_true(cmd.malformed);
			assert_int_equal(cmd.pcr_mask, 0);
		}
	/* EventSequenceComplete without its second handle still names its PCR. */
	begin(0x8002, 0x185);
	put32(4);
	assert_int_equal(decode(), 0);
	assert_true(cmd.malformed);
	assert_int_equal(cmd.pcr_mask, 1u << 4);
}

static void test_outcomes(void **state)
{
	assert_int_equal(drtmon_tpm_outcome(false, 0), DRTMON_TPM_OUTCOME_DONE);
	assert_int_equal(drtmon_tpm_outcome(false, 28), DRTMON_TPM_OUTCOME_FAILURE);
	assert_int_equal(drtmon_tpm_outcome(false, 0x803), DRTMON_TPM_OUTCOME_LOCKOUT);
	assert_int_equal(drtmon_tpm_outcome(false, 0x101), DRTMON_TPM_OUTCOME_REFUSED);
	assert_int_equal(drtmon_tpm_outcome(true, 28), DRTMON_TPM_OUTCOME_REFUSED);
}

static void test_sizes(void **state)
{
	static const struct {
		u16 alg, size;
	} algs[] = {
		{ 0x0004, 20 }, { 0x000b, 32 }, { 0x000c, 48 }, { 0x000d, 64 }, { 0x0012, 32 },
		{ 0x0027, 32 }, { 0x0028, 48 }, { 0x0029, 64 }, { 0, 0 },	{ 0x0005, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		assert_int_equal(drtmon_tpm_alg_size(algs[i].alg), algs[i].size);
}

/* ExecuteTransport: the ordinal stands in clear, all else may be encrypted. */
static void wrap(uint32_t ordinal)
{
	begin(0x00c2, 0xe7);
	put32(34);
	put16(0x00c1);
	put32(34);
	put32(ordinal);
	fill(0x99, 24);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.code, 0xe7);
	assert_int_equal(cmd.handle, ordinal);
	assert_int_equal(cmd.digest_count, 0);
	assert_int_equal(cmd.pcr_mask, 0);
}

static void test_transport(void **state)
{
	static const uint32_t changes[] = { 0x14, 0xa3, 0xc8 };
	size_t i;

	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		wrap(changes[i]);
		assert_int_equal(cmd.class, DRTMON_TPM_CLASS_WRAPPED);
		assert_true(cmd.incomplete);
	}
	wrap(0x5b);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_OWNER);
	assert_false(cmd.incomplete);
	wrap(0x15);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_NONE);
	/* One inside another is none that a TPM takes. */
	wrap(0xe7);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_NONE);
	begin(0x00c2, 0xe7);
	put32(34);
	assert_int_equal(decode(), 0);
	assert_true(cmd.malformed);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_NONE);
}

static void test_tpm12_ownership(void **state)
{
	static const uint32_t owner[] = { 0x0d, 0x10, 0x23, 0x3f, 0x5b, 0x5d,	   0x75,
					  0x78, 0x7f, 0x80, 0xd2, 0xd8, 0x4000000a };
	size_t i;

	for (i = 0; i < sizeof(owner) / sizeof(owner[0]); i++)
		assert_int_equal(class_of(0x00c1, owner[i]), DRTMON_TPM_CLASS_OWNER);
	assert_int_equal(class_of(0x00c1, 0x4000000b), DRTMON_TPM_CLASS_ADMIN);
	assert_int_equal(class_of(0x00c1, 0x99), DRTMON_TPM_CLASS_STARTUP);
	assert_int_equal(class_of(0x00c1, 0x15), DRTMON_TPM_CLASS_NONE);
}

/* What an ownership command is about, behind any number of sessions. */
static void test_subject(void **state)
{
	begin(0x8002, 0x120); /* EvictControl: auth, object, then the persistent handle */
	put32(0x40000001);
	put32(0x80000000);
	session();
	put32(0x81000001);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_OWNER);
	assert_int_equal(cmd.handle, 0x81000001);

	begin(0x8002, 0x12a); /* NV_DefineSpace: the index stands in the public area */
	put32(0x4000000c);
	session();
	put16(4);
	fill('a', 4);
	put16(14);
	put32(0x01c10106);
	fill(0, 10);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_NV);
	assert_int_equal(cmd.handle, 0x01c10106);
	assert_true(drtmon_tpm_is_txt_index(cmd.handle));

	begin(0x8002, 0x12b); /* PCR_Allocate */
	put32(0x4000000c);
	session();
	put32(0);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_ADMIN);
	assert_int_equal(cmd.handle, 0x4000000c);
	assert_int_equal(cmd.pcr_mask, 0);
}

/* Two more sessions, one of them with a nonce: their length says how much to skip. */
static void test_sessions(void **state)
{
	begin(0x8002, 0x182);
	put32(9);
	put32(9 + 2 * (9 + 16));
	put32(0x40000009);
	fill(0, 5);
	put32(0x02000000);
	put16(16);
	fill('n', 16);
	put8(0x81);
	put16(0);
	put32(0x02000001);
	put16(16);
	fill('n', 16);
	put8(0x21);
	put16(0);
	put32(1);
	put16(DRTMON_TPM_ALG_SHA256);
	fill(0x22, 32);
	assert_int_equal(decode(), 0);
	assert_false(cmd.malformed);
	assert_int_equal(cmd.pcr_mask, 1u << 9);
	assert_int_equal(cmd.digest_count, 1);
	assert_int_equal(cmd.digest[0].value[31], 0x22);
}

static void test_response(void **state)
{
	uint8_t good[10] = { 0x80, 0x02, 0, 0, 0, 10 };
	uint8_t refused[10] = { 0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x09, 0x21 };
	uint32_t rc = 1;
	size_t cut;

	extend();
	decode();
	assert_int_equal(drtmon_tpm_cmd_response(&cmd, good, sizeof(good), &rc), 0);
	assert_int_equal(rc, 0);
	assert_int_equal(drtmon_tpm_cmd_response(&cmd, refused, sizeof(refused), &rc), 0);
	assert_int_equal(rc, 0x921);
	assert_int_equal(drtmon_tpm_outcome(true, rc), DRTMON_TPM_OUTCOME_LOCKOUT);
	assert_int_equal(drtmon_tpm_outcome(true, 0), DRTMON_TPM_OUTCOME_DONE);
	assert_int_equal(drtmon_tpm_outcome(true, 0x101), DRTMON_TPM_OUTCOME_FAILURE);
	for (cut = 0; cut < sizeof(good); cut++)
		assert_int_not_equal(drtmon_tpm_cmd_response(&cmd, good, cut, &rc), 0);
}

/* What PCR_Event extends by stands in its answer. */
static void test_event(void **state)
{
	begin(0x8002, 0x13c);
	put32(5);
	session();
	put16(3);
	fill('x', 3);
	assert_int_equal(decode(), 0);
	assert_int_equal(cmd.class, DRTMON_TPM_CLASS_HASH_EXTEND);
	assert_int_equal(cmd.pcr_mask, 1u << 5);
	assert_int_equal(cmd.digest_count, 0);
}

static void test_event_response(void **state)
{
	uint32_t rc = 1;

	test_event(state);
	begin(0x8002, 0);
	put32(4 + 2 + 32);
	put32(1);
	put16(DRTMON_TPM_ALG_SHA256);
	fill(0x44, 32);
	drtmon_put_be32(buf + 2, (uint32_t)len);
	assert_int_equal(drtmon_tpm_cmd_response(&cmd, buf, len, &rc), 0);
	assert_int_equal(rc, 0);
	assert_int_equal(cmd.digest_count, 1);
	assert_int_equal(cmd.digest[0].value[0], 0x44);
}

static void test_index(void **state)
{
	assert_true(drtmon_tpm_is_txt_index(0x01c10106));
	assert_true(drtmon_tpm_is_txt_index(0x01800003));
	assert_false(drtmon_tpm_is_txt_index(0x01500000));
	assert_int_equal(class_of(0x8001, 0x126), DRTMON_TPM_CLASS_OWNER);
	assert_int_equal(class_of(0x8001, 0x137), DRTMON_TPM_CLASS_NV);
	assert_int_equal(class_of(0x8001, 0x17b), DRTMON_TPM_CLASS_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extend),		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_length),		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_reset),		cmocka_unit_test(test_tpm12_others),
		cmocka_unit_test(test_headers),		cmocka_unit_test(test_no_handle),
		cmocka_unit_test(test_outcomes),	cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_tpm12),		cmocka_unit_test(test_response),
		cmocka_unit_test(test_event),		cmocka_unit_test(test_event_response),
		cmocka_unit_test(test_index),		cmocka_unit_test(test_transport),
		cmocka_unit_test(test_tpm12_ownership), cmocka_unit_test(test_subject),
		cmocka_unit_test(test_sessions),
	};

	return cmocka_run_group_tests_name("tpm_cmd", tests, NULL, NULL);
}
