// SPDX-License-Identifier: GPL-2.0-or-later
/* Links of the launch itself: DMA protection, who launches, and how SENTER ended. */
#include "lib/chain_case.h"

#include <stdio.h>

#define PMR_ALIGN (UINT64_C(2) << 20)

/* OsSinitData, offsets of base and size: Intel TXT SDG 315168, table C-5 */
#define PMR_LOW	 32
#define PMR_HIGH 48

static bool dma_error(const struct drtmon_case *c, struct drtmon_link *link)
{
	if (c->error.source != DRTMON_TXT_SOURCE_ACM || c->error.class != DRTMON_TXT_CLASS_PMR)
		return false;
	drtmon_link_set(link, DRTMON_LINK_BROKEN, "ERRORCODE 0x%x: %s", c->error.code,
			c->error.meaning ? c->error.meaning : "DMA protection, detail not public");
	if (c->error.major == 1)
		drtmon_link_fix(link,
				"make the boot loader or the system before the launch leave "
				"DMA remapping off (kernel: intel_iommu=off before a kexec launch; "
				"BIOS: pre-boot DMA protection off)");
	else
		drtmon_link_fix(link, "update the launcher: it asks SINIT for a protected memory "
				      "region that does not fit this machine");
	return true;
}

static bool dma_pmr(const struct drtmon_case *c, struct drtmon_link *link)
{
	static const struct {
		uint32_t offset;
		const char *name;
	} pmrs[] = { { PMR_LOW, "low" }, { PMR_HIGH, "high" } };
	uint64_t base, size;
	bool seen = false;
	size_t i;

	for (i = 0; c->have_heap && i < 2; i++) {
		if (!drtmon_txt_view_u64(&c->heap, DRTMON_TXT_TABLE_OS_SINIT, pmrs[i].offset,
					 &base) ||
		    !drtmon_txt_view_u64(&c->heap, DRTMON_TXT_TABLE_OS_SINIT, pmrs[i].offset + 8,
					 &size))
			return seen;
		if (!seen)
			drtmon_link_set(link, DRTMON_LINK_OK, "%s", "");
		seen = true;
		drtmon_link_add(link, "%s PMR 0x%llx + 0x%llx", pmrs[i].name,
				(unsigned long long)base, (unsigned long long)size);
		if (!(base % PMR_ALIGN) && !(size % PMR_ALIGN) && base + size >= base)
			continue;
		link->state = DRTMON_LINK_BROKEN;
		drtmon_link_add(link, "it is not made of whole 2 MiB");
		drtmon_link_fix(link, "update the launcher: SINIT refuses such a region");
	}
	return seen;
}

void drtmon_link_dma(const struct drtmon_case *c, struct drtmon_link *link)
{
	enum drtmon_known dmar = drtmon_facts_acpi(&c->ev->facts, "DMAR");

	link->why = "devices must not write into what is being measured: SINIT wants VT-d present "
		    "(ACPI DMAR), remapping off, and protected memory regions (PMR) set";
	if (c->amd) {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"SKINIT protects its 64 KiB itself; how "
				"the launcher protected the rest is not recorded anywhere");
		return;
	}
	if (dma_error(c, link))
		return;
	if (dmar == DRTMON_KNOWN_NO && !c->lab && c->ev->facts.smx != DRTMON_KNOWN_NO) {
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"ACPI has no DMAR table: VT-d is off or "
				"missing");
		drtmon_link_fix(link, "enable VT-d in the BIOS setup");
		return;
	}
	if (dma_pmr(c, link))
		return;
	if (dmar == DRTMON_KNOWN_YES)
		drtmon_link_set(link, DRTMON_LINK_OK,
				"VT-d is there (ACPI DMAR), and no launch was "
				"refused for remapping or PMR");
	else
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"neither ACPI DMAR nor OsSinitData was "
				"looked at");
}

static const char *launcher_seen(const struct drtmon_case *c)
{
	if (c->ev->facts.tboot == DRTMON_KNOWN_YES)
		return "tboot launched this kernel (it has tboot's log)";
	if (c->ev->facts.slaunch == DRTMON_KNOWN_YES)
		return "Linux Secure Launch launched this kernel (securityfs has slaunch)";
	return NULL;
}

void drtmon_link_launcher(const struct drtmon_case *c, struct drtmon_link *link)
{
	enum drtmon_txt_launcher heap = c->have_heap ? drtmon_txt_view_launcher(&c->heap)
						     : DRTMON_TXT_LAUNCHER_UNKNOWN;
	bool mle = c->have_heap && heap != DRTMON_TXT_LAUNCHER_NONE;
	const char *seen = launcher_seen(c);

	link->why =
		"the hardware launches nothing by itself: tboot, GRUB with Linux Secure Launch, "
		"or a hypervisor's loader has to ask for it";
	if (seen) {
		drtmon_link_set(link, DRTMON_LINK_OK, "%s", seen);
	} else if (mle) {
		drtmon_link_set(
			link, DRTMON_LINK_OK, "OsMleData is there%s%s%s",
			heap == DRTMON_TXT_LAUNCHER_UNKNOWN ? "" : ", by its shape ",
			heap == DRTMON_TXT_LAUNCHER_UNKNOWN ? "" : drtmon_txt_launcher_name(heap),
			heap == DRTMON_TXT_LAUNCHER_UNKNOWN ? "" : "'s");
	} else if (c->launch == DRTMON_CASE_LAUNCH_YES || drtmon_case_failure(c)) {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"somebody launched, but left nothing to "
				"tell who");
	} else if (c->have_heap || (c->ev->facts.slaunch == DRTMON_KNOWN_NO &&
				    c->launch != DRTMON_CASE_LAUNCH_UNKNOWN)) {
		drtmon_link_set(link, DRTMON_LINK_BROKEN, "nobody prepared a launch: %s",
				c->have_heap ? "the heap has no OsMleData"
					     : "neither tboot nor Secure Launch left a trace");
		drtmon_link_fix(link,
				"install a launcher: tboot (package tboot, then boot its menu "
				"entry), or a GRUB and kernel with Secure Launch");
	} else {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "%s",
				drtmon_case_facts(c, "nobody looked for a launcher"));
	}
}

static void senter_failed(const struct drtmon_case *c, struct drtmon_link *link)
{
	char text[320];

	link->state = DRTMON_LINK_BROKEN;
	if (c->error.failure) {
		drtmon_txt_errorcode_meaning(&c->error, text, sizeof(text));
		drtmon_link_add(link, "ERRORCODE 0x%x (%s): %s", c->error.code,
				drtmon_txt_source_name(c->error.source), text);
	}
	if (c->reg[DRTMON_TXT_ESTS] & 1)
		drtmon_link_add(link, "ESTS.TXT_RESET is set: until the next power cycle SENTER "
				      "fails");
	if (c->error.source == DRTMON_TXT_SOURCE_PROCESSOR)
		drtmon_link_fix(
			link, "take the SINIT that fits processor and chipset (drtmon txt acm "
			      "FILE), update the BIOS, and switch off and on before the next try");
	else if (c->error.source == DRTMON_TXT_SOURCE_MLE)
		drtmon_link_fix(link,
				"the launched software gave up itself: look its code up in its "
				"documentation");
	else if (c->error.failure)
		drtmon_link_fix(link,
				"look the code up in the error list that comes with this SINIT; "
				"then switch off and on, because the code survives a reset");
	else
		drtmon_link_fix(link, "switch the machine off and on (a reset is not enough)");
}

static void senter_state(const struct drtmon_case *c, struct drtmon_link *link)
{
	unsigned long long sts = c->reg[DRTMON_TXT_STS];

	switch (c->launch) {
	case DRTMON_CASE_LAUNCH_YES:
		drtmon_link_set(link, DRTMON_LINK_OK, "STS 0x%llx: SENTER done, no SEXIT", sts);
		break;
	case DRTMON_CASE_LAUNCH_BOTH:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"STS 0x%llx: SENTER.DONE and SEXIT.DONE at "
				"once, which exclude each other",
				sts);
		break;
	case DRTMON_CASE_LAUNCH_OFF:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"STS 0x%llx means nothing while HEAP.BASE "
				"is 0: TXT is off",
				sts);
		break;
	case DRTMON_CASE_LAUNCH_NOT:
		drtmon_link_set(link, DRTMON_LINK_BROKEN, "STS 0x%llx: SENTER is not done%s", sts,
				sts & 2 ? ", SEXIT is: not launched, or left again" : "");
		break;
	default:
		drtmon_link_set(
			link, DRTMON_LINK_UNKNOWN,
			"STS 0x%llx: SENTER done, but the window "
			"was cut off before HEAP.BASE, which tells whether that means anything",
			sts);
	}
}

void drtmon_link_senter(const struct drtmon_case *c, struct drtmon_link *link)
{
	link->why = "GETSEC[SENTER] measures SINIT, SINIT measures the system, and the registers "
		    "say how that ended";
	if (c->amd) {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"SKINIT leaves no register that proves a "
				"launch; PCR 17 has to");
		return;
	}
	if (drtmon_case_unseen(c)) {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "the register window %s",
				drtmon_case_unseen(c));
		return;
	}
	if (c->window == DRTMON_TXT_WINDOW_NONE) {
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE, "no TXT window");
		return;
	}
	senter_state(c, link);
	if (drtmon_case_failure(c))
		senter_failed(c, link);
	else if (link->state == DRTMON_LINK_BROKEN)
		drtmon_link_fix(link,
				"boot through the launcher; if it resets the machine, run "
				"drtmon txt afterwards, without switching off: ERRORCODE says why");
}
