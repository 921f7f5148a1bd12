// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records of one digest: u32 PCR, u32 type, digest, u32 size, data; all
 * little-endian (TCG PC Client 1.21, 11.2.2). TXT wraps them in a container
 * (SDG appendix F) or, per hash, begins with a format record (appendix G).
 */
#include <errno.h>
#include <string.h>

#include "lib/log/bytes.h"
#include "lib/log/reader.h"
#include "lib/log/tcg.h"

#define CONTAINER_SIZE	 48u
#define FORMAT_DATA_SIZE 28u

/* SDG appendix F: where the events lie in the container, from its start. */
static int container_begin(struct drtmon_log *log)
{
	struct drtmon_source *src = &log->src;
	uint32_t size, first, next;
	size_t have;

	if (drtmon_source_fill(src, CONTAINER_SIZE) < CONTAINER_SIZE) {
		drtmon_log_note(log, src->offset, "TXT event container ends inside its header");
		log->info.cut = true;
		log->done = true;
		return 0;
	}
	size = drtmon_le32(src->cur + 36);
	first = drtmon_le32(src->cur + 40);
	next = drtmon_le32(src->cur + 44);
	if (first < CONTAINER_SIZE || next < first || next > size || size > DRTMON_LOG_RECORD_MAX) {
		drtmon_log_note(
			log, src->offset + 36,
			"TXT event container offsets contradict: size %u, first %u, next %u", size,
			first, next);
		log->done = true;
		return 0;
	}
	have = drtmon_source_fill(src, next);
	log->info.cut = have < next;
	if (have < next)
		drtmon_log_note(log, src->offset + have, "TXT event container is cut at %zu of %u",
				have, next);
	else
		have = next;
	/* What lies behind the last event is free space. */
	src->end = src->cur + have;
	src->eof = true;
	drtmon_source_eat(src, first < have ? first : have);
	return 0;
}

/* SDG appendix G: digest ids of its own numbering. */
static uint16_t format_digest(uint32_t id)
{
	static const uint16_t tpm[] = { 0, 0x0004, 0x000b, 0x000c, 0x000d, 0x0012 };

	return id < sizeof(tpm) / sizeof(tpm[0]) ? tpm[id] : 0;
}

static int format_begin(struct drtmon_log *log)
{
	struct drtmon_source *src = &log->src;
	const uint8_t *p;
	uint32_t len;

	if (drtmon_source_fill(src, 32 + FORMAT_DATA_SIZE) < 32 + FORMAT_DATA_SIZE) {
		drtmon_log_note(log, src->offset, "log ends inside its format record");
		log->info.cut = true;
		log->done = true;
		return 0;
	}
	p = src->cur;
	len = drtmon_le32(p + 28);
	log->digest_id = format_digest(drtmon_le32(p + 32 + 20));
	if (len < FORMAT_DATA_SIZE || len > 4096 || drtmon_le32(p + 32 + 24) > 64 ||
	    !drtmon_le32(p + 32 + 24)) {
		drtmon_log_note(log, src->offset, "format record is malformed");
		log->done = true;
		return 0;
	}
	log->digest_size = (uint16_t)drtmon_le32(p + 32 + 24);
	if (drtmon_source_fill(src, 32 + len) < 32 + len)
		len = (uint32_t)(src->end - src->cur) - 32;
	drtmon_source_eat(src, 32 + len);
	return 0;
}

static int tcg12_begin(struct drtmon_log *log)
{
	const struct drtmon_alg *alg = drtmon_alg_by_id(log->digest_id ? log->digest_id : 0x0004);
	int ret = 0;

	if (!alg)
		return -EINVAL;
	log->digest_id = alg->id;
	log->digest_size = alg->size;
	if (log->info.format == DRTMON_LOG_TXT12)
		ret = container_begin(log);
	else if (log->info.format == DRTMON_LOG_TXT20)
		ret = format_begin(log);
	log->info.end = log->src.offset;
	drtmon_log_bank_add(log, log->digest_id, log->digest_size);
	return ret;
}

/* A container says where its records end: one that goes on behind that is wrong, not cut. */
static void tcg12_short(struct drtmon_log *log)
{
	log->info.cut |= log->info.format != DRTMON_LOG_TXT12;
}

/*
 * u32 class, minor, major, errata: "Event00" of PC Client 1.21, 11.3.4.1, and
 * "Event02" of the EFI platform specification 1.22.
 */
static void spec_id(struct drtmon_log *log, const struct drtmon_log_event *event)
{
	if (event->len < 24 || (memcmp(event->data, "Spec ID Event00", 16) &&
				memcmp(event->data, "Spec ID Event02", 16)))
		return;
	log->info.platform_class = drtmon_le32(event->data + 16);
	log->info.spec_minor = event->data[20];
	log->info.spec_major = event->data[21];
	log->info.spec_errata = event->data[22];
}

static int tcg12_next(struct drtmon_log *log, struct drtmon_log_event *event)
{
	struct drtmon_source *src = &log->src;
	const size_t head = 12u + log->digest_size;
	size_t have = drtmon_source_fill(src, head);
	uint32_t len;

	if (!have || drtmon_log_filler(log))
		return 0;
	if (have < head) {
		tcg12_short(log);
		drtmon_log_problem(log, 0, "%zu trailing bytes are no record", have);
		return 0;
	}
	len = drtmon_le32(src->cur + head - 4);
	if (len > DRTMON_LOG_RECORD_MAX) {
		drtmon_log_problem(log, head - 4, "event data of %u bytes is oversized", len);
		return 0;
	}
	have = drtmon_source_fill(src, head + len);
	if (have < head + len) {
		tcg12_short(log);
		drtmon_log_problem(log, head - 4,
				   "event data of %u bytes runs past the end, %zu are there", len,
				   have - head);
		return 0;
	}
	event->offset = src->offset;
	event->size = head + len;
	event->pcr = drtmon_le32(src->cur);
	event->type = drtmon_le32(src->cur + 4);
	event->n_digests = 1;
	event->digest[0].alg = log->info.n_banks ? log->info.bank[0].alg : NULL;
	event->digest[0].id = log->digest_id;
	event->digest[0].size = log->digest_size;
	event->digest[0].value = src->cur + 8;
	event->data = src->cur + head;
	event->len = len;
	drtmon_log_tcg_event(log, event);
	if (event->type == DRTMON_EV_NO_ACTION)
		spec_id(log, event);
	log->held = event->size;
	return 1;
}

const struct drtmon_parser drtmon_parser_tcg12 = {
	.begin = tcg12_begin,
	.next = tcg12_next,
};
