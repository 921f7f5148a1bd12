/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_FIELDS_H
#define DRTMON_DAEMON_FIELDS_H

#include <stddef.h>

#include <jansson.h>

/* One for each key of an event's JSON, digests of every bank included. */
#define FIELDS_MAX 64

/**
 * struct fields - NAME=value strings: the journal's, and a command's environment
 * @count: used entries of @text
 * @text: malloc()ed; a NULL ends them
 */
struct fields {
	size_t count;
	char *text[FIELDS_MAX + 1];
};

/**
 * fields_add() - one more
 * @fields: the list; what does not fit, or has no memory, is left out
 * @fmt: "NAME=%s"
 */
void fields_add(struct fields *fields, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * fields_event() - what is known of an event
 * @fields: added to
 * @event: its JSON: "seq" becomes DRTMON_SEQ, "process" its members with
 *	DRTMON_PROCESS_ in front; what is null has no field
 */
void fields_event(struct fields *fields, const json_t *event);

/**
 * fields_free() - release
 * @fields: the list
 */
void fields_free(struct fields *fields);

#endif
