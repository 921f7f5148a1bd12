// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "lib/chain.h"
#include "tool/out.h"
#include "tool/txt.h"

static enum drtmon_tone link_tone(enum drtmon_link_state state)
{
	static const enum drtmon_tone tones[] = {
		[DRTMON_LINK_OK] = DRTMON_TONE_GOOD,
		[DRTMON_LINK_BROKEN] = DRTMON_TONE_BAD,
		[DRTMON_LINK_WARNING] = DRTMON_TONE_WARNING,
		[DRTMON_LINK_UNKNOWN] = DRTMON_TONE_WARNING,
		[DRTMON_LINK_NOT_APPLICABLE] = DRTMON_TONE_DIM,
	};

	return tones[state];
}

static void why_link(const struct drtmon_opts *opts, const struct drtmon_chain *chain,
		     enum drtmon_link_id id)
{
	const struct drtmon_link *link = &chain->link[id];
	bool first = id == chain->broken;

	printf("%s%-14s%s %-21s %s\n", drtmon_out_tone(opts, link_tone(link->state)),
	       drtmon_link_state_name(link->state), drtmon_out_tone(opts, DRTMON_TONE_PLAIN),
	       drtmon_link_name(id), link->evidence);
	if (first || opts->verbose)
		printf("%15s%21s  why: %s\n", "", "", link->why);
	if (link->fix[0] && (first || opts->verbose || link->state == DRTMON_LINK_WARNING))
		printf("%15s%21s  fix: %s\n", "", "", link->fix);
}

static void why_print(const struct drtmon_opts *opts, const struct drtmon_chain *chain)
{
	struct drtmon_verdict answer;
	unsigned int i;

	drtmon_chain_answer(chain, &answer);
	printf("%s%s%s: %s\n", drtmon_out_tone(opts, drtmon_out_answer(&answer)),
	       drtmon_chain_verdict_name(chain->verdict), drtmon_out_tone(opts, DRTMON_TONE_PLAIN),
	       chain->reason);
	if (chain->broken < DRTMON_LINKS)
		printf("first broken link: %s\n", drtmon_link_name(chain->broken));
	if (chain->lab)
		printf("laboratory: the register window was put elsewhere by hand\n");
	putchar('\n');
	for (i = 0; i < DRTMON_LINKS; i++)
		why_link(opts, chain, i);
}

static int why_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_evidence evidence;
	struct drtmon_chain chain;
	int ret;

	if (argc > 1)
		return drtmon_cmd_usage(&drtmon_cmd_why, "why takes no \"%s\"", argv[1]);
	ret = drtmon_evidence_open(&evidence, opts);
	if (!ret) {
		drtmon_chain_judge(&chain, &evidence);
		if (opts->json)
			drtmon_out_json(drtmon_chain_json(&chain));
		else if (!opts->quiet)
			why_print(opts, &chain);
		ret = chain.verdict == DRTMON_CHAIN_MEASURED ? EXIT_GOOD : EXIT_FINDING;
	}
	drtmon_evidence_free(&evidence);
	return ret;
}

const struct drtmon_command drtmon_cmd_why = {
	.name = "why",
	.args = "",
	.summary = "why is there a dynamic launch, or why not: the chain, link by link",
	.help = "Each link is ok, broken, warning, unknown or not-applicable. The verdict is\n"
		"measured, not-launched, failed, contradictory, unsupported or unknown.\n"
		"  -v  why each link matters, and what to do about those after the first\n"
		"\n"
		"Exit code: 0 for measured, 1 for every other verdict, 2 for wrong usage.\n"
		"\n"
		"Examples:\n"
		"  drtmon why\n"
		"  drtmon why --from case.tar -j\n",
	.from = true,
	.run = why_run,
};
