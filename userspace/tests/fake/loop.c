// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/loop.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "tests/fake/kernel.h"

#define SOCKETS 16

/* What libnl asks for are eventfds. */
static int sockets[SOCKETS];

int socket(int domain, int type, int protocol)
{
	int i;

	if (domain != AF_NETLINK)
		return (int)syscall(SYS_socket, domain, type, protocol);
	for (i = 0; i < SOCKETS; i++)
		if (!sockets[i])
			return sockets[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	abort();
}

static int is_fake(int fd)
{
	int i;

	for (i = 0; i < SOCKETS; i++)
		if (fd > 0 && sockets[i] == fd)
			return i + 1;
	return 0;
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	return is_fake(fd) ? 0 : (int)syscall(SYS_bind, fd, addr, len);
}

int getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = 1 };

	if (!is_fake(fd))
		return (int)syscall(SYS_getsockname, fd, addr, len);
	memcpy(addr, &nl, sizeof(nl));
	*len = sizeof(nl);
	return 0;
}

int close(int fd)
{
	int i = is_fake(fd);

	if (i) {
		sockets[i - 1] = 0;
		fake_close(fd);
	}
	return (int)syscall(SYS_close, fd);
}

int access(const char *path, int mode)
{
	if (!strcmp(path, "/run/systemd/journal/socket")) {
		errno = ENOENT;
		return -1;
	}
	return (int)syscall(SYS_access, path, mode);
}

void fake_wake(void)
{
	uint64_t one = 1;
	int i;

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i] && write(sockets[i], &one, sizeof(one)) < 0)
			abort();
}

static int on_ready(sd_event_source *source, int fd, uint32_t revents, void *ctx)
{
	uint64_t count;

	/* Already empty is as good. */
	return read(fd, &count, sizeof(count)) < 0 ? 0 : 0;
}

void fake_watch(sd_event *loop)
{
	sd_event_source *source;
	int i;

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i] &&
		    sd_event_add_io(loop, &source, dup(sockets[i]), EPOLLIN, on_ready, NULL) >= 0) {
			sd_event_source_set_io_fd_own(source, 1);
			sd_event_source_set_floating(source, 1);
			sd_event_source_unref(source);
		}
}
