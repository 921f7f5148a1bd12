// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/capture.h"
#include "lib/text.h"
#include "tool/out.h"
#include "tool/txt.h"

static json_t *capture_json(const struct drtmon_evidence *evidence, const char *path)
{
	json_t *items = json_object();
	char safe[PATH_MAX];
	unsigned int i;

	for (i = 0; i < DRTMON_ITEMS; i++) {
		const struct drtmon_item *item = &evidence->item[i];

		if (i == DRTMON_ITEM_FACTS && item->state != DRTMON_ITEM_UNREADABLE)
			continue;
		json_object_set_new(items, drtmon_item_path(i),
				    json_pack("{s:s, s:I, s:b, s:s}", "state",
					      drtmon_item_state_name(item->state), "size",
					      (json_int_t)item->blob.len, "truncated",
					      item->blob.truncated, "why", item->why));
	}
	drtmon_text_copy(safe, sizeof(safe), path);
	return json_pack("{s:i, s:s, s:o}", "schema", 1, "path", safe, "items", items);
}

static void capture_print(const struct drtmon_opts *opts, const struct drtmon_evidence *evidence,
			  const char *path)
{
	static const char *const columns[] = { "FILE", "STATE", "BYTES", "WHY NOT" };
	struct libscols_table *table = drtmon_out_table(columns, 4);
	char size[24], safe[PATH_MAX];
	unsigned int i;

	for (i = 0; i < DRTMON_ITEMS; i++) {
		const struct drtmon_item *item = &evidence->item[i];
		const char *cells[] = { drtmon_item_path(i),
					item->blob.truncated ? "truncated"
							     : drtmon_item_state_name(item->state),
					size, item->why };

		if (i == DRTMON_ITEM_FACTS && item->state != DRTMON_ITEM_UNREADABLE)
			continue;
		snprintf(size, sizeof(size), "%zu", item->blob.len);
		drtmon_out_row(table, cells,
			       item->state == DRTMON_ITEM_PRESENT  ? DRTMON_TONE_GOOD
			       : item->state == DRTMON_ITEM_ABSENT ? DRTMON_TONE_DIM
								   : DRTMON_TONE_WARNING,
			       opts);
	}
	drtmon_out_table_print(table);
	drtmon_text_copy(safe, sizeof(safe), path);
	printf("written to %s; read it with: drtmon why --from %s\n", safe, safe);
}

/* It would become a directory of that name, which nobody means. */
static bool packed_name(const char *path)
{
	static const char *const ends[] = { ".tgz",	".txz",	    ".tar.gz", ".tar.xz",
					    ".tar.zst", ".tar.bz2", ".zip" };
	size_t i, len = strlen(path), n;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		n = strlen(ends[i]);
		if (len > n && !strcasecmp(path + len - n, ends[i]))
			return true;
	}
	return false;
}

static int capture_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_evidence evidence;
	struct drtmon_err err = { 0 };
	int ret;

	if (argc != 2)
		return drtmon_cmd_usage(&drtmon_cmd_capture, "capture needs one name to write to");
	if (packed_name(argv[1]))
		return drtmon_cmd_usage(&drtmon_cmd_capture,
					"capture does not compress: OUT is a directory, or ends in "
					".tar");
	ret = drtmon_evidence_open(&evidence, opts);
	if (!ret && drtmon_capture_write(&evidence, argv[1], &err))
		ret = drtmon_cmd_fail(&err);
	else if (!ret && opts->json)
		drtmon_out_json(capture_json(&evidence, argv[1]));
	else if (!ret && !opts->quiet)
		capture_print(opts, &evidence, argv[1]);
	drtmon_evidence_free(&evidence);
	return ret;
}

const struct drtmon_command drtmon_cmd_capture = {
	.name = "capture",
	.args = "OUT",
	.summary = "all raw evidence in one place, to study it elsewhere",
	.help = "OUT becomes a tar when its name ends in .tar, else a directory; one that says\n"
		"it is compressed, like case.tgz, is refused. Nothing that exists is overwritten.\n"
		"Run as root with drtmon.ko loaded to get everything; what cannot be read is\n"
		"listed with the reason.\n"
		"\n"
		"With --from, a capture is written anew: a directory becomes a tar, for example.\n"
		"\n"
		"The files name programs, keys and users of this machine: they are made readable\n"
		"for you alone.\n"
		"\n"
		"Exit 0: written. 1: it could not be written.\n"
		"\n"
		"Examples:\n"
		"  drtmon capture case.tar\n"
		"  drtmon why --from case.tar\n"
		"  drtmon capture --from case case.tar\n",
	.from = true,
	.run = capture_run,
};
