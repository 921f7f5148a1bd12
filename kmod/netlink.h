/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_NETLINK_H
#define DRTMON_NETLINK_H

#include <linux/types.h>

struct netlink_callback;
struct netlink_ext_ack;
struct sk_buff;

int drtmon_netlink_init(void);
void drtmon_netlink_open(void);
void drtmon_netlink_exit(void);
void *drtmon_netlink_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);
bool drtmon_netlink_is_privileged(struct sk_buff *skb);
bool drtmon_netlink_may(struct sk_buff *skb, int cap, struct netlink_ext_ack *extack);

#endif /* DRTMON_NETLINK_H */
