// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOB_CHUNK 65536u

static int blob_grow(struct drtmon_blob *blob, size_t *room, size_t max)
{
	size_t want = *room ? *room * 2 : BLOB_CHUNK;
	uint8_t *data;

	/* One byte beyond max tells "exactly max" from "more than max". */
	if (want > max + 1)
		want = max + 1;
	data = realloc(blob->data, want + 1);
	if (!data)
		return -ENOMEM;
	blob->data = data;
	*room = want;
	return 0;
}

static int blob_fill(struct drtmon_blob *blob, int fd, size_t max)
{
	size_t room = 0;

	for (;;) {
		ssize_t n;

		if (blob->len == room && blob_grow(blob, &room, max))
			return -ENOMEM;
		n = read(fd, blob->data + blob->len, room - blob->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		blob->len += (size_t)n;
		if (n == 0 || blob->len > max)
			return 0;
	}
}

int drtmon_blob_read(struct drtmon_blob *blob, const char *path, size_t max, struct drtmon_err *err)
{
	int fd = STDIN_FILENO, ret;
	struct stat st;

	memset(blob, 0, sizeof(*blob));
	if (strcmp(path, "-"))
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return drtmon_err_set(err, -errno, "cannot open %s: %m", path);
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		ret = drtmon_err_set(err, -EISDIR, "%s is a directory", path);
	} else {
		ret = blob_fill(blob, fd, max);
		if (ret)
			drtmon_err_set(err, ret, "cannot read %s: %s", path, strerror(-ret));
	}
	if (blob->len > max) {
		blob->len = max;
		blob->truncated = 1;
	}
	if (blob->data)
		blob->data[blob->len] = '\0';
	if (fd != STDIN_FILENO)
		close(fd);
	return ret;
}

void drtmon_blob_free(struct drtmon_blob *blob)
{
	free(blob->data);
	memset(blob, 0, sizeof(*blob));
}
