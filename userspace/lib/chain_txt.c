// SPDX-License-Identifier: GPL-2.0-or-later
/* Links of chipset and BIOS: the register window, the startup ACM, the heap. */
#include "lib/chain_case.h"

#include <stdio.h>
#include <string.h>

#define BIT(n) (UINT64_C(1) << (n))

/* SPAD (BOOTSTATUS); the bits that coreboot, chipsec and 9elements agree on */
#define SPAD_TXT_STARTUP  BIT(30)
#define SPAD_BIOS_TRUSTED BIT(59)
#define SPAD_TXT_DISABLED BIT(60)
#define SPAD_AUTH_FAILED  BIT(62)
#define SPAD_STARTUP_ACM  BIT(63)

#define VENDOR_INTEL	  0x8086u

static void window_missing(const struct drtmon_case *c, struct drtmon_link *link)
{
	const struct drtmon_item *item = &c->ev->item[DRTMON_ITEM_REGISTERS];

	if (c->have_window) {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"the register window is %s: %zu bytes %s",
				drtmon_txt_window_name(c->window), item->blob.len,
				drtmon_case_cut(c));
	} else {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "the register window was not read: %s",
				item->why[0] ? item->why : "it is not in the evidence");
		if (c->ev->live)
			drtmon_link_fix(link, "load drtmon.ko and run as root");
	}
}

void drtmon_link_txt_window(const struct drtmon_case *c, struct drtmon_link *link)
{
	const struct drtmon_item *item = &c->ev->item[DRTMON_ITEM_REGISTERS];
	uint64_t didvid = c->reg[DRTMON_TXT_DIDVID];

	link->why = "the chipset reports TXT's state in a register window at 0xfed30000; without "
		    "one there is no TXT";
	if (c->amd) {
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE, "AMD has no such window");
	} else if (c->have_window && c->window == DRTMON_TXT_WINDOW_NONE) {
		drtmon_link_set(link, DRTMON_LINK_BROKEN, "no TXT window: %zu bytes, %s",
				item->blob.len,
				item->blob.data[0] ? "STS, ESTS and DIDVID all ones" : "all zero");
		drtmon_link_fix(
			link, "this chipset, or this virtual machine, decodes no TXT "
			      "registers: TXT needs a platform that supports it (on Intel: vPro or "
			      "a server chipset)");
	} else if (drtmon_case_unseen(c)) {
		window_missing(c, link);
	} else if (drtmon_case_has(c, DRTMON_TXT_DIDVID) && (didvid & 0xffff) != VENDOR_INTEL) {
		drtmon_link_set(link, DRTMON_LINK_WARNING,
				"DIDVID is 0x%llx: not Intel's vendor id "
				"0x8086",
				(unsigned long long)didvid);
	} else {
		drtmon_link_set(link, DRTMON_LINK_OK, "%s%zu bytes, STS 0x%llx",
				c->lab ? "laboratory window: " : "", item->blob.len,
				(unsigned long long)c->reg[DRTMON_TXT_STS]);
		if (drtmon_case_has(c, DRTMON_TXT_DIDVID))
			drtmon_link_add(link, "DIDVID 0x%llx", (unsigned long long)didvid);
		if (c->window == DRTMON_TXT_WINDOW_SHORT)
			drtmon_link_add(link, "the window was cut off at 0x%zx", item->blob.len);
	}
}

/* A link that is about registers nobody has. */
static bool no_registers(const struct drtmon_case *c, struct drtmon_link *link)
{
	if (c->amd)
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE, "AMD has no TXT");
	else if (c->launch == DRTMON_CASE_LAUNCH_NO_WINDOW)
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE, "no TXT window");
	else if (drtmon_case_unseen(c))
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "the register window %s",
				drtmon_case_unseen(c));
	else
		return false;
	return true;
}

static void acm_broken(const struct drtmon_case *c, struct drtmon_link *link,
		       const struct drtmon_txt_errorcode *status)
{
	uint64_t spad = c->reg[DRTMON_TXT_SPAD];
	char text[320];

	if (spad & SPAD_AUTH_FAILED) {
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"BOOTSTATUS is 0x%llx: the processor did "
				"not accept the startup ACM's signature",
				(unsigned long long)spad);
		drtmon_link_fix(link,
				"update the BIOS: it brings the startup ACM, and this one does "
				"not fit processor or chipset");
	} else if (spad & SPAD_TXT_DISABLED) {
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"BOOTSTATUS is 0x%llx: TXT is disabled by "
				"policy (FIT record type 0xA)",
				(unsigned long long)spad);
		drtmon_link_fix(link, "enable Intel TXT in the BIOS setup, then switch off and on");
	} else if (status->failure) {
		drtmon_txt_errorcode_meaning(status, text, sizeof(text));
		drtmon_link_set(link, DRTMON_LINK_BROKEN, "ACM_STATUS is 0x%x: %s", status->code,
				text);
		drtmon_link_fix(link, "update the BIOS, which brings this ACM; then switch off and "
				      "on. The code's class says what the ACM did not like");
	}
}

void drtmon_link_acm_startup(const struct drtmon_case *c, struct drtmon_link *link)
{
	struct drtmon_txt_errorcode status;
	uint64_t spad = c->reg[DRTMON_TXT_SPAD];

	link->why = "at power-on an authenticated code module checks BIOS and platform for TXT; "
		    "when it refuses, no launch can succeed";
	if (no_registers(c, link))
		return;
	status = drtmon_txt_acm_status_decode((uint32_t)c->reg[DRTMON_TXT_ACM_STATUS]);
	if (spad & (SPAD_AUTH_FAILED | SPAD_TXT_DISABLED) || status.failure) {
		acm_broken(c, link, &status);
	} else if (spad & (SPAD_TXT_STARTUP | SPAD_STARTUP_ACM)) {
		drtmon_link_set(link, DRTMON_LINK_OK,
				"BOOTSTATUS is 0x%llx: the startup ACM "
				"succeeded%s",
				(unsigned long long)spad,
				spad & SPAD_BIOS_TRUSTED ? " and trusts the BIOS" : "");
	} else if (!drtmon_case_has(c, DRTMON_TXT_SPAD)) {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"BOOTSTATUS and ACM_STATUS lie behind the window's end");
	} else {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"BOOTSTATUS and ACM_STATUS record neither "
				"success nor failure, as on chipsets that do not use them");
	}
	if (c->reg[DRTMON_TXT_ACM_POLICY_STATUS])
		drtmon_link_add(link, "ACM_POLICY_STATUS is 0x%llx",
				(unsigned long long)c->reg[DRTMON_TXT_ACM_POLICY_STATUS]);
}

/* What lies behind the window's end is not zero: nobody knows. */
static void region_say(const struct drtmon_case *c, struct drtmon_link *link, const char *name,
		       enum drtmon_txt_reg_id base, enum drtmon_txt_reg_id size)
{
	if (drtmon_case_has(c, base) && drtmon_case_has(c, size))
		drtmon_link_add(link, "%s 0x%llx + 0x%llx", name, (unsigned long long)c->reg[base],
				(unsigned long long)c->reg[size]);
}

static bool heap_registers(const struct drtmon_case *c, struct drtmon_link *link)
{
	static const struct {
		enum drtmon_txt_reg_id id;
		const char *name;
	} need[] = { { DRTMON_TXT_HEAP_BASE, "HEAP.BASE" },
		     { DRTMON_TXT_HEAP_SIZE, "HEAP.SIZE" },
		     { DRTMON_TXT_SINIT_BASE, "SINIT.BASE" },
		     { DRTMON_TXT_SINIT_SIZE, "SINIT.SIZE" } };
	char zero[64] = "", missing[64] = "";
	size_t i;

	drtmon_link_set(link, DRTMON_LINK_OK, "%s", "");
	region_say(c, link, "SINIT", DRTMON_TXT_SINIT_BASE, DRTMON_TXT_SINIT_SIZE);
	region_say(c, link, "HEAP", DRTMON_TXT_HEAP_BASE, DRTMON_TXT_HEAP_SIZE);
	for (i = 0; i < sizeof(need) / sizeof(need[0]); i++)
		if (!drtmon_case_has(c, need[i].id))
			strcat(strcat(missing, missing[0] ? ", " : ""), need[i].name);
		else if (!c->reg[need[i].id])
			strcat(strcat(zero, zero[0] ? ", " : ""), need[i].name);
	if (missing[0])
		drtmon_link_add(link, "behind the window's end: %s", missing);
	if (zero[0]) {
		link->state = DRTMON_LINK_BROKEN;
		drtmon_link_add(link, "the BIOS did not set TXT up: %s %s 0", zero,
				strchr(zero, ',') ? "are" : "is");
	}
	if (link->state == DRTMON_LINK_BROKEN)
		drtmon_link_fix(link, "enable Intel TXT in the BIOS setup (the TPM, VT-x and VT-d "
				      "have to be on), save, and switch the machine off and on");
	else if (missing[0])
		link->state = DRTMON_LINK_UNKNOWN;
	return link->state == DRTMON_LINK_OK;
}

static bool region_fits(uint64_t base, uint64_t size)
{
	return base < BIT(32) && size <= BIT(32) - base;
}

static bool heap_dpr(const struct drtmon_case *c, struct drtmon_link *link)
{
	uint64_t dpr = c->reg[DRTMON_TXT_DPR], base, top;
	uint64_t heap = c->reg[DRTMON_TXT_HEAP_BASE], size = c->reg[DRTMON_TXT_HEAP_SIZE];

	if (!drtmon_case_has(c, DRTMON_TXT_DPR))
		return true;
	if (!dpr) {
		link->state = DRTMON_LINK_WARNING;
		drtmon_link_add(link,
				"DPR reads 0 here; newer chipsets keep it in the host bridge");
		return true;
	}
	drtmon_link_add(link, "DPR 0x%llx", (unsigned long long)dpr);
	if (!(dpr & 1))
		drtmon_link_add(link, "DPR is not locked");
	else if (!drtmon_txt_dpr_range(dpr, &base, &top) || heap < base || heap + size > top)
		drtmon_link_add(link, "DPR does not cover the heap: DMA could change it");
	else
		return true;
	link->state = DRTMON_LINK_BROKEN;
	drtmon_link_fix(link,
			"update the BIOS: it has to protect the TXT heap from DMA and to lock "
			"that");
	return false;
}

/* A heap that the system may use for itself was never reserved by the BIOS. */
static void heap_unread(const struct drtmon_item *item, struct drtmon_link *link)
{
	bool ram = !strncmp(item->why, DRTMON_WHY_SYSTEM_RAM, strlen(DRTMON_WHY_SYSTEM_RAM));

	if (item->state != DRTMON_ITEM_UNREADABLE)
		return;
	link->state = ram ? DRTMON_LINK_BROKEN : DRTMON_LINK_WARNING;
	if (ram)
		drtmon_link_fix(link,
				"update the BIOS: it has to reserve the heap's memory (e820)");
}

/* BiosData would be whole if the copy went as far as the heap does. */
static bool heap_cut(const struct drtmon_case *c)
{
	uint64_t size = 0, whole = c->reg[DRTMON_TXT_HEAP_SIZE];

	if (c->heap.walk.count || c->heap.len >= whole)
		return false;
	if (c->heap.len < sizeof(size))
		return true;
	size = drtmon_get_le64(c->heap.buf);
	return size > c->heap.len && size <= whole;
}

static void heap_contents(const struct drtmon_case *c, struct drtmon_link *link)
{
	const struct drtmon_item *item = &c->ev->item[DRTMON_ITEM_HEAP];
	uint32_t version, processors;
	char text[160];

	if (!c->have_heap) {
		drtmon_link_add(link, "the heap's contents were not read%s%s",
				item->why[0] ? ": " : "", item->why);
		heap_unread(item, link);
		return;
	}
	if (heap_cut(c)) {
		link->state = DRTMON_LINK_WARNING;
		drtmon_link_add(link,
				"the heap's contents were cut off in the evidence, at 0x%zx of "
				"0x%llx bytes",
				item->blob.len, (unsigned long long)c->reg[DRTMON_TXT_HEAP_SIZE]);
		return;
	}
	if (!drtmon_txt_view_u32(&c->heap, DRTMON_TXT_TABLE_BIOS, 0, &version) ||
	    !drtmon_txt_view_u32(&c->heap, DRTMON_TXT_TABLE_BIOS, 24, &processors)) {
		link->state = DRTMON_LINK_BROKEN;
		drtmon_link_add(link, "BiosData is not readable: %s",
				c->heap.walk.count ? "it is too short"
						   : drtmon_txt_heap_stop_text(&c->heap.walk, text,
									       sizeof(text)));
	} else if (version < 2 || version > 255 || !processors) {
		link->state = DRTMON_LINK_BROKEN;
		drtmon_link_add(link, "BiosData makes no sense: version %u, %u processors", version,
				processors);
	} else {
		drtmon_link_add(link, "BiosData version %u, %u processors", version, processors);
		return;
	}
	drtmon_link_fix(link, "update the BIOS: it wrote a heap that no launch can use");
}

void drtmon_link_bios_heap(const struct drtmon_case *c, struct drtmon_link *link)
{
	link->why =
		"the BIOS reserves memory for SINIT and for the heap in which BIOS, launcher and "
		"SINIT talk to each other, and protects it from DMA";
	if (no_registers(c, link))
		return;
	if (!heap_registers(c, link))
		return;
	if (!region_fits(c->reg[DRTMON_TXT_HEAP_BASE], c->reg[DRTMON_TXT_HEAP_SIZE]) ||
	    !region_fits(c->reg[DRTMON_TXT_SINIT_BASE], c->reg[DRTMON_TXT_SINIT_SIZE])) {
		link->state = DRTMON_LINK_BROKEN;
		drtmon_link_add(link, "SINIT and heap have to lie below 4 GiB");
		drtmon_link_fix(link, "update the BIOS: these registers make no sense");
		return;
	}
	if (heap_dpr(c, link))
		heap_contents(c, link);
}
