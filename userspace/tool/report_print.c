// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "lib/html.h"
#include "lib/report.h"
#include "lib/text.h"
#include "tool/out.h"
#include "tool/report.h"
#include "tool/values.h"

static enum drtmon_tone tone(const char *word)
{
	static const struct {
		const char *name;
		enum drtmon_tone tone;
	} tones[] = {
		{ "good", DRTMON_TONE_GOOD },
		{ "bad", DRTMON_TONE_BAD },
		{ "warn", DRTMON_TONE_WARNING },
		{ "unknown", DRTMON_TONE_WARNING },
	};
	const char *name = drtmon_report_tone(word);
	size_t i;

	for (i = 0; i < sizeof(tones) / sizeof(tones[0]); i++)
		if (!strcmp(tones[i].name, name))
			return tones[i].tone;
	return DRTMON_TONE_PLAIN;
}

static void print_title(const struct drtmon_opts *opts, const char *title)
{
	printf("\n%s%s%s\n", drtmon_out_tone(opts, DRTMON_TONE_NOTICE), title,
	       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
}

/* A value of the document, fit for a terminal. */
static const char *value(char *dst, size_t max, const json_t *doc, const char *path)
{
	char number[32];
	const char *text = drtmon_html_show(drtmon_html_get(doc, path), number, sizeof(number));

	return drtmon_text_safe(dst, max, text, strlen(text));
}

static void print_head(const json_t *doc)
{
	char host[300], kernel[300], time[64], source[1100];

	printf("drtmon report of %s, Linux %s, %s\n", value(host, sizeof(host), doc, "host"),
	       value(kernel, sizeof(kernel), doc, "kernel"),
	       value(time, sizeof(time), doc, "time"));
	if (!json_is_true(json_object_get(doc, "live")))
		printf("from %s, seen %s\n", value(source, sizeof(source), doc, "source"),
		       value(time, sizeof(time), doc, "evidence_time"));
}

static void print_chain(const struct drtmon_opts *opts, const json_t *doc)
{
	static const char *const columns[] = { "LAYER", "STATE", "REASON" };
	struct libscols_table *table = drtmon_out_table(columns, 3);
	const json_t *layers = json_object_get(doc, "picture");
	size_t i;

	print_title(opts, "Chain of trust");
	for (i = 0; i < json_array_size(layers); i++) {
		const json_t *layer = json_array_get(layers, i);
		const char *state = drtmon_html_word(layer, "state");
		const char *cells[] = { drtmon_html_word(layer, "title"), state,
					drtmon_html_word(layer, "reason") };

		drtmon_out_row(table, cells, tone(state), opts);
	}
	drtmon_out_table_print(table);
}

static void print_logs(const struct drtmon_opts *opts, const json_t *doc)
{
	static const char *const columns[] = { "LOG",	   "RESULT",   "EVENTS", "MATCH",
					       "MISMATCH", "PROBLEMS", "REASON" };
	struct libscols_table *table = drtmon_out_table(columns, 7);
	const json_t *logs = json_object_get(doc, "logs");
	size_t i;

	print_title(opts, "Event logs");
	for (i = 0; i < json_array_size(logs); i++) {
		const json_t *log = json_array_get(logs, i);
		const char *result = drtmon_html_word(log, "result");
		bool read = json_is_object(json_object_get(log, "analysis"));
		char n[4][32];
		const char *cells[] = {
			drtmon_html_word(log, "title"),
			result,
			read ? value(n[0], 32, log, "analysis.event_count") : "",
			read ? value(n[1], 32, log, "counts.match") : "",
			read ? value(n[2], 32, log, "counts.mismatch") : "",
			read ? value(n[3], 32, log, "analysis.problem_count") : "",
			drtmon_html_word(log, "reason"),
		};

		drtmon_out_row(table, cells, tone(result), opts);
	}
	drtmon_out_table_print(table);
}

static void print_hooks(const struct drtmon_opts *opts, const json_t *doc)
{
	static const char *const columns[] = { "HOOK", "STATE", "MISSED", "LOST WITHOUT IT" };
	const json_t *hooks = json_object_get(doc, "hooks");
	struct libscols_table *table;
	size_t i;

	print_title(opts, "Hooks");
	if (!json_array_size(hooks)) {
		printf("none: no module\n");
		return;
	}
	table = drtmon_out_table(columns, 4);
	for (i = 0; i < json_array_size(hooks); i++) {
		const json_t *hook = json_array_get(hooks, i);
		const char *state = drtmon_html_word(hook, "state");
		char missed[32];
		const char *cells[] = { drtmon_html_word(hook, "symbol"), state,
					value(missed, sizeof(missed), hook, "missed"),
					drtmon_html_word(hook, "loss") };

		drtmon_out_row(table, cells,
			       strcmp(state, "active") ? DRTMON_TONE_WARNING : DRTMON_TONE_PLAIN,
			       opts);
	}
	drtmon_out_table_print(table);
}

static void print_stats(const struct drtmon_opts *opts, const json_t *doc)
{
	json_t *stats = json_object_get(doc, "stats"), *number;
	const char *name;

	print_title(opts, "Counters");
	if (!json_is_object(stats))
		printf("none: no module\n");
	json_object_foreach (stats, name, number)
		if (json_is_integer(number))
			printf("  %-14s %lld\n", name, (long long)json_integer_value(number));
}

static void print_event(const struct drtmon_opts *opts, const json_t *event)
{
	char time[64], kind[64], severity[32], pcr[32], comm[300], pid[32], reason[600];
	const char *severity_at = drtmon_report_severity(event);
	const char *word = drtmon_html_word(event, severity_at);

	printf("%.19s %s%-8s%s %-15s", value(time, sizeof(time), event, "time"),
	       drtmon_out_tone(opts, tone(word)),
	       value(severity, sizeof(severity), event, severity_at),
	       drtmon_out_tone(opts, DRTMON_TONE_PLAIN), value(kind, sizeof(kind), event, "kind"));
	if (json_is_integer(drtmon_html_get(event, "pcr")))
		printf(" PCR %s", value(pcr, sizeof(pcr), event, "pcr"));
	if (json_is_object(drtmon_html_get(event, "process")))
		printf(" by %s, pid %s", value(comm, sizeof(comm), event, "process.comm"),
		       value(pid, sizeof(pid), event, "process.pid"));
	if (*drtmon_html_word(event, "policy.reason"))
		printf(": %s", value(reason, sizeof(reason), event, "policy.reason"));
	putchar('\n');
}

static void print_events(const struct drtmon_opts *opts, const struct drtmon_judge *judge,
			 const json_t *doc)
{
	static const char *const severities[] = { "info", "notice", "warning", "critical" };
	const json_t *events = json_object_get(doc, "events");
	const json_t *recent = json_object_get(events, "recent");
	char text[600], path[64];
	size_t i;

	print_title(opts, "Events");
	if (!json_is_true(json_object_get(events, "readable"))) {
		printf("unknown: %s\n", value(text, sizeof(text), events, "reason"));
		return;
	}
	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "by_severity.%s", severities[i]);
		printf("%s%s %s", i ? ", " : "", value(text, sizeof(text), events, path),
		       severities[i]);
	}
	printf("; %s older ones are no longer held\nAlert Policy: ",
	       value(text, sizeof(text), events, "gone"));
	drtmon_judge_print(judge);
	for (i = 0; i < json_array_size(recent); i++)
		print_event(opts, json_array_get(recent, i));
}

static void print_versions(const struct drtmon_opts *opts, const json_t *doc)
{
	char tool[64], uapi[32], module[128];

	print_title(opts, "Versions");
	printf("tool %s, interface %s\n", value(tool, sizeof(tool), doc, "versions.tool"),
	       value(uapi, sizeof(uapi), doc, "versions.tool_uapi"));
	printf("module %s\n", json_is_string(drtmon_html_get(doc, "versions.module"))
				      ? value(module, sizeof(module), doc, "versions.module")
				      : "absent");
}

void drtmon_report_print(const struct drtmon_opts *opts, const struct drtmon_report *report)
{
	const struct drtmon_machine *m = &report->state.machine;
	const json_t *doc = report->doc;
	size_t i;

	print_head(doc);
	print_title(opts, "Status");
	drtmon_state_print(opts, &report->state);
	print_chain(opts, doc);
	print_title(opts, "PCRs");
	for (i = 0; i < m->chips.count; i++)
		drtmon_values_print(opts, &m->chips.chip[i], true);
	if (!m->chips.count)
		printf("unknown: no TPM to read\n");
	print_logs(opts, doc);
	print_hooks(opts, doc);
	print_stats(opts, doc);
	print_events(opts, &report->judge, doc);
	print_versions(opts, doc);
}
