// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/values.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/chip_json.h"
#include "lib/hex.h"
#include "lib/pcr_mask.h"
#include "lib/verdict.h"
#include "tool/out.h"

int drtmon_values_module(int only, bool refresh, struct drtmon_chips *chips, struct drtmon_err *err)
{
	struct drtmon_nl *nl;
	int ret;

	memset(chips, 0, sizeof(*chips));
	ret = drtmon_nl_open(&nl, err);

	if (!ret)
		ret = drtmon_nl_resolve(nl, err);
	if (!ret)
		ret = drtmon_chips_get(nl, only, refresh, chips, err);
	drtmon_nl_close(nl);
	if (!ret)
		drtmon_sysfs_complete("", chips);
	return ret;
}

int drtmon_values_read(int only, bool refresh, struct drtmon_chips *chips, struct drtmon_err *err)
{
	int ret = drtmon_values_module(only, refresh, chips, err);

	if (ret == DRTMON_NL_ABSENT && !refresh)
		ret = drtmon_sysfs_chips("", only, chips, err);
	return ret == -ENODEV ? 0 : ret;
}

int drtmon_values_nothing(int only)
{
	struct drtmon_machine machine;
	struct drtmon_verdict tpm;

	drtmon_machine_look(&machine, "");
	drtmon_verdict_tpm(&machine, &tpm);
	if (machine.chips.count)
		fprintf(stderr, "drtmon: there is no tpm%d; run: drtmon status\n", only);
	else
		fprintf(stderr, "drtmon: no TPM: %s; run: drtmon status\n", tpm.reason);
	drtmon_machine_free(&machine);
	return tpm.answer == DRTMON_ANSWER_UNKNOWN ? EXIT_FINDING : EXIT_NO_TPM;
}

json_t *drtmon_values_json(const struct drtmon_chips *chips)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < chips->count; i++) {
		json_t *chip = drtmon_chip_json(&chips->chip[i]);

		json_object_set_new(chip, "pcrs", drtmon_pcrs_json(&chips->chip[i].pcrs));
		json_array_append_new(list, chip);
	}
	return list;
}

static bool is_zero(const uint8_t *value, size_t size)
{
	return !value[0] && !memcmp(value, value + 1, size - 1);
}

/* The zero ones of which the baseline says the same, on one line. */
static void print_zeros(const struct drtmon_bank *bank, const struct drtmon_baseline *baseline,
			uint32_t zeros, enum drtmon_baseline_state state)
{
	char text[DRTMON_PCR_MASK_MAX];
	uint32_t i, mask = 0;

	for (i = 0; i < DRTMON_PCRS_COUNT; i++)
		if (zeros >> i & 1 && drtmon_baseline_state(baseline, bank->alg, i) == state)
			mask |= UINT32_C(1) << i;
	if (mask)
		printf("    %s: zero%s\n", drtmon_pcr_mask_text(text, mask),
		       state == DRTMON_BASELINE_STATE_MATCH ? ", as expected" : "");
}

static void print_value(const struct drtmon_opts *opts, const struct drtmon_chip *chip,
			const struct drtmon_bank *bank, uint32_t pcr)
{
	enum drtmon_baseline_state state = drtmon_baseline_state(&chip->baseline, bank->alg, pcr);
	const uint8_t *expected = drtmon_pcrs_get(&chip->baseline.value, bank->alg, pcr);
	static const enum drtmon_tone tones[] = {
		[DRTMON_BASELINE_STATE_NONE] = DRTMON_TONE_PLAIN,
		[DRTMON_BASELINE_STATE_UNKNOWN] = DRTMON_TONE_WARNING,
		[DRTMON_BASELINE_STATE_MATCH] = DRTMON_TONE_GOOD,
		[DRTMON_BASELINE_STATE_MISMATCH] = DRTMON_TONE_BAD,
	};
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];

	printf("    %-2u  %s", pcr, drtmon_hex_encode(hex, bank->value[pcr], bank->alg->size));
	if (state != DRTMON_BASELINE_STATE_NONE)
		printf("  %s%s%s", drtmon_out_tone(opts, tones[state]),
		       drtmon_baseline_state_name(state), drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
	putchar('\n');
	if (state == DRTMON_BASELINE_STATE_MISMATCH)
		printf("        %s  expected\n", drtmon_hex_encode(hex, expected, bank->alg->size));
}

static void print_bank(const struct drtmon_opts *opts, const struct drtmon_chip *chip,
		       const struct drtmon_bank *bank, bool brief)
{
	uint32_t i, zeros = 0;

	printf("  %s\n", bank->alg->name);
	for (i = 0; i < DRTMON_PCRS_COUNT; i++) {
		enum drtmon_baseline_state state;

		if (!(bank->have >> i & 1))
			continue;
		state = drtmon_baseline_state(&chip->baseline, bank->alg, i);
		if (brief && is_zero(bank->value[i], bank->alg->size) &&
		    (state == DRTMON_BASELINE_STATE_NONE || state == DRTMON_BASELINE_STATE_MATCH))
			zeros |= UINT32_C(1) << i;
		else
			print_value(opts, chip, bank, i);
	}
	print_zeros(bank, &chip->baseline, zeros, DRTMON_BASELINE_STATE_MATCH);
	print_zeros(bank, &chip->baseline, zeros, DRTMON_BASELINE_STATE_NONE);
}

static void print_baseline(const struct drtmon_opts *opts, const struct drtmon_chip *chip)
{
	struct drtmon_baseline_count count = { 0 };
	const unsigned int *n = count.state;

	drtmon_baseline_count(&chip->baseline, &count);
	if (drtmon_baseline_result(&count) != DRTMON_BASELINE_NOT_COMPARED)
		printf("  baseline: %s%u match, %u mismatch, %u unknown%s\n",
		       drtmon_out_tone(opts, n[DRTMON_BASELINE_STATE_MISMATCH] ? DRTMON_TONE_BAD
									       : DRTMON_TONE_PLAIN),
		       n[DRTMON_BASELINE_STATE_MATCH], n[DRTMON_BASELINE_STATE_MISMATCH],
		       n[DRTMON_BASELINE_STATE_UNKNOWN], drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
}

void drtmon_values_print(const struct drtmon_opts *opts, const struct drtmon_chip *chip, bool brief)
{
	const char *version = drtmon_chip_version_name(chip);
	const char *state = drtmon_snapshot_state_name(&chip->snapshot);
	size_t i;

	printf("%s: TPM %s, ", chip->name, version ? version : "of unknown version");
	if (chip->source == DRTMON_CHIP_FROM_SYSFS)
		printf("read one by one through sysfs, not at one moment\n");
	else if (chip->source == DRTMON_CHIP_FROM_CAPTURE)
		printf("from a capture\n");
	else
		printf("snapshot %s, %u digests in %u commands\n", state, chip->snapshot.digests,
		       chip->snapshot.commands);
	for (i = 0; i < DRTMON_PCRS_BANKS && chip->pcrs.bank[i].alg; i++)
		print_bank(opts, chip, &chip->pcrs.bank[i], brief);
	print_baseline(opts, chip);
	if (chip->why[0])
		printf("  %s%s%s\n", drtmon_out_tone(opts, DRTMON_TONE_BAD), chip->why,
		       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
}
