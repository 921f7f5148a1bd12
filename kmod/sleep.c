// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend and hibernation: no look meanwhile, and nothing taken for granted after.
 */
#include <linux/jiffies.h>
#include <linux/suspend.h>

#include "chip.h"
#include "sleep.h"

/* Between the first and the last word of a suspend or hibernation. */
static bool asleep;

/* When it began, in jiffies, which stand still while the machine does. */
static unsigned long asleep_from;

/* To write back what files there are and to freeze everybody takes seconds, seldom more. */
#define SLEEP_TIMEOUT	(30 * HZ)

/*
 * Workers and processes thaw before anybody is told that sleep is over: a look
 * of theirs would not know yet. Whether it is asleep travels in the image.
 */
static void sleep_begin(void)
{
	struct drtmon_chip *chip;

	WRITE_ONCE(asleep_from, jiffies);
	WRITE_ONCE(asleep, true);
	/* One that goes on ends first. */
	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip)) {
		mutex_lock(&chip->look_lock);
		mutex_unlock(&chip->look_lock);
		/* Should it come to no end, this one tells of it. */
		drtmon_chip_look_next(chip, SLEEP_TIMEOUT + 1);
	}
}

/* After sleep nothing is taken for granted. */
static int sleep_notify(struct notifier_block *block, unsigned long action, void *unused)
{
	struct drtmon_chip *chip;

	if (action == PM_SUSPEND_PREPARE || action == PM_HIBERNATION_PREPARE) {
		sleep_begin();
		return NOTIFY_OK;
	}
	if (action != PM_POST_SUSPEND && action != PM_POST_HIBERNATION)
		return NOTIFY_DONE;
	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip)) {
		mutex_lock(&chip->look_lock);
		mutex_lock(&chip->lock);
		WRITE_ONCE(chip->distrust, true);
		chip->slept = true;
		if (action == PM_POST_HIBERNATION && !drtmon_chip_is_tpm2(chip)) {
			chip->hibernated = true;
			drtmon_chip_lose(chip, DRTMON_CHIP_ALL_PCRS);
		}
		drtmon_chip_emit(chip, DRTMON_EVENT_KIND_RESUME, DRTMON_SEVERITY_INFO);
		mutex_unlock(&chip->lock);
		mutex_unlock(&chip->look_lock);
	}
	WRITE_ONCE(asleep, false);
	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip))
		drtmon_chip_look_in(chip, 0);
	return NOTIFY_OK;
}

static struct notifier_block sleep_notifier = { .notifier_call = sleep_notify };

/**
 * drtmon_sleep_is_on() - is the machine going to sleep, asleep or waking up?
 *
 * Context: any. Under a chip's look_lock the answer holds until that is released.
 */
bool drtmon_sleep_is_on(void)
{
	return READ_ONCE(asleep);
}

/**
 * drtmon_sleep_lasts() - does it go to sleep for longer than that takes?
 *
 * Who opens /dev/snapshot begins a hibernation that ends when it is closed; all goes
 * on meanwhile.
 *
 * Context: any.
 * Return: true after half a minute.
 */
bool drtmon_sleep_lasts(void)
{
	return drtmon_sleep_is_on() &&
	       time_after(jiffies, READ_ONCE(asleep_from) + SLEEP_TIMEOUT);
}

/**
 * drtmon_sleep_init() - be told when the machine sleeps
 *
 * Context: process, may sleep.
 * Return: 0 or -errno.
 */
int drtmon_sleep_init(void)
{
	return register_pm_notifier(&sleep_notifier);
}

/**
 * drtmon_sleep_exit() - not any more
 *
 * Context: process, may sleep.
 */
void drtmon_sleep_exit(void)
{
	unregister_pm_notifier(&sleep_notifier);
}
