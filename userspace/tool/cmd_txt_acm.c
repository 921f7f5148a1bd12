// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/chain_case.h"
#include "lib/txt/acm.h"
#include "tool/out.h"
#include "tool/txt.h"
#include "tool/txt_show.h"

static void identity(struct drtmon_txt_identity *id, const struct drtmon_case *c)
{
	const struct drtmon_facts *facts = &c->ev->facts;

	memset(id, 0, sizeof(*id));
	id->have_didvid = drtmon_case_has(c, DRTMON_TXT_DIDVID);
	id->didvid = c->reg[DRTMON_TXT_DIDVID];
	id->have_signature = facts->have_signature && !c->lab;
	id->signature = facts->signature;
	id->have_platform = !c->lab && drtmon_facts_msr(facts, DRTMON_MSR_PLATFORM_ID,
							&id->platform_id) == DRTMON_KNOWN_YES;
	/* VER.FSBIF reads 0 or all ones on newer parts; VER.QPIIF has the fuse there. */
	id->have_fused = drtmon_case_has(c, DRTMON_TXT_VER_QPIIF);
	id->production = c->reg[DRTMON_TXT_VER_QPIIF] >> 31 & 1;
	if (drtmon_case_has(c, DRTMON_TXT_VER_FSBIF) && c->reg[DRTMON_TXT_VER_FSBIF] &&
	    (uint32_t)c->reg[DRTMON_TXT_VER_FSBIF] != UINT32_MAX)
		id->production = c->reg[DRTMON_TXT_VER_FSBIF] >> 31 & 1;
}

static int acm_show(const struct drtmon_opts *opts, const struct drtmon_txt_acm *acm,
		    const struct drtmon_txt_identity *id)
{
	bool no = drtmon_txt_acm_chipset(acm, id) == DRTMON_TXT_MATCH_NO ||
		  drtmon_txt_acm_processor(acm, id) == DRTMON_TXT_MATCH_NO;
	json_t *json = drtmon_txt_acm_json(acm, id);

	if (opts->json) {
		if (json)
			json_object_set_new(json, "schema", json_integer(1));
		drtmon_out_json(json);
	} else {
		if (!opts->quiet)
			drtmon_txt_show_object(json, 0);
		json_decref(json);
	}
	return no || acm->size > acm->len ? EXIT_FINDING : EXIT_GOOD;
}

static int acm_file(const struct drtmon_opts *opts, const char *path,
		    const struct drtmon_txt_identity *id)
{
	struct drtmon_err err = { 0 };
	struct drtmon_txt_acm acm;
	struct drtmon_blob blob;
	int ret;

	if (drtmon_blob_read(&blob, path, DRTMON_TXT_ACM_FILE_MAX, &err) ||
	    drtmon_txt_acm_parse(&acm, blob.data, blob.len, &err))
		ret = drtmon_cmd_fail(&err);
	else
		ret = acm_show(opts, &acm, id);
	drtmon_blob_free(&blob);
	return ret;
}

int drtmon_txt_acm(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_evidence evidence;
	struct drtmon_txt_identity id;
	struct drtmon_txt_args args;
	struct drtmon_case c;
	int ret = drtmon_txt_parse(&args, argc, argv);

	if (ret)
		return ret;
	if (args.argc != 1)
		return drtmon_cmd_usage(&drtmon_cmd_txt, "txt acm needs one file");
	ret = drtmon_txt_evidence(&evidence, opts, &args);
	if (!ret) {
		drtmon_case_init(&c, &evidence, false);
		identity(&id, &c);
		drtmon_case_free(&c);
		ret = acm_file(opts, args.argv[0], &id);
	}
	drtmon_evidence_free(&evidence);
	return ret;
}
