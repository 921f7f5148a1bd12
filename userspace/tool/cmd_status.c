// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/capture.h"
#include "tool/cmd.h"
#include "tool/out.h"
#include "tool/state_evidence.h"

/* Of a capture, or of this machine; false for a capture that cannot be read. */
static bool status_look(struct drtmon_state *state, const char *from, struct drtmon_err *err)
{
	struct drtmon_evidence evidence = { 0 };
	struct drtmon_chain chain;
	bool ok = true;

	if (!from) {
		drtmon_state_look(state);
	} else if (drtmon_capture_read(&evidence, from, err)) {
		ok = false;
	} else {
		drtmon_chain_judge(&chain, &evidence);
		drtmon_state_evidence(state, &evidence, &chain);
	}
	drtmon_evidence_free(&evidence);
	return ok;
}

static int status_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_err err = { 0 };
	struct drtmon_state state;
	int ret;

	if (argc > 1)
		return drtmon_cmd_usage(&drtmon_cmd_status, "status takes no \"%s\"", argv[1]);
	if (!status_look(&state, opts->from, &err)) {
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

const struct drtmon_command drtmon_cmd_status = {
	.name = "status",
	.args = "",
	.summary = "is trusted boot real on this machine? (what drtmon does without a command)",
	.help = "Says whether a dynamic launch (DRTM) happened since power-on, whether there is a\n"
		"TPM, which version, whether Secure Boot is on, and whether the drtmon module is\n"
		"watching. Works without the module and says what it then cannot know.\n"
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
