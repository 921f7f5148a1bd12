// SPDX-License-Identifier: GPL-2.0-or-later
/* Damaged logs: no crash, no hang, a located problem, and the valid part kept. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "lib/blob.h"
#include "lib/log/analysis.h"
#include "lib/log/decode.h"
#include "lib/log/export.h"
#include "tests/log/data.h"

/* Largest file of the set that is a log, with room. */
#define FILE_MAX (2u << 20)

static const char *const folders[] = {
	"tcg-logs", "tcg-logs-bad", "ccel", "ima", "cel", "txt-logs"
};

/* Set: records are written as JSON and as CEL too, which takes its time. */
static struct drtmon_export *export;

static void decode_it(void *ctx, const struct drtmon_analysis *analysis,
		      const struct drtmon_log_event *event, enum drtmon_check_result result,
		      const char *why)
{
	unsigned int *n = ctx;
	struct drtmon_decoded out;
	char type[64];

	drtmon_decode(&out, event, analysis->info->big_endian, true);
	assert_true(out.len < sizeof(out.text));
	drtmon_decoded_free(&out);
	assert_non_null(drtmon_decode_type(event, type, sizeof(type)));
	assert_non_null(why);
	++*n;
	if (!export)
		return;
	drtmon_check_separator(analysis->check, event);
	json_decref(drtmon_analysis_event_json(analysis, event, result, why));
	json_decref(drtmon_export_record(export, analysis->log, event));
}

/* Everything the tool does to a log, on a copy that ends where its memory ends. */
static void look(const uint8_t *data, size_t len, struct drtmon_log_info *info)
{
	struct drtmon_analysis_args args = { .event = decode_it };
	struct drtmon_analysis a;
	struct drtmon_err err = { 0 };
	uint8_t *copy = malloc(len ? len : 1);
	unsigned int i, n = 0;

	assert_non_null(copy);
	memcpy(copy, data, len);
	args.ctx = &n;
	args.log.data = copy;
	args.log.len = len;
	args.replay.check_templates = true;
	assert_int_equal(drtmon_analysis_run(&a, &args, &err), 0);
	assert_int_equal(a.info->events, n);
	assert_true(a.info->end <= len);
	for (i = 0; i < a.info->n_problems && i < DRTMON_LOG_PROBLEMS; i++) {
		assert_true(a.info->problem[i].offset <= len);
		assert_true(a.info->problem[i].what[0]);
	}
	if (!a.info->complete)
		assert_int_not_equal(a.info->n_problems, 0);
	if (export)
		json_decref(drtmon_analysis_json(&a));
	*info = *a.info;
	drtmon_analysis_free(&a);
	free(copy);
}

static void damage(const uint8_t *data, size_t len, unsigned int seed)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct drtmon_log_info info;
	unsigned int i;

	memcpy(copy, data, len);
	srand(seed);
	for (i = 0; len && i < 8; i++)
		copy[(size_t)rand() % len] ^= (uint8_t)(1 + rand() % 255);
	look(copy, len, &info);
	free(copy);
}

static void one_file(const char *path)
{
	struct drtmon_log_info whole, part;
	struct drtmon_blob blob;
	struct drtmon_err err;
	unsigned int seed;
	size_t cut;

	assert_int_equal(drtmon_blob_read(&blob, path, FILE_MAX, &err), 0);
	export = drtmon_export_new();
	assert_non_null(export);
	look(blob.data, blob.len, &whole);
	for (seed = 40; seed < 43; seed++)
		damage(blob.data, blob.len, seed);
	drtmon_export_free(export);
	export = NULL;
	for (cut = 0; cut < blob.len; cut += 1000) {
		look(blob.data, cut, &part);
		/* What stood before the cut is still there. */
		assert_true(part.events <= whole.events);
		if (cut && cut < whole.end && part.end != cut)
			assert_false(part.complete && !part.padding);
	}
	for (seed = 0; seed < 40; seed++)
		damage(blob.data, blob.len, seed);
	drtmon_blob_free(&blob);
}

static void test_damaged(void **state)
{
	unsigned int n = 0;
	size_t i;

	if (!data_dir()) {
		print_message("SKIP: no data set\n");
		skip();
	}
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		DIR *dir = opendir(data_path(folders[i]));
		struct dirent *e;

		assert_non_null(dir);
		while ((e = readdir(dir))) {
			char path[4096];

			if (e->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", data_path(folders[i]), e->d_name);
			one_file(path);
			n++;
		}
		closedir(dir);
	}
	print_message("  %u files cut and damaged\n", n);
}

/* A record is @what at @at of a log; the reader must stop there and say so. */
static void expect_stop(const uint8_t *data, size_t len, uint64_t events, const char *what)
{
	struct drtmon_log_info info;

	look(data, len, &info);
	assert_int_equal(info.events, events);
	assert_false(info.complete);
	assert_int_not_equal(info.n_problems, 0);
	if (!strstr(info.problem[info.n_problems - 1].what, what))
		fail_msg("\"%s\" does not say \"%s\"", info.problem[info.n_problems - 1].what,
			 what);
}

static const uint8_t spec_id[] = {
	0,   0,	  0,   0,   3,	 0,   0,   0,	0,   0,	   0,	0,   0,	  0, 0, 0,   0,
	0,   0,	  0,   0,   0,	 0,   0,   0,	0,   0,	   0,	33,  0,	  0, 0, 'S', 'p',
	'e', 'c', ' ', 'I', 'D', ' ', 'E', 'v', 'e', 'n',  't', '0', '3', 0, 0, 0,   0,
	0,   0,	  2,   0,   2,	 1,   0,   0,	0,   0x0b, 0,	32,  0,	  0,
};

static void tcg20(const uint8_t *record, size_t len, const char *what)
{
	uint8_t log[256];

	memcpy(log, spec_id, sizeof(spec_id));
	memcpy(log + sizeof(spec_id), record, len);
	expect_stop(log, sizeof(spec_id) + len, 0, what);
}

static void test_counts(void **state)
{
	static const uint8_t digests[] = { 1, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t size[50] = { 1, 0, 0, 0,	 1, 0,		 0,    0,    1,
					  0, 0, 0, 0x0b, 0, [46] = 0xff, 0xff, 0xff, 0xff };
	static const uint8_t past[50] = { 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0x0b, 0, [46] = 1 };
	static const uint8_t unknown[16] = { 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0x77, 0x77 };
	static const uint8_t none[16] = { 1, 0, 0, 0, 4 };
	uint8_t header[sizeof(spec_id)], bare[sizeof(spec_id) + sizeof(none)];
	struct drtmon_log_info info;

	/* Whole, but it extends nothing. */
	memcpy(bare, spec_id, sizeof(spec_id));
	memcpy(bare + sizeof(spec_id), none, sizeof(none));
	look(bare, sizeof(bare), &info);
	assert_true(info.complete);
	assert_non_null(strstr(info.problem[0].what, "no digest"));
	tcg20(digests, sizeof(digests), "claims 4294967295 digests");
	tcg20(size, sizeof(size), "oversized");
	tcg20(past, sizeof(past), "runs past the end");
	tcg20(unknown, sizeof(unknown), "0x7777 has no known digest size");
	memcpy(header, spec_id, sizeof(header));
	memset(header + 56, 0xff, 4);
	look(header, sizeof(header), &info);
	assert_int_equal(info.n_problems, 2);
	assert_non_null(strstr(info.problem[0].what, "4294967295 algorithms"));
}

/* An algorithm nobody knows, but whose size the header gives, costs only its bank. */
static void test_unknown_with_size(void **state)
{
	uint8_t log[sizeof(spec_id) + 64] = { 0 };
	struct drtmon_log_info info;
	uint8_t *p = log + sizeof(spec_id);

	memcpy(log, spec_id, sizeof(spec_id));
	log[60] = 0x77;
	log[61] = 0x77;
	log[62] = 8;
	p[0] = 1;
	p[4] = 1;
	p[8] = 1;
	p[12] = 0x77;
	p[13] = 0x77;
	look(log, sizeof(spec_id) + 26, &info);
	assert_true(info.complete);
	assert_int_equal(info.events, 1);
	assert_null(info.bank[0].alg);
}

static void test_ima(void **state)
{
	static const uint8_t name[] = "\x0a\0\0\0aaaaaaaaaaaaaaaaaaaa\xff\xff\xff\xffima-ng";
	static const uint8_t data[] =
		"\x0a\0\0\0aaaaaaaaaaaaaaaaaaaa\x06\0\0\0ima-ng\xff\xff\xff\xff"
		"aaaa";
	static const uint8_t past[] =
		"\x0a\0\0\0aaaaaaaaaaaaaaaaaaaa\x06\0\0\0ima-ng\xff\0\0\0aaaa";
	static const char ascii[] =
		"10 0123456789012345678901234567890123456789 ima-ng sha1:00 a\nrubbish\n";

	expect_stop(name, sizeof(name) - 1, 0, "not recognised");
	expect_stop(data, sizeof(data) - 1, 0, "oversized");
	expect_stop(past, sizeof(past) - 1, 0, "runs past the end");
	expect_stop((const uint8_t *)ascii, sizeof(ascii) - 1, 1, "no IMA measurement");
}

/* CR LF is read and told of; bytes of a Windows code page are bytes. */
static void test_ima_text(void **state)
{
	static const char crlf[] =
		"10 0123456789012345678901234567890123456789 ima-ng sha1:00 a\r\n"
		"10 0123456789012345678901234567890123456789 ima-ng sha1:00 \xe4\xf6\r\n";
	struct drtmon_log_info info;

	look((const uint8_t *)crlf, sizeof(crlf) - 1, &info);
	assert_int_equal(info.events, 2);
	assert_true(info.complete);
	assert_non_null(strstr(info.problem[0].what, "CR LF"));
}

static void test_sources(void **state)
{
	struct drtmon_log_args args = { .path = "/" };
	struct drtmon_log_event event;
	struct drtmon_err err = { 0 };
	struct drtmon_log *log;
	char dir[] = "/tmp/drtmon-fifo-XXXXXX", fifo[64];
	int format;

	assert_int_equal(drtmon_log_open(&log, &args, &err), -EISDIR);
	assert_null(log);
	args.path = "/nonexistent";
	assert_int_equal(drtmon_log_open(&log, &args, &err), -ENOENT);
	/* A FIFO without a writer ends after a while. */
	assert_non_null(mkdtemp(dir));
	snprintf(fifo, sizeof(fifo), "%s/log", dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	args.path = fifo;
	assert_int_equal(drtmon_log_open(&log, &args, &err), 0);
	assert_int_equal(drtmon_log_next(log, &event), 0);
	assert_false(drtmon_log_info(log)->complete);
	assert_int_not_equal(drtmon_log_info(log)->n_problems, 0);
	drtmon_log_close(log);
	unlink(fifo);
	rmdir(dir);
	/* An endless source ends too, whatever it is taken for. */
	args.path = "/dev/zero";
	for (format = DRTMON_LOG_UNKNOWN; format <= DRTMON_LOG_EVENTS; format++) {
		args.format = (enum drtmon_log_format)format;
		assert_int_equal(drtmon_log_open(&log, &args, &err), 0);
		while (drtmon_log_next(log, &event) > 0)
			;
		assert_false(drtmon_log_info(log)->complete);
		assert_int_not_equal(drtmon_log_info(log)->n_problems, 0);
		drtmon_log_close(log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damaged),		  cmocka_unit_test(test_counts),
		cmocka_unit_test(test_unknown_with_size), cmocka_unit_test(test_ima),
		cmocka_unit_test(test_ima_text),	  cmocka_unit_test(test_sources),
	};

	return cmocka_run_group_tests_name("log-bad", tests, NULL, NULL);
}
