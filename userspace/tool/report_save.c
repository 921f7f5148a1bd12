// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/report_save.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/blob.h"
#include "lib/file.h"
#include "lib/html.h"
#include "lib/report.h"
#include "lib/text.h"
#include "tool/out.h"

/* "report-2026-11-22T031814.614517485Z.json" */
#define PATTERN "report-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z.json"
/* A report has some hundred kilobytes. */
#define REPORT_MAX (64u << 20)

static int is_report(const struct dirent *entry)
{
	return !fnmatch(PATTERN, entry->d_name, FNM_PATHNAME);
}

/* Its name without ".json", as in RFC 3339 but without colons: file systems differ. */
static void stem(char *dst, size_t max, const json_t *doc)
{
	const char *p = drtmon_html_word(doc, "time");
	size_t n;

	snprintf(dst, max, "report-");
	for (n = strlen(dst); *p && n + 1 < max; p++)
		if (*p != ':')
			dst[n++] = *p;
	dst[n] = '\0';
}

static int put(const char *dir, const char *name, const char *suffix, const char *text,
	       struct drtmon_err *err)
{
	char path[PATH_MAX], link[PATH_MAX], target[160], temp[PATH_MAX];

	if (!text)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	if (snprintf(path, sizeof(path), "%s/%s.%s", dir, name, suffix) >= (int)sizeof(path) - 32)
		return drtmon_err_set(err, -ENAMETOOLONG, "%s: the name is too long", dir);
	if (drtmon_file_write(path, text, strlen(text), err))
		return err->code;
	snprintf(target, sizeof(target), "%.120s.%s", name, suffix);
	snprintf(link, sizeof(link), "%.*s/latest.%s", PATH_MAX - 32, dir, suffix);
	snprintf(temp, sizeof(temp), "%.*s/.latest.%s", PATH_MAX - 32, dir, suffix);
	unlink(temp);
	/* A file system without links has the reports all the same. */
	if (!symlink(target, temp) && rename(temp, link))
		unlink(temp);
	return 0;
}

static int put_both(const json_t *doc, const char *dir, const char *name, struct drtmon_err *err)
{
	char *json = json_dumps(doc, JSON_INDENT(2)), *html = drtmon_report_html(doc);
	int ret = put(dir, name, "html", html, err);

	/* The JSON is what the next one is compared with: it comes last. */
	if (!ret)
		ret = put(dir, name, "json", json, err);
	free(json);
	free(html);
	return ret;
}

/* The newest report that can be read, and its name; NULL when there is none. */
static json_t *previous(const char *dir, char *name, size_t max)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_report, alphasort), i;
	char path[PATH_MAX];
	json_t *doc = NULL;

	for (i = n - 1; i >= 0; i--) {
		struct drtmon_blob blob = { 0 };

		snprintf(path, sizeof(path), "%.*s/%s", PATH_MAX - 260, dir, list[i]->d_name);
		if (!doc && !drtmon_blob_read(&blob, path, REPORT_MAX, NULL))
			doc = json_loadb((char *)blob.data, blob.len, 0, NULL);
		if (doc && !*name)
			snprintf(name, max, "%s", list[i]->d_name);
		drtmon_blob_free(&blob);
		free(list[i]);
	}
	free(list);
	return doc;
}

static void prune(const char *dir, unsigned int keep)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_report, alphasort), i;
	char path[PATH_MAX];

	for (i = 0; i < n; i++) {
		if (i < n - (int)keep) {
			int len = snprintf(path, sizeof(path), "%.*s/%s", PATH_MAX - 260, dir,
					   list[i]->d_name);

			unlink(path);
			snprintf(path + len - 4, 5, "html");
			unlink(path);
		}
		free(list[i]);
	}
	free(list);
}

static const char *word(char *dst, size_t max, const json_t *change, const char *key)
{
	const char *text = json_string_value(json_object_get(change, key));

	return text ? drtmon_text_safe(dst, max, text, strlen(text)) : "none or unknown";
}

static void print_changes(const json_t *changes, const char *since)
{
	char what[400], before[600], after[600];
	size_t i;

	if (!*since)
		printf("first report: nothing to compare with\n");
	else if (!json_array_size(changes))
		printf("nothing changed since %s\n", since);
	for (i = 0; i < json_array_size(changes); i++) {
		const json_t *change = json_array_get(changes, i);

		printf("changed: %s: %s, was %s\n", word(what, sizeof(what), change, "what"),
		       word(after, sizeof(after), change, "after"),
		       word(before, sizeof(before), change, "before"));
	}
}

/* @dir is for its owner only, as what it keeps names programs and users. */
static int make_dirs(const char *dir, struct drtmon_err *err)
{
	char path[PATH_MAX];
	char *p = path;

	if ((size_t)snprintf(path, sizeof(path), "%s", dir) >= sizeof(path))
		return drtmon_err_set(err, -ENAMETOOLONG, "cannot make %s: name too long", dir);
	while ((p = strchr(p + 1, '/'))) {
		*p = '\0';
		if (p[1] && mkdir(path, 0755) && errno != EEXIST)
			return drtmon_err_set(err, -errno, "cannot make %s: %s", path,
					      strerror(errno));
		*p = '/';
	}
	if (mkdir(dir, 0700) && errno != EEXIST)
		return drtmon_err_set(err, -errno, "cannot make %s: %s", dir, strerror(errno));
	return 0;
}

int drtmon_report_save(const struct drtmon_opts *opts, const json_t *doc, const char *dir,
		       unsigned int keep)
{
	char name[128], since[NAME_MAX + 1] = "";
	struct drtmon_err err = { 0 };
	json_t *before, *changes;

	if (make_dirs(dir, &err))
		return drtmon_cmd_fail(&err);
	before = previous(dir, since, sizeof(since));
	stem(name, sizeof(name), doc);
	if (put_both(doc, dir, name, &err)) {
		json_decref(before);
		return drtmon_cmd_fail(&err);
	}
	prune(dir, keep);
	changes = before ? drtmon_report_diff(before, doc) : json_array();
	if (opts->json)
		drtmon_out_json(json_pack("{s:i,s:s,s:s?,s:O}", "schema", 1, "saved", name, "since",
					  *since ? since : NULL, "changes", changes));
	else if (!opts->quiet)
		print_changes(changes, since);
	json_decref(before);
	json_decref(changes);
	return EXIT_GOOD;
}
