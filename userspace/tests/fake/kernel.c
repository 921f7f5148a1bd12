// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/drtmon.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "tests/fake/attrs.h"

#define SOCKETS	     16
#define QUEUE	     4096
#define GROUP_EVENTS 40
#define GROUP_NOTIFY 0x10

/* As in poll.h, whose declaration claims that poll() reads nothing there. */
struct pollfd {
	int fd;
	short events;
	short revents;
};

int poll(struct pollfd *fds, unsigned long count, int timeout);

struct datagram {
	uint32_t port;
	size_t len;
	uint8_t data[];
};

static struct fake_socket {
	int fd;
	bool events;
	bool notify;
	bool overrun;	/* reported before anything else, as the kernel does */
	bool congested; /* drops until the queue is empty */
	unsigned int head;
	unsigned int tail;
	struct datagram *queue[QUEUE];
} sockets[SOCKETS];

static struct {
	uint8_t cmd;
	struct attrs attrs;
} replies[16];
static unsigned int reply_count;
static struct attrs requests[DRTMON_CMD_MAX + 1];

struct fake_kernel fake;

static struct fake_socket *socket_of(int fd)
{
	int i;

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i].fd == fd)
			return &sockets[i];
	for (i = 0; i < SOCKETS; i++)
		if (!sockets[i].fd) {
			sockets[i].fd = fd;
			return &sockets[i];
		}
	abort();
}

static void socket_queue(struct fake_socket *sock, const void *data, size_t len, uint32_t port)
{
	struct datagram *dgram = malloc(sizeof(*dgram) + len);

	dgram->port = port;
	dgram->len = len;
	memcpy(dgram->data, data, len);
	sock->queue[sock->tail++ % QUEUE] = dgram;
}

static void socket_clear(struct fake_socket *sock)
{
	while (sock->head != sock->tail)
		free(sock->queue[sock->head++ % QUEUE]);
	memset(sock, 0, sizeof(*sock));
}

void fake_close(int fd)
{
	int i;

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i].fd == fd)
			socket_clear(&sockets[i]);
}

void fake_reset(void)
{
	int i;

	for (i = 0; i < SOCKETS; i++)
		socket_clear(&sockets[i]);
	memset(&fake, 0, sizeof(fake));
	reply_count = 0;
	memset(requests, 0, sizeof(requests));
	fake.loaded = true;
	fake.family = 33;
	fake.version = DRTMON_FAMILY_VERSION;
	fake.load_id = 0x1111;
	fake.first = 1;
	fake.next = 1;
	fake.room = QUEUE;
}

static void message(struct fake_socket *sock, uint16_t type, uint16_t flags, uint32_t seq,
		    uint8_t cmd, const struct attrs *attrs)
{
	struct {
		struct nlmsghdr nl;
		struct genlmsghdr genl;
		uint8_t body[sizeof(attrs->data)];
	} msg = { .nl = { 0, type, flags, seq, 0 }, .genl = { .cmd = cmd } };

	memcpy(msg.body, attrs->data, attrs->len);
	msg.nl.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + GENL_HDRLEN + attrs->len);
	socket_queue(sock, &msg, msg.nl.nlmsg_len, 0);
}

static void event_attrs(struct attrs *attrs, uint64_t seq)
{
	attrs->len = 0;
	attrs_u64(attrs, DRTMON_A_EVENT_SEQ, seq);
	attrs_u32(attrs, DRTMON_A_EVENT_KIND, DRTMON_EVENT_KIND_PCR_EXTEND);
	attrs_u32(attrs, DRTMON_A_EVENT_SEVERITY, DRTMON_SEVERITY_NOTICE);
	if (fake.fill)
		fake.fill(attrs);
}

void fake_events(unsigned int count)
{
	static struct attrs attrs;
	int i;

	for (; count; count--, fake.next++) {
		event_attrs(&attrs, fake.next);
		for (i = 0; i < SOCKETS; i++) {
			struct fake_socket *sock = &sockets[i];

			if (!sock->events || sock->congested)
				continue;
			if (sock->tail - sock->head >= fake.room)
				sock->overrun = sock->congested = true;
			else
				message(sock, fake.family, 0, 0, DRTMON_CMD_EVENT_NTF, &attrs);
		}
	}
}

void fake_fold(uint64_t seq)
{
	fake.first = seq;
}

static void family_attrs(struct attrs *attrs, const char *name, uint16_t id, uint32_t version,
			 const char *group, uint32_t group_id)
{
	static struct attrs one, list;

	one.len = 0;
	attrs_u32(&one, CTRL_ATTR_MCAST_GRP_ID, group_id);
	attrs_str(&one, CTRL_ATTR_MCAST_GRP_NAME, group);
	list.len = 0;
	attrs_nest(&list, 1, &one);
	attrs->len = 0;
	attrs_str(attrs, CTRL_ATTR_FAMILY_NAME, name);
	attrs_u16(attrs, CTRL_ATTR_FAMILY_ID, id);
	attrs_u32(attrs, CTRL_ATTR_VERSION, version);
	attrs_nest(attrs, CTRL_ATTR_MCAST_GROUPS, &list);
}

static void family_notice(uint8_t cmd)
{
	static struct attrs attrs;
	int i;

	family_attrs(&attrs, DRTMON_FAMILY_NAME, fake.family, fake.version,
		     fake.groupless ? "none" : DRTMON_MCGRP_EVENTS, GROUP_EVENTS);
	for (i = 0; i < SOCKETS; i++)
		if (sockets[i].notify)
			message(&sockets[i], GENL_ID_CTRL, 0, 0, cmd, &attrs);
}

void fake_unload(void)
{
	int i;

	fake.loaded = false;
	for (i = 0; i < SOCKETS; i++)
		sockets[i].events = false;
	family_notice(CTRL_CMD_DELFAMILY);
}

void fake_load(void)
{
	fake.loaded = true;
	fake.family++;
	fake.load_id++;
	fake.first = 1;
	fake.next = 1;
	family_notice(CTRL_CMD_NEWFAMILY);
}

void fake_reply(uint8_t cmd, const struct attrs *attrs)
{
	replies[reply_count].cmd = cmd;
	replies[reply_count++].attrs = *attrs;
}

void fake_inject(const void *data, size_t len, uint32_t port)
{
	int i;

	for (i = 0; i < SOCKETS; i++)
		if (sockets[i].fd)
			socket_queue(&sockets[i], data, len, port);
}

/* NLMSG_ERROR or NLMSG_DONE with an errno and, perhaps, words. */
static void status(struct fake_socket *sock, const struct nlmsghdr *req, uint16_t type, int error,
		   const char *text)
{
	struct {
		struct nlmsghdr nl;
		uint8_t body[1024];
	} msg = { .nl = { 0, type, 0, req->nlmsg_seq, 0 } };
	static struct attrs attrs;
	size_t n = sizeof(error);

	memcpy(msg.body, &error, sizeof(error));
	if (type == NLMSG_ERROR) {
		size_t whole = fake.refuse_uncapped ? req->nlmsg_len : sizeof(*req);

		memcpy(msg.body + n, req, whole);
		n += NLMSG_ALIGN(whole);
		msg.nl.nlmsg_flags |= fake.refuse_uncapped ? 0 : NLM_F_CAPPED;
	}
	attrs.len = 0;
	if (text)
		attrs_str(&attrs, NLMSGERR_ATTR_MSG, text);
	msg.nl.nlmsg_flags |= text ? NLM_F_ACK_TLVS : 0;
	memcpy(msg.body + n, attrs.data, attrs.len);
	msg.nl.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + n + attrs.len);
	socket_queue(sock, &msg, msg.nl.nlmsg_len, 0);
}

static uint64_t since_of(const struct nlmsghdr *req)
{
	struct drtmon_attrs rest = { (const uint8_t *)NLMSG_DATA(req) + GENL_HDRLEN,
				     req->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN };
	struct drtmon_attr attr;
	uint64_t since = 0;

	while (drtmon_attr_next(&rest, &attr) > 0)
		if (attr.type == DRTMON_A_EVENT_SINCE)
			memcpy(&since, attr.body.data, sizeof(since));
	return since;
}

static void answer_families(struct fake_socket *sock, const struct nlmsghdr *req)
{
	static struct attrs attrs;

	family_attrs(&attrs, "nlctrl", GENL_ID_CTRL, 2, "notify", GROUP_NOTIFY);
	message(sock, GENL_ID_CTRL, NLM_F_MULTI, req->nlmsg_seq, CTRL_CMD_NEWFAMILY, &attrs);
	family_attrs(&attrs, DRTMON_FAMILY_NAME, fake.family, fake.version,
		     fake.groupless ? "none" : DRTMON_MCGRP_EVENTS, GROUP_EVENTS);
	if (fake.loaded)
		message(sock, GENL_ID_CTRL, NLM_F_MULTI, req->nlmsg_seq, CTRL_CMD_NEWFAMILY,
			&attrs);
}

static void answer_events(struct fake_socket *sock, const struct nlmsghdr *req, uint16_t flags)
{
	static struct attrs attrs;
	uint64_t seq = since_of(req);

	for (seq = seq < fake.first ? fake.first : seq; seq < fake.next; seq++) {
		if (seq == fake.skip) {
			fake.skip = 0;
			continue;
		}
		event_attrs(&attrs, seq);
		message(sock, fake.family, flags, req->nlmsg_seq, DRTMON_CMD_EVENT_GET, &attrs);
	}
	if (fake.on_dump)
		fake.on_dump();
}

static void answer_one(struct fake_socket *sock, const struct nlmsghdr *req, uint8_t cmd,
		       uint16_t flags)
{
	static struct attrs attrs;
	bool made = false;
	unsigned int i;

	for (i = 0; i < reply_count; i++)
		if (replies[i].cmd == cmd) {
			message(sock, fake.family, flags, req->nlmsg_seq, cmd, &replies[i].attrs);
			made = true;
		}
	if (made || flags & NLM_F_MULTI)
		return;
	attrs.len = 0;
	if (cmd == DRTMON_CMD_PLATFORM_GET)
		attrs_u64(&attrs, DRTMON_A_PLATFORM_LOAD_ID, fake.load_id);
	if (cmd == DRTMON_CMD_STATS_GET)
		attrs_u64(&attrs, DRTMON_A_STATS_RING_NEXT, fake.next);
	message(sock, fake.family, flags, req->nlmsg_seq, cmd, &attrs);
}

struct drtmon_attrs fake_request(uint8_t cmd)
{
	return attrs_view(&requests[cmd]);
}

static void keep(const struct nlmsghdr *req, uint8_t cmd)
{
	size_t head = NLMSG_HDRLEN + GENL_HDRLEN;

	if (cmd > DRTMON_CMD_MAX || req->nlmsg_len - head > sizeof(requests->data))
		return;
	requests[cmd].len = req->nlmsg_len - head;
	memcpy(requests[cmd].data, (const uint8_t *)req + head, requests[cmd].len);
}

static void answer(struct fake_socket *sock, const struct nlmsghdr *req)
{
	const struct genlmsghdr *genl = NLMSG_DATA(req);
	bool dump = (req->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	uint16_t end = dump ? NLMSG_DONE : NLMSG_ERROR, flags = dump ? NLM_F_MULTI : 0;

	fake.requests++;
	if (req->nlmsg_type != GENL_ID_CTRL)
		keep(req, genl->cmd);
	if (fake.silent)
		return;
	if (dump && fake.intr && req->nlmsg_type != GENL_ID_CTRL) {
		fake.intr--;
		flags |= NLM_F_DUMP_INTR;
	}
	if (req->nlmsg_type == GENL_ID_CTRL) {
		if (fake.on_families)
			fake.on_families();
		answer_families(sock, req);
	} else if (genl->cmd == fake.refuse) {
		status(sock, req, fake.refuse_in_done ? NLMSG_DONE : NLMSG_ERROR,
		       -fake.refuse_errno, fake.refuse_text);
		return;
	} else if (genl->cmd == DRTMON_CMD_EVENT_GET) {
		answer_events(sock, req, flags);
	} else {
		answer_one(sock, req, genl->cmd, flags);
	}
	status(sock, req, end, 0, NULL);
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	const struct nlmsghdr *req = msg->msg_iov[0].iov_base;

	answer(socket_of(fd), req);
	return (ssize_t)req->nlmsg_len;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct fake_socket *sock = socket_of(fd);
	struct sockaddr_nl *from = msg->msg_name;
	struct datagram *dgram;
	size_t n;

	if (sock->overrun) {
		sock->overrun = false;
		errno = ENOBUFS;
		return -1;
	}
	if (sock->head == sock->tail) {
		sock->congested = false;
		errno = EAGAIN;
		return -1;
	}
	dgram = sock->queue[sock->head++ % QUEUE];
	n = dgram->len < msg->msg_iov[0].iov_len ? dgram->len : msg->msg_iov[0].iov_len;
	memcpy(msg->msg_iov[0].iov_base, dgram->data, n);
	memset(from, 0, sizeof(*from));
	from->nl_pid = dgram->port;
	msg->msg_flags = n < dgram->len ? MSG_TRUNC : 0;
	free(dgram);
	return (ssize_t)n;
}

int poll(struct pollfd *fds, unsigned long count, int timeout)
{
	struct fake_socket *sock = socket_of(fds[0].fd);

	fds[0].revents = sock->head != sock->tail || sock->overrun ? 1 : 0;
	return fds[0].revents ? 1 : 0;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	int group;

	if (level != SOL_NETLINK || name != NETLINK_ADD_MEMBERSHIP)
		return 0;
	memcpy(&group, value, sizeof(group));
	if (group == GROUP_EVENTS && fake.join_errno) {
		errno = fake.join_errno;
		return -1;
	}
	if (group == GROUP_EVENTS)
		socket_of(fd)->events = true;
	if (group == GROUP_NOTIFY)
		socket_of(fd)->notify = true;
	return 0;
}
