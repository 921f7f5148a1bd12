// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>

#include "tests/fake/head.h"
#include "tests/fake/tree.h"

#include "lib/ini.h"

static char heard[4096];

static int on_entry(void *ctx, const struct drtmon_ini_entry *entry, struct drtmon_err *why)
{
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "%u[%s]%s=%s;", entry->line,
		 entry->section, entry->key, entry->value);
	return strcmp(entry->key, "bad") ? 0 : drtmon_err_set(why, -EINVAL, "bad it is");
}

static void on_problem(void *ctx, const struct drtmon_ini_entry *entry,
		       const struct drtmon_err *why)
{
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "!%u %s: %s;", entry->line,
		 entry->key, why->msg);
}

static const struct drtmon_ini_ops ops = { on_entry, on_problem, NULL };

static int read_text(const char *text)
{
	char path[128];

	heard[0] = '\0';
	tree_text("/file", text);
	snprintf(path, sizeof(path), "%s/file", tree);
	return drtmon_ini_read(path, &ops, NULL);
}

static void test_lines(void **state)
{
	assert_int_equal(read_text("# comment\n[a]\nx = 1\n\n[b c]\ny=2 3\n  4\n"), 0);
	assert_string_equal(heard, "3[a]x=1;6[b c]y=2 3;7[b c]y=4;");
}

/* Whatever is wrong with one line, the others count. */
static void test_problems(void **state)
{
	assert_int_equal(read_text("[a]\nbad=1\nno entry\nx=1\n"), 2);
	assert_string_equal(heard, "2[a]bad=1;!2 bad: bad it is;4[a]x=1;"
				   "!3 : neither \"[section]\" nor \"key = value\";");
}

static void test_long_line(void **state)
{
	char text[2000];

	memset(text, 'x', sizeof(text));
	memcpy(text, "[a]\nk=", 6);
	strcpy(text + 1500, "\nx=1\n");
	assert_int_equal(read_text(text), 1);
	assert_string_equal(heard, "!2 : the line is too long and is left out;3[a]x=1;");
}

static void test_missing(void **state)
{
	struct drtmon_err err = { 0 };

	assert_int_equal(drtmon_ini_read("/nonexistent/file", &ops, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "/nonexistent/file"));
	/* It opens, and cannot be read. */
	assert_int_equal(drtmon_ini_read("/", &ops, &err), -EIO);
	assert_non_null(strstr(err.msg, "cannot read /"));
}

static void test_values(void **state)
{
	uint64_t n;

	assert_int_equal(drtmon_ini_bool("yes"), 1);
	assert_int_equal(drtmon_ini_bool("0"), 0);
	assert_int_equal(drtmon_ini_bool("on"), -EINVAL);
	assert_int_equal(drtmon_ini_duration("5min", &n), 0);
	assert_int_equal(n, 300);
	assert_int_equal(drtmon_ini_duration("90d", &n), 0);
	assert_int_equal(n, 7776000);
	assert_int_equal(drtmon_ini_duration("-1", &n), -EINVAL);
	assert_int_equal(drtmon_ini_duration("", &n), -EINVAL);
	assert_int_equal(drtmon_ini_duration("99999999999999999999", &n), -EINVAL);
	assert_int_equal(drtmon_ini_duration("18446744073709551615d", &n), -EINVAL);
	assert_int_equal(drtmon_ini_size("64M", &n), 0);
	assert_int_equal(n, 64 << 20);
	assert_int_equal(drtmon_ini_size("1T", &n), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_lines), T(test_problems), T(test_long_line), T(test_missing), T(test_values),
	};

	return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
