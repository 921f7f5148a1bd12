// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/cmd_pcr_diff.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/capture.h"
#include "lib/evidence.h"
#include "lib/hex.h"
#include "lib/pcr_mask.h"
#include "lib/pcrs_diff.h"
#include "tool/out.h"
#include "tool/pcr_file.h"
#include "tool/select.h"
#include "tool/values.h"

/**
 * struct diff - what is compared with what
 * @select: chip and bank
 * @refresh: make the module read the TPM now
 * @file: expected values; NULL for the baseline
 * @name: of the TPM, or of the capture
 * @expected: expected values
 * @present: present values
 * @diff: the comparison
 */
struct diff {
	struct drtmon_select select;
	bool refresh;
	const char *file;
	char name[256];
	struct drtmon_pcrs expected;
	struct drtmon_pcrs present;
	struct drtmon_pcrs_diff diff;
};

static int diff_parse(struct diff *diff, int argc, char **argv)
{
	static const struct option options[] = {
		DRTMON_SELECT_CHIP,
		DRTMON_SELECT_BANK,
		{ "refresh", no_argument, NULL, 'r' },
		{ "baseline", no_argument, NULL, 'B' },
		{ 0 },
	};
	bool baseline = false;
	int c, ret = EXIT_GOOD;

	diff->select.chip = -1;
	optind = 0;
	while (!ret &&
	       (c = drtmon_cmd_getopt(&drtmon_cmd_pcr, argc, argv, "c:b:r", options)) != -1) {
		if (c == 'r')
			diff->refresh = true;
		else if (c == 'B')
			baseline = true;
		else
			ret = drtmon_select_option(&diff->select, &drtmon_cmd_pcr, c, optarg);
	}
	if (ret)
		return ret;
	if (optind < argc)
		diff->file = argv[optind++];
	if (optind < argc)
		return drtmon_cmd_usage(&drtmon_cmd_pcr, "pcr diff takes one file only");
	if (diff->file && baseline)
		return drtmon_cmd_usage(&drtmon_cmd_pcr,
					"compare with a file or with the baseline");
	return EXIT_GOOD;
}

/* Both sides from one message of the module, or the present side from sysfs. */
static int diff_live(struct diff *diff)
{
	struct drtmon_chips chips;
	const struct drtmon_chip *chip;
	struct drtmon_err err = { 0 };
	int ret;

	if (diff->file)
		ret = drtmon_values_read(diff->select.chip, diff->refresh, &chips, &err);
	else
		ret = drtmon_values_module(diff->select.chip, diff->refresh, &chips, &err);
	if (ret)
		return drtmon_cmd_fail(&err);
	if (!chips.count)
		return drtmon_values_nothing(diff->select.chip);
	ret = drtmon_select_one(&chips, &drtmon_cmd_pcr, &chip);
	/* Values of before are not what was asked for. */
	if (!ret && diff->refresh && chip->snapshot.error) {
		drtmon_err_set(&err, -(int)chip->snapshot.error, "%s: %s; run: drtmon status",
			       chip->name, chip->why);
		ret = drtmon_cmd_fail(&err);
	}
	if (!ret) {
		snprintf(diff->name, sizeof(diff->name), "%s", chip->name);
		drtmon_select_values(&diff->select, &diff->present, &chip->pcrs);
		if (!diff->file)
			drtmon_select_values(&diff->select, &diff->expected, &chip->baseline.value);
	}
	drtmon_chips_free(&chips);
	return ret;
}

static const struct drtmon_err *no_values(struct drtmon_err *err,
					  const struct drtmon_evidence *evidence)
{
	const char *why = evidence->item[DRTMON_ITEM_PCRS].why;

	drtmon_err_set(err, -ENODATA, "no PCR values in %s%s%s", evidence->source,
		       why[0] ? ": " : "", why);
	return err;
}

static int diff_capture(struct diff *diff, const char *path)
{
	struct drtmon_evidence evidence = { 0 };
	struct drtmon_err err = { 0 };
	int ret = EXIT_GOOD;

	if (!diff->file)
		return drtmon_cmd_usage(&drtmon_cmd_pcr, "a capture has no baseline; give a file");
	if (drtmon_capture_read(&evidence, path, &err))
		ret = drtmon_cmd_fail(&err);
	else if (!evidence.pcrs.bank[0].alg)
		ret = drtmon_cmd_fail(no_values(&err, &evidence));
	snprintf(diff->name, sizeof(diff->name), "%s", evidence.source);
	drtmon_select_values(&diff->select, &diff->present, &evidence.pcrs);
	drtmon_evidence_free(&evidence);
	return ret;
}

static const char *diff_word(const struct drtmon_pcrs_diff *diff)
{
	if (diff->count[DRTMON_PCRS_DIFF_MISMATCH])
		return "mismatch";
	if (!diff->count[DRTMON_PCRS_DIFF_MATCH])
		return "not-compared";
	return drtmon_pcrs_diff_same(diff) ? "match" : "incomplete";
}

static void print_values(const struct diff *diff, const struct drtmon_alg *alg, uint32_t mask)
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	uint32_t i;

	for (i = 0; i < DRTMON_PCRS_COUNT; i++) {
		if (!(mask >> i & 1))
			continue;
		printf("mismatch      %s: %u\n", alg->name, i);
		drtmon_hex_encode(hex, drtmon_pcrs_get(&diff->expected, alg, i), alg->size);
		printf("  expected    %s\n", hex);
		drtmon_hex_encode(hex, drtmon_pcrs_get(&diff->present, alg, i), alg->size);
		printf("  present     %s\n", hex);
	}
}

static void print_mask(const char *word, const struct drtmon_alg *alg, uint32_t mask,
		       const char *why)
{
	char text[DRTMON_PCR_MASK_MAX];

	if (mask)
		printf("%-13s %s: %s%s\n", word, alg->name, drtmon_pcr_mask_text(text, mask), why);
}

static void diff_print(const struct drtmon_opts *opts, const struct diff *diff)
{
	const struct drtmon_pcrs_diff *d = &diff->diff;
	bool same = drtmon_pcrs_diff_same(d);
	size_t i;

	for (i = 0; i < d->banks; i++) {
		const struct drtmon_pcrs_diff_bank *bank = &d->bank[i];

		print_values(diff, bank->alg, bank->mask[DRTMON_PCRS_DIFF_MISMATCH]);
		print_mask("match", bank->alg, bank->mask[DRTMON_PCRS_DIFF_MATCH], "");
		print_mask("not-compared", bank->alg, bank->mask[DRTMON_PCRS_DIFF_NO_PRESENT],
			   " (no present value)");
		print_mask("not-compared", bank->alg, bank->mask[DRTMON_PCRS_DIFF_NO_EXPECTED],
			   " (nothing expected)");
	}
	printf("%s against %s: %s%s%s: %u match, %u mismatch, %u not compared\n", diff->name,
	       diff->file ? diff->file : "the baseline",
	       drtmon_out_tone(opts, same ? DRTMON_TONE_GOOD : DRTMON_TONE_BAD), diff_word(d),
	       drtmon_out_tone(opts, DRTMON_TONE_PLAIN), d->count[DRTMON_PCRS_DIFF_MATCH],
	       d->count[DRTMON_PCRS_DIFF_MISMATCH],
	       d->count[DRTMON_PCRS_DIFF_NO_PRESENT] + d->count[DRTMON_PCRS_DIFF_NO_EXPECTED]);
}

static json_t *diff_json(const struct diff *diff)
{
	const struct drtmon_pcrs_diff *d = &diff->diff;

	return json_pack("{s:i,s:s,s:s,s:s,s:i,s:i,s:i,s:o}", "schema", 1, "chip", diff->name,
			 "against", diff->file ? diff->file : "baseline", "result", diff_word(d),
			 "match", d->count[DRTMON_PCRS_DIFF_MATCH], "mismatch",
			 d->count[DRTMON_PCRS_DIFF_MISMATCH], "not_compared",
			 d->count[DRTMON_PCRS_DIFF_NO_PRESENT] +
				 d->count[DRTMON_PCRS_DIFF_NO_EXPECTED],
			 "pcrs", drtmon_pcrs_diff_json(d));
}

static int diff_run(const struct drtmon_opts *opts, struct diff *diff)
{
	struct drtmon_pcrs all;
	int ret = EXIT_GOOD;

	if (diff->file)
		ret = drtmon_pcr_file(diff->file, &all);
	if (!ret)
		ret = opts->from ? diff_capture(diff, opts->from) : diff_live(diff);
	if (ret)
		return ret;
	if (diff->file)
		drtmon_select_values(&diff->select, &diff->expected, &all);
	drtmon_pcrs_diff(&diff->diff, &diff->expected, &diff->present);
	if (opts->json)
		drtmon_out_json(diff_json(diff));
	else if (!opts->quiet)
		diff_print(opts, diff);
	return drtmon_pcrs_diff_same(&diff->diff) ? EXIT_GOOD : EXIT_FINDING;
}

int drtmon_pcr_diff(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct diff *diff = calloc(1, sizeof(*diff));
	struct drtmon_err err = { 0 };
	int ret;

	if (!diff) {
		drtmon_err_set(&err, -ENOMEM, "out of memory");
		return drtmon_cmd_fail(&err);
	}
	ret = diff_parse(diff, argc, argv);
	if (!ret)
		ret = diff_run(opts, diff);
	free(diff);
	return ret;
}
