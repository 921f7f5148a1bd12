/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_PCR_H
#define DRTMON_PCR_H

#include "tpm_pcr.h"

struct tpm_chip;

/**
 * struct drtmon_pcr_source - where PCRs are read from
 * @tpm: the chip
 * @held: nobody else's command gets to it
 */
struct drtmon_pcr_source {
	struct tpm_chip *tpm;
	bool held;
};

/**
 * struct drtmon_pcr_banks - the banks and PCRs a TPM has
 * @count: entries used in @bank
 * @bank: algorithm and PCR mask
 * @size: digest size of each bank in bytes
 */
struct drtmon_pcr_banks {
	u32 count;
	struct drtmon_tpm_selection bank[DRTMON_TPM_BANKS_MAX];
	u16 size[DRTMON_TPM_BANKS_MAX];
};

/**
 * struct drtmon_pcr_values - every PCR of a TPM, as read
 * @banks: what there was to read
 * @counter: pcrUpdateCounter of the first read
 * @moved: the counter was another one in a later read
 * @digests: values read
 * @commands: PCR reads sent for that
 * @value: by bank and PCR
 */
struct drtmon_pcr_values {
	struct drtmon_pcr_banks banks;
	u32 counter;
	bool moved;
	u32 digests;
	u32 commands;
	u8 value[DRTMON_TPM_BANKS_MAX][DRTMON_TPM_PCRS_MAX][DRTMON_TPM_DIGEST_MAX];
};

bool drtmon_pcr_banks_equal(const struct drtmon_pcr_banks *a, const struct drtmon_pcr_banks *b);
int drtmon_pcr_hold(struct drtmon_pcr_source *source);
void drtmon_pcr_release(struct drtmon_pcr_source *source);
int drtmon_pcr_find_banks(const struct drtmon_pcr_source *source, struct drtmon_pcr_banks *banks);
int drtmon_pcr_find_no_increment(const struct drtmon_pcr_source *source, u32 *mask);
int drtmon_pcr_read_clock(const struct drtmon_pcr_source *source, struct drtmon_tpm_clock *clock);
int drtmon_pcr_read(const struct drtmon_pcr_source *source, struct drtmon_pcr_values *values,
		    u32 mask);

#endif /* DRTMON_PCR_H */
