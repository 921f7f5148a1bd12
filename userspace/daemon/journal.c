// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "daemon/fields.h"
#include "daemon/message.h"
#include "lib/text.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

int journal_open(struct journal *journal, const char *path, struct drtmon_err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), ret = 0;
	void *map = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, sizeof(*journal->place)))
		map = mmap(NULL, sizeof(*journal->place), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   0);
	if (map == MAP_FAILED)
		ret = drtmon_err_set(err, -errno,
				     "cannot keep in %s how far the journal is written: %m", path);
	else
		journal->place = map;
	if (fd >= 0)
		close(fd);
	return ret;
}

void journal_close(struct journal *journal)
{
	if (journal->place)
		munmap(journal->place, sizeof(*journal->place));
	journal->place = NULL;
}

uint64_t journal_next(const struct journal *journal, uint64_t load_id)
{
	if (!journal->place || journal->place->load_id != load_id)
		return 0;
	return journal->place->seq + 1;
}

/* In this order: whoever is killed in between begins the load again. */
static void journal_place(struct journal *journal, const struct item *item)
{
	volatile struct journal_place *place = journal->place;

	if (!place || item->type == ITEM_NOTE)
		return;
	if (place->load_id != item->load_id) {
		place->seq = 0;
		place->load_id = item->load_id;
	}
	place->seq = item->last ? item->last : item->seq;
}

static int priority_of(uint32_t severity)
{
	static const int priorities[] = {
		[DRTMON_SEVERITY_INFO] = LOG_INFO,
		[DRTMON_SEVERITY_NOTICE] = LOG_NOTICE,
		[DRTMON_SEVERITY_WARNING] = LOG_WARNING,
		[DRTMON_SEVERITY_CRITICAL] = LOG_CRIT,
	};

	return severity < sizeof(priorities) / sizeof(priorities[0]) ? priorities[severity]
								     : LOG_WARNING;
}

static const char *text_of(const json_t *obj, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(obj, key));

	return text ? text : otherwise;
}

/* " PCR 7" for a number that is known. */
static void number_of(char *dst, size_t max, const json_t *obj, const char *key, const char *before,
		      const char *after)
{
	const json_t *value = json_object_get(obj, key);

	dst[0] = '\0';
	if (json_is_integer(value))
		snprintf(dst, max, "%s%lld%s", before, (long long)json_integer_value(value), after);
}

/* journalctl hides a message with control characters in it. */
void journal_message(char *dst, size_t max, const json_t *event)
{
	const json_t *process = json_object_get(event, "process");
	const char *who = text_of(process, "comm", text_of(event, "origin", "unknown"));
	const char *reason = text_of(json_object_get(event, "policy"), "reason", "");
	const char *chip = text_of(event, "chip", ""),
		   *command = text_of(event, "command_name", "");
	char line[1024], pcr[32], pid[32], first[32], last[32];

	number_of(pcr, sizeof(pcr), event, "pcr", " PCR ", "");
	number_of(pid, sizeof(pid), process, "pid", "[", "]");
	number_of(first, sizeof(first), event, "first_seq", "", "");
	number_of(last, sizeof(last), event, "last_seq", "", "");
	if (first[0])
		snprintf(line, sizeof(line), "events-lost: events %s to %s are gone", first, last);
	else
		snprintf(line, sizeof(line), "%s%s%s%s%s%s by %s%s%s%s",
			 text_of(event, "kind", "unknown"), *chip ? " " : "", chip, pcr,
			 *command ? " " : "", command, who, pid, *reason ? ": " : "", reason);
	drtmon_text_safe(dst, max, line, strlen(line));
}

/*
 * Without journald sd_journal_sendv() says nothing and reports success, so its
 * socket is looked for; every time, because it may come later than we do.
 */
static int entry_send(const struct fields *fields, const char *message)
{
	struct iovec iov[FIELDS_MAX];
	size_t i;

	for (i = 0; i < fields->count; i++)
		iov[i] = (struct iovec){ fields->text[i], strlen(fields->text[i]) };
	if (!access(JOURNAL_SOCKET, F_OK))
		return sd_journal_sendv(iov, (int)fields->count);
	return fprintf(stderr, "drtmond: %s\n", message) < 0 ? -EIO : 0;
}

static void entry_head(struct fields *fields, const struct item *item, const char *message)
{
	fields_add(fields, "MESSAGE=%s", message);
	fields_add(fields, "MESSAGE_ID=%s", message_id(item->word));
	fields_add(fields, "PRIORITY=%d", priority_of(item->severity));
	fields_add(fields, "SYSLOG_IDENTIFIER=drtmond");
}

static int journal_event(const struct item *item)
{
	json_t *event = json_loads(item->text, 0, NULL);
	struct fields fields = { 0 };
	char message[1024];
	int ret;

	if (!event)
		return -ENOMEM;
	journal_message(message, sizeof(message), event);
	entry_head(&fields, item, message);
	fields_event(&fields, event);
	json_decref(event);
	fields_add(&fields, "DRTMON_LOAD_ID=0x%016llx", (unsigned long long)item->load_id);
	ret = entry_send(&fields, message);
	fields_free(&fields);
	return ret;
}

static int journal_note(const struct item *item)
{
	struct fields fields = { 0 };
	int ret;

	entry_head(&fields, item, item->text);
	fields_add(&fields, "DRTMON_NOTE=%s", item->word);
	ret = entry_send(&fields, item->text);
	fields_free(&fields);
	return ret;
}

static int journal_stdout(const struct item *item)
{
	if (item->type == ITEM_NOTE)
		return fprintf(stderr, "drtmond: %s\n", item->text) < 0 ? -EIO : 0;
	return printf("%s\n", item->text) < 0 || fflush(stdout) ? -EIO : 0;
}

static int journal_item(const struct journal *journal, const struct item *item)
{
	/* A gap is told even to those who asked for the worst alone. */
	if (item->type == ITEM_EVENT && item->severity < journal->severity)
		return 0;
	if (journal->target == JOURNAL_STDOUT)
		return journal_stdout(item);
	return item->type == ITEM_NOTE ? journal_note(item) : journal_event(item);
}

ssize_t journal_write(void *ctx, struct item *const *items, size_t count, struct drtmon_err *err)
{
	struct journal *journal = ctx;
	size_t i;
	int ret;

	for (i = 0; i < count; i++) {
		ret = journal_item(journal, items[i]);
		if (ret < 0 && !i)
			return drtmon_err_set(err, ret, "the journal cannot be written: %s",
					      strerror(-ret));
		if (ret < 0)
			break;
		journal_place(journal, items[i]);
	}
	return (ssize_t)i;
}
