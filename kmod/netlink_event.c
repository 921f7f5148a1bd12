// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event as netlink attributes. This is done for every event and for each
 * group that listens, with some thirty attributes a time: they are written
 * straight into the message, where nla_put() would reserve room for each.
 */
#include <net/netlink.h>
#include <linux/drtmon.h>

#include "netlink_fill.h"

/* What an attribute takes, at most: a number, with padding where it must be aligned, and text. */
#define U32_SIZE	(NLA_HDRLEN + sizeof(u32))
#ifdef CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS
#define U64_SIZE	(NLA_HDRLEN + sizeof(u64))
#else
#define U64_SIZE	(2 * NLA_HDRLEN + sizeof(u64))
#endif
#define NAME_SIZE	(NLA_HDRLEN + DRTMON_EVENT_NAME_MAX)

/**
 * struct out - where attributes are written
 * @p: the next one
 * @end: of the room there is
 * @full: one did not fit, none was written since
 */
struct out {
	u8 *p;
	u8 *end;
	bool full;
};

static __always_inline void *put_head(struct out *out, u16 type, u16 len)
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

static __always_inline void put(struct out *out, u16 type, const void *data, u16 len)
{
	void *to = put_head(out, type, len);

	if (to)
		memcpy(to, data, len);
}

static __always_inline void put_u32(struct out *out, u16 type, u32 value)
{
	put(out, type, &value, sizeof(value));
}

/* Where it matters, 64 bits stand at a multiple of 8: as nla_align_64bit() does. */
static __always_inline void put_u64(struct out *out, u16 type, u64 value)
{
#ifndef CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS
	if (IS_ALIGNED((unsigned long)out->p, 8))
		put_head(out, DRTMON_A_EVENT_PAD, 0);
#endif
	put(out, type, &value, sizeof(value));
}

static void put_text(struct out *out, u16 type, const char *text, u16 len)
{
	char *to = put_head(out, type, len + 1);

	if (!to)
		return;
	memcpy(to, text, len);
	to[len] = '\0';
}

static void put_subject(struct out *out, const struct drtmon_event *event)
{
	if (event->has & DRTMON_EVENT_HAS_CHIP) {
		put_u32(out, DRTMON_A_EVENT_CHIP_ID, event->chip_id);
		put_text(out, DRTMON_A_EVENT_CHIP_NAME, event->chip_name,
			 strlen(event->chip_name));
	}
	if (event->has & DRTMON_EVENT_HAS_PCR)
		put_u32(out, DRTMON_A_EVENT_PCR, event->pcr);
	if (event->has & DRTMON_EVENT_HAS_COUNT)
		put_u64(out, DRTMON_A_EVENT_COUNT, event->count);
	if (event->has & DRTMON_EVENT_HAS_LAST)
		put_u64(out, DRTMON_A_EVENT_LAST_EVENT, event->last);
	if (event->has & DRTMON_EVENT_HAS_REGISTER) {
		put_u32(out, DRTMON_A_EVENT_REGISTER, event->reg);
		put_u64(out, DRTMON_A_EVENT_OLD, event->old);
		put_u64(out, DRTMON_A_EVENT_NEW, event->new);
	}
}

static void put_command(struct out *out, const struct drtmon_event *event)
{
	if (event->has & DRTMON_EVENT_HAS_HANDLE)
		put_u32(out, DRTMON_A_EVENT_HANDLE, event->handle);
	if (event->has & DRTMON_EVENT_HAS_LOCALITY)
		put_u32(out, DRTMON_A_EVENT_LOCALITY, event->locality);
	if (event->has & DRTMON_EVENT_HAS_COMMAND) {
		put_u32(out, DRTMON_A_EVENT_COMMAND, event->command);
		if (event->error)
			put_u32(out, DRTMON_A_EVENT_ERROR, event->error);
		else
			put_u32(out, DRTMON_A_EVENT_RC, event->rc);
	}
	if (event->has & DRTMON_EVENT_HAS_ERROR)
		put_u32(out, DRTMON_A_EVENT_ERROR, event->error);
	if (event->has & DRTMON_EVENT_HAS_ORIGIN) {
		put_u32(out, DRTMON_A_EVENT_ORIGIN, event->origin);
		put_text(out, DRTMON_A_EVENT_DEVICE, event->device, strlen(event->device));
	}
}

static void put_process(struct out *out, const struct drtmon_event *event)
{
	if (!(event->has & DRTMON_EVENT_HAS_PROCESS))
		return;
	put_u32(out, DRTMON_A_EVENT_PID, event->pid);
	put_u32(out, DRTMON_A_EVENT_TGID, event->tgid);
	put_u32(out, DRTMON_A_EVENT_UID, event->uid);
	put_text(out, DRTMON_A_EVENT_COMM, event->comm, strlen(event->comm));
	put_u64(out, DRTMON_A_EVENT_CGROUP_ID, event->cgroup_id);
	if (event->exe_len)
		put_text(out, DRTMON_A_EVENT_EXE, drtmon_event_exe(event), event->exe_len);
}

static void put_digests(struct out *out, const struct drtmon_event *event)
{
	struct drtmon_event_digest digest;
	struct nlattr *nest;
	u32 i;

	for (i = 0; drtmon_event_digest(event, i, &digest); i++) {
		nest = (struct nlattr *)out->p;
		put_head(out, NLA_F_NESTED | (digest.role == DRTMON_EVENT_ROLE_EXPECTED ?
						      DRTMON_A_EVENT_EXPECTED :
						      DRTMON_A_EVENT_DIGEST), 0);
		put_u32(out, DRTMON_A_DIGEST_ALG, digest.alg);
		put(out, DRTMON_A_DIGEST_VALUE, digest.value, digest.size);
		if (!out->full)
			nest->nla_len = out->p - (u8 *)nest;
	}
}

/**
 * drtmon_fill_event() - an event, in a dump or a notification
 * @skb: message
 * @event: the event
 * @folded: events that should have come before it and are gone
 *
 * Return: 0 or -EMSGSIZE.
 */
int drtmon_fill_event(struct sk_buff *skb, const struct drtmon_event *event, u64 folded)
{
	struct out out = {
		.p = skb_tail_pointer(skb),
		.end = skb_tail_pointer(skb) + skb_tailroom(skb),
	};

	if (folded)
		put_u64(&out, DRTMON_A_EVENT_FOLDED, folded);
	put_u64(&out, DRTMON_A_EVENT_SEQ, event->seq);
	put_u64(&out, DRTMON_A_EVENT_BOOTTIME, event->boottime);
	put_u64(&out, DRTMON_A_EVENT_REALTIME, event->realtime);
	put_u32(&out, DRTMON_A_EVENT_KIND, event->kind);
	put_u32(&out, DRTMON_A_EVENT_SEVERITY, event->severity);
	put_subject(&out, event);
	put_command(&out, event);
	put_process(&out, event);
	put_digests(&out, event);
	if (out.full)
		return -EMSGSIZE;
	skb_put(skb, out.p - skb_tail_pointer(skb));
	return 0;
}

/**
 * drtmon_fill_event_size() - room for the attributes of an event
 * @event: the event
 *
 * Hardly more than it takes: netlink moves a message into a smaller one when
 * much is left over, which costs as much as making it.
 *
 * Return: bytes.
 */
size_t drtmon_fill_event_size(const struct drtmon_event *event)
{
	size_t size = 4 * U64_SIZE + 2 * U32_SIZE;

	if (event->has & DRTMON_EVENT_HAS_CHIP)
		size += U32_SIZE + NAME_SIZE;
	if (event->has & DRTMON_EVENT_HAS_PCR)
		size += U32_SIZE;
	if (event->has & DRTMON_EVENT_HAS_COUNT)
		size += U64_SIZE;
	if (event->has & DRTMON_EVENT_HAS_LAST)
		size += U64_SIZE;
	if (event->has & DRTMON_EVENT_HAS_REGISTER)
		size += U32_SIZE + 2 * U64_SIZE;
	if (event->has & DRTMON_EVENT_HAS_HANDLE)
		size += U32_SIZE;
	if (event->has & DRTMON_EVENT_HAS_COMMAND)
		size += 3 * U32_SIZE;
	if (event->has & DRTMON_EVENT_HAS_ERROR)
		size += U32_SIZE;
	if (event->has & DRTMON_EVENT_HAS_ORIGIN)
		size += U32_SIZE + NAME_SIZE;
	if (event->has & DRTMON_EVENT_HAS_PROCESS)
		size += 3 * U32_SIZE + U64_SIZE + NAME_SIZE + nla_total_size(event->exe_len + 1);
	/* In the event each digest has a head of four bytes, which here the nest's stand for. */
	size += event->size - offsetof(struct drtmon_event, data) - event->exe_len;
	return size + event->digest_count * (U32_SIZE + NLA_HDRLEN + NLA_ALIGNTO - 1);
}
