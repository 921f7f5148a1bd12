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

int drtmon_fill_platform(struct sk_buff *skb, const void *caller);
int drtmon_fill_stats(struct sk_buff *skb, const void *unused);
int drtmon_fill_chip(struct sk_buff *skb, const void *chip);
int drtmon_fill_snapshot(struct sk_buff *skb, int type, const struct drtmon_snapshot *snapshot);
int drtmon_fill_event(struct sk_buff *skb, const struct drtmon_event *event, u64 folded);
size_t drtmon_fill_event_size(const struct drtmon_event *event);
void drtmon_fill_notify_failed(void);

#endif /* DRTMON_NETLINK_FILL_H */
