// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/html.h"
#include "lib/ppi.h"
#include "lib/text.h"
#include "lib/tpm_bound.h"
#include "tool/cmd_tpm.h"
#include "tool/out.h"
#include "tool/progress.h"

static const char *word(char *dst, size_t max, const json_t *obj, const char *key)
{
	const char *text = drtmon_html_word(obj, key);

	return drtmon_text_safe(dst, max, text, strlen(text));
}

static void print_items(const struct drtmon_opts *opts, const json_t *items)
{
	static const char *const columns[] = { "LOST", "KIND", "WHERE", "WHAT" };
	struct libscols_table *table;
	size_t i;

	if (!json_array_size(items)) {
		printf("Nothing was found that is bound to this TPM.\n");
		return;
	}
	table = drtmon_out_table(columns, 4);
	for (i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		const json_t *lost = json_object_get(item, "lost");
		char kind[64], where[512], what[256];
		const char *cells[] = { json_is_true(lost)    ? "yes"
					: json_is_false(lost) ? "no"
							      : "maybe",
					word(kind, sizeof(kind), item, "kind"),
					word(where, sizeof(where), item, "where"),
					word(what, sizeof(what), item, "what") };

		drtmon_out_row(table, cells,
			       json_is_true(lost)    ? DRTMON_TONE_BAD
			       : json_is_false(lost) ? DRTMON_TONE_PLAIN
						     : DRTMON_TONE_WARNING,
			       opts);
	}
	drtmon_out_table_print(table);
}

static void print_bound(const struct drtmon_opts *opts, const json_t *doc)
{
	const json_t *unseen = drtmon_html_get(doc, "unseen");
	char text[600];
	size_t i;

	print_items(opts, drtmon_html_get(doc, "items"));
	for (i = 0; i < json_array_size(unseen); i++) {
		const char *line = json_string_value(json_array_get(unseen, i));

		printf("%snot looked at:%s %s\n", drtmon_out_tone(opts, DRTMON_TONE_WARNING),
		       drtmon_out_tone(opts, DRTMON_TONE_PLAIN),
		       drtmon_text_safe(text, sizeof(text), line, strlen(line)));
	}
	printf("Keys that other programs keep in files (tpm2-pkcs11, ssh-tpm-agent) and other "
	       "systems' disks cannot be seen from here.\n");
	printf("%s\n", drtmon_html_word(doc, "firmware"));
	if (json_is_true(drtmon_html_get(doc, "requested")))
		printf("%sThe firmware was asked to clear the TPM; restart to let it. To take it "
		       "back: echo 0 > /sys/class/tpm/%s/ppi/request%s\n",
		       drtmon_out_tone(opts, DRTMON_TONE_BAD), drtmon_html_word(doc, "chip"),
		       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
	else
		printf("Nothing was changed. To clear it: drtmon tpm clear --yes\n");
}

int drtmon_tpm_clear(const struct drtmon_opts *opts, const struct drtmon_tpm_info *info, bool yes)
{
	enum drtmon_ppi_state ppi = drtmon_ppi_state("", info->chip, DRTMON_PPI_CLEAR);
	bool possible = ppi >= DRTMON_PPI_ASKS, requested = false;
	struct drtmon_err err = { 0 };
	int ret = possible ? EXIT_GOOD : EXIT_FINDING;
	json_t *doc;

	drtmon_progress_begin(opts, "looking for what is bound to the TPM");
	doc = drtmon_tpm_bound("", info);
	drtmon_progress_end();

	if (yes && !possible)
		fprintf(stderr, "drtmon: %s; clear it in the firmware's setup\n",
			drtmon_ppi_state_text(ppi));
	else if (yes && drtmon_ppi_request("", info->chip, DRTMON_PPI_CLEAR, &err))
		ret = drtmon_cmd_fail(&err);
	else
		requested = yes;
	json_object_set_new(doc, "schema", json_integer(1));
	json_object_set_new(doc, "chip", json_sprintf("tpm%u", info->chip));
	json_object_set_new(doc, "firmware", json_string(drtmon_ppi_state_text(ppi)));
	json_object_set_new(doc, "possible", json_boolean(possible));
	json_object_set_new(doc, "requested", json_boolean(requested));
	if (opts->json)
		drtmon_out_json(json_incref(doc));
	else if (!opts->quiet)
		print_bound(opts, doc);
	json_decref(doc);
	return ret;
}
