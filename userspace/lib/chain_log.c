// SPDX-License-Identifier: GPL-2.0-or-later
/* The event log of the launch: where it is, and whether it explains PCR 17 to 22. */
#include "lib/chain_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "lib/txt/legacy.h"

/* Bytes of one log, and how much of them its geometry vouches for. */
struct source {
	const uint8_t *buf;
	size_t len;
	size_t first;
	size_t next;
	enum drtmon_drtm_bytes bytes;
};

static void say(struct drtmon_case *c, enum drtmon_case_log log, const char *fmt, ...)
{
	size_t len = strlen(c->log_text);
	va_list ap;

	c->log = log;
	if (len && len + 2 < sizeof(c->log_text)) {
		strcpy(c->log_text + len, "; ");
		len += 2;
	}
	va_start(ap, fmt);
	drtmon_text_vprintf(c->log_text + len, sizeof(c->log_text) - len, fmt, ap);
	va_end(ap);
}

static bool all_padding(const uint8_t *buf, size_t len)
{
	return !len || ((*buf == 0 || *buf == 0xff) && !memcmp(buf, buf + 1, len - 1));
}

/* Offsets are from the container's start; a source cut short is used as far as it goes. */
static void source_geometry(struct source *source, const struct drtmon_txt_log *log)
{
	if (log->elem == DRTMON_TXT_ELEM_LOG_TPM12 || !log->next)
		return;
	source->first = log->first < source->len ? log->first : source->len;
	source->next = log->next < source->len ? log->next : source->len;
	source->bytes = log->next > source->len ? DRTMON_DRTM_BYTES_CUT : DRTMON_DRTM_BYTES_ALL;
}

/* The module shows records only; other tools keep the whole container. */
static bool records_only(const struct drtmon_txt_log *log, size_t len)
{
	return log->next > log->first && len == log->next - log->first;
}

/* A file of another length than the heap's log was made by nobody knows what. */
static void source_fit(struct source *source, const struct drtmon_txt_log *log)
{
	if (records_only(log, source->len)) {
		source->next = source->len;
		source->bytes = DRTMON_DRTM_BYTES_ALL;
		return;
	}
	source_geometry(source, log);
	if (source->bytes == DRTMON_DRTM_BYTES_ALL && source->len != log->size)
		source->bytes = DRTMON_DRTM_BYTES_SOME;
}

static bool source_item(const struct drtmon_case *c, struct source *source)
{
	const struct drtmon_item *item = &c->ev->item[DRTMON_ITEM_DRTM_LOG];

	if (item->state != DRTMON_ITEM_PRESENT || !item->blob.len)
		return false;
	memset(source, 0, sizeof(*source));
	source->buf = item->blob.data;
	source->len = item->blob.len;
	if (c->have_heap && c->heap.logs.count == 1)
		source_fit(source, &c->heap.logs.log[0]);
	if (item->blob.truncated)
		source->bytes = DRTMON_DRTM_BYTES_CUT;
	return true;
}

/* Logs of one hash each, one behind the other: the heap knows where each ends. */
static bool item_is_several(const struct drtmon_case *c)
{
	const struct drtmon_item *item = &c->ev->item[DRTMON_ITEM_DRTM_LOG];
	uint64_t total = 0;
	unsigned int i;

	for (i = 0; c->have_heap && i < c->heap.logs.count; i++)
		total += c->heap.logs.log[i].next - c->heap.logs.log[i].first;
	return c->have_heap && c->heap.logs.count > 1 && total == item->blob.len;
}

static bool source_heap(const struct drtmon_case *c, const struct drtmon_txt_log *log,
			struct source *source)
{
	memset(source, 0, sizeof(*source));
	source->buf = drtmon_txt_view_log(&c->heap, log, &source->len);
	if (!source->buf)
		return false;
	source_geometry(source, log);
	/* A container says itself where it ends, and all of the heap is here. */
	if (log->elem == DRTMON_TXT_ELEM_LOG_TPM12 && !c->ev->item[DRTMON_ITEM_HEAP].blob.truncated)
		source->bytes = DRTMON_DRTM_BYTES_ALL;
	return true;
}

static void read_one(struct drtmon_case *c, const struct source *source, bool whole)
{
	struct drtmon_err err = { 0 };
	const uint8_t *buf = source->buf;
	size_t len = source->len;

	if (source->next && !whole) {
		buf += source->first;
		len = source->next - source->first;
	}
	/* Without bytes behind the mark, what is known of those before it stays known. */
	c->drtm.bytes = source->bytes;
	if (whole && source->next && source->next < source->len)
		c->drtm.bytes = DRTMON_DRTM_BYTES_SOME;
	if (drtmon_drtm_add(&c->drtm, buf, len, 0, &err))
		say(c, DRTMON_CASE_LOG_OUT_OF_REACH, "%s", err.msg);
}

static unsigned int geometry_bad(const struct drtmon_case *c)
{
	unsigned int i, bad = 0;

	for (i = 0; c->have_heap && i < c->heap.logs.count; i++)
		bad += !drtmon_txt_log_valid(&c->heap.logs.log[i]);
	return bad;
}

static unsigned int read_several(struct drtmon_case *c, const struct source *all)
{
	struct source one = *all;
	unsigned int i;

	one.bytes = DRTMON_DRTM_BYTES_ALL;
	for (i = 0; i < c->heap.logs.count; i++) {
		one.len = c->heap.logs.log[i].next - c->heap.logs.log[i].first;
		one.next = one.len;
		read_one(c, &one, false);
		one.buf += one.len;
	}
	return i;
}

/* The heap has the whole container, with what stands behind the mark. */
static bool heap_holds(const struct drtmon_case *c)
{
	size_t len;

	return c->have_heap && c->heap.logs.count == 1 &&
	       drtmon_txt_view_log(&c->heap, &c->heap.logs.log[0], &len);
}

static unsigned int read_sources(struct drtmon_case *c, bool whole)
{
	struct source source;
	unsigned int i, n = 0;

	if (item_is_several(c) && source_item(c, &source))
		return read_several(c, &source);
	if (source_item(c, &source) && !(whole && heap_holds(c))) {
		read_one(c, &source, whole);
		return all_padding(source.buf, source.len) && !source.next ? 0 : 1;
	}
	for (i = 0; c->have_heap && i < c->heap.logs.count; i++) {
		if (!source_heap(c, &c->heap.logs.log[i], &source))
			continue;
		read_one(c, &source, whole);
		n += !all_padding(source.buf, source.len) || source.next > source.first;
	}
	return n;
}

/* How PCR 17 to 22 came out, over all banks. */
struct outcome {
	bool bad;
	bool later; /* 19 to 22 */
	bool cut;
	bool capped;
	bool extended;
	bool explained[2]; /* 17, 18 */
};

static void count(struct outcome *out, const struct drtmon_drtm_bank *bank, uint32_t pcr,
		  const struct drtmon_case *c)
{
	static const uint8_t zero[DRTMON_ALG_DIGEST_MAX];
	const uint8_t *value = drtmon_pcrs_get(&c->ev->pcrs, bank->alg, pcr);
	enum drtmon_drtm_match match = drtmon_drtm_compare(bank, &c->ev->pcrs, pcr, NULL);
	uint32_t have17 = bank->have & UINT32_C(1) << 17;

	/* Not in the log: the launch left it at zero, or the log does not explain it. */
	if (bank->have && !(bank->have & UINT32_C(1) << pcr) && value) {
		if (memcmp(value, zero, bank->alg->size))
			match = bank->cut ? DRTMON_DRTM_TRUNCATED : DRTMON_DRTM_MISMATCH;
		else if (pcr == 18 && have17)
			match = DRTMON_DRTM_MATCH;
	}
	out->bad |= match == DRTMON_DRTM_MISMATCH || match == DRTMON_DRTM_AHEAD;
	out->cut |= match == DRTMON_DRTM_TRUNCATED;
	out->capped |= match == DRTMON_DRTM_CAPPED;
	out->extended |= match == DRTMON_DRTM_EXTENDED;
	out->explained[pcr - 17] |= match == DRTMON_DRTM_MATCH || match == DRTMON_DRTM_EXTENDED;
}

/*
 * PCR 19 to 22 are the launched system's own: it may extend them later, or reset
 * 20 to 22 and begin again, and leave no record. It cannot take back what 19 was
 * given.
 */
static void count_later(struct outcome *out, uint32_t pcr, enum drtmon_drtm_match match)
{
	bool ahead = match == DRTMON_DRTM_AHEAD;

	out->later |= match == DRTMON_DRTM_MISMATCH || (ahead && pcr > 19);
	out->bad |= ahead && pcr == 19;
	out->cut |= match == DRTMON_DRTM_TRUNCATED;
	out->extended |= match == DRTMON_DRTM_EXTENDED;
}

static void describe(struct drtmon_case *c, const char *bank, uint32_t pcr, const char *what,
		     bool alt)
{
	size_t len = strlen(c->log_text);

	snprintf(c->log_text + len, sizeof(c->log_text) - len, "%s%s PCR %u: %s%s", len ? ", " : "",
		 bank, pcr, what, alt ? " (the first record's digest is the PCR's value)" : "");
}

static void describe_bank(struct drtmon_case *c, const struct drtmon_drtm_bank *bank, uint32_t pcr)
{
	bool alt = false;
	enum drtmon_drtm_match match = drtmon_drtm_compare(bank, &c->ev->pcrs, pcr, &alt);

	describe(c, bank->alg->name, pcr,
		 bank->have & UINT32_C(1) << pcr ? drtmon_drtm_match_name(match) : "not in the log",
		 alt);
}

/* Those that fit need no words. */
static void compare_later(struct drtmon_case *c, struct outcome *out,
			  const struct drtmon_drtm_bank *bank)
{
	uint32_t pcr;

	for (pcr = 19; pcr <= DRTMON_DRTM_LAST; pcr++) {
		enum drtmon_drtm_match match = drtmon_drtm_compare(bank, &c->ev->pcrs, pcr, NULL);

		count_later(out, pcr, match);
		if (match != DRTMON_DRTM_MATCH && match != DRTMON_DRTM_NOT_COMPARED)
			describe_bank(c, bank, pcr);
	}
}

static bool log_covers(const struct drtmon_case *c, const struct drtmon_alg *alg)
{
	unsigned int i;

	for (i = 0; i < c->drtm.n_banks; i++)
		if (c->drtm.bank[i].alg == alg && c->drtm.bank[i].have)
			return true;
	return false;
}

/* Banks of the TPM that the log has no digests of: nothing is known about them. */
static void describe_uncovered(struct drtmon_case *c)
{
	const struct drtmon_pcrs *pcrs = &c->ev->pcrs;
	uint32_t pcr;
	size_t i;

	for (i = 0; i < DRTMON_PCRS_BANKS && pcrs->bank[i].alg; i++)
		for (pcr = 17; pcr <= 18 && !log_covers(c, pcrs->bank[i].alg); pcr++)
			if (pcrs->bank[i].have & UINT32_C(1) << pcr)
				describe(c, pcrs->bank[i].alg->name, pcr,
					 "not-compared (no digest of this bank in the log)", false);
}

/* PCR 17 is what a launch is proved by: without it nothing is explained. */
static enum drtmon_case_log compare(struct drtmon_case *c, struct outcome *out)
{
	unsigned int i, pcr;

	c->log_text[0] = '\0';
	for (i = 0; i < c->drtm.n_banks; i++) {
		for (pcr = 17; pcr <= 18 && c->drtm.bank[i].have; pcr++) {
			count(out, &c->drtm.bank[i], pcr, c);
			describe_bank(c, &c->drtm.bank[i], pcr);
		}
		compare_later(c, out, &c->drtm.bank[i]);
	}
	describe_uncovered(c);
	if (out->bad)
		return DRTMON_CASE_LOG_DISAGREES;
	if (out->cut || (c->drtm.cut && !out->explained[0]))
		return DRTMON_CASE_LOG_TRUNCATED;
	if (out->later)
		return DRTMON_CASE_LOG_LATER;
	if (!out->explained[0])
		return out->capped ? DRTMON_CASE_LOG_CAPPED : DRTMON_CASE_LOG_NOT_COMPARED;
	if (!out->explained[1])
		return DRTMON_CASE_LOG_EXPLAINS_17;
	return out->extended ? DRTMON_CASE_LOG_EXTENDED : DRTMON_CASE_LOG_EXPLAINS;
}

/* Returns whether PCR 17 is explained, whatever the others hold. */
static bool replay(struct drtmon_case *c, bool whole)
{
	const struct drtmon_item *events = &c->ev->item[DRTMON_ITEM_EVENTS];
	struct outcome out = { 0 };
	bool list = c->drtm.list;

	drtmon_drtm_free(&c->drtm);
	drtmon_drtm_init(&c->drtm, &c->ev->pcrs, list);
	read_sources(c, whole);
	if (events->state == DRTMON_ITEM_PRESENT)
		drtmon_drtm_runtime(&c->drtm, events->blob.data, events->blob.len, NULL);
	c->log = compare(c, &out);
	if (c->log == DRTMON_CASE_LOG_TRUNCATED)
		say(c, c->log, "the log is cut off: %s", c->drtm.problem);
	else if (c->drtm.malformed)
		say(c, c->log, "the log breaks off: %s", c->drtm.problem);
	return out.explained[0];
}

static bool unexplained(const struct drtmon_case *c)
{
	return c->log == DRTMON_CASE_LOG_DISAGREES || c->log == DRTMON_CASE_LOG_TRUNCATED ||
	       c->log == DRTMON_CASE_LOG_LATER;
}

/*
 * A launcher may append without moving the heap's mark. Where that explains
 * PCR 17 and 18, what the launched system did to its own PCRs since is no reason
 * to end at the mark.
 */
static void whole_try(struct drtmon_case *c)
{
	enum drtmon_case_log marked = c->log;
	bool better = replay(c, true);

	if (c->log == DRTMON_CASE_LOG_LATER)
		better &= marked != DRTMON_CASE_LOG_LATER;
	else
		better &= !unexplained(c);
	if (!better)
		replay(c, false);
}

/* On a TPM 1.2 SINIT's own table can stand for the log that was not kept. */
static bool case_legacy(const struct drtmon_case *c)
{
	struct drtmon_txt_legacy legacy;

	return c->have_heap && drtmon_txt_legacy(&legacy, &c->heap) &&
	       drtmon_txt_legacy_match(&legacy, &c->ev->pcrs);
}

static void case_nothing(struct drtmon_case *c)
{
	const struct drtmon_item *item = &c->ev->item[DRTMON_ITEM_DRTM_LOG];

	if (case_legacy(c))
		say(c, DRTMON_CASE_LOG_EXPLAINS,
		    "no event log, but SinitMleData leads to PCR 17 and 18 (the legacy mapping of "
		    "TPM 1.2)");
	else if (item->state == DRTMON_ITEM_PRESENT && item->blob.len)
		say(c, DRTMON_CASE_LOG_EMPTY, "the event log holds no record");
	else if (item->state == DRTMON_ITEM_UNREADABLE)
		say(c, DRTMON_CASE_LOG_OUT_OF_REACH, "%s", item->why);
	else if (c->have_heap && c->heap.logs.count)
		say(c, DRTMON_CASE_LOG_OUT_OF_REACH,
		    "the heap points at an event log at 0x%llx, which is not in the evidence",
		    (unsigned long long)c->heap.logs.log[0].addr);
	else if (item->state == DRTMON_ITEM_PRESENT)
		say(c, DRTMON_CASE_LOG_EMPTY, "the event log is empty");
	else
		say(c, DRTMON_CASE_LOG_NOT_KNOWN, "%s",
		    c->have_heap ? "the heap points at no event log" : "no event log was found");
}

/* Sources, but no record that extends a PCR of a launch. */
static void case_no_record(struct drtmon_case *c)
{
	if (c->drtm.unrecognised && c->drtm.bytes != DRTMON_DRTM_BYTES_ALL)
		say(c, DRTMON_CASE_LOG_UNRECOGNISED, "the event log's format is not recognised%s%s",
		    c->drtm.problem[0] ? ": " : "", c->drtm.problem);
	else if (c->drtm.quirks & DRTMON_DRTM_QUIRK_HEADLESS)
		say(c, DRTMON_CASE_LOG_TRUNCATED, "%s", c->drtm.problem);
	else if (c->drtm.cut)
		say(c, DRTMON_CASE_LOG_TRUNCATED, "the event log is cut off: %s", c->drtm.problem);
	else
		say(c, DRTMON_CASE_LOG_BAD, "the event log has no record of a dynamic launch%s%s",
		    c->drtm.problem[0] ? ": " : "", c->drtm.problem);
}

void drtmon_case_log(struct drtmon_case *c)
{
	unsigned int sources;

	if (geometry_bad(c)) {
		say(c, DRTMON_CASE_LOG_BAD,
		    "the heap's event log pointer makes no sense: its offsets lie outside the log");
		return;
	}
	sources = read_sources(c, false);
	if (c->log != DRTMON_CASE_LOG_NOT_KNOWN)
		return;
	if (!sources) {
		case_nothing(c);
		return;
	}
	if (!c->drtm.n_banks) {
		case_no_record(c);
		return;
	}
	replay(c, false);
	if (unexplained(c))
		whole_try(c);
}
