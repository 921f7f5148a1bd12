/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_BASELINE_H
#define SELFTESTS_BASELINE_H

#include "nl.h"

int baseline_set(struct nl *nl, __u32 chip, __u16 alg, __u32 pcr, const void *value, size_t len);
int baseline_del(struct nl *nl, __u32 chip, __u16 alg, __u32 pcr);
int baseline_clear(struct nl *nl, __u32 chip);

#endif /* SELFTESTS_BASELINE_H */
