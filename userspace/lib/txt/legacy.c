// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/txt/legacy.h"

#include <string.h>

#include "lib/log/hash.h"

#define SIZE DRTMON_TXT_LEGACY_SIZE

/* SinitMleData, table C-6 of the guide; reserved from version 9 on */
#define BIOS_ACM_ID    4
#define EDX	       24
#define MSEG_VALID     28
#define SINIT_HASH     36
#define MLE_HASH       56
#define STM_HASH       76
#define LCP_HASH       96
#define POLICY_CONTROL 116
#define SCRTM_STATUS   144

/* OsSinitData */
#define CAPABILITIES 80
#define CAP_DETAILS  (1u << 5)

/* BiosAcmID, MsegValid, StmHash, PolicyControl, LcpPolicyHash, capabilities or 0, and from
 * version 8 on the processor's S-CRTM status.
 */
static size_t combined(uint8_t *c, const uint8_t *p, uint32_t version, uint32_t capabilities)
{
	static const struct {
		uint8_t offset;
		uint8_t size;
	} parts[] = { { BIOS_ACM_ID, 20 },
		      { MSEG_VALID, 8 },
		      { STM_HASH, 20 },
		      { POLICY_CONTROL, 4 },
		      { LCP_HASH, 20 } };
	size_t i, n = 0;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		memcpy(c + n, p + parts[i].offset, parts[i].size);
		n += parts[i].size;
	}
	for (i = 0; i < 4; i++)
		c[n++] = (uint8_t)(capabilities >> (8 * i));
	if (version >= 8) {
		memcpy(c + n, p + SCRTM_STATUS, 4);
		n += 4;
	}
	return n;
}

/*
 * From version 7 on SINIT is hashed with SHA-256, and SinitHash holds what PCR
 * 17 was after the first extend.
 */
static int pcr17(struct drtmon_hash *sha1, uint8_t *out, const uint8_t *p, uint32_t version,
		 uint32_t capabilities)
{
	uint8_t c[96], digest[SIZE], first[SIZE] = { 0 };
	size_t n = combined(c, p, version, capabilities);
	int ret = drtmon_hash(sha1, digest, c, n);

	if (version >= 7) {
		memcpy(first, p + SINIT_HASH, SIZE);
	} else {
		uint8_t launch[SIZE];

		ret |= drtmon_hash_two(sha1, launch, p + SINIT_HASH, SIZE, p + EDX, 4);
		ret |= drtmon_hash_two(sha1, first, first, SIZE, launch, SIZE);
	}
	return ret | drtmon_hash_two(sha1, out, first, SIZE, digest, SIZE);
}

bool drtmon_txt_legacy(struct drtmon_txt_legacy *legacy, const struct drtmon_txt_view *view)
{
	const struct drtmon_txt_span *span = &view->walk.table[DRTMON_TXT_TABLE_SINIT_MLE];
	const uint8_t zero[SIZE] = { 0 }, *p = view->buf + span->offset;
	uint32_t version, capabilities = 0;
	struct drtmon_hash *sha1;
	int ret;

	if (!drtmon_txt_view_u32(view, DRTMON_TXT_TABLE_SINIT_MLE, 0, &version) || version < 6 ||
	    version > 8 || span->length < (version == 8 ? SCRTM_STATUS + 4 : POLICY_CONTROL + 4))
		return false;
	drtmon_txt_view_u32(view, DRTMON_TXT_TABLE_OS_SINIT, CAPABILITIES, &capabilities);
	if (capabilities & CAP_DETAILS)
		return false;
	sha1 = drtmon_hash_new(drtmon_alg_by_name("sha1", 4));
	if (!sha1)
		return false;
	ret = pcr17(sha1, legacy->pcr17[0], p, version, 0);
	ret |= pcr17(sha1, legacy->pcr17[1], p, version, capabilities);
	ret |= drtmon_hash_two(sha1, legacy->pcr18, zero, SIZE, p + MLE_HASH, SIZE);
	drtmon_hash_free(sha1);
	return !ret;
}

bool drtmon_txt_legacy_match(const struct drtmon_txt_legacy *legacy, const struct drtmon_pcrs *pcrs)
{
	const struct drtmon_alg *sha1 = drtmon_alg_by_name("sha1", 4);
	const uint8_t *seventeen = drtmon_pcrs_get(pcrs, sha1, 17);
	const uint8_t *eighteen = drtmon_pcrs_get(pcrs, sha1, 18);

	return seventeen && eighteen && !memcmp(eighteen, legacy->pcr18, SIZE) &&
	       (!memcmp(seventeen, legacy->pcr17[0], SIZE) ||
		!memcmp(seventeen, legacy->pcr17[1], SIZE));
}
