// SPDX-License-Identifier: GPL-2.0-or-later
/* Links of the processor: can it launch, and did the BIOS let it? */
#include "lib/chain_case.h"

#include <stdio.h>

/* IA32_FEATURE_CONTROL: lock, VMX inside SMX, SENTER enables (14:8 local, 15 global) */
#define FEATURE_LOCK	   0x1u
#define FEATURE_VMX_IN_SMX 0x2u
#define FEATURE_SENTER	   0xff00u

/* VM_CR: INIT redirected (SKINIT sets it), lock, SVM disabled */
#define VM_CR_R_INIT 0x2u
#define VM_CR_LOCK   0x8u
#define VM_CR_SVMDIS 0x10u

static void vm_note(const struct drtmon_case *c, struct drtmon_link *link)
{
	if (c->virtual_machine)
		drtmon_link_add(link, "this is a virtual machine: its TPM is the hypervisor's, and "
				      "PCR 17 there is what the hypervisor made of it");
}

static void cpu_amd(const struct drtmon_case *c, struct drtmon_link *link)
{
	switch (c->ev->facts.skinit) {
	case DRTMON_KNOWN_YES:
		drtmon_link_set(link, DRTMON_LINK_OK, "AMD processor with SKINIT");
		break;
	case DRTMON_KNOWN_NO:
		drtmon_link_set(link, DRTMON_LINK_BROKEN, "AMD processor without SKINIT");
		drtmon_link_fix(link, "enable SVM in the BIOS setup if it hides SKINIT; else a "
				      "dynamic launch needs another processor");
		break;
	default:
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"AMD processor; nobody looked whether it "
				"has SKINIT");
		drtmon_link_fix(link, "load drtmon.ko, or capture again with it loaded");
	}
	vm_note(c, link);
}

void drtmon_link_cpu_smx(const struct drtmon_case *c, struct drtmon_link *link)
{
	link->why = "a dynamic launch is an instruction: GETSEC[SENTER] of Intel's SMX, or AMD's "
		    "SKINIT";
	if (c->lab) {
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE,
				"laboratory: the register window "
				"was put at 0x%llx, so this processor is not the one it tells of",
				(unsigned long long)c->ev->facts.txt_base);
		return;
	}
	if (c->amd) {
		cpu_amd(c, link);
		return;
	}
	switch (c->ev->facts.smx) {
	case DRTMON_KNOWN_YES:
		drtmon_link_set(link, DRTMON_LINK_OK, "the processor has SMX");
		break;
	case DRTMON_KNOWN_NO:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"the processor has no SMX (CPUID.1:ECX "
				"bit 6 is clear)");
		drtmon_link_fix(
			link,
			c->virtual_machine
				? "look at the host: a guest cannot launch"
				: "TXT needs a processor with SMX; check the maker's data sheet");
		break;
	default:
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "%s",
				drtmon_case_facts(c, "nobody looked at the processor"));
	}
	vm_note(c, link);
}

static void feature_amd(const struct drtmon_case *c, struct drtmon_link *link)
{
	uint64_t vm_cr;

	if (drtmon_facts_msr(&c->ev->facts, DRTMON_MSR_VM_CR, &vm_cr) != DRTMON_KNOWN_YES) {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "VM_CR was not read");
		return;
	}
	if (vm_cr & VM_CR_SVMDIS) {
		drtmon_link_set(link, DRTMON_LINK_BROKEN, "VM_CR is 0x%llx: SVM is disabled%s",
				(unsigned long long)vm_cr, vm_cr & VM_CR_LOCK ? " and locked" : "");
		drtmon_link_fix(link, "enable SVM in the BIOS setup");
		return;
	}
	drtmon_link_set(link, DRTMON_LINK_OK, "VM_CR is 0x%llx: SVM is not disabled",
			(unsigned long long)vm_cr);
	if (vm_cr & VM_CR_R_INIT)
		drtmon_link_add(link, "INIT is redirected, as SKINIT leaves it");
}

static void feature_intel(uint64_t msr, struct drtmon_link *link)
{
	unsigned long long value = msr;

	if ((msr & FEATURE_SENTER) != FEATURE_SENTER) {
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"IA32_FEATURE_CONTROL is 0x%llx: SENTER is "
				"not fully enabled (bits 15:8 are 0x%llx)%s",
				value, value >> 8 & 0xff,
				msr & FEATURE_LOCK ? ", and the BIOS locked it so" : "");
		drtmon_link_fix(link,
				"enable Intel TXT (Trusted Execution) in the BIOS setup; VT-x "
				"and VT-d have to be on first. Only a reset changes this register");
	} else if (!(msr & FEATURE_LOCK)) {
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"IA32_FEATURE_CONTROL is 0x%llx: the BIOS "
				"did not lock it",
				value);
		drtmon_link_fix(link, "update the BIOS: SENTER needs this register locked");
	} else if (!(msr & FEATURE_VMX_IN_SMX)) {
		drtmon_link_set(link, DRTMON_LINK_WARNING,
				"IA32_FEATURE_CONTROL is 0x%llx: SENTER is "
				"enabled, VMX after a launch is not",
				value);
		drtmon_link_fix(link, "enable VT-x in the BIOS setup if the launched system is to "
				      "run virtual machines");
	} else {
		drtmon_link_set(link, DRTMON_LINK_OK,
				"IA32_FEATURE_CONTROL is 0x%llx: SENTER is "
				"enabled and locked",
				value);
	}
}

void drtmon_link_feature_control(const struct drtmon_case *c, struct drtmon_link *link)
{
	enum drtmon_known known;
	uint64_t msr;

	link->why = "the BIOS has to enable the launch instruction and lock that choice; until the "
		    "next reset nobody can change it";
	if (c->lab) {
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE,
				"laboratory: not the processor of "
				"this register window");
		return;
	}
	if (c->amd) {
		feature_amd(c, link);
		return;
	}
	known = drtmon_facts_msr(&c->ev->facts, DRTMON_MSR_FEATURE_CONTROL, &msr);
	if (known == DRTMON_KNOWN_YES)
		feature_intel(msr, link);
	else if (c->ev->facts.smx == DRTMON_KNOWN_NO)
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE,
				"no SMX, so there is nothing to "
				"enable");
	else
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "IA32_FEATURE_CONTROL %s",
				known == DRTMON_KNOWN_NO ? "could not be read" : "was not read");
	if (link->state == DRTMON_LINK_UNKNOWN && c->ev->live)
		drtmon_link_fix(link, "load drtmon.ko");
}
