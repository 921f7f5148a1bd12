// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>

#include "tests/fake/head.h"
#include "tests/fake/tree.h"

#include "lib/policy.h"

static struct drtmon_policy policy;
static char problems[2048];

static void on_problem(void *ctx, const struct drtmon_ini_entry *entry,
		       const struct drtmon_err *why)
{
	snprintf(problems + strlen(problems), sizeof(problems) - strlen(problems), "%u %s: %s\n",
		 entry->line, entry->key, why->msg);
}

static int setup(void **state)
{
	problems[0] = '\0';
	drtmon_policy_init(&policy);
	return tree_setup(state);
}

static int teardown(void **state)
{
	drtmon_policy_free(&policy);
	return tree_teardown(state);
}

static int read_text(const char *text)
{
	char path[128];

	tree_text("/policy", text);
	snprintf(path, sizeof(path), "%s/policy", tree);
	return drtmon_policy_read(&policy, path, on_problem, NULL, NULL);
}

static struct drtmon_event extend(uint32_t pcr, const char *exe)
{
	struct drtmon_event event = {
		.have = 1ull << DRTMON_A_EVENT_PCR | 1ull << DRTMON_A_EVENT_SEVERITY |
			1ull << DRTMON_A_EVENT_ORIGIN | 1ull << DRTMON_A_EVENT_RC,
		.kind = DRTMON_EVENT_KIND_PCR_EXTEND,
		.severity = DRTMON_SEVERITY_NOTICE,
		.pcr = pcr,
		.origin = exe ? DRTMON_ORIGIN_USER : DRTMON_ORIGIN_KERNEL,
	};

	if (exe)
		strcpy(event.exe, exe);
	return event;
}

static void expect(const struct drtmon_event *event, uint32_t severity, const char *reason)
{
	struct drtmon_judgement judgement;

	drtmon_policy_judge(&policy, event, &judgement);
	assert_int_equal(judgement.severity, severity);
	assert_string_equal(judgement.reason, reason);
}

static void test_none(void **state)
{
	struct drtmon_event event = extend(11, "/usr/bin/any");

	expect(&event, DRTMON_SEVERITY_NOTICE, "");
	event.have = 0;
	expect(&event, DRTMON_SEVERITY_WARNING, "");
}

static void test_expected(void **state)
{
	struct drtmon_event event = extend(11, "/usr/lib/systemd/systemd-pcrphase");

	assert_int_equal(read_text("[pcr 11]\nexpected = /usr/lib/systemd/systemd-pcrphase\n"
				   "  /usr/lib/systemd/systemd-pcrextend\n"
				   "[pcr 17-22]\nexpected = none\nunexpected = critical\n"),
			 0);
	expect(&event, DRTMON_SEVERITY_NOTICE, "");
	event = extend(11, "/usr/lib/systemd/systemd-pcrextend");
	expect(&event, DRTMON_SEVERITY_NOTICE, "");
	event = extend(11, "/tmp/x");
	expect(&event, DRTMON_SEVERITY_WARNING, "PCR 11 is not expected to be changed by /tmp/x");
	event = extend(11, NULL);
	expect(&event, DRTMON_SEVERITY_WARNING,
	       "PCR 11 is not expected to be changed by the kernel");
	event = extend(11, "");
	expect(&event, DRTMON_SEVERITY_WARNING,
	       "PCR 11 is not expected to be changed by an unknown process");
	event = extend(22, "/usr/lib/systemd/systemd-pcrphase");
	expect(&event, DRTMON_SEVERITY_CRITICAL,
	       "PCR 22 is not expected to be changed by /usr/lib/systemd/systemd-pcrphase");
	event = extend(12, "/tmp/x");
	expect(&event, DRTMON_SEVERITY_NOTICE, "");
}

/* A name of a process's own choosing counts for nothing. */
static void test_comm(void **state)
{
	struct drtmon_event event = extend(11, "/tmp/x");

	assert_int_equal(read_text("[pcr 11]\nexpected = /usr/lib/systemd/systemd-pcrphase\n"), 0);
	strcpy(event.comm, "systemd-pcrphas");
	expect(&event, DRTMON_SEVERITY_WARNING, "PCR 11 is not expected to be changed by /tmp/x");
}

static void test_refused(void **state)
{
	struct drtmon_event event = extend(11, "/tmp/x");

	assert_int_equal(read_text("[pcr 11]\nexpected = none\n"), 0);
	event.rc = 0x100;
	expect(&event, DRTMON_SEVERITY_NOTICE, "");
}

static void test_ignored(void **state)
{
	struct drtmon_event event = extend(23, "/tmp/x");

	assert_int_equal(read_text("[ignore]\npcrs = 16,23\n"), 0);
	expect(&event, DRTMON_SEVERITY_INFO, "PCR 23 is ignored");
	event.kind = DRTMON_EVENT_KIND_PCR_MISMATCH;
	event.severity = DRTMON_SEVERITY_CRITICAL;
	expect(&event, DRTMON_SEVERITY_CRITICAL, "");
}

static void test_kind(void **state)
{
	struct drtmon_event event = extend(0, "/tmp/x");

	assert_int_equal(read_text("[severity]\ntpm-command = info\nhook-dead = warning\n"), 0);
	event.kind = DRTMON_EVENT_KIND_TPM_COMMAND;
	expect(&event, DRTMON_SEVERITY_INFO, "tpm-command is info by the policy");
	event.kind = 12345;
	expect(&event, DRTMON_SEVERITY_NOTICE, "");
}

/* More executables than any machine has for one PCR: the first ones count. */
static void test_many(void **state)
{
	char text[8192];
	int i, n = sprintf(text, "[pcr 3]\n");

	for (i = 0; i < 66; i++)
		n += sprintf(text + n, "expected = /bin/%d\n", i);
	assert_int_equal(read_text(text), 2);
	assert_non_null(strstr(problems, "67 expected: more than 64 executables"));
	assert_int_equal(policy.pcr[3].count, 64);
}

static void test_problems(void **state)
{
	assert_int_equal(read_text(
				 "[severity]\nnothing = info\nresume = loud\n[ignore]\npcrs = 99\n"
				 "pcr = 1\n[pcr x]\nexpected = none\n[pcr 1]\nexpected = rel\n"
				 "who = me\n[else]\na = b\n[pcr 2]\nexpected = none\n"),
			 8);
	assert_non_null(strstr(problems, "2 nothing: there is no event of kind \"nothing\"\n"));
	assert_non_null(strstr(problems, "3 resume: \"loud\" is no severity"));
	assert_non_null(strstr(problems, "5 pcrs: \"99\" is no list of PCRs"));
	assert_non_null(strstr(problems, "8 expected: [pcr x] names no PCRs"));
	assert_non_null(strstr(problems, "10 expected: \"rel\" is neither"));
	assert_non_null(strstr(problems, "13 a: there is no section [else]"));
	assert_true(policy.pcr[2].said);
}

/* The file that is installed. */
static void test_shipped(void **state)
{
	struct drtmon_event event = extend(11, "/usr/lib/systemd/systemd-pcrphase");

	assert_int_equal(
		drtmon_policy_read(&policy, DRTMON_DIST "/policy.conf", on_problem, NULL, NULL), 0);
	assert_string_equal(problems, "");
	expect(&event, DRTMON_SEVERITY_NOTICE, "");
	event = extend(11, "/usr/bin/tpm2");
	expect(&event, DRTMON_SEVERITY_WARNING,
	       "PCR 11 is not expected to be changed by /usr/bin/tpm2");
	event = extend(10, NULL);
	expect(&event, DRTMON_SEVERITY_NOTICE, "");
	event = extend(23, "/usr/bin/tpm2");
	expect(&event, DRTMON_SEVERITY_NOTICE, "");
	event = extend(17, "/usr/bin/tpm2");
	expect(&event, DRTMON_SEVERITY_CRITICAL,
	       "PCR 17 is not expected to be changed by /usr/bin/tpm2");
}

#define P(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		P(test_none), P(test_expected), P(test_comm),	 P(test_refused), P(test_ignored),
		P(test_kind), P(test_problems), P(test_shipped), P(test_many),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
