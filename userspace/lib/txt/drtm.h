/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TXT_DRTM_H
#define DRTMON_LIB_TXT_DRTM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/err.h"
#include "lib/log/dynamic.h"
#include "lib/log/log.h"
#include "lib/pcrs.h"
#include "lib/txt/heap.h"

/* PCRs that a dynamic launch resets: 17 to 22. */
#define DRTMON_DRTM_FIRST 17
#define DRTMON_DRTM_LAST  22

/*
 * The first record's digest is PCR 17's value after the hardware's extend, not
 * what was extended: a bug of some ACMs (seen on a Dell OptiPlex 9010).
 */
#define DRTMON_DRTM_QUIRK_START_IS_PCR 0x1u
/* A bank was capped with EV_TXT_CAP_VALUE: it is not measured. */
#define DRTMON_DRTM_QUIRK_CAPPED 0x2u
/* The log begins in the middle of a record: nothing can be replayed. */
#define DRTMON_DRTM_QUIRK_HEADLESS 0x4u

/* What is known about the bytes of a log, apart from the log itself. */
enum drtmon_drtm_bytes {
	DRTMON_DRTM_BYTES_SOME, /* as many as somebody kept: it may be cut */
	DRTMON_DRTM_BYTES_CUT,	/* the log is longer */
	DRTMON_DRTM_BYTES_ALL,	/* the log ends where they do */
};

/* One PCR of the log against the same PCR of the TPM. */
enum drtmon_drtm_match {
	DRTMON_DRTM_NOT_COMPARED,
	DRTMON_DRTM_MATCH,
	DRTMON_DRTM_EXTENDED, /* log and then the extends seen at run time */
	DRTMON_DRTM_AHEAD,    /* the PCR holds an earlier point of the log */
	DRTMON_DRTM_CAPPED,
	DRTMON_DRTM_TRUNCATED, /* not what the records lead to, but the log is cut */
	DRTMON_DRTM_MISMATCH,
};

/**
 * struct drtmon_drtm_bank - one bank of a DRTM log, replayed
 * @alg: the bank
 * @hash: its hash, owned
 * @start: what the HASH_START record proved
 * @capped: bit n: PCR n got EV_TXT_CAP_VALUE
 * @cut: the log that has it is cut: what follows is missing
 * @have: bit n: the log extended PCR n
 * @plain: by PCR - 17: every record's digest extended, from zero
 * @alt: the same with the HASH_START digest as PCR 17's value
 * @seen: bit n: the TPM's value of PCR n was met on the way to @plain
 * @alt_seen: the same for @alt
 * @runtime: bit n: @plain_end and @alt_end hold extends from after the log
 * @plain_end: @plain with those applied
 * @alt_end: @alt with those applied
 */
struct drtmon_drtm_bank {
	const struct drtmon_alg *alg;
	struct drtmon_hash *hash;
	enum drtmon_dynamic_start start;
	uint32_t capped;
	bool cut;
	uint32_t have;
	uint32_t seen;
	uint32_t alt_seen;
	uint32_t runtime;
	uint8_t plain[6][DRTMON_ALG_DIGEST_MAX];
	uint8_t alt[6][DRTMON_ALG_DIGEST_MAX];
	uint8_t plain_end[6][DRTMON_ALG_DIGEST_MAX];
	uint8_t alt_end[6][DRTMON_ALG_DIGEST_MAX];
};

/**
 * struct drtmon_drtm - what the logs of a dynamic launch say
 * @format: of the log read last
 * @events: records read
 * @drtm_events: of those, records of types that only a launch has
 * @end: offset behind the last good record of the log read last
 * @quirks: DRTMON_DRTM_QUIRK_*
 * @bytes: of the logs that will be added; set by the caller
 * @cut: a log is cut off at its end, or lacks its beginning
 * @malformed: a log could not be read to its end, though its bytes are there
 * @unrecognised: a log's format was not recognised
 * @read: bit n: @bank n had a digest in the log read last
 * @problems: problems met; the first one's text is in @problem
 * @problem: one sentence, "" when there is none
 * @n_banks: used entries of @bank
 * @bank: in the order in which they were met
 * @expect: values to look for on the way; may be NULL
 * @list: the records as JSON, or NULL when nobody asked for them
 */
struct drtmon_drtm {
	enum drtmon_log_format format;
	uint64_t events;
	uint64_t drtm_events;
	uint64_t end;
	unsigned int quirks;
	enum drtmon_drtm_bytes bytes;
	bool cut;
	bool malformed;
	bool unrecognised;
	uint32_t read;
	unsigned int problems;
	char problem[160];
	unsigned int n_banks;
	struct drtmon_drtm_bank bank[DRTMON_PCRS_BANKS];
	const struct drtmon_pcrs *expect;
	json_t *list;
};

/**
 * drtmon_drtm_init() - begin with no log
 * @drtm: set up; release with drtmon_drtm_free()
 * @expect: the TPM's values, kept by reference; or NULL
 * @list: keep the records as JSON
 */
void drtmon_drtm_init(struct drtmon_drtm *drtm, const struct drtmon_pcrs *expect, bool list);

/**
 * drtmon_drtm_add() - read one log
 * @drtm: result so far; the logs of element 7 are added one by one
 * @buf: the log, from its first record or its container's signature on
 * @len: bytes
 * @alg: TPM_ALG_ID of a log that does not say it itself, 0 for SHA-1
 * @err: why it cannot be read at all
 *
 * Malformed input is no error: what stood before it counts, and @drtm says
 * that there were problems, and whether the log was cut.
 *
 * Return: 0 or a negative errno.
 */
int drtmon_drtm_add(struct drtmon_drtm *drtm, const uint8_t *buf, size_t len, uint16_t alg,
		    struct drtmon_err *err);

/**
 * drtmon_drtm_runtime() - apply the extends that were seen after the log's end
 * @drtm: result of all drtmon_drtm_add()
 * @events: events.ndjson
 * @len: bytes
 * @err: why it cannot be read
 *
 * Return: 0 or a negative errno.
 */
int drtmon_drtm_runtime(struct drtmon_drtm *drtm, const uint8_t *events, size_t len,
			struct drtmon_err *err);

/**
 * drtmon_drtm_compare() - one PCR against the TPM
 * @bank: a bank of the log
 * @pcrs: the TPM's values
 * @index: 17 to 22
 * @alt: set when only the other reading of the first record matches; may be NULL
 *
 * Return: see enum drtmon_drtm_match.
 */
enum drtmon_drtm_match drtmon_drtm_compare(const struct drtmon_drtm_bank *bank,
					   const struct drtmon_pcrs *pcrs, uint32_t index,
					   bool *alt);

/**
 * drtmon_drtm_match_name() - "match", "mismatch", "capped" …
 * @match: which
 *
 * Return: a static string.
 */
const char *drtmon_drtm_match_name(enum drtmon_drtm_match match);

/**
 * drtmon_drtm_json() - format, records, PCRs per bank, quirks, comparison
 * @drtm: result
 * @pcrs: the TPM's values, or NULL
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_drtm_json(const struct drtmon_drtm *drtm, const struct drtmon_pcrs *pcrs);

/**
 * drtmon_drtm_free() - release
 * @drtm: may be all zero
 */
void drtmon_drtm_free(struct drtmon_drtm *drtm);

/**
 * drtmon_drtm_tail() - where a log without its beginning can be read again
 * @buf: bytes from the middle of a crypto-agile log
 * @len: how many
 * @offset: set to the first whole record
 *
 * Return: true when everything from there to the end, or to padding, is
 * records of a dynamic launch; the last one may be cut off.
 */
bool drtmon_drtm_tail(const uint8_t *buf, size_t len, size_t *offset);

/**
 * drtmon_drtm_tail_cut() - the last record of such a tail, when its end is missing
 * @buf: bytes
 * @len: how many
 * @pos: offset of the record
 * @event: filled with PCR and type, without digests and data
 *
 * Return: true when a record begins there.
 */
bool drtmon_drtm_tail_cut(const uint8_t *buf, size_t len, size_t pos,
			  struct drtmon_log_event *event);

/**
 * drtmon_drtm_tail_next() - one record of such a tail
 * @buf: bytes
 * @len: how many
 * @pos: offset of the record; moved behind it
 * @event: filled; its pointers go into @buf
 *
 * Return: true for a record, false at the end or at anything else.
 */
bool drtmon_drtm_tail_next(const uint8_t *buf, size_t len, size_t *pos,
			   struct drtmon_log_event *event);

#endif
