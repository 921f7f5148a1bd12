/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_CEL_H
#define DRTMON_LIB_LOG_CEL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/log/log.h"
#include "lib/pcrs.h"

/* TCG Canonical Event Log 1.0, 5.1: types of the record's fields and contents */
#define DRTMON_CEL_RECNUM	0
#define DRTMON_CEL_PCR		1
#define DRTMON_CEL_NV_INDEX	2
#define DRTMON_CEL_DIGESTS	3
#define DRTMON_CEL_MGMT		4
#define DRTMON_CEL_PCCLIENT_STD 5
#define DRTMON_CEL_IMA_TEMPLATE 7
#define DRTMON_CEL_IMA_TLV	8
/* Registers of confidential computing, as Google's CEL writes them; not in the specification. */
#define DRTMON_CEL_CCMR 108

/**
 * struct drtmon_cel_numbers - how the records of a log are numbered so far
 * @count: records that have a number
 * @offset: of the first of them
 * @first: its number
 * @last: number of the record before
 * @next: number that follows, of each PCR
 * @seen: bit n: PCR n has a record; bit DRTMON_PCRS_COUNT: so has an NV index
 * @before: those of them that have one in a part that has ended
 * @not_whole: they are not numbered one behind the other
 * @not_per_pcr: they are not numbered one behind the other of the same PCR
 * @told: a problem was noted; one is enough
 */
struct drtmon_cel_numbers {
	uint64_t count;
	uint64_t offset;
	uint64_t first;
	uint64_t last;
	uint64_t next[DRTMON_PCRS_COUNT + 1];
	uint64_t seen;
	uint64_t before;
	bool not_whole;
	bool not_per_pcr;
	bool told;
};

/**
 * drtmon_cel_number() - does a record's number follow those before it?
 * @numbers: of the log
 * @log: a record that is missing, there twice or out of order is its problem
 * @event: record
 * @number: its "recnum"
 *
 * Some writers count the records of a log, others those of each PCR. A log of
 * several parts may count anew in each, where the parts have no PCR in common:
 * in a PCR of both, a new count and records that are missing look the same.
 * A record on its own has no order; of more, the first is number 0.
 */
void drtmon_cel_number(struct drtmon_cel_numbers *numbers, struct drtmon_log *log,
		       const struct drtmon_log_event *event, uint64_t number);

/**
 * drtmon_cel_content() - what a CEL content type holds
 * @type: number of the content type
 *
 * Return: DRTMON_LOG_CONTENT_OTHER for an unknown one.
 */
enum drtmon_log_content drtmon_cel_content(uint32_t type);

/**
 * drtmon_cel_content_name() - name of a content type in CEL-JSON
 * @type: number
 *
 * Return: a constant string, or NULL.
 */
const char *drtmon_cel_content_name(uint32_t type);

/**
 * drtmon_cel_content_by_name() - the reverse
 * @name: for example "pcclient_std"
 *
 * Return: number, or -1.
 */
int drtmon_cel_content_by_name(const char *name);

#endif
