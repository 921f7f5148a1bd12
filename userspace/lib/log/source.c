// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log/log.h"

#define SOURCE_WINDOW (256u << 10)
/* A FIFO nobody opens for writing would block for ever. */
#define SOURCE_IDLE_MS 3000

int drtmon_source_open(struct drtmon_source *src, const char *path, struct drtmon_err *err)
{
	struct stat st;

	memset(src, 0, sizeof(*src));
	src->fd = STDIN_FILENO;
	if (strcmp(path, "-")) {
		src->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (src->fd < 0)
			return drtmon_err_set(err, -errno, "cannot open %s: %m", path);
		src->own_fd = true;
	}
	if (fstat(src->fd, &st))
		st.st_mode = 0;
	if (S_ISDIR(st.st_mode)) {
		drtmon_source_close(src);
		return drtmon_err_set(err, -EISDIR,
				      "%s is a directory, not a log; of a capture, run: "
				      "drtmon report --from %s",
				      path, path);
	}
	src->nonblock = src->own_fd && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode));
	return 0;
}

void drtmon_source_memory(struct drtmon_source *src, const uint8_t *data, size_t len)
{
	memset(src, 0, sizeof(*src));
	src->fd = -1;
	src->eof = true;
	src->cur = data;
	src->end = data + len;
}

/* Move what is left to the front and make the window large enough. */
static int source_room(struct drtmon_source *src, size_t want)
{
	size_t have = (size_t)(src->end - src->cur), room = src->room ? src->room : SOURCE_WINDOW;
	uint8_t *buf = src->buf;

	while (room < want)
		room *= 2;
	if (src->buf && have)
		memmove(src->buf, src->cur, have);
	if (room != src->room) {
		buf = realloc(src->buf, room);
		if (!buf)
			return -ENOMEM;
	}
	src->buf = buf;
	src->room = room;
	src->cur = buf;
	src->end = buf + have;
	return 0;
}

/* Wait for a FIFO's writer; 0 when there is something to read, or its end. */
static int source_wait(const struct drtmon_source *src)
{
	struct pollfd p = { .fd = src->fd, .events = POLLIN };
	int n;

	do {
		n = poll(&p, 1, SOURCE_IDLE_MS);
	} while (n < 0 && errno == EINTR);
	return n > 0 ? 0 : -EAGAIN;
}

static ssize_t source_read(struct drtmon_source *src, size_t max)
{
	ssize_t n;

	if (src->nonblock && source_wait(src)) {
		src->idle = true;
		return 0;
	}
	do {
		n = read(src->fd, src->buf + (src->end - src->buf), max);
	} while (n < 0 && errno == EINTR);
	return n;
}

size_t drtmon_source_more(struct drtmon_source *src, size_t want)
{
	int ret;

	if (src->eof)
		return (size_t)(src->end - src->cur);
	ret = source_room(src, want);
	if (ret) {
		src->error = ret;
		src->eof = true;
	}
	while (!src->eof && (size_t)(src->end - src->cur) < want) {
		uint64_t left = DRTMON_LOG_BYTES_MAX - src->total;
		size_t max = src->room - (size_t)(src->end - src->buf);
		ssize_t n = left ? source_read(src, max < left ? max : left) : 0;

		src->capped = !left;
		if (n < 0)
			src->error = -errno;
		if (n <= 0) {
			src->eof = true;
			break;
		}
		src->total += (uint64_t)n;
		src->end += n;
	}
	return (size_t)(src->end - src->cur);
}

int drtmon_source_skip(struct drtmon_source *src, uint64_t n)
{
	while (n) {
		size_t have = drtmon_source_fill(src, 1);
		size_t step = have < n ? have : (size_t)n;

		if (!have && n)
			return -ENODATA;
		drtmon_source_eat(src, step);
		n -= step;
		if (n && src->fd >= 0 && lseek(src->fd, (off_t)n, SEEK_CUR) >= 0) {
			src->offset += n;
			return 0;
		}
	}
	return 0;
}

void drtmon_source_close(struct drtmon_source *src)
{
	if (src->own_fd)
		close(src->fd);
	free(src->buf);
	memset(src, 0, sizeof(*src));
	src->fd = -1;
}
