// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/launch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/evidence_live.h"
#include "lib/text.h"

static void __attribute__((format(printf, 2, 3)))
add(struct drtmon_verdict *verdict, const char *fmt, ...)
{
	size_t len = strlen(verdict->reason);
	va_list ap;

	va_start(ap, fmt);
	drtmon_text_vprintf(verdict->reason + len, sizeof(verdict->reason) - len, fmt, ap);
	va_end(ap);
}

static bool beyond_pcrs(const struct drtmon_evidence *evidence, const struct drtmon_chain *chain)
{
	if (evidence->item[DRTMON_ITEM_REGISTERS].state == DRTMON_ITEM_PRESENT ||
	    evidence->item[DRTMON_ITEM_DRTM_LOG].state == DRTMON_ITEM_PRESENT)
		return true;
	/* The host of a virtual machine can have a launch that its guest cannot. */
	return chain->virtual_machine == DRTMON_KNOWN_NO &&
	       chain->link[DRTMON_LINK_CPU_SMX].state == DRTMON_LINK_BROKEN;
}

static void by_chain(struct drtmon_verdict *verdict, const struct drtmon_chain *chain)
{
	drtmon_chain_answer(chain, verdict);
	if (chain->lab)
		add(verdict, "; laboratory: the register window was put elsewhere by hand");
}

/* What PCRs cannot tell by themselves. */
static void by_pcrs(struct drtmon_verdict *verdict, const struct drtmon_evidence *evidence,
		    const struct drtmon_chain *chain)
{
	const struct drtmon_item *registers = &evidence->item[DRTMON_ITEM_REGISTERS];

	if (registers->state == DRTMON_ITEM_UNREADABLE)
		add(verdict, "; the TXT registers could not be read: %s", registers->why);
	if (verdict->answer == DRTMON_ANSWER_YES && chain->virtual_machine == DRTMON_KNOWN_YES)
		add(verdict, "; a virtual machine's TPM holds what its host put there");
}

void drtmon_launch_judge(struct drtmon_launch *launch, const struct drtmon_machine *machine,
			 const char *root)
{
	struct drtmon_evidence evidence;

	drtmon_evidence_launch(&evidence, machine, root);
	drtmon_chain_judge(&launch->chain, &evidence);
	launch->by_chain = beyond_pcrs(&evidence, &launch->chain);
	drtmon_verdict_drtm(machine, &launch->verdict);
	if (launch->by_chain)
		by_chain(&launch->verdict, &launch->chain);
	else
		by_pcrs(&launch->verdict, &evidence, &launch->chain);
	drtmon_evidence_free(&evidence);
}
