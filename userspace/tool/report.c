// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/report.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "lib/baseline.h"
#include "lib/capture.h"
#include "lib/evidence_live.h"
#include "lib/html.h"
#include "lib/report.h"
#include "lib/stats.h"
#include "lib/text.h"
#include "lib/txt/journal.h"
#include "tool/progress.h"
#include "tool/state_evidence.h"
#include "tool/values.h"

static void look_live(struct drtmon_report *report)
{
	drtmon_state_look(&report->state, &report->judge);
	drtmon_evidence_machine(&report->evidence, &report->state.machine, "");
	/* A power cycle erases the code; who may not write keeps nothing. */
	drtmon_txt_journal_note(DRTMON_TXT_JOURNAL, &report->evidence, NULL);
	drtmon_chain_judge(&report->chain, &report->evidence);
}

static int look_capture(struct drtmon_report *report, const char *path)
{
	struct drtmon_err err = { 0 };

	if (drtmon_capture_read(&report->evidence, path, &err)) {
		drtmon_progress_end();
		drtmon_cmd_fail(&err);
		return EXIT_FINDING;
	}
	drtmon_chain_judge(&report->chain, &report->evidence);
	drtmon_state_evidence(&report->state, &report->evidence, &report->chain, &report->judge);
	return EXIT_GOOD;
}

static json_t *text_json(const char *text)
{
	char safe[1024];

	if (!text[0])
		return json_null();
	return json_string(drtmon_text_utf8(safe, sizeof(safe), text, strlen(text)));
}

static json_t *versions_json(const struct drtmon_report *report)
{
	const struct drtmon_platform *p = &report->state.machine.platform;
	json_t *obj = json_object();

	json_object_set_new(obj, "tool", json_string(DRTMON_VERSION));
	json_object_set_new(obj, "tool_uapi", json_integer(DRTMON_FAMILY_VERSION));
	json_object_set_new(obj, "module", text_json(p->module_version));
	json_object_set_new(obj, "module_uapi",
			    p->uapi_version ? json_integer(p->uapi_version) : json_null());
	return obj;
}

static json_t *stats_json(const struct drtmon_report *report)
{
	struct drtmon_stats stats = { 0 };

	if (!report->state.machine.nl || drtmon_stats_get(report->state.machine.nl, &stats, NULL))
		return json_null();
	return drtmon_stats_json(&stats);
}

/* The values of "pcr -j", and what is expected of them. */
static json_t *chips_json(const struct drtmon_chips *chips)
{
	json_t *list = drtmon_values_json(chips);
	size_t i;

	for (i = 0; i < chips->count; i++) {
		const struct drtmon_chip *chip = &chips->chip[i];
		struct drtmon_baseline_count count = { 0 };
		json_t *obj = json_array_get(list, i);

		drtmon_baseline_count(&chip->baseline, &count);
		json_object_set_new(
			obj, "baseline_result",
			json_string(drtmon_baseline_result_name(drtmon_baseline_result(&count))));
		json_object_set_new(obj, "baseline",
				    drtmon_baseline_json(&chip->baseline, &chip->pcrs));
	}
	return list;
}

static void put_head(json_t *doc, const struct drtmon_report *report)
{
	const struct drtmon_facts *facts = &report->evidence.facts;
	char time[DRTMON_TEXT_TIME_MAX];
	struct utsname uts;
	struct timespec now;

	uname(&uts);
	clock_gettime(CLOCK_REALTIME, &now);
	drtmon_text_time(time, (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec);
	json_object_set_new(doc, "time", json_string(time));
	json_object_set_new(doc, "source", text_json(report->evidence.source));
	json_object_set_new(doc, "live", json_boolean(report->evidence.live));
	json_object_set_new(doc, "evidence_time", text_json(facts->created));
	json_object_set_new(doc, "host",
			    report->evidence.live ? text_json(uts.nodename) : json_null());
	json_object_set_new(doc, "kernel",
			    text_json(report->evidence.live ? uts.release : facts->kernel));
	json_object_set_new(doc, "boot_id", text_json(facts->boot_id));
	json_object_set_new(doc, "system", text_json(facts->system));
	json_object_set_new(doc, "bios", text_json(facts->bios));
	json_object_set_new(doc, "versions", versions_json(report));
}

/* What a capture itself does not say, its firmware's log may. */
static void secure_boot(struct drtmon_state *state, bool live, enum drtmon_logged_boot_word logged)
{
	struct drtmon_verdict *verdict = &state->secure_boot;
	const char *reason = "says the firmware's event log, which PCR 7 confirms";

	if (live || logged == DRTMON_LOGGED_BOOT_UNKNOWN ||
	    verdict->answer != DRTMON_ANSWER_UNKNOWN)
		return;
	if (logged == DRTMON_LOGGED_BOOT_CONTRADICTORY) {
		reason = "the firmware's event log has it both enabled and disabled";
	} else {
		bool on = logged == DRTMON_LOGGED_BOOT_ENABLED;

		verdict->answer = on ? DRTMON_ANSWER_YES : DRTMON_ANSWER_NO;
		verdict->state = on ? "enabled" : "disabled";
	}
	snprintf(verdict->reason, sizeof(verdict->reason), "%s", reason);
}

static json_t *report_json(struct drtmon_report *report)
{
	struct drtmon_machine *m = &report->state.machine;
	json_t *doc = json_pack("{s:i}", "schema", 1), *logs;
	enum drtmon_logged_boot_word logged = DRTMON_LOGGED_BOOT_UNKNOWN;

	logs = drtmon_report_logs_json(&report->evidence, &logged);
	secure_boot(&report->state, report->evidence.live, logged);
	put_head(doc, report);
	json_object_set_new(doc, "status", drtmon_state_json(&report->state));
	json_object_set_new(doc, "why", drtmon_chain_json(&report->chain));
	json_object_set_new(doc, "chips", chips_json(&m->chips));
	json_object_set_new(doc, "logs", logs);
	json_object_set_new(doc, "events", drtmon_report_events_json(report));
	json_object_set_new(doc, "hooks", drtmon_state_hooks_json(&m->platform));
	json_object_set_new(doc, "stats", stats_json(report));
	json_object_set_new(doc, "picture", drtmon_report_picture(doc));
	return doc;
}

int drtmon_report_look(const struct drtmon_opts *opts, const char *policy,
		       struct drtmon_report *report)
{
	struct drtmon_err err = { 0 };
	int ret = EXIT_GOOD;

	memset(report, 0, sizeof(*report));
	if (drtmon_judge_open(&report->judge, opts, policy, &err))
		return drtmon_cmd_fail(&err);
	drtmon_progress_begin(opts, "collecting the evidence");
	if (opts->from)
		ret = look_capture(report, opts->from);
	else
		look_live(report);
	if (!ret)
		report->doc = report_json(report);
	drtmon_progress_end();
	return ret;
}

void drtmon_report_free(struct drtmon_report *report)
{
	json_decref(report->doc);
	drtmon_state_free(&report->state);
	drtmon_evidence_free(&report->evidence);
	drtmon_judge_free(&report->judge);
}
