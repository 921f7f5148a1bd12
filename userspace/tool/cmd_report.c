// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "lib/stats.h"
#include "lib/stream.h"
#include "lib/text.h"
#include "tool/cmd.h"
#include "tool/line.h"
#include "tool/out.h"
#include "tool/state.h"
#include "tool/values.h"

/* Newest events shown, of notice and above. */
#define RECENT	   20
#define SEVERITIES 4

struct report {
	struct drtmon_state state;
	struct utsname uts;
	char host[_UTSNAME_LENGTH * DRTMON_TEXT_GROWTH + 1];
	char time[DRTMON_TEXT_TIME_MAX];
	struct drtmon_stats stats;    /* .have is 0 when nobody counts */
	struct drtmon_err events_err; /* why there are no events, code 0 when there are */
	uint64_t by_severity[SEVERITIES];
	uint64_t gone;	/* events no longer held */
	uint64_t shown; /* recent[] is a ring of the last of these */
	struct drtmon_event recent[RECENT];
};

static int report_event(void *ctx, const struct drtmon_event *event)
{
	struct report *report = ctx;

	if (event->severity < SEVERITIES)
		report->by_severity[event->severity]++;
	if (event->severity >= DRTMON_SEVERITY_NOTICE)
		report->recent[report->shown++ % RECENT] = *event;
	return 0;
}

static void report_lost(void *ctx, uint64_t first, uint64_t last)
{
	struct report *report = ctx;

	report->gone += last - first + 1;
}

static const struct drtmon_event *report_recent(const struct report *report, uint64_t i)
{
	uint64_t first = report->shown > RECENT ? report->shown - RECENT : 0;

	return first + i < report->shown ? &report->recent[(first + i) % RECENT] : NULL;
}

static void report_look(struct report *report)
{
	const struct drtmon_stream_ops ops = {
		.event = report_event,
		.lost = report_lost,
		.ctx = report,
	};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	drtmon_text_time(report->time,
			 (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec);
	uname(&report->uts);
	drtmon_text_safe(report->host, sizeof(report->host), report->uts.nodename,
			 strlen(report->uts.nodename));
	drtmon_state_look(&report->state);
	drtmon_stream_dump(&ops, 1, &report->events_err);
	if (report->state.machine.nl)
		drtmon_stats_get(report->state.machine.nl, &report->stats, NULL);
}

static json_t *counts_json(const struct report *report)
{
	json_t *counts = json_object();
	uint32_t i;

	for (i = 0; i < SEVERITIES; i++)
		json_object_set_new(counts, drtmon_event_severity_name(i),
				    json_integer((json_int_t)report->by_severity[i]));
	return counts;
}

static json_t *recent_json(const struct report *report)
{
	const struct drtmon_event *event;
	json_t *recent = json_array();
	uint64_t i;

	for (i = 0; (event = report_recent(report, i)); i++)
		json_array_append_new(recent, drtmon_event_json(event));
	return recent;
}

static json_t *events_json(const struct report *report)
{
	bool readable = !report->events_err.code;
	json_t *obj = json_object();

	json_object_set_new(obj, "readable", json_boolean(readable));
	json_object_set_new(obj, "reason",
			    readable ? json_null() : json_string(report->events_err.msg));
	json_object_set_new(obj, "by_severity", readable ? counts_json(report) : json_null());
	json_object_set_new(obj, "gone",
			    readable ? json_integer((json_int_t)report->gone) : json_null());
	json_object_set_new(obj, "recent", recent_json(report));
	return obj;
}

static json_t *versions_json(const struct drtmon_platform *p)
{
	json_t *obj = json_object();

	json_object_set_new(obj, "tool", json_string(DRTMON_VERSION));
	json_object_set_new(obj, "tool_uapi", json_integer(DRTMON_FAMILY_VERSION));
	json_object_set_new(obj, "module",
			    p->module_version[0] ? json_string(p->module_version) : json_null());
	json_object_set_new(obj, "module_uapi",
			    p->uapi_version ? json_integer(p->uapi_version) : json_null());
	return obj;
}

static json_t *report_json(const struct report *report)
{
	const struct drtmon_machine *m = &report->state.machine;
	json_t *doc = json_pack("{s:i,s:s}", "schema", 1, "time", report->time);

	json_object_set_new(doc, "host", json_string(report->host));
	json_object_set_new(doc, "kernel", json_string(report->uts.release));
	json_object_set_new(doc, "versions", versions_json(&m->platform));
	json_object_set_new(doc, "status", drtmon_state_json(&report->state));
	json_object_set_new(doc, "chips", drtmon_values_json(&m->chips));
	json_object_set_new(doc, "hooks", drtmon_state_hooks_json(&m->platform));
	json_object_set_new(doc, "stats",
			    report->stats.have ? drtmon_stats_json(&report->stats) : json_null());
	json_object_set_new(doc, "events", events_json(report));
	return doc;
}

static void print_title(const struct drtmon_opts *opts, const char *title)
{
	printf("\n%s%s%s\n", drtmon_out_tone(opts, DRTMON_TONE_NOTICE), title,
	       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
}

static void print_hooks(const struct drtmon_opts *opts, const struct drtmon_platform *p)
{
	static const char *const columns[] = { "HOOK", "STATE", "MISSED", "LOST WITHOUT IT" };
	struct libscols_table *table;
	uint32_t i;

	print_title(opts, "Hooks");
	if (!p->hooks) {
		printf("none: no module\n");
		return;
	}
	table = drtmon_out_table(columns, 4);
	for (i = 0; i < p->hooks; i++) {
		const char *state = drtmon_hook_state_name(&p->hook[i]);
		char missed[24];
		const char *cells[] = { p->hook[i].symbol, state, missed, p->hook[i].loss };

		snprintf(missed, sizeof(missed), "%llu", (unsigned long long)p->hook[i].missed);
		drtmon_out_row(table, cells,
			       strcmp(state, "active") ? DRTMON_TONE_WARNING : DRTMON_TONE_PLAIN,
			       opts);
	}
	drtmon_out_table_print(table);
}

static void print_stats(const struct drtmon_opts *opts, const struct report *report)
{
	json_t *stats = drtmon_stats_json(&report->stats), *value;
	const char *name;

	print_title(opts, "Counters");
	if (!report->stats.have)
		printf("none: no module\n");
	json_object_foreach (stats, name, value)
		if (json_is_integer(value))
			printf("  %-14s %lld\n", name, (long long)json_integer_value(value));
	json_decref(stats);
}

static void print_events(const struct drtmon_opts *opts, const struct report *report)
{
	const struct drtmon_event *event;
	uint64_t i;

	print_title(opts, "Events");
	if (report->events_err.code) {
		printf("unknown: %s\n", report->events_err.msg);
		return;
	}
	for (i = 0; i < SEVERITIES; i++)
		printf("%s%llu %s", i ? ", " : "", (unsigned long long)report->by_severity[i],
		       drtmon_event_severity_name((uint32_t)i));
	printf("; %llu older ones are no longer held\n", (unsigned long long)report->gone);
	for (i = 0; (event = report_recent(report, i)); i++)
		drtmon_line_event(opts, event);
}

static void report_print(const struct drtmon_opts *opts, const struct report *report)
{
	const struct drtmon_machine *m = &report->state.machine;
	size_t i;

	printf("drtmon report of %s, Linux %s, %s\n", report->host, report->uts.release,
	       report->time);
	print_title(opts, "Status");
	drtmon_state_print(opts, &report->state);
	print_title(opts, "PCRs");
	for (i = 0; i < m->chips.count; i++)
		drtmon_values_print(opts, &m->chips.chip[i], true);
	if (!m->chips.count)
		printf("unknown: no TPM to read\n");
	print_hooks(opts, &m->platform);
	print_stats(opts, report);
	print_events(opts, report);
	print_title(opts, "Versions");
	printf("tool %s, interface %d\n", DRTMON_VERSION, DRTMON_FAMILY_VERSION);
	printf("module %s\n",
	       m->platform.module_version[0] ? m->platform.module_version : "absent");
}

static int report_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct report *report;
	int ret;

	if (argc > 1)
		return drtmon_cmd_usage(&drtmon_cmd_report, "report takes no \"%s\"", argv[1]);
	report = calloc(1, sizeof(*report));
	if (!report)
		return EXIT_FINDING;
	report_look(report);
	if (opts->json)
		drtmon_out_json(report_json(report));
	else if (!opts->quiet)
		report_print(opts, report);
	ret = drtmon_state_exit(&report->state);
	drtmon_state_free(&report->state);
	free(report);
	return ret;
}

const struct drtmon_command drtmon_cmd_report = {
	.name = "report",
	.args = "",
	.summary = "all that is known, in one text or JSON document",
	.help = "Status, PCRs, hooks, counters, events by severity with the newest of them, and\n"
		"versions. Events need CAP_NET_ADMIN; without it the report says so. The exit "
		"code\n"
		"is that of status.\n",
	.run = report_run,
};
