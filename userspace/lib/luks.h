/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LUKS_H
#define DRTMON_LIB_LUKS_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* Most bytes of a LUKS2 header: 4 MiB (LUKS2 on-disk format, 2.3). */
#define DRTMON_LUKS_MAX (4u << 20)

enum drtmon_luks {
	DRTMON_LUKS_NONE,      /* no LUKS volume */
	DRTMON_LUKS_1,	       /* LUKS1: has no tokens */
	DRTMON_LUKS_2,	       /* LUKS2, @metadata is filled */
	DRTMON_LUKS_DAMAGED,   /* LUKS2 whose metadata makes no sense */
	DRTMON_LUKS_BITLOCKER, /* BitLocker, not LUKS at all */
};

/**
 * drtmon_luks_parse() - the metadata of an encrypted volume
 * @data: its first bytes
 * @len: how many; DRTMON_LUKS_MAX is always enough
 * @metadata: set to a new reference for DRTMON_LUKS_2, else to NULL
 *
 * Return: enum drtmon_luks.
 */
enum drtmon_luks drtmon_luks_parse(const uint8_t *data, size_t len, json_t **metadata);

/**
 * drtmon_luks_tpm_token() - does a token bind a key slot to the TPM?
 * @token: an object of the metadata's "tokens"
 *
 * Return: true for systemd-tpm2 and for clevis with a tpm2 pin; a clevis
 * policy of several pins counts when one of them is.
 */
int drtmon_luks_tpm_token(const json_t *token);

#endif
