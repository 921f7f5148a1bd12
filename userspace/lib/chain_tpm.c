// SPDX-License-Identifier: GPL-2.0-or-later
/* Links of the TPM: is it there and on, and has it the indices that TXT needs? */
#include "lib/chain_case.h"

#include <stdio.h>
#include <string.h>

#include "lib/chain_nv.h"

const struct drtmon_chain_nv drtmon_chain_nv[DRTMON_CHAIN_NVS] = {
	{ 0x01800001, DRTMON_CHAIN_NV_PS, 'A' },  { 0x01400001, DRTMON_CHAIN_NV_PO, 'A' },
	{ 0x01800003, DRTMON_CHAIN_NV_AUX, 'A' }, { 0x01c10103, DRTMON_CHAIN_NV_PS, 'B' },
	{ 0x01c10106, DRTMON_CHAIN_NV_PO, 'B' },  { 0x01c10102, DRTMON_CHAIN_NV_AUX, 'B' },
	{ 0x50000001, DRTMON_CHAIN_NV_PS, '1' },  { 0x40000001, DRTMON_CHAIN_NV_PO, '1' },
	{ 0x50000003, DRTMON_CHAIN_NV_AUX, '1' }, { 0x50000002, DRTMON_CHAIN_NV_AUX, '1' },
};

static void tpm_present(const struct drtmon_case *c, struct drtmon_link *link)
{
	const struct drtmon_facts *facts = &c->ev->facts;
	const struct drtmon_item *pcrs = &c->ev->item[DRTMON_ITEM_PCRS];
	unsigned int i;

	drtmon_link_set(link, DRTMON_LINK_OK, "%s",
			facts->chips ? ""
				     : "PCR values are there, so "
				       "there is a TPM");
	for (i = 0; i < facts->chips; i++)
		drtmon_link_add(link, "%s, TPM %s", facts->chip[i].name,
				facts->chip[i].version[0] ? facts->chip[i].version
							  : "of unknown version");
	if (c->ev->pcrs.bank[0].alg)
		return;
	link->state = DRTMON_LINK_WARNING;
	drtmon_link_add(link, "its PCRs were not read%s%s", pcrs->why[0] ? ": " : "", pcrs->why);
	drtmon_link_fix(link, "run as root, or load drtmon.ko");
}

static void tpm_missing(const struct drtmon_case *c, struct drtmon_link *link)
{
	switch (c->tpm) {
	case DRTMON_CASE_TPM_HIDDEN:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"hidden by the firmware: SMBIOS describes a "
				"TPM (type 43), ACPI announces none");
		drtmon_link_fix(link, "make the TPM visible in the BIOS setup (Security Device "
				      "Support, TPM State)");
		break;
	case DRTMON_CASE_TPM_DISABLED:
		drtmon_link_set(link, DRTMON_LINK_BROKEN, "the TPM 1.2 is disabled");
		drtmon_link_fix(link, "enable it in the BIOS setup, then switch off and on");
		break;
	case DRTMON_CASE_TPM_DEACTIVATED:
		drtmon_link_set(link, DRTMON_LINK_BROKEN, "the TPM 1.2 is deactivated");
		drtmon_link_fix(link, "activate it in the BIOS setup, then switch off and on");
		break;
	case DRTMON_CASE_TPM_DRIVER:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"the driver failed: ACPI announces a TPM, "
				"the kernel shows none");
		drtmon_link_fix(link,
				"look for \"tpm\" in the kernel log; load tpm_tis or tpm_crb");
		break;
	default:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"absent: neither ACPI nor the kernel has "
				"one");
		drtmon_link_fix(link, "switch the TPM (or Intel PTT) on in the BIOS setup, or fit "
				      "one");
	}
}

static void tpm_family(const struct drtmon_case *c, struct drtmon_link *link)
{
	uint32_t major = c->error.major;

	if (c->error.source != DRTMON_TXT_SOURCE_ACM || c->error.class != DRTMON_TXT_CLASS_TPM ||
	    (major != 0xd && major != 0xe && major != 0xf && major != 0x10))
		return;
	link->state = DRTMON_LINK_BROKEN;
	drtmon_link_add(link, "wrong version: SINIT said %s", c->error.meaning);
	drtmon_link_fix(link, "take a SINIT for this TPM's family and interface, or change them in "
			      "the BIOS setup (TPM 1.2 or 2.0, number of PCR banks)");
}

void drtmon_link_tpm(const struct drtmon_case *c, struct drtmon_link *link)
{
	link->why =
		"only the TPM remembers what was launched; processor and ACM write to it alone, "
		"at localities that software cannot use";
	if (c->tpm == DRTMON_CASE_TPM_UNKNOWN)
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"whether there is a TPM is not known%s%s",
				c->ev->item[DRTMON_ITEM_PCRS].why[0] ? ": " : "",
				c->ev->item[DRTMON_ITEM_PCRS].why);
	else if (c->tpm == DRTMON_CASE_TPM_PRESENT)
		tpm_present(c, link);
	else
		tpm_missing(c, link);
	if (link->state == DRTMON_LINK_OK)
		tpm_family(c, link);
}

/* In one of the two sets; "nothing" when nobody looked at either. */
static enum drtmon_known nv_present(const struct drtmon_facts *facts, enum drtmon_chain_nv_use use)
{
	enum drtmon_known known = DRTMON_KNOWN_NOTHING;
	const struct drtmon_facts_nv *nv;
	size_t i;

	for (i = 0; i < DRTMON_CHAIN_NVS; i++) {
		if (drtmon_chain_nv[i].use != use)
			continue;
		nv = drtmon_facts_nv(facts, drtmon_chain_nv[i].index);
		if (nv && nv->present > known)
			known = nv->present;
	}
	return known;
}

static void nv_list(const struct drtmon_facts *facts, struct drtmon_link *link)
{
	static const char *const names[] = { "PS", "PO", "AUX" };
	const struct drtmon_facts_nv *nv;
	size_t i;

	for (i = 0; i < DRTMON_CHAIN_NVS; i++) {
		nv = drtmon_facts_nv(facts, drtmon_chain_nv[i].index);
		if (nv && nv->present == DRTMON_KNOWN_YES)
			drtmon_link_add(link, "%s 0x%08x (%u bytes)", names[drtmon_chain_nv[i].use],
					nv->index, nv->size);
	}
}

static void nv_policy_error(const struct drtmon_case *c, struct drtmon_link *link)
{
	if (c->error.source != DRTMON_TXT_SOURCE_ACM || c->error.class != DRTMON_TXT_CLASS_LCP)
		return;
	if (c->error.major == 0xa)
		link->state = DRTMON_LINK_BROKEN;
	else if (link->state != DRTMON_LINK_BROKEN)
		link->state = DRTMON_LINK_WARNING;
	drtmon_link_add(link, "SINIT stopped at the launch control policy: %s",
			c->error.meaning ? c->error.meaning : "no public document says why");
	drtmon_link_fix(link, "check the policy in PO and PS, and the policy data file, with the "
			      "tool that made them; without a policy of your own, delete PO");
}

void drtmon_link_tpm_nv(const struct drtmon_case *c, struct drtmon_link *link)
{
	const struct drtmon_facts *facts = &c->ev->facts;
	enum drtmon_known aux = nv_present(facts, DRTMON_CHAIN_NV_AUX);
	enum drtmon_known ps = nv_present(facts, DRTMON_CHAIN_NV_PS);

	link->why = "SINIT keeps its state in the TPM's AUX index and reads the launch policy from "
		    "PS and PO; a factory that left them out is a common cause of failure";
	if (c->amd) {
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE, "AMD uses no NV indices for it");
		return;
	}
	if (!aux && !ps) {
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "nobody looked for the NV indices");
		if (c->ev->live)
			drtmon_link_fix(link, "run as root, while no other program holds the TPM");
	} else if (aux == DRTMON_KNOWN_YES) {
		drtmon_link_set(link, DRTMON_LINK_OK, "%s", "");
		nv_list(facts, link);
		if (ps == DRTMON_KNOWN_NO)
			drtmon_link_add(link, "no PS: the platform's default policy applies");
	} else {
		/* A launch that happened proves that it did without. */
		drtmon_link_set(link,
				c->launch == DRTMON_CASE_LAUNCH_YES || c->lab ? DRTMON_LINK_WARNING
									      : DRTMON_LINK_BROKEN,
				"no AUX index (0x01800003 or 0x01c10102 on TPM 2.0; 0x50000003 or "
				"0x50000002 on TPM 1.2)");
		nv_list(facts, link);
		drtmon_link_fix(link,
				"the platform's maker has to provision AUX (and PS); ask for a "
				"BIOS or a tool that does");
	}
	nv_policy_error(c, link);
}
