/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_REPORT_H
#define DRTMON_TOOL_REPORT_H

#include <jansson.h>

#include "lib/chain.h"
#include "lib/evidence.h"
#include "tool/logged_boot.h"
#include "tool/state.h"

/**
 * struct drtmon_report - all that is known, before it is put into words
 * @judge: by what events are alerts
 * @state: what "status" says
 * @evidence: what @chain rests on
 * @chain: what "why" says
 * @doc: the document of "report -j"
 */
struct drtmon_report {
	struct drtmon_judge judge;
	struct drtmon_state state;
	struct drtmon_evidence evidence;
	struct drtmon_chain chain;
	json_t *doc;
};

/**
 * drtmon_report_look() - collect and judge
 * @opts: has --from
 * @policy: file by which events are judged, or NULL for drtmond's
 * @report: filled; release with drtmon_report_free() whatever the result
 *
 * Return: EXIT_GOOD, or the exit code of the failure that was reported.
 */
int drtmon_report_look(const struct drtmon_opts *opts, const char *policy,
		       struct drtmon_report *report);

/**
 * drtmon_report_free() - release it
 * @report: filled by drtmon_report_look(), or all zero
 */
void drtmon_report_free(struct drtmon_report *report);

/**
 * drtmon_report_logs_json() - read, check, replay and compare the evidence's event logs
 * @evidence: the logs, and the PCRs to hold them against
 * @secure_boot: set to what the firmware's log says of Secure Boot, as far as PCR 7
 *	confirms it; stays as it is where there is no such log
 *
 * Return: a new reference to an array, one object for each log a machine can have.
 */
json_t *drtmon_report_logs_json(const struct drtmon_evidence *evidence,
				enum drtmon_logged_boot_word *secure_boot);

/**
 * drtmon_report_events_json() - counts by severity, newest events and alerts
 * @report: looked at so far; a capture's events are in its evidence
 *
 * Return: a new reference.
 */
json_t *drtmon_report_events_json(struct drtmon_report *report);

/**
 * drtmon_report_print() - for a person
 * @opts: decides about colour
 * @report: the report
 */
void drtmon_report_print(const struct drtmon_opts *opts, const struct drtmon_report *report);

#endif
