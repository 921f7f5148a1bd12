/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_TXT_HEAP_H
#define DRTMON_TXT_HEAP_H

#include "decoder.h"

/* Largest heap looked at. Platforms use 0xe0000 to 1 MiB; the register has 32 bits. */
#define DRTMON_TXT_HEAP_MAX	(16U << 20)
/* Largest event log looked at. Launchers allocate 20 to 64 KiB. */
#define DRTMON_TXT_LOG_MAX	(4U << 20)
/* Element 7 names one log per hash; no TPM has more banks than this. */
#define DRTMON_TXT_LOGS_MAX	8

/* The four tables, in the order in which they lie in the heap. */
enum drtmon_txt_table {
	DRTMON_TXT_TABLE_BIOS,
	DRTMON_TXT_TABLE_OS_MLE,
	DRTMON_TXT_TABLE_OS_SINIT,
	DRTMON_TXT_TABLE_SINIT_MLE,
	DRTMON_TXT_TABLES
};

/* Why the walk ended. Only the first means that all four tables were found. */
enum drtmon_txt_heap_stop {
	DRTMON_TXT_HEAP_COMPLETE,
	DRTMON_TXT_HEAP_SHORT,		/* the heap ends before the next size field */
	DRTMON_TXT_HEAP_ZERO,		/* a size of 0: the table was never written */
	DRTMON_TXT_HEAP_SMALL,		/* a size of 1 to 7: it must count its own 8 bytes */
	DRTMON_TXT_HEAP_LARGE,		/* the table would end behind the heap */
};

/* Types of extended data elements (Intel TXT SDG, appendix C). */
enum drtmon_txt_elem_type {
	DRTMON_TXT_ELEM_END		= 0,
	DRTMON_TXT_ELEM_BIOS_SPEC_VER	= 1,
	DRTMON_TXT_ELEM_ACM		= 2,
	DRTMON_TXT_ELEM_STM		= 3,
	DRTMON_TXT_ELEM_CUSTOM		= 4,
	DRTMON_TXT_ELEM_LOG_TPM12	= 5,
	DRTMON_TXT_ELEM_MADT		= 6,
	DRTMON_TXT_ELEM_LOG_TPM20	= 7,
	DRTMON_TXT_ELEM_LOG_TCG		= 8,
	DRTMON_TXT_ELEM_MCFG		= 9,
};

/**
 * struct drtmon_txt_span - where a table's data lies
 * @offset: bytes from the start of the heap, behind the 8-byte size field
 * @length: bytes, without that field
 */
struct drtmon_txt_span {
	u32 offset;
	u32 length;
};

/**
 * struct drtmon_txt_heap - result of a walk
 * @count: tables found; @table[0] to @table[@count - 1] are valid
 * @stop: enum drtmon_txt_heap_stop
 * @stop_offset: where the walk stopped: the size field it did not accept, or
 *	the first byte behind the fourth table
 * @stop_size: that size field's value, 0 if it could not be read
 * @table: by enum drtmon_txt_table
 */
struct drtmon_txt_heap {
	u32 count;
	u32 stop;
	u32 stop_offset;
	u64 stop_size;
	struct drtmon_txt_span table[DRTMON_TXT_TABLES];
};

/**
 * struct drtmon_txt_elem - one extended data element
 * @type: enum drtmon_txt_elem_type, or one that is not known
 * @offset: of its data, from the start of the table
 * @length: bytes of data, without the 8-byte element header
 */
struct drtmon_txt_elem {
	u32 type;
	u32 offset;
	u32 length;
};

/**
 * struct drtmon_txt_log - an event log that the heap points at
 * @elem: the element that names it: 5, 7 or 8
 * @alg: TPM_ALG_ID of a log of element 7, else 0
 * @addr: physical address
 * @size: bytes allocated; 0 for element 5, whose container says it itself
 * @first: offset of the first record
 * @next: offset behind the last record, the only reliable length
 */
struct drtmon_txt_log {
	u32 elem;
	u32 alg;
	u64 addr;
	u32 size;
	u32 first;
	u32 next;
};

/**
 * struct drtmon_txt_logs - all of them
 * @count: entries used in @log
 * @error: 0, or the negative errno that ended the element list early: there may be more
 * @log: in the order of the elements
 */
struct drtmon_txt_logs {
	u32 count;
	int error;
	struct drtmon_txt_log log[DRTMON_TXT_LOGS_MAX];
};

void drtmon_txt_heap_walk(struct drtmon_txt_heap *heap, const u8 *buf, size_t len);
u32 drtmon_txt_elem_start(enum drtmon_txt_table table, u32 version);
int drtmon_txt_elem_next(struct drtmon_txt_elem *elem, const u8 *table, size_t len, size_t *pos);
void drtmon_txt_heap_logs(struct drtmon_txt_logs *logs, const struct drtmon_txt_heap *heap,
			  const u8 *buf);
bool drtmon_txt_log_valid(const struct drtmon_txt_log *log);

#endif /* DRTMON_TXT_HEAP_H */
