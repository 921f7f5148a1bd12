// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/pcrs_diff.h"

#include <string.h>

#include "lib/hex.h"

static void diff_pcr(struct drtmon_pcrs_diff *diff, struct drtmon_pcrs_diff_bank *bank,
		     uint32_t pcr)
{
	const uint8_t *expected = drtmon_pcrs_get(diff->expected, bank->alg, pcr);
	const uint8_t *present = drtmon_pcrs_get(diff->present, bank->alg, pcr);
	enum drtmon_pcrs_diff_state state;

	if (!expected && !present)
		return;
	if (!present)
		state = DRTMON_PCRS_DIFF_NO_PRESENT;
	else if (!expected)
		state = DRTMON_PCRS_DIFF_NO_EXPECTED;
	else
		state = memcmp(expected, present, bank->alg->size) ? DRTMON_PCRS_DIFF_MISMATCH
								   : DRTMON_PCRS_DIFF_MATCH;
	bank->mask[state] |= UINT32_C(1) << pcr;
	diff->count[state]++;
}

static void diff_bank(struct drtmon_pcrs_diff *diff, const struct drtmon_alg *alg)
{
	struct drtmon_pcrs_diff_bank *bank = &diff->bank[diff->banks];
	uint32_t pcr;
	size_t i;

	for (i = 0; i < diff->banks; i++)
		if (diff->bank[i].alg == alg)
			return;
	diff->banks++;
	bank->alg = alg;
	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
		diff_pcr(diff, bank, pcr);
}

void drtmon_pcrs_diff(struct drtmon_pcrs_diff *diff, const struct drtmon_pcrs *expected,
		      const struct drtmon_pcrs *present)
{
	size_t i;

	memset(diff, 0, sizeof(*diff));
	diff->expected = expected;
	diff->present = present;
	for (i = 0; i < DRTMON_PCRS_BANKS && expected->bank[i].alg; i++)
		diff_bank(diff, expected->bank[i].alg);
	for (i = 0; i < DRTMON_PCRS_BANKS && present->bank[i].alg; i++)
		diff_bank(diff, present->bank[i].alg);
}

int drtmon_pcrs_diff_same(const struct drtmon_pcrs_diff *diff)
{
	return diff->count[DRTMON_PCRS_DIFF_MATCH] && !diff->count[DRTMON_PCRS_DIFF_MISMATCH] &&
	       !diff->count[DRTMON_PCRS_DIFF_NO_PRESENT];
}

static json_t *value_json(const struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg,
			  uint32_t pcr)
{
	const uint8_t *value = drtmon_pcrs_get(pcrs, alg, pcr);
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];

	return value ? json_string(drtmon_hex_encode(hex, value, alg->size)) : json_null();
}

static void pcr_json(json_t *list, const struct drtmon_pcrs_diff *diff,
		     const struct drtmon_pcrs_diff_bank *bank, uint32_t pcr)
{
	static const char *const names[] = { "match", "mismatch", "not-compared", "not-compared" };
	unsigned int state;

	for (state = 0; state < DRTMON_PCRS_DIFF_STATES; state++)
		if (bank->mask[state] >> pcr & 1)
			json_array_append_new(
				list,
				json_pack("{s:s,s:i,s:s,s:o,s:o}", "bank", bank->alg->name, "index",
					  pcr, "state", names[state], "expected",
					  value_json(diff->expected, bank->alg, pcr), "present",
					  value_json(diff->present, bank->alg, pcr)));
}

json_t *drtmon_pcrs_diff_json(const struct drtmon_pcrs_diff *diff)
{
	json_t *list = json_array();
	uint32_t pcr;
	size_t i;

	for (i = 0; i < diff->banks; i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			pcr_json(list, diff, &diff->bank[i], pcr);
	return list;
}
