/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_ACTION_H
#define DRTMON_DAEMON_ACTION_H

#include <stdint.h>

#include <systemd/sd-event.h>

#include "daemon/item.h"

/**
 * struct action_config - the command that hears of alerts
 * @command: path and arguments, separated by blanks; "" for none
 * @severity: least severity of an event that it is run for
 * @timeout: seconds until it and all it started are killed
 * @burst: how often it is run at most ...
 * @interval: ... within so many seconds
 * @note: told of what a person should know
 * @ctx: for @note
 */
struct action_config {
	const char *command;
	uint32_t severity;
	uint64_t timeout;
	uint64_t burst;
	uint64_t interval;
	void (*note)(void *ctx, uint32_t severity, const char *word, const char *text);
	void *ctx;
};

/**
 * struct action_stats - what became of alerts
 * @ok: commands that ended with 0
 * @failed: that ended otherwise, or could not be started
 * @timeout: that were killed
 * @suppressed: alerts without a command, because there were too many
 */
struct action_stats {
	uint64_t ok;
	uint64_t failed;
	uint64_t timeout;
	uint64_t suppressed;
};

struct action;

/**
 * action_start() - get ready
 * @action: release with action_stop()
 * @loop: with SIGCHLD blocked
 * @config: copied; its strings stay the caller's
 *
 * Return: 0 or a negative errno.
 */
int action_start(struct action **action, sd_event *loop, const struct action_config *config);

/**
 * action_stop() - kill what runs, and release
 * @action: may be NULL
 */
void action_stop(struct action *action);

/**
 * action_event() - run the command for an event, if it is an alert
 * @action: the action
 * @item: an event or a gap
 *
 * Returns at once. One command runs at a time; others wait, up to a limit.
 */
void action_event(struct action *action, struct item *item);

/**
 * action_stats() - what became of alerts
 * @action: the action
 *
 * Return: the action's own.
 */
const struct action_stats *action_stats(const struct action *action);

#endif
