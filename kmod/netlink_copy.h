/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_NETLINK_COPY_H
#define DRTMON_NETLINK_COPY_H

#include "chip.h"

struct sk_buff;

/**
 * struct drtmon_copy - what the messages about a chip's PCRs are made from
 * @next: of the next chip
 * @chip_id: the N of tpmN
 * @chip_name: "tpmN"
 * @snapshot: how the values were read
 * @stale: PCRs of which changes were missed since; all when the hook is dead
 * @touched: PCRs that changed since, bit n is PCR n
 * @checkpoint_seq: event that the checkpoint includes
 * @last_event: by PCR
 * @banks: the chip's
 * @expected: PCRs of each bank with a baseline
 * @baseline_state: by bank and PCR
 * @start: of each bank in @value
 * @value: by bank and PCR: hardware, shadow, checkpoint, and baseline if one is expected
 */
struct drtmon_copy {
	struct drtmon_copy *next;
	u32 chip_id;
	char chip_name[DRTMON_EVENT_NAME_MAX];
	struct drtmon_snapshot snapshot;
	u32 stale;
	u32 touched;
	u64 checkpoint_seq;
	u64 last_event[DRTMON_TPM_PCRS_MAX];
	struct drtmon_pcr_banks banks;
	u32 expected[DRTMON_TPM_BANKS_MAX];
	u8 baseline_state[DRTMON_TPM_BANKS_MAX][DRTMON_TPM_PCRS_MAX];
	u32 start[DRTMON_TPM_BANKS_MAX];
	u8 value[];
};

struct drtmon_copy *drtmon_copy_take(struct drtmon_chip *chip, int error);
void drtmon_copy_free(struct drtmon_copy *copy);
int drtmon_copy_put(struct sk_buff *skb, const struct drtmon_copy *copy, u32 bank);

#endif /* DRTMON_NETLINK_COPY_H */
