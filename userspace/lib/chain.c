// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/chain.h"

#include <string.h>

#include "lib/chain_case.h"
#include "lib/text.h"

static const struct {
	const char *name;
	void (*judge)(const struct drtmon_case *c, struct drtmon_link *link);
} links[DRTMON_LINKS] = {
	[DRTMON_LINK_CPU_SMX] = { "cpu-smx", drtmon_link_cpu_smx },
	[DRTMON_LINK_BIOS_FEATURE_CONTROL] = { "bios-feature-control",
					       drtmon_link_feature_control },
	[DRTMON_LINK_TXT_WINDOW] = { "txt-window", drtmon_link_txt_window },
	[DRTMON_LINK_ACM_STARTUP] = { "acm-startup", drtmon_link_acm_startup },
	[DRTMON_LINK_BIOS_HEAP] = { "bios-heap", drtmon_link_bios_heap },
	[DRTMON_LINK_TPM] = { "tpm", drtmon_link_tpm },
	[DRTMON_LINK_TPM_NV] = { "tpm-nv", drtmon_link_tpm_nv },
	[DRTMON_LINK_DMA] = { "dma", drtmon_link_dma },
	[DRTMON_LINK_LAUNCHER] = { "launcher", drtmon_link_launcher },
	[DRTMON_LINK_SENTER] = { "senter", drtmon_link_senter },
	[DRTMON_LINK_PCR17] = { "pcr17", drtmon_link_pcr17 },
	[DRTMON_LINK_EVENT_LOG] = { "event-log", drtmon_link_event_log },
};

const char *drtmon_link_name(enum drtmon_link_id id)
{
	return links[id].name;
}

const char *drtmon_link_state_name(enum drtmon_link_state state)
{
	static const char *const names[] = { "ok", "broken", "warning", "unknown",
					     "not-applicable" };

	return names[state];
}

const char *drtmon_chain_verdict_name(enum drtmon_chain_verdict verdict)
{
	static const char *const names[] = { "measured",      "not-launched", "failed",
					     "contradictory", "unsupported",  "unknown" };

	return names[verdict];
}

/* The words of drtmon_verdict_tpm(), where it has one. */
static const char *tpm_name(enum drtmon_case_tpm tpm)
{
	static const char *const names[] = {
		[DRTMON_CASE_TPM_UNKNOWN] = "unknown",
		[DRTMON_CASE_TPM_PRESENT] = "present",
		[DRTMON_CASE_TPM_ABSENT] = "absent",
		[DRTMON_CASE_TPM_HIDDEN] = "hidden",
		[DRTMON_CASE_TPM_DISABLED] = "disabled",
		[DRTMON_CASE_TPM_DEACTIVATED] = "deactivated",
		[DRTMON_CASE_TPM_DRIVER] = "no-driver",
	};

	return names[tpm];
}

void drtmon_chain_judge(struct drtmon_chain *chain, const struct drtmon_evidence *evidence)
{
	struct drtmon_case c;
	unsigned int i;

	memset(chain, 0, sizeof(*chain));
	drtmon_case_init(&c, evidence, false);
	chain->lab = c.lab;
	chain->tpm = tpm_name(c.tpm);
	chain->virtual_machine = evidence->facts.hypervisor;
	chain->broken = DRTMON_LINKS;
	for (i = 0; i < DRTMON_LINKS; i++) {
		links[i].judge(&c, &chain->link[i]);
		if (chain->link[i].state == DRTMON_LINK_BROKEN && chain->broken == DRTMON_LINKS)
			chain->broken = i;
	}
	drtmon_chain_conclude(chain, &c);
	drtmon_case_free(&c);
}

void drtmon_chain_answer(const struct drtmon_chain *chain, struct drtmon_verdict *verdict)
{
	switch (chain->verdict) {
	case DRTMON_CHAIN_MEASURED:
		verdict->answer = DRTMON_ANSWER_YES;
		break;
	case DRTMON_CHAIN_CONTRADICTORY:
	case DRTMON_CHAIN_UNKNOWN:
		verdict->answer = DRTMON_ANSWER_UNKNOWN;
		break;
	default:
		verdict->answer = DRTMON_ANSWER_NO;
	}
	verdict->state = drtmon_chain_verdict_name(chain->verdict);
	drtmon_text_copy(verdict->reason, sizeof(verdict->reason), chain->reason);
}

json_t *drtmon_chain_json(const struct drtmon_chain *chain)
{
	json_t *list = json_array(), *doc;
	unsigned int i;

	for (i = 0; list && i < DRTMON_LINKS; i++) {
		const struct drtmon_link *link = &chain->link[i];
		json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", links[i].name, "state",
					drtmon_link_state_name(link->state), "evidence",
					link->evidence, "why", link->why, "fix", link->fix);

		if (!one || json_array_append_new(list, one)) {
			json_decref(list);
			list = NULL;
		}
	}
	doc = json_pack("{s:i, s:s, s:s?, s:s, s:b, s:s?, s:o}", "schema", 1, "verdict",
			drtmon_chain_verdict_name(chain->verdict), "broken_link",
			chain->broken < DRTMON_LINKS ? links[chain->broken].name : NULL, "reason",
			chain->reason, "lab", chain->lab, "tpm", chain->tpm, "links", list);
	if (doc)
		json_object_set_new(doc, "virtual_machine",
				    chain->virtual_machine ? json_boolean(chain->virtual_machine ==
									  DRTMON_KNOWN_YES)
							   : json_null());
	return doc;
}
