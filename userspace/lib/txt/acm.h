/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TXT_ACM_H
#define DRTMON_LIB_TXT_ACM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/err.h"

/* Largest module read from a file; known ones are 32 KiB to 512 KiB. */
#define DRTMON_TXT_ACM_FILE_MAX (8u << 20)

/**
 * struct drtmon_txt_acm - an authenticated code module, its parts located
 * @buf: the module; borrowed
 * @len: bytes in @buf
 * @size: what the header says, in bytes
 * @flags: bit 15 debug signed, bit 14 pre-production
 * @sinit: chipset_acm_type says SINIT (or its revocation module)
 * @has_info: the chipset information table was found
 * @info: its offset; valid when @has_info
 * @info_version: version of that table
 * @capabilities: of the ACM, see the MLE capability bits
 * @chipsets: offset of the first chipset entry
 * @n_chipsets: entries of 16 bytes
 * @processors: offset of the first processor entry
 * @n_processors: entries of 24 bytes
 * @tpm: offset of the TPM information list, 0 when there is none
 */
struct drtmon_txt_acm {
	const uint8_t *buf;
	size_t len;
	uint64_t size;
	uint32_t flags;
	bool sinit;
	bool has_info;
	uint32_t info;
	uint32_t info_version;
	uint32_t capabilities;
	uint32_t chipsets;
	uint32_t n_chipsets;
	uint32_t processors;
	uint32_t n_processors;
	uint32_t tpm;
};

/**
 * struct drtmon_txt_identity - what a module has to match
 * @have_didvid: @didvid is known
 * @have_signature: @signature is known
 * @have_platform: @platform_id is known
 * @have_fused: @production is known
 * @didvid: TXT.DIDVID
 * @signature: CPUID.1:EAX
 * @platform_id: MSR IA32_PLATFORM_ID (0x17), whole
 * @production: the chipset is production fused
 */
struct drtmon_txt_identity {
	bool have_didvid;
	bool have_signature;
	bool have_platform;
	bool have_fused;
	uint64_t didvid;
	uint32_t signature;
	uint64_t platform_id;
	bool production;
};

enum drtmon_txt_match {
	DRTMON_TXT_MATCH_UNKNOWN, /* nothing to compare with */
	DRTMON_TXT_MATCH_YES,
	DRTMON_TXT_MATCH_NO
};

/**
 * drtmon_txt_acm_parse() - find the parts of a module
 * @acm: filled; borrows @buf
 * @buf: the file
 * @len: bytes
 * @err: why it is no module
 *
 * Every offset in @acm lies inside @buf, whatever the module says. A module
 * without an information table is accepted, with @has_info false.
 *
 * Return: 0 or -EINVAL.
 */
int drtmon_txt_acm_parse(struct drtmon_txt_acm *acm, const uint8_t *buf, size_t len,
			 struct drtmon_err *err);

/**
 * drtmon_txt_acm_chipset() - does a chipset entry fit?
 * @acm: module
 * @id: platform
 *
 * Vendor and device must be equal; the revision too, or with flag bit 0 have
 * a bit in common. Production modules are for production fused parts.
 *
 * Return: see enum drtmon_txt_match.
 */
enum drtmon_txt_match drtmon_txt_acm_chipset(const struct drtmon_txt_acm *acm,
					     const struct drtmon_txt_identity *id);

/**
 * drtmon_txt_acm_processor() - does a processor entry fit?
 * @acm: module
 * @id: platform
 *
 * Return: see enum drtmon_txt_match; yes for a module without such a list
 * (information table before version 4).
 */
enum drtmon_txt_match drtmon_txt_acm_processor(const struct drtmon_txt_acm *acm,
					       const struct drtmon_txt_identity *id);

/**
 * drtmon_txt_acm_json() - header, lists, and whether it fits
 * @acm: module
 * @id: platform, or NULL
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_txt_acm_json(const struct drtmon_txt_acm *acm, const struct drtmon_txt_identity *id);

#endif
