/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_HEX_H
#define DRTMON_LIB_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * drtmon_hex_encode() - bytes as lower-case hex with a terminating NUL
 * @dst: at least 2 * @len + 1 characters
 * @src: bytes, in the order they are printed
 * @len: number of bytes
 *
 * Return: @dst.
 */
char *drtmon_hex_encode(char *dst, const uint8_t *src, size_t len);

/**
 * drtmon_hex_decode() - hex of either case, nothing else, as bytes
 * @dst: room for @max bytes
 * @max: size of @dst
 * @src: characters; need not end in NUL
 * @len: number of characters
 *
 * Return: number of bytes, or -EINVAL for an odd length, a character that is
 * no hex digit, or more bytes than @max.
 */
ssize_t drtmon_hex_decode(uint8_t *dst, size_t max, const char *src, size_t len);

#endif
