/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_SECURITYFS_H
#define DRTMON_SECURITYFS_H

int drtmon_securityfs_init(void);
void drtmon_securityfs_open(void);
void drtmon_securityfs_exit(void);

#endif /* DRTMON_SECURITYFS_H */
