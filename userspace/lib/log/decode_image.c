// SPDX-License-Identifier: GPL-2.0-or-later
/* Images, firmware volumes, handoff tables and the partition table (PFP 10.2). */
#include <stdlib.h>
#include <string.h>

#include "lib/log/decode_out.h"
#include "lib/log/tcg.h"

/* UEFI_IMAGE_LOAD_EVENT: u64 location, length, link-time address, path size, path */
void drtmon_decode_image(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	const uint8_t *p = event->data;
	uint64_t path;

	if (event->len < 32) {
		drtmon_put_hex(out, p, event->len);
		return;
	}
	path = drtmon_le64(p + 24);
	drtmon_detail(out, "location",
		      json_sprintf("0x%016llx", (unsigned long long)drtmon_le64(p)));
	drtmon_detail(out, "size", json_integer((json_int_t)(drtmon_le64(p + 8) & INT64_MAX)));
	if (path > event->len - 32)
		drtmon_put(out, "path of %llu bytes does not fit", (unsigned long long)path);
	else if (path)
		drtmon_decode_path(out, p + 32, path);
	else
		drtmon_put(out, "image without a path");
	drtmon_put(out, ", %llu bytes", (unsigned long long)drtmon_le64(p + 8));
}

static void partition(struct drtmon_decoded *out, json_t *list, const uint8_t *p, bool first)
{
	char type[DRTMON_GUID_SIZE], id[DRTMON_GUID_SIZE], name[DRTMON_UTF16_ROOM(36) + 4];
	const char *known = drtmon_guid_name(p);

	drtmon_guid(type, p);
	drtmon_guid(id, p + 16);
	drtmon_utf16(name, sizeof(name), p + 56, 36);
	drtmon_put(out, "%s%s", first ? ": " : ", ", known ? known : type);
	if (name[0]) {
		drtmon_put(out, " \"");
		drtmon_put_bytes(out, name, strlen(name));
		drtmon_put(out, "\"");
	}
	if (list)
		json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "type", type, "id", id,
						      "name", name));
}

/* UEFI_GPT_DATA: the header, u64 number of partitions, partition entries */
void drtmon_decode_gpt(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	const uint8_t *p = event->data;
	char disk[DRTMON_GUID_SIZE];
	json_t *list;
	uint64_t n, i;
	uint32_t size;

	if (event->len < 100) {
		drtmon_put_hex(out, p, event->len);
		return;
	}
	size = drtmon_le32(p + 84);
	n = drtmon_le64(p + 92);
	drtmon_put(out, "disk %s, %llu partitions", drtmon_guid(disk, p + 56),
		   (unsigned long long)n);
	drtmon_detail(out, "disk", json_string(disk));
	list = out->details ? json_array() : NULL;
	for (i = 0; i < n && i < 128 && size >= 128 && size <= event->len; i++) {
		if (100 + (i + 1) * size > event->len)
			break;
		partition(out, list, p + 100 + i * size, !i);
	}
	drtmon_detail(out, "partitions", list);
	if (i < n)
		drtmon_put(out, "; %llu are not in the event", (unsigned long long)(n - i));
}

/* BLOB: u64 base, u64 length; BLOB2: u8 characters of a name before them. */
static void blob(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	drtmon_put(out, "firmware at 0x%llx, %llu bytes", (unsigned long long)drtmon_le64(p),
		   (unsigned long long)drtmon_le64(p + 8));
	drtmon_detail(out, "base", json_sprintf("0x%016llx", (unsigned long long)drtmon_le64(p)));
	drtmon_detail(out, "size", json_integer((json_int_t)(drtmon_le64(p + 8) & INT64_MAX)));
}

static void named(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	size_t n = event->len ? event->data[0] : 0;

	if (!event->len || 1 + n > event->len) {
		drtmon_put_hex(out, event->data, event->len);
		return;
	}
	drtmon_put_bytes(out, event->data + 1, n);
	drtmon_detail_bytes(out, "description", event->data + 1, n);
	if (event->type == DRTMON_EV_EFI_PLATFORM_FIRMWARE_BLOB2 && event->len >= 1 + n + 16) {
		drtmon_put(out, ": ");
		blob(out, event->data + 1 + n, 16);
	}
}

/* UEFI_HANDOFF_TABLE_POINTERS: u64 count, count × (GUID, u64 address) */
static void tables(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	const uint8_t *p = event->data;
	uint64_t n = drtmon_le64(p), i;
	char guid[DRTMON_GUID_SIZE];

	drtmon_put(out, "%llu tables", (unsigned long long)n);
	for (i = 0; i < n && i < 64 && 8 + (i + 1) * 24 <= event->len; i++) {
		const char *name = drtmon_guid_name(p + 8 + i * 24);

		drtmon_put(out, "%s%s", i ? ", " : ": ",
			   name ? name : drtmon_guid(guid, p + 8 + i * 24));
	}
}

void drtmon_decode_firmware(struct drtmon_decoded *out, const struct drtmon_log_event *event)
{
	if (event->type == DRTMON_EV_EFI_PLATFORM_FIRMWARE_BLOB2 ||
	    event->type == DRTMON_EV_EFI_HANDOFF_TABLES2)
		named(out, event);
	else if (event->type == DRTMON_EV_EFI_HANDOFF_TABLES && event->len >= 8)
		tables(out, event);
	else if (event->type != DRTMON_EV_EFI_HANDOFF_TABLES && event->len == 16)
		blob(out, event->data, event->len);
	else
		drtmon_decode_text(out, event->data, event->len);
}
