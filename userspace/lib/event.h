/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_EVENT_H
#define DRTMON_LIB_EVENT_H

#include <stdint.h>

#include <jansson.h>

#include <linux/drtmon.h>

#include "lib/attr.h"
#include "lib/err.h"

/* Longest path of an executable, NUL included. */
#define DRTMON_EVENT_EXE_MAX 4096

/**
 * struct drtmon_event_digest - what was extended into one bank
 * @have: bit n: attribute n of enum drtmon_a_digest was there
 * @alg: TPM_ALG_ID
 * @value: the digest
 */
struct drtmon_event_digest {
	uint64_t have;
	uint32_t alg;
	struct drtmon_attr_bytes value;
};

/**
 * struct drtmon_event - one event, as the module sent it
 * @have: bit n: attribute n of enum drtmon_a_event was there
 * @folded: events that the ring no longer holds, on the first of a dump
 * @seq: from 1, without gaps within one load of the module
 * @boottime: ns since boot
 * @realtime: ns since 1970
 * @kind: enum drtmon_event_kind
 * @severity: enum drtmon_severity
 * @chip_id: the N of tpmN
 * @chip_name: "tpmN"
 * @pcr: PCR index
 * @locality: the command's locality
 * @command: TPM_CC, or TPM 1.2 ordinal
 * @handle: the command's first handle
 * @rc: the TPM's response code
 * @error: errno: why there is no sound response, or why the TPM could not be read
 * @origin: enum drtmon_origin
 * @device: device node the command came through
 * @pid: thread
 * @tgid: process
 * @uid: user of the process
 * @comm: the process's name: bytes of its own choosing
 * @exe: its executable: any bytes but NUL
 * @cgroup_id: its control group
 * @count: events-lost: how many
 * @last_event: sequence of what touched the PCR last, 0 for nothing seen
 * @reg: txt-change: offset of the TXT register
 * @old: its value before
 * @new: its value now
 * @digests: used entries of @digest
 * @expecteds: used entries of @expected
 * @digest: what was extended, or is there now; one per bank
 * @expected: what should be there instead; one per bank
 * @lost_first: on a gap that this program found: the first missing sequence, else 0
 * @lost_last: and the last
 */
struct drtmon_event {
	uint64_t have;
	uint64_t folded;
	uint64_t seq;
	uint64_t boottime;
	uint64_t realtime;
	uint32_t kind;
	uint32_t severity;
	uint32_t chip_id;
	char chip_name[32];
	uint32_t pcr;
	uint32_t locality;
	uint32_t command;
	uint32_t handle;
	uint32_t rc;
	uint32_t error;
	uint32_t origin;
	char device[32];
	uint32_t pid;
	uint32_t tgid;
	uint32_t uid;
	char comm[64];
	char exe[DRTMON_EVENT_EXE_MAX];
	uint64_t cgroup_id;
	uint64_t count;
	uint64_t last_event;
	uint32_t reg;
	uint64_t old;
	uint64_t new;
	uint32_t digests;
	uint32_t expecteds;
	struct drtmon_event_digest digest[DRTMON_BANKS_MAX];
	struct drtmon_event_digest expected[DRTMON_BANKS_MAX];
	uint64_t lost_first;
	uint64_t lost_last;
};

/**
 * drtmon_event_has() - was attribute @type of enum drtmon_a_event there?
 * @event: the event
 * @type: attribute type
 *
 * Return: true or false.
 */
static inline bool drtmon_event_has(const struct drtmon_event *event, unsigned int type)
{
	return drtmon_attr_has(event->have, type);
}

/**
 * drtmon_event_decode() - an event from its attributes
 * @event: filled
 * @attrs: an event-get or notification message
 * @err: what is malformed
 *
 * Return: 0 or -EBADMSG.
 */
int drtmon_event_decode(struct drtmon_event *event, const struct drtmon_attrs *attrs,
			struct drtmon_err *err);

/**
 * drtmon_event_lost() - an event of our own for events nobody can show any more
 * @event: filled
 * @first: sequence of the first missing one
 * @last: sequence of the last missing one
 */
void drtmon_event_lost(struct drtmon_event *event, uint64_t first, uint64_t last);

/**
 * drtmon_event_error_text() - why there was no sound response
 * @event: one with DRTMON_A_EVENT_ERROR
 *
 * Return: a phrase; valid until the next call of strerror().
 */
const char *drtmon_event_error_text(const struct drtmon_event *event);

/**
 * drtmon_event_json() - an event as the object that events and monitor print
 * @event: the event
 *
 * What is not known is null; no key ever changes its type.
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_event_json(const struct drtmon_event *event);

/**
 * drtmon_event_kind_name() - "pcr-extend" and so on
 * @kind: enum drtmon_event_kind
 *
 * Return: the name, or NULL for a kind this program does not know.
 */
const char *drtmon_event_kind_name(uint32_t kind);

/**
 * drtmon_event_kind_parse() - the kind of a name
 * @name: as drtmon_event_kind_name() gives it
 *
 * Return: enum drtmon_event_kind, 0 for an unknown name.
 */
uint32_t drtmon_event_kind_parse(const char *name);

/**
 * drtmon_event_severity_name() - "info", "notice", "warning", "critical"
 * @severity: enum drtmon_severity
 *
 * Return: the name, or NULL.
 */
const char *drtmon_event_severity_name(uint32_t severity);

/**
 * drtmon_event_severity_parse() - the severity of a name
 * @name: as drtmon_event_severity_name() gives it
 *
 * Return: enum drtmon_severity, or -EINVAL.
 */
int drtmon_event_severity_parse(const char *name);

/**
 * drtmon_event_origin_name() - "kernel", "user", "self"
 * @origin: enum drtmon_origin
 *
 * Return: the name, or NULL.
 */
const char *drtmon_event_origin_name(uint32_t origin);

#endif
