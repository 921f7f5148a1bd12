// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/log/ima_follow.h"
#include "lib/stream.h"
#include "tool/cmd.h"
#include "tool/filter.h"
#include "tool/line.h"
#include "tool/out.h"

#define NS_PER_S 1000000000ll

struct monitor {
	const struct drtmon_opts *opts;
	struct drtmon_filter filter;
	uint64_t since;
	uint64_t count;	 /* events still to show, 0: no limit */
	int64_t timeout; /* ns, -1: none */
	int signals;	 /* readable after SIGINT or SIGTERM */
	bool found;	 /* an event that was asked for, or some that are lost */
	struct drtmon_ima_follow *ima;
};

static bool monitor_seconds(const char *text, int64_t *ns)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds >= 0 && seconds < 1e9))
		return false;
	*ns = (int64_t)(seconds * (double)NS_PER_S);
	return true;
}

static int monitor_parse(struct monitor *m, int argc, char **argv)
{
	static const struct option options[] = {
		{ "count", required_argument, NULL, 'n' },
		{ "timeout", required_argument, NULL, 't' },
		{ "alerts", no_argument, NULL, 'a' },
		{ "since", required_argument, NULL, 's' },
		{ "kind", required_argument, NULL, 'k' },
		{ "severity", required_argument, NULL, 'S' },
		{ 0 },
	};
	const struct drtmon_command *cmd = &drtmon_cmd_monitor;
	int c;

	while ((c = drtmon_cmd_getopt(cmd, argc, argv, "n:t:as:k:S:", options)) != -1) {
		if (c == '?')
			return EXIT_USAGE;
		if (c == 'n' && (!drtmon_cmd_number(optarg, &m->count) || !m->count))
			return drtmon_cmd_usage(cmd, "\"%s\" is no number of events", optarg);
		if (c == 't' && !monitor_seconds(optarg, &m->timeout))
			return drtmon_cmd_usage(cmd, "\"%s\" is no number of seconds", optarg);
		if (c == 'a')
			m->filter.severity = DRTMON_SEVERITY_WARNING;
		if (c == 's' && !drtmon_cmd_number(optarg, &m->since))
			return drtmon_cmd_usage(cmd, "\"%s\" is no sequence number", optarg);
		if (c == 'k' && !drtmon_filter_kind(&m->filter, optarg))
			return drtmon_cmd_usage(cmd, "there is no event kind \"%s\"", optarg);
		if (c == 'S' && !drtmon_filter_severity(&m->filter, optarg))
			return drtmon_cmd_usage(cmd, "there is no severity \"%s\"", optarg);
	}
	if (optind < argc)
		return drtmon_cmd_usage(cmd, "monitor takes no \"%s\"", argv[optind]);
	return 0;
}

static int monitor_event(void *ctx, const struct drtmon_event *event)
{
	struct monitor *m = ctx;

	if (drtmon_out_stopped())
		return -ECANCELED;
	if (!drtmon_filter_match(&m->filter, event))
		return 0;
	m->found = true;
	if (!m->opts->quiet)
		drtmon_line_measured(m->opts, event, drtmon_ima_follow_find(m->ima, event));
	if (drtmon_out_failed())
		return -ECANCELED;
	return m->count && !--m->count ? -ECANCELED : 0;
}

static void monitor_lost(void *ctx, uint64_t first, uint64_t last)
{
	struct monitor *m = ctx;

	m->found = true;
	if (!m->opts->quiet)
		drtmon_line_lost(m->opts, first, last);
}

static void monitor_module(void *ctx, bool there)
{
	struct monitor *m = ctx;

	if (!m->opts->quiet)
		drtmon_line_module(m->opts, there);
}

static int64_t monitor_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/*
 * Wait for input: 1 when there is, 0 for the end of the time, -ECANCELED for a
 * signal, -EPIPE for a reader that left, or another errno.
 */
static int monitor_wait(const struct monitor *m, int fd, int64_t until)
{
	struct pollfd pfds[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = m->signals, .events = POLLIN },
		{ .fd = m->opts->quiet ? -1 : STDOUT_FILENO },
	};
	int64_t left = until - monitor_now();
	struct timespec ts = { .tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S };
	int n;

	if (until >= 0 && left <= 0)
		return 0;
	n = ppoll(pfds, 3, until < 0 ? NULL : &ts, NULL);
	if (n < 0)
		return -errno;
	if (pfds[1].revents)
		return -ECANCELED;
	return pfds[2].revents & POLLERR ? -EPIPE : n;
}

static int monitor_loop(struct monitor *m, struct drtmon_stream *stream, struct drtmon_err *err)
{
	int64_t until = m->timeout < 0 ? -1 : monitor_now() + m->timeout;
	int ret = 0;

	if (m->since != DRTMON_STREAM_NOW)
		ret = drtmon_stream_replay(stream, err);
	while (!ret) {
		ret = monitor_wait(m, drtmon_stream_fd(stream), until);
		if (ret <= 0 && ret != -EINTR)
			break;
		ret = drtmon_stream_read(stream, err);
	}
	return ret == -ECANCELED ? 0 : ret;
}

/* Signals come in only while waiting: a line is never cut in two. */
static int monitor_signals(void)
{
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, NULL);
	return signalfd(-1, &block, SFD_CLOEXEC);
}

static int monitor_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct monitor m = { .opts = opts, .since = DRTMON_STREAM_NOW, .timeout = -1 };
	const struct drtmon_stream_ops ops = {
		.event = monitor_event,
		.lost = monitor_lost,
		.module = monitor_module,
		.ctx = &m,
	};
	struct drtmon_stream *stream;
	struct drtmon_err err = { 0 };
	int ret = monitor_parse(&m, argc, argv);

	if (ret)
		return ret;
	drtmon_line_stream();
	if (!opts->json && !opts->quiet && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO))
		fprintf(stderr, "Watching; end with Ctrl-C.\n");
	m.signals = monitor_signals();
	drtmon_out_stop_on(m.signals);
	ret = drtmon_stream_open(&stream, &ops, m.since, false, &err);
	/* A kernel without IMA has no list, and no extends to explain by it. */
	if (!ret)
		drtmon_ima_follow_open(&m.ima, DRTMON_IMA_LIST, NULL);
	if (!ret)
		ret = monitor_loop(&m, stream, &err);
	drtmon_stream_close(stream);
	drtmon_ima_follow_close(m.ima);
	/* A reader that left knows why. */
	if (ret && ret != -EPIPE)
		return drtmon_cmd_fail(&err);
	return ret || (opts->quiet && m.found) ? EXIT_FINDING : EXIT_GOOD;
}

const struct drtmon_command drtmon_cmd_monitor = {
	.name = "monitor",
	.args = "[--count N] [--timeout S] [--alerts] [--since SEQ] [--kind KIND]...",
	.summary = "watch events as they happen",
	.help = "  --count N        end after N events\n"
		"  --timeout S      end after S seconds; that is no failure\n"
		"  --alerts         warnings and worse only: --severity warning\n"
		"  --since SEQ      first show what happened from this sequence number on\n"
		"  --kind KIND      this kind only, as for events\n"
		"  --severity WORD  this severity and above\n"
		"\n"
		"Needs the module and CAP_NET_ADMIN. With -j one JSON object a line. Ends at\n"
		"SIGINT or SIGTERM with exit code 0. An extend of IMA's is shown with the file it\n"
		"measured (ima_file). Every event is shown once and in order; where some are gone\n"
		"for good a line of kind events-lost says which. When the module is unloaded and\n"
		"loaded again, monitor goes on with the new load's events.\n"
		"With -q nothing is printed, and the exit code is 1 when such an event came.\n"
		"\n"
		"Exit 0: ended as asked, or by SIGINT or SIGTERM. 1: failed, or standard output\n"
		"went away. 2: usage. 3: no module. 4: not permitted.\n"
		"\n"
		"Examples:\n"
		"  drtmon monitor\n"
		"  drtmon monitor -j --alerts | while read -r alert; do notify \"$alert\"; done\n"
		"  drtmon monitor --since 1 --kind pcr-extend --timeout 60\n",
	.run = monitor_run,
};
