// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <string.h>

#include "lib/log/bytes.h"
#include "lib/log/dynamic.h"
#include "lib/log/ima.h"
#include "lib/log/reader.h"
#include "lib/log/tcg.h"

/* Enough for any first record's head, and for JSON behind some blanks. */
#define LOOK 4096u

/* A whole first record of TCG 1.2 whose numbers make sense, followed by another or the end. */
static bool is_tcg12(struct drtmon_log *log, size_t have)
{
	const uint8_t *p = log->src.cur;
	uint32_t pcr, len;
	size_t i;

	/* Too short for a record, but begun like a header. */
	if (have < 32)
		return have >= 8 && !drtmon_le32(p) && drtmon_le32(p + 4) == DRTMON_EV_NO_ACTION;
	pcr = drtmon_le32(p);
	len = drtmon_le32(p + 28);
	for (i = 0; i < 32 && !p[i]; i++)
		;
	if (i == 32 ||
	    (pcr >= 32 && pcr != DRTMON_LOG_NO_PCR &&
	     drtmon_le32(p + 4) != DRTMON_EV_TXT_PCR_MAPPING) ||
	    len > DRTMON_LOG_RECORD_MAX)
		return false;
	/* Types fall in a few known ranges. */
	if (drtmon_le32(p + 4) > 0x13 && !drtmon_dynamic_type(drtmon_le32(p + 4)) &&
	    drtmon_le32(p + 4) >> 8 != 0x800000)
		return false;
	return true;
}

static bool is_ima_ascii(const uint8_t *p, size_t have)
{
	size_t i = 0, start;

	while (i < have && isspace(p[i]))
		i++;
	for (start = i; i < have && isdigit(p[i]); i++)
		;
	if (i == start || i - start > 2 || i == have || p[i] != ' ')
		return false;
	for (start = ++i; i < have && isxdigit(p[i]); i++)
		;
	return i < have && p[i] == ' ' && i - start >= 40 && (i - start) % 2 == 0;
}

/* CEL TLV: recnum (type 0) of at most 8 bytes, then PCR, NV index or register. */
static bool is_cel_tlv(const uint8_t *p, size_t have)
{
	uint32_t len;

	if (have < 6 || p[0] != 0)
		return false;
	len = drtmon_be32(p + 1);
	if (!len || len > 8 || have < 5 + len + 5)
		return false;
	p += 5 + len;
	return (p[0] == 1 || p[0] == 2 || p[0] == 108) && drtmon_be32(p + 1) >= 1 &&
	       drtmon_be32(p + 1) <= 4;
}

static enum drtmon_log_format json_format(const uint8_t *p, size_t have, size_t at)
{
	/* The module's events have a sequence and a kind in every object. */
	size_t len = have - at < 1024 ? have - at : 1024;

	if (p[at] == 0x1e)
		return DRTMON_LOG_CEL_SEQ;
	/* A CEL record may hold an event, but no event holds a record. */
	if (!memmem(p + at, len, "\"recnum\"", 8) && memmem(p + at, len, "\"seq\"", 5) &&
	    memmem(p + at, len, "\"kind\"", 6))
		return DRTMON_LOG_EVENTS;
	return DRTMON_LOG_CEL_JSON;
}

static enum drtmon_log_format detect_tcg(struct drtmon_log *log, size_t have)
{
	const uint8_t *p = log->src.cur;

	if (have >= 20 && !memcmp(p, "TXT Event Container", 20))
		return DRTMON_LOG_TXT12;
	if (have >= 32 && drtmon_le32(p + 4) == DRTMON_EV_NO_ACTION) {
		size_t len = have - 32;

		if (len >= 15 && !memcmp(p + 32, "Spec ID Event03", 15))
			return DRTMON_LOG_TCG20;
		if (len >= 15 && !memcmp(p + 32, "FRMT ID EVENT00", 15))
			return DRTMON_LOG_TXT20;
	}
	return DRTMON_LOG_UNKNOWN;
}

enum drtmon_log_format drtmon_log_detect(struct drtmon_log *log)
{
	size_t have = drtmon_source_fill(&log->src, LOOK), at = 0;
	struct drtmon_ima_layout layout;
	const uint8_t *p = log->src.cur;
	enum drtmon_log_format format;

	if (!have)
		return DRTMON_LOG_UNKNOWN;
	format = detect_tcg(log, have);
	if (format != DRTMON_LOG_UNKNOWN)
		return format;
	while (at < have && isspace(p[at]))
		at++;
	if (at < have && (p[at] == '{' || p[at] == '[' || p[at] == 0x1e))
		return json_format(p, have, at);
	if (is_ima_ascii(p, have))
		return DRTMON_LOG_IMA_ASCII;
	if (!drtmon_ima_layout(&layout, p, have))
		return DRTMON_LOG_IMA;
	/* A record number of 0 reads as PCR 0 and an event type: the stricter look comes first. */
	if (is_cel_tlv(p, have))
		return DRTMON_LOG_CEL_TLV;
	if (is_tcg12(log, have))
		return DRTMON_LOG_TCG12;
	return DRTMON_LOG_UNKNOWN;
}

/* "00000000", what follows it in every line, and a byte. */
static bool is_hex_dump(const uint8_t *p, size_t have, const char *behind)
{
	const size_t n = 8 + strlen(behind);

	return have >= n + 2 && !memcmp(p, "00000000", 8) && !memcmp(p + 8, behind, n - 8) &&
	       isxdigit(p[n]) && isxdigit(p[n + 1]);
}

/* Hex and nothing else, as xxd -p writes it. */
static bool is_hex(const uint8_t *p, size_t have)
{
	size_t i, digits = 0;

	for (i = 0; i < have && (isxdigit(p[i]) || isspace(p[i])); i++)
		digits += !isspace(p[i]);
	return i == have && digits >= 40;
}

static bool is_tar(const uint8_t *p, size_t have)
{
	return have >= 262 && !memcmp(p + 257, "ustar", 5);
}

const char *drtmon_log_foreign(struct drtmon_log *log)
{
	static const struct {
		uint8_t magic[6];
		size_t len;
		const char *what;
	} packed[] = {
		{ { 0x1f, 0x8b }, 2, "it is compressed: run: zcat FILE | drtmon log -" },
		{ { 0xfd, '7', 'z', 'X', 'Z', 0 },
		  6,
		  "it is compressed: run: xzcat FILE | drtmon log -" },
		{ { 0x28, 0xb5, 0x2f, 0xfd },
		  4,
		  "it is compressed: run: zstdcat FILE | drtmon log -" },
	};
	size_t have = drtmon_source_fill(&log->src, LOOK), i;
	const uint8_t *p = log->src.cur;

	for (i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (have >= packed[i].len && !memcmp(p, packed[i].magic, packed[i].len))
			return packed[i].what;
	if (is_hex_dump(p, have, ": "))
		return "it is a hex dump: run: xxd -r FILE | drtmon log -";
	/* xxd -r would read it wrong, and lines alike may be left out of it. */
	if (is_hex_dump(p, have, "  "))
		return "it is a hex dump of hexdump -C: copy the log itself, or dump it with xxd";
	if (is_hex(p, have))
		return "it is hex: run: xxd -r -p FILE | drtmon log -";
	if (is_tar(p, have))
		return "it is a tar: of a capture, run: drtmon report --from FILE";
	return NULL;
}
