// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/chain_case.h"
#include "tool/out.h"
#include "tool/txt.h"
#include "tool/txt_show.h"

/* A record that was read counts; a comparison that failed is a finding. */
static int log_exit(const struct drtmon_case *c)
{
	if (!c->drtm.events || drtmon_case_log_failed(c))
		return EXIT_FINDING;
	return c->drtm.problems ? EXIT_FINDING : EXIT_GOOD;
}

static void log_show(const struct drtmon_opts *opts, const struct drtmon_case *c)
{
	const struct drtmon_pcrs *pcrs = c->ev->pcrs.bank[0].alg ? &c->ev->pcrs : NULL;
	json_t *log = drtmon_drtm_json(&c->drtm, pcrs);

	/* Records of a boot, for example: they are shown, but lead nowhere here. */
	if (c->drtm.events && !c->drtm.n_banks && json_is_null(json_object_get(log, "problem")))
		json_object_set_new(log, "problem",
				    json_string("no record extends a PCR of a dynamic launch (17 "
						"to 22): this is another log; run: drtmon log"));
	if (opts->json) {
		if (log)
			json_object_set_new(log, "schema", json_integer(1));
		drtmon_out_json(log);
		return;
	}
	if (!c->drtm.events)
		fprintf(stderr, "drtmon: %s\n", c->log_text);
	else if (!opts->quiet)
		drtmon_txt_show_log(opts, log);
	json_decref(log);
}

int drtmon_txt_log(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_evidence evidence;
	struct drtmon_txt_args args;
	struct drtmon_case c;
	int ret = drtmon_txt_parse(&args, argc, argv);

	if (ret)
		return ret;
	if (args.argc > 1 || (args.argc && args.log))
		return drtmon_cmd_usage(&drtmon_cmd_txt, "txt log takes one file");
	if (args.argc)
		args.log = args.argv[0];
	ret = drtmon_txt_evidence(&evidence, opts, &args);
	if (!ret) {
		drtmon_case_init(&c, &evidence, true);
		log_show(opts, &c);
		ret = log_exit(&c);
		drtmon_case_free(&c);
	}
	drtmon_evidence_free(&evidence);
	return ret;
}
