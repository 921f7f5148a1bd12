/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_JSON_H
#define DRTMON_LIB_LOG_JSON_H

/* JSON records out of a stream; for the parsers of lib/log. */

#include <jansson.h>

#include "lib/log/reader.h"

/**
 * struct drtmon_json_list - how the values of a log are put together
 * @begun: the first byte was looked at
 * @array: they are the elements of one outer array
 * @closed: its bracket was closed
 * @count: values so far
 *
 * The outer array's own punctuation is read here, so that one element at a
 * time is in memory; the elements are jansson's business.
 */
struct drtmon_json_list {
	bool begun;
	bool array;
	bool closed;
	uint64_t count;
};

/**
 * drtmon_json_next() - the next JSON value of a log
 * @log: reader
 * @list: all zero at the start of a log
 * @size: set to the bytes the value takes
 *
 * Values may be the elements of one array, follow one another, or each follow
 * a record separator (RFC 7464).
 *
 * Return: a new reference; NULL at the end or after noting a problem.
 */
json_t *drtmon_json_next(struct drtmon_log *log, struct drtmon_json_list *list, size_t *size);

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
