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
	/* The other rule is worth its time only where it can be told apart. */
	if (replay->chain[i].expect && alg != logged && logged->id == 0x0004) {
		ret = drtmon_chain_init(&replay->alt[i], alg, expect);
		if (ret)
			return ret;
	}
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
	for (i = 0; i < replay->n; i++) {
		if (replay->chain[i].alg == logged)
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
	entry->old = drtmon_ima_is_old(event->name, event->name_len);
	entry->logged_alg = event->digest[0].alg;
	entry->logged = event->digest[0].value;
	entry->data = event->data;
	entry->len = event->len;
	entry->bad = false;
}

/* Zeros behind the logged digest, cut to the bank's size. */
static void digest_pad(uint8_t *out, size_t size, const struct drtmon_ima_entry *entry)
{
	size_t n = entry->logged_alg->size < size ? entry->logged_alg->size : size;

	memcpy(out, entry->logged, n);
	memset(out + n, 0, size - n);
}

static int digest_one(const struct drtmon_alg *alg, struct drtmon_hash *hash, uint8_t *out,
		      const struct drtmon_ima_entry *entry)
{
	if (entry->flags & DRTMON_LOG_VIOLATION)
		memset(out, 0xff, alg->size);
	else if (alg == entry->logged_alg)
		memcpy(out, entry->logged, alg->size);
	else if (entry->old)
		digest_pad(out, alg->size, entry);
	else if (entry->data && hash)
		return drtmon_hash(hash, out, entry->data, entry->len);
	return 0;
}

/* Text that was rebuilt has passed this test already. */
static int template_check(struct drtmon_ima_hashes *hashes, struct drtmon_ima_entry *entry)
{
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];

	if (!hashes->check || !entry->data ||
	    entry->flags & (DRTMON_LOG_VIOLATION | DRTMON_LOG_REBUILT))
		return 0;
	if (drtmon_hash(hashes->check, digest, entry->data, entry->len))
		return -EIO;
	entry->bad = memcmp(digest, entry->logged, entry->logged_alg->size);
	return 0;
}

int drtmon_ima_digest(const struct drtmon_replay *replay, struct drtmon_ima_hashes *hashes,
		      struct drtmon_ima_entry *entry)
{
	unsigned int i;

	if (template_check(hashes, entry))
		return -EIO;
	for (i = 0; i < replay->n; i++)
		if (digest_one(replay->chain[i].alg, hashes->hash[i], entry->digest[i], entry))
			return -EIO;
	return 0;
}

static int alt_extend(struct drtmon_replay *replay, const struct drtmon_ima_entry *entry,
		      unsigned int i)
{
	struct drtmon_chain *alt = &replay->alt[i];
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];

	if (entry->flags & DRTMON_LOG_VIOLATION)
		memset(digest, 0xff, alt->alg->size);
	else if (!entry->old)
		digest_pad(digest, alt->alg->size, entry);
	else if (drtmon_hash(alt->hash, digest, entry->data, entry->len))
		return -EIO;
	return drtmon_chain_extend(alt, entry->pcr, digest, entry->index);
}

/* Without the data only the list's own bank can follow. */
static bool blind(const struct drtmon_ima_entry *entry, const struct drtmon_alg *alg)
{
	return !entry->data && !(entry->flags & DRTMON_LOG_VIOLATION) && !entry->old &&
	       alg != entry->logged_alg;
}

int drtmon_ima_apply(struct drtmon_replay *replay, struct drtmon_ima_hashes *hashes,
		     struct drtmon_ima_entry *entry)
{
	unsigned int i;

	if (template_check(hashes, entry))
		return -EIO;
	for (i = 0; i < replay->n; i++) {
		struct drtmon_chain *chain = &replay->chain[i];

		if (blind(entry, chain->alg))
			replay->no_data |= 1u << i;
		else if (digest_one(chain->alg, hashes->hash[i],
				    drtmon_chain_next(chain, entry->pcr), entry) ||
			 drtmon_chain_step(chain, entry->pcr, entry->index))
			return -EIO;
		if (replay->alt[i].alg && alt_extend(replay, entry, i))
			return -EIO;
	}
	return 0;
}

int drtmon_ima_extend(struct drtmon_replay *replay, const struct drtmon_ima_entry *entry)
{
	unsigned int i;

	for (i = 0; i < replay->n; i++) {
		struct drtmon_chain *chain = &replay->chain[i];

		if (blind(entry, chain->alg))
			replay->no_data |= 1u << i;
		else if (drtmon_chain_extend(chain, entry->pcr, entry->digest[i], entry->index))
			return -EIO;
		if (replay->alt[i].alg && alt_extend(replay, entry, i))
			return -EIO;
	}
	return 0;
}
