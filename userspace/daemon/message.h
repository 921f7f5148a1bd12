/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_MESSAGE_H
#define DRTMON_DAEMON_MESSAGE_H

/* What the daemon says of itself; the events have the names of their kinds. */
#define MESSAGE_STARTED		 "started"
#define MESSAGE_MODULE_LOAD	 "module-load"
#define MESSAGE_MODULE_UNLOAD	 "module-unload"
#define MESSAGE_HISTORY_DAMAGED	 "history-damaged"
#define MESSAGE_HISTORY_FAILING	 "history-failing"
#define MESSAGE_HISTORY_WORKING	 "history-working"
#define MESSAGE_ALERT_FAILED	 "alert-failed"
#define MESSAGE_ALERT_SUPPRESSED "alert-suppressed"
#define MESSAGE_METRICS_FAILING	 "metrics-failing"
#define MESSAGE_METRICS_WORKING	 "metrics-working"
#define MESSAGE_CONFIG_PROBLEM	 "config-problem"

/**
 * message_id() - the journal's MESSAGE_ID of a kind of message
 * @word: an event's kind, or one of the words above
 *
 * Return: 32 hexadecimal digits.
 */
const char *message_id(const char *word);

#endif
