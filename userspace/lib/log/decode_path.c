// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device paths (UEFI 10): u8 type, u8 subtype, u16 size, data. Written here
 * and not with libefivar, whose formatter trusts the sizes inside a node.
 */
#include <stdio.h>
#include <string.h>

#include "lib/log/decode_out.h"

/* A path ends by its end node; no real one has nearly as many. */
#define NODES_MAX 64

static void node_file(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	char name[768];

	drtmon_utf16(name, sizeof(name), p + 4, (len - 4) / 2);
	drtmon_put(out, "File(");
	drtmon_put_bytes(out, name, strlen(name));
	drtmon_put(out, ")");
}

static void node_disk(struct drtmon_decoded *out, const uint8_t *p)
{
	char guid[DRTMON_GUID_SIZE];

	if (p[41] == 2)
		drtmon_put(out, "HD(%u,GPT,%s)", drtmon_le32(p + 4), drtmon_guid(guid, p + 24));
	else
		drtmon_put(out, "HD(%u,MBR,0x%08x)", drtmon_le32(p + 4), drtmon_le32(p + 24));
}

static void node_guid(struct drtmon_decoded *out, const char *name, const uint8_t *p)
{
	char guid[DRTMON_GUID_SIZE];

	drtmon_put(out, "%s(%s)", name, drtmon_guid(guid, p + 4));
}

static void node_mac(struct drtmon_decoded *out, const uint8_t *p)
{
	drtmon_put(out, "MAC(%02x:%02x:%02x:%02x:%02x:%02x)", p[4], p[5], p[6], p[7], p[8], p[9]);
}

static void node_uri(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	drtmon_put(out, "Uri(");
	drtmon_put_bytes(out, p + 4, len - 4);
	drtmon_put(out, ")");
}

static void node_bbs(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	drtmon_put(out, "BBS(%u,", drtmon_le16(p + 4));
	drtmon_put_bytes(out, p + 8, strnlen((const char *)p + 8, len - 8));
	drtmon_put(out, ")");
}

static bool node_hardware(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	if (p[1] == 1 && len >= 6)
		drtmon_put(out, "Pci(%x,%x)", p[5], p[4]);
	else if (p[1] == 3 && len >= 24)
		drtmon_put(out, "MemoryMapped(0x%llx,0x%llx)",
			   (unsigned long long)drtmon_le64(p + 8),
			   (unsigned long long)drtmon_le64(p + 16));
	else if (p[1] == 4 && len >= 20)
		node_guid(out, "VenHw", p);
	else
		return false;
	return true;
}

static bool node_acpi(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	uint32_t hid = len >= 12 ? drtmon_le32(p + 4) : 0;

	if (p[1] != 1 || len < 12)
		return false;
	/* EISA ids of PCI and PCI Express roots */
	if (hid == 0x0a0341d0 || hid == 0x0a0841d0)
		drtmon_put(out, "PciRoot(%x)", drtmon_le32(p + 8));
	else
		drtmon_put(out, "Acpi(0x%08x,%x)", hid, drtmon_le32(p + 8));
	return true;
}

static bool node_messaging(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	if (p[1] == 1 && len >= 8)
		drtmon_put(out, "Ata(%u,%u)", p[4], p[5]);
	else if (p[1] == 2 && len >= 8)
		drtmon_put(out, "Scsi(%u,%u)", drtmon_le16(p + 4), drtmon_le16(p + 6));
	else if (p[1] == 5 && len >= 6)
		drtmon_put(out, "Usb(%u,%u)", p[4], p[5]);
	else if (p[1] == 11 && len >= 10)
		node_mac(out, p);
	else if (p[1] == 12 && len >= 12)
		drtmon_put(out, "IPv4(%u.%u.%u.%u)", p[8], p[9], p[10], p[11]);
	else if (p[1] == 13)
		drtmon_put(out, "IPv6()");
	else if (p[1] == 18 && len >= 10)
		drtmon_put(out, "Sata(%u,%u)", drtmon_le16(p + 4), drtmon_le16(p + 6));
	else if (p[1] == 23 && len >= 8)
		drtmon_put(out, "NVMe(%u)", drtmon_le32(p + 4));
	else if (p[1] == 24)
		node_uri(out, p, len);
	else
		return false;
	return true;
}

static bool node_media(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	if (p[1] == 1 && len >= 42)
		node_disk(out, p);
	else if (p[1] == 2 && len >= 8)
		drtmon_put(out, "CDROM(%u)", drtmon_le32(p + 4));
	else if (p[1] == 3 && len >= 20)
		node_guid(out, "VenMedia", p);
	else if (p[1] == 4)
		node_file(out, p, len);
	else if (p[1] == 6 && len >= 20)
		node_guid(out, "FvFile", p);
	else if (p[1] == 7 && len >= 20)
		node_guid(out, "Fv", p);
	else if (p[1] == 8 && len >= 24)
		drtmon_put(out, "Offset(0x%llx,0x%llx)", (unsigned long long)drtmon_le64(p + 8),
			   (unsigned long long)drtmon_le64(p + 16));
	else
		return false;
	return true;
}

static void node(struct drtmon_decoded *out, const uint8_t *p, size_t len)
{
	bool done = false;

	if (p[0] == 1)
		done = node_hardware(out, p, len);
	else if (p[0] == 2)
		done = node_acpi(out, p, len);
	else if (p[0] == 3)
		done = node_messaging(out, p, len);
	else if (p[0] == 4)
		done = node_media(out, p, len);
	else if (p[0] == 5 && p[1] == 1 && len >= 9) {
		node_bbs(out, p, len);
		done = true;
	}
	if (!done)
		drtmon_put(out, "Path(%u,%u,%zu bytes)", p[0], p[1], len - 4);
}

void drtmon_decode_path(struct drtmon_decoded *out, const uint8_t *data, size_t len)
{
	size_t begin = out->len;
	int i;

	for (i = 0; i < NODES_MAX && len >= 4; i++) {
		size_t n = drtmon_le16(data + 2);

		if (data[0] == 0x7f)
			break;
		if (n < 4 || n > len) {
			drtmon_put(out, "%s(node of %zu bytes does not fit)", i ? "/" : "", n);
			break;
		}
		drtmon_put(out, "%s", i ? "/" : "");
		node(out, data, n);
		data += n;
		len -= n;
	}
	drtmon_detail_bytes(out, "path", out->text + begin, out->len - begin);
}
