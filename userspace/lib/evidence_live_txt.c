// SPDX-License-Identifier: GPL-2.0-or-later
/* What the module says about the TXT evidence that it could not show. */
#include "lib/evidence_live.h"

#include <errno.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct drtmon_attr_field region_field[] = {
	[DRTMON_A_REGION_STATE] = DRTMON_ATTR_AT(U32, struct drtmon_live_region, state),
	[DRTMON_A_REGION_ADDR] = DRTMON_ATTR_AT(U64, struct drtmon_live_region, addr),
};

static const struct drtmon_attr_field txt_field[] = {
	[DRTMON_A_TXT_STATE] = DRTMON_ATTR_AT(U32, struct drtmon_live_txt, state),
	[DRTMON_A_TXT_BASE] = DRTMON_ATTR_AT(U64, struct drtmon_live_txt, base),
	[DRTMON_A_TXT_HEAP] = DRTMON_ATTR_IN_NEST,
	[DRTMON_A_TXT_LOG] = DRTMON_ATTR_IN_NEST,
};

static const struct drtmon_attr_set region_set = { "region", region_field, COUNT(region_field),
						   NULL };

/* The first log that is not to be had says why; the others are alike. */
static int txt_nest(void *obj, const struct drtmon_attr *attr, struct drtmon_err *err)
{
	struct drtmon_live_txt *txt = obj;

	if (attr->type == DRTMON_A_TXT_HEAP)
		return drtmon_attr_decode(&region_set, &attr->body, &txt->heap, err);
	if (txt->log.have && txt->log.state != DRTMON_REGION_STATE_PRESENT)
		return 0;
	memset(&txt->log, 0, sizeof(txt->log));
	return drtmon_attr_decode(&region_set, &attr->body, &txt->log, err);
}

static const struct drtmon_attr_set txt_set = { "txt", txt_field, COUNT(txt_field), txt_nest };

int drtmon_live_txt_decode(struct drtmon_live_txt *txt, const struct drtmon_attrs *attrs,
			   struct drtmon_err *err)
{
	struct drtmon_attrs rest = *attrs;
	struct drtmon_attr attr;
	int ret;

	memset(txt, 0, sizeof(*txt));
	while ((ret = drtmon_attr_next(&rest, &attr)) == 1)
		if (attr.type == DRTMON_A_PLATFORM_TXT)
			return drtmon_attr_decode(&txt_set, &attr.body, txt, err);
	return ret;
}

static int txt_message(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	return drtmon_live_txt_decode(ctx, attrs, err);
}

int drtmon_live_txt_get(struct drtmon_nl *nl, struct drtmon_live_txt *txt, struct drtmon_err *err)
{
	struct drtmon_nl_req req = { .cmd = DRTMON_CMD_PLATFORM_GET,
				     .msg = txt_message,
				     .ctx = txt };

	memset(txt, 0, sizeof(*txt));
	return drtmon_nl_call(nl, &req, err);
}

static void region_apply(struct drtmon_item *item, const struct drtmon_live_region *region,
			 const char *what)
{
	unsigned long long addr = region->addr;

	if (item->state == DRTMON_ITEM_PRESENT ||
	    !drtmon_attr_has(region->have, DRTMON_A_REGION_STATE))
		return;
	switch (region->state) {
	case DRTMON_REGION_STATE_ABSENT:
		drtmon_item_set(item, DRTMON_ITEM_ABSENT, "there is no %s", what);
		break;
	case DRTMON_REGION_STATE_TOO_LARGE:
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE,
				"the %s at 0x%llx is larger than any "
				"platform's",
				what, addr);
		break;
	case DRTMON_REGION_STATE_REFUSED:
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE,
				DRTMON_WHY_SYSTEM_RAM ": the %s at "
						      "0x%llx",
				what, addr);
		break;
	case DRTMON_REGION_STATE_UNREADABLE:
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE,
				"the %s at 0x%llx could not be mapped", what, addr);
		break;
	}
}

static void window_apply(struct drtmon_item *item, const struct drtmon_live_txt *txt)
{
	if (item->state == DRTMON_ITEM_PRESENT || !drtmon_attr_has(txt->have, DRTMON_A_TXT_STATE))
		return;
	switch (txt->state) {
	case DRTMON_TXT_STATE_UNSUPPORTED:
		drtmon_item_set(item, DRTMON_ITEM_ABSENT,
				"not an Intel processor with SMX, so the "
				"module did not look");
		break;
	case DRTMON_TXT_STATE_REFUSED:
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE,
				DRTMON_WHY_SYSTEM_RAM ", or is not "
						      "page-aligned: the window at 0x%llx",
				(unsigned long long)txt->base);
		break;
	case DRTMON_TXT_STATE_FAILED:
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "the window could not be mapped");
		break;
	}
}

void drtmon_live_txt_apply(struct drtmon_evidence *evidence, const struct drtmon_live_txt *txt)
{
	window_apply(&evidence->item[DRTMON_ITEM_REGISTERS], txt);
	region_apply(&evidence->item[DRTMON_ITEM_HEAP], &txt->heap, "heap");
	region_apply(&evidence->item[DRTMON_ITEM_DRTM_LOG], &txt->log, "event log");
	if (drtmon_attr_has(txt->have, DRTMON_A_TXT_BASE) && txt->base) {
		evidence->facts.have_base = true;
		evidence->facts.txt_base = txt->base;
	}
}
