// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/report.h"
#include "tool/cmd.h"
#include "tool/out.h"
#include "tool/report.h"
#include "tool/report_save.h"
#include "tool/state_evidence.h"

#define KEEP_DEFAULT 30
#define KEEP_MAX     100000

/**
 * struct report_args - options of "report"
 * @html: --html: file, "-" for standard output, or NULL
 * @save: --save: directory, or NULL
 * @keep: --keep: how many reports stay there
 * @policy: --policy: file, or NULL for drtmond's
 */
struct report_args {
	const char *html;
	const char *save;
	unsigned int keep;
	const char *policy;
};

static int report_option(struct report_args *args, int c)
{
	uint64_t n;

	switch (c) {
	case 'H':
		args->html = optarg;
		return EXIT_GOOD;
	case 's':
		args->save = optarg;
		return EXIT_GOOD;
	case 'p':
		args->policy = optarg;
		return EXIT_GOOD;
	case 'k':
		if (!drtmon_cmd_number(optarg, &n) || !n || n > KEEP_MAX)
			return drtmon_cmd_usage(&drtmon_cmd_report, "--keep is 1 or more");
		args->keep = (unsigned int)n;
		return EXIT_GOOD;
	default:
		return EXIT_USAGE;
	}
}

static int report_parse(struct report_args *args, int argc, char **argv)
{
	static const struct option options[] = {
		{ "html", required_argument, NULL, 'H' },
		{ "save", required_argument, NULL, 's' },
		{ "keep", required_argument, NULL, 'k' },
		{ "policy", required_argument, NULL, 'p' },
		{ 0 },
	};
	int c, ret = EXIT_GOOD;

	args->keep = 0;
	while (!ret && (c = drtmon_cmd_getopt(&drtmon_cmd_report, argc, argv, "", options)) != -1)
		ret = report_option(args, c);
	if (!ret && optind < argc)
		ret = drtmon_cmd_usage(&drtmon_cmd_report, "report takes no \"%s\"", argv[optind]);
	if (!ret && args->save && !*args->save)
		ret = drtmon_cmd_usage(&drtmon_cmd_report, "--save needs the name of a folder");
	if (!ret && args->html && args->save)
		ret = drtmon_cmd_usage(&drtmon_cmd_report,
				       "--save writes the page already: leave out --html");
	if (!ret && args->keep && !args->save)
		ret = drtmon_cmd_usage(&drtmon_cmd_report, "--keep goes with --save");
	if (!args->keep)
		args->keep = KEEP_DEFAULT;
	return ret;
}

static int write_html(const json_t *doc, const char *path)
{
	char *page = drtmon_report_html(doc);
	struct drtmon_err err = { 0 };
	int ret = EXIT_GOOD;

	if (!page)
		drtmon_err_set(&err, -ENOMEM, "out of memory");
	else if (!strcmp(path, "-"))
		fputs(page, stdout);
	else
		drtmon_file_write(path, page, strlen(page), &err);
	if (err.code)
		ret = drtmon_cmd_fail(&err);
	free(page);
	return ret;
}

static int report_out(const struct drtmon_opts *opts, const struct report_args *args,
		      const struct drtmon_report *report)
{
	bool page_only = args->html && !strcmp(args->html, "-");
	int ret = EXIT_GOOD;

	if (args->html)
		ret = write_html(report->doc, args->html);
	if (opts->json && !page_only)
		drtmon_out_json(json_incref(report->doc));
	else if (!opts->quiet && !args->html)
		drtmon_report_print(opts, report);
	return ret;
}

static int report_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct report_args args = { 0 };
	struct drtmon_report *report;
	int ret = report_parse(&args, argc, argv);

	if (ret)
		return ret;
	report = calloc(1, sizeof(*report));
	if (!report)
		return EXIT_FINDING;
	ret = drtmon_report_look(opts, args.policy, report);
	if (!ret && args.save) {
		ret = drtmon_report_save(opts, report->doc, args.save, args.keep);
	} else if (!ret) {
		ret = report_out(opts, &args, report);
		if (!ret)
			ret = opts->from ? drtmon_state_evidence_exit(&report->state)
					 : drtmon_state_exit(&report->state);
	}
	ret = drtmon_judge_exit(&report->judge, ret);
	drtmon_report_free(report);
	free(report);
	return ret;
}

const struct drtmon_command drtmon_cmd_report = {
	.name = "report",
	.args = "[--html FILE | --save DIR [--keep N]] [--policy FILE]",
	.summary = "all that is known, as text, JSON or one HTML page",
	.help = "Status, the chain of trust, PCRs against their baseline, event logs, hooks,\n"
		"counters, events by severity with the newest of them, and versions. Events need\n"
		"CAP_NET_ADMIN; without it the report says so.\n"
		"  --html FILE  one page that needs nothing else: no network, no script; - is\n"
		"               standard output. With -j both are written\n"
		"  --save DIR   keep it there as HTML and as JSON, and say what changed since the\n"
		"               newest one that was there\n"
		"  --keep N     how many stay there (default 30)\n"
		"  --policy FILE  judge events by this policy; drtmond's is the default, and for\n"
		"               a capture none\n"
		"\n"
		"The exit code is that of status; with --save it says whether it was saved.\n"
		"\n"
		"Examples:\n"
		"  drtmon report\n"
		"  drtmon report --html report.html\n"
		"  drtmon report --save /var/lib/drtmon/reports --keep 30\n"
		"  drtmon report --from case.tar -j\n",
	.from = true,
	.run = report_run,
};
