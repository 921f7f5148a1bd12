/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_TXT_H
#define DRTMON_TXT_H

#include <linux/types.h>

#include "txt_heap.h"

/* Bytes of the public window that are read: everything documented lies below. */
#define DRTMON_TXT_WINDOW_SIZE	4096

/* Registers that more than a decoder needs (Intel TXT SDG, appendix B). */
#define DRTMON_TXT_REG_STS		0x000
#define DRTMON_TXT_STS_SENTER_DONE	BIT(0)
#define DRTMON_TXT_REG_ESTS		0x008
#define DRTMON_TXT_REG_ERRORCODE	0x030
#define DRTMON_TXT_REG_DIDVID		0x110
#define DRTMON_TXT_REG_HEAP_BASE	0x300
#define DRTMON_TXT_REG_HEAP_SIZE	0x308
#define DRTMON_TXT_REG_DPR		0x330
#define DRTMON_TXT_REG_E2STS		0x8f0

/**
 * struct drtmon_txt_region - bytes copied from physical memory
 * @state: enum drtmon_region_state
 * @addr: physical address
 * @size: bytes in @data
 * @data: vmalloc()ed, NULL unless the state is present
 */
struct drtmon_txt_region {
	u32 state;
	u64 addr;
	u32 size;
	u8 *data;
};

/**
 * struct drtmon_txt_evidence - what a machine shows of a dynamic launch
 * @state: enum drtmon_txt_state
 * @base: physical address of the window
 * @window: its bytes, all zero unless the state is present or empty
 * @heap: the TXT heap
 * @logs: the event logs that were found, by their geometry
 * @log: their bytes, for each of @logs
 */
struct drtmon_txt_evidence {
	u32 state;
	u64 base;
	u8 window[DRTMON_TXT_WINDOW_SIZE];
	struct drtmon_txt_region heap;
	struct drtmon_txt_logs logs;
	struct drtmon_txt_region log[DRTMON_TXT_LOGS_MAX];
};

void drtmon_txt_init(unsigned long base);
void drtmon_txt_exit(void);
void drtmon_txt_read(struct drtmon_txt_evidence *evidence);
void drtmon_txt_free(struct drtmon_txt_evidence *evidence);
u64 drtmon_txt_reg(const struct drtmon_txt_evidence *evidence, u32 offset);

#endif /* DRTMON_TXT_H */
