/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_JSON_H
#define DRTMON_LIB_LOG_JSON_H

/* JSON records out of a stream; for the parsers of lib/log. */

#include <jansson.h>

#include "lib/log/reader.h"

/**
 * drtmon_json_next() - the next JSON value of a log
 * @log: reader; what was held is consumed, blanks and separators are passed
 * @separators: characters that may stand between values
 * @size: set to the bytes the value takes
 *
 * Return: a new reference; NULL at the end or after noting a problem.
 */
json_t *drtmon_json_next(struct drtmon_log *log, const char *separators, size_t *size);

/**
 * drtmon_json_hex() - bytes of a hex string
 * @value: JSON string, NULL is refused
 * @out: room for half as many bytes as the string has characters
 * @max: that room
 *
 * Return: number of bytes, or -EINVAL.
 */
ssize_t drtmon_json_hex(const json_t *value, uint8_t *out, size_t max);

/**
 * drtmon_json_alg() - an algorithm named as string or as TPM_ALG_ID
 * @value: JSON string of either case, or integer
 *
 * Return: the algorithm, NULL when unknown.
 */
const struct drtmon_alg *drtmon_json_alg(const json_t *value);

#endif
