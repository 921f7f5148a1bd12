/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_ATTR_H
#define SELFTESTS_ATTR_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

enum attr_kind {
	ATTR_UNKNOWN, /* must not appear */
	ATTR_U32,
	ATTR_U64,
	ATTR_STRING,
	ATTR_BINARY,
	ATTR_LENGTH, /* bytes of which only the number is kept, a __u32 */
	ATTR_NEST,
};

#define BLOB_MAX 64

struct blob {
	__u32 len;
	__u8 data[BLOB_MAX];
};

struct attr_set;

/**
 * struct attr_rule - what one attribute has to look like, and where it goes
 * @kind: its type; ATTR_UNKNOWN for one that no message may hold
 * @offset: of the member in the struct that is filled
 * @size: of that member; of one element when it is an array
 * @max: elements of the array; 0 for an attribute that comes once
 * @count: offset of the array's counter, a __u32
 * @nest: the attributes inside
 */
struct attr_rule {
	enum attr_kind kind;
	size_t offset;
	size_t size;
	__u32 max;
	size_t count;
	const struct attr_set *nest;
};

/**
 * struct attr_set - the attributes of a message or a nest
 * @name: for complaints
 * @rule: by attribute type
 * @count: entries in @rule
 *
 * The struct that is filled begins with a __u64 of bits: which types came.
 */
struct attr_set {
	const char *name;
	const struct attr_rule *rule;
	size_t count;
};

#define ATTR_ONE(k, type, member)                                     \
	{                                                             \
		.kind = (k), .offset = offsetof(struct type, member), \
		.size = sizeof(((struct type *)0)->member)            \
	}

#define ATTR_ONE_NEST(type, member, set)                                    \
	{                                                                   \
		.kind = ATTR_NEST, .offset = offsetof(struct type, member), \
		.size = sizeof(((struct type *)0)->member), .nest = (set)   \
	}

#define ATTR_MANY_NESTS(type, member, counter, set)                                                \
	{                                                                                          \
		.kind = ATTR_NEST, .offset = offsetof(struct type, member),                        \
		.size = sizeof(((struct type *)0)->member[0]),                                     \
		.max = sizeof(((struct type *)0)->member) / sizeof(((struct type *)0)->member[0]), \
		.count = offsetof(struct type, counter), .nest = (set)                             \
	}

#define ATTR_SET(variable, rules) \
	const struct attr_set variable = { #variable, (rules), sizeof(rules) / sizeof((rules)[0]) }

const char *attr_decode(const struct attr_set *set, void *into, const void *data, size_t len);

/* Has the attribute come? @into is any struct that attr_decode() filled. */
static inline bool attr_has(const void *into, unsigned int type)
{
	return *(const __u64 *)into >> type & 1;
}

#endif /* SELFTESTS_ATTR_H */
