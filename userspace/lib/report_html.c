// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/report_html.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *drtmon_report_tone(const char *word)
{
	static const struct {
		const char *tone;
		const char *word[16];
	} tones[] = {
		{ "good",
		  { "ok", "measured", "launched", "match", "present", "enabled", "running",
		    "consistent", "active", "true" } },
		{ "bad",
		  { "broken", "failed", "contradictory", "mismatch", "critical", "dead", "absent",
		    "unreadable", "not-launched", "disabled", "deactivated", "no-tpm",
		    "unsupported", "reset-not-measured", "false" } },
		{ "warn",
		  { "warning", "degraded", "torn", "missing", "setup-mode", "lost", "ahead",
		    "problem" } },
		{ "plain",
		  { "not-applicable", "info", "notice", "none", "not-in-log", "loaded", "found" } },
	};
	size_t i, k;

	for (i = 0; i < COUNT(tones); i++)
		for (k = 0; k < COUNT(tones[i].word) && tones[i].word[k]; k++)
			if (!strcmp(tones[i].word[k], word))
				return tones[i].tone;
	return "unknown";
}

void drtmon_report_state(struct drtmon_html *html, const char *fmt, ...)
{
	char path[128], class[32], number[32];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	snprintf(class, sizeof(class), "badge %s",
		 drtmon_report_tone(drtmon_html_show(drtmon_html_get(html->doc, path), number,
						     sizeof(number))));
	drtmon_html_value(html, class, "%s", path);
}

static void head(struct drtmon_html *html)
{
	/* A capture does not say whose it is: then its name has to do. */
	const char *title = *drtmon_html_word(html->doc, "host") ? "host" : "source";

	drtmon_html_markup(
		html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
		      "<meta name=\"viewport\" content=\"width=device-width, "
		      "initial-scale=1\"/>\n<meta http-equiv=\"Content-Security-Policy\" "
		      "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
		      "<title>drtmon: ");
	drtmon_html_text(html, drtmon_html_word(html->doc, title));
	drtmon_html_markup(html, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n",
			   drtmon_report_style);
	drtmon_html_markup(html, "<header><p class=\"brand\">drtmon report</p><h1>");
	drtmon_html_value(html, NULL, "%s", title);
	drtmon_html_markup(html, "</h1><p class=\"dim\">Linux ");
	drtmon_html_value(html, NULL, "kernel");
	drtmon_html_markup(html, " · ");
	drtmon_html_value(html, NULL, "system");
	drtmon_html_markup(html, " · BIOS ");
	drtmon_html_value(html, NULL, "bios");
	drtmon_html_markup(html, "</p><p class=\"dim\">");
	drtmon_html_time(html, "time");
	drtmon_html_markup(html, " · from ");
	drtmon_html_value(html, NULL, "source");
	if (*drtmon_html_word(html->doc, "evidence_time")) {
		drtmon_html_markup(html, ", seen ");
		drtmon_html_time(html, "evidence_time");
	}
	drtmon_html_markup(html, "</p></header>\n");
}

static void verdict(struct drtmon_html *html)
{
	drtmon_html_markup(html,
			   "<section><h2>Chain of trust</h2><div class=\"verdict %s\">"
			   "<strong>DRTM ",
			   drtmon_report_tone(drtmon_html_word(html->doc, "why.verdict")));
	drtmon_html_value(html, NULL, "why.verdict");
	drtmon_html_markup(html, "</strong>");
	drtmon_html_value(html, NULL, "why.reason");
	drtmon_html_markup(html, "</div>\n");
	drtmon_report_svg(html);
	drtmon_html_markup(html, "</section>\n");
}

static void fact(struct drtmon_html *html, const char *name, const char *state, const char *reason)
{
	drtmon_html_markup(html, "<dt>%s</dt><dd>", name);
	drtmon_report_state(html, "%s", state);
	if (reason) {
		drtmon_html_markup(html, " ");
		drtmon_html_value(html, NULL, "%s", reason);
	}
	drtmon_html_markup(html, "</dd>\n");
}

static void banks(struct drtmon_html *html)
{
	const json_t *list = drtmon_html_get(html->doc, "status.tpm.banks");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		drtmon_html_markup(html, i ? ", " : "");
		drtmon_html_value(html, NULL, "status.tpm.banks.%zu", i);
	}
	if (!json_array_size(list))
		drtmon_html_markup(html, "unknown");
}

static void version(struct drtmon_html *html)
{
	drtmon_html_markup(html, "<dt>TPM version</dt><dd>");
	drtmon_html_value(html, NULL, "status.tpm.version");
	drtmon_html_markup(html, " · banks ");
	banks(html);
	drtmon_html_markup(html, "</dd>\n");
}

static void last_alert(struct drtmon_html *html)
{
	drtmon_html_markup(html, "<dt>Last alert</dt><dd>");
	if (!json_is_object(drtmon_html_get(html->doc, "status.last_alert"))) {
		drtmon_report_state(html, "status.last_alert_state");
	} else {
		drtmon_report_state(
			html, "status.last_alert.%s",
			drtmon_report_severity(drtmon_html_get(html->doc, "status.last_alert")));
		drtmon_html_markup(html, " ");
		drtmon_html_value(html, NULL, "status.last_alert.kind");
		drtmon_html_markup(html, ", ");
		drtmon_html_time(html, "status.last_alert.time");
	}
	drtmon_html_markup(html, "</dd>\n");
}

static void status(struct drtmon_html *html)
{
	drtmon_html_markup(html, "<section><h2>Status</h2><dl>");
	fact(html, "DRTM enabled", "status.drtm.enabled", "status.drtm.reason");
	fact(html, "TPM", "status.tpm.state", "status.tpm.reason");
	/* What is not there has no version, not an unknown one. */
	if (strcmp(drtmon_html_word(html->doc, "status.tpm.state"), "absent"))
		version(html);
	fact(html, "Secure Boot", "status.secure_boot.state", "status.secure_boot.reason");
	drtmon_html_markup(html, "<dt>Lockdown</dt><dd>");
	drtmon_html_value(html, NULL, "status.lockdown");
	drtmon_html_markup(html, "</dd>\n");
	fact(html, "Module", "status.module.state", "status.module.reason");
	last_alert(html);
	drtmon_html_markup(html, "</dl></section>\n");
}

static void link_item(struct drtmon_html *html, size_t i, const char *first)
{
	const json_t *link = json_array_get(drtmon_html_get(html->doc, "why.links"), i);
	const char *id = drtmon_html_word(link, "id"), *state = drtmon_html_word(link, "state");

	drtmon_html_markup(html, "<li><div><b>");
	drtmon_html_value(html, NULL, "why.links.%zu.id", i);
	drtmon_html_markup(html, "</b><br/>");
	drtmon_report_state(html, "why.links.%zu.state", i);
	drtmon_html_markup(html, "</div><div>");
	if (!strcmp(id, first))
		drtmon_html_markup(html, "<div class=\"first\">First broken link</div>");
	drtmon_html_value(html, NULL, "why.links.%zu.evidence", i);
	drtmon_html_markup(html, "<div class=\"dim small\">");
	drtmon_html_value(html, NULL, "why.links.%zu.why", i);
	drtmon_html_markup(html, "</div>");
	if (*drtmon_html_word(link, "fix") && strcmp(state, "ok")) {
		drtmon_html_markup(html, "<div class=\"fix\">");
		drtmon_html_value(html, NULL, "why.links.%zu.fix", i);
		drtmon_html_markup(html, "</div>");
	}
	drtmon_html_markup(html, "</div></li>\n");
}

static void why(struct drtmon_html *html)
{
	const char *first = drtmon_html_word(html->doc, "why.broken_link");
	size_t i;

	drtmon_html_markup(html, "<section><h2>Why</h2>");
	if (json_is_true(drtmon_html_get(html->doc, "why.lab")))
		drtmon_html_markup(html, "<p>Laboratory: the register window was put elsewhere by "
					 "hand.</p>");
	drtmon_html_markup(html, "<ol class=\"links\">\n");
	for (i = 0; i < json_array_size(drtmon_html_get(html->doc, "why.links")); i++)
		link_item(html, i, first);
	drtmon_html_markup(html, "</ol></section>\n");
}

static void event_counts(struct drtmon_html *html)
{
	static const char *const severities[] = { "critical", "warning", "notice", "info" };
	size_t i;

	if (!json_is_true(drtmon_html_get(html->doc, "events.readable"))) {
		drtmon_html_markup(html, "<p>unknown: ");
		drtmon_html_value(html, NULL, "events.reason");
		drtmon_html_markup(html, "</p>");
		return;
	}
	drtmon_html_markup(html, "<p>");
	for (i = 0; i < COUNT(severities); i++) {
		drtmon_html_markup(html, i ? ", " : "");
		drtmon_html_value(html, NULL, "events.by_severity.%s", severities[i]);
		drtmon_html_markup(html, " %s", severities[i]);
	}
	drtmon_html_markup(html, "; ");
	drtmon_html_value(html, NULL, "events.gone");
	drtmon_html_markup(html, " older ones are no longer held.</p>");
}

/* By what an event was called an alert. */
static void judged_by(struct drtmon_html *html)
{
	if (!json_is_object(drtmon_html_get(html->doc, "events.policy")))
		return;
	drtmon_html_markup(html, "<p>Judged by ");
	if (*drtmon_html_word(html->doc, "events.policy.file")) {
		drtmon_html_value(html, "mono", "events.policy.file");
		if (json_integer_value(drtmon_html_get(html->doc, "events.policy.problem_count"))) {
			drtmon_html_markup(html, ", of which entries do not count: ");
			drtmon_html_value(html, NULL, "events.policy.problem_count");
		}
	} else {
		drtmon_html_markup(html, "the ");
		drtmon_html_value(html, NULL, "events.policy.by");
		drtmon_html_markup(html, "'s own severities");
		if (*drtmon_html_word(html->doc, "events.policy.reason")) {
			drtmon_html_markup(html, ": ");
			drtmon_html_value(html, NULL, "events.policy.reason");
		}
	}
	drtmon_html_markup(html, ".</p>");
}

static void alerts(struct drtmon_html *html)
{
	const json_t *list = drtmon_html_get(html->doc, "events.alerts");

	drtmon_html_markup(html, "<section><h2>Alerts</h2>");
	if (!json_is_true(drtmon_html_get(html->doc, "events.readable"))) {
		drtmon_html_markup(html, "<p>unknown: ");
		drtmon_html_value(html, NULL, "events.reason");
		drtmon_html_markup(html, "</p></section>\n");
		return;
	}
	if (*drtmon_html_word(html->doc, "events.since")) {
		drtmon_html_markup(html, "<p>Since ");
		drtmon_html_time(html, "events.since");
		drtmon_html_markup(html, ", the oldest event that is still held%s.</p>",
				   json_array_size(list) ? "" : ": none");
	} else {
		drtmon_html_markup(html, "<p>None: no event is held.</p>");
	}
	judged_by(html);
	drtmon_report_events(html, "events.alerts");
	drtmon_html_markup(html, "</section>\n");
}

static void time_line(struct drtmon_html *html)
{
	drtmon_html_markup(html, "<section><h2>Time line</h2>");
	event_counts(html);
	drtmon_report_events(html, "events.recent");
	drtmon_html_markup(html, "</section>\n");
}

static void hooks(struct drtmon_html *html)
{
	size_t i, n = json_array_size(drtmon_html_get(html->doc, "hooks"));

	if (!n)
		return;
	drtmon_html_markup(html, "<h3>Hooks</h3><table class=\"cards\"><thead><tr><th>Function</th>"
				 "<th>State</th><th class=\"n\">Missed</th><th>Lost without it</th>"
				 "</tr></thead><tbody>\n");
	for (i = 0; i < n; i++) {
		drtmon_html_markup(html, "<tr><td class=\"mono k\">");
		drtmon_html_value(html, NULL, "hooks.%zu.symbol", i);
		drtmon_html_markup(html, "</td><td class=\"k\">");
		drtmon_report_state(html, "hooks.%zu.state", i);
		drtmon_html_markup(html, "</td><td class=\"n\" data-label=\"Missed\">");
		drtmon_html_value(html, NULL, "hooks.%zu.missed", i);
		drtmon_html_markup(html, "</td><td>");
		drtmon_html_value(html, NULL, "hooks.%zu.loss", i);
		drtmon_html_markup(html, "</td></tr>\n");
	}
	drtmon_html_markup(html, "</tbody></table>");
}

static void counters(struct drtmon_html *html)
{
	const json_t *stats = drtmon_html_get(html->doc, "stats"), *value;
	const char *name;

	if (!json_is_object(stats))
		return;
	drtmon_html_markup(html, "<h3>Counters</h3><dl>");
	json_object_foreach ((json_t *)stats, name, value) {
		drtmon_html_markup(html, "<dt>");
		drtmon_html_text(html, name);
		drtmon_html_markup(html, "</dt><dd>");
		drtmon_html_value(html, NULL, "stats.%s", name);
		drtmon_html_markup(html, "</dd>\n");
	}
	drtmon_html_markup(html, "</dl>");
}

static void versions(struct drtmon_html *html)
{
	drtmon_html_markup(html, "<section><h2>Instrument</h2><dl><dt>Tool</dt><dd>");
	drtmon_html_value(html, NULL, "versions.tool");
	drtmon_html_markup(html, ", interface ");
	drtmon_html_value(html, NULL, "versions.tool_uapi");
	drtmon_html_markup(html, "</dd><dt>Module</dt><dd>");
	drtmon_html_value(html, NULL, "versions.module");
	drtmon_html_markup(html, ", interface ");
	drtmon_html_value(html, NULL, "versions.module_uapi");
	drtmon_html_markup(html, "</dd></dl>");
	hooks(html);
	counters(html);
	drtmon_html_markup(html, "</section>\n");
}

char *drtmon_report_html(const json_t *report)
{
	struct drtmon_html html;

	if (drtmon_html_open(&html, report))
		return NULL;
	head(&html);
	verdict(&html);
	status(&html);
	why(&html);
	drtmon_report_pcrs(&html);
	time_line(&html);
	drtmon_report_logs(&html);
	alerts(&html);
	versions(&html);
	drtmon_html_markup(&html, "<footer>A value that is unknown was not to be had: it is "
				  "neither a pass nor a failure. The same report as JSON: drtmon "
				  "report -j</footer>\n</main>\n</body>\n</html>\n");
	return drtmon_html_close(&html);
}
