/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_NETLINK_BASELINE_H
#define DRTMON_NETLINK_BASELINE_H

struct genl_info;
struct sk_buff;

int drtmon_netlink_baseline_set(struct sk_buff *skb, struct genl_info *info);
int drtmon_netlink_baseline_del(struct sk_buff *skb, struct genl_info *info);
int drtmon_netlink_baseline_lock(struct sk_buff *skb, struct genl_info *info);

#endif /* DRTMON_NETLINK_BASELINE_H */
