/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_DECODE_OUT_H
#define DRTMON_LIB_LOG_DECODE_OUT_H

/* How decoders write; inside lib/log. */

#include "lib/log/bytes.h"
#include "lib/log/decode.h"

/**
 * drtmon_put() - append to the line
 * @out: decoded record
 * @fmt: printf format; the result must be safe for a terminal
 */
void drtmon_put(struct drtmon_decoded *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * drtmon_put_bytes() - append text that somebody else wrote
 * @out: decoded record
 * @text: bytes of any kind
 * @len: their number; trailing NULs are left out
 */
void drtmon_put_bytes(struct drtmon_decoded *out, const void *text, size_t len);

/**
 * drtmon_put_hex() - append bytes as hex, at most 32 of them
 * @out: decoded record
 * @data: bytes
 * @len: their number
 */
void drtmon_put_hex(struct drtmon_decoded *out, const uint8_t *data, size_t len);

/**
 * drtmon_detail() - add a part by name
 * @out: decoded record; without details the value is dropped
 * @key: name
 * @value: consumed; NULL is left out
 */
void drtmon_detail(struct drtmon_decoded *out, const char *key, json_t *value);

/**
 * drtmon_detail_bytes() - add text that somebody else wrote
 * @out: decoded record
 * @key: name
 * @text: bytes; made valid UTF-8, trailing NULs are left out
 * @len: their number
 */
void drtmon_detail_bytes(struct drtmon_decoded *out, const char *key, const void *text, size_t len);

/**
 * drtmon_json_bytes() - the same as a value
 * @text: bytes
 * @len: their number
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_json_bytes(const void *text, size_t len);

/**
 * drtmon_json_hexed() - bytes as lower-case hex
 * @data: bytes
 * @len: their number
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_json_hexed(const uint8_t *data, size_t len);

/* Bytes a UTF-8 text of @chars UTF-16 units can take, NUL included. */
#define DRTMON_UTF16_ROOM(chars) (3 * (chars) + 1)

/**
 * drtmon_utf16() - UTF-16LE as UTF-8, up to its NUL
 * @dst: always ends in NUL
 * @max: bytes of @dst
 * @src: units at any alignment
 * @chars: number of units
 *
 * Return: bytes written without the NUL. Halves of pairs become U+FFFD.
 */
size_t drtmon_utf16(char *dst, size_t max, const uint8_t *src, size_t chars);

/**
 * drtmon_is_utf16() - does it look like UTF-16LE of mostly ASCII?
 * @data: bytes
 * @len: their number
 *
 * Return: true or false.
 */
bool drtmon_is_utf16(const uint8_t *data, size_t len);

/* Characters of a GUID, NUL included. */
#define DRTMON_GUID_SIZE 37

/**
 * drtmon_guid() - 16 bytes as UEFI prints them
 * @dst: DRTMON_GUID_SIZE characters
 * @src: bytes as they lie in memory
 *
 * Return: @dst.
 */
char *drtmon_guid(char dst[DRTMON_GUID_SIZE], const uint8_t *src);

/**
 * drtmon_guid_name() - name of a well-known GUID
 * @src: 16 bytes
 *
 * Return: a constant string, or NULL.
 */
const char *drtmon_guid_name(const uint8_t *src);

/* The decoders; each for the data of one kind of record. */
void drtmon_decode_variable(struct drtmon_decoded *out, const struct drtmon_log_event *event);
void drtmon_decode_siglist(struct drtmon_decoded *out, const uint8_t *data, size_t len);
void drtmon_decode_certificate(struct drtmon_decoded *out, const uint8_t *data, size_t len);
void drtmon_decode_path(struct drtmon_decoded *out, const uint8_t *data, size_t len);
void drtmon_decode_image(struct drtmon_decoded *out, const struct drtmon_log_event *event);
void drtmon_decode_gpt(struct drtmon_decoded *out, const struct drtmon_log_event *event);
void drtmon_decode_tagged(struct drtmon_decoded *out, const uint8_t *data, size_t len);
void drtmon_decode_firmware(struct drtmon_decoded *out, const struct drtmon_log_event *event);
void drtmon_decode_drtm(struct drtmon_decoded *out, const struct drtmon_log_event *event);
void drtmon_decode_ima(struct drtmon_decoded *out, const struct drtmon_log_event *event,
		       bool big_endian);
void drtmon_decode_record(struct drtmon_decoded *out, const struct drtmon_log_event *event);
void drtmon_decode_text(struct drtmon_decoded *out, const uint8_t *data, size_t len);

#endif
