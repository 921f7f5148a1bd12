/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_READER_H
#define DRTMON_LIB_LOG_READER_H

/* What the parsers of lib/log share; not for anybody else. */

#include "lib/log/log.h"
#include "lib/log/source.h"

/**
 * struct drtmon_parser - one log format
 * @begin: reads the header, if any; may be NULL
 * @next: delivers one record; 1, 0 at the end, negative errno
 * @end: releases @drtmon_log.state; may be NULL, then it is free()d
 */
struct drtmon_parser {
	int (*begin)(struct drtmon_log *log);
	int (*next)(struct drtmon_log *log, struct drtmon_log_event *event);
	void (*end)(struct drtmon_log *log);
};

/**
 * struct drtmon_log - a reader
 * @src: where the bytes come from
 * @info: what drtmon_log_info() shows
 * @parser: of the format, NULL while unknown
 * @state: the parser's own
 * @held: bytes of the record delivered last, consumed by the next call
 * @done: the end was reached
 * @first: index of the first record
 * @digest_id: TCG 1.2 layout: TPM_ALG_ID of its digests
 * @digest_size: and their size
 * @pcr0_extended: PCR 0 was extended; a later StartupLocality is too late
 * @pcrs: bit n: PCR n was extended
 */
struct drtmon_log {
	struct drtmon_source src;
	struct drtmon_log_info info;
	const struct drtmon_parser *parser;
	void *state;
	size_t held;
	bool done;
	uint64_t first;
	uint16_t digest_id;
	uint16_t digest_size;
	bool pcr0_extended;
	uint64_t pcrs;
};

extern const struct drtmon_parser drtmon_parser_tcg12;
extern const struct drtmon_parser drtmon_parser_tcg20;
extern const struct drtmon_parser drtmon_parser_ima;
extern const struct drtmon_parser drtmon_parser_ima_ascii;
extern const struct drtmon_parser drtmon_parser_cel_json;
extern const struct drtmon_parser drtmon_parser_cel_tlv;
extern const struct drtmon_parser drtmon_parser_events;

/**
 * drtmon_log_detect() - recognise a log from its first bytes
 * @log: reader; nothing is consumed
 *
 * Return: the format, DRTMON_LOG_UNKNOWN for none.
 */
enum drtmon_log_format drtmon_log_detect(struct drtmon_log *log);

/**
 * drtmon_log_foreign() - what to do with bytes that are no log
 * @log: reader; nothing is consumed
 *
 * Return: a sentence without a full stop that says what they seem to be and
 * how a log is got from them; NULL when nothing is known of them.
 */
const char *drtmon_log_foreign(struct drtmon_log *log);

/**
 * drtmon_log_problem() - note something wrong with the current record
 * @log: reader
 * @at: bytes from the start of the current record
 * @fmt: sentence without a full stop
 *
 * The record is the one being read, its index is info.events.
 */
void drtmon_log_problem(struct drtmon_log *log, uint64_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * drtmon_log_cut() - note that the bytes end inside the current record
 * @log: reader
 * @at: bytes from the start of the current record
 * @fmt: sentence without a full stop
 */
void drtmon_log_cut(struct drtmon_log *log, uint64_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * drtmon_log_event_problem() - note something wrong with a delivered record
 * @log: reader
 * @event: record
 * @fmt: sentence without a full stop
 */
void drtmon_log_event_problem(struct drtmon_log *log, const struct drtmon_log_event *event,
			      const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * drtmon_log_note() - note something wrong with the log as a whole
 * @log: reader
 * @offset: from the log's first byte
 * @fmt: sentence without a full stop
 */
void drtmon_log_note(struct drtmon_log *log, uint64_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * drtmon_log_bank_add() - remember a bank once
 * @log: reader
 * @id: TPM_ALG_ID
 * @size: digest bytes
 *
 * Return: 0, or -ENOSPC.
 */
int drtmon_log_bank_add(struct drtmon_log *log, uint16_t id, uint16_t size);

/**
 * drtmon_log_filler() - is the rest of the log padding?
 * @log: reader, at a record boundary
 *
 * Consumes the rest when it is. Bytes that are no filler behind at least 16
 * bytes of it are a problem, not a record.
 *
 * Return: true when the log ends here.
 */
bool drtmon_log_filler(struct drtmon_log *log);

/**
 * drtmon_log_tcg_event() - what all TCG layouts decide alike
 * @log: reader
 * @event: record with PCR, type and data
 *
 * Sets flags, and the log's startup locality from its record.
 */
void drtmon_log_tcg_event(struct drtmon_log *log, struct drtmon_log_event *event);

#endif
