// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/cmd_tpm.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/evidence_live.h"
#include "lib/html.h"
#include "lib/machine.h"
#include "lib/text.h"
#include "tool/out.h"
#include "tool/values.h"

/* Where a TPM 1.2 ends. */
static const char *const tpm12_ends[] = {
	"SHA-1 only: no sha256 bank, so nothing that wants one (Windows 11, vSphere 8, systemd)",
	"one owner instead of hierarchies, and no endorsement certificate index that is standard",
	"no resource manager in the kernel: one program at a time",
	"systemd-cryptenroll, clevis and tpm2-tools cannot use it",
};

static const char *cell(char *dst, size_t max, const json_t *obj, const char *path)
{
	char number[32];
	const char *text = drtmon_html_show(drtmon_html_get(obj, path), number, sizeof(number));

	return drtmon_text_safe(dst, max, text, strlen(text));
}

static void line(const json_t *tpm, const char *name, const char *path, const char *unit)
{
	char text[512];

	printf("%-21s %s%s\n", name, cell(text, sizeof(text), tpm, path),
	       json_is_number(drtmon_html_get(tpm, path)) ? unit : "");
}

/* "yes" and "no" where they read better than "true" and "false". */
static void question(const json_t *tpm, const char *name, const char *path)
{
	const json_t *value = drtmon_html_get(tpm, path);

	printf("%-21s %s\n", name,
	       json_is_true(value)    ? "yes"
	       : json_is_false(value) ? "no"
				      : "unknown");
}

static void list(const json_t *tpm, const char *name, const char *path)
{
	const json_t *values = drtmon_html_get(tpm, path);
	size_t i, column = 22;

	printf("%-21s", name);
	for (i = 0; i < json_array_size(values); i++) {
		const char *word = json_string_value(json_array_get(values, i));

		column += strlen(word) + 1;
		if (column > 96) {
			printf("\n%21s", "");
			column = 23 + strlen(word);
		}
		printf(" %s", word);
	}
	printf("%s\n", json_array_size(values) ? "" : " unknown");
}

static void table(const struct drtmon_opts *opts, const json_t *tpm, const char *title,
		  const char *path, const char *const *columns, const char *const *keys, size_t n)
{
	const json_t *rows = drtmon_html_get(tpm, path);
	struct libscols_table *out;
	char text[6][128];
	const char *cells[6];
	size_t i, k;

	printf("\n%s%s%s\n", drtmon_out_tone(opts, DRTMON_TONE_NOTICE), title,
	       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
	if (!json_array_size(rows)) {
		printf("%s\n", json_is_array(rows) ? "none" : "unknown");
		return;
	}
	out = drtmon_out_table(columns, n);
	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		for (k = 0; k < n; k++)
			cells[k] = cell(text[k], sizeof(text[k]), row, keys[k]);
		drtmon_out_row(out, cells,
			       json_is_true(json_object_get(row, "txt")) ? DRTMON_TONE_NOTICE
									 : DRTMON_TONE_PLAIN,
			       opts);
	}
	drtmon_out_table_print(out);
}

static void print_tpm12(const json_t *tpm)
{
	size_t i;

	question(tpm, "Enabled", "ownership.enabled");
	question(tpm, "Active", "ownership.active");
	question(tpm, "Owned", "ownership.owned");
	printf("\nThis is a TPM 1.2. Where it ends:\n");
	for (i = 0; i < sizeof(tpm12_ends) / sizeof(tpm12_ends[0]); i++)
		printf("  %s\n", tpm12_ends[i]);
}

static void print_tpm20(const struct drtmon_opts *opts, const json_t *tpm)
{
	static const char *const key_columns[] = { "PERSISTENT KEY", "TYPE", "BITS", "ATTRIBUTES",
						   "USE" };
	static const char *const key_keys[] = { "handle", "type", "bits", "attributes", "use" };
	static const char *const nv_columns[] = { "NV INDEX", "SIZE", "ATTRIBUTES", "TXT", "USE" };
	static const char *const nv_keys[] = { "index", "size", "attributes", "txt", "use" };

	line(tpm, "Specification", "spec_revision", "");
	line(tpm, "  of the year", "spec_year", "");
	list(tpm, "Algorithms", "algorithms");
	question(tpm, "Random numbers", "random.answers");
	question(tpm, "  used by the kernel", "random.used_by_kernel");
	question(tpm, "Locked out", "lockout.locked");
	line(tpm, "  failed tries", "lockout.failed_tries", "");
	line(tpm, "  locks after", "lockout.max_tries", " tries");
	line(tpm, "  one forgiven each", "lockout.interval_s", " s");
	line(tpm, "  takes tries again in", "lockout.unlocked_in_s", " s");
	line(tpm, "  lockout key again in", "lockout.recovery_s", " s, after it failed");
	question(tpm, "Owner set", "ownership.owner_auth_set");
	question(tpm, "Endorsement set", "ownership.endorsement_auth_set");
	question(tpm, "Lockout set", "ownership.lockout_auth_set");
	question(tpm, "Clear disabled", "ownership.clear_disabled");
	question(tpm, "EK certificate", "ek_certificate");
	table(opts, tpm, "Persistent keys", "persistent_keys", key_columns, key_keys, 5);
	table(opts, tpm, "NV indices", "nv_indices", nv_columns, nv_keys, 5);
}

static void print_tpm(const struct drtmon_opts *opts, const struct drtmon_tpm_info *info)
{
	json_t *tpm = drtmon_tpm_info_json(info);
	char name[32], reason[256];

	printf("%s: TPM %s\n", cell(name, sizeof(name), tpm, "name"),
	       info->version[0] ? info->version : "of unknown version");
	line(tpm, "Maker", "maker", "");
	line(tpm, "  by its ID", "manufacturer", "");
	line(tpm, "Model", "model", "");
	printf("%-21s %s (%s)\n", "Kind", info->kind,
	       cell(reason, sizeof(reason), tpm, "kind_reason"));
	line(tpm, "Firmware", "firmware", "");
	list(tpm, "Banks", "banks");
	if (!strcmp(info->version, "1.2"))
		print_tpm12(tpm);
	else
		print_tpm20(opts, tpm);
	if (info->why[0])
		printf("\n%s%s%s\n", drtmon_out_tone(opts, DRTMON_TONE_WARNING), info->why,
		       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
	json_decref(tpm);
}

/**
 * struct tpm_args - the command line
 * @chip: --chip: the N of tpmN, -1 for the first
 * @yes: --yes
 * @clear: "clear"
 */
struct tpm_args {
	int chip;
	bool yes;
	bool clear;
};

static int tpm_parse(struct tpm_args *args, int argc, char **argv)
{
	static const struct option options[] = {
		{ "chip", required_argument, NULL, 'c' },
		{ "yes", no_argument, NULL, 'y' },
		{ 0 },
	};
	int c;

	args->chip = -1;
	while ((c = drtmon_cmd_getopt(&drtmon_cmd_tpm, argc, argv, "", options)) != -1) {
		if (c == 'y')
			args->yes = true;
		else if (c != 'c')
			return EXIT_USAGE;
		else if ((args->chip = drtmon_cmd_chip(optarg)) < 0)
			return drtmon_cmd_usage(&drtmon_cmd_tpm, "\"%s\" is no chip like tpm0",
						optarg);
	}
	if (optind < argc && !strcmp(argv[optind], "clear")) {
		args->clear = true;
		optind++;
	}
	if (optind < argc)
		return drtmon_cmd_usage(&drtmon_cmd_tpm, "tpm takes no \"%s\"", argv[optind]);
	if (args->yes && !args->clear)
		return drtmon_cmd_usage(&drtmon_cmd_tpm, "--yes is for tpm clear only");
	return EXIT_GOOD;
}

/* The TPM that is asked for, and what it says. */
static int tpm_look(const struct tpm_args *args, struct drtmon_tpm_info *info)
{
	const struct drtmon_chip *chip = NULL;
	struct drtmon_machine machine;
	struct drtmon_evidence ev;
	size_t i;

	drtmon_machine_look(&machine, "");
	drtmon_evidence_launch(&ev, &machine, "");
	for (i = 0; i < machine.chips.count && !chip; i++)
		if (args->chip < 0 || machine.chips.chip[i].id == (uint32_t)args->chip)
			chip = &machine.chips.chip[i];
	if (chip) {
		const char *version = drtmon_chip_version_name(chip);

		drtmon_tpm_info_look(info, chip->id, version ? version : "", ev.facts.hypervisor);
	}
	drtmon_evidence_free(&ev);
	drtmon_machine_free(&machine);
	return chip ? EXIT_GOOD : drtmon_values_nothing(args->chip);
}

static int tpm_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct tpm_args args = { 0 };
	struct drtmon_tpm_info *info;
	int ret = tpm_parse(&args, argc, argv);

	if (ret)
		return ret;
	info = calloc(1, sizeof(*info));
	if (!info)
		return EXIT_FINDING;
	ret = tpm_look(&args, info);
	if (!ret && args.clear) {
		ret = drtmon_tpm_clear(opts, info, args.yes);
	} else if (!ret) {
		if (opts->json)
			drtmon_out_json(json_pack("{s:i,s:o}", "schema", 1, "tpm",
						  drtmon_tpm_info_json(info)));
		else if (!opts->quiet)
			print_tpm(opts, info);
		ret = info->why[0] ? EXIT_FINDING : EXIT_GOOD;
	}
	free(info);
	return ret;
}

const struct drtmon_command drtmon_cmd_tpm = {
	.name = "tpm",
	.args = "[clear [--yes]] [--chip tpmN]",
	.summary = "the TPM itself: maker, firmware, lockout, owner, keys, NV; and clearing it",
	.help = "  clear        list what is bound to this TPM and would be lost: encrypted "
		"volumes,\n"
		"               systemd credentials, persistent keys, NV indices\n"
		"  --yes        and ask the firmware to clear it at the next boot (PPI)\n"
		"  --chip tpmN  another than the first\n"
		"\n"
		"Asking a TPM 2.0 needs root or the group tss. Nothing is changed without clear\n"
		"--yes. Exit 0: the TPM answered, or nothing is in the way of a clear; 1: it did\n"
		"not, or the firmware will not clear it; 5: there is no TPM.\n"
		"\n"
		"Examples:\n"
		"  drtmon tpm\n"
		"  drtmon tpm -j\n"
		"  drtmon tpm clear\n",
	.run = tpm_run,
};
