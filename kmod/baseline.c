// SPDX-License-Identifier: GPL-2.0-only
/*
 * Expected PCR values, and whether the present ones are as expected.
 *
 * Values are kept by bank and PCR in the same shape as the ones they are
 * compared with; a bit in a bank's mask says that something is expected there.
 * Once locked nothing changes them any more and the module stays loaded.
 */
#include <linux/module.h>
#include <linux/string.h>

#include "baseline.h"
#include "shadow.h"

/* Goes from false to true once. */
static bool locked;

/**
 * drtmon_baseline_locked() - may the baseline still be changed?
 *
 * Context: any.
 */
bool drtmon_baseline_locked(void)
{
	return READ_ONCE(locked);
}

/**
 * drtmon_baseline_lock() - from now on until reboot the baseline stays as it is
 *
 * Context: process, not concurrently; a second call does nothing.
 * Return: 0, or -EBUSY when the module is on its way out.
 */
int drtmon_baseline_lock(void)
{
	if (drtmon_baseline_locked())
		return 0;
	if (!try_module_get(THIS_MODULE))
		return -EBUSY;
	WRITE_ONCE(locked, true);
	return 0;
}

/**
 * drtmon_baseline_get() - the expected value
 * @baseline: of a chip
 * @alg: bank
 * @pcr: below %DRTMON_TPM_PCRS_MAX
 *
 * Context: under the chip's lock.
 * Return: the value, NULL when nothing is expected.
 */
const u8 *drtmon_baseline_get(const struct drtmon_pcr_values *baseline, u16 alg, u32 pcr)
{
	int bank = drtmon_shadow_bank(&baseline->banks, alg);

	if (bank < 0 || !(baseline->banks.bank[bank].mask & BIT(pcr)))
		return NULL;
	return baseline->value[bank][pcr];
}

/**
 * drtmon_baseline_check_entry() - can this be expected of the chip?
 * @chip: the chip, its lock held
 * @entry: the digest may be missing when it is to be deleted
 * @why: a sentence when it cannot
 *
 * Context: process.
 * Return: 0; -EOPNOTSUPP for a bank that the chip has not, unless what was expected
 * there is to be deleted; -ERANGE for a PCR
 * that the bank has not, -EINVAL for a digest of another size.
 */
int drtmon_baseline_check_entry(const struct drtmon_chip *chip,
				const struct drtmon_baseline_entry *entry, const char **why)
{
	const struct drtmon_pcr_banks *banks = &chip->hardware->banks;
	int bank = entry->alg <= U16_MAX ? drtmon_shadow_bank(banks, entry->alg) : -ENOENT;

	/* What a bank that is gone was expected to hold can still be forgotten. */
	if (bank < 0 && !entry->digest && entry->alg <= U16_MAX &&
	    entry->pcr < DRTMON_TPM_PCRS_MAX &&
	    drtmon_baseline_get(chip->baseline, entry->alg, entry->pcr))
		return 0;
	if (bank < 0) {
		*why = "the TPM has no active bank of this algorithm";
		return -EOPNOTSUPP;
	}
	if (entry->pcr >= DRTMON_TPM_PCRS_MAX || !(banks->bank[bank].mask & BIT(entry->pcr))) {
		*why = "the bank has no such PCR";
		return -ERANGE;
	}
	if (entry->digest && entry->size != banks->size[bank]) {
		*why = "the digest is not as long as the bank's";
		return -EINVAL;
	}
	return 0;
}

static int baseline_bank_add(struct drtmon_pcr_values *baseline, u16 alg, u16 size)
{
	int bank = drtmon_shadow_bank(&baseline->banks, alg);

	if (bank >= 0)
		return bank;
	if (baseline->banks.count == DRTMON_TPM_BANKS_MAX)
		return -ENOSPC;
	bank = baseline->banks.count++;
	baseline->banks.bank[bank].alg = alg;
	baseline->banks.bank[bank].mask = 0;
	baseline->banks.size[bank] = size;
	return bank;
}

/**
 * drtmon_baseline_check_room() - can all of these be expected at once?
 * @chip: the chip, its lock held
 * @entry: some that drtmon_baseline_check_entry() found good
 * @count: entries
 *
 * A TPM whose banks were allocated anew leaves expectations of its old ones.
 *
 * Context: process.
 * Return: 0, or -ENOSPC when they are of more banks than fit.
 */
int drtmon_baseline_check_room(const struct drtmon_chip *chip,
			       const struct drtmon_baseline_entry *entry, u32 count)
{
	u32 room = DRTMON_TPM_BANKS_MAX - chip->baseline->banks.count;
	u32 asked = 0, fresh = 0, i;

	for (i = 0; i < count; i++)
		asked |= BIT(drtmon_shadow_bank(&chip->hardware->banks, entry[i].alg));
	for (; asked; asked &= asked - 1) {
		i = __ffs(asked);
		if (drtmon_shadow_bank(&chip->baseline->banks,
				       chip->hardware->banks.bank[i].alg) < 0)
			fresh++;
	}
	return fresh > room ? -ENOSPC : 0;
}

/**
 * drtmon_baseline_set() - expect a value
 * @chip: the chip, its lock held
 * @entry: one that drtmon_baseline_check_entry() found good, and
 *	drtmon_baseline_check_room() found room for
 *
 * Context: process.
 */
void drtmon_baseline_set(struct drtmon_chip *chip, const struct drtmon_baseline_entry *entry)
{
	int bank = baseline_bank_add(chip->baseline, entry->alg, entry->size);

	if (WARN_ON_ONCE(bank < 0))
		return;
	memcpy(chip->baseline->value[bank][entry->pcr], entry->digest, entry->size);
	chip->baseline->banks.bank[bank].mask |= BIT(entry->pcr);
}

/* A bank that nothing is expected of any more makes room for another. */
static void baseline_bank_drop(struct drtmon_pcr_values *baseline, u32 bank)
{
	u32 last = --baseline->banks.count;

	if (bank == last)
		return;
	baseline->banks.bank[bank] = baseline->banks.bank[last];
	baseline->banks.size[bank] = baseline->banks.size[last];
	memcpy(baseline->value[bank], baseline->value[last], sizeof(baseline->value[bank]));
}

/**
 * drtmon_baseline_del() - expect nothing any more
 * @chip: the chip, its lock held
 * @entry: of which bank and PCR, NULL for all
 *
 * Context: process.
 */
void drtmon_baseline_del(struct drtmon_chip *chip, const struct drtmon_baseline_entry *entry)
{
	int bank;

	if (!entry) {
		chip->baseline->banks.count = 0;
		return;
	}
	bank = drtmon_shadow_bank(&chip->baseline->banks, entry->alg);
	if (bank < 0)
		return;
	chip->baseline->banks.bank[bank].mask &= ~BIT(entry->pcr);
	if (!chip->baseline->banks.bank[bank].mask)
		baseline_bank_drop(chip->baseline, bank);
}

/* The best value there is of a PCR in a bank, NULL when it is not known now. */
static const u8 *present_value(const struct drtmon_chip *chip, u32 bank, u32 pcr)
{
	const struct drtmon_pcr_banks *banks = &chip->hardware->banks;

	if (bank >= banks->count || !(banks->bank[bank].mask & BIT(pcr)) || chip->slept ||
	    chip->stale & BIT(pcr))
		return NULL;
	if (drtmon_shadow_can(banks->bank[bank].alg))
		return chip->shadow->value[bank][pcr];
	return chip->touched & BIT(pcr) ? NULL : chip->hardware->value[bank][pcr];
}

/**
 * drtmon_baseline_state() - is a PCR as expected?
 * @chip: the chip, its lock held
 * @bank: index of a bank of the chip
 * @pcr: below %DRTMON_TPM_PCRS_MAX
 *
 * Context: process.
 * Return: enum drtmon_baseline_state.
 */
u32 drtmon_baseline_state(const struct drtmon_chip *chip, u32 bank, u32 pcr)
{
	const u8 *expected, *present;

	expected = drtmon_baseline_get(chip->baseline, chip->hardware->banks.bank[bank].alg, pcr);
	if (!expected)
		return DRTMON_BASELINE_STATE_NONE;
	present = present_value(chip, bank, pcr);
	if (!present)
		return DRTMON_BASELINE_STATE_UNKNOWN;
	return memcmp(present, expected, chip->hardware->banks.size[bank]) ?
		       DRTMON_BASELINE_STATE_MISMATCH :
		       DRTMON_BASELINE_STATE_MATCH;
}

/**
 * drtmon_baseline_judge() - did a PCR leave its expected value, or come back?
 * @chip: the chip, its lock held
 * @pcr: below %DRTMON_TPM_PCRS_MAX
 * @changed: its value changed, so that a mismatch is worth telling again
 *
 * Context: process.
 * Return: the kind of event to emit, %DRTMON_EVENT_KIND_UNSPEC for none.
 */
u32 drtmon_baseline_judge(struct drtmon_chip *chip, u32 pcr, bool changed)
{
	u8 before = chip->mismatched[pcr], now = 0;
	bool unknown = false, matched = false;
	u32 bank;

	for (bank = 0; bank < chip->hardware->banks.count; bank++) {
		switch (drtmon_baseline_state(chip, bank, pcr)) {
		case DRTMON_BASELINE_STATE_MISMATCH:
			now |= BIT(bank);
			break;
		case DRTMON_BASELINE_STATE_UNKNOWN:
			unknown = true;
			break;
		case DRTMON_BASELINE_STATE_MATCH:
			matched = true;
			break;
		}
	}
	for (bank = 0; bank < chip->baseline->banks.count; bank++)
		if (chip->baseline->banks.bank[bank].mask & BIT(pcr) &&
		    drtmon_shadow_bank(&chip->hardware->banks,
				       chip->baseline->banks.bank[bank].alg) < 0)
			unknown = true;
	changed |= !!(chip->unjudged & BIT(pcr));
	/* What cannot be seen now has not come back. */
	if (unknown && !now) {
		chip->unjudged |= changed ? BIT(pcr) : 0;
		return DRTMON_EVENT_KIND_UNSPEC;
	}
	chip->unjudged &= ~BIT(pcr);
	chip->mismatched[pcr] = now;
	if (now && (changed || now != before))
		return DRTMON_EVENT_KIND_PCR_MISMATCH;
	/* Where nothing is expected any more, nothing is as expected. */
	if (!now && before && matched)
		return DRTMON_EVENT_KIND_PCR_MATCH;
	return DRTMON_EVENT_KIND_UNSPEC;
}

/**
 * drtmon_baseline_severity() - how much it matters
 * @kind: what drtmon_baseline_judge() found
 *
 * Context: any.
 * Return: enum drtmon_severity.
 */
u32 drtmon_baseline_severity(u32 kind)
{
	return kind == DRTMON_EVENT_KIND_PCR_MISMATCH ? DRTMON_SEVERITY_CRITICAL :
							DRTMON_SEVERITY_NOTICE;
}

/**
 * drtmon_baseline_describe() - fill in what drtmon_baseline_judge() found
 * @chip: the chip, its lock held
 * @pcr: which PCR
 * @kind: what was found
 * @event: begun with drtmon_chip_event_start()
 *
 * Context: process.
 */
void drtmon_baseline_describe(const struct drtmon_chip *chip, u32 pcr, u32 kind,
			      struct drtmon_event *event)
{
	const struct drtmon_pcr_banks *banks = &chip->hardware->banks;
	const u8 *present, *expected;
	u32 bank;

	event->has |= DRTMON_EVENT_HAS_PCR;
	event->pcr = pcr;
	if (chip->last_event[pcr]) {
		event->has |= DRTMON_EVENT_HAS_LAST;
		event->last = chip->last_event[pcr];
	}
	for (bank = 0; bank < banks->count; bank++) {
		expected = drtmon_baseline_get(chip->baseline, banks->bank[bank].alg, pcr);
		present = present_value(chip, bank, pcr);
		if (!expected || !present)
			continue;
		if (kind == DRTMON_EVENT_KIND_PCR_MISMATCH && !(chip->mismatched[pcr] & BIT(bank)))
			continue;
		drtmon_event_add_digest(event, DRTMON_EVENT_ROLE_ACTUAL, banks->bank[bank].alg,
					present, banks->size[bank]);
		drtmon_event_add_digest(event, DRTMON_EVENT_ROLE_EXPECTED, banks->bank[bank].alg,
					expected, banks->size[bank]);
	}
}
