// SPDX-License-Identifier: GPL-2.0-or-later
/* Extended data elements of the heap: Intel TXT SDG 315168, appendix C. */
#include "lib/txt/heap.h"

#include <stdio.h>

#include "lib/hex.h"
#include "lib/text.h"

/* Bytes of an opaque element that are shown; the size says how many there are. */
#define RAW_MAX	    64
#define ACM_MAX	    64
#define ACPI_HEADER 36

static json_t *hex64(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	return json_string(text);
}

static json_t *hex_bytes(const uint8_t *p, size_t len)
{
	char text[2 * RAW_MAX + 1];

	return json_string(drtmon_hex_encode(text, p, len < RAW_MAX ? len : RAW_MAX));
}

static json_t *text_bytes(const uint8_t *p, size_t len)
{
	char text[DRTMON_TEXT_GROWTH * 16 + 1];

	while (len && (p[len - 1] == ' ' || !p[len - 1]))
		len--;
	return json_string(drtmon_text_safe(text, sizeof(text), (const char *)p, len));
}

static json_t *bios_spec_json(const uint8_t *p, size_t len)
{
	if (len < 6)
		return NULL;
	return json_pack("{s:i, s:i, s:i}", "major", drtmon_get_le16(p), "minor",
			 drtmon_get_le16(p + 2), "revision", drtmon_get_le16(p + 4));
}

static json_t *acm_json(const uint8_t *p, size_t len)
{
	json_t *addrs = json_array();
	uint32_t n, i;

	if (len < 4 || (n = drtmon_get_le32(p)) > (len - 4) / 8) {
		json_decref(addrs);
		return NULL;
	}
	for (i = 0; i < n && i < ACM_MAX; i++)
		json_array_append_new(addrs, hex64(drtmon_get_le64(p + 4 + 8 * (size_t)i)));
	return json_pack("{s:I, s:o}", "count", (json_int_t)n, "addresses", addrs);
}

static json_t *custom_json(const uint8_t *p, size_t len)
{
	if (len < 16)
		return NULL;
	return json_pack("{s:o, s:o}", "uuid", hex_bytes(p, 16), "data",
			 hex_bytes(p + 16, len - 16));
}

static json_t *acpi_json(const uint8_t *p, size_t len)
{
	if (len < ACPI_HEADER)
		return NULL;
	return json_pack("{s:o, s:I, s:i, s:o, s:o}", "signature", text_bytes(p, 4), "length",
			 (json_int_t)drtmon_get_le32(p + 4), "revision", p[8], "oem_id",
			 text_bytes(p + 10, 6), "oem_table_id", text_bytes(p + 16, 8));
}

static json_t *geometry_json(const uint8_t *p)
{
	return json_pack("{s:o, s:I, s:I, s:I}", "address", hex64(drtmon_get_le64(p)), "allocated",
			 (json_int_t)drtmon_get_le32(p + 8), "first",
			 (json_int_t)drtmon_get_le32(p + 12), "next",
			 (json_int_t)drtmon_get_le32(p + 16));
}

static json_t *log20_json(const uint8_t *p, size_t len)
{
	json_t *list = json_array(), *one;
	uint32_t n, i;

	if (len < 4 || (n = drtmon_get_le32(p)) > (len - 4) / 24) {
		json_decref(list);
		return NULL;
	}
	for (i = 0; i < n; i++) {
		const uint8_t *entry = p + 4 + 24 * (size_t)i;

		one = geometry_json(entry + 4);
		json_object_set_new(one, "alg", json_integer(drtmon_get_le16(entry)));
		json_array_append_new(list, one);
	}
	return json_pack("{s:o}", "logs", list);
}

static json_t *log_pointer_json(const uint8_t *p, size_t len)
{
	return len < 8 ? NULL : json_pack("{s:o}", "address", hex64(drtmon_get_le64(p)));
}

static json_t *log_tcg_json(const uint8_t *p, size_t len)
{
	return len < 20 ? NULL : geometry_json(p);
}

static const struct {
	uint32_t type;
	const char *name;
	json_t *(*decode)(const uint8_t *p, size_t len);
} kinds[] = {
	{ DRTMON_TXT_ELEM_BIOS_SPEC_VER, "bios_spec_ver", bios_spec_json },
	{ DRTMON_TXT_ELEM_ACM, "acm", acm_json },
	{ DRTMON_TXT_ELEM_STM, "stm", NULL },
	{ DRTMON_TXT_ELEM_CUSTOM, "custom", custom_json },
	{ DRTMON_TXT_ELEM_LOG_TPM12, "event_log_tpm12", log_pointer_json },
	{ DRTMON_TXT_ELEM_MADT, "madt", acpi_json },
	{ DRTMON_TXT_ELEM_LOG_TPM20, "event_log_tpm20", log20_json },
	{ DRTMON_TXT_ELEM_LOG_TCG, "event_log_tcg", log_tcg_json },
	{ DRTMON_TXT_ELEM_MCFG, "mcfg", acpi_json },
};

static json_t *elem_json(const struct drtmon_txt_elem *elem, const uint8_t *p)
{
	const char *name = "unknown";
	json_t *data = NULL;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].type != elem->type)
			continue;
		name = kinds[i].name;
		if (kinds[i].decode)
			data = kinds[i].decode(p, elem->length);
	}
	return json_pack("{s:I, s:s, s:I, s:o*, s:o}", "type", (json_int_t)elem->type, "name", name,
			 "size", (json_int_t)elem->length + 8, "data", data, "raw",
			 hex_bytes(p, elem->length));
}

json_t *drtmon_txt_elems_json(const uint8_t *table, size_t len, uint32_t start,
			      const char **problem)
{
	struct drtmon_txt_elem elem;
	json_t *list = json_array();
	size_t pos = start;
	int ret;

	while ((ret = drtmon_txt_elem_next(&elem, table, len, &pos)) == 1)
		json_array_append_new(list, elem_json(&elem, table + elem.offset));
	*problem = NULL;
	if (ret == -ENODATA)
		*problem = "the list of elements has no end mark";
	else if (ret)
		*problem = "an element does not fit into the table";
	return list;
}
