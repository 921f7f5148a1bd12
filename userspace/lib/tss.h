/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TSS_H
#define DRTMON_LIB_TSS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

/* A TPM 2.0 that is being asked; opaque. */
struct drtmon_tss;

/**
 * struct drtmon_tss_nv - public area of an NV index
 * @attributes: TPMA_NV
 * @size: bytes of its data
 */
struct drtmon_tss_nv {
	uint32_t attributes;
	uint32_t size;
};

/**
 * struct drtmon_tss_key - public area of an object
 * @type: TPM_ALG_ID
 * @bits: of an RSA key, 0 for another type
 * @curve: TPM_ECC_CURVE of an elliptic key, 0 for another type
 * @attributes: TPMA_OBJECT
 */
struct drtmon_tss_key {
	uint32_t type;
	uint32_t bits;
	uint32_t curve;
	uint32_t attributes;
};

/**
 * drtmon_tss_rc_text() - a TPM 2.0 response code in words
 * @dst: room for @max bytes
 * @max: size of @dst
 * @rc: response code
 *
 * Return: @dst.
 */
char *drtmon_tss_rc_text(char *dst, size_t max, uint32_t rc);

/**
 * drtmon_tss_open() - begin to ask a TPM 2.0
 * @tss: release with drtmon_tss_close()
 * @tcti: for example "device:/dev/tpmrm0", as Tss2_TctiLdr_Initialize() takes it
 * @err: what failed
 *
 * tpm2-tss is kept from writing to standard error, unless TSS2_LOG says otherwise.
 *
 * Return: 0 or a negative errno.
 */
int drtmon_tss_open(struct drtmon_tss **tss, const char *tcti, struct drtmon_err *err);

/**
 * drtmon_tss_close() - done with it
 * @tss: may be NULL
 */
void drtmon_tss_close(struct drtmon_tss *tss);

/**
 * drtmon_tss_property() - TPM2_GetCapability(TPM_PROPERTIES) of one property
 * @tss: TPM
 * @property: TPM_PT
 * @value: filled
 *
 * Return: 0; -ENOENT when the TPM has no such property; another negative errno.
 */
int drtmon_tss_property(struct drtmon_tss *tss, uint32_t property, uint32_t *value);

/**
 * drtmon_tss_algs() - algorithms the TPM implements
 * @tss: TPM
 * @alg: TPM_ALG_ID
 * @max: room in @alg
 *
 * Return: how many, or a negative errno.
 */
int drtmon_tss_algs(struct drtmon_tss *tss, uint32_t *alg, size_t max);

/**
 * drtmon_tss_banks() - allocated PCR banks: those with at least one PCR
 * @tss: TPM
 * @alg: TPM_ALG_ID
 * @max: room in @alg
 *
 * Return: how many, or a negative errno.
 */
int drtmon_tss_banks(struct drtmon_tss *tss, uint32_t *alg, size_t max);

/**
 * drtmon_tss_handles() - handles in use
 * @tss: TPM
 * @first: lowest handle of a range, for example 0x81000000
 * @handle: filled, lowest first
 * @max: room in @handle
 *
 * Return: how many, or a negative errno.
 */
int drtmon_tss_handles(struct drtmon_tss *tss, uint32_t first, uint32_t *handle, size_t max);

/**
 * drtmon_tss_nv_public() - TPM2_NV_ReadPublic
 * @tss: TPM
 * @index: NV index
 * @nv: filled
 *
 * Return: 0 or a negative errno.
 */
int drtmon_tss_nv_public(struct drtmon_tss *tss, uint32_t index, struct drtmon_tss_nv *nv);

/**
 * drtmon_tss_key_public() - TPM2_ReadPublic
 * @tss: TPM
 * @handle: of a persistent object
 * @key: filled
 *
 * Return: 0 or a negative errno.
 */
int drtmon_tss_key_public(struct drtmon_tss *tss, uint32_t handle, struct drtmon_tss_key *key);

/**
 * drtmon_tss_random() - does TPM2_GetRandom give anything?
 * @tss: TPM
 *
 * Return: 0 or a negative errno.
 */
int drtmon_tss_random(struct drtmon_tss *tss);

#endif
