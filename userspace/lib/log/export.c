// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/export.h"

#include <stdlib.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/log/decode_out.h"
#include "lib/log/reader.h"
#include "lib/log/replay_ima.h"
#include "lib/log/tcg.h"

/**
 * struct drtmon_export - a log under way
 * @recnum: next record of each PCR; the last one is for records of none
 * @ima: knows what IMA extends into each bank; made for one digest algorithm
 * @ima_alg: that algorithm
 * @hashes: of @ima
 */
struct drtmon_export {
	uint64_t recnum[DRTMON_PCRS_COUNT + 1];
	struct drtmon_replay *ima;
	const struct drtmon_alg *ima_alg;
	struct drtmon_ima_hashes hashes;
};

struct drtmon_export *drtmon_export_new(void)
{
	return calloc(1, sizeof(struct drtmon_export));
}

void drtmon_export_free(struct drtmon_export *export)
{
	if (!export)
		return;
	drtmon_ima_hashes_fini(&export->hashes);
	drtmon_replay_free(export->ima);
	free(export);
}

static void digest_add(json_t *list, const char *name, const uint8_t *value, size_t size)
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];

	json_array_append_new(list, json_pack("{s:s,s:s}", "hashAlg", name, "digest",
					      drtmon_hex_encode(hex, value, size)));
}

static json_t *digests(const struct drtmon_log_event *event)
{
	json_t *list = json_array();
	unsigned int i;

	/* An algorithm without a name cannot stand in the log. */
	for (i = 0; i < event->n_digests; i++)
		if (event->digest[i].alg)
			digest_add(list, event->digest[i].alg->name, event->digest[i].value,
				   event->digest[i].size);
	return list;
}

static int ima_begin(struct drtmon_export *export, const struct drtmon_alg *alg)
{
	if (export->ima_alg == alg)
		return 0;
	drtmon_ima_hashes_fini(&export->hashes);
	drtmon_replay_free(export->ima);
	export->ima = NULL;
	export->ima_alg = NULL;
	if (drtmon_replay_new(&export->ima, NULL, NULL) || drtmon_ima_setup(export->ima, alg) ||
	    drtmon_ima_hashes_init(&export->hashes, export->ima, alg))
		return -1;
	export->ima_alg = alg;
	return 0;
}

static json_t *digests_ima(struct drtmon_export *export, const struct drtmon_log_event *event)
{
	uint8_t digests[DRTMON_IMA_DIGESTS];
	struct drtmon_ima_entry entry = { .digests = digests };
	json_t *list = json_array();
	unsigned int i;

	if (ima_begin(export, event->digest[0].alg))
		return list;
	drtmon_ima_entry_set(&entry, event);
	if (drtmon_ima_digest(export->ima, &export->hashes, &entry))
		return list;
	for (i = 0; i < export->ima->n; i++) {
		const struct drtmon_alg *alg = export->ima->chain[i].alg;

		/* Without the data only the list's own bank is known. */
		if (event->data || alg == event->digest[0].alg ||
		    event->flags & DRTMON_LOG_VIOLATION)
			digest_add(list, alg->name, drtmon_ima_digest_of(export->ima, &entry, i),
				   alg->size);
	}
	return list;
}

static json_t *content_tcg(const struct drtmon_log_event *event)
{
	const char *name = drtmon_tcg_type_name(event->type);
	/* TXT's types have no name in the specification of CEL. */
	const bool known = name && (event->type < 0x400 || event->type >= DRTMON_EV_EFI_EVENT_BASE);

	return json_pack("{s:o,s:o}", "event_type",
			 known ? json_string(name) : json_integer(event->type), "event_data",
			 drtmon_json_hexed(event->data, event->len));
}

static json_t *content_ima(const struct drtmon_log_event *event)
{
	return json_pack("{s:o,s:o}", "template_name",
			 drtmon_json_bytes(event->name, event->name_len), "template_data",
			 drtmon_json_hexed(event->data, event->data ? event->len : 0));
}

/* A record that is JSON already: its own content, or the whole event of drtmon. */
static void content_record(json_t *record, const struct drtmon_log_event *event)
{
	if (event->content == DRTMON_LOG_CONTENT_DRTMON) {
		json_object_set_new(record, "content_type", json_string("drtmon"));
		json_object_set(record, "content", event->record);
		return;
	}
	json_object_set(record, "content_type", json_object_get(event->record, "content_type"));
	json_object_set(record, "content", json_object_get(event->record, "content"));
}

static void content(json_t *record, const struct drtmon_log_event *event)
{
	if (event->content == DRTMON_LOG_CONTENT_IMA) {
		json_object_set_new(record, "content_type", json_string("ima_template"));
		json_object_set_new(record, "content", content_ima(event));
	} else if (event->content == DRTMON_LOG_CONTENT_TCG) {
		json_object_set_new(record, "content_type", json_string("pcclient_std"));
		json_object_set_new(record, "content", content_tcg(event));
	} else if (event->record) {
		content_record(record, event);
	} else {
		json_object_set_new(record, "content_type", json_string("unknown"));
		json_object_set_new(record, "content", drtmon_json_hexed(event->data, event->len));
	}
}

json_t *drtmon_export_record(struct drtmon_export *export, struct drtmon_log *log,
			     const struct drtmon_log_event *event)
{
	enum drtmon_log_format format = log->info.format;
	bool ima = format == DRTMON_LOG_IMA || format == DRTMON_LOG_IMA_ASCII;
	uint32_t slot = event->pcr < DRTMON_PCRS_COUNT ? event->pcr : DRTMON_PCRS_COUNT;
	json_t *record = json_pack("{s:I,s:I,s:o}", "recnum", (json_int_t) export->recnum[slot],
				   "pcr", (json_int_t)event->pcr, "digests",
				   ima ? digests_ima(export, event) : digests(event));

	if (!record)
		return NULL;
	export->recnum[slot]++;
	content(record, event);
	return record;
}
