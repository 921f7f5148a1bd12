/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_WATCH_H
#define DRTMON_WATCH_H

int drtmon_watch_init(void);
void drtmon_watch_exit(void);
void drtmon_watch_kick(void);
void drtmon_watch_flush(void);

#endif /* DRTMON_WATCH_H */
