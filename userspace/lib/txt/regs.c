// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/txt/regs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/hex.h"

/* Bytes that tell text from registers. */
#define TEXT_LOOK 256u

static uint64_t load_le(const uint8_t *p, size_t size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | p[size];
	return value;
}

static bool reg_inside(const struct drtmon_txt_reg *reg, size_t len)
{
	return len >= (size_t)reg->offset + reg->size;
}

bool drtmon_txt_reg_get(const struct drtmon_txt_reg *reg, const uint8_t *buf, size_t len,
			uint64_t *value)
{
	if (reg->size > 8 || !reg_inside(reg, len))
		return false;
	*value = load_le(buf + reg->offset, reg->size);
	return true;
}

bool drtmon_txt_reg_read(enum drtmon_txt_reg_id id, const uint8_t *buf, size_t len, uint64_t *value)
{
	const struct drtmon_txt_reg *reg;
	size_t i;

	*value = 0;
	for (i = 0; (reg = drtmon_txt_reg_at(i)); i++)
		if (reg->id == id)
			return drtmon_txt_reg_get(reg, buf, len, value);
	return false;
}

uint64_t drtmon_txt_field_value(const struct drtmon_txt_field *field, uint64_t value)
{
	value >>= field->shift;
	return field->width < 64 ? value & ((UINT64_C(1) << field->width) - 1) : value;
}

static bool all_zero(const uint8_t *buf, size_t len)
{
	return !buf[0] && !memcmp(buf, buf + 1, len - 1);
}

/* All ones where nothing answers: STS, ESTS and DIDVID say so together. */
static bool all_ones(const uint8_t *buf, size_t len)
{
	static const enum drtmon_txt_reg_id ids[] = { DRTMON_TXT_STS, DRTMON_TXT_ESTS,
						      DRTMON_TXT_DIDVID };
	uint64_t value;
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (drtmon_txt_reg_read(ids[i], buf, len, &value) && value != UINT64_MAX)
			return false;
	return true;
}

/* DIDVID is the last of those that tell a window from nothing at all. */
static bool tells_none(const uint8_t *buf, size_t len)
{
	uint64_t value;

	return drtmon_txt_reg_read(DRTMON_TXT_DIDVID, buf, len, &value);
}

enum drtmon_txt_window drtmon_txt_window_state(const uint8_t *buf, size_t len)
{
	const struct drtmon_txt_reg *reg;
	size_t i;

	if (len < 8)
		return len ? DRTMON_TXT_WINDOW_CUT : DRTMON_TXT_WINDOW_EMPTY;
	if (all_zero(buf, len) || all_ones(buf, len))
		return tells_none(buf, len) ? DRTMON_TXT_WINDOW_NONE : DRTMON_TXT_WINDOW_CUT;
	for (i = 0; (reg = drtmon_txt_reg_at(i)); i++)
		if (!reg_inside(reg, len))
			return DRTMON_TXT_WINDOW_SHORT;
	return DRTMON_TXT_WINDOW_FULL;
}

bool drtmon_txt_window_text(const uint8_t *buf, size_t len)
{
	size_t i, look = len < TEXT_LOOK ? len : TEXT_LOOK;

	for (i = 0; i < look; i++)
		if ((buf[i] < ' ' || buf[i] > '~') && (buf[i] < '\t' || buf[i] > '\r'))
			return false;
	return len >= 8;
}

const char *drtmon_txt_window_name(enum drtmon_txt_window state)
{
	static const char *const names[] = { "empty", "truncated", "no TXT window", "short", "ok" };

	return names[state];
}

bool drtmon_txt_dpr_range(uint64_t dpr, uint64_t *base, uint64_t *top)
{
	uint64_t size = (dpr >> 4 & 0xff) << 20;

	*top = (dpr >> 20 & 0xfff) << 20;
	*base = *top > size ? *top - size : 0;
	return size && *top >= size;
}

static json_t *hex_json(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	return json_string(text);
}

static json_t *reg_json(const struct drtmon_txt_reg *reg, const uint8_t *buf, size_t len)
{
	char key[2 * 32 + 1];
	uint64_t value;

	if (!reg_inside(reg, len))
		return json_null();
	if (drtmon_txt_reg_get(reg, buf, len, &value))
		return hex_json(value);
	return json_string(drtmon_hex_encode(key, buf + reg->offset, reg->size));
}

static json_t *field_json(const struct drtmon_txt_field *field, uint64_t value)
{
	uint64_t v = drtmon_txt_field_value(field, value);

	if (field->format == DRTMON_TXT_FLAG)
		return json_boolean(v);
	if (field->format == DRTMON_TXT_HEX)
		return hex_json(v);
	if (field->format == DRTMON_TXT_MIB)
		return hex_json(v << 20);
	return json_integer((json_int_t)v);
}

static json_t *fields_json(const struct drtmon_txt_reg *reg, uint64_t value)
{
	const struct drtmon_txt_field *field;
	json_t *obj = json_object();

	for (field = reg->fields; obj && field->name; field++)
		if (json_object_set_new(obj, field->name, field_json(field, value))) {
			json_decref(obj);
			return NULL;
		}
	return obj;
}

static int add_reg(json_t *registers, json_t *decoded, json_t *unconfirmed,
		   const struct drtmon_txt_reg *reg, const uint8_t *buf, size_t len)
{
	const struct drtmon_txt_field *field;
	char name[64];
	uint64_t value;
	int bad;

	bad = json_object_set_new(registers, reg->name, reg_json(reg, buf, len));
	if (reg->unconfirmed)
		bad |= json_array_append_new(unconfirmed, json_string(reg->name));
	if (!reg->fields)
		return bad;
	if (drtmon_txt_reg_get(reg, buf, len, &value))
		bad |= json_object_set_new(decoded, reg->name, fields_json(reg, value));
	for (field = reg->fields; field->name; field++) {
		if (!field->unconfirmed)
			continue;
		snprintf(name, sizeof(name), "%s.%s", reg->name, field->name);
		bad |= json_array_append_new(unconfirmed, json_string(name));
	}
	return bad;
}

static json_t *window_json(enum drtmon_txt_window state, size_t len)
{
	return json_pack("{s:s, s:I, s:b}", "state", drtmon_txt_window_name(state), "length",
			 (json_int_t)len, "complete", state == DRTMON_TXT_WINDOW_FULL);
}

json_t *drtmon_txt_regs_json(const uint8_t *buf, size_t len)
{
	enum drtmon_txt_window state = drtmon_txt_window_state(buf, len);
	json_t *registers = json_object(), *decoded = json_object(), *unconfirmed = json_array();
	const struct drtmon_txt_reg *reg;
	int bad = 0;
	size_t i;

	for (i = 0; state >= DRTMON_TXT_WINDOW_SHORT && (reg = drtmon_txt_reg_at(i)); i++)
		bad |= add_reg(registers, decoded, unconfirmed, reg, buf, len);
	if (bad) {
		json_decref(registers);
		registers = NULL;
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "window", window_json(state, len), "registers",
			 registers, "decoded", decoded, "unconfirmed", unconfirmed);
}
