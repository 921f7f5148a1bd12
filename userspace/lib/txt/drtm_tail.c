// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The end of a crypto-agile log whose beginning is missing, as people paste
 * it. Its records can be shown; its PCRs cannot be replayed.
 */
#include "lib/txt/drtm.h"

#include <string.h>

#include "../kmod/decoder.h"
#include "lib/log/dynamic.h"

#define RECORD_HEADER 12
/* Launchers' and ACMs' records are small; a bound keeps a wrong guess short. */
#define DATA_MAX  4096u
#define BANKS_MAX 5u

static bool record_digests(const uint8_t *buf, size_t len, size_t *pos,
			   struct drtmon_log_event *event)
{
	unsigned int i;

	for (i = 0; i < event->n_digests; i++) {
		struct drtmon_log_digest *digest = &event->digest[i];

		if (len - *pos < 2)
			return false;
		digest->id = drtmon_get_le16(buf + *pos);
		digest->alg = drtmon_alg_by_id(digest->id);
		if (!digest->alg || len - *pos - 2 < digest->alg->size)
			return false;
		digest->size = digest->alg->size;
		digest->value = buf + *pos + 2;
		*pos += 2u + digest->size;
	}
	return true;
}

static bool record_header(const uint8_t *buf, size_t len, struct drtmon_log_event *event)
{
	memset(event, 0, sizeof(*event));
	if (len < RECORD_HEADER)
		return false;
	event->pcr = drtmon_get_le32(buf);
	event->type = drtmon_get_le32(buf + 4);
	event->n_digests = drtmon_get_le32(buf + 8);
	if ((event->pcr < DRTMON_DRTM_FIRST || event->pcr > DRTMON_DRTM_LAST) && event->pcr != 0xff)
		return false;
	return drtmon_dynamic_type(event->type) && event->n_digests &&
	       event->n_digests <= BANKS_MAX;
}

bool drtmon_drtm_tail_next(const uint8_t *buf, size_t len, size_t *pos,
			   struct drtmon_log_event *event)
{
	size_t at = *pos;

	if (!record_header(buf + at, len - at, event))
		return false;
	at += RECORD_HEADER;
	if (!record_digests(buf, len, &at, event) || len - at < 4)
		return false;
	event->len = drtmon_get_le32(buf + at);
	event->data = buf + at + 4;
	if (event->len > DATA_MAX || event->len > len - at - 4)
		return false;
	event->offset = *pos;
	*pos = at + 4 + event->len;
	event->size = *pos - event->offset;
	return true;
}

bool drtmon_drtm_tail_cut(const uint8_t *buf, size_t len, size_t pos,
			  struct drtmon_log_event *event)
{
	if (!record_header(buf + pos, len - pos, event))
		return false;
	event->n_digests = 0;
	event->offset = pos;
	event->size = len - pos;
	return true;
}

static bool rest_is_padding(const uint8_t *buf, size_t len)
{
	return !len || ((*buf == 0 || *buf == 0xff) && !memcmp(buf, buf + 1, len - 1));
}

bool drtmon_drtm_tail(const uint8_t *buf, size_t len, size_t *offset)
{
	struct drtmon_log_event event;
	size_t start, pos;

	for (start = 0; start < len && start < DATA_MAX; start++) {
		pos = start;
		if (!drtmon_drtm_tail_next(buf, len, &pos, &event))
			continue;
		while (drtmon_drtm_tail_next(buf, len, &pos, &event))
			;
		if (!rest_is_padding(buf + pos, len - pos) &&
		    !drtmon_drtm_tail_cut(buf, len, pos, &event))
			continue;
		*offset = start;
		return true;
	}
	return false;
}
