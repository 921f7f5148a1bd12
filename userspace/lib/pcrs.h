/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_PCRS_H
#define DRTMON_LIB_PCRS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/alg.h"
#include "lib/err.h"

#define DRTMON_PCRS_BANKS 8
#define DRTMON_PCRS_COUNT 32

/**
 * struct drtmon_bank - values of one bank
 * @alg: NULL for an unused slot
 * @have: bit n set: @value[n] is known
 * @value: digests, @alg->size bytes each
 */
struct drtmon_bank {
	const struct drtmon_alg *alg;
	uint32_t have;
	uint8_t value[DRTMON_PCRS_COUNT][DRTMON_ALG_DIGEST_MAX];
};

/**
 * struct drtmon_pcrs - PCR values of one TPM, wherever they came from
 * @bank: in the order they were added; the first unused slot ends the list
 */
struct drtmon_pcrs {
	struct drtmon_bank bank[DRTMON_PCRS_BANKS];
};

/* What the values of a dynamic-launch PCR (17 to 22) can say on their own. */
enum drtmon_pcrs_drtm {
	DRTMON_PCRS_DRTM_UNKNOWN,      /* no value to look at */
	DRTMON_PCRS_DRTM_NONE,	       /* all ones: no launch since power-on */
	DRTMON_PCRS_DRTM_RESET,	       /* all zero: reset, nothing measured */
	DRTMON_PCRS_DRTM_MEASURED,     /* anything else, in one bank at least */
	DRTMON_PCRS_DRTM_CONTRADICTORY /* the banks disagree */
};

/**
 * drtmon_pcrs_bank() - find a bank, or add it
 * @pcrs: the set
 * @alg: which bank
 * @add: add it when it is not there
 *
 * Return: the bank, or NULL when absent or when no slot is free.
 */
struct drtmon_bank *drtmon_pcrs_bank(struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg,
				     int add);

/**
 * drtmon_pcrs_set() - store one value
 * @pcrs: the set
 * @alg: bank
 * @index: PCR, below DRTMON_PCRS_COUNT
 * @value: @alg->size bytes
 *
 * Return: 0, -ERANGE for a bad index, -ENOSPC when no bank slot is free.
 */
int drtmon_pcrs_set(struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg, uint32_t index,
		    const uint8_t *value);

/**
 * drtmon_pcrs_get() - one value, or NULL when it is not known
 * @pcrs: the set
 * @alg: bank
 * @index: PCR
 *
 * Return: @alg->size bytes inside @pcrs, or NULL.
 */
const uint8_t *drtmon_pcrs_get(const struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg,
			       uint32_t index);

/**
 * drtmon_pcrs_select() - some values of a set
 * @dst: what was in it is forgotten; another set than @src
 * @src: the set
 * @alg: this bank only, NULL for all
 * @mask: bit n: PCR n
 *
 * Return: number of values in @dst.
 */
unsigned int drtmon_pcrs_select(struct drtmon_pcrs *dst, const struct drtmon_pcrs *src,
				const struct drtmon_alg *alg, uint32_t mask);

/**
 * drtmon_pcrs_parse() - read PCR values from text in any of the usual forms
 * @pcrs: values are added to it
 * @text: @len characters: JSON {"sha256":{"0":"<hex>"}}, what "pcr -j"
 *	said of one TPM, JSON of systemd-analyze pcrs, the output of
 *	tpm2_pcrread, tpm2_quote or tpm2_checkquote, or lines
 *	"pcr-sha256/N: <hex>" as in sysfs
 * @len: number of characters
 * @err: what is wrong and in which line
 *
 * Unknown banks are skipped, and so is a JSON null. Values that were good stay
 * in @pcrs on an error.
 *
 * Return: number of values read, or -EINVAL.
 */
int drtmon_pcrs_parse(struct drtmon_pcrs *pcrs, const char *text, size_t len,
		      struct drtmon_err *err);

/**
 * drtmon_pcrs_json() - the set as {"sha256":{"0":"<hex>",…},…}
 * @pcrs: the set
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_pcrs_json(const struct drtmon_pcrs *pcrs);

/**
 * drtmon_pcrs_drtm() - what one dynamic PCR's values say, over all banks
 * @pcrs: the set
 * @index: 17 to 22
 *
 * Banks contradict each other where some are all ones and some are not. In PCR 17
 * they also do where some are zero and some are measured: the launch instruction
 * measures into every bank of that one.
 *
 * Return: see enum drtmon_pcrs_drtm.
 */
enum drtmon_pcrs_drtm drtmon_pcrs_drtm(const struct drtmon_pcrs *pcrs, uint32_t index);

/**
 * drtmon_pcrs_belied() - a PCR that contradicts what PCR 17 says
 * @pcrs: the set
 * @sinit: Intel's SINIT launched, which measures into every bank of PCR 18 too;
 *	AMD's launchers measure into the banks they know
 *
 * One launch resets PCRs 17 to 22 together: either all of them are all ones,
 * or none is.
 *
 * Return: 18 to 22, the first that cannot be of the same launch; 0 when all
 * that are known agree, or when PCR 17 is not known.
 */
unsigned int drtmon_pcrs_belied(const struct drtmon_pcrs *pcrs, bool sinit);

#endif
