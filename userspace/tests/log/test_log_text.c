// SPDX-License-Identifier: GPL-2.0-or-later
/* Text that others chose: fit for a terminal, and never what loses a JSON document. */
#include "tests/log/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log/decode.h"
#include "lib/log/ima_follow.h"
#include "lib/log/reader.h"

/* Valid UTF-8 without control characters. */
static void is_safe(const char *text)
{
	json_t *value = json_string(text);
	const char *p;

	if (!value)
		fail_msg("no UTF-8: %s", text);
	json_decref(value);
	for (p = text; *p; p++)
		assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
}

/* @n times two bytes behind one, so that every even limit cuts a character. */
static const char *accents(size_t n)
{
	static char text[2048];
	size_t i;

	assert_true(2 * n + 2 <= sizeof(text));
	strcpy(text, "a");
	for (i = 0; i < n; i++)
		strcat(text, "\xc3\xa9");
	return text;
}

static void test_problems(void **state)
{
	static const char *const hostile[] = {
		"\033[31m\a",
		"\xff\xfe",
		"\xe2\x80\xae"
		"turned",
		"line\nline",
		"\xc3",
	};
	static const char *const logs[] = {
		"[{\"recnum\":0,\"pcr\":0,\"a\\u001b[31m\":1,\"a\\u001b[31m\":2}]",
		"[{\"recnum\":0,\"\033[31m\":1}]",
		"[{\"recnum\":0,\"pcr\":0,\"digests\":[],\"content_type\":\"\\u001b[31m\"}]",
		"[{\"recnum\":0,\"pcr\":0 \xe2\x80\xae}]",
	};
	static struct build b;
	struct drtmon_log_args args = { .data = (const uint8_t *)"x", .len = 1 };
	struct drtmon_analysis a;
	struct drtmon_log *log;
	unsigned int j;
	size_t i;

	assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		drtmon_log_note(log, 0, "key \"%s\"", hostile[i]);
	drtmon_log_note(log, 0, "%s", accents(200));
	assert_int_equal(drtmon_log_info(log)->n_problems, i + 2);
	for (j = 0; j < drtmon_log_info(log)->n_problems; j++)
		is_safe(drtmon_log_info(log)->problem[j].what);
	assert_string_equal(drtmon_log_info(log)->problem[1].what, "key \"\\x1b[31m\\x07\"");
	/* The limit falls inside a character, which goes as a whole. */
	j = drtmon_log_info(log)->n_problems - 1;
	assert_int_equal(strlen(drtmon_log_info(log)->problem[j].what) % 2, 1);
	drtmon_log_close(log);
	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		text_log(&b, logs[i]);
		look_at(&a, &b, NULL);
		assert_int_not_equal(a.info->n_problems, 0);
		for (j = 0; j < a.info->n_problems; j++)
			is_safe(a.info->problem[j].what);
		drtmon_analysis_free(&a);
	}
}

/* An IMA entry of this file name. */
static void put_ima(struct build *b, const char *name, const uint8_t **sha1)
{
	static struct build data;
	const uint32_t len = (uint32_t)strlen(name) + 1;

	data.len = 0;
	put32(&data, 26);
	put(&data, "sha1:\0", 6);
	put(&data, hash_of("sha1", name, len), 20);
	put32(&data, len);
	put(&data, name, len);
	*sha1 = hash_of("sha1", data.data, data.len);
	put32(b, 10);
	put(b, *sha1, 20);
	put32(b, 6);
	put(b, "ima-ng", 6);
	put32(b, (uint32_t)data.len);
	put(b, data.data, data.len);
}

static void look_safe(void *ctx, const struct drtmon_analysis *analysis,
		      const struct drtmon_log_event *event, enum drtmon_check_result result,
		      const char *why)
{
	struct drtmon_decoded decoded;
	json_t *json = drtmon_analysis_event_json(analysis, event, result, why);

	assert_non_null(json);
	assert_true(json_is_string(json_object_get(json, "text")));
	json_decref(json);
	drtmon_decode(&decoded, event, false, false);
	is_safe(decoded.text);
	assert_null(strstr(decoded.text, "\\x"));
	drtmon_decoded_free(&decoded);
	++*(unsigned int *)ctx;
}

/* A name that is cut is cut between two characters, whichever limit cuts it. */
static void test_decoded(void **state)
{
	struct drtmon_analysis_args args = { .event = look_safe };
	static struct build b;
	struct drtmon_analysis a;
	const uint8_t *sha1;
	unsigned int seen = 0;
	char pad[8];
	size_t i;

	args.ctx = &seen;
	b.len = 0;
	for (i = 200; i < 600; i += 50)
		put_ima(&b, accents(i), &sha1);
	args.log.data = b.data;
	args.log.len = b.len;
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	assert_int_equal(seen, 8);
	drtmon_analysis_free(&a);
	/* Two texts on one line: the line's own limit falls inside the second. */
	for (i = 0; i < 4; i++) {
		char text[4096];

		memset(pad, 'x', i);
		pad[i] = '\0';
		snprintf(text, sizeof(text),
			 "[{\"recnum\":0,\"pcr\":11,\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":"
			 "\"%040d\"}],\"content_type\":\"systemd\",\"content\":{\"eventType\":\"%s",
			 0, pad);
		strncat(text, accents(255), 511);
		strcat(text, "\",\"string\":\"");
		strcat(text, accents(255));
		strcat(text, "\"}}]");
		text_log(&b, text);
		args.log.data = b.data;
		args.log.len = b.len;
		seen = 0;
		assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
		assert_int_equal(seen, 1);
		drtmon_analysis_free(&a);
	}
}

static void test_follow(void **state)
{
	char path[] = "/tmp/drtmon-ima-XXXXXX";
	static struct build b;
	static struct drtmon_event event;
	struct drtmon_ima_follow *follow;
	const uint8_t *sha1;
	const char *name;
	int fd = mkstemp(path);

	b.len = 0;
	put_ima(&b, accents(400), &sha1);
	assert_int_equal(write(fd, b.data, b.len), (ssize_t)b.len);
	close(fd);
	assert_int_equal(drtmon_ima_follow_open(&follow, path, NULL), 0);
	event.kind = DRTMON_EVENT_KIND_PCR_EXTEND;
	event.origin = DRTMON_ORIGIN_KERNEL;
	event.pcr = 10;
	event.digests = 1;
	event.digest[0].alg = 0x0004;
	memcpy(event.digest[0].value.data, sha1, 20);
	event.digest[0].value.len = 20;
	name = drtmon_ima_follow_find(follow, &event);
	assert_non_null(name);
	is_safe(name);
	assert_true(strlen(name) > 500);
	drtmon_ima_follow_close(follow);
	unlink(path);
}

static char out[65536];

/* The tool by the shell: its exit code, with all it said in @out. */
static int run(const char *args)
{
	char command[1024];
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command), "%s %s 2>&1", DRTMON_TOOL, args);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	out[fread(out, 1, sizeof(out) - 1, pipe)] = '\0';
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* A log that is not there is an object all the same, whatever bytes its name has. */
static void test_tool_name(void **state)
{
	json_t *json;

	assert_int_equal(run("-j log \"$(printf '/nonexistent/\\377')\""), 1);
	json = json_loads(out, 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "file")), "/nonexistent/\\xff");
	assert_int_equal(json_integer_value(json_object_get(json, "problem_count")), 1);
	json_decref(json);
}

/* Values that cannot be had are no wrong use of the command. */
static void test_tool_pcrs(void **state)
{
	char dir[] = "/tmp/drtmon-capture-XXXXXX", large[] = "/tmp/drtmon-large-XXXXXX", args[256];
	int fd = mkstemp(large);

	assert_int_equal(run("log /dev/null --pcrs /nonexistent"), 1);
	assert_string_equal(out, "drtmon: cannot open /nonexistent: No such file or directory\n");
	assert_non_null(mkdtemp(dir));
	snprintf(args, sizeof(args), "log /dev/null --pcrs %s", dir);
	assert_int_equal(run(args), 1);
	assert_null(strstr(out, "--help"));
	rmdir(dir);
	/* The values a file begins with are not those of the file. */
	dprintf(fd, "pcr-sha1/0: %040d\n", 0);
	assert_int_equal(ftruncate(fd, (1 << 20) + 1), 0);
	close(fd);
	snprintf(args, sizeof(args), "log /dev/null --pcrs %s", large);
	assert_int_equal(run(args), 1);
	assert_non_null(strstr(out, "more than 1048576 bytes"));
	unlink(large);
	if (!access("/dev/tpm0", F_OK)) {
		print_message("SKIP: --pcrs tpm without a TPM: there is one\n");
		return;
	}
	assert_int_equal(run("log /dev/null --pcrs tpm"), 5);
}

static void list_put(const char *path, const char *mode, unsigned int from, unsigned int to)
{
	static struct build b;
	const uint8_t *sha1;
	FILE *f = fopen(path, mode);
	char name[32];

	assert_non_null(f);
	for (; from < to; from++) {
		b.len = 0;
		snprintf(name, sizeof(name), "/file/%u", from);
		put_ima(&b, name, &sha1);
		assert_int_equal(fwrite(b.data, 1, b.len, f), b.len);
	}
	fclose(f);
}

/* The document of one call with the cursor, and what its change was. */
static json_t *cursor_run(const char *args, int want, const char *change, int entries, int all)
{
	json_t *doc;

	assert_int_equal(run(args), want);
	doc = json_loads(out, 0, NULL);
	if (!doc)
		fail_msg("%s", out);
	assert_string_equal(json_string_value(json_object_get(doc, "change")), change);
	assert_int_equal(json_integer_value(json_object_get(doc, "new_events")), entries);
	assert_int_equal(json_integer_value(json_object_get(doc, "event_count")), all);
	return doc;
}

/* Each time only what is new; the values are those of a whole replay. */
static void test_tool_cursor(void **state)
{
	char dir[] = "/tmp/drtmon-cursor-XXXXXX", list[64], store[64], pcrs[64], args[512];
	json_t *doc, *whole;
	FILE *f;

	assert_non_null(mkdtemp(dir));
	snprintf(list, sizeof(list), "%s/list", dir);
	snprintf(store, sizeof(store), "%s/cursor", dir);
	snprintf(pcrs, sizeof(pcrs), "%s/pcrs", dir);
	snprintf(args, sizeof(args), "-j log --cursor %s %s", store, list);
	list_put(list, "w", 0, 300);
	json_decref(cursor_run(args, 0, "new", 300, 300));
	list_put(list, "a", 300, 400);
	doc = cursor_run(args, 0, "grown", 100, 400);
	snprintf(args, sizeof(args), "-j log %s", list);
	assert_int_equal(run(args), 0);
	whole = json_loads(out, 0, NULL);
	assert_true(json_object_size(json_object_get(doc, "pcrs")) == 3);
	assert_true(json_equal(json_object_get(doc, "pcrs"), json_object_get(whole, "pcrs")));
	json_dump_file(json_object_get(doc, "pcrs"), pcrs, 0);
	json_decref(whole);
	json_decref(doc);
	/* Held against values: equal, then not, then of other PCRs only. */
	snprintf(args, sizeof(args), "log --cursor %s --pcrs %s %s", store, pcrs, list);
	assert_int_equal(run(args), 0);
	assert_non_null(strstr(out, "grown, the entries known are still there; 0 new of 400"));
	assert_non_null(strstr(out, " match\n"));
	list_put(list, "a", 400, 401);
	assert_int_equal(run(args), 1);
	assert_non_null(strstr(out, " mismatch\n"));
	f = fopen(pcrs, "w");
	fprintf(f, "pcr-sha1/0: %040d\n", 0);
	fclose(f);
	assert_int_equal(run(args), 1);
	assert_non_null(strstr(out, "nothing was compared"));
	/* Half an entry. */
	f = fopen(list, "a");
	fputs("abc", f);
	fclose(f);
	snprintf(args, sizeof(args), "-j log --cursor %s %s", store, list);
	doc = cursor_run(args, 1, "grown", 0, 401);
	assert_true(json_is_false(json_object_get(doc, "complete")));
	assert_int_equal(json_array_size(json_object_get(doc, "problems")), 1);
	json_decref(doc);
	snprintf(args, sizeof(args), "log --cursor %s %s", store, list);
	assert_int_equal(run(args), 1);
	assert_non_null(strstr(out, "3 trailing bytes are no record; left for the next time"));
	/* Shorter, a copy of it, another set of banks, no cursor, two lists. */
	snprintf(args, sizeof(args), "-j log --cursor %s %s", store, list);
	list_put(list, "w", 0, 10);
	json_decref(cursor_run(args, 1, "rewound", 10, 10));
	json_decref(cursor_run(args, 0, "grown", 0, 10));
	snprintf(args, sizeof(args), "cp %s %s.new && mv %s.new %s", list, list, list, list);
	assert_int_equal(system(args), 0);
	snprintf(args, sizeof(args), "-j log --cursor %s %s", store, list);
	json_decref(cursor_run(args, 0, "grown", 0, 10));
	snprintf(args, sizeof(args), "log --bank sha512 --cursor %s %s", store, list);
	assert_int_equal(run(args), 1);
	assert_non_null(strstr(out, "was begun with other banks"));
	snprintf(args, sizeof(args), "log --cursor %s %s", pcrs, list);
	assert_int_equal(run(args), 1);
	assert_non_null(strstr(out, "is no cursor"));
	snprintf(args, sizeof(args), "log --cursor %s %s %s", store, list, list);
	assert_int_equal(run(args), 2);
	unlink(list);
	unlink(store);
	unlink(pcrs);
	rmdir(dir);
}

/* What a verdict rests on is said in text as well. */
static void test_tool_diff(void **state)
{
	assert_int_equal(run("log diff /dev/null /dev/null"), 1);
	assert_non_null(strstr(out, "log is empty"));
	assert_non_null(strstr(out, "the new log is not complete"));
	assert_non_null(strstr(out, "events are not compared"));
	assert_non_null(strstr(out, "\nnot-compared: none\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_problems),    cmocka_unit_test(test_decoded),
		cmocka_unit_test(test_follow),	    cmocka_unit_test(test_tool_name),
		cmocka_unit_test(test_tool_pcrs),   cmocka_unit_test(test_tool_diff),
		cmocka_unit_test(test_tool_cursor),
	};

	return cmocka_run_group_tests_name("log-text", tests, NULL, NULL);
}
