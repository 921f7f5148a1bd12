/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TXT_REGS_H
#define DRTMON_LIB_TXT_REGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* The public window at 0xfed30000 has this many bytes; more is not looked at. */
#define DRTMON_TXT_WINDOW_MAX 65536

/* Registers that verdicts rest on, by name; the table in regs_table.c has more. */
enum drtmon_txt_reg_id {
	DRTMON_TXT_STS,
	DRTMON_TXT_ESTS,
	DRTMON_TXT_ERRORCODE,
	DRTMON_TXT_SPAD,
	DRTMON_TXT_DIDVID,
	DRTMON_TXT_SINIT_BASE,
	DRTMON_TXT_SINIT_SIZE,
	DRTMON_TXT_HEAP_BASE,
	DRTMON_TXT_HEAP_SIZE,
	DRTMON_TXT_ACM_STATUS,
	DRTMON_TXT_DPR,
	DRTMON_TXT_ACM_POLICY_STATUS,
	DRTMON_TXT_VER_FTIF,
	DRTMON_TXT_E2STS,
	DRTMON_TXT_VER_FSBIF,
	DRTMON_TXT_VER_QPIIF,
	DRTMON_TXT_REG_OTHER
};

/* How a field's value is shown. */
enum drtmon_txt_format {
	DRTMON_TXT_FLAG,   /* one bit: true or false */
	DRTMON_TXT_NUMBER, /* decimal */
	DRTMON_TXT_HEX,
	DRTMON_TXT_MIB /* number of mebibytes */
};

/**
 * struct drtmon_txt_field - some bits of a register
 * @name: key in JSON; where txt-stat shows the same bits, its name for them
 * @shift: lowest bit
 * @width: number of bits
 * @format: how to show it
 * @unconfirmed: one source only, or sources disagree: shown, never judged
 * @values: meanings of the values from 0 on, ended by NULL; or NULL
 */
struct drtmon_txt_field {
	const char *name;
	uint8_t shift;
	uint8_t width;
	uint8_t format;
	bool unconfirmed;
	const char *const *values;
};

/**
 * struct drtmon_txt_reg - one register of the public window
 * @id: enum drtmon_txt_reg_id
 * @offset: from the start of the window
 * @size: bytes, little-endian; 32 for PUBLIC.KEY, which is shown in byte order
 * @unconfirmed: name and offset are from one source
 * @name: key in JSON
 * @title: as documents write it, without "TXT."
 * @fields: ended by one with a NULL name; may be NULL
 */
struct drtmon_txt_reg {
	uint8_t id;
	uint16_t offset;
	uint8_t size;
	bool unconfirmed;
	const char *name;
	const char *title;
	const struct drtmon_txt_field *fields;
};

/* What a window is, before any register is believed. */
enum drtmon_txt_window {
	DRTMON_TXT_WINDOW_EMPTY, /* no bytes */
	DRTMON_TXT_WINDOW_CUT,	 /* too few to tell a window from nothing */
	DRTMON_TXT_WINDOW_NONE,	 /* all ones or all zero: nothing decodes there */
	DRTMON_TXT_WINDOW_SHORT, /* ends before the last known register */
	DRTMON_TXT_WINDOW_FULL
};

/**
 * drtmon_txt_reg_at() - walk the table, in order of offsets
 * @i: 0 for the first
 *
 * Return: the entry, or NULL past the last.
 */
const struct drtmon_txt_reg *drtmon_txt_reg_at(size_t i);

/**
 * drtmon_txt_window_state() - is there a TXT window in these bytes?
 * @buf: the window from its offset 0, any length
 * @len: bytes
 *
 * "None" is all bytes zero, or STS, ESTS and DIDVID all ones. Where the bytes end
 * before DIDVID does and show no more than that, the window is cut, as it is
 * below the size of one register.
 *
 * Return: see enum drtmon_txt_window.
 */
enum drtmon_txt_window drtmon_txt_window_state(const uint8_t *buf, size_t len);

/**
 * drtmon_txt_window_text() - are these bytes text, and so no window?
 * @buf: what was given as a window
 * @len: bytes
 *
 * The upper bytes of STS are reserved and zero, so no window begins like this.
 *
 * Return: true when there is a register's size of bytes, and the first 256, or
 * all that there are, are printable ASCII or blank.
 */
bool drtmon_txt_window_text(const uint8_t *buf, size_t len);

/**
 * drtmon_txt_window_name() - the state in words
 * @state: which
 *
 * Return: a static string: "empty", "truncated", "no TXT window", "short" or "ok".
 */
const char *drtmon_txt_window_name(enum drtmon_txt_window state);

/**
 * drtmon_txt_reg_get() - value of one register
 * @reg: an entry of the table of at most 8 bytes
 * @buf: the window
 * @len: its bytes
 * @value: filled when the result is true, in host byte order
 *
 * Return: false when the window ends before the register does.
 */
bool drtmon_txt_reg_get(const struct drtmon_txt_reg *reg, const uint8_t *buf, size_t len,
			uint64_t *value);

/**
 * drtmon_txt_reg_read() - the same by name
 * @id: below DRTMON_TXT_REG_OTHER
 * @buf: the window
 * @len: its bytes
 * @value: filled when the result is true
 *
 * Return: false when the window ends before the register does.
 */
bool drtmon_txt_reg_read(enum drtmon_txt_reg_id id, const uint8_t *buf, size_t len,
			 uint64_t *value);

/**
 * drtmon_txt_field_value() - bits of a register, shifted down
 * @field: which
 * @value: the register
 *
 * Return: the bits.
 */
uint64_t drtmon_txt_field_value(const struct drtmon_txt_field *field, uint64_t value);

/**
 * drtmon_txt_dpr_range() - the DMA-protected range that DPR describes
 * @dpr: register 0x330
 * @base: first byte
 * @top: first byte behind it (also the base of TSEG)
 *
 * Return: false when it describes none.
 */
bool drtmon_txt_dpr_range(uint64_t dpr, uint64_t *base, uint64_t *top);

/**
 * drtmon_txt_regs_json() - everything the window says
 * @buf: the window
 * @len: its bytes
 *
 * {"window":{…},"registers":{"sts":"0x2",…},"decoded":{"sts":{…},…},
 * "unconfirmed":["crash2",…]}. Registers behind the end are null. A window
 * that is none has no registers at all.
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_txt_regs_json(const uint8_t *buf, size_t len);

#endif
