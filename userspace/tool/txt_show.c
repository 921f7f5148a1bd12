// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/txt_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/txt/errorcode.h"
#include "lib/txt/regs.h"
#include "tool/out.h"

/* Digits of a record's data that are shown without -v: as many as a digest has. */
#define BRIEF 64

static const char *field_text(const struct drtmon_txt_field *field, uint64_t value, char *buf,
			      size_t len)
{
	unsigned long long v = drtmon_txt_field_value(field, value);
	uint64_t i;

	for (i = 0; field->values && i <= v && field->values[i]; i++)
		if (i == v)
			snprintf(buf, len, "%llu: %s", v, field->values[i]);
	if (field->values && i > v)
		return buf;
	if (field->format == DRTMON_TXT_FLAG)
		snprintf(buf, len, "%s", v ? "true" : "false");
	else if (field->format == DRTMON_TXT_MIB)
		snprintf(buf, len, "0x%llx (%llu MiB)", v << 20, v);
	else
		snprintf(buf, len, field->format == DRTMON_TXT_HEX ? "0x%llx" : "%llu", v);
	return buf;
}

static void register_fields(struct libscols_table *table, const struct drtmon_txt_reg *reg,
			    uint64_t value, const struct drtmon_opts *opts)
{
	const struct drtmon_txt_field *field;
	char text[96];

	for (field = reg->fields; field && field->name; field++) {
		const char *cells[] = { "", "", field->name,
					field_text(field, value, text, sizeof(text)),
					field->unconfirmed || reg->unconfirmed ? "unconfirmed"
									       : "" };

		drtmon_out_row(table, cells, DRTMON_TONE_DIM, opts);
	}
}

static void register_note(const struct drtmon_txt_reg *reg, uint64_t value, char *buf, size_t len)
{
	struct drtmon_txt_errorcode code;

	snprintf(buf, len, "%s", reg->unconfirmed ? "unconfirmed" : "");
	if (reg->id != DRTMON_TXT_ERRORCODE && reg->id != DRTMON_TXT_ACM_STATUS)
		return;
	code = reg->id == DRTMON_TXT_ERRORCODE ? drtmon_txt_errorcode_decode((uint32_t)value)
					       : drtmon_txt_acm_status_decode((uint32_t)value);
	drtmon_txt_errorcode_meaning(&code, buf, len);
}

void drtmon_txt_show_registers(const struct drtmon_opts *opts, const struct drtmon_item *item)
{
	static const char *const columns[] = { "REGISTER", "RAW", "FIELD", "VALUE", "NOTE" };
	const uint8_t *buf = item->blob.data;
	size_t len = item->blob.len, i;
	struct libscols_table *table = drtmon_out_table(columns, 5);
	const struct drtmon_txt_reg *reg;
	char raw[24], note[400];
	uint64_t value = 0;

	for (i = 0; (reg = drtmon_txt_reg_at(i)); i++) {
		const char *cells[] = { reg->title, raw, "", "", note };

		note[0] = '\0';
		if (len < (size_t)reg->offset + reg->size)
			break;
		if (drtmon_txt_reg_get(reg, buf, len, &value)) {
			snprintf(raw, sizeof(raw), "0x%0*llx", 2 * reg->size,
				 (unsigned long long)value);
			register_note(reg, value, note, sizeof(note));
		} else {
			snprintf(raw, sizeof(raw), "%u bytes", reg->size);
			drtmon_hex_encode(note, buf + reg->offset, reg->size);
		}
		drtmon_out_row(table, cells, DRTMON_TONE_PLAIN, opts);
		register_fields(table, reg, value, opts);
	}
	drtmon_out_table_print(table);
	if (reg)
		printf("the window ends at 0x%zx, before %s and what follows\n", len, reg->title);
}

static void show_value(const json_t *value, int depth)
{
	char *text;

	if (json_is_object(value)) {
		putchar('\n');
		drtmon_txt_show_object(value, depth + 1);
	} else if (json_is_string(value)) {
		printf("%s\n", json_string_value(value));
	} else if (json_is_null(value)) {
		printf("-\n");
	} else {
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		printf("%s\n", text ? text : "");
		free(text);
	}
}

void drtmon_txt_show_object(const json_t *object, int depth)
{
	const json_t *value, *entry;
	const char *key;
	size_t i;

	json_object_foreach ((json_t *)object, key, value) {
		if (json_is_array(value) && json_is_object(json_array_get(value, 0))) {
			json_array_foreach (value, i, entry) {
				printf("%*s%s[%zu]:", 2 * depth, "", key, i);
				show_value(entry, depth);
			}
			continue;
		}
		printf("%*s%s: ", 2 * depth, "", key);
		show_value(value, depth);
	}
}

static void show_records(const struct drtmon_opts *opts, const json_t *events)
{
	static const char *const columns[] = { "#", "PCR", "TYPE", "BANKS", "EXTENDED", "DATA" };
	struct libscols_table *table = drtmon_out_table(columns, 6);
	const json_t *event, *digest;
	char index[24], pcr[24], banks[128], brief[BRIEF + 4];
	const char *key;
	size_t i;

	json_array_foreach (events, i, event) {
		const char *name = json_string_value(json_object_get(event, "name"));
		const char *label = json_string_value(json_object_get(event, "label"));
		const char *data = json_string_value(json_object_get(event, "data"));
		const char *cells[] = {
			index,
			pcr,
			name ? name : json_string_value(json_object_get(event, "type")),
			banks,
			json_is_true(json_object_get(event, "extended")) ? "yes" : "no",
			label		? label
			: opts->verbose ? data
					: brief
		};

		snprintf(brief, sizeof(brief), "%.*s%s", BRIEF, data ? data : "",
			 data && strlen(data) > BRIEF ? "…" : "");

		snprintf(index, sizeof(index), "%lld",
			 (long long)json_integer_value(json_object_get(event, "index")));
		snprintf(pcr, sizeof(pcr), "%lld",
			 (long long)json_integer_value(json_object_get(event, "pcr")));
		banks[0] = '\0';
		json_object_foreach (json_object_get(event, "digests"), key, digest)
			if (strlen(banks) + strlen(key) + 2 < sizeof(banks))
				strcat(strcat(banks, banks[0] ? "," : ""), key);
		drtmon_out_row(table, cells, DRTMON_TONE_PLAIN, opts);
	}
	drtmon_out_table_print(table);
}

void drtmon_txt_show_log(const struct drtmon_opts *opts, const json_t *log)
{
	const json_t *banks = json_object_get(log, "pcrs"), *bank, *value, *quirk, *compare;
	const char *name, *pcr, *problem = json_string_value(json_object_get(log, "problem"));
	size_t i;

	printf("DRTM log: %s, %lld records\n", json_string_value(json_object_get(log, "format")),
	       (long long)json_integer_value(json_object_get(log, "records")));
	show_records(opts, json_object_get(log, "events"));
	json_object_foreach ((json_t *)banks, name, bank)
		json_object_foreach ((json_t *)bank, pcr, value) {
			compare = json_object_get(
				json_object_get(json_object_get(log, "compare"), name), pcr);
			printf("%s PCR %s: %s%s%s\n", name, pcr, json_string_value(value),
			       compare ? "  " : "", compare ? json_string_value(compare) : "");
		}
	json_array_foreach (json_object_get(log, "quirks"), i, quirk)
		printf("quirk: %s\n", json_string_value(quirk));
	if (problem)
		printf("problem: %s\n", problem);
}
