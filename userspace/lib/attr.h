/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_ATTR_H
#define DRTMON_LIB_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/alg.h"
#include "lib/err.h"

/**
 * struct drtmon_attrs - a run of netlink attributes
 * @data: bytes, aligned to 4
 * @len: number of bytes
 */
struct drtmon_attrs {
	const uint8_t *data;
	size_t len;
};

/**
 * struct drtmon_attr - one attribute, lengths already checked
 * @type: without the nested and byte-order flags
 * @body: what is inside
 */
struct drtmon_attr {
	uint16_t type;
	struct drtmon_attrs body;
};

/* A digest as it travels: bytes and how many of them. */
struct drtmon_attr_bytes {
	uint32_t len;
	uint8_t data[DRTMON_ALG_DIGEST_MAX];
};

enum drtmon_attr_kind {
	DRTMON_ATTR_IGNORED,
	DRTMON_ATTR_U32,
	DRTMON_ATTR_U64,
	DRTMON_ATTR_FLAG,
	DRTMON_ATTR_STRING, /* char[], always NUL-terminated */
	DRTMON_ATTR_BYTES,  /* struct drtmon_attr_bytes */
	DRTMON_ATTR_NEST,   /* handed to the set's nest() */
};

/**
 * struct drtmon_attr_field - what an attribute must look like and where it goes
 * @kind: its type; fixes the length of integers and flags
 * @offset: of the member in the decoded struct
 * @size: of that member
 */
struct drtmon_attr_field {
	enum drtmon_attr_kind kind;
	size_t offset;
	size_t size;
};

/**
 * struct drtmon_attr_set - one attribute set of the family: policy and decoder in one
 * @name: as in the specification, for error messages
 * @field: indexed by attribute type
 * @count: entries of @field; types from there on are unknown and ignored
 * @nest: called for each DRTMON_ATTR_NEST with the struct being filled
 *
 * The struct being filled begins with a uint64_t of which bit n says that
 * attribute n was there: what is missing stays unknown instead of zero.
 */
struct drtmon_attr_set {
	const char *name;
	const struct drtmon_attr_field *field;
	size_t count;
	int (*nest)(void *obj, const struct drtmon_attr *attr, struct drtmon_err *err);
};

#define DRTMON_ATTR_AT(_kind, _type, _member)                                                \
	{                                                                                    \
		DRTMON_ATTR_##_kind, offsetof(_type, _member), sizeof(((_type *)0)->_member) \
	}
#define DRTMON_ATTR_IN_NEST            \
	{                              \
		DRTMON_ATTR_NEST, 0, 0 \
	}

/**
 * drtmon_attr_next() - take the next attribute off a run
 * @rest: the run; moved on
 * @attr: the attribute
 *
 * Return: 1, 0 at the end, -EBADMSG when lengths do not fit.
 */
int drtmon_attr_next(struct drtmon_attrs *rest, struct drtmon_attr *attr);

/**
 * drtmon_attr_decode() - check a run of attributes and fill a struct from it
 * @set: what the attributes are
 * @attrs: the run
 * @obj: the struct; only members whose attribute is there are written
 * @err: which attribute is malformed
 *
 * Return: 0, -EBADMSG, or what @set->nest returned.
 */
int drtmon_attr_decode(const struct drtmon_attr_set *set, const struct drtmon_attrs *attrs,
		       void *obj, struct drtmon_err *err);

/**
 * drtmon_attr_has() - was this attribute there?
 * @have: first member of a decoded struct
 * @type: attribute type
 *
 * Return: true or false.
 */
static inline bool drtmon_attr_has(uint64_t have, unsigned int type)
{
	return have >> type & 1;
}

#endif
