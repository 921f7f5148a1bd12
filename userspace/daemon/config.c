// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/event.h"
#include "lib/history.h"

#define RUNTIME "/run/drtmond"
#define POLICY	"/etc/drtmon/policy.conf"

enum config_type {
	TYPE_PATH,
	TYPE_COMMAND,
	TYPE_LISTEN,
	TYPE_SEVERITY,
	TYPE_BOOL,
	TYPE_DURATION,
	TYPE_SIZE,
	TYPE_NUMBER,
};

struct config_key {
	const char *section;
	const char *key;
	enum config_type type;
	size_t offset;
	uint64_t min;
	uint64_t max;
};

#define AT(member) offsetof(struct config, member)

static const struct config_key keys[] = {
	{ "journal", "severity", TYPE_SEVERITY, AT(journal_severity) },
	{ "policy", "file", TYPE_PATH, AT(policy_file) },
	{ "history", "enabled", TYPE_BOOL, AT(history_enabled) },
	{ "history", "file", TYPE_PATH, AT(history_file) },
	{ "history", "max_age", TYPE_DURATION, AT(history_age), 0, UINT64_C(3153600000) },
	{ "history", "max_size", TYPE_SIZE, AT(history_size), 0, UINT64_C(1) << 40 },
	{ "alert", "command", TYPE_COMMAND, AT(alert_command) },
	{ "alert", "severity", TYPE_SEVERITY, AT(alert_severity) },
	{ "alert", "timeout", TYPE_DURATION, AT(alert_timeout), 1, 3600 },
	{ "alert", "burst", TYPE_NUMBER, AT(alert_burst), 1, 1000 },
	{ "alert", "interval", TYPE_DURATION, AT(alert_interval), 1, 86400 },
	{ "metrics", "textfile", TYPE_PATH, AT(metrics_file) },
	{ "metrics", "interval", TYPE_DURATION, AT(metrics_interval), 1, 3600 },
	{ "metrics", "listen", TYPE_LISTEN, AT(metrics_listen) },
};

static void file_in(char *dst, const char *variable, const char *otherwise, const char *name)
{
	const char *dir = getenv(variable);

	/* More than one directory is not what our unit asks for. */
	if (!dir || dir[0] != '/' || strchr(dir, ':'))
		dir = otherwise;
	if (snprintf(dst, CONFIG_PATH, "%s/%s", dir, name) >= CONFIG_PATH)
		snprintf(dst, CONFIG_PATH, "%s/%s", otherwise, name);
}

void config_init(struct config *config)
{
	*config = (struct config){
		.journal_severity = DRTMON_SEVERITY_NOTICE,
		.policy_file = POLICY,
		.history_enabled = true,
		.history_age = UINT64_C(90) * 86400,
		.history_size = UINT64_C(64) << 20,
		.alert_severity = DRTMON_SEVERITY_WARNING,
		.alert_timeout = 30,
		.alert_burst = 10,
		.alert_interval = 60,
		.metrics_interval = 30,
	};
	file_in(config->history_file, "STATE_DIRECTORY", "/var/lib/drtmond", "history.db");
	file_in(config->metrics_file, "RUNTIME_DIRECTORY", RUNTIME, "drtmon.prom");
}

int config_listen_parse(const char *text, void *address)
{
	struct sockaddr_in6 *six = memset(address, 0, sizeof(struct sockaddr_storage));
	struct sockaddr_in *four = address;
	unsigned int port;
	char host[64];
	int end = 0;

	if ((sscanf(text, "[%45[0-9a-fA-F:.]]:%5u%n", host, &port, &end) == 2 && end &&
	     !text[end]) &&
	    port && port < 65536 && inet_pton(AF_INET6, host, &six->sin6_addr) == 1 &&
	    IN6_IS_ADDR_LOOPBACK(&six->sin6_addr)) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((uint16_t)port);
		return 0;
	}
	end = 0;
	if (sscanf(text, "%45[0-9.]:%5u%n", host, &port, &end) == 2 && end && !text[end] && port &&
	    port < 65536 && inet_pton(AF_INET, host, &four->sin_addr) == 1 &&
	    ntohl(four->sin_addr.s_addr) >> 24 == 127) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		return 0;
	}
	return -EINVAL;
}

static int set_text(char *dst, size_t max, const char *value, struct drtmon_err *why)
{
	if (strlen(value) >= max)
		return drtmon_err_set(why, -E2BIG, "longer than %zu characters", max - 1);
	strcpy(dst, value);
	return 0;
}

static int set_path(char *dst, const char *value, struct drtmon_err *why)
{
	if (value[0] && value[0] != '/')
		return drtmon_err_set(why, -EINVAL, "\"%.60s\" does not begin with a slash", value);
	return set_text(dst, CONFIG_PATH, value, why);
}

/* Taken even if it cannot be run now: it may be installed later. */
static int set_command(char *dst, const char *value, struct drtmon_err *why)
{
	char program[CONFIG_PATH];
	int ret = set_path(dst, value, why);

	if (ret || !value[0])
		return ret;
	snprintf(program, sizeof(program), "%.*s", (int)strcspn(value, " \t"), value);
	if (access(program, X_OK))
		return drtmon_err_set(why, -errno, "%.100s cannot be run: %m", program);
	return 0;
}

static int set_listen(char *dst, const char *value, struct drtmon_err *why)
{
	struct sockaddr_storage address;

	if (value[0] && config_listen_parse(value, &address))
		return drtmon_err_set(why, -EINVAL,
				      "\"%.60s\" is no address and port of the loopback, as "
				      "127.0.0.1:9842 and [::1]:9842 are",
				      value);
	return set_text(dst, sizeof(((struct config *)0)->metrics_listen), value, why);
}

static int set_severity(uint32_t *dst, const char *value, struct drtmon_err *why)
{
	int severity = drtmon_event_severity_parse(value);

	if (severity < 0)
		return drtmon_err_set(why, -EINVAL,
				      "\"%.60s\" is no severity: info, notice, warning or critical",
				      value);
	*dst = (uint32_t)severity;
	return 0;
}

static int set_bool(bool *dst, const char *value, struct drtmon_err *why)
{
	int is = drtmon_ini_bool(value);

	if (is < 0)
		return drtmon_err_set(why, -EINVAL, "\"%.60s\" is neither yes nor no", value);
	*dst = is;
	return 0;
}

static int set_number(uint64_t *dst, const struct config_key *key, const char *value,
		      struct drtmon_err *why)
{
	static const char *const likes[] = {
		[TYPE_DURATION] = "a time, as 30s, 5min, 12h and 90d are",
		[TYPE_SIZE] = "a size, as 512K, 64M and 1G are",
		[TYPE_NUMBER] = "a number",
	};
	uint64_t number;
	int ret = key->type == TYPE_DURATION ? drtmon_ini_duration(value, &number)
					     : drtmon_ini_size(value, &number);

	if (ret)
		return drtmon_err_set(why, -EINVAL, "\"%.60s\" is not %s", value, likes[key->type]);
	if (number < key->min || number > key->max)
		return drtmon_err_set(why, -ERANGE, "\"%.60s\" is not between %llu and %llu", value,
				      (unsigned long long)key->min, (unsigned long long)key->max);
	*dst = number;
	return 0;
}

static int config_set(struct config *config, const struct config_key *key, const char *value,
		      struct drtmon_err *why)
{
	void *at = (char *)config + key->offset;

	switch (key->type) {
	case TYPE_PATH:
		return set_path(at, value, why);
	case TYPE_COMMAND:
		return set_command(at, value, why);
	case TYPE_LISTEN:
		return set_listen(at, value, why);
	case TYPE_SEVERITY:
		return set_severity(at, value, why);
	case TYPE_BOOL:
		return set_bool(at, value, why);
	default:
		return set_number(at, key, value, why);
	}
}

struct config_reader {
	struct config *config;
	void (*problem)(void *ctx, const struct drtmon_ini_entry *entry,
			const struct drtmon_err *why);
	void *ctx;
};

static int reader_entry(void *ctx, const struct drtmon_ini_entry *entry, struct drtmon_err *why)
{
	struct config_reader *reader = ctx;
	bool section = false;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].section, entry->section))
			continue;
		section = true;
		if (strcmp(keys[i].key, entry->key))
			continue;
		if (keys[i].offset == AT(policy_file))
			reader->config->policy_required = true;
		return config_set(reader->config, &keys[i], entry->value, why);
	}
	if (!section)
		return drtmon_err_set(why, -ENOENT, "there is no section [%.60s]", entry->section);
	return drtmon_err_set(why, -ENOENT, "[%.60s] knows no such key", entry->section);
}

static void reader_problem(void *ctx, const struct drtmon_ini_entry *entry,
			   const struct drtmon_err *why)
{
	struct config_reader *reader = ctx;

	if (reader->problem)
		reader->problem(reader->ctx, entry, why);
}

int config_read(struct config *config, const char *path,
		void (*problem)(void *ctx, const struct drtmon_ini_entry *entry,
				const struct drtmon_err *why),
		void *ctx, struct drtmon_err *err)
{
	struct config_reader reader = { config, problem, ctx };
	const struct drtmon_ini_ops ops = { reader_entry, reader_problem, &reader };

	return drtmon_ini_read(path, &ops, err);
}
