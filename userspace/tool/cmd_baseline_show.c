// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "lib/hex.h"
#include "lib/pcr_mask.h"
#include "tool/cmd_baseline.h"
#include "tool/out.h"

static enum drtmon_tone result_tone(enum drtmon_baseline_result result)
{
	static const enum drtmon_tone tones[] = {
		[DRTMON_BASELINE_NOT_COMPARED] = DRTMON_TONE_WARNING,
		[DRTMON_BASELINE_MATCH] = DRTMON_TONE_GOOD,
		[DRTMON_BASELINE_UNKNOWN] = DRTMON_TONE_WARNING,
		[DRTMON_BASELINE_MISMATCH] = DRTMON_TONE_BAD,
	};

	return tones[result];
}

static void print_mask(const char *word, const struct drtmon_alg *alg, uint32_t mask,
		       const char *why)
{
	char text[DRTMON_PCR_MASK_MAX];

	if (mask)
		printf("  %-9s %s: %s%s\n", word, alg->name, drtmon_pcr_mask_text(text, mask), why);
}

static void print_mismatches(const struct drtmon_chip *chip, const struct drtmon_bank *bank,
			     uint32_t mask)
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	const uint8_t *present;
	uint32_t pcr;

	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
		if (!(mask >> pcr & 1))
			continue;
		present = drtmon_pcrs_get(&chip->pcrs, bank->alg, pcr);
		printf("  mismatch  %s: %u\n", bank->alg->name, pcr);
		printf("    expected  %s\n",
		       drtmon_hex_encode(hex, bank->value[pcr], bank->alg->size));
		printf("    present   %s\n",
		       present ? drtmon_hex_encode(hex, present, bank->alg->size) : "unknown");
	}
}

static void print_bank(const struct drtmon_opts *opts, const struct drtmon_chip *chip,
		       unsigned int i)
{
	const struct drtmon_baseline *baseline = &chip->baseline;
	const struct drtmon_bank *bank = &baseline->value.bank[i];
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	uint32_t match = drtmon_baseline_mask(baseline, i, DRTMON_BASELINE_STATE_MATCH), pcr;

	print_mismatches(chip, bank,
			 drtmon_baseline_mask(baseline, i, DRTMON_BASELINE_STATE_MISMATCH));
	print_mask("unknown", bank->alg,
		   drtmon_baseline_mask(baseline, i, DRTMON_BASELINE_STATE_UNKNOWN),
		   " (the present value is not known; run: drtmon baseline check --refresh)");
	if (!opts->verbose)
		print_mask("match", bank->alg, match, "");
	for (pcr = 0; opts->verbose && pcr < DRTMON_PCRS_COUNT; pcr++)
		if (match >> pcr & 1)
			printf("  match     %s: %-2u %s\n", bank->alg->name, pcr,
			       drtmon_hex_encode(hex, bank->value[pcr], bank->alg->size));
}

static void print_chip(const struct drtmon_opts *opts, const struct drtmon_chip *chip)
{
	struct drtmon_baseline_count count = { 0 };
	enum drtmon_baseline_result result;
	unsigned int i;

	drtmon_baseline_count(&chip->baseline, &count);
	result = drtmon_baseline_result(&count);
	printf("%s: %s%s%s: ", chip->name, drtmon_out_tone(opts, result_tone(result)),
	       drtmon_baseline_result_name(result), drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
	if (result == DRTMON_BASELINE_NOT_COMPARED)
		printf("nothing was compared, because it has no baseline; run: drtmon baseline "
		       "set\n");
	else
		printf("%u match, %u mismatch, %u unknown\n",
		       count.state[DRTMON_BASELINE_STATE_MATCH],
		       count.state[DRTMON_BASELINE_STATE_MISMATCH],
		       count.state[DRTMON_BASELINE_STATE_UNKNOWN]);
	for (i = 0; i < DRTMON_PCRS_BANKS && chip->baseline.value.bank[i].alg; i++)
		print_bank(opts, chip, i);
	if (chip->baseline.foreign)
		printf("  unknown   %u of banks that this drtmon does not know\n",
		       chip->baseline.foreign);
}

void drtmon_baseline_print(const struct drtmon_baseline_cmd *cmd)
{
	size_t i;

	for (i = 0; i < cmd->chips.count; i++)
		print_chip(cmd->opts, &cmd->chips.chip[i]);
	if (cmd->chips.interrupted)
		printf("unknown: the list of TPMs changed while it was read\n");
	if (drtmon_baseline_locked(cmd))
		printf("locked until reboot\n");
}

static json_t *count_json(const struct drtmon_baseline_count *count)
{
	const unsigned int *n = count->state;

	return json_pack("{s:s,s:i,s:i,s:i,s:i}", "result",
			 drtmon_baseline_result_name(drtmon_baseline_result(count)), "compared",
			 n[DRTMON_BASELINE_STATE_MATCH] + n[DRTMON_BASELINE_STATE_MISMATCH],
			 "match", n[DRTMON_BASELINE_STATE_MATCH], "mismatch",
			 n[DRTMON_BASELINE_STATE_MISMATCH], "unknown",
			 n[DRTMON_BASELINE_STATE_UNKNOWN]);
}

static json_t *chip_json(const struct drtmon_chip *chip)
{
	struct drtmon_baseline_count count = { 0 };
	json_t *obj;

	drtmon_baseline_count(&chip->baseline, &count);
	obj = count_json(&count);
	json_object_set_new(obj, "name", json_string(chip->name));
	json_object_set_new(obj, "pcrs", drtmon_baseline_json(&chip->baseline, &chip->pcrs));
	return obj;
}

static json_t *locked_json(const struct drtmon_platform *platform)
{
	if (!drtmon_attr_has(platform->have, DRTMON_A_PLATFORM_BASELINE_LOCKED))
		return json_null();
	return json_boolean(platform->baseline_locked);
}

json_t *drtmon_baseline_doc(const struct drtmon_baseline_cmd *cmd)
{
	struct drtmon_baseline_count count = { 0 };
	json_t *chips = json_array(), *doc;
	size_t i;

	for (i = 0; i < cmd->chips.count; i++) {
		drtmon_baseline_count(&cmd->chips.chip[i].baseline, &count);
		json_array_append_new(chips, chip_json(&cmd->chips.chip[i]));
	}
	doc = count_json(&count);
	json_object_set_new(doc, "schema", json_integer(1));
	json_object_set_new(doc, "locked", locked_json(&cmd->platform));
	json_object_set_new(doc, "interrupted", json_boolean(cmd->chips.interrupted));
	json_object_set_new(doc, "chips", chips);
	return doc;
}
