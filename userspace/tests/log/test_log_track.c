// SPDX-License-Identifier: GPL-2.0-or-later
/* One PCR: where its logs end and what drtmon saw itself begins. */
#include "tests/log/build.h"

#include "lib/log/track.h"

/**
 * struct pcr - a PCR, what is logged of it, and what was seen
 * @track: what is judged
 * @hash: SHA-1
 * @tpm: the value in the TPM
 */
struct pcr {
	struct drtmon_track track;
	struct drtmon_hash *hash;
	uint8_t tpm[DRTMON_ALG_DIGEST_MAX];
};

/* Digest number @i. */
static const uint8_t *digest(unsigned int i)
{
	static uint8_t value[DRTMON_ALG_DIGEST_MAX];

	memset(value, 0xd1, sizeof(value));
	memcpy(value, &i, sizeof(i));
	return value;
}

static void pcr_start(struct pcr *p)
{
	memset(p, 0, sizeof(*p));
	p->hash = drtmon_hash_new(alg_of("sha1"));
	p->track.size = 20;
	p->track.want = p->tpm;
	drtmon_track_start(&p->track, 0, 0);
}

/* The TPM is given digests @from to below @to: first, for its value is known by then. */
static void tpm(struct pcr *p, unsigned int from, unsigned int to)
{
	uint8_t both[40];

	for (; from < to; from++) {
		memcpy(both, p->tpm, 20);
		memcpy(both + 20, digest(from), 20);
		assert_int_equal(drtmon_hash(p->hash, p->tpm, both, sizeof(both)), 0);
	}
}

static void seen(struct pcr *p, unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		assert_int_equal(drtmon_track_step(&p->track, digest(from)), 0);
}

static void logged(struct pcr *p, unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		assert_int_equal(drtmon_track_extend(&p->track, p->hash, digest(from)), 0);
}

static struct drtmon_explained judged(struct pcr *p, const char *verdict)
{
	struct drtmon_explained r;

	assert_int_equal(drtmon_track_judge(&p->track, p->hash, &r), 0);
	assert_string_equal(drtmon_explain_verdict_name(r.verdict), verdict);
	drtmon_track_fini(&p->track);
	drtmon_hash_free(p->hash);
	return r;
}

/* A list of which drtmon saw nearly all. */
static void test_overlap(void **state)
{
	struct drtmon_explained r;
	struct pcr p;

	pcr_start(&p);
	tpm(&p, 0, 60000);
	seen(&p, 100, 60000);
	logged(&p, 0, 60000);
	r = judged(&p, "explained");
	assert_int_equal(r.logged, 60000);
	assert_int_equal(r.used, 100);
	assert_int_equal(r.seen, 59900);
	assert_memory_equal(r.value, p.tpm, 20);
}

/* Somebody else extended in between, and the list was read before the last came. */
static void test_overlap_others(void **state)
{
	struct drtmon_explained r;
	struct pcr p;

	pcr_start(&p);
	tpm(&p, 0, 5000);
	tpm(&p, 90000, 90010);
	tpm(&p, 5000, 20000);
	tpm(&p, 95000, 95001);
	tpm(&p, 20000, 40000);
	seen(&p, 90000, 90010);
	seen(&p, 5000, 20000);
	seen(&p, 95000, 95001);
	seen(&p, 20000, 40000);
	logged(&p, 0, 39000);
	r = judged(&p, "explained");
	assert_int_equal(r.used, 5000);
}

/* One digest again and again agrees everywhere; and what was logged came a second time. */
static void test_repeated(void **state)
{
	struct pcr p;
	int i;

	pcr_start(&p);
	for (i = 0; i < 5000; i++)
		tpm(&p, 7, 8);
	for (i = 0; i < 4000; i++)
		seen(&p, 7, 8);
	for (i = 0; i < 5000; i++)
		logged(&p, 7, 8);
	assert_int_equal(judged(&p, "explained").used, 1000);
	pcr_start(&p);
	tpm(&p, 0, 4000);
	tpm(&p, 0, 4000);
	seen(&p, 0, 4000);
	logged(&p, 0, 4000);
	assert_int_equal(judged(&p, "explained").used, 4000);
	/* The first that was seen is logged, but so is one that agrees by chance. */
	pcr_start(&p);
	tpm(&p, 0, 40);
	tpm(&p, 9, 10);
	tpm(&p, 10, 40);
	seen(&p, 10, 40);
	seen(&p, 9, 10);
	seen(&p, 10, 40);
	logged(&p, 0, 10);
	logged(&p, 10, 40);
	assert_int_equal(judged(&p, "explained").used, 10);
}

/* Whichever overlap is the one, it is found where all can be tried. */
static void test_every_overlap(void **state)
{
	unsigned int used;
	struct pcr p;

	for (used = 20; used <= 60; used++) {
		pcr_start(&p);
		tpm(&p, 0, used);
		tpm(&p, 20, 60);
		seen(&p, 20, 60);
		logged(&p, 0, 60);
		assert_int_equal(judged(&p, "explained").used, used);
	}
}

/* What was not tried is not denied, but what can be tried is. */
static void test_undecided(void **state)
{
	struct drtmon_explained r;
	struct pcr p;

	pcr_start(&p);
	tpm(&p, 9000, 9001);
	seen(&p, 0, 5000);
	logged(&p, 0, 5000);
	r = judged(&p, "undecided");
	assert_int_equal(r.used, 5000);
	pcr_start(&p);
	tpm(&p, 9000, 9001);
	seen(&p, 0, 400);
	logged(&p, 0, 400);
	judged(&p, "unexplained");
	/* A part of the logs makes it: that needs no joint. */
	pcr_start(&p);
	tpm(&p, 0, 3000);
	seen(&p, 0, 4000);
	logged(&p, 0, 4000);
	judged(&p, "log-ahead");
}

/* Nothing agrees: there is nothing to try, however long both are. */
static void test_unrelated(void **state)
{
	struct pcr p;

	pcr_start(&p);
	tpm(&p, 9000, 9001);
	seen(&p, 200000, 265536);
	logged(&p, 0, 100000);
	judged(&p, "unexplained");
}

/* More than can be kept is not compared, unless a reset makes it irrelevant. */
static void test_too_many(void **state)
{
	struct drtmon_explained r;
	struct pcr p;

	pcr_start(&p);
	tpm(&p, 0, 65536);
	seen(&p, 0, 65536);
	judged(&p, "explained");
	pcr_start(&p);
	tpm(&p, 0, 65538);
	seen(&p, 0, 65538);
	logged(&p, 0, 3);
	r = judged(&p, "too-many-events");
	assert_int_equal(r.seen, 65538);
	assert_int_equal(r.logged, 3);
	pcr_start(&p);
	tpm(&p, 5, 6);
	seen(&p, 0, 65537);
	assert_int_equal(drtmon_track_step(&p.track, NULL), 0);
	seen(&p, 5, 6);
	logged(&p, 0, 9);
	r = judged(&p, "explained");
	assert_int_equal(r.seen, 65539);
	assert_int_equal(r.used, 9);
}

/* A reset alone leaves the PCR zero, and is an event. */
static void test_reset(void **state)
{
	struct pcr p;

	pcr_start(&p);
	assert_int_equal(drtmon_track_step(&p.track, NULL), 0);
	judged(&p, "explained");
	pcr_start(&p);
	judged(&p, "untouched");
	pcr_start(&p);
	p.track.want = NULL;
	seen(&p, 0, 2);
	logged(&p, 0, 2);
	judged(&p, "not-compared");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlap),	  cmocka_unit_test(test_overlap_others),
		cmocka_unit_test(test_repeated),  cmocka_unit_test(test_every_overlap),
		cmocka_unit_test(test_undecided), cmocka_unit_test(test_unrelated),
		cmocka_unit_test(test_too_many),  cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests_name("log-track", tests, NULL, NULL);
}
