/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_NETLINK_PCR_H
#define DRTMON_NETLINK_PCR_H

struct netlink_callback;
struct sk_buff;

int drtmon_netlink_pcr_start(struct netlink_callback *cb);
int drtmon_netlink_pcr_dump(struct sk_buff *skb, struct netlink_callback *cb);
int drtmon_netlink_pcr_done(struct netlink_callback *cb);

#endif /* DRTMON_NETLINK_PCR_H */
