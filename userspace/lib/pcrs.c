// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/pcrs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/hex.h"

/* PCRs that only a dynamic launch resets (TCG PC Client PTP, table 5). */
#define DRTM_FIRST 17
#define DRTM_LAST  22

struct drtmon_bank *drtmon_pcrs_bank(struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg,
				     int add)
{
	size_t i;

	if (!alg)
		return NULL;
	for (i = 0; i < DRTMON_PCRS_BANKS; i++) {
		struct drtmon_bank *bank = &pcrs->bank[i];

		if (bank->alg == alg)
			return bank;
		if (!bank->alg) {
			if (!add)
				return NULL;
			bank->alg = alg;
			bank->have = 0;
			return bank;
		}
	}
	return NULL;
}

int drtmon_pcrs_set(struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg, uint32_t index,
		    const uint8_t *value)
{
	struct drtmon_bank *bank;

	if (index >= DRTMON_PCRS_COUNT)
		return -ERANGE;
	bank = drtmon_pcrs_bank(pcrs, alg, 1);
	if (!bank)
		return -ENOSPC;
	memcpy(bank->value[index], value, alg->size);
	bank->have |= UINT32_C(1) << index;
	return 0;
}

const uint8_t *drtmon_pcrs_get(const struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg,
			       uint32_t index)
{
	size_t i;

	if (!alg || index >= DRTMON_PCRS_COUNT)
		return NULL;
	for (i = 0; i < DRTMON_PCRS_BANKS; i++) {
		const struct drtmon_bank *bank = &pcrs->bank[i];

		if (bank->alg == alg && bank->have & UINT32_C(1) << index)
			return bank->value[index];
	}
	return NULL;
}

unsigned int drtmon_pcrs_select(struct drtmon_pcrs *dst, const struct drtmon_pcrs *src,
				const struct drtmon_alg *alg, uint32_t mask)
{
	unsigned int count = 0;
	size_t i, kept = 0;

	memset(dst, 0, sizeof(*dst));
	for (i = 0; i < DRTMON_PCRS_BANKS && src->bank[i].alg; i++) {
		if (!(src->bank[i].have & mask) || (alg && src->bank[i].alg != alg))
			continue;
		dst->bank[kept] = src->bank[i];
		dst->bank[kept].have &= mask;
		count += (unsigned int)__builtin_popcount(dst->bank[kept++].have);
	}
	return count;
}

static json_t *bank_json(const struct drtmon_bank *bank)
{
	char key[4], hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	json_t *obj = json_object();
	uint32_t i;

	for (i = 0; obj && i < DRTMON_PCRS_COUNT; i++) {
		if (!(bank->have & UINT32_C(1) << i))
			continue;
		snprintf(key, sizeof(key), "%u", (unsigned int)i);
		drtmon_hex_encode(hex, bank->value[i], bank->alg->size);
		if (json_object_set_new(obj, key, json_string(hex))) {
			json_decref(obj);
			obj = NULL;
		}
	}
	return obj;
}

json_t *drtmon_pcrs_json(const struct drtmon_pcrs *pcrs)
{
	json_t *obj = json_object();
	size_t i;

	for (i = 0; obj && i < DRTMON_PCRS_BANKS && pcrs->bank[i].alg; i++) {
		const struct drtmon_bank *bank = &pcrs->bank[i];

		if (json_object_set_new(obj, bank->alg->name, bank_json(bank))) {
			json_decref(obj);
			obj = NULL;
		}
	}
	return obj;
}

static enum drtmon_pcrs_drtm value_drtm(const uint8_t *value, size_t size)
{
	size_t i;

	for (i = 1; i < size; i++)
		if (value[i] != value[0])
			return DRTMON_PCRS_DRTM_MEASURED;
	if (value[0] == 0xff)
		return DRTMON_PCRS_DRTM_NONE;
	return value[0] ? DRTMON_PCRS_DRTM_MEASURED : DRTMON_PCRS_DRTM_RESET;
}

/*
 * A launch resets a PCR in every bank, and the hardware's hash sequence measures
 * into PCR 17 of every bank. What software adds to the others may be for one bank only.
 */
static enum drtmon_pcrs_drtm banks_join(enum drtmon_pcrs_drtm all, enum drtmon_pcrs_drtm one,
					uint32_t index)
{
	if (all == DRTMON_PCRS_DRTM_UNKNOWN || all == one)
		return one;
	if (all == DRTMON_PCRS_DRTM_NONE || one == DRTMON_PCRS_DRTM_NONE ||
	    all == DRTMON_PCRS_DRTM_CONTRADICTORY || index == DRTM_FIRST)
		return DRTMON_PCRS_DRTM_CONTRADICTORY;
	return DRTMON_PCRS_DRTM_MEASURED;
}

enum drtmon_pcrs_drtm drtmon_pcrs_drtm(const struct drtmon_pcrs *pcrs, uint32_t index)
{
	enum drtmon_pcrs_drtm all = DRTMON_PCRS_DRTM_UNKNOWN;
	size_t i;

	for (i = 0; i < DRTMON_PCRS_BANKS && pcrs->bank[i].alg; i++) {
		const struct drtmon_alg *alg = pcrs->bank[i].alg;
		const uint8_t *value = drtmon_pcrs_get(pcrs, alg, index);

		if (value)
			all = banks_join(all, value_drtm(value, alg->size), index);
	}
	return all;
}

/* A bank whose PCR is zero, while another bank's is not. */
static bool bank_left_out(const struct drtmon_pcrs *pcrs, uint32_t index)
{
	bool reset = false, measured = false;
	size_t i;

	for (i = 0; i < DRTMON_PCRS_BANKS && pcrs->bank[i].alg; i++) {
		const struct drtmon_alg *alg = pcrs->bank[i].alg;
		const uint8_t *value = drtmon_pcrs_get(pcrs, alg, index);

		if (!value)
			continue;
		reset |= value_drtm(value, alg->size) == DRTMON_PCRS_DRTM_RESET;
		measured |= value_drtm(value, alg->size) == DRTMON_PCRS_DRTM_MEASURED;
	}
	return reset && measured;
}

unsigned int drtmon_pcrs_belied(const struct drtmon_pcrs *pcrs, bool sinit)
{
	enum drtmon_pcrs_drtm first = drtmon_pcrs_drtm(pcrs, DRTM_FIRST), other;
	unsigned int pcr;

	for (pcr = DRTM_FIRST + 1; pcr <= DRTM_LAST; pcr++) {
		other = drtmon_pcrs_drtm(pcrs, pcr);
		if (first == DRTMON_PCRS_DRTM_UNKNOWN || other == DRTMON_PCRS_DRTM_UNKNOWN)
			continue;
		if (other == DRTMON_PCRS_DRTM_CONTRADICTORY)
			return pcr;
		if ((first == DRTMON_PCRS_DRTM_NONE) != (other == DRTMON_PCRS_DRTM_NONE))
			return pcr;
		/* Every launch measures into 17 before 18. */
		if (first == DRTMON_PCRS_DRTM_RESET && other == DRTMON_PCRS_DRTM_MEASURED &&
		    pcr == DRTM_FIRST + 1)
			return pcr;
		/* SINIT measures into 17 and 18 of every bank, or caps it. */
		if (sinit && pcr == DRTM_FIRST + 1 && bank_left_out(pcrs, pcr))
			return pcr;
	}
	return 0;
}
