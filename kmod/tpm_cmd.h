/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_TPM_CMD_H
#define DRTMON_TPM_CMD_H

#include "decoder.h"

/* tag, size, command or response code (TPM 2.0 Part 1, 18.2; TPM 1.2 Part 2, 5.1) */
#define DRTMON_TPM_HEADER_LEN	10
#define DRTMON_TPM_DIGEST_MAX	64
#define DRTMON_TPM_DIGESTS_MAX	8

#define DRTMON_TPM2_CC_CLEAR		0x126
#define DRTMON_TPM2_CC_NV_WRITE		0x137
#define DRTMON_TPM2_CC_STARTUP		0x144
#define DRTMON_TPM2_CC_PCR_READ		0x17e
#define DRTMON_TPM12_ORD_PCR_READ	0x15

#define DRTMON_TPM_ALG_SHA1	0x0004
#define DRTMON_TPM_ALG_SHA256	0x000b
#define DRTMON_TPM_ALG_SHA384	0x000c
#define DRTMON_TPM_ALG_SHA512	0x000d
#define DRTMON_TPM_ALG_SM3_256	0x0012
#define DRTMON_TPM_ALG_SHA3_256	0x0027
#define DRTMON_TPM_ALG_SHA3_384	0x0028
#define DRTMON_TPM_ALG_SHA3_512	0x0029

#define DRTMON_TPM_RH_NULL	0x40000007

/**
 * enum drtmon_tpm_class - what a command means to somebody who watches a TPM
 * @DRTMON_TPM_CLASS_NONE: nothing: reads, sessions, keys, random numbers
 * @DRTMON_TPM_CLASS_EXTEND: extends a PCR by digests the command carries
 * @DRTMON_TPM_CLASS_HASH_EXTEND: extends a PCR by digests the response carries
 * @DRTMON_TPM_CLASS_RESET: resets PCRs
 * @DRTMON_TPM_CLASS_STARTUP: may reset every PCR
 * @DRTMON_TPM_CLASS_OWNER: changes who owns or controls the TPM
 * @DRTMON_TPM_CLASS_NV: changes a non-volatile index
 * @DRTMON_TPM_CLASS_ADMIN: changes how the TPM works, not who owns it
 * @DRTMON_TPM_CLASS_WRAPPED: changes a PCR inside an encrypted transport session:
 *	which one, and how, is not known
 */
enum drtmon_tpm_class {
	DRTMON_TPM_CLASS_NONE,
	DRTMON_TPM_CLASS_EXTEND,
	DRTMON_TPM_CLASS_HASH_EXTEND,
	DRTMON_TPM_CLASS_RESET,
	DRTMON_TPM_CLASS_STARTUP,
	DRTMON_TPM_CLASS_OWNER,
	DRTMON_TPM_CLASS_NV,
	DRTMON_TPM_CLASS_ADMIN,
	DRTMON_TPM_CLASS_WRAPPED,
};

/**
 * enum drtmon_tpm_outcome - what a response code means to somebody who watches
 * @DRTMON_TPM_OUTCOME_DONE: the TPM did it
 * @DRTMON_TPM_OUTCOME_REFUSED: it did not, for a reason of the caller's
 * @DRTMON_TPM_OUTCOME_LOCKOUT: dictionary attack protection refuses everybody
 * @DRTMON_TPM_OUTCOME_FAILURE: the TPM is in failure mode
 */
enum drtmon_tpm_outcome {
	DRTMON_TPM_OUTCOME_DONE,
	DRTMON_TPM_OUTCOME_REFUSED,
	DRTMON_TPM_OUTCOME_LOCKOUT,
	DRTMON_TPM_OUTCOME_FAILURE,
};

/**
 * struct drtmon_tpm_digest - one tagged digest
 * @alg: TPM_ALG_ID
 * @size: bytes used in @value
 * @value: the digest
 */
struct drtmon_tpm_digest {
	u16 alg;
	u16 size;
	u8 value[DRTMON_TPM_DIGEST_MAX];
};

/**
 * struct drtmon_tpm_cmd - a command, and after its response what it did
 * @code: TPM_CC or TPM 1.2 ordinal
 * @class: see enum drtmon_tpm_class
 * @handle: what the command is about: the PCR, the NV index, the persistent
 *	handle, else the first handle; 0 when it has none
 * @pcr_mask: PCRs that change if the TPM agrees, bit n is PCR n
 * @tpm2: a TPM 2.0 command
 * @malformed: a length inside did not fit; what could be read is still there
 * @incomplete: it carries digests that are not in @digest: too many, or of an
 *	algorithm whose size is not known
 * @digest_count: entries used in @digest
 * @digest: what the PCR is extended by, one per bank
 */
struct drtmon_tpm_cmd {
	u32 code;
	u32 class;
	u32 handle;
	u32 pcr_mask;
	bool tpm2;
	bool malformed;
	bool incomplete;
	u8 digest_count;
	struct drtmon_tpm_digest digest[DRTMON_TPM_DIGESTS_MAX];
};

u16 drtmon_tpm_alg_size(u16 alg);
bool drtmon_tpm_is_txt_index(u32 handle);
enum drtmon_tpm_outcome drtmon_tpm_outcome(bool tpm2, u32 rc);
int drtmon_tpm_cmd_decode(struct drtmon_tpm_cmd *cmd, const u8 *buf, size_t len);
int drtmon_tpm_cmd_response(struct drtmon_tpm_cmd *cmd, const u8 *buf, size_t len, u32 *rc);

#endif /* DRTMON_TPM_CMD_H */
