/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_SHADOW_H
#define DRTMON_SHADOW_H

#include "pcr.h"
#include "tpm_cmd.h"

int drtmon_shadow_init(void);
void drtmon_shadow_exit(void);
bool drtmon_shadow_can(u16 alg);
int drtmon_shadow_bank(const struct drtmon_pcr_banks *banks, u16 alg);
void drtmon_shadow_extend(struct drtmon_pcr_values *values, u32 pcr, u16 alg, const u8 *digest);
void drtmon_shadow_reset(struct drtmon_pcr_values *values, u32 pcr);
u32 drtmon_shadow_moves(const struct drtmon_pcr_banks *banks, const struct drtmon_tpm_cmd *cmd);

#endif /* DRTMON_SHADOW_H */
