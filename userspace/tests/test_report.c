// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports: the page is the document's, whoever chose the words in it. */
#include "tests/fake/head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/blob.h"
#include "lib/capture.h"
#include "lib/report.h"
#include "tests/fake/tree.h"
#include "tests/report_page.h"
#include "tests/txt_case.h"

#define EVENT                                                                                   \
	"{\"schema\":1,\"seq\":%d,\"time\":\"2026-01-02T03:04:05.000000006Z\",\"kind\":\"%s\"," \
	"\"severity\":\"%s\",\"chip\":\"tpm0\",\"pcr\":7,\"digests\":{\"sha256\":\"00ff\"},"    \
	"\"process\":{\"pid\":1,\"uid\":0,\"comm\":\"%s\",\"exe\":\"/bin/'\\u202e<b>\"}}\n"
#define HOSTILE "<script>alert(1)</script>&\\\"'\\u0007\\u001b[31m\\u009b"

/* Run the tool; its exit code. */
static int run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static int run(const char *fmt, ...)
{
	char args[1024], command[1400];
	va_list ap;
	int status;

	va_start(ap, fmt);
	vsnprintf(args, sizeof(args), fmt, ap);
	va_end(ap);
	snprintf(command, sizeof(command), "cd %s && %s %s", tree, DRTMON_TOOL, args);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static char *text_of(const char *name)
{
	char path[128];
	struct drtmon_blob blob;

	snprintf(path, sizeof(path), "%s/%s", tree, name);
	assert_int_equal(drtmon_blob_read(&blob, path, 64u << 20, NULL), 0);
	return (char *)blob.data;
}

static json_t *json_of(const char *name)
{
	char *text = text_of(name);
	json_t *doc = json_loads(text, 0, NULL);

	free(text);
	assert_non_null(doc);
	return doc;
}

/* A capture of a made machine, with one item more. */
static void capture_item(const struct txt_case *c, const char *name, enum drtmon_item_id id,
			 const void *data, size_t len)
{
	struct drtmon_evidence ev;
	char path[128];

	case_evidence(&ev, c);
	if (data)
		case_item(&ev, id, data, len);
	snprintf(path, sizeof(path), "%s/%s", tree, name);
	unlink(path);
	assert_int_equal(drtmon_capture_write(&ev, path, NULL), 0);
	drtmon_evidence_free(&ev);
}

/* A capture of a made machine, with @events; NULL for none. */
static void capture(const struct txt_case *c, const char *name, const char *events)
{
	capture_item(c, name, DRTMON_ITEM_EVENTS, events, events ? strlen(events) : 0);
}

static const char *state_of(const json_t *doc, const char *id)
{
	const json_t *layers = json_object_get(doc, "picture");
	size_t i;

	for (i = 0; i < json_array_size(layers); i++)
		if (!strcmp(drtmon_html_word(json_array_get(layers, i), "id"), id))
			return drtmon_html_word(json_array_get(layers, i), "state");
	fail_msg("no layer %s", id);
	return "";
}

/* Report on a capture: exit code, page against document, and the document. */
static json_t *report(const char *name, int code, size_t figures)
{
	char *page;
	json_t *doc;
	size_t n;

	assert_int_equal(run("report --from %s -j --html page.html >doc.json", name), code);
	page = text_of("page.html");
	doc = json_of("doc.json");
	n = page_check(page, doc);
	if (n < figures)
		fail_msg("%zu figures, at least %zu expected", n, figures);
	free(page);
	return doc;
}

/* A record that the PCR lacks is a mismatch in the counts as it is in the result. */
static void test_log_ahead(void **state)
{
	uint8_t spare[32] = { 0 };
	struct txt_case c;
	json_t *doc;
	size_t n;

	case_good(&c);
	n = log_record(c.heap + CASE_LOG_AT + c.log_len, 17, 0x502, "later", 5, spare);
	put(c.heap + CASE_OS_SINIT + 116, c.log_len + n, 4);
	capture(&c, "ahead.tar", NULL);
	doc = report("ahead.tar", 1, 80);
	assert_string_equal(drtmon_html_word(doc, "logs.1.result"), "mismatch");
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "logs.1.counts.mismatch")), 1);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "logs.1.counts.match")), 1);
	json_decref(doc);
}

/* A launch's log has to explain each PCR that it extends, in every command's words. */
static void test_log_later(void **state)
{
	static const char *const commands[] = { "status", "why", "txt", "txt log", "report" };
	uint8_t value[32] = { 0 };
	char pcrs[320], a[65], b[65], d[65];
	struct txt_case c;
	json_t *doc;
	size_t i, n;

	case_good(&c);
	n = log_record(c.heap + CASE_LOG_AT + c.log_len, 19, 0x501, "module", 6, value);
	put(c.heap + CASE_OS_SINIT + 116, c.log_len + n, 4);
	snprintf(pcrs, sizeof(pcrs), "{\"sha256\":{\"17\":\"%s\",\"18\":\"%s\",\"19\":\"%s\"}}",
		 drtmon_hex_encode(a, c.pcr[0], 32), drtmon_hex_encode(b, c.pcr[1], 32),
		 drtmon_hex_encode(d, value, 32));
	c.pcrs = pcrs;
	capture(&c, "later.tar", NULL);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		assert_int_equal(run("%s --from later.tar >text", commands[i]), 0);
	/* Another digit, whichever it was. */
	*strstr(pcrs, d) = *d == '0' ? '1' : '0';
	capture(&c, "later.tar", NULL);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		assert_int_equal(run("%s --from later.tar >text", commands[i]), 1);
	doc = report("later.tar", 1, 80);
	assert_string_equal(drtmon_html_word(doc, "logs.1.result"), "mismatch");
	assert_non_null(strstr(drtmon_html_word(doc, "logs.1.reason"), "sha256 PCR 19: mismatch"));
	assert_string_equal(drtmon_html_word(doc, "why.verdict"), "unknown");
	json_decref(doc);
	assert_int_equal(run("txt --from later.tar -j >doc.json"), 1);
	doc = json_of("doc.json");
	assert_string_equal(drtmon_html_word(doc, "log_state"), "mismatch");
	json_decref(doc);
}

/* Of which log the report says which word; where it is no match, it says why. */
static void expect_log(const char *name, const char *log, const char *result, const char *reason)
{
	char path[32];
	json_t *doc;

	run("report --from %s -j >doc.json", name);
	doc = json_of("doc.json");
	snprintf(path, sizeof(path), "logs.%s.result", log);
	assert_string_equal(drtmon_html_word(doc, path), result);
	snprintf(path, sizeof(path), "logs.%s.reason", log);
	if (!strstr(drtmon_html_word(doc, path), reason))
		fail_msg("\"%s\" does not say \"%s\"", drtmon_html_word(doc, path), reason);
	json_decref(doc);
}

/* What was read of it may fit: a log that ends or breaks off is still no match. */
static void test_log_not_whole(void **state)
{
	struct txt_case c;
	size_t len;

	case_good(&c);
	len = c.log_len;
	c.heap_len = 0;
	capture_item(&c, "l.tar", DRTMON_ITEM_DRTM_LOG, c.log, len);
	expect_log("l.tar", "1", "match", "");
	log_record(c.log + len, 19, 0x501, "module", 6, (uint8_t[32]){ 0 });
	capture_item(&c, "l.tar", DRTMON_ITEM_DRTM_LOG, c.log, len + 30);
	expect_log("l.tar", "1", "problem", "record ends inside digest");
	memset(c.log + len, 0xb, 20);
	capture_item(&c, "l.tar", DRTMON_ITEM_DRTM_LOG, c.log, len + 20);
	expect_log("l.tar", "1", "problem", "record claims");
	memset(c.log, 0, sizeof(c.log));
	capture_item(&c, "l.tar", DRTMON_ITEM_DRTM_LOG, c.log, sizeof(c.log));
	expect_log("l.tar", "1", "empty", "holds no record");
	capture_item(&c, "l.tar", DRTMON_ITEM_DRTM_LOG, c.log, 0);
	expect_log("l.tar", "1", "empty", "is empty");
}

/* One "ima" entry: PCR, template digest, name, and a file's digest and name. */
static size_t ima_entry(uint8_t *p)
{
	memset(p, 0, 65);
	put(p, 10, 4);
	memset(p + 4, 0x11, 20);
	put(p + 24, 6, 4);
	memcpy(p + 28, "ima-ng", 6);
	put(p + 34, 38, 4);
	put(p + 38, 26, 4);
	memcpy(p + 42, "sha1:", 6);
	memset(p + 48, 0x22, 20);
	put(p + 68, 4, 4);
	memcpy(p + 72, "/ab", 4);
	return 76;
}

/* The entry that is missing may be what explains PCR 10. */
static void test_log_cut(void **state)
{
	uint8_t list[256];
	struct txt_case c = { 0 };
	size_t len = ima_entry(list);

	len += ima_entry(list + len);
	c.facts = case_facts;
	c.pcrs = "{\"sha1\":{\"10\":\"000102030405060708090a0b0c0d0e0f10111213\"}}";
	capture_item(&c, "i.tar", DRTMON_ITEM_IMA_LOG, list, len);
	expect_log("i.tar", "2", "mismatch", "");
	capture_item(&c, "i.tar", DRTMON_ITEM_IMA_LOG, list, len - 7);
	expect_log("i.tar", "2", "problem", "runs past the end");
}

#define VARIABLE_SIZE (32 + 20 + 1)

static void secure_boot_variable(uint8_t *p, uint8_t value)
{
	static const uint8_t global[] = { 0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
					  0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c };
	size_t i;

	memset(p, 0, VARIABLE_SIZE);
	memcpy(p, global, sizeof(global));
	put(p + 16, 10, 8);
	put(p + 24, 1, 8);
	for (i = 0; i < 10; i++)
		p[32 + 2 * i] = (uint8_t) "SecureBoot"[i];
	p[52] = value;
}

/* A record whose digest is of other bytes than its data. */
static size_t other_record(uint8_t *p, uint32_t type, const void *data, uint32_t len,
			   const void *hashed, size_t hashed_len, uint8_t value[32])
{
	uint8_t spare[32] = { 0 };
	size_t n = log_record(p, 7, type, data, len, spare);

	sha256(hashed, hashed_len, NULL, 0, p + 14);
	sha256(value, 32, p + 14, 32, value);
	return n;
}

/* A record that the bank in question was not given: its digest is of another bank. */
static size_t sha1_record(uint8_t *p, const void *data, uint32_t len)
{
	uint8_t spare[32] = { 0 };
	size_t n = log_record(p, 7, 0x80000001, data, len, spare);

	put(p + 12, 4, 2);
	assert_int_equal(EVP_Digest(data, len, p + 14, NULL, EVP_sha1(), NULL), 1);
	memmove(p + 34, p + 46, n - 46);
	return n - 12;
}

/* One digest more behind a record's SHA-256. */
static size_t digest_add(uint8_t *p, size_t n, uint16_t alg, const void *data, size_t len)
{
	const EVP_MD *md = alg == 4 ? EVP_sha1() : EVP_sha256();
	const size_t size = 2 + (size_t)EVP_MD_size(md);

	memmove(p + 46 + size, p + 46, n - 46);
	put(p + 8, 2, 4);
	put(p + 46, alg, 2);
	assert_int_equal(EVP_Digest(data, len, p + 48, NULL, md, NULL), 1);
	return n + size;
}

/* Records with two digests; a bank is extended by the first of its own. */
static size_t two_record(uint8_t *p, char what, uint8_t value[32])
{
	uint8_t on[VARIABLE_SIZE], off[VARIABLE_SIZE];
	const size_t len = sizeof(on);
	size_t n;

	secure_boot_variable(on, 1);
	secure_boot_variable(off, 0);
	switch (what) {
	case 'r': /* the data is the second's */
		n = other_record(p, 0x80000001, on, len, off, len, value);
		return digest_add(p, n, 0xb, on, len);
	case 'S': /* the second is a separator's */
		n = log_record(p, 7, 6, "other", 5, value);
		return digest_add(p, n, 0xb, "\0\0\0\0", 4);
	default: /* R: the data is the first's; b, c: the other bank's is the same, another */
		n = log_record(p, 7, 0x80000001, on, len, value);
		return digest_add(p, n, what == 'R' ? 0xb : 4, what == 'b' ? on : off, len);
	}
}

/* 0, 1: SecureBoot; s: separator, and others of its kind; the rest is in the words. */
static size_t boot_record(uint8_t *p, char what, uint8_t value[32])
{
	uint8_t variable[VARIABLE_SIZE];

	secure_boot_variable(variable, what != '0');
	switch (what) {
	case 's':
		return log_record(p, 7, 4, "\0\0\0\0", 4, value);
	case 'f':
		return log_record(p, 7, 4, "\xff\xff\xff\xff", 4, value);
	case 'e': /* firmware's error */
		return log_record(p, 7, 4, "\1\0\0\0", 4, value);
	case 'E': /* big-endian, and the type is another's */
		return log_record(p, 7, 0x80000002, "\0\0\0\1", 4, value);
	case 'T': /* only the type says so */
		return log_record(p, 7, 4, "other", 5, value);
	case 'D': /* only the digest says so */
		return other_record(p, 6, "other", 5, "\0\0\0\0", 4, value);
	case 'n':
		return sha1_record(p, variable, sizeof(variable));
	case 'b':
	case 'c':
	case 'r':
	case 'R':
	case 'S':
		return two_record(p, what, value);
	case 'd': /* the digest is of the data only */
		return other_record(p, 0x80000001, variable, sizeof(variable), variable + 52, 1,
				    value);
	default:
		return log_record(p, 7, 0x80000001, variable, sizeof(variable), value);
	}
}

static const char *boot_word(const char *records)
{
	static char word[32];
	uint8_t log[2048], value[32] = { 0 };
	char pcrs[128], hex[65];
	struct txt_case c = { 0 };
	size_t n = log_header(log);
	json_t *doc;

	/* Two banks, of which the TPM's values have one. */
	put(log + 28, 37, 4);
	put(log + 56, 2, 4);
	put(log + 64, 4, 2);
	put(log + 66, 20, 2);
	log[68] = 0;
	n += 4;

	for (; *records; records++)
		n += boot_record(log + n, *records, value);
	snprintf(pcrs, sizeof(pcrs), "{\"sha256\":{\"7\":\"%s\"}}",
		 drtmon_hex_encode(hex, value, 32));
	c.facts = case_facts;
	c.pcrs = pcrs;
	capture_item(&c, "b.tar", DRTMON_ITEM_BIOS_LOG, log, n);
	run("report --from b.tar -j >doc.json");
	doc = json_of("doc.json");
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "logs.0.counts.match")), 1);
	snprintf(word, sizeof(word), "%s", drtmon_html_word(doc, "status.secure_boot.state"));
	json_decref(doc);
	return word;
}

/* Anybody can extend PCR 7 behind its separator, and add the record to the log. */
static void test_secure_boot(void **state)
{
	static const struct {
		const char *records;
		const char *word;
	} boots[] = {
		{ "1s", "enabled" },   { "0s", "disabled" },   { "1f", "enabled" },
		{ "1s0s", "enabled" }, { "0s1", "disabled" },  { "0ss1s", "disabled" },
		{ "0f1", "disabled" }, { "0e1", "disabled" },  { "0T1", "disabled" },
		{ "0D1", "disabled" }, { "11s", "enabled" },   { "01s", "unknown" },
		{ "10s", "unknown" },  { "s1", "unknown" },    { "s1s", "unknown" },
		{ "D1s", "unknown" },  { "1", "unknown" },     { "ds", "unknown" },
		{ "0ds", "disabled" }, { "ns", "unknown" },    { "0ns", "disabled" },
		{ "bs", "enabled" },   { "cs", "unknown" },    { "rs", "unknown" },
		{ "Rs", "unknown" },   { "1S", "unknown" },    { "S1s", "enabled" },
		{ "E1s", "unknown" },  { "0E1s", "disabled" },
	};
	size_t i;

	for (i = 0; i < sizeof(boots) / sizeof(boots[0]); i++)
		if (strcmp(boot_word(boots[i].records), boots[i].word))
			fail_msg("%s: %s, not %s", boots[i].records, boot_word(boots[i].records),
				 boots[i].word);
}

static void test_measured(void **state)
{
	struct txt_case c;
	json_t *doc;

	case_good(&c);
	capture(&c, "c.tar", NULL);
	doc = report("c.tar", 0, 80);
	assert_string_equal(drtmon_html_word(doc, "why.verdict"), "measured");
	assert_string_equal(state_of(doc, "kernel"), "ok");
	assert_string_equal(state_of(doc, "launcher"), "ok");
	assert_string_equal(state_of(doc, "user-space"), "unknown");
	assert_string_equal(drtmon_html_word(doc, "logs.1.result"), "match");
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "logs.1.counts.match")), 2);
	assert_false(json_is_true(drtmon_html_get(doc, "events.readable")));
	json_decref(doc);
}

static void test_contradictory(void **state)
{
	struct txt_case c;
	json_t *doc;

	case_good(&c);
	c.pcr[0][0] ^= 1;
	capture(&c, "c.tar", NULL);
	doc = report("c.tar", 1, 80);
	assert_string_equal(drtmon_html_word(doc, "why.verdict"), "contradictory");
	assert_true(json_is_null(drtmon_html_get(doc, "status.drtm.enabled")));
	assert_string_equal(drtmon_html_word(doc, "logs.1.result"), "mismatch");
	json_decref(doc);
}

static void test_not_launched(void **state)
{
	struct txt_case c;
	json_t *doc;

	case_good(&c);
	put(c.window, 2, 8); /* TXT.STS: SEXIT.DONE alone, as from power-on */
	memset(c.pcr, 0xff, sizeof(c.pcr));
	capture(&c, "c.tar", NULL);
	doc = report("c.tar", 0, 80);
	assert_string_equal(drtmon_html_word(doc, "why.verdict"), "not-launched");
	assert_true(json_is_false(drtmon_html_get(doc, "status.drtm.enabled")));
	assert_string_equal(state_of(doc, "launcher"), "broken");
	json_decref(doc);
}

/* What is not there is not unknown. */
static void test_no_tpm_page(void **state)
{
	char *page;

	tree_text("/none/facts.json",
		  "{\"tpm\":{\"class\":false},\"acpi\":{\"TPM2\":false,\"TCPA\":false}}");
	json_decref(report("none", 5, 40));
	page = text_of("page.html");
	assert_non_null(strstr(page, "none: there is no TPM"));
	assert_null(strstr(page, "TPM version"));
	free(page);
	tree_text("/empty/facts.json", "{}");
	json_decref(report("empty", 1, 40));
	page = text_of("page.html");
	assert_non_null(strstr(page, "unknown: no TPM was read"));
	assert_non_null(strstr(page, "TPM version"));
	free(page);
}

static void test_nothing(void **state)
{
	json_t *doc;

	tree_text("/empty/facts.json", "{}");
	doc = report("empty", 1, 40);
	assert_string_equal(drtmon_html_word(doc, "why.verdict"), "unknown");
	assert_string_equal(drtmon_html_word(doc, "status.tpm.state"), "unknown");
	assert_string_equal(state_of(doc, "hardware"), "unknown");
	json_decref(doc);
	tree_text("/none/facts.json",
		  "{\"tpm\":{\"class\":false},\"acpi\":{\"TPM2\":false,\"TCPA\":false}}");
	doc = report("none", 5, 40);
	assert_string_equal(drtmon_html_word(doc, "status.tpm.state"), "absent");
	json_decref(doc);
	assert_int_equal(run("report --from nowhere 2>/dev/null"), 1);
	assert_int_equal(run("report --html 2>/dev/null"), 2);
	assert_int_equal(run("report --keep 0 2>/dev/null"), 2);
	assert_int_equal(run("report --from empty --html /dev/full 2>err"), 1);
	assert_int_equal(run("report --from empty --html none/x/y 2>err"), 1);
}

/* Names are somebody else's choice; so is a whole capture. */
static void test_hostile(void **state)
{
	char events[4096], *page;
	struct txt_case c;
	json_t *doc;
	int n = 0;

	n += sprintf(events + n, EVENT, 3, "pcr-extend", "notice", HOSTILE);
	n += sprintf(events + n, EVENT, 4, HOSTILE, "critical", "a");
	n += sprintf(events + n, "{\"seq\":\"x\",\"severity\":5}\nnonsense\n[]\n");
	n += sprintf(events + n, "{\"seq\":9,\"severity\":\"warning\",\"time\":7,\"kind\":[1],"
				 "\"digests\":\"x\",\"process\":3,\"pcr\":{}}\n");
	case_good(&c);
	capture(&c, "c.tar", events);
	doc = report("c.tar", 0, 90);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.gone")), 2 + 4);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.malformed")), 3);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.by_severity.critical")),
			 1);
	assert_int_equal(json_array_size(drtmon_html_get(doc, "events.recent")), 3);
	assert_int_equal(json_array_size(drtmon_html_get(doc, "events.alerts")), 2);
	json_decref(doc);
	page = text_of("page.html");
	assert_non_null(strstr(page, "&lt;script&gt;"));
	assert_null(strchr(page, '\033'));
	assert_null(strchr(page, '\a'));
	assert_null(strstr(page, "\xe2\x80\xae")); /* right-to-left override */
	free(page);
	assert_int_equal(run("report --from c.tar >text"), 0);
	page = text_of("text");
	assert_null(strchr(page, '\033'));
	free(page);
}

static const char *severity(const json_t *doc, const char *list, unsigned int i)
{
	char path[64];

	snprintf(path, sizeof(path), "events.%s.%u.policy.severity", list, i);
	return drtmon_html_word(doc, path);
}

/* One judgement: what the daemon's policy calls an alert is one on every page. */
static void test_policy(void **state)
{
	char events[8192], *text;
	struct txt_case c;
	json_t *doc;
	int n = 0;

	n += sprintf(events + n, EVENT, 1, "pcr-extend", "notice", "a");
	n += sprintf(events + n, EVENT, 2, "pcr-mismatch", "critical", "a");
	n += sprintf(events + n, "{\"seq\":3,\"severity\":\"notice\",\"kind\":\"pcr-extend\","
				 "\"pcr\":11,\"process\":{\"exe\":\"/lib/good\"},\"origin\":"
				 "\"user\",\"policy\":{\"severity\":\"critical\"}}\n");
	n += sprintf(events + n,
		     "{\"seq\":4,\"severity\":\"notice\",\"kind\":\"pcr-extend\","
		     "\"pcr\":11,\"process\":{\"exe\":\"/lib/<b>\"},\"rc\":\"0x000\"}\n");
	n += sprintf(events + n,
		     "{\"seq\":5,\"severity\":\"notice\",\"kind\":\"pcr-extend\","
		     "\"pcr\":11,\"process\":{\"exe\":\"/lib/bad\"},\"rc\":\"0x922\"}\n");
	n += sprintf(events + n, "{\"seq\":6,\"severity\":\"notice\",\"kind\":\"pcr-extend\","
				 "\"pcr\":10,\"origin\":\"kernel\"}\n");
	n += sprintf(events + n, "{\"seq\":7,\"severity\":\"warning\",\"kind\":\"pcr-reset\","
				 "\"pcr\":16,\"origin\":\"user\"}\n");
	case_good(&c);
	capture(&c, "c.tar", events);
	tree_text("/policy",
		  "[severity]\npcr-mismatch = warning\n[ignore]\npcrs = 7,16\n[pcr 10]\n"
		  "expected = kernel\n[pcr 11]\nexpected = /lib/good\nunexpected = critical\n");
	/* The module's word, which is not the capture's own "policy". */
	doc = report("c.tar", 0, 90);
	assert_string_equal(drtmon_html_word(doc, "events.policy.by"), "module");
	assert_true(json_is_null(drtmon_html_get(doc, "events.policy.file")));
	assert_int_equal(json_array_size(drtmon_html_get(doc, "events.alerts")), 2);
	assert_null(drtmon_html_get(doc, "events.recent.2.policy"));
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "status.last_alert.seq")), 7);
	json_decref(doc);
	/* The policy's. */
	doc = report("c.tar --policy policy", 0, 90);
	assert_string_equal(drtmon_html_word(doc, "events.policy.by"), "policy");
	assert_string_equal(drtmon_html_word(doc, "events.policy.file"), "policy");
	assert_int_equal(json_array_size(drtmon_html_get(doc, "events.alerts")), 2);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.alerts.0.seq")), 2);
	assert_string_equal(severity(doc, "alerts", 0), "warning");
	assert_string_equal(drtmon_html_word(doc, "events.alerts.0.severity"), "critical");
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.alerts.1.seq")), 4);
	assert_string_equal(severity(doc, "alerts", 1), "critical");
	assert_string_equal(drtmon_html_word(doc, "events.alerts.1.policy.reason"),
			    "PCR 11 is not expected to be changed by /lib/<b>");
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.by_severity.info")), 2);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.by_severity.notice")), 3);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.by_severity.warning")), 1);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "events.by_severity.critical")),
			 1);
	assert_int_equal(json_integer_value(drtmon_html_get(doc, "status.last_alert.seq")), 4);
	assert_string_equal(drtmon_html_word(doc, "status.last_alert.policy.severity"), "critical");
	json_decref(doc);
	text = text_of("page.html");
	assert_non_null(strstr(text, "data-key=\"events.alerts.1.policy.severity\">critical<"));
	assert_non_null(strstr(text, "data-key=\"status.last_alert.policy.severity\">critical<"));
	assert_non_null(strstr(text, "data-key=\"events.policy.file\">policy<"));
	free(text);
	assert_int_equal(run("report --from c.tar --policy policy >text"), 0);
	text = text_of("text");
	assert_non_null(strstr(text, "2 info, 3 notice, 1 warning, 1 critical;"));
	assert_non_null(strstr(text, "\nAlert Policy: policy\n"));
	assert_non_null(strstr(text, "critical pcr-extend      PCR 11"));
	assert_non_null(strstr(text, ": PCR 11 is not expected to be changed by /lib/<b>\n"));
	free(text);
}

/* A document of any shape makes a page. */
static void test_shapes(void **state)
{
	static const char *const docs[] = {
		"{}",
		"[]",
		"{\"picture\":5,\"why\":[],\"chips\":{},\"logs\":[[],{}],\"hooks\":[0]}",
		"{\"events\":{\"readable\":true,\"recent\":[null,{\"process\":[]}],\"alerts\":{}},"
		"\"chips\":[{\"pcrs\":{\"sha256\":{\"0\":[]}},\"baseline\":[{}]}],"
		"\"stats\":{\"<x>\":1}}",
	};
	size_t i;

	for (i = 0; i < sizeof(docs) / sizeof(docs[0]); i++) {
		json_t *doc = json_loads(docs[i], 0, NULL);
		char *page = drtmon_report_html(doc);

		assert_non_null(page);
		page_check(page, doc);
		free(page);
		json_decref(doc);
	}
}

static bool changed(const json_t *changes, const char *what)
{
	size_t i;

	for (i = 0; i < json_array_size(changes); i++)
		if (!strncmp(drtmon_html_word(json_array_get(changes, i), "what"), what,
			     strlen(what)))
			return true;
	return false;
}

static void test_diff(void **state)
{
	struct txt_case good, bad;
	json_t *a, *b, *changes, *none;

	case_good(&good);
	case_good(&bad);
	bad.pcr[0][0] ^= 1;
	capture(&good, "good", NULL);
	capture(&bad, "bad", NULL);
	a = report("good", 0, 1);
	b = report("bad", 1, 1);
	changes = drtmon_report_diff(a, a);
	assert_int_equal(json_array_size(changes), 0);
	json_decref(changes);
	changes = drtmon_report_diff(a, b);
	assert_true(changed(changes, "DRTM"));
	assert_true(changed(changes, "event log launch"));
	assert_true(changed(changes, "tpm0 PCR 17 sha256"));
	assert_false(changed(changes, "tpm0 PCR 18"));
	assert_false(changed(changes, "kernel"));
	json_decref(changes);
	none = json_object();
	changes = drtmon_report_diff(a, none);
	json_decref(none);
	assert_true(json_array_size(changes) > 3);
	json_decref(changes);
	json_decref(a);
	json_decref(b);
}

static void test_save(void **state)
{
	struct txt_case c;
	json_t *saved;
	char *text;
	int i;

	case_good(&c);
	capture(&c, "good", NULL);
	c.pcr[0][0] ^= 1;
	capture(&c, "bad", NULL);
	tree_text("/kept/report-mine.json", "not of ours");
	assert_int_equal(run("report --from good --save kept >text"), 0);
	text = text_of("text");
	assert_non_null(strstr(text, "first report"));
	free(text);
	assert_int_equal(run("report --from good --save kept >text"), 0);
	text = text_of("text");
	assert_non_null(strstr(text, "nothing changed since report-"));
	free(text);
	/* Exit 0 says that it was saved, whatever it says. */
	assert_int_equal(run("report --from bad --save kept -j >saved.json"), 0);
	saved = json_of("saved.json");
	assert_true(changed(json_object_get(saved, "changes"), "DRTM"));
	assert_non_null(json_string_value(json_object_get(saved, "since")));
	json_decref(saved);
	for (i = 0; i < 3; i++)
		assert_int_equal(run("report --from bad -q --save kept --keep 2"), 0);
	assert_int_equal(run("help >/dev/null; ls kept | grep -c ^report-2 >count"), 0);
	text = text_of("count");
	assert_string_equal(text, "4\n");
	free(text);
	text = text_of("kept/report-mine.json");
	assert_string_equal(text, "not of ours");
	free(text);
	json_decref(json_of("kept/latest.json"));
	/* The newest cannot be read: then the one before it is what to compare with. */
	tree_text("/kept/report-9999-01-01T000000Z.json", "{");
	assert_int_equal(run("report --from bad --save kept --keep 9 >text"), 0);
	text = text_of("text");
	assert_non_null(strstr(text, "nothing changed since report-2"));
	free(text);
	assert_int_equal(run("report --from bad --save /dev/null/x 2>err"), 1);
	assert_int_equal(run("report --from bad -q --save new/one//deep/"), 0);
	json_decref(json_of("new/one/deep/latest.json"));
	assert_int_equal(run("report --from bad --keep 2 2>err"), 2);
	assert_int_equal(run("report --from bad --save= 2>err"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_measured),      T(test_log_ahead),   T(test_contradictory),
		T(test_not_launched),  T(test_no_tpm_page), T(test_nothing),
		T(test_hostile),       T(test_policy),	    T(test_log_later),
		T(test_log_not_whole), T(test_log_cut),	    T(test_secure_boot),
		T(test_shapes),	       T(test_diff),	    T(test_save),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
