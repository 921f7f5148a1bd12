/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_ALG_H
#define DRTMON_LIB_ALG_H

#include <stddef.h>
#include <stdint.h>

/* Largest digest of any algorithm in the table, in bytes. */
#define DRTMON_ALG_DIGEST_MAX 64

/**
 * struct drtmon_alg - a hash algorithm as TPMs and logs name it
 * @id: TPM_ALG_ID (TCG Algorithm Registry)
 * @size: digest size in bytes
 * @name: as in sysfs and tpm2-tools: "sha1", "sha256", "sm3_256" …
 * @evp: OpenSSL's name for EVP_MD_fetch()
 */
struct drtmon_alg {
	uint16_t id;
	uint16_t size;
	const char *name;
	const char *evp;
};

/**
 * drtmon_alg_by_id() - look an algorithm up by its TPM_ALG_ID
 * @id: TPM_ALG_ID in host byte order
 *
 * Return: the entry, or NULL when drtmon does not know it.
 */
const struct drtmon_alg *drtmon_alg_by_id(uint32_t id);

/**
 * drtmon_alg_by_name() - look an algorithm up by its lower-case name
 * @name: characters; need not end in NUL
 * @len: number of characters
 *
 * Return: the entry, or NULL.
 */
const struct drtmon_alg *drtmon_alg_by_name(const char *name, size_t len);

/**
 * drtmon_alg_at() - walk the table
 * @i: 0 for the first
 *
 * Return: the entry, or NULL past the last.
 */
const struct drtmon_alg *drtmon_alg_at(size_t i);

#endif
