// SPDX-License-Identifier: GPL-2.0-or-later
/* TCG canonical event logs as JSON, as a sequence and as TLV, and drtmon's own events. */
#include "tests/log/build.h"

#include <stdio.h>

#include "lib/log/cel.h"
#include "lib/log/decode.h"

#define SHA1                                             \
	"\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":" \
	"\"00112233445566778899aabbccddeeff00112233\"}]"
#define STD                                                                                    \
	"\"content_type\":\"pcclient_std\",\"content\":{\"event_type\":\"EV_ACTION\",\"event_" \
	"data\":\"61\"}"

static const uint8_t digest[20] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99,
				    0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00, 0x11, 0x22, 0x33 };

static void one_extend(const char *text, enum drtmon_log_format format, uint64_t events)
{
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 };
	struct build b;

	text_log(&b, text);
	look_at(&a, &b, NULL);
	assert_string_equal(drtmon_log_format_name(a.info->format), drtmon_log_format_name(format));
	assert_int_equal(a.info->events, events);
	assert_true(a.info->complete);
	assert_false(says(&a, "CEL record") || says(&a, "\"content") || says(&a, "names") ||
		     says(&a, "no PCR"));
	chain(value, "sha1", digest);
	value_is(&a, "sha1", 3, value);
	drtmon_analysis_free(&a);
}

static void test_json(void **state)
{
	one_extend("{\"recnum\":0,\"pcr\":3," SHA1 "," STD "}", DRTMON_LOG_CEL_JSON, 1);
	one_extend("[ {\"recnum\":0,\"pcr\":3," SHA1 "," STD
		   "} , \n {\"recnum\":0,\"nv_index\":25165825,"
		   "\"content_type\":4,\"content\":[{\"type\":\"firmware_end\"}]} ]\n",
		   DRTMON_LOG_CEL_JSON, 2);
	one_extend("\x1e{\"recnum\":0,\"pcr\":3," SHA1 ",\"content_type\":\"systemd\",\"content\":"
		   "{\"eventType\":\"phase\",\"string\":\"enter-initrd\"}}\n",
		   DRTMON_LOG_CEL_SEQ, 1);
	/* As systemd writes it: no record number; a measurement of an NV index or RTMR. */
	one_extend("\x1e{\"pcr\":3," SHA1 ",\"content_type\":\"systemd\",\"content\":{\"string\":"
		   "\"cryptsetup:root:1234\",\"bootId\":\"fafafafafafafafafafafafafafafafa\","
		   "\"timestamp\":4711,\"eventType\":\"volume-key\"}}\n"
		   "\x1e{\"nv_index\":25166336," SHA1 ",\"content_type\":\"systemd\",\"content\":{"
		   "\"nvIndexName\":\"cryptsetup\",\"string\":\"x\",\"eventType\":\"keyslot\"}}\n"
		   "\x1e{\"rtmr\":2,\"mapped_pcr\":11," SHA1 ",\"content_type\":\"systemd\","
		   "\"content\":{\"string\":\"enter-initrd\"}}\n",
		   DRTMON_LOG_CEL_SEQ, 3);
	one_extend("{\"pcr\":3," SHA1 "}", DRTMON_LOG_CEL_JSON, 1);
	one_extend("{\"pcr\":3," SHA1 "}{\"recnum\":1,\"nv_index\":25166336," SHA1 "," STD "}",
		   DRTMON_LOG_CEL_JSON, 2);
	one_extend("{\"recnum\":0,\"pcr\":3,\"digests\":[{\"hashAlg\":4,\"digest\":"
		   "\"00112233445566778899AABBCCDDEEFF00112233\"}],\"content_type\":7,\"content\":"
		   "{\"template_name\":\"ima-ng\",\"template_data\":\"aabb\"}}",
		   DRTMON_LOG_CEL_JSON, 1);
}

static void expect_problem(const char *text, const char *what)
{
	struct drtmon_analysis a;
	struct build b;

	text_log(&b, text);
	look_at(&a, &b, NULL);
	if (!says(&a, what))
		fail_msg("%s does not say \"%s\" but \"%s\"", text, what, a.info->problem[0].what);
	assert_false(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
}

static void test_json_bad(void **state)
{
	static const char *const bad[][2] = {
		{ "{\"recnum\":0,\"pcr\":3,\"digests\":\"x\"," STD "}", "\"digests\" is no array" },
		{ "{\"recnum\":0,\"pcr\":3,\"digests\":[\"x\"]," STD "}", "unknown algorithm" },
		{ "{\"recnum\":0,\"pcr\":3,\"digests\":[{\"hashAlg\":65536}]," STD "}",
		  "unknown algorithm" },
		{ "{\"recnum\":0,\"pcr\":3,\"digests\":[{\"hashAlg\":\"averyveryverylongname\"}]"
		  "," STD "}",
		  "unknown algorithm" },
		{ "{\"recnum\":0,\"pcr\":3,\"digests\":[{\"hashAlg\":\"sha1\"}]," STD "}",
		  "20 bytes of hex" },
		{ "{\"recnum\":0,\"pcr\":3,\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":\"aa\"}]"
		  "," STD "}",
		  "20 bytes of hex" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1 "}", "has no \"content_type\"" },
		{ "{\"a\":1,\"b\":{\"recnum\":0,\"pcr\":33," SHA1 "," STD "}}", "neither a PCR" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1 ",\"content_type\":\"cel\"}", "no \"content\"" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1 ",\"content_type\":256,\"content\":{}}",
		  "is unknown" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1 ",\"content_type\":5,\"content\":{\"event_type\":"
		  "4294967296,\"event_data\":\"\"}}",
		  "no event type" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1
		  ",\"content_type\":5,\"content\":{\"event_type\":\"bad\","
		  "\"event_data\":\"\"}}",
		  "no event type" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1
		  ",\"content_type\":5,\"content\":{\"event_type\":5,"
		  "\"event_data\":\"xx\"}}",
		  "\"event_data\" is no hex" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1 ",\"content_type\":7,\"content\":{}}",
		  "\"template_name\" is no string" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1
		  ",\"content_type\":4,\"content\":{\"type\":\"state_trans\","
		  "\"data\":\"bad\"}}",
		  "names no transition" },
		{ "{\"recnum\":0,\"pcr\":3," SHA1
		  ",\"content_type\":4,\"content\":{\"type\":\"state_trans\","
		  "\"data\":4294967296}}",
		  "names no transition" },
		{ "{\"recnum\":0,\"pcr\":33," SHA1 "," STD "}", "neither a PCR" },
		{ "{\"recnum\":0," SHA1 "," STD "}", "neither a PCR" },
		{ "{\"recnum\":0,\"pcr\":3," STD "}", "no usable digest" },
		{ "{\"pcrs\":3}", "no \"recnum\"" },
		{ "[1]", "expected near" },
		{ "[[]]", "no \"recnum\"" },
		{ "[{\"recnum\":0,\"pcr\":3," SHA1 "," STD "}", "without a bracket" },
		{ "[{\"recnum\":0,\"pcr\":3," SHA1 "," STD "},", "without a bracket" },
		{ "[{\"recnum\":0,\"pcr\":3," SHA1 "," STD "}{", "without a bracket" },
		{ "[{\"recnum\":0,\"pcr\":3," SHA1 "," STD "}]]", "something follows" },
		{ "{\"recnum\":0,", "near end of file" },
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_problem(bad[i][0], bad[i][1]);
	expect_problem("{\"recnum\":0,\"pcr\":3," SHA1 ",\"content_type\":4,\"content\":{\"type\":"
		       "\"state_trans\",\"data\":[]}}",
		       "names no transition");
}

/* Records of these PCRs, each a digit, with these numbers; PCR 9 is an NV index. */
static void numbered(const char *pcrs, const char *numbers, const char *problem)
{
	static struct build b;
	struct drtmon_analysis a;
	unsigned int said = 0;
	char line[512];
	size_t i;

	b.len = 0;
	for (i = 0; pcrs[i]; i++) {
		snprintf(line, sizeof(line), "%c{\"recnum\":%c,\"%s\":%c," SHA1 "," STD "}",
			 i ? ',' : '[', numbers[i], pcrs[i] == '9' ? "nv_index" : "pcr", pcrs[i]);
		/* As systemd writes it. */
		if (numbers[i] == '-')
			snprintf(line, sizeof(line), ",{\"pcr\":%c," SHA1 "}", pcrs[i]);
		put(&b, line, strlen(line));
	}
	put(&b, "]", 1);
	look_at(&a, &b, NULL);
	assert_true(a.info->complete);
	assert_int_equal(a.info->events, strlen(pcrs));
	for (i = 0; i < a.info->n_problems; i++)
		said += !!strstr(a.info->problem[i].what, "number");
	if (said != !!problem || (problem && !says(&a, problem)))
		fail_msg("%s %s: %u, %s", pcrs, numbers, said, a.info->problem[0].what);
	drtmon_analysis_free(&a);
}

/* Numbers show what is missing, there twice or out of order, whichever way they count. */
static void test_numbers(void **state)
{
	numbered("01234", "01234", NULL);
	numbered("01011", "00112", NULL);
	numbered("00110", "01012", NULL);
	numbered("0101919", "0011021", NULL);
	numbered("0191", "0123", NULL);
	numbered("0109", "0010", NULL);
	/* The firmware's part is counted as one, and so is another one's behind it. */
	numbered("01233", "01201", NULL);
	numbered("0110", "0012", "record number of PCR 0 goes from 0 to 2");
	numbered("0011", "01-2", NULL);
	/* A record on its own is no log that could lack one. */
	numbered("6", "2", NULL);
	numbered("000", "015", "record number goes from 1 to 5");
	numbered("000", "021", "record number goes from 0 to 2");
	numbered("000", "000", "record number goes from 0 to 0");
	numbered("010", "013", "record number goes from 1 to 3");
	numbered("0101", "0012", "record number of PCR 1 goes from 0 to 2");
	numbered("01012", "00111", "records of PCR 2 begin with number 1");
	numbered("00", "78", "log begins with record number 7");
	numbered("00", "75", "log begins with record number 7");
	numbered("0909", "0124", "record number goes from 2 to 4");
	expect_problem("[{\"recnum\":-1,\"pcr\":3," SHA1 "," STD "}]", "is no number");
	expect_problem("[{\"recnum\":\"0\",\"pcr\":3," SHA1 "," STD "}]", "is no number");
}

static void tlv(struct build *b, uint8_t type, const void *value, uint32_t len)
{
	put(b, &type, 1);
	put32be(b, len);
	put(b, value, len);
}

/* recnum, index, digests, content: a record of @content with one SHA-1 digest. */
static void tlv_record(struct build *b, uint8_t recnum, uint8_t index_type, uint8_t index,
		       uint8_t type, const struct build *content)
{
	static struct build digests;
	const uint8_t number[8] = { [7] = recnum };

	digests.len = 0;
	tlv(&digests, 4, digest, sizeof(digest));
	tlv(b, 0, number, sizeof(number));
	tlv(b, index_type, &index, 1);
	tlv(b, 3, digests.data, (uint32_t)digests.len);
	tlv(b, type, content->data, (uint32_t)content->len);
}

static void test_tlv(void **state)
{
	static struct build b, content;
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 };

	content.len = 0;
	tlv(&content, 0, "\0\0\0\5", 4);
	tlv(&content, 1, "abc", 3);
	b.len = 0;
	tlv_record(&b, 0, 1, 3, DRTMON_CEL_PCCLIENT_STD, &content);
	content.len = 0;
	tlv(&content, 0, "ima-ng", 6);
	tlv(&content, 1, "abc", 3);
	tlv_record(&b, 1, 108, 3, DRTMON_CEL_IMA_TEMPLATE, &content);
	tlv_record(&b, 2, 2, 9, 80, &content);
	look_at(&a, &b, NULL);
	assert_int_equal(a.info->format, DRTMON_LOG_CEL_TLV);
	assert_int_equal(a.info->events, 3);
	assert_true(a.info->complete);
	chain(value, "sha1", digest);
	chain(value, "sha1", digest);
	value_is(&a, "sha1", 3, value);
	assert_false(says(&a, "number"));
	drtmon_analysis_free(&a);
	tlv_record(&b, 4, 1, 3, 80, &content);
	look_at(&a, &b, NULL);
	assert_true(says(&a, "record number goes from 2 to 4"));
	drtmon_analysis_free(&a);
}

static void tlv_bad(struct build *b, const char *what)
{
	struct drtmon_analysis a;

	look_at(&a, b, NULL);
	if (!says(&a, what))
		fail_msg("not \"%s\" but \"%s\"", what, a.info->problem[0].what);
	drtmon_analysis_free(&a);
}

static void test_tlv_bad(void **state)
{
	static struct build b, content, good;
	size_t first, cut;

	content.len = 0;
	tlv(&content, 0, "\0\0\0\5", 4);
	tlv(&content, 1, "abc", 3);
	good.len = 0;
	tlv_record(&good, 0, 1, 3, DRTMON_CEL_PCCLIENT_STD, &content);
	first = good.len;
	tlv_record(&good, 1, 1, 3, DRTMON_CEL_PCCLIENT_STD, &content);
	for (cut = first + 1; cut < good.len; cut++) {
		b = good;
		b.len = cut;
		tlv_bad(&b, cut - first < 5 ? "inside a field's head" : "");
	}
	b = good;
	b.data[first + 1] = 0xff;
	tlv_bad(&b, "oversized");
	b = good;
	b.data[first] = 9;
	tlv_bad(&b, "fields are not recnum");
	b = good;
	b.data[first + 13 + 5] = 77;
	tlv_bad(&b, "is no PCR");
	b = good;
	b.data[first + 13 + 6 + 5] = 0x77;
	tlv_bad(&b, "no digest of algorithm 0x0077");
	b = good;
	b.data[first + 13 + 6 + 5 + 4] = 21;
	tlv_bad(&b, "digests are malformed");
	b = good;
	b.data[first + 13 + 6 + 5 + 25 + 5] = 9;
	tlv_bad(&b, "content is malformed");
}

#define EVENT(seq, kind, rest) "{\"seq\":" seq ",\"kind\":\"" kind "\"," rest "}\n"
#define DIGEST		       "\"digests\":{\"sha1\":\"00112233445566778899aabbccddeeff00112233\"}"

static void test_events(void **state)
{
	static struct build b;
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 };

	text_log(&b, EVENT("1", "pcr-extend", "\"pcr\":16,\"rc\":\"0x000\"," DIGEST)
			     EVENT("2", "pcr-reset", "\"pcr\":16,\"rc\":\"0x000\"") EVENT(
				     "3", "pcr-extend", "\"pcr\":16,\"rc\":\"0x101\"," DIGEST)
				     EVENT("4", "pcr-extend", "\"pcr\":16,\"rc\":\"0x000\"," DIGEST)
					     EVENT("5", "tpm-command", "\"pcr\":null"));
	look_at(&a, &b, NULL);
	assert_int_equal(a.info->format, DRTMON_LOG_EVENTS);
	assert_int_equal(a.info->events, 5);
	assert_true(drtmon_analysis_good(&a));
	chain(value, "sha1", digest);
	value_is(&a, "sha1", 16, value);
	drtmon_analysis_free(&a);
	expect_problem(EVENT("1", "events-lost", "\"count\":3"), "events were lost");
	expect_problem(EVENT("1", "pcr-extend", "\"pcr\":16,\"rc\":\"0x000\""),
		       "without a usable digest");
	expect_problem(EVENT("1", "pcr-extend", "\"pcr\":99,\"rc\":\"0x000\"," DIGEST),
		       "of no PCR");
	expect_problem(EVENT("1", "pcr-extend",
			     "\"pcr\":1,\"rc\":\"0x000\",\"digests\":{\"sha1\":\"0\"}"),
		       "no usable digest");
	expect_problem(EVENT("1", "x", "\"pcr\":1") EVENT("3", "x", "\"pcr\":1"), "from 1 to 3");
	expect_problem(EVENT("5", "x", "\"pcr\":1"), "begins with event 5");
	expect_problem("{\"seq\":1,\"kind\":2}", "no string");
	expect_problem(EVENT("1", "x", "\"pcr\":1") "1", "expected near");
}

/* Records in words, and the names of content types. */
static void words(void *ctx, const struct drtmon_analysis *a, const struct drtmon_log_event *event,
		  enum drtmon_check_result result, const char *why)
{
	struct drtmon_decoded out;
	json_t *json = drtmon_analysis_event_json(a, event, result, why);
	char type[64];

	drtmon_decode(&out, event, false, true);
	strcat(ctx, drtmon_decode_type(event, type, sizeof(type)));
	strcat(ctx, "=");
	strcat(ctx, out.text);
	strcat(ctx, "|");
	assert_non_null(json);
	json_decref(json);
	drtmon_decoded_free(&out);
}

static void test_words(void **state)
{
	static const char log[] =
		"{\"recnum\":0,\"pcr\":11," SHA1
		",\"content_type\":\"systemd\",\"content\":{\"eventType\":"
		"\"phase\",\"string\":\"enter-initrd\"}}"
		"{\"recnum\":0,\"pcr\":11," SHA1 ",\"content_type\":\"cel\",\"content\":{\"type\":"
		"\"firmware_end\"}}"
		"{\"recnum\":1,\"pcr\":16," SHA1 ",\"content_type\":\"drtmon\",\"content\":{}}";
	static const char events[] =
		EVENT("1", "pcr-extend",
		      "\"pcr\":16,\"rc\":\"0x101\",\"origin\":\"user\",\"device\":\"tpm0\","
		      "\"process\":{\"tgid\":5,\"uid\":7,\"comm\":\"x\\u001b\"}," DIGEST);
	char text[1024] = "";
	struct drtmon_analysis_args args = { .event = words, .ctx = text };
	struct drtmon_analysis a;

	args.log.data = (const uint8_t *)log;
	args.log.len = strlen(log);
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	drtmon_analysis_free(&a);
	assert_string_equal(text, "systemd=phase: enter-initrd|cel=firmware_end|drtmon=|");
	text[0] = '\0';
	args.log.data = (const uint8_t *)events;
	args.log.len = strlen(events);
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	drtmon_analysis_free(&a);
	assert_string_equal(
		text, "pcr-extend=user, x\\x1b (pid 5, uid 7) through tpm0, refused with 0x101|");
	assert_string_equal(drtmon_cel_content_name(7), "ima_template");
	assert_null(drtmon_cel_content_name(200));
	assert_int_equal(drtmon_cel_content(200), DRTMON_LOG_CONTENT_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),	 cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_json_bad), cmocka_unit_test(test_tlv),
		cmocka_unit_test(test_tlv_bad),	 cmocka_unit_test(test_events),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("log-cel", tests, NULL, NULL);
}
