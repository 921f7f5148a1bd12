/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_JOURNAL_H
#define DRTMON_DAEMON_JOURNAL_H

#include <stdint.h>

#include "lib/event.h"

/* Where entries go. */
enum journal_target {
	JOURNAL_SYSTEM, /* the journal; standard error while there is none */
	JOURNAL_STDOUT, /* JSON lines on standard output */
};

/**
 * journal_event() - write an event
 * @target: where to
 * @event: the event
 *
 * Return: 0 or a negative errno.
 */
int journal_event(enum journal_target target, const struct drtmon_event *event);

/**
 * journal_note() - write a line about the daemon itself
 * @priority: LOG_INFO and so on; also the prefix on standard error
 * @text: one sentence
 */
void journal_note(int priority, const char *text);

#endif
