// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/kofile.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/archive.h"
#include "lib/blob.h"
#include "lib/sysfs.h"

/* modules.dep of a distribution's kernel is half a megabyte. */
#define DEP_MAX (16u << 20)
#define KO_MAX	(64u << 20)

static const char signature[] = "~Module signature appended~\n";

/* Is @path, up to its end or a colon, the file of module @name, compressed or not? */
static bool is_module(const char *path, size_t len, const char *name)
{
	const char *slash = memrchr(path, '/', len);
	const char *base = slash ? slash + 1 : path;
	size_t n = strlen(name), left = len - (size_t)(base - path);

	return left >= n + 3 && !memcmp(base, name, n) && !memcmp(base + n, ".ko", 3) &&
	       (left == n + 3 || base[n + 3] == '.');
}

static int find_in_dep(const char *dir, const char *name, struct drtmon_kofile *ko)
{
	struct drtmon_blob dep;
	char *line, *save = NULL;
	int ret = -ENOENT;

	snprintf(ko->path, sizeof(ko->path), "%s/modules.dep", dir);
	if (drtmon_blob_read(&dep, ko->path, DEP_MAX, NULL) || !dep.len)
		goto out;
	line = strtok_r((char *)dep.data, "\n", &save);
	for (; line; line = strtok_r(NULL, "\n", &save)) {
		size_t len = strcspn(line, ":");

		if (!is_module(line, len, name))
			continue;
		snprintf(ko->path, sizeof(ko->path), "%s/%.*s", dir, (int)len, line);
		ret = 1;
		break;
	}
out:
	drtmon_blob_free(&dep);
	return ret;
}

int drtmon_kofile_find(const char *root, const char *release, const char *name,
		       struct drtmon_kofile *ko)
{
	static const char *const places[] = { "updates", "updates/kmod", "updates/dkms", "extra" };
	char dir[PATH_MAX / 2];
	size_t i;
	int ret;

	memset(ko, 0, sizeof(*ko));
	snprintf(dir, sizeof(dir), "%s/lib/modules/%s", root, release);
	ret = find_in_dep(dir, name, ko);
	for (i = 0; ret < 0 && i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(ko->path, sizeof(ko->path), "%s/%s/%s.ko", dir, places[i], name);
		if (drtmon_sysfs_fact("", ko->path) == DRTMON_FACT_PRESENT)
			ret = 0;
	}
	return ret;
}

/* Bytes of a file that may be compressed by anything libarchive knows. */
static int unpack(const char *path, uint8_t **data, size_t *len)
{
	struct archive_entry *entry;
	struct archive *in;
	size_t room = 0;
	la_ssize_t n = -1;

	*data = NULL;
	*len = 0;
	if (drtmon_archive_load(NULL))
		return -ENOPKG;
	in = sym_archive_read_new();
	if (!in)
		return -ENOMEM;
	sym_archive_read_support_filter_all(in);
	sym_archive_read_support_format_raw(in);
	if (sym_archive_read_open_filename(in, path, 65536) == ARCHIVE_OK &&
	    sym_archive_read_next_header(in, &entry) == ARCHIVE_OK)
		do {
			uint8_t *more;

			n = -1;
			if (*len > KO_MAX)
				break;
			more = room - *len ? *data : realloc(*data, room + 262144);
			if (!more)
				break;
			room += room - *len ? 0 : 262144;
			*data = more;
			n = sym_archive_read_data(in, *data + *len, room - *len);
			*len += n > 0 ? (size_t)n : 0;
		} while (n > 0);
	sym_archive_read_free(in);
	return n < 0 ? -EIO : 0;
}

/* "key=value" as modpost writes it into .modinfo: between two NULs. */
static void modinfo(const uint8_t *data, size_t len, const char *key, char *dst, size_t max)
{
	char want[32] = "";
	size_t n = (size_t)snprintf(want + 1, sizeof(want) - 1, "%s=", key) + 1;
	const uint8_t *at = len ? memmem(data, len, want, n) : NULL;
	size_t left = at ? len - (size_t)(at - data) - n : 0;

	dst[0] = '\0';
	if (at)
		snprintf(dst, max, "%.*s",
			 (int)strnlen((const char *)at + n, left < max ? left : max),
			 (const char *)at + n);
}

int drtmon_kofile_read(struct drtmon_kofile *ko, struct drtmon_err *err)
{
	size_t tail = sizeof(signature) - 1, len;
	uint8_t *data;
	int ret = unpack(ko->path, &data, &len);

	if (ret) {
		drtmon_err_set(err, ret, "cannot read %s", ko->path);
	} else {
		modinfo(data, len, "version", ko->version, sizeof(ko->version));
		modinfo(data, len, "vermagic", ko->vermagic, sizeof(ko->vermagic));
		ko->is_signed = len >= tail && !memcmp(data + len - tail, signature, tail);
	}
	free(data);
	return ret;
}
