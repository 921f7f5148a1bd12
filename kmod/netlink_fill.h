/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_NETLINK_FILL_H
#define DRTMON_NETLINK_FILL_H

#include <linux/skbuff.h>

#include "chip.h"

/**
 * struct drtmon_fill_caller - what the reply to platform-get depends on
 * @load_id: random, one per load of the module
 * @privileged: may see addresses and registers
 */
struct drtmon_fill_caller {
	u64 load_id;
	bool privileged;
};

/**
 * struct drtmon_fill_pcrs - what the messages about a chip's PCRs are made from
 * @chip_id: the N of tpmN
 * @chip_name: "tpmN"
 * @snapshot: how @hardware was read
 * @stale: PCRs of which changes were missed since; all when the hook is dead
 * @touched: PCRs that changed since, bit n is PCR n
 * @checkpoint_seq: event that @checkpoint includes
 * @last_event: by PCR
 * @baseline_state: by bank and PCR
 * @hardware: copy of the chip's, as the others
 * @shadow: with every change seen since
 * @baseline: expected values
 * @checkpoint: values that the ring's events start from
 */
struct drtmon_fill_pcrs {
	u32 chip_id;
	char chip_name[DRTMON_EVENT_NAME_MAX];
	struct drtmon_snapshot snapshot;
	u32 stale;
	u32 touched;
	u64 checkpoint_seq;
	u64 last_event[DRTMON_TPM_PCRS_MAX];
	u8 baseline_state[DRTMON_TPM_BANKS_MAX][DRTMON_TPM_PCRS_MAX];
	struct drtmon_pcr_values hardware;
	struct drtmon_pcr_values shadow;
	struct drtmon_pcr_values baseline;
	struct drtmon_pcr_values checkpoint;
};

int drtmon_fill_platform(struct sk_buff *skb, const void *caller);
int drtmon_fill_stats(struct sk_buff *skb, const void *unused);
int drtmon_fill_chip(struct sk_buff *skb, const void *chip);
u32 drtmon_fill_pcrs_messages(const struct drtmon_fill_pcrs *pcrs);
int drtmon_fill_pcrs(struct sk_buff *skb, const struct drtmon_fill_pcrs *pcrs, u32 bank);
int drtmon_fill_event(struct sk_buff *skb, const struct drtmon_event *event, u64 folded);
size_t drtmon_fill_event_size(const struct drtmon_event *event);
void drtmon_fill_notify_failed(void);

#endif /* DRTMON_NETLINK_FILL_H */
