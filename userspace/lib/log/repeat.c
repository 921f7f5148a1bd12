// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/repeat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/hash.h"
#include "lib/log/reader.h"

/* A firmware log has some hundred records; the search is quadratic. */
#define RECORDS_MAX 8192u
#define TRIES_MAX   64u

/* A block of records that equals the one before it. */
struct block {
	size_t first;
	size_t count;
};

/**
 * struct repeat - a search
 * @args: of the analysis
 * @print: a fingerprint of each record
 * @n: used elements of @print
 */
struct repeat {
	const struct drtmon_analysis_args *args;
	uint64_t *print;
	size_t n;
};

static int prints_make(struct repeat *repeat)
{
	struct drtmon_hash *hash = drtmon_hash_new(drtmon_alg_by_id(0x000b));
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
	struct drtmon_log_event event;
	struct drtmon_log *log = NULL;
	int ret = hash ? drtmon_log_open(&log, &repeat->args->log, NULL) : -ENOTSUP;

	while (!ret && repeat->n < RECORDS_MAX && drtmon_log_next(log, &event) > 0) {
		ret = drtmon_hash(hash, digest, log->src.cur, event.size);
		memcpy(&repeat->print[repeat->n++], digest, sizeof(repeat->print[0]));
	}
	drtmon_log_close(log);
	drtmon_hash_free(hash);
	return ret;
}

/* PCRs that are as expected, and those that are not. */
static void count(const struct drtmon_pcrs *pcrs, const struct drtmon_pcrs *expect, uint32_t *good,
		  uint32_t *bad)
{
	const struct drtmon_alg *alg;
	uint32_t pcr;
	size_t i;

	*good = *bad = 0;
	for (i = 0; (alg = drtmon_alg_at(i)); i++) {
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
			enum drtmon_compare c = drtmon_compare(pcrs, expect, alg, pcr);

			*good += c == DRTMON_COMPARE_MATCH;
			*bad += c == DRTMON_COMPARE_MISMATCH;
		}
	}
}

/* Replay without the block; @at is where it begins. */
static int replay_without(const struct repeat *repeat, const struct block *block,
			  struct drtmon_replay **replay, uint64_t *at)
{
	struct drtmon_log_event event;
	struct drtmon_log *log;
	int ret = drtmon_replay_new(replay, &repeat->args->replay, NULL);

	if (ret)
		return ret;
	ret = drtmon_log_open(&log, &repeat->args->log, NULL);
	while (!ret && drtmon_log_next(log, &event) > 0) {
		if (event.index == block->first)
			*at = event.offset;
		if (event.index < block->first || event.index >= block->first + block->count)
			ret = drtmon_replay_event(*replay, log, &event);
	}
	if (log)
		drtmon_log_close(log);
	return ret;
}

/* 1: the log is better without it. */
static int try_block(struct drtmon_analysis *analysis, const struct repeat *repeat,
		     const struct block *block)
{
	uint32_t good, bad, good_then, bad_then;
	struct drtmon_replay *replay = NULL;
	uint64_t at = 0;
	int ret = replay_without(repeat, block, &replay, &at);

	if (!ret) {
		count(analysis->pcrs, analysis->expect, &good, &bad);
		count(drtmon_replay_pcrs(replay), analysis->expect, &good_then, &bad_then);
		ret = good_then > good && bad_then < bad;
	}
	if (ret <= 0) {
		drtmon_replay_free(replay);
		return ret;
	}
	drtmon_replay_free(analysis->replay);
	analysis->replay = replay;
	analysis->pcrs = drtmon_replay_pcrs(replay);
	drtmon_log_note(analysis->log, at,
			"events %zu to %zu repeat those before them and were extended once: final "
			"events, logged twice",
			block->first, block->first + block->count - 1);
	return ret;
}

/* Longest first: a part of a repeated block is repeated too. */
static int search(struct drtmon_analysis *analysis, const struct repeat *repeat)
{
	unsigned int tries = 0;
	size_t len, i, run;
	int ret = 0;

	for (len = repeat->n / 2; !ret && len; len--) {
		for (i = 0, run = 0; !ret && i + len < repeat->n; i++) {
			struct block block = { .first = i + 1, .count = len };

			run = repeat->print[i] == repeat->print[i + len] ? run + 1 : 0;
			if (run < len)
				continue;
			run = 0;
			if (tries++ == TRIES_MAX)
				return 0;
			ret = try_block(analysis, repeat, &block);
		}
	}
	return ret < 0 ? ret : 0;
}

int drtmon_repeat_resolve(struct drtmon_analysis *analysis, const struct drtmon_analysis_args *args)
{
	struct repeat repeat = { .args = args };
	uint32_t good, bad;
	int ret;

	if (analysis->info->format != DRTMON_LOG_TCG20 || !analysis->expect ||
	    !drtmon_log_rereadable(&args->log))
		return 0;
	count(analysis->pcrs, analysis->expect, &good, &bad);
	if (!bad)
		return 0;
	repeat.print = calloc(RECORDS_MAX, sizeof(repeat.print[0]));
	if (!repeat.print)
		return -ENOMEM;
	ret = prints_make(&repeat);
	if (!ret && repeat.n < RECORDS_MAX)
		ret = search(analysis, &repeat);
	free(repeat.print);
	return ret;
}
