// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S 1000000000ull

static size_t utf8_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/* The code point at @src and its length, or 0: overlong forms and surrogates are no UTF-8. */
static size_t utf8_decode(uint32_t *code, const uint8_t *src, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	static const uint8_t mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t n = utf8_length(src[0]), i;

	if (!n || n > len)
		return 0;
	*code = src[0] & mask[n];
	for (i = 1; i < n; i++) {
		if ((src[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (src[i] & 0x3f);
	}
	if (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return n;
}

static bool code_is_plain(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	/* zero-width and direction marks, line and paragraph separator, byte order mark */
	if ((code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e))
		return false;
	return !(code >= 0x2060 && code <= 0x206f) && code != 0xfeff && code != 0x061c;
}

static char *text_escape(char *dst, size_t max, const char *src, size_t len, bool plain_only)
{
	size_t in = 0, out = 0;

	if (!max)
		return dst;
	while (in < len) {
		const uint8_t *at = (const uint8_t *)src + in;
		uint32_t code = 0;
		size_t n = utf8_decode(&code, at, len - in);
		bool keep = n && (!plain_only || code_is_plain(code));
		size_t i, take = n ? n : 1, need = keep ? n : take * DRTMON_TEXT_GROWTH;

		if (out + need >= max)
			break;
		if (keep)
			memcpy(dst + out, at, n);
		for (i = 0; !keep && i < take; i++)
			sprintf(dst + out + i * DRTMON_TEXT_GROWTH, "\\x%02x", at[i]);
		out += need;
		in += take;
	}
	dst[out] = '\0';
	return dst;
}

char *drtmon_text_utf8(char *dst, size_t max, const char *src, size_t len)
{
	return text_escape(dst, max, src, len, false);
}

char *drtmon_text_safe(char *dst, size_t max, const char *src, size_t len)
{
	return text_escape(dst, max, src, len, true);
}

char *drtmon_text_vprintf(char *dst, size_t max, const char *fmt, va_list ap)
{
	/* Longer than the result can be: where this one is cut, nobody sees it. */
	char raw[DRTMON_TEXT_FORMAT_MAX + 8];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	return drtmon_text_safe(dst, max, raw, strlen(raw));
}

char *drtmon_text_copy(char *dst, size_t max, const char *src)
{
	return drtmon_text_safe(dst, max, src, strlen(src));
}

char *drtmon_text_time(char *dst, uint64_t ns)
{
	time_t secs = (time_t)(ns / NS_PER_S);
	char day[DRTMON_TEXT_TIME_MAX - 12];
	struct tm tm;

	/* 2^64 ns end in the year 2554: gmtime_r() cannot fail here. */
	gmtime_r(&secs, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(dst, DRTMON_TEXT_TIME_MAX, "%s.%09lluZ", day, (unsigned long long)(ns % NS_PER_S));
	return dst;
}
