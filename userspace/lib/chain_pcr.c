// SPDX-License-Identifier: GPL-2.0-or-later
/* Links of the result: PCR 17, and the log that has to explain it. */
#include "lib/chain_case.h"

#include <stdio.h>

static const char launch_fix[] = "a launch has to happen first: mend the links above";

static void pcr_belied(const struct drtmon_case *c, struct drtmon_link *link, unsigned int pcr)
{
	enum drtmon_pcrs_drtm value = drtmon_pcrs_drtm(&c->ev->pcrs, pcr);

	if (value == DRTMON_PCRS_DRTM_CONTRADICTORY)
		drtmon_link_add(link, "the banks disagree about PCR %u", pcr);
	else if (c->pcr17 == DRTMON_PCRS_DRTM_NONE)
		drtmon_link_add(link,
				"PCR %u is not all ones: only a launch resets it, and PCR 17 "
				"with it",
				pcr);
	else if (value == DRTMON_PCRS_DRTM_NONE)
		drtmon_link_add(link, "PCR %u is still all ones: a launch would have reset both",
				pcr);
	else if (c->pcr17 == DRTMON_PCRS_DRTM_RESET)
		drtmon_link_add(link, "PCR %u holds a measurement, but PCR 17 none", pcr);
	else
		drtmon_link_add(link,
				"the banks disagree about PCR %u: some hold a measurement, some "
				"are zero, but SINIT measures into every bank",
				pcr);
}

static void pcr17_value(const struct drtmon_case *c, struct drtmon_link *link)
{
	switch (c->pcr17) {
	case DRTMON_PCRS_DRTM_MEASURED:
		drtmon_link_set(link, DRTMON_LINK_OK, "PCR 17 holds a measurement");
		if (c->virtual_machine && !c->lab)
			drtmon_link_add(link, "in a virtual TPM that is the hypervisor's word");
		break;
	case DRTMON_PCRS_DRTM_NONE:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"PCR 17 is all ones: no dynamic launch "
				"since the TPM was started");
		drtmon_link_fix(link, launch_fix);
		break;
	case DRTMON_PCRS_DRTM_RESET:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"PCR 17 is zero: it was reset, but nothing "
				"was measured into it");
		drtmon_link_fix(link,
				"the launch was broken off, or this TPM has rules of its own: "
				"switch off and on, and launch again");
		break;
	case DRTMON_PCRS_DRTM_CONTRADICTORY:
		drtmon_link_set(link, DRTMON_LINK_BROKEN,
				"the banks disagree about PCR 17: some show "
				"a launch, some none");
		drtmon_link_fix(link, "read the PCRs again (drtmon pcr); if it stays, do not trust "
				      "this TPM");
		break;
	default:
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN, "PCR 17 was not read%s%s",
				c->ev->item[DRTMON_ITEM_PCRS].why[0] ? ": " : "",
				c->ev->item[DRTMON_ITEM_PCRS].why);
	}
}

void drtmon_link_pcr17(const struct drtmon_case *c, struct drtmon_link *link)
{
	link->why =
		"PCR 17 is all ones from power-on; only the launch instruction can reset it, so "
		"its value is the proof that others can check";
	pcr17_value(c, link);
	if (!c->belied)
		return;
	link->state = DRTMON_LINK_BROKEN;
	pcr_belied(c, link, c->belied);
	drtmon_link_fix(link,
			"read the PCRs again (drtmon pcr); if it stays, do not trust this TPM");
}

static void log_state(const struct drtmon_case *c, struct drtmon_link *link)
{
	static const enum drtmon_link_state states[] = {
		[DRTMON_CASE_LOG_NOT_KNOWN] = DRTMON_LINK_UNKNOWN,
		[DRTMON_CASE_LOG_OUT_OF_REACH] = DRTMON_LINK_UNKNOWN,
		[DRTMON_CASE_LOG_EMPTY] = DRTMON_LINK_WARNING,
		[DRTMON_CASE_LOG_BAD] = DRTMON_LINK_BROKEN,
		[DRTMON_CASE_LOG_UNRECOGNISED] = DRTMON_LINK_UNKNOWN,
		[DRTMON_CASE_LOG_TRUNCATED] = DRTMON_LINK_UNKNOWN,
		[DRTMON_CASE_LOG_NOT_COMPARED] = DRTMON_LINK_UNKNOWN,
		[DRTMON_CASE_LOG_CAPPED] = DRTMON_LINK_UNKNOWN,
		[DRTMON_CASE_LOG_LATER] = DRTMON_LINK_WARNING,
		[DRTMON_CASE_LOG_EXPLAINS_17] = DRTMON_LINK_WARNING,
		[DRTMON_CASE_LOG_EXPLAINS] = DRTMON_LINK_OK,
		[DRTMON_CASE_LOG_EXTENDED] = DRTMON_LINK_WARNING,
		[DRTMON_CASE_LOG_DISAGREES] = DRTMON_LINK_BROKEN,
	};

	drtmon_link_set(link, states[c->log], "%s", c->log_text);
	if (c->log == DRTMON_CASE_LOG_DISAGREES || c->log == DRTMON_CASE_LOG_LATER)
		drtmon_link_fix(
			link, "compare the log with a good launch of this system (drtmon txt "
			      "log): either it was changed, or something extended the PCR that no "
			      "log shows");
	if (c->log == DRTMON_CASE_LOG_BAD)
		drtmon_link_fix(link, "update the launcher, which reserves the log; until then the "
				      "value of PCR 17 cannot be explained");
	if (c->log == DRTMON_CASE_LOG_UNRECOGNISED || c->log == DRTMON_CASE_LOG_TRUNCATED)
		drtmon_link_fix(link, "take the log again, raw and whole: drtmon capture");
	if (c->log == DRTMON_CASE_LOG_EXPLAINS_17)
		drtmon_link_add(link, "it explains PCR 17; PCR 18 was not compared");
	if (c->log == DRTMON_CASE_LOG_EXTENDED)
		drtmon_link_add(link, "extended after the log's end, by commands that drtmon saw");
	if (c->log == DRTMON_CASE_LOG_OUT_OF_REACH && c->ev->live)
		drtmon_link_fix(link, "load drtmon.ko and run as root");
	if (c->drtm.problems && c->log >= DRTMON_CASE_LOG_LATER) {
		if (link->state == DRTMON_LINK_OK)
			link->state = DRTMON_LINK_WARNING;
		drtmon_link_add(link, "%s", c->drtm.problem);
	}
}

void drtmon_link_event_log(const struct drtmon_case *c, struct drtmon_link *link)
{
	link->why = "the log says what was measured; it counts only as far as its replay gives the "
		    "values that PCR 17 and 18 hold, and those of 19 to 22 that it extends";
	if (c->pcr17 == DRTMON_PCRS_DRTM_NONE && c->launch != DRTMON_CASE_LAUNCH_YES)
		drtmon_link_set(link, DRTMON_LINK_NOT_APPLICABLE,
				"without a launch there is nothing "
				"to explain");
	else if (c->pcr17 == DRTMON_PCRS_DRTM_NONE || c->pcr17 == DRTMON_PCRS_DRTM_UNKNOWN)
		drtmon_link_set(link, DRTMON_LINK_UNKNOWN,
				"there is no value of PCR 17 to compare "
				"with");
	else
		log_state(c, link);
}
