// SPDX-License-Identifier: GPL-2.0-or-later
/* The tool's command line, on whatever machine this is. */
#include "tests/fake/head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

static char out[65536], err[4096];

static void slurp(FILE *file, char *text, size_t max)
{
	text[fread(text, 1, max - 1, file)] = '\0';
	fclose(file);
}

/* Run the tool by the shell: its exit code, with what it said in @out and @err. */
static int run(const char *args)
{
	char command[1024], path[] = "/tmp/drtmon-test-XXXXXX";
	int fd = mkstemp(path), status;
	FILE *pipe;

	assert_true(fd >= 0);
	close(fd);
	snprintf(command, sizeof(command), "exec 2>%s; %s %s", path, DRTMON_TOOL, args);
	pipe = popen(command, "r");
	out[fread(out, 1, sizeof(out) - 1, pipe)] = '\0';
	status = pclose(pipe);
	slurp(fopen(path, "r"), err, sizeof(err));
	unlink(path);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* What is refused says so in one line that names what to run next, and nothing else. */
static void is_refused(const char *args, int code)
{
	if (run(args) != code)
		fail_msg("\"%s\" did not exit with %d: %s%s", args, code, out, err);
	assert_string_equal(out, "");
	assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1);
	assert_int_equal(strncmp(err, "drtmon", 6), 0);
}

static void test_help(void **state)
{
	static const char *const commands[] = {
		"status", "pcr", "events", "monitor", "report", "doctor",
	};
	char args[64];
	size_t i;

	assert_int_equal(run("--help"), 0);
	assert_non_null(strstr(out, "Exit codes: 0 good"));
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		assert_int_equal(run("help"), 0);
		assert_non_null(strstr(out, commands[i]));
		snprintf(args, sizeof(args), "help %s", commands[i]);
		assert_int_equal(run(args), 0);
		assert_int_equal(strncmp(out, "Usage: drtmon ", 14), 0);
		snprintf(args, sizeof(args), "%s --help", commands[i]);
		assert_int_equal(run(args), 0);
		assert_non_null(strstr(out, "Exit codes: 0 good"));
		assert_string_equal(err, "");
	}
	/* What a command cannot do, or does in its own way, is not in its help. */
	assert_int_equal(run("status --help"), 0);
	assert_non_null(strstr(out, "--from FILE"));
	assert_int_equal(run("events --help"), 0);
	assert_null(strstr(out, "--from"));
	assert_int_equal(run("check --help"), 0);
	assert_null(strstr(out, "Exit codes: 0 good"));
}

static void test_usage(void **state)
{
	is_refused("nonsense", 2);
	is_refused("--nonsense", 2);
	is_refused("help nonsense", 2);
	is_refused("status more", 2);
	is_refused("--from", 2);
	is_refused("events --since x", 2);
	is_refused("events --since -1", 2);
	is_refused("events --since 99999999999999999999", 2);
	is_refused("events --kind x", 2);
	is_refused("events --severity x", 2);
	is_refused("monitor --count 0", 2);
	is_refused("monitor --timeout x", 2);
	is_refused("monitor --timeout -1", 2);
	is_refused("monitor --timeout nan", 2);
	is_refused("monitor --nonsense", 2);
	is_refused("monitor --since", 2);
	is_refused("pcr --bank md5", 2);
	is_refused("pcr diff --baseline /dev/null", 2);
	is_refused("pcr diff /dev/null", 1);
	is_refused("baseline frob", 2);
	is_refused("baseline set", 2);
	is_refused("baseline set --from-current file", 2);
	is_refused("baseline set --pcrs 7-0 file", 2);
	is_refused("baseline lock --bank sha1", 2);
	is_refused("pcr --nonsense", 2);
	is_refused("pcr diff --nonsense", 2);
	is_refused("baseline set --nonsense", 2);
	is_refused("txt --registers", 2);
	is_refused("txt errorcode ' +12'", 2);
	is_refused("txt errorcode -- -1", 2);
	is_refused("txt errorcode ''", 2);
	assert_int_equal(run("txt errorcode 0777"), 0);
	assert_non_null(strstr(out, "0x00000309"));
	assert_int_equal(run("txt errorcode 12345678"), 0);
	assert_non_null(strstr(out, "0x12345678"));
	is_refused("log --nonsense", 2);
	is_refused("log --cursor /nonexistent/c --format cel /dev/null", 2);
	assert_non_null(strstr(err, "--format does not go with --cursor"));
	is_refused("log --cursor /nonexistent/c --format ima-ascii /dev/null", 2);
	is_refused("log --events --cursor /nonexistent/c /dev/null", 2);
	is_refused("log --cursor /nonexistent/c --summary /dev/null", 2);
	is_refused("log --cursor /nonexistent/c --threads 1 /dev/null", 2);
	is_refused("log diff --cursor /nonexistent/c /dev/null /dev/null", 2);
	assert_non_null(strstr(err, "diff takes no --cursor"));
}

/* One sentence each, and what to run next. */
static void test_options(void **state)
{
	static const struct {
		const char *args;
		const char *says;
	} one[] = {
		{ "events --nonsense",
		  "drtmon: events has no option --nonsense; run: drtmon events --help\n" },
		{ "events --since", "drtmon: --since needs a value; run: drtmon events --help\n" },
		{ "events --since 1 -zs",
		  "drtmon: events has no option -z; run: drtmon events --help\n" },
		{ "monitor -n", "drtmon: -n needs a value; run: drtmon monitor --help\n" },
		{ "monitor --alerts=1",
		  "drtmon: --alerts takes no value; run: drtmon monitor --help\n" },
	};
	size_t i;

	for (i = 0; i < sizeof(one) / sizeof(one[0]); i++) {
		is_refused(one[i].args, 2);
		assert_string_equal(err, one[i].says);
	}
}

static void test_json(void **state)
{
	static const char *const commands[] = {
		"-j", "status -j", "-j status", "--json status", "report -j", "doctor -j", "-V -j",
	};
	json_t *doc;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		run(commands[i]);
		doc = json_loads(out, 0, NULL);
		assert_non_null(doc);
		assert_int_equal(json_integer_value(json_object_get(doc, "schema")), 1);
		json_decref(doc);
	}
}

static void test_status(void **state)
{
	int code = run("");

	assert_int_equal(strncmp(out, "DRTM Enabled: ", 14), 0);
	assert_non_null(strstr(out, "\nTPM Present: "));
	assert_non_null(strstr(out, "\nTPM Version: "));
	assert_non_null(strstr(out, "\nSecure Boot: "));
	assert_null(strchr(out, '\033'));
	assert_int_equal(run("status -q"), code);
	assert_string_equal(out, "");
}

/* Standard output is full, closed, or read by somebody who left. */
static void test_broken_output(void **state)
{
	assert_int_equal(run("--help >/dev/full"), 1);
	assert_non_null(strstr(err, "No space left"));
	assert_int_equal(run("-j >/dev/full"), 1);
	assert_int_equal(run(">/dev/full"), 1);
	assert_int_equal(run(">&-"), 1);
	assert_string_equal(err, "drtmon: standard output is closed\n");
	assert_int_equal(run("monitor >&-"), 1);
	assert_int_equal(run("--help | true; exit 7"), 7);
	assert_string_equal(err, "");
}

#define ONES "1111111111111111111111111111111111111111111111111111111111111111"

/* A capture with PCR values alone, judged without the machine it is read on. */
static void test_capture(void **state)
{
	char dir[] = "/tmp/drtmon-test-XXXXXX", path[64], args[128];
	json_t *doc;
	FILE *file;

	assert_non_null(mkdtemp(dir));
	snprintf(args, sizeof(args), "pcr --from %s", dir);
	is_refused(args, 1);
	snprintf(path, sizeof(path), "%s/pcrs.json", dir);
	file = fopen(path, "w");
	fputs("{\"sha256\":{\"17\":\"" ONES "\"}}", file);
	fclose(file);
	snprintf(args, sizeof(args), "pcr -j --from %s", dir);
	assert_int_equal(run(args), 0);
	assert_non_null(strstr(out, "\"17\": \"" ONES "\""));
	snprintf(args, sizeof(args), "status -j --from %s", dir);
	assert_int_equal(run(args), 1);
	doc = json_loads(out, 0, NULL);
	assert_non_null(doc);
	assert_true(json_is_null(json_object_get(json_object_get(doc, "drtm"), "enabled")));
	assert_true(json_is_true(json_object_get(json_object_get(doc, "tpm"), "present")));
	json_decref(doc);
	snprintf(args, sizeof(args), "pcr --refresh --from %s", dir);
	is_refused(args, 2);
	snprintf(args, sizeof(args), "pcr --chip tpm7 --from %s", dir);
	is_refused(args, 2);
	unlink(path);
	rmdir(dir);
	is_refused("status --from /nonexistent", 1);
}

static void test_without_module(void **state)
{
	if (!access("/sys/module/drtmon", F_OK))
		skip();
	is_refused("events", 3);
	assert_non_null(strstr(err, "modprobe drtmon"));
	is_refused("monitor", 3);
	is_refused("events -j", 3);
	is_refused("baseline check", 3);
	is_refused("pcr diff", 3);
}

/* A directory that holds the given facts.json and pcrs.json; either may be NULL. */
static void capture_make(const char *facts, const char *pcrs)
{
	FILE *file;

	assert_int_equal(system("rm -rf /tmp/drtmon-cli-case && mkdir /tmp/drtmon-cli-case"), 0);
	file = facts ? fopen("/tmp/drtmon-cli-case/facts.json", "w") : NULL;
	if (file) {
		fputs(facts, file);
		fclose(file);
	}
	file = pcrs ? fopen("/tmp/drtmon-cli-case/pcrs.json", "w") : NULL;
	if (file) {
		fputs(pcrs, file);
		fclose(file);
	}
}

#define CASE "/tmp/drtmon-cli-case"

static void events_make(const char *text)
{
	FILE *file;

	capture_make(NULL, NULL);
	file = fopen(CASE "/events.ndjson", "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#define EVENT(seq, severity)                                            \
	"{\"seq\":" seq ",\"time\":\"2026-01-02T03:04:05.678000000Z\"," \
	"\"kind\":\"pcr-mismatch\",\"severity\":\"" severity            \
	"\",\"pcr\":7,\"chip\":\"tpm0\",\"process\":{\"comm\":\"x\\u001b[31m\",\"pid\":9}}\n"

static void expect_alert(const char *events, const char *state, json_int_t seq, const char *reason)
{
	json_t *doc;
	const char *text;

	events_make(events);
	run("status -j --from " CASE);
	doc = json_loads(out, 0, NULL);
	assert_non_null(doc);
	assert_string_equal(json_string_value(json_object_get(doc, "last_alert_state")), state);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(doc, "last_alert"), "seq")),
		seq);
	text = json_string_value(json_object_get(doc, "last_alert_reason"));
	assert_true(reason ? text && strstr(text, reason) : !text);
	json_decref(doc);
	/* The report says the same. */
	run("report -j --from " CASE);
	doc = json_loads(out, 0, NULL);
	assert_non_null(doc);
	assert_string_equal(json_string_value(json_object_get(json_object_get(doc, "status"),
							      "last_alert_state")),
			    state);
	json_decref(doc);
}

/* The last alert of a capture is looked for in its events. */
static void test_captured_alert(void **state)
{
	(void)state;
	expect_alert(EVENT("1", "info") EVENT("2", "notice"), "none", 0, NULL);
	expect_alert(EVENT("1", "critical") EVENT("2", "warning") EVENT("3", "info"), "found", 2,
		     NULL);
	run("status --from " CASE);
	assert_non_null(strstr(out, "Last Alert: 2026-01-02T03:04:05.678Z #2     warning  "
				    "pcr-mismatch    tpm0 PCR 7 by x"));
	assert_null(strchr(out, '\033'));
	/* What the capture lacks may have been one. */
	expect_alert(EVENT("7", "info"), "lost", 0, NULL);
	expect_alert(EVENT("1", "info") "{\n", "unknown", 0, "1 lines of events.ndjson");
	expect_alert(EVENT("1", "warning") "\"seq\"\n{\n", "found", 1, "2 lines of events.ndjson");
	capture_make(NULL, NULL);
	run("status -j --from " CASE);
	assert_non_null(strstr(out, "\"last_alert_state\": \"unknown\""));
	assert_non_null(strstr(out, "events.ndjson is not in the capture"));
}

/* A last line without its end, a time without a fraction, one that is none. */
static void test_event_lines(void **state)
{
	(void)state;
	events_make("\n{\"seq\":1,\"severity\":\"warning\",\"kind\":\"resume\","
		    "\"time\":\"2026-01-02T03:04:05Z\"}");
	run("status --from " CASE);
	assert_non_null(strstr(out, "Last Alert: 2026-01-02T03:04:05.000Z #1 "));
	events_make("{\"seq\":1,\"severity\":\"warning\",\"time\":\"yesterday\",\"origin\":7}\n");
	run("status --from " CASE);
	assert_non_null(strstr(out, "warning  unknown"));
	is_refused("pcr --chip tpm --from " CASE, 2);
	is_refused("pcr --chip tpm0x1 --from " CASE, 2);
	is_refused("pcr --chip tpm99999999999 --from " CASE, 2);
	is_refused("pcr --chip tss0 --from " CASE, 2);
}

/* A policy makes an alert of one and none of another; without one the module's word stands. */
static void test_alert_policy(void **state)
{
	(void)state;
	events_make(EVENT("1", "warning") EVENT("2", "info"));
	run("status --from " CASE);
	assert_non_null(strstr(out, "#1     warning  pcr-mismatch"));
	assert_non_null(
		strstr(out, "Alert Policy: none, the module's severities (a capture holds "));
	assert_int_equal(system("printf '[severity]\npcr-mismatch = critical\n' >" CASE "/p"), 0);
	run("status --policy " CASE "/p --from " CASE);
	assert_non_null(strstr(out, "#2     critical pcr-mismatch"));
	assert_non_null(strstr(out, "\nJudged So: pcr-mismatch is critical by the policy\n"));
	assert_non_null(strstr(out, "\nAlert Policy: " CASE "/p\n"));
	assert_int_equal(system("printf '[severity]\npcr-mismatch = info\nx\n' >" CASE "/p"), 0);
	assert_int_equal(run("status --policy " CASE "/p --from " CASE), 1);
	assert_non_null(strstr(out, "\nLast Alert: none\n"));
	assert_non_null(strstr(out, CASE "/p (1 entries of it do not count)"));
	assert_non_null(strstr(err, CASE "/p:3: "));
	assert_int_equal(run("report --policy " CASE "/p --from " CASE), 1);
	assert_non_null(strstr(err, CASE "/p:3: "));
	is_refused("status --policy " CASE "/none --from " CASE, 1);
	is_refused("report --policy " CASE "/none --from " CASE, 1);
	is_refused("status --policy", 2);
}

static void is_plain(const char *args)
{
	const char *p;

	run(args);
	for (p = out; *p; p++)
		assert_true(*p == '\n' || *p == '\t' || (unsigned char)*p >= 0x20);
	for (p = err; *p; p++)
		assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
	assert_true(out[0] || err[0]);
}

/* What a capture or a command line says cannot drive the terminal. */
static void test_hostile_text(void **state)
{
	capture_make(
		"{\"schema\":1,\"kernel\":\"k\\u001b[31m\",\"items\":{\"pcrs.json\":{\"state\":"
		"\"unreadable\",\"why\":\"a\\u001b[31m\\u0007\"}}}",
		NULL);
	is_plain("why --from " CASE);
	is_plain("txt --from " CASE);
	is_plain("pcr --from " CASE);
	is_plain("status --from " CASE);
	capture_make(NULL, "{\"sha256\":{\"17\\u001b[31m\":\"00\"}}");
	is_plain("why --from " CASE);
	is_plain("pcr --from " CASE);
	is_plain("log /dev/null --pcrs " CASE);
	capture_make(NULL, "{\"sha256\":\033[31m}");
	is_plain("why --from " CASE);
	is_plain("pcr --from " CASE);
	is_plain("log \"$(printf 'nox\\033[31m')\"");
	is_plain("\"$(printf 'nox\\033[31m')\"");
	is_plain("why --from \"$(printf 'nox\\033[31m')\"");
}

/* Bytes that are no UTF-8, and characters at the place of a cut, lose no JSON. */
static void test_utf8_json(void **state)
{
	char facts[2048], many[1301] = "ab";
	json_t *doc;
	size_t i;

	for (i = 0; i < 600; i++)
		strcat(many, "\xc3\xa9");
	snprintf(facts, sizeof(facts),
		 "{\"schema\":1,\"kernel\":\"%.302s\",\"items\":{\"pcrs.json\":{\"state\":"
		 "\"unreadable\",\"why\":\"%s\"}}}",
		 many, many);
	capture_make(facts, NULL);
	run("why -j --from " CASE);
	doc = json_loads(out, 0, NULL);
	assert_true(json_is_string(json_object_get(doc, "reason")));
	json_decref(doc);
	assert_int_equal(system("rm -rf /tmp/drtmon-cli-copy"), 0);
	assert_int_equal(run("capture -j --from " CASE " /tmp/drtmon-cli-copy"), 0);
	assert_int_equal(run("capture -j --from /tmp/drtmon-cli-copy /tmp/drtmon-cli-copy/2"), 0);
	assert_non_null(strstr(out, "abéé"));
	assert_int_equal(system("grep -q abé /tmp/drtmon-cli-copy/facts.json"), 0);
	assert_int_equal(system("grep -q '\"kernel\": \"abé' /tmp/drtmon-cli-copy/facts.json"), 0);
	assert_int_equal(system("rm -rf /tmp/drtmon-cli-copy"), 0);
	run("log -j \"$(printf 'nox\\377')\"");
	doc = json_loads(out, 0, NULL);
	assert_true(json_is_array(json_object_get(doc, "problems")));
	json_decref(doc);
	run("txt -j --from " CASE);
	doc = json_loads(out, 0, NULL);
	assert_non_null(doc);
	json_decref(doc);
}

/* Facts that cannot be read are told from facts that nobody collected. */
static void test_bad_facts(void **state)
{
	static const char pcrs[] =
		"{\"sha1\":{\"17\":\"ffffffffffffffffffffffffffffffffffffffff\"}}";

	capture_make("{", pcrs);
	run("why --from " CASE);
	assert_non_null(strstr(out, "facts.json could not be read"));
	assert_null(strstr(out, "nobody looked at the processor"));
	assert_int_equal(system("rm -rf /tmp/drtmon-cli-copy"), 0);
	assert_int_equal(run("capture --from " CASE " /tmp/drtmon-cli-copy"), 0);
	assert_non_null(strstr(out, "facts.json"));
	/* The copy has a facts.json that can be read, but it still knows. */
	run("why --from /tmp/drtmon-cli-copy");
	assert_non_null(strstr(out, "facts.json could not be read"));
	assert_int_equal(system("rm -rf /tmp/drtmon-cli-copy"), 0);
}

/* The name of a compressed file would be a directory. */
static void test_capture_name(void **state)
{
	static const char *const names[] = { ".tgz", ".tar.gz", ".TAR.XZ", ".tar.zst", ".zip" };
	char args[96];
	size_t i;

	capture_make(NULL, NULL);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(args, sizeof(args), "capture --from " CASE " /tmp/drtmon-cli-copy%s",
			 names[i]);
		is_refused(args, 2);
		assert_non_null(strstr(err, ".tar"));
		assert_int_not_equal(access(strrchr(args, ' ') + 1, F_OK), 0);
	}
}

static void test_capture_values(void **state)
{
	capture_make(NULL, "{\"sha999\":{\"17\":\"00\"}}");
	is_refused("pcr --from " CASE, 1);
	assert_non_null(strstr(err, "pcrs.json holds no bank that drtmon knows"));
	assert_int_equal(system("printf 'pcr-sha1/17: %040d\\n' 0 > " CASE "/values"), 0);
	is_refused("pcr diff " CASE "/values --from " CASE, 1);
	assert_non_null(strstr(err, "pcrs.json holds no bank that drtmon knows"));
}

/* Two commands that answer the same question of the same capture agree. */
static void test_capture_exit(void **state)
{
	capture_make("{\"schema\":1,\"tpm\":{\"chips\":[{\"name\":\"tpm0\",\"version\":\"2.0\"}]}}",
		     "{\"sha1\":{\"17\":\"ffffffffffffffffffffffffffffffffffffffff\"}}");
	assert_int_equal(run("status --from " CASE), 0);
	assert_int_equal(run("report --from " CASE), 0);
	is_refused("check --from", 3);
}

/* A file that is no log or no heap is said to be none. */
static void test_txt_nothing(void **state)
{
	static const char *const logs[] = { "", "x", "not a log at all, only some words" };
	char command[256];
	json_t *doc;
	size_t i;

	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		snprintf(command, sizeof(command), "printf %%s '%s' > " CASE "/x", logs[i]);
		assert_int_equal(system(command), 0);
		assert_int_equal(run("txt --log " CASE "/x"), 1);
		assert_non_null(strstr(out, "log: "));
		assert_int_equal(run("txt -j --log " CASE "/x"), 1);
		doc = json_loads(out, 0, NULL);
		assert_true(json_is_null(json_object_get(doc, "log")));
		assert_true(json_string_value(json_object_get(doc, "log_state"))[0]);
		assert_true(json_string_value(json_object_get(doc, "log_reason"))[0]);
		json_decref(doc);
		assert_int_equal(run("txt --heap " CASE "/x"), 1);
		assert_non_null(strstr(out, "heap"));
	}
	assert_int_equal(system("head -c 4096 /dev/zero > " CASE "/x"), 0);
	assert_int_equal(run("txt --log " CASE "/x"), 1);
	assert_non_null(strstr(out, "log: empty"));
}

/* A list that could not be read is not one without an extend. */
static void test_explain_unread(void **state)
{
	json_t *doc, *logs;

	capture_make("{\"schema\":1,\"items\":{\"ima/runtime_measurements.bin\":{\"state\":"
		     "\"unreadable\",\"why\":\"Input/output error\"}}}",
		     "{\"sha256\":{\"10\":\"" ONES "\"}}");
	assert_int_equal(run("pcr explain 10 --from " CASE), 1);
	assert_non_null(strstr(out, "a log could not be read: what it holds may have extended it"));
	assert_non_null(strstr(out, "ima: this log could not be read: Input/output error"));
	assert_null(strstr(out, "no log holds"));
	assert_int_equal(run("pcr explain 10 -j --from " CASE), 1);
	doc = json_loads(out, 0, NULL);
	logs = json_object_get(doc, "logs");
	assert_true(json_is_string(json_object_get(json_object_get(logs, "ima"), "unread")));
	assert_true(json_is_null(json_object_get(json_object_get(logs, "firmware"), "unread")));
	json_decref(doc);
}

/* More events of one PCR than are joined say nothing of it, and nothing of the others. */
static void test_explain_many(void **state)
{
	json_t *doc, *bank;
	FILE *file;
	int i;

	capture_make(NULL, "{\"sha256\":{\"10\":\"" ONES "\",\"11\":\"" ONES "\"}}");
	file = fopen(CASE "/events.ndjson", "w");
	assert_non_null(file);
	for (i = 1; i <= 65538; i++)
		fprintf(file,
			"{\"seq\":%d,\"kind\":\"pcr-extend\",\"pcr\":%d,\"rc\":\"0x000\","
			"\"digests\":{\"sha256\":\"" ONES "\"}}\n",
			i, i == 1 ? 11 : 10);
	fclose(file);
	assert_int_equal(run("pcr explain --from " CASE), 1);
	assert_string_equal(err, "");
	assert_non_null(strstr(out, ": too-many-events; drtmon saw too many events of this PCR"));
	assert_non_null(strstr(out, ": unexplained; no order of these events makes this value"));
	assert_int_equal(run("pcr explain 10 -j --from " CASE), 1);
	doc = json_loads(out, 0, NULL);
	bank = json_array_get(json_object_get(doc, "pcrs"), 0);
	assert_int_equal(json_integer_value(json_object_get(bank, "cause_count")), 65537);
	bank = json_object_get(json_object_get(bank, "banks"), "sha256");
	assert_string_equal(json_string_value(json_object_get(bank, "verdict")), "too-many-events");
	assert_true(json_is_null(json_object_get(bank, "replayed")));
	assert_true(json_string_value(json_object_get(bank, "remark"))[0]);
	json_decref(doc);
}

/* Where there is no TPM, both forms of pcr say so alike. */
static void test_explain_nothing(void **state)
{
	char said[sizeof(err)];

	if (run("pcr") != 5) {
		print_message("skipped: there may be a TPM\n");
		skip();
	}
	memcpy(said, err, sizeof(said));
	is_refused("pcr explain", 5);
	assert_string_equal(err, said);
	is_refused("pcr explain 7 -j", 5);
}

/* An IMA entry by printf: a violation, or one whose digest is not that of its data. */
#define IMA_ENTRY(digest)                                                                 \
	"printf '\\012\\0\\0\\0" digest "\\006\\0\\0\\0ima-ng\\004\\0\\0\\0abcd' >>" CASE \
	"/list && "
#define IMA_ZEROS "\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0"
#define IMA_GOOD  IMA_ENTRY("\\0" IMA_ZEROS)
#define IMA_BAD	  IMA_ENTRY("\\1" IMA_ZEROS)

/* A bad entry is told, those around it are replayed, and it stays known. */
static void test_cursor_bad(void **state)
{
	json_t *doc, *problem;

	capture_make(NULL, NULL);
	assert_int_equal(system(IMA_GOOD IMA_BAD IMA_GOOD "true"), 0);
	assert_int_equal(run("log -j --cursor " CASE "/c " CASE "/list"), 1);
	doc = json_loads(out, 0, NULL);
	assert_non_null(doc);
	assert_int_equal(json_integer_value(json_object_get(doc, "event_count")), 3);
	assert_int_equal(json_integer_value(json_object_get(doc, "bad_events")), 1);
	assert_true(json_is_true(json_object_get(doc, "complete")));
	problem = json_array_get(json_object_get(doc, "problems"), 0);
	assert_int_equal(json_integer_value(json_object_get(problem, "event")), 1);
	json_decref(doc);
	assert_int_equal(run("log --cursor " CASE "/c " CASE "/list"), 1);
	assert_non_null(strstr(out, "0 new of 3 entries"));
	assert_non_null(strstr(out, "of 1 entries known before"));
	/* Switched off. */
	assert_int_equal(run("log --no-check --cursor " CASE "/n " CASE "/list"), 0);
	assert_null(strstr(out, "problem"));
}

/* A list of two PCRs has no one value: a program is told so as well, and the cursor stays. */
static void test_cursor_unmoved(void **state)
{
	json_t *doc, *problem;

	capture_make(NULL, NULL);
	assert_int_equal(system(IMA_GOOD "true"), 0);
	assert_int_equal(run("log -q --cursor " CASE "/c " CASE "/list"), 0);
	assert_int_equal(system(IMA_GOOD
				"cd " CASE " && cp c before && printf '\\013' | "
				"dd of=list conv=notrunc bs=1 seek=$(($(wc -c <list) / 2)) "
				"2>/dev/null"),
			 0);
	is_refused("log --cursor " CASE "/c " CASE "/list", 1);
	assert_int_equal(run("log -j --cursor " CASE "/c " CASE "/list"), 1);
	doc = json_loads(out, 0, NULL);
	assert_non_null(doc);
	assert_true(json_is_null(json_object_get(doc, "change")));
	assert_true(json_is_null(json_object_get(doc, "event_count")));
	assert_true(json_is_false(json_object_get(doc, "complete")));
	assert_int_equal(json_integer_value(json_object_get(doc, "problem_count")), 1);
	problem = json_array_get(json_object_get(doc, "problems"), 0);
	assert_non_null(strstr(json_string_value(json_object_get(problem, "what")),
			       "entry 1 is of PCR 11, those before it of PCR 10"));
	json_decref(doc);
	assert_non_null(strstr(err, "a cursor follows one PCR"));
	assert_int_equal(system("cmp " CASE "/c " CASE "/before"), 0);
}

/* Banks given twice are given once; the cursor's own are kept. */
static void test_cursor_banks(void **state)
{
	capture_make(NULL, NULL);
	assert_int_equal(system(IMA_GOOD "true"), 0);
	assert_int_equal(run("log --bank sha256,sha1,sha256 --cursor " CASE "/c " CASE "/list"), 0);
	assert_non_null(strstr(out, " sha256 "));
	assert_int_equal(run("log --cursor " CASE "/c " CASE "/list"), 0);
	assert_null(strstr(out, " sha384 "));
	assert_int_equal(run("log --bank sha1,sha256 --cursor " CASE "/c " CASE "/list"), 0);
	is_refused("log --bank sha1 --cursor " CASE "/c " CASE "/list", 1);
	/* A bank that is expected, and that the cursor lacks, is not left out in silence. */
	assert_int_equal(system("printf 'pcr-sha512/10: %0128d\n' 0 > " CASE "/values"), 0);
	assert_int_equal(run("log --pcrs " CASE "/values --cursor " CASE "/c " CASE "/list"), 1);
	assert_non_null(strstr(out, "PCR 10 sha512 not compared"));
	assert_non_null(strstr(err, "nothing was compared"));
	assert_int_equal(run("log --pcrs " CASE "/values --cursor " CASE "/n " CASE "/list"), 1);
	assert_non_null(strstr(out, "mismatch"));
}

/* One list, one file of values: with and without a cursor the answer is the same. */
static void test_cursor_padded(void **state)
{
	/* SHA-256 over 32 bytes of zeros and the digest, padded with zeros. */
	static const char value[] =
		"printf 'pcr-sha256/10: ' >" CASE "/values; (head -c 32 /dev/zero; "
		"printf '\\001'; head -c 31 /dev/zero) | sha256sum | head -c 64 >>" CASE "/values";

	capture_make(NULL, NULL);
	assert_int_equal(system(IMA_BAD "true"), 0);
	assert_int_equal(system(value), 0);
	assert_int_equal(run("log --no-check --pcrs " CASE "/values " CASE "/list"), 0);
	assert_non_null(strstr(out, "with zero-padded SHA-1"));
	assert_int_equal(
		run("log --no-check --pcrs " CASE "/values --cursor " CASE "/c " CASE "/list"), 0);
	assert_non_null(strstr(out, "match, with zero-padded SHA-1"));
}

/* What is no cursor may be the list itself; a list without an entry proves nothing. */
static void test_cursor_nothing(void **state)
{
	capture_make(NULL, NULL);
	assert_int_equal(system(IMA_GOOD "true"), 0);
	is_refused("log --cursor " CASE "/list", 1);
	assert_null(strstr(err, "remove"));
	assert_non_null(strstr(err, "name another file after --cursor"));
	assert_int_equal(system(": >" CASE "/list"), 0);
	assert_int_equal(run("log --cursor " CASE "/c " CASE "/list"), 1);
	assert_non_null(strstr(out, "the list has no entry"));
	assert_int_equal(run("log -j --cursor " CASE "/c " CASE "/list"), 1);
	assert_non_null(strstr(out, "\"complete\":false"));
	assert_int_equal(system("printf 'pcr-sha1/10: %040d\n' 0 > " CASE "/values"), 0);
	assert_int_equal(run("log --pcrs " CASE "/values --cursor " CASE "/c " CASE "/list"), 1);
	assert_non_null(strstr(err, "nothing was compared: the list has no entry"));
	assert_int_equal(system(IMA_GOOD "true"), 0);
	assert_int_equal(run("log --bank sha1 --cursor " CASE "/c " CASE "/list"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_help),	       cmocka_unit_test(test_usage),
		cmocka_unit_test(test_options),	       cmocka_unit_test(test_json),
		cmocka_unit_test(test_status),	       cmocka_unit_test(test_broken_output),
		cmocka_unit_test(test_without_module), cmocka_unit_test(test_capture),
		cmocka_unit_test(test_hostile_text),   cmocka_unit_test(test_captured_alert),
		cmocka_unit_test(test_utf8_json),      cmocka_unit_test(test_bad_facts),
		cmocka_unit_test(test_capture_values), cmocka_unit_test(test_capture_exit),
		cmocka_unit_test(test_txt_nothing),    cmocka_unit_test(test_explain_unread),
		cmocka_unit_test(test_explain_many),   cmocka_unit_test(test_explain_nothing),
		cmocka_unit_test(test_cursor_bad),     cmocka_unit_test(test_cursor_banks),
		cmocka_unit_test(test_cursor_padded),  cmocka_unit_test(test_cursor_nothing),
		cmocka_unit_test(test_cursor_unmoved), cmocka_unit_test(test_alert_policy),
		cmocka_unit_test(test_event_lines),    cmocka_unit_test(test_capture_name),
	};

	return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
