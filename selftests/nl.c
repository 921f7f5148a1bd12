// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A generic netlink socket without a library in between: the tests send what
 * no library would, and want to see the very bytes that come back.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/drtmon.h>

#include "nl.h"

/* The kernel's largest dump message, several times over. */
#define RECEIVE_SIZE (256 * 1024)

/* An answer that takes longer than the slowest TPM command never comes. */
#define ANSWER_TIMEOUT_MS 150000

/* For an event burst with nobody reading. Root may go over the limit. */
#define SOCKET_BUFFER (8 * 1024 * 1024)

static const struct nlattr *first_attr(const void *data, size_t len)
{
	return len >= NLA_HDRLEN ? data : NULL;
}

static const struct nlattr *next_attr(const struct nlattr *attr, size_t *len)
{
	size_t step = NLA_ALIGN(attr->nla_len);

	if (attr->nla_len < NLA_HDRLEN || step >= *len || *len - step < NLA_HDRLEN)
		return NULL;
	*len -= step;
	return (const struct nlattr *)((const char *)attr + step);
}

static const void *attr_data(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

static size_t attr_len(const struct nlattr *attr)
{
	return attr->nla_len - NLA_HDRLEN;
}

static int open_socket(__u32 *portid)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(self);
	int size = SOCKET_BUFFER, on = 1, fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&self, sizeof(self)) ||
	    getsockname(fd, (struct sockaddr *)&self, &len) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on))) {
		int ret = -errno;

		close(fd);
		return ret;
	}
	/* Only root may; the others do not listen to bursts. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	*portid = self.nl_pid;
	return fd;
}

/**
 * nl_open_anonymous() - a socket that knows no family yet
 * @nl: filled
 *
 * Return: 0 or a negative errno.
 */
int nl_open_anonymous(struct nl *nl)
{
	memset(nl, 0, sizeof(*nl));
	nl->ear = -1;
	nl->fd = open_socket(&nl->portid);
	return nl->fd < 0 ? nl->fd : 0;
}

/**
 * nl_open() - a socket that knows the family
 * @nl: filled
 *
 * Return: 0; -ENOENT when there is no such family here; or another errno.
 */
int nl_open(struct nl *nl)
{
	int ret = nl_open_anonymous(nl);

	if (ret)
		return ret;
	ret = nl_find(nl, DRTMON_FAMILY_NAME);
	if (ret)
		nl_close(nl);
	return ret;
}

/**
 * nl_close() - done with it
 * @nl: the socket
 */
void nl_close(struct nl *nl)
{
	close(nl->fd);
	if (nl->ear >= 0)
		close(nl->ear);
	nl->fd = -1;
	nl->ear = -1;
}

/**
 * nl_begin() - begin a request
 * @req: overwritten
 * @cmd: what to ask
 * @flags: NLM_F_DUMP or 0; NLM_F_REQUEST and NLM_F_ACK come by themselves
 */
void nl_begin(struct nl_req *req, __u8 cmd, __u16 flags)
{
	memset(req, 0, sizeof(*req));
	req->hdr.nlmsg_len = offsetof(struct nl_req, attrs);
	req->hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	req->genl.cmd = cmd;
	req->genl.version = DRTMON_FAMILY_VERSION;
}

/**
 * nl_put() - add an attribute
 * @req: begun
 * @type: with its flags
 * @data: payload
 * @len: bytes
 */
void nl_put(struct nl_req *req, __u16 type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)((char *)req + NLMSG_ALIGN(req->hdr.nlmsg_len));
	size_t end = (char *)attr - (char *)req + NLA_HDRLEN + len;

	if (end > sizeof(*req))
		abort();
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy((char *)attr + NLA_HDRLEN, data, len);
	req->hdr.nlmsg_len = end;
}

/**
 * nl_put_u32() - add a 32-bit attribute
 * @req: begun
 * @type: attribute type
 * @value: host byte order
 */
void nl_put_u32(struct nl_req *req, __u16 type, __u32 value)
{
	nl_put(req, type, &value, sizeof(value));
}

/**
 * nl_put_u64() - add a 64-bit attribute
 * @req: begun
 * @type: attribute type
 * @value: host byte order
 */
void nl_put_u64(struct nl_req *req, __u16 type, __u64 value)
{
	nl_put(req, type, &value, sizeof(value));
}

static void take_refusal(struct nl *nl, const void *data, size_t len)
{
	const struct nlattr *attr;

	for (attr = first_attr(data, len); attr; attr = next_attr(attr, &len)) {
		switch (attr->nla_type & NLA_TYPE_MASK) {
		case NLMSGERR_ATTR_MSG:
			strncpy(nl->text, attr_data(attr), sizeof(nl->text) - 1);
			break;
		case NLMSGERR_ATTR_OFFS:
			memcpy(&nl->offset, attr_data(attr), sizeof(nl->offset));
			break;
		}
	}
}

/* The extended ACK stands behind the request, whose payload an errno echoes. */
static int take_error(struct nl *nl, const struct nlmsghdr *hdr)
{
	const struct nlmsgerr *err = NLMSG_DATA(hdr);
	size_t skip = sizeof(*err);

	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - sizeof(err->msg);
	skip = NLMSG_ALIGN(skip);
	if (hdr->nlmsg_flags & NLM_F_ACK_TLVS && NLMSG_LENGTH(skip) < hdr->nlmsg_len)
		take_refusal(nl, (const char *)err + skip, hdr->nlmsg_len - NLMSG_LENGTH(skip));
	return err->error;
}

/* A dump carries its errno at the end, and its extended ACK behind that. */
static int take_done(struct nl *nl, const struct nlmsghdr *hdr)
{
	const int *error = NLMSG_DATA(hdr);

	if (hdr->nlmsg_len < NLMSG_LENGTH(sizeof(*error)))
		return 0;
	if (hdr->nlmsg_flags & NLM_F_ACK_TLVS)
		take_refusal(nl, error + 1, hdr->nlmsg_len - NLMSG_LENGTH(sizeof(*error)));
	return *error;
}

static int take_message(const struct nlmsghdr *hdr, nl_take take, void *arg)
{
	const struct genlmsghdr *genl = NLMSG_DATA(hdr);

	if (hdr->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN))
		return -EBADMSG;
	return take ? take(genl, genl + 1, hdr->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN), arg) : 0;
}

static ssize_t receive(int fd, int timeout_ms, void *buf)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	ssize_t len;
	int ret;

	ret = poll(&poll_fd, 1, timeout_ms);
	if (ret <= 0)
		return ret ? -errno : -ETIMEDOUT;
	len = recv(fd, buf, RECEIVE_SIZE, MSG_TRUNC);
	if (len < 0)
		return -errno;
	return len > RECEIVE_SIZE ? -EMSGSIZE : len;
}

/* 1 when the answer ended well, 0 when there is more to come, or its errno. */
static int take_answer(struct nl *nl, const struct nlmsghdr *hdr, nl_take take, void *arg)
{
	int ret;

	if (hdr->nlmsg_seq != nl->seq || hdr->nlmsg_pid != nl->portid)
		return 0;
	nl->interrupted |= !!(hdr->nlmsg_flags & NLM_F_DUMP_INTR);
	switch (hdr->nlmsg_type) {
	case NLMSG_ERROR:
		ret = take_error(nl, hdr);
		return ret ? ret : 1;
	case NLMSG_DONE:
		ret = take_done(nl, hdr);
		return ret ? ret : 1;
	default:
		return take_message(hdr, take, arg);
	}
}

static int answer(struct nl *nl, void *buf, nl_take take, void *arg)
{
	int ret = 0;

	while (!ret) {
		ssize_t len = receive(nl->fd, ANSWER_TIMEOUT_MS, buf);
		const struct nlmsghdr *hdr = buf;

		if (len < 0)
			return len;
		for (; !ret && NLMSG_OK(hdr, len); hdr = NLMSG_NEXT(hdr, len))
			ret = take_answer(nl, hdr, take, arg);
	}
	return ret;
}

static int ask(struct nl *nl, struct nl_req *req, nl_take take, void *arg)
{
	void *buf = malloc(RECEIVE_SIZE);
	int ret;

	if (!buf)
		return -ENOMEM;
	nl->text[0] = '\0';
	nl->offset = 0;
	nl->interrupted = 0;
	req->hdr.nlmsg_seq = ++nl->seq;
	ret = send(nl->fd, req, req->hdr.nlmsg_len, 0) < 0 ? -errno : answer(nl, buf, take, arg);
	free(buf);
	return ret > 0 ? 0 : ret;
}

/**
 * nl_ask() - send a request to the family, and take the whole answer
 * @nl: the socket
 * @req: the request
 * @take: for each message of the answer; may be NULL
 * @arg: for @take
 *
 * Return: 0; the errno of the answer, with @nl->text set when it says why; or
 * what @take returned.
 */
int nl_ask(struct nl *nl, struct nl_req *req, nl_take take, void *arg)
{
	req->hdr.nlmsg_type = nl->family;
	return ask(nl, req, take, arg);
}

static void take_group(struct nl *nl, const void *data, size_t len)
{
	const struct nlattr *attr;
	const char *name = "";
	__u32 id = 0;

	for (attr = first_attr(data, len); attr; attr = next_attr(attr, &len)) {
		switch (attr->nla_type & NLA_TYPE_MASK) {
		case CTRL_ATTR_MCAST_GRP_NAME:
			name = attr_data(attr);
			break;
		case CTRL_ATTR_MCAST_GRP_ID:
			memcpy(&id, attr_data(attr), sizeof(id));
			break;
		}
	}
	if (!strcmp(name, DRTMON_MCGRP_EVENTS))
		nl->group[NL_GROUP_EVENTS] = id;
	if (!strcmp(name, DRTMON_MCGRP_ALERTS))
		nl->group[NL_GROUP_ALERTS] = id;
}

static void take_groups(struct nl *nl, const void *data, size_t len)
{
	const struct nlattr *attr;

	for (attr = first_attr(data, len); attr; attr = next_attr(attr, &len))
		take_group(nl, attr_data(attr), attr_len(attr));
}

static int take_family(const struct genlmsghdr *genl, const void *data, size_t len, void *arg)
{
	const struct nlattr *attr;
	struct nl *nl = arg;

	for (attr = first_attr(data, len); attr; attr = next_attr(attr, &len)) {
		switch (attr->nla_type & NLA_TYPE_MASK) {
		case CTRL_ATTR_FAMILY_ID:
			memcpy(&nl->family, attr_data(attr), sizeof(nl->family));
			break;
		case CTRL_ATTR_VERSION:
			memcpy(&nl->version, attr_data(attr), sizeof(nl->version));
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			take_groups(nl, attr_data(attr), attr_len(attr));
			break;
		}
	}
	return 0;
}

/**
 * nl_find() - resolve a family
 * @nl: filled in from what the kernel says
 * @name: of the family
 *
 * Return: 0 or a negative errno.
 */
int nl_find(struct nl *nl, const char *name)
{
	struct nl_req req;
	int ret;

	nl_begin(&req, CTRL_CMD_GETFAMILY, 0);
	req.genl.version = 1;
	req.hdr.nlmsg_type = GENL_ID_CTRL;
	nl_put(&req, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	ret = ask(nl, &req, take_family, nl);
	return ret || nl->family ? ret : -ENOENT;
}

/**
 * nl_join() - subscribe
 * @nl: the socket
 * @group: the group's identifier
 *
 * Return: 0 or a negative errno.
 */
int nl_join(struct nl *nl, __u32 group)
{
	__u32 portid;

	if (nl->ear < 0)
		nl->ear = open_socket(&portid);
	if (nl->ear < 0)
		return nl->ear;
	if (setsockopt(nl->ear, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return -errno;
	return 0;
}

static int time_left(const struct timespec *end)
{
	struct timespec now;
	int64_t ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (end->tv_sec - now.tv_sec) * 1000LL + (end->tv_nsec - now.tv_nsec) / 1000000;
	return ms > 0 ? ms : 0;
}

/**
 * nl_listen() - take notifications until somebody has enough
 * @nl: a socket that joined a group
 * @timeout_ms: for the whole
 * @take: returns 1 when it has enough, a negative errno to give up, else 0
 * @arg: for @take
 *
 * Return: 0 when @take had enough; -ETIMEDOUT; -ENOBUFS when some were lost; or
 * what @take returned.
 */
int nl_listen(struct nl *nl, int timeout_ms, nl_take take, void *arg)
{
	void *buf = malloc(RECEIVE_SIZE);
	struct timespec end;
	int ret = 0;

	if (!buf)
		return -ENOMEM;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += timeout_ms / 1000;
	end.tv_nsec += timeout_ms % 1000 * 1000000L;
	while (!ret) {
		ssize_t len = receive(nl->ear, time_left(&end), buf);
		const struct nlmsghdr *hdr = buf;

		if (len < 0)
			ret = len;
		for (; !ret && len > 0 && NLMSG_OK(hdr, len); hdr = NLMSG_NEXT(hdr, len))
			if (hdr->nlmsg_type == nl->family)
				ret = take_message(hdr, take, arg);
	}
	free(buf);
	return ret > 0 ? 0 : ret;
}
