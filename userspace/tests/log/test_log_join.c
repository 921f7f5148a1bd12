// SPDX-License-Identifier: GPL-2.0-or-later
/* Logs joined: explanation of PCRs, differences, export; and results as JSON. */
#include "tests/log/build.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/hex.h"
#include "lib/log/diff.h"
#include "lib/log/explain.h"
#include "lib/log/export.h"

#define ACTION 0x80000007

/* A firmware log whose PCR 0 and 4 have these texts. */
static void firmware(struct build *b, const char *const *texts, size_t n)
{
	size_t i;

	b->len = 0;
	for (i = 0; i < n; i++)
		put_tcg12(b, i % 2 ? 4 : 0, ACTION, "sha1", texts[i], (uint32_t)strlen(texts[i]));
}

static void ring(struct build *b, unsigned int seq, uint32_t pcr, const char *kind,
		 const char *text)
{
	char line[512], hex[41];

	drtmon_hex_encode(hex, hash_of("sha1", text, strlen(text)), 20);
	snprintf(line, sizeof(line),
		 "{\"seq\":%u,\"kind\":\"%s\",\"pcr\":%u,\"rc\":\"0x000\",\"digests\":{\"sha1\":\"%"
		 "s\"}}\n",
		 seq, kind, pcr, hex);
	put(b, line, strlen(line));
}

static void extend(struct drtmon_pcrs *pcrs, uint32_t pcr, const char *text)
{
	const uint8_t *old = drtmon_pcrs_get(pcrs, alg_of("sha1"), pcr);
	uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 0 };

	if (old)
		memcpy(value, old, 20);
	chain(value, "sha1", hash_of("sha1", text, strlen(text)));
	drtmon_pcrs_set(pcrs, alg_of("sha1"), pcr, value);
}

static const char *verdict(const struct drtmon_explain *e, uint32_t pcr)
{
	return drtmon_explain_verdict_name(drtmon_explain_get(e, alg_of("sha1"), pcr)->verdict);
}

static void count(void *ctx, enum drtmon_explain_source source, const struct drtmon_log *log,
		  const struct drtmon_log_event *event, bool again)
{
	unsigned int *n = ctx;

	n[again ? 1 : 0]++;
	assert_non_null(drtmon_explain_source_name(source));
	assert_non_null(drtmon_log_info(log));
	assert_true(event->pcr < 32);
}

static void test_explain(void **state)
{
	static const char *const texts[] = { "a", "b", "c", "d" };
	static struct build fw, ev;
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	uint8_t zero[DRTMON_ALG_DIGEST_MAX] = { 0 };
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_explain *e;
	unsigned int n[2] = { 0 };

	firmware(&fw, texts, 4);
	ev.len = 0;
	/* PCR 4's "d" was seen again, then extended with "e"; 16 was reset and extended. */
	ring(&ev, 1, 4, "pcr-extend", "d");
	ring(&ev, 2, 4, "pcr-extend", "e");
	ring(&ev, 3, 16, "pcr-extend", "lost by the reset");
	ring(&ev, 4, 16, "pcr-reset", "");
	ring(&ev, 5, 16, "pcr-extend", "f");
	extend(&pcrs, 0, "a");
	extend(&pcrs, 4, "b");
	extend(&pcrs, 4, "d");
	extend(&pcrs, 4, "e");
	extend(&pcrs, 16, "f");
	extend(&pcrs, 23, "nobody knows");
	drtmon_pcrs_set(&pcrs, alg_of("sha1"), 5, zero);
	logs[DRTMON_EXPLAIN_FIRMWARE].data = fw.data;
	logs[DRTMON_EXPLAIN_FIRMWARE].len = fw.len;
	logs[DRTMON_EXPLAIN_EVENTS].data = ev.data;
	logs[DRTMON_EXPLAIN_EVENTS].len = ev.len;
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_ptr_equal(drtmon_explain_bank(e, 0), alg_of("sha1"));
	assert_null(drtmon_explain_bank(e, 1));
	/* The TPM has PCR 0 after "a" only: the log is ahead of it. */
	assert_string_equal(verdict(e, 0), "log-ahead");
	assert_string_equal(verdict(e, 4), "explained");
	assert_string_equal(verdict(e, 5), "untouched");
	assert_string_equal(verdict(e, 6), "not-compared");
	assert_string_equal(verdict(e, 16), "explained");
	assert_string_equal(verdict(e, 23), "unexplained");
	assert_int_equal(drtmon_explain_get(e, alg_of("sha1"), 4)->used, 1);
	assert_null(drtmon_explain_get(e, alg_of("sha256"), 4));
	assert_int_equal(drtmon_explain_causes(e, 4, count, n), 0);
	assert_int_equal(n[0], 3);
	assert_int_equal(n[1], 1);
	assert_int_equal(drtmon_explain_info(e, DRTMON_EXPLAIN_EVENTS)->events, 5);
	drtmon_explain_free(e);
	memset(&pcrs, 0, sizeof(pcrs));
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), -ENODATA);
}

static void file_put(const char *path, const char *mode, const struct build *b)
{
	FILE *f = fopen(path, mode);

	assert_non_null(f);
	assert_int_equal(fwrite(b->data, 1, b->len, f), b->len);
	fclose(f);
}

/* A log from a file is the same as in memory, and what comes later is not in it. */
static void test_explain_file(void **state)
{
	static const char *const texts[] = { "a", "b", "c", "d" };
	static struct build fw, more;
	char path[] = "/tmp/drtmon-explain-XXXXXX";
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_explain *e;
	unsigned int n[2] = { 0 };

	firmware(&fw, texts, 4);
	close(mkstemp(path));
	file_put(path, "w", &fw);
	extend(&pcrs, 4, "b");
	extend(&pcrs, 4, "d");
	logs[DRTMON_EXPLAIN_FIRMWARE].path = path;
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_string_equal(verdict(e, 4), "explained");
	assert_true(drtmon_explain_info(e, DRTMON_EXPLAIN_FIRMWARE)->complete);
	more.len = 0;
	put_tcg12(&more, 4, 0xd, "sha1", "late", 4);
	file_put(path, "a", &more);
	assert_int_equal(drtmon_explain_causes(e, 4, count, n), 0);
	assert_int_equal(n[0], 2);
	drtmon_explain_free(e);
	/* Read anew it is there, and the TPM has not seen it. */
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_string_equal(verdict(e, 4), "log-ahead");
	drtmon_explain_free(e);
	/* Causes are counted by the first reading; a log without the PCR is not read again. */
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_int_equal(drtmon_explain_count(e, 4), 3);
	assert_int_equal(drtmon_explain_count(e, 5), 0);
	unlink(path);
	assert_int_equal(drtmon_explain_causes(e, 5, count, n), 0);
	assert_int_equal(drtmon_explain_causes(e, 4, count, n), -ENOENT);
	drtmon_explain_free(e);
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), -ENOENT);
	/* What could not be read is not the same as what is not there. */
	logs[DRTMON_EXPLAIN_FIRMWARE] = (struct drtmon_explain_log){ .unread = "why" };
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_string_equal(drtmon_explain_unread(e, DRTMON_EXPLAIN_FIRMWARE), "why");
	assert_null(drtmon_explain_unread(e, DRTMON_EXPLAIN_IMA));
	drtmon_explain_free(e);
	/* Only the beginning was kept, to a record's very end. */
	logs[DRTMON_EXPLAIN_FIRMWARE] =
		(struct drtmon_explain_log){ .data = fw.data, .len = fw.len, .truncated = true };
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_string_equal(verdict(e, 4), "explained");
	assert_false(drtmon_explain_info(e, DRTMON_EXPLAIN_FIRMWARE)->complete);
	drtmon_explain_free(e);
}

/* One entry of the template "ima-ng" with its right or a zero digest. */
static void put_ima(struct build *b, const char *file, bool violation)
{
	static const uint8_t head[] = { 12, 0, 0, 0, 's', 'h', 'a', '1', ':', 0, 1, 2, 3, 4, 5, 6 };
	static struct build data;
	uint8_t zero[20] = { 0 };

	data.len = 0;
	put(&data, head, sizeof(head));
	put32(&data, (uint32_t)strlen(file) + 1);
	put(&data, file, strlen(file) + 1);
	put32(b, 10);
	put(b, violation ? zero : hash_of("sha1", data.data, data.len), 20);
	put32(b, 6);
	put(b, "ima-ng", 6);
	put32(b, (uint32_t)data.len);
	put(b, data.data, data.len);
}

/* A kernel that pads, and a launch log of its own start values. */
static void test_explain_ima(void **state)
{
	static struct build ima, drtm;
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 0 }, padded[32] = { 0 };
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_explain *e;

	ima.len = 0;
	drtm.len = 0;
	put_ima(&ima, "/bin/sh", false);
	memcpy(padded, ima.data + 4, 20);
	chain(value, "sha256", padded);
	put_ima(&ima, "/bin/bad", true);
	memset(padded, 0xff, 32);
	chain(value, "sha256", padded);
	drtmon_pcrs_set(&pcrs, alg_of("sha256"), 10, value);
	put_tcg12(&drtm, 17, 0x402, "sha1", "sinit", 5);
	memset(value, 0, sizeof(value));
	chain(value, "sha1", hash_of("sha1", "sinit", 5));
	drtmon_pcrs_set(&pcrs, alg_of("sha1"), 17, value);
	logs[DRTMON_EXPLAIN_IMA].data = ima.data;
	logs[DRTMON_EXPLAIN_IMA].len = ima.len;
	logs[DRTMON_EXPLAIN_DRTM].data = drtm.data;
	logs[DRTMON_EXPLAIN_DRTM].len = drtm.len;
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_int_equal(drtmon_explain_get(e, alg_of("sha256"), 10)->verdict,
			 DRTMON_EXPLAIN_EXPLAINED);
	assert_true(drtmon_explain_get(e, alg_of("sha256"), 10)->padded);
	assert_string_equal(verdict(e, 17), "explained");
	drtmon_explain_free(e);
	/* The list grew since the PCR was read. */
	put_ima(&ima, "/bin/later", false);
	logs[DRTMON_EXPLAIN_IMA].len = ima.len;
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_int_equal(drtmon_explain_get(e, alg_of("sha256"), 10)->verdict,
			 DRTMON_EXPLAIN_AHEAD);
	assert_true(drtmon_explain_get(e, alg_of("sha256"), 10)->padded);
	drtmon_explain_free(e);
}

/* An entry of a list of another hash. */
static void put_ima_sha256(struct build *b, const char *file, uint8_t *sha1)
{
	static struct build one;

	one.len = 0;
	put_ima(&one, file, false);
	memcpy(sha1, one.data + 4, 20);
	put32(b, 10);
	put(b, hash_of("sha256", one.data + 38, one.len - 38), 32);
	put(b, one.data + 24, one.len - 24);
}

/* What a kernel pads is SHA-1 of the data, whichever list is read. */
static void test_explain_ima_other(void **state)
{
	static struct build ima;
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 0 }, padded[48] = { 0 };
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_explain *e;

	ima.len = 0;
	put_ima_sha256(&ima, "/bin/sh", padded);
	chain(value, "sha384", padded);
	drtmon_pcrs_set(&pcrs, alg_of("sha384"), 10, value);
	logs[DRTMON_EXPLAIN_IMA].data = ima.data;
	logs[DRTMON_EXPLAIN_IMA].len = ima.len;
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_int_equal(drtmon_explain_get(e, alg_of("sha384"), 10)->verdict,
			 DRTMON_EXPLAIN_EXPLAINED);
	assert_true(drtmon_explain_get(e, alg_of("sha384"), 10)->padded);
	drtmon_explain_free(e);
	/* No kernel pads SHA-256. */
	memcpy(padded, ima.data + 4, 32);
	memset(value, 0, sizeof(value));
	chain(value, "sha384", padded);
	drtmon_pcrs_set(&pcrs, alg_of("sha384"), 10, value);
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_int_equal(drtmon_explain_get(e, alg_of("sha384"), 10)->verdict,
			 DRTMON_EXPLAIN_UNEXPLAINED);
	drtmon_explain_free(e);
}

/* The first digest of PCR 17 may be its value: as its data proves, or as the TPM tells. */
static void test_explain_start(void **state)
{
	static const char *const data[] = { "sinit", "" };
	static struct build drtm;
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_explain *e;
	size_t i;

	for (i = 0; i < 2; i++) {
		memset(value, 0, sizeof(value));
		chain(value, "sha1", hash_of("sha1", "sinit", 5));
		drtm.len = 0;
		put32(&drtm, 17);
		put32(&drtm, 0x402);
		put(&drtm, value, 20);
		put32(&drtm, (uint32_t)strlen(data[i]));
		put(&drtm, data[i], strlen(data[i]));
		put_tcg12(&drtm, 17, 0x404, "sha1", "mle", 3);
		chain(value, "sha1", hash_of("sha1", "mle", 3));
		drtmon_pcrs_set(&pcrs, alg_of("sha1"), 17, value);
		logs[DRTMON_EXPLAIN_DRTM].data = drtm.data;
		logs[DRTMON_EXPLAIN_DRTM].len = drtm.len;
		assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
		assert_string_equal(verdict(e, 17), "explained");
		assert_true(drtmon_explain_get(e, alg_of("sha1"), 17)->start_is_value);
		assert_false(drtmon_explain_get(e, alg_of("sha1"), 17)->padded);
		drtmon_explain_free(e);
		value[0] ^= 1;
		drtmon_pcrs_set(&pcrs, alg_of("sha1"), 17, value);
		assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
		assert_string_equal(verdict(e, 17), "unexplained");
		drtmon_explain_free(e);
	}
}

static void is_blind(const struct build *ima, const uint8_t *sha256)
{
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_explain *e;

	drtmon_pcrs_set(&pcrs, alg_of("sha256"), 10, sha256);
	logs[DRTMON_EXPLAIN_IMA].data = ima->data;
	logs[DRTMON_EXPLAIN_IMA].len = ima->len;
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_int_equal(drtmon_explain_get(e, alg_of("sha256"), 10)->verdict,
			 DRTMON_EXPLAIN_UNDECIDED);
	assert_true(drtmon_explain_get(e, alg_of("sha256"), 10)->blind);
	drtmon_explain_free(e);
}

/* A text list without its data tells what its own bank was extended with, and no other. */
static void test_explain_blind(void **state)
{
	static const char line[] = "10 0123456789012345678901234567890123456789 custom sha1:00 a\n";
	static struct build ima;
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 0 }, violation[32], sha1[20];
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_explain *e;

	text_log(&ima, line);
	assert_int_equal(drtmon_hex_decode(sha1, sizeof(sha1), line + 3, 40), 20);
	chain(value, "sha1", sha1);
	drtmon_pcrs_set(&pcrs, alg_of("sha1"), 10, value);
	logs[DRTMON_EXPLAIN_IMA].data = ima.data;
	logs[DRTMON_EXPLAIN_IMA].len = ima.len;
	assert_int_equal(drtmon_explain_run(&e, logs, &pcrs, NULL), 0);
	assert_string_equal(verdict(e, 10), "explained");
	drtmon_explain_free(e);
	/* Another value, and that without this entry, of a violation behind it alone. */
	is_blind(&ima, hash_of("sha256", "x", 1));
	memset(value, 0, sizeof(value));
	text_log(&ima, "10 0123456789012345678901234567890123456789 custom sha1:00 a\n"
		       "10 0000000000000000000000000000000000000000 ima-ng sha1:00 a\n");
	memset(violation, 0xff, sizeof(violation));
	chain(value, "sha256", violation);
	is_blind(&ima, value);
}

static void file_write(char *path, const struct build *b)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, b->data, b->len), (ssize_t)b->len);
	close(fd);
}

static void test_diff(void **state)
{
	static const char *const old[] = { "Calling: 1", "b", "same", "d", "gone" };
	static const char *const new[] = { "Calling: 2", "b", "same", "d", "x", "new" };
	char a[] = "/tmp/drtmon-old-XXXXXX", b[] = "/tmp/drtmon-new-XXXXXX";
	struct drtmon_diff diff;
	struct drtmon_err err;
	static struct build log;
	json_t *json;

	firmware(&log, old, 5);
	file_write(a, &log);
	firmware(&log, new, 6);
	file_write(b, &log);
	assert_int_equal(drtmon_diff_run(&diff, a, b, &err), 0);
	/* PCR 0: one changed, one replaced by another name; PCR 4: one added. */
	assert_int_equal(diff.moved, 1 << 0 | 1 << 4);
	assert_int_equal(diff.kept, 0);
	assert_int_equal(diff.line[0].kind, DRTMON_DIFF_CHANGED);
	assert_string_equal(diff.line[0].new_text, "Calling: 2");
	assert_int_equal(diff.line[diff.count - 1].kind, DRTMON_DIFF_ADDED);
	assert_int_equal(diff.line[diff.count - 1].pcr, 4);
	json = drtmon_diff_json(&diff);
	assert_int_equal(json_array_size(json_object_get(json, "changes")), diff.count);
	assert_int_equal(json_array_size(json_object_get(json, "pcrs_moved")), 2);
	json_decref(json);
	drtmon_diff_free(&diff);
	assert_int_equal(drtmon_diff_run(&diff, a, a, &err), 0);
	assert_int_equal(diff.count, 0);
	assert_int_equal(diff.kept, 1 << 0 | 1 << 4);
	drtmon_diff_free(&diff);
	assert_int_equal(drtmon_diff_run(&diff, a, "/nonexistent", &err), -ENOENT);
	drtmon_diff_free(&diff);
	unlink(a);
	unlink(b);
	assert_string_equal(drtmon_diff_kind_name(DRTMON_DIFF_REMOVED), "removed");
}

static void diff_of(struct drtmon_diff *diff, const struct build *old, const struct build *new)
{
	char a[] = "/tmp/drtmon-old-XXXXXX", b[] = "/tmp/drtmon-new-XXXXXX";
	struct drtmon_err err = { 0 };

	file_write(a, old);
	file_write(b, new);
	if (drtmon_diff_run(diff, a, b, &err))
		fail_msg("%s", err.msg);
	unlink(a);
	unlink(b);
}

/* A log that is cut, no log or empty proves nothing, not even beside itself. */
static void test_diff_cut(void **state)
{
	static const char *const texts[] = { "a", "b", "c", "d", "e" };
	static struct build whole, cut, junk;
	struct drtmon_diff diff;
	json_t *json;

	firmware(&whole, texts, 5);
	cut = whole;
	cut.len -= 3;
	diff_of(&diff, &cut, &cut);
	assert_int_equal(diff.count, 0);
	assert_int_equal(diff.moved | diff.kept, 0);
	assert_int_equal(diff.not_compared, 1 << 0 | 1 << 4);
	assert_int_not_equal(diff.old.info->n_problems, 0);
	assert_false(drtmon_diff_equal(&diff));
	json = drtmon_diff_json(&diff);
	assert_int_equal(json_array_size(json_object_get(json, "pcrs_not_compared")), 2);
	json_decref(json);
	drtmon_diff_free(&diff);
	/* What the cut took is listed, and says nothing of the PCRs. */
	diff_of(&diff, &whole, &cut);
	assert_int_equal(diff.count, 1);
	assert_int_equal(diff.moved | diff.kept, 0);
	drtmon_diff_free(&diff);
	text_log(&junk, "no log of any kind");
	diff_of(&diff, &junk, &junk);
	assert_null(diff.alg);
	assert_false(drtmon_diff_equal(&diff));
	drtmon_diff_free(&diff);
	text_log(&junk, "");
	diff_of(&diff, &junk, &junk);
	assert_false(drtmon_diff_equal(&diff));
	drtmon_diff_free(&diff);
}

/* What is wrong with both alike is no difference. */
static void test_diff_problem(void **state)
{
	static const char *const texts[] = { "a", "b" };
	static struct build bad;
	struct drtmon_diff diff;

	firmware(&bad, texts, 2);
	bad.data[bad.len - 1] ^= 1;
	diff_of(&diff, &bad, &bad);
	assert_int_equal(diff.old.info->n_problems, 1);
	assert_true(drtmon_diff_equal(&diff));
	drtmon_diff_free(&diff);
}

static void ring_of(struct build *b, const char *alg, const char *text)
{
	char line[512], hex[2 * DRTMON_ALG_DIGEST_MAX + 1];

	drtmon_hex_encode(hex, hash_of(alg, text, strlen(text)), alg_of(alg)->size);
	snprintf(line, sizeof(line),
		 "{\"seq\":1,\"kind\":\"pcr-extend\",\"pcr\":3,\"rc\":\"0x000\",\"digests\":{\"%"
		 "s\":\"%"
		 "s\"}}\n",
		 alg, hex);
	put(b, line, strlen(line));
}

/* Digests of two algorithms differ whatever was measured. */
static void test_diff_banks(void **state)
{
	static struct build sha1, sha256;
	struct drtmon_diff diff;

	sha1.len = 0;
	ring_of(&sha1, "sha1", "x");
	sha256.len = 0;
	ring_of(&sha256, "sha256", "x");
	diff_of(&diff, &sha1, &sha256);
	assert_true(diff.old.info->complete && diff.new.info->complete);
	assert_null(diff.alg);
	assert_int_equal(diff.count, 0);
	assert_int_equal(diff.moved | diff.kept, 0);
	assert_int_equal(diff.not_compared, 1 << 3);
	assert_false(drtmon_diff_equal(&diff));
	drtmon_diff_free(&diff);
	diff_of(&diff, &sha1, &sha1);
	assert_string_equal(diff.alg->name, "sha1");
	assert_true(drtmon_diff_equal(&diff));
	drtmon_diff_free(&diff);
}

/* An IMA list of these numbers' files, by names of their own. */
static void list_write(char *path, unsigned int from, unsigned int to, bool backwards)
{
	FILE *f = fdopen(mkstemp(path), "w");
	unsigned int i;

	assert_non_null(f);
	for (i = 0; i < to - from; i++) {
		static struct build b;
		unsigned int at = backwards ? to - 1 - i : from + i;
		uint8_t data[64] = { 27, 0, 0, 0, 's', 'h', 'a', '1', ':' };
		int n = sprintf((char *)data + 35, "/file/%u", at) + 1;

		memcpy(data + 10, hash_of("sha1", &at, sizeof(at)), 20);
		data[4 + 26] = 1;
		data[31] = (uint8_t)n;
		data[32] = data[33] = data[34] = 0;
		b.len = 0;
		put32(&b, 10);
		put(&b, hash_of("sha1", data, 35u + (unsigned int)n), 20);
		put32(&b, 6);
		put(&b, "ima-ng", 6);
		put32(&b, 35u + (unsigned int)n);
		put(&b, data, 35u + (unsigned int)n);
		assert_int_equal(fwrite(b.data, b.len, 1, f), 1);
	}
	fclose(f);
}

/* Too many to align: still paired by digest, and it says so. */
static void test_diff_large(void **state)
{
	char a[] = "/tmp/drtmon-old-XXXXXX", b[] = "/tmp/drtmon-new-XXXXXX";
	char c[] = "/tmp/drtmon-new-XXXXXX";
	struct drtmon_diff diff;

	list_write(a, 0, 6000, false);
	list_write(b, 6000, 12000, false);
	list_write(c, 1, 6001, true);
	assert_int_equal(drtmon_diff_run(&diff, a, b, NULL), 0);
	assert_true(diff.old.info->complete);
	assert_int_equal(diff.count, 12000);
	assert_int_equal(diff.unordered, 1 << 10);
	assert_int_equal(diff.moved, 1 << 10);
	drtmon_diff_free(&diff);
	assert_int_equal(drtmon_diff_run(&diff, a, c, NULL), 0);
	assert_int_equal(diff.count, 2);
	assert_int_equal(diff.line[0].kind, DRTMON_DIFF_REMOVED);
	assert_string_equal(diff.line[0].old_text, "/file/0");
	assert_string_equal(diff.line[1].new_text, "/file/6000");
	assert_int_equal(diff.unordered, 1 << 10);
	drtmon_diff_free(&diff);
	unlink(a);
	unlink(b);
	unlink(c);
}

static void collect(void *ctx, const struct drtmon_analysis *a,
		    const struct drtmon_log_event *event, enum drtmon_check_result result,
		    const char *why)
{
	void **pair = ctx;
	json_t *record = drtmon_export_record(pair[0], a->log, event);
	char *text = json_dumps(record, JSON_COMPACT);

	put(pair[1], text, strlen(text));
	put(pair[1], "\n", 1);
	free(text);
	json_decref(record);
}

/* A log and what it was exported to replay to the same values. */
static void round_trip(const struct build *log)
{
	static struct build out;
	struct drtmon_analysis_args args = { .event = collect };
	struct drtmon_export *export = drtmon_export_new();
	void *pair[] = { export, &out };
	struct drtmon_analysis a, b;
	json_t *x, *y;

	out.len = 0;
	args.ctx = pair;
	args.log.data = log->data;
	args.log.len = log->len;
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	look_at(&b, &out, NULL);
	x = drtmon_pcrs_json(a.pcrs);
	y = drtmon_pcrs_json(b.pcrs);
	assert_true(json_equal(x, y));
	assert_true(json_object_size(x) > 0);
	assert_int_equal(a.info->events, b.info->events);
	assert_int_equal(b.info->n_problems, 0);
	json_decref(x);
	json_decref(y);
	drtmon_analysis_free(&a);
	drtmon_analysis_free(&b);
	drtmon_export_free(export);
}

static void test_export(void **state)
{
	static const char *const texts[] = { "a", "b", "c" };
	static struct build log;

	firmware(&log, texts, 3);
	put_tcg12(&log, 0xffffffff, 3, "sha1", "x", 1);
	put_tcg12(&log, 17, 0x402, "sha1", "x", 1);
	round_trip(&log);
	log.len = 0;
	put_ima(&log, "/bin/sh", false);
	put_ima(&log, "/bin/bad", true);
	round_trip(&log);
	log.len = 0;
	ring(&log, 1, 16, "pcr-extend", "f");
	round_trip(&log);
}

static void test_json(void **state)
{
	static const char *const texts[] = { "a", "b" };
	struct drtmon_analysis_args args = { 0 };
	struct drtmon_pcrs expect = { 0 };
	struct drtmon_analysis a;
	static struct build log;
	json_t *json, *compare;

	firmware(&log, texts, 2);
	extend(&expect, 0, "a");
	extend(&expect, 4, "other");
	extend(&expect, 7, "not there");
	args.log.data = log.data;
	args.log.len = log.len;
	args.replay.expect = &expect;
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	assert_false(drtmon_analysis_good(&a));
	json = drtmon_analysis_json(&a);
	compare = json_object_get(json_object_get(json, "compare"), "sha1");
	assert_string_equal(json_string_value(json_object_get(compare, "0")), "match");
	assert_string_equal(json_string_value(json_object_get(compare, "4")), "mismatch");
	assert_string_equal(json_string_value(json_object_get(compare, "7")), "not-in-log");
	assert_true(json_is_null(json_object_get(
		json_object_get(json_object_get(json, "matched_until"), "sha1"), "4")));
	assert_int_equal(json_integer_value(json_object_get(json, "compared")), 2);
	assert_true(json_is_null(json_object_get(json, "startup_locality")));
	json_decref(json);
	drtmon_analysis_free(&a);
	/* Values of another bank compare with nothing, which is no match. */
	memset(&expect, 0, sizeof(expect));
	drtmon_pcrs_set(&expect, alg_of("sha256"), 0, log.data);
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	assert_true(says(&a, "nothing was compared"));
	assert_false(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_explain_file),
		cmocka_unit_test(test_explain_ima),
		cmocka_unit_test(test_explain_blind),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_export),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_diff_cut),
		cmocka_unit_test(test_diff_problem),
		cmocka_unit_test(test_diff_banks),
		cmocka_unit_test(test_diff_large),
		cmocka_unit_test(test_explain_start),
		cmocka_unit_test(test_explain_ima_other),
	};

	return cmocka_run_group_tests_name("log-join", tests, NULL, NULL);
}
