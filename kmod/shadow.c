// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PCR in software: the same arithmetic as in the TPM, on values in memory.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <crypto/hash.h>
#include <linux/string.h>

#include "shadow.h"

/* What an extend hashes: the old value and the digest. */
#define EXTEND_SIZE	(2 * DRTMON_TPM_DIGEST_MAX)

static struct {
	u16 alg;
	const char *name;
	struct crypto_shash *tfm;
} hashes[] = {
	{ DRTMON_TPM_ALG_SHA1, "sha1" },
	{ DRTMON_TPM_ALG_SHA256, "sha256" },
	{ DRTMON_TPM_ALG_SHA384, "sha384" },
	{ DRTMON_TPM_ALG_SHA512, "sha512" },
	{ DRTMON_TPM_ALG_SM3_256, "sm3" },
	{ DRTMON_TPM_ALG_SHA3_256, "sha3-256" },
	{ DRTMON_TPM_ALG_SHA3_384, "sha3-384" },
	{ DRTMON_TPM_ALG_SHA3_512, "sha3-512" },
};

static struct crypto_shash *hash_find(u16 alg)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(hashes); i++)
		if (hashes[i].alg == alg)
			return hashes[i].tfm;
	return NULL;
}

/**
 * drtmon_shadow_init() - get the kernel's hashes
 *
 * One that the kernel lacks is no error: its banks are not shadowed.
 *
 * Context: process, may sleep, may load modules.
 * Return: 0 or -ENOMEM.
 */
int drtmon_shadow_init(void)
{
	struct crypto_shash *tfm;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(hashes); i++) {
		tfm = crypto_alloc_shash(hashes[i].name, 0, 0);
		if (!IS_ERR(tfm)) {
			hashes[i].tfm = tfm;
		} else if (PTR_ERR(tfm) == -ENOMEM) {
			drtmon_shadow_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * drtmon_shadow_exit() - give the hashes back
 *
 * Context: process, may sleep.
 */
void drtmon_shadow_exit(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(hashes); i++) {
		if (hashes[i].tfm)
			crypto_free_shash(hashes[i].tfm);
		hashes[i].tfm = NULL;
	}
}

/**
 * drtmon_shadow_can() - can banks of an algorithm be shadowed?
 * @alg: TPM_ALG_ID
 *
 * Context: any.
 */
bool drtmon_shadow_can(u16 alg)
{
	return hash_find(alg);
}

/**
 * drtmon_shadow_bank() - which bank is it?
 * @banks: a TPM's banks
 * @alg: TPM_ALG_ID
 *
 * Context: any.
 * Return: index into @banks, -ENOENT when there is no such bank.
 */
int drtmon_shadow_bank(const struct drtmon_pcr_banks *banks, u16 alg)
{
	u32 i;

	for (i = 0; i < banks->count; i++)
		if (banks->bank[i].alg == alg)
			return i;
	return -ENOENT;
}

/**
 * drtmon_shadow_extend() - PCR := H(PCR || digest), in one bank
 * @values: where the PCR is
 * @pcr: below %DRTMON_TPM_PCRS_MAX
 * @alg: which bank; one that is not there or cannot be hashed is left alone
 * @digest: as many bytes as the bank's digests have
 *
 * Context: process or atomic; the caller serialises access to @values.
 */
void drtmon_shadow_extend(struct drtmon_pcr_values *values, u32 pcr, u16 alg, const u8 *digest)
{
	struct crypto_shash *tfm = hash_find(alg);
	int bank = drtmon_shadow_bank(&values->banks, alg);
	u8 data[EXTEND_SIZE];
	u16 size;

	if (!tfm || bank < 0 || !(values->banks.bank[bank].mask & BIT(pcr)))
		return;
	size = values->banks.size[bank];
	memcpy(data, values->value[bank][pcr], size);
	memcpy(data + size, digest, size);
	crypto_shash_tfm_digest(tfm, data, 2 * size, values->value[bank][pcr]);
}

/**
 * drtmon_shadow_reset() - PCR := 0, in all banks (TPM 2.0 Part 3, 22.8)
 * @values: where the PCR is
 * @pcr: below %DRTMON_TPM_PCRS_MAX
 *
 * Context: any; the caller serialises access to @values.
 */
void drtmon_shadow_reset(struct drtmon_pcr_values *values, u32 pcr)
{
	u32 i;

	for (i = 0; i < values->banks.count; i++)
		memset(values->value[i][pcr], 0, sizeof(values->value[i][pcr]));
}

/**
 * drtmon_shadow_moves() - by how much a command moves pcrUpdateCounter
 * @banks: the TPM's banks
 * @cmd: an extend that the TPM did
 *
 * TPM 2.0 Part 1, 17.9 leaves it open; the reference implementation counts one
 * for each bank extended. Until a full read has found a TPM to do so, the guess
 * stands for nothing.
 *
 * Context: any.
 */
u32 drtmon_shadow_moves(const struct drtmon_pcr_banks *banks, const struct drtmon_tpm_cmd *cmd)
{
	u32 i, moves = 0;
	int bank;

	for (i = 0; i < cmd->digest_count; i++) {
		bank = drtmon_shadow_bank(banks, cmd->digest[i].alg);
		if (bank >= 0 && banks->bank[bank].mask & cmd->pcr_mask)
			moves++;
	}
	return moves;
}
