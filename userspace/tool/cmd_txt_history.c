// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/txt/errorcode.h"
#include "lib/txt/journal.h"
#include "tool/out.h"
#include "tool/txt.h"

static void history_print(const struct drtmon_opts *opts, const json_t *list)
{
	static const char *const columns[] = { "TIME", "BOOT", "ERRORCODE", "ESTS", "MEANING" };
	struct libscols_table *table;
	const json_t *entry;
	size_t i;

	if (!json_array_size(list)) {
		printf("no launch error was kept on this machine\n");
		return;
	}
	table = drtmon_out_table(columns, 5);
	json_array_foreach (list, i, entry) {
		const char *cells[] = {
			json_string_value(json_object_get(entry, "time")),
			json_string_value(json_object_get(entry, "boot_id")),
			json_string_value(json_object_get(entry, "errorcode")),
			json_string_value(json_object_get(entry, "ests")),
			json_string_value(
				json_object_get(json_object_get(entry, "decoded"), "meaning")),
		};

		drtmon_out_row(table, cells, DRTMON_TONE_PLAIN, opts);
	}
	drtmon_out_table_print(table);
}

int drtmon_txt_history(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_evidence evidence;
	struct drtmon_err err = { 0 };
	json_t *list;

	if (argc > 1 || opts->from)
		return drtmon_cmd_usage(&drtmon_cmd_txt, "txt history looks at this machine only");
	/* What the register holds now belongs to the history, too. */
	drtmon_evidence_open(&evidence, opts);
	drtmon_evidence_free(&evidence);
	if (drtmon_txt_journal_read(DRTMON_TXT_JOURNAL, &list, &err))
		return drtmon_cmd_fail(&err);
	if (opts->json) {
		drtmon_out_json(json_pack("{s:i, s:o}", "schema", 1, "errors", list));
		return EXIT_GOOD;
	}
	if (!opts->quiet)
		history_print(opts, list);
	json_decref(list);
	return EXIT_GOOD;
}
