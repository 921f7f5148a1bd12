// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/events_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void take_line(struct drtmon_events_file *file, const char *line, size_t len)
{
	json_t *event = json_loadb(line, len, 0, NULL);
	const char *name = json_string_value(json_object_get(event, "severity"));
	const json_t *seq = json_object_get(event, "seq");
	int severity = name ? drtmon_event_severity_parse(name) : -1;
	uint64_t number = (uint64_t)json_integer_value(seq);

	if (severity < 0 || !json_is_integer(seq)) {
		file->bad++;
	} else {
		if (number > file->next)
			file->gone += number - file->next;
		file->next = number + 1;
		file->event(file->ctx, event, (uint32_t)severity);
	}
	json_decref(event);
}

int drtmon_events_file_read(struct drtmon_events_file *file, const struct drtmon_item *item,
			    struct drtmon_err *err)
{
	const char *p = (const char *)item->blob.data, *end = p + item->blob.len, *eol;

	file->next = 1;
	file->gone = 0;
	file->bad = 0;
	if (item->state != DRTMON_ITEM_PRESENT)
		return drtmon_err_set(err, -ENODATA, "%s",
				      item->why[0] ? item->why
						   : "the capture has no events.ndjson");
	for (; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			eol = end;
		if (eol > p)
			take_line(file, p, (size_t)(eol - p));
	}
	return 0;
}

/* RFC 3339 in UTC, as drtmon_text_time() writes it. */
static bool time_parse(const char *text, uint64_t *ns)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	unsigned int ms = 0;

	if (!rest || timegm(&tm) < 0)
		return false;
	if (sscanf(rest, ".%3u", &ms) != 1)
		ms = 0;
	*ns = (uint64_t)timegm(&tm) * 1000000000ull + ms * 1000000ull;
	return true;
}

static const char *word(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

static bool number(const json_t *json, const char *key, uint32_t *value)
{
	const json_t *entry = json_object_get(json, key);

	*value = (uint32_t)json_integer_value(entry);
	return json_is_integer(entry);
}

static void take_process(struct drtmon_event *event, const json_t *process)
{
	snprintf(event->comm, sizeof(event->comm), "%s", word(process, "comm"));
	if (event->comm[0])
		event->have |= 1ull << DRTMON_A_EVENT_COMM;
	if (number(process, "pid", &event->pid))
		event->have |= 1ull << DRTMON_A_EVENT_PID;
	if (number(process, "uid", &event->uid))
		event->have |= 1ull << DRTMON_A_EVENT_UID;
	snprintf(event->exe, sizeof(event->exe), "%s", word(process, "exe"));
	if (event->exe[0])
		event->have |= 1ull << DRTMON_A_EVENT_EXE;
}

static void take_command(struct drtmon_event *event, const json_t *json)
{
	const char *rc = json_string_value(json_object_get(json, "rc"));
	const char *origin = word(json, "origin");
	uint32_t i;

	if (rc) {
		event->rc = (uint32_t)strtoul(rc, NULL, 0);
		event->have |= 1ull << DRTMON_A_EVENT_RC;
	}
	for (i = 0; i <= DRTMON_ORIGIN_SELF; i++)
		if (drtmon_event_origin_name(i) && !strcmp(drtmon_event_origin_name(i), origin)) {
			event->origin = i;
			event->have |= 1ull << DRTMON_A_EVENT_ORIGIN;
		}
}

void drtmon_events_file_event(struct drtmon_event *event, const json_t *json)
{
	memset(event, 0, sizeof(*event));
	event->have = 1ull << DRTMON_A_EVENT_SEQ | 1ull << DRTMON_A_EVENT_SEVERITY;
	event->seq = (uint64_t)json_integer_value(json_object_get(json, "seq"));
	event->severity = (uint32_t)drtmon_event_severity_parse(word(json, "severity"));
	event->kind = drtmon_event_kind_parse(word(json, "kind"));
	if (event->kind)
		event->have |= 1ull << DRTMON_A_EVENT_KIND;
	if (time_parse(word(json, "time"), &event->realtime))
		event->have |= 1ull << DRTMON_A_EVENT_REALTIME;
	snprintf(event->chip_name, sizeof(event->chip_name), "%s", word(json, "chip"));
	if (event->chip_name[0])
		event->have |= 1ull << DRTMON_A_EVENT_CHIP_NAME;
	if (number(json, "pcr", &event->pcr))
		event->have |= 1ull << DRTMON_A_EVENT_PCR;
	take_command(event, json);
	take_process(event, json_object_get(json, "process"));
}
