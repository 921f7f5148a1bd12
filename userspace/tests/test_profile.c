// SPDX-License-Identifier: GPL-2.0-or-later
/* Profiles: what a file may say, how facts come out, and what a monitoring system is told. */
#include "tests/fake/head.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/html.h"
#include "lib/profile.h"
#include "tests/fake/tree.h"

static struct drtmon_profile profile;
static char out[65536];

static int read_text(const char *text, struct drtmon_err *err)
{
	char path[128];

	memset(err, 0, sizeof(*err));
	tree_text("/p.ini", text);
	snprintf(path, sizeof(path), "%s/p.ini", tree);
	return drtmon_profile_read(&profile, path, err);
}

static void is_refused(const char *text, const char *why)
{
	struct drtmon_err err;

	assert_int_equal(read_text(text, &err), -EINVAL);
	if (!strstr(err.msg, why))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, why);
}

static void test_files(void **state)
{
	struct drtmon_err err;
	char many[8192];
	int i, n = 0;

	assert_int_equal(read_text("[profile]\ntitle = T\n[a]\nfact = x.y link.tpm\nis = ok no\n"
				   "severity = warning\nfix = do it\n[b]\nfact = z\nmin = 2\n",
				   &err),
			 0);
	assert_string_equal(profile.name, "p");
	assert_string_equal(profile.title, "T");
	assert_int_equal(profile.count, 2);
	assert_int_equal(profile.requirement[0].facts, 2);
	assert_true(profile.requirement[0].warning);
	is_refused("", "no requirement");
	memset(many, 'a', 600);
	memcpy(many, "[a]\nfact = ", 11);
	strcpy(many + 600, "\nis = x\n");
	is_refused(many, "too long");
	memset(many, 'a', 600);
	memcpy(many, "[a]\nfact = x\nis = ", 18);
	strcpy(many + 600, "\n");
	is_refused(many, "too long");
	is_refused("[profile]\ntitle = x\n", "no requirement");
	is_refused("[profile]\nname = x\n", "title only");
	is_refused("[a]\nfact = x\nshould = y\n", "no such key");
	is_refused("fact = x\n", "before any");
	is_refused("[a]\nfact = x\n", "one of is, has and min");
	is_refused("[a]\nfact = x\nis = a\nhas = b\n", "one of is, has and min");
	is_refused("[a]\nis = x\n", "fact");
	is_refused("[a]\nfact = x\nis = y\nserious = z\n", "line 4");
	is_refused("[a]\nfact = x\nis = y\nseverity = bad\n", "severity");
	is_refused("[a]\nfact = x\nmin = two\n", "min");
	is_refused("[a]\nnonsense\n", "line 2");
	is_refused("[a]\nfact = 1 2 3 4 5 6 7 8 9\nis = x\n", "too many");
	for (i = 0; i <= DRTMON_PROFILE_MAX; i++)
		n += sprintf(many + n, "[r%d]\nfact = x\nis = y\n", i);
	is_refused(many, "too many");
	assert_int_equal(drtmon_profile_read(&profile, "/nowhere/x.ini", &err), -ENOENT);
}

/* One requirement on one document: its state. */
static enum drtmon_profile_state one(const char *rule, const char *facts)
{
	char text[512];
	struct drtmon_err err;
	json_t *doc = json_loads(facts, 0, NULL), *result;
	int code;

	snprintf(text, sizeof(text), "[r]\n%s", rule);
	assert_int_equal(read_text(text, &err), 0);
	assert_non_null(doc);
	result = drtmon_profile_check(&profile, doc);
	code = (int)json_integer_value(json_object_get(result, "exit_code"));
	assert_string_equal(drtmon_html_word(result, "state"), drtmon_profile_state_name(code));
	json_decref(result);
	json_decref(doc);
	return code;
}

static void test_facts(void **state)
{
	static const char why[] =
		"{\"why\":{\"links\":[{\"id\":\"tpm\",\"state\":\"ok\"},"
		"{\"id\":\"dma\",\"state\":\"broken\"},{\"id\":\"senter\",\"state\":"
		"\"not-applicable\"}]},\"logs\":[{\"id\":\"ima\",\"result\":\"match\","
		"\"size\":5}]}";

	assert_int_equal(one("fact = a.b\nis = x y\n", "{\"a\":{\"b\":\"y\"}}"), 0);
	assert_int_equal(one("fact = a.b\nis = x y\n", "{\"a\":{\"b\":\"z\"}}"), 2);
	assert_int_equal(one("fact = a.b\nis = x\nseverity = warning\n", "{\"a\":{\"b\":\"z\"}}"),
			 1);
	/* What is not known is no pass, and no failure. */
	assert_int_equal(one("fact = a.b\nis = x\n", "{\"a\":{\"b\":null}}"), 3);
	assert_int_equal(one("fact = a.b\nis = x\n", "{}"), 3);
	assert_int_equal(one("fact = a\nis = x\n", "{\"a\":\"unknown\"}"), 3);
	assert_int_equal(one("fact = a\nis = x\n", "{\"a\":\"not-applicable\"}"), 3);
	assert_int_equal(one("fact = a\nis = unknown\n", "{\"a\":\"unknown\"}"), 0);
	assert_int_equal(one("fact = a\nis = x\n", "{\"a\":[\"x\"]}"), 3);
	assert_int_equal(one("fact = a\nis = false\n", "{\"a\":false}"), 0);
	assert_int_equal(one("fact = a\nis = true\n", "{\"a\":false}"), 2);
	assert_int_equal(one("fact = a\nhas = x\n", "{\"a\":[\"y\",\"x\"]}"), 0);
	assert_int_equal(one("fact = a\nhas = x\n", "{\"a\":[\"y\"]}"), 2);
	assert_int_equal(one("fact = a\nhas = x\n", "{\"a\":[]}"), 3);
	assert_int_equal(one("fact = a\nhas = x\n", "{\"a\":\"x\"}"), 3);
	assert_int_equal(one("fact = a\nmin = 1.38\n", "{\"a\":\"1.59\"}"), 0);
	assert_int_equal(one("fact = a\nmin = 1.38\n", "{\"a\":\"1.16\"}"), 2);
	assert_int_equal(one("fact = a\nmin = 2\n", "{\"a\":2}"), 0);
	assert_int_equal(one("fact = a\nmin = 2\n", "{\"a\":\"x\"}"), 3);
	assert_int_equal(one("fact = link.tpm\nis = ok\n", why), 0);
	assert_int_equal(one("fact = link.tpm link.dma\nis = ok\n", why), 2);
	assert_int_equal(one("fact = link.tpm link.senter\nis = ok\n", why), 3);
	assert_int_equal(one("fact = link.none\nis = ok\n", why), 3);
	assert_int_equal(one("fact = log.ima\nis = match\n", why), 0);
	assert_int_equal(one("fact = log.ima.size\nmin = 6\n", why), 2);
	assert_int_equal(one("fact = layer.kernel\nis = ok\n", why), 3);
}

static int run(const char *args)
{
	char command[1024];
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command), "cd %s && %s %s 2>err", tree, DRTMON_TOOL, args);
	pipe = popen(command, "r");
	out[fread(out, 1, sizeof(out) - 1, pipe)] = '\0';
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* A plugin prints one line, with a bar before the figures; all of ours say something. */
static void test_plugin(void **state)
{
	static const char *const names[] = { "txt", "windows11-guest", "vsphere8",
					     "server-baseline" };
	char args[256], *bar;
	size_t i;

	tree_text("/empty/facts.json", "{}");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(args, sizeof(args), "check --profile %s/profiles/%s.ini --from empty",
			 DRTMON_DIST, names[i]);
		/* Of a machine of which nothing is known, nothing is said. */
		assert_int_equal(run(args), 3);
		assert_non_null(strstr(out, " UNKNOWN - 0 of "));
		assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
		bar = strchr(out, '|');
		assert_non_null(bar);
		assert_null(strchr(bar + 1, '|'));
		assert_int_equal(strncmp(bar, "| ok=0;;;0;", 11), 0);
	}
	tree_text("/p.ini", "[a]\nfact = why.verdict\nis = unknown\ntitle = bar | here\n");
	assert_int_equal(run("check --profile p.ini --from empty -v"), 0);
	assert_non_null(strstr(out, "p OK - 1 of 1 requirements hold | ok=1;;;0;1"));
	assert_non_null(strstr(out, "bar / here"));
	assert_int_equal(run("check --profile p.ini --from empty -j"), 0);
	assert_non_null(strstr(out, "\"requirements\""));
	assert_int_equal(run("check --profile nosuch"), 3);
	assert_int_equal(run("check --nosuch"), 3);
	assert_int_equal(run("check --from nowhere"), 3);
	assert_int_equal(run("check more"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = { T(test_files), T(test_facts), T(test_plugin) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
