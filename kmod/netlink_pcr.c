// SPDX-License-Identifier: GPL-2.0-only
/*
 * pcr-get: a dump answers from copies that it takes at once, so that what it says
 * belongs together.
 *
 * The first call of a dump is made while generic netlink's own lock is held: who
 * waited there for a TPM would hold up every other family as soon as somebody
 * registers one. So where there is a TPM to wait for the first message only says
 * so, and the wait is the second call's, which the reader's own recv() makes and
 * which holds no lock but that of its socket. Another request on that very socket
 * waits for that lock and holds generic netlink's meanwhile: that is why only a
 * privileged reader is made to wait at all.
 */
#include <linux/capability.h>
#include <linux/sched/signal.h>
#include <net/genetlink.h>
#include <linux/drtmon.h>

#include "chip.h"
#include "compat.h"
#include "look.h"
#include "netlink.h"
#include "netlink_copy.h"
#include "netlink_pcr.h"

/* Room for one bank of 32 PCRs. */
#define PCRS_MSG_SIZE 16384

/**
 * struct pcr_dump - where a dump stands; in the callback's own space
 * @first: copies, once they are taken
 * @now: the one to go on with
 * @bank: bank of it to go on with
 * @begun: the request is a good one
 * @waits: there is a TPM to wait for, as the reader was told
 * @taken: @first is what there is
 */
struct pcr_dump {
	struct drtmon_copy *first;
	struct drtmon_copy *now;
	u32 bank;
	bool begun;
	bool waits;
	bool taken;
};

static bool is_wanted(const struct nlattr *id, const struct drtmon_chip *chip)
{
	return !id || nla_get_u32(id) == chip->id;
}

static int no_such_chip(struct netlink_callback *cb, const struct nlattr *id)
{
	NL_SET_ERR_MSG_ATTR(cb->extack, id, "no TPM with this number");
	return -ENODEV;
}

/* The first call: may it, is there such a chip, and is there a TPM to wait for? */
static int pcr_begin(struct pcr_dump *dump, struct netlink_callback *cb)
{
	struct nlattr **attrs = drtmon_dump_attrs(cb);
	const struct nlattr *id = attrs[DRTMON_A_PCRS_CHIP_ID];
	struct drtmon_chip *chip;
	bool any = !id;

	BUILD_BUG_ON(sizeof(*dump) > sizeof(cb->args));

	if (attrs[DRTMON_A_PCRS_REFRESH] && !drtmon_netlink_may(cb->skb, CAP_SYS_ADMIN, cb->extack))
		return -EPERM;
	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip)) {
		if (!is_wanted(id, chip))
			continue;
		any = true;
		if (attrs[DRTMON_A_PCRS_REFRESH] ||
		    (!completion_done(&chip->looked) && drtmon_netlink_is_privileged(cb->skb)))
			dump->waits = true;
	}
	dump->begun = any;
	return any ? 0 : no_such_chip(cb, id);
}

static int not_read(int error, struct netlink_callback *cb, const struct nlattr *id)
{
	if (error == -ENODEV)
		return no_such_chip(cb, id);
	if (error == -EBUSY)
		NL_SET_ERR_MSG(cb->extack, "the machine goes to sleep or wakes up; ask again");
	else if (error == -ENOMEM)
		NL_SET_ERR_MSG(cb->extack, "there is no memory for it");
	else if (error == -EINTR)
		NL_SET_ERR_MSG(cb->extack, "interrupted");
	else
		NL_SET_ERR_MSG(cb->extack, "the TPM did not answer a read of its PCRs properly");
	return error;
}

/*
 * Asked for one chip, what failed is the answer. Of several, each is told of
 * with its snapshot, which says what failed; one that went away is left out.
 */
static int chip_take(struct drtmon_copy **copy, struct drtmon_chip *chip, bool refresh,
		     struct netlink_callback *cb)
{
	struct nlattr **attrs = drtmon_dump_attrs(cb);
	int ret = refresh ? drtmon_look_refresh(chip) : 0;

	if (ret && attrs[DRTMON_A_PCRS_CHIP_ID])
		return not_read(ret, cb, attrs[DRTMON_A_PCRS_CHIP_ID]);
	*copy = drtmon_copy_take(chip, ret);
	if (!*copy)
		return not_read(-ENOMEM, cb, NULL);
	if (READ_ONCE(chip->gone)) {
		drtmon_copy_free(*copy);
		*copy = NULL;
	}
	return 0;
}

static int pcr_take(struct pcr_dump *dump, struct netlink_callback *cb)
{
	struct nlattr **attrs = drtmon_dump_attrs(cb);
	const struct nlattr *id = attrs[DRTMON_A_PCRS_CHIP_ID];
	unsigned long end = drtmon_chip_settle_end();
	struct drtmon_copy **last = &dump->first;
	struct drtmon_chip *chip;
	int ret = 0;

	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip)) {
		if (ret || !is_wanted(id, chip))
			continue;
		if (dump->waits)
			drtmon_chip_settle_until(chip, end);
		/* Who was killed waits for no further TPM. */
		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			continue;
		}
		ret = chip_take(last, chip, attrs[DRTMON_A_PCRS_REFRESH], cb);
		if (*last)
			last = &(*last)->next;
	}
	if (!ret && id && !dump->first)
		return no_such_chip(cb, id);
	dump->now = dump->first;
	dump->taken = !ret;
	return ret;
}

static int message(struct sk_buff *skb, struct netlink_callback *cb, const struct pcr_dump *dump)
{
	void *head = drtmon_netlink_dump_put(skb, cb, DRTMON_CMD_PCR_GET);
	int ret;

	if (!head)
		return -EMSGSIZE;
	ret = dump->taken ? drtmon_copy_put(skb, dump->now, dump->bank)
			  : nla_put_flag(skb, DRTMON_A_PCRS_REFRESH);
	if (ret)
		genlmsg_cancel(skb, head);
	else
		genlmsg_end(skb, head);
	return ret;
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
 * Return: length of @skb, 0 at the end; -EPERM, -ENODEV, -ENOMEM, -EINTR for who is
 * killed, or why the one TPM that was asked for could not be read.
 */
int drtmon_netlink_pcr_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct pcr_dump *dump = (void *)cb->args;
	int ret = 0;

	if (!dump->begun) {
		ret = pcr_begin(dump, cb);
		if (!ret && dump->waits)
			ret = message(skb, cb, dump);
		if (ret || dump->waits)
			return ret ? ret : skb->len;
	}
	if (!dump->taken)
		ret = pcr_take(dump, cb);
	while (!ret && dump->now) {
		ret = message(skb, cb, dump);
		if (ret)
			break;
		if (++dump->bank >= dump->now->banks.count) {
			dump->now = dump->now->next;
			dump->bank = 0;
		}
	}
	return skb->len ? skb->len : ret;
}

/**
 * drtmon_netlink_pcr_done() - a pcr-get dump ends
 * @cb: of the dump
 *
 * Return: 0.
 */
int drtmon_netlink_pcr_done(struct netlink_callback *cb)
{
	struct pcr_dump *dump = (void *)cb->args;

	drtmon_copy_free(dump->first);
	return 0;
}
