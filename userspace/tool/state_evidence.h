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
 *
 * A capture does not hold everything a machine can be asked: whether Secure
 * Boot is on and how the module's hooks are is unknown, and says so.
 */
void drtmon_state_evidence(struct drtmon_state *state, const struct drtmon_evidence *evidence,
			   const struct drtmon_chain *chain);

#endif
