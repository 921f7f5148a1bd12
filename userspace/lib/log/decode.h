/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_DECODE_H
#define DRTMON_LIB_LOG_DECODE_H

#include "lib/log/log.h"

/**
 * struct drtmon_decoded - a record in words
 * @text: one line, safe for a terminal, cut where it is too long
 * @len: characters in @text
 * @details: the parts by name, NULL when not asked for; drtmon_decoded_free()
 */
struct drtmon_decoded {
	char text[1024];
	size_t len;
	json_t *details;
};

/**
 * drtmon_decode() - say what a record's data holds
 * @out: filled; release with drtmon_decoded_free()
 * @event: record
 * @big_endian: numbers of IMA's template data are big-endian
 * @details: fill @out->details too
 *
 * The data is as hostile as the rest of the log: what does not fit its format
 * is shown as bytes. Nothing here is a verdict: only the digest is measured.
 */
void drtmon_decode(struct drtmon_decoded *out, const struct drtmon_log_event *event,
		   bool big_endian, bool details);

/**
 * drtmon_decode_type() - what kind of record it is, in one word
 * @event: record
 * @buf: used for types without a name
 * @size: bytes of @buf
 *
 * Return: "EV_SEPARATOR", "ima-ng", "systemd", "pcr-extend" …; may be @buf.
 */
const char *drtmon_decode_type(const struct drtmon_log_event *event, char *buf, size_t size);

/**
 * drtmon_decoded_free() - release the details
 * @out: may be all zero
 */
void drtmon_decoded_free(struct drtmon_decoded *out);

#endif
