// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that runs out, at every allocation in turn: an error or a finding, or
 * the same values, and never a crash or a better answer. Only what drtmon and
 * jansson ask for fails; OpenSSL looks after itself.
 */
#include "tests/log/build.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/blob.h"
#include "lib/log/decode.h"
#include "lib/log/diff.h"
#include "lib/log/explain.h"
#include "lib/log/export.h"
#include "tests/log/data.h"

#if defined(__SANITIZE_ADDRESS__)
int main(void)
{
	puts("1..0 # SKIP the sanitizer has malloc() to itself");
	return 0;
}
#else

extern char __executable_start, etext;
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

/* Allocations until one fails; below zero: none does. */
static long left = -1;
static bool failed;

static bool fails(const void *caller)
{
	if ((const char *)caller < &__executable_start || (const char *)caller > &etext ||
	    left < 0 || left-- > 0)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, size);
}

static void *json_memory(size_t size)
{
	return malloc(size);
}

static void event_take(void *ctx, const struct drtmon_analysis *analysis,
		       const struct drtmon_log_event *event, enum drtmon_check_result result,
		       const char *why)
{
	json_decref(drtmon_analysis_event_json(analysis, event, result, why));
	if (ctx)
		json_decref(drtmon_export_record(ctx, analysis->log, event));
}

/* Everything that is done with one log; true when it claims to be good. */
static bool log_once(const struct drtmon_blob *log, bool events, struct drtmon_pcrs *pcrs)
{
	struct drtmon_analysis_args args = { .log.data = log->data, .log.len = log->len };
	struct drtmon_analysis a;
	struct drtmon_err err = { 0 };
	bool good = false;

	args.replay.check_templates = true;
	args.replay.threads = events ? 1 : 2;
	args.event = events ? event_take : NULL;
	args.ctx = events ? drtmon_export_new() : NULL;
	if (!drtmon_analysis_run(&a, &args, &err)) {
		good = drtmon_analysis_good(&a);
		*pcrs = *a.pcrs;
		json_decref(drtmon_analysis_json(&a));
	}
	drtmon_analysis_free(&a);
	if (args.ctx)
		drtmon_export_free(args.ctx);
	return good;
}

static bool diff_once(const char *path)
{
	struct drtmon_diff diff;
	bool same = false;

	if (!drtmon_diff_run(&diff, path, path, NULL)) {
		same = drtmon_diff_equal(&diff);
		json_decref(drtmon_diff_json(&diff));
	}
	drtmon_diff_free(&diff);
	return same;
}

static void cause(void *ctx, enum drtmon_explain_source source, const struct drtmon_log *log,
		  const struct drtmon_log_event *event, bool again)
{
	struct drtmon_decoded decoded;

	drtmon_decode(&decoded, event, drtmon_log_info(log)->big_endian, true);
	drtmon_decoded_free(&decoded);
}

/* PCRs that are explained, as bits of a mask; 0 when there is no answer. */
static uint32_t explain_once(const struct drtmon_blob *log, const struct drtmon_pcrs *pcrs)
{
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = {
		[DRTMON_EXPLAIN_FIRMWARE] = { .data = log->data, .len = log->len },
	};
	struct drtmon_explain *e;
	uint32_t explained = 0, pcr;

	if (drtmon_explain_run(&e, logs, pcrs, NULL))
		return 0;
	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
		const struct drtmon_alg *alg = drtmon_explain_bank(e, 0);

		if (drtmon_explain_get(e, alg, pcr)->verdict == DRTMON_EXPLAIN_EXPLAINED)
			explained |= UINT32_C(1) << pcr;
		drtmon_explain_causes(e, pcr, cause, NULL);
	}
	drtmon_explain_free(e);
	return explained;
}

/* Every allocation of the first hundred, and ever fewer of those after. */
static long further(long n)
{
	return n < 100 ? n + 1 : n + n / 6;
}

static unsigned int starve(const struct drtmon_blob *log, bool events)
{
	static struct drtmon_pcrs usual, now;
	unsigned int runs = 0;
	long n;
	bool good;

	memset(&usual, 0, sizeof(usual));
	left = -1;
	good = log_once(log, events, &usual);
	for (n = 0, failed = true; failed; n = further(n), runs++) {
		bool better;

		failed = false;
		left = n;
		memset(&now, 0, sizeof(now));
		better = log_once(log, events, &now);
		left = -1;
		if (better && (!good || memcmp(&now, &usual, sizeof(now))))
			fail_msg("allocation %ld failed, and the log is better for it", n);
	}
	return runs;
}

static void starve_others(const char *path, const struct drtmon_blob *log)
{
	static struct drtmon_pcrs usual;
	uint32_t explained;
	bool same;
	long n;

	memset(&usual, 0, sizeof(usual));
	left = -1;
	same = diff_once(path);
	log_once(log, false, &usual);
	explained = explain_once(log, &usual);
	for (n = 0, failed = true; failed; n = further(n)) {
		uint32_t now;

		failed = false;
		left = n;
		if (diff_once(path) && !same)
			fail_msg("allocation %ld failed, and the diff is better for it", n);
		left = n;
		now = explain_once(log, &usual);
		left = -1;
		assert_int_equal(now & ~explained, 0);
	}
}

/* A small log of every kind. */
static void folder(const char *name, unsigned int most, unsigned int *logs, unsigned int *runs)
{
	char path[4096];
	struct dirent *d;
	DIR *dir = opendir(data_path(name));

	assert_non_null(dir);
	while (most && (d = readdir(dir))) {
		struct drtmon_blob log = { 0 };
		struct stat st;

		snprintf(path, sizeof(path), "%s/%s", data_path(name), d->d_name);
		if (stat(path, &st) || !S_ISREG(st.st_mode) || st.st_size > 24000 || !st.st_size)
			continue;
		assert_int_equal(drtmon_blob_read(&log, path, 24000, NULL), 0);
		*runs += starve(&log, true) + starve(&log, false);
		starve_others(path, &log);
		drtmon_blob_free(&log);
		++*logs;
		most--;
	}
	closedir(dir);
}

static void test_starved(void **state)
{
	static const char *const folders[] = { "ccel", "cel", "ima", "tcg-logs", "txt-logs" };
	unsigned int logs = 0, runs = 0;
	size_t i;

	if (!data_dir()) {
		print_message("SKIP: no data set\n");
		skip();
	}
	json_set_alloc_funcs(json_memory, free);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		folder(folders[i], 4, &logs, &runs);
	print_message("  %u logs, %u times short of memory\n", logs, runs);
	assert_true(logs >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_starved) };

	return cmocka_run_group_tests_name("log-memory", tests, NULL, NULL);
}

#endif
