// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations on the baseline. A request is checked whole before any of it
 * is done; a refused one changes nothing.
 */
#include <linux/capability.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <linux/drtmon.h>

#include "baseline.h"
#include "chip.h"
#include "kept.h"
#include "netlink.h"
#include "netlink_baseline.h"
#include "writer.h"

/* One change at a time, and none behind the lock. Taken before a chip's lock. */
static DEFINE_MUTEX(change_lock);

/* Every bank and PCR there can be. */
#define ENTRIES_MAX	(DRTMON_BANKS_MAX * DRTMON_PCRS_MAX)

#define OUT_OF_MEMORY "out of memory: nothing was changed"

/**
 * struct request - a request to set or delete
 * @chip: whose baseline, referenced
 * @set: set, else delete
 * @count: entries used in @entry
 * @entry: point into the request's message
 */
struct request {
	struct drtmon_chip *chip;
	bool set;
	u32 count;
	struct drtmon_baseline_entry entry[ENTRIES_MAX];
};

static int entry_parse(struct drtmon_baseline_entry *entry, struct nlattr *attr, bool set,
		       struct genl_info *info)
{
	struct nlattr *tb[DRTMON_A_EXPECT_MAX + 1];
	int ret;

	/* Validated with the family's policy already, nests included. */
	ret = nla_parse_nested(tb, DRTMON_A_EXPECT_MAX, attr, NULL, info->extack);
	if (ret)
		return ret;
	if (!tb[DRTMON_A_EXPECT_ALG] || !tb[DRTMON_A_EXPECT_INDEX] ||
	    !tb[DRTMON_A_EXPECT_DIGEST] != !set) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a value takes alg and index, and a digest only to set it");
		return -EINVAL;
	}
	entry->alg = nla_get_u32(tb[DRTMON_A_EXPECT_ALG]);
	entry->pcr = nla_get_u32(tb[DRTMON_A_EXPECT_INDEX]);
	entry->size = set ? nla_len(tb[DRTMON_A_EXPECT_DIGEST]) : 0;
	entry->digest = set ? nla_data(tb[DRTMON_A_EXPECT_DIGEST]) : NULL;
	return 0;
}

static int request_parse(struct request *request, struct genl_info *info)
{
	struct nlattr *attr;
	int rem, ret;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != DRTMON_A_BASELINE_VALUE)
			continue;
		if (request->count == ENTRIES_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr, "more values than there are PCRs");
			return -E2BIG;
		}
		ret = entry_parse(&request->entry[request->count++], attr, request->set, info);
		if (ret)
			return ret;
	}
	if (request->set && !request->count) {
		GENL_SET_ERR_MSG(info, "no value to set");
		return -EINVAL;
	}
	return 0;
}

/**
 * struct telling - what it takes to tell of a change; had before it is made
 * @event: scratch space
 * @path: for the path of who made it
 */
struct telling {
	struct drtmon_event *event;
	char *path;
};

static void telling_free(struct telling *telling)
{
	kfree(telling->path);
	kfree(telling->event);
}

static int telling_alloc(struct telling *telling)
{
	telling->event = kzalloc(DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);
	telling->path = kmalloc(PATH_MAX, GFP_KERNEL);
	if (telling->event && telling->path)
		return 0;
	telling_free(telling);
	return -ENOMEM;
}

/* Who changed what is expected of a TPM is worth as much as who changed the TPM. */
static void emit_change(struct drtmon_chip *chip, u32 severity, struct telling *telling)
{
	struct drtmon_event *event = telling->event;
	struct drtmon_who who;

	if (chip)
		drtmon_chip_event_start(chip, event, DRTMON_EVENT_KIND_BASELINE_CHANGE, severity);
	else
		drtmon_event_start(event, DRTMON_EVENT_KIND_BASELINE_CHANGE, severity);
	drtmon_who_get(&who, current);
	drtmon_event_set_process(event, &who, telling->path);
	drtmon_who_put(&who);
	drtmon_event_emit(event);
}

static void judge_all(struct drtmon_chip *chip, struct drtmon_event *event)
{
	u32 pcr, kind;

	for (pcr = 0; pcr < DRTMON_PCRS_MAX; pcr++) {
		kind = drtmon_baseline_judge(chip, pcr, false);
		if (kind == DRTMON_EVENT_KIND_UNSPEC)
			continue;
		drtmon_chip_event_start(chip, event, kind, drtmon_baseline_severity(kind));
		drtmon_baseline_describe(chip, pcr, kind, event);
		drtmon_event_emit(event);
	}
}

/* To expect less, or something else, is how a change would be hidden. */
static u32 change_severity(const struct request *request)
{
	const u8 *before;
	u32 i;

	for (i = 0; i < request->count && request->set; i++) {
		before = drtmon_baseline_get(request->chip->baseline, request->entry[i].alg,
					     request->entry[i].pcr);
		if (before && memcmp(before, request->entry[i].digest, request->entry[i].size))
			return DRTMON_SEVERITY_WARNING;
	}
	return request->set ? DRTMON_SEVERITY_NOTICE : DRTMON_SEVERITY_WARNING;
}

/* Under the chip's lock: check everything, then do everything. */
static int request_do(struct request *request, struct telling *telling, struct genl_info *info)
{
	struct drtmon_chip *chip = request->chip;
	const char *why;
	int ret;
	u32 i;

	if (drtmon_baseline_locked()) {
		GENL_SET_ERR_MSG(info, "the baseline is locked until reboot");
		return -EROFS;
	}
	/* What was expected of it is kept already: a change now would be lost. */
	if (READ_ONCE(chip->gone)) {
		GENL_SET_ERR_MSG(info, "the TPM is gone");
		return -ENODEV;
	}
	for (i = 0; i < request->count; i++) {
		ret = drtmon_baseline_check_entry(chip, &request->entry[i], &why);
		if (ret) {
			if (info->extack)
				info->extack->_msg = why;
			return ret;
		}
	}
	ret = request->set ? drtmon_baseline_check_room(chip, request->entry, request->count) : 0;
	if (ret) {
		GENL_SET_ERR_MSG(info, "too many banks: delete what the gone ones were to hold");
		return ret;
	}
	emit_change(chip, change_severity(request), telling);
	if (!request->set && !request->count)
		drtmon_baseline_del(chip, NULL);
	for (i = 0; i < request->count; i++) {
		if (request->set)
			drtmon_baseline_set(chip, &request->entry[i]);
		else
			drtmon_baseline_del(chip, &request->entry[i]);
	}
	judge_all(chip, telling->event);
	return 0;
}

static int change(struct sk_buff *skb, struct genl_info *info, bool set)
{
	struct telling telling;
	struct request *request;
	int ret;

	if (!drtmon_netlink_may(skb, CAP_SYS_ADMIN, info->extack))
		return -EPERM;
	if (!info->attrs[DRTMON_A_BASELINE_CHIP_ID]) {
		GENL_SET_ERR_MSG(info, "chip-id is missing");
		return -EINVAL;
	}
	ret = telling_alloc(&telling);
	if (ret) {
		GENL_SET_ERR_MSG(info, OUT_OF_MEMORY);
		return ret;
	}
	request = kvzalloc(sizeof(*request), GFP_KERNEL);
	if (!request) {
		telling_free(&telling);
		GENL_SET_ERR_MSG(info, OUT_OF_MEMORY);
		return -ENOMEM;
	}
	request->set = set;
	ret = request_parse(request, info);
	if (ret)
		goto out;
	request->chip = drtmon_chip_get_id(nla_get_u32(info->attrs[DRTMON_A_BASELINE_CHIP_ID]));
	if (!request->chip) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[DRTMON_A_BASELINE_CHIP_ID],
				    "no TPM with this number");
		ret = -ENODEV;
		goto out;
	}
	ret = set && !drtmon_baseline_locked() ? drtmon_kept_prepare(request->chip) : 0;
	if (ret) {
		GENL_SET_ERR_MSG(info, OUT_OF_MEMORY);
		goto out_put;
	}
	drtmon_chip_settle(request->chip);
	mutex_lock(&change_lock);
	mutex_lock(&request->chip->lock);
	ret = request_do(request, &telling, info);
	mutex_unlock(&request->chip->lock);
	mutex_unlock(&change_lock);
out_put:
	drtmon_chip_put(request->chip);
out:
	telling_free(&telling);
	kvfree(request);
	return ret;
}

/**
 * drtmon_netlink_baseline_set() - expect values of a chip's PCRs
 * @skb: request
 * @info: request
 *
 * Context: process, an operation of the family.
 * Return: 0; -EPERM, -EINVAL, -ENODEV, -E2BIG, -ENOMEM, -EROFS when locked,
 * -EOPNOTSUPP for a bank and -ERANGE for a PCR that the chip has not, -ENOSPC
 * when values of too many banks would be expected.
 */
int drtmon_netlink_baseline_set(struct sk_buff *skb, struct genl_info *info)
{
	return change(skb, info, true);
}

/**
 * drtmon_netlink_baseline_del() - no longer expect values
 * @skb: request
 * @info: request
 *
 * Context: process, an operation of the family.
 * Return: as drtmon_netlink_baseline_set().
 */
int drtmon_netlink_baseline_del(struct sk_buff *skb, struct genl_info *info)
{
	return change(skb, info, false);
}

/**
 * drtmon_netlink_baseline_lock() - keep the baseline, and the module, until reboot
 * @skb: request
 * @info: request
 *
 * Locked once, a second request changes nothing and is no event.
 *
 * Context: process, an operation of the family.
 * Return: 0, -EPERM, or -EBUSY while the module is being unloaded.
 */
int drtmon_netlink_baseline_lock(struct sk_buff *skb, struct genl_info *info)
{
	struct telling telling;
	bool before;
	int ret;

	if (!drtmon_netlink_may(skb, CAP_SYS_ADMIN, info->extack))
		return -EPERM;
	ret = telling_alloc(&telling);
	if (ret) {
		GENL_SET_ERR_MSG(info, "out of memory");
		return ret;
	}
	mutex_lock(&change_lock);
	before = drtmon_baseline_locked();
	ret = drtmon_baseline_lock();
	if (ret)
		GENL_SET_ERR_MSG(info, "the module is being unloaded");
	else if (!before)
		emit_change(NULL, DRTMON_SEVERITY_NOTICE, &telling);
	mutex_unlock(&change_lock);
	telling_free(&telling);
	return ret;
}
