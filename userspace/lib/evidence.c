// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/evidence.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/text.h"
#include "lib/txt/regs.h"

#include "../kmod/txt_heap.h"

#define MIB (1024u * 1024u)

static const struct {
	const char *path;
	size_t max;
} items[DRTMON_ITEMS] = {
	[DRTMON_ITEM_FACTS] = { "facts.json", MIB },
	[DRTMON_ITEM_PCRS] = { "pcrs.json", MIB },
	[DRTMON_ITEM_REGISTERS] = { "txt/registers.bin", DRTMON_TXT_WINDOW_MAX },
	[DRTMON_ITEM_HEAP] = { "txt/heap.bin", DRTMON_TXT_HEAP_MAX },
	[DRTMON_ITEM_DRTM_LOG] = { "txt/drtm_log.bin", DRTMON_TXT_LOG_MAX },
	[DRTMON_ITEM_BIOS_LOG] = { "tpm0/bios_measurements.bin", 16 * MIB },
	[DRTMON_ITEM_IMA_LOG] = { "ima/runtime_measurements.bin", 64 * MIB },
	[DRTMON_ITEM_USERSPACE_LOG] = { "userspace/tpm2-measure.log", 16 * MIB },
	[DRTMON_ITEM_EVENTS] = { "events.ndjson", 64 * MIB },
};

const char *drtmon_item_path(enum drtmon_item_id id)
{
	return items[id].path;
}

size_t drtmon_item_max(enum drtmon_item_id id)
{
	return items[id].max;
}

enum drtmon_item_id drtmon_item_by_path(const char *path)
{
	unsigned int i;

	for (i = 0; i < DRTMON_ITEMS; i++)
		if (!strcmp(items[i].path, path))
			return (enum drtmon_item_id)i;
	return DRTMON_ITEMS;
}

const char *drtmon_item_state_name(enum drtmon_item_state state)
{
	static const char *const names[] = { "absent", "present", "unreadable" };

	return names[state];
}

void drtmon_item_set(struct drtmon_item *item, enum drtmon_item_state state, const char *fmt, ...)
{
	va_list ap;

	drtmon_blob_free(&item->blob);
	item->state = state;
	item->why[0] = '\0';
	if (!fmt)
		return;
	va_start(ap, fmt);
	drtmon_text_vprintf(item->why, sizeof(item->why), fmt, ap);
	va_end(ap);
}

/* A pipe or a device would block or never end; evidence is a file. */
static bool regular(const char *path, struct drtmon_item *item)
{
	struct stat st;

	if (stat(path, &st)) {
		bool gone = errno == ENOENT || errno == ENOTDIR;

		drtmon_item_set(item, gone ? DRTMON_ITEM_ABSENT : DRTMON_ITEM_UNREADABLE, "%s: %m",
				path);
		return false;
	}
	if (S_ISREG(st.st_mode))
		return true;
	drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "%s is not a regular file", path);
	return false;
}

void drtmon_evidence_file(struct drtmon_evidence *evidence, enum drtmon_item_id id,
			  const char *path)
{
	struct drtmon_item *item = &evidence->item[id];
	struct drtmon_err err = { 0 };

	drtmon_item_set(item, DRTMON_ITEM_ABSENT, NULL);
	if (!regular(path, item))
		return;
	if (drtmon_blob_read(&item->blob, path, items[id].max, &err))
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "%s", err.msg);
	else
		item->state = DRTMON_ITEM_PRESENT;
}

static void decode_facts(struct drtmon_evidence *evidence)
{
	struct drtmon_item *item = &evidence->item[DRTMON_ITEM_FACTS];
	struct drtmon_err err = { 0 };
	json_t *list = NULL, *entry;
	const char *key, *why;

	if (item->state != DRTMON_ITEM_PRESENT)
		return;
	if (drtmon_facts_parse(&evidence->facts, (const char *)item->blob.data, item->blob.len,
			       &list, &err)) {
		memset(&evidence->facts, 0, sizeof(evidence->facts));
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "%s", err.msg);
		return;
	}
	/* Who took the capture knew why a file is not in it. */
	json_object_foreach (list, key, entry) {
		enum drtmon_item_id id = drtmon_item_by_path(key);
		const char *state = json_string_value(json_object_get(entry, "state"));

		why = json_string_value(json_object_get(entry, "why"));
		if (id == DRTMON_ITEMS || !state)
			continue;
		if (id == DRTMON_ITEM_FACTS ? strcmp(state, "unreadable")
					    : evidence->item[id].state != DRTMON_ITEM_ABSENT) {
			evidence->item[id].blob.truncated |=
				json_is_true(json_object_get(entry, "truncated"));
			continue;
		}
		drtmon_item_set(&evidence->item[id],
				strcmp(state, "unreadable") ? DRTMON_ITEM_ABSENT
							    : DRTMON_ITEM_UNREADABLE,
				"%s", why ? why : "");
	}
	json_decref(list);
}

/* A txt-stat dump, a chipsec page: decoded as binary it would be a verdict on ASCII. */
static void decode_registers(struct drtmon_item *item)
{
	if (item->state == DRTMON_ITEM_PRESENT &&
	    drtmon_txt_window_text(item->blob.data, item->blob.len))
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE,
				"this is text; the raw window from 0xfed30000 is needed");
}

void drtmon_evidence_decode(struct drtmon_evidence *evidence)
{
	struct drtmon_item *item = &evidence->item[DRTMON_ITEM_PCRS];
	struct drtmon_err err = { 0 };
	int n;

	decode_facts(evidence);
	decode_registers(&evidence->item[DRTMON_ITEM_REGISTERS]);
	if (item->state != DRTMON_ITEM_PRESENT)
		return;
	n = drtmon_pcrs_parse(&evidence->pcrs, (const char *)item->blob.data, item->blob.len, &err);
	if (!n)
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE,
				"pcrs.json holds no bank that drtmon knows");
	if (n < 0) {
		memset(&evidence->pcrs, 0, sizeof(evidence->pcrs));
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "pcrs.json: %s", err.msg);
	}
}

void drtmon_evidence_free(struct drtmon_evidence *evidence)
{
	unsigned int i;

	for (i = 0; i < DRTMON_ITEMS; i++)
		drtmon_blob_free(&evidence->item[i].blob);
	memset(evidence, 0, sizeof(*evidence));
}
