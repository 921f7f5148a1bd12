// SPDX-License-Identifier: GPL-2.0-or-later
/* "DRTM enabled?" on machines made of files. */
#include "tests/fake/head.h"

#include <string.h>

#include "lib/launch.h"
#include "tests/fake/tree.h"
#include "tests/txt_case.h"

#define CPU "vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 94\nstepping\t: 3\n"

static void pcr(const char *path, const uint8_t *value)
{
	char hex[65];

	tree_text(path, drtmon_hex_encode(hex, value, 32));
}

static void window(const struct txt_case *c)
{
	tree_put("/sys/kernel/security/drtmon/txt/registers", c->window, c->window_len);
	tree_put("/sys/kernel/security/drtmon/txt/heap", c->heap, c->heap_len);
}

static void machine(const struct txt_case *c, const char *flags)
{
	char cpu[256];

	snprintf(cpu, sizeof(cpu), CPU "flags\t\t: %s\n", flags);
	tree_text("/proc/cpuinfo", cpu);
	tree_text("/sys/firmware/acpi/tables/TPM2", "TPM2");
	tree_text("/sys/firmware/acpi/tables/DMAR", "DMAR");
	tree_text("/sys/class/tpm/tpm0/tpm_version_major", "2\n");
	pcr("/sys/class/tpm/tpm0/pcr-sha256/17", c->pcr[0]);
	pcr("/sys/class/tpm/tpm0/pcr-sha256/18", c->pcr[1]);
}

static void judge(struct drtmon_launch *launch)
{
	struct drtmon_machine m;

	drtmon_machine_look(&m, tree);
	drtmon_launch_judge(launch, &m, tree);
	drtmon_machine_free(&m);
}

static void is(bool by_chain, enum drtmon_answer answer, const char *state, const char *reason)
{
	struct drtmon_launch launch;

	judge(&launch);
	if (strcmp(launch.verdict.state, state))
		fail_msg("%s instead of %s: %s", launch.verdict.state, state,
			 launch.verdict.reason);
	assert_int_equal(launch.verdict.answer, answer);
	assert_int_equal(launch.by_chain, by_chain);
	if (!strstr(launch.verdict.reason, reason))
		fail_msg("\"%s\" does not say \"%s\"", launch.verdict.reason, reason);
}

static void test_agree(void **state)
{
	static struct txt_case c;

	case_good(&c);
	machine(&c, "fpu vmx smx");
	window(&c);
	is(true, DRTMON_ANSWER_YES, "measured", "SENTER is done");
	tree_text("/sys/module/drtmon/parameters/txt_base", "805306368\n");
	is(true, DRTMON_ANSWER_YES, "measured", "laboratory");
}

static void test_contradict(void **state)
{
	static struct txt_case c;

	case_good(&c);
	machine(&c, "fpu vmx smx");
	c.window[0] = 0;
	window(&c);
	is(true, DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 17 holds a measurement");
	memset(c.pcr, 0xff, sizeof(c.pcr));
	machine(&c, "fpu vmx smx");
	is(true, DRTMON_ANSWER_NO, "not-launched", "");
}

/* Nobody looked at the registers: PCRs decide, and say so. */
static void test_pcrs(void **state)
{
	static struct txt_case c;
	struct drtmon_launch launch;

	case_good(&c);
	machine(&c, "fpu vmx smx");
	is(false, DRTMON_ANSWER_YES, "launched", "PCRs 17-18 alone");
	judge(&launch);
	assert_null(strstr(launch.verdict.reason, "host"));
	memset(c.pcr, 0xff, sizeof(c.pcr));
	machine(&c, "fpu vmx smx");
	is(false, DRTMON_ANSWER_NO, "not-launched", "PCRs 17-18 alone");
	tree_drop("/sys/class/tpm/tpm0/pcr-sha256/18");
	is(false, DRTMON_ANSWER_NO, "not-launched", "by PCR 17 alone");
}

static void test_virtual_machine(void **state)
{
	static struct txt_case c;

	case_good(&c);
	machine(&c, "fpu vmx hypervisor");
	is(false, DRTMON_ANSWER_YES, "launched", "a virtual machine's TPM");
}

/* A real machine whose processor has no dynamic launch at all. */
static void test_processor(void **state)
{
	static struct txt_case c;

	case_good(&c);
	machine(&c, "fpu vmx");
	is(true, DRTMON_ANSWER_UNKNOWN, "contradictory", "PCR 17");
	memset(c.pcr, 0xff, sizeof(c.pcr));
	machine(&c, "fpu vmx");
	is(true, DRTMON_ANSWER_NO, "unsupported", "no dynamic launch");
}

/* A directory cannot be read as the window, not even by root. */
static void test_unreadable(void **state)
{
	static struct txt_case c;

	case_good(&c);
	machine(&c, "fpu vmx smx");
	tree_text("/sys/kernel/security/drtmon/txt/registers/x", "");
	is(false, DRTMON_ANSWER_YES, "launched", "the TXT registers could not be read");
	machine(&c, "fpu vmx hypervisor");
	is(false, DRTMON_ANSWER_YES, "launched", "the TXT registers could not be read");
	is(false, DRTMON_ANSWER_YES, "launched", "a virtual machine's TPM");
}

static void test_no_tpm(void **state)
{
	tree_text("/proc/cpuinfo", CPU "flags\t\t: fpu smx\n");
	tree_text("/sys/firmware/acpi/tables/DMAR", "DMAR");
	is(false, DRTMON_ANSWER_NO, "no-tpm", "no TPM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_agree),	   T(test_contradict), T(test_pcrs),   T(test_virtual_machine),
		T(test_processor), T(test_unreadable), T(test_no_tpm),
	};

	return cmocka_run_group_tests_name("launch", tests, NULL, NULL);
}
