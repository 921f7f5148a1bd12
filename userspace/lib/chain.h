/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_CHAIN_H
#define DRTMON_LIB_CHAIN_H

#include <stdbool.h>

#include <jansson.h>

#include "lib/evidence.h"
#include "lib/verdict.h"

/* What has to hold for a dynamic launch, in the order in which it has to. */
enum drtmon_link_id {
	DRTMON_LINK_CPU_SMX,
	DRTMON_LINK_BIOS_FEATURE_CONTROL,
	DRTMON_LINK_TXT_WINDOW,
	DRTMON_LINK_ACM_STARTUP,
	DRTMON_LINK_BIOS_HEAP,
	DRTMON_LINK_TPM,
	DRTMON_LINK_TPM_NV,
	DRTMON_LINK_DMA,
	DRTMON_LINK_LAUNCHER,
	DRTMON_LINK_SENTER,
	DRTMON_LINK_PCR17,
	DRTMON_LINK_EVENT_LOG,
	DRTMON_LINKS
};

enum drtmon_link_state {
	DRTMON_LINK_OK,
	DRTMON_LINK_BROKEN,
	DRTMON_LINK_WARNING,
	DRTMON_LINK_UNKNOWN,
	DRTMON_LINK_NOT_APPLICABLE,
};

enum drtmon_chain_verdict {
	DRTMON_CHAIN_MEASURED, /* all evidence agrees that a launch was measured */
	DRTMON_CHAIN_NOT_LAUNCHED,
	DRTMON_CHAIN_FAILED,	    /* a launch was tried and recorded an error */
	DRTMON_CHAIN_CONTRADICTORY, /* pieces of evidence exclude each other */
	DRTMON_CHAIN_UNSUPPORTED,   /* the platform has no dynamic launch */
	DRTMON_CHAIN_UNKNOWN,	    /* too little evidence */
};

/**
 * struct drtmon_link - one link, judged on its own evidence
 * @state: see enum drtmon_link_state
 * @evidence: what was seen, for a person
 * @why: why the link matters; static
 * @fix: what to do, "" when nothing has to be done
 */
struct drtmon_link {
	enum drtmon_link_state state;
	char evidence[1024];
	const char *why;
	char fix[512];
};

/**
 * struct drtmon_chain - the answer to "why not?"
 * @link: by enum drtmon_link_id
 * @verdict: see enum drtmon_chain_verdict
 * @reason: one or two sentences
 * @broken: first broken link, DRTMON_LINKS when none is
 * @virtual_machine: "nobody looked", no or yes
 * @lab: the register window was put elsewhere by hand
 * @tpm: "present", "disabled", "deactivated", "hidden", "absent", "no-driver" or "unknown";
 *	static
 */
struct drtmon_chain {
	struct drtmon_link link[DRTMON_LINKS];
	enum drtmon_chain_verdict verdict;
	char reason[1024];
	enum drtmon_link_id broken;
	enum drtmon_known virtual_machine;
	bool lab;
	const char *tpm;
};

/**
 * drtmon_chain_judge() - judge evidence
 * @chain: filled
 * @evidence: from a capture or from this machine
 *
 * Never fails: what is missing makes links, and with them the verdict,
 * unknown. Register bits that are not confirmed by two sources are not used.
 */
void drtmon_chain_judge(struct drtmon_chain *chain, const struct drtmon_evidence *evidence);

/**
 * drtmon_chain_answer() - "DRTM enabled: true or false"
 * @chain: judged
 * @verdict: yes for "measured"; no for "not-launched", "failed" and
 *	"unsupported"; unknown for "contradictory" and "unknown". @state is that
 *	word, @reason the chain's, cut to size.
 */
void drtmon_chain_answer(const struct drtmon_chain *chain, struct drtmon_verdict *verdict);

/**
 * drtmon_chain_json() - the document of "why -j"
 * @chain: judged
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_chain_json(const struct drtmon_chain *chain);

/**
 * drtmon_link_name() - stable id: "cpu-smx" and so on
 * @id: below DRTMON_LINKS
 *
 * Return: a static string.
 */
const char *drtmon_link_name(enum drtmon_link_id id);

/**
 * drtmon_link_state_name() - "ok", "broken", "warning", "unknown", "not-applicable"
 * @state: which
 *
 * Return: a static string.
 */
const char *drtmon_link_state_name(enum drtmon_link_state state);

/**
 * drtmon_chain_verdict_name() - "measured", "not-launched" and so on
 * @verdict: which
 *
 * Return: a static string.
 */
const char *drtmon_chain_verdict_name(enum drtmon_chain_verdict verdict);

#endif
