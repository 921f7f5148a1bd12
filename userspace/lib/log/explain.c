// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/dynamic.h"
#include "lib/log/reader.h"
#include "lib/log/replay_ima.h"
#include "lib/log/track.h"

/**
 * struct explain_bank - one bank
 * @alg: bank
 * @hash: of it
 * @track: its PCRs
 * @blind: PCRs that were extended with what no log tells
 * @result: their verdicts
 */
struct explain_bank {
	const struct drtmon_alg *alg;
	struct drtmon_hash *hash;
	struct drtmon_track track[DRTMON_PCRS_COUNT];
	uint32_t blind;
	struct drtmon_explained result[DRTMON_PCRS_COUNT];
};

/**
 * struct drtmon_explain - an explanation
 * @logs: by source
 * @info: what is known of each
 * @known: it was read once, and @info is set
 * @error: why it was not read to its end, 0 or a negative errno
 * @causes: how many of each PCR it has
 * @n: used elements of @bank
 * @bank: those of the TPM's values
 * @sha1: for IMA's lists of other digests
 * @list: the same for an IMA replay, ended by NULL
 * @padded: IMA's digests are taken as zero-padded SHA-1
 * @start: a launch's first record is taken as PCR 17's value wherever its data
 *	does not prove the contrary
 * @unproved: there is such a record, and its data proves nothing
 */
struct drtmon_explain {
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES];
	struct drtmon_log_info info[DRTMON_EXPLAIN_SOURCES];
	bool known[DRTMON_EXPLAIN_SOURCES];
	int error[DRTMON_EXPLAIN_SOURCES];
	uint64_t causes[DRTMON_EXPLAIN_SOURCES][DRTMON_PCRS_COUNT];
	unsigned int n;
	struct explain_bank bank[DRTMON_PCRS_BANKS];
	struct drtmon_hash *sha1;
	const struct drtmon_alg *list[DRTMON_PCRS_BANKS + 1];
	bool padded;
	bool start;
	bool unproved;
};

static struct explain_bank *bank_find(struct drtmon_explain *explain, const struct drtmon_alg *alg)
{
	unsigned int i;

	for (i = 0; alg && i < explain->n; i++)
		if (explain->bank[i].alg == alg)
			return &explain->bank[i];
	return NULL;
}

static int log_open(struct drtmon_explain *explain, enum drtmon_explain_source source,
		    struct drtmon_log **log)
{
	struct drtmon_log_args args = { .path = explain->logs[source].path,
					.data = explain->logs[source].data,
					.len = explain->logs[source].len };

	*log = NULL;
	return args.path || args.data ? drtmon_log_open(log, &args, NULL) : 0;
}

static bool is_cause(const struct drtmon_log_event *event)
{
	return event->pcr < DRTMON_PCRS_COUNT &&
	       (!(event->flags & DRTMON_LOG_NOT_EXTENDED) || event->flags & DRTMON_LOG_RESET);
}

/* A file may grow between two readings: the first one decides what is in it. */
static bool log_next(struct drtmon_explain *explain, enum drtmon_explain_source source,
		     struct drtmon_log *log, struct drtmon_log_event *event)
{
	int ret;

	if (explain->known[source] && drtmon_log_info(log)->events == explain->info[source].events)
		return false;
	ret = drtmon_log_next(log, event);
	if (ret < 0)
		explain->error[source] = ret;
	if (ret > 0 && !explain->known[source] && is_cause(event))
		explain->causes[source][event->pcr]++;
	return ret > 0;
}

static void log_close(struct drtmon_explain *explain, enum drtmon_explain_source source,
		      struct drtmon_log *log)
{
	if (!explain->known[source])
		explain->info[source] = *drtmon_log_info(log);
	if (explain->logs[source].truncated)
		explain->info[source].complete = false;
	explain->known[source] = true;
	drtmon_log_close(log);
}

/* What drtmon saw comes first: the tracks keep as much of the logs as it may overlap. */
static int events_read(struct drtmon_explain *explain)
{
	struct drtmon_log_event event;
	struct drtmon_log *log;
	unsigned int i;
	int ret = log_open(explain, DRTMON_EXPLAIN_EVENTS, &log);

	while (!ret && log && log_next(explain, DRTMON_EXPLAIN_EVENTS, log, &event)) {
		bool reset = event.flags & DRTMON_LOG_RESET;

		if (event.pcr >= DRTMON_PCRS_COUNT ||
		    (event.flags & DRTMON_LOG_NOT_EXTENDED && !reset))
			continue;
		for (i = 0; !ret && i < explain->n; i++) {
			const struct drtmon_log_digest *d =
				drtmon_log_digest(&event, explain->bank[i].alg);

			if (reset || d)
				ret = drtmon_track_step(&explain->bank[i].track[event.pcr],
							reset ? NULL : d->value);
		}
	}
	if (log)
		log_close(explain, DRTMON_EXPLAIN_EVENTS, log);
	return ret;
}

/* Is this digest what PCR 17 holds after it, and not what extended it? */
static bool start_is_value(struct drtmon_explain *explain, const struct explain_bank *bank,
			   const struct drtmon_log_event *event, const struct drtmon_log_digest *d)
{
	enum drtmon_dynamic_start start;

	if (!drtmon_dynamic_is_start(event) || bank->track[event->pcr].logged)
		return false;
	start = drtmon_dynamic_start(bank->hash, event, d);
	explain->unproved |= start == DRTMON_DYNAMIC_START_UNPROVED;
	return start == DRTMON_DYNAMIC_START_VALUE ||
	       (explain->start && start == DRTMON_DYNAMIC_START_UNPROVED);
}

static int tcg_event(struct drtmon_explain *explain, const struct drtmon_log_event *event)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < explain->n; i++) {
		struct explain_bank *bank = &explain->bank[i];
		const struct drtmon_log_digest *d = drtmon_log_digest(event, bank->alg);
		struct drtmon_track *track = &bank->track[event->pcr];

		if (d && start_is_value(explain, bank, event, d))
			ret = drtmon_track_extend_to(track, bank->hash, d->value);
		else if (d)
			ret = drtmon_track_extend(track, bank->hash, d->value);
	}
	return ret;
}

/* What the bank was extended with, at @digest; -ENODATA when the list does not tell. */
static int ima_digest(struct drtmon_explain *explain, const struct drtmon_alg *alg,
		      const struct drtmon_ima_entry *entry, uint8_t *digest)
{
	bool own = entry->flags & DRTMON_LOG_VIOLATION || alg == entry->logged_alg;

	/* A kernel that lacks the bank's hash; none lacks SHA-1. */
	if (explain->padded && !own && alg->id != 0x0004)
		return drtmon_ima_pad(digest, alg, explain->sha1, entry);
	return drtmon_ima_blind(entry, alg) ? -ENODATA : 0;
}

static int ima_event(struct drtmon_explain *explain, struct drtmon_replay *ima,
		     const struct drtmon_log_event *event)
{
	uint8_t digests[DRTMON_IMA_DIGESTS];
	struct drtmon_ima_entry entry = { .digests = digests };
	unsigned int i;
	int ret = 0;

	if (!ima->ima) {
		ret = drtmon_ima_setup(ima, event->digest[0].alg);
		if (!ret)
			ret = drtmon_ima_hashes_init(&ima->hashes, ima, event->digest[0].alg);
	}
	if (ret)
		return ret;
	drtmon_ima_entry_set(&entry, event);
	ret = drtmon_ima_digest(ima, &ima->hashes, &entry);
	for (i = 0; !ret && i < ima->n; i++) {
		struct explain_bank *bank = bank_find(explain, ima->chain[i].alg);
		uint8_t *digest = drtmon_ima_digest_of(ima, &entry, i);

		ret = ima_digest(explain, bank->alg, &entry, digest);
		if (ret == -ENODATA) {
			bank->blind |= 1u << event->pcr;
			ret = 0;
		} else if (!ret) {
			ret = drtmon_track_extend(&bank->track[event->pcr], bank->hash, digest);
		}
	}
	return ret;
}

static void tracks_start(struct drtmon_explain *explain, enum drtmon_explain_source source,
			 const struct drtmon_log *log)
{
	uint32_t pcr;
	unsigned int i;

	for (i = 0; i < explain->n; i++) {
		struct drtmon_track *track = explain->bank[i].track;

		if (source == DRTMON_EXPLAIN_FIRMWARE && log->info.startup_locality > 0 &&
		    !track[0].logged)
			drtmon_track_start(&track[0], 0, (uint8_t)log->info.startup_locality);
		/* A launch log with records means that there was a launch. */
		for (pcr = 17; source == DRTMON_EXPLAIN_DRTM && pcr <= 22; pcr++)
			if (!track[pcr].logged)
				drtmon_track_start(&track[pcr], 0, 0);
	}
}

static int log_read(struct drtmon_explain *explain, enum drtmon_explain_source source)
{
	struct drtmon_replay_args args = { .banks = explain->list };
	struct drtmon_replay *ima = NULL;
	struct drtmon_log_event event;
	struct drtmon_log *log;
	int ret = log_open(explain, source, &log);

	if (ret || !log)
		return ret;
	ret = drtmon_replay_new(&ima, &args, NULL);
	while (!ret && log_next(explain, source, log, &event)) {
		tracks_start(explain, source, log);
		if (event.flags & DRTMON_LOG_NOT_EXTENDED || event.pcr >= DRTMON_PCRS_COUNT)
			continue;
		ret = event.content == DRTMON_LOG_CONTENT_IMA && !event.record
			      ? ima_event(explain, ima, &event)
			      : tcg_event(explain, &event);
	}
	drtmon_replay_free(ima);
	log_close(explain, source, log);
	return ret;
}

static void tracks_fini(struct drtmon_explain *explain)
{
	unsigned int i;
	uint32_t pcr;

	for (i = 0; i < explain->n; i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			drtmon_track_fini(&explain->bank[i].track[pcr]);
}

static void tracks_init(struct drtmon_explain *explain, const struct drtmon_pcrs *pcrs)
{
	unsigned int i;
	uint32_t pcr;

	for (i = 0; i < explain->n; i++) {
		explain->bank[i].blind = 0;
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
			struct drtmon_track *track = &explain->bank[i].track[pcr];
			uint8_t fill = pcr >= 17 && pcr <= 22 ? 0xff : 0;

			track->size = explain->bank[i].alg->size;
			track->want = drtmon_pcrs_get(pcrs, explain->bank[i].alg, pcr);
			drtmon_track_start(track, fill, fill);
		}
	}
}

/* Another reading counts where it says more than the first; untried it denies nothing either. */
static bool replaces(enum drtmon_explain_verdict second, enum drtmon_explain_verdict first)
{
	switch (second) {
	case DRTMON_EXPLAIN_EXPLAINED:
		return first != second;
	case DRTMON_EXPLAIN_AHEAD:
		return first == DRTMON_EXPLAIN_UNEXPLAINED || first == DRTMON_EXPLAIN_UNDECIDED;
	case DRTMON_EXPLAIN_UNDECIDED:
		return first == DRTMON_EXPLAIN_UNEXPLAINED;
	default:
		return false;
	}
}

/* What is found without entries that the PCR was extended with is found by leaving them out. */
static enum drtmon_explain_verdict blind_verdict(enum drtmon_explain_verdict verdict)
{
	return verdict == DRTMON_EXPLAIN_NO_VALUE || verdict == DRTMON_EXPLAIN_TOO_MANY
		       ? verdict
		       : DRTMON_EXPLAIN_UNDECIDED;
}

static int judge(struct drtmon_explain *explain)
{
	const bool again = explain->padded || explain->start;
	unsigned int i;
	uint32_t pcr;
	int ret = 0;

	for (i = 0; i < explain->n; i++) {
		struct explain_bank *bank = &explain->bank[i];

		for (pcr = 0; !ret && pcr < DRTMON_PCRS_COUNT; pcr++) {
			struct drtmon_explained r;

			ret = drtmon_track_judge(&bank->track[pcr], bank->hash, &r);
			r.padded = explain->padded;
			r.blind = bank->blind & 1u << pcr;
			if (r.blind)
				r.verdict = blind_verdict(r.verdict);
			if (!again || replaces(r.verdict, bank->result[pcr].verdict))
				bank->result[pcr] = r;
		}
	}
	return ret;
}

static int pass(struct drtmon_explain *explain, const struct drtmon_pcrs *pcrs)
{
	int ret, source;

	tracks_init(explain, pcrs);
	ret = events_read(explain);
	for (source = 0; !ret && source < DRTMON_EXPLAIN_EVENTS; source++)
		ret = log_read(explain, (enum drtmon_explain_source)source);
	if (!ret)
		ret = judge(explain);
	tracks_fini(explain);
	return ret;
}

static bool unexplained(const struct drtmon_explain *explain, uint32_t first, uint32_t last)
{
	unsigned int i;
	uint32_t pcr;

	for (i = 0; i < explain->n; i++)
		for (pcr = first; pcr <= last; pcr++) {
			enum drtmon_explain_verdict v = explain->bank[i].result[pcr].verdict;

			if (v == DRTMON_EXPLAIN_UNEXPLAINED || v == DRTMON_EXPLAIN_UNDECIDED)
				return true;
		}
	return false;
}

/* What another reading of the logs explains, they explain. */
static int other_passes(struct drtmon_explain *explain, const struct drtmon_pcrs *pcrs)
{
	int ret = 0;

	if (explain->known[DRTMON_EXPLAIN_IMA] && unexplained(explain, 8, 15)) {
		explain->padded = true;
		ret = pass(explain, pcrs);
		explain->padded = false;
	}
	if (!ret && explain->unproved && unexplained(explain, 17, 17)) {
		explain->start = true;
		ret = pass(explain, pcrs);
	}
	return ret;
}

static int banks_make(struct drtmon_explain *explain, const struct drtmon_pcrs *pcrs)
{
	unsigned int i;

	for (i = 0; i < DRTMON_PCRS_BANKS && pcrs->bank[i].alg; i++) {
		struct explain_bank *bank = &explain->bank[explain->n];

		bank->alg = pcrs->bank[i].alg;
		bank->hash = drtmon_hash_new(bank->alg);
		if (!bank->hash && errno == ENOMEM)
			return -ENOMEM;
		if (bank->hash)
			explain->list[explain->n++] = bank->alg;
	}
	explain->sha1 = drtmon_hash_new(drtmon_alg_by_id(0x0004));
	if (!explain->sha1 && errno == ENOMEM)
		return -ENOMEM;
	return explain->n ? 0 : -ENODATA;
}

int drtmon_explain_run(struct drtmon_explain **explain,
		       const struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES],
		       const struct drtmon_pcrs *pcrs, struct drtmon_err *err)
{
	struct drtmon_explain *e = calloc(1, sizeof(*e));
	int ret = e ? 0 : -ENOMEM;

	*explain = e;
	if (!ret) {
		memcpy(e->logs, logs, sizeof(e->logs));
		ret = banks_make(e, pcrs);
	}
	if (!ret)
		ret = pass(e, pcrs);
	if (!ret)
		ret = other_passes(e, pcrs);
	if (!ret)
		return 0;
	drtmon_explain_free(e);
	*explain = NULL;
	return drtmon_err_set(err, ret, ret == -ENODATA ? "no PCR value is known" : "%s",
			      strerror(-ret));
}

const struct drtmon_explained *drtmon_explain_get(const struct drtmon_explain *explain,
						  const struct drtmon_alg *alg, uint32_t pcr)
{
	unsigned int i;

	for (i = 0; pcr < DRTMON_PCRS_COUNT && i < explain->n; i++)
		if (explain->bank[i].alg == alg)
			return &explain->bank[i].result[pcr];
	return NULL;
}

const struct drtmon_alg *drtmon_explain_bank(const struct drtmon_explain *explain, unsigned int i)
{
	return i < explain->n ? explain->bank[i].alg : NULL;
}

const struct drtmon_log_info *drtmon_explain_info(const struct drtmon_explain *explain,
						  enum drtmon_explain_source source)
{
	return &explain->info[source];
}

const char *drtmon_explain_unread(const struct drtmon_explain *explain,
				  enum drtmon_explain_source source)
{
	const int error = explain->error[source];

	return error ? strerror(-error) : explain->logs[source].unread;
}

uint64_t drtmon_explain_count(const struct drtmon_explain *explain, uint32_t pcr)
{
	uint64_t count = 0;
	int source;

	for (source = 0; source < DRTMON_EXPLAIN_SOURCES; source++)
		count += explain->causes[source][pcr];
	return count;
}

/*
 * Records that drtmon saw again are told with the log that names them. A log
 * without the PCR is not read again: the kernel's list takes long.
 */
int drtmon_explain_causes(struct drtmon_explain *explain, uint32_t pcr, drtmon_explain_cause cause,
			  void *ctx)
{
	const uint64_t used = explain->n ? explain->bank[0].result[pcr].used : 0;
	uint64_t count = 0;
	int ret = 0, source;

	for (source = 0; !ret && source < DRTMON_EXPLAIN_SOURCES; source++) {
		struct drtmon_log_event event;
		struct drtmon_log *log;

		if (pcr >= DRTMON_PCRS_COUNT || !explain->causes[source][pcr])
			continue;
		ret = log_open(explain, (enum drtmon_explain_source)source, &log);
		while (!ret && log &&
		       log_next(explain, (enum drtmon_explain_source)source, log, &event)) {
			if (event.pcr == pcr && is_cause(&event))
				cause(ctx, (enum drtmon_explain_source)source, log, &event,
				      source < DRTMON_EXPLAIN_EVENTS && count++ >= used);
		}
		drtmon_log_close(log);
	}
	return ret;
}

void drtmon_explain_free(struct drtmon_explain *explain)
{
	unsigned int i;

	if (!explain)
		return;
	tracks_fini(explain);
	for (i = 0; i < explain->n; i++)
		drtmon_hash_free(explain->bank[i].hash);
	drtmon_hash_free(explain->sha1);
	free(explain);
}

const char *drtmon_explain_source_name(enum drtmon_explain_source source)
{
	static const char *const names[] = { "firmware", "drtm", "userspace", "ima", "run-time" };

	return (size_t)source < DRTMON_EXPLAIN_SOURCES ? names[source] : "unknown";
}

const char *drtmon_explain_verdict_name(enum drtmon_explain_verdict verdict)
{
	static const char *const names[] = {
		"not-compared", "untouched", "explained",	"log-ahead",
		"unexplained",	"undecided", "too-many-events",
	};

	return (size_t)verdict <= DRTMON_EXPLAIN_TOO_MANY ? names[verdict] : "unknown";
}
