// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include <jansson.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "lib/text.h"

/* One field for each key of an event's JSON, and MESSAGE, PRIORITY and so on. */
#define FIELDS_MAX 48
/* Names in the journal are upper case with this in front: seq is DRTMON_SEQ. */
#define PREFIX	       "DRTMON_"
#define JOURNAL_SOCKET "/run/systemd/journal/socket"
/* "Event of drtmon", for journalctl MESSAGE_ID= and for catalogs. */
#define MESSAGE_ID "5d9d7b0d2f4b4e0f9f5a1c5f0e6a7d31"

struct entry {
	int count;
	struct iovec field[FIELDS_MAX];
};

static int event_priority(const struct drtmon_event *event)
{
	static const int priorities[] = {
		[DRTMON_SEVERITY_INFO] = LOG_INFO,
		[DRTMON_SEVERITY_NOTICE] = LOG_NOTICE,
		[DRTMON_SEVERITY_WARNING] = LOG_WARNING,
		[DRTMON_SEVERITY_CRITICAL] = LOG_CRIT,
	};

	return event->severity < sizeof(priorities) / sizeof(priorities[0])
		       ? priorities[event->severity]
		       : LOG_WARNING;
}

static void __attribute__((format(printf, 2, 3)))
entry_add(struct entry *entry, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	if (entry->count == FIELDS_MAX)
		return;
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n >= 0)
		entry->field[entry->count++] = (struct iovec){ text, (size_t)n };
}

static void entry_free(struct entry *entry)
{
	while (entry->count)
		free(entry->field[--entry->count].iov_base);
}

/* A value as DRTMON_KEY=value; what is not known has no field. */
static void entry_value(struct entry *entry, const char *key, const json_t *value)
{
	char name[64];
	size_t i;

	for (i = 0; key[i] && i < sizeof(name) - 1; i++)
		name[i] = (char)(key[i] >= 'a' && key[i] <= 'z' ? key[i] - 'a' + 'A' : key[i]);
	name[i] = '\0';
	if (json_is_string(value))
		entry_add(entry, PREFIX "%s=%s", name, json_string_value(value));
	if (json_is_integer(value))
		entry_add(entry, PREFIX "%s=%lld", name, (long long)json_integer_value(value));
}

/* The keys of an event's JSON are the fields; those of process and digests with theirs in front. */
static void entry_fields(struct entry *entry, const json_t *event)
{
	const char *key, *inner;
	json_t *value, *deep;
	char name[64];

	json_object_foreach ((json_t *)event, key, value) {
		entry_value(entry, key, value);
		json_object_foreach (value, inner, deep) {
			snprintf(name, sizeof(name), "%s_%s",
				 strcmp(key, "digests") ? key : "digest", inner);
			entry_value(entry, name, deep);
		}
	}
}

static const char *text_of(const json_t *obj, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(obj, key));

	return text ? text : otherwise;
}

/* A line for people: journalctl hides a message with control characters in it. */
static void event_message(char *dst, size_t max, const struct drtmon_event *event,
			  const json_t *obj)
{
	const char *kind = text_of(obj, "kind", "unknown"), *chip = text_of(obj, "chip", "");
	const char *command = text_of(obj, "command_name", "");
	const char *origin = text_of(obj, "origin", "unknown");
	char who[sizeof(event->comm) * DRTMON_TEXT_GROWTH + 1], pcr[16] = "", pid[16] = "";

	drtmon_text_safe(who, sizeof(who), event->comm, strlen(event->comm));
	if (drtmon_event_has(event, DRTMON_A_EVENT_PCR))
		snprintf(pcr, sizeof(pcr), " PCR %u", event->pcr);
	if (drtmon_event_has(event, DRTMON_A_EVENT_PID))
		snprintf(pid, sizeof(pid), "[%u]", event->pid);
	if (event->lost_first)
		snprintf(dst, max, "%s: events %" PRIu64 " to %" PRIu64 " are gone", kind,
			 event->lost_first, event->lost_last);
	else
		snprintf(dst, max, "%s%s%s%s%s%s by %s%s", kind, *chip ? " " : "", chip, pcr,
			 *command ? " " : "", command, who[0] ? who : origin, pid);
}

/*
 * Without journald sd_journal_sendv() says nothing and reports success, so its
 * socket is looked for; every time, because it may come later than we do.
 */
static int entry_write(const struct entry *entry, const char *message)
{
	if (!access(JOURNAL_SOCKET, F_OK) && sd_journal_sendv(entry->field, entry->count) >= 0)
		return 0;
	return fprintf(stderr, "drtmond: %s\n", message) < 0 ? -EIO : 0;
}

static int event_to_journal(const struct drtmon_event *event, const json_t *obj)
{
	struct entry entry = { 0 };
	char message[512];
	int ret;

	event_message(message, sizeof(message), event, obj);
	entry_add(&entry, "MESSAGE=%s", message);
	entry_add(&entry, "MESSAGE_ID=" MESSAGE_ID);
	entry_add(&entry, "PRIORITY=%d", event_priority(event));
	entry_add(&entry, "SYSLOG_IDENTIFIER=drtmond");
	entry_fields(&entry, obj);
	ret = entry_write(&entry, message);
	entry_free(&entry);
	return ret;
}

static int event_to_stdout(const json_t *obj)
{
	int ret = json_dumpf(obj, stdout, JSON_COMPACT);

	putchar('\n');
	return ret || fflush(stdout) ? -EIO : 0;
}

int journal_event(enum journal_target target, const struct drtmon_event *event)
{
	json_t *obj = drtmon_event_json(event);
	int ret = -ENOMEM;

	if (obj)
		ret = target == JOURNAL_STDOUT ? event_to_stdout(obj)
					       : event_to_journal(event, obj);
	json_decref(obj);
	return ret;
}

void journal_note(int priority, const char *text)
{
	struct entry entry = { 0 };

	entry_add(&entry, "MESSAGE=%s", text);
	entry_add(&entry, "PRIORITY=%d", priority);
	entry_add(&entry, "SYSLOG_IDENTIFIER=drtmond");
	entry_write(&entry, text);
	entry_free(&entry);
}
