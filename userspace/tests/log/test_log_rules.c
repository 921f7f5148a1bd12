// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules that real logs show only in part: containers, starts, separators. */
#include "tests/log/build.h"

#include <errno.h>

#include "lib/log/check.h"
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

/* All ones without a launch, zero with one, as asked, and a PCR that is none. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_container),      cmocka_unit_test(test_one_hash),
		cmocka_unit_test(test_locality),       cmocka_unit_test(test_starts),
		cmocka_unit_test(test_repeated),       cmocka_unit_test(test_launch),
		cmocka_unit_test(test_start_is_value), cmocka_unit_test(test_start_behind),
		cmocka_unit_test(test_separators),     cmocka_unit_test(test_error_separator),
		cmocka_unit_test(test_hcrtm),	       cmocka_unit_test(test_no_action),
		cmocka_unit_test(test_tcg12),
	};

	return cmocka_run_group_tests_name("log-rules", tests, NULL, NULL);
}
