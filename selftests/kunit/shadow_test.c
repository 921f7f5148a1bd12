// SPDX-License-Identifier: GPL-2.0-only
/* PCRs in software: every bank that the TCG names, of which a swtpm has half. */
#include "../../kmod/shadow.c"

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>

/* The first bytes of a PCR after extends by 10 11 12... and 20 21 22..., by OpenSSL. */
static const struct vector {
	u16 alg;
	u16 size;
	u8 begin[8];
} vectors[] = {
	{ DRTMON_TPM_ALG_SHA1, 20, { 0x83, 0x39, 0xf1, 0xff, 0xb8, 0x73, 0x36, 0xc3 } },
	{ DRTMON_TPM_ALG_SHA256, 32, { 0x29, 0x93, 0xef, 0x26, 0x0e, 0x46, 0xab, 0xff } },
	{ DRTMON_TPM_ALG_SHA384, 48, { 0xfe, 0xd0, 0xb9, 0x87, 0x39, 0x38, 0x0f, 0x65 } },
	{ DRTMON_TPM_ALG_SHA512, 64, { 0x06, 0xe4, 0x52, 0xc1, 0x04, 0x9e, 0xa1, 0x7f } },
	{ DRTMON_TPM_ALG_SM3_256, 32, { 0x4c, 0x9c, 0x7e, 0x81, 0xb0, 0x99, 0xe4, 0x8a } },
	{ DRTMON_TPM_ALG_SHA3_256, 32, { 0xcc, 0x1d, 0xfa, 0x0a, 0x4b, 0x13, 0x55, 0xdb } },
	{ DRTMON_TPM_ALG_SHA3_384, 48, { 0x21, 0x81, 0xb6, 0x45, 0x4a, 0x54, 0x6c, 0xd1 } },
	{ DRTMON_TPM_ALG_SHA3_512, 64, { 0xb9, 0x8c, 0xab, 0x55, 0x78, 0x3e, 0x6a, 0x73 } },
};

static void shadow_extend(struct kunit *test)
{
	const struct vector *vector = test->param_value;
	struct drtmon_pcr_values *values;
	u8 digest[DRTMON_TPM_DIGEST_MAX];
	u32 round, i;

	if (!drtmon_shadow_can(vector->alg))
		kunit_skip(test, "this kernel has no such hash");
	values = kunit_kzalloc(test, sizeof(*values), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, values);
	values->banks.count = 1;
	values->banks.bank[0].alg = vector->alg;
	values->banks.bank[0].mask = BIT(17);
	values->banks.size[0] = vector->size;
	for (round = 1; round <= 2; round++) {
		for (i = 0; i < vector->size; i++)
			digest[i] = 16 * round + i;
		drtmon_shadow_extend(values, 17, vector->alg, digest);
		/* A PCR that the bank has not stays as it is. */
		drtmon_shadow_extend(values, 18, vector->alg, digest);
	}
	KUNIT_EXPECT_EQ(test, 0, memcmp(values->value[0][17], vector->begin, 8));
	KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(values->value[0][18], 0, vector->size));
	drtmon_shadow_reset(values, 17);
	KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(values->value[0][17], 0, vector->size));
}

static void shadow_describe(const struct vector *vector, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "alg-0x%04x", vector->alg);
}

KUNIT_ARRAY_PARAM(shadow, vectors, shadow_describe);

/* A bank that is not there, or that nobody can hash, is left alone. */
static void shadow_unknown(struct kunit *test)
{
	struct drtmon_pcr_values *values = kunit_kzalloc(test, sizeof(*values), GFP_KERNEL);
	u8 digest[DRTMON_TPM_DIGEST_MAX] = { 1 };

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, values);
	values->banks.count = 1;
	values->banks.bank[0].alg = 0x7fff;
	values->banks.bank[0].mask = BIT(0);
	values->banks.size[0] = 32;
	drtmon_shadow_extend(values, 0, 0x7fff, digest);
	drtmon_shadow_extend(values, 0, DRTMON_TPM_ALG_SHA256, digest);
	KUNIT_EXPECT_FALSE(test, drtmon_shadow_can(0x7fff));
	KUNIT_EXPECT_EQ(test, -ENOENT, drtmon_shadow_bank(&values->banks, 0xffff));
	KUNIT_EXPECT_PTR_EQ(test, NULL, memchr_inv(values->value, 0, sizeof(values->value)));
}

/* The counter moves once for each bank extended that has the PCR. */
static void shadow_moves(struct kunit *test)
{
	struct drtmon_tpm_cmd *cmd = kunit_kzalloc(test, sizeof(*cmd), GFP_KERNEL);
	struct drtmon_pcr_banks banks = {
		.count = 3,
		.bank = { { DRTMON_TPM_ALG_SHA1, BIT(17) },
			  { DRTMON_TPM_ALG_SHA256, BIT(17) },
			  { DRTMON_TPM_ALG_SHA384, BIT(0) } },
	};

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, cmd);
	cmd->pcr_mask = BIT(17);
	KUNIT_EXPECT_EQ(test, 0, drtmon_shadow_moves(&banks, cmd));
	cmd->digest[cmd->digest_count++].alg = DRTMON_TPM_ALG_SHA1;
	cmd->digest[cmd->digest_count++].alg = DRTMON_TPM_ALG_SHA256;
	cmd->digest[cmd->digest_count++].alg = DRTMON_TPM_ALG_SHA384;
	cmd->digest[cmd->digest_count++].alg = DRTMON_TPM_ALG_SHA512;
	KUNIT_EXPECT_EQ(test, 2, drtmon_shadow_moves(&banks, cmd));
}

static struct kunit_case shadow_cases[] = {
	KUNIT_CASE_PARAM(shadow_extend, shadow_gen_params),
	KUNIT_CASE(shadow_unknown),
	KUNIT_CASE(shadow_moves),
	{}
};

static int shadow_suite_init(struct kunit_suite *suite)
{
	return drtmon_shadow_init();
}

static void shadow_suite_exit(struct kunit_suite *suite)
{
	drtmon_shadow_exit();
}

static struct kunit_suite shadow_suite = {
	.name = "drtmon_shadow",
	.suite_init = shadow_suite_init,
	.suite_exit = shadow_suite_exit,
	.test_cases = shadow_cases,
};

kunit_test_suite(shadow_suite);
MODULE_DESCRIPTION("KUnit tests of drtmon");
MODULE_LICENSE("GPL");
