// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lib/capture.h"
#include "tool/cmd.h"
#include "tool/cmd_pcr_diff.h"
#include "tool/cmd_pcr_explain.h"
#include "tool/out.h"
#include "tool/select.h"
#include "tool/state_evidence.h"
#include "tool/values.h"

static int pcr_parse(struct drtmon_select *select, bool *refresh, int argc, char **argv)
{
	static const struct option options[] = {
		DRTMON_SELECT_CHIP,
		DRTMON_SELECT_BANK,
		{ "refresh", no_argument, NULL, 'r' },
		{ 0 },
	};
	int c, ret;

	while ((c = drtmon_cmd_getopt(&drtmon_cmd_pcr, argc, argv, "c:b:r", options)) != -1) {
		ret = EXIT_GOOD;
		if (c == 'r')
			*refresh = true;
		else
			ret = drtmon_select_option(select, &drtmon_cmd_pcr, c, optarg);
		if (ret)
			return ret;
	}
	if (optind < argc)
		return drtmon_cmd_usage(&drtmon_cmd_pcr, "pcr takes no \"%s\"", argv[optind]);
	return EXIT_GOOD;
}

static void pcr_one_bank(const struct drtmon_select *select, struct drtmon_pcrs *pcrs)
{
	const struct drtmon_pcrs all = *pcrs;

	drtmon_select_values(select, pcrs, &all);
}

/* Nothing is good unless every value is there and they are of one moment, if anybody knows. */
static int pcr_exit(const struct drtmon_chips *chips, const struct drtmon_alg *bank)
{
	int ret = chips->interrupted ? EXIT_FINDING : EXIT_GOOD;
	size_t i;

	for (i = 0; i < chips->count; i++) {
		const struct drtmon_chip *chip = &chips->chip[i];
		const char *state = drtmon_snapshot_state_name(&chip->snapshot);

		if (chip->unreadable || chip->why[0] || !chip->pcrs.bank[0].alg)
			ret = EXIT_FINDING;
		if (chip->source == DRTMON_CHIP_FROM_MODULE && strcmp(state, "consistent"))
			ret = EXIT_FINDING;
		if (bank && !chip->pcrs.bank[0].alg)
			fprintf(stderr, "drtmon: %s has no readable %s bank; run: drtmon pcr\n",
				chip->name, bank->name);
	}
	return ret;
}

static int pcr_show(const struct drtmon_opts *opts, const struct drtmon_select *select,
		    struct drtmon_chips *chips)
{
	size_t i;

	for (i = 0; i < chips->count; i++)
		pcr_one_bank(select, &chips->chip[i].pcrs);
	if (opts->json)
		drtmon_out_json(json_pack("{s:i,s:b,s:o}", "schema", 1, "interrupted",
					  chips->interrupted, "chips", drtmon_values_json(chips)));
	for (i = 0; !opts->json && !opts->quiet && i < chips->count; i++)
		drtmon_values_print(opts, &chips->chip[i], false);
	if (!chips->count)
		return drtmon_values_nothing(select->chip);
	return pcr_exit(chips, select->bank);
}

/* A capture keeps the values of one TPM, and not how they were read. */
static int pcr_capture(const struct drtmon_opts *opts, const struct drtmon_select *select)
{
	struct drtmon_evidence evidence = { 0 };
	const struct drtmon_item *item = &evidence.item[DRTMON_ITEM_PCRS];
	struct drtmon_err err = { 0 };
	struct drtmon_state state = { 0 };
	struct drtmon_chips *chips = &state.machine.chips;
	struct drtmon_chain chain;
	int ret = EXIT_FINDING;

	if (drtmon_capture_read(&evidence, opts->from, &err)) {
		drtmon_cmd_fail(&err);
	} else if (item->state != DRTMON_ITEM_PRESENT) {
		drtmon_err_set(&err, -EINVAL, "no PCR values in %s%s%s; run: drtmon why --from %s",
			       opts->from, item->why[0] ? ": " : "", item->why, opts->from);
		drtmon_cmd_fail(&err);
	} else {
		drtmon_chain_judge(&chain, &evidence);
		drtmon_state_evidence(&state, &evidence, &chain, NULL);
		chips->count = chips->count ? 1 : 0;
		if (chips->count && select->chip >= 0 &&
		    chips->chip[0].id != (uint32_t)select->chip)
			ret = drtmon_cmd_usage(&drtmon_cmd_pcr, "the capture's values are of %s",
					       chips->chip[0].name);
		else
			ret = pcr_show(opts, select, chips);
	}
	drtmon_state_free(&state);
	drtmon_evidence_free(&evidence);
	return ret;
}

static int pcr_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_select select = { .chip = -1 };
	struct drtmon_err err = { 0 };
	struct drtmon_chips chips;
	bool refresh = false;
	int ret;

	if (argc > 1 && !strcmp(argv[1], "explain"))
		return drtmon_pcr_explain(opts, argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "diff"))
		return drtmon_pcr_diff(opts, argc - 1, argv + 1);
	ret = pcr_parse(&select, &refresh, argc, argv);
	if (ret)
		return ret;
	if (opts->from)
		return refresh ? drtmon_cmd_usage(&drtmon_cmd_pcr,
						  "a capture has no TPM that could be read now")
			       : pcr_capture(opts, &select);
	if (drtmon_values_read(select.chip, refresh, &chips, &err))
		ret = drtmon_cmd_fail(&err);
	else
		ret = pcr_show(opts, &select, &chips);
	drtmon_chips_free(&chips);
	return ret;
}

const struct drtmon_command drtmon_cmd_pcr = {
	.name = "pcr",
	.args = "[--chip tpmN] [--bank ALG] [--refresh] | explain [PCR…] | diff [FILE]",
	.summary = "the values of the PCRs",
	.help = "  explain [PCR…]   which events of all logs made the values, and what none "
		"explains\n"
		"  diff [FILE]      present values against those of a file, in any form that "
		"drtmon,\n"
		"                   tpm2_pcrread or sysfs print them; else against the baseline\n"
		"    --baseline     the same as no FILE\n"
		"  --chip tpmN      this TPM only\n"
		"  --bank ALG       this bank only: sha1, sha256, sha384, sha512, sm3_256\n"
		"  --refresh        make the module read the TPM now (needs CAP_SYS_ADMIN)\n"
		"\n"
		"With the module all values are of one moment; without it they are read one by "
		"one\n"
		"from sysfs. Exit 1 when a value is missing or the snapshot is torn. diff exits "
		"with 0\n"
		"only when something was compared, and all that is expected is so.\n"
		"\n"
		"Examples:\n"
		"  drtmon pcr --bank sha256\n"
		"  drtmon pcr -j > good.json; drtmon pcr diff good.json\n"
		"  drtmon pcr explain 7\n"
		"  drtmon pcr --from case.tar\n",
	.from = true,
	.run = pcr_run,
};
