/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_WIRE_H
#define DRTMON_LIB_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "lib/attr.h"
#include "lib/err.h"

/**
 * struct drtmon_wire_family - what one entry of the kernel's family list says
 * @name: its name
 * @id: message type of its messages
 * @version: its version
 * @events: multicast group of drtmon's events, 0 for none
 * @notify: multicast group that tells of families that come and go, 0 for none
 */
struct drtmon_wire_family {
	char name[GENL_NAMSIZ];
	uint32_t id;
	uint32_t version;
	uint32_t events;
	uint32_t notify;
};

/**
 * drtmon_wire_status() - the errno in an NLMSG_ERROR or NLMSG_DONE
 * @hdr: the message; @hdr->nlmsg_len is within its buffer
 * @err: the sentence, with the kernel's own words where it sent any; may be NULL
 *
 * Return: 0 for an acknowledgement, else a negative errno.
 */
int drtmon_wire_status(const struct nlmsghdr *hdr, struct drtmon_err *err);

/**
 * drtmon_wire_payload() - what is behind the generic netlink header
 * @hdr: the message; @hdr->nlmsg_len is within its buffer
 * @cmd: the command
 * @attrs: the attributes
 *
 * Return: false when the message is too short for one.
 */
bool drtmon_wire_payload(const struct nlmsghdr *hdr, uint8_t *cmd, struct drtmon_attrs *attrs);

/**
 * drtmon_wire_family() - an entry of the family list, or a notice of a new one
 * @family: filled; 0 and "" for what is not there
 * @rest: its attributes
 */
void drtmon_wire_family(struct drtmon_wire_family *family, struct drtmon_attrs rest);

#endif
