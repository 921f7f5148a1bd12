/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_IMA_H
#define DRTMON_LIB_LOG_IMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/log/log.h"

/* The template of the first kernels pads the name to this (IMA_EVENT_NAME_LEN_MAX + 1). */
#define DRTMON_IMA_NAME_PAD 256u
/* Template data of the "ima" template as it is hashed. */
#define DRTMON_IMA_OLD_SIZE (20u + DRTMON_IMA_NAME_PAD)
/* Most fields of a template: evm-sig has nine. */
#define DRTMON_IMA_FIELDS 16

/**
 * struct drtmon_ima_layout - what differs between binary lists
 * @digest_size: bytes of the template digest: 20, or that of the file's bank
 * @big_endian: numbers are big-endian
 */
struct drtmon_ima_layout {
	uint16_t digest_size;
	bool big_endian;
};

/**
 * struct drtmon_ima_field - one field of template data
 * @data: inside the template data
 * @len: bytes
 */
struct drtmon_ima_field {
	const uint8_t *data;
	size_t len;
};

/**
 * drtmon_ima_layout() - recognise a binary list from its first record
 * @layout: set
 * @data: first bytes of the list
 * @len: number of bytes
 *
 * Return: 0, or -EINVAL when it is none.
 */
int drtmon_ima_layout(struct drtmon_ima_layout *layout, const uint8_t *data, size_t len);

/**
 * drtmon_ima_is_old() - is it the template "ima", whose data has no lengths?
 * @name: template name
 * @len: its characters
 *
 * Return: true or false.
 */
bool drtmon_ima_is_old(const char *name, size_t len);

/**
 * drtmon_ima_template_format() - field ids of a template, "d-ng|n-ng|sig"
 * @name: template name, or a format itself
 * @len: characters
 * @out: set to the format, no NUL behind it
 *
 * Return: characters of the format, 0 for an unknown template.
 */
size_t drtmon_ima_template_format(const char *name, size_t len, const char **out);

/**
 * drtmon_ima_alg_32() - which hash made the digests of 32 bytes of a list
 * @event: an entry with its template data, no violation
 *
 * A list does not name its hash, and SM3's digests are as long as SHA-256's.
 *
 * Return: SHA-256 or SM3, or NULL where neither makes the entry's digest.
 */
const struct drtmon_alg *drtmon_ima_alg_32(const struct drtmon_log_event *event);

/**
 * drtmon_ima_fields() - split template data
 * @field: filled
 * @data: template data as it is hashed; of "ima" the 20-byte digest and the name
 * @len: bytes
 * @name: template name
 * @name_len: characters
 * @big_endian: of the lengths
 *
 * Return: number of fields, or -EINVAL when lengths and data contradict.
 */
int drtmon_ima_fields(struct drtmon_ima_field field[DRTMON_IMA_FIELDS], const uint8_t *data,
		      size_t len, const char *name, size_t name_len, bool big_endian);

#endif
