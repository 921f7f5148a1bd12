/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_FILTER_H
#define DRTMON_TOOL_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/event.h"

/**
 * struct drtmon_filter - which events to show
 * @kinds: bit n: kind n; 0 for all
 * @severity: this one and above
 */
struct drtmon_filter {
	uint32_t kinds;
	uint32_t severity;
};

/**
 * drtmon_filter_kind() - show this kind too
 * @filter: the filter
 * @name: "pcr-extend" and so on
 *
 * Return: false for an unknown name.
 */
bool drtmon_filter_kind(struct drtmon_filter *filter, const char *name);

/**
 * drtmon_filter_severity() - show this severity and above
 * @filter: the filter
 * @name: "info" and so on
 *
 * Return: false for an unknown name.
 */
bool drtmon_filter_severity(struct drtmon_filter *filter, const char *name);

/**
 * drtmon_filter_match() - is this event to be shown?
 * @filter: the filter
 * @event: the event; what it does not say lets it through
 *
 * Return: true or false.
 */
bool drtmon_filter_match(const struct drtmon_filter *filter, const struct drtmon_event *event);

#endif
