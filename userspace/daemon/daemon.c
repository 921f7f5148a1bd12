// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop. It subscribes first, finds out how far the journal and the history
 * are written, and asks for what is newer; what writes has a thread of its own.
 * While nothing happens it wakes up for the watchdog alone.
 */
#include "daemon/daemon.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "daemon/action.h"
#include "daemon/archive.h"
#include "daemon/http.h"
#include "daemon/mark.h"
#include "daemon/message.h"
#include "daemon/metrics.h"
#include "lib/nl.h"
#include "lib/stream.h"

#define USEC UINT64_C(1000000)
/* After an event the metrics are written once for all that come with it. */
#define METRICS_DELAY USEC
/* One transaction for what comes within it; the journal is told at once. */
#define GATHER_MS 100
/* What is queued has this long to be written when we end. */
#define STOP_SECONDS 5

struct daemon {
	const struct daemon_options *options;
	sd_event *loop;
	struct drtmon_stream *stream;
	struct drtmon_err err;
	int wake;
	struct journal journal;
	struct archive archive;
	struct feed *to_journal;
	struct feed *to_history;
	bool history_failing;
	struct action *action;
	struct http *http;
	struct metrics_count count;
	struct judged judged;
	sd_event_source *soon; /* the metrics' file after an event */
	sd_event_source *tick;
	uint64_t period; /* of the tick, us; 0 for none */
	bool watchdog;
	uint64_t written; /* the metrics' file, us of CLOCK_MONOTONIC */
	bool metrics_failing;
	bool busy;	/* there were events since the last tick */
	uint64_t end;	/* one past the newest sequence of this load */
	uint64_t first; /* what comes before was handled by the daemon before us */
};

static void daemon_note(void *ctx, uint32_t severity, const char *word, const char *text)
{
	struct daemon *d = ctx;
	struct item *item = item_note(severity, word, text);

	feed_note(d->to_journal, item);
	item_unref(item);
}

static void daemon_status(struct daemon *d)
{
	struct feed_stats stats = { 0 };

	if (d->to_history)
		feed_stats(d->to_history, &stats);
	sd_notifyf(0, "STATUS=%s%s%s",
		   drtmon_stream_attached(d->stream) ? "watching" : "waiting for the drtmon module",
		   stats.failing ? "; " : "", stats.failing ? stats.err.msg : "");
}

static char *metrics_render(void *ctx, size_t *len)
{
	struct daemon *d = ctx;
	struct feed_stats history;
	struct metrics metrics;
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	bool bad;

	if (!out)
		return NULL;
	metrics_look(&metrics, drtmon_stream_attached(d->stream), &d->judged);
	metrics.count = &d->count;
	feed_stats(d->to_journal, &metrics.journal);
	if (d->to_history) {
		feed_stats(d->to_history, &history);
		metrics.history = &history;
	}
	metrics.action = d->action ? action_stats(d->action) : NULL;
	metrics_print(out, &metrics);
	metrics_free(&metrics);
	bad = ferror(out);
	if (!fclose(out) && !bad)
		return text;
	free(text);
	return NULL;
}

/* Told when it begins to fail and when it works again, not each time. */
static void metrics_result(struct daemon *d, int ret)
{
	const char *path = d->options->config.metrics_file;
	bool was = d->metrics_failing;
	char text[512];

	d->metrics_failing = ret < 0;
	if (was == d->metrics_failing)
		return;
	if (ret)
		snprintf(text, sizeof(text), "the metrics cannot be written into %s: %s", path,
			 strerror(-ret));
	else
		snprintf(text, sizeof(text), "the metrics are written into %s again", path);
	daemon_note(d, ret ? DRTMON_SEVERITY_WARNING : DRTMON_SEVERITY_NOTICE,
		    ret ? MESSAGE_METRICS_FAILING : MESSAGE_METRICS_WORKING, text);
}

static bool has_file(const struct daemon *d)
{
	return d->options->target == JOURNAL_SYSTEM && d->options->config.metrics_file[0];
}

static void metrics_write(struct daemon *d)
{
	size_t len;
	char *text = metrics_render(d, &len);

	metrics_result(d,
		       text ? metrics_file(d->options->config.metrics_file, text, len) : -ENOMEM);
	free(text);
	sd_event_now(d->loop, CLOCK_MONOTONIC, &d->written);
}

/* What a burst took goes back to the system, once all of it is written. */
static void give_back(struct daemon *d)
{
	struct feed_stats journal, history = { 0 };

	if (!d->busy)
		return;
	feed_stats(d->to_journal, &journal);
	if (d->to_history)
		feed_stats(d->to_history, &history);
	d->busy = journal.queued || history.queued;
	malloc_trim(0);
}

static int daemon_soon(sd_event_source *source, uint64_t usec, void *ctx)
{
	metrics_write(ctx);
	give_back(ctx);
	return 0;
}

static void metrics_soon(struct daemon *d)
{
	int enabled = SD_EVENT_OFF;

	if (!d->soon)
		return;
	sd_event_source_get_enabled(d->soon, &enabled);
	if (enabled != SD_EVENT_OFF)
		return;
	sd_event_source_set_time_relative(d->soon, METRICS_DELAY);
	sd_event_source_set_enabled(d->soon, SD_EVENT_ONESHOT);
}

/* The watchdog's own beat; looks go with it, so that there is one wake-up for both. */
static int daemon_tick(sd_event_source *source, uint64_t usec, void *ctx)
{
	struct daemon *d = ctx;
	uint64_t now;

	if (d->watchdog)
		sd_notify(0, "WATCHDOG=1");
	sd_event_now(d->loop, CLOCK_MONOTONIC, &now);
	if (has_file(d) &&
	    now - d->written + d->period / 2 >= d->options->config.metrics_interval * USEC)
		metrics_write(d);
	give_back(d);
	sd_event_source_set_time_relative(source, d->period);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

static void daemon_count(struct daemon *d, const struct drtmon_event *event, uint32_t severity)
{
	uint32_t kind = event->kind < DRTMON_POLICY_KINDS ? event->kind : 0;

	if (severity < METRICS_SEVERITIES)
		d->count.events[kind][severity]++;
}

static struct item *daemon_item(const struct daemon *d, const struct drtmon_event *event)
{
	struct drtmon_judgement judgement;

	drtmon_policy_judge(&d->options->policy, event, &judgement);
	return item_event(event, &judgement, drtmon_stream_load_id(d->stream));
}

static void daemon_hand_out(struct daemon *d, struct item *item)
{
	feed_event(d->to_journal, item);
	if (d->to_history)
		feed_event(d->to_history, item);
	if (d->action && item->seq >= d->first)
		action_event(d->action, item);
	if (item->seq >= d->first && item->severity >= DRTMON_SEVERITY_WARNING)
		mark_alert(getenv("RUNTIME_DIRECTORY"));
	metrics_soon(d);
}

static int daemon_event(void *ctx, const struct drtmon_event *event)
{
	struct daemon *d = ctx;
	struct item *item = daemon_item(d, event);

	d->end = event->seq + 1;
	d->busy = true;
	if (event->kind == DRTMON_EVENT_KIND_TXT_CHANGE)
		d->judged.there = false;
	if (!item)
		return 0; /* out of memory: the feeds see a gap, and ask the ring */
	if (event->seq >= d->first)
		daemon_count(d, event, item->severity);
	daemon_hand_out(d, item);
	item_unref(item);
	return 0;
}

static void daemon_lost(void *ctx, uint64_t first, uint64_t last)
{
	struct daemon *d = ctx;
	struct item *item = item_gap(drtmon_stream_load_id(d->stream), first, last);

	d->end = last + 1;
	d->count.lost += last - first + 1;
	if (!item)
		return;
	daemon_hand_out(d, item);
	item_unref(item);
}

/* The load that was heard is over: nobody can ask its ring any more. */
static void daemon_begin(struct daemon *d, uint64_t journal, uint64_t history)
{
	uint64_t load = drtmon_stream_load_id(d->stream);

	feed_begin(d->to_journal, load, journal, d->end);
	if (d->to_history)
		feed_begin(d->to_history, load, history, d->end);
	d->end = 1;
}

static void daemon_module(void *ctx, bool there)
{
	struct daemon *d = ctx;

	if (there) {
		d->first = 1;
		daemon_begin(d, 1, 1);
	}
	daemon_note(d, there ? DRTMON_SEVERITY_NOTICE : DRTMON_SEVERITY_WARNING,
		    there ? MESSAGE_MODULE_LOAD : MESSAGE_MODULE_UNLOAD,
		    there ? "a drtmon module was loaded: sequence numbers begin at 1"
			  : "the drtmon module was unloaded: nobody watches");
	daemon_status(d);
	metrics_soon(d);
}

/* One feed that could not take everything gets it from the ring. */
struct past {
	struct daemon *daemon;
	struct feed *feed;
};

static int past_event(void *ctx, const struct drtmon_event *event)
{
	struct past *past = ctx;
	struct item *item = daemon_item(past->daemon, event);
	int ret = item ? feed_past(past->feed, item) : -ENOMEM;

	item_unref(item);
	return ret;
}

static void past_lost(void *ctx, uint64_t first, uint64_t last)
{
	struct past *past = ctx;
	struct item *item = item_gap(drtmon_stream_load_id(past->daemon->stream), first, last);

	if (item)
		feed_past(past->feed, item);
	item_unref(item);
}

static void daemon_catch_up(struct daemon *d, struct feed *feed)
{
	struct past past = { d, feed };
	const struct drtmon_stream_ops ops = {
		.event = past_event,
		.lost = past_lost,
		.ctx = &past,
	};
	uint64_t one = 1;
	int ret;

	if (!feed_wants(feed))
		return;
	ret = drtmon_stream_past(d->stream, &ops, feed_next(feed), NULL);
	if (!ret)
		feed_caught_up(feed, d->end);
	/* Once more, but not before whatever else there is to do. */
	if (ret == -ENOBUFS && feed_wants(feed) && write(d->wake, &one, sizeof(one)) < 0)
		return;
}

/* A feed began to fail, works again, or has room for what it missed. */
static void daemon_look_after(struct daemon *d)
{
	struct feed_stats stats;
	bool was = d->history_failing;

	daemon_catch_up(d, d->to_journal);
	if (!d->to_history)
		return;
	daemon_catch_up(d, d->to_history);
	feed_stats(d->to_history, &stats);
	d->history_failing = stats.failing;
	if (was == stats.failing)
		return;
	daemon_note(d, stats.failing ? DRTMON_SEVERITY_WARNING : DRTMON_SEVERITY_NOTICE,
		    stats.failing ? MESSAGE_HISTORY_FAILING : MESSAGE_HISTORY_WORKING,
		    stats.failing ? stats.err.msg : "the history is written again");
	daemon_status(d);
	metrics_soon(d);
}

static int daemon_wake(sd_event_source *source, int fd, uint32_t revents, void *ctx)
{
	uint64_t count;

	if (read(fd, &count, sizeof(count)) == sizeof(count))
		daemon_look_after(ctx);
	return 0;
}

static int daemon_input(sd_event_source *source, int fd, uint32_t revents, void *ctx)
{
	struct daemon *d = ctx;
	int ret = drtmon_stream_read(d->stream, &d->err);

	return ret ? sd_event_exit(d->loop, ret) : 0;
}

static int start_writers(struct daemon *d)
{
	const struct config *config = &d->options->config;
	const struct feed_ops journal = { .write = journal_write, .ctx = &d->journal };
	const struct feed_ops history = {
		.write = archive_write,
		.ctx = &d->archive,
		.gather_ms = GATHER_MS,
	};
	char place[CONFIG_PATH];
	const char *run = getenv("RUNTIME_DIRECTORY");
	int ret;

	d->journal.target = d->options->target;
	d->journal.severity = config->journal_severity;
	ret = feed_start(&d->to_journal, &journal, d->wake);
	if (ret || d->options->target == JOURNAL_STDOUT)
		return ret;
	run = run ? run : "/run/drtmond";
	/* Root's place: what root writes must not be where drtmond could put a link. */
	judged_read(&d->judged, "/run/drtmon/why.json");
	snprintf(place, sizeof(place), "%s/journal.place", run);
	/* Without it a restart may write some entries again, and that is all. */
	journal_open(&d->journal, place, NULL);
	if (!config->history_enabled)
		return 0;
	d->archive.path = config->history_file;
	d->archive.limits.age_ns = config->history_age * 1000000000u;
	d->archive.limits.bytes = config->history_size;
	d->archive.note = daemon_note;
	d->archive.ctx = d;
	archive_open(&d->archive, NULL);
	return feed_start(&d->to_history, &history, d->wake);
}

static int start_action(struct daemon *d)
{
	const struct config *config = &d->options->config;
	const struct action_config action = {
		.command = config->alert_command,
		.severity = config->alert_severity,
		.timeout = config->alert_timeout,
		.burst = config->alert_burst,
		.interval = config->alert_interval,
		.note = daemon_note,
		.ctx = d,
	};

	if (!config->alert_command[0] || d->options->target == JOURNAL_STDOUT)
		return 0;
	return action_start(&d->action, d->loop, &action);
}

static int start_metrics(struct daemon *d)
{
	const struct config *config = &d->options->config;
	struct drtmon_err err = { 0 };
	int ret = 0;

	if (has_file(d))
		ret = sd_event_add_time_relative(d->loop, &d->soon, CLOCK_MONOTONIC, 0, USEC / 4,
						 daemon_soon, d);
	if (ret >= 0 && config->metrics_listen[0] && d->options->target == JOURNAL_SYSTEM &&
	    http_start(&d->http, d->loop, config->metrics_listen, metrics_render, d, &err))
		daemon_note(d, DRTMON_SEVERITY_WARNING, MESSAGE_METRICS_FAILING, err.msg);
	return ret;
}

static int start_tick(struct daemon *d)
{
	uint64_t usec = 0, look = d->options->config.metrics_interval * USEC;
	int ret = sd_watchdog_enabled(0, &usec);

	d->watchdog = ret > 0;
	d->period = d->watchdog ? usec / 2 : 0;
	if (has_file(d) && (!d->period || look < d->period))
		d->period = look;
	if (ret < 0 || !d->period)
		return ret;
	return sd_event_add_time_relative(d->loop, &d->tick, CLOCK_MONOTONIC, d->period,
					  d->period / 10, daemon_tick, d);
}

static int start_loop(struct daemon *d)
{
	int ret = sd_event_default(&d->loop);

	d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (ret >= 0 && d->wake < 0)
		ret = -errno;
	/* Without a handler these end the loop. */
	if (ret >= 0)
		ret = sd_event_add_signal(d->loop, NULL, SIGTERM, NULL, NULL);
	if (ret >= 0)
		ret = sd_event_add_signal(d->loop, NULL, SIGINT, NULL, NULL);
	if (ret >= 0)
		ret = sd_event_add_io(d->loop, NULL, d->wake, EPOLLIN, daemon_wake, d);
	return ret;
}

static int start_stream(struct daemon *d)
{
	const struct drtmon_stream_ops ops = {
		.event = daemon_event,
		.lost = daemon_lost,
		.module = daemon_module,
		.ctx = d,
	};
	int ret = drtmon_stream_open(&d->stream, &ops, 1, true, &d->err);

	if (ret)
		return ret;
	return sd_event_add_io(d->loop, NULL, drtmon_stream_fd(d->stream), EPOLLIN, daemon_input,
			       d);
}

/* Where the journal and the history end, and from there on what the ring holds. */
static int daemon_resume(struct daemon *d)
{
	uint64_t load = drtmon_stream_load_id(d->stream);
	uint64_t history = archive_next(&d->archive, load);
	uint64_t journal = journal_next(&d->journal, load);

	if (!journal)
		journal = history ? history : 1;
	if (!history)
		history = 1;
	d->end = 1;
	d->first = journal;
	daemon_begin(d, journal, history);
	drtmon_stream_seek(d->stream, d->to_history && history < journal ? history : journal);
	d->end = drtmon_stream_next(d->stream);
	return drtmon_stream_replay(d->stream, &d->err);
}

static void tell_problems(struct daemon *d)
{
	size_t i;

	for (i = 0; i < json_array_size(d->options->problems); i++)
		daemon_note(d, DRTMON_SEVERITY_WARNING, MESSAGE_CONFIG_PROBLEM,
			    json_string_value(json_array_get(d->options->problems, i)));
}

static int daemon_start(struct daemon *d)
{
	int ret = start_loop(d);

	if (ret >= 0)
		ret = start_writers(d);
	if (ret >= 0)
		ret = start_action(d);
	if (ret >= 0)
		ret = start_stream(d);
	if (ret >= 0)
		ret = start_metrics(d);
	if (ret >= 0)
		ret = start_tick(d);
	if (ret < 0)
		return ret;
	tell_problems(d);
	if (!drtmon_stream_attached(d->stream))
		daemon_note(d, DRTMON_SEVERITY_WARNING, MESSAGE_STARTED,
			    "the drtmon module is not loaded: waiting for it");
	else
		daemon_note(d, DRTMON_SEVERITY_INFO, MESSAGE_STARTED, "watching");
	return daemon_resume(d);
}

static void daemon_stop(struct daemon *d)
{
	bool ended;

	http_stop(d->http);
	action_stop(d->action);
	/* Else a collector would show for ever what was last. */
	if (has_file(d))
		unlink(d->options->config.metrics_file);
	ended = feed_stop(d->to_history, STOP_SECONDS);
	/* Last, for it tells of all others. */
	ended = feed_stop(d->to_journal, STOP_SECONDS) && ended;
	if (!ended)
		_exit(EXIT_FAILURE); /* a thread hangs in a write and may not be pulled away */
	archive_close(&d->archive);
	journal_close(&d->journal);
	drtmon_stream_close(d->stream);
	sd_event_source_unref(d->soon);
	sd_event_source_unref(d->tick);
	sd_event_unref(d->loop);
	if (d->wake >= 0)
		close(d->wake);
}

int daemon_run(const struct daemon_options *options, struct drtmon_err *err)
{
	struct daemon d = { .options = options, .wake = -1 };
	struct timespec now = { 0 };
	sigset_t block;
	int ret;

	/* sd-event takes signals from a descriptor: they must not come any other way. */
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* An alert command gets nothing of what we may. */
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	clock_gettime(CLOCK_REALTIME, &now);
	d.count.started = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	ret = daemon_start(&d);
	if (ret >= 0) {
		daemon_status(&d);
		sd_notify(0, "READY=1");
		metrics_soon(&d);
		ret = sd_event_loop(d.loop);
	}
	sd_notify(0, "STOPPING=1");
	*err = d.err;
	daemon_stop(&d);
	return ret < 0 ? ret : 0;
}
