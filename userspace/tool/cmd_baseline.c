// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/cmd_baseline.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tool/out.h"
#include "tool/values.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int run_show(struct drtmon_baseline_cmd *cmd);
static int run_check(struct drtmon_baseline_cmd *cmd);

/* What can be done, with which of the options below. */
static const struct part {
	const char *name;
	const char *options;
	bool file;
	int (*run)(struct drtmon_baseline_cmd *cmd);
} parts[] = {
	{ "set", "cbpf", true, drtmon_baseline_run_set },
	{ "show", "c", false, run_show },
	{ "check", "cr", false, run_check },
	{ "del", "cbp", false, drtmon_baseline_run_del },
	{ "lock", "y", false, drtmon_baseline_run_lock },
};

static const struct option options[] = {
	DRTMON_SELECT_CHIP,
	DRTMON_SELECT_BANK,
	DRTMON_SELECT_PCRS,
	{ "from-current", no_argument, NULL, 'f' },
	{ "refresh", no_argument, NULL, 'r' },
	{ "yes", no_argument, NULL, 'y' },
	{ 0 },
};

static int take_option(struct drtmon_baseline_cmd *cmd, const struct part *part, int option)
{
	size_t i;

	if (option != '?' && !strchr(part->options, option)) {
		for (i = 0; options[i].val != option; i++)
			;
		return drtmon_cmd_usage(&drtmon_cmd_baseline, "baseline %s takes no --%s",
					part->name, options[i].name);
	}
	if (option == 'f')
		cmd->current = true;
	else if (option == 'r')
		cmd->refresh = true;
	else if (option == 'y')
		cmd->yes = true;
	else
		return drtmon_select_option(&cmd->select, &drtmon_cmd_baseline, option, optarg);
	return EXIT_GOOD;
}

static int take_options(struct drtmon_baseline_cmd *cmd, const struct part *part, int argc,
			char **argv)
{
	int c, ret = EXIT_GOOD;

	cmd->select.chip = -1;
	optind = 0;
	while (!ret &&
	       (c = drtmon_cmd_getopt(&drtmon_cmd_baseline, argc, argv, "c:b:p:", options)) != -1)
		ret = take_option(cmd, part, c);
	if (ret)
		return ret;
	if (part->file && optind < argc)
		cmd->file = argv[optind++];
	if (optind < argc)
		return drtmon_cmd_usage(&drtmon_cmd_baseline, "baseline %s takes no \"%s\"",
					part->name, argv[optind]);
	if (part->file && !cmd->current == !cmd->file)
		return drtmon_cmd_usage(&drtmon_cmd_baseline,
					"baseline set takes a file or --from-current");
	return EXIT_GOOD;
}

bool drtmon_baseline_locked(const struct drtmon_baseline_cmd *cmd)
{
	return cmd->platform.baseline_locked;
}

int drtmon_baseline_read(struct drtmon_baseline_cmd *cmd, bool refresh)
{
	struct drtmon_err err = { 0 };
	int ret;

	drtmon_chips_free(&cmd->chips);
	ret = drtmon_platform_get(cmd->nl, &cmd->platform, &err);
	if (!ret)
		ret = drtmon_chips_get(cmd->nl, cmd->select.chip, refresh, &cmd->chips, &err);
	if (ret)
		return drtmon_cmd_fail(&err);
	return cmd->chips.count ? EXIT_GOOD : drtmon_values_nothing(cmd->select.chip);
}

static int baseline_open(struct drtmon_baseline_cmd *cmd)
{
	struct drtmon_err err = { 0 };

	if (drtmon_nl_open(&cmd->nl, &err) || drtmon_nl_resolve(cmd->nl, &err))
		return drtmon_cmd_fail(&err);
	/* The values that are going to be expected had better be the TPM's own. */
	return drtmon_baseline_read(cmd, cmd->refresh || cmd->current);
}

static int run_show(struct drtmon_baseline_cmd *cmd)
{
	if (cmd->opts->json)
		drtmon_out_json(drtmon_baseline_doc(cmd));
	else if (!cmd->opts->quiet)
		drtmon_baseline_print(cmd);
	return cmd->chips.interrupted ? EXIT_FINDING : EXIT_GOOD;
}

static int run_check(struct drtmon_baseline_cmd *cmd)
{
	struct drtmon_baseline_count count = { 0 };
	size_t i;

	for (i = 0; i < cmd->chips.count; i++)
		drtmon_baseline_count(&cmd->chips.chip[i].baseline, &count);
	if (run_show(cmd))
		return EXIT_FINDING;
	return drtmon_baseline_result(&count) == DRTMON_BASELINE_MATCH ? EXIT_GOOD : EXIT_FINDING;
}

static int baseline_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_baseline_cmd cmd = { .opts = opts };
	const char *name = argc > 1 ? argv[1] : "show";
	size_t i;
	int ret;

	for (i = 0; i < COUNT(parts) && strcmp(parts[i].name, name); i++)
		;
	if (i == COUNT(parts))
		return drtmon_cmd_usage(&drtmon_cmd_baseline, "baseline has no \"%s\"", name);
	ret = take_options(&cmd, &parts[i], argc > 1 ? argc - 1 : argc, argc > 1 ? argv + 1 : argv);
	if (!ret)
		ret = baseline_open(&cmd);
	if (!ret)
		ret = parts[i].run(&cmd);
	drtmon_chips_free(&cmd.chips);
	drtmon_nl_close(cmd.nl);
	return ret;
}

const struct drtmon_command drtmon_cmd_baseline = {
	.name = "baseline",
	.args = "[show | check | set | del | lock]",
	.summary = "the values that PCRs are expected to have: set, check and lock them",
	.help = "  show [--chip tpmN]    what is expected, and how it stands; the default\n"
		"  check [--chip tpmN] [--refresh]\n"
		"                        the same; exit 0 only when something was compared and\n"
		"                        every expected value is so\n"
		"  set [--chip tpmN] [--bank ALG] [--pcrs LIST] --from-current | FILE\n"
		"                        expect the present values, or those of a file in any "
		"form\n"
		"                        that drtmon, tpm2_pcrread or sysfs print them; values "
		"that\n"
		"                        were expected before stay\n"
		"  del [--chip tpmN] [--bank ALG] [--pcrs LIST]\n"
		"                        no longer expect them; all without --bank and --pcrs\n"
		"  lock [--yes]          until reboot nobody changes the baselines of any TPM, "
		"and\n"
		"                        the module cannot be removed\n"
		"  --pcrs LIST           such as 0-7,17\n"
		"  --refresh             make the module read the TPM now\n"
		"\n"
		"The module compares at every change of a PCR and tells monitor at once. PCR 10 "
		"(IMA),\n"
		"16 and 23 change while a system runs: leave them out with --pcrs 0-9,17-22, say.\n"
		"All but show and check need CAP_SYS_ADMIN.\n"
		"\n"
		"Examples:\n"
		"  drtmon baseline set --bank sha256 --pcrs 0-7 --from-current\n"
		"  drtmon pcr -j > good.json; drtmon baseline set --pcrs 0-7,17-18 good.json\n"
		"  drtmon baseline check\n",
	.run = baseline_run,
};
