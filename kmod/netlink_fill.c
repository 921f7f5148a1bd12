// SPDX-License-Identifier: GPL-2.0-only
/*
 * State as netlink attributes, as uapi/linux/drtmon.h and the specification
 * say. Every function returns 0 or -EMSGSIZE and leaves a message that did not
 * fit to its caller to take back.
 */
#include <net/netlink.h>
#include <linux/drtmon.h>

#include "baseline.h"
#include "hook.h"
#include "launch.h"
#include "netlink_fill.h"
#include "platform.h"

static atomic64_t notify_failed;

/**
 * drtmon_fill_notify_failed() - count a notification that could not be made
 *
 * Context: any.
 */
void drtmon_fill_notify_failed(void)
{
	atomic64_inc(&notify_failed);
}

static int fill_hook(struct sk_buff *skb, const struct drtmon_hook_info *info)
{
	struct nlattr *nest = nla_nest_start(skb, DRTMON_A_PLATFORM_HOOK);

	if (!nest || nla_put_string(skb, DRTMON_A_HOOK_SYMBOL, info->symbol) ||
	    nla_put_u32(skb, DRTMON_A_HOOK_REQUIRED, info->required) ||
	    nla_put_u32(skb, DRTMON_A_HOOK_STATE,
			info->active ? DRTMON_HOOK_STATE_ACTIVE : DRTMON_HOOK_STATE_MISSING) ||
	    nla_put_u64_64bit(skb, DRTMON_A_HOOK_MISSED, info->missed, DRTMON_A_HOOK_PAD) ||
	    nla_put_string(skb, DRTMON_A_HOOK_LOSS, info->loss))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_msrs(struct sk_buff *skb, const struct drtmon_platform *platform)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < platform->msr_count; i++) {
		nest = nla_nest_start(skb, DRTMON_A_PLATFORM_MSR);
		if (!nest || nla_put_u32(skb, DRTMON_A_MSR_INDEX, platform->msr[i].index))
			return -EMSGSIZE;
		if (platform->msr[i].readable &&
		    nla_put_u64_64bit(skb, DRTMON_A_MSR_VALUE, platform->msr[i].value,
				      DRTMON_A_MSR_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int fill_tables(struct sk_buff *skb, const struct drtmon_platform *platform)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < DRTMON_PLATFORM_TABLES; i++) {
		nest = nla_nest_start(skb, DRTMON_A_PLATFORM_ACPI_TABLE);
		if (!nest ||
		    nla_put_string(skb, DRTMON_A_ACPI_SIGNATURE, platform->table[i].signature) ||
		    nla_put_u32(skb, DRTMON_A_ACPI_LENGTH, platform->table[i].length))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int fill_region(struct sk_buff *skb, int type, const struct drtmon_txt_region *region,
		       const struct drtmon_txt_log *log)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, DRTMON_A_REGION_STATE, region->state) ||
	    nla_put_u64_64bit(skb, DRTMON_A_REGION_ADDR, region->addr, DRTMON_A_REGION_PAD) ||
	    nla_put_u32(skb, DRTMON_A_REGION_SIZE, region->size))
		return -EMSGSIZE;
	if (log && (nla_put_u32(skb, DRTMON_A_REGION_ELEM, log->elem) ||
		    nla_put_u32(skb, DRTMON_A_REGION_ALG, log->alg) ||
		    nla_put_u32(skb, DRTMON_A_REGION_FIRST, log->first) ||
		    nla_put_u32(skb, DRTMON_A_REGION_NEXT, log->next)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Physical addresses and register contents are not for everyone. */
static int fill_txt(struct sk_buff *skb, bool privileged)
{
	const struct drtmon_txt_evidence *evidence = drtmon_launch_get();
	struct nlattr *nest = nla_nest_start(skb, DRTMON_A_PLATFORM_TXT);
	int ret = -EMSGSIZE;
	u32 i;

	if (!nest || nla_put_u32(skb, DRTMON_A_TXT_STATE, evidence->state))
		goto out;
	if (privileged &&
	    (nla_put_u64_64bit(skb, DRTMON_A_TXT_BASE, evidence->base, DRTMON_A_TXT_PAD) ||
	     (evidence->state >= DRTMON_TXT_STATE_EMPTY &&
	      nla_put(skb, DRTMON_A_TXT_REGISTERS, sizeof(evidence->window), evidence->window)) ||
	     fill_region(skb, DRTMON_A_TXT_HEAP, &evidence->heap, NULL)))
		goto out;
	for (i = 0; privileged && i < evidence->logs.count; i++)
		if (fill_region(skb, DRTMON_A_TXT_LOG, &evidence->log[i], &evidence->logs.log[i]))
			goto out;
	nla_nest_end(skb, nest);
	ret = 0;
out:
	drtmon_launch_put();
	return ret;
}

/**
 * drtmon_fill_platform() - the reply to platform-get
 * @skb: message
 * @arg: struct drtmon_fill_caller
 *
 * Context: process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int drtmon_fill_platform(struct sk_buff *skb, const void *arg)
{
	const struct drtmon_platform *platform = drtmon_platform_get();
	const struct drtmon_fill_caller *caller = arg;
	struct drtmon_hook_info info;
	u32 i;

	if (nla_put_string(skb, DRTMON_A_PLATFORM_MODULE_VERSION, DRTMON_VERSION) ||
	    nla_put_u32(skb, DRTMON_A_PLATFORM_UAPI_VERSION, DRTMON_FAMILY_VERSION) ||
	    nla_put_u64_64bit(skb, DRTMON_A_PLATFORM_LOAD_ID, caller->load_id,
			      DRTMON_A_PLATFORM_PAD) ||
	    nla_put_u32(skb, DRTMON_A_PLATFORM_MODULE_STATE,
			drtmon_hook_degraded() || drtmon_chip_any_dead() ||
					drtmon_chip_any_unfollowed() ?
				DRTMON_MODULE_STATE_DEGRADED :
						 DRTMON_MODULE_STATE_RUNNING))
		return -EMSGSIZE;
	for (i = 0; !drtmon_hook_info(i, &info); i++)
		if (fill_hook(skb, &info))
			return -EMSGSIZE;
	if (nla_put_u32(skb, DRTMON_A_PLATFORM_CPU_VENDOR, platform->cpu_vendor) ||
	    nla_put_u32(skb, DRTMON_A_PLATFORM_CPU_SIGNATURE, platform->cpu_signature) ||
	    nla_put_u32(skb, DRTMON_A_PLATFORM_CPU_FEATURES, platform->cpu_features) ||
	    (caller->privileged && fill_msrs(skb, platform)) || fill_tables(skb, platform) ||
	    nla_put_u32(skb, DRTMON_A_PLATFORM_BASELINE_LOCKED, drtmon_baseline_locked()) ||
	    fill_txt(skb, caller->privileged))
		return -EMSGSIZE;
	return 0;
}

/**
 * drtmon_fill_stats() - the reply to stats-get
 * @skb: message
 * @unused: nothing
 *
 * Return: 0 or -EMSGSIZE.
 */
int drtmon_fill_stats(struct sk_buff *skb, const void *unused)
{
	struct drtmon_event_range range;
	struct drtmon_hook_stats stats;

	drtmon_hook_stats(&stats);
	drtmon_event_range(&range);
	if (nla_put_u64_64bit(skb, DRTMON_A_STATS_COMMANDS, stats.commands, DRTMON_A_STATS_PAD) ||
	    nla_put_u64_64bit(skb, DRTMON_A_STATS_EVENTS, range.next - 1, DRTMON_A_STATS_PAD) ||
	    nla_put_u32(skb, DRTMON_A_STATS_RING_SIZE, range.size) ||
	    nla_put_u64_64bit(skb, DRTMON_A_STATS_RING_FIRST, range.first, DRTMON_A_STATS_PAD) ||
	    nla_put_u64_64bit(skb, DRTMON_A_STATS_RING_NEXT, range.next, DRTMON_A_STATS_PAD) ||
	    nla_put_u64_64bit(skb, DRTMON_A_STATS_QUEUE_LOST, stats.lost, DRTMON_A_STATS_PAD) ||
	    nla_put_u64_64bit(skb, DRTMON_A_STATS_HOOK_MISSED, stats.missed, DRTMON_A_STATS_PAD) ||
	    nla_put_u64_64bit(skb, DRTMON_A_STATS_MALFORMED, stats.malformed,
			      DRTMON_A_STATS_PAD) ||
	    nla_put_u64_64bit(skb, DRTMON_A_STATS_NOTIFY_FAILED, atomic64_read(&notify_failed),
			      DRTMON_A_STATS_PAD))
		return -EMSGSIZE;
	return 0;
}

/**
 * drtmon_fill_snapshot() - how a chip was read, as a nest
 * @skb: message
 * @type: of the nest
 * @snapshot: of the chip
 *
 * Return: 0 or -EMSGSIZE.
 */
int drtmon_fill_snapshot(struct sk_buff *skb, int type, const struct drtmon_snapshot *snapshot)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, DRTMON_A_SNAPSHOT_STATE, snapshot->state) ||
	    nla_put_u32(skb, DRTMON_A_SNAPSHOT_ERROR, snapshot->error) ||
	    nla_put_u32(skb, DRTMON_A_SNAPSHOT_COMMANDS, snapshot->commands) ||
	    nla_put_u32(skb, DRTMON_A_SNAPSHOT_DIGESTS, snapshot->digests) ||
	    nla_put_u32(skb, DRTMON_A_SNAPSHOT_ATTEMPTS, snapshot->attempts) ||
	    nla_put_u64_64bit(skb, DRTMON_A_SNAPSHOT_BOOTTIME, snapshot->boottime,
			      DRTMON_A_SNAPSHOT_PAD) ||
	    nla_put_u32(skb, DRTMON_A_SNAPSHOT_UPDATE_COUNTER, snapshot->update_counter))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_banks(struct sk_buff *skb, const struct drtmon_pcr_banks *banks)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < banks->count; i++) {
		nest = nla_nest_start(skb, DRTMON_A_CHIP_BANK);
		if (!nest || nla_put_u32(skb, DRTMON_A_BANK_ALG, banks->bank[i].alg) ||
		    nla_put_u32(skb, DRTMON_A_BANK_DIGEST_SIZE, banks->size[i]))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

/**
 * drtmon_fill_chip() - a message of chip-get
 * @skb: message
 * @arg: struct drtmon_chip, referenced
 *
 * Context: process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int drtmon_fill_chip(struct sk_buff *skb, const void *arg)
{
	struct drtmon_chip *chip = (void *)arg;
	int ret;

	mutex_lock(&chip->lock);
	ret = fill_banks(skb, &chip->hardware->banks) ||
	      drtmon_fill_snapshot(skb, DRTMON_A_CHIP_SNAPSHOT, &chip->snapshot) ||
	      (chip->hook_state &&
	       nla_put_u32(skb, DRTMON_A_CHIP_HOOK_STATE, chip->hook_state)) ||
	      nla_put_u64_64bit(skb, DRTMON_A_CHIP_CHECKED, chip->checked, DRTMON_A_CHIP_PAD) ||
	      nla_put_u64_64bit(skb, DRTMON_A_CHIP_RECONCILES, chip->reconciles,
				DRTMON_A_CHIP_PAD);
	mutex_unlock(&chip->lock);
	if (ret || nla_put_u32(skb, DRTMON_A_CHIP_ID, chip->id) ||
	    nla_put_string(skb, DRTMON_A_CHIP_NAME, chip->name) ||
	    nla_put_u32(skb, DRTMON_A_CHIP_VERSION, chip->version) ||
	    nla_put_u64_64bit(skb, DRTMON_A_CHIP_COMMANDS, READ_ONCE(chip->tap.commands),
			      DRTMON_A_CHIP_PAD) ||
	    nla_put_u64_64bit(skb, DRTMON_A_CHIP_SELF_COMMANDS, READ_ONCE(chip->tap.self_commands),
			      DRTMON_A_CHIP_PAD) ||
	    nla_put_u32(skb, DRTMON_A_CHIP_NO_INCREMENT, READ_ONCE(chip->no_increment)) ||
	    nla_put_u64_64bit(skb, DRTMON_A_CHIP_CHECKPOINT_SEQ, READ_ONCE(chip->checkpoint_seq),
			      DRTMON_A_CHIP_PAD))
		return -EMSGSIZE;
	return 0;
}
