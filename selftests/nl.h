/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_NL_H
#define SELFTESTS_NL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/types.h>
#include <stddef.h>

enum nl_group {
	NL_GROUP_EVENTS,
	NL_GROUP_ALERTS,
	NL_GROUPS,
};

/**
 * struct nl - a generic netlink socket that knows the drtmon family
 * @fd: asks and is answered
 * @ear: hears notifications, -1 until a group is joined; a socket of its own,
 *	since what is heard while an answer is awaited would be lost
 * @seq: of the last request
 * @portid: its own address
 * @family: identifier of the family
 * @version: of the family, as the kernel tells it
 * @group: identifiers of its multicast groups
 * @text: extended ACK of the last refusal, empty when it had none
 * @offset: where in the request the refusal points, 0 when nowhere
 * @interrupted: the last dump was marked so
 */
struct nl {
	int fd;
	int ear;
	__u32 seq;
	__u32 portid;
	__u16 family;
	__u32 version;
	__u32 group[NL_GROUPS];
	char text[256];
	__u32 offset;
	int interrupted;
};

/**
 * struct nl_req - a request that is being put together
 * @hdr: netlink header; its length is kept true
 * @genl: generic netlink header
 * @attrs: attributes
 */
struct nl_req {
	struct nlmsghdr hdr;
	struct genlmsghdr genl;
	__u8 attrs[32768];
};

/* Called for a message: 0, or a negative errno that ends the exchange. */
typedef int (*nl_take)(const struct genlmsghdr *genl, const void *attrs, size_t len, void *arg);

int nl_open(struct nl *nl);
int nl_open_anonymous(struct nl *nl);
int nl_find(struct nl *nl, const char *name);
void nl_close(struct nl *nl);
void nl_begin(struct nl_req *req, __u8 cmd, __u16 flags);
void nl_put(struct nl_req *req, __u16 type, const void *data, size_t len);
void nl_put_u32(struct nl_req *req, __u16 type, __u32 value);
void nl_put_u64(struct nl_req *req, __u16 type, __u64 value);
int nl_ask(struct nl *nl, struct nl_req *req, nl_take take, void *arg);
int nl_join(struct nl *nl, __u32 group);
int nl_listen(struct nl *nl, int timeout_ms, nl_take take, void *arg);

#endif /* SELFTESTS_NL_H */
