/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_STATS_H
#define DRTMON_LIB_STATS_H

#include <stdint.h>

#include <jansson.h>

#include <linux/drtmon.h>

#include "lib/err.h"
#include "lib/nl.h"

/**
 * struct drtmon_stats - every counter of the module
 * @have: bit n: attribute n of enum drtmon_a_stats was there
 * @commands: TPM commands seen
 * @events: events made
 * @ring_size: events the ring can hold
 * @ring_first: oldest sequence still held, 0 for an empty ring
 * @ring_next: sequence the next event gets
 * @queue_lost: commands seen but not recorded
 * @hook_missed: calls the probes missed
 * @malformed: commands or responses with bad lengths
 * @notify_failed: notifications that could not be sent
 */
struct drtmon_stats {
	uint64_t have;
	uint64_t commands;
	uint64_t events;
	uint32_t ring_size;
	uint64_t ring_first;
	uint64_t ring_next;
	uint64_t queue_lost;
	uint64_t hook_missed;
	uint64_t malformed;
	uint64_t notify_failed;
};

/**
 * drtmon_stats_get() - ask the module for its counters
 * @nl: a resolved socket
 * @stats: filled
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_stats_get(struct drtmon_nl *nl, struct drtmon_stats *stats, struct drtmon_err *err);

/**
 * drtmon_stats_json() - the counters by their names
 * @stats: the counters
 *
 * Return: a new reference; counters the module did not send are null.
 */
json_t *drtmon_stats_json(const struct drtmon_stats *stats);

#endif
