// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/fake/head.h"
#include "tests/fake/tree.h"

#include "daemon/config.h"
#include "lib/event.h"

static struct config config;
static char said[8192];

static void on_problem(void *ctx, const struct drtmon_ini_entry *entry,
		       const struct drtmon_err *why)
{
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "%u [%s] %s: %s\n", entry->line,
		 entry->section, entry->key, why->msg);
}

static int read_text(const char *text)
{
	char path[128];

	said[0] = '\0';
	tree_text("/conf", text);
	snprintf(path, sizeof(path), "%s/conf", tree);
	config_init(&config);
	return config_read(&config, path, on_problem, NULL, NULL);
}

static void test_defaults(void **state)
{
	unsetenv("STATE_DIRECTORY");
	setenv("RUNTIME_DIRECTORY", "/run/other", 1);
	config_init(&config);
	assert_string_equal(config.history_file, "/var/lib/drtmond/history.db");
	assert_string_equal(config.metrics_file, "/run/other/drtmon.prom");
	assert_int_equal(config.journal_severity, DRTMON_SEVERITY_NOTICE);
	assert_true(config.history_enabled);
	assert_string_equal(config.alert_command, "");
	assert_string_equal(config.metrics_listen, "");
}

static void test_all(void **state)
{
	assert_int_equal(read_text(
				 "[journal]\nseverity = info\n[policy]\nfile = /p\n"
				 "[history]\nenabled = no\nfile = /h\nmax_age = 0\nmax_size = 1G\n"
				 "[alert]\ncommand = /bin/sh -c x\nseverity = critical\n"
				 "timeout = 5min\nburst = 3\ninterval = 1h\n"
				 "[metrics]\ntextfile =\ninterval = 5\nlisten = [::1]:80\n"),
			 0);
	assert_string_equal(said, "");
	assert_int_equal(config.journal_severity, DRTMON_SEVERITY_INFO);
	assert_string_equal(config.policy_file, "/p");
	assert_true(config.policy_required);
	assert_false(config.history_enabled);
	assert_int_equal(config.history_age, 0);
	assert_int_equal(config.history_size, 1 << 30);
	assert_string_equal(config.alert_command, "/bin/sh -c x");
	assert_int_equal(config.alert_timeout, 300);
	assert_int_equal(config.alert_interval, 3600);
	assert_string_equal(config.metrics_file, "");
	assert_string_equal(config.metrics_listen, "[::1]:80");
}

/* File, line and key of each, and what is sound still counts. */
static void test_problems(void **state)
{
	assert_int_equal(read_text(
				 "[journal]\nseverity = loud\nseverity2 = info\n[nowhere]\na = 1\n"
				 "[alert]\ntimeout = 0\nburst = many\ncommand = relative\n"
				 "command = /nonexistent/x\n"
				 "[history]\nenabled = perhaps\nmax_size = 5X\n"
				 "[metrics]\nlisten = 192.168.0.1:80\ninterval = 7s\n"),
			 10);
	assert_non_null(strstr(said, "2 [journal] severity: \"loud\" is no severity"));
	assert_non_null(strstr(said, "3 [journal] severity2: [journal] knows no such key"));
	assert_non_null(strstr(said, "5 [nowhere] a: there is no section [nowhere]"));
	assert_non_null(strstr(said, "7 [alert] timeout: \"0\" is not between 1 and 3600"));
	assert_non_null(strstr(said, "8 [alert] burst: \"many\" is not a number"));
	assert_non_null(
		strstr(said, "9 [alert] command: \"relative\" does not begin with a slash"));
	assert_non_null(strstr(said, "10 [alert] command: /nonexistent/x cannot be run"));
	assert_non_null(strstr(said, "12 [history] enabled: \"perhaps\" is neither yes nor no"));
	assert_non_null(strstr(said, "15 [metrics] listen: \"192.168.0.1:80\" is no address"));
	assert_int_equal(config.metrics_interval, 7);
	assert_int_equal(config.alert_timeout, 30);
}

/* Longer than any path is: the line is named, and the default stays. */
static void test_long(void **state)
{
	char text[CONFIG_PATH + 64];
	int n = sprintf(text, "[history]\nfile = /");

	memset(text + n, 'x', CONFIG_PATH);
	strcpy(text + n + CONFIG_PATH, "\n");
	assert_int_equal(read_text(text), 1);
	assert_non_null(strstr(said, "2 [] : the line is too long and is left out"));
	assert_string_equal(config.history_file, "/var/lib/drtmond/history.db");
}

static void test_listen(void **state)
{
	char address[128];

	assert_int_equal(config_listen_parse("127.0.0.1:9842", address), 0);
	assert_int_equal(config_listen_parse("127.1.2.3:1", address), 0);
	assert_int_equal(config_listen_parse("[::1]:65535", address), 0);
	assert_int_equal(config_listen_parse("127.0.0.1:0", address), -EINVAL);
	assert_int_equal(config_listen_parse("127.0.0.1:65536", address), -EINVAL);
	assert_int_equal(config_listen_parse("127.0.0.1:80x", address), -EINVAL);
	assert_int_equal(config_listen_parse("0.0.0.0:80", address), -EINVAL);
	assert_int_equal(config_listen_parse("[::]:80", address), -EINVAL);
	assert_int_equal(config_listen_parse("localhost:80", address), -EINVAL);
}

static char output[8192];

static int drtmond(const char *args)
{
	char command[1024];
	FILE *in;
	size_t n;

	snprintf(command, sizeof(command), "%s %s 2>&1", DRTMOND, args);
	in = popen(command, "r");
	n = fread(output, 1, sizeof(output) - 1, in);
	output[n] = '\0';
	return WEXITSTATUS(pclose(in));
}

static void test_check_config(void **state)
{
	char args[512], want[512];

	tree_text("/policy", "[pcr 11]\nexpected = relative\n");
	snprintf(want, sizeof(want), "[policy]\nfile = %s/policy\n[journal]\nbogus = 1\n", tree);
	tree_text("/conf", want);
	snprintf(args, sizeof(args), "--check-config --config %s/conf", tree);
	assert_int_equal(drtmond(args), 1);
	snprintf(want, sizeof(want), "%s/conf:4: [journal] bogus: [journal] knows no such key\n",
		 tree);
	assert_non_null(strstr(output, want));
	snprintf(want, sizeof(want), "%s/policy:2: [pcr 11] expected: \"relative\" is neither",
		 tree);
	assert_non_null(strstr(output, want));
	assert_int_equal(drtmond("--check-config --config /nonexistent"), 1);
	assert_non_null(strstr(output, "cannot open /nonexistent: No such file or directory"));
	snprintf(want, sizeof(want), "[policy]\nfile = %s\n", DRTMON_DIST "/policy.conf");
	tree_text("/conf", want);
	assert_int_equal(drtmond(args), 0);
	assert_string_equal(output, "");
}

/* The file that is installed, and the same with all its defaults spelled out. */
static void test_shipped(void **state)
{
	struct config defaults;

	setenv("RUNTIME_DIRECTORY", "/run/drtmond", 1);
	config_init(&config);
	assert_int_equal(config_read(&config, DRTMON_DIST "/drtmond.conf", on_problem, NULL, NULL),
			 0);
	config_init(&defaults);
	assert_memory_equal(&config, &defaults, sizeof(config));
	tree_text("/empty", "");
	assert_int_equal(system("sed 's/^#\\([a-z]\\)/\\1/' " DRTMON_DIST "/drtmond.conf "
				">/tmp/drtmon-test-conf.$PPID"),
			 0);
	snprintf(output, sizeof(output), "/tmp/drtmon-test-conf.%d", getpid());
	said[0] = '\0';
	assert_int_equal(config_read(&config, output, on_problem, NULL, NULL), 0);
	unlink(output);
	assert_string_equal(said, "");
	defaults.policy_required = true;
	strcpy(defaults.metrics_listen, "127.0.0.1:9842");
	assert_memory_equal(&config, &defaults, sizeof(config));
}

static void test_usage(void **state)
{
	assert_int_equal(drtmond("--nonsense"), 2);
	assert_int_equal(drtmond("extra"), 2);
	assert_int_equal(drtmond("--severity loud"), 2);
	assert_int_equal(drtmond("--help"), 0);
	assert_non_null(strstr(output, "--check-config"));
	assert_int_equal(drtmond("--version"), 0);
	assert_int_equal(drtmond("--version >/dev/full"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_defaults), T(test_all),		T(test_problems), T(test_long),
		T(test_listen),	  T(test_check_config), T(test_shipped),  T(test_usage),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
