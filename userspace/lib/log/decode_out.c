// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/decode_out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/text.h"

/* More of a foreign text than this helps nobody on one line. */
#define TEXT_MAX 512u

/* How much of @max bytes of a longer UTF-8 text ends with a whole character. */
static size_t text_whole(const char *text, size_t max)
{
	size_t n = max;

	while (n && max - n < 3 && ((uint8_t)text[n - 1] & 0xc0) == 0x80)
		n--;
	/* A character's first byte tells how many follow it. */
	if (n && (uint8_t)text[n - 1] >= 0xc0) {
		const uint8_t lead = (uint8_t)text[n - 1];
		const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

		return max - (n - 1) < size ? n - 1 : max;
	}
	return max;
}

void drtmon_put(struct drtmon_decoded *out, const char *fmt, ...)
{
	size_t left = sizeof(out->text) - out->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out->text + out->len, left, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n >= left) {
		n = (int)text_whole(out->text + out->len, left - 1);
		out->text[out->len + (size_t)n] = '\0';
	}
	out->len += n > 0 ? (size_t)n : 0;
}

void drtmon_put_bytes(struct drtmon_decoded *out, const void *text, size_t len)
{
	char safe[DRTMON_TEXT_GROWTH * TEXT_MAX + 1];
	const char *p = text;

	while (len && !p[len - 1])
		len--;
	drtmon_put(out, "%s%s",
		   drtmon_text_safe(safe, sizeof(safe), p,
				    len > TEXT_MAX ? text_whole(p, TEXT_MAX) : len),
		   len > TEXT_MAX ? "…" : "");
}

void drtmon_put_hex(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	char hex[65];

	drtmon_put(out, "%s%s", drtmon_hex_encode(hex, data, len < 32 ? len : 32),
		   len > 32 ? "…" : "");
}

void drtmon_detail(struct drtmon_decoded *out, const char *key, json_t *value)
{
	if (value && out->details)
		json_object_set_new(out->details, key, value);
	else
		json_decref(value);
}

json_t *drtmon_json_bytes(const void *text, size_t len)
{
	const char *p = text;
	json_t *value;
	char *utf8;

	while (len && !p[len - 1])
		len--;
	utf8 = malloc(DRTMON_TEXT_GROWTH * len + 1);
	if (!utf8)
		return NULL;
	value = json_string(drtmon_text_utf8(utf8, DRTMON_TEXT_GROWTH * len + 1, p, len));
	free(utf8);
	return value;
}

json_t *drtmon_json_hexed(const uint8_t *data, size_t len)
{
	char *hex = malloc(2 * len + 1);
	json_t *value;

	if (!hex)
		return NULL;
	value = json_string(drtmon_hex_encode(hex, data, len));
	free(hex);
	return value;
}

void drtmon_detail_bytes(struct drtmon_decoded *out, const char *key, const void *text, size_t len)
{
	if (out->details)
		drtmon_detail(out, key, drtmon_json_bytes(text, len));
}

static size_t utf8_put(char *dst, uint32_t c)
{
	if (c < 0x80) {
		dst[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		dst[0] = (char)(0xc0 | c >> 6);
		dst[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		dst[0] = (char)(0xe0 | c >> 12);
		dst[1] = (char)(0x80 | (c >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	dst[0] = (char)(0xf0 | c >> 18);
	dst[1] = (char)(0x80 | (c >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (c >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

size_t drtmon_utf16(char *dst, size_t max, const uint8_t *src, size_t chars)
{
	size_t i, n = 0;

	for (i = 0; i < chars && n + 5 <= max; i++) {
		uint32_t c = drtmon_le16(src + 2 * i), low;

		if (!c)
			break;
		if (c >= 0xd800 && c < 0xe000) {
			low = i + 1 < chars ? drtmon_le16(src + 2 * i + 2) : 0;
			if (c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i++;
			} else {
				c = 0xfffd;
			}
		}
		n += utf8_put(dst + n, c);
	}
	if (max)
		dst[n] = '\0';
	return n;
}

bool drtmon_is_utf16(const uint8_t *data, size_t len)
{
	size_t i;

	if (len < 4 || len % 2)
		return false;
	/* Every second byte zero and none between, but for the final NUL. */
	for (i = 0; i + 2 < len; i += 2)
		if (data[i + 1] || !data[i])
			return false;
	return !data[len - 1];
}

char *drtmon_guid(char dst[DRTMON_GUID_SIZE], const uint8_t *src)
{
	snprintf(dst, DRTMON_GUID_SIZE, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 drtmon_le32(src), drtmon_le16(src + 4), drtmon_le16(src + 6), src[8], src[9],
		 src[10], src[11], src[12], src[13], src[14], src[15]);
	return dst;
}

const char *drtmon_guid_name(const uint8_t *src)
{
	static const struct {
		const char *guid;
		const char *name;
	} known[] = {
		{ "8be4df61-93ca-11d2-aa0d-00e098032b8c", "EFI global" },
		{ "d719b2cb-3d3a-4596-a3bc-dad00e67656f", "image security" },
		{ "605dab50-e046-4300-abb6-3dd810dd8b23", "shim" },
		{ "77fa9abd-0359-4d32-bd60-28f4e78f784b", "Microsoft" },
		{ "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", "systemd loader" },
		{ "a5c059a1-94e4-4aa7-87b5-ab155c2bf072", "X.509 certificate" },
		{ "c1c41626-504c-4092-aca9-41f936934328", "SHA-256 hash" },
		{ "3bd2a492-96c0-4079-b420-fcf98ef103ed", "X.509 SHA-256 revocation" },
		{ "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI system" },
		{ "0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux data" },
		{ "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "Linux swap" },
		{ "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "Microsoft basic data" },
		{ "e3c9e316-0b5c-4db8-817d-f92df00215ae", "Microsoft reserved" },
		{ "de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Microsoft recovery" },
		{ "21686148-6449-6e6f-744e-656564454649", "BIOS boot" },
		{ "e6d6d379-f507-44c2-a23c-238f2a3df928", "Linux LVM" },
		{ "eb9d2d31-2d88-11d3-9a16-0090273fc14d", "SMBIOS" },
		{ "8868e871-e4f1-11d3-bc22-0080c73c8881", "ACPI 2.0" },
	};
	char guid[DRTMON_GUID_SIZE];
	size_t i;

	drtmon_guid(guid, src);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].guid, guid))
			return known[i].name;
	return NULL;
}
