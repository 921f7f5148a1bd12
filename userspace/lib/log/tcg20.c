// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCG PC Client Platform Firmware Profile, 10.2: a TCG 1.2 record with the
 * "Spec ID Event03" structure, then records of u32 PCR, u32 type, u32 count,
 * count × (u16 algorithm, digest), u32 size, data; all little-endian. CCEL
 * (ACPI 6.5) and TXT's element 8 use the same.
 */
#include <string.h>

#include "lib/log/bytes.h"
#include "lib/log/reader.h"
#include "lib/log/tcg.h"

/* Type 2 header: record head of 32 bytes, then 16 + 4 + 4 + 4. */
#define HEAD 32u
#define SPEC 28u

static void spec_algs(struct drtmon_log *log, const uint8_t *spec, uint32_t len)
{
	uint32_t n = drtmon_le32(spec + 24), i, vendor;

	for (i = 0; i < n && SPEC + 4 * (uint64_t)i + 4 <= len; i++) {
		const uint8_t *p = spec + SPEC + 4 * (size_t)i;

		if (drtmon_log_bank_add(log, drtmon_le16(p), drtmon_le16(p + 2)))
			break;
	}
	if (i < n) {
		drtmon_log_note(log, log->src.offset + HEAD + 24,
				"header claims %u algorithms, %u are usable", n, i);
		return;
	}
	vendor = SPEC + 4 * n;
	if (vendor >= len)
		drtmon_log_note(log, log->src.offset + HEAD + vendor,
				"header has no vendor information size");
	else if (vendor + 1 + spec[vendor] > len)
		drtmon_log_note(log, log->src.offset + HEAD + vendor,
				"%u bytes of vendor information run past the header record",
				spec[vendor]);
}

static void tcg20_header(struct drtmon_log *log, uint32_t len)
{
	const uint8_t *spec = log->src.cur + HEAD;
	unsigned int i;

	log->info.platform_class = drtmon_le32(spec + 16);
	log->info.spec_minor = spec[20];
	log->info.spec_major = spec[21];
	log->info.spec_errata = spec[22];
	spec_algs(log, spec, len);
	for (i = 0; i < log->info.n_banks; i++) {
		const struct drtmon_log_bank *bank = &log->info.bank[i];
		const struct drtmon_alg *alg = drtmon_alg_by_id(bank->id);

		if (alg && !bank->alg)
			drtmon_log_note(log, log->src.offset + HEAD + SPEC + 4u * i,
					"header gives %s digests %u bytes", alg->name, bank->size);
	}
}

static int tcg20_begin(struct drtmon_log *log)
{
	struct drtmon_source *src = &log->src;
	size_t have = drtmon_source_fill(src, HEAD + SPEC);
	uint32_t len;

	len = have < HEAD + SPEC ? 0 : drtmon_le32(src->cur + HEAD - 4);
	if (len < SPEC || len > 65536 || memcmp(src->cur + HEAD, "Spec ID Event03", 16)) {
		drtmon_log_note(log, src->offset,
				"log does not begin with a whole \"Spec ID Event03\" record");
		log->info.cut = have < HEAD + SPEC;
		log->done = true;
		return 0;
	}
	have = drtmon_source_fill(src, HEAD + len);
	if (have < HEAD + len) {
		drtmon_log_note(log, src->offset + have, "log ends inside its header record");
		log->info.cut = true;
		log->done = true;
		return 0;
	}
	tcg20_header(log, len);
	drtmon_source_eat(src, HEAD + len);
	log->info.end = src->offset;
	return 0;
}

/* The header's sizes rule; an algorithm it does not list is tried by name. */
static uint16_t digest_size(const struct drtmon_log *log, uint16_t id,
			    const struct drtmon_alg **alg)
{
	const struct drtmon_log_info *info = &log->info;
	unsigned int i;

	for (i = 0; i < info->n_banks; i++) {
		if (info->bank[i].id == id) {
			*alg = info->bank[i].alg;
			return info->bank[i].size;
		}
	}
	*alg = drtmon_alg_by_id(id);
	return *alg ? (*alg)->size : 0;
}

/* Digests from @at on; the offset behind them, 0 after a problem. */
static size_t digests(struct drtmon_log *log, struct drtmon_log_event *event, size_t at,
		      uint32_t count)
{
	struct drtmon_source *src = &log->src;
	uint32_t i;

	for (i = 0; i < count; i++) {
		struct drtmon_log_digest *d = &event->digest[i];

		if (drtmon_source_fill(src, at + 2) < at + 2) {
			drtmon_log_cut(log, at, "record ends before digest %u of %u", i, count);
			return 0;
		}
		d->id = drtmon_le16(src->cur + at);
		d->size = digest_size(log, d->id, &d->alg);
		if (!d->size) {
			drtmon_log_problem(log, at, "algorithm 0x%04x has no known digest size",
					   d->id);
			return 0;
		}
		at += 2u + d->size;
		if (drtmon_source_fill(src, at) < at) {
			drtmon_log_cut(log, at - d->size, "record ends inside digest %u of %u", i,
				       count);
			return 0;
		}
	}
	return at;
}

/* The window may have moved while it was filled: set the pointers last. */
static void digests_place(struct drtmon_log *log, struct drtmon_log_event *event)
{
	const uint8_t *p = log->src.cur + 12;
	unsigned int i, j;

	for (i = 0; i < event->n_digests; i++) {
		struct drtmon_log_digest *d = &event->digest[i];

		d->value = p + 2;
		p += 2u + d->size;
		for (j = 0; j < i; j++)
			if (event->digest[j].id == d->id)
				drtmon_log_problem(log, 12, "two digests of algorithm 0x%04x",
						   d->id);
	}
}

static int tcg20_next(struct drtmon_log *log, struct drtmon_log_event *event)
{
	struct drtmon_source *src = &log->src;
	size_t have = drtmon_source_fill(src, 12), at;
	uint32_t count, len;

	if (!have || drtmon_log_filler(log))
		return 0;
	if (have < 12) {
		drtmon_log_cut(log, 0, "%zu trailing bytes are no record", have);
		return 0;
	}
	count = drtmon_le32(src->cur + 8);
	if (count > DRTMON_LOG_DIGESTS) {
		drtmon_log_problem(log, 8, "record claims %u digests", count);
		return 0;
	}
	at = digests(log, event, 12, count);
	if (!at)
		return 0;
	have = drtmon_source_fill(src, at + 4);
	len = have < at + 4 ? 0 : drtmon_le32(src->cur + at);
	if (have < at + 4) {
		drtmon_log_cut(log, at, "record ends before its data size");
		return 0;
	}
	if (len > DRTMON_LOG_RECORD_MAX) {
		drtmon_log_problem(log, at, "event data is oversized");
		return 0;
	}
	at += 4;
	have = drtmon_source_fill(src, at + len);
	if (have < at + len) {
		drtmon_log_cut(log, at - 4,
			       "event data of %u bytes runs past the end, %zu are there", len,
			       have - at);
		return 0;
	}
	event->offset = src->offset;
	event->size = at + len;
	event->pcr = drtmon_le32(src->cur);
	event->type = drtmon_le32(src->cur + 4);
	event->n_digests = count;
	event->data = src->cur + at;
	event->len = len;
	digests_place(log, event);
	drtmon_log_tcg_event(log, event);
	log->held = event->size;
	return 1;
}

const struct drtmon_parser drtmon_parser_tcg20 = {
	.begin = tcg20_begin,
	.next = tcg20_next,
};
