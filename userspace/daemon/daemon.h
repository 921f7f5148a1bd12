/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_DAEMON_H
#define DRTMON_DAEMON_DAEMON_H

#include <stdbool.h>

#include "daemon/config.h"
#include "daemon/journal.h"
#include "lib/err.h"

/**
 * struct daemon_options - what a run is asked for
 * @config: the configuration
 * @policy: the policy
 * @target: where entries go; with JOURNAL_STDOUT there is nothing else: no
 *	history, no metrics, no alert command
 * @problems: configuration problems to be told of in the journal
 */
struct daemon_options {
	struct config config;
	struct drtmon_policy policy;
	enum journal_target target;
	json_t *problems;
};

/**
 * daemon_run() - watch until SIGTERM or SIGINT
 * @options: what for
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int daemon_run(const struct daemon_options *options, struct drtmon_err *err);

#endif
