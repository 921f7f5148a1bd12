// SPDX-License-Identifier: GPL-2.0-or-later
/* What a log is taken for, and where each format's rules end. */
#include "tests/log/build.h"

#include <errno.h>
#include <stdio.h>

#include "lib/log/ima_text.h"
#include "lib/log/log.h"

/* A log as text, with its length: it may hold NULs. */
#define BYTES(text) text, sizeof(text) - 1

static enum drtmon_log_format taken_for(const void *data, size_t len)
{
	struct drtmon_log_args args = { .data = data, .len = len };
	enum drtmon_log_format format;
	struct drtmon_log *log;

	assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
	format = drtmon_log_info(log)->format;
	drtmon_log_close(log);
	return format;
}

#define BOM   "\xef\xbb\xbf"
#define HEX40 "0123456789abcdef0123456789abcdef01234567"

static void test_detect_text(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		enum drtmon_log_format format;
	} logs[] = {
		{ BYTES("10 " HEX40 " ima-ng"), DRTMON_LOG_IMA_ASCII },
		{ BYTES("\r\n 1 " HEX40 " ima"), DRTMON_LOG_IMA_ASCII },
		{ BYTES("100 " HEX40 " ima-ng"), DRTMON_LOG_UNKNOWN },
		{ BYTES("10"), DRTMON_LOG_UNKNOWN },
		{ BYTES("10\t" HEX40 " ima-ng"), DRTMON_LOG_UNKNOWN },
		{ BYTES("10 " HEX40), DRTMON_LOG_UNKNOWN },
		{ BYTES("10 " HEX40 "0 ima-ng"), DRTMON_LOG_UNKNOWN },
		{ BYTES("10 0123 ima-ng"), DRTMON_LOG_UNKNOWN },
		{ BYTES("10 " HEX40 ";ima-ng"), DRTMON_LOG_UNKNOWN },
		{ BYTES("   \n"), DRTMON_LOG_UNKNOWN },
		{ BYTES(" [{\"recnum\":0}]"), DRTMON_LOG_CEL_JSON },
		{ BYTES("\036{\"seq\":1,\"kind\":\"x\"}"), DRTMON_LOG_CEL_SEQ },
		{ BYTES("{\"seq\":1,\"kind\":\"x\"}"), DRTMON_LOG_EVENTS },
		{ BYTES("{\"seq\":1}"), DRTMON_LOG_CEL_JSON },
		{ BYTES("{\"kind\":\"x\"}"), DRTMON_LOG_CEL_JSON },
		{ BYTES("{\"recnum\":1,\"seq\":1,\"kind\":\"x\"}"), DRTMON_LOG_CEL_JSON },
		/* The mark of UTF-8 is text's alone. */
		{ BYTES(BOM "10 " HEX40 " ima-ng"), DRTMON_LOG_IMA_ASCII },
		{ BYTES(BOM "[{\"recnum\":0}]"), DRTMON_LOG_CEL_JSON },
		{ BYTES(BOM "{\"seq\":1,\"kind\":\"x\"}"), DRTMON_LOG_EVENTS },
		{ BYTES(BOM "\0\0\0\0\3\0\0\0"), DRTMON_LOG_UNKNOWN },
		{ BYTES(BOM BOM "[{\"recnum\":0}]"), DRTMON_LOG_UNKNOWN },
		{ BYTES("\xef\xbb"), DRTMON_LOG_UNKNOWN },
	};
	size_t i;

	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++)
		if (taken_for(logs[i].data, logs[i].len) != logs[i].format)
			fail_msg("%zu: %s", i, logs[i].data);
}

/* A mark of UTF-8 is no part of the first line, whether the format is told or found. */
static void test_bom(void **state)
{
	static const char line[] = BOM "10 " HEX40 " ima-ng sha1:00 /a\n";
	struct drtmon_log_args args = { .data = (const uint8_t *)line, .len = sizeof(line) - 1 };
	struct drtmon_log_event event;
	struct drtmon_log *log;
	int told;

	for (told = 0; told < 2; told++) {
		args.format = told ? DRTMON_LOG_IMA_ASCII : DRTMON_LOG_UNKNOWN;
		assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
		assert_int_equal(drtmon_log_next(log, &event), 1);
		assert_int_equal(event.offset, 3);
		assert_int_equal(drtmon_log_next(log, &event), 0);
		assert_true(drtmon_log_info(log)->complete);
		assert_int_equal(drtmon_log_info(log)->n_problems, 0);
		drtmon_log_close(log);
	}
}

/* What is no log says what it seems to be, and how a log is got from it. */
static void test_foreign(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		const char *what;
	} files[] = {
		{ BYTES("\x1f\x8b\x08"), "not recognised; it is compressed: run: zcat FILE |" },
		{ BYTES("\xfd"
			"7zXZ\0\0"),
		  "run: xzcat FILE |" },
		{ BYTES("\x28\xb5\x2f\xfd"), "run: zstdcat FILE |" },
		{ BYTES("00000000: 0000 0000 0300"), "run: xxd -r FILE |" },
		{ BYTES("00000000  00 00 00 00"), "hexdump -C" },
		{ BYTES(HEX40 "\n" HEX40 "\n"), "run: xxd -r -p FILE |" },
		{ BYTES("\x1f"), NULL },
		{ BYTES("\xfd"
			"7zXY\0\0"),
		  NULL },
		{ BYTES("00000000: x"), NULL },
		{ BYTES("00000001: 0000"), NULL },
		{ BYTES("0123456789abcdef"), NULL },
		{ BYTES(HEX40 "\n" HEX40 " /init"), NULL },
	};
	static struct build log;
	struct drtmon_analysis a;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		log.len = 0;
		put(&log, files[i].data, files[i].len);
		look_at(&a, &log, NULL);
		assert_int_equal(a.info->n_problems, 1);
		if (files[i].what && !says(&a, files[i].what))
			fail_msg("%zu: %s", i, a.info->problem[0].what);
		if (!files[i].what)
			assert_string_equal(a.info->problem[0].what, "format is not recognised");
		drtmon_analysis_free(&a);
	}
	memset(log.data, 'a', 512);
	memcpy(log.data + 257, "ustar", 5);
	log.len = 512;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "run: drtmon report --from FILE"));
	drtmon_analysis_free(&a);
	log.len = 261;
	look_at(&a, &log, NULL);
	assert_false(says(&a, "tar"));
	drtmon_analysis_free(&a);
}

/* TLV: record number, then a PCR, an NV index or a measurement register. */
static void test_detect_tlv(void **state)
{
	static const struct {
		uint8_t recnum_len, type, index_len;
		bool is;
	} heads[] = {
		{ 1, 1, 1, true },  { 8, 2, 4, true },	{ 4, 108, 1, true }, { 0, 1, 1, false },
		{ 9, 1, 1, false }, { 4, 3, 1, false }, { 4, 1, 0, false },  { 4, 1, 5, false },
	};
	uint8_t data[40];
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		memset(data, 0, sizeof(data));
		data[4] = heads[i].recnum_len;
		data[5] = 0x55;
		data[5 + heads[i].recnum_len] = heads[i].type;
		data[5 + heads[i].recnum_len + 4] = heads[i].index_len;
		/* Not a record of TCG 1.2 as well. */
		assert_int_equal(taken_for(data, 20) == DRTMON_LOG_CEL_TLV,
				 heads[i].is && 5 + heads[i].recnum_len + 5 <= 20);
	}
	assert_int_equal(taken_for("\0\0\0\0\1", 5), DRTMON_LOG_UNKNOWN);
	assert_int_equal(taken_for("\0\0\0\0\1\0\1\0\0", 9), DRTMON_LOG_UNKNOWN);
}

static void test_detect_tcg(void **state)
{
	static const struct {
		uint32_t pcr, type, len;
		bool is;
	} heads[] = {
		{ 0, 3, 0, true },	    { 23, 0x13, 4, true },
		{ 0, 0x14, 0, false },	    { 17, 0x402, 20, true },
		{ 17, 0x5ff, 20, true },    { 17, 0x601, 20, true },
		{ 17, 0x9001, 1, true },    { 17, 0x700, 20, false },
		{ 7, 0x80000001, 0, true }, { 7, 0x80000100, 0, false },
		{ 32, 4, 0, false },	    { 40, 0x401, 0, true },
		{ UINT32_MAX, 4, 0, true }, { 0, 4, (16 << 20) + 1, false },
	};
	static struct build log;
	uint8_t zero[32] = { 0 };
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		log.len = 0;
		put32(&log, heads[i].pcr);
		put32(&log, heads[i].type);
		put(&log, hash_of("sha1", "x", 1), 20);
		put32(&log, heads[i].len);
		if ((taken_for(log.data, log.len) == DRTMON_LOG_TCG12) != heads[i].is)
			fail_msg("PCR %u, type 0x%x", heads[i].pcr, heads[i].type);
	}
	assert_int_equal(taken_for(zero, sizeof(zero)), DRTMON_LOG_UNKNOWN);
	/* Cut inside its first record, but begun like a header. */
	assert_int_equal(taken_for("\0\0\0\0\3\0\0\0", 8), DRTMON_LOG_TCG12);
	assert_int_equal(taken_for("\0\0\0\0\3\0\0", 7), DRTMON_LOG_UNKNOWN);
	assert_int_equal(taken_for("\0\0\0\0\4\0\0\0", 8), DRTMON_LOG_UNKNOWN);
	assert_int_equal(taken_for("\1\0\0\0\3\0\0\0", 8), DRTMON_LOG_UNKNOWN);
	assert_int_equal(taken_for(BYTES("TXT Event Containe")), DRTMON_LOG_UNKNOWN);
}

/* One problem each; the events around it are kept. */
static void test_events(void **state)
{
	static const struct {
		const char *line, *what;
	} lines[] = {
		{ "{\"seq\":2,\"kind\":7,\"pcr\":1}", "\"kind\" is no string" },
		{ "{\"seq\":2,\"kind\":\"pcr-extend\",\"rc\":\"0x0\"}", "pcr-extend of no PCR" },
		{ "{\"seq\":2,\"kind\":\"pcr-reset\",\"pcr\":32}", "pcr-reset of no PCR" },
		{ "{\"seq\":2,\"kind\":\"pcr-reset\",\"pcr\":-1}", "pcr-reset of no PCR" },
		{ "{\"seq\":2,\"kind\":\"pcr-extend\",\"pcr\":\"1\"}", "pcr-extend of no PCR" },
		{ "{\"seq\":2,\"kind\":\"pcr-extend\",\"pcr\":1,\"rc\":\"0x0\"}",
		  "without a usable digest" },
		{ "{\"seq\":2,\"kind\":\"pcr-extend\",\"pcr\":1,\"rc\":\"0x0\","
		  "\"digests\":{\"md5\":\"00\"}}",
		  "\"md5\" is no usable digest" },
		{ "{\"seq\":2,\"kind\":\"x\",\"digests\":{\"sha1\":7}}",
		  "\"sha1\" is no usable digest" },
		{ "{\"seq\":2,\"kind\":\"x\",\"digests\":{\"sha1\":\"00\"}}",
		  "\"sha1\" is no usable digest" },
		{ "{\"seq\":2,\"kind\":\"events-lost\"}", "events were lost here" },
		{ "{\"seq\":9,\"kind\":\"x\"}", "sequence goes from 1 to 9" },
	};
	static struct build log;
	struct drtmon_analysis a;
	char text[1024];
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text),
			 "{\"seq\":1,\"kind\":\"x\"}\n%s\n"
			 "{\"seq\":%d,\"kind\":\"pcr-extend\",\"pcr\":5,\"rc\":\"0x0\",\"digests\":"
			 "{\"sha1\":\"" HEX40 "\"}}\n",
			 lines[i].line, strstr(lines[i].line, ":9,") ? 10 : 3);
		text_log(&log, text);
		look_at(&a, &log, NULL);
		assert_int_equal(a.info->format, DRTMON_LOG_EVENTS);
		assert_int_equal(a.info->events, 3);
		if (!says(&a, lines[i].what))
			fail_msg("%s: not \"%s\"", lines[i].line, lines[i].what);
		assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sha1"), 5));
		assert_false(drtmon_analysis_good(&a));
		drtmon_analysis_free(&a);
	}
	/* What the TPM refused, or nobody knows it took, extends nothing and is no problem. */
	text_log(&log, "{\"seq\":1,\"kind\":\"pcr-extend\",\"pcr\":5,\"rc\":\"0x921\",\"digests\":"
		       "{\"sha1\":\"" HEX40 "\"}}"
		       "{\"seq\":2,\"kind\":\"pcr-extend\",\"pcr\":5,\"digests\":{\"sha1\":\"" HEX40
		       "\"}}{\"seq\":3,\"kind\":\"pcr-reset\",\"pcr\":16,\"rc\":\"0x1\"}"
		       "{\"kind\":\"x\"}");
	look_at(&a, &log, NULL);
	assert_int_equal(a.info->events, 4);
	assert_int_equal(a.info->n_problems, 1);
	assert_true(says(&a, "nothing in the log extends a PCR"));
	assert_null(drtmon_pcrs_get(a.pcrs, alg_of("sha1"), 5));
	drtmon_analysis_free(&a);
	text_log(&log, "{\"seq\":1,\"kind\":\"x\"}[]");
	look_at(&a, &log, NULL);
	assert_int_equal(a.info->events, 1);
	assert_true(says(&a, "value is no event"));
	drtmon_analysis_free(&a);
}

static void tlv(struct build *b, uint8_t type, const void *data, uint32_t len)
{
	put(b, &type, 1);
	put32be(b, len);
	put(b, data, len);
}

/* A whole record, with one field other than it should be. */
static void tlv_record(struct build *b, uint8_t index_type, uint32_t index_len, uint8_t alg,
		       uint32_t digest_len, uint8_t content_type, uint8_t first)
{
	static struct build list, content;
	static const uint8_t index[16] = { 0 };
	uint8_t digest[64] = { 1 }, type[4] = { 0, 0, 0, 4 };

	list.len = 0;
	tlv(&list, alg, digest, digest_len);
	content.len = 0;
	tlv(&content, first, type, 4);
	tlv(&content, 1, "data", 4);
	tlv(b, 0, index, 4);
	tlv(b, index_type, index, index_len);
	tlv(b, 3, list.data, (uint32_t)list.len);
	tlv(b, content_type, content.data, (uint32_t)content.len);
}

static void test_tlv(void **state)
{
	static const struct {
		uint8_t index_type;
		uint32_t index_len;
		uint8_t alg;
		uint32_t digest_len;
		uint8_t content_type, first;
		const char *what;
	} records[] = {
		{ 9, 4, 4, 20, 5, 0, "field of type 9 is no PCR" },
		{ 1, 9, 4, 20, 5, 0, "field of type 1 is no PCR" },
		{ 1, 4, 4, 19, 5, 0, "19 bytes are no digest of algorithm 0x0004" },
		{ 1, 4, 0x77, 20, 5, 0, "20 bytes are no digest of algorithm 0x0077" },
		{ 1, 4, 4, 20, 5, 7, "content is malformed" },
		{ 1, 4, 4, 20, 7, 7, "content is malformed" },
	};
	static struct build log;
	struct drtmon_analysis a;
	size_t i, len;

	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		log.len = 0;
		tlv_record(&log, 1, 4, 4, 20, 5, 0);
		tlv_record(&log, records[i].index_type, records[i].index_len, records[i].alg,
			   records[i].digest_len, records[i].content_type, records[i].first);
		look_at(&a, &log, NULL);
		assert_int_equal(a.info->format, DRTMON_LOG_CEL_TLV);
		assert_true(a.info->events >= 1);
		if (!says(&a, records[i].what))
			fail_msg("%zu: not \"%s\"", i, records[i].what);
		assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sha1"), 0));
		drtmon_analysis_free(&a);
	}
	/* Cut anywhere in the second record: the first one stays, and where it ends is told. */
	log.len = 0;
	tlv_record(&log, 1, 4, 4, 20, 5, 0);
	len = log.len;
	tlv_record(&log, 1, 4, 4, 20, 5, 0);
	while (--log.len > len) {
		look_at(&a, &log, NULL);
		assert_int_equal(a.info->events, 1);
		assert_int_equal(a.info->end, len);
		assert_false(a.info->complete);
		assert_true(a.info->n_problems > 0);
		drtmon_analysis_free(&a);
	}
	/* A field larger than any record. */
	log.len = len;
	put(&log, "\0", 1);
	put32be(&log, (16 << 20) + 1);
	look_at(&a, &log, NULL);
	assert_true(says(&a, "oversized"));
	drtmon_analysis_free(&a);
}

static ssize_t rebuilt(uint8_t *out, size_t max, const char *name, const char *fields,
		       unsigned int reading)
{
	return drtmon_ima_text_data(out, max, name, strlen(name), fields, strlen(fields), reading,
				    false);
}

#define HASH "sha1:" HEX40
#define EVM  "evm-sig", " " HASH " /a"

/* A line of text becomes template data, or it does not; never more than there is room for. */
static void test_ima_text(void **state)
{
	static const struct {
		const char *name, *fields;
		unsigned int reading;
		ssize_t len;
	} lines[] = {
		{ "ima", " " HEX40 " /init", 0, 20 + 256 },
		{ "ima", " " HEX40 " /init", 1, -EINVAL },
		{ "ima", " " HEX40, 0, -EINVAL },
		{ "ima", " " HEX40 "-/init", 0, -EINVAL },
		{ "ima", " x" HEX40 " /ini", 0, -EINVAL },
		{ "ima", " 0123456789abcdef0123456789abcdef0123456x /init", 0, -EINVAL },
		{ "ima-ng", " " HASH " /a b", 0, 4 + 6 + 20 + 4 + 5 },
		{ "ima-ng", " ima:" HASH " /a", 0, 4 + 10 + 20 + 4 + 3 },
		{ "ima-ng", " " HASH " ", 0, 4 + 6 + 20 + 4 + 1 },
		{ "ima-ng", "", 0, -EINVAL },
		{ "ima-ng", HASH " /a", 0, -EINVAL },
		{ "ima-ng", " " HASH, 0, -EINVAL },
		{ "ima-ng", " " HEX40 " /a", 0, -EINVAL },
		{ "ima-ng", " sha1:012 /a", 0, -EINVAL },
		{ "ima-ng", " sha1:0x /a", 0, -EINVAL },
		{ "ima-ng", " " HASH " /a", 1, -EINVAL },
		{ "ima-sig", " " HASH " /a 0302", 0, 30 + 4 + 3 + 4 + 2 },
		{ "ima-sig", " " HASH " /a b ", 0, 30 + 4 + 5 + 4 },
		{ "ima-sig", " " HASH " /a b", 1, 30 + 4 + 5 + 4 },
		{ "ima-sig", " " HASH " /a b", 2, -EINVAL },
		{ "ima-sig", " " HASH " /a", 0, -EINVAL },
		{ "ima-sig", " " HASH " /a 030", 0, -EINVAL },
		{ "ima-buf", " " HASH " key 3082", 0, 30 + 4 + 4 + 4 + 2 },
		{ "ima-modsig", " " HASH " /a 03 " HASH " 30", 0, 30 + 7 + 5 + 30 + 5 },
		{ "ima-modsig", " " HASH " /a   ", 0, 30 + 7 + 4 + 4 + 4 },
		{ "d-ng|n-ng", " " HASH " /a", 0, 30 + 7 },
		{ EVM " 03 security.x 01000000 61 0 0 33188", 0, 37 + 5 + 15 + 8 + 5 + 22 },
		{ EVM "     0 0 33188", 0, 37 + 4 * 4 + 22 },
		{ EVM " 03 x 1 2 0 0 33188", 0, -EINVAL },
		{ EVM "     0 0 65536", 0, -EINVAL },
		{ EVM "     4294967295 0 65535", 0, 37 + 4 * 4 + 22 },
		{ EVM "     4294967296 0 65535", 0, -EINVAL },
		{ EVM "     99999999999999999999999 0 0", 0, -EINVAL },
		{ EVM "     -1 0 0", 0, -EINVAL },
		/* A file without a mode: nothing was lost, the line is no such measurement. */
		{ EVM "     0 0 ", 0, -EINVAL },
		{ EVM "     0 0", 1, -EINVAL },
		{ EVM " b", 7, -EINVAL },
		/* Where no file was measured, there is none of them. */
		{ "evm-sig", " " HASH " boot_aggregate       ", 0, 30 + 19 + 7 * 4 },
		{ "evm-sig", " " HASH " boot_aggregate", 7, 30 + 19 + 7 * 4 },
		{ "evm-sig", " " HASH " boot_aggregate", 6, -EINVAL },
		{ "d-ng|n-ng|iuid", " " HASH " /a b 1000", 0, 30 + 9 + 8 },
		{ "d-ng|n-ng|iuid", " " HASH " /a b 1000", 1, -EINVAL },
		{ "d|n|imode", " " HEX40 " /a b 1000", 0, 24 + 9 + 6 },
		{ "unknown", " " HASH " /a", 0, -EINVAL },
		{ "n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n", " a", 0,
		  -EINVAL },
	};
	char name[300];
	uint8_t out[512];
	size_t i, max;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ssize_t n =
			rebuilt(out, sizeof(out), lines[i].name, lines[i].fields, lines[i].reading);

		if (n != lines[i].len)
			fail_msg("%s%s: %zd, not %zd", lines[i].name, lines[i].fields, n,
				 lines[i].len);
		for (max = 0; n > 0 && max < (size_t)n; max++)
			assert_int_equal(rebuilt(out, max, lines[i].name, lines[i].fields,
						 lines[i].reading),
					 -EINVAL);
	}
	/* A name longer than the template "ima" can hash. */
	snprintf(name, sizeof(name), " " HEX40 " %0255d", 0);
	assert_int_equal(rebuilt(out, sizeof(out), "ima", name, 0), 20 + 256);
	snprintf(name, sizeof(name), " " HEX40 " %0256d", 0);
	assert_int_equal(rebuilt(out, sizeof(out), "ima", name, 0), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_detect_text), cmocka_unit_test(test_detect_tlv),
		cmocka_unit_test(test_detect_tcg),  cmocka_unit_test(test_events),
		cmocka_unit_test(test_tlv),	    cmocka_unit_test(test_ima_text),
		cmocka_unit_test(test_bom),	    cmocka_unit_test(test_foreign),
	};

	return cmocka_run_group_tests_name("log-edges", tests, NULL, NULL);
}
