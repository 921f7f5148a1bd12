// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel's netlink messages say, from their bytes alone: no socket is
 * needed to test it.
 */
#include "lib/wire.h"

#include <errno.h>
#include <string.h>

#include <linux/drtmon.h>

/* The text of an extended ACK among @len bytes of attributes, or "". */
static void ack_text(char *text, size_t max, const uint8_t *data, size_t len)
{
	struct drtmon_attrs rest = { data, len };
	struct drtmon_attr attr;

	text[0] = '\0';
	while (drtmon_attr_next(&rest, &attr) > 0)
		if (attr.type == NLMSGERR_ATTR_MSG) {
			size_t n = strnlen((const char *)attr.body.data, attr.body.len);

			n = n < max ? n : max - 1;
			memcpy(text, attr.body.data, n);
			text[n] = '\0';
		}
}

static int refusal(struct drtmon_err *err, int code, const char *text)
{
	if (code == -EPERM || code == -EACCES)
		return drtmon_err_set(err, code, "not permitted: this %s; run it as root",
				      text[0] ? text : "takes privileges that this process lacks");
	return drtmon_err_set(err, code, "the drtmon module refused: %s; run: drtmon doctor",
			      text[0] ? text : strerror(-code));
}

int drtmon_wire_status(const struct nlmsghdr *hdr, struct drtmon_err *err)
{
	const uint8_t *body = NLMSG_DATA(hdr);
	size_t len = hdr->nlmsg_len - NLMSG_HDRLEN, skip = sizeof(int32_t);
	char text[256] = "";
	int32_t code;

	if (len < sizeof(code))
		return hdr->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&code, body, sizeof(code));
	if (hdr->nlmsg_type == NLMSG_ERROR) {
		struct nlmsgerr nerr = { 0 };

		memcpy(&nerr, body, len < sizeof(nerr) ? len : sizeof(nerr));
		skip = sizeof(nerr);
		if (!(hdr->nlmsg_flags & NLM_F_CAPPED) && nerr.msg.nlmsg_len > NLMSG_HDRLEN)
			skip += NLMSG_ALIGN(nerr.msg.nlmsg_len - NLMSG_HDRLEN);
	}
	if (hdr->nlmsg_flags & NLM_F_ACK_TLVS && skip < len)
		ack_text(text, sizeof(text), body + skip, len - skip);
	return code < 0 ? refusal(err, code, text) : 0;
}

bool drtmon_wire_payload(const struct nlmsghdr *hdr, uint8_t *cmd, struct drtmon_attrs *attrs)
{
	const struct genlmsghdr *genl = NLMSG_DATA(hdr);

	if (hdr->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return false;
	*cmd = genl->cmd;
	attrs->data = (const uint8_t *)genl + GENL_HDRLEN;
	attrs->len = hdr->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;
	return true;
}

static uint32_t attr_number(const struct drtmon_attr *attr)
{
	uint32_t wide = 0;
	uint16_t narrow = 0;

	if (attr->body.len == sizeof(narrow)) {
		memcpy(&narrow, attr->body.data, sizeof(narrow));
		return narrow;
	}
	if (attr->body.len == sizeof(wide))
		memcpy(&wide, attr->body.data, sizeof(wide));
	return wide;
}

static bool attr_is(const struct drtmon_attr *attr, const char *text)
{
	size_t n = strnlen((const char *)attr->body.data, attr->body.len);

	return n == strlen(text) && !memcmp(attr->body.data, text, n);
}

static void family_group(struct drtmon_wire_family *family, struct drtmon_attrs group)
{
	bool events = false, notify = false;
	struct drtmon_attr attr;
	uint32_t id = 0;

	while (drtmon_attr_next(&group, &attr) > 0) {
		if (attr.type == CTRL_ATTR_MCAST_GRP_ID)
			id = attr_number(&attr);
		if (attr.type != CTRL_ATTR_MCAST_GRP_NAME)
			continue;
		events = attr_is(&attr, DRTMON_MCGRP_EVENTS);
		notify = attr_is(&attr, "notify");
	}
	if (events)
		family->events = id;
	if (notify)
		family->notify = id;
}

void drtmon_wire_family(struct drtmon_wire_family *family, struct drtmon_attrs rest)
{
	struct drtmon_attr attr, group;

	memset(family, 0, sizeof(*family));
	while (drtmon_attr_next(&rest, &attr) > 0) {
		if (attr.type == CTRL_ATTR_FAMILY_ID)
			family->id = attr_number(&attr);
		if (attr.type == CTRL_ATTR_VERSION)
			family->version = attr_number(&attr);
		if (attr.type == CTRL_ATTR_FAMILY_NAME && attr.body.len <= sizeof(family->name))
			memcpy(family->name, attr.body.data, attr.body.len);
		if (attr.type == CTRL_ATTR_MCAST_GROUPS)
			while (drtmon_attr_next(&attr.body, &group) > 0)
				family_group(family, group.body);
	}
	family->name[sizeof(family->name) - 1] = '\0';
}
