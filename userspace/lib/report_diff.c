// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/html.h"
#include "lib/pcrs.h"
#include "lib/report.h"

#define IMA_PCR	     10

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/**
 * struct diff - two reports that are being compared
 * @before: the older one
 * @after: the newer one
 * @changes: what was found
 */
struct diff {
	const json_t *before;
	const json_t *after;
	json_t *changes;
};

static json_t *shown(const json_t *value)
{
	char number[32];
	const char *text = drtmon_html_show(value, number, sizeof(number));

	return value && !json_is_null(value) ? json_string(text) : json_null();
}

static void compare(struct diff *diff, const char *what, const json_t *before, const json_t *after)
{
	json_t *a = shown(before), *b = shown(after);

	if (json_equal(a, b)) {
		json_decref(a);
		json_decref(b);
		return;
	}
	json_array_append_new(diff->changes,
			      json_pack("{s:s,s:o,s:o}", "what", what, "before", a, "after", b));
}

/* The element of a list whose @key is the same; a list may be in another order. */
static const json_t *same(const json_t *list, const char *key, const json_t *element)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (!strcmp(drtmon_html_word(json_array_get(list, i), key),
			    drtmon_html_word(element, key)))
			return json_array_get(list, i);
	return NULL;
}

/* One value of every element of a list, and of those that are gone. */
static void compare_list(struct diff *diff, const char *path, const char *key, const char *value,
			 const char *word)
{
	const json_t *before = drtmon_html_get(diff->before, path);
	const json_t *after = drtmon_html_get(diff->after, path), *element, *other;
	char what[160];
	size_t i;

	for (i = 0; i < json_array_size(after); i++) {
		element = json_array_get(after, i);
		other = same(before, key, element);
		snprintf(what, sizeof(what), "%s %s", word, drtmon_html_word(element, key));
		compare(diff, what, drtmon_html_get(other, value), drtmon_html_get(element, value));
	}
	for (i = 0; i < json_array_size(before); i++) {
		element = json_array_get(before, i);
		snprintf(what, sizeof(what), "%s %s", word, drtmon_html_word(element, key));
		if (!same(after, key, element))
			compare(diff, what, drtmon_html_get(element, value), NULL);
	}
}

/* IMA extends its PCR all day long; its list says by what. */
static bool ima_explained(const json_t *report)
{
	const json_t *logs = drtmon_html_get(report, "logs");
	const json_t *key = json_pack("{s:s}", "id", "ima"), *log = same(logs, "id", key);
	const char *result = drtmon_html_word(log, "result");

	json_decref((json_t *)key);
	return !strcmp(result, "match") || !strcmp(result, "ahead");
}

/* The banks of a PCR change together: one entry, with the value of the first of these. */
static void compare_pcr(struct diff *diff, const json_t *before, const json_t *after,
			const char *name, unsigned int pcr)
{
	static const char *const banks[] = { "sha256", "sha384", "sha512", "sm3_256", "sha1" };
	const json_t *old = NULL, *new = NULL;
	char path[64], what[128];
	size_t i, n = 0;

	for (i = 0; i < COUNT(banks); i++) {
		const json_t *a, *b;

		snprintf(path, sizeof(path), "pcrs.%s.%u", banks[i], pcr);
		a = drtmon_html_get(before, path);
		b = drtmon_html_get(after, path);
		if (json_equal(a, b) || (!a && !b))
			continue;
		if (!n) {
			old = a;
			new = b;
			n = (size_t)snprintf(what, sizeof(what), "%.32s PCR %u", name, pcr);
		}
		n += (size_t)snprintf(what + n, sizeof(what) - n, "%s %s",
				      old == a && new == b ? "" : ",", banks[i]);
		if (n >= sizeof(what))
			n = sizeof(what) - 1;
	}
	if (n)
		compare(diff, what, old, new);
}

static void compare_pcrs(struct diff *diff, const json_t *before, const json_t *after,
			 const char *name)
{
	bool ima = ima_explained(diff->after);
	unsigned int pcr;

	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
		if (pcr != IMA_PCR || !ima)
			compare_pcr(diff, before, after, name, pcr);
}

static void compare_chips(struct diff *diff)
{
	const json_t *before = drtmon_html_get(diff->before, "chips");
	const json_t *after = drtmon_html_get(diff->after, "chips");
	size_t i;

	for (i = 0; i < json_array_size(after); i++) {
		const json_t *chip = json_array_get(after, i);
		const json_t *old = same(before, "name", chip);

		if (old)
			compare_pcrs(diff, old, chip, drtmon_html_word(chip, "name"));
	}
	compare_list(diff, "chips", "name", "version", "TPM");
	compare_list(diff, "chips", "name", "baseline_result", "baseline of");
}

json_t *drtmon_report_diff(const json_t *before, const json_t *after)
{
	static const char *const values[][2] = {
		{ "DRTM enabled", "status.drtm.enabled" },
		{ "DRTM", "why.verdict" },
		{ "first broken link", "why.broken_link" },
		{ "TPM", "status.tpm.state" },
		{ "Secure Boot", "status.secure_boot.state" },
		{ "lockdown", "status.lockdown" },
		{ "module", "status.module.state" },
		{ "boot", "boot_id" },
		{ "kernel", "kernel" },
		{ "BIOS", "bios" },
		{ "tool", "versions.tool" },
		{ "module version", "versions.module" },
		{ "warnings held", "events.by_severity.warning" },
		{ "critical events held", "events.by_severity.critical" },
		{ "commands not recorded", "stats.queue_lost" },
		{ "calls the hooks missed", "stats.hook_missed" },
		{ "malformed commands", "stats.malformed" },
	};
	struct diff diff = { .before = before, .after = after, .changes = json_array() };
	size_t i;

	for (i = 0; i < COUNT(values); i++)
		compare(&diff, values[i][0], drtmon_html_get(before, values[i][1]),
			drtmon_html_get(after, values[i][1]));
	compare_list(&diff, "why.links", "id", "state", "link");
	compare_list(&diff, "logs", "id", "result", "event log");
	compare_list(&diff, "hooks", "symbol", "state", "hook");
	compare_chips(&diff);
	return diff.changes;
}
