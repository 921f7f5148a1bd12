// SPDX-License-Identifier: GPL-2.0-or-later
/* The heap's four tables, in all versions: Intel TXT SDG 315168, appendix C. */
#include "lib/txt/heap.h"

#include <stdio.h>

#include "lib/hex.h"
#include "lib/txt/legacy.h"

#define MDR_SIZE 24
#define MDR_MAX	 1024

enum format {
	INT,
	HEX,
	BYTES
};

struct field {
	const char *name;
	uint8_t offset;
	uint8_t size;
	uint8_t format;
	uint8_t from; /* first version that has it */
	uint8_t to;   /* last one */
};

struct table {
	const char *name;
	uint8_t known_from;
	uint8_t known_to;
	const struct field *fields;
};

static const struct field bios_data[] = { { "bios_sinit_size", 4, 4, INT, 0, 255 },
					  { "lcp_pd_base", 8, 8, HEX, 0, 255 },
					  { "lcp_pd_size", 16, 8, HEX, 0, 255 },
					  { "num_logical_procs", 24, 4, INT, 0, 255 },
					  { "sinit_flags", 28, 4, HEX, 3, 255 },
					  { "mle_flags", 32, 4, HEX, 5, 255 },
					  { NULL } };

static const struct field os_sinit[] = { { "flags", 4, 4, HEX, 0, 255 },
					 { "mle_ptab", 8, 8, HEX, 0, 255 },
					 { "mle_size", 16, 8, HEX, 0, 255 },
					 { "mle_hdr_base", 24, 8, HEX, 0, 255 },
					 { "vtd_pmr_lo_base", 32, 8, HEX, 0, 255 },
					 { "vtd_pmr_lo_size", 40, 8, HEX, 0, 255 },
					 { "vtd_pmr_hi_base", 48, 8, HEX, 0, 255 },
					 { "vtd_pmr_hi_size", 56, 8, HEX, 0, 255 },
					 { "lcp_po_base", 64, 8, HEX, 0, 255 },
					 { "lcp_po_size", 72, 8, HEX, 0, 255 },
					 { "capabilities", 80, 4, HEX, 0, 255 },
					 { "efi_rsdt_ptr", 84, 8, HEX, 5, 5 },
					 { "efi_rsdp_ptr", 84, 8, HEX, 6, 255 },
					 { NULL } };

/* Version 9 (TPM 2.0) reserves everything up to policy_control. */
static const struct field sinit_mle[] = { { "bios_acm_id", 4, 20, BYTES, 0, 8 },
					  { "edx_senter_flags", 24, 4, HEX, 0, 8 },
					  { "mseg_valid", 28, 8, HEX, 0, 8 },
					  { "sinit_hash", 36, 20, BYTES, 0, 8 },
					  { "mle_hash", 56, 20, BYTES, 0, 8 },
					  { "stm_hash", 76, 20, BYTES, 0, 8 },
					  { "lcp_policy_hash", 96, 20, BYTES, 0, 8 },
					  { "policy_control", 116, 4, HEX, 0, 8 },
					  { "rlp_wakeup_addr", 120, 4, HEX, 6, 255 },
					  { "num_mdrs", 128, 4, INT, 0, 255 },
					  { "mdrs_off", 132, 4, HEX, 0, 255 },
					  { "dmar_size", 136, 4, INT, 0, 255 },
					  { "dmar_off", 140, 4, HEX, 0, 255 },
					  { "proc_scrtm_status", 144, 4, HEX, 8, 255 },
					  { NULL } };

static const struct field os_mle[] = { { NULL } };

static const struct table tables[DRTMON_TXT_TABLES] = {
	[DRTMON_TXT_TABLE_BIOS] = { "bios_data", 2, 6, bios_data },
	[DRTMON_TXT_TABLE_OS_MLE] = { "os_mle_data", 0, 255, os_mle },
	[DRTMON_TXT_TABLE_OS_SINIT] = { "os_sinit_data", 4, 7, os_sinit },
	[DRTMON_TXT_TABLE_SINIT_MLE] = { "sinit_mle_data", 6, 9, sinit_mle },
};

static json_t *hex64(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	return json_string(text);
}

static json_t *field_json(const struct field *field, const uint8_t *p)
{
	char bytes[2 * 20 + 1];
	uint64_t value;

	if (field->format == BYTES)
		return json_string(drtmon_hex_encode(bytes, p, field->size));
	value = field->size == 8 ? drtmon_get_le64(p) : drtmon_get_le32(p);
	return field->format == HEX ? hex64(value) : json_integer((json_int_t)value);
}

static void fields_json(json_t *obj, const struct field *fields, const uint8_t *p, uint32_t len,
			uint32_t version)
{
	const struct field *f;

	for (f = fields; f->name; f++) {
		if (version < f->from || (version > f->to && f->to != 255))
			continue;
		json_object_set_new(obj, f->name,
				    (uint32_t)f->offset + f->size <= len
					    ? field_json(f, p + f->offset)
					    : json_null());
	}
}

static void problem_add(json_t *obj, const char *text)
{
	json_array_append_new(json_object_get(obj, "problems"), json_string(text));
}

static const char *mdr_name(uint8_t type)
{
	static const char *const names[] = { "usable", "smram", "smram", "pcie-config",
					     "persistent" };

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : "unknown";
}

/*
 * The guide counts mdrs_off from the start of the table; every implementation
 * counts it from the 8-byte size field in front of it, and so do real tables.
 */
static json_t *mdrs_json(const uint8_t *p, uint32_t len, json_t *obj)
{
	json_t *list = json_array();
	uint32_t n, off, i;

	if (len < 136)
		return list;
	n = drtmon_get_le32(p + 128);
	off = drtmon_get_le32(p + 132);
	if (n && (off < 8 || off - 8 > len || n > (len - (off - 8)) / MDR_SIZE)) {
		problem_add(obj, "the table of memory regions (MDRs) lies outside SinitMleData");
		return list;
	}
	for (i = 0; i < n && i < MDR_MAX; i++) {
		const uint8_t *mdr = p + off - 8 + MDR_SIZE * (size_t)i;

		if (drtmon_get_le64(mdr + 8))
			json_array_append_new(list,
					      json_pack("{s:o, s:o, s:i, s:s}", "base",
							hex64(drtmon_get_le64(mdr)), "length",
							hex64(drtmon_get_le64(mdr + 8)), "type",
							mdr[16], "name", mdr_name(mdr[16])));
	}
	return list;
}

static void dmar_check(const uint8_t *p, uint32_t len, json_t *obj)
{
	uint32_t size, off;

	if (len < 144)
		return;
	size = drtmon_get_le32(p + 136);
	off = drtmon_get_le32(p + 140);
	if (size && (off < 8 || off - 8 > len || size > len - (off - 8)))
		problem_add(obj, "the copy of the DMAR table lies outside SinitMleData");
}

/* What a TPM 1.2 without the details and authorities mapping would hold. */
static void legacy_json(json_t *obj, const struct drtmon_txt_view *view)
{
	struct drtmon_txt_legacy legacy;
	char a[41], b[41], c[41];

	if (!drtmon_txt_legacy(&legacy, view))
		return;
	json_object_set_new(obj, "legacy_pcrs",
			    json_pack("{s:[s,s], s:[s]}", "17",
				      drtmon_hex_encode(a, legacy.pcr17[0], 20),
				      drtmon_hex_encode(b, legacy.pcr17[1], 20), "18",
				      drtmon_hex_encode(c, legacy.pcr18, 20)));
}

static json_t *table_json(const struct drtmon_txt_view *view, enum drtmon_txt_table which)
{
	const struct drtmon_txt_span *span = &view->walk.table[which];
	const uint8_t *p = view->buf + span->offset;
	const char *problem = NULL;
	uint32_t version, start;
	json_t *obj;

	obj = json_pack("{s:I, s:I, s:[]}", "offset", (json_int_t)span->offset - 8, "size",
			(json_int_t)span->length + 8, "problems");
	if (!drtmon_txt_view_u32(view, which, 0, &version)) {
		problem_add(obj, "the table has no room for its version");
		return obj;
	}
	json_object_set_new(obj, "version", json_integer(version));
	if (version < tables[which].known_from ||
	    (version > tables[which].known_to && tables[which].known_to != 255))
		problem_add(obj, "a version that no public document describes");
	fields_json(obj, tables[which].fields, p, span->length, version);
	if (which == DRTMON_TXT_TABLE_SINIT_MLE) {
		legacy_json(obj, view);
		json_object_set_new(obj, "mdrs", mdrs_json(p, span->length, obj));
		dmar_check(p, span->length, obj);
	}
	start = drtmon_txt_elem_start(which, version);
	if (start)
		json_object_set_new(obj, "elements",
				    drtmon_txt_elems_json(p, span->length, start, &problem));
	if (problem)
		problem_add(obj, problem);
	return obj;
}

static json_t *log_json(const struct drtmon_txt_view *view, const struct drtmon_txt_log *log)
{
	const uint8_t *at;
	json_t *obj;
	size_t len;

	obj = json_pack("{s:I, s:I, s:o, s:I, s:I, s:I, s:b}", "element", (json_int_t)log->elem,
			"alg", (json_int_t)log->alg, "address", hex64(log->addr), "allocated",
			(json_int_t)log->size, "first", (json_int_t)log->first, "next",
			(json_int_t)log->next, "valid", drtmon_txt_log_valid(log));
	at = drtmon_txt_view_log(view, log, &len);
	json_object_set_new(obj, "heap_offset", at ? json_integer(at - view->buf) : json_null());
	return obj;
}

static json_t *logs_json(const struct drtmon_txt_view *view)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < view->logs.count; i++)
		json_array_append_new(list, log_json(view, &view->logs.log[i]));
	return list;
}

json_t *drtmon_txt_heap_json(const struct drtmon_txt_view *view)
{
	json_t *obj;
	char text[160];
	uint32_t i;

	drtmon_txt_heap_stop_text(&view->walk, text, sizeof(text));
	obj = json_pack("{s:o, s:b, s:I, s:{s:i, s:b, s:s}, s:s, s:o}", "base",
			view->base_known ? hex64(view->base) : json_null(), "base_inferred",
			view->base_inferred, "size", (json_int_t)view->len, "walk", "tables",
			(int)view->walk.count, "complete",
			view->walk.stop == DRTMON_TXT_HEAP_COMPLETE, "stopped", text, "launcher",
			drtmon_txt_launcher_name(drtmon_txt_view_launcher(view)), "event_logs",
			logs_json(view));
	for (i = 0; obj && i < DRTMON_TXT_TABLES; i++)
		json_object_set_new(obj, tables[i].name,
				    i < view->walk.count ? table_json(view, i) : json_null());
	return obj;
}
