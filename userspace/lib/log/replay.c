// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/dynamic.h"
#include "lib/log/reader.h"
#include "lib/log/replay_ima.h"
#include "lib/log/tcg.h"

int drtmon_replay_new(struct drtmon_replay **replay, const struct drtmon_replay_args *args,
		      struct drtmon_err *err)
{
	*replay = calloc(1, sizeof(**replay));
	if (!*replay)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	if (args)
		(*replay)->args = *args;
	return 0;
}

void drtmon_replay_free(struct drtmon_replay *replay)
{
	unsigned int i;

	if (!replay)
		return;
	for (i = 0; i < DRTMON_REPLAY_BANKS; i++) {
		drtmon_chain_fini(&replay->chain[i]);
		drtmon_chain_fini(&replay->alt[i]);
	}
	drtmon_ima_hashes_fini(&replay->hashes);
	drtmon_hash_free(replay->sha1);
	free(replay);
}

/* The start values of 17 to 22, and of PCR 0 by the locality of TPM2_Startup. */
static void chain_begin(struct drtmon_replay *replay, struct drtmon_chain *chain,
			const struct drtmon_log *log)
{
	uint32_t i;

	if (log && log->info.startup_locality > 0)
		drtmon_chain_start(chain, 0, 0, (uint8_t)log->info.startup_locality);
	for (i = 17; replay->dynamic && i <= 22; i++)
		drtmon_chain_start(chain, i, 0, 0);
}

static int chain_get(struct drtmon_replay *replay, const struct drtmon_log *log,
		     const struct drtmon_alg *alg, struct drtmon_chain **chain)
{
	unsigned int i;
	int ret;

	for (i = 0; i < replay->n; i++) {
		*chain = &replay->chain[i];
		if ((*chain)->alg == alg)
			return 0;
	}
	*chain = NULL;
	if (replay->n == DRTMON_REPLAY_BANKS)
		return 0;
	ret = drtmon_chain_init(&replay->chain[i], alg, replay->args.expect);
	if (ret)
		return ret == -ENOTSUP ? 0 : ret;
	chain_begin(replay, &replay->chain[i], log);
	*chain = &replay->chain[i];
	replay->n++;
	return 0;
}

static bool is_drtm(const struct drtmon_log *log, const struct drtmon_log_event *event)
{
	enum drtmon_log_format format = log ? log->info.format : DRTMON_LOG_UNKNOWN;

	return format == DRTMON_LOG_TXT12 || format == DRTMON_LOG_TXT20 ||
	       (event->content == DRTMON_LOG_CONTENT_TCG && drtmon_dynamic_type(event->type));
}

/*
 * Where 17 to 22 begin. The record's type decides, which nothing protects:
 * but a log that lies about it only fails to match the TPM.
 */
static void start_decide(struct drtmon_replay *replay, const struct drtmon_log *log,
			 const struct drtmon_log_event *event)
{
	unsigned int i;

	if (replay->decided)
		return;
	replay->dynamic = replay->args.start == DRTMON_REPLAY_DYNAMIC ||
			  (replay->args.start == DRTMON_REPLAY_AUTO && is_drtm(log, event));
	replay->decided = replay->dynamic || (event->pcr >= 17 && event->pcr <= 22) ||
			  replay->args.start == DRTMON_REPLAY_STATIC;
	for (i = 0; replay->dynamic && i < replay->n; i++)
		chain_begin(replay, &replay->chain[i], NULL);
}

/*
 * The digest of the first record of PCR 17 may be the PCR's value. What the
 * record does not prove, the value that is looked for has to decide: both
 * readings are followed.
 */
static int start_apply(struct drtmon_replay *replay, struct drtmon_chain *chain,
		       const struct drtmon_log_event *event, const struct drtmon_log_digest *digest)
{
	struct drtmon_chain *alt = &replay->alt[chain - replay->chain];
	int ret;

	switch (drtmon_dynamic_start(chain->hash, event, digest)) {
	case DRTMON_DYNAMIC_START_DIGEST:
		return 0;
	case DRTMON_DYNAMIC_START_VALUE:
		drtmon_chain_set(chain, event->pcr, digest->value, event->index);
		chain->pcr[event->pcr].start_is_value = true;
		return 0;
	default:
		break;
	}
	if (!chain->expect)
		return 0;
	ret = drtmon_chain_init(alt, chain->alg, replay->args.expect);
	if (ret)
		return ret;
	drtmon_chain_set(alt, event->pcr, digest->value, event->index);
	alt->have = UINT32_C(1) << event->pcr;
	return 0;
}

static int tcg_digest(struct drtmon_replay *replay, const struct drtmon_log *log,
		      const struct drtmon_log_event *event, const struct drtmon_log_digest *digest)
{
	struct drtmon_chain *chain, *alt;
	struct drtmon_replay_pcr *pcr;
	int ret;

	if (!digest->alg)
		return 0;
	ret = chain_get(replay, log, digest->alg, &chain);
	if (ret || !chain)
		return ret;
	pcr = &chain->pcr[event->pcr];
	/* The log may tell it after other PCRs' first extends. */
	if (!event->pcr && !pcr->extends && log && log->info.startup_locality > 0)
		drtmon_chain_start(chain, 0, 0, (uint8_t)log->info.startup_locality);
	ret = drtmon_chain_extend(chain, event->pcr, digest->value, event->index);
	alt = &replay->alt[chain - replay->chain];
	if (!ret && alt->have & UINT32_C(1) << event->pcr)
		ret = drtmon_chain_extend(alt, event->pcr, digest->value, event->index);
	if (ret || event->content != DRTMON_LOG_CONTENT_TCG)
		return ret;
	if (event->type == DRTMON_EV_TXT_CAP_VALUE)
		pcr->capped = true;
	if (replay->dynamic && pcr->extends == 1 && drtmon_dynamic_is_start(event))
		return start_apply(replay, chain, event, digest);
	return 0;
}

static int tcg_event(struct drtmon_replay *replay, const struct drtmon_log *log,
		     const struct drtmon_log_event *event)
{
	unsigned int i, j;
	int ret = 0;

	for (i = 0; i < event->n_digests && !ret; i++) {
		/* A bank is extended once by a record, whatever the record repeats. */
		for (j = 0; j < i; j++)
			if (event->digest[j].id == event->digest[i].id)
				break;
		if (j == i)
			ret = tcg_digest(replay, log, event, &event->digest[i]);
	}
	return ret;
}

static int ima_event(struct drtmon_replay *replay, struct drtmon_log *log,
		     const struct drtmon_log_event *event)
{
	struct drtmon_ima_hashes *hashes = &replay->hashes;
	struct drtmon_ima_entry entry;
	int ret = 0;

	if (!replay->ima) {
		ret = drtmon_ima_setup(replay, event->digest[0].alg);
		if (!ret)
			ret = drtmon_ima_hashes_init(hashes, replay, event->digest[0].alg);
	}
	if (ret)
		return ret;
	drtmon_ima_entry_set(&entry, event);
	ret = drtmon_ima_apply(replay, hashes, &entry);
	if (entry.bad)
		drtmon_log_event_problem(log, event,
					 "template digest is not that of the template data");
	return ret;
}

static void pcr_reset(struct drtmon_replay *replay, const struct drtmon_log_event *event)
{
	unsigned int i;

	for (i = 0; i < replay->n; i++) {
		drtmon_chain_start(&replay->chain[i], event->pcr, 0, 0);
		replay->chain[i].have |= UINT32_C(1) << event->pcr;
		replay->alt[i].have &= ~(UINT32_C(1) << event->pcr);
	}
}

int drtmon_replay_event(struct drtmon_replay *replay, struct drtmon_log *log,
			const struct drtmon_log_event *event)
{
	enum drtmon_log_format format = log->info.format;

	start_decide(replay, log, event);
	if (event->flags & DRTMON_LOG_RESET && event->pcr < DRTMON_PCRS_COUNT)
		pcr_reset(replay, event);
	if (event->flags & DRTMON_LOG_NOT_EXTENDED || event->pcr >= DRTMON_PCRS_COUNT)
		return 0;
	if (format == DRTMON_LOG_IMA || format == DRTMON_LOG_IMA_ASCII)
		return ima_event(replay, log, event);
	return tcg_event(replay, log, event);
}

int drtmon_replay_run(struct drtmon_replay *replay, struct drtmon_log *log, struct drtmon_err *err)
{
	const bool ima = log->info.format == DRTMON_LOG_IMA;
	struct drtmon_log_event event;
	int ret;

	/* Where both rules may need the data, it is not there behind the first hash. */
	if (replay->args.threads > 1 && ima && !drtmon_ima_computes_sha1(replay, log)) {
		ret = drtmon_ima_run(replay, log);
		return ret ? drtmon_err_set(err, ret, "cannot replay: %s", strerror(-ret)) : 0;
	}
	while ((ret = drtmon_log_next(log, &event)) > 0) {
		ret = ima ? ima_event(replay, log, &event)
			  : drtmon_replay_event(replay, log, &event);
		if (ret)
			break;
	}
	return ret ? drtmon_err_set(err, ret, "cannot replay: %s", strerror(-ret)) : 0;
}

static bool is_expected(const struct drtmon_chain *chain, uint32_t pcr)
{
	const struct drtmon_bank *expect = chain->expect;
	const uint32_t bit = UINT32_C(1) << pcr;

	return expect && expect->have & bit && chain->have & bit &&
	       !memcmp(chain->value[pcr], expect->value[pcr], chain->alg->size);
}

/* A TPM that was not given all of the log may follow the other reading as well. */
static void seen_get(struct drtmon_chain *chain, const struct drtmon_chain *alt, uint32_t pcr)
{
	if (chain->pcr[pcr].seen || !(alt->have & UINT32_C(1) << pcr))
		return;
	chain->pcr[pcr].seen = alt->pcr[pcr].seen;
	chain->pcr[pcr].seen_at = alt->pcr[pcr].seen_at;
}

/* The other reading is taken for a PCR that only it explains. */
static const uint8_t *value_get(struct drtmon_replay *replay, unsigned int i, uint32_t pcr)
{
	struct drtmon_chain *chain = &replay->chain[i], *alt = &replay->alt[i];

	if (!alt->alg || is_expected(chain, pcr) || !is_expected(alt, pcr)) {
		seen_get(chain, alt, pcr);
		return replay->no_data & 1u << i ? NULL : chain->value[pcr];
	}
	if (replay->ima)
		chain->pcr[pcr].padded = true;
	else
		chain->pcr[pcr].start_is_value = true;
	return alt->value[pcr];
}

const struct drtmon_pcrs *drtmon_replay_pcrs(struct drtmon_replay *replay)
{
	unsigned int i;
	uint32_t pcr;

	memset(&replay->pcrs, 0, sizeof(replay->pcrs));
	for (i = 0; i < replay->n; i++) {
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
			const uint8_t *value;

			if (!(replay->chain[i].have & UINT32_C(1) << pcr))
				continue;
			value = value_get(replay, i, pcr);
			if (value)
				drtmon_pcrs_set(&replay->pcrs, replay->chain[i].alg, pcr, value);
		}
	}
	return &replay->pcrs;
}

const struct drtmon_replay_pcr *drtmon_replay_pcr(const struct drtmon_replay *replay,
						  const struct drtmon_alg *alg, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < replay->n && index < DRTMON_PCRS_COUNT; i++)
		if (replay->chain[i].alg == alg && replay->chain[i].have & UINT32_C(1) << index)
			return &replay->chain[i].pcr[index];
	return NULL;
}
