// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every log of the data set beside Debian's tpm2_eventlog and evmctl. Where
 * they accept a log, the values are equal, or differ for a reason that is
 * named and proven: the same mistake made on purpose gives the same value.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "lib/log/hash.h"
#include "lib/log/replay.h"
#include "lib/log/tcg.h"
#include "tests/log/data.h"

/* What another program said of one log. */
struct said {
	int status;
	size_t len;
	char text[16 << 20];
};

static struct said said;

static bool have(const char *program)
{
	char command[256];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
	return !system(command);
}

static void run(const char *command)
{
	FILE *f = popen(command, "r");

	assert_non_null(f);
	said.len = fread(said.text, 1, sizeof(said.text) - 1, f);
	said.text[said.len] = '\0';
	said.status = pclose(f);
}

/* PCR 0 as a program has it that starts it at zero, and may extend EV_NO_ACTION too. */
static void pcr0_wrong(uint8_t *value, const char *path, const struct drtmon_alg *alg,
		       bool no_action)
{
	struct drtmon_hash *hash = drtmon_hash_new(alg);
	struct drtmon_log_args args = { .path = path };
	struct drtmon_log_event event;
	struct drtmon_log *log;

	memset(value, 0, DRTMON_ALG_DIGEST_MAX);
	assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
	while (drtmon_log_next(log, &event) > 0) {
		const struct drtmon_log_digest *d = drtmon_log_digest(&event, alg);

		if (event.pcr || !d || (event.type == DRTMON_EV_NO_ACTION && !no_action))
			continue;
		assert_int_equal(
			drtmon_hash_two(hash, value, value, alg->size, d->value, alg->size), 0);
	}
	drtmon_log_close(log);
	drtmon_hash_free(hash);
}

/* Why tpm2_eventlog has another value; NULL when nothing known explains it. */
static const char *why_differs(const char *path, const struct drtmon_alg *alg, uint32_t pcr,
			       const uint8_t *theirs, int locality)
{
	uint8_t value[DRTMON_ALG_DIGEST_MAX];

	if (pcr)
		return NULL;
	pcr0_wrong(value, path, alg, false);
	if (locality > 0 && !memcmp(value, theirs, alg->size))
		return "it starts PCR 0 at zero, whatever locality TPM2_Startup came from";
	pcr0_wrong(value, path, alg, true);
	if (!memcmp(value, theirs, alg->size))
		return locality > 0 ? "it starts PCR 0 at zero and extends EV_NO_ACTION records"
				    : "it extends EV_NO_ACTION records";
	return NULL;
}

/* Why tpm2_eventlog has no answer, by its own words; NULL for words never seen. */
static const char *why_refused(const struct drtmon_log_info *info)
{
	static const struct {
		const char *words;
		const char *why;
	} known[] = {
		{ "PCR Index", "it knows no record without a PCR" },
		{ "invalid eventDataSize in specid", "it wants a Spec ID record first" },
		{ "bad pcrIndex for EV_NO_ACTION", "it wants every EV_NO_ACTION in PCR 0" },
	};
	size_t i;

	if (WIFSIGNALED(said.status) || WEXITSTATUS(said.status) > 128)
		return "it crashes";
	if (!info->complete)
		return "the log is not whole";
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strstr(said.text, known[i].words))
			return known[i].why;
	return NULL;
}

/* Values that were the same; every other one has a reason. */
static unsigned int compare(const char *path, const struct drtmon_pcrs *ours,
			    const struct drtmon_pcrs *theirs, int locality)
{
	const struct drtmon_alg *alg;
	const char *told = NULL;
	unsigned int same = 0;
	uint32_t pcr;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++) {
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
			const uint8_t *a = drtmon_pcrs_get(ours, alg, pcr);
			const uint8_t *b = drtmon_pcrs_get(theirs, alg, pcr);
			const char *why;

			if (!a != !b)
				fail_msg("%s: %s PCR %u has one side only", path, alg->name, pcr);
			if (!a || !memcmp(a, b, alg->size)) {
				same += !!a;
				continue;
			}
			why = why_differs(path, alg, pcr, b, locality);
			if (!why)
				fail_msg("%s: %s PCR %u differs", path, alg->name, pcr);
			if (why != told)
				print_message("  differs: %s: %s\n", path, why);
			told = why;
		}
	}
	return same;
}

static void ours(const char *path, struct drtmon_pcrs *pcrs, struct drtmon_log_info *info)
{
	struct drtmon_replay_args rargs = { .check_templates = true };
	struct drtmon_log_args args = { .path = path };
	struct drtmon_replay *r;
	struct drtmon_log *log;

	assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
	assert_int_equal(drtmon_replay_new(&r, &rargs, NULL), 0);
	assert_int_equal(drtmon_replay_run(r, log, NULL), 0);
	*pcrs = *drtmon_replay_pcrs(r);
	*info = *drtmon_log_info(log);
	drtmon_replay_free(r);
	drtmon_log_close(log);
}

/* Values alike, or 0 where it had none. */
static unsigned int beside_eventlog(const char *path)
{
	static struct drtmon_log_info info;
	struct drtmon_pcrs mine, theirs = { 0 };
	char command[8400], *pcrs;
	const char *why;

	ours(path, &mine, &info);
	snprintf(command, sizeof(command), "tpm2_eventlog '%s' 2>/dev/null", path);
	run(command);
	if (said.status) {
		snprintf(command, sizeof(command), "tpm2_eventlog '%s' 2>&1 >/dev/null", path);
		run(command);
		why = why_refused(&info);
		if (!why)
			fail_msg("%s: refused for no known reason: %s", path,
				 said.len > 300 ? said.text + said.len - 300 : said.text);
		print_message("  refused: %s: %s\n", path, why);
		return 0;
	}
	pcrs = strstr(said.text, "\npcrs:\n");
	assert_non_null(pcrs);
	if (drtmon_pcrs_parse(&theirs, pcrs + 7, strlen(pcrs + 7), NULL) < 0)
		memset(&theirs, 0, sizeof(theirs));
	return compare(path, &mine, &theirs, info.startup_locality);
}

static void test_eventlog(void **state)
{
	static const char *const folders[] = { "tcg-logs", "tcg-logs-bad", "ccel" };
	unsigned int logs = 0, alike = 0, values = 0, n;
	struct dirent *e;
	size_t i;
	DIR *dir;

	if (!data_dir() || !have("tpm2_eventlog")) {
		print_message("SKIPPED: no data set, or no tpm2_eventlog\n");
		skip();
	}
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		dir = opendir(data_path(folders[i]));
		assert_non_null(dir);
		while ((e = readdir(dir))) {
			char path[8192];

			if (e->d_name[0] == '.' || strstr(e->d_name, ".json"))
				continue;
			snprintf(path, sizeof(path), "%s/%s", data_path(folders[i]), e->d_name);
			n = beside_eventlog(path);
			logs++;
			alike += n > 0;
			values += n;
		}
		closedir(dir);
	}
	print_message("tpm2_eventlog: %u logs, %u it has values for, %u values alike\n", logs,
		      alike, values);
	assert_true(alike > 40 && values > 500);
}

/* A file of one bank's values as evmctl reads them: all zero but PCR 10. */
static void pcrs_write(const char *path, const struct drtmon_alg *alg, const uint8_t *value)
{
	FILE *f = fopen(path, "w");
	uint32_t pcr;
	size_t i;

	assert_non_null(f);
	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
		fprintf(f, "PCR-%02u:", pcr);
		for (i = 0; i < alg->size; i++)
			fprintf(f, " %02X", pcr == 10 ? value[i] : 0);
		fputc('\n', f);
	}
	fclose(f);
}

static bool beside_evmctl(const char *path)
{
	const struct drtmon_alg *banks[] = { drtmon_alg_by_id(0x0004), drtmon_alg_by_id(0x000b) };
	char values[] = "/tmp/drtmon-evmctl-XXXXXX", command[8500];
	static struct drtmon_log_info info;
	struct drtmon_pcrs mine;
	size_t i;

	ours(path, &mine, &info);
	if (info.format != DRTMON_LOG_IMA)
		return false;
	close(mkstemp(values));
	for (i = 0; i < 2; i++) {
		pcrs_write(values, banks[i], drtmon_pcrs_get(&mine, banks[i], 10));
		snprintf(command, sizeof(command), "evmctl ima_measurement --pcrs %s,%s '%s' 2>&1",
			 banks[i]->name, values, path);
		run(command);
		if (!said.status)
			continue;
		/* It gives up at the first record that is not what it hashes to. */
		if (!info.n_problems)
			fail_msg("%s: evmctl has another %s PCR 10: %s", path, banks[i]->name,
				 said.text);
		print_message("  refused: %s: %s\n", path, info.problem[0].what);
		break;
	}
	unlink(values);
	return i == 2;
}

static void test_evmctl(void **state)
{
	unsigned int lists = 0;
	struct dirent *e;
	DIR *dir;

	if (!data_dir() || !have("evmctl")) {
		print_message("SKIPPED: no data set, or no evmctl\n");
		skip();
	}
	dir = opendir(data_path("ima"));
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		char path[8192];

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", data_path("ima"), e->d_name);
		lists += beside_evmctl(path);
	}
	closedir(dir);
	print_message("evmctl: agrees on %u lists\n", lists);
	assert_true(lists >= 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_eventlog),
					    cmocka_unit_test(test_evmctl) };

	return cmocka_run_group_tests_name("log-peers", tests, NULL, NULL);
}
