// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events as they are in JSON: a machine's come from its module, a capture's
 * from its events.ndjson, and from here on there is no difference.
 */
#include "lib/stats.h"
#include "lib/stream.h"
#include "tool/events_file.h"
#include "tool/report.h"

/* Newest events shown: of notice and above, and of warning and above. */
#define RECENT	   20
#define ALERTS	   50
#define SEVERITIES (DRTMON_SEVERITY_CRITICAL + 1)

struct newest {
	json_t *list;
	size_t max;
};

struct events {
	const struct drtmon_judge *judge;
	uint64_t count[SEVERITIES];
	uint64_t gone; /* events no longer held */
	uint64_t bad;  /* lines of a capture that are no events */
	struct newest recent;
	struct newest alerts;
	json_t *since;
	struct drtmon_err err;
};

static void newest_add(struct newest *newest, json_t *event)
{
	json_array_append(newest->list, event);
	if (json_array_size(newest->list) > newest->max)
		json_array_remove(newest->list, 0);
}

/* @event is borrowed. */
static void take(struct events *events, json_t *event, const struct drtmon_judgement *judgement)
{
	uint32_t severity = judgement->severity;

	drtmon_judge_put(events->judge, event, judgement);
	if (!events->since && json_is_string(json_object_get(event, "time")))
		events->since = json_incref(json_object_get(event, "time"));
	if (severity < SEVERITIES)
		events->count[severity]++;
	if (severity >= DRTMON_SEVERITY_NOTICE)
		newest_add(&events->recent, event);
	if (severity >= DRTMON_SEVERITY_WARNING)
		newest_add(&events->alerts, event);
}

static int live_event(void *ctx, const struct drtmon_event *event)
{
	struct drtmon_judgement judgement;
	struct events *events = ctx;
	json_t *json;

	drtmon_judge_event(events->judge, event, &judgement);
	/* Most are of no note, and a ring may hold many: only those shown become JSON. */
	if (events->since && judgement.severity < DRTMON_SEVERITY_NOTICE) {
		events->count[judgement.severity]++;
		return 0;
	}
	json = drtmon_event_json(event);
	take(events, json, &judgement);
	json_decref(json);
	return 0;
}

static void live_lost(void *ctx, uint64_t first, uint64_t last)
{
	struct events *events = ctx;

	events->gone += last - first + 1;
}

static void live(struct events *events)
{
	const struct drtmon_stream_ops ops = {
		.event = live_event,
		.lost = live_lost,
		.ctx = events,
	};

	drtmon_stream_dump(&ops, 1, &events->err);
}

static void captured_event(void *ctx, json_t *event, uint32_t severity)
{
	struct events *events = ctx;
	struct drtmon_judgement judgement;
	struct drtmon_event known;

	drtmon_events_file_event(&known, event);
	drtmon_judge_event(events->judge, &known, &judgement);
	take(events, event, &judgement);
}

static void from_capture(struct events *events, const struct drtmon_item *item)
{
	struct drtmon_events_file file = { .event = captured_event, .ctx = events };

	drtmon_events_file_read(&file, item, &events->err);
	events->gone = file.gone;
	events->bad = file.bad;
}

static json_t *counts_json(const struct events *events)
{
	json_t *counts = json_object();
	uint32_t i;

	for (i = 0; i < SEVERITIES; i++)
		json_object_set_new(counts, drtmon_event_severity_name(i),
				    json_integer((json_int_t)events->count[i]));
	return counts;
}

json_t *drtmon_report_events_json(struct drtmon_report *report)
{
	struct events events = { .judge = report->state.judge,
				 .recent = { json_array(), RECENT },
				 .alerts = { json_array(), ALERTS } };
	json_t *obj = json_object();
	bool readable;

	if (report->evidence.live)
		live(&events);
	else
		from_capture(&events, &report->evidence.item[DRTMON_ITEM_EVENTS]);
	readable = !events.err.code;
	json_object_set_new(obj, "readable", json_boolean(readable));
	json_object_set_new(obj, "reason", readable ? json_null() : json_string(events.err.msg));
	json_object_set_new(obj, "by_severity", readable ? counts_json(&events) : json_null());
	json_object_set_new(obj, "gone",
			    readable ? json_integer((json_int_t)events.gone) : json_null());
	json_object_set_new(obj, "malformed",
			    readable ? json_integer((json_int_t)events.bad) : json_null());
	json_object_set_new(obj, "since", events.since ? events.since : json_null());
	json_object_set_new(obj, "policy", drtmon_judge_json(events.judge));
	json_object_set_new(obj, "recent", events.recent.list);
	json_object_set_new(obj, "alerts", events.alerts.list);
	return obj;
}
