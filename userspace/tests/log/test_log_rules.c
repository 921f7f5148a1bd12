// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules that real logs show only in part: containers, starts, separators, templates. */
#include "tests/log/build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/hex.h"
#include "lib/log/check.h"
#include "lib/log/decode.h"
#include "lib/log/ima.h"
#include "lib/log/tcg.h"

/* SDG appendix F */
static void test_container(void **state)
{
	static struct build log, records;
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 };

	records.len = 0;
	put_tcg12(&records, 17, 0x402, "sha1", "sinit", 5);
	log.len = 0;
	put(&log, "TXT Event Container\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\1", 36);
	put32(&log, 4096);
	put32(&log, 48);
	put32(&log, 48 + (uint32_t)records.len);
	put(&log, records.data, records.len);
	put(&log, "free space", 10);
	look_at(&a, &log, NULL);
	assert_int_equal(a.info->format, DRTMON_LOG_TXT12);
	assert_true(a.info->complete);
	chain(value, "sha1", hash_of("sha1", "sinit", 5));
	value_is(&a, "sha1", 17, value);
	drtmon_analysis_free(&a);
	log.data[44] = 20;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "offsets contradict"));
	drtmon_analysis_free(&a);
	log.data[44] = 200;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "is cut"));
	drtmon_analysis_free(&a);
	log.len = 40;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "inside its header"));
	drtmon_analysis_free(&a);
}

/* SDG appendix G: one hash, named by its own numbering */
static void test_one_hash(void **state)
{
	static struct build log;
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 }, zero[20] = { 0 };

	log.len = 0;
	put32(&log, 0);
	put32(&log, 3);
	put(&log, zero, 20);
	put32(&log, 28);
	put(&log, "FRMT ID EVENT00", 16);
	put32(&log, 1);
	put32(&log, 2);
	put32(&log, 32);
	put_tcg12(&log, 17, 0x402, "sha256", "sinit", 5);
	look_at(&a, &log, NULL);
	assert_int_equal(a.info->format, DRTMON_LOG_TXT20);
	assert_true(a.info->complete);
	chain(value, "sha256", hash_of("sha256", "sinit", 5));
	value_is(&a, "sha256", 17, value);
	drtmon_analysis_free(&a);
	log.data[56] = 0;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "format record is malformed"));
	drtmon_analysis_free(&a);
	log.len = 50;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "inside its format record"));
	drtmon_analysis_free(&a);
}

/* A TCG 1.2 record whose digest is given. */
static void put_digest12(struct build *b, uint32_t pcr, uint32_t type, const uint8_t *digest,
			 const void *data, uint32_t len)
{
	put32(b, pcr);
	put32(b, type);
	put(b, digest, 20);
	put32(b, len);
	put(b, data, len);
}

static void put_locality(struct build *b, uint8_t locality, uint32_t len)
{
	static const uint8_t zero[20];
	uint8_t data[32] = "StartupLocality";

	data[16] = locality;
	put_digest12(b, 0, DRTMON_EV_NO_ACTION, zero, data, len);
}

static void locality(uint8_t first, uint32_t len, int want, const char *problem)
{
	static struct build log;
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 };

	log.len = 0;
	put_locality(&log, first, len);
	put_tcg12(&log, 0, DRTMON_EV_ACTION, "sha1", "x", 1);
	look_at(&a, &log, NULL);
	assert_int_equal(a.info->startup_locality, want);
	value[19] = want > 0 ? (uint8_t)want : 0;
	chain(value, "sha1", hash_of("sha1", "x", 1));
	value_is(&a, "sha1", 0, value);
	assert_int_equal(problem ? says(&a, problem) : !a.info->n_problems, 1);
	drtmon_analysis_free(&a);
}

static void test_locality(void **state)
{
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
	static struct build log;
	struct drtmon_analysis a;

	locality(0, 17, 0, NULL);
	locality(3, 17, 3, NULL);
	/* Some firmware pads the record. */
	locality(4, 24, 4, NULL);
	locality(2, 17, -1, "none a TPM can start at");
	locality(3, 16, -1, "without a locality");
	log.len = 0;
	put_tcg12(&log, 0, DRTMON_EV_ACTION, "sha1", "x", 1);
	put_locality(&log, 3, 17);
	look_at(&a, &log, NULL);
	assert_true(says(&a, "behind the first extend"));
	assert_int_equal(a.info->startup_locality, -1);
	drtmon_analysis_free(&a);
	log.len = 0;
	put_locality(&log, 3, 17);
	put_locality(&log, 4, 17);
	look_at(&a, &log, NULL);
	assert_true(says(&a, "startup locality 4 after 3"));
	drtmon_analysis_free(&a);
	/* An H-CRTM event says the same without words; PCR 7 does not come in between. */
	log.len = 0;
	put_tcg12(&log, 7, DRTMON_EV_ACTION, "sha1", "x", 1);
	put_tcg12(&log, 0, DRTMON_EV_EFI_HCRTM_EVENT, "sha1", "HCRTM", 5);
	look_at(&a, &log, NULL);
	assert_int_equal(a.info->startup_locality, 4);
	memset(value, 0, sizeof(value));
	value[19] = 4;
	chain(value, "sha1", hash_of("sha1", "HCRTM", 5));
	value_is(&a, "sha1", 0, value);
	drtmon_analysis_free(&a);
	log.len = 0;
	put_tcg12(&log, 7, DRTMON_EV_ACTION, "sha1", "x", 1);
	put_locality(&log, 3, 17);
	put_tcg12(&log, 0, DRTMON_EV_ACTION, "sha1", "y", 1);
	look_at(&a, &log, NULL);
	memset(value, 0, sizeof(value));
	value[19] = 3;
	chain(value, "sha1", hash_of("sha1", "y", 1));
	value_is(&a, "sha1", 0, value);
	drtmon_analysis_free(&a);
}

/* All ones without a launch, zero with one, as asked, and a PCR that is none. */
/* PCR 5 and 4 after some actions, each extended once. */
static void actions(struct build *b, struct drtmon_pcrs *pcrs, const char *const *action, size_t n,
		    bool extended)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const uint32_t pcr = i % 2 ? 4 : 5;
		uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 0 };

		put32(b, pcr);
		put32(b, 0x80000007);
		put32(b, 1);
		put(b, "\x0b\0", 2);
		put(b, hash_of("sha256", action[i], strlen(action[i])), 32);
		put32(b, (uint32_t)strlen(action[i]));
		put(b, action[i], strlen(action[i]));
		if (!extended)
			continue;
		if (drtmon_pcrs_get(pcrs, alg_of("sha256"), pcr))
			memcpy(value, drtmon_pcrs_get(pcrs, alg_of("sha256"), pcr), 32);
		chain(value, "sha256", hash_of("sha256", action[i], strlen(action[i])));
		drtmon_pcrs_set(pcrs, alg_of("sha256"), pcr, value);
	}
}

/* Final events that a kernel appended though they were in the log already. */
static void test_repeated(void **state)
{
	static const char *const before[] = { "a", "a", "b", "c" };
	static const char *const twice[] = { "d", "e", "Exit Boot Services Invocation" };
	static const char *const behind[] = { "Exit Boot Services Returned with Success" };
	struct drtmon_pcrs pcrs = { 0 }, wrong;
	uint8_t zero[DRTMON_ALG_DIGEST_MAX] = { 0 };
	struct build b = { 0 };
	struct drtmon_analysis a;

	put(&b, "\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x21\0\0\0", 32);
	put(&b, "Spec ID Event03\0\0\0\0\0\0\2\0\2\1\0\0\0\x0b\0\x20\0\0", 33);
	actions(&b, &pcrs, before, 4, true);
	actions(&b, &pcrs, twice, 3, true);
	actions(&b, &pcrs, twice, 3, false);
	actions(&b, &pcrs, behind, 1, true);
	look_at(&a, &b, &pcrs);
	assert_int_equal(a.info->events, 11);
	assert_int_equal(a.counts[DRTMON_COMPARE_MATCH], 2);
	assert_int_equal(a.counts[DRTMON_COMPARE_MISMATCH], 0);
	assert_true(says(&a, "events 7 to 9 repeat those before them"));
	assert_int_equal(a.info->problem[0].offset, 65 + 4 * 51 + 2 * 51 + 79);
	assert_false(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
	/* Without values there is nothing to tell by: all is replayed. */
	look_at(&a, &b, NULL);
	assert_int_equal(a.info->n_problems, 0);
	drtmon_analysis_free(&a);
	/* A repetition that explains nothing is left as it is. */
	wrong = pcrs;
	drtmon_pcrs_set(&wrong, alg_of("sha256"), 4, zero);
	drtmon_pcrs_set(&wrong, alg_of("sha256"), 5, zero);
	look_at(&a, &b, &wrong);
	assert_int_equal(a.counts[DRTMON_COMPARE_MISMATCH], 2);
	assert_false(says(&a, "repeat"));
	drtmon_analysis_free(&a);
}

static void test_starts(void **state)
{
	static const struct {
		enum drtmon_replay_start start;
		uint32_t type;
		uint8_t fill;
	} cases[] = {
		{ DRTMON_REPLAY_AUTO, DRTMON_EV_ACTION, 0xff },
		{ DRTMON_REPLAY_AUTO, 0x502, 0 },
		{ DRTMON_REPLAY_AUTO, 0x600, 0 },
		{ DRTMON_REPLAY_AUTO, 0x601, 0 },
		{ DRTMON_REPLAY_AUTO, 0x700, 0xff },
		{ DRTMON_REPLAY_AUTO, 0x9000, 0xff },
		{ DRTMON_REPLAY_AUTO, 0x9001, 0 },
		{ DRTMON_REPLAY_AUTO, 0x9101, 0xff },
		{ DRTMON_REPLAY_STATIC, 0x502, 0xff },
		{ DRTMON_REPLAY_DYNAMIC, 5, 0 },
	};
	static struct build log;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drtmon_analysis_args args = { .replay.start = cases[i].start };
		struct drtmon_analysis a;
		uint8_t value[64];

		log.len = 0;
		put_tcg12(&log, 0, DRTMON_EV_ACTION, "sha1", "y", 1);
		put_tcg12(&log, 18, cases[i].type, "sha1", "x", 1);
		put_tcg12(&log, 40, DRTMON_EV_ACTION, "sha1", "x", 1);
		args.log.data = log.data;
		args.log.len = log.len;
		assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
		memset(value, cases[i].fill, sizeof(value));
		chain(value, "sha1", hash_of("sha1", "x", 1));
		value_is(&a, "sha1", 18, value);
		assert_true(says(&a, "there is no PCR 40"));
		assert_null(drtmon_replay_pcr(a.replay, alg_of("sha1"), 40));
		drtmon_analysis_free(&a);
	}
}

/* A capped PCR; markers extend nothing. */
static void test_launch(void **state)
{
	static struct build log;
	struct drtmon_analysis_args args = { 0 };
	struct drtmon_analysis a;
	uint8_t zero[20] = { 0 }, value[64] = { 0 };

	log.len = 0;
	put_tcg12(&log, 255, 0x401, "sha1", "\1\0\0\0", 4);
	put_tcg12(&log, 17, 0x402, "sha1", "value", 5);
	put32(&log, 17);
	put32(&log, 0x504);
	put(&log, zero, 20);
	put32(&log, 0);
	args.log.data = log.data;
	args.log.len = log.len;
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	chain(value, "sha1", hash_of("sha1", "value", 5));
	value_is(&a, "sha1", 17, value);
	assert_false(drtmon_replay_pcr(a.replay, alg_of("sha1"), 17)->capped);
	drtmon_analysis_free(&a);
	put_tcg12(&log, 17, 0x4ff, "sha1", "\1", 1);
	args.log.len = log.len;
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	assert_true(drtmon_replay_pcr(a.replay, alg_of("sha1"), 17)->capped);
	drtmon_analysis_free(&a);
}

/* A launch whose first record has this digest and this data, then "next" in the same PCR. */
static void start_log(struct build *log, uint32_t pcr, const uint8_t *digest, const char *data,
		      uint8_t *after)
{
	log->len = 0;
	put32(log, pcr);
	put32(log, 0x402);
	put(log, digest, 20);
	put32(log, (uint32_t)strlen(data));
	put(log, data, strlen(data));
	put_tcg12(log, pcr, 0x404, "sha1", "next", 4);
	memset(after, 0, 64);
	memcpy(after, digest, 20);
	chain(after, "sha1", hash_of("sha1", "next", 4));
}

static bool start_good(const struct build *log, uint32_t pcr, const uint8_t *want, bool *is_value)
{
	struct drtmon_pcrs expect = { 0 };
	struct drtmon_analysis a;
	json_t *doc;
	bool good;

	if (want)
		drtmon_pcrs_set(&expect, alg_of("sha1"), pcr, want);
	look_at(&a, log, want ? &expect : NULL);
	good = drtmon_analysis_good(&a);
	*is_value = drtmon_replay_pcr(a.replay, alg_of("sha1"), pcr)->start_is_value;
	if (good && want)
		value_is(&a, "sha1", pcr, want);
	doc = drtmon_analysis_json(&a);
	assert_int_equal(json_array_size(json_object_get(doc, "quirks")), *is_value);
	json_decref(doc);
	drtmon_analysis_free(&a);
	return good;
}

/* Some modules log PCR 17's value where its first digest belongs: proved, or told by the TPM. */
static void test_start_is_value(void **state)
{
	static struct build log;
	uint8_t value[64] = { 0 }, plain[64] = { 0 }, after[64];
	bool is_value;

	chain(value, "sha1", hash_of("sha1", "sinit", 5));
	start_log(&log, 17, value, "sinit", after);
	assert_true(start_good(&log, 17, after, &is_value));
	assert_true(is_value);
	assert_true(start_good(&log, 17, NULL, &is_value));
	assert_true(is_value);
	/* What its data proves, no value of the TPM changes. */
	chain(plain, "sha1", value);
	chain(plain, "sha1", hash_of("sha1", "next", 4));
	assert_false(start_good(&log, 17, plain, &is_value));
	start_log(&log, 17, hash_of("sha1", "sinit", 5), "sinit", after);
	assert_false(start_good(&log, 17, after, &is_value));
	assert_false(is_value);
	/* Without proof either reading may match. */
	start_log(&log, 17, value, "", after);
	assert_true(start_good(&log, 17, after, &is_value));
	assert_true(is_value);
	assert_true(start_good(&log, 17, plain, &is_value));
	assert_false(is_value);
	value[0] ^= 1;
	assert_false(start_good(&log, 17, value, &is_value));
	assert_false(is_value);
	/* Only the hardware's PCR: any other log could claim any value. */
	start_log(&log, 18, value, "", after);
	assert_false(start_good(&log, 18, after, &is_value));
	start_log(&log, 0, value, "", after);
	assert_false(start_good(&log, 0, after, &is_value));
}

/* Where the TPM was not given the log's end, it is behind in whichever reading it follows. */
static void test_start_behind(void **state)
{
	static struct build log;
	struct drtmon_pcrs expect = { 0 };
	uint8_t value[64] = { 0 }, after[64];
	const struct drtmon_replay_pcr *pcr;
	struct drtmon_analysis a;

	chain(value, "sha1", hash_of("sha1", "sinit", 5));
	start_log(&log, 17, value, "", after);
	drtmon_pcrs_set(&expect, alg_of("sha1"), 17, after);
	put_tcg12(&log, 17, 0x404, "sha1", "rest", 4);
	look_at(&a, &log, &expect);
	assert_false(drtmon_analysis_good(&a));
	pcr = drtmon_replay_pcr(a.replay, alg_of("sha1"), 17);
	assert_true(pcr->seen);
	assert_int_equal(pcr->seen_at, 1);
	assert_false(pcr->start_is_value);
	drtmon_analysis_free(&a);
	/* Its first digest, where its data proves that it is one, was never the value. */
	start_log(&log, 17, hash_of("sha1", "sinit", 5), "sinit", after);
	expect = (struct drtmon_pcrs){ 0 };
	drtmon_pcrs_set(&expect, alg_of("sha1"), 17, after);
	put_tcg12(&log, 17, 0x404, "sha1", "rest", 4);
	look_at(&a, &log, &expect);
	assert_false(drtmon_replay_pcr(a.replay, alg_of("sha1"), 17)->seen);
	drtmon_analysis_free(&a);
}

static enum drtmon_separator separator_in(uint32_t pcr, const char *data, uint32_t len,
					  uint32_t type)
{
	static struct build log;
	struct drtmon_check *check = drtmon_check_new();
	struct drtmon_log_args args = { 0 };
	struct drtmon_log_event event;
	struct drtmon_log *log_reader;
	enum drtmon_separator ret;

	log.len = 0;
	put_tcg12(&log, pcr, type, "sha1", data, len);
	args.data = log.data;
	args.len = log.len;
	assert_int_equal(drtmon_log_open(&log_reader, &args, NULL), 0);
	assert_int_equal(drtmon_log_next(log_reader, &event), 1);
	ret = drtmon_check_separator(check, &event);
	drtmon_log_close(log_reader);
	drtmon_check_free(check);
	return ret;
}

static enum drtmon_separator separator_of(const char *data, uint32_t len, uint32_t type)
{
	return separator_in(0, data, len, type);
}

static void test_separators(void **state)
{
	/* A launch's status word of 1 is no error of firmware's. */
	assert_int_equal(separator_in(17, "\1\0\0\0", 4, 0x40b), DRTMON_SEPARATOR_NONE);
	assert_int_equal(separator_in(14, "WBCL", 4, 4), DRTMON_SEPARATOR_WINDOWS);
	assert_int_equal(separator_of("\0\0\0\0", 4, 4), DRTMON_SEPARATOR_NORMAL);
	/* The type is not measured: the digest alone tells. */
	assert_int_equal(separator_of("\xff\xff\xff\xff", 4, 5), DRTMON_SEPARATOR_NORMAL);
	assert_int_equal(separator_of("\1\0\0\0", 4, 4), DRTMON_SEPARATOR_ERROR);
	assert_int_equal(separator_of("\0\0\0\1", 4, 5), DRTMON_SEPARATOR_ERROR);
	assert_int_equal(separator_of("WBCL", 4, 4), DRTMON_SEPARATOR_WINDOWS);
	assert_int_equal(separator_of("abcd", 4, 4), DRTMON_SEPARATOR_NONE);
	assert_int_equal(separator_of("\0\0\0\0", 4, 3), DRTMON_SEPARATOR_NONE);
	assert_int_equal(separator_of("", 0, 4), DRTMON_SEPARATOR_NONE);
}

/* A record with the digest of other bytes than its data: what the check says of it. */
static enum drtmon_check_result described(uint32_t pcr, uint32_t type, const char *of,
					  uint32_t of_len, const char *data, uint32_t len,
					  enum drtmon_separator separator)
{
	static struct build log;
	struct drtmon_check *check = drtmon_check_new();
	struct drtmon_log_args args = { 0 };
	enum drtmon_check_result result;
	struct drtmon_log_event event;
	struct drtmon_log *reader;
	const char *why = NULL;

	log.len = 0;
	put_digest12(&log, pcr, type, hash_of("sha1", of, of_len), data, len);
	args.data = log.data;
	args.len = log.len;
	assert_int_equal(drtmon_log_open(&reader, &args, NULL), 0);
	assert_int_equal(drtmon_log_next(reader, &event), 1);
	result = drtmon_check_event(check, reader, &event, &why);
	assert_non_null(why);
	assert_int_equal(drtmon_log_info(reader)->n_problems, result == DRTMON_CHECK_MISMATCH);
	assert_int_equal(drtmon_check_separator(check, &event), separator);
	drtmon_log_close(reader);
	drtmon_check_free(check);
	return result;
}

/* PC Client 1.21, 3.3.2.2: the digest is of 1, the data is what the vendor has to say. */
static void test_error_separator(void **state)
{
	static const char *const one[] = { "\1\0\0\0", "\0\0\0\1" };
	static const char text[] = "no DRAM";
	size_t i;

	for (i = 0; i < 2; i++) {
		assert_int_equal(described(0, DRTMON_EV_SEPARATOR, one[i], 4, text, 7,
					   DRTMON_SEPARATOR_ERROR),
				 DRTMON_CHECK_UNCHECKABLE);
		assert_int_equal(described(7, DRTMON_EV_SEPARATOR, one[i], 4, "DRAM", 4,
					   DRTMON_SEPARATOR_ERROR),
				 DRTMON_CHECK_UNCHECKABLE);
		assert_int_equal(described(0, DRTMON_EV_SEPARATOR, one[i], 4, "", 0,
					   DRTMON_SEPARATOR_ERROR),
				 DRTMON_CHECK_UNCHECKABLE);
		assert_int_equal(described(0, DRTMON_EV_SEPARATOR, one[i], 4, one[i], 4,
					   DRTMON_SEPARATOR_ERROR),
				 DRTMON_CHECK_MATCH);
		/* The data of a good end over the digest of an error is a lie. */
		assert_int_equal(described(0, DRTMON_EV_SEPARATOR, one[i], 4, "\0\0\0\0", 4,
					   DRTMON_SEPARATOR_ERROR),
				 DRTMON_CHECK_MISMATCH);
		assert_int_equal(described(0, DRTMON_EV_SEPARATOR, one[i], 4, "\xff\xff\xff\xff", 4,
					   DRTMON_SEPARATOR_ERROR),
				 DRTMON_CHECK_MISMATCH);
	}
	assert_int_equal(described(0, DRTMON_EV_SEPARATOR, "\0\0\0\0", 4, text, 7,
				   DRTMON_SEPARATOR_NONE),
			 DRTMON_CHECK_MISMATCH);
	/* Of another type the number 1 may be anything. */
	assert_int_equal(described(0, DRTMON_EV_ACTION, one[0], 4, text, 7, DRTMON_SEPARATOR_NONE),
			 DRTMON_CHECK_MISMATCH);
	assert_int_equal(described(1, DRTMON_EV_EVENT_TAG, one[0], 4, text, 7,
				   DRTMON_SEPARATOR_NONE),
			 DRTMON_CHECK_UNCHECKABLE);
}

/* "HCRTM" names what was measured; some firmware measures the name. */
static void test_hcrtm(void **state)
{
	assert_int_equal(described(0, DRTMON_EV_EFI_HCRTM_EVENT, "code", 4, "HCRTM", 5,
				   DRTMON_SEPARATOR_NONE),
			 DRTMON_CHECK_UNCHECKABLE);
	assert_int_equal(described(0, DRTMON_EV_EFI_HCRTM_EVENT, "HCRTM", 5, "HCRTM", 5,
				   DRTMON_SEPARATOR_NONE),
			 DRTMON_CHECK_MATCH);
}

/* The type that extends nothing must not hide what was extended. */
static void test_no_action(void **state)
{
	static const uint8_t zero[20];
	static struct build log;
	struct drtmon_analysis a;
	uint32_t pcr[] = { 0, UINT32_MAX };
	size_t i;

	for (i = 0; i < 2; i++) {
		log.len = 0;
		put_tcg12(&log, 0, DRTMON_EV_ACTION, "sha1", "x", 1);
		put_digest12(&log, pcr[i], DRTMON_EV_NO_ACTION, zero, "text", 4);
		look_at(&a, &log, NULL);
		assert_true(drtmon_analysis_good(&a));
		drtmon_analysis_free(&a);
		put_tcg12(&log, pcr[i], DRTMON_EV_NO_ACTION, "sha1", "text", 4);
		look_at(&a, &log, NULL);
		/* As Windows writes what is of no PCR. */
		assert_int_equal(says(&a, "EV_NO_ACTION has a digest"), i == 0);
		assert_int_equal(drtmon_analysis_good(&a), i == 1);
		drtmon_analysis_free(&a);
	}
}

/* A binary list in either byte order, and one of the sha256 file. */
static void ima_list(struct build *b, bool big, const char *alg, const char *text)
{
	static struct build data;
	void (*num)(struct build *, uint32_t) = big ? put32be : put32;

	data.len = 0;
	num(&data, 28);
	put(&data, "sha1:\0aaaaaaaaaaaaaaaaaaaaaa", 28);
	num(&data, (uint32_t)strlen(text) + 1);
	put(&data, text, strlen(text) + 1);
	num(b, 10);
	put(b, hash_of(alg, data.data, data.len), alg_of(alg)->size);
	num(b, 6);
	put(b, "ima-ng", 6);
	num(b, (uint32_t)data.len);
	put(b, data.data, data.len);
}

static void result_note(void *ctx, const struct drtmon_analysis *analysis,
			const struct drtmon_log_event *event, enum drtmon_check_result result,
			const char *why)
{
	enum drtmon_check_result *results = ctx;

	if (event->index < 2)
		results[event->index] = result;
}

/* A listing marks the entry whose template digest is wrong, and no other. */
static void test_ima_marks(void **state)
{
	enum drtmon_check_result results[2] = { 0 };
	struct drtmon_analysis_args args = { .event = result_note, .ctx = results };
	static struct build log;
	struct drtmon_analysis a;

	log.len = 0;
	ima_list(&log, 0, "sha1", "/bin/a");
	args.log.len = log.len;
	ima_list(&log, 0, "sha1", "/bin/b");
	log.data[args.log.len + 4] ^= 1;
	args.log.data = log.data;
	args.log.len = log.len;
	args.replay.check_templates = true;
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	assert_int_equal(results[0], DRTMON_CHECK_MATCH);
	assert_int_equal(results[1], DRTMON_CHECK_MISMATCH);
	drtmon_analysis_free(&a);
}

static void test_ima_layouts(void **state)
{
	static const char *const algs[] = { "sha1", "sha256", "sha384", "sha512" };
	static struct build log;
	struct drtmon_analysis a;
	size_t i;
	int big;

	for (i = 0; i < 4; i++) {
		for (big = 0; big < 2; big++) {
			log.len = 0;
			ima_list(&log, big, algs[i], "/bin/a");
			ima_list(&log, big, algs[i], "/bin/b");
			look_at(&a, &log, NULL);
			assert_int_equal(a.info->format, DRTMON_LOG_IMA);
			assert_int_equal(a.info->big_endian, big);
			assert_int_equal(a.info->events, 2);
			assert_true(drtmon_analysis_good(&a));
			assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sha256"), 10));
			drtmon_analysis_free(&a);
		}
	}
}

/* The TPM of a kernel without the bank's hash: the other rule is found and named. */
static void test_ima_padded(void **state)
{
	static struct build log;
	struct drtmon_pcrs expect = { 0 };
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 }, padded[64] = { 0 };

	log.len = 0;
	ima_list(&log, false, "sha1", "/bin/a");
	memcpy(padded, log.data + 4, 20);
	chain(value, "sha256", padded);
	drtmon_pcrs_set(&expect, alg_of("sha256"), 10, value);
	look_at(&a, &log, &expect);
	assert_true(drtmon_analysis_good(&a));
	assert_true(drtmon_replay_pcr(a.replay, alg_of("sha256"), 10)->padded);
	drtmon_analysis_free(&a);
	drtmon_pcrs_set(&expect, alg_of("sha256"), 10, padded);
	look_at(&a, &log, &expect);
	assert_false(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
}

/* A list of another hash: SHA-1 of the data is padded, and no other digest. */
static void test_ima_padded_other(void **state)
{
	static struct build log, sha1;
	struct drtmon_analysis_args args = { 0 };
	struct drtmon_pcrs expect = { 0 };
	struct drtmon_analysis a;
	uint8_t value[64] = { 0 }, padded[64] = { 0 };
	char path[32];
	int end[2];

	log.len = sha1.len = 0;
	ima_list(&log, false, "sha256", "/bin/a");
	ima_list(&sha1, false, "sha1", "/bin/a");
	memcpy(padded, sha1.data + 4, 20);
	chain(value, "sha384", padded);
	drtmon_pcrs_set(&expect, alg_of("sha384"), 10, value);
	look_at(&a, &log, &expect);
	assert_true(drtmon_analysis_good(&a));
	assert_true(drtmon_replay_pcr(a.replay, alg_of("sha384"), 10)->padded);
	value_is(&a, "sha384", 10, value);
	drtmon_analysis_free(&a);
	/* What cannot be read twice is followed by both rules at once. */
	assert_int_equal(pipe(end), 0);
	assert_int_equal(write(end[1], log.data, log.len), (ssize_t)log.len);
	close(end[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", end[0]);
	args.log.path = path;
	args.replay = (struct drtmon_replay_args){ .expect = &expect, .threads = 2 };
	assert_int_equal(drtmon_analysis_run(&a, &args, NULL), 0);
	assert_true(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
	close(end[0]);
	/* No kernel pads SHA-256. */
	memcpy(padded, log.data + 4, 32);
	memset(value, 0, sizeof(value));
	chain(value, "sha384", padded);
	drtmon_pcrs_set(&expect, alg_of("sha384"), 10, value);
	look_at(&a, &log, &expect);
	assert_false(drtmon_analysis_good(&a));
	assert_false(drtmon_replay_pcr(a.replay, alg_of("sha384"), 10)->padded);
	drtmon_analysis_free(&a);
}

/* A list does not name its hash, and SM3's digests are as long as SHA-256's. */
static void test_ima_sm3(void **state)
{
	static struct build log, violation;
	struct drtmon_hash *sm3 = drtmon_hash_new(alg_of("sm3_256"));
	struct drtmon_analysis a;
	char hex[65];

	if (!sm3)
		skip();
	drtmon_hash_free(sm3);
	log.len = violation.len = 0;
	ima_list(&log, false, "sm3_256", "/bin/a");
	ima_list(&violation, false, "sm3_256", "/bin/v");
	memset(violation.data + 4, 0, 32);
	put(&violation, log.data, log.len);
	ima_list(&log, false, "sm3_256", "/bin/b");
	look_at(&a, &log, NULL);
	assert_true(drtmon_analysis_good(&a));
	assert_ptr_equal(a.info->bank[0].alg, alg_of("sm3_256"));
	assert_int_equal(a.info->n_banks, 1);
	assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sm3_256"), 10));
	drtmon_analysis_free(&a);
	/* Neither hash makes it: that entry is bad, and the next one tells. */
	log.data[4] ^= 1;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "template digest is not that of the template data"));
	assert_int_equal(a.info->n_problems, 1);
	assert_int_equal(a.info->n_banks, 2);
	assert_ptr_equal(a.info->bank[0].alg, alg_of("sha256"));
	assert_ptr_equal(a.info->bank[1].alg, alg_of("sm3_256"));
	drtmon_analysis_free(&a);
	/* A violation has no digest that could tell; what follows is not accused for it. */
	look_at(&a, &violation, NULL);
	assert_true(drtmon_analysis_good(&a));
	drtmon_analysis_free(&a);
	drtmon_hex_encode(hex, hash_of("sm3_256", "\7\0\0\0sha1:\0\xab\3\0\0\0/b", 18), 32);
	text_log(&log, "10 ");
	put(&log, hex, 64);
	put(&log, " ima-ng sha1:ab /b\n", 19);
	look_at(&a, &log, NULL);
	assert_true(drtmon_analysis_good(&a));
	assert_ptr_equal(a.info->bank[0].alg, alg_of("sm3_256"));
	drtmon_analysis_free(&a);
}

static void ascii(const char *name, const char *fields, const void *data, size_t len, bool rebuilt)
{
	struct drtmon_log_args args = { 0 };
	struct drtmon_log_event event;
	struct drtmon_log *log;
	char line[1024], hex[41];
	const uint8_t *digest = hash_of("sha1", data, len);
	int i;

	for (i = 0; i < 20; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	snprintf(line, sizeof(line), "10 %s %s %s", hex, name, fields);
	args.data = (const uint8_t *)line;
	args.len = strlen(line);
	assert_int_equal(drtmon_log_open(&log, &args, NULL), 0);
	assert_int_equal(drtmon_log_next(log, &event), 1);
	assert_int_equal(!!(event.flags & DRTMON_LOG_REBUILT), rebuilt);
	if (rebuilt) {
		assert_int_equal(event.len, len);
		assert_memory_equal(event.data, data, len);
	}
	drtmon_log_close(log);
}

static void test_ima_text(void **state)
{
	static struct build d;
	struct drtmon_ima_field field[DRTMON_IMA_FIELDS];
	uint8_t old[DRTMON_IMA_OLD_SIZE] = { 0xaa };

	/* A name with blanks, a signature; the blank before an empty one was lost. */
	d.len = 0;
	put32(&d, 7);
	put(&d, "sha1:\0\xab", 7);
	put32(&d, 8);
	put(&d, "/a b  c", 8);
	ascii("ima-ng", "sha1:ab /a b  c", d.data, d.len, true);
	put32(&d, 2);
	put(&d, "\3\2", 2);
	ascii("ima-sig", "sha1:ab /a b  c 0302", d.data, d.len, true);
	d.len -= 6;
	put32(&d, 0);
	ascii("ima-sig", "sha1:ab /a b  c ", d.data, d.len, true);
	ascii("ima-sig", "sha1:ab /a b  c", d.data, d.len, true);
	put32(&d, 0);
	put32(&d, 0);
	ascii("ima-modsig", "sha1:ab /a b  c", d.data, d.len, true);
	d.len -= 12;
	put32(&d, 1);
	put(&d, "\1", 1);
	put32(&d, 7);
	put(&d, "sha1:\0\xcd", 7);
	put32(&d, 1);
	put(&d, "\2", 1);
	ascii("ima-modsig", "sha1:ab /a b  c 01 sha1:cd 02", d.data, d.len, true);
	ascii("ima-modsig", "sha1:ab /a b  c 01 sha1:cd xx", d.data, d.len, false);
	ascii("ima-ng", "nocolon /other", d.data, d.len, false);
	ascii("ima-ng", "sha1:ab /other", d.data, d.len, false);
	ascii("unknown", "sha1:ab /other", d.data, d.len, false);
	ascii("d-ng|n-ng|iuid", "sha1:ab /other 0", d.data, d.len, false);
	strcpy((char *)old + 20, "/bin/sh");
	ascii("ima", "aa00000000000000000000000000000000000000 /bin/sh", old, sizeof(old), true);
	ascii("ima", "aa /bin/sh", old, sizeof(old), false);
	assert_int_equal(drtmon_ima_fields(field, old, sizeof(old), "ima", 3, false), 2);
	assert_int_equal(drtmon_ima_fields(field, old, 20, "ima", 3, false), -EINVAL);
	assert_int_equal(drtmon_ima_fields(field, d.data, 3, "ima-ng", 6, false), -EINVAL);
	assert_int_equal(drtmon_ima_fields(field, d.data, 5, "ima-ng", 6, false), -EINVAL);
}

/* Records of the first template, cut at every byte, and values only the other rule explains. */
static void test_ima_old(void **state)
{
	static struct build log, whole;
	struct drtmon_pcrs expect = { 0 };
	uint8_t data[DRTMON_IMA_OLD_SIZE] = { 1 }, value[64] = { 0 }, ones[64];
	struct drtmon_analysis a;

	strcpy((char *)data + 20, "/init");
	whole.len = 0;
	put32(&whole, 10);
	put(&whole, hash_of("sha1", data, sizeof(data)), 20);
	put32(&whole, 3);
	put(&whole, "ima", 3);
	put(&whole, data, 20);
	put32(&whole, 5);
	put(&whole, "/init", 5);
	chain(value, "sha256", hash_of("sha256", data, sizeof(data)));
	memset(ones, 0xff, sizeof(ones));
	chain(value, "sha256", ones);
	drtmon_pcrs_set(&expect, alg_of("sha256"), 10, value);
	for (log = whole; log.len > 35; log.len--) {
		look_at(&a, &log, NULL);
		assert_int_equal(a.info->complete, log.len == whole.len);
		drtmon_analysis_free(&a);
	}
	log = whole;
	put32(&log, 10);
	put(&log, data + 100, 20);
	put(&log, whole.data + 24, whole.len - 24);
	look_at(&a, &log, &expect);
	assert_int_equal(drtmon_compare(a.pcrs, &expect, alg_of("sha256"), 10),
			 DRTMON_COMPARE_MATCH);
	drtmon_analysis_free(&a);
	log.data[whole.len - 8] = 0xff;
	look_at(&a, &log, NULL);
	assert_true(says(&a, "oversized"));
	drtmon_analysis_free(&a);
}

/* Without the data only the list's own bank can be followed: the others have no value. */
static void test_ima_blind(void **state)
{
	static struct build log;
	struct drtmon_analysis a;

	text_log(&log, "10 0123456789012345678901234567890123456789 custom sha1:00 a\n");
	look_at(&a, &log, NULL);
	assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sha1"), 10));
	assert_null(drtmon_pcrs_get(a.pcrs, alg_of("sha256"), 10));
	drtmon_analysis_free(&a);
	text_log(&log, "\n\n   10 0000000000000000000000000000000000000000 ima-ng sha1:00 a\n");
	look_at(&a, &log, NULL);
	assert_non_null(drtmon_pcrs_get(a.pcrs, alg_of("sha256"), 10));
	drtmon_analysis_free(&a);
}

/* "Spec ID Event00" of TCG 1.2, another hash in that layout, and a cursor past the end. */
static void test_tcg12(void **state)
{
	static struct build log;
	struct drtmon_log_args args = { .format = DRTMON_LOG_TCG12 };
	struct drtmon_analysis a;
	struct drtmon_err err;
	struct drtmon_log *reader;

	log.len = 0;
	put_tcg12(&log, 0, DRTMON_EV_NO_ACTION, "sha1", "Spec ID Event00\0\1\0\0\0\2\1\3\0", 24);
	look_at(&a, &log, NULL);
	assert_int_equal(a.info->platform_class, 1);
	assert_int_equal(a.info->spec_major, 1);
	assert_int_equal(a.info->spec_minor, 2);
	assert_int_equal(a.info->spec_errata, 3);
	drtmon_analysis_free(&a);
	args.data = log.data;
	args.len = log.len;
	args.digest_id = 0x7777;
	assert_int_equal(drtmon_log_open(&reader, &args, &err), -EINVAL);
	args.digest_id = 0;
	args.skip = log.len + 1;
	assert_int_equal(drtmon_log_open(&reader, &args, &err), 0);
	assert_int_equal(drtmon_log_info(reader)->n_problems, 1);
	drtmon_log_close(reader);
}

static void test_names(void **state)
{
	enum drtmon_log_format format;
	uint32_t type;

	assert_int_equal(drtmon_log_format_by_name("ima-binary", &format), 0);
	assert_int_equal(format, DRTMON_LOG_IMA);
	assert_int_equal(drtmon_log_format_by_name("unknown", &format), -EINVAL);
	assert_string_equal(drtmon_log_format_name((enum drtmon_log_format)99), "unknown");
	assert_int_equal(drtmon_tcg_type_by_name("ev_separator", &type), 0);
	assert_int_equal(type, DRTMON_EV_SEPARATOR);
	assert_int_equal(drtmon_tcg_type_by_name("EV_X", &type), -EINVAL);
	assert_string_equal(drtmon_tcg_type_name(0x80000007), "EV_EFI_ACTION");
	assert_null(drtmon_tcg_type_name(0x99));
	assert_string_equal(drtmon_compare_name((enum drtmon_compare)99), "none");
	assert_string_equal(drtmon_check_result_name(DRTMON_CHECK_MISMATCH), "mismatch");
}

static void decode_is(uint32_t type, const void *data, size_t len, const char *want)
{
	struct drtmon_log_event event = { .content = DRTMON_LOG_CONTENT_TCG, .type = type };
	struct drtmon_decoded out;
	char *text;

	event.data = data;
	event.len = len;
	drtmon_decode(&out, &event, false, true);
	text = json_dumps(out.details, 0);
	if (!strstr(out.text, want))
		fail_msg("\"%s\" does not hold \"%s\"", out.text, want);
	assert_non_null(text);
	free(text);
	drtmon_decoded_free(&out);
}

/* Parts no log of the set has, and data that does not fit its format. */
static void test_decode(void **state)
{
	static const uint8_t nodes[] = {
		0, 0,  0,  0, 0,   0,	0,   0,	  1,   0,   0,	 0, 0, 0, 0, 0,	 0, 0, 0,
		0, 0,  0,  0, 0,   88,	0,   0,	  0,   0,   0,	 0, 0, 1, 3, 24, 0, 0, 0,
		0, 0,  1,  0, 0,   0,	0,   0,	  0,   0,   2,	 0, 0, 0, 0, 0,	 0, 0, /* memory */
		3, 11, 37, 0, 2,   0,	0,   0,	  0,   1,   0,	 0, 0, 0, 0, 0,	 0, 0, 0,
		0, 0,  0,  0, 0,   0,	0,   0,	  0,   0,   0,	 0, 0, 0, 0, 0,	 0, 0, /* MAC */
		3, 12, 12, 0, 0,   0,	0,   0,	  10,  0,   0,	 1,		       /* IPv4 */
		3, 24, 11, 0, 'h', 't', 't', 'p', ':', '/', '/',		       /* URI */
		9, 9,  4,  0,
	};
	static const uint8_t emoji[] = { 'a', 0, 0x3d, 0xd8, 0x00, 0xde, 0, 0 };
	uint8_t variable[80] = { 0 };

	decode_is(0x80000003, nodes, sizeof(nodes),
		  "MemoryMapped(0x1,0x2)/MAC(02:00:00:00:00:01)/"
		  "IPv4(10.0.0.1)/Uri(http://)/Path(9,9,0 bytes)");
	decode_is(0x80000003, nodes, 40, "path of 88 bytes does not fit");
	decode_is(0x80000003, nodes, 4, "00000000");
	decode_is(0x80000006, nodes, 20, "00000000");
	decode_is(0x80000001, nodes, 20, "00000000");
	decode_is(DRTMON_EV_NO_ACTION, "SP800-155 Event3\1\2\3\4aaaaaaaaaaaaaaaaaaaa", 40,
		  "SP800-155");
	decode_is(DRTMON_EV_NO_ACTION, "text", 4, "text");
	decode_is(DRTMON_EV_IPL, emoji, sizeof(emoji), "6100");
	decode_is(0x8000000a, "\5name\0", 5, "056e61");
	decode_is(0x8000000b, "\4name", 5, "name");
	decode_is(0x80000009, "\1\0\0\0\0\0\0\0aaaaaaaaaaaaaaaaaaaaaaaa", 32, "1 tables");
	decode_is(0x501, "ab", 2, "measured by the launcher: 6162");
	decode_is(0x402, "", 0, "SINIT module");
	decode_is(0x4f0, "\1\0\0\0", 4, "0x00000001");
	decode_is(DRTMON_EV_EVENT_TAG, "\1\0\0\0\xff\xff\xff\xff", 8, "01000000");
	variable[16] = 0xff;
	variable[23] = 0xff;
	decode_is(0x80000001, variable, sizeof(variable), "does not fit");
	variable[16] = 2;
	variable[23] = 0;
	variable[24] = 0xff;
	variable[32] = 'd';
	variable[34] = 'b';
	decode_is(0x80000001, variable, sizeof(variable), "255 bytes do not fit");
	variable[24] = 44;
	decode_is(0x80000001, variable, sizeof(variable), "then bytes that are no list");
	decode_is(0x800000e0, variable, sizeof(variable), "db");
}

/* A path of one node: its kind, its size, and a few bytes of its data. */
static void node_is(unsigned int type, unsigned int subtype, unsigned int size, const char *data,
		    size_t len, const char *want)
{
	uint8_t path[8 + 64] = { 0 };

	path[0] = (uint8_t)type;
	path[1] = (uint8_t)subtype;
	path[2] = (uint8_t)size;
	memcpy(path + 4, data, len);
	path[size] = 0x7f;
	path[size + 1] = 0xff;
	path[size + 2] = 4;
	/* An EFI_IMAGE_LOAD_EVENT holds it, behind 32 bytes. */
	{
		uint8_t event[32 + sizeof(path)] = { 0 };

		event[24] = (uint8_t)(size + 4);
		memcpy(event + 32, path, size + 4);
		decode_is(0x80000003, event, 32 + size + 4, want);
	}
}

#define NODE(type, subtype, size, data, want) \
	node_is(type, subtype, size, data, sizeof(data) - 1, want)

/* Every node that is known, whole; and one byte too short to be what it says. */
static void test_paths(void **state)
{
	NODE(1, 1, 6, "\x02\x1f", "Pci(1f,2)");
	NODE(1, 1, 5, "\x02", "Path(1,1,1 bytes)");
	NODE(1, 3, 23, "", "Path(1,3,19 bytes)");
	NODE(1, 4, 20, "\1", "VenHw(00000001-");
	NODE(1, 4, 19, "\1", "Path(1,4,15 bytes)");
	NODE(2, 1, 12, "\xd0\x41\x03\x0a\0\0\0\0", "PciRoot(0)");
	NODE(2, 1, 12, "\xd0\x41\x08\x0a\1\0\0\0", "PciRoot(1)");
	NODE(2, 1, 12, "\xd0\x41\x06\x04\2\0\0\0", "Acpi(0x040641d0,2)");
	NODE(2, 1, 11, "\xd0\x41\x03\x0a", "Path(2,1,7 bytes)");
	NODE(2, 2, 12, "", "Path(2,2,8 bytes)");
	NODE(3, 1, 8, "\1\2", "Ata(1,2)");
	NODE(3, 1, 7, "\1\2", "Path(3,1,3 bytes)");
	NODE(3, 2, 8, "\1\1\2", "Scsi(257,2)");
	NODE(3, 2, 7, "", "Path(3,2,3 bytes)");
	NODE(3, 5, 6, "\3\4", "Usb(3,4)");
	NODE(3, 5, 5, "", "Path(3,5,1 bytes)");
	NODE(3, 11, 9, "", "Path(3,11,5 bytes)");
	NODE(3, 12, 11, "", "Path(3,12,7 bytes)");
	NODE(3, 13, 4, "", "IPv6()");
	NODE(3, 18, 10, "\1\0\2\0", "Sata(1,2)");
	NODE(3, 18, 9, "", "Path(3,18,5 bytes)");
	NODE(3, 23, 8, "\7", "NVMe(7)");
	NODE(3, 23, 7, "", "Path(3,23,3 bytes)");
	NODE(4, 1, 42, "\1", "HD(1,MBR,0x00000000)");
	NODE(4, 1, 42,
	     "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0"
	     "\0\0\0\0\2\2",
	     "HD(1,GPT,00000004-");
	NODE(4, 1, 41, "\1", "Path(4,1,37 bytes)");
	NODE(4, 2, 8, "\5", "CDROM(5)");
	NODE(4, 2, 7, "\5", "Path(4,2,3 bytes)");
	NODE(4, 3, 20, "\6", "VenMedia(00000006-");
	NODE(4, 3, 19, "", "Path(4,3,15 bytes)");
	NODE(4, 4, 12, "\\\0a\0\x3d\xd8\x00\xde", "File(\\a\xf0\x9f\x98\x80)");
	NODE(4, 4, 10, "\\\0a\0\x3d\xd8", "File(\\a\xef\xbf\xbd)");
	NODE(4, 6, 20, "\7", "FvFile(00000007-");
	NODE(4, 6, 19, "", "Path(4,6,15 bytes)");
	NODE(4, 7, 20, "\x08", "Fv(00000008-");
	NODE(4, 7, 19, "", "Path(4,7,15 bytes)");
	NODE(4, 8, 24, "\0\0\0\0\1\0\0\0\0\0\0\0\2", "Offset(0x1,0x2)");
	NODE(4, 8, 23, "", "Path(4,8,19 bytes)");
	NODE(4, 9, 8, "", "Path(4,9,4 bytes)");
	NODE(5, 1, 12, "\x80\0\0\0disk", "BBS(128,disk)");
	NODE(5, 1, 8, "\x80", "Path(5,1,4 bytes)");
	NODE(5, 2, 9, "", "Path(5,2,5 bytes)");
	/* A node that is smaller than its head, or longer than the path. */
	{
		uint8_t event[40] = { [24] = 8, [32] = 1, [33] = 1, [34] = 3 };

		decode_is(0x80000003, event, sizeof(event), "(node of 3 bytes does not fit)");
		event[34] = 9;
		decode_is(0x80000003, event, sizeof(event), "(node of 9 bytes does not fit)");
	}
}

/* Records of a launch, by their meaning. */
static void test_launch_words(void **state)
{
	decode_is(DRTMON_EV_TXT_CAP_VALUE, "", 0, "bank capped: not measured further");
	decode_is(DRTMON_EV_TXT_SLAUNCH, "Measured OS-MLE", 15, "Secure Launch: Measured OS-MLE");
	decode_is(DRTMON_EV_SKINIT_CODE, "kernel", 6, "measured by the landing zone: kernel");
	decode_is(0x9004, "DLME", 4, "DLME");
	decode_is(DRTMON_EV_TXT_PCR_MAPPING, "\1\0\0\0", 4, "details and authorities");
	decode_is(DRTMON_EV_TXT_PCR_MAPPING, "\0\0\0\0", 4, "PCR mapping: legacy");
	decode_is(DRTMON_EV_TXT_PCR_MAPPING, "\0\0", 2, "PCR mapping: 0000");
	decode_is(0x414, "\1\2\3\4\5", 5, "TPM NV area: 0102030405");
	decode_is(0x4f0, "\1", 1, "01");
}

static void ima_is(const char *name, const void *data, size_t len, unsigned int flags,
		   const char *want, const char *detail)
{
	struct drtmon_log_event event = { .content = DRTMON_LOG_CONTENT_IMA,
					  .data = data,
					  .len = len,
					  .flags = flags,
					  .name = name,
					  .name_len = name ? strlen(name) : 0 };
	struct drtmon_decoded out;
	char *text;

	drtmon_decode(&out, &event, false, true);
	text = json_dumps(out.details, JSON_COMPACT);
	if (strcmp(out.text, want))
		fail_msg("%s: \"%s\" is not \"%s\"", name ? name : "none", out.text, want);
	if (!strstr(text, detail))
		fail_msg("%s does not hold %s", text, detail);
	free(text);
	drtmon_decoded_free(&out);
}

#define IMA(name, data, flags, want, detail) \
	ima_is(name, data, sizeof(data) - 1, flags, want, detail)

/* Every field of IMA's templates, and data that is not what its template says. */
static void test_ima_fields(void **state)
{
	IMA("n|sig", "\2\0\0\0/a\2\0\0\0\3\4", 0, "/a, signed", "\"signature\":\"0304\"");
	IMA("n|sig", "\2\0\0\0/a\0\0\0\0", 0, "/a", "\"signature\":null");
	IMA("n|modsig", "\2\0\0\0/a\1\0\0\0\3", 0, "/a, modsig", "\"modsig\":\"03\"");
	IMA("n|evmsig", "\2\0\0\0/a\1\0\0\0\3", 0, "/a, evmsig", "\"modsig\":\"03\"");
	IMA("n|buf", "\2\0\0\0/a\3\0\0\0abc", 0, "/a, 3 bytes", "\"buffer\":\"616263\"");
	IMA("d-modsig|n", "\6\0\0\0sha1:\0\1\0\0\0b", 0, "b", "\"modsig_digest\":\"sha1:\"");
	IMA("d|n", "\2\0\0\0\xab\xcd\1\0\0\0b", 0, "b", "\"file_digest\":\"abcd\"");
	IMA("n||n", "\1\0\0\0a\1\0\0\0b\1\0\0\0c", 0, "ac", "\"file\"");
	IMA("uid|n", "\1\0\0\0\5\1\0\0\0b", 0, "b", "\"file\":\"b\"");
	IMA("xyz|abcdef|n", "\0\0\0\0\0\0\0\0\1\0\0\0b", 0, "b", "\"file\":\"b\"");
	IMA("n|sig", "\2\0\0\0/a\2\0\0\0\3", 0, "020000002f610200000003", "{");
	IMA("unheard-of", "ab", 0, "6162", "{");
	ima_is("ima", NULL, 0, DRTMON_LOG_VIOLATION, "violation: template data is not known", "{");
	ima_is(NULL, "a", 1, 0, "template data is not known", "{");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_container),      cmocka_unit_test(test_one_hash),
		cmocka_unit_test(test_locality),       cmocka_unit_test(test_starts),
		cmocka_unit_test(test_repeated),       cmocka_unit_test(test_launch),
		cmocka_unit_test(test_separators),     cmocka_unit_test(test_error_separator),
		cmocka_unit_test(test_hcrtm),	       cmocka_unit_test(test_no_action),
		cmocka_unit_test(test_ima_layouts),    cmocka_unit_test(test_ima_marks),
		cmocka_unit_test(test_ima_padded),     cmocka_unit_test(test_ima_text),
		cmocka_unit_test(test_ima_old),	       cmocka_unit_test(test_ima_blind),
		cmocka_unit_test(test_tcg12),	       cmocka_unit_test(test_paths),
		cmocka_unit_test(test_launch_words),   cmocka_unit_test(test_ima_fields),
		cmocka_unit_test(test_names),	       cmocka_unit_test(test_decode),
		cmocka_unit_test(test_start_is_value), cmocka_unit_test(test_ima_padded_other),
		cmocka_unit_test(test_ima_sm3),	       cmocka_unit_test(test_start_behind),
	};

	return cmocka_run_group_tests_name("log-rules", tests, NULL, NULL);
}
