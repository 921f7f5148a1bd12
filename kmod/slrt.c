// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Secure Launch resource table, as far as it leads to the event log. Pure.
 * Layout: TrenchBoot Secure Launch specification 0.6 and the kernel patches
 * that implement it, which agree on all that is read here.
 */
#include "slrt.h"

#define SLRT_MAGIC	0x4452544d
#define SLRT_TAG_LOG	2
#define SLRT_TAG_END	0xffff
#define SLRT_ENTRY_LEN	8
#define SLRT_LOG_LEN	16
#define SLRT_LOG_TPM12	1

/* OsMleData version 1: where a pointer to the table may stand. */
#define OS_MLE_VERSION	1
#define OS_MLE_MIN	24

/**
 * drtmon_slrt_candidates() - addresses at which the table may lie
 * @addr: room for %DRTMON_SLRT_CANDIDATES
 * @heap: the TXT heap
 * @walk: its tables
 *
 * Earlier launchers put another pointer in front: the magic tells which it is.
 *
 * Context: any.
 * Return: number of addresses.
 */
u32 drtmon_slrt_candidates(u64 *addr, const u8 *heap, const struct drtmon_txt_heap *walk)
{
	const struct drtmon_txt_span *span = &walk->table[DRTMON_TXT_TABLE_OS_MLE];
	const u8 *table = heap + span->offset;

	if (walk->count <= DRTMON_TXT_TABLE_OS_MLE || span->length < OS_MLE_MIN ||
	    drtmon_get_le32(table) != OS_MLE_VERSION)
		return 0;
	addr[0] = drtmon_get_le64(table + 8);
	addr[1] = drtmon_get_le64(table + 16);
	return DRTMON_SLRT_CANDIDATES;
}

/**
 * drtmon_slrt_size() - is this a table, and how long is it?
 * @buf: its header
 * @len: bytes readable at @buf
 *
 * Context: any.
 * Return: bytes, 0 when it is no table.
 */
u32 drtmon_slrt_size(const u8 *buf, size_t len)
{
	u32 size;

	if (len < DRTMON_SLRT_HEADER_LEN || drtmon_get_le32(buf) != SLRT_MAGIC)
		return 0;
	size = drtmon_get_le32(buf + 8);
	return size < DRTMON_SLRT_HEADER_LEN ? 0 : size;
}

/**
 * drtmon_slrt_log() - the event log that the table names
 * @log: filled when there is one
 * @buf: the table
 * @len: bytes readable at @buf
 *
 * Context: any.
 * Return: whether there is one.
 */
bool drtmon_slrt_log(struct drtmon_txt_log *log, const u8 *buf, size_t len)
{
	size_t pos = DRTMON_SLRT_HEADER_LEN, size = drtmon_slrt_size(buf, len);
	u32 tag, entry;

	if (size > len)
		size = len;
	while (pos + SLRT_ENTRY_LEN <= size) {
		tag = drtmon_get_le32(buf + pos);
		entry = drtmon_get_le32(buf + pos + 4);
		if (tag == SLRT_TAG_END || entry < SLRT_ENTRY_LEN || entry > size - pos)
			return false;
		if (tag == SLRT_TAG_LOG && entry >= SLRT_ENTRY_LEN + SLRT_LOG_LEN) {
			const u8 *body = buf + pos + SLRT_ENTRY_LEN;

			memset(log, 0, sizeof(*log));
			log->elem = drtmon_get_le16(body) == SLRT_LOG_TPM12 ?
					    DRTMON_TXT_ELEM_LOG_TPM12 :
					    DRTMON_TXT_ELEM_LOG_TCG;
			log->size = drtmon_get_le32(body + 4);
			log->next = log->size;
			log->addr = drtmon_get_le64(body + 8);
			return true;
		}
		pos += entry;
	}
	return false;
}
