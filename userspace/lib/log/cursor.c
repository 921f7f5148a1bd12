// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/cursor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/log/reader.h"
#include "lib/log/replay_ima.h"

const char *drtmon_cursor_change_name(enum drtmon_cursor_change change)
{
	static const char *const names[] = { "new", "grown", "replaced", "rewound" };

	return (size_t)change < 4 ? names[change] : "unknown";
}

static void cursor_begin(struct drtmon_cursor *c, const struct stat *st, const char *boot_id,
			 const struct drtmon_alg *const *banks)
{
	memset(c, 0, sizeof(*c));
	c->valid = 1;
	c->dev = st->st_dev;
	c->inode = st->st_ino;
	snprintf(c->boot_id, sizeof(c->boot_id), "%s", boot_id ? boot_id : "");
	c->pcr = UINT32_MAX;
	for (; banks[c->n_banks] && c->n_banks < DRTMON_CURSOR_BANKS; c->n_banks++)
		c->alg[c->n_banks] = banks[c->n_banks]->id;
}

/*
 * Is the entry the cursor stands behind still there? Leaves the reader behind
 * it. The kernel's file tells no size: a list that became shorter ends here.
 */
static bool last_is_there(const struct drtmon_cursor *c, struct drtmon_log *log)
{
	struct drtmon_log_event event;

	return drtmon_log_next(log, &event) > 0 && event.offset == c->last &&
	       event.offset + event.size == c->offset && event.pcr == c->pcr &&
	       !memcmp(event.digest[0].value, c->last_digest, event.digest[0].size);
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

static int chains_load(struct drtmon_replay *replay, const struct drtmon_cursor *c,
		       const struct drtmon_alg *logged)
{
	unsigned int i;
	int ret = drtmon_ima_setup(replay, logged);

	if (!ret)
		ret = drtmon_ima_hashes_init(&replay->hashes, replay, logged);
	if (!ret && replay->n != c->n_banks)
		ret = -ENOTSUP;
	for (i = 0; !ret && c->count && i < c->n_banks; i++)
		memcpy(replay->chain[i].value[c->pcr], c->value[i], replay->chain[i].alg->size);
	return ret;
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
		       const struct drtmon_log_event *event, struct drtmon_err *err)
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
	if (entry.bad)
		return drtmon_err_set(err, -EBADMSG,
				      "entry %llu at byte %llu: template digest is not that of "
				      "the template data",
				      index, (unsigned long long)event->offset);
	cursor_take(c, event);
	return 0;
}

static void rest_tell(struct drtmon_cursor_news *news, const struct drtmon_log_info *info)
{
	news->rest = info->n_problems;
	if (!news->rest)
		return;
	news->rest_at = info->end;
	snprintf(news->rest_what, sizeof(news->rest_what), "%s", info->problem[0].what);
}

static int64_t entries_read(struct drtmon_cursor *c, struct drtmon_log *log, struct drtmon_err *err)
{
	const struct drtmon_alg *banks[DRTMON_CURSOR_BANKS + 1] = { 0 };
	struct drtmon_replay_args args = { .banks = banks, .check_templates = true };
	struct drtmon_log_event event;
	struct drtmon_replay *replay;
	uint64_t before = c->count;
	unsigned int i;
	int ret, more = 0;

	for (i = 0; i < c->n_banks; i++)
		banks[i] = drtmon_alg_by_id(c->alg[i]);
	ret = drtmon_replay_new(&replay, &args, err);
	while (!ret && (more = drtmon_log_next(log, &event)) > 0)
		ret = entry_apply(replay, c, &event, err);
	if (!ret && more < 0)
		ret = drtmon_err_set(err, more, "cannot read the list: %s", strerror(-more));
	for (i = 0; !ret && replay->ima && i < c->n_banks; i++)
		memcpy(c->value[i], replay->chain[i].value[c->pcr], replay->chain[i].alg->size);
	drtmon_replay_free(replay);
	return ret ? ret : (int64_t)(c->count - before);
}

static enum drtmon_cursor_change look(const struct drtmon_cursor *c, const struct stat *st,
				      const char *boot_id)
{
	if (!c->valid)
		return DRTMON_CURSOR_NEW;
	if (c->dev != st->st_dev || c->inode != st->st_ino ||
	    strcmp(c->boot_id, boot_id ? boot_id : ""))
		return DRTMON_CURSOR_REPLACED;
	return DRTMON_CURSOR_GROWN;
}

int64_t drtmon_cursor_update(struct drtmon_cursor *cursor, const char *path, const char *boot_id,
			     const struct drtmon_alg *const *banks, struct drtmon_cursor_news *news,
			     struct drtmon_err *err)
{
	struct drtmon_cursor c = *cursor;
	struct drtmon_log *log;
	struct stat st;
	int64_t n;

	if (stat(path, &st))
		return drtmon_err_set(err, -errno, "cannot read %s: %m", path);
	memset(news, 0, sizeof(*news));
	news->change = look(&c, &st, boot_id);
	if (news->change != DRTMON_CURSOR_GROWN)
		cursor_begin(&c, &st, boot_id, banks);
	n = log_at(&log, &c, path, err);
	if (n)
		return n;
	if (c.count && !last_is_there(&c, log)) {
		drtmon_log_close(log);
		news->change = DRTMON_CURSOR_REWOUND;
		cursor_begin(&c, &st, boot_id, banks);
		n = log_at(&log, &c, path, err);
		if (n)
			return n;
	}
	n = entries_read(&c, log, err);
	rest_tell(news, drtmon_log_info(log));
	drtmon_log_close(log);
	if (n >= 0)
		*cursor = c;
	return n;
}
