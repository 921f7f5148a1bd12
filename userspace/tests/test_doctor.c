// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>

#include <linux/drtmon.h>

#include "lib/doctor.h"
#include "lib/kofile.h"
#include "tests/fake/tree.h"

#define RELEASE	    "6.1.0-test"
#define MODULES	    "/lib/modules/" RELEASE
#define KO(release) "\177ELF\0version=1.2\0vermagic=" release " SMP mod_unload \0name=drtmon\0"
#define SIGNATURE   "~Module signature appended~\n"

static struct drtmon_machine m;
static struct drtmon_findings f;

static int setup(void **state)
{
	memset(&m, 0, sizeof(m));
	m.module_err.code = DRTMON_NL_ABSENT;
	return tree_setup(state);
}

static const struct drtmon_finding *finding(const char *id)
{
	size_t i;

	drtmon_doctor(&f, &m, tree, RELEASE);
	for (i = 0; i < f.count; i++)
		if (!strcmp(f.finding[i].id, id))
			return &f.finding[i];
	return NULL;
}

static void is(const char *id, const char *result, const char *why)
{
	const struct drtmon_finding *one = finding(id);

	assert_non_null(one);
	assert_string_equal(drtmon_finding_result_name(one->result), result);
	if (!strstr(one->why, why))
		fail_msg("\"%s\" does not say \"%s\"", one->why, why);
	/* What is broken can be mended. */
	if (one->result == DRTMON_FINDING_BROKEN)
		assert_true(one->fix[0]);
}

static void install(const char *path, const char *data, size_t len)
{
	tree_text(MODULES "/modules.dep", "kernel/x/drtmon_not.ko:\nupdates/drtmon.ko.xz: a.ko\n");
	tree_put(path, data, len);
}

static void test_nothing_installed(void **state)
{
	is("kernel-headers", "warning", RELEASE);
	is("module-file", "broken", "no drtmon.ko");
	is("module-loaded", "broken", "not loaded");
	is("versions", "unknown", "");
	is("securityfs", "warning", "not mounted");
	is("permissions", "unknown", "");
	assert_null(finding("hook-tpm_transmit"));
	tree_text(MODULES "/build/Makefile", "");
	is("kernel-headers", "ok", "");
}

static void test_file(void **state)
{
	static const char good[] = KO(RELEASE), other[] = KO("6.1.0-other");

	install(MODULES "/updates/drtmon.ko.xz", good, sizeof(good));
	is("module-file", "ok", "version 1.2");
	is("vermagic", "ok", "");
	tree_put(MODULES "/updates/drtmon.ko.xz", other, sizeof(other));
	is("vermagic", "broken", "6.1.0-other");
	tree_put(MODULES "/updates/drtmon.ko.xz", "ELF", 3);
	is("vermagic", "broken", "does not say");
	tree_drop(MODULES "/modules.dep");
	tree_put(MODULES "/updates/drtmon.ko", good, sizeof(good));
	is("module-file", "warning", "modprobe does not know it");
	tree_drop(MODULES "/updates/drtmon.ko");
	is("module-file", "broken", "");
}

/* A module file can hold anything; what is shown of it must be text. */
static void test_hostile_file(void **state)
{
	static const char ko[] = "\0vermagic=\033[2J\xff x\0\0version=";
	static const char cut[] = "\0vermagic=";

	install(MODULES "/updates/drtmon.ko.xz", ko, sizeof(ko) - 1);
	is("vermagic", "broken", "\\x1b[2J\\xff");
	is("module-file", "ok", "version unknown");
	tree_put(MODULES "/updates/drtmon.ko.xz", cut, sizeof(cut) - 1);
	is("vermagic", "broken", "");
	tree_put(MODULES "/updates/drtmon.ko.xz", "", 0);
	finding("vermagic");
}

static void test_signature(void **state)
{
	static const char plain[] = KO(RELEASE), signed_one[] = KO(RELEASE) SIGNATURE;

	install(MODULES "/updates/drtmon.ko.xz", plain, sizeof(plain));
	is("signature", "unknown", "cannot be read");
	m.lockdown = DRTMON_LOCKDOWN_NONE;
	is("signature", "ok", "does not ask");
	m.lockdown = DRTMON_LOCKDOWN_INTEGRITY;
	is("signature", "broken", "lockdown (integrity)");
	m.lockdown = DRTMON_LOCKDOWN_UNSUPPORTED;
	tree_text("/sys/module/module/parameters/sig_enforce", "Y\n");
	is("signature", "broken", "enforces");
	tree_put(MODULES "/updates/drtmon.ko.xz", signed_one, sizeof(signed_one) - 1);
	is("signature", "unknown", "module.sig_enforce");
	tree_text("/sys/module/module/parameters/sig_enforce", "N\n");
	is("signature", "ok", "does not ask");
	m.lockdown = DRTMON_LOCKDOWN_INTEGRITY;
	is("signature", "unknown", "lockdown integrity");
	tree_text("/sys/module/drtmon/taint", "O\n");
	is("signature", "ok", "verified it");
	tree_text("/sys/module/drtmon/taint", "OE\n");
	is("signature", "broken", "no key that this kernel trusts");
	m.lockdown = DRTMON_LOCKDOWN_NONE;
	is("signature", "warning", "no key that this kernel trusts");
}

/* What is not known is not good. */
static void test_healthy(void **state)
{
	static const struct {
		enum drtmon_finding_result result;
		bool healthy;
	} one[] = {
		{ DRTMON_FINDING_OK, true },
		{ DRTMON_FINDING_WARNING, true },
		{ DRTMON_FINDING_UNKNOWN, false },
		{ DRTMON_FINDING_BROKEN, false },
	};
	size_t i;

	for (i = 0; i < sizeof(one) / sizeof(one[0]); i++) {
		f.count = 2;
		f.finding[0].result = DRTMON_FINDING_OK;
		f.finding[1].result = one[i].result;
		assert_int_equal(drtmon_doctor_healthy(&f), one[i].healthy);
	}
}

static void test_loaded(void **state)
{
	m.module_loaded = true;
	is("module-loaded", "broken", "netlink family");
	drtmon_err_set(&m.module_err, -EPROTONOSUPPORT, "speaks version 2");
	is("module-loaded", "broken", "version 2");
	is("versions", "broken", "version 2");
	m.module_err.code = 0;
	m.platform.have = 1ull << DRTMON_A_PLATFORM_MODULE_VERSION;
	strcpy(m.platform.module_version, "0.0.0");
	is("module-loaded", "ok", "");
	is("versions", "warning", "0.0.0");
	strcpy(m.platform.module_version, DRTMON_VERSION);
	is("versions", "ok", "");
	is("module-state", "unknown", "");
}

static void hook(uint64_t have, uint32_t state, uint32_t required, uint64_t missed)
{
	struct drtmon_hook *hook = &m.platform.hook[0];

	m.module_err.code = 0;
	m.platform.have = 1ull << DRTMON_A_PLATFORM_MODULE_STATE;
	m.platform.module_state = DRTMON_MODULE_STATE_DEGRADED;
	m.platform.hooks = 1;
	hook->have = have;
	hook->state = state;
	hook->required = required;
	hook->missed = missed;
	strcpy(hook->symbol, "tpm_transmit");
	strcpy(hook->loss, "everything");
}

static void test_hooks(void **state)
{
	const uint64_t have = 1ull << DRTMON_A_HOOK_STATE | 1ull << DRTMON_A_HOOK_LOSS;

	hook(have, DRTMON_HOOK_STATE_ACTIVE, 1, 0);
	is("hook-tpm_transmit", "ok", "");
	hook(have, DRTMON_HOOK_STATE_ACTIVE, 1, 9);
	is("hook-tpm_transmit", "warning", "missed 9");
	hook(have, DRTMON_HOOK_STATE_MISSING, 0, 0);
	is("hook-tpm_transmit", "warning", "everything");
	is("module-state", "warning", "tpm_transmit is missing");
	hook(have, DRTMON_HOOK_STATE_MISSING, 1, 0);
	is("hook-tpm_transmit", "broken", "everything");
	hook(have, DRTMON_HOOK_STATE_DEAD, 0, 0);
	is("hook-tpm_transmit", "broken", "does not fire");
	hook(0, DRTMON_HOOK_STATE_ACTIVE, 0, 0);
	is("hook-tpm_transmit", "unknown", "");
	is("kprobes-armed", "unknown", "");
	tree_text("/sys/kernel/debug/kprobes/enabled", "0\n");
	is("kprobes-armed", "broken", "disarmed");
	tree_text("/sys/kernel/debug/kprobes/enabled", "1\n");
	is("kprobes-armed", "ok", "");
}

static void test_permissions(void **state)
{
	tree_text("/proc/self/uid_map", "         0          0 4294967295\n");
	tree_text("/proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
	is("permissions", "ok", "");
	tree_text("/proc/self/status", "Name:\tx\nCapEff:\t0000000000001000\n");
	is("permissions", "warning", "and events, and may not");
	tree_text("/proc/self/status", "Name:\tx\nCapEff:\t0000000000000000\n");
	is("permissions", "warning", "no events (CAP_NET_ADMIN), and may not");
	tree_text("/proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
	tree_text("/proc/self/uid_map", "         0       1000          1\n");
	is("permissions", "warning", "user namespace");
	tree_text("/proc/self/status", "Name:\tx\n");
	is("permissions", "unknown", "");
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_nothing_installed), T(test_file),    T(test_hostile_file),
		T(test_signature),	   T(test_loaded),  T(test_hooks),
		T(test_permissions),	   T(test_healthy),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
