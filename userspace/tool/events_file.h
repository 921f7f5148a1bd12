/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_EVENTS_FILE_H
#define DRTMON_TOOL_EVENTS_FILE_H

#include <jansson.h>

#include "lib/event.h"
#include "lib/evidence.h"

/**
 * struct drtmon_events_file - the events.ndjson of a capture
 * @event: called for each event, in order; the JSON is borrowed
 * @ctx: for @event
 * @next: sequence that the next event must have
 * @gone: events that are missing before or between those of the file
 * @bad: lines that are no events
 */
struct drtmon_events_file {
	void (*event)(void *ctx, json_t *event, uint32_t severity);
	void *ctx;
	uint64_t next;
	uint64_t gone;
	uint64_t bad;
};

/**
 * drtmon_events_file_read() - hear every event of a capture
 * @file: with @event and @ctx set; the rest is filled
 * @item: the capture's events
 * @err: why they cannot be had
 *
 * Return: 0, or -ENODATA.
 */
int drtmon_events_file_read(struct drtmon_events_file *file, const struct drtmon_item *item,
			    struct drtmon_err *err);

/**
 * drtmon_events_file_event() - as much of an event as a line of text and a policy need
 * @event: filled
 * @json: an object of events.ndjson
 */
void drtmon_events_file_event(struct drtmon_event *event, const json_t *json);

#endif
