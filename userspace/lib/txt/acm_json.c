// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/txt/acm.h"

#include <stdio.h>

#include "../kmod/decoder.h"
#include "lib/alg.h"
#include "lib/txt/acm_layout.h"

/* Entries shown; real modules have fewer than 20. */
#define LIST_MAX 256

static json_t *hex64(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	return json_string(text);
}

static json_t *chipsets_json(const struct drtmon_txt_acm *acm)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < acm->n_chipsets && i < LIST_MAX; i++) {
		const uint8_t *p = acm->buf + acm->chipsets + CHIPSET_ENTRY * (size_t)i;

		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "flags",
						      hex64(drtmon_get_le32(p)), "vendor_id",
						      hex64(drtmon_get_le16(p + 4)), "device_id",
						      hex64(drtmon_get_le16(p + 6)), "revision_id",
						      hex64(drtmon_get_le16(p + 8)), "extended_id",
						      hex64(drtmon_get_le32(p + 12))));
	}
	return list;
}

static json_t *processors_json(const struct drtmon_txt_acm *acm)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < acm->n_processors && i < LIST_MAX; i++) {
		const uint8_t *p = acm->buf + acm->processors + PROCESSOR_ENTRY * (size_t)i;

		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o, s:o}", "fms", hex64(drtmon_get_le32(p)),
					"fms_mask", hex64(drtmon_get_le32(p + 4)), "platform_id",
					hex64(drtmon_get_le64(p + 8)), "platform_mask",
					hex64(drtmon_get_le64(p + 16))));
	}
	return list;
}

static const char *family_name(uint32_t family)
{
	switch (family) {
	case 1:
		return "dTPM 1.2";
	case 2:
		return "dTPM 2.0";
	case 3:
		return "dTPM 1.2 and 2.0";
	case 8:
		return "PTT (firmware TPM 2.0)";
	default:
		return "unknown";
	}
}

static json_t *tpm_json(const struct drtmon_txt_acm *acm)
{
	const uint8_t *p = acm->buf + acm->tpm;
	const struct drtmon_alg *alg;
	json_t *algs;
	uint32_t caps, n, i;

	if (!acm->tpm)
		return json_null();
	caps = drtmon_get_le32(p);
	n = drtmon_get_le16(p + 4);
	algs = json_array();
	for (i = 0; i < n && i < LIST_MAX && acm->tpm + 8 + 2 * (size_t)i <= acm->len; i++) {
		alg = drtmon_alg_by_id(drtmon_get_le16(p + 6 + 2 * (size_t)i));
		json_array_append_new(algs, alg ? json_string(alg->name)
						: hex64(drtmon_get_le16(p + 6 + 2 * (size_t)i)));
	}
	return json_pack("{s:i, s:i, s:s, s:s, s:o}", "extend_policy", (int)(caps & 3), "family",
			 (int)(caps >> 2 & 0xf), "family_name", family_name(caps >> 2 & 0xf),
			 "nv_index_set", caps >> 6 & 1 ? "B" : "A", "algorithms", algs);
}

static json_t *date_json(const uint8_t *buf)
{
	uint32_t date = drtmon_get_le32(buf + ACM_DATE);
	char text[16];

	snprintf(text, sizeof(text), "%04x-%02x-%02x", date >> 16, date >> 8 & 0xff, date & 0xff);
	return json_string(text);
}

static json_t *info_json(const struct drtmon_txt_acm *acm)
{
	const uint8_t *p = acm->buf + acm->info;

	if (!acm->has_info)
		return json_null();
	return json_pack("{s:i, s:i, s:I, s:o, s:o, s:i, s:o, s:o, s:o}", "type", p[INFO_TYPE],
			 "version", p[INFO_VERSION], "os_sinit_data_version",
			 (json_int_t)drtmon_get_le32(p + INFO_OS_SINIT_VERSION),
			 "min_mle_header_version", hex64(drtmon_get_le32(p + INFO_MIN_MLE_VERSION)),
			 "capabilities", hex64(acm->capabilities), "acm_version",
			 p[INFO_ACM_VERSION], "chipsets", chipsets_json(acm), "processors",
			 processors_json(acm), "tpm", tpm_json(acm));
}

static const char *match_name(enum drtmon_txt_match match)
{
	static const char *const names[] = { "unknown", "yes", "no" };

	return names[match];
}

json_t *drtmon_txt_acm_json(const struct drtmon_txt_acm *acm, const struct drtmon_txt_identity *id)
{
	const uint8_t *b = acm->buf;
	uint64_t header = (uint64_t)drtmon_get_le32(b + ACM_HEADER_LEN) * 4;
	json_t *obj;

	obj = json_pack("{s:i, s:i, s:s, s:I, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:I, s:i, s:i}",
			"type", drtmon_get_le16(b + ACM_TYPE), "subtype",
			drtmon_get_le16(b + ACM_SUBTYPE), "kind",
			!acm->has_info ? "unknown"
			: acm->sinit   ? "SINIT"
				       : "BIOS",
			"header_size", (json_int_t)header, "header_version",
			hex64(drtmon_get_le32(b + ACM_HEADER_VERSION)), "chipset_id",
			hex64(drtmon_get_le16(b + ACM_CHIPSET_ID)), "flags", hex64(acm->flags),
			"pre_production", !!(acm->flags & ACM_FLAG_PREPRODUCTION), "debug_signed",
			!!(acm->flags & ACM_FLAG_DEBUG), "vendor",
			hex64(drtmon_get_le32(b + ACM_VENDOR)), "date", date_json(b), "size",
			(json_int_t)acm->size, "txt_svn", drtmon_get_le16(b + ACM_TXT_SVN),
			"se_svn", drtmon_get_le16(b + ACM_SE_SVN));
	if (!obj)
		return NULL;
	json_object_set_new(obj, "entry_point", hex64(drtmon_get_le32(b + ACM_ENTRY_POINT)));
	json_object_set_new(obj, "key_size",
			    json_integer((json_int_t)drtmon_get_le32(b + ACM_KEY_SIZE) * 4));
	json_object_set_new(obj, "file_size", json_integer((json_int_t)acm->len));
	json_object_set_new(obj, "complete", json_boolean(acm->size && acm->size <= acm->len));
	json_object_set_new(obj, "info", info_json(acm));
	json_object_set_new(obj, "matches",
			    json_pack("{s:s, s:s}", "chipset",
				      match_name(drtmon_txt_acm_chipset(acm, id)), "processor",
				      match_name(drtmon_txt_acm_processor(acm, id))));
	return obj;
}
