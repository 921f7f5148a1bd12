/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_LINE_H
#define DRTMON_TOOL_LINE_H

#include "lib/event.h"
#include "tool/out.h"

/**
 * drtmon_line_stream() - lines of events follow, and nothing else
 *
 * On a terminal they then have the time of day, and the date where it changes.
 */
void drtmon_line_stream(void);

/**
 * drtmon_line_event() - print an event on one line and flush it
 * @opts: as JSON, or for a person, with colour or without
 * @event: the event
 */
void drtmon_line_event(const struct drtmon_opts *opts, const struct drtmon_event *event);

/**
 * drtmon_line_measured() - the same, with what IMA measured
 * @opts: as above
 * @event: the event
 * @file: file, safe for a terminal; NULL when it is no measurement of IMA's
 *
 * JSON has "ima_file", null when there is none.
 */
void drtmon_line_measured(const struct drtmon_opts *opts, const struct drtmon_event *event,
			  const char *file);

/**
 * drtmon_line_lost() - print a line for events nobody can show any more
 * @opts: as above
 * @first: sequence of the first missing one
 * @last: sequence of the last missing one
 */
void drtmon_line_lost(const struct drtmon_opts *opts, uint64_t first, uint64_t last);

/**
 * drtmon_line_module() - print a line for a module that went or came back
 * @opts: as above
 * @there: it came back
 */
void drtmon_line_module(const struct drtmon_opts *opts, bool there);

#endif
