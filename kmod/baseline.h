/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_BASELINE_H
#define DRTMON_BASELINE_H

#include "chip.h"

/**
 * struct drtmon_baseline_entry - an expected value
 * @alg: bank
 * @pcr: index
 * @size: bytes of @digest
 * @digest: the value; points into the caller's memory
 */
struct drtmon_baseline_entry {
	u32 alg;
	u32 pcr;
	u32 size;
	const u8 *digest;
};

int drtmon_baseline_check_entry(const struct drtmon_chip *chip,
				const struct drtmon_baseline_entry *entry, const char **why);
int drtmon_baseline_check_room(const struct drtmon_chip *chip,
			       const struct drtmon_baseline_entry *entry, u32 count);
void drtmon_baseline_set(struct drtmon_chip *chip, const struct drtmon_baseline_entry *entry);
void drtmon_baseline_del(struct drtmon_chip *chip, const struct drtmon_baseline_entry *entry);
int drtmon_baseline_lock(void);
bool drtmon_baseline_locked(void);
const u8 *drtmon_baseline_get(const struct drtmon_pcr_values *baseline, u16 alg, u32 pcr);
u32 drtmon_baseline_state(const struct drtmon_chip *chip, u32 bank, u32 pcr);
u32 drtmon_baseline_judge(struct drtmon_chip *chip, u32 pcr, bool changed);
u32 drtmon_baseline_severity(u32 kind);
void drtmon_baseline_describe(const struct drtmon_chip *chip, u32 pcr, u32 kind,
			      struct drtmon_event *event);

#endif /* DRTMON_BASELINE_H */
