/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_LOG_H
#define DRTMON_LIB_LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/alg.h"
#include "lib/err.h"

/* Most digests one record may carry; the TCG registry has fewer algorithms. */
#define DRTMON_LOG_DIGESTS 16
/* Problems kept with their text; later ones are only counted. */
#define DRTMON_LOG_PROBLEMS 64
/* Largest single record; UEFI allows event data beyond 64 KiB. */
#define DRTMON_LOG_RECORD_MAX (16u << 20)
/* Most bytes read from one log, so that an endless source ends. */
#define DRTMON_LOG_BYTES_MAX (UINT64_C(1) << 30)
/* Record that names no PCR, as Windows' TrustPoint event in the raw. */
#define DRTMON_LOG_NO_PCR UINT32_MAX

/**
 * enum drtmon_log_format - how a log is laid out
 * @DRTMON_LOG_UNKNOWN: not recognised; as an argument: recognise from content
 * @DRTMON_LOG_TCG12: TCG PC Client 1.2, records with one 20-byte digest
 * @DRTMON_LOG_TCG20: TCG PC Client 2.0 crypto-agile, "Spec ID Event03" first
 * @DRTMON_LOG_CCEL: the same layout; PCR numbers are measurement registers
 * @DRTMON_LOG_TXT12: TXT event container around TCG 1.2 records (SDG 1.10.1 F)
 * @DRTMON_LOG_TXT20: TXT log of one hash, "FRMT ID EVENT00" first (element 7)
 * @DRTMON_LOG_IMA: kernel's binary_runtime_measurements
 * @DRTMON_LOG_IMA_ASCII: kernel's ascii_runtime_measurements
 * @DRTMON_LOG_CEL_JSON: TCG canonical event log, JSON document(s)
 * @DRTMON_LOG_CEL_SEQ: the same as an RFC 7464 JSON text sequence
 * @DRTMON_LOG_CEL_TLV: the same as type-length-value
 * @DRTMON_LOG_EVENTS: what drtmon itself saw, one JSON object a line
 */
enum drtmon_log_format {
	DRTMON_LOG_UNKNOWN,
	DRTMON_LOG_TCG12,
	DRTMON_LOG_TCG20,
	DRTMON_LOG_CCEL,
	DRTMON_LOG_TXT12,
	DRTMON_LOG_TXT20,
	DRTMON_LOG_IMA,
	DRTMON_LOG_IMA_ASCII,
	DRTMON_LOG_CEL_JSON,
	DRTMON_LOG_CEL_SEQ,
	DRTMON_LOG_CEL_TLV,
	DRTMON_LOG_EVENTS,
};

/**
 * enum drtmon_log_content - what a record's data is, whatever the layout
 * @DRTMON_LOG_CONTENT_TCG: event type and data of a TCG platform log
 * @DRTMON_LOG_CONTENT_IMA: an IMA template; @name is the template's name
 * @DRTMON_LOG_CONTENT_SYSTEMD: systemd's user-space measurement
 * @DRTMON_LOG_CONTENT_CEL: CEL's own management record
 * @DRTMON_LOG_CONTENT_DRTMON: an extend or reset drtmon saw
 * @DRTMON_LOG_CONTENT_OTHER: a CEL content type drtmon does not know
 */
enum drtmon_log_content {
	DRTMON_LOG_CONTENT_TCG,
	DRTMON_LOG_CONTENT_IMA,
	DRTMON_LOG_CONTENT_SYSTEMD,
	DRTMON_LOG_CONTENT_CEL,
	DRTMON_LOG_CONTENT_DRTMON,
	DRTMON_LOG_CONTENT_OTHER,
};

/* The record extends no PCR: EV_NO_ACTION, PCR mapping, a marker, no valid PCR. */
#define DRTMON_LOG_NOT_EXTENDED 0x1u
/* IMA: zeros are logged and all-ones are extended. */
#define DRTMON_LOG_VIOLATION 0x2u
/* IMA text: @data was rebuilt from it and hashes to the logged digest. */
#define DRTMON_LOG_REBUILT 0x4u
/* The PCR was reset to zero here; nothing is extended. */
#define DRTMON_LOG_RESET 0x8u
/* IMA text: the template data could not be rebuilt; @data is NULL. */
#define DRTMON_LOG_NO_DATA 0x10u

/**
 * struct drtmon_log_digest - one digest as it stands in the record
 * @alg: NULL when drtmon does not know the algorithm
 * @id: TPM_ALG_ID
 * @size: bytes at @value, from the log's own header where it has one
 * @value: inside the record
 */
struct drtmon_log_digest {
	const struct drtmon_alg *alg;
	uint16_t id;
	uint16_t size;
	const uint8_t *value;
};

/**
 * struct drtmon_log_event - one record
 * @index: number of the record, from 0; a "Spec ID" header is not counted
 * @offset: where the record begins, in bytes from the log's first byte
 * @size: bytes of the whole record
 * @pcr: PCR, measurement register (CCEL), or DRTMON_LOG_NO_PCR
 * @type: TCG event type in host byte order; 0 for other contents
 * @content: what @data is
 * @flags: DRTMON_LOG_NOT_EXTENDED and others
 * @n_digests: used elements of @digest
 * @digest: in the record's own order
 * @data: event data; IMA: the template data that was hashed
 * @len: bytes at @data
 * @name: IMA template or CEL content type; no NUL behind it
 * @name_len: characters at @name
 * @record: JSON logs: the record itself, else NULL; borrowed
 *
 * All pointers are good until the next call on the same log.
 */
struct drtmon_log_event {
	uint64_t index;
	uint64_t offset;
	uint64_t size;
	uint32_t pcr;
	uint32_t type;
	enum drtmon_log_content content;
	unsigned int flags;
	unsigned int n_digests;
	struct drtmon_log_digest digest[DRTMON_LOG_DIGESTS];
	const uint8_t *data;
	size_t len;
	const char *name;
	size_t name_len;
	json_t *record;
};

/**
 * struct drtmon_log_problem - something wrong, and where
 * @offset: byte offset from the log's first byte
 * @event: index of the record, -1 when it belongs to none
 * @what: one sentence without a full stop, safe for a terminal
 */
struct drtmon_log_problem {
	uint64_t offset;
	int64_t event;
	char what[160];
};

/**
 * struct drtmon_log_bank - one bank the log says it has
 * @alg: NULL when drtmon does not know the algorithm
 * @id: TPM_ALG_ID
 * @size: digest bytes, from the log's header
 */
struct drtmon_log_bank {
	const struct drtmon_alg *alg;
	uint16_t id;
	uint16_t size;
};

/**
 * struct drtmon_log_info - what is known about a log; grows while it is read
 * @format: layout; CCEL and UNKNOWN may become known only at the end
 * @n_banks: used elements of @bank
 * @bank: from the header, or as digests were met
 * @events: records delivered so far
 * @end: offset behind the last good record
 * @complete: the end was reached and every byte is accounted for
 * @cut: TCG and TXT layouts: the bytes end inside a record or a header
 * @padding: what follows @end is filler (all 0x00 or all 0xff)
 * @big_endian: IMA: numbers are big-endian
 * @startup_locality: of the TPM start that PCR 0 tells of, -1 when not logged
 * @platform_class: from the "Spec ID" header (0 client, 1 server)
 * @spec_minor: specification version, major in @spec_major
 * @spec_major: see @spec_minor
 * @spec_errata: see @spec_minor
 * @n_problems: all problems, kept or only counted
 * @problem: the first DRTMON_LOG_PROBLEMS of them
 */
struct drtmon_log_info {
	enum drtmon_log_format format;
	unsigned int n_banks;
	struct drtmon_log_bank bank[DRTMON_LOG_DIGESTS];
	uint64_t events;
	uint64_t end;
	bool complete;
	bool cut;
	bool padding;
	bool big_endian;
	int startup_locality;
	uint32_t platform_class;
	uint8_t spec_minor;
	uint8_t spec_major;
	uint8_t spec_errata;
	unsigned int n_problems;
	struct drtmon_log_problem problem[DRTMON_LOG_PROBLEMS];
};

/**
 * struct drtmon_log_args - what to read
 * @path: a file, "-" for standard input; NULL: @data
 * @data: log in memory, not copied; used when @path is NULL
 * @len: bytes at @data
 * @format: DRTMON_LOG_UNKNOWN to recognise it from content
 * @skip: bytes to pass over first (a cursor); offsets still count from 0
 * @first: index of the first record delivered, for the same purpose
 * @digest_id: DRTMON_LOG_TCG12 only: TPM_ALG_ID of its digests, 0 for SHA-1
 */
struct drtmon_log_args {
	const char *path;
	const uint8_t *data;
	size_t len;
	enum drtmon_log_format format;
	uint64_t skip;
	uint64_t first;
	uint16_t digest_id;
};

struct drtmon_log;

/**
 * drtmon_log_open() - begin to read a log
 * @log: set to the reader; close with drtmon_log_close()
 * @args: source and format
 * @err: why it failed
 *
 * A log that is empty or not recognised opens: it has no records and a
 * problem that says so. Files are read through a window, so memory does not
 * grow with the log. A FIFO nobody writes to counts as empty after a while.
 *
 * Return: 0, or a negative errno: the source cannot be opened, is a
 * directory, or there is no memory.
 */
int drtmon_log_open(struct drtmon_log **log, const struct drtmon_log_args *args,
		    struct drtmon_err *err);

/**
 * drtmon_log_rereadable() - can the same log be opened a second time?
 * @args: source
 *
 * Return: true for memory and regular files, false for what is gone once read.
 */
bool drtmon_log_rereadable(const struct drtmon_log_args *args);

/**
 * drtmon_log_next() - the next record
 * @log: reader
 * @event: filled
 *
 * Malformed input ends the log early: the records before it stay good, and
 * drtmon_log_info() has a problem with its offset.
 *
 * Return: 1 with a record, 0 at the end, negative errno when reading failed.
 */
int drtmon_log_next(struct drtmon_log *log, struct drtmon_log_event *event);

/**
 * drtmon_log_info() - what is known so far
 * @log: reader
 *
 * Return: owned by @log, good until it is closed.
 */
const struct drtmon_log_info *drtmon_log_info(const struct drtmon_log *log);

/**
 * drtmon_log_close() - release the reader
 * @log: may be NULL
 */
void drtmon_log_close(struct drtmon_log *log);

/**
 * drtmon_log_format_name() - "tcg-1.2", "ima-ascii" …
 * @format: any value
 *
 * Return: a constant string.
 */
const char *drtmon_log_format_name(enum drtmon_log_format format);

/**
 * drtmon_log_format_by_name() - the reverse
 * @name: as drtmon_log_format_name() gives it
 * @format: set when known
 *
 * Return: 0, or -EINVAL.
 */
int drtmon_log_format_by_name(const char *name, enum drtmon_log_format *format);

/**
 * drtmon_log_digest() - a record's digest for one bank
 * @event: record
 * @alg: bank
 *
 * Return: the digest, or NULL when the record has none of that algorithm.
 */
const struct drtmon_log_digest *drtmon_log_digest(const struct drtmon_log_event *event,
						  const struct drtmon_alg *alg);

#endif
