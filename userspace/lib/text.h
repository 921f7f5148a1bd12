/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TEXT_H
#define DRTMON_LIB_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Room one input byte can need: "\xNN". */
#define DRTMON_TEXT_GROWTH 4

/* Longest sentence drtmon_text_vprintf() makes. */
#define DRTMON_TEXT_FORMAT_MAX 2048

/* Characters drtmon_text_time() writes, NUL included. */
#define DRTMON_TEXT_TIME_MAX 40

/**
 * drtmon_text_utf8() - bytes somebody else chose, as valid UTF-8
 * @dst: room for @max bytes; always ends in NUL when @max is not 0
 * @max: size of @dst; DRTMON_TEXT_GROWTH * @len + 1 is always enough
 * @src: bytes of any kind
 * @len: number of bytes
 *
 * A process chooses its own name, so it can hold anything. Bytes that are no
 * UTF-8 become the text \xNN; everything else, control characters included,
 * stays: the JSON encoder escapes those.
 *
 * Return: @dst.
 */
char *drtmon_text_utf8(char *dst, size_t max, const char *src, size_t len);

/**
 * drtmon_text_safe() - the same, fit for a terminal
 * @dst: room for @max bytes; always ends in NUL when @max is not 0
 * @max: size of @dst
 * @src: bytes of any kind
 * @len: number of bytes
 *
 * Control characters of either set, line separators and the characters that
 * turn the writing direction are escaped too, so that a name can neither
 * drive the terminal nor look like another line.
 *
 * Return: @dst.
 */
char *drtmon_text_safe(char *dst, size_t max, const char *src, size_t len);

/**
 * drtmon_text_vprintf() - format, and make the result fit for a terminal
 * @dst: room for @max bytes; always ends in NUL when @max is not 0
 * @max: size of @dst, at most DRTMON_TEXT_FORMAT_MAX
 * @fmt: printf format; its arguments may be bytes of any kind
 * @ap: arguments
 *
 * What does not fit is left out, whole characters at a time: the result is
 * always valid UTF-8.
 *
 * Return: @dst.
 */
char *drtmon_text_vprintf(char *dst, size_t max, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/**
 * drtmon_text_copy() - a string somebody else chose, cut to size
 * @dst: room for @max bytes; always ends in NUL when @max is not 0
 * @max: size of @dst
 * @src: string
 *
 * Return: @dst, which drtmon_text_safe() would leave as it is.
 */
char *drtmon_text_copy(char *dst, size_t max, const char *src);

/**
 * drtmon_text_time() - a time as RFC 3339 in UTC with nanoseconds
 * @dst: room for DRTMON_TEXT_TIME_MAX bytes
 * @ns: nanoseconds since 1970
 *
 * Return: @dst.
 */
char *drtmon_text_time(char *dst, uint64_t ns);

#endif
