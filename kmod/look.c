// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking at the TPM itself: is it as the observed commands say?
 *
 * A full look reads every PCR. Its values belong together when neither the
 * TPM's own counter nor the hook saw a change meanwhile. They are compared with
 * the shadow at the very command they were read after: a difference is a change
 * that nobody saw (drift), and the hardware is believed.
 *
 * A short look, on a timer, costs one command: it reads the PCRs that do not
 * move the TPM's counter, which fit one answer on the TPMs there are, and with
 * them the counter, which stands for all others. Only if something moved does a
 * full look follow. The TPM's clock, which knows of resets, is asked now and
 * then, and before any alarm.
 *
 * Both prove that the hook is alive: their own commands must pass it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "clock.h"
#include "compat.h"
#include "drift.h"
#include "hook.h"
#include "look.h"
#include "shadow.h"
#include "sleep.h"
#include "watch.h"

#define LOOK_ATTEMPTS 3
#define ALL_PCRS      DRTMON_CHIP_ALL_PCRS

/* A TPM that was reset and made to look as before is found out by its clock, asked now and then. */
#define CLOCK_EVERY 10

/* Bad looks are repeated soon, then at ever longer times: 1, 2, 4 ... 64 s. */
#define BAD_SHIFT_MAX 6u

/* Seconds between looks that nothing asks for, 0 for none. Set at load. */
static u32 look_interval;

/**
 * struct look - one look while it goes on
 * @chip: at what, its look_lock held
 * @source: the TPM
 * @snapshot: how it goes
 * @began: the tap's generation when it began
 * @ended: the tap's generation when the last answer came
 * @unseen: commands of any chip that were missed or lost when it began
 */
struct look {
	struct drtmon_chip *chip;
	struct drtmon_pcr_source source;
	struct drtmon_snapshot snapshot;
	u64 began;
	u64 ended;
	u64 unseen;
};

/* A look that failed, and why: positive errno, EAGAIN for values that do not belong together. */
static void emit_error(struct drtmon_chip *chip, u32 error)
{
	drtmon_chip_event_start(chip, chip->scratch, DRTMON_EVENT_KIND_TPM_ERROR,
				DRTMON_SEVERITY_WARNING);
	chip->scratch->has |= DRTMON_EVENT_HAS_ERROR;
	chip->scratch->error = error;
	drtmon_event_emit(chip->scratch);
}

/* Own commands were answered. Did the hook see them? */
static void look_heartbeat(struct drtmon_chip *chip, bool seen)
{
	u32 state = seen ? DRTMON_HOOK_STATE_ACTIVE : DRTMON_HOOK_STATE_DEAD;
	u32 before;

	mutex_lock(&chip->lock);
	before = chip->hook_state;
	WRITE_ONCE(chip->hook_state, state);
	if (seen && before == DRTMON_HOOK_STATE_DEAD)
		drtmon_chip_emit(chip, DRTMON_EVENT_KIND_HOOK_ALIVE, DRTMON_SEVERITY_NOTICE);
	else if (!seen && before != DRTMON_HOOK_STATE_DEAD)
		drtmon_chip_emit(chip, DRTMON_EVENT_KIND_HOOK_DEAD, DRTMON_SEVERITY_CRITICAL);
	mutex_unlock(&chip->lock);
}

/* What stays as it is until the TPM is reset. */
static int look_settle(struct look *look)
{
	struct drtmon_chip *chip = look->chip;
	u32 no_increment = 0;
	int ret;

	ret = drtmon_clock_check(chip, &look->source);
	if (ret || chip->settled)
		return ret;
	ret = drtmon_pcr_find_banks(&look->source, &chip->fresh->banks);
	if (!ret)
		ret = drtmon_pcr_find_no_increment(&look->source, &no_increment);
	/* The worker reads it meanwhile. */
	if (!ret)
		WRITE_ONCE(chip->no_increment, no_increment);
	chip->settled = !ret;
	return ret;
}

/* Was a command missed or lost since it began? It may have been one that changed a PCR. */
static bool look_is_missed(const struct look *look)
{
	return drtmon_hook_unseen() != look->unseen;
}

/* Read @mask of all banks; own commands are known to the hook by their task. */
static int look_read(struct look *look, u32 mask, bool settle)
{
	struct drtmon_chip *chip = look->chip;
	u64 reads = READ_ONCE(chip->tap.self_reads);
	int ret = 0;

	look->snapshot.attempts++;
	look->unseen = drtmon_hook_unseen();
	WRITE_ONCE(chip->tap.self, current);
	if (settle || !chip->settled)
		ret = look_settle(look);
	look->began = READ_ONCE(chip->tap.generation);
	if (!ret)
		ret = drtmon_pcr_read(&look->source, chip->fresh, mask);
	WRITE_ONCE(chip->tap.self, NULL);

	look->snapshot.commands = READ_ONCE(chip->tap.self_reads) - reads;
	look->ended = look->snapshot.commands ? READ_ONCE(chip->tap.read_generation) : look->began;
	/* Nothing read is nothing known. */
	if (!ret && !chip->fresh->digests)
		ret = -ENODATA;
	/* A hook that had no room for a command is told of as that. */
	if (!ret && (look->snapshot.commands || !look_is_missed(look)))
		look_heartbeat(chip, look->snapshot.commands);
	return ret;
}

/*
 * Did nothing change while it was read? One answer cannot be torn. A look that
 * the hook did not see, or not all of, has only the TPM's counter to go by; a TPM
 * 1.2 has none, and is to be had to oneself.
 */
static bool look_is_whole(const struct look *look)
{
	bool rested = !look->chip->fresh->moved && look->began == look->ended;

	if (look->snapshot.commands != look->chip->fresh->commands)
		return drtmon_chip_is_tpm2(look->chip) ? rested : look->source.held;
	return look->snapshot.commands == 1 || rested;
}

static void look_failed(struct look *look, int error)
{
	struct drtmon_chip *chip = look->chip;

	mutex_lock(&chip->lock);
	/* The values of the last good look stay, under the name of that look. */
	chip->snapshot.state = DRTMON_SNAPSHOT_STATE_FAILED;
	chip->snapshot.error = -error;
	chip->snapshot.attempts = look->snapshot.attempts;
	if (chip->look_error != error) {
		pr_warn("%s: cannot read PCRs (%d)\n", chip->name, error);
		emit_error(chip, -error);
	}
	chip->look_error = error;
	chip->failed_looks++;
	WRITE_ONCE(chip->distrust, true);
	mutex_unlock(&chip->lock);
}

/*
 * Under the lock, all that was queued before in the shadow: do the values belong
 * together and to what the shadow is at?
 */
static bool look_is_good(struct look *look)
{
	struct drtmon_chip *chip = look->chip;

	if (!look_is_whole(look) || chip->applied > look->ended)
		return false;
	/* Whoever holds the TPM knows that no other command was for this one. */
	if (look_is_missed(look) && !look->source.held)
		return false;
	/* Still behind: records were lost on the way. */
	if (chip->applied != look->ended)
		drtmon_chip_lose(chip, ALL_PCRS);
	return true;
}

static void look_done(struct look *look)
{
	struct drtmon_chip *chip = look->chip;

	look->snapshot.state = DRTMON_SNAPSHOT_STATE_CONSISTENT;
	look->snapshot.digests = chip->fresh->digests;
	look->snapshot.update_counter = chip->fresh->counter;
	look->snapshot.boottime = ktime_get_boottime_ns();
	chip->snapshot = look->snapshot;
	chip->look_error = 0;
	chip->torn_looks = 0;
	chip->failed_looks = 0;
	drtmon_drift_adopt(chip, look->began, look->ended);
}

/* What was read, and all that the hook queued until then. Returns whether it belongs together. */
static bool look_conclude(struct look *look, bool settle)
{
	struct drtmon_chip *chip = look->chip;
	bool done;

	/* All that the hook queued before this point is now in the shadow. */
	drtmon_watch_flush();
	mutex_lock(&chip->lock);
	done = look_is_good(look);
	/* Before an alarm: did the TPM begin anew? The next attempt asks. */
	if (done && !settle && drtmon_drift_alarms(chip, look->began))
		done = false;
	/* It was seen to: the next asks for its banks. */
	if (done && look->snapshot.attempts < LOOK_ATTEMPTS &&
	    test_bit(DRTMON_CHIP_STARTED, &chip->seen))
		done = false;
	if (done)
		look_done(look);
	else if (look->snapshot.attempts == LOOK_ATTEMPTS)
		drtmon_drift_adopt_some(chip, look->began);
	mutex_unlock(&chip->lock);
	return done;
}

/*
 * One attempt at a full look; the last keeps all others from the TPM, until it
 * has been compared. Returns whether the values belong together.
 */
static bool look_attempt(struct look *look, int *error)
{
	struct drtmon_chip *chip = look->chip;
	bool settle = READ_ONCE(chip->distrust) || look->snapshot.attempts ||
		      test_bit(DRTMON_CHIP_STARTED, &chip->seen) ||
		      READ_ONCE(chip->hook_state) == DRTMON_HOOK_STATE_DEAD;
	bool done = false;

	WRITE_ONCE(chip->distrust, false);
	if (look->snapshot.attempts == LOOK_ATTEMPTS - 1) {
		*error = drtmon_pcr_hold(&look->source);
		if (*error)
			return false;
	}
	*error = look_read(look, ALL_PCRS, settle);
	if (!*error)
		done = look_conclude(look, settle);
	drtmon_pcr_release(&look->source);
	return done;
}

/* Not even with the TPM to itself: its counter moves though nobody may send it a command. */
static void look_torn(struct look *look)
{
	struct drtmon_chip *chip = look->chip;

	WRITE_ONCE(chip->distrust, true);
	mutex_lock(&chip->lock);
	chip->snapshot.state = DRTMON_SNAPSHOT_STATE_TORN;
	chip->snapshot.error = 0;
	chip->snapshot.attempts = look->snapshot.attempts;
	chip->snapshot.boottime = ktime_get_boottime_ns();
	if (!chip->torn_looks++) {
		pr_warn("%s: PCRs change while nobody else may use the TPM\n", chip->name);
		emit_error(chip, EAGAIN);
	}
	mutex_unlock(&chip->lock);
}

static int look_full(struct look *look)
{
	int error = 0;

	while (look->snapshot.attempts < LOOK_ATTEMPTS && !error)
		if (look_attempt(look, &error))
			return 0;
	if (error) {
		look_failed(look, error);
		return error;
	}
	look_torn(look);
	return 0;
}

/*
 * Is the TPM's counter what it was when the answer came? Under the lock. Where it
 * may count otherwise than is thought, one that fits may have a change in it that
 * nobody saw.
 */
static bool look_counter_fits(const struct look *look)
{
	const struct drtmon_chip *chip = look->chip;

	if (chip->leapt && !chip->leaps)
		return false;
	if (look->ended > chip->applied || look->ended < chip->counters_from ||
	    chip->applied - look->ended >= DRTMON_CHIP_COUNTERS)
		return false;
	return !drtmon_chip_is_tpm2(chip) ||
	       chip->counters[look->ended % DRTMON_CHIP_COUNTERS] == chip->fresh->counter;
}

/* PCRs that the counter, which comes along, does not tell of; all where the TPM names none. */
static u32 look_short_mask(const struct drtmon_chip *chip)
{
	u32 all = 0, bank;

	for (bank = 0; bank < chip->hardware->banks.count; bank++)
		all |= chip->hardware->banks.bank[bank].mask;
	return all & chip->no_increment ? all & chip->no_increment : all;
}

/* PCRs that changed in a bank that the kernel cannot hash: only reading tells their values. */
static u32 look_unhashed(const struct drtmon_chip *chip)
{
	u32 unhashed = 0, bank;

	for (bank = 0; bank < chip->hardware->banks.count; bank++)
		if (!drtmon_shadow_can(chip->hardware->banks.bank[bank].alg))
			unhashed |= chip->hardware->banks.bank[bank].mask;
	return unhashed & chip->touched;
}

/* Returns whether the short look found all as it should be. */
static bool look_short(struct look *look, int *error)
{
	struct drtmon_chip *chip = look->chip;
	u32 mask = look_short_mask(chip), pcr;
	bool good;

	chip->fresh->banks = chip->hardware->banks;
	*error = look_read(look, mask, ++chip->short_looks >= CLOCK_EVERY);
	if (*error)
		return false;
	drtmon_watch_flush();
	mutex_lock(&chip->lock);
	good = !chip->stale && !look_unhashed(chip) && look_is_whole(look) &&
	       !look_is_missed(look) && look_counter_fits(look);
	for (pcr = 0; pcr < DRTMON_TPM_PCRS_MAX && good; pcr++)
		if (mask & BIT(pcr) && chip->changed_at[pcr] <= look->ended)
			good = !drtmon_drift_banks(chip, pcr);
	if (good) {
		chip->reconciles++;
		chip->checked = ktime_get_boottime_ns();
	}
	mutex_unlock(&chip->lock);
	return good;
}

static int look_at(struct drtmon_chip *chip, bool full)
{
	struct look look = { .chip = chip, .source.tpm = chip->tpm };
	int error = 0;

	if (drtmon_tpm_is_upgrading(chip->tpm)) {
		look_failed(&look, -EBUSY);
		return -EBUSY;
	}

	if (!full && chip->settled && !READ_ONCE(chip->distrust) && !READ_ONCE(chip->stale) &&
	    look_short(&look, &error))
		return 0;
	if (error)
		look_failed(&look, error);
	else if (look.snapshot.attempts)
		/* Something moved: was it the TPM that began anew? */
		WRITE_ONCE(chip->distrust, true);
	if (error)
		return error;
	look.snapshot.attempts = 0;
	return look_full(&look);
}

/*
 * When to look again, 0 for never: sooner while nothing good is known, even where
 * there is no interval. What was missed meanwhile is known only then, and that
 * the machine does not come to sleep.
 */
static unsigned long look_delay(const struct drtmon_chip *chip)
{
	unsigned long delay = (unsigned long)look_interval * HZ, soon;
	u32 bad = max(chip->torn_looks, chip->failed_looks);

	if (!bad && drtmon_sleep_is_on())
		bad = BAD_SHIFT_MAX;
	if (!bad)
		return delay;
	soon = (unsigned long)HZ << min(bad - 1, BAD_SHIFT_MAX);
	return delay ? min(delay, soon) : soon;
}

/* No look while the machine goes to sleep; but who keeps it there is told of. */
static void look_or_sleep(struct drtmon_chip *chip)
{
	struct look look = { .chip = chip };

	if (!drtmon_sleep_is_on())
		look_at(chip, !chip->settled);
	else if (drtmon_sleep_lasts())
		look_failed(&look, -EHOSTDOWN);
}

static void look_work(struct work_struct *work)
{
	struct drtmon_chip *chip = container_of(to_delayed_work(work), struct drtmon_chip, look);
	unsigned long delay;

	mutex_lock(&chip->look_lock);
	if (!READ_ONCE(chip->gone))
		look_or_sleep(chip);
	delay = look_delay(chip);
	mutex_unlock(&chip->look_lock);
	complete_all(&chip->looked);
	/* Whoever wants one earlier may have asked meanwhile. */
	if (delay)
		drtmon_chip_look_next(chip, delay);
	drtmon_chip_put(chip);
}

/**
 * drtmon_look_unknown() - which values can nobody vouch for until a look has been taken?
 * @chip: the chip, its lock held
 *
 * Context: process.
 * Return: bit n set: PCR n.
 */
u32 drtmon_look_unknown(const struct drtmon_chip *chip)
{
	if (chip->slept || chip->hook_state == DRTMON_HOOK_STATE_DEAD || drtmon_sleep_is_on())
		return ALL_PCRS;
	return chip->stale;
}

/**
 * drtmon_look_refresh() - read all PCRs of a chip now
 * @chip: the caller holds a reference
 *
 * Of a chip that was just found the first look is to be waited for before, by
 * drtmon_chip_settle(). A look that goes wrong is repeated.
 *
 * Context: process, sleeps for many TPM commands.
 * Return: 0, also for torn values; or why nothing could be read: -EBUSY while
 * the machine goes to sleep or wakes up, -EINTR for who is killed.
 */
int drtmon_look_refresh(struct drtmon_chip *chip)
{
	int ret;

	if (fatal_signal_pending(current))
		return -EINTR;
	mutex_lock(&chip->look_lock);
	if (READ_ONCE(chip->gone))
		ret = -ENODEV;
	else
		ret = drtmon_sleep_is_on() ? -EBUSY : look_at(chip, true);
	if (chip->torn_looks || chip->failed_looks)
		drtmon_chip_look_in(chip, look_delay(chip));
	mutex_unlock(&chip->look_lock);
	return ret;
}

/**
 * drtmon_look_init() - begin to look
 * @interval: seconds between looks that nothing asks for, 0 for none
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int drtmon_look_init(u32 interval)
{
	int ret;

	look_interval = interval;
	ret = drtmon_chip_init(look_work);
	if (ret)
		return ret;
	ret = drtmon_sleep_init();
	if (ret)
		drtmon_chip_exit();
	return ret;
}

/**
 * drtmon_look_exit() - stop looking, and forget all chips
 *
 * Context: process, may sleep; after the presenters are gone, before the hook is.
 */
void drtmon_look_exit(void)
{
	drtmon_sleep_exit();
	drtmon_chip_exit();
}
