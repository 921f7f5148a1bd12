/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_VERDICT_H
#define DRTMON_LIB_VERDICT_H

#include "lib/machine.h"

/* The answer to a yes-or-no question. */
enum drtmon_answer {
	DRTMON_ANSWER_UNKNOWN = -1,
	DRTMON_ANSWER_NO = 0,
	DRTMON_ANSWER_YES = 1,
};

/**
 * struct drtmon_verdict - an answer, never better than its evidence
 * @answer: yes, no, or not to be known
 * @state: one word that says which kind of yes, no or unknown
 * @reason: one clause for a person
 */
struct drtmon_verdict {
	enum drtmon_answer answer;
	const char *state;
	char reason[1024];
};

/**
 * drtmon_verdict_tpm() - is there a TPM?
 * @machine: the evidence
 * @verdict: @state is one of "present", "disabled" and "deactivated" (there, but
 *	switched off), "unreadable" (there, but its PCRs cannot be read), "absent",
 *	"no-driver" and "unknown"
 */
void drtmon_verdict_tpm(const struct drtmon_machine *machine, struct drtmon_verdict *verdict);

/**
 * drtmon_verdict_drtm() - did a dynamic launch happen since power-on?
 * @machine: the evidence
 * @verdict: @state is one of "launched", "not-launched", "reset-not-measured",
 *	"no-tpm", "contradictory" and "unknown"
 *
 * Judged from PCRs 17 to 22 of the first TPM alone, and the reason says so.
 */
void drtmon_verdict_drtm(const struct drtmon_machine *machine, struct drtmon_verdict *verdict);

/**
 * drtmon_verdict_secure_boot() - is Secure Boot on?
 * @machine: the evidence
 * @verdict: @state is one of "enabled", "disabled", "setup-mode", "unsupported"
 *	and "unknown"
 */
void drtmon_verdict_secure_boot(const struct drtmon_machine *machine,
				struct drtmon_verdict *verdict);

/**
 * drtmon_verdict_module() - does the module run, whole?
 * @machine: the evidence
 * @verdict: @state is one of "running", "degraded", "absent" and "unknown"
 */
void drtmon_verdict_module(const struct drtmon_machine *machine, struct drtmon_verdict *verdict);

#endif
