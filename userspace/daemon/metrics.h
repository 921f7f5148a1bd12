/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_METRICS_H
#define DRTMON_DAEMON_METRICS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/action.h"
#include "daemon/feed.h"
#include "daemon/judged.h"
#include "lib/launch.h"
#include "lib/machine.h"
#include "lib/policy.h"
#include "lib/stats.h"

#define METRICS_SEVERITIES (DRTMON_SEVERITY_CRITICAL + 1)

/**
 * struct metrics_count - what the daemon counts itself
 * @events: by enum drtmon_event_kind (0: a kind not known here) and enum
 *	drtmon_severity, as the policy has it
 * @lost: events that nobody can show any more
 * @started: when the daemon started, ns since 1970
 */
struct metrics_count {
	uint64_t events[DRTMON_POLICY_KINDS][METRICS_SEVERITIES];
	uint64_t lost;
	uint64_t started;
};

/**
 * struct metrics - everything that is told to Prometheus
 * @watching: there is a module; if not, what follows up to @has_stats is not looked at
 * @machine: what the module and sysfs say
 * @launch: dynamic launch
 * @stats: the module's counters
 * @has_stats: they could be had
 * @looked: when, ns since 1970
 * @boottime: the same moment, ns since boot
 * @judged: when the chain was judged, ns since 1970
 * @count: what the daemon counted
 * @journal: the journal's feed
 * @history: the history's feed, NULL without one
 * @history_bytes: what it takes
 * @action: what became of alerts
 */
struct metrics {
	bool watching;
	struct drtmon_machine machine;
	struct drtmon_launch launch;
	struct drtmon_stats stats;
	bool has_stats;
	uint64_t looked;
	uint64_t boottime;
	uint64_t judged;
	const struct metrics_count *count;
	struct feed_stats journal;
	const struct feed_stats *history;
	const struct action_stats *action;
};

/**
 * metrics_look() - look at the machine
 * @metrics: @watching to @judged are filled; release with metrics_free()
 * @watching: is there a module?
 * @judged: what root saw before
 *
 * Sends a TPM no command.
 */
void metrics_look(struct metrics *metrics, bool watching, const struct judged *judged);

/**
 * metrics_free() - release
 * @metrics: looked at
 */
void metrics_free(struct metrics *metrics);

/**
 * metrics_print() - in Prometheus' text format
 * @out: where to
 * @metrics: everything
 */
void metrics_print(FILE *out, const struct metrics *metrics);

/**
 * metrics_file() - write a file whole, or not at all
 * @path: the file; what it was before stays until the new one is complete
 * @text: @len characters
 * @len: how many
 *
 * Return: 0 or a negative errno.
 */
int metrics_file(const char *path, const char *text, size_t len);

#endif
