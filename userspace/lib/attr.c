// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attributes are decoded here, apart from the socket, from (pointer, length)
 * alone: so every malformed message can be a unit test.
 */
#include "lib/attr.h"

#include <errno.h>
#include <string.h>

#include <linux/netlink.h>

int drtmon_attr_next(struct drtmon_attrs *rest, struct drtmon_attr *attr)
{
	struct nlattr head;
	size_t step;

	if (!rest->len)
		return 0;
	if (rest->len < NLA_HDRLEN)
		return -EBADMSG;
	memcpy(&head, rest->data, sizeof(head));
	if (head.nla_len < NLA_HDRLEN || head.nla_len > rest->len)
		return -EBADMSG;
	attr->type = head.nla_type & NLA_TYPE_MASK;
	attr->body.data = rest->data + NLA_HDRLEN;
	attr->body.len = head.nla_len - NLA_HDRLEN;
	step = NLA_ALIGN(head.nla_len);
	if (step > rest->len)
		step = rest->len;
	rest->data += step;
	rest->len -= step;
	return 1;
}

static bool attr_fits(const struct drtmon_attr_field *field, size_t len)
{
	switch (field->kind) {
	case DRTMON_ATTR_U32:
		return len == sizeof(uint32_t);
	case DRTMON_ATTR_U64:
		return len == sizeof(uint64_t);
	case DRTMON_ATTR_FLAG:
		return len == 0;
	case DRTMON_ATTR_BYTES:
		return len <= DRTMON_ALG_DIGEST_MAX;
	default:
		return true;
	}
}

static void attr_store(const struct drtmon_attr_field *field, const struct drtmon_attrs *body,
		       void *member)
{
	struct drtmon_attr_bytes *bytes = member;
	size_t len = body->len;

	switch (field->kind) {
	case DRTMON_ATTR_U32:
	case DRTMON_ATTR_U64:
		memcpy(member, body->data, len);
		break;
	case DRTMON_ATTR_STRING:
		if (len > field->size - 1)
			len = field->size - 1;
		memset(member, 0, field->size);
		memcpy(member, body->data, strnlen((const char *)body->data, len));
		break;
	case DRTMON_ATTR_BYTES:
		bytes->len = (uint32_t)len;
		memcpy(bytes->data, body->data, len);
		break;
	default:
		break;
	}
}

static int attr_take(const struct drtmon_attr_set *set, const struct drtmon_attr *attr, void *obj,
		     struct drtmon_err *err)
{
	const struct drtmon_attr_field *field;
	int ret = 0;

	if (attr->type >= set->count)
		return 0;
	field = &set->field[attr->type];
	if (field->kind == DRTMON_ATTR_IGNORED)
		return 0;
	if (!attr_fits(field, attr->body.len))
		return drtmon_err_set(
			err, -EBADMSG,
			"the module sent %s attribute %u with %zu bytes; run: drtmon doctor",
			set->name, attr->type, attr->body.len);
	attr_store(field, &attr->body, (char *)obj + field->offset);
	if (field->kind == DRTMON_ATTR_NEST)
		ret = set->nest(obj, attr, err);
	if (!ret)
		*(uint64_t *)obj |= 1ull << attr->type;
	return ret;
}

int drtmon_attr_decode(const struct drtmon_attr_set *set, const struct drtmon_attrs *attrs,
		       void *obj, struct drtmon_err *err)
{
	struct drtmon_attrs rest = *attrs;
	struct drtmon_attr attr;
	int ret, bad;

	while ((ret = drtmon_attr_next(&rest, &attr)) > 0) {
		bad = attr_take(set, &attr, obj, err);
		if (bad)
			return bad;
	}
	if (ret < 0)
		drtmon_err_set(
			err, ret,
			"the module sent %s attributes that overrun each other; run: drtmon doctor",
			set->name);
	return ret;
}
