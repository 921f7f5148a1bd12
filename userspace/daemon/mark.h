/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_MARK_H
#define DRTMON_DAEMON_MARK_H

/* What drtmon-report-alert.path waits for. */
#define MARK_NAME "report-wanted"

/**
 * mark_alert() - leave word that there was an alert, for whoever makes a report
 * @dir: the runtime directory, NULL for none
 *
 * The file stays until the report's maker removes it, before it looks: an alert
 * that comes later leaves word again. Nothing depends on it, so nothing is said
 * when it cannot be made.
 */
void mark_alert(const char *dir);

#endif
