// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Intel TXT heap: a bounded walk over its four tables and over the lists
 * of extended data elements behind them. Pure: bytes in, struct out. Firmware,
 * an ACM and whoever launched wrote these bytes; none of them is trusted here.
 * Layout: Intel TXT Software Development Guide 315168, appendix C.
 */
#include "txt_heap.h"

#define SIZE_FIELD	8
#define ELEM_HEADER	8
#define LOG20_ENTRY	24
#define LOG_TCG_DATA	20

/**
 * drtmon_txt_heap_walk() - find the four tables
 * @heap: filled, whatever @buf holds
 * @buf: copy of the heap from HEAP.BASE on
 * @len: bytes in @buf; nothing behind DRTMON_TXT_HEAP_MAX is looked at
 *
 * The size in front of a table counts itself. Real firmware uses sizes that
 * are no multiple of 8 (0x2c, 0x56), so none is asked for.
 */
void drtmon_txt_heap_walk(struct drtmon_txt_heap *heap, const u8 *buf, size_t len)
{
	u64 size, pos = 0;

	memset(heap, 0, sizeof(*heap));
	if (len > DRTMON_TXT_HEAP_MAX)
		len = DRTMON_TXT_HEAP_MAX;
	while (heap->count < DRTMON_TXT_TABLES) {
		heap->stop_offset = (u32)pos;
		heap->stop = DRTMON_TXT_HEAP_SHORT;
		if (len - pos < SIZE_FIELD)
			return;
		size = drtmon_get_le64(buf + pos);
		heap->stop_size = size;
		heap->stop = size ? DRTMON_TXT_HEAP_SMALL : DRTMON_TXT_HEAP_ZERO;
		if (size < SIZE_FIELD)
			return;
		heap->stop = DRTMON_TXT_HEAP_LARGE;
		if (size > len - pos)
			return;
		heap->table[heap->count].offset = (u32)(pos + SIZE_FIELD);
		heap->table[heap->count].length = (u32)(size - SIZE_FIELD);
		heap->count++;
		pos += size;
	}
	heap->stop = DRTMON_TXT_HEAP_COMPLETE;
	heap->stop_offset = (u32)pos;
	heap->stop_size = 0;
}

/**
 * drtmon_txt_elem_start() - where a table's extended elements begin
 * @table: which table
 * @version: the u32 at its offset 0
 *
 * Return: offset from the start of the table, 0 if that version has none.
 */
u32 drtmon_txt_elem_start(enum drtmon_txt_table table, u32 version)
{
	switch (table) {
	case DRTMON_TXT_TABLE_BIOS:
		return version >= 4 ? 36 : 0;
	case DRTMON_TXT_TABLE_OS_SINIT:
		return version >= 6 ? 92 : 0;
	case DRTMON_TXT_TABLE_SINIT_MLE:
		return version >= 9 ? 148 : 0;
	default:
		return 0;
	}
}

/**
 * drtmon_txt_elem_next() - take the next element off a list
 * @elem: filled when the result is 1
 * @table: the table's data
 * @len: bytes in @table
 * @pos: offset of the next element; moved behind it
 *
 * Every element is at least 8 bytes long, so a walk takes at most @len / 8
 * steps whatever the list says.
 *
 * Return: 1 for an element, 0 for the END element, -ENODATA when the table
 * ends before one, -EINVAL for an element that does not fit.
 */
int drtmon_txt_elem_next(struct drtmon_txt_elem *elem, const u8 *table, size_t len, size_t *pos)
{
	u32 size;

	if (*pos > len || len - *pos < ELEM_HEADER)
		return -ENODATA;
	elem->type = drtmon_get_le32(table + *pos);
	size = drtmon_get_le32(table + *pos + 4);
	if (elem->type == DRTMON_TXT_ELEM_END)
		return 0;
	if (size < ELEM_HEADER || size > len - *pos)
		return -EINVAL;
	elem->offset = (u32)*pos + ELEM_HEADER;
	elem->length = size - ELEM_HEADER;
	*pos += size;
	return 1;
}

/**
 * drtmon_txt_log_valid() - can this log's geometry be true?
 * @log: as the heap says
 *
 * Return: true when it has an address and its offsets lie inside it.
 */
bool drtmon_txt_log_valid(const struct drtmon_txt_log *log)
{
	if (!log->addr)
		return false;
	if (log->elem == DRTMON_TXT_ELEM_LOG_TPM12)
		return true;
	return log->size && log->first <= log->next && log->next <= log->size;
}

static void log_geometry(struct drtmon_txt_log *log, const u8 *p)
{
	log->addr = drtmon_get_le64(p);
	log->size = drtmon_get_le32(p + 8);
	log->first = drtmon_get_le32(p + 12);
	log->next = drtmon_get_le32(p + 16);
}

static int logs_per_hash(struct drtmon_txt_logs *logs, const u8 *p, size_t len)
{
	struct drtmon_txt_log *log;
	u32 count, i;

	if (len < 4)
		return -EINVAL;
	count = drtmon_get_le32(p);
	if (count > (len - 4) / LOG20_ENTRY)
		return -EINVAL;
	for (i = 0; i < count; i++) {
		if (logs->count == DRTMON_TXT_LOGS_MAX)
			return -E2BIG;
		log = &logs->log[logs->count++];
		log->elem = DRTMON_TXT_ELEM_LOG_TPM20;
		log->alg = drtmon_get_le16(p + 4 + i * LOG20_ENTRY);
		log_geometry(log, p + 4 + i * LOG20_ENTRY + 4);
	}
	return 0;
}

static int logs_element(struct drtmon_txt_logs *logs, const struct drtmon_txt_elem *elem,
			const u8 *p)
{
	struct drtmon_txt_log *log = &logs->log[logs->count];

	if (elem->type == DRTMON_TXT_ELEM_LOG_TPM20)
		return logs_per_hash(logs, p, elem->length);
	if (elem->type != DRTMON_TXT_ELEM_LOG_TPM12 && elem->type != DRTMON_TXT_ELEM_LOG_TCG)
		return 0;
	if (logs->count == DRTMON_TXT_LOGS_MAX)
		return -E2BIG;
	if (elem->length < (elem->type == DRTMON_TXT_ELEM_LOG_TCG ? LOG_TCG_DATA : 8))
		return -EINVAL;
	log->elem = elem->type;
	if (elem->type == DRTMON_TXT_ELEM_LOG_TCG)
		log_geometry(log, p);
	else
		log->addr = drtmon_get_le64(p);
	logs->count++;
	return 0;
}

/**
 * drtmon_txt_heap_logs() - the event logs that OsSinitData points at
 * @logs: filled; @logs->error says why the list of elements ended early
 * @heap: result of drtmon_txt_heap_walk()
 * @buf: the same bytes
 *
 * An address is only what the heap says; check it before using it.
 */
void drtmon_txt_heap_logs(struct drtmon_txt_logs *logs, const struct drtmon_txt_heap *heap,
			  const u8 *buf)
{
	const struct drtmon_txt_span *span = &heap->table[DRTMON_TXT_TABLE_OS_SINIT];
	struct drtmon_txt_elem elem;
	const u8 *table;
	size_t pos;
	int ret;

	memset(logs, 0, sizeof(*logs));
	if (heap->count <= DRTMON_TXT_TABLE_OS_SINIT || span->length < 4)
		return;
	table = buf + span->offset;
	pos = drtmon_txt_elem_start(DRTMON_TXT_TABLE_OS_SINIT, drtmon_get_le32(table));
	if (!pos)
		return;
	for (;;) {
		ret = drtmon_txt_elem_next(&elem, table, span->length, &pos);
		if (ret == 1)
			ret = logs_element(logs, &elem, table + elem.offset) ?: 1;
		if (ret < 1)
			break;
	}
	logs->error = ret;
}
