/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_EXPORT_H
#define DRTMON_LIB_LOG_EXPORT_H

#include "lib/log/log.h"

struct drtmon_export;

/**
 * drtmon_export_new() - begin a TCG canonical event log
 *
 * Return: release with drtmon_export_free(); NULL when out of memory.
 */
struct drtmon_export *drtmon_export_new(void);

/**
 * drtmon_export_record() - a record of any log as a CEL-JSON record
 * @export: numbers the records of each PCR
 * @log: reader the record came from
 * @event: record
 *
 * The digests are those the TPM was given: of an IMA entry one for each of
 * sha1, sha256 and sha384, all ones for a violation.
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_export_record(struct drtmon_export *export, struct drtmon_log *log,
			     const struct drtmon_log_event *event);

/**
 * drtmon_export_free() - release
 * @export: may be NULL
 */
void drtmon_export_free(struct drtmon_export *export);

#endif
