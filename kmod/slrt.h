/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_SLRT_H
#define DRTMON_SLRT_H

#include "decoder.h"
#include "txt_heap.h"

#define DRTMON_SLRT_HEADER_LEN	16
#define DRTMON_SLRT_CANDIDATES	2

u32 drtmon_slrt_candidates(u64 *addr, const u8 *heap, const struct drtmon_txt_heap *walk);
u32 drtmon_slrt_size(const u8 *buf, size_t len);
bool drtmon_slrt_log(struct drtmon_txt_log *log, const u8 *buf, size_t len);

#endif /* DRTMON_SLRT_H */
