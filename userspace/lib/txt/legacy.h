/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TXT_LEGACY_H
#define DRTMON_LIB_TXT_LEGACY_H

#include "lib/pcrs.h"
#include "lib/txt/heap.h"

#define DRTMON_TXT_LEGACY_SIZE 20

/**
 * struct drtmon_txt_legacy - PCRs of a TPM 1.2 as SINIT left them
 * @pcr17: SHA-1, once with 0 and once with OsSinitData's capabilities where the
 *	policy decides which; the heap does not say how it did
 * @pcr18: SHA-1
 */
struct drtmon_txt_legacy {
	uint8_t pcr17[2][DRTMON_TXT_LEGACY_SIZE];
	uint8_t pcr18[DRTMON_TXT_LEGACY_SIZE];
};

/**
 * drtmon_txt_legacy() - the values that SinitMleData leads to
 * @legacy: filled
 * @view: a heap with SinitMleData of version 6, 7 or 8
 *
 * The legacy mapping of PCRs: Intel TXT SDG 315168, 1.10.1. A launcher may
 * extend them further, so another value in the TPM contradicts nothing.
 *
 * Return: false when the heap has no such table, or asked for the details and
 * authorities mapping.
 */
bool drtmon_txt_legacy(struct drtmon_txt_legacy *legacy, const struct drtmon_txt_view *view);

/**
 * drtmon_txt_legacy_match() - are these the PCRs?
 * @legacy: values
 * @pcrs: a TPM's
 *
 * Return: true when sha1 has PCR 17 and 18 and both are as SINIT left them.
 */
bool drtmon_txt_legacy_match(const struct drtmon_txt_legacy *legacy,
			     const struct drtmon_pcrs *pcrs);

#endif
