// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/pcr_mask.h"
#include "tool/cmd_baseline.h"
#include "tool/out.h"
#include "tool/pcr_file.h"

static int change_fail(const char *what)
{
	fprintf(stderr, "drtmon: %s; nothing was changed\n", what);
	return EXIT_FINDING;
}

/* PCRs that were asked for by number and are in no bank of the values. */
static int change_missing(const struct drtmon_baseline_cmd *cmd, const struct drtmon_pcrs *values)
{
	char list[DRTMON_PCR_MASK_MAX], text[DRTMON_PCR_MASK_MAX + 64];
	uint32_t have = 0;
	size_t i;

	for (i = 0; i < DRTMON_PCRS_BANKS && values->bank[i].alg; i++)
		have |= values->bank[i].have;
	if (!(cmd->select.pcrs & ~have))
		return EXIT_GOOD;
	snprintf(text, sizeof(text), "there is no value%s%s of PCR %s",
		 cmd->select.bank ? " in " : "", cmd->select.bank ? cmd->select.bank->name : "",
		 drtmon_pcr_mask_text(list, cmd->select.pcrs & ~have));
	return change_fail(text);
}

/* Only values that are certain and of one moment are fit to be expected. */
static int change_current(const struct drtmon_baseline_cmd *cmd, const struct drtmon_chip *chip,
			  struct drtmon_pcrs *values)
{
	uint32_t wanted = cmd->select.pcrs ? cmd->select.pcrs : DRTMON_PCR_MASK_ALL;
	const char *state = drtmon_snapshot_state_name(&chip->snapshot);
	char list[DRTMON_PCR_MASK_MAX], text[DRTMON_PCR_MASK_MAX + 64];

	if (strcmp(state, "consistent")) {
		snprintf(text, sizeof(text), "the snapshot of %s is %s", chip->name, state);
		return change_fail(text);
	}
	if (chip->unreadable & wanted) {
		snprintf(text, sizeof(text), "%s has no present value of PCR %s", chip->name,
			 drtmon_pcr_mask_text(list, chip->unreadable & wanted));
		return change_fail(text);
	}
	drtmon_select_values(&cmd->select, values, &chip->pcrs);
	return EXIT_GOOD;
}

static int change_file(const struct drtmon_baseline_cmd *cmd, struct drtmon_pcrs *values)
{
	struct drtmon_pcrs all;
	int ret = drtmon_pcr_file(cmd->file, &all);

	if (!ret)
		drtmon_select_values(&cmd->select, values, &all);
	return ret;
}

/* What came of it, as the module says. */
static int change_show(struct drtmon_baseline_cmd *cmd, const char *what, unsigned int count)
{
	json_t *doc;
	int ret = drtmon_baseline_read(cmd, false);

	if (ret)
		return ret;
	if (cmd->opts->json) {
		doc = drtmon_baseline_doc(cmd);
		json_object_set_new(doc, what, json_integer(count));
		drtmon_out_json(doc);
	} else if (!cmd->opts->quiet) {
		printf("%u value%s %s\n", count, count == 1 ? "" : "s", what);
		drtmon_baseline_print(cmd);
	}
	return EXIT_GOOD;
}

static unsigned int change_count(const struct drtmon_pcrs *values)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < DRTMON_PCRS_BANKS && values->bank[i].alg; i++)
		count += (unsigned int)__builtin_popcount(values->bank[i].have);
	return count;
}

int drtmon_baseline_run_set(struct drtmon_baseline_cmd *cmd)
{
	struct drtmon_pcrs values = { 0 };
	const struct drtmon_chip *chip;
	struct drtmon_err err = { 0 };
	int ret = drtmon_select_one(&cmd->chips, &drtmon_cmd_baseline, &chip);

	if (!ret)
		ret = cmd->current ? change_current(cmd, chip, &values) : change_file(cmd, &values);
	if (!ret)
		ret = change_missing(cmd, &values);
	if (!ret && !change_count(&values))
		ret = change_fail("there is no such value");
	if (ret)
		return ret;
	if (drtmon_baseline_set(cmd->nl, chip->id, &values, &err))
		return drtmon_cmd_fail(&err);
	return change_show(cmd, "set", change_count(&values));
}

int drtmon_baseline_run_del(struct drtmon_baseline_cmd *cmd)
{
	const bool all = !cmd->select.bank && !cmd->select.pcrs;
	struct drtmon_pcrs values = { 0 };
	const struct drtmon_chip *chip;
	struct drtmon_err err = { 0 };
	unsigned int count;
	int ret = drtmon_select_one(&cmd->chips, &drtmon_cmd_baseline, &chip);

	if (ret)
		return ret;
	count = drtmon_select_values(&cmd->select, &values, &chip->baseline.value);
	count += all ? chip->baseline.foreign : 0;
	if (!count)
		return change_fail("nothing is expected there");
	if (drtmon_baseline_del(cmd->nl, chip->id, all ? NULL : &values, &err))
		return drtmon_cmd_fail(&err);
	return change_show(cmd, "deleted", count);
}

static bool lock_agreed(const struct drtmon_baseline_cmd *cmd)
{
	const bool ask = isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !cmd->opts->json;
	char line[8] = "";

	if (cmd->yes)
		return true;
	fprintf(stderr,
		"Until reboot nobody, root included, will be able to change or delete what is\n"
		"expected of any TPM, or to remove the drtmon module; an intended update of\n"
		"firmware or kernel then shows as a mismatch until then, too.\n");
	if (!ask) {
		fprintf(stderr, "drtmon: nothing was locked; run: drtmon baseline lock --yes\n");
		return false;
	}
	fprintf(stderr, "Type yes to lock: ");
	if (fgets(line, sizeof(line), stdin) && !strcmp(line, "yes\n"))
		return true;
	fprintf(stderr, "drtmon: nothing was locked\n");
	return false;
}

int drtmon_baseline_run_lock(struct drtmon_baseline_cmd *cmd)
{
	const bool before = drtmon_baseline_locked(cmd);
	struct drtmon_err err = { 0 };
	int ret;

	if (!before && !lock_agreed(cmd))
		return EXIT_USAGE;
	if (!before && drtmon_baseline_lock(cmd->nl, &err))
		return drtmon_cmd_fail(&err);
	ret = drtmon_baseline_read(cmd, false);
	if (ret)
		return ret;
	if (cmd->opts->json)
		drtmon_out_json(drtmon_baseline_doc(cmd));
	else if (!cmd->opts->quiet && before)
		printf("it was locked already\n");
	if (!cmd->opts->json && !cmd->opts->quiet)
		drtmon_baseline_print(cmd);
	return EXIT_GOOD;
}
