/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_INI_H
#define DRTMON_LIB_INI_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

/**
 * struct drtmon_ini_entry - a key and its value, and where they stand
 * @file: path, as it was given
 * @line: from 1
 * @section: "" in front of the first one
 * @key: name; repeated for each further line of a value
 * @value: without the blanks around it
 */
struct drtmon_ini_entry {
	const char *file;
	unsigned int line;
	const char *section;
	const char *key;
	const char *value;
};

/**
 * struct drtmon_ini_ops - what becomes of a file
 * @entry: take an entry; -ENOENT when there is no such key, another negative
 *	errno when the value will not do; then @why says why
 * @problem: what is wrong with an entry or a line; @entry->key is "" for a line
 *	that is none; may be NULL
 * @ctx: for both
 */
struct drtmon_ini_ops {
	int (*entry)(void *ctx, const struct drtmon_ini_entry *entry, struct drtmon_err *why);
	void (*problem)(void *ctx, const struct drtmon_ini_entry *entry,
			const struct drtmon_err *why);
	void *ctx;
};

/**
 * drtmon_ini_read() - read a file, to its end whatever is wrong with it
 * @path: the file
 * @ops: who takes it
 * @err: why it could not be read
 *
 * Return: number of problems, or a negative errno when the file cannot be read.
 */
int drtmon_ini_read(const char *path, const struct drtmon_ini_ops *ops, struct drtmon_err *err);

/**
 * drtmon_ini_bool() - "yes" or "no", "true" or "false", "1" or "0"
 * @value: text
 *
 * Return: 1, 0, or -EINVAL.
 */
int drtmon_ini_bool(const char *value);

/**
 * drtmon_ini_duration() - "90", "90s", "5min", "12h", "30d"
 * @value: text
 * @seconds: the result
 *
 * Return: 0 or -EINVAL.
 */
int drtmon_ini_duration(const char *value, uint64_t *seconds);

/**
 * drtmon_ini_size() - "1000", "512K", "100M", "1G": powers of 1024
 * @value: text
 * @bytes: the result
 *
 * Return: 0 or -EINVAL.
 */
int drtmon_ini_size(const char *value, uint64_t *bytes);

#endif
