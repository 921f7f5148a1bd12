// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/txt/heap.h"

#include <stdio.h>
#include <string.h>

#define PAGE 4096u
/* BiosData has had versions 2 to 6; anything near is a table, not a size. */
#define BIOS_VERSION_PLAUSIBLE 255u
/* tboot: MTRR state, 64 KiB of policy data and a 20 KiB event log */
#define TBOOT_OS_MLE_MIN 0x15000u
/* Linux Secure Launch v15: fixed structure with 64 bytes of scratch */
#define SLAUNCH_OS_MLE_MIN 96u
#define SLAUNCH_OS_MLE_MAX 256u

/* A dump of memory from address 0 on, with base and size of the heap in front. */
static bool memory_image(const uint8_t *buf, size_t len, uint64_t *base)
{
	uint64_t size;

	if (len < 16)
		return false;
	*base = drtmon_get_le64(buf);
	size = drtmon_get_le64(buf + 8);
	return *base && *base % PAGE == 0 && *base < len && size <= len - *base &&
	       (uint32_t)size > BIOS_VERSION_PLAUSIBLE;
}

static size_t find_bytes(const uint8_t *buf, size_t len, const char *what, size_t n, size_t from)
{
	const uint8_t *hit = from < len ? memmem(buf + from, len - from, what, n) : NULL;

	return hit ? (size_t)(hit - buf) : len;
}

/*
 * HEAP.BASE is page-aligned. A log's address and the place where its header
 * is found in the heap therefore give the base away, when the two agree in
 * their lowest 12 bits.
 */
static bool infer_base(const struct drtmon_txt_view *view, uint64_t *base)
{
	static const struct {
		const char *text;
		size_t len, offset;
	} marks[] = { { "Spec ID Event03", 15, 32 }, { "TXT Event Container", 19, 0 } };
	const struct drtmon_txt_log *log = &view->logs.log[0];
	size_t i, at, start;

	if (!view->logs.count)
		return false;
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		for (at = 0; at < view->len; at++) {
			at = find_bytes(view->buf, view->len, marks[i].text, marks[i].len, at);
			start = at - marks[i].offset;
			if (at >= view->len || at < marks[i].offset || log->addr < start)
				continue;
			*base = log->addr - start;
			if (*base % PAGE == 0)
				return true;
		}
	}
	return false;
}

void drtmon_txt_view_init(struct drtmon_txt_view *view, const uint8_t *buf, size_t len,
			  uint64_t base)
{
	uint64_t image;

	memset(view, 0, sizeof(*view));
	if (memory_image(buf, len, &image)) {
		buf += image;
		len -= image;
	}
	view->buf = buf;
	view->len = len;
	view->base = base;
	view->base_known = base != 0;
	drtmon_txt_heap_walk(&view->walk, buf, len);
	drtmon_txt_heap_logs(&view->logs, &view->walk, buf);
	if (!view->base_known && infer_base(view, &view->base))
		view->base_known = view->base_inferred = true;
}

const uint8_t *drtmon_txt_view_log(const struct drtmon_txt_view *view,
				   const struct drtmon_txt_log *log, size_t *len)
{
	uint64_t offset;

	if (!view->base_known || log->addr < view->base)
		return NULL;
	offset = log->addr - view->base;
	if (offset >= view->len)
		return NULL;
	*len = view->len - offset;
	if (log->size && log->size < *len)
		*len = log->size;
	return view->buf + offset;
}

bool drtmon_txt_view_u32(const struct drtmon_txt_view *view, enum drtmon_txt_table table,
			 uint32_t offset, uint32_t *value)
{
	const struct drtmon_txt_span *span = &view->walk.table[table];

	if (table >= view->walk.count || span->length < 4 || offset > span->length - 4)
		return false;
	*value = drtmon_get_le32(view->buf + span->offset + offset);
	return true;
}

bool drtmon_txt_view_u64(const struct drtmon_txt_view *view, enum drtmon_txt_table table,
			 uint32_t offset, uint64_t *value)
{
	uint32_t lo, hi;

	if (!drtmon_txt_view_u32(view, table, offset, &lo) ||
	    !drtmon_txt_view_u32(view, table, offset + 4, &hi))
		return false;
	*value = (uint64_t)hi << 32 | lo;
	return true;
}

enum drtmon_txt_launcher drtmon_txt_view_launcher(const struct drtmon_txt_view *view)
{
	uint32_t version, len = view->walk.table[DRTMON_TXT_TABLE_OS_MLE].length;

	if (!drtmon_txt_view_u32(view, DRTMON_TXT_TABLE_OS_MLE, 0, &version) || !version)
		return DRTMON_TXT_LAUNCHER_NONE;
	if (len >= TBOOT_OS_MLE_MIN && version >= 2 && version <= 8)
		return DRTMON_TXT_LAUNCHER_TBOOT;
	if (version == 1 && len >= SLAUNCH_OS_MLE_MIN && len <= SLAUNCH_OS_MLE_MAX)
		return DRTMON_TXT_LAUNCHER_SLAUNCH;
	return DRTMON_TXT_LAUNCHER_UNKNOWN;
}

const char *drtmon_txt_launcher_name(enum drtmon_txt_launcher launcher)
{
	static const char *const names[] = { "none", "unknown", "tboot", "secure-launch" };

	return names[launcher];
}

const char *drtmon_txt_heap_stop_text(const struct drtmon_txt_heap *walk, char *buf, size_t len)
{
	static const char *const tables[] = { "BiosData", "OsMleData", "OsSinitData",
					      "SinitMleData", "" };
	const char *name = tables[walk->count];
	unsigned long long size = walk->stop_size;

	switch (walk->stop) {
	case DRTMON_TXT_HEAP_COMPLETE:
		snprintf(buf, len, "all four tables were found");
		break;
	case DRTMON_TXT_HEAP_SHORT:
		snprintf(buf, len, "the heap ends at 0x%x, before the size of %s",
			 walk->stop_offset, name);
		break;
	case DRTMON_TXT_HEAP_ZERO:
		snprintf(buf, len, "%s at 0x%x has size 0: it was never written", name,
			 walk->stop_offset);
		break;
	case DRTMON_TXT_HEAP_SMALL:
		snprintf(buf, len, "%s at 0x%x has size %llu, less than its own 8-byte size field",
			 name, walk->stop_offset, size);
		break;
	default:
		snprintf(buf, len, "%s at 0x%x has size 0x%llx and would end behind the heap", name,
			 walk->stop_offset, size);
	}
	return buf;
}
