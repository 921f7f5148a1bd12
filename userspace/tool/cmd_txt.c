// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/chain_case.h"
#include "tool/out.h"
#include "tool/txt.h"
#include "tool/txt_show.h"

static const char *launch_text(enum drtmon_case_launch launch)
{
	static const char *const texts[] = {
		[DRTMON_CASE_LAUNCH_UNKNOWN] = "unknown",
		[DRTMON_CASE_LAUNCH_NO_WINDOW] = "no-window",
		[DRTMON_CASE_LAUNCH_OFF] = "txt-off",
		[DRTMON_CASE_LAUNCH_NOT] = "not-launched",
		[DRTMON_CASE_LAUNCH_YES] = "launched",
		[DRTMON_CASE_LAUNCH_BOTH] = "contradictory",
	};

	return texts[launch];
}

static bool item_there(const struct drtmon_case *c, enum drtmon_item_id id)
{
	return c->ev->item[id].state == DRTMON_ITEM_PRESENT;
}

static const char *log_name(enum drtmon_case_log log)
{
	static const char *const names[] = {
		[DRTMON_CASE_LOG_NOT_KNOWN] = "absent",
		[DRTMON_CASE_LOG_OUT_OF_REACH] = "unreadable",
		[DRTMON_CASE_LOG_EMPTY] = "empty",
		[DRTMON_CASE_LOG_BAD] = "bad",
		[DRTMON_CASE_LOG_UNRECOGNISED] = "unrecognised",
		[DRTMON_CASE_LOG_TRUNCATED] = "truncated",
		[DRTMON_CASE_LOG_NOT_COMPARED] = "not-compared",
		[DRTMON_CASE_LOG_CAPPED] = "capped",
		[DRTMON_CASE_LOG_LATER] = "mismatch",
		[DRTMON_CASE_LOG_EXPLAINS_17] = "match-17-only",
		[DRTMON_CASE_LOG_EXPLAINS] = "match",
		[DRTMON_CASE_LOG_EXTENDED] = "extended",
		[DRTMON_CASE_LOG_DISAGREES] = "mismatch",
	};

	return names[log];
}

static const char *log_why(const struct drtmon_case *c)
{
	return c->log_text[0] ? c->log_text : c->drtm.problem;
}

static json_t *txt_json(const struct drtmon_case *c)
{
	const struct drtmon_item *regs = &c->ev->item[DRTMON_ITEM_REGISTERS];
	json_t *doc = json_pack("{s:i, s:s, s:s, s:b}", "schema", 1, "source", c->ev->source,
				"registers_say", launch_text(c->launch), "lab", c->lab);
	json_t *window;

	if (!doc)
		return NULL;
	window = drtmon_txt_regs_json(regs->blob.data ? regs->blob.data : (const uint8_t *)"",
				      regs->blob.len);
	if (!item_there(c, DRTMON_ITEM_REGISTERS))
		json_object_set_new(json_object_get(window, "window"), "state",
				    json_string(drtmon_item_state_name(regs->state)));
	json_object_update(doc, window);
	json_decref(window);
	json_object_set_new(doc, "error",
			    drtmon_case_has(c, DRTMON_TXT_ERRORCODE)
				    ? drtmon_txt_errorcode_json(&c->error)
				    : json_null());
	json_object_set_new(doc, "heap",
			    c->have_heap ? drtmon_txt_heap_json(&c->heap) : json_null());
	json_object_set_new(
		doc, "log",
		c->drtm.events
			? drtmon_drtm_json(&c->drtm, c->ev->pcrs.bank[0].alg ? &c->ev->pcrs : NULL)
			: json_null());
	json_object_set_new(doc, "log_state", json_string(log_name(c->log)));
	json_object_set_new(doc, "log_reason", json_string(log_why(c)));
	return doc;
}

static void text_window(const struct drtmon_opts *opts, const struct drtmon_case *c)
{
	const struct drtmon_item *regs = &c->ev->item[DRTMON_ITEM_REGISTERS];

	if (!item_there(c, DRTMON_ITEM_REGISTERS)) {
		if (regs->why[0])
			/* Live, "absent" would say that the platform has none. */
			printf("registers: %s: %s\n",
			       c->ev->live && regs->state == DRTMON_ITEM_ABSENT
				       ? "not read"
				       : drtmon_item_state_name(regs->state),
			       regs->why);
	} else if (drtmon_case_unseen(c)) {
		printf("registers: %s: %zu bytes %s\n", drtmon_txt_window_name(c->window),
		       regs->blob.len, drtmon_case_cut(c));
	} else if (c->window == DRTMON_TXT_WINDOW_NONE) {
		printf("registers: no TXT window (%s)\n",
		       regs->blob.data[0] ? "all ones" : "all zero");
	} else {
		drtmon_txt_show_registers(opts, regs);
		printf("the registers alone say: %s\n", launch_text(c->launch));
	}
}

static void text_rest(const struct drtmon_opts *opts, const struct drtmon_case *c)
{
	const struct drtmon_item *heap = &c->ev->item[DRTMON_ITEM_HEAP];
	const struct drtmon_item *log = &c->ev->item[DRTMON_ITEM_DRTM_LOG];
	json_t *json;

	if (c->have_heap) {
		printf("\nheap:\n");
		json = drtmon_txt_heap_json(&c->heap);
		drtmon_txt_show_object(json, 1);
		json_decref(json);
	} else if (item_there(c, DRTMON_ITEM_HEAP)) {
		printf("heap: %zu bytes hold no heap\n", heap->blob.len);
	} else if (heap->why[0]) {
		printf("heap: %s: %s\n", drtmon_item_state_name(heap->state), heap->why);
	}
	if (!c->drtm.events) {
		if (log->state == DRTMON_ITEM_PRESENT || c->have_heap)
			printf("log: %s: %s\n", log_name(c->log), log_why(c));
		return;
	}
	putchar('\n');
	json = drtmon_drtm_json(&c->drtm, c->ev->pcrs.bank[0].alg ? &c->ev->pcrs : NULL);
	drtmon_txt_show_log(opts, json);
	json_decref(json);
}

static int txt_show(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_evidence evidence;
	struct drtmon_txt_args args;
	struct drtmon_case c;
	int ret = drtmon_txt_parse(&args, argc, argv);
	bool something;

	if (ret)
		return ret;
	if (args.argc)
		return drtmon_cmd_usage(&drtmon_cmd_txt, "txt has no part \"%s\"", args.argv[0]);
	ret = drtmon_txt_evidence(&evidence, opts, &args);
	if (ret) {
		drtmon_evidence_free(&evidence);
		return ret;
	}
	drtmon_case_init(&c, &evidence, true);
	something = c.window >= DRTMON_TXT_WINDOW_SHORT || (c.have_heap && c.heap.walk.count) ||
		    c.drtm.events;
	if (opts->json) {
		drtmon_out_json(txt_json(&c));
	} else if (!opts->quiet) {
		text_window(opts, &c);
		text_rest(opts, &c);
	}
	/* As txt log: a comparison that failed is a finding, and so is a log that is cut. */
	if (drtmon_case_log_failed(&c) || c.drtm.problems)
		something = false;
	drtmon_case_free(&c);
	drtmon_evidence_free(&evidence);
	return something ? EXIT_GOOD : EXIT_FINDING;
}

static int txt_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct drtmon_opts *opts, int argc, char **argv);
	} parts[] = {
		{ "errorcode", drtmon_txt_errorcode },
		{ "log", drtmon_txt_log },
		{ "acm", drtmon_txt_acm },
		{ "history", drtmon_txt_history },
	};
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(argv[1], parts[i].name))
			return parts[i].run(opts, argc - 1, argv + 1);
	return txt_show(opts, argc, argv);
}

const struct drtmon_command drtmon_cmd_txt = {
	.name = "txt",
	.args = "[errorcode CODE... | log [FILE] | acm FILE | history]",
	.summary = "Intel TXT: registers, heap, launch log, error codes, modules",
	.help = "Without a part: registers, heap and log, decoded.\n"
		"  --registers FILE  public register window, from its offset 0\n"
		"  --heap FILE       TXT heap, from HEAP.BASE on\n"
		"  --log FILE        launch event log\n"
		"  --pcrs FILE       PCR values to hold the log against\n"
		"  FILE may be - for standard input; with any of these nothing else is read.\n"
		"\n"
		"Parts:\n"
		"  errorcode CODE... what values of TXT.ERRORCODE mean\n"
		"  log [FILE]        records of a launch log and the PCRs they lead to\n"
		"  acm FILE          a SINIT or BIOS ACM, and whether it fits this platform\n"
		"                    (or that of --from, or of --registers)\n"
		"  history           launch errors kept across power cycles\n"
		"\n"
		"Exit 0: something was decoded, and nothing is wrong with it. 1: nothing to "
		"decode,\n"
		"or a log that is damaged or does not fit the PCRs; acm: it does not fit, or "
		"nobody\n"
		"knows.\n"
		"\n"
		"A CODE is decimal, or hexadecimal behind 0x; eight hex digits are hexadecimal.\n"
		"\n"
		"Examples:\n"
		"  drtmon txt errorcode 0xc0003c11\n"
		"  drtmon txt --from case.tar -j\n",
	.from = true,
	.run = txt_run,
};
