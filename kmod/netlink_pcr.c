// SPDX-License-Identifier: GPL-2.0-only
/*
 * pcr-get: a dump answers from copies that its first message takes, so that
 * what it says belongs together.
 */
#include <linux/capability.h>
#include <linux/mm.h>
#include <net/genetlink.h>
#include <linux/drtmon.h>

#include "baseline.h"
#include "chip.h"
#include "compat.h"
#include "look.h"
#include "netlink.h"
#include "netlink_fill.h"
#include "netlink_pcr.h"

/* Room for one bank of 32 PCRs. */
#define PCRS_MSG_SIZE 16384

/**
 * struct pcr_dump - what a pcr-get dump answers from
 * @next: chip to go on with
 * @bank: bank of it to go on with
 * @count: entries in @chip
 * @chip: copies
 */
struct pcr_dump {
	u32 next;
	u32 bank;
	u32 count;
	struct drtmon_fill_pcrs chip[];
};

/* A value that nobody can vouch for neither matches nor differs. */
static u8 pcr_judgement(const struct drtmon_chip *chip, u32 unknown, u32 bank, u32 pcr)
{
	u32 state = drtmon_baseline_state(chip, bank, pcr);

	return unknown & BIT(pcr) && state != DRTMON_BASELINE_STATE_NONE
		       ? DRTMON_BASELINE_STATE_UNKNOWN
		       : state;
}

/* Into zeroed memory: banks that there are, no more. */
static void pcr_copy_values(struct drtmon_pcr_values *to, const struct drtmon_pcr_values *from)
{
	memcpy(to, from, offsetof(struct drtmon_pcr_values, value));
	memcpy(to->value, from->value, from->banks.count * sizeof(from->value[0]));
}

static void pcr_copy(struct drtmon_fill_pcrs *copy, struct drtmon_chip *chip, bool refresh)
{
	u32 bank, pcr, unknown;

	drtmon_chip_settle(chip);
	copy->chip_id = chip->id;
	memcpy(copy->chip_name, chip->name, sizeof(copy->chip_name));
	mutex_lock(&chip->lock);
	copy->snapshot = chip->snapshot;
	copy->stale = chip->hook_state == DRTMON_HOOK_STATE_DEAD ? DRTMON_CHIP_ALL_PCRS
								 : chip->stale;
	unknown = copy->stale;
	/* Who asked for what the TPM holds now gets no judgement on what it once held. */
	if (refresh && copy->snapshot.state == DRTMON_SNAPSHOT_STATE_FAILED)
		unknown = DRTMON_CHIP_ALL_PCRS;
	copy->touched = chip->touched;
	memcpy(copy->last_event, chip->last_event, sizeof(copy->last_event));
	pcr_copy_values(&copy->hardware, chip->hardware);
	pcr_copy_values(&copy->shadow, chip->shadow);
	pcr_copy_values(&copy->baseline, chip->baseline);
	for (bank = 0; bank < chip->hardware->banks.count; bank++)
		for (pcr = 0; pcr < DRTMON_TPM_PCRS_MAX; pcr++)
			copy->baseline_state[bank][pcr] =
				pcr_judgement(chip, unknown, bank, pcr);
	mutex_lock(&chip->checkpoint_lock);
	pcr_copy_values(&copy->checkpoint, chip->checkpoint);
	copy->checkpoint_seq = chip->checkpoint_seq;
	mutex_unlock(&chip->checkpoint_lock);
	mutex_unlock(&chip->lock);
}

/*
 * Asked for one chip, what failed is the answer. Of several, each is told of
 * with its snapshot, which says what failed; one that went away is left out.
 */
static int pcr_take(struct pcr_dump *dump, struct drtmon_chip *chip, struct netlink_callback *cb)
{
	struct nlattr **attrs = drtmon_dump_attrs(cb);
	bool refresh = attrs[DRTMON_A_PCRS_REFRESH];
	int ret = refresh ? drtmon_look_refresh(chip) : 0;

	if (ret && attrs[DRTMON_A_PCRS_CHIP_ID]) {
		NL_SET_ERR_MSG(cb->extack,
			       "the TPM did not answer a read of its PCRs properly");
		return ret;
	}
	pcr_copy(&dump->chip[dump->count], chip, refresh);
	if (READ_ONCE(chip->gone))
		memset(&dump->chip[dump->count], 0, sizeof(dump->chip[0]));
	else
		dump->count++;
	return 0;
}

/* The first message takes the copies: a start callback cannot say why it refuses. */
static struct pcr_dump *pcr_begin(struct netlink_callback *cb)
{
	struct nlattr **attrs = drtmon_dump_attrs(cb);
	const struct nlattr *id = attrs[DRTMON_A_PCRS_CHIP_ID];
	struct drtmon_chip *chip;
	struct pcr_dump *dump;
	u32 chips = 0, room;
	int ret = 0;

	if (attrs[DRTMON_A_PCRS_REFRESH] && !drtmon_netlink_may(cb->skb, CAP_SYS_ADMIN, cb->extack))
		return ERR_PTR(-EPERM);
	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip))
		chips++;
	room = id ? 1 : chips;
	dump = kvzalloc(struct_size(dump, chip, room), GFP_KERNEL_ACCOUNT);
	if (!dump)
		return ERR_PTR(-ENOMEM);
	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip))
		if (!ret && dump->count < room && (!id || nla_get_u32(id) == chip->id))
			ret = pcr_take(dump, chip, cb);
	if (!ret && id && !dump->count) {
		NL_SET_ERR_MSG_ATTR(cb->extack, id, "no TPM with this number");
		ret = -ENODEV;
	}
	if (ret) {
		kvfree(dump);
		return ERR_PTR(ret);
	}
	return dump;
}

/**
 * drtmon_netlink_pcr_start() - a pcr-get dump begins
 * @cb: of the dump
 *
 * Return: 0.
 */
int drtmon_netlink_pcr_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = PCRS_MSG_SIZE;
	return 0;
}

/**
 * drtmon_netlink_pcr_dump() - the next messages of pcr-get
 * @skb: message
 * @cb: of the dump
 *
 * Context: process, an operation of the family.
 * Return: length of @skb, 0 at the end; -EPERM, -ENODEV, -ENOMEM, or why the one
 * TPM that was asked for could not be read.
 */
int drtmon_netlink_pcr_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct pcr_dump *dump = (void *)cb->args[0];
	void *head;
	int ret;

	if (!dump) {
		dump = pcr_begin(cb);
		if (IS_ERR(dump))
			return PTR_ERR(dump);
		cb->args[0] = (long)dump;
	}
	for (; dump->next < dump->count; dump->next++, dump->bank = 0) {
		for (; dump->bank < drtmon_fill_pcrs_messages(&dump->chip[dump->next]);
		     dump->bank++) {
			head = drtmon_netlink_dump_put(skb, cb, DRTMON_CMD_PCR_GET);
			ret = head ? drtmon_fill_pcrs(skb, &dump->chip[dump->next], dump->bank)
				   : -EMSGSIZE;
			if (ret) {
				if (head)
					genlmsg_cancel(skb, head);
				return skb->len ? skb->len : ret;
			}
			genlmsg_end(skb, head);
		}
	}
	return skb->len;
}

/**
 * drtmon_netlink_pcr_done() - a pcr-get dump ends
 * @cb: of the dump
 *
 * Return: 0.
 */
int drtmon_netlink_pcr_done(struct netlink_callback *cb)
{
	kvfree((void *)cb->args[0]);
	return 0;
}
