/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_FAKE_ATTRS_H
#define DRTMON_TESTS_FAKE_ATTRS_H

/* Netlink attributes for tests, well-formed or not. */

#include <stdint.h>
#include <string.h>

#include <linux/netlink.h>

#include "lib/attr.h"

struct attrs {
	size_t len;
	uint8_t data[32768] __attribute__((aligned(4)));
};

/* An attribute whose header says @claim bytes of body; @len follow. */
static inline void attrs_raw(struct attrs *attrs, uint16_t type, const void *body, size_t len,
			     size_t claim)
{
	struct nlattr head = { (uint16_t)(NLA_HDRLEN + claim), type };

	memset(attrs->data + attrs->len, 0, NLA_HDRLEN + NLA_ALIGN(len));
	memcpy(attrs->data + attrs->len, &head, sizeof(head));
	if (len)
		memcpy(attrs->data + attrs->len + NLA_HDRLEN, body, len);
	attrs->len += NLA_HDRLEN + NLA_ALIGN(len);
}

static inline void attrs_put(struct attrs *attrs, uint16_t type, const void *body, size_t len)
{
	attrs_raw(attrs, type, body, len, len);
}

static inline void attrs_u16(struct attrs *attrs, uint16_t type, uint16_t value)
{
	attrs_put(attrs, type, &value, sizeof(value));
}

static inline void attrs_u32(struct attrs *attrs, uint16_t type, uint32_t value)
{
	attrs_put(attrs, type, &value, sizeof(value));
}

static inline void attrs_u64(struct attrs *attrs, uint16_t type, uint64_t value)
{
	attrs_put(attrs, type, &value, sizeof(value));
}

static inline void attrs_str(struct attrs *attrs, uint16_t type, const char *value)
{
	attrs_put(attrs, type, value, strlen(value) + 1);
}

static inline void attrs_nest(struct attrs *attrs, uint16_t type, const struct attrs *inner)
{
	attrs_put(attrs, type | NLA_F_NESTED, inner->data, inner->len);
}

static inline struct drtmon_attrs attrs_view(const struct attrs *attrs)
{
	return (struct drtmon_attrs){ attrs->data, attrs->len };
}

#endif
