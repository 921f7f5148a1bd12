// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: what the module knows, as messages.
 *
 * It shows state and never touches hardware, but for the refresh of PCRs that
 * a privileged caller may ask for. The family lives in the initial network
 * namespace alone. Dumps answer from a copy taken at their start, or by
 * sequence number, so that what they say belongs together.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <net/genetlink.h>
#include <linux/drtmon.h>

#include "chip.h"
#include "compat.h"
#include "event.h"
#include "hook.h"
#include "launch.h"
#include "netlink.h"
#include "netlink_baseline.h"
#include "netlink_fill.h"
#include "netlink_pcr.h"
#include "platform.h"

static struct genl_family family;

enum group {
	GROUP_EVENTS,
	GROUP_ALERTS,
};

/* Room for a register window and all else that platform-get tells. */
#define REPLY_MSG_SIZE (DRTMON_TXT_WINDOW_SIZE + 4096)

/* How often members that joined before the groups were guarded are evicted. */
#define REGISTER_ATTEMPTS 16

static u64 load_id;

/**
 * drtmon_netlink_may() - may the sender of a request do this?
 * @skb: the request
 * @cap: CAP_NET_ADMIN or CAP_SYS_ADMIN, in the initial user namespace
 * @extack: told why not
 *
 * Context: process, in an operation.
 */
bool drtmon_netlink_may(struct sk_buff *skb, int cap, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, cap))
		return true;
	if (cap == CAP_NET_ADMIN)
		NL_SET_ERR_MSG(extack, "needs CAP_NET_ADMIN in the initial user namespace");
	else
		NL_SET_ERR_MSG(extack, "needs CAP_SYS_ADMIN in the initial user namespace");
	return false;
}

static int reply(struct genl_info *info, u8 cmd, int (*fill)(struct sk_buff *skb, const void *arg),
		 const void *arg)
{
	struct sk_buff *skb = genlmsg_new(REPLY_MSG_SIZE, GFP_KERNEL);
	void *head;
	int ret;

	if (!skb) {
		GENL_SET_ERR_MSG(info, "out of memory");
		return -ENOMEM;
	}
	head = genlmsg_put_reply(skb, info, &family, 0, cmd);
	ret = head ? fill(skb, arg) : -EMSGSIZE;
	if (ret) {
		nlmsg_free(skb);
		return ret;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

/**
 * drtmon_netlink_is_privileged() - is the sender told more than everybody is?
 * @skb: request
 *
 * No denial for the audit log when the answer is no.
 *
 * Context: process, an operation of the family.
 * Return: whether it has CAP_SYS_ADMIN.
 */
bool drtmon_netlink_is_privileged(struct sk_buff *skb)
{
	return ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN) &&
	       netlink_capable(skb, CAP_SYS_ADMIN);
}

static int platform_get(struct sk_buff *skb, struct genl_info *info)
{
	struct drtmon_fill_caller caller = {
		.load_id = load_id,
		.privileged = drtmon_netlink_is_privileged(skb),
	};

	/* What was read before is not what was asked for. */
	if (caller.privileged && drtmon_launch_refresh()) {
		GENL_SET_ERR_MSG(info, "out of memory: the registers were not read");
		return -ENOMEM;
	}
	return reply(info, DRTMON_CMD_PLATFORM_GET, drtmon_fill_platform, &caller);
}

static int stats_get(struct sk_buff *skb, struct genl_info *info)
{
	return reply(info, DRTMON_CMD_STATS_GET, drtmon_fill_stats, NULL);
}

static int chip_get(struct sk_buff *skb, struct genl_info *info)
{
	struct drtmon_chip *chip;
	int ret;

	if (!info->attrs[DRTMON_A_CHIP_ID]) {
		GENL_SET_ERR_MSG(info, "chip-id is missing");
		return -EINVAL;
	}
	chip = drtmon_chip_get_id(nla_get_u32(info->attrs[DRTMON_A_CHIP_ID]));
	if (!chip) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[DRTMON_A_CHIP_ID],
				    "no TPM with this number");
		return -ENODEV;
	}
	if (drtmon_netlink_is_privileged(skb))
		drtmon_chip_settle(chip);
	ret = reply(info, DRTMON_CMD_CHIP_GET, drtmon_fill_chip, chip);
	drtmon_chip_put(chip);
	return ret;
}

/**
 * drtmon_netlink_dump_put() - begin a message of a dump
 * @skb: message
 * @cb: of the dump
 * @cmd: enum drtmon_cmd
 *
 * Context: process, in an operation.
 * Return: as genlmsg_put().
 */
void *drtmon_netlink_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &family,
			   NLM_F_MULTI, cmd);
}

/**
 * struct chip_dump - where a chip-get dump stands; in the callback's own space
 * @told: the tap's id of the last chip that was told of
 * @until: jiffies to which first looks are waited for, all of them together
 */
struct chip_dump {
	u64 told;
	unsigned long until;
};

static int chip_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *id = drtmon_dump_attrs(cb)[DRTMON_A_CHIP_ID];
	struct chip_dump *dump = (void *)cb->args;
	struct drtmon_chip *chip;
	void *head;
	int ret = 0;

	BUILD_BUG_ON(sizeof(*dump) > sizeof(cb->args));
	if (!dump->until)
		dump->until = drtmon_chip_settle_end();
	if (id) {
		NL_SET_ERR_MSG_ATTR(cb->extack, id, "a dump is of all TPMs: ask for one without");
		return -EINVAL;
	}

	cb->seq = drtmon_chip_list_generation();
	while (!ret && (chip = drtmon_chip_after(dump->told))) {
		if (drtmon_netlink_is_privileged(cb->skb))
			drtmon_chip_settle_until(chip, dump->until);
		head = drtmon_netlink_dump_put(skb, cb, DRTMON_CMD_CHIP_GET);
		ret = head ? drtmon_fill_chip(skb, chip) : -EMSGSIZE;
		if (!ret) {
			genl_dump_check_consistent(cb, head);
			genlmsg_end(skb, head);
			dump->told = chip->tap.id;
		} else if (head) {
			genlmsg_cancel(skb, head);
		}
		drtmon_chip_put(chip);
	}
	return skb->len ? skb->len : ret;
}

/**
 * struct event_dump - where an event-get dump stands; in the callback's own space
 * @place: next sequence number wanted, 0 before the first message
 * @told: what came before it is told or known to be gone
 * @skb: message being filled
 * @cb: of the dump
 */
struct event_dump {
	struct drtmon_event_place place;
	u64 told;
	struct sk_buff *skb;
	struct netlink_callback *cb;
};

static int event_begin(struct event_dump *dump, struct netlink_callback *cb)
{
	struct nlattr **attrs = drtmon_dump_attrs(cb);

	BUILD_BUG_ON(sizeof(*dump) > sizeof(cb->args));
	if (!drtmon_netlink_may(cb->skb, CAP_NET_ADMIN, cb->extack))
		return -EPERM;
	dump->place.seq = 1;
	if (attrs[DRTMON_A_EVENT_SINCE])
		dump->place.seq = max_t(u64, nla_get_u64(attrs[DRTMON_A_EVENT_SINCE]), 1);
	dump->told = dump->place.seq;
	return 0;
}

static int event_visit(const struct drtmon_event *event, void *arg)
{
	struct event_dump *dump = arg;
	void *head = drtmon_netlink_dump_put(dump->skb, dump->cb, DRTMON_CMD_EVENT_GET);
	int ret = head ? drtmon_fill_event(dump->skb, event, event->seq - dump->told) : -EMSGSIZE;

	if (ret) {
		if (head)
			genlmsg_cancel(dump->skb, head);
		return ret;
	}
	genlmsg_end(dump->skb, head);
	dump->told = event->seq + 1;
	return 0;
}

static int event_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct event_dump *dump = (void *)cb->args;
	int ret;

	if (!dump->place.seq) {
		ret = event_begin(dump, cb);
		if (ret)
			return ret;
	}
	dump->skb = skb;
	dump->cb = cb;
	ret = drtmon_event_walk(&dump->place, event_visit, dump);
	return skb->len ? skb->len : ret;
}

static void event_multicast(const struct drtmon_event *event, enum group group)
{
	struct sk_buff *skb;
	void *head;

	if (!genl_has_listeners(&family, &init_net, group))
		return;
	skb = genlmsg_new(drtmon_fill_event_size(event), GFP_KERNEL);
	if (!skb)
		goto failed;
	head = genlmsg_put(skb, 0, 0, &family, 0, DRTMON_CMD_EVENT_NTF);
	if (!head || drtmon_fill_event(skb, event, 0)) {
		nlmsg_free(skb);
		goto failed;
	}
	genlmsg_end(skb, head);
	/* No return value can tell who missed it: receivers count by sequence number. */
	genlmsg_multicast(&family, skb, 0, group, GFP_KERNEL);
	return;
failed:
	drtmon_fill_notify_failed();
}

static void event_notify(const struct drtmon_event *event)
{
	if (!family.n_mcgrps)
		return;
	event_multicast(event, GROUP_EVENTS);
	if (event->severity >= DRTMON_SEVERITY_WARNING)
		event_multicast(event, GROUP_ALERTS);
}

static const struct nla_policy no_attrs_policy[] = {
	[1] = { .type = NLA_REJECT },
};

static const struct nla_policy chip_policy[] = {
	[DRTMON_A_CHIP_ID] = { .type = NLA_U32 },
};

static const struct nla_policy pcrs_policy[] = {
	[DRTMON_A_PCRS_CHIP_ID] = { .type = NLA_U32 },
	[DRTMON_A_PCRS_CHIP_NAME] = { .type = NLA_REJECT },
	[DRTMON_A_PCRS_REFRESH] = { .type = NLA_FLAG },
};

static const struct nla_policy event_policy[] = {
	[DRTMON_A_EVENT_PAD] = { .type = NLA_REJECT },
	[DRTMON_A_EVENT_SINCE] = { .type = NLA_U64 },
};

static const struct nla_policy expect_policy[] = {
	[DRTMON_A_EXPECT_ALG] = { .type = NLA_U32 },
	[DRTMON_A_EXPECT_INDEX] = { .type = NLA_U32 },
	[DRTMON_A_EXPECT_DIGEST] = { .type = NLA_BINARY, .len = DRTMON_DIGEST_MAX },
};

static const struct nla_policy baseline_policy[] = {
	[DRTMON_A_BASELINE_CHIP_ID] = { .type = NLA_U32 },
	[DRTMON_A_BASELINE_VALUE] = NLA_POLICY_NESTED(expect_policy),
};

static const struct genl_ops ops[] = {
	{
		.cmd = DRTMON_CMD_PLATFORM_GET,
		.doit = platform_get,
		.policy = no_attrs_policy,
		.maxattr = ARRAY_SIZE(no_attrs_policy) - 1,
	},
	{
		.cmd = DRTMON_CMD_CHIP_GET,
		.doit = chip_get,
		.dumpit = chip_dump,
		.policy = chip_policy,
		.maxattr = ARRAY_SIZE(chip_policy) - 1,
	},
	{
		.cmd = DRTMON_CMD_PCR_GET,
		.start = drtmon_netlink_pcr_start,
		.dumpit = drtmon_netlink_pcr_dump,
		.done = drtmon_netlink_pcr_done,
		.policy = pcrs_policy,
		.maxattr = ARRAY_SIZE(pcrs_policy) - 1,
	},
	{
		.cmd = DRTMON_CMD_EVENT_GET,
		.dumpit = event_dump,
		.policy = event_policy,
		.maxattr = ARRAY_SIZE(event_policy) - 1,
	},
	{
		.cmd = DRTMON_CMD_STATS_GET,
		.doit = stats_get,
		.policy = no_attrs_policy,
		.maxattr = ARRAY_SIZE(no_attrs_policy) - 1,
	},
	{
		.cmd = DRTMON_CMD_BASELINE_SET,
		.doit = drtmon_netlink_baseline_set,
		.policy = baseline_policy,
		.maxattr = ARRAY_SIZE(baseline_policy) - 1,
	},
	{
		.cmd = DRTMON_CMD_BASELINE_DEL,
		.doit = drtmon_netlink_baseline_del,
		.policy = baseline_policy,
		.maxattr = ARRAY_SIZE(baseline_policy) - 1,
	},
	{
		.cmd = DRTMON_CMD_BASELINE_LOCK,
		.doit = drtmon_netlink_baseline_lock,
		.policy = no_attrs_policy,
		.maxattr = ARRAY_SIZE(no_attrs_policy) - 1,
	},
};

/*
 * Events name processes: joining needs what reading them needs. A kernel that
 * cannot ask for it gets no groups, and its users poll event-get.
 */
#ifdef DRTMON_MCGRP_FLAGS
static const struct genl_multicast_group groups[] = {
	[GROUP_EVENTS] = {
		.name = DRTMON_MCGRP_EVENTS,
		.flags = DRTMON_MCGRP_FLAGS,
	},
	[GROUP_ALERTS] = {
		.name = DRTMON_MCGRP_ALERTS,
		.flags = DRTMON_MCGRP_FLAGS,
	},
};
#endif

/*
 * Operations may read a TPM or wait for one: they must not hold up all other
 * families by the genetlink mutex, hence parallel_ops. An operation and the
 * first message of a dump still hold the lock that registering a family takes
 * for writing. So nobody without privilege makes one wait for a TPM there, and
 * those with it for the first look alone, for seconds, unless they share the
 * socket of a refresh: see netlink_pcr.c.
 *
 * There are no operations before nothing can fail any more: a module whose init
 * fails is freed though a dump was begun, which the core waits for at unload alone.
 */
static struct genl_family family __ro_after_init = {
	.name = DRTMON_FAMILY_NAME,
	.version = DRTMON_FAMILY_VERSION,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ops,
#ifdef DRTMON_MCGRP_FLAGS
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
#endif
};

/* Whether somebody has joined a group already. */
static bool __init family_is_joined(void)
{
	u32 i;

	for (i = 0; i < family.n_mcgrps; i++)
		if (genl_has_listeners(&family, &init_net, i))
			return true;
	return false;
}

/*
 * Anybody may join a group number that no family owns yet, and would still be a
 * member when it becomes one of ours; taking leave of the groups evicts all.
 * From registration on the core asks for the capability. It asks for that of the
 * namespace that a process is in, and counts who will never hear anything there:
 * such a process can keep the groups from being had, not the module.
 */
static int __init family_register(void)
{
	int ret, i;

	for (i = 0; i <= REGISTER_ATTEMPTS; i++) {
		if (i == REGISTER_ATTEMPTS) {
			pr_warn("no multicast groups: processes keep joining them before they exist; load it again for events\n");
			family.n_mcgrps = 0;
		}
		ret = genl_register_family(&family);
		if (ret || !family_is_joined())
			break;
		genl_unregister_family(&family);
	}
	return ret;
}

/**
 * drtmon_netlink_init() - have the family
 *
 * Context: process, may sleep.
 * Return: 0 or what genl_register_family() returned.
 */
int __init drtmon_netlink_init(void)
{
	int ret;

	load_id = get_random_u64();
	ret = family_register();
	if (!ret)
		drtmon_event_set_notify(event_notify);
	return ret;
}

/**
 * drtmon_netlink_open() - open the family for business
 *
 * Context: process, when the module's init can no longer fail.
 */
void __init drtmon_netlink_open(void)
{
	WRITE_ONCE(family.n_ops, ARRAY_SIZE(ops));
}

/**
 * drtmon_netlink_exit() - close it
 *
 * Context: process, may sleep.
 */
void drtmon_netlink_exit(void)
{
	drtmon_event_set_notify(NULL);
	genl_unregister_family(&family);
}

MODULE_ALIAS_GENL_FAMILY(DRTMON_FAMILY_NAME);
