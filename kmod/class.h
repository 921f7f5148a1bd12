/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_CLASS_H
#define DRTMON_CLASS_H

#include <linux/types.h>

struct class_interface;

void drtmon_class_follow(struct class_interface *with);
void drtmon_class_unfollow(void);
void drtmon_class_find(void);
bool drtmon_class_failed(void);
void drtmon_class_find_soon(void);
void drtmon_class_find_cancel(void);

#endif /* DRTMON_CLASS_H */
