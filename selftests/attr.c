// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Netlink attributes into structs, as strictly as can be: every type known,
 * every length exact, every string terminated, nothing twice, nothing left.
 */
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"

static char complaint[256];

__attribute__((format(printf, 1, 2))) static const char *complain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(complaint, sizeof(complaint), fmt, args);
	va_end(args);
	return complaint;
}

static const char *take_string(char *to, size_t size, const char *data, size_t len)
{
	if (!len || strnlen(data, len) != len - 1)
		return "a string that is not terminated, or goes on behind its end";
	if (len > size)
		return "a string that is longer than it may be";
	memcpy(to, data, len);
	return NULL;
}

static const char *take_binary(struct blob *to, const void *data, size_t len)
{
	if (len > sizeof(to->data))
		return "more bytes than a digest has";
	to->len = len;
	memcpy(to->data, data, len);
	return NULL;
}

static const char *take_number(void *to, size_t size, const void *data, size_t len)
{
	if (len != size)
		return "a number of another size";
	memcpy(to, data, size);
	return NULL;
}

/* The place for the next one; NULL when it came too often. */
static void *place(const struct attr_rule *rule, void *into, unsigned int type)
{
	char *member = (char *)into + rule->offset;
	__u32 *count;

	if (!rule->max)
		return attr_has(into, type) ? NULL : member;
	count = (__u32 *)((char *)into + rule->count);
	return *count < rule->max ? member + rule->size * (*count)++ : NULL;
}

static const char *take(const struct attr_rule *rule, void *into, const struct nlattr *attr)
{
	unsigned int type = attr->nla_type & NLA_TYPE_MASK;
	const char *data = (const char *)attr + NLA_HDRLEN;
	size_t len = attr->nla_len - NLA_HDRLEN;
	void *to = place(rule, into, type);

	if (!to)
		return "it came too often";
	if (!(attr->nla_type & NLA_F_NESTED) != (rule->kind != ATTR_NEST))
		return "the flag for nests is wrong";
	switch (rule->kind) {
	case ATTR_U32:
	case ATTR_U64:
		return take_number(to, rule->size, data, len);
	case ATTR_STRING:
		return take_string(to, rule->size, data, len);
	case ATTR_BINARY:
		return take_binary(to, data, len);
	case ATTR_LENGTH:
		*(__u32 *)to = len;
		return NULL;
	case ATTR_NEST:
		return attr_decode(rule->nest, to, data, len);
	default:
		return "no message may hold it";
	}
}

/* Where 64-bit numbers must be aligned, an empty attribute of no meaning goes before them. */
static bool is_padding(const struct attr_set *set, const struct nlattr *attr)
{
	return attr->nla_type && attr->nla_type < set->count && attr->nla_len == NLA_HDRLEN &&
	       set->rule[attr->nla_type].kind == ATTR_UNKNOWN;
}

/**
 * attr_decode() - take a run of attributes apart
 * @set: what may come
 * @into: the struct to fill, zeroed
 * @data: first attribute
 * @len: bytes
 *
 * Return: NULL, or what is wrong with it.
 */
const char *attr_decode(const struct attr_set *set, void *into, const void *data, size_t len)
{
	const struct nlattr *attr = data;
	const char *why;
	unsigned int type;

	while (len >= NLA_HDRLEN) {
		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > len)
			return complain("%s: an attribute of %u bytes in %zu", set->name,
					attr->nla_len, len);
		type = attr->nla_type & NLA_TYPE_MASK;
		if (type >= set->count)
			return complain("%s: attribute %u is not known", set->name, type);
		if (!is_padding(set, attr)) {
			why = take(&set->rule[type], into, attr);
			if (why == complaint)
				return why;
			if (why)
				return complain("%s: attribute %u: %s", set->name, type, why);
			*(__u64 *)into |= 1ULL << type;
		}
		if (NLA_ALIGN(attr->nla_len) >= len)
			return NULL;
		len -= NLA_ALIGN(attr->nla_len);
		attr = (const struct nlattr *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	return len ? complain("%s: %zu bytes left over", set->name, len) : NULL;
}
