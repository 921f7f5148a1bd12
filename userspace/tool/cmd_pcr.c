// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lib/verdict.h"
#include "tool/cmd.h"
#include "tool/cmd_pcr_explain.h"
#include "tool/out.h"
#include "tool/values.h"

struct pcr_args {
	int chip;		       /* -1: all */
	const struct drtmon_alg *bank; /* NULL: all */
	bool refresh;
};

static int pcr_parse(struct pcr_args *args, int argc, char **argv)
{
	static const struct option options[] = {
		{ "chip", required_argument, NULL, 'c' },
		{ "bank", required_argument, NULL, 'b' },
		{ "refresh", no_argument, NULL, 'r' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:b:r", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			args->chip = drtmon_cmd_chip(optarg);
			if (args->chip < 0)
				return drtmon_cmd_usage(&drtmon_cmd_pcr,
							"\"%s\" is no chip like tpm0", optarg);
			break;
		case 'b':
			args->bank = drtmon_alg_by_name(optarg, strlen(optarg));
			if (!args->bank)
				return drtmon_cmd_usage(&drtmon_cmd_pcr,
							"\"%s\" is no bank like sha256", optarg);
			break;
		case 'r':
			args->refresh = true;
			break;
		default:
			return EXIT_USAGE;
		}
	}
	if (optind < argc)
		return drtmon_cmd_usage(&drtmon_cmd_pcr, "pcr takes no \"%s\"", argv[optind]);
	return 0;
}

static int pcr_by_module(const struct pcr_args *args, struct drtmon_chips *chips,
			 struct drtmon_err *err)
{
	struct drtmon_nl *nl;
	int ret = drtmon_nl_open(&nl, err);

	if (!ret)
		ret = drtmon_nl_resolve(nl, err);
	if (!ret)
		ret = drtmon_chips_get(nl, args->chip, args->refresh, chips, err);
	drtmon_nl_close(nl);
	if (!ret)
		drtmon_sysfs_complete("", chips);
	return ret;
}

/* Why there is nothing to show, as an exit code. */
static int pcr_nothing(const struct pcr_args *args)
{
	struct drtmon_machine machine;
	struct drtmon_verdict tpm;

	drtmon_machine_look(&machine, "");
	drtmon_verdict_tpm(&machine, &tpm);
	if (machine.chips.count)
		fprintf(stderr, "drtmon: there is no tpm%d; run: drtmon status\n", args->chip);
	else
		fprintf(stderr, "drtmon: no TPM: %s; run: drtmon status\n", tpm.reason);
	drtmon_machine_free(&machine);
	return tpm.answer == DRTMON_ANSWER_UNKNOWN ? EXIT_FINDING : EXIT_NO_TPM;
}

static void pcr_one_bank(struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg)
{
	const struct drtmon_bank *bank = drtmon_pcrs_bank(pcrs, alg, 0);
	struct drtmon_bank kept = { 0 };

	if (bank)
		kept = *bank;
	memset(pcrs, 0, sizeof(*pcrs));
	pcrs->bank[0] = kept;
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

static int pcr_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct pcr_args args = { .chip = -1 };
	struct drtmon_chips chips = { 0 };
	struct drtmon_err err = { 0 };
	size_t i;
	int ret;

	if (argc > 1 && !strcmp(argv[1], "explain"))
		return drtmon_pcr_explain(opts, argc - 1, argv + 1);
	if (opts->from)
		return drtmon_cmd_usage(&drtmon_cmd_pcr, "of a capture, only pcr explain can tell");
	ret = pcr_parse(&args, argc, argv);
	if (ret)
		return ret;
	ret = pcr_by_module(&args, &chips, &err);
	if (ret == DRTMON_NL_ABSENT && !args.refresh)
		ret = drtmon_sysfs_chips("", args.chip, &chips, &err);
	if (ret && ret != -ENODEV) {
		drtmon_chips_free(&chips);
		return drtmon_cmd_fail(&err);
	}
	for (i = 0; args.bank && i < chips.count; i++)
		pcr_one_bank(&chips.chip[i].pcrs, args.bank);
	if (opts->json)
		drtmon_out_json(json_pack("{s:i,s:b,s:o}", "schema", 1, "interrupted",
					  chips.interrupted, "chips", drtmon_values_json(&chips)));
	for (i = 0; !opts->json && !opts->quiet && i < chips.count; i++)
		drtmon_values_print(opts, &chips.chip[i]);
	ret = chips.count ? pcr_exit(&chips, args.bank) : pcr_nothing(&args);
	drtmon_chips_free(&chips);
	return ret;
}

const struct drtmon_command drtmon_cmd_pcr = {
	.name = "pcr",
	.args = "[--chip tpmN] [--bank ALG] [--refresh] | explain [PCR…]",
	.summary = "the values of the PCRs",
	.help = "  explain [PCR…]   which events of all logs made the values, and what none "
		"explains\n"
		"  --chip tpmN      this TPM only\n"
		"  --bank ALG       this bank only: sha1, sha256, sha384, sha512, sm3_256\n"
		"  --refresh        make the module read the TPM now (needs CAP_SYS_ADMIN)\n"
		"\n"
		"With the module all values are of one moment; without it they are read one by "
		"one\n"
		"from sysfs. Exit 1 when a value is missing or the snapshot is torn.\n",
	.from = true,
	.run = pcr_run,
};
