// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/html.h"
#include "lib/profile.h"
#include "lib/text.h"
#include "lib/tpm_info.h"
#include "tool/cmd.h"
#include "tool/out.h"
#include "tool/report.h"

#define PROFILE_DEFAULT "server-baseline"
#define PLACES		3

/* Where profiles are: the administrator's, then those beside this program. */
static int places(char place[PLACES][PATH_MAX])
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	snprintf(place[0], PATH_MAX, "/etc/drtmon/profiles");
	if (n < 0)
		return 1;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash || n > PATH_MAX - 64)
		return 1;
	*slash = '\0';
	snprintf(place[1], PATH_MAX, "%.*s/../share/drtmon/profiles", PATH_MAX - 64, exe);
	/* Not installed yet: in the source tree. */
	snprintf(place[2], PATH_MAX, "%.*s/dist/profiles", PATH_MAX - 64, exe);
	return PLACES;
}

static int profile_find(const char *name, struct drtmon_profile *profile, struct drtmon_err *err)
{
	static char place[PLACES][PATH_MAX];
	char path[PATH_MAX];
	int i, n = places(place);

	if (strchr(name, '/') || !fnmatch("*.ini", name, 0))
		return drtmon_profile_read(profile, name, err);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%.*s/%.64s.ini", PATH_MAX - 80, place[i], name);
		if (!access(path, F_OK))
			return drtmon_profile_read(profile, path, err);
	}
	return drtmon_err_set(err, -ENOENT, "there is no profile \"%s\"; run: drtmon check --list",
			      name);
}

static int is_profile(const struct dirent *entry)
{
	return !fnmatch("*.ini", entry->d_name, 0);
}

static int profile_list(const struct drtmon_opts *opts)
{
	static char place[PLACES][PATH_MAX];
	json_t *names = json_object();
	struct drtmon_profile *profile = calloc(1, sizeof(*profile));
	char path[PATH_MAX];
	struct dirent **list;
	const char *name;
	json_t *title;
	int i, k, n = places(place), count;

	for (i = 0; profile && i < n; i++) {
		count = scandir(place[i], &list, is_profile, alphasort);
		for (k = 0; k < count; k++) {
			snprintf(path, sizeof(path), "%.*s/%s", PATH_MAX - 260, place[i],
				 list[k]->d_name);
			free(list[k]);
			if (!drtmon_profile_read(profile, path, NULL) &&
			    !json_object_get(names, profile->name))
				json_object_set_new(names, profile->name,
						    json_string(profile->title));
		}
		if (count >= 0)
			free(list);
	}
	free(profile);
	if (opts->json) {
		drtmon_out_json(json_pack("{s:i,s:o}", "schema", 1, "profiles", names));
		return EXIT_GOOD;
	}
	json_object_foreach (names, name, title)
		printf("%-20s %s\n", name, json_string_value(title));
	json_decref(names);
	return EXIT_GOOD;
}

/* A plugin's line ends its text at the first bar. */
static const char *plain(char *dst, size_t max, const char *text)
{
	char *bar;

	drtmon_text_safe(dst, max, text, strlen(text));
	while ((bar = strchr(dst, '|')))
		*bar = '/';
	return dst;
}

static const char *upper(const char *state)
{
	static const char *const names[][2] = { { "ok", "OK" },
						{ "warning", "WARNING" },
						{ "critical", "CRITICAL" } };
	size_t i;

	for (i = 0; i < 3; i++)
		if (!strcmp(names[i][0], state))
			return names[i][1];
	return "UNKNOWN";
}

/* The first requirement of the state that decides. */
static const json_t *culprit(const json_t *doc)
{
	const json_t *list = json_object_get(doc, "requirements");
	const char *state = drtmon_html_word(doc, "state");
	size_t i;

	for (i = 0; strcmp(state, "ok") && i < json_array_size(list); i++)
		if (!strcmp(drtmon_html_word(json_array_get(list, i), "state"), state))
			return json_array_get(list, i);
	return NULL;
}

static void print_found(const json_t *one)
{
	char text[512], number[32];
	const char *evidence = drtmon_html_word(one, "evidence");
	const json_t *value = json_object_get(one, "value");

	printf("%s: ", plain(text, sizeof(text), drtmon_html_word(one, "title")));
	if (json_array_size(value))
		printf("%s %s", strcmp(drtmon_html_word(one, "state"), "ok") ? "lacks" : "has",
		       plain(text, sizeof(text), drtmon_html_word(one, "expected")));
	else
		printf("%s",
		       plain(text, sizeof(text), drtmon_html_show(value, number, sizeof(number))));
	if (*evidence)
		printf(" (%s)", plain(text, sizeof(text), evidence));
}

static long long count(const json_t *doc, const char *state)
{
	return (long long)json_integer_value(
		json_object_get(json_object_get(doc, "counts"), state));
}

static void print_check(const struct drtmon_opts *opts, const json_t *doc)
{
	const json_t *list = json_object_get(doc, "requirements"), *one = culprit(doc);
	size_t i, total = json_array_size(list);
	char text[512];

	printf("%s %s - %lld of %zu requirements hold",
	       plain(text, sizeof(text), drtmon_html_word(doc, "profile")),
	       upper(drtmon_html_word(doc, "state")), count(doc, "ok"), total);
	if (one) {
		printf("; ");
		print_found(one);
	}
	printf(" | ok=%lld;;;0;%zu warning=%lld;;;0;%zu critical=%lld;;;0;%zu "
	       "unknown=%lld;;;0;%zu\n",
	       count(doc, "ok"), total, count(doc, "warning"), total, count(doc, "critical"), total,
	       count(doc, "unknown"), total);
	for (i = 0; opts->verbose && i < total; i++) {
		const char *fix;

		one = json_array_get(list, i);
		fix = drtmon_html_word(one, "fix");
		printf("%-8s ", upper(drtmon_html_word(one, "state")));
		print_found(one);
		if (*fix && strcmp(drtmon_html_word(one, "state"), "ok"))
			printf("; fix: %s", plain(text, sizeof(text), fix));
		putchar('\n');
	}
}

/* The TPM itself is asked too, where there is one that can be. */
static void add_tpm(const struct drtmon_report *report)
{
	const struct drtmon_chips *chips = &report->state.machine.chips;
	struct drtmon_tpm_info *info = calloc(1, sizeof(*info));
	const char *version;

	if (info && report->evidence.live && chips->count) {
		version = drtmon_chip_version_name(&chips->chip[0]);
		drtmon_tpm_info_look(info, chips->chip[0].id, version ? version : "",
				     report->evidence.facts.hypervisor);
		json_object_set_new(report->doc, "tpm", drtmon_tpm_info_json(info));
	}
	free(info);
}

static int check(const struct drtmon_opts *opts, const struct drtmon_profile *profile)
{
	struct drtmon_report *report = calloc(1, sizeof(*report));
	int ret = DRTMON_PROFILE_UNKNOWN;
	json_t *doc;

	if (!report || drtmon_report_look(opts, NULL, report)) {
		if (report)
			drtmon_report_free(report);
		free(report);
		return ret;
	}
	add_tpm(report);
	doc = drtmon_profile_check(profile, report->doc);
	ret = (int)json_integer_value(json_object_get(doc, "exit_code"));
	if (opts->json)
		drtmon_out_json(json_incref(doc));
	else if (!opts->quiet)
		print_check(opts, doc);
	json_decref(doc);
	drtmon_report_free(report);
	free(report);
	return ret;
}

/* Everything that is not an answer is "unknown" to a monitoring system. */
static int check_unknown(void)
{
	return DRTMON_PROFILE_UNKNOWN;
}

static int check_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	static const struct option options[] = {
		{ "profile", required_argument, NULL, 'p' },
		{ "list", no_argument, NULL, 'l' },
		{ 0 },
	};
	const char *name = PROFILE_DEFAULT;
	struct drtmon_profile *profile;
	struct drtmon_err err = { 0 };
	bool list = false;
	int c, ret;

	while ((c = drtmon_cmd_getopt(&drtmon_cmd_check, argc, argv, "", options)) != -1) {
		if (c == 'p')
			name = optarg;
		else if (c == 'l')
			list = true;
		else
			return check_unknown();
	}
	if (optind < argc) {
		drtmon_cmd_usage(&drtmon_cmd_check, "check takes no \"%s\"", argv[optind]);
		return check_unknown();
	}
	if (list)
		return profile_list(opts);
	profile = calloc(1, sizeof(*profile));
	if (!profile)
		return check_unknown();
	if (profile_find(name, profile, &err)) {
		drtmon_cmd_fail(&err);
		ret = check_unknown();
	} else {
		ret = check(opts, profile);
	}
	free(profile);
	return ret;
}

const struct drtmon_command drtmon_cmd_check = {
	.name = "check",
	.args = "[--profile NAME|FILE | --list]",
	.summary = "does this machine meet a profile? for monitoring systems",
	.help = "One line as monitoring plugins print it, with performance data; -v adds one line\n"
		"for each requirement.\n"
		"  --profile NAME|FILE  txt, windows11-guest, vsphere8, server-baseline (the\n"
		"                       default), one of /etc/drtmon/profiles, or a file; see\n"
		"                       drtmon-profiles(5)\n"
		"  --list               profiles there are\n"
		"\n"
		"Exit 0: ok. 1: warning. 2: critical. 3: unknown, wrong usage included.\n"
		"\n"
		"Examples:\n"
		"  drtmon check --profile txt\n"
		"  drtmon check --profile windows11-guest -v\n"
		"  drtmon check --profile ./mine.ini --from case.tar -j\n",
	.from = true,
	.exits = true,
	.run = check_run,
};
