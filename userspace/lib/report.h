/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_REPORT_H
#define DRTMON_LIB_REPORT_H

#include <jansson.h>

/* The document of "report -j" is what all of these work on. */

/**
 * drtmon_report_picture() - the chain of trust in six layers
 * @report: a report with "status", "why" and "logs"
 *
 * Hardware, firmware, ACM, launcher, kernel and user space. Each layer takes
 * the worst state of its links: broken, warning, unknown, ok, not-applicable
 * in this order; user space is judged by its event logs.
 *
 * Return: a new reference to an array of objects with "id", "title", "state",
 * "reason" and "links"; NULL when out of memory.
 */
json_t *drtmon_report_picture(const json_t *report);

/**
 * drtmon_report_html() - the report as one page that needs nothing else
 * @report: a report
 *
 * All that comes from the report is escaped: names of processes, files and
 * variables are somebody else's choice.
 *
 * Return: the page, to be released with free(); NULL when out of memory.
 */
char *drtmon_report_html(const json_t *report);

/**
 * drtmon_report_diff() - what changed from one report to the next
 * @before: the older report
 * @after: the newer report
 *
 * Verdicts, links, PCR values, banks, logs, hooks, counters of loss, alerts
 * and versions are compared; times and counters that only grow are not.
 *
 * Return: a new reference to an array of objects with "what", "before" and
 * "after", empty when nothing did; NULL when out of memory.
 */
json_t *drtmon_report_diff(const json_t *before, const json_t *after);

/**
 * drtmon_report_severity() - where an event says how bad it is
 * @event: an event of a report
 *
 * Return: "policy.severity" for one that a policy judged, else "severity".
 */
const char *drtmon_report_severity(const json_t *event);

/**
 * drtmon_report_tone() - what a word says: "good", "bad", "warn", "unknown" or "plain"
 * @word: a state, verdict, severity or result of any command
 *
 * Return: a static string, which is a class of the style sheet.
 */
const char *drtmon_report_tone(const char *word);

#endif
