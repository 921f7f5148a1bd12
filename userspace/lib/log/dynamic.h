/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_DYNAMIC_H
#define DRTMON_LIB_LOG_DYNAMIC_H

#include "lib/log/hash.h"
#include "lib/log/log.h"

/**
 * enum drtmon_dynamic_start - how the first record of PCR 17 is to be read
 * @DRTMON_DYNAMIC_START_UNPROVED: its own data does not tell
 * @DRTMON_DYNAMIC_START_DIGEST: its digest was extended: H(data)
 * @DRTMON_DYNAMIC_START_VALUE: its digest is the PCR's value after that extend,
 *	H(zeros ‖ H(data)), as some authenticated code modules log it
 */
enum drtmon_dynamic_start {
	DRTMON_DYNAMIC_START_UNPROVED,
	DRTMON_DYNAMIC_START_DIGEST,
	DRTMON_DYNAMIC_START_VALUE,
};

/**
 * drtmon_dynamic_type() - do only logs of a dynamic launch have this event type?
 * @type: event type in host byte order
 *
 * Return: true for the types of TXT, tboot and Secure Launch, of TrenchBoot's
 * landing zone on AMD, and of Arm's DRTM.
 */
bool drtmon_dynamic_type(uint32_t type);

/**
 * drtmon_dynamic_is_start() - is it what the hardware's hash sequence leaves in the log?
 * @event: record
 *
 * Return: true for HASH_START of PCR 17. Only before any other extend of it can
 * the digest be the PCR's value.
 */
bool drtmon_dynamic_is_start(const struct drtmon_log_event *event);

/**
 * drtmon_dynamic_start() - what the record's own data proves about its digest
 * @hash: of the digest's bank
 * @event: record
 * @digest: one of the record's, of a known algorithm
 *
 * Return: see enum drtmon_dynamic_start.
 */
enum drtmon_dynamic_start drtmon_dynamic_start(struct drtmon_hash *hash,
					       const struct drtmon_log_event *event,
					       const struct drtmon_log_digest *digest);

#endif
