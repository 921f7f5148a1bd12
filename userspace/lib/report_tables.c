// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/alg.h"
#include "lib/pcr_mask.h"
#include "lib/pcrs.h"
#include "lib/report_html.h"

/* TCG PC Client Platform Firmware Profile, 3.3.4; UAPI group's TPM2 PCR registry. */
static const char *const measures[] = {
	"firmware code",
	"firmware configuration",
	"drivers from option ROMs",
	"their configuration",
	"boot loader",
	"its configuration, partition table",
	"host platform",
	"Secure Boot policy",
	"kernel command line (boot loader)",
	"kernel and initrd (boot loader)",
	"IMA",
	"unified kernel image, boot phases",
	"kernel command line (stub)",
	"system extensions",
	"MOK and shim",
	"machine identity",
	"debugging",
	"DRTM and launch policy",
	"launched kernel",
	"launch, trusted OS",
	"launch, trusted OS",
	"launch, trusted OS",
	"launch, trusted OS",
	"applications",
};

/* Where in the chip's baseline a PCR is, as a path; false when nothing is expected. */
static bool baseline_path(char *dst, size_t max, const json_t *doc, size_t chip, const char *bank,
			  unsigned int pcr)
{
	char path[64];
	const json_t *list;
	size_t i;

	snprintf(path, sizeof(path), "chips.%zu.baseline", chip);
	list = drtmon_html_get(doc, path);
	for (i = 0; i < json_array_size(list); i++) {
		const json_t *entry = json_array_get(list, i);

		if (strcmp(drtmon_html_word(entry, "bank"), bank) ||
		    json_integer_value(json_object_get(entry, "index")) != pcr)
			continue;
		snprintf(dst, max, "%s.%zu", path, i);
		return true;
	}
	return false;
}

/* The log that has most to say of a PCR: a mismatch, else a match, else anything. */
static bool log_path(char *dst, size_t max, const json_t *doc, const char *bank, unsigned int pcr)
{
	static const char *const order[] = { "not-in-log", "not-compared", "match", "mismatch" };
	const json_t *logs = drtmon_html_get(doc, "logs");
	size_t i, k, best = 0;
	char path[96];

	for (i = 0; i < json_array_size(logs); i++) {
		const char *word;

		snprintf(path, sizeof(path), "logs.%zu.analysis.compare.%s.%u", i, bank, pcr);
		word = drtmon_html_word(doc, path);
		for (k = 0; k < sizeof(order) / sizeof(order[0]); k++)
			if (!strcmp(order[k], word) && k + 1 > best) {
				best = k + 1;
				snprintf(dst, max, "%s", path);
			}
	}
	return best;
}

static void pcr_row(struct drtmon_html *html, size_t chip, const char *bank, unsigned int pcr)
{
	char path[128], base[96], log[96];
	bool expected = baseline_path(base, sizeof(base), html->doc, chip, bank, pcr);
	bool mismatch = false;

	if (expected) {
		snprintf(path, sizeof(path), "%s.baseline_state", base);
		mismatch = !strcmp(drtmon_html_word(html->doc, path), "mismatch");
	}
	drtmon_html_markup(
		html,
		"<tr%s><td class=\"n h\" data-label=\"PCR\">%u</td><td class=\"h\">%s</td>"
		"<td class=\"mono\">",
		mismatch ? " class=\"row-bad\"" : "", pcr,
		pcr < sizeof(measures) / sizeof(measures[0]) ? measures[pcr] : "");
	drtmon_html_value(html, NULL, "chips.%zu.pcrs.%s.%u", chip, bank, pcr);
	if (mismatch) {
		drtmon_html_markup(html, "<br/>expected ");
		drtmon_html_value(html, NULL, "%s.baseline", base);
	}
	drtmon_html_markup(html, "</td><td class=\"k\" data-label=\"Baseline\">");
	if (expected)
		drtmon_report_state(html, "%s.baseline_state", base);
	else
		drtmon_html_markup(html, "<span class=\"dim\">none</span>");
	drtmon_html_markup(html, "</td><td class=\"k\" data-label=\"Event log\">");
	if (log_path(log, sizeof(log), html->doc, bank, pcr))
		drtmon_report_state(html, "%s", log);
	else
		drtmon_html_markup(html, "<span class=\"dim\">none</span>");
	drtmon_html_markup(html, "</td></tr>\n");
}

/* "zero" or "ones" for a value nobody ever extended, else NULL. */
static const char *start_value(const char *hex)
{
	size_t len = strlen(hex);

	if (len && strspn(hex, "0") == len)
		return "zero";
	return len && strspn(hex, "f") == len ? "ones" : NULL;
}

/* The start value of a PCR of which neither baseline nor log has anything to say. */
static const char *untouched(struct drtmon_html *html, size_t chip, const char *bank,
			     unsigned int pcr)
{
	char path[96];

	if (baseline_path(path, sizeof(path), html->doc, chip, bank, pcr) ||
	    (log_path(path, sizeof(path), html->doc, bank, pcr) &&
	     strcmp(drtmon_html_word(html->doc, path), "not-in-log")))
		return NULL;
	snprintf(path, sizeof(path), "chips.%zu.pcrs.%s.%u", chip, bank, pcr);
	return start_value(drtmon_html_word(html->doc, path));
}

static void start_values(struct drtmon_html *html, size_t chip, const char *bank, const char *which)
{
	char text[DRTMON_PCR_MASK_MAX];
	uint32_t mask = 0;
	unsigned int pcr;

	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
		const char *start = untouched(html, chip, bank, pcr);

		if (start && !strcmp(start, which))
			mask |= UINT32_C(1) << pcr;
	}
	if (mask)
		drtmon_html_markup(html,
				   "<p class=\"dim small\">%s: PCR "
				   "<span data-start=\"chips.%zu.pcrs.%s %s\">%s</span></p>",
				   strcmp(which, "ones") ? "Not extended, all zero"
							 : "Never reset by a launch, all ones",
				   chip, bank, which, drtmon_pcr_mask_text(text, mask));
}

static void bank_table(struct drtmon_html *html, size_t chip, const char *bank)
{
	char path[96];
	unsigned int pcr;

	drtmon_html_markup(html,
			   "<h3>%s</h3><table class=\"cards\"><thead><tr><th class=\"n\">PCR</th>"
			   "<th>Measures</th><th>Value</th><th>Baseline</th><th>Event log</th></tr>"
			   "</thead><tbody>\n",
			   bank);
	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
		snprintf(path, sizeof(path), "chips.%zu.pcrs.%s.%u", chip, bank, pcr);
		if (drtmon_html_get(html->doc, path) && !untouched(html, chip, bank, pcr))
			pcr_row(html, chip, bank, pcr);
	}
	drtmon_html_markup(html, "</tbody></table>\n");
	start_values(html, chip, bank, "zero");
	start_values(html, chip, bank, "ones");
}

static void chip_head(struct drtmon_html *html, size_t chip)
{
	char path[64];

	drtmon_html_markup(html, "<p><b>");
	drtmon_html_value(html, NULL, "chips.%zu.name", chip);
	drtmon_html_markup(html, "</b>: TPM ");
	drtmon_html_value(html, NULL, "chips.%zu.version", chip);
	drtmon_html_markup(html, ", read through ");
	drtmon_html_value(html, NULL, "chips.%zu.source", chip);
	drtmon_html_markup(html, ", snapshot ");
	drtmon_report_state(html, "chips.%zu.snapshot.state", chip);
	drtmon_html_markup(html, ", baseline ");
	drtmon_report_state(html, "chips.%zu.baseline_result", chip);
	drtmon_html_markup(html, "</p>");
	snprintf(path, sizeof(path), "chips.%zu.problem", chip);
	if (*drtmon_html_word(html->doc, path)) {
		drtmon_html_markup(html, "<p>");
		drtmon_html_value(html, "badge warn", "%s", path);
		drtmon_html_markup(html, "</p>");
	}
}

void drtmon_report_pcrs(struct drtmon_html *html)
{
	size_t chip, i, chips = json_array_size(drtmon_html_get(html->doc, "chips"));
	const struct drtmon_alg *alg;
	char path[64];

	drtmon_html_markup(html, "<section><h2>PCRs</h2>");
	if (!chips)
		drtmon_html_markup(html,
				   strcmp(drtmon_html_word(html->doc, "status.tpm.state"), "absent")
					   ? "<p>unknown: no TPM was read</p>"
					   : "<p>none: there is no TPM</p>");
	for (chip = 0; chip < chips; chip++) {
		chip_head(html, chip);
		for (i = 0; (alg = drtmon_alg_at(i)); i++) {
			snprintf(path, sizeof(path), "chips.%zu.pcrs.%s", chip, alg->name);
			if (json_object_size(drtmon_html_get(html->doc, path)))
				bank_table(html, chip, alg->name);
		}
	}
	drtmon_html_markup(html, "</section>\n");
}

static void log_problems(struct drtmon_html *html, size_t log)
{
	char path[64];
	size_t i;

	snprintf(path, sizeof(path), "logs.%zu.analysis.problems", log);
	for (i = 0; i < json_array_size(drtmon_html_get(html->doc, path)); i++) {
		drtmon_html_markup(html, "<div class=\"fix\">offset ");
		drtmon_html_value(html, NULL, "%s.%zu.offset", path, i);
		drtmon_html_markup(html, ": ");
		drtmon_html_value(html, NULL, "%s.%zu.what", path, i);
		drtmon_html_markup(html, "</div>");
	}
}

static void log_finding(struct drtmon_html *html, size_t log)
{
	static const char *const counts[] = { "match", "mismatch", "not-compared", "not-in-log" };
	size_t i;

	drtmon_html_value(html, NULL, "logs.%zu.analysis.format", log);
	drtmon_html_markup(html, ", ");
	drtmon_html_value(html, NULL, "logs.%zu.analysis.event_count", log);
	drtmon_html_markup(html, " events, complete: ");
	drtmon_html_value(html, NULL, "logs.%zu.analysis.complete", log);
	drtmon_html_markup(html, ", problems: ");
	drtmon_html_value(html, NULL, "logs.%zu.analysis.problem_count", log);
	drtmon_html_markup(html, "<div class=\"dim small\">PCRs over all banks: ");
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		drtmon_html_markup(html, i ? ", " : "");
		drtmon_html_value(html, NULL, "logs.%zu.counts.%s", log, counts[i]);
		drtmon_html_markup(html, " %s", counts[i]);
	}
	drtmon_html_markup(html, "</div>");
	log_problems(html, log);
}

void drtmon_report_logs(struct drtmon_html *html)
{
	size_t i, n = json_array_size(drtmon_html_get(html->doc, "logs"));
	char path[64];

	drtmon_html_markup(html, "<section><h2>Event logs</h2><ol class=\"links\">\n");
	for (i = 0; i < n; i++) {
		drtmon_html_markup(html, "<li><div><b>");
		drtmon_html_value(html, NULL, "logs.%zu.title", i);
		drtmon_html_markup(html, "</b><br/>");
		snprintf(path, sizeof(path), "logs.%zu.result", i);
		/* Most machines lack one log or another: no cause for alarm. */
		if (!strcmp(drtmon_html_word(html->doc, path), "absent"))
			drtmon_html_value(html, "badge plain", "%s", path);
		else
			drtmon_report_state(html, "%s", path);
		drtmon_html_markup(html, "</div><div>");
		snprintf(path, sizeof(path), "logs.%zu.analysis", i);
		if (json_is_object(drtmon_html_get(html->doc, path)))
			log_finding(html, i);
		snprintf(path, sizeof(path), "logs.%zu.reason", i);
		if (*drtmon_html_word(html->doc, path))
			drtmon_html_value(html, NULL, "%s", path);
		drtmon_html_markup(html, "</div></li>\n");
	}
	drtmon_html_markup(html, "</ol></section>\n");
}

/* A piece of an event that is only shown when it is known. */
static void piece(struct drtmon_html *html, const char *event, const char *key, const char *before,
		  const char *class)
{
	char path[128];
	const json_t *value;

	snprintf(path, sizeof(path), "%s.%s", event, key);
	value = drtmon_html_get(html->doc, path);
	if (!value || json_is_null(value))
		return;
	drtmon_html_markup(html, "%s", before);
	drtmon_html_value(html, class, "%s", path);
}

static void event_digests(struct drtmon_html *html, const char *event, const char *key,
			  const char *before)
{
	const struct drtmon_alg *alg;
	char path[128];
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++) {
		snprintf(path, sizeof(path), "%s.%s.%s", event, key, alg->name);
		if (!json_is_string(drtmon_html_get(html->doc, path)))
			continue;
		drtmon_html_markup(html, "<div class=\"mono dim\">%s%s ", before, alg->name);
		drtmon_html_value(html, NULL, "%s", path);
		drtmon_html_markup(html, "</div>");
	}
}

const char *drtmon_report_severity(const json_t *event)
{
	return json_is_object(drtmon_html_get(event, "policy")) ? "policy.severity" : "severity";
}

static void event_item(struct drtmon_html *html, const char *event)
{
	const char *severity = drtmon_report_severity(drtmon_html_get(html->doc, event));
	char path[128];

	drtmon_html_markup(html, "<li><div>");
	drtmon_html_time(html, "%s.time", event);
	drtmon_html_markup(html, "<br/>");
	drtmon_report_state(html, "%s.%s", event, severity);
	drtmon_html_markup(html, "</div><div><b>");
	drtmon_html_value(html, NULL, "%s.kind", event);
	drtmon_html_markup(html, "</b>");
	piece(html, event, "seq", " <span class=\"dim\">#</span>", "dim");
	piece(html, event, "chip", " · ", NULL);
	piece(html, event, "pcr", " · PCR ", NULL);
	piece(html, event, "command_name", " · ", NULL);
	piece(html, event, "rc", " · rc ", NULL);
	piece(html, event, "count", " · count ", NULL);
	piece(html, event, "register", " · TXT register ", NULL);
	piece(html, event, "old", " ", "mono");
	piece(html, event, "new", " → ", "mono");
	drtmon_html_markup(html, "<div class=\"dim\">");
	piece(html, event, "origin", "by ", NULL);
	/* What the module itself tells has no origin, but may have a process. */
	snprintf(path, sizeof(path), "%s.origin", event);
	piece(html, event, "process.comm",
	      json_is_string(drtmon_html_get(html->doc, path)) ? ": " : "by ", NULL);
	piece(html, event, "process.pid", ", pid ", NULL);
	piece(html, event, "process.uid", ", uid ", NULL);
	piece(html, event, "process.exe", ", ", "mono");
	piece(html, event, "device", ", through ", NULL);
	drtmon_html_markup(html, "</div>");
	piece(html, event, "policy.reason", "", NULL);
	event_digests(html, event, "digests", "");
	event_digests(html, event, "expected", "expected ");
	drtmon_html_markup(html, "</div></li>\n");
}

void drtmon_report_events(struct drtmon_html *html, const char *path)
{
	size_t i = json_array_size(drtmon_html_get(html->doc, path));
	char event[96];

	if (!i)
		return;
	drtmon_html_markup(html, "<ol class=\"events\">\n");
	while (i-- > 0) { /* newest first */
		snprintf(event, sizeof(event), "%s.%zu", path, i);
		event_item(html, event);
	}
	drtmon_html_markup(html, "</ol>");
}
