// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/archive.h"

/* Where a capture goes: a directory's descriptor, or a tar. */
struct sink {
	int dir;
	struct archive *tar;
	time_t now;
};

static int put_file(const struct sink *sink, const char *path, const void *data, size_t len)
{
	const char *slash = strchr(path, '/'), *p = data;
	char dir[32];
	ssize_t n;
	int fd;

	if (slash) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
		if (mkdirat(sink->dir, dir, 0700) && errno != EEXIST)
			return -errno;
	}
	fd = openat(sink->dir, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			n = errno;
			close(fd);
			return n ? -(int)n : -EIO;
		}
		p += n;
		len -= (size_t)n;
	}
	return close(fd) ? -errno : 0;
}

static int put_entry(const struct sink *sink, const char *path, const void *data, size_t len)
{
	struct archive_entry *entry = sym_archive_entry_new();
	int ret = 0;

	if (!entry)
		return -ENOMEM;
	sym_archive_entry_set_pathname(entry, path);
	sym_archive_entry_set_filetype(entry, AE_IFREG);
	sym_archive_entry_set_perm(entry, 0600);
	sym_archive_entry_set_size(entry, (la_int64_t)len);
	sym_archive_entry_set_mtime(entry, sink->now, 0);
	if (sym_archive_write_header(sink->tar, entry) < ARCHIVE_WARN ||
	    (len && sym_archive_write_data(sink->tar, data, len) != (la_ssize_t)len))
		ret = sym_archive_errno(sink->tar) ? -sym_archive_errno(sink->tar) : -EIO;
	sym_archive_entry_free(entry);
	return ret;
}

static int put(const struct sink *sink, const char *path, const void *data, size_t len)
{
	return sink->tar ? put_entry(sink, path, data, len) : put_file(sink, path, data, len);
}

static int put_json(const struct sink *sink, enum drtmon_item_id id, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_INDENT(2) | JSON_SORT_KEYS) : NULL;
	int ret;

	json_decref(json);
	if (!text)
		return -ENOMEM;
	ret = put(sink, drtmon_item_path(id), text, strlen(text));
	free(text);
	return ret;
}

static json_t *items_json(const struct drtmon_evidence *evidence)
{
	json_t *items = json_object();
	unsigned int i;

	for (i = 0; i < DRTMON_ITEMS; i++) {
		const struct drtmon_item *item = &evidence->item[i];

		if (i == DRTMON_ITEM_FACTS && item->state != DRTMON_ITEM_UNREADABLE)
			continue;
		json_object_set_new(items, drtmon_item_path(i),
				    json_pack("{s:s, s:I, s:b, s:s}", "state",
					      drtmon_item_state_name(item->state), "size",
					      (json_int_t)item->blob.len, "truncated",
					      item->blob.truncated, "why", item->why));
	}
	return items;
}

static int put_all(const struct sink *sink, const struct drtmon_evidence *evidence)
{
	const struct drtmon_item *item;
	json_t *facts = drtmon_facts_json(&evidence->facts);
	unsigned int i;
	int ret;

	if (facts)
		json_object_set_new(facts, "items", items_json(evidence));
	ret = put_json(sink, DRTMON_ITEM_FACTS, facts);
	for (i = 0; !ret && i < DRTMON_ITEMS; i++) {
		item = &evidence->item[i];
		if (i == DRTMON_ITEM_FACTS || item->state != DRTMON_ITEM_PRESENT)
			continue;
		if (i == DRTMON_ITEM_PCRS)
			ret = put_json(sink, i, drtmon_pcrs_json(&evidence->pcrs));
		else
			ret = put(sink, drtmon_item_path(i), item->blob.data, item->blob.len);
	}
	return ret;
}

static int remove_directory(const char *path, int dir)
{
	char name[32];
	unsigned int i;

	for (i = 0; i < DRTMON_ITEMS; i++)
		unlinkat(dir, drtmon_item_path(i), 0);
	for (i = 0; i < DRTMON_ITEMS; i++) {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(drtmon_item_path(i), "/"),
			 drtmon_item_path(i));
		unlinkat(dir, name, AT_REMOVEDIR);
	}
	return rmdir(path);
}

static int write_directory(const struct drtmon_evidence *evidence, struct sink *sink,
			   const char *path, struct drtmon_err *err)
{
	int ret;

	if (mkdir(path, 0700))
		return drtmon_err_set(err, -errno, "cannot make the directory %s: %m", path);
	sink->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ret = sink->dir < 0 ? -errno : put_all(sink, evidence);
	if (ret) {
		if (sink->dir >= 0)
			remove_directory(path, sink->dir);
		drtmon_err_set(err, ret, "cannot write %s: %s", path, strerror(-ret));
	}
	if (sink->dir >= 0)
		close(sink->dir);
	return ret;
}

static int write_tar(const struct drtmon_evidence *evidence, struct sink *sink, const char *path,
		     struct drtmon_err *err)
{
	int fd, ret = drtmon_archive_load(err);

	if (ret)
		return ret;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return drtmon_err_set(err, -errno, "cannot make %s: %m", path);
	sink->tar = sym_archive_write_new();
	if (!sink->tar || sym_archive_write_set_format_pax_restricted(sink->tar) ||
	    sym_archive_write_open_fd(sink->tar, fd))
		ret = -ENOMEM;
	else
		ret = put_all(sink, evidence);
	if (sink->tar && sym_archive_write_close(sink->tar) && !ret)
		ret = sym_archive_errno(sink->tar) ? -sym_archive_errno(sink->tar) : -EIO;
	sym_archive_write_free(sink->tar);
	if (close(fd) && !ret)
		ret = -errno;
	if (ret) {
		unlink(path);
		drtmon_err_set(err, ret, "cannot write %s: %s", path, strerror(-ret));
	}
	return ret;
}

int drtmon_capture_write(const struct drtmon_evidence *evidence, const char *path,
			 struct drtmon_err *err)
{
	struct sink sink = { .dir = -1, .now = time(NULL) };
	size_t len = strlen(path);

	if (len > 4 && !strcmp(path + len - 4, ".tar"))
		return write_tar(evidence, &sink, path, err);
	return write_directory(evidence, &sink, path, err);
}
