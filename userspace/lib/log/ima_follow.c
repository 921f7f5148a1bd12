// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/ima_follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log/decode.h"
#include "lib/log/hash.h"
#include "lib/text.h"

/* As many as the module's ring holds events. */
#define KNOWN 4096u
#define CHUNK (256u << 10)
/* No record is larger; what still has no end by then is no list. */
#define LEFT_MAX (DRTMON_LOG_RECORD_MAX + CHUNK)

/**
 * struct known - an entry of the list
 * @pcr: which it extended
 * @violation: all ones were extended
 * @told: it answered for an event already
 * @alg: of @logged
 * @logged: template digest
 * @sha256: of the template data: a TPM may not have the list's own bank
 * @name: what was measured
 */
struct known {
	uint32_t pcr;
	bool violation;
	bool told;
	const struct drtmon_alg *alg;
	uint8_t logged[DRTMON_ALG_DIGEST_MAX];
	uint8_t sha256[DRTMON_ALG_DIGEST_MAX];
	char name[512];
};

/**
 * struct drtmon_ima_follow - a list that is followed
 * @fd: kept open: the kernel then goes on where the last read ended
 * @hash: SHA-256
 * @buf: bytes not parsed yet: an entry that was cut
 * @len: their number
 * @room: of @buf
 * @count: entries so far
 * @known: ring of the last ones
 */
struct drtmon_ima_follow {
	int fd;
	struct drtmon_hash *hash;
	uint8_t *buf;
	size_t len;
	size_t room;
	uint64_t count;
	struct known known[KNOWN];
};

static void remember(struct drtmon_ima_follow *follow, const struct drtmon_log_event *event,
		     bool big_endian)
{
	struct known *k = &follow->known[follow->count++ % KNOWN];
	struct drtmon_decoded decoded;

	drtmon_decode(&decoded, event, big_endian, false);
	memset(k, 0, sizeof(*k));
	k->pcr = event->pcr;
	k->violation = event->flags & DRTMON_LOG_VIOLATION;
	k->alg = event->digest[0].alg;
	memcpy(k->logged, event->digest[0].value, event->digest[0].size);
	drtmon_hash(follow->hash, k->sha256, event->data, event->len);
	drtmon_text_safe(k->name, sizeof(k->name), decoded.text, strlen(decoded.text));
	drtmon_decoded_free(&decoded);
}

/* All whole entries in the buffer; the rest moves to its front. */
static int parse(struct drtmon_ima_follow *follow)
{
	struct drtmon_log_args args = { .data = follow->buf,
					.len = follow->len,
					.format = DRTMON_LOG_IMA };
	struct drtmon_log_event event;
	struct drtmon_log *log;
	int ret = drtmon_log_open(&log, &args, NULL);

	if (ret)
		return ret;
	while (drtmon_log_next(log, &event) > 0)
		remember(follow, &event, drtmon_log_info(log)->big_endian);
	follow->len -= drtmon_log_info(log)->end;
	memmove(follow->buf, follow->buf + drtmon_log_info(log)->end, follow->len);
	drtmon_log_close(log);
	return 0;
}

static int catch_up(struct drtmon_ima_follow *follow)
{
	ssize_t n;
	int ret;

	do {
		if (follow->room - follow->len < CHUNK) {
			uint8_t *buf = follow->len > LEFT_MAX
					       ? NULL
					       : realloc(follow->buf, follow->len + CHUNK);

			if (!buf)
				return -ENOMEM;
			follow->buf = buf;
			follow->room = follow->len + CHUNK;
		}
		n = read(follow->fd, follow->buf + follow->len, CHUNK);
		if (n < 0 && errno != EINTR)
			return -errno;
		follow->len += n > 0 ? (size_t)n : 0;
		ret = n > 0 ? parse(follow) : 0;
	} while (!ret && n);
	return ret;
}

int drtmon_ima_follow_open(struct drtmon_ima_follow **follow, const char *path,
			   struct drtmon_err *err)
{
	struct drtmon_ima_follow *f = calloc(1, sizeof(*f));
	int ret;

	*follow = NULL;
	if (!f)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ret = f->fd < 0 ? -errno : 0;
	f->hash = drtmon_hash_new(drtmon_alg_by_id(0x000b));
	if (!ret)
		ret = f->hash ? catch_up(f) : -ENOTSUP;
	if (!ret) {
		*follow = f;
		return 0;
	}
	drtmon_ima_follow_close(f);
	return drtmon_err_set(err, ret, "cannot follow %s: %s", path, strerror(-ret));
}

static bool all_ones(const struct drtmon_event_digest *d)
{
	size_t i;

	for (i = 0; i < d->value.len; i++)
		if (d->value.data[i] != 0xff)
			return false;
	return d->value.len;
}

static bool same(const struct known *k, const struct drtmon_event *event)
{
	uint32_t i;

	for (i = 0; i < event->digests && i < DRTMON_BANKS_MAX; i++) {
		const struct drtmon_event_digest *d = &event->digest[i];

		if (k->violation && all_ones(d))
			return true;
		if (d->alg == k->alg->id && d->value.len == k->alg->size)
			return !memcmp(k->logged, d->value.data, k->alg->size);
		if (d->alg == 0x000b && d->value.len == 32 && !memcmp(k->sha256, d->value.data, 32))
			return true;
	}
	return false;
}

static const char *find(struct drtmon_ima_follow *follow, const struct drtmon_event *event)
{
	uint64_t i = follow->count > KNOWN ? follow->count - KNOWN : 0;

	for (; i < follow->count; i++) {
		struct known *k = &follow->known[i % KNOWN];

		if (k->told || k->pcr != event->pcr || !same(k, event))
			continue;
		k->told = true;
		return k->name;
	}
	return NULL;
}

const char *drtmon_ima_follow_find(struct drtmon_ima_follow *follow,
				   const struct drtmon_event *event)
{
	const char *name;

	if (!follow || event->kind != DRTMON_EVENT_KIND_PCR_EXTEND ||
	    event->origin != DRTMON_ORIGIN_KERNEL)
		return NULL;
	name = find(follow, event);
	if (name || catch_up(follow))
		return name;
	return find(follow, event);
}

void drtmon_ima_follow_close(struct drtmon_ima_follow *follow)
{
	if (!follow)
		return;
	if (follow->fd >= 0)
		close(follow->fd);
	drtmon_hash_free(follow->hash);
	free(follow->buf);
	free(follow);
}
