// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/archive.h"
#include "lib/text.h"

/* A real capture has nine files; a tar with more is looked at this far. */
#define ENTRIES_MAX 4096
#define TOTAL_MAX   (256u << 20)
/* Sum of the sizes that a tar declares; a larger one is a bomb or no capture. */
#define DECLARED_MAX (INT64_C(1) << 30)
#define BLOCK	     65536u

static bool is_link(int dir, const char *path)
{
	struct stat st;

	return !fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode);
}

/*
 * Who makes a capture must not make its reader show files of this machine: as
 * in a tar, links lead nowhere. The item's own directory can be one as well.
 */
static bool linked(const char *path, const char *item)
{
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *slash = strchr(item, '/');
	char parent[32];
	bool found;

	if (dir < 0)
		return false;
	found = is_link(dir, item);
	if (slash) {
		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - item), item);
		found |= is_link(dir, parent);
	}
	close(dir);
	return found;
}

static void read_directory(struct drtmon_evidence *evidence, const char *path)
{
	char *file;
	unsigned int i;

	for (i = 0; i < DRTMON_ITEMS; i++) {
		if (asprintf(&file, "%s/%s", path, drtmon_item_path(i)) < 0) {
			drtmon_item_set(&evidence->item[i], DRTMON_ITEM_UNREADABLE,
					"out of memory");
			continue;
		}
		if (linked(path, drtmon_item_path(i)))
			drtmon_item_set(&evidence->item[i], DRTMON_ITEM_UNREADABLE,
					"%s is a link in the capture", drtmon_item_path(i));
		else
			drtmon_evidence_file(evidence, i, file);
		if (evidence->item[i].state == DRTMON_ITEM_ABSENT)
			drtmon_item_set(&evidence->item[i], DRTMON_ITEM_ABSENT,
					"%s is not in the capture", drtmon_item_path(i));
		free(file);
	}
}

static bool escapes(const char *path)
{
	const char *p = path;

	if (*p == '/')
		return true;
	while (p) {
		if (!strncmp(p, "..", 2) && (!p[2] || p[2] == '/'))
			return true;
		p = strchr(p, '/');
		p = p ? p + 1 : NULL;
	}
	return false;
}

/* "./x", "x" and "case/x" are all the item x. */
static enum drtmon_item_id item_of(const char *path)
{
	enum drtmon_item_id id;
	const char *rest;

	while (!strncmp(path, "./", 2))
		path += 2;
	id = drtmon_item_by_path(path);
	rest = strchr(path, '/');
	return id == DRTMON_ITEMS && rest ? drtmon_item_by_path(rest + 1) : id;
}

static int read_entry(struct archive *a, struct drtmon_blob *blob, size_t max, size_t *total)
{
	uint8_t *grown;
	la_ssize_t n;

	for (;;) {
		grown = realloc(blob->data, blob->len + BLOCK + 1);
		if (!grown)
			return -ENOMEM;
		blob->data = grown;
		n = sym_archive_read_data(a, blob->data + blob->len, BLOCK);
		if (n < 0)
			return -EBADMSG;
		blob->len += (size_t)n;
		*total += (size_t)n;
		blob->truncated = blob->len > max;
		if (blob->truncated)
			blob->len = max;
		blob->data[blob->len] = '\0';
		if (!n || blob->truncated)
			return 0;
		if (*total > TOTAL_MAX)
			return -E2BIG;
	}
}

static int take_entry(struct drtmon_evidence *evidence, struct archive *a,
		      struct archive_entry *entry, size_t *total, struct drtmon_err *err)
{
	const char *path = sym_archive_entry_pathname(entry);
	struct drtmon_item *item;
	enum drtmon_item_id id;
	int ret;

	if (!path)
		return drtmon_err_set(err, -EBADMSG, "%s: an entry has no name", evidence->source);
	if (escapes(path))
		return drtmon_err_set(err, -EINVAL,
				      "%s is refused: it has the path %.100s, which "
				      "leads out of the capture",
				      evidence->source, path);
	id = item_of(path);
	if (id == DRTMON_ITEMS || sym_archive_entry_filetype(entry) == AE_IFDIR)
		return 0;
	item = &evidence->item[id];
	if (item->state != DRTMON_ITEM_ABSENT)
		return drtmon_err_set(err, -EINVAL, "%s holds %s twice", evidence->source,
				      drtmon_item_path(id));
	if (sym_archive_entry_filetype(entry) != AE_IFREG || sym_archive_entry_hardlink(entry)) {
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "%s is a link in the tar",
				drtmon_item_path(id));
		return 0;
	}
	ret = read_entry(a, &item->blob, drtmon_item_max(id), total);
	if (ret)
		return drtmon_err_set(err, ret, "%s: cannot read %s: %s", evidence->source,
				      drtmon_item_path(id), strerror(-ret));
	item->state = DRTMON_ITEM_PRESENT;
	return 0;
}

static int read_entries(struct drtmon_evidence *evidence, struct archive *a, struct drtmon_err *err)
{
	struct archive_entry *entry;
	int64_t declared = 0, size;
	size_t total = 0;
	int n, ret;

	for (n = 0; n < ENTRIES_MAX; n++) {
		ret = sym_archive_read_next_header(a, &entry);
		if (ret == ARCHIVE_EOF)
			return 0;
		if (ret < ARCHIVE_WARN)
			return drtmon_err_set(err, n ? -EBADMSG : -EINVAL, "%s is %s: %s",
					      evidence->source,
					      n ? "damaged" : "neither a directory nor a tar",
					      sym_archive_error_string(a));
		size = sym_archive_entry_size(entry);
		if (size < 0 || size > DECLARED_MAX - declared)
			return drtmon_err_set(err, -E2BIG, "%s is larger than any capture",
					      evidence->source);
		declared += size;
		ret = take_entry(evidence, a, entry, &total, err);
		if (ret)
			return ret;
	}
	return drtmon_err_set(err, -E2BIG, "%s has more than %d entries", evidence->source,
			      ENTRIES_MAX);
}

static int read_tar(struct drtmon_evidence *evidence, const char *path, struct drtmon_err *err)
{
	int ret = drtmon_archive_load(err);
	struct archive *a;
	unsigned int i;

	if (ret)
		return ret;
	a = sym_archive_read_new();
	if (!a)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	sym_archive_read_support_format_tar(a);
	/* Only filters that run inside this process. */
	sym_archive_read_support_filter_gzip(a);
	sym_archive_read_support_filter_xz(a);
	sym_archive_read_support_filter_zstd(a);
	if (sym_archive_read_open_filename(a, path, BLOCK))
		ret = drtmon_err_set(err, -EINVAL, "%s is neither a directory nor a tar: %s", path,
				     sym_archive_error_string(a));
	else
		ret = read_entries(evidence, a, err);
	sym_archive_read_free(a);
	for (i = 0; i < DRTMON_ITEMS; i++)
		if (evidence->item[i].state == DRTMON_ITEM_ABSENT)
			drtmon_item_set(&evidence->item[i], DRTMON_ITEM_ABSENT,
					"%s is not in the capture", drtmon_item_path(i));
	return ret;
}

int drtmon_capture_read(struct drtmon_evidence *evidence, const char *path, struct drtmon_err *err)
{
	struct stat st;
	int ret = 0;

	memset(evidence, 0, sizeof(*evidence));
	drtmon_text_copy(evidence->source, sizeof(evidence->source), path);
	if (stat(path, &st))
		return drtmon_err_set(err, -errno, "cannot open the capture %s: %m", path);
	if (S_ISDIR(st.st_mode))
		read_directory(evidence, path);
	else if (S_ISREG(st.st_mode))
		ret = read_tar(evidence, path, err);
	else
		ret = drtmon_err_set(err, -EINVAL, "%s is neither a directory nor a tar", path);
	if (ret)
		return ret;
	drtmon_evidence_decode(evidence);
	return 0;
}
