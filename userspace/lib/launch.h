/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LAUNCH_H
#define DRTMON_LIB_LAUNCH_H

#include <stdbool.h>

#include "lib/chain.h"
#include "lib/machine.h"
#include "lib/verdict.h"

/**
 * struct drtmon_launch - did a dynamic launch happen, by the best evidence at hand?
 * @verdict: the answer
 * @by_chain: registers, log and PCRs were held against each other; then
 *	@verdict is that of drtmon_chain_answer(), else of drtmon_verdict_drtm()
 * @chain: its links, as far as the evidence at hand goes
 */
struct drtmon_launch {
	struct drtmon_verdict verdict;
	bool by_chain;
	struct drtmon_chain chain;
};

/**
 * drtmon_launch_judge() - judge, asking a TPM for nothing but a TPM 1.2's flags
 * @launch: filled
 * @machine: what the module and sysfs say; if that is a glance, no TPM is asked
 * @root: directory in front of /sys and /proc, "" for this machine
 *
 * The chain is asked when there is evidence beyond PCRs: a register window or
 * a launch's event log, or a processor of a real machine that cannot launch.
 * Otherwise PCRs 17 to 22 decide alone, and the reason says so.
 */
void drtmon_launch_judge(struct drtmon_launch *launch, const struct drtmon_machine *machine,
			 const char *root);

#endif
