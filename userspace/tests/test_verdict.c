// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>
#include <string.h>

#include "lib/verdict.h"

static struct drtmon_machine m;
static struct drtmon_verdict v;

static int setup(void **state)
{
	memset(&m, 0, sizeof(m));
	return 0;
}

static int teardown(void **state)
{
	drtmon_chips_free(&m.chips);
	return 0;
}

/* PCRs 17 to 22 of one bank, a letter each: F all ones, 0 all zero, m measured, - unknown. */
static struct drtmon_chip *chip(const char *bank, const char *pcrs)
{
	struct drtmon_chip *c = drtmon_chips_add(&m.chips, 0, DRTMON_CHIP_FROM_MODULE);
	const struct drtmon_alg *alg = drtmon_alg_by_name(bank, strlen(bank));
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
	uint32_t i;

	for (i = 0; pcrs[i]; i++) {
		memset(value, pcrs[i] == 'F' ? 0xff : 0, sizeof(value));
		value[3] |= pcrs[i] == 'm' ? 0x5a : 0;
		if (pcrs[i] != '-')
			assert_int_equal(drtmon_pcrs_set(&c->pcrs, alg, 17 + i, value), 0);
	}
	return c;
}

static void is(enum drtmon_answer answer, const char *state, const char *reason)
{
	assert_int_equal(v.answer, answer);
	assert_string_equal(v.state, state);
	if (!strstr(v.reason, reason))
		fail_msg("\"%s\" does not say \"%s\"", v.reason, reason);
}

static void drtm(const char *pcrs, enum drtmon_answer answer, const char *state, const char *reason)
{
	drtmon_chips_free(&m.chips);
	chip("sha256", pcrs);
	drtmon_verdict_drtm(&m, &v);
	is(answer, state, reason);
}

static void test_drtm(void **state)
{
	drtm("FFFFFF", DRTMON_ANSWER_NO, "not-launched", "all ones");
	drtm("000000", DRTMON_ANSWER_NO, "reset-not-measured", "reset");
	drtm("mm0000", DRTMON_ANSWER_YES, "launched", "PCRs 17-22 alone");
	drtm("m00000", DRTMON_ANSWER_YES, "launched", "");
	drtm("m-----", DRTMON_ANSWER_YES, "launched", "");
	drtm("-mmmmm", DRTMON_ANSWER_UNKNOWN, "unknown", "PCR 17");
	drtm("------", DRTMON_ANSWER_UNKNOWN, "unknown", "PCR 17");
}

static void test_drtm_contradictory(void **state)
{
	drtm("FmFFFF", DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 18");
	drtm("FFFFF0", DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 22");
	drtm("mFFFFF", DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 18");
	drtm("mm000F", DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 22");
	drtm("0F0000", DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 18");
	drtm("0m0000", DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 18");
	drtm("FFFFFF", DRTMON_ANSWER_NO, "not-launched", "");
	chip("sha1", "mmmmmm");
	drtmon_verdict_drtm(&m, &v);
	is(DRTMON_ANSWER_UNKNOWN, "contradictory", "banks");
}

/* One bank that cannot be read takes nothing from the others. */
static void test_drtm_banks(void **state)
{
	chip("sha1", "------");
	chip("sha256", "mm0000");
	chip("sha384", "mm0000");
	drtmon_verdict_drtm(&m, &v);
	is(DRTMON_ANSWER_YES, "launched", "");
}

/* tboot extends PCR 19 of one bank; only SINIT measures into all banks of PCR 18. */
static void test_drtm_one_bank(void **state)
{
	chip("sha1", "mm0000");
	chip("sha256", "mmm000");
	drtmon_verdict_drtm(&m, &v);
	is(DRTMON_ANSWER_YES, "launched", "");
	chip("sha1", "m00000");
	drtmon_verdict_drtm(&m, &v);
	is(DRTMON_ANSWER_YES, "launched", "");
	m.platform.have = UINT64_C(1) << DRTMON_A_PLATFORM_CPU_VENDOR;
	m.platform.cpu_vendor = DRTMON_CPU_VENDOR_INTEL;
	drtmon_verdict_drtm(&m, &v);
	is(DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 18");
}

static void test_drtm_unreadable(void **state)
{
	strcpy(chip("sha1", "")->why, "the TPM is ill");
	m.chips.chip[0].unreadable = 1 << 17;
	drtmon_verdict_drtm(&m, &v);
	is(DRTMON_ANSWER_UNKNOWN, "unknown", "the TPM is ill");
	drtmon_verdict_tpm(&m, &v);
	is(DRTMON_ANSWER_YES, "unreadable", "the TPM is ill");
}

static void looked(uint32_t snapshot, uint32_t error, const char *state, const char *reason)
{
	m.chips.chip[0].snapshot.have = 1ull << DRTMON_A_SNAPSHOT_STATE;
	m.chips.chip[0].snapshot.state = snapshot;
	m.chips.chip[0].snapshot.error = error;
	drtmon_verdict_tpm(&m, &v);
	is(DRTMON_ANSWER_YES, state, reason);
}

/* What nobody asked the TPM for says nothing about the TPM; the module's look does. */
static void test_glanced(void **state)
{
	struct drtmon_chip *tpm = chip("sha1", "");

	m.glanced = true;
	drtmon_verdict_tpm(&m, &v);
	is(DRTMON_ANSWER_YES, "present", "tpm0");
	tpm->unreadable = 1 << 10;
	strcpy(tpm->why, "the module has no value for some PCRs");
	drtmon_verdict_tpm(&m, &v);
	is(DRTMON_ANSWER_YES, "unknown", tpm->why);
	looked(DRTMON_SNAPSHOT_STATE_NONE, 0, "unknown", tpm->why);
	looked(DRTMON_SNAPSHOT_STATE_TORN, 0, "present", "tpm0");
	looked(DRTMON_SNAPSHOT_STATE_CONSISTENT, 0, "present", "tpm0");
	looked(DRTMON_SNAPSHOT_STATE_CONSISTENT, ETIME, "unreadable", tpm->why);
	looked(DRTMON_SNAPSHOT_STATE_FAILED, 0, "unreadable", tpm->why);
}

static void no_tpm(int code, enum drtmon_fact tpm2, enum drtmon_fact tcpa,
		   enum drtmon_answer answer, const char *state, const char *drtm_state)
{
	m.chips_err.code = code;
	m.acpi_tpm2 = tpm2;
	m.acpi_tcpa = tcpa;
	drtmon_verdict_tpm(&m, &v);
	is(answer, state, "");
	drtmon_verdict_drtm(&m, &v);
	is(answer, drtm_state, "");
}

static void test_no_tpm(void **state)
{
	enum drtmon_fact no = DRTMON_FACT_ABSENT, yes = DRTMON_FACT_PRESENT;
	enum drtmon_fact dunno = DRTMON_FACT_UNREADABLE;

	no_tpm(0, no, no, DRTMON_ANSWER_NO, "absent", "no-tpm");
	no_tpm(-ENODEV, no, no, DRTMON_ANSWER_NO, "absent", "no-tpm");
	no_tpm(-ENODEV, yes, no, DRTMON_ANSWER_UNKNOWN, "no-driver", "unknown");
	no_tpm(0, no, yes, DRTMON_ANSWER_UNKNOWN, "no-driver", "unknown");
	no_tpm(0, dunno, dunno, DRTMON_ANSWER_UNKNOWN, "unknown", "unknown");
	no_tpm(0, no, dunno, DRTMON_ANSWER_UNKNOWN, "unknown", "unknown");
	no_tpm(-EACCES, no, no, DRTMON_ANSWER_UNKNOWN, "unknown", "unknown");
	no_tpm(0, yes, no, DRTMON_ANSWER_UNKNOWN, "no-driver", "unknown");
	drtmon_verdict_tpm(&m, &v);
	is(DRTMON_ANSWER_UNKNOWN, "no-driver",
	   "firmware announces a TPM (ACPI TPM2) but the kernel has no driver bound");
}

static void test_switched_off(void **state)
{
	strcpy(chip("sha1", "FFFFFF")->off, "disabled");
	drtmon_verdict_tpm(&m, &v);
	is(DRTMON_ANSWER_YES, "disabled", "firmware setup");
	strcpy(m.chips.chip[0].off, "deactivated");
	drtmon_verdict_tpm(&m, &v);
	is(DRTMON_ANSWER_YES, "deactivated", "tpm0");
}

static void test_secure_boot(void **state)
{
	static const struct {
		enum drtmon_secure_boot what;
		enum drtmon_answer answer;
		const char *state;
	} cases[] = {
		{ DRTMON_SECURE_BOOT_ENABLED, DRTMON_ANSWER_YES, "enabled" },
		{ DRTMON_SECURE_BOOT_DISABLED, DRTMON_ANSWER_NO, "disabled" },
		{ DRTMON_SECURE_BOOT_SETUP_MODE, DRTMON_ANSWER_NO, "setup-mode" },
		{ DRTMON_SECURE_BOOT_UNSUPPORTED, DRTMON_ANSWER_NO, "unsupported" },
		{ DRTMON_SECURE_BOOT_NO_VARIABLES, DRTMON_ANSWER_UNKNOWN, "unknown" },
		{ DRTMON_SECURE_BOOT_UNREADABLE, DRTMON_ANSWER_UNKNOWN, "unknown" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		m.secure_boot = cases[i].what;
		drtmon_verdict_secure_boot(&m, &v);
		is(cases[i].answer, cases[i].state, "");
		assert_true(v.reason[0]);
	}
}

static void module(uint32_t state_value, const char *hook, uint32_t hook_state)
{
	m.nl = (void *)1;
	m.platform.have = 1ull << DRTMON_A_PLATFORM_MODULE_STATE;
	m.platform.module_state = state_value;
	m.platform.hooks = 1;
	m.platform.hook[0].have = 1ull << DRTMON_A_HOOK_STATE;
	m.platform.hook[0].state = hook_state;
	strcpy(m.platform.hook[0].symbol, hook);
}

static void test_module(void **state)
{
	m.module_err.code = DRTMON_NL_ABSENT;
	drtmon_verdict_module(&m, &v);
	is(DRTMON_ANSWER_NO, "absent", "modprobe drtmon");
	m.module_loaded = true;
	drtmon_verdict_module(&m, &v);
	is(DRTMON_ANSWER_UNKNOWN, "unknown", "network namespace");
	drtmon_err_set(&m.module_err, -EPROTONOSUPPORT, "other version");
	drtmon_verdict_module(&m, &v);
	is(DRTMON_ANSWER_UNKNOWN, "unknown", "other version");
	m.module_err.code = 0;
	module(DRTMON_MODULE_STATE_RUNNING, "tpm_transmit", DRTMON_HOOK_STATE_ACTIVE);
	drtmon_verdict_module(&m, &v);
	is(DRTMON_ANSWER_YES, "running", "");
	module(DRTMON_MODULE_STATE_DEGRADED, "tpm_common_write", DRTMON_HOOK_STATE_MISSING);
	drtmon_verdict_module(&m, &v);
	is(DRTMON_ANSWER_YES, "degraded", "tpm_common_write is missing");
	module(DRTMON_MODULE_STATE_DEGRADED, "tpm_common_write", DRTMON_HOOK_STATE_ACTIVE);
	drtmon_verdict_module(&m, &v);
	is(DRTMON_ANSWER_YES, "degraded", "a TPM is not followed");
	m.platform.have = 0;
	drtmon_verdict_module(&m, &v);
	is(DRTMON_ANSWER_UNKNOWN, "unknown", "");
}

/* Reasons go to terminals and into JSON: nothing in them may be raw. */
static void test_reasons_are_safe(void **state)
{
	drtmon_err_set(&m.module_err, -EIO, "\033[31m\xff");
	m.nl = (void *)1;
	drtmon_verdict_module(&m, &v);
	is(DRTMON_ANSWER_UNKNOWN, "unknown", "\\x1b[31m\\xff");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_drtm),
		T(test_drtm_contradictory),
		T(test_drtm_banks),
		T(test_drtm_one_bank),
		T(test_no_tpm),
		T(test_drtm_unreadable),
		T(test_glanced),
		T(test_switched_off),
		T(test_secure_boot),
		T(test_module),
		T(test_reasons_are_safe),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
