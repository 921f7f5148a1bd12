// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * drtmond: the library in a loop. It sleeps until the module says something,
 * and writes each event of notice or above into the journal.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "daemon/journal.h"
#include "lib/nl.h"
#include "lib/stream.h"

enum daemon_exit {
	EXIT_GOOD = 0,
	EXIT_FAILURE_ANY = 1,
	EXIT_USAGE = 2,
	EXIT_PERMISSION = 4,
};

struct daemon {
	enum journal_target target;
	uint32_t severity;
	struct drtmon_stream *stream;
	struct drtmon_err err;
};

static const char help[] =
	"Usage: drtmond [OPTION]...\n"
	"\n"
	"Writes what happens to the TPM, and who did it, into the journal. Waits for the\n"
	"drtmon module when it is not loaded, and for the next one when it goes.\n"
	"\n"
	"  --severity WORD  this severity and above: info, notice (the default), warning,\n"
	"                   critical\n"
	"  --stdout         JSON lines on standard output instead of the journal\n"
	"  -h, --help       this text\n"
	"  -V, --version    version and interface version\n"
	"\n"
	"Needs CAP_NET_ADMIN. Exit codes: 0 ended by SIGTERM or SIGINT, 1 a failure, 2 usage,\n"
	"4 not permitted.\n";

static int daemon_event(void *ctx, const struct drtmon_event *event)
{
	struct daemon *daemon = ctx;

	if (drtmon_event_has(event, DRTMON_A_EVENT_SEVERITY) && event->severity < daemon->severity)
		return 0;
	return journal_event(daemon->target, event);
}

static void daemon_lost(void *ctx, uint64_t first, uint64_t last)
{
	struct daemon *daemon = ctx;
	struct drtmon_event event;

	drtmon_event_lost(&event, first, last);
	journal_event(daemon->target, &event);
}

static void daemon_status(bool there)
{
	sd_notify(0, there ? "STATUS=watching" : "STATUS=waiting for the drtmon module");
}

static void daemon_module(void *ctx, bool there)
{
	journal_note(there ? LOG_NOTICE : LOG_WARNING,
		     there ? "a drtmon module was loaded: sequence numbers begin at 1"
			   : "the drtmon module was unloaded: nobody watches");
	daemon_status(there);
}

static int daemon_input(sd_event_source *source, int fd, uint32_t revents, void *ctx)
{
	struct daemon *daemon = ctx;
	int ret = drtmon_stream_read(daemon->stream, &daemon->err);

	return ret ? sd_event_exit(sd_event_source_get_event(source), ret) : 0;
}

/* SIGTERM and SIGINT end the loop: that is what sd-event does without a handler. */
static int daemon_loop(struct daemon *daemon)
{
	sd_event *loop = NULL;
	int ret = sd_event_default(&loop);

	if (ret >= 0)
		ret = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
	if (ret >= 0)
		ret = sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL);
	if (ret >= 0)
		ret = sd_event_add_io(loop, NULL, drtmon_stream_fd(daemon->stream), EPOLLIN,
				      daemon_input, daemon);
	if (ret >= 0) {
		sd_notify(0, "READY=1");
		daemon_status(drtmon_stream_attached(daemon->stream));
		ret = sd_event_loop(loop);
	}
	sd_notify(0, "STOPPING=1");
	sd_event_unref(loop);
	return ret;
}

static int daemon_fail(const struct daemon *daemon, int ret)
{
	const char *why = daemon->err.code ? daemon->err.msg : strerror(-ret);

	journal_note(LOG_ERR, why);
	return ret == -EPERM || ret == -EACCES ? EXIT_PERMISSION : EXIT_FAILURE_ANY;
}

static int daemon_run(struct daemon *daemon)
{
	const struct drtmon_stream_ops ops = {
		.event = daemon_event,
		.lost = daemon_lost,
		.module = daemon_module,
		.ctx = daemon,
	};
	sigset_t block;
	int ret;

	/* sd-event takes signals from a descriptor: they must not come any other way. */
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGINT);
	sigprocmask(SIG_BLOCK, &block, NULL);
	signal(SIGPIPE, SIG_IGN);
	ret = drtmon_stream_open(&daemon->stream, &ops, 1, true, &daemon->err);
	if (!ret && !drtmon_stream_attached(daemon->stream))
		journal_note(LOG_WARNING, "the drtmon module is not loaded: waiting for it");
	if (!ret)
		ret = drtmon_stream_replay(daemon->stream, &daemon->err);
	if (!ret)
		ret = daemon_loop(daemon);
	drtmon_stream_close(daemon->stream);
	return ret < 0 ? daemon_fail(daemon, ret) : EXIT_GOOD;
}

static int daemon_usage(const char *what, const char *arg)
{
	fprintf(stderr, "drtmond: %s \"%s\"; run: drtmond --help\n", what, arg);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "severity", required_argument, NULL, 's' },
		{ "stdout", no_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct daemon daemon = { .severity = DRTMON_SEVERITY_NOTICE };
	int c, severity;

	while ((c = getopt_long(argc, argv, "s:ohV", options, NULL)) != -1) {
		switch (c) {
		case 's':
			severity = drtmon_event_severity_parse(optarg);
			if (severity < 0)
				return daemon_usage("there is no severity", optarg);
			daemon.severity = (uint32_t)severity;
			break;
		case 'o':
			daemon.target = JOURNAL_STDOUT;
			break;
		case 'h':
			fputs(help, stdout);
			return fflush(stdout) ? EXIT_FAILURE_ANY : EXIT_GOOD;
		case 'V':
			printf("drtmond %s (interface %d)\n", DRTMON_VERSION,
			       DRTMON_FAMILY_VERSION);
			return fflush(stdout) ? EXIT_FAILURE_ANY : EXIT_GOOD;
		default:
			return EXIT_USAGE;
		}
	}
	if (optind < argc)
		return daemon_usage("drtmond takes no", argv[optind]);
	return daemon_run(&daemon);
}
