// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCG Canonical Event Log 1.0 as TLV: every field is u8 type, u32 length
 * (big-endian), value. A record is recnum, PCR or NV index, digests, content.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/bytes.h"
#include "lib/log/cel.h"
#include "lib/log/reader.h"

#define TL 5u

/**
 * struct tlv - one field
 * @type: see cel.h
 * @value: bytes
 * @len: their number
 */
struct tlv {
	uint8_t type;
	const uint8_t *value;
	size_t len;
};

static int tlv_begin(struct drtmon_log *log)
{
	log->state = calloc(1, sizeof(struct drtmon_cel_numbers));
	return log->state ? 0 : -ENOMEM;
}

/* Bytes the field at @at takes, 0 after a problem. */
static size_t tlv_size(struct drtmon_log *log, size_t at)
{
	struct drtmon_source *src = &log->src;
	uint32_t len;

	if (drtmon_source_fill(src, at + TL) < at + TL) {
		drtmon_log_problem(log, at, "record ends inside a field's head");
		return 0;
	}
	len = drtmon_be32(src->cur + at + 1);
	if (len > DRTMON_LOG_RECORD_MAX) {
		drtmon_log_problem(log, at + 1, "field of %u bytes is oversized", len);
		return 0;
	}
	if (drtmon_source_fill(src, at + TL + len) < at + TL + len) {
		drtmon_log_problem(log, at + 1, "field of %u bytes runs past the end", len);
		return 0;
	}
	return TL + (size_t)len;
}

/* A field inside bytes that are there; 0 when it does not fit. */
static size_t tlv_inner(struct tlv *tlv, const uint8_t *p, size_t len)
{
	uint32_t n;

	if (len < TL)
		return 0;
	n = drtmon_be32(p + 1);
	if (n > len - TL)
		return 0;
	tlv->type = p[0];
	tlv->value = p + TL;
	tlv->len = n;
	return TL + (size_t)n;
}

static uint64_t tlv_number(const struct tlv *tlv)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < tlv->len && i < 8; i++)
		v = v << 8 | tlv->value[i];
	return v;
}

static void tlv_digests(struct drtmon_log *log, struct drtmon_log_event *event,
			const struct tlv *list)
{
	const uint8_t *p = list->value;
	size_t left = list->len, n;
	struct tlv d;

	event->n_digests = 0;
	for (; left; p += n, left -= n) {
		struct drtmon_log_digest *out = &event->digest[event->n_digests];

		n = tlv_inner(&d, p, left);
		if (!n || event->n_digests == DRTMON_LOG_DIGESTS) {
			drtmon_log_problem(log, (size_t)(p - log->src.cur),
					   "digests are malformed");
			return;
		}
		out->alg = drtmon_alg_by_id(d.type);
		if (!out->alg || out->alg->size != d.len) {
			drtmon_log_problem(log, (size_t)(p - log->src.cur),
					   "%zu bytes are no digest of algorithm 0x%04x", d.len,
					   d.type);
			continue;
		}
		out->id = d.type;
		out->size = (uint16_t)d.len;
		out->value = d.value;
		event->n_digests++;
		drtmon_log_bank_add(log, out->id, out->size);
	}
}

/* Contents of two fields: 0 is the event type or template name, 1 the data. */
static void tlv_content(struct drtmon_log *log, struct drtmon_log_event *event,
			const struct tlv *content)
{
	struct tlv first, second;
	size_t n = tlv_inner(&first, content->value, content->len);

	if (!n || first.type != 0 || !tlv_inner(&second, content->value + n, content->len - n) ||
	    second.type != 1) {
		drtmon_log_problem(log, (size_t)(content->value - log->src.cur),
				   "content is malformed");
		return;
	}
	event->data = second.value;
	event->len = second.len;
	if (event->content == DRTMON_LOG_CONTENT_IMA) {
		event->name = (const char *)first.value;
		event->name_len = first.len;
	} else {
		event->type = (uint32_t)tlv_number(&first);
		drtmon_log_tcg_event(log, event);
	}
}

static int tlv_index(struct drtmon_log *log, struct drtmon_log_event *event, const struct tlv *tlv)
{
	uint64_t number = tlv_number(tlv);

	event->pcr = DRTMON_LOG_NO_PCR;
	if (tlv->type == DRTMON_CEL_NV_INDEX)
		return 1;
	if ((tlv->type != DRTMON_CEL_PCR && tlv->type != DRTMON_CEL_CCMR) || number >= 32 ||
	    tlv->len > 8) {
		drtmon_log_problem(log, (size_t)(tlv->value - TL - log->src.cur),
				   "field of type %u is no PCR", tlv->type);
		return 0;
	}
	event->pcr = (uint32_t)number;
	return 1;
}

static int tlv_record(struct drtmon_log *log, struct drtmon_log_event *event, size_t size)
{
	const uint8_t *p = log->src.cur;
	struct tlv f[4];
	size_t at = 0;
	int i;

	for (i = 0; i < 4; i++)
		at += tlv_inner(&f[i], p + at, size - at);
	if (f[0].type != DRTMON_CEL_RECNUM || f[2].type != DRTMON_CEL_DIGESTS) {
		drtmon_log_problem(log, 0, "fields are not recnum, index, digests, content");
		return 0;
	}
	event->type = 0;
	event->flags = 0;
	event->name = NULL;
	event->name_len = 0;
	event->record = NULL;
	event->data = f[3].value;
	event->len = f[3].len;
	if (!tlv_index(log, event, &f[1]))
		return 0;
	if (f[0].len && f[0].len <= 8)
		drtmon_cel_number(log->state, log, event, tlv_number(&f[0]));
	tlv_digests(log, event, &f[2]);
	event->content = drtmon_cel_content(f[3].type);
	if (event->content == DRTMON_LOG_CONTENT_TCG || event->content == DRTMON_LOG_CONTENT_IMA)
		tlv_content(log, event, &f[3]);
	if (event->pcr == DRTMON_LOG_NO_PCR || !event->n_digests)
		event->flags |= DRTMON_LOG_NOT_EXTENDED;
	return 1;
}

static int tlv_next(struct drtmon_log *log, struct drtmon_log_event *event)
{
	size_t size = 0, n;
	int i;

	if (!drtmon_source_fill(&log->src, 1))
		return 0;
	for (i = 0; i < 4; i++, size += n) {
		n = tlv_size(log, size);
		if (!n)
			return 0;
	}
	if (!tlv_record(log, event, size))
		return 0;
	event->offset = log->src.offset;
	event->size = size;
	log->held = size;
	return 1;
}

const struct drtmon_parser drtmon_parser_cel_tlv = {
	.begin = tlv_begin,
	.next = tlv_next,
};
