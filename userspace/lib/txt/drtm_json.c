// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/txt/drtm.h"

#include <stdio.h>

#include "lib/hex.h"
#include "lib/log/dynamic.h"
#include "lib/log/tcg.h"
#include "lib/text.h"
#include "lib/txt/drtm_list.h"

/* Bytes of a record's data that are shown. */
#define DATA_SHOWN 128

static json_t *hex_json(const uint8_t *p, size_t len)
{
	char text[2 * DATA_SHOWN + 1];

	return json_string(drtmon_hex_encode(text, p, len < DATA_SHOWN ? len : DATA_SHOWN));
}

/* Launchers label their records in plain text. */
static json_t *label_json(const struct drtmon_log_event *event)
{
	char text[DRTMON_TEXT_GROWTH * 64 + 1];
	size_t i, len = event->len;

	if (event->type < DRTMON_EV_TXT_LAUNCHER || !drtmon_dynamic_type(event->type) || !len ||
	    len > 64)
		return json_null();
	while (len && !event->data[len - 1])
		len--;
	for (i = 0; i < len; i++)
		if (event->data[i] < ' ' || event->data[i] > '~')
			return json_null();
	return json_string(drtmon_text_safe(text, sizeof(text), (const char *)event->data, len));
}

void drtmon_drtm_list_add(json_t *list, const struct drtmon_log_event *event)
{
	const char *name = drtmon_tcg_type_name(event->type);
	json_t *digests = json_object();
	char type[16];
	unsigned int i;

	if (json_array_size(list) >= DRTMON_DRTM_LIST_MAX) {
		json_decref(digests);
		return;
	}
	for (i = 0; i < event->n_digests; i++)
		if (event->digest[i].alg)
			json_object_set_new(digests, event->digest[i].alg->name,
					    hex_json(event->digest[i].value,
						     event->digest[i].size));
	snprintf(type, sizeof(type), "0x%x", event->type);
	json_array_append_new(
		list, json_pack("{s:I, s:I, s:I, s:s, s:s?, s:b, s:o, s:I, s:o, s:o}", "index",
				(json_int_t)event->index, "offset", (json_int_t)event->offset,
				"pcr", (json_int_t)event->pcr, "type", type, "name", name,
				"extended", !(event->flags & DRTMON_LOG_NOT_EXTENDED), "digests",
				digests, "size", (json_int_t)event->len, "data",
				hex_json(event->data, event->len), "label", label_json(event)));
}

const char *drtmon_drtm_match_name(enum drtmon_drtm_match match)
{
	static const char *const names[] = {
		[DRTMON_DRTM_NOT_COMPARED] = "not-compared",
		[DRTMON_DRTM_MATCH] = "match",
		[DRTMON_DRTM_EXTENDED] = "extended-after-log",
		[DRTMON_DRTM_AHEAD] = "log-ahead",
		[DRTMON_DRTM_CAPPED] = "capped",
		[DRTMON_DRTM_TRUNCATED] = "truncated",
		[DRTMON_DRTM_MISMATCH] = "mismatch",
	};

	return names[match];
}

/* The reading that its own data proves, else the one that the TPM confirms. */
static bool alt_reading(const struct drtmon_drtm_bank *bank, const struct drtmon_pcrs *pcrs)
{
	bool alt = false;

	if (bank->start != DRTMON_DYNAMIC_START_UNPROVED)
		return bank->start == DRTMON_DYNAMIC_START_VALUE;
	drtmon_drtm_compare(bank, pcrs, DRTMON_DRTM_FIRST, &alt);
	return alt;
}

static json_t *bank_json(const struct drtmon_drtm_bank *bank, bool alt)
{
	json_t *obj = json_object();
	char key[8];
	uint32_t i;

	for (i = DRTMON_DRTM_FIRST; i <= DRTMON_DRTM_LAST; i++) {
		if (!(bank->have & UINT32_C(1) << i))
			continue;
		snprintf(key, sizeof(key), "%u", i);
		json_object_set_new(obj, key,
				    hex_json((alt ? bank->alt : bank->plain)[i - DRTMON_DRTM_FIRST],
					     bank->alg->size));
	}
	return obj;
}

static json_t *compare_json(const struct drtmon_drtm_bank *bank, const struct drtmon_pcrs *pcrs)
{
	json_t *obj = json_object();
	char key[8];
	uint32_t i;

	for (i = DRTMON_DRTM_FIRST; i <= DRTMON_DRTM_LAST; i++) {
		if (!(bank->have & UINT32_C(1) << i))
			continue;
		snprintf(key, sizeof(key), "%u", i);
		json_object_set_new(obj, key,
				    json_string(drtmon_drtm_match_name(
					    drtmon_drtm_compare(bank, pcrs, i, NULL))));
	}
	return obj;
}

static json_t *quirks_json(unsigned int quirks)
{
	static const char *const names[] = { "hash-start-is-pcr-value", "capped-bank",
					     "no-beginning" };
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (quirks & 1u << i)
			json_array_append_new(list, json_string(names[i]));
	return list;
}

json_t *drtmon_drtm_json(const struct drtmon_drtm *drtm, const struct drtmon_pcrs *pcrs)
{
	json_t *banks = json_object(), *compare = json_object();
	unsigned int i, quirks = drtm->quirks;

	for (i = 0; i < drtm->n_banks; i++) {
		const struct drtmon_drtm_bank *bank = &drtm->bank[i];
		bool alt = alt_reading(bank, pcrs);

		if (alt)
			quirks |= DRTMON_DRTM_QUIRK_START_IS_PCR;
		json_object_set_new(banks, bank->alg->name, bank_json(bank, alt));
		json_object_set_new(compare, bank->alg->name, compare_json(bank, pcrs));
	}
	if (!pcrs) {
		json_decref(compare);
		compare = json_null();
	}
	return json_pack("{s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:I, s:s?, s:O*}", "format",
			 drtmon_log_format_name(drtm->format), "records", (json_int_t)drtm->events,
			 "drtm_records", (json_int_t)drtm->drtm_events, "end",
			 (json_int_t)drtm->end, "pcrs", banks, "quirks", quirks_json(quirks),
			 "compare", compare, "problems", (json_int_t)drtm->problems, "problem",
			 drtm->problem[0] ? drtm->problem : NULL, "events", drtm->list);
}
