/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TEXT_H
#define DRTMON_LIB_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Room one input byte can need: "\xNN". */
#define DRTMON_TEXT_GROWTH 4

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
 * drtmon_text_time() - a time as RFC 3339 in UTC with nanoseconds
 * @dst: room for DRTMON_TEXT_TIME_MAX bytes
 * @ns: nanoseconds since 1970
 *
 * Return: @dst.
 */
char *drtmon_text_time(char *dst, uint64_t ns);

#endif
