/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes written straight into a message, where nla_put() would reserve room
 * for each: for the messages that hold many and are made often.
 */
#ifndef DRTMON_NETLINK_OUT_H
#define DRTMON_NETLINK_OUT_H

#include <net/netlink.h>

/* What an attribute takes, at most: a number, with padding where it must be aligned. */
#define DRTMON_OUT_U32_SIZE	(NLA_HDRLEN + sizeof(u32))
#ifdef CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS
#define DRTMON_OUT_U64_SIZE	(NLA_HDRLEN + sizeof(u64))
#else
#define DRTMON_OUT_U64_SIZE	(2 * NLA_HDRLEN + sizeof(u64))
#endif

/**
 * struct drtmon_out - where attributes are written
 * @p: the next one
 * @end: of the room there is
 * @full: one did not fit, none was written since
 */
struct drtmon_out {
	u8 *p;
	u8 *end;
	bool full;
};

/* Begin behind what the message holds; it is none the longer until drtmon_out_end(). */
static inline void drtmon_out_begin(struct drtmon_out *out, struct sk_buff *skb)
{
	out->p = skb_tail_pointer(skb);
	out->end = out->p + skb_tailroom(skb);
	out->full = false;
}

/* Return: 0 or -EMSGSIZE, and the message is as it was. */
static inline int drtmon_out_end(const struct drtmon_out *out, struct sk_buff *skb)
{
	if (out->full)
		return -EMSGSIZE;
	skb_put(skb, out->p - skb_tail_pointer(skb));
	return 0;
}

/* Return: where the payload goes, NULL when there is no room. */
static __always_inline void *drtmon_out_head(struct drtmon_out *out, u16 type, u16 len)
{
	struct nlattr *attr = (struct nlattr *)out->p;
	u32 total = nla_total_size(len);

	if (out->full || out->end - out->p < total) {
		out->full = true;
		return NULL;
	}
	/* What is behind the payload goes out as well. */
	if (total != nla_attr_size(len))
		*(u32 *)(out->p + total - sizeof(u32)) = 0;
	attr->nla_type = type;
	attr->nla_len = nla_attr_size(len);
	out->p += total;
	return nla_data(attr);
}

static __always_inline void drtmon_out_put(struct drtmon_out *out, u16 type, const void *data,
					   u16 len)
{
	void *to = drtmon_out_head(out, type, len);

	if (to)
		memcpy(to, data, len);
}

static __always_inline void drtmon_out_u32(struct drtmon_out *out, u16 type, u32 value)
{
	drtmon_out_put(out, type, &value, sizeof(value));
}

/* Where it matters, 64 bits stand at a multiple of 8: as nla_align_64bit() does. */
static __always_inline void drtmon_out_u64(struct drtmon_out *out, u16 type, u64 value, u16 pad)
{
#ifndef CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS
	if (IS_ALIGNED((unsigned long)out->p, 8))
		drtmon_out_head(out, pad, 0);
#endif
	drtmon_out_put(out, type, &value, sizeof(value));
}

/* Return: what drtmon_out_nest_end() takes. */
static __always_inline struct nlattr *drtmon_out_nest(struct drtmon_out *out, u16 type)
{
	struct nlattr *nest = (struct nlattr *)out->p;

	drtmon_out_head(out, NLA_F_NESTED | type, 0);
	return nest;
}

static __always_inline void drtmon_out_nest_end(const struct drtmon_out *out, struct nlattr *nest)
{
	if (!out->full)
		nest->nla_len = out->p - (u8 *)nest;
}

#endif /* DRTMON_NETLINK_OUT_H */
