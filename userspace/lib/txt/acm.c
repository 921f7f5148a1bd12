// SPDX-License-Identifier: GPL-2.0-or-later
/* Authenticated code modules: Intel TXT SDG 315168, appendix A. */
#include "lib/txt/acm.h"

#include <errno.h>
#include <string.h>

#include "../kmod/decoder.h"
#include "lib/txt/acm_layout.h"

static bool info_find(struct drtmon_txt_acm *acm)
{
	static const uint8_t uuid[16] = { 0xaa, 0x3a, 0xc0, 0x7f, 0xa7, 0x46, 0xdb, 0x18,
					  0x2e, 0xac, 0x69, 0x8f, 0x8d, 0x41, 0x7f, 0x5a };
	uint64_t at = ((uint64_t)drtmon_get_le32(acm->buf + ACM_HEADER_LEN) +
		       drtmon_get_le32(acm->buf + ACM_SCRATCH)) *
		      4;

	if (at + INFO_MIN > acm->len || memcmp(acm->buf + at, uuid, sizeof(uuid)))
		return false;
	acm->info = (uint32_t)at;
	acm->info_version = acm->buf[at + INFO_VERSION];
	acm->capabilities = drtmon_get_le32(acm->buf + at + INFO_CAPS);
	acm->sinit = acm->buf[at + INFO_TYPE] & 1;
	return true;
}

/* A list is a count and that many entries; cut to what lies inside the file. */
static void list_find(const struct drtmon_txt_acm *acm, uint32_t field, size_t entry,
		      uint32_t *first, uint32_t *n)
{
	uint32_t off, room;

	*n = 0;
	*first = 0;
	if (acm->info + field + 4 > acm->len)
		return;
	off = drtmon_get_le32(acm->buf + acm->info + field);
	if (!off || off > acm->len || acm->len - off < 4)
		return;
	*n = drtmon_get_le32(acm->buf + off);
	room = (uint32_t)((acm->len - off - 4) / entry);
	if (*n > room)
		*n = room;
	*first = off + 4;
}

static uint32_t tpm_find(const struct drtmon_txt_acm *acm)
{
	uint32_t off;

	if (acm->info_version < 5 || acm->info + INFO_TPM + 4 > acm->len)
		return 0;
	off = drtmon_get_le32(acm->buf + acm->info + INFO_TPM);
	return off <= acm->len && acm->len - off >= 6 ? off : 0;
}

int drtmon_txt_acm_parse(struct drtmon_txt_acm *acm, const uint8_t *buf, size_t len,
			 struct drtmon_err *err)
{
	memset(acm, 0, sizeof(*acm));
	if (len > DRTMON_TXT_ACM_FILE_MAX)
		len = DRTMON_TXT_ACM_FILE_MAX;
	if (len < ACM_HEADER_MIN)
		return drtmon_err_set(err, -EINVAL, "%zu bytes are too few for an ACM header", len);
	if (drtmon_get_le16(buf + ACM_TYPE) != ACM_TYPE_CHIPSET)
		return drtmon_err_set(err, -EINVAL, "no ACM: module type %u instead of 2",
				      drtmon_get_le16(buf + ACM_TYPE));
	if (drtmon_get_le32(buf + ACM_VENDOR) != ACM_VENDOR_INTEL)
		return drtmon_err_set(err, -EINVAL, "no ACM: module vendor 0x%x is not Intel",
				      drtmon_get_le32(buf + ACM_VENDOR));
	acm->buf = buf;
	acm->len = len;
	acm->size = (uint64_t)drtmon_get_le32(buf + ACM_SIZE) * 4;
	acm->flags = drtmon_get_le16(buf + ACM_FLAGS);
	acm->has_info = info_find(acm);
	if (!acm->has_info)
		return 0;
	list_find(acm, INFO_CHIPSETS, CHIPSET_ENTRY, &acm->chipsets, &acm->n_chipsets);
	if (acm->info_version >= 4)
		list_find(acm, INFO_PROCESSORS, PROCESSOR_ENTRY, &acm->processors,
			  &acm->n_processors);
	acm->tpm = tpm_find(acm);
	return 0;
}

static bool chipset_fits(const uint8_t *entry, uint64_t didvid)
{
	uint32_t revision = didvid >> 32 & 0xffff, want = drtmon_get_le16(entry + 8);

	if (drtmon_get_le16(entry + 4) != (didvid & 0xffff) ||
	    drtmon_get_le16(entry + 6) != (didvid >> 16 & 0xffff))
		return false;
	return drtmon_get_le32(entry) & 1 ? revision & want : revision == want;
}

enum drtmon_txt_match drtmon_txt_acm_chipset(const struct drtmon_txt_acm *acm,
					     const struct drtmon_txt_identity *id)
{
	uint32_t i;

	if (!id || !id->have_didvid || !acm->has_info)
		return DRTMON_TXT_MATCH_UNKNOWN;
	if (id->have_fused && id->production == !!(acm->flags & ACM_FLAG_DEBUG))
		return DRTMON_TXT_MATCH_NO;
	for (i = 0; i < acm->n_chipsets; i++)
		if (chipset_fits(acm->buf + acm->chipsets + CHIPSET_ENTRY * (size_t)i, id->didvid))
			return DRTMON_TXT_MATCH_YES;
	return DRTMON_TXT_MATCH_NO;
}

/* Bits 52:50 of IA32_PLATFORM_ID name the platform; an entry of 0 asks for none. */
static bool processor_fits(const uint8_t *entry, const struct drtmon_txt_identity *id)
{
	uint64_t platform = drtmon_get_le64(entry + 8), mask = drtmon_get_le64(entry + 16);

	if ((id->signature & drtmon_get_le32(entry + 4)) != drtmon_get_le32(entry))
		return false;
	return !id->have_platform || (id->platform_id & mask) == platform;
}

enum drtmon_txt_match drtmon_txt_acm_processor(const struct drtmon_txt_acm *acm,
					       const struct drtmon_txt_identity *id)
{
	uint32_t i;

	if (acm->has_info && acm->info_version < 4)
		return DRTMON_TXT_MATCH_YES;
	if (!id || !id->have_signature || !acm->has_info)
		return DRTMON_TXT_MATCH_UNKNOWN;
	for (i = 0; i < acm->n_processors; i++)
		if (processor_fits(acm->buf + acm->processors + PROCESSOR_ENTRY * (size_t)i, id))
			return DRTMON_TXT_MATCH_YES;
	return DRTMON_TXT_MATCH_NO;
}
