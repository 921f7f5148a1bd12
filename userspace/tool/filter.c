// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/filter.h"

bool drtmon_filter_kind(struct drtmon_filter *filter, const char *name)
{
	uint32_t kind = drtmon_event_kind_parse(name);

	filter->kinds |= kind ? 1u << kind : 0;
	return kind;
}

bool drtmon_filter_severity(struct drtmon_filter *filter, const char *name)
{
	int severity = drtmon_event_severity_parse(name);

	if (severity < 0)
		return false;
	filter->severity = (uint32_t)severity;
	return true;
}

bool drtmon_filter_match(const struct drtmon_filter *filter, const struct drtmon_event *event)
{
	if (filter->kinds && drtmon_event_has(event, DRTMON_A_EVENT_KIND) &&
	    (event->kind >= 32 || !(filter->kinds >> event->kind & 1)))
		return false;
	return !drtmon_event_has(event, DRTMON_A_EVENT_SEVERITY) ||
	       event->severity >= filter->severity;
}
