// SPDX-License-Identifier: GPL-2.0-or-later
/* UEFI_VARIABLE_DATA (PFP 10.2.6): GUID, u64 characters, u64 bytes, name, data. */
#include <stdlib.h>
#include <string.h>

#include "lib/log/decode_out.h"
#include "lib/log/tcg.h"

static void put_name(struct drtmon_decoded *out, const uint8_t *guid, const char *name)
{
	const char *space = drtmon_guid_name(guid);
	char text[DRTMON_GUID_SIZE];

	drtmon_guid(text, guid);
	drtmon_detail(out, "guid", json_string(text));
	drtmon_detail(out, "name", json_string(name));
	drtmon_put_bytes(out, name, strlen(name));
	drtmon_put(out, " (%s)", space ? space : text);
}

static void boot_order(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	json_t *list = out->details ? json_array() : NULL;
	size_t i;

	for (i = 0; i + 2 <= len; i += 2) {
		drtmon_put(out, "%s%04X", i ? "," : ": ", drtmon_le16(data + i));
		if (list)
			json_array_append_new(list, json_sprintf("%04X", drtmon_le16(data + i)));
	}
	drtmon_detail(out, "order", list);
}

/* EFI_LOAD_OPTION: u32 attributes, u16 bytes of path, description, path */
static void boot_option(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	char text[512];
	size_t n, path;

	if (len < 8)
		return;
	path = drtmon_le16(data + 4);
	for (n = 0; 6 + 2 * n + 2 <= len && drtmon_le16(data + 6 + 2 * n); n++)
		;
	drtmon_utf16(text, sizeof(text), data + 6, n);
	drtmon_put(out, ": ");
	drtmon_put_bytes(out, text, strlen(text));
	drtmon_detail(out, "description", json_string(text));
	drtmon_detail(out, "attributes", json_sprintf("0x%08x", drtmon_le32(data)));
	n = 6 + 2 * n + 2;
	if (n < len && path <= len - n) {
		drtmon_put(out, ", ");
		drtmon_decode_path(out, data + n, path);
	}
}

static bool is_boot_option(const char *name)
{
	return strlen(name) == 8 && !strncmp(name, "Boot", 4) &&
	       strspn(name + 4, "0123456789ABCDEFabcdef") == 4;
}

static void flag(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	if (len == 1) {
		drtmon_put(out, ": %u", data[0]);
		drtmon_detail(out, "value", json_integer(data[0]));
	} else if (!len) {
		drtmon_put(out, ": empty");
		drtmon_detail(out, "value", json_null());
	}
}

/* An authority is one signature: its owner's GUID and a certificate; shim logs it bare. */
static void authority(struct drtmon_decoded *out, const char *name, const uint8_t *data, size_t len)
{
	char owner[DRTMON_GUID_SIZE];

	if (!strcmp(name, "SbatLevel") || !strcmp(name, "MokListTrusted") ||
	    !strcmp(name, "MokSBState") || !strcmp(name, "MokListRT")) {
		drtmon_put(out, ": ");
		drtmon_decode_text(out, data, len);
	} else if (len > 16 && data[0] != 0x30) {
		drtmon_put(out, ", owner %s: ",
			   drtmon_guid_name(data) ? drtmon_guid_name(data)
						  : drtmon_guid(owner, data));
		drtmon_detail(out, "owner", json_string(drtmon_guid(owner, data)));
		drtmon_decode_certificate(out, data + 16, len - 16);
	} else {
		drtmon_put(out, ": ");
		drtmon_decode_certificate(out, data, len);
	}
}

static void value(struct drtmon_decoded *out, const char *name, uint32_t type, const uint8_t *data,
		  size_t len)
{
	static const char *const lists[] = { "PK",  "KEK", "db",      "dbx",
					     "dbt", "dbr", "MokList", "MokListX" };
	size_t i;

	if (type == DRTMON_EV_EFI_VARIABLE_AUTHORITY) {
		authority(out, name, data, len);
		return;
	}
	if (!strcmp(name, "BootOrder")) {
		boot_order(out, data, len);
		return;
	}
	if (is_boot_option(name)) {
		boot_option(out, data, len);
		return;
	}
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (!strcmp(name, lists[i])) {
			drtmon_decode_siglist(out, data, len);
			return;
		}
	}
	flag(out, data, len);
}

void drtmon_decode_variable(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	const uint8_t *p = event->data;
	uint64_t chars, len;
	char name[256];

	if (event->len < 32) {
		drtmon_put_hex(out, p, event->len);
		return;
	}
	chars = drtmon_le64(p + 16);
	len = drtmon_le64(p + 24);
	if (chars > event->len / 2 || 32 + 2 * chars > event->len) {
		drtmon_put(out, "variable with a name of %llu characters does not fit",
			   (unsigned long long)chars);
		return;
	}
	drtmon_utf16(name, sizeof(name), p + 32, chars);
	put_name(out, p, name);
	p += 32 + 2 * chars;
	if (len > event->len - 32 - 2 * chars) {
		drtmon_put(out, ", %llu bytes do not fit", (unsigned long long)len);
		return;
	}
	drtmon_detail(out, "size", json_integer((json_int_t)len));
	value(out, name, event->type, p, len);
}
