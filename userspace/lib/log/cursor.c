// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/cursor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/log/reader.h"
#include "lib/log/replay_ima.h"

const char *drtmon_cursor_change_name(enum drtmon_cursor_change change)
{
	static const char *const names[] = { "new", "grown", "replaced", "rewound" };

	return (size_t)change < 4 ? names[change] : "unknown";
}

static void cursor_begin(struct drtmon_cursor *c, const char *boot_id,
			 const struct drtmon_alg *const *banks)
{
	struct drtmon_cursor old = *c;

	memset(c, 0, sizeof(*c));
	c->valid = 1;
	snprintf(c->boot_id, sizeof(c->boot_id), "%s", boot_id);
	c->pcr = UINT32_MAX;
	for (; banks && banks[c->n_banks] && c->n_banks < DRTMON_CURSOR_BANKS; c->n_banks++)
		c->alg[c->n_banks] = banks[c->n_banks]->id;
	if (banks)
		return;
	memcpy(c->alg, old.alg, sizeof(c->alg));
	c->n_banks = old.n_banks;
}

/*
 * Is the entry the cursor stands behind still there? Leaves the reader behind
 * it. The kernel's file tells no size: a list that became shorter ends here.
 * Negative when it cannot be read.
 */
static int last_is_there(const struct drtmon_cursor *c, struct drtmon_log *log)
{
	struct drtmon_log_event event;
	int ret = drtmon_log_next(log, &event);

	return ret <= 0 ? ret
			: event.offset == c->last && event.offset + event.size == c->offset &&
				  event.pcr == c->pcr &&
				  !memcmp(event.digest[0].value, c->last_digest,
					  event.digest[0].size);
}

static int log_at(struct drtmon_log **log, const struct drtmon_cursor *c, const char *path,
		  struct drtmon_err *err)
{
	struct drtmon_log_args args = { .path = path, .format = DRTMON_LOG_IMA };

	if (c->count) {
		args.skip = c->last;
		args.first = c->count - 1;
	}
	return drtmon_log_open(log, &args, err);
}

/* Without banks of its own the cursor takes those the replay chose. */
static int chains_load(struct drtmon_replay *replay, struct drtmon_cursor *c,
		       const struct drtmon_alg *logged)
{
	unsigned int i;
	int ret = drtmon_ima_setup(replay, logged);

	if (!ret)
		ret = drtmon_ima_hashes_init(&replay->hashes, replay, logged);
	if (!ret && c->n_banks && replay->n != c->n_banks)
		ret = -ENOTSUP;
	if (ret)
		return ret;
	c->n_banks = replay->n;
	for (i = 0; i < c->n_banks; i++) {
		const struct drtmon_alg *alg = replay->chain[i].alg;

		c->alg[i] = alg->id;
		if (!c->count)
			continue;
		memcpy(replay->chain[i].value[c->pcr], c->value[i], alg->size);
		if (replay->alt[i].alg)
			memcpy(replay->alt[i].value[c->pcr], c->padded[i], alg->size);
	}
	return 0;
}

static void chains_save(const struct drtmon_replay *replay, struct drtmon_cursor *c)
{
	unsigned int i;

	for (i = 0; replay->ima && i < c->n_banks; i++) {
		const struct drtmon_chain *chain = &replay->chain[i], *alt = &replay->alt[i];

		memcpy(c->value[i], chain->value[c->pcr], chain->alg->size);
		memcpy(c->padded[i], (alt->alg ? alt : chain)->value[c->pcr], chain->alg->size);
	}
}

static void cursor_take(struct drtmon_cursor *c, const struct drtmon_log_event *event)
{
	c->count++;
	c->last = event->offset;
	c->offset = event->offset + event->size;
	c->pcr = event->pcr;
	memcpy(c->last_digest, event->digest[0].value, event->digest[0].size);
}

static int entry_apply(struct drtmon_replay *replay, struct drtmon_cursor *c,
		       struct drtmon_log *log, const struct drtmon_log_event *event,
		       struct drtmon_err *err)
{
	const unsigned long long index = event->index;
	struct drtmon_ima_entry entry;
	int ret = replay->ima ? 0 : chains_load(replay, c, event->digest[0].alg);

	if (ret)
		return drtmon_err_set(err, ret, "cannot replay: %s", strerror(-ret));
	if (c->count && event->pcr != c->pcr)
		return drtmon_err_set(err, -EBADMSG,
				      "entry %llu is of PCR %u, those before it of PCR %u: a "
				      "cursor follows one PCR",
				      index, event->pcr, c->pcr);
	drtmon_ima_entry_set(&entry, event);
	ret = drtmon_ima_apply(replay, &replay->hashes, &entry);
	if (ret)
		return drtmon_err_set(err, ret, "cannot replay: %s", strerror(-ret));
	if (entry.bad) {
		drtmon_log_event_problem(log, event,
					 "template digest is not that of the template data");
		c->bad++;
	}
	cursor_take(c, event);
	return 0;
}

/* Problems of entries come first; at most one follows, of what is no entry. */
static void news_tell(struct drtmon_cursor_news *news, const struct drtmon_log_info *info)
{
	unsigned int kept = news->bad < DRTMON_LOG_PROBLEMS ? news->bad : DRTMON_LOG_PROBLEMS;

	memcpy(news->problem, info->problem, kept * sizeof(info->problem[0]));
	news->rest = info->n_problems > news->bad;
	if (!news->rest)
		return;
	news->rest_at = info->end;
	snprintf(news->rest_what, sizeof(news->rest_what), "%s",
		 kept < DRTMON_LOG_PROBLEMS ? info->problem[kept].what : "no whole entry");
}

static int64_t entries_read(struct drtmon_cursor *c, struct drtmon_log *log,
			    const struct drtmon_replay_args *how, struct drtmon_cursor_news *news,
			    struct drtmon_err *err)
{
	const struct drtmon_alg *banks[DRTMON_CURSOR_BANKS + 1] = { 0 };
	struct drtmon_replay_args args = *how;
	const struct drtmon_cursor before = *c;
	struct drtmon_log_event event;
	struct drtmon_replay *replay;
	unsigned int i;
	int ret, more = 0;

	for (i = 0; i < c->n_banks; i++)
		banks[i] = drtmon_alg_by_id(c->alg[i]);
	args.banks = c->n_banks ? banks : NULL;
	args.both_rules = true;
	ret = drtmon_replay_new(&replay, &args, err);
	while (!ret && (more = drtmon_log_next(log, &event)) > 0)
		ret = entry_apply(replay, c, log, &event, err);
	if (!ret && more < 0)
		ret = drtmon_err_set(err, more, "cannot read the list: %s", strerror(-more));
	if (!ret)
		chains_save(replay, c);
	drtmon_replay_free(replay);
	news->bad = (unsigned int)(c->bad - before.bad);
	return ret ? ret : (int64_t)(c->count - before.count);
}

/*
 * A boot's list only grows, so its last entry decides. Where a boot is not
 * known, of a copy, nothing else says which list it is: least of all the
 * inode, which is another one at each copying.
 */
static enum drtmon_cursor_change look(const struct drtmon_cursor *c, const char *boot_id)
{
	if (!c->valid)
		return DRTMON_CURSOR_NEW;
	return c->boot_id[0] && boot_id[0] && strcmp(c->boot_id, boot_id) ? DRTMON_CURSOR_REPLACED
									  : DRTMON_CURSOR_GROWN;
}

/* The list from where @c stands; @c begins anew where that is not there any more. */
static int list_open(struct drtmon_log **log, struct drtmon_cursor *c, const char *path,
		     const struct drtmon_replay_args *args, struct drtmon_cursor_news *news,
		     struct drtmon_err *err)
{
	char boot_id[sizeof(c->boot_id)];
	int there, ret = log_at(log, c, path, err);

	if (ret || !c->count)
		return ret;
	there = last_is_there(c, *log);
	if (there > 0)
		return 0;
	drtmon_log_close(*log);
	if (there < 0)
		return drtmon_err_set(err, there, "cannot read the list: %s", strerror(-there));
	news->change = DRTMON_CURSOR_REWOUND;
	memcpy(boot_id, c->boot_id, sizeof(boot_id));
	cursor_begin(c, boot_id, args->banks);
	return log_at(log, c, path, err);
}

int64_t drtmon_cursor_update(struct drtmon_cursor *cursor, const char *path, const char *boot_id,
			     const struct drtmon_replay_args *args, struct drtmon_cursor_news *news,
			     struct drtmon_err *err)
{
	struct drtmon_cursor c = *cursor;
	struct drtmon_log *log;
	int64_t n;

	boot_id = boot_id ? boot_id : "";
	memset(news, 0, sizeof(*news));
	news->change = look(&c, boot_id);
	if (news->change != DRTMON_CURSOR_GROWN)
		cursor_begin(&c, boot_id, args->banks);
	snprintf(c.boot_id, sizeof(c.boot_id), "%s", boot_id);
	n = list_open(&log, &c, path, args, news, err);
	if (n)
		return n;
	n = entries_read(&c, log, args, news, err);
	news_tell(news, drtmon_log_info(log));
	drtmon_log_close(log);
	if (n >= 0)
		*cursor = c;
	return n;
}

const uint8_t *drtmon_cursor_value(const struct drtmon_cursor *cursor, unsigned int bank,
				   const struct drtmon_pcrs *expect, bool *padded)
{
	const struct drtmon_alg *alg = drtmon_alg_by_id(cursor->alg[bank]);
	const uint8_t *want = expect ? drtmon_pcrs_get(expect, alg, cursor->pcr) : NULL;

	*padded = want && memcmp(want, cursor->value[bank], alg->size) &&
		  !memcmp(want, cursor->padded[bank], alg->size);
	return *padded ? cursor->padded[bank] : cursor->value[bank];
}
