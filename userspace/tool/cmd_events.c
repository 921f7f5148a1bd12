// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <getopt.h>

#include "lib/stream.h"
#include "tool/cmd.h"
#include "tool/filter.h"
#include "tool/line.h"
#include "tool/out.h"

struct events {
	const struct drtmon_opts *opts;
	struct drtmon_filter filter;
	uint64_t since;
	bool found; /* an event that was asked for, or some that are lost */
};

static int events_parse(struct events *events, int argc, char **argv)
{
	static const struct option options[] = {
		{ "since", required_argument, NULL, 's' },
		{ "kind", required_argument, NULL, 'k' },
		{ "severity", required_argument, NULL, 'S' },
		{ 0 },
	};
	int c;

	while ((c = drtmon_cmd_getopt(&drtmon_cmd_events, argc, argv, "s:k:S:", options)) != -1) {
		if (c == '?')
			return EXIT_USAGE;
		if (c == 's' && !drtmon_cmd_number(optarg, &events->since))
			return drtmon_cmd_usage(&drtmon_cmd_events, "\"%s\" is no sequence number",
						optarg);
		if (c == 'k' && !drtmon_filter_kind(&events->filter, optarg))
			return drtmon_cmd_usage(&drtmon_cmd_events, "there is no event kind \"%s\"",
						optarg);
		if (c == 'S' && !drtmon_filter_severity(&events->filter, optarg))
			return drtmon_cmd_usage(&drtmon_cmd_events, "there is no severity \"%s\"",
						optarg);
	}
	if (optind < argc)
		return drtmon_cmd_usage(&drtmon_cmd_events, "events takes no \"%s\"", argv[optind]);
	return 0;
}

static int events_event(void *ctx, const struct drtmon_event *event)
{
	struct events *events = ctx;

	if (!drtmon_filter_match(&events->filter, event))
		return 0;
	events->found = true;
	if (!events->opts->quiet)
		drtmon_line_event(events->opts, event);
	return drtmon_out_failed() ? -ECANCELED : 0;
}

static void events_lost(void *ctx, uint64_t first, uint64_t last)
{
	struct events *events = ctx;

	events->found = true;
	if (!events->opts->quiet)
		drtmon_line_lost(events->opts, first, last);
}

static int events_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct events events = { .opts = opts };
	const struct drtmon_stream_ops ops = {
		.event = events_event,
		.lost = events_lost,
		.ctx = &events,
	};
	struct drtmon_err err = { 0 };
	int ret = events_parse(&events, argc, argv);

	if (ret)
		return ret;
	drtmon_line_stream();
	ret = drtmon_stream_dump(&ops, events.since, &err);
	if (ret && ret != -ECANCELED)
		return drtmon_cmd_fail(&err);
	return opts->quiet && events.found ? EXIT_FINDING : EXIT_GOOD;
}

const struct drtmon_command drtmon_cmd_events = {
	.name = "events",
	.args = "[--since SEQ] [--kind KIND]... [--severity SEVERITY]",
	.summary = "what happened to the TPM so far, and who did it",
	.help = "  --since SEQ      from this sequence number on\n"
		"  --kind KIND      this kind only; can be given several times: pcr-extend,\n"
		"                   pcr-reset, pcr-mismatch, pcr-drift, tpm-command, tpm-reset,\n"
		"                   tpm-lockout, tpm-error, chip-add, chip-remove, txt-change,\n"
		"                   resume, hook-dead, hook-degraded, hook-alive, pcr-match,\n"
		"                   events-lost, baseline-change\n"
		"  --severity WORD  this severity and above: info, notice, warning, critical\n"
		"\n"
		"Needs the module and CAP_NET_ADMIN. With -j one JSON object a line. Events that\n"
		"the module no longer holds are a line of kind events-lost with first_seq and\n"
		"last_seq. With -q nothing is printed, and the exit code is 1 when there is such\n"
		"an event.\n"
		"\n"
		"Exit 0: shown, or there is none. 1: failed, or SEQ has not come yet. 2: usage.\n"
		"3: no module. 4: not permitted.\n"
		"\n"
		"Examples:\n"
		"  drtmon events --kind pcr-extend\n"
		"  drtmon events --since 120 -j\n"
		"  drtmon events -q --severity warning || echo 'there were alerts'\n",
	.run = events_run,
};
