// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a look read, compared with what the observed commands say it should be.
 * A difference is a change that nobody saw: it is told, and the hardware is
 * believed.
 */
#include <linux/ktime.h>
#include <linux/string.h>

#include "baseline.h"
#include "drift.h"
#include "shadow.h"

/* What was read of a PCR is what the shadow is at, if it did not change since it began. */
static bool is_current(const struct drtmon_chip *chip, u64 began, u32 pcr)
{
	return chip->changed_at[pcr] <= began;
}

static void describe(const struct drtmon_chip *chip, u32 pcr, u32 banks, struct drtmon_event *event)
{
	const struct drtmon_pcr_values *fresh = chip->fresh;
	const struct drtmon_pcr_values *old;
	u32 bank;
	u16 alg;

	event->has |= DRTMON_EVENT_HAS_PCR;
	event->pcr = pcr;
	if (chip->last_event[pcr]) {
		event->has |= DRTMON_EVENT_HAS_LAST;
		event->last = chip->last_event[pcr];
	}
	for (bank = 0; bank < fresh->banks.count; bank++) {
		if (!(banks & BIT(bank)))
			continue;
		alg = fresh->banks.bank[bank].alg;
		old = drtmon_shadow_can(alg) ? chip->shadow : chip->hardware;
		drtmon_event_add_digest(event, DRTMON_EVENT_ROLE_ACTUAL, alg,
					fresh->value[bank][pcr], fresh->banks.size[bank]);
		drtmon_event_add_digest(event, DRTMON_EVENT_ROLE_EXPECTED, alg,
					old->value[bank][pcr], fresh->banks.size[bank]);
	}
}

/**
 * drtmon_drift_banks() - is a PCR what it should be by all that was seen?
 * @chip: the chip, its look_lock and lock held; @chip->fresh is what was read
 * @pcr: below %DRTMON_TPM_PCRS_MAX
 *
 * Context: process.
 * Return: the banks in which it is not, bit n is bank n.
 */
u32 drtmon_drift_banks(const struct drtmon_chip *chip, u32 pcr)
{
	const struct drtmon_pcr_values *fresh = chip->fresh;
	u32 bank, drifted = 0;
	const u8 *old;

	for (bank = 0; bank < fresh->banks.count; bank++) {
		if (!(fresh->banks.bank[bank].mask & BIT(pcr)))
			continue;
		if (drtmon_shadow_can(fresh->banks.bank[bank].alg))
			old = chip->shadow->value[bank][pcr];
		else if (!(chip->touched & BIT(pcr)))
			old = chip->hardware->value[bank][pcr];
		else
			continue;
		if (memcmp(old, fresh->value[bank][pcr], fresh->banks.size[bank]))
			drifted |= BIT(bank);
	}
	return drifted;
}

/* Tell of a PCR that left its expected value, or came back to it. */
static void judge(struct drtmon_chip *chip, u32 pcr, bool changed)
{
	u32 kind = drtmon_baseline_judge(chip, pcr, changed);

	if (kind == DRTMON_EVENT_KIND_UNSPEC)
		return;
	drtmon_chip_event_start(chip, chip->scratch, kind, drtmon_baseline_severity(kind));
	drtmon_baseline_describe(chip, pcr, kind, chip->scratch);
	drtmon_event_emit(chip->scratch);
}

/* Of those that can be compared. */
static u32 drifted(const struct drtmon_chip *chip, u64 began, u32 pcr)
{
	if (!drtmon_pcr_banks_equal(&chip->hardware->banks, &chip->fresh->banks) ||
	    !is_current(chip, began, pcr))
		return 0;
	return drtmon_drift_banks(chip, pcr);
}

/**
 * drtmon_drift_alarms() - is anything not as it should be, and nothing excuses it?
 * @chip: the chip, its look_lock and lock held; @chip->fresh is what was read
 * @began: the tap's generation when reading began
 *
 * Context: process.
 */
bool drtmon_drift_alarms(const struct drtmon_chip *chip, u64 began)
{
	u32 known = ~chip->stale, pcr;

	for (pcr = 0; pcr < DRTMON_TPM_PCRS_MAX; pcr++)
		if (known & BIT(pcr) && drifted(chip, began, pcr))
			return true;
	return false;
}

static void tell(struct drtmon_chip *chip, u32 pcr, u32 banks)
{
	drtmon_chip_event_start(chip, chip->scratch, DRTMON_EVENT_KIND_PCR_DRIFT,
				DRTMON_SEVERITY_CRITICAL);
	describe(chip, pcr, banks, chip->scratch);
	chip->last_event[pcr] = drtmon_event_emit(chip->scratch);
}

static void take_pcr(struct drtmon_chip *chip, u32 pcr)
{
	u32 bank;

	for (bank = 0; bank < chip->fresh->banks.count; bank++) {
		memcpy(chip->hardware->value[bank][pcr], chip->fresh->value[bank][pcr],
		       sizeof(chip->hardware->value[bank][pcr]));
		memcpy(chip->shadow->value[bank][pcr], chip->fresh->value[bank][pcr],
		       sizeof(chip->shadow->value[bank][pcr]));
	}
	chip->touched &= ~BIT(pcr);
}

/* Believe the hardware as far as it can be compared; PCRs that changed meanwhile are as seen. */
static u32 take_current(struct drtmon_chip *chip, u64 began)
{
	u32 known = ~chip->stale;
	u32 pcr, banks, changed = 0;

	for (pcr = 0; pcr < DRTMON_TPM_PCRS_MAX; pcr++) {
		banks = drifted(chip, began, pcr);
		if (banks)
			changed |= BIT(pcr);
		if (banks && known & BIT(pcr))
			tell(chip, pcr, banks);
		if (is_current(chip, began, pcr))
			take_pcr(chip, pcr);
	}
	return changed;
}

/* The shadow did not come from the events alone: replays begin here. */
static void set_checkpoint(struct drtmon_chip *chip)
{
	struct drtmon_event_range range;

	drtmon_event_range(&range);
	mutex_lock(&chip->checkpoint_lock);
	*chip->checkpoint = *chip->shadow;
	chip->checkpoint_seq = range.next - 1;
	mutex_unlock(&chip->checkpoint_lock);
}

/* What changed a PCR that nothing tells of is not what touched it before. */
static void judge_all(struct drtmon_chip *chip, u32 changed)
{
	u32 mask, pcr;

	for (mask = changed & chip->untold; mask; mask &= mask - 1)
		chip->last_event[__ffs(mask)] = 0;
	for (pcr = 0; pcr < DRTMON_TPM_PCRS_MAX; pcr++)
		judge(chip, pcr, changed & BIT(pcr));
}

/* Believe the TPM's counter; @known: by what was seen the present one is to be expected. */
static void set_counter(struct drtmon_chip *chip, u32 counter, bool known)
{
	if (known && chip->leapt)
		chip->leaps = chip->counter == counter;
	chip->leapt = false;
	chip->counter = counter;
	chip->counters[chip->applied % DRTMON_CHIP_COUNTERS] = counter;
	chip->counters_from = chip->applied;
}

/**
 * drtmon_drift_adopt() - compare what was read, tell of differences, believe it
 * @chip: the chip, its look_lock and lock held; @chip->fresh is what was read:
 *	all values belong together, and to the generation that the shadow is at
 * @began: the tap's generation when reading began
 * @ended: when the last answer came
 *
 * Context: process, may sleep.
 */
void drtmon_drift_adopt(struct drtmon_chip *chip, u64 began, u64 ended)
{
	bool other = !drtmon_pcr_banks_equal(&chip->hardware->banks, &chip->fresh->banks);
	bool anew = other || chip->stale;
	u32 changed = take_current(chip, began);

	*chip->shadow = *chip->fresh;
	*chip->hardware = *chip->fresh;
	chip->applied = ended;
	chip->touched = 0;
	chip->slept = false;
	WRITE_ONCE(chip->stale, 0);
	if (changed && chip->hibernated) {
		drtmon_chip_event_start(chip, chip->scratch, DRTMON_EVENT_KIND_TPM_RESET,
					DRTMON_SEVERITY_CRITICAL);
		drtmon_event_emit(chip->scratch);
	}
	chip->hibernated = false;
	chip->checked = ktime_get_boottime_ns();
	set_counter(chip, chip->fresh->counter, !anew && !changed);
	if (anew || changed)
		set_checkpoint(chip);
	judge_all(chip, other ? DRTMON_CHIP_ALL_PCRS : changed);
	chip->untold = 0;
}

/**
 * drtmon_drift_adopt_some() - the same for values that do not belong together
 * @chip: the chip, its look_lock and lock held; @chip->fresh is what was read
 * @began: the tap's generation when reading began
 *
 * The TPM's counter moved though nobody may send it a command. Each value was
 * read all the same, and one that nobody was seen to change can be compared.
 *
 * Context: process, may sleep.
 */
void drtmon_drift_adopt_some(struct drtmon_chip *chip, u64 began)
{
	u32 changed;

	if (!chip->hardware->banks.count ||
	    !drtmon_pcr_banks_equal(&chip->hardware->banks, &chip->fresh->banks))
		return;
	changed = take_current(chip, began);
	if (changed)
		set_checkpoint(chip);
	judge_all(chip, changed);
}
