// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/cmd_log.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/text.h"
#include "tool/out.h"
#include "tool/progress.h"

/* Records that go into one JSON object; all are counted. */
#define EVENTS_MAX 100000u

/* Logs this machine may have; those it has not are left out. */
static const char *const live[] = {
	"/sys/kernel/security/tpm0/binary_bios_measurements",
	"/sys/kernel/security/slaunch/eventlog",
	"/sys/kernel/security/drtmon/drtm_measurements",
	"/sys/kernel/security/ima/binary_runtime_measurements",
	"/run/log/systemd/tpm2-measure.log",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int banks_parse(struct drtmon_log_opts *o, char *list)
{
	char *save = NULL, *name;
	size_t i, n = 0;

	for (name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		const struct drtmon_alg *alg = drtmon_alg_by_name(name, strlen(name));

		if (!alg || n == DRTMON_PCRS_BANKS)
			return drtmon_cmd_usage(&drtmon_cmd_log, "\"%s\" is no bank like sha256",
						name);
		for (i = 0; i < n && o->bank[i] != alg; i++)
			;
		if (i == n)
			o->bank[n++] = alg;
	}
	o->args.replay.banks = o->bank;
	return 0;
}

static int format_parse(struct drtmon_log_opts *o, const char *name)
{
	if (strcmp(name, "auto") && strcmp(name, "ima-binary"))
		o->not_cursor = "--format";
	if (!strcmp(name, "cel")) {
		o->cel = true;
		return 0;
	}
	if (!strcmp(name, "auto") || !drtmon_log_format_by_name(name, &o->args.log.format))
		return 0;
	return drtmon_cmd_usage(&drtmon_cmd_log, "\"%s\" is no log format", name);
}

static int pcrs_parse(struct drtmon_log_opts *o, const char *path)
{
	struct drtmon_err err = { 0 };

	if (drtmon_log_pcrs(&o->pcrs, path, &err))
		return drtmon_cmd_fail(&err);
	o->args.replay.expect = &o->pcrs;
	return 0;
}

static int option(struct drtmon_log_opts *o, int c)
{
	uint64_t n;

	switch (c) {
	case 'f':
		return format_parse(o, optarg);
	case 'p':
		return pcrs_parse(o, optarg);
	case 'b':
		return banks_parse(o, optarg);
	case 'c':
		o->cursor = optarg;
		return 0;
	case 'e':
		o->not_cursor = "--events";
		o->events = true;
		return 0;
	case 's':
		o->not_cursor = "--summary";
		o->summary = true;
		return 0;
	case 'n':
		o->args.replay.check_templates = false;
		o->args.no_check = true;
		return 0;
	case 't':
		o->not_cursor = "--threads";
		if (!drtmon_cmd_number(optarg, &n) || n < 1 || n > 2)
			return drtmon_cmd_usage(&drtmon_cmd_log, "--threads is 1 or 2");
		o->args.replay.threads = (unsigned int)n;
		return 0;
	default:
		return EXIT_USAGE;
	}
}

static int log_parse(struct drtmon_log_opts *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "pcrs", required_argument, NULL, 'p' },
		{ "bank", required_argument, NULL, 'b' },
		{ "cursor", required_argument, NULL, 'c' },
		{ "events", no_argument, NULL, 'e' },
		{ "summary", no_argument, NULL, 's' },
		{ "no-check", no_argument, NULL, 'n' },
		{ "threads", required_argument, NULL, 't' },
		{ 0 },
	};
	int c, ret = 0;

	o->args.replay.check_templates = true;
	o->args.replay.threads = 2;
	while (!ret && (c = drtmon_cmd_getopt(&drtmon_cmd_log, argc, argv, "", options)) != -1)
		ret = option(o, c);
	if (!ret && o->cursor && optind < argc && !strcmp(argv[optind], "diff"))
		return drtmon_cmd_usage(&drtmon_cmd_log, "diff takes no --cursor");
	if (!ret && o->cursor && o->not_cursor)
		return drtmon_cmd_usage(&drtmon_cmd_log, "%s does not go with --cursor",
					o->not_cursor);
	return ret;
}

static void event_collect(void *ctx, const struct drtmon_analysis *analysis,
			  const struct drtmon_log_event *event, enum drtmon_check_result result,
			  const char *why)
{
	json_t *list = ctx;

	if (json_array_size(list) < EVENTS_MAX)
		json_array_append_new(list,
				      drtmon_analysis_event_json(analysis, event, result, why));
}

/* Names of files, and errors that quote them, are any bytes. */
static json_t *text_json(const char *bytes)
{
	const size_t max = DRTMON_TEXT_GROWTH * strlen(bytes) + 1;
	char *text = malloc(max);
	json_t *value = text ? json_string(drtmon_text_utf8(text, max, bytes, strlen(bytes)))
			     : NULL;

	free(text);
	return value;
}

/* A log that cannot be opened is an object too, so that the others keep their places. */
static json_t *unread_json(const char *path, const struct drtmon_err *err)
{
	return json_pack("{s:i,s:o,s:s,s:[],s:i,s:b,s:[{s:i,s:n,s:o}],s:i,s:n,s:{},s:{}}", "schema",
			 1, "file", text_json(path), "format", "unknown", "banks", "event_count", 0,
			 "complete", 0, "problems", "offset", 0, "event", "what",
			 text_json(err->msg), "problem_count", 1, "startup_locality", "pcrs",
			 "compare");
}

static int one_json(const struct drtmon_opts *opts, const struct drtmon_log_opts *o,
		    const char *path)
{
	struct drtmon_analysis_args args = o->args;
	struct drtmon_analysis analysis;
	struct drtmon_err err = { 0 };
	json_t *events = o->events && !o->summary ? json_array() : NULL, *obj;
	int ret = EXIT_FINDING, failed;

	args.log.path = path;
	args.event = events ? event_collect : NULL;
	args.ctx = events;
	drtmon_progress_begin(opts, "reading the event log");
	failed = drtmon_analysis_run(&analysis, &args, &err);
	drtmon_progress_end();
	if (failed) {
		drtmon_out_line(unread_json(path, &err));
	} else {
		obj = drtmon_analysis_json(&analysis);
		json_object_set_new(obj, "file", text_json(path));
		if (events) {
			json_object_set(obj, "events", events);
			json_object_set_new(obj, "events_omitted",
					    json_integer((json_int_t)(analysis.info->events -
								      json_array_size(events))));
		}
		drtmon_out_line(obj);
		ret = drtmon_analysis_good(&analysis) ? EXIT_GOOD : EXIT_FINDING;
	}
	json_decref(events);
	drtmon_analysis_free(&analysis);
	return ret;
}

static int one_log(const struct drtmon_opts *opts, const struct drtmon_log_opts *o,
		   const char *path)
{
	return opts->json ? one_json(opts, o, path) : drtmon_log_print(opts, o, path);
}

/* Without a file: every log this machine has. */
static int live_logs(const struct drtmon_opts *opts, const struct drtmon_log_opts *o)
{
	struct drtmon_err err = { .msg = "this machine has no event log that may be read" };
	int ret = EXIT_GOOD, n = 0;
	size_t i;

	for (i = 0; i < COUNT(live); i++) {
		if (access(live[i], R_OK))
			continue;
		n++;
		if (one_log(opts, o, live[i]))
			ret = EXIT_FINDING;
	}
	return n ? ret : drtmon_cmd_fail(&err);
}

static int log_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_log_opts *o = calloc(1, sizeof(*o));
	int ret, i;

	if (!o)
		return EXIT_FINDING;
	ret = log_parse(o, argc, argv);
	if (ret) {
		free(o);
		return ret;
	}
	if (optind < argc && !strcmp(argv[optind], "diff"))
		ret = drtmon_log_diff(opts, argc - optind - 1, argv + optind + 1);
	else if (o->cursor)
		ret = drtmon_log_cursor(opts, o, argc - optind, argv + optind);
	else if (o->cel)
		ret = drtmon_log_cel(o, argc - optind, argv + optind);
	else if (optind == argc)
		ret = live_logs(opts, o);
	else
		for (i = optind; i < argc; i++)
			if (one_log(opts, o, argv[i]))
				ret = EXIT_FINDING;
	free(o);
	return drtmon_out_finish(ret);
}

const struct drtmon_command drtmon_cmd_log = {
	.name = "log",
	.args = "[FILE…] [--pcrs FILE] [--events] [--summary] [--cursor FILE] | diff OLD NEW",
	.summary = "parse, replay and check TCG, TXT, IMA and CEL event logs",
	.help = "  FILE               a log of any format, - for standard input; without one: "
		"this\n"
		"                     machine's logs\n"
		"  diff OLD NEW       which events changed, and which PCRs that moves\n"
		"  --pcrs FILE        compare with these values: JSON, tpm2_pcrread's output, or "
		"lines\n"
		"                     \"pcr-sha256/N: HEX\"; of a capture; or \"tpm\": of this "
		"machine's TPM\n"
		"  --cursor FILE      IMA: replay only what is new since FILE was written, and "
		"move it\n"
		"                     on; says whether the list has grown, or was rewound or "
		"replaced\n"
		"  --events           with -j: the records too, decoded\n"
		"  --summary          leave the records out\n"
		"  --format FORMAT    auto, or the one to read: tcg-1.2, tcg-2.0, ccel, txt-1.2,\n"
		"                     txt-2.0, ima-binary, ima-ascii, cel-json, cel-json-seq, "
		"cel-tlv,\n"
		"                     drtmon-events; cel writes all logs as one TCG CEL-JSON\n"
		"  --bank ALG[,ALG…]  IMA: replay these banks only\n"
		"  --no-check         replay only: hold no digest against its data\n"
		"  --threads N        IMA: 1 or 2 (default)\n"
		"\n"
		"With -j one object per log on a line of its own. Exit 0: complete and nothing\n"
		"mismatched; 1: a problem or a mismatch; 5: --pcrs tpm where there is none.\n"
		"Nothing compared is a problem.\n",
	.run = log_run,
};
