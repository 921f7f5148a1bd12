/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_ITEM_H
#define DRTMON_DAEMON_ITEM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/event.h"
#include "lib/policy.h"

enum item_type {
	ITEM_EVENT,
	ITEM_GAP,  /* events that nobody can show any more */
	ITEM_NOTE, /* about the daemon itself */
};

/**
 * struct item - what is written down, in a form that takes little room
 * @refs: of any thread
 * @type: what it is
 * @load_id: load of the module
 * @seq: sequence; of a gap the first that is missing; 0 for a note
 * @last: of a gap the last that is missing
 * @realtime: ns since 1970
 * @severity: enum drtmon_severity, as the policy has it
 * @word: kind of message, static
 * @len: characters of @text
 * @text: JSON, ended by NUL; of a note a sentence
 *
 * Nothing changes once it is made.
 */
struct item {
	atomic_uint refs;
	enum item_type type;
	uint64_t load_id;
	uint64_t seq;
	uint64_t last;
	uint64_t realtime;
	uint32_t severity;
	const char *word;
	size_t len;
	char text[];
};

/**
 * item_event() - an event and what the policy makes of it
 * @event: the event
 * @judgement: the policy's
 * @load_id: load of the module
 *
 * Return: an item to be given up with item_unref(), or NULL.
 */
struct item *item_event(const struct drtmon_event *event, const struct drtmon_judgement *judgement,
			uint64_t load_id);

/**
 * item_gap() - events that are gone
 * @load_id: load of the module
 * @first: sequence of the first one
 * @last: and of the last
 *
 * Return: an item, or NULL.
 */
struct item *item_gap(uint64_t load_id, uint64_t first, uint64_t last);

/**
 * item_note() - a sentence about the daemon itself
 * @severity: enum drtmon_severity
 * @word: one of message.h
 * @text: the sentence
 *
 * Return: an item, or NULL.
 */
struct item *item_note(uint32_t severity, const char *word, const char *text);

/**
 * item_ref() - one more holder
 * @item: the item
 *
 * Return: @item.
 */
struct item *item_ref(struct item *item);

/**
 * item_unref() - one holder less
 * @item: may be NULL
 */
void item_unref(struct item *item);

/**
 * item_bytes() - what an item takes
 * @item: the item
 *
 * Return: bytes.
 */
size_t item_bytes(const struct item *item);

#endif
