// SPDX-License-Identifier: GPL-2.0-only
/* What is expected of PCRs, of chips that no emulator is: banks that come and go. */
#include "../../kmod/baseline.c"

#include <kunit/test.h>
#include <linux/slab.h>

static const u16 algs[] = {
	DRTMON_TPM_ALG_SHA1,	 DRTMON_TPM_ALG_SHA256,	  DRTMON_TPM_ALG_SHA384,
	DRTMON_TPM_ALG_SHA512,	 DRTMON_TPM_ALG_SM3_256,  DRTMON_TPM_ALG_SHA3_256,
	DRTMON_TPM_ALG_SHA3_384, DRTMON_TPM_ALG_SHA3_512,
};

static struct drtmon_chip *chip;
static const u8 zero[DRTMON_TPM_DIGEST_MAX], one[DRTMON_TPM_DIGEST_MAX] = { 1 };

/* The TPM has these banks now, with all PCRs, which are 0. */
static void has_banks(const u16 *alg, u32 count)
{
	u32 i;

	memset(chip->hardware, 0, sizeof(*chip->hardware));
	chip->hardware->banks.count = count;
	for (i = 0; i < count; i++) {
		chip->hardware->banks.bank[i] =
			(struct drtmon_tpm_selection){ alg[i], GENMASK(23, 0) };
		chip->hardware->banks.size[i] = 32;
	}
	*chip->shadow = *chip->hardware;
}

static int expect(u16 alg, u32 pcr, const u8 *digest)
{
	struct drtmon_baseline_entry entry = { alg, pcr, 32, digest };
	const char *why = NULL;
	int ret = drtmon_baseline_check_entry(chip, &entry, &why) ?:
		  drtmon_baseline_check_room(chip, &entry, 1);

	if (!ret)
		drtmon_baseline_set(chip, &entry);
	return ret;
}

static int forget(u16 alg, u32 pcr)
{
	struct drtmon_baseline_entry entry = { .alg = alg, .pcr = pcr };
	const char *why = NULL;
	int ret = drtmon_baseline_check_entry(chip, &entry, &why);

	if (!ret)
		drtmon_baseline_del(chip, &entry);
	return ret;
}

/* Eight banks are expected to hold something; the TPM then has a ninth. */
static void no_room_for_a_ninth_bank(struct kunit *test)
{
	const u16 ninth = 0x4001;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(algs); i++) {
		has_banks(&algs[i], 1);
		KUNIT_ASSERT_EQ(test, 0, expect(algs[i], 0, one));
	}
	has_banks(&ninth, 1);
	KUNIT_EXPECT_EQ(test, -ENOSPC, expect(ninth, 0, one));
	/* A bank that was expected of once can still be forgotten, and makes room. */
	KUNIT_EXPECT_EQ(test, 0, forget(algs[0], 0));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, forget(algs[0], 0));
	KUNIT_EXPECT_EQ(test, 0, expect(ninth, 0, one));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, expect(algs[1], 0, one));
	/* Those that were not touched are as they were. */
	for (i = 1; i < ARRAY_SIZE(algs); i++)
		KUNIT_EXPECT_EQ(test, 0,
				memcmp(drtmon_baseline_get(chip->baseline, algs[i], 0), one, 32));
	drtmon_baseline_del(chip, NULL);
	KUNIT_EXPECT_PTR_EQ(test, NULL, drtmon_baseline_get(chip->baseline, ninth, 0));
}

static void refuses_what_cannot_be(struct kunit *test)
{
	struct drtmon_baseline_entry entry = { DRTMON_TPM_ALG_SHA1, 0, 20, one };
	const char *why = NULL;

	has_banks(algs, 1);
	KUNIT_EXPECT_EQ(test, -ERANGE, expect(algs[0], 24, one));
	KUNIT_EXPECT_EQ(test, -ERANGE, expect(algs[0], DRTMON_TPM_PCRS_MAX, one));
	KUNIT_EXPECT_EQ(test, -EINVAL, drtmon_baseline_check_entry(chip, &entry, &why));
	entry.alg = 0x10000 + DRTMON_TPM_ALG_SHA1;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, drtmon_baseline_check_entry(chip, &entry, &why));
	KUNIT_EXPECT_PTR_NE(test, NULL, why);
}

/* Mismatch and match are told once each; what is not known now is neither. */
static void judges_what_is_known(struct kunit *test)
{
	has_banks(algs, 1);
	KUNIT_EXPECT_EQ(test, DRTMON_BASELINE_STATE_NONE, drtmon_baseline_state(chip, 0, 5));
	KUNIT_ASSERT_EQ(test, 0, expect(algs[0], 5, one));
	KUNIT_EXPECT_EQ(test, DRTMON_BASELINE_STATE_MISMATCH, drtmon_baseline_state(chip, 0, 5));
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_KIND_PCR_MISMATCH,
			drtmon_baseline_judge(chip, 5, false));
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_KIND_UNSPEC, drtmon_baseline_judge(chip, 5, false));
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_KIND_PCR_MISMATCH, drtmon_baseline_judge(chip, 5, true));
	/* Changes of it were missed: it has not come back for that. */
	chip->stale = BIT(5);
	KUNIT_EXPECT_EQ(test, DRTMON_BASELINE_STATE_UNKNOWN, drtmon_baseline_state(chip, 0, 5));
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_KIND_UNSPEC, drtmon_baseline_judge(chip, 5, true));
	chip->stale = 0;
	/* Nobody can hash that bank: what was read is good until something changed. */
	memcpy(chip->hardware->value[0][5], one, 32);
	chip->touched = BIT(5);
	KUNIT_EXPECT_EQ(test, DRTMON_BASELINE_STATE_UNKNOWN, drtmon_baseline_state(chip, 0, 5));
	chip->touched = 0;
	KUNIT_EXPECT_EQ(test, DRTMON_BASELINE_STATE_MATCH, drtmon_baseline_state(chip, 0, 5));
	/* The bank is gone: nothing says that the PCR is as expected again. */
	has_banks(&algs[1], 1);
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_KIND_UNSPEC, drtmon_baseline_judge(chip, 5, true));
	has_banks(algs, 1);
	memcpy(chip->hardware->value[0][5], one, 32);
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_KIND_PCR_MATCH, drtmon_baseline_judge(chip, 5, false));
	KUNIT_EXPECT_EQ(test, DRTMON_EVENT_KIND_UNSPEC, drtmon_baseline_judge(chip, 5, false));
	KUNIT_EXPECT_EQ(test, 0, memcmp(zero, chip->shadow->value[0][5], 32));
}

static struct kunit_case baseline_cases[] = {
	KUNIT_CASE(no_room_for_a_ninth_bank),
	KUNIT_CASE(refuses_what_cannot_be),
	KUNIT_CASE(judges_what_is_known),
	{}
};

static int baseline_test_init(struct kunit *test)
{
	struct drtmon_pcr_values *values =
		kunit_kcalloc(test, 3, sizeof(*values), GFP_KERNEL);

	chip = kunit_kzalloc(test, sizeof(*chip), GFP_KERNEL);
	if (!chip || !values)
		return -ENOMEM;
	chip->hardware = &values[0];
	chip->shadow = &values[1];
	chip->baseline = &values[2];
	return 0;
}

static struct kunit_suite baseline_suite = {
	.name = "drtmon_baseline",
	.init = baseline_test_init,
	.test_cases = baseline_cases,
};

kunit_test_suite(baseline_suite);
