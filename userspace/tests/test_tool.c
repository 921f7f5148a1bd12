// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands on files and captures: what a person and a program are told, and the exit code. */
#include "tests/fake/head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/blob.h"
#include "lib/capture.h"
#include "lib/html.h"
#include "tests/fake/tree.h"
#include "tests/txt_case.h"

static char *out;

/* Run the tool in the tree; its exit code. What it printed is in @out. */
static int run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *fmt, ...)
{
	char args[1024], command[1600], path[128];
	struct drtmon_blob blob;
	va_list ap;
	int status;

	va_start(ap, fmt);
	vsnprintf(args, sizeof(args), fmt, ap);
	va_end(ap);
	snprintf(command, sizeof(command), "cd %s && %s %s >out 2>err", tree, DRTMON_TOOL, args);
	status = system(command);
	assert_true(WIFEXITED(status));
	snprintf(path, sizeof(path), "%s/out", tree);
	free(out);
	assert_int_equal(drtmon_blob_read(&blob, path, 16u << 20, NULL), 0);
	out = (char *)blob.data;
	return WEXITSTATUS(status);
}

static void says(const char *text)
{
	if (!strstr(out, text))
		fail_msg("\"%s\" is not in: %s", text, out);
}

static json_t *document(void)
{
	json_t *doc = json_loads(out, 0, NULL);

	if (!doc)
		fail_msg("no JSON: %s", out);
	return doc;
}

static void is(const json_t *doc, const char *path, const char *word)
{
	assert_string_equal(drtmon_html_word(doc, path), word);
}

/* A firmware's log: Secure Boot is on, and the separator. Its length; @value is PCR 7's. */
static size_t firmware_log(uint8_t *p, uint8_t value[32])
{
	static const uint8_t guid[16] = { 0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
					  0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c };
	static const char name[] = "SecureBoot";
	uint8_t variable[53] = { 0 };
	size_t len = log_header(p), i;

	memset(value, 0, 32);
	memcpy(variable, guid, sizeof(guid));
	variable[16] = 10;
	variable[24] = 1;
	for (i = 0; i < 10; i++)
		variable[32 + 2 * i] = (uint8_t)name[i];
	variable[52] = 1;
	len += log_record(p + len, 7, 0x80000001, variable, sizeof(variable), value);
	len += log_record(p + len, 7, 4, "\0\0\0\0", 4, value);
	return len;
}

/* The made machine as the capture "case", and its parts as files beside it. */
static void machine(struct txt_case *c)
{
	char path[128], pcrs[400], hex[3][65];
	uint8_t log[1024], seven[32];
	struct drtmon_evidence ev;
	size_t len = firmware_log(log, seven);

	case_good(c);
	snprintf(pcrs, sizeof(pcrs), "{\"sha256\":{\"7\":\"%s\",\"17\":\"%s\",\"18\":\"%s\"}}",
		 drtmon_hex_encode(hex[0], seven, 32), drtmon_hex_encode(hex[1], c->pcr[0], 32),
		 drtmon_hex_encode(hex[2], c->pcr[1], 32));
	c->pcrs = pcrs;
	case_evidence(&ev, c);
	case_item(&ev, DRTMON_ITEM_BIOS_LOG, log, len);
	snprintf(path, sizeof(path), "%s/case", tree);
	assert_int_equal(drtmon_capture_write(&ev, path, NULL), 0);
	drtmon_evidence_free(&ev);
	tree_put("/registers", c->window, c->window_len);
	tree_put("/heap", c->heap, c->heap_len);
	tree_put("/launch", c->log, c->log_len);
	tree_put("/firmware", log, len);
	tree_text("/pcrs", pcrs);
	tree_text("/wrong",
		  "{\"sha256\":{\"17\":"
		  "\"0000000000000000000000000000000000000000000000000000000000000001\"}}");
}

static void test_txt(void **state)
{
	static struct txt_case c;
	json_t *doc;

	machine(&c);
	assert_int_equal(run("txt --from case"), 0);
	says("DIDVID");
	says("HEAP.BASE");
	says("measured");
	assert_int_equal(run("txt --registers registers --heap heap --pcrs pcrs -j"), 0);
	doc = document();
	is(doc, "launcher", "");
	is(doc, "heap.launcher", "secure-launch");
	is(doc, "log_state", "match");
	json_decref(doc);
	assert_int_equal(run("txt log launch --pcrs pcrs"), 0);
	says("match");
	assert_int_equal(run("txt log launch -j"), 0);
	doc = document();
	assert_true(json_array_size(json_object_get(doc, "events")) >= 5);
	json_decref(doc);
	assert_int_equal(run("txt log --from case -q"), 0);
	assert_string_equal(out, "");
	/* A value that the log does not lead to. */
	assert_int_equal(run("txt log launch --pcrs wrong"), 1);
	says("mismatch");
	assert_int_equal(run("txt log nowhere"), 1);
	/* Text is no register window. */
	assert_int_equal(run("txt --registers pcrs"), 1);
	assert_string_equal(out, "");
	assert_int_equal(run("txt --registers pcrs -j"), 1);
	assert_string_equal(out, "");
	assert_int_equal(run("txt history"), 0);
	assert_int_equal(run("txt history -j"), 0);
	doc = document();
	assert_true(json_is_array(json_object_get(doc, "errors")));
	json_decref(doc);
	assert_int_equal(run("txt history --from case"), 2);
}

/* A SINIT module for the made machine's chipset, and one for another. */
static void test_acm(void **state)
{
	static const uint8_t uuid[16] = { 0xaa, 0x3a, 0xc0, 0x7f, 0xa7, 0x46, 0xdb, 0x18,
					  0x2e, 0xac, 0x69, 0x8f, 0x8d, 0x41, 0x7f, 0x5a };
	static struct txt_case c;
	uint8_t m[0x400] = { 2 };
	json_t *doc;

	machine(&c);
	put(m + 4, 0x80, 4);
	put(m + 16, 0x8086, 4);
	put(m + 20, 0x20260102, 4);
	put(m + 24, 0x100, 4);
	memcpy(m + 0x200, uuid, sizeof(uuid));
	m[0x210] = 1;
	m[0x211] = 3;
	put(m + 0x214, 0x280, 4);
	put(m + 0x280, 1, 4);
	put(m + 0x288, 0x8086, 2);
	put(m + 0x28a, 0xb005, 2);
	put(m + 0x28c, 1, 2);
	tree_put("/sinit", m, sizeof(m));
	assert_int_equal(run("txt acm sinit --registers registers"), 0);
	says("SINIT");
	says("2026-01-02");
	assert_int_equal(run("txt acm sinit --registers registers -j"), 0);
	doc = document();
	is(doc, "matches.chipset", "yes");
	json_decref(doc);
	m[0x28a] = 6;
	tree_put("/sinit", m, sizeof(m));
	assert_int_equal(run("txt acm sinit --registers registers -j"), 1);
	doc = document();
	is(doc, "matches.chipset", "no");
	json_decref(doc);
	assert_int_equal(run("txt acm pcrs"), 1);
	assert_int_equal(run("txt acm nowhere"), 1);
	assert_int_equal(run("txt acm"), 2);
}

static void test_log(void **state)
{
	static struct txt_case c;
	json_t *doc;

	machine(&c);
	assert_int_equal(run("log firmware --pcrs pcrs"), 0);
	says("EV_SEPARATOR");
	says("SecureBoot");
	assert_int_equal(run("log firmware --pcrs pcrs -j --events --threads 1"), 0);
	doc = document();
	assert_int_equal(json_array_size(json_object_get(doc, "events")), 2);
	json_decref(doc);
	/* All of them as one log in CEL, which reads back as what it was made of. */
	assert_int_equal(run("log --format cel firmware launch"), 0);
	doc = document();
	assert_int_equal(json_array_size(doc), 7);
	json_decref(doc);
	assert_int_equal(run("log --format cel firmware"), 0);
	tree_text("/cel", out);
	assert_int_equal(run("log cel --pcrs pcrs"), 0);
	assert_int_equal(run("log --format cel"), 2);
	assert_int_equal(run("log --format cel nowhere"), 1);
	says("[]");
	/* What went, what came. */
	assert_int_equal(run("log diff firmware launch"), 1);
	says("- PCR 7");
	says("+ PCR 17");
	assert_int_equal(run("log diff firmware firmware"), 0);
	assert_int_equal(run("log diff firmware launch -j"), 1);
	json_decref(document());
}

static void test_pcr(void **state)
{
	static struct txt_case c;
	json_t *doc;

	machine(&c);
	assert_int_equal(run("pcr diff --from case pcrs"), 0);
	assert_int_equal(run("pcr diff --from case wrong"), 1);
	says("17");
	assert_int_equal(run("pcr diff --from case wrong -j"), 1);
	json_decref(document());
	assert_int_equal(run("pcr explain 7 --from case"), 0);
	says("EV_SEPARATOR");
	says("SecureBoot");
	assert_int_equal(run("pcr explain 7 --from case -j"), 0);
	doc = document();
	assert_int_equal(json_array_size(json_object_get(doc, "pcrs")), 1);
	json_decref(doc);
}

/* The heap holds the launch's log, where nobody kept it apart. */
static void test_explain_heap(void **state)
{
	static struct txt_case c;
	size_t mark = CASE_OS_SINIT + 116;

	machine(&c);
	assert_int_equal(run("pcr explain 17 18 --from case"), 0);
	says("EV_TXT_HASH_START");
	/* A launcher may append without moving the mark; or there is none. */
	put(c.heap + mark, c.log_len - 54, 4);
	tree_put("/case/txt/heap.bin", c.heap, c.heap_len);
	assert_int_equal(run("pcr explain 17 18 --from case"), 0);
	put(c.heap + mark, 0, 4);
	tree_put("/case/txt/heap.bin", c.heap, c.heap_len);
	assert_int_equal(run("pcr explain 17 18 --from case"), 0);
	/* It is elsewhere, or nowhere: that is no word against the log. */
	put(c.heap + mark - 16, CASE_HEAP_BASE + CASE_HEAP_SIZE, 8);
	tree_put("/case/txt/heap.bin", c.heap, c.heap_len);
	assert_int_equal(run("pcr explain 17 --from case"), 1);
	says("a log could not be read");
	says("drtm: this log could not be read: the heap points at it at 0xa3000000");
	put(c.heap + mark, CASE_LOG_SIZE + 1, 4);
	tree_put("/case/txt/heap.bin", c.heap, c.heap_len);
	assert_int_equal(run("pcr explain 17 --from case"), 1);
	says("the heap's event log pointer makes no sense");
}

/* Appended behind the mark, and PCR 19 extended since: that is no word against PCR 17. */
static void test_explain_appended(void **state)
{
	static struct txt_case c;
	char pcrs[400], hex[2][65];

	machine(&c);
	assert_true(log_record(c.heap + CASE_LOG_AT + c.log_len, 17, 0x501, "policy", 6, c.pcr[0]));
	snprintf(pcrs, sizeof(pcrs), "{\"sha256\":{\"17\":\"%s\",\"18\":\"%s\",\"19\":\"%064d\"}}",
		 drtmon_hex_encode(hex[0], c.pcr[0], 32), drtmon_hex_encode(hex[1], c.pcr[1], 32),
		 1);
	tree_put("/case/txt/heap.bin", c.heap, c.heap_len);
	tree_text("/case/pcrs.json", pcrs);
	assert_int_equal(run("pcr explain 17 18 --from case"), 0);
	says("706f6c696379");
	assert_int_equal(run("pcr explain 19 --from case"), 1);
	says("unexplained");
	/* What explains neither is not taken. */
	*strstr(pcrs, hex[0]) = *hex[0] == '0' ? '1' : '0';
	tree_text("/case/pcrs.json", pcrs);
	assert_int_equal(run("pcr explain 17 --from case"), 1);
	says("unexplained");
	assert_null(strstr(out, "706f6c696379"));
}

/* The firmware's log, which PCR 7 confirms, says what nobody else does. */
static void test_report(void **state)
{
	static struct txt_case c;
	json_t *doc;

	machine(&c);
	assert_int_equal(run("report --from case -j"), 0);
	doc = document();
	is(doc, "status.secure_boot.state", "enabled");
	is(doc, "logs.0.id", "firmware");
	is(doc, "logs.0.result", "match");
	json_decref(doc);
	assert_int_equal(run("report --from case"), 0);
	says("Secure Boot: enabled");
	assert_int_equal(run("why --from case"), 0);
	says("measured");
}

static void test_profiles(void **state)
{
	assert_int_equal(run("check --list"), 0);
	assert_int_equal(run("doctor"), 1);
	says("module");
	assert_int_equal(run("doctor -j"), 1);
	json_decref(document());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_txt, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_acm, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_log, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_pcr, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_explain_heap, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_explain_appended, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_report, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_profiles, tree_setup, tree_teardown),
	};
	int ret = cmocka_run_group_tests(tests, NULL, NULL);

	free(out);
	return ret;
}
