// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The only file that knows libnl. It builds and sends with libnl and receives
 * by itself: libnl 3.7 reports ENOBUFS as NLE_NOMEM, drops errors that travel
 * in NLMSG_DONE and knows no extended ACK.
 */
#include "lib/nl.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/drtmon.h>
#include <linux/genetlink.h>

#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "lib/sysfs.h"
#include "lib/wire.h"

/* No attribute is longer than 64 KiB and the kernel's dump buffers are 32 KiB. */
#define NL_ROOM 131072u
/* A baseline of every PCR that there can be takes 23 KiB. */
#define NL_REQUEST 32768u
#define NL_TRIES   3
/* In which a module that is being loaded begins to answer. */
#define NL_COMING_MS 2000
/* A refresh of every bank of a slow discrete TPM takes some seconds. */
#define NL_PATIENCE_MS 60000

struct drtmon_nl {
	struct nl_sock *sk;
	uint32_t family;
	uint32_t version;
	uint32_t events; /* multicast group */
	uint8_t *buf;
};

/* What became of one request, or of one datagram. */
struct nl_answer {
	const struct drtmon_nl_req *req;
	uint32_t seq;
	uint32_t type;
	int interrupted;
	int done;
	int ret;
	struct drtmon_err *err;
};

int drtmon_nl_open(struct drtmon_nl **out, struct drtmon_err *err)
{
	struct drtmon_nl *nl = calloc(1, sizeof(*nl));
	int on = 1, ret;

	*out = NULL;
	if (nl)
		nl->buf = malloc(NL_ROOM);
	if (nl && nl->buf)
		nl->sk = nl_socket_alloc();
	if (!nl || !nl->sk) {
		drtmon_nl_close(nl);
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	}
	errno = 0;
	ret = genl_connect(nl->sk);
	if (ret) {
		ret = errno ? -errno : -EPROTO;
		drtmon_err_set(err, ret, "cannot open a generic netlink socket: %s",
			       strerror(-ret));
		drtmon_nl_close(nl);
		return ret;
	}
	/* Best effort: without it a refusal has a number but no words. */
	setsockopt(nl_socket_get_fd(nl->sk), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(nl->sk), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	*out = nl;
	return 0;
}

void drtmon_nl_close(struct drtmon_nl *nl)
{
	if (!nl)
		return;
	if (nl->sk)
		nl_socket_free(nl->sk);
	free(nl->buf);
	free(nl);
}

uint32_t drtmon_nl_version(const struct drtmon_nl *nl)
{
	return nl->version;
}

int drtmon_nl_fd(const struct drtmon_nl *nl)
{
	return nl_socket_get_fd(nl->sk);
}

/* One datagram from the kernel into nl->buf: its length, 0 for somebody else's, or -errno. */
static ssize_t nl_receive(struct drtmon_nl *nl)
{
	struct sockaddr_nl from = { .nl_pid = UINT32_MAX };
	struct iovec iov = { nl->buf, NL_ROOM };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n;

	do {
		n = recvmsg(drtmon_nl_fd(nl), &msg, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	/* Other processes can send to this socket too; only the kernel is port 0. */
	return from.nl_pid ? 0 : n;
}

static int nl_wait(struct drtmon_nl *nl)
{
	struct pollfd pfd = { .fd = drtmon_nl_fd(nl), .events = POLLIN };
	int n;

	do {
		n = poll(&pfd, 1, NL_PATIENCE_MS);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? 0 : -ETIMEDOUT;
}

static int request_put(struct nl_msg *msg, const struct drtmon_nl_arg *arg);

static int request_nest(struct nl_msg *msg, const struct drtmon_nl_arg *arg)
{
	struct nlattr *nest = nla_nest_start(msg, arg->type | NLA_F_NESTED);
	const struct drtmon_nl_arg *inner = arg->data;
	size_t i;

	if (!nest)
		return -ENOMEM;
	for (i = 0; i < arg->value; i++)
		if (request_put(msg, &inner[i]))
			return -ENOMEM;
	return nla_nest_end(msg, nest);
}

static int request_put(struct nl_msg *msg, const struct drtmon_nl_arg *arg)
{
	switch (arg->kind) {
	case DRTMON_ATTR_U32:
		return nla_put_u32(msg, arg->type, (uint32_t)arg->value);
	case DRTMON_ATTR_U64:
		return nla_put_u64(msg, arg->type, arg->value);
	case DRTMON_ATTR_BYTES:
		return nla_put(msg, arg->type, (int)arg->value, arg->data);
	case DRTMON_ATTR_NEST:
		return request_nest(msg, arg);
	default:
		return nla_put_flag(msg, arg->type);
	}
}

static int request_send(struct drtmon_nl *nl, uint32_t family, const struct drtmon_nl_req *req,
			uint32_t *seq)
{
	int flags = req->dump ? NLM_F_REQUEST | NLM_F_DUMP : NLM_F_REQUEST | NLM_F_ACK;
	struct nl_msg *msg = nlmsg_alloc_size(NL_REQUEST);
	int ret = -ENOMEM;
	size_t i;

	if (!msg)
		return ret;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, (int)family, 0, flags, req->cmd, 1))
		goto out;
	for (i = 0; i < req->count; i++)
		if (request_put(msg, &req->args[i]))
			goto out;
	errno = 0;
	ret = nl_send_auto(nl->sk, msg) < 0 ? (errno ? -errno : -EPROTO) : 0;
	*seq = nlmsg_hdr(msg)->nlmsg_seq;
out:
	nlmsg_free(msg);
	return ret;
}

static void nl_answer_take(struct nl_answer *answer, const struct nlmsghdr *hdr)
{
	struct drtmon_attrs attrs;
	uint8_t cmd;
	int ret = 0;

	if (hdr->nlmsg_seq != answer->seq)
		return;
	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
		answer->interrupted = 1;
	if (hdr->nlmsg_type == NLMSG_DONE || hdr->nlmsg_type == NLMSG_ERROR) {
		answer->done = 1;
		ret = drtmon_wire_status(hdr, answer->ret ? NULL : answer->err);
	} else if (hdr->nlmsg_type == answer->type && !answer->ret && answer->req->msg) {
		if (drtmon_wire_payload(hdr, &cmd, &attrs))
			ret = answer->req->msg(answer->req->ctx, &attrs, answer->err);
	}
	if (!answer->ret)
		answer->ret = ret;
}

static int nl_collect(struct drtmon_nl *nl, struct nl_answer *answer)
{
	while (!answer->done) {
		const struct nlmsghdr *hdr = (const void *)nl->buf;
		ssize_t n = nl_receive(nl);

		if (n == -EAGAIN)
			n = nl_wait(nl);
		if (n < 0)
			return drtmon_err_set(answer->err, (int)n,
					      "the kernel gave no answer: %s; run: drtmon doctor",
					      strerror((int)-n));
		for (; NLMSG_OK(hdr, n); hdr = NLMSG_NEXT(hdr, n))
			nl_answer_take(answer, hdr);
	}
	return answer->ret;
}

static int nl_try(struct drtmon_nl *nl, uint32_t family, const struct drtmon_nl_req *req,
		  struct drtmon_err *err)
{
	struct nl_answer answer = { .req = req, .type = family, .err = err };
	int ret = request_send(nl, family, req, &answer.seq);

	if (ret)
		return drtmon_err_set(err, ret, "cannot ask the kernel: %s", strerror(-ret));
	if (req->begin)
		req->begin(req->ctx);
	ret = nl_collect(nl, &answer);
	return ret ? ret : answer.interrupted;
}

static int nl_call(struct drtmon_nl *nl, uint32_t family, const struct drtmon_nl_req *req,
		   struct drtmon_err *err)
{
	int tries, ret = 1;

	for (tries = 0; tries < NL_TRIES && ret == 1; tries++)
		ret = nl_try(nl, family, req, err);
	return ret;
}

#define MODULE "/sys/module/drtmon"

enum module_state {
	MODULE_ABSENT,
	MODULE_COMING,
	MODULE_LIVE,
	MODULE_GOING,
};

/* A module that is being loaded is there before it has a family, and has one before it answers. */
static enum module_state module_state(void)
{
	char state[16];

	if (drtmon_sysfs_line("", MODULE "/initstate", state, sizeof(state)) < 0)
		return MODULE_ABSENT;
	if (!strcmp(state, "live"))
		return MODULE_LIVE;
	return strcmp(state, "coming") ? MODULE_GOING : MODULE_COMING;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Whether to try again, after a moment, what a module in that state did not do before. */
static bool module_is_awaited(enum module_state before, int64_t until)
{
	static const struct timespec moment = { .tv_nsec = 1000000 };
	enum module_state now = module_state();

	if (now != MODULE_COMING &&
	    (now != MODULE_LIVE || before == MODULE_LIVE || before == MODULE_GOING))
		return false;
	return now_ms() < until && !nanosleep(&moment, NULL);
}

static int nl_call_ready(struct drtmon_nl *nl, uint32_t family, const struct drtmon_nl_req *req,
			 struct drtmon_err *err)
{
	const int64_t until = now_ms() + NL_COMING_MS;
	enum module_state state;
	int ret;

	do {
		state = module_state();
		ret = nl_call(nl, family, req, err);
	} while (ret == -EOPNOTSUPP && module_is_awaited(state, until));
	return ret;
}

/*
 * A family that was just found may be gone at the next word, and be there again:
 * a module that is being loaded registers anew when somebody was in its groups
 * before they were guarded.
 */
int drtmon_nl_call(struct drtmon_nl *nl, const struct drtmon_nl_req *req, struct drtmon_err *err)
{
	uint32_t asked = nl->family;
	int now, ret = nl_call_ready(nl, asked, req, err);

	/* Also the kernel's word for a family that went since it was resolved. */
	if (ret != -ENOENT)
		return ret;
	now = drtmon_nl_resolve(nl, NULL);
	if (now == DRTMON_NL_ABSENT)
		return drtmon_err_set(err, DRTMON_NL_ABSENT,
				      "the drtmon module was unloaded while it was being asked; "
				      "run: modprobe drtmon");
	return !now && nl->family != asked ? nl_call_ready(nl, nl->family, req, err) : ret;
}

struct nl_search {
	const char *name;
	struct drtmon_wire_family found;
};

static int family_msg(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	struct nl_search *search = ctx;
	struct drtmon_wire_family family;

	drtmon_wire_family(&family, *attrs);
	if (!strcmp(family.name, search->name))
		search->found = family;
	return 0;
}

static int family_find(struct drtmon_nl *nl, struct nl_search *search, struct drtmon_err *err)
{
	struct drtmon_nl_req req = {
		.cmd = CTRL_CMD_GETFAMILY,
		.dump = true,
		.msg = family_msg,
		.ctx = search,
	};

	return nl_call(nl, GENL_ID_CTRL, &req, err);
}

int drtmon_nl_resolve(struct drtmon_nl *nl, struct drtmon_err *err)
{
	struct nl_search search = { .name = DRTMON_FAMILY_NAME };
	const int64_t until = now_ms() + NL_COMING_MS;
	enum module_state state;
	int ret;

	do {
		state = module_state();
		ret = family_find(nl, &search, err);
	} while (!ret && !search.found.id && module_is_awaited(state, until));
	nl->family = search.found.id;
	nl->version = search.found.version;
	nl->events = search.found.events;
	if (ret < 0)
		return ret;
	if (!nl->family && state == MODULE_LIVE)
		return drtmon_err_set(err, DRTMON_NL_ABSENT,
				      "the drtmon module is loaded but answers in the initial "
				      "network namespace only; run: nsenter -t 1 -n drtmon");
	if (!nl->family)
		return drtmon_err_set(err, DRTMON_NL_ABSENT,
				      "the drtmon module is not loaded; run: modprobe drtmon");
	if (nl->version != DRTMON_FAMILY_VERSION)
		return drtmon_err_set(err, -EPROTONOSUPPORT,
				      "the loaded drtmon module speaks version %u of the interface "
				      "and this program version %u; run: drtmon doctor",
				      nl->version, DRTMON_FAMILY_VERSION);
	return 0;
}

void drtmon_nl_adopt(struct drtmon_nl *nl, const struct drtmon_nl *from)
{
	nl->family = from->family;
	nl->version = from->version;
	nl->events = from->events;
}

int drtmon_nl_watch(struct drtmon_nl *nl, struct drtmon_err *err)
{
	struct nl_search search = { .name = "nlctrl" };
	int fd = drtmon_nl_fd(nl), size = DRTMON_NL_BUFFER;
	int ret = family_find(nl, &search, err);

	if (ret < 0)
		return ret;
	/* Beyond net.core.rmem_max only CAP_NET_ADMIN may go; others get what there is. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	ret = nl_socket_add_membership(nl->sk, (int)search.found.notify);
	if (ret)
		return drtmon_err_set(err, -EPROTO, "cannot watch for the drtmon module: %s",
				      nl_geterror(ret));
	return 0;
}

int drtmon_nl_join(struct drtmon_nl *nl, struct drtmon_err *err)
{
	int group = (int)nl->events;

	if (!group)
		return drtmon_err_set(err, -EOPNOTSUPP,
				      "the module has no groups to listen to, and its kernel log "
				      "says why if the kernel is not too old; run: drtmon events");
	if (!setsockopt(drtmon_nl_fd(nl), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			sizeof(group)))
		return 0;
	if (errno == EPERM || errno == EACCES)
		return drtmon_err_set(
			err, -errno,
			"not permitted: listening to events needs CAP_NET_ADMIN; run it as root");
	return drtmon_err_set(err, -errno, "cannot listen to events: %m; run: drtmon doctor");
}

static int nl_notice(struct drtmon_nl *nl, const struct nlmsghdr *hdr,
		     const struct drtmon_nl_sink *sink, struct drtmon_err *err)
{
	struct drtmon_attrs attrs;
	struct drtmon_wire_family family;
	uint8_t cmd;

	if (!drtmon_wire_payload(hdr, &cmd, &attrs))
		return 0;
	if (hdr->nlmsg_type == nl->family && cmd == DRTMON_CMD_EVENT_NTF)
		return sink->msg(sink->ctx, &attrs, err);
	if (hdr->nlmsg_type != GENL_ID_CTRL)
		return 0;
	drtmon_wire_family(&family, attrs);
	if (!strcmp(family.name, DRTMON_FAMILY_NAME) &&
	    (cmd == CTRL_CMD_NEWFAMILY || cmd == CTRL_CMD_DELFAMILY))
		sink->family(sink->ctx);
	return 0;
}

int drtmon_nl_listen(struct drtmon_nl *nl, const struct drtmon_nl_sink *sink,
		     struct drtmon_err *err)
{
	const struct nlmsghdr *hdr = (const void *)nl->buf;
	ssize_t n = nl_receive(nl);
	int ret = 0;

	if (n < 0)
		return drtmon_err_set(err, (int)n, "cannot receive events: %s; run: drtmon doctor",
				      strerror((int)-n));
	for (; !ret && NLMSG_OK(hdr, n); hdr = NLMSG_NEXT(hdr, n))
		ret = nl_notice(nl, hdr, sink, err);
	return ret;
}
