// SPDX-License-Identifier: GPL-2.0-or-later
/* LUKS2 on-disk format specification 1.1.1, 2.2: a binary header of 4096 bytes, then JSON. */
#include "lib/luks.h"

#include <string.h>

#include "../kmod/decoder.h"

#define BINARY	4096
#define AT_SIZE 8
#define MAGIC	"LUKS\xba\xbe"
#define BITLOCK "-FVE-FS-"

static uint64_t be64(const uint8_t *p)
{
	return (uint64_t)drtmon_get_be32(p) << 32 | drtmon_get_be32(p + 4);
}

enum drtmon_luks drtmon_luks_parse(const uint8_t *data, size_t len, json_t **metadata)
{
	uint64_t size;

	*metadata = NULL;
	if (len >= 11 && !memcmp(data + 3, BITLOCK, 8))
		return DRTMON_LUKS_BITLOCKER;
	if (len < 16 || memcmp(data, MAGIC, 6))
		return DRTMON_LUKS_NONE;
	if (drtmon_get_be16(data + 6) == 1)
		return DRTMON_LUKS_1;
	size = be64(data + AT_SIZE);
	if (drtmon_get_be16(data + 6) != 2 || size <= BINARY || size > len)
		return DRTMON_LUKS_DAMAGED;
	/* The JSON ends with its outermost brace; NULs fill what is left. */
	*metadata = json_loadb((const char *)data + BINARY,
			       strnlen((const char *)data + BINARY, size - BINARY), 0, NULL);
	return *metadata ? DRTMON_LUKS_2 : DRTMON_LUKS_DAMAGED;
}

/* A clevis token is a JWE; what it is bound to stands in its protected header, in base64. */
static int clevis_is_tpm(const json_t *token)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *text =
		json_string_value(json_object_get(json_object_get(token, "jwe"), "protected"));
	char plain[4096];
	uint32_t bits = 0;
	unsigned int n = 0;
	size_t len = 0;

	for (; text && *text && len + 1 < sizeof(plain); text++) {
		const char *p = strchr(alphabet, *text);

		if (!p)
			break;
		bits = bits << 6 | (uint32_t)(p - alphabet);
		n += 6;
		if (n >= 8)
			plain[len++] = (char)(bits >> (n -= 8));
	}
	plain[len] = '\0';
	/* An sss policy holds its pins' own headers in base64 once more: it may be any. */
	return strstr(plain, "\"tpm2\"") || strstr(plain, "\"sss\"");
}

int drtmon_luks_tpm_token(const json_t *token)
{
	const char *type = json_string_value(json_object_get(token, "type"));

	if (!type)
		return 0;
	return !strcmp(type, "systemd-tpm2") || (!strcmp(type, "clevis") && clevis_is_tpm(token));
}
