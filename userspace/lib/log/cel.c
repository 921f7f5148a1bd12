// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/cel.h"

#include <stddef.h>
#include <string.h>

#include "lib/log/reader.h"

/* systemd's is named only; it has no number in the specification. */
#define CEL_SYSTEMD 0x10000

static const struct {
	uint32_t type;
	const char *name;
	enum drtmon_log_content content;
} contents[] = {
	{ DRTMON_CEL_MGMT, "cel", DRTMON_LOG_CONTENT_CEL },
	{ DRTMON_CEL_PCCLIENT_STD, "pcclient_std", DRTMON_LOG_CONTENT_TCG },
	{ DRTMON_CEL_IMA_TEMPLATE, "ima_template", DRTMON_LOG_CONTENT_IMA },
	{ DRTMON_CEL_IMA_TLV, "ima_tlv", DRTMON_LOG_CONTENT_OTHER },
	{ CEL_SYSTEMD, "systemd", DRTMON_LOG_CONTENT_SYSTEMD },
	{ CEL_SYSTEMD + 1, "drtmon", DRTMON_LOG_CONTENT_DRTMON },
};

#define CONTENTS (sizeof(contents) / sizeof(contents[0]))

/* A log of several parts, as firmware's and IMA's, counts anew in each, of other PCRs. */
static bool whole_next(struct drtmon_cel_numbers *numbers, uint32_t slot, uint64_t number)
{
	if (!number && !(numbers->seen >> slot & 1)) {
		numbers->before = numbers->seen & UINT32_MAX;
		return true;
	}
	return number == numbers->last + 1 && !(numbers->before >> slot & 1);
}

/* What is wrong, by the way of counting that was the log's up to here. */
static void number_problem(struct drtmon_log *log, const struct drtmon_cel_numbers *numbers,
			   const struct drtmon_log_event *event, uint64_t number, uint64_t before,
			   bool per_pcr)
{
	const unsigned long long next = number, last = per_pcr ? before : numbers->last;

	if (per_pcr && !(numbers->seen >> event->pcr & 1))
		drtmon_log_problem(log, 0,
				   "records of PCR %u begin with number %llu: those before it are "
				   "not there",
				   event->pcr, next);
	else if (per_pcr)
		drtmon_log_problem(log, 0, "record number of PCR %u goes from %llu to %llu",
				   event->pcr, last, next);
	else
		drtmon_log_problem(log, 0, "record number goes from %llu to %llu", last, next);
}

static void number_check(struct drtmon_cel_numbers *numbers, struct drtmon_log *log,
			 const struct drtmon_log_event *event, uint64_t number, uint32_t slot)
{
	const bool known = numbers->seen >> slot & 1, was_whole = !numbers->not_whole;
	const uint64_t next = numbers->next[slot];

	/* Each NV index may have a count of its own. */
	if (slot < DRTMON_PCRS_COUNT && (known ? number != next : number && !log->first))
		numbers->not_per_pcr = true;
	if (!whole_next(numbers, slot, number))
		numbers->not_whole = true;
	if (numbers->first && !log->first)
		drtmon_log_note(log, numbers->offset,
				"log begins with record number %llu: those before it are not there",
				(unsigned long long)numbers->first);
	else if (numbers->not_whole && numbers->not_per_pcr)
		number_problem(log, numbers, event, number, next - 1,
			       slot < DRTMON_PCRS_COUNT &&
				       (!was_whole || number == numbers->last + 1));
	else
		return;
	numbers->told = true;
}

void drtmon_cel_number(struct drtmon_cel_numbers *numbers, struct drtmon_log *log,
		       const struct drtmon_log_event *event, uint64_t number)
{
	const uint32_t slot = event->pcr < DRTMON_PCRS_COUNT ? event->pcr : DRTMON_PCRS_COUNT;

	if (numbers->told)
		return;
	if (numbers->count) {
		number_check(numbers, log, event, number, slot);
	} else {
		numbers->offset = log->src.offset;
		numbers->first = number;
	}
	numbers->count++;
	numbers->last = number;
	numbers->next[slot] = number + 1;
	numbers->seen |= UINT64_C(1) << slot;
}

enum drtmon_log_content drtmon_cel_content(uint32_t type)
{
	size_t i;

	for (i = 0; i < CONTENTS; i++)
		if (contents[i].type == type)
			return contents[i].content;
	return DRTMON_LOG_CONTENT_OTHER;
}

const char *drtmon_cel_content_name(uint32_t type)
{
	size_t i;

	for (i = 0; i < CONTENTS; i++)
		if (contents[i].type == type)
			return contents[i].name;
	return NULL;
}

int drtmon_cel_content_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < CONTENTS; i++)
		if (!strcmp(contents[i].name, name))
			return (int)contents[i].type;
	return -1;
}
