/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_TPM_PCR_H
#define DRTMON_TPM_PCR_H

#include "decoder.h"
#include "tpm_cmd.h"

/* TPML_DIGEST holds eight digests (TPM 2.0 Part 2, 10.9.5): the most one read returns. */
#define DRTMON_TPM_READ_MAX	8
#define DRTMON_TPM_BANKS_MAX	8
#define DRTMON_TPM_PCRS_MAX	32

/**
 * struct drtmon_tpm_selection - TPMS_PCR_SELECTION
 * @alg: TPM_ALG_ID of the bank
 * @mask: bit n set: PCR n
 */
struct drtmon_tpm_selection {
	u16 alg;
	u32 mask;
};

/**
 * struct drtmon_tpm_read - what a TPM2_PCR_Read returned
 * @counter: pcrUpdateCounter
 * @selection_count: entries used in @selection
 * @selection: which PCRs the digests belong to, in their order
 * @digest_count: entries used in @digest
 * @digest: pointers into the response
 */
struct drtmon_tpm_read {
	u32 counter;
	u32 selection_count;
	struct drtmon_tpm_selection selection[DRTMON_TPM_BANKS_MAX];
	u32 digest_count;
	struct {
		const u8 *value;
		u16 size;
	} digest[DRTMON_TPM_READ_MAX];
};

/**
 * struct drtmon_tpm_clock - how often a TPM began anew, from TPM2_ReadClock
 * @resets: resetCount: TPM Resets since its last Clear
 * @restarts: restartCount: TPM Restarts and Resumes since the last reset
 */
struct drtmon_tpm_clock {
	u32 resets;
	u32 restarts;
};

int drtmon_tpm_banks_parse(struct drtmon_tpm_selection *bank, u32 max, u32 *count, const u8 *buf,
			   size_t len);
int drtmon_tpm_clock_parse(struct drtmon_tpm_clock *clock, const u8 *buf, size_t len);
int drtmon_tpm_no_increment_parse(u32 *mask, const u8 *buf, size_t len);
int drtmon_tpm_read_parse(struct drtmon_tpm_read *read, const u8 *buf, size_t len);

#endif /* DRTMON_TPM_PCR_H */
