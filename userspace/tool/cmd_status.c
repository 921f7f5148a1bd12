// SPDX-License-Identifier: GPL-2.0-or-later
#include <getopt.h>

#include "lib/capture.h"
#include "tool/cmd.h"
#include "tool/out.h"
#include "tool/state_evidence.h"

/* Of a capture, or of this machine; false for a capture that cannot be read. */
static bool status_look(struct drtmon_state *state, const char *from,
			const struct drtmon_judge *judge, struct drtmon_err *err)
{
	struct drtmon_evidence evidence = { 0 };
	struct drtmon_chain chain;
	bool ok = true;

	if (!from) {
		drtmon_state_look(state, judge);
	} else if (drtmon_capture_read(&evidence, from, err)) {
		ok = false;
	} else {
		drtmon_chain_judge(&chain, &evidence);
		drtmon_state_evidence(state, &evidence, &chain, judge);
	}
	drtmon_evidence_free(&evidence);
	return ok;
}

static int status_parse(const char **policy, int argc, char **argv)
{
	static const struct option options[] = {
		{ "policy", required_argument, NULL, 'p' },
		{ 0 },
	};
	int c;

	while ((c = drtmon_cmd_getopt(&drtmon_cmd_status, argc, argv, "", options)) != -1) {
		if (c != 'p')
			return EXIT_USAGE;
		*policy = optarg;
	}
	if (optind < argc)
		return drtmon_cmd_usage(&drtmon_cmd_status, "status takes no \"%s\"", argv[optind]);
	return EXIT_GOOD;
}

static int status_show(const struct drtmon_opts *opts, const struct drtmon_judge *judge)
{
	struct drtmon_err err = { 0 };
	struct drtmon_state state;
	int ret;

	if (!status_look(&state, opts->from, judge, &err)) {
		drtmon_cmd_fail(&err);
		return EXIT_FINDING;
	}
	if (opts->json)
		drtmon_out_json(drtmon_state_json(&state));
	else if (!opts->quiet)
		drtmon_state_print(opts, &state);
	ret = opts->from ? drtmon_state_evidence_exit(&state) : drtmon_state_exit(&state);
	drtmon_state_free(&state);
	return ret;
}

static int status_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_err err = { 0 };
	const char *policy = NULL;
	struct drtmon_judge judge;
	int ret = status_parse(&policy, argc, argv);

	if (ret)
		return ret;
	ret = drtmon_judge_open(&judge, opts, policy, &err) ? drtmon_cmd_fail(&err)
							    : status_show(opts, &judge);
	ret = drtmon_judge_exit(&judge, ret);
	drtmon_judge_free(&judge);
	return ret;
}

const struct drtmon_command drtmon_cmd_status = {
	.name = "status",
	.args = "[--policy FILE]",
	.summary = "is trusted boot real on this machine? (what drtmon does without a command)",
	.help = "Says whether a dynamic launch (DRTM) happened since power-on, whether there is a\n"
		"TPM, which version, whether Secure Boot is on, and whether the drtmon module is\n"
		"watching. Works without the module and says what it then cannot know.\n"
		"  --policy FILE  judge by this policy which event is an alert; drtmond's is the\n"
		"                 default, and for a capture none\n"
		"\n"
		"Exit 0: every question has an answer. 1: something could not be read or\n"
		"contradicts itself, or the module is degraded. 5: there is no TPM.\n"
		"\n"
		"Examples:\n"
		"  drtmon\n"
		"  drtmon status -j | jq .drtm\n"
		"  drtmon status --from case.tar\n",
	.from = true,
	.run = status_run,
};
