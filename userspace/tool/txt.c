// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/txt.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lib/capture.h"
#include "lib/txt/journal.h"
#include "tool/progress.h"

int drtmon_txt_parse(struct drtmon_txt_args *args, int argc, char **argv)
{
	static const struct option options[] = {
		{ "registers", required_argument, NULL, 'r' },
		{ "heap", required_argument, NULL, 'H' },
		{ "log", required_argument, NULL, 'l' },
		{ "pcrs", required_argument, NULL, 'p' },
		{ 0 },
	};
	int c;

	memset(args, 0, sizeof(*args));
	optind = 0;
	while ((c = drtmon_cmd_getopt(&drtmon_cmd_txt, argc, argv, "", options)) != -1) {
		switch (c) {
		case 'r':
			args->registers = optarg;
			break;
		case 'H':
			args->heap = optarg;
			break;
		case 'l':
			args->log = optarg;
			break;
		case 'p':
			args->pcrs = optarg;
			break;
		default:
			return EXIT_USAGE;
		}
	}
	args->argc = argc - optind;
	args->argv = argv + optind;
	return EXIT_GOOD;
}

int drtmon_evidence_open(struct drtmon_evidence *evidence, const struct drtmon_opts *opts)
{
	struct drtmon_err err = { 0 };
	int ret = 0;

	drtmon_progress_begin(opts, "collecting the evidence");
	if (!opts->from)
		drtmon_evidence_live(evidence, "");
	else
		ret = drtmon_capture_read(evidence, opts->from, &err);
	drtmon_progress_end();
	if (!opts->from) {
		/* A power cycle erases the code; who may not write keeps nothing. */
		drtmon_txt_journal_note(DRTMON_TXT_JOURNAL, evidence, NULL);
		return EXIT_GOOD;
	}
	if (!ret)
		return EXIT_GOOD;
	drtmon_cmd_fail(&err);
	return EXIT_FINDING;
}

int drtmon_txt_evidence(struct drtmon_evidence *evidence, const struct drtmon_opts *opts,
			const struct drtmon_txt_args *args)
{
	const struct {
		const char *path;
		enum drtmon_item_id id;
	} files[] = { { args->registers, DRTMON_ITEM_REGISTERS },
		      { args->heap, DRTMON_ITEM_HEAP },
		      { args->log, DRTMON_ITEM_DRTM_LOG },
		      { args->pcrs, DRTMON_ITEM_PCRS } };
	struct drtmon_err err = { 0 };
	struct drtmon_item *item;
	size_t i;

	memset(evidence, 0, sizeof(*evidence));
	if (!args->registers && !args->heap && !args->log && !args->pcrs)
		return drtmon_evidence_open(evidence, opts);
	snprintf(evidence->source, sizeof(evidence->source), "files");
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		item = &evidence->item[files[i].id];
		if (!files[i].path)
			continue;
		if (drtmon_blob_read(&item->blob, files[i].path, drtmon_item_max(files[i].id),
				     &err))
			return drtmon_cmd_fail(&err);
		item->state = DRTMON_ITEM_PRESENT;
	}
	drtmon_evidence_decode(evidence);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		item = &evidence->item[files[i].id];
		if (item->state != DRTMON_ITEM_UNREADABLE)
			continue;
		fprintf(stderr, "drtmon: %s: %s\n", files[i].path, item->why);
		return EXIT_FINDING;
	}
	return EXIT_GOOD;
}
