/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_REPORT_HTML_H
#define DRTMON_LIB_REPORT_HTML_H

/* What the parts of the page share; nobody else needs it. */

#include "lib/html.h"
#include "lib/report.h"

/* The page's style sheet; it asks for nothing from elsewhere. */
extern const char drtmon_report_style[];

/**
 * drtmon_report_state() - a state word as a badge: sign, colour and word
 * @html: page
 * @fmt: path of the word
 */
void drtmon_report_state(struct drtmon_html *html, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * drtmon_report_svg() - the chain of trust as a picture, in a wide and a narrow form
 * @html: page
 */
void drtmon_report_svg(struct drtmon_html *html);

/**
 * drtmon_report_pcrs() - PCR tables of every TPM
 * @html: page
 */
void drtmon_report_pcrs(struct drtmon_html *html);

/**
 * drtmon_report_logs() - what the event logs say
 * @html: page
 */
void drtmon_report_logs(struct drtmon_html *html);

/**
 * drtmon_report_events() - a list of events
 * @html: page
 * @path: of the array
 */
void drtmon_report_events(struct drtmon_html *html, const char *path);

#endif
