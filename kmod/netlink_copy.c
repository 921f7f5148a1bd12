// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies of what is known of a chip's PCRs, and the messages made of them: a
 * reader takes its time, and what it is told has to be of one moment.
 */
#include <linux/mm.h>
#include <net/genetlink.h>
#include <linux/drtmon.h>

#include "baseline.h"
#include "look.h"
#include "netlink_copy.h"
#include "netlink_fill.h"
#include "netlink_out.h"
#include "shadow.h"

/* Hardware, shadow, checkpoint, baseline. */
#define VALUES_MAX 4

/* A value that nobody can vouch for neither matches nor differs. */
static u8 pcr_judgement(const struct drtmon_chip *chip, u32 unknown, u32 bank, u32 pcr)
{
	u32 state = drtmon_baseline_state(chip, bank, pcr);

	return unknown & BIT(pcr) && state != DRTMON_BASELINE_STATE_NONE
		       ? DRTMON_BASELINE_STATE_UNKNOWN
		       : state;
}

static u8 *value_add(u8 *p, const u8 *value, u16 size)
{
	memcpy(p, value, size);
	return p + size;
}

/* Under the chip's locks. Returns the end of what was copied. */
static u8 *bank_copy(struct drtmon_copy *copy, const struct drtmon_chip *chip, u32 bank, u8 *p,
		     u32 unknown)
{
	const struct drtmon_pcr_banks *banks = &chip->hardware->banks;
	u16 size = banks->size[bank], alg = banks->bank[bank].alg;
	const u8 *expected;
	u32 mask, pcr;

	copy->start[bank] = p - copy->value;
	for (mask = banks->bank[bank].mask; mask; mask &= mask - 1) {
		pcr = __ffs(mask);
		p = value_add(p, chip->hardware->value[bank][pcr], size);
		p = value_add(p, chip->shadow->value[bank][pcr], size);
		p = value_add(p, chip->checkpoint->value[bank][pcr], size);
		expected = drtmon_baseline_get(chip->baseline, alg, pcr);
		if (!expected)
			continue;
		p = value_add(p, expected, size);
		copy->expected[bank] |= BIT(pcr);
		copy->baseline_state[bank][pcr] = pcr_judgement(chip, unknown, bank, pcr);
	}
	return p;
}

static size_t values_size(const struct drtmon_pcr_banks *banks)
{
	size_t size = 0;
	u32 bank;

	for (bank = 0; bank < banks->count; bank++)
		size += hweight32(banks->bank[bank].mask) * banks->size[bank] * VALUES_MAX;
	return size;
}

static void copy_fill(struct drtmon_copy *copy, const struct drtmon_chip *chip, int error)
{
	u32 bank, unknown;
	u8 *p = copy->value;

	copy->chip_id = chip->id;
	memcpy(copy->chip_name, chip->name, sizeof(copy->chip_name));
	copy->snapshot = chip->snapshot;
	copy->banks = chip->hardware->banks;
	copy->stale = drtmon_look_unknown(chip);
	copy->touched = chip->touched;
	copy->checkpoint_seq = chip->checkpoint_seq;
	memcpy(copy->last_event, chip->last_event, sizeof(copy->last_event));
	unknown = copy->stale;
	/* Who asked for what the TPM holds now gets no judgement on what it once held. */
	if (error) {
		copy->snapshot.state = DRTMON_SNAPSHOT_STATE_FAILED;
		copy->snapshot.error = -error;
		unknown = DRTMON_CHIP_ALL_PCRS;
	}
	for (bank = 0; bank < copy->banks.count; bank++)
		p = bank_copy(copy, chip, bank, p, unknown);
}

/**
 * drtmon_copy_take() - copy what is known of a chip's PCRs
 * @chip: the caller holds a reference
 * @error: why the TPM could not be read for the caller, who wanted that; else 0
 *
 * Context: process, may sleep.
 * Return: the copy, NULL when there is no memory.
 */
struct drtmon_copy *drtmon_copy_take(struct drtmon_chip *chip, int error)
{
	struct drtmon_copy *copy = NULL;
	size_t room = 0, values;

	/*
	 * Anybody may ask, and wait for memory as long as a cgroup's limit makes them:
	 * not with the lock held. Banks that came meanwhile need more, up to all there are.
	 */
	for (;;) {
		mutex_lock(&chip->lock);
		values = values_size(&chip->hardware->banks);
		if (copy && values <= room)
			break;
		mutex_unlock(&chip->lock);
		kvfree(copy);
		room = values;
		copy = kvmalloc(struct_size(copy, value, room), GFP_KERNEL_ACCOUNT);
		if (!copy)
			return NULL;
	}
	memset(copy, 0, sizeof(*copy));
	mutex_lock(&chip->checkpoint_lock);
	copy_fill(copy, chip, error);
	mutex_unlock(&chip->checkpoint_lock);
	mutex_unlock(&chip->lock);
	return copy;
}

/**
 * drtmon_copy_free() - give copies back
 * @copy: the first, or NULL
 *
 * Context: process.
 */
void drtmon_copy_free(struct drtmon_copy *copy)
{
	struct drtmon_copy *next;

	for (; copy; copy = next) {
		next = copy->next;
		kvfree(copy);
	}
}

static u32 pcr_state(const struct drtmon_copy *copy, bool shadowed, u32 pcr)
{
	if (copy->stale & BIT(pcr))
		return DRTMON_PCR_STATE_STALE;
	if (shadowed)
		return DRTMON_PCR_STATE_SHADOWED;
	return copy->touched & BIT(pcr) ? DRTMON_PCR_STATE_STALE : DRTMON_PCR_STATE_NOT_SHADOWED;
}

static void put_pcrs(struct drtmon_out *out, const struct drtmon_copy *copy, u32 bank)
{
	bool shadowed = drtmon_shadow_can(copy->banks.bank[bank].alg);
	const u8 *p = copy->value + copy->start[bank];
	u16 size = copy->banks.size[bank];
	struct nlattr *nest;
	u32 mask, pcr;

	for (mask = copy->banks.bank[bank].mask; mask; mask &= mask - 1) {
		pcr = __ffs(mask);
		nest = drtmon_out_nest(out, DRTMON_A_PCRS_PCR);
		drtmon_out_u32(out, DRTMON_A_PCR_INDEX, pcr);
		drtmon_out_u32(out, DRTMON_A_PCR_STATE, pcr_state(copy, shadowed, pcr));
		drtmon_out_put(out, DRTMON_A_PCR_HARDWARE, p, size);
		drtmon_out_u32(out, DRTMON_A_PCR_BASELINE_STATE, copy->baseline_state[bank][pcr]);
		drtmon_out_u64(out, DRTMON_A_PCR_LAST_EVENT, copy->last_event[pcr],
			       DRTMON_A_PCR_PAD);
		p += size;
		if (shadowed) {
			drtmon_out_put(out, DRTMON_A_PCR_SHADOW, p, size);
			drtmon_out_put(out, DRTMON_A_PCR_CHECKPOINT, p + size, size);
		}
		p += 2 * size;
		if (copy->expected[bank] & BIT(pcr)) {
			drtmon_out_put(out, DRTMON_A_PCR_BASELINE, p, size);
			p += size;
		}
		drtmon_out_nest_end(out, nest);
	}
}

/**
 * drtmon_copy_put() - a message of pcr-get
 * @skb: message
 * @copy: of a chip
 * @bank: which one; of a chip without any, 0
 *
 * Return: 0 or -EMSGSIZE.
 */
int drtmon_copy_put(struct sk_buff *skb, const struct drtmon_copy *copy, u32 bank)
{
	struct drtmon_out out;

	if (nla_put_u32(skb, DRTMON_A_PCRS_CHIP_ID, copy->chip_id) ||
	    nla_put_string(skb, DRTMON_A_PCRS_CHIP_NAME, copy->chip_name) ||
	    drtmon_fill_snapshot(skb, DRTMON_A_PCRS_SNAPSHOT, &copy->snapshot) ||
	    nla_put_u64_64bit(skb, DRTMON_A_PCRS_CHECKPOINT_SEQ, copy->checkpoint_seq,
			      DRTMON_A_PCRS_PAD))
		return -EMSGSIZE;
	if (bank >= copy->banks.count)
		return 0;
	drtmon_out_begin(&out, skb);
	drtmon_out_u32(&out, DRTMON_A_PCRS_ALG, copy->banks.bank[bank].alg);
	put_pcrs(&out, copy, bank);
	return drtmon_out_end(&out, skb);
}
