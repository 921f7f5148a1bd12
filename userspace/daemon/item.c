// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/item.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct item *item_new(enum item_type type, const char *text, size_t len)
{
	struct item *item = malloc(sizeof(*item) + len + 1);

	if (!item)
		return NULL;
	memset(item, 0, sizeof(*item));
	atomic_init(&item->refs, 1);
	item->type = type;
	item->len = len;
	memcpy(item->text, text, len);
	item->text[len] = '\0';
	return item;
}

static json_t *judged(const struct drtmon_event *event, const struct drtmon_judgement *judgement)
{
	const char *severity = drtmon_event_severity_name(judgement->severity);
	json_t *obj = drtmon_event_json(event), *policy;

	if (!obj)
		return NULL;
	policy = json_pack("{s:s?,s:o}", "severity", severity, "reason",
			   judgement->reason[0] ? json_string(judgement->reason) : json_null());
	json_object_set_new(obj, "policy", policy);
	return obj;
}

static struct item *item_json(enum item_type type, json_t *obj)
{
	char *text = obj ? json_dumps(obj, JSON_COMPACT) : NULL;
	struct item *item = text ? item_new(type, text, strlen(text)) : NULL;

	free(text);
	json_decref(obj);
	return item;
}

struct item *item_event(const struct drtmon_event *event, const struct drtmon_judgement *judgement,
			uint64_t load_id)
{
	const char *kind = drtmon_event_kind_name(event->kind);
	struct item *item = item_json(ITEM_EVENT, judged(event, judgement));

	if (!item)
		return NULL;
	item->load_id = load_id;
	item->seq = event->seq;
	item->realtime = event->realtime;
	item->severity = judgement->severity;
	item->word = kind ? kind : "unknown";
	return item;
}

struct item *item_gap(uint64_t load_id, uint64_t first, uint64_t last)
{
	struct drtmon_judgement judgement = { .severity = DRTMON_SEVERITY_WARNING };
	struct drtmon_event event;
	struct item *item;

	drtmon_event_lost(&event, first, last);
	item = item_json(ITEM_GAP, judged(&event, &judgement));
	if (!item)
		return NULL;
	item->load_id = load_id;
	item->seq = first;
	item->last = last;
	item->realtime = event.realtime;
	item->severity = judgement.severity;
	item->word = "events-lost";
	return item;
}

struct item *item_note(uint32_t severity, const char *word, const char *text)
{
	struct item *item = item_new(ITEM_NOTE, text, strlen(text));
	struct timespec now = { 0 };

	if (!item)
		return NULL;
	clock_gettime(CLOCK_REALTIME, &now);
	item->realtime = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	item->severity = severity;
	item->word = word;
	return item;
}

struct item *item_ref(struct item *item)
{
	atomic_fetch_add(&item->refs, 1);
	return item;
}

void item_unref(struct item *item)
{
	if (item && atomic_fetch_sub(&item->refs, 1) == 1)
		free(item);
}

size_t item_bytes(const struct item *item)
{
	return sizeof(*item) + item->len + 1;
}
