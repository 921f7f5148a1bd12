/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_NETLINK_H
#define DRTMON_NETLINK_H

int drtmon_netlink_init(void);
void drtmon_netlink_exit(void);

#endif /* DRTMON_NETLINK_H */
