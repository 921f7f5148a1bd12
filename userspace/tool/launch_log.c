// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/launch_log.h"

#include <stdio.h>
#include <string.h>

#include "lib/txt/heap.h"
#include "lib/txt/regs.h"

static void view_init(struct drtmon_txt_view *view, const struct drtmon_evidence *evidence)
{
	const struct drtmon_blob *heap = &evidence->item[DRTMON_ITEM_HEAP].blob;
	const struct drtmon_item *window = &evidence->item[DRTMON_ITEM_REGISTERS];
	uint64_t base = 0;

	if (window->state == DRTMON_ITEM_PRESENT)
		drtmon_txt_reg_read(DRTMON_TXT_HEAP_BASE, window->blob.data, window->blob.len,
				    &base);
	drtmon_txt_view_init(view, heap->data, heap->len, base);
}

static void geometry(struct drtmon_launch_log *log, const struct drtmon_txt_log *at)
{
	log->next = log->whole_len;
	if (at->elem == DRTMON_TXT_ELEM_LOG_TPM12 || !at->next)
		return;
	log->truncated = at->next > log->whole_len;
	log->first = at->first < log->whole_len ? at->first : log->whole_len;
	if (!log->truncated)
		log->next = at->next;
}

static void find(struct drtmon_launch_log *log, const struct drtmon_txt_view *view)
{
	const struct drtmon_txt_log *at = &view->logs.log[0];

	if (!drtmon_txt_log_valid(at)) {
		snprintf(log->unread, sizeof(log->unread),
			 "the heap's event log pointer makes no sense: its offsets lie outside "
			 "the log");
		return;
	}
	log->whole = drtmon_txt_view_log(view, at, &log->whole_len);
	if (log->whole)
		geometry(log, at);
	else
		snprintf(log->unread, sizeof(log->unread),
			 "the heap points at it at 0x%llx, which is not in the evidence",
			 (unsigned long long)at->addr);
	if (log->whole && view->logs.count > 1)
		snprintf(log->unread, sizeof(log->unread),
			 "the heap has one log for each of %u hashes, and only the first is "
			 "explained by",
			 view->logs.count);
}

void drtmon_launch_log_find(struct drtmon_launch_log *log, const struct drtmon_evidence *evidence)
{
	const struct drtmon_item *heap = &evidence->item[DRTMON_ITEM_HEAP];
	struct drtmon_txt_view view;

	memset(log, 0, sizeof(*log));
	if (heap->state == DRTMON_ITEM_UNREADABLE)
		snprintf(log->unread, sizeof(log->unread), "the heap, which points at it: %s",
			 heap->why[0] ? heap->why : "unreadable");
	if (heap->state != DRTMON_ITEM_PRESENT || !heap->blob.len)
		return;
	view_init(&view, evidence);
	if (view.logs.count)
		find(log, &view);
	else if (heap->blob.truncated)
		snprintf(log->unread, sizeof(log->unread),
			 "the part of the heap that was kept points at none");
}

bool drtmon_launch_log_source(const struct drtmon_launch_log *log, bool whole,
			      struct drtmon_explain_log *out)
{
	const bool all = !log->first && log->next == log->whole_len;

	memset(out, 0, sizeof(*out));
	out->unread = log->unread[0] ? log->unread : NULL;
	if (!log->whole)
		return false;
	out->data = whole ? log->whole : log->whole + log->first;
	out->len = whole ? log->whole_len : log->next - log->first;
	out->truncated = !whole && log->truncated;
	return !(whole && all);
}
