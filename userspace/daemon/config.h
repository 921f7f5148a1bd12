/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_CONFIG_H
#define DRTMON_DAEMON_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/ini.h"
#include "lib/policy.h"

#define CONFIG_FILE "/etc/drtmon/drtmond.conf"
#define CONFIG_PATH DRTMON_POLICY_PATH

/**
 * struct config - drtmond.conf(5)
 * @journal_severity: least severity of an event that becomes an entry
 * @policy_file: see lib/policy.h; "" for none
 * @policy_required: it was named, so that it is a mistake when it is missing
 * @history_enabled: keep one
 * @history_file: the database
 * @history_age: seconds
 * @history_size: bytes
 * @alert_command: path and arguments, "" for none
 * @alert_severity: least severity
 * @alert_timeout: seconds
 * @alert_burst: commands within ...
 * @alert_interval: ... so many seconds
 * @metrics_file: for a textfile collector, "" for none
 * @metrics_interval: seconds between looks
 * @metrics_listen: ADDRESS:PORT of the loopback, "" for none
 */
struct config {
	uint32_t journal_severity;
	char policy_file[CONFIG_PATH];
	bool policy_required;
	bool history_enabled;
	char history_file[CONFIG_PATH];
	uint64_t history_age;
	uint64_t history_size;
	char alert_command[CONFIG_PATH];
	uint32_t alert_severity;
	uint64_t alert_timeout;
	uint64_t alert_burst;
	uint64_t alert_interval;
	char metrics_file[CONFIG_PATH];
	uint64_t metrics_interval;
	char metrics_listen[64];
};

/**
 * config_init() - what holds without a file
 * @config: filled; files lie where STATE_DIRECTORY and RUNTIME_DIRECTORY of the
 *	environment say, as systemd sets them
 */
void config_init(struct config *config);

/**
 * config_read() - what a file says
 * @config: initialised
 * @path: the file
 * @problem: told what is wrong with an entry; may be NULL
 * @ctx: for @problem
 * @err: why the file cannot be read
 *
 * Return: number of problems, or a negative errno.
 */
int config_read(struct config *config, const char *path,
		void (*problem)(void *ctx, const struct drtmon_ini_entry *entry,
				const struct drtmon_err *why),
		void *ctx, struct drtmon_err *err);

/**
 * config_listen_parse() - an address of the loopback
 * @text: "127.0.0.1:9842" or "[::1]:9842"
 * @address: room for a struct sockaddr_storage
 *
 * Return: 0, or -EINVAL for anything else.
 */
int config_listen_parse(const char *text, void *address);

#endif
