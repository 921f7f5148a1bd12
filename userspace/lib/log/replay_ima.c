// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What ima_pcr_extend() does: every bank gets the template data hashed with
 * the bank's own algorithm; a kernel that lacks it, and every kernel of the
 * template "ima"'s time, pads the SHA-1 digest with zeros. A violation is
 * logged as zeros and extended as all ones.
 */
#include "lib/log/replay_ima.h"

#include <errno.h>
#include <string.h>

#include "lib/log/ima.h"
#include "lib/log/reader.h"

#define SHA1	  0x0004
#define SHA1_SIZE 20

bool drtmon_ima_computes_sha1(const struct drtmon_replay *replay, const struct drtmon_log *log)
{
	const struct drtmon_replay_args *args = &replay->args;

	return (args->both_rules || (args->compute_sha1 && args->expect)) &&
	       !(log->info.n_banks && log->info.bank[0].id == SHA1);
}

/*
 * The other rule is worth its time only where it can be told apart; and where
 * SHA-1 has to be computed for it, only where somebody asks for that.
 */
static bool follows_both(const struct drtmon_replay *replay, const struct drtmon_chain *chain,
			 const struct drtmon_alg *logged)
{
	const struct drtmon_replay_args *args = &replay->args;

	if (chain->alg == logged || chain->alg->id == SHA1)
		return false;
	return args->both_rules || (chain->expect && (logged->id == SHA1 || args->compute_sha1));
}

static int other_add(struct drtmon_replay *replay, unsigned int i, const struct drtmon_alg *logged)
{
	if (!follows_both(replay, &replay->chain[i], logged))
		return 0;
	if (logged->id != SHA1 && !replay->sha1)
		replay->sha1 = drtmon_hash_new(drtmon_alg_by_id(SHA1));
	if (logged->id != SHA1 && !replay->sha1)
		return errno == ENOMEM ? -ENOMEM : 0;
	return drtmon_chain_init(&replay->alt[i], replay->chain[i].alg, replay->args.expect);
}

static int bank_add(struct drtmon_replay *replay, const struct drtmon_alg *alg,
		    const struct drtmon_alg *logged)
{
	const struct drtmon_pcrs *expect = replay->args.expect;
	unsigned int i;
	int ret;

	for (i = 0; i < replay->n; i++)
		if (replay->chain[i].alg == alg)
			return 0;
	if (replay->n == DRTMON_REPLAY_BANKS)
		return -ENOSPC;
	ret = drtmon_chain_init(&replay->chain[i], alg, expect);
	if (ret)
		return ret == -ENOTSUP ? 0 : ret;
	ret = other_add(replay, i, logged);
	if (ret)
		return ret;
	replay->digest_at[i] = replay->digests_len;
	replay->digests_len += alg->size;
	replay->n++;
	return 0;
}

static int banks_default(struct drtmon_replay *replay, const struct drtmon_alg *logged)
{
	static const uint16_t ids[] = { 0x0004, 0x000b, 0x000c };
	const struct drtmon_pcrs *expect = replay->args.expect;
	int ret = bank_add(replay, logged, logged);
	size_t i;

	for (i = 0; !ret && i < sizeof(ids) / sizeof(ids[0]); i++)
		ret = bank_add(replay, drtmon_alg_by_id(ids[i]), logged);
	for (i = 0; !ret && expect && i < DRTMON_PCRS_BANKS && expect->bank[i].alg; i++)
		ret = bank_add(replay, expect->bank[i].alg, logged);
	return ret;
}

int drtmon_ima_setup(struct drtmon_replay *replay, const struct drtmon_alg *logged)
{
	const struct drtmon_alg *const *bank = replay->args.banks;
	int ret = 0;

	replay->ima = true;
	if (!bank)
		return banks_default(replay, logged);
	for (; *bank && !ret; bank++)
		ret = bank_add(replay, *bank, logged);
	return ret;
}

int drtmon_ima_hashes_init(struct drtmon_ima_hashes *hashes, const struct drtmon_replay *replay,
			   const struct drtmon_alg *logged)
{
	unsigned int i;

	memset(hashes, 0, sizeof(*hashes));
	if (replay->args.check_templates)
		hashes->check = drtmon_hash_new(logged);
	hashes->check_alg = logged;
	for (i = 0; i < replay->n; i++) {
		if (replay->chain[i].alg == logged && logged->size != 32)
			continue;
		hashes->hash[i] = drtmon_hash_new(replay->chain[i].alg);
		if (!hashes->hash[i])
			return -ENOTSUP;
	}
	return replay->args.check_templates && !hashes->check ? -ENOTSUP : 0;
}

void drtmon_ima_hashes_fini(struct drtmon_ima_hashes *hashes)
{
	unsigned int i;

	for (i = 0; i < DRTMON_REPLAY_BANKS; i++)
		drtmon_hash_free(hashes->hash[i]);
	drtmon_hash_free(hashes->check);
	memset(hashes, 0, sizeof(*hashes));
}

void drtmon_ima_entry_set(struct drtmon_ima_entry *entry, const struct drtmon_log_event *event)
{
	entry->index = event->index;
	entry->pcr = event->pcr;
	entry->flags = event->flags;
	entry->known = event->data;
	entry->old = drtmon_ima_is_old(event->name, event->name_len) &&
		     event->digest[0].alg->id == SHA1;
	entry->padded = 0;
	entry->checking = false;
	entry->bad = false;
	entry->logged_alg = event->digest[0].alg;
	entry->logged = event->digest[0].value;
	entry->data = event->data;
	entry->len = (uint32_t)event->len;
}

/* The usual sizes without a call. */
static inline void digest_copy(uint8_t *out, const uint8_t *digest, size_t size)
{
	if (size == 32)
		memcpy(out, digest, 32);
	else if (size == 20)
		memcpy(out, digest, 20);
	else
		memcpy(out, digest, size);
}

/* ima_calc_field_array_hash() pads SHA-1 of the data, whichever list shows the entry. */
int drtmon_ima_pad(uint8_t *out, const struct drtmon_alg *alg, struct drtmon_hash *sha1,
		   const struct drtmon_ima_entry *entry)
{
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
	const uint8_t *from = entry->logged;

	if (entry->logged_alg->id != SHA1) {
		if (!sha1 || !entry->data)
			return -ENODATA;
		if (drtmon_hash(sha1, digest, entry->data, entry->len))
			return -EIO;
		from = digest;
	}
	memset(out, 0, alg->size);
	memcpy(out, from, SHA1_SIZE);
	return 0;
}

/* Padded once for all hashes of it. */
static void entry_pad(struct drtmon_ima_hashes *hashes, struct drtmon_ima_entry *entry)
{
	if (entry->padded || !entry->data || entry->len > DRTMON_IMA_SHORT)
		return;
	entry->padded = (uint32_t)drtmon_hash_message(hashes->message, entry->data, entry->len);
	entry->data = hashes->message;
}

/* One bank's digest: there already, or a job. */
static size_t digest_one(const struct drtmon_alg *alg, struct drtmon_hash *hash, uint8_t *out,
			 const struct drtmon_ima_entry *entry, struct drtmon_hash_job *job)
{
	if (entry->flags & DRTMON_LOG_VIOLATION)
		memset(out, 0xff, alg->size);
	else if (alg == entry->logged_alg)
		digest_copy(out, entry->logged, alg->size);
	else if (entry->old)
		drtmon_ima_pad(out, alg, NULL, entry);
	else if (entry->data && hash) {
		*job = (struct drtmon_hash_job){ hash, out, entry->data, entry->len,
						 entry->padded };
		return 1;
	}
	return 0;
}

/* The list's first entries did not tell its hash; without it nothing is checked. */
static void check_alg_set(struct drtmon_ima_hashes *hashes, const struct drtmon_alg *alg)
{
	drtmon_hash_free(hashes->check);
	hashes->check = drtmon_hash_new(alg);
	hashes->check_alg = alg;
}

/* Text that was rebuilt has passed this test already. */
static inline size_t check_job(struct drtmon_ima_hashes *hashes, struct drtmon_ima_entry *entry,
			       struct drtmon_hash_job *job)
{
	entry_pad(hashes, entry);
	if (hashes->check && entry->logged_alg != hashes->check_alg)
		check_alg_set(hashes, entry->logged_alg);
	entry->checking = hashes->check && entry->data &&
			  !(entry->flags & (DRTMON_LOG_VIOLATION | DRTMON_LOG_REBUILT));
	if (entry->checking)
		*job = (struct drtmon_hash_job){ hashes->check, hashes->checked, entry->data,
						 entry->len, entry->padded };
	return entry->checking;
}

size_t drtmon_ima_digest_jobs(const struct drtmon_replay *replay, struct drtmon_ima_hashes *hashes,
			      struct drtmon_ima_entry *entry, struct drtmon_hash_job *job)
{
	size_t n = check_job(hashes, entry, job);
	unsigned int i;

	for (i = 0; i < replay->n; i++)
		n += digest_one(replay->chain[i].alg, hashes->hash[i],
				drtmon_ima_digest_of(replay, entry, i), entry, &job[n]);
	return n;
}

static inline void check_done(const struct drtmon_ima_hashes *hashes,
			      struct drtmon_ima_entry *entry)
{
	if (entry->checking)
		entry->bad = memcmp(hashes->checked, entry->logged, entry->logged_alg->size);
}

void drtmon_ima_digest_done(const struct drtmon_ima_hashes *hashes, struct drtmon_ima_entry *entry)
{
	check_done(hashes, entry);
}

int drtmon_ima_digest(const struct drtmon_replay *replay, struct drtmon_ima_hashes *hashes,
		      struct drtmon_ima_entry *entry)
{
	struct drtmon_hash_job job[DRTMON_IMA_JOBS];

	if (drtmon_hash_run(job, drtmon_ima_digest_jobs(replay, hashes, entry, job)))
		return -EIO;
	drtmon_ima_digest_done(hashes, entry);
	return 0;
}

static int alt_extend(struct drtmon_replay *replay, const struct drtmon_ima_entry *entry,
		      unsigned int i)
{
	struct drtmon_chain *alt = &replay->alt[i];
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
	int ret = 0;

	if (entry->flags & DRTMON_LOG_VIOLATION)
		memset(digest, 0xff, alt->alg->size);
	else if (entry->old)
		ret = drtmon_hash(alt->hash, digest, entry->data, entry->len);
	else
		ret = drtmon_ima_pad(digest, alt->alg, replay->sha1, entry);
	/* Without one entry the rule says nothing of those behind it. */
	if (ret == -ENODATA) {
		drtmon_chain_fini(alt);
		return 0;
	}
	return ret ? ret : drtmon_chain_extend(alt, entry->pcr, digest, entry->index);
}

bool drtmon_ima_blind(const struct drtmon_ima_entry *entry, const struct drtmon_alg *alg)
{
	return !entry->known && !(entry->flags & DRTMON_LOG_VIOLATION) && !entry->old &&
	       alg != entry->logged_alg;
}

size_t drtmon_ima_extend_jobs(struct drtmon_replay *replay, const struct drtmon_ima_entry *entry,
			      struct drtmon_hash_job *job)
{
	unsigned int i;
	size_t n = 0;

	for (i = 0; i < replay->n; i++) {
		struct drtmon_chain *chain = &replay->chain[i];

		if (drtmon_ima_blind(entry, chain->alg))
			continue;
		digest_copy(drtmon_chain_next(chain, entry->pcr),
			    drtmon_ima_digest_of(replay, entry, i), chain->alg->size);
		job[n++] = drtmon_chain_job(chain, entry->pcr);
	}
	return n;
}

int drtmon_ima_extend_done(struct drtmon_replay *replay, const struct drtmon_ima_entry *entry)
{
	unsigned int i;

	for (i = 0; i < replay->n; i++) {
		struct drtmon_chain *chain = &replay->chain[i];

		if (drtmon_ima_blind(entry, chain->alg))
			replay->no_data |= 1u << i;
		else
			drtmon_chain_done(chain, entry->pcr, entry->index);
		if (replay->alt[i].alg && alt_extend(replay, entry, i))
			return -EIO;
	}
	return 0;
}

/* The digests go straight to where the chains take them from. */
int drtmon_ima_apply(struct drtmon_replay *replay, struct drtmon_ima_hashes *hashes,
		     struct drtmon_ima_entry *entry)
{
	struct drtmon_hash_job job[DRTMON_IMA_JOBS];
	size_t n = check_job(hashes, entry, job);
	struct drtmon_chain *chain;
	unsigned int i;

	for (i = 0; i < replay->n; i++) {
		chain = &replay->chain[i];
		n += digest_one(chain->alg, hashes->hash[i], drtmon_chain_next(chain, entry->pcr),
				entry, &job[n]);
	}
	if (drtmon_hash_run(job, n))
		return -EIO;
	check_done(hashes, entry);
	for (i = 0, n = 0; i < replay->n; i++)
		if (!drtmon_ima_blind(entry, replay->chain[i].alg))
			job[n++] = drtmon_chain_job(&replay->chain[i], entry->pcr);
	return drtmon_hash_run(job, n) ? -EIO : drtmon_ima_extend_done(replay, entry);
}
