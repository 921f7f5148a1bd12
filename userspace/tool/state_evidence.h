/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_STATE_EVIDENCE_H
#define DRTMON_TOOL_STATE_EVIDENCE_H

#include "lib/chain.h"
#include "lib/evidence.h"
#include "tool/state.h"

/**
 * drtmon_state_evidence() - what "status" would say of a capture's machine
 * @state: filled; release with drtmon_state_free()
 * @evidence: a capture
 * @chain: judged from it
 * @judge: by what events are alerts, NULL for the module's severities; must
 *	outlive @state
 *
 * A capture does not hold everything a machine can be asked: whether Secure
 * Boot is on and how the module's hooks are is unknown, and says so.
 */
void drtmon_state_evidence(struct drtmon_state *state, const struct drtmon_evidence *evidence,
			   const struct drtmon_chain *chain, const struct drtmon_judge *judge);

/**
 * drtmon_state_evidence_exit() - the exit code that goes with it
 * @state: of a capture
 *
 * Like drtmon_state_exit(), but what no capture holds is no finding.
 *
 * Return: EXIT_NO_TPM, EXIT_FINDING or EXIT_GOOD.
 */
int drtmon_state_evidence_exit(const struct drtmon_state *state);

#endif
