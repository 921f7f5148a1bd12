// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replays against the PCRs of the machines the logs came from, as the data
 * set's index tells them, and every known-bad log for its own reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/blob.h"
#include "lib/log/analysis.h"
#include "tests/log/data.h"

static void pcrs_load(struct drtmon_pcrs *pcrs, const char *path)
{
	struct drtmon_blob blob;
	struct drtmon_err err = { 0 };

	memset(pcrs, 0, sizeof(*pcrs));
	assert_int_equal(drtmon_blob_read(&blob, path, 1 << 20, &err), 0);
	if (drtmon_pcrs_parse(pcrs, (char *)blob.data, blob.len, &err) <= 0)
		fail_msg("%s: %s", path, err.msg);
	drtmon_blob_free(&blob);
}

/* "[0, 1, 2]": each of them must have come out so. */
static unsigned int expect_list(const struct drtmon_analysis *a, const struct drtmon_alg *alg,
				const char *list, enum drtmon_compare want)
{
	unsigned int n = 0;
	char *end;

	for (list++; *list && *list != ']'; list = end + strspn(end, ", ")) {
		unsigned long pcr = strtoul(list, &end, 10);

		assert_ptr_not_equal(list, end);
		if (drtmon_compare(a->pcrs, a->expect, alg, (uint32_t)pcr) != want)
			fail_msg("%s PCR %lu is no %s", alg->name, pcr, drtmon_compare_name(want));
		n++;
	}
	return n;
}

/* "sha256: match [0, 1] MISMATCH [2]; sha1: match […]" */
static unsigned int expect_banks(const struct drtmon_analysis *a, char *text)
{
	unsigned int n = 0;
	char *save = NULL, *bank;

	for (bank = strtok_r(text, ";", &save); bank; bank = strtok_r(NULL, ";", &save)) {
		const struct drtmon_alg *alg;
		const char *p;

		bank += strspn(bank, " ");
		alg = drtmon_alg_by_name(bank, strcspn(bank, ":"));
		if (!alg)
			continue;
		p = strstr(bank, " match [");
		if (p)
			n += expect_list(a, alg, strchr(p, '['), DRTMON_COMPARE_MATCH);
		p = strstr(bank, "MISMATCH [");
		if (p)
			n += expect_list(a, alg, strchr(p, '['), DRTMON_COMPARE_MISMATCH);
	}
	return n;
}

static unsigned int one_check(const char *folder, const char *log, const char *machine, char *banks)
{
	struct drtmon_analysis_args args = { 0 };
	struct drtmon_analysis a;
	struct drtmon_err err = { 0 };
	struct drtmon_pcrs pcrs;
	char name[4352], file[4352];
	unsigned int n;

	snprintf(name, sizeof(name), "pcrs/%s.pcrs.json", machine);
	snprintf(file, sizeof(file), "%s/%s", folder, log);
	pcrs_load(&pcrs, data_path(name));
	args.log.path = data_path(file);
	args.replay.expect = &pcrs;
	assert_int_equal(drtmon_analysis_run(&a, &args, &err), 0);
	n = expect_banks(&a, banks);
	print_message("  %s: %u PCRs as %s has them\n", log, n, machine);
	assert_true(n > 0);
	assert_true(a.info->complete);
	drtmon_analysis_free(&a);
	return n;
}

/* "… PCR CHECK vs NAME: banks / vs NAME: banks |" */
static unsigned int one_line(const char *folder, char *line)
{
	char *log = line + 2, *checks = strstr(line, "PCR CHECK vs "), *p, *next;
	unsigned int n = 0;

	if (strncmp(line, "| ", 2) || !checks)
		return 0;
	log[strcspn(log, " ")] = '\0';
	for (p = checks + strlen("PCR CHECK vs "); p; p = next) {
		char *colon = strstr(p, ": ");

		next = strstr(p, " / vs ");
		if (next) {
			*next = '\0';
			next += strlen(" / vs ");
		}
		assert_non_null(colon);
		*colon = '\0';
		n += one_check(folder, log, p, colon + 1);
	}
	return n;
}

static void test_index(void **state)
{
	char line[4096], folder[64] = "";
	unsigned int n = 0;
	FILE *f;

	if (!data_dir()) {
		print_message("SKIP: no data set\n");
		skip();
	}
	f = fopen(data_path("INDEX.md"), "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "## ", 3))
			sscanf(line + 3, "%63s", folder);
		else
			n += one_line(folder, line);
	}
	fclose(f);
	print_message("  %u PCRs of real machines\n", n);
	assert_true(n > 0);
}

/* A list of TPM 1.2's time against that machine's PCR 10. */
static void test_ima(void **state)
{
	struct drtmon_analysis_args args = { 0 };
	struct drtmon_analysis a;
	struct drtmon_err err = { 0 };
	struct drtmon_pcrs pcrs;

	if (!data_dir())
		skip();
	pcrs_load(&pcrs, data_path("pcrs/ima-verify__pcrs_sha1"));
	args.log.path = data_path("ima/ima-verify__binary_runtime_measurements_sha1");
	args.replay.expect = &pcrs;
	args.replay.check_templates = true;
	assert_int_equal(drtmon_analysis_run(&a, &args, &err), 0);
	assert_int_equal(drtmon_compare(a.pcrs, &pcrs, drtmon_alg_by_name("sha1", 4), 10),
			 DRTMON_COMPARE_MATCH);
	assert_int_equal(drtmon_compare(a.pcrs, &pcrs, drtmon_alg_by_name("sha1", 4), 0),
			 DRTMON_COMPARE_NOT_IN_LOG);
	drtmon_analysis_free(&a);
}

static void reason(const char *name, const char *want)
{
	struct drtmon_analysis_args args = { .replay.check_templates = true };
	struct drtmon_analysis a;
	struct drtmon_err err = { 0 };
	unsigned int i;

	args.log.path = data_path(name);
	assert_int_equal(drtmon_analysis_run(&a, &args, &err), 0);
	assert_false(drtmon_analysis_good(&a));
	for (i = 0; i < a.info->n_problems && i < DRTMON_LOG_PROBLEMS; i++)
		if (strstr(a.info->problem[i].what, want))
			break;
	if (i == a.info->n_problems)
		fail_msg("%s: nothing says \"%s\"", name, want);
	print_message("  %s: %s\n", name, a.info->problem[i].what);
	drtmon_analysis_free(&a);
}

static void test_known_bad(void **state)
{
	static const char *const bad[][2] = {
		{ "tcg-logs-bad/HIRS__TPMLog_Altered.bin", "digest is not that of the event data" },
		{ "tcg-logs-bad/go-attestation__ebs_event_missing_eventlog", "ExitBootServices" },
		{ "tcg-logs-bad/go-attestation__short_no_action_eventlog",
		  "nothing in the log extends" },
		{ "tcg-logs-bad/intel-secl__incomplete_tcg_spec_event.bin", "trailing bytes" },
		{ "tcg-logs-bad/keylime__binary_bios_measurements-bogus", "not recognised" },
		{ "tcg-logs-bad/keylime__binary_bios_measurements-empty", "empty" },
		{ "ima/ibmacs__imasig.log", "template digest" },
		{ "ima/rust-keylime__invalid_ima_log.txt", "not recognised" },
		{ "ima/tpm2-tss__sml-ima-sig-sha256.bin", "trailing bytes" },
		{ "cel/libcel__bad_digests.json", "digest is not 32 bytes of hex" },
		{ "cel/libcel__bad_event.json", "\"content_type\" is unknown" },
		{ "cel/libcel__bad_state_trans.json", "names no transition" },
		{ "cel/libcel__bad_pcclient.json", "expected" },
		{ "cel/libcel__cel_multi.json", "expected" },
		{ "txt-logs/trenchboot-docs__linux-slaunch-eventlog_tail_0x490.bin",
		  "not recognised" },
	};
	size_t i;

	if (!data_dir())
		skip();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		reason(bad[i][0], bad[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_ima),
		cmocka_unit_test(test_known_bad),
	};

	return cmocka_run_group_tests_name("log-machines", tests, NULL, NULL);
}
