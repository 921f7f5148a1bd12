// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event as netlink attributes. This is done for every event and for each
 * group that listens, with some thirty attributes a time.
 */
#include <net/netlink.h>
#include <linux/drtmon.h>

#include "netlink_fill.h"
#include "netlink_out.h"

#define NAME_SIZE	(NLA_HDRLEN + DRTMON_EVENT_NAME_MAX)

static __always_inline void put_u64(struct drtmon_out *out, u16 type, u64 value)
{
	drtmon_out_u64(out, type, value, DRTMON_A_EVENT_PAD);
}

static void put_text(struct drtmon_out *out, u16 type, const char *text, u16 len)
{
	char *to = drtmon_out_head(out, type, len + 1);

	if (!to)
		return;
	memcpy(to, text, len);
	to[len] = '\0';
}

static void put_subject(struct drtmon_out *out, const struct drtmon_event *event)
{
	if (event->has & DRTMON_EVENT_HAS_CHIP) {
		drtmon_out_u32(out, DRTMON_A_EVENT_CHIP_ID, event->chip_id);
		put_text(out, DRTMON_A_EVENT_CHIP_NAME, event->chip_name,
			 strlen(event->chip_name));
	}
	if (event->has & DRTMON_EVENT_HAS_PCR)
		drtmon_out_u32(out, DRTMON_A_EVENT_PCR, event->pcr);
	if (event->has & DRTMON_EVENT_HAS_COUNT)
		put_u64(out, DRTMON_A_EVENT_COUNT, event->count);
	if (event->has & DRTMON_EVENT_HAS_LAST)
		put_u64(out, DRTMON_A_EVENT_LAST_EVENT, event->last);
	if (event->has & DRTMON_EVENT_HAS_REGISTER) {
		drtmon_out_u32(out, DRTMON_A_EVENT_REGISTER, event->reg);
		put_u64(out, DRTMON_A_EVENT_OLD, event->old);
		put_u64(out, DRTMON_A_EVENT_NEW, event->new);
	}
}

static void put_command(struct drtmon_out *out, const struct drtmon_event *event)
{
	if (event->has & DRTMON_EVENT_HAS_HANDLE)
		drtmon_out_u32(out, DRTMON_A_EVENT_HANDLE, event->handle);
	if (event->has & DRTMON_EVENT_HAS_LOCALITY)
		drtmon_out_u32(out, DRTMON_A_EVENT_LOCALITY, event->locality);
	if (event->has & DRTMON_EVENT_HAS_COMMAND) {
		drtmon_out_u32(out, DRTMON_A_EVENT_COMMAND, event->command);
		if (event->error)
			drtmon_out_u32(out, DRTMON_A_EVENT_ERROR, event->error);
		else
			drtmon_out_u32(out, DRTMON_A_EVENT_RC, event->rc);
	}
	if (event->has & DRTMON_EVENT_HAS_ERROR)
		drtmon_out_u32(out, DRTMON_A_EVENT_ERROR, event->error);
	if (event->has & DRTMON_EVENT_HAS_ORIGIN) {
		drtmon_out_u32(out, DRTMON_A_EVENT_ORIGIN, event->origin);
		put_text(out, DRTMON_A_EVENT_DEVICE, event->device, strlen(event->device));
	}
}

static void put_process(struct drtmon_out *out, const struct drtmon_event *event)
{
	if (!(event->has & DRTMON_EVENT_HAS_PROCESS))
		return;
	drtmon_out_u32(out, DRTMON_A_EVENT_PID, event->pid);
	drtmon_out_u32(out, DRTMON_A_EVENT_TGID, event->tgid);
	drtmon_out_u32(out, DRTMON_A_EVENT_UID, event->uid);
	put_text(out, DRTMON_A_EVENT_COMM, event->comm, strlen(event->comm));
	put_u64(out, DRTMON_A_EVENT_CGROUP_ID, event->cgroup_id);
	if (event->exe_len)
		put_text(out, DRTMON_A_EVENT_EXE, drtmon_event_exe(event), event->exe_len);
}

static void put_digests(struct drtmon_out *out, const struct drtmon_event *event)
{
	struct drtmon_event_digest digest;
	struct nlattr *nest;
	u32 i;

	for (i = 0; drtmon_event_digest(event, i, &digest); i++) {
		nest = drtmon_out_nest(out, digest.role == DRTMON_EVENT_ROLE_EXPECTED ?
						    DRTMON_A_EVENT_EXPECTED :
						    DRTMON_A_EVENT_DIGEST);
		drtmon_out_u32(out, DRTMON_A_DIGEST_ALG, digest.alg);
		drtmon_out_put(out, DRTMON_A_DIGEST_VALUE, digest.value, digest.size);
		drtmon_out_nest_end(out, nest);
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
	struct drtmon_out out;

	drtmon_out_begin(&out, skb);
	if (folded)
		put_u64(&out, DRTMON_A_EVENT_FOLDED, folded);
	put_u64(&out, DRTMON_A_EVENT_SEQ, event->seq);
	put_u64(&out, DRTMON_A_EVENT_BOOTTIME, event->boottime);
	put_u64(&out, DRTMON_A_EVENT_REALTIME, event->realtime);
	drtmon_out_u32(&out, DRTMON_A_EVENT_KIND, event->kind);
	drtmon_out_u32(&out, DRTMON_A_EVENT_SEVERITY, event->severity);
	put_subject(&out, event);
	put_command(&out, event);
	put_process(&out, event);
	put_digests(&out, event);
	return drtmon_out_end(&out, skb);
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
	size_t size = 4 * DRTMON_OUT_U64_SIZE + 2 * DRTMON_OUT_U32_SIZE;

	if (event->has & DRTMON_EVENT_HAS_CHIP)
		size += DRTMON_OUT_U32_SIZE + NAME_SIZE;
	if (event->has & DRTMON_EVENT_HAS_PCR)
		size += DRTMON_OUT_U32_SIZE;
	if (event->has & DRTMON_EVENT_HAS_COUNT)
		size += DRTMON_OUT_U64_SIZE;
	if (event->has & DRTMON_EVENT_HAS_LAST)
		size += DRTMON_OUT_U64_SIZE;
	if (event->has & DRTMON_EVENT_HAS_REGISTER)
		size += DRTMON_OUT_U32_SIZE + 2 * DRTMON_OUT_U64_SIZE;
	if (event->has & DRTMON_EVENT_HAS_HANDLE)
		size += DRTMON_OUT_U32_SIZE;
	if (event->has & DRTMON_EVENT_HAS_COMMAND)
		size += 3 * DRTMON_OUT_U32_SIZE;
	if (event->has & DRTMON_EVENT_HAS_ERROR)
		size += DRTMON_OUT_U32_SIZE;
	if (event->has & DRTMON_EVENT_HAS_ORIGIN)
		size += DRTMON_OUT_U32_SIZE + NAME_SIZE;
	if (event->has & DRTMON_EVENT_HAS_PROCESS)
		size += 3 * DRTMON_OUT_U32_SIZE + DRTMON_OUT_U64_SIZE + NAME_SIZE +
			nla_total_size(event->exe_len + 1);
	/* In the event each digest has a head of four bytes, which here the nest's stand for. */
	size += event->size - offsetof(struct drtmon_event, data) - event->exe_len;
	return size + event->digest_count * (DRTMON_OUT_U32_SIZE + NLA_HDRLEN + NLA_ALIGNTO - 1);
}
