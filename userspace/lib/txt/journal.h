/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_TXT_JOURNAL_H
#define DRTMON_LIB_TXT_JOURNAL_H

#include <stdint.h>

#include <jansson.h>

#include "lib/err.h"
#include "lib/evidence.h"

/* Where the journal lies: one JSON object a line. */
#define DRTMON_TXT_JOURNAL "/var/lib/drtmon/txt-errors.ndjson"

/**
 * drtmon_txt_journal_note() - keep a launch error before a power cycle erases it
 * @path: journal; made, with its directory, when it is not there
 * @evidence: of this machine; nothing is written unless its register window
 *	records a failure in ERRORCODE, or ESTS.TXT_RESET
 * @err: what failed
 *
 * The same code in the same boot is written once. A journal of 1 MiB is
 * renamed to @path.1, and another is begun.
 *
 * Return: 1 when a line was written, 0 when there was nothing new, or a
 * negative errno.
 */
int drtmon_txt_journal_note(const char *path, const struct drtmon_evidence *evidence,
			    struct drtmon_err *err);

/**
 * drtmon_txt_journal_read() - all that was kept, oldest first
 * @path: journal
 * @list: set to a new array, empty when there is no journal
 * @err: what failed
 *
 * Each entry has "time", "boot_id", "errorcode", "ests" and "decoded". A line
 * that is no JSON object is skipped.
 *
 * Return: 0 or a negative errno.
 */
int drtmon_txt_journal_read(const char *path, json_t **list, struct drtmon_err *err);

#endif
