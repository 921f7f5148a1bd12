// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TPM chips of this machine: found, kept, forgotten.
 *
 * A chip is found through the TPM device class: a class interface is told of
 * every chip there is, was added or goes away.
 *
 * Locks, outermost first: class_lock, the class's mutex (by the driver core),
 * look_lock, the TPM core's ops_sem and tpm_mutex, lock, the event ring's,
 * chips_lock, checkpoint_lock. kept_lock is a leaf.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/tpm.h>
#include <linux/vmalloc.h>

#include "baseline.h"
#include "chip.h"
#include "compat.h"
#include "class.h"
#include "kept.h"
#include "shadow.h"

/* Protects the list and what is counted about it. */
static DEFINE_MUTEX(chips_lock);
static LIST_HEAD(chips);
static u32 chips_generation = 1;

/* Chips that are there and not in the list: there was no memory. */
static u32 chips_unfollowed;

/* What everybody may ask for waits no longer than this for a TPM. */
#define SETTLE_TIMEOUT	(5 * HZ)

/*
 * A virtual chip is told of before tpm_vtpm_proxy is done with it. The proxy
 * then notes, without a lock, that the chip is registered; a command that is
 * sent at that moment may undo the note. When its server goes, such a chip stays
 * behind, and the memory its driver uses is freed. So it is left alone until then.
 */
#define VIRTUAL_DELAY	(HZ / 4)

/*
 * Looks at virtual chips at a time, before 6.9 on each NUMA node: there may be many
 * of them, and the probe on tpm_transmit() can follow only so many commands. One
 * whose server takes its time must not hold up a look at the machine's own.
 */
#define LOOKS_MAX	8

static struct workqueue_struct *look_queue, *virtual_queue;
static void (*look_func)(struct work_struct *work);

static void chip_free(struct drtmon_chip *chip)
{
	kvfree(chip->kept);
	vfree(chip->values);
	kfree(chip->scratch);
	kfree(chip);
}

static void chip_release(struct kref *ref)
{
	struct drtmon_chip *chip = container_of(ref, struct drtmon_chip, ref);

	put_device(&chip->tpm->dev);
	chip_free(chip);
}

/**
 * drtmon_chip_put() - drop a reference
 * @chip: may be freed
 *
 * Context: process, may sleep.
 */
void drtmon_chip_put(struct drtmon_chip *chip)
{
	kref_put(&chip->ref, chip_release);
}

/* Under the list's lock. 0 is what a dump takes for its beginning. */
static void chips_changed(void)
{
	u32 generation = chips_generation + 1;

	WRITE_ONCE(chips_generation, generation ? generation : 1);
}

static struct drtmon_chip *chip_find(bool (*wanted)(const struct drtmon_chip *chip, u64 *arg),
				     u64 arg)
{
	struct drtmon_chip *chip, *found = NULL;

	mutex_lock(&chips_lock);
	list_for_each_entry(chip, &chips, node) {
		if (!wanted(chip, &arg))
			continue;
		kref_get(&chip->ref);
		found = chip;
		break;
	}
	mutex_unlock(&chips_lock);
	return found;
}

static bool is_after(const struct drtmon_chip *chip, u64 *tap_id)
{
	return chip->tap.id > *tap_id;
}

static bool is_id(const struct drtmon_chip *chip, u64 *id)
{
	return chip->id == *id;
}

static bool is_tap(const struct drtmon_chip *chip, u64 *tap_id)
{
	return chip->tap.id == *tap_id;
}

/**
 * drtmon_chip_after() - the chips in their order, which is that of their taps
 * @tap_id: of the chip before, which may be gone; 0 for the first
 *
 * Context: process, may sleep.
 * Return: the chip with a reference, NULL past the last.
 */
struct drtmon_chip *drtmon_chip_after(u64 tap_id)
{
	return chip_find(is_after, tap_id);
}

/**
 * drtmon_chip_next() - the same, for a loop
 * @prev: the chip before, its reference is given up; NULL for the first
 *
 * Context: process, may sleep.
 * Return: as drtmon_chip_after().
 */
struct drtmon_chip *drtmon_chip_next(struct drtmon_chip *prev)
{
	struct drtmon_chip *next = drtmon_chip_after(prev ? prev->tap.id : 0);

	if (prev)
		drtmon_chip_put(prev);
	return next;
}

/**
 * drtmon_chip_list_generation() - which list of chips there is
 *
 * Context: any.
 * Return: another number than before when a chip came or went; not 0.
 */
u32 drtmon_chip_list_generation(void)
{
	return READ_ONCE(chips_generation);
}

/**
 * drtmon_chip_get_id() - the chip with a number
 * @id: the N of tpmN
 *
 * Context: process, may sleep.
 * Return: the chip with a reference, NULL when there is none.
 */
struct drtmon_chip *drtmon_chip_get_id(u32 id)
{
	return chip_find(is_id, id);
}

/**
 * drtmon_chip_get_tap() - the chip that the hook knows by a tap
 * @tap_id: struct drtmon_tap's id
 *
 * Context: process, may sleep.
 * Return: the chip with a reference, NULL when it is gone.
 */
struct drtmon_chip *drtmon_chip_get_tap(u64 tap_id)
{
	return chip_find(is_tap, tap_id);
}

/**
 * drtmon_chip_event_start() - begin an event about a chip
 * @chip: the chip
 * @event: %DRTMON_EVENT_SIZE_MAX bytes
 * @kind: enum drtmon_event_kind
 * @severity: enum drtmon_severity
 *
 * Context: any.
 */
void drtmon_chip_event_start(const struct drtmon_chip *chip, struct drtmon_event *event, u32 kind,
			     u32 severity)
{
	drtmon_event_start(event, kind, severity);
	event->has |= DRTMON_EVENT_HAS_CHIP;
	event->chip_id = chip->id;
	strscpy(event->chip_name, chip->name, sizeof(event->chip_name));
}

/**
 * drtmon_chip_emit() - an event about a chip that tells no more than its kind
 * @chip: its look_lock is held
 * @kind: enum drtmon_event_kind
 * @severity: enum drtmon_severity
 *
 * Context: process, may sleep.
 */
void drtmon_chip_emit(struct drtmon_chip *chip, u32 kind, u32 severity)
{
	drtmon_chip_event_start(chip, chip->scratch, kind, severity);
	drtmon_event_emit(chip->scratch);
}

/**
 * drtmon_chip_settle_end() - how long one caller waits for chips that were just found
 *
 * A TPM that does not answer is not waited for longer than seconds.
 *
 * Context: any.
 * Return: in jiffies, never 0.
 */
unsigned long drtmon_chip_settle_end(void)
{
	return (jiffies + SETTLE_TIMEOUT) ?: 1;
}

/**
 * drtmon_chip_settle_until() - wait until a chip that was just found has been read
 * @chip: the caller holds a reference
 * @end: jiffies to wait to, from drtmon_chip_settle_end(); serves several chips
 *
 * Context: process, sleeps; not from a look.
 */
void drtmon_chip_settle_until(struct drtmon_chip *chip, unsigned long end)
{
	unsigned long now = jiffies;

	wait_for_completion_killable_timeout(&chip->looked, time_before(now, end) ? end - now : 0);
}

/**
 * drtmon_chip_settle() - the same for one chip
 * @chip: the caller holds a reference
 *
 * Context: process, sleeps; not from a look.
 */
void drtmon_chip_settle(struct drtmon_chip *chip)
{
	drtmon_chip_settle_until(chip, drtmon_chip_settle_end());
}

static bool chip_is_virtual(const struct tpm_chip *tpm)
{
	return tpm->flags & TPM_CHIP_FLAG_VIRTUAL;
}

static void chip_look(struct drtmon_chip *chip, unsigned long delay, bool move)
{
	struct workqueue_struct *queue = chip_is_virtual(chip->tpm) ? virtual_queue : look_queue;
	unsigned long now = jiffies;
	bool extra;

	if (!completion_done(&chip->looked) && time_before(now + delay, chip->look_from))
		delay = chip->look_from - now;
	kref_get(&chip->ref);
	/* Under the lock that removal takes: behind it no look is queued any more. */
	mutex_lock(&chips_lock);
	/* One reference serves a pending look, however often it is moved. */
	if (chip->gone)
		extra = true;
	else if (move)
		extra = mod_delayed_work(queue, &chip->look, delay);
	else
		extra = !queue_delayed_work(queue, &chip->look, delay);
	mutex_unlock(&chips_lock);
	if (extra)
		drtmon_chip_put(chip);
}

/**
 * drtmon_chip_look_in() - have the TPM read
 * @chip: the caller holds a reference
 * @delay: in jiffies; a look that is due earlier or later is moved
 *
 * Context: process, may sleep.
 */
void drtmon_chip_look_in(struct drtmon_chip *chip, unsigned long delay)
{
	chip_look(chip, delay, true);
}

/**
 * drtmon_chip_look_next() - have the TPM read again, unless that is due anyway
 * @chip: the caller holds a reference
 * @delay: in jiffies
 *
 * Context: process, may sleep.
 */
void drtmon_chip_look_next(struct drtmon_chip *chip, unsigned long delay)
{
	chip_look(chip, delay, false);
}

/**
 * drtmon_chip_any_dead() - is there a chip whose commands do not pass the hook?
 *
 * Context: process, may sleep.
 */
bool drtmon_chip_any_dead(void)
{
	struct drtmon_chip *chip;
	bool dead = false;

	mutex_lock(&chips_lock);
	list_for_each_entry(chip, &chips, node)
		dead |= READ_ONCE(chip->hook_state) == DRTMON_HOOK_STATE_DEAD;
	mutex_unlock(&chips_lock);
	return dead;
}

/**
 * drtmon_chip_any_unfollowed() - is there a TPM that nothing is known of?
 *
 * For lack of memory when it came, or because their class could not be followed:
 * that no chip is listed does not mean then that there is none.
 *
 * Context: any.
 */
bool drtmon_chip_any_unfollowed(void)
{
	return READ_ONCE(chips_unfollowed) || drtmon_class_failed();
}

/*
 * An extend or reset that leaves the ring goes into the checkpoint, so that
 * checkpoint and ring together always lead to the present.
 */
static void chip_fold(const struct drtmon_event *event)
{
	struct drtmon_event_digest digest;
	struct drtmon_chip *chip;
	u32 i;

	if ((event->kind != DRTMON_EVENT_KIND_PCR_EXTEND &&
	     event->kind != DRTMON_EVENT_KIND_PCR_RESET) ||
	    !(event->has & DRTMON_EVENT_HAS_PCR))
		return;
	chip = drtmon_chip_get_id(event->chip_id);
	if (!chip)
		return;
	mutex_lock(&chip->checkpoint_lock);
	if (event->seq > chip->checkpoint_seq) {
		if (event->kind == DRTMON_EVENT_KIND_PCR_RESET)
			drtmon_shadow_reset(chip->checkpoint, event->pcr);
		for (i = 0; drtmon_event_digest(event, i, &digest); i++)
			drtmon_shadow_extend(chip->checkpoint, event->pcr, digest.alg,
					     digest.value);
		chip->checkpoint_seq = event->seq;
	}
	mutex_unlock(&chip->checkpoint_lock);
	drtmon_chip_put(chip);
}

static struct drtmon_chip *chip_alloc(struct tpm_chip *tpm)
{
	struct drtmon_chip *chip;

	chip = kzalloc(sizeof(*chip), GFP_KERNEL);
	if (!chip)
		return NULL;
	chip->scratch = kzalloc(DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);
	chip->values = vzalloc(array_size(5, sizeof(*chip->values)));
	if (!chip->scratch || !chip->values) {
		chip_free(chip);
		return NULL;
	}
	chip->fresh = &chip->values[0];
	chip->hardware = &chip->values[1];
	chip->shadow = &chip->values[2];
	chip->baseline = &chip->values[3];
	chip->checkpoint = &chip->values[4];
	get_device(&tpm->dev);
	chip->tpm = tpm;
	chip->id = tpm->dev_num;
	strscpy(chip->name, dev_name(&tpm->dev), sizeof(chip->name));
	if (tpm->dev.parent &&
	    strscpy(chip->parent, dev_name(tpm->dev.parent), sizeof(chip->parent)) < 0)
		chip->parent[0] = '\0';
	chip->version = tpm->flags & TPM_CHIP_FLAG_TPM2 ? DRTMON_CHIP_VERSION_TPM20 :
							  DRTMON_CHIP_VERSION_TPM12;
	kref_init(&chip->ref);
	mutex_init(&chip->look_lock);
	mutex_init(&chip->lock);
	mutex_init(&chip->checkpoint_lock);
	init_completion(&chip->looked);
	chip->look_from = jiffies + (chip_is_virtual(tpm) ? VIRTUAL_DELAY : 0);
	INIT_DELAYED_WORK(&chip->look, look_func);
	return chip;
}

static void chip_emit(struct drtmon_chip *chip, u32 kind, u32 severity)
{
	mutex_lock(&chip->look_lock);
	drtmon_chip_emit(chip, kind, severity);
	mutex_unlock(&chip->look_lock);
}

DRTMON_CLASS_INTERFACE_ADD(chip_add)
{
	struct drtmon_chip *chip = chip_alloc(to_tpm_chip(dev));
	bool shed;

	if (!chip) {
		pr_err("%s: not followed, out of memory\n", dev_name(dev));
		mutex_lock(&chips_lock);
		WRITE_ONCE(chips_unfollowed, chips_unfollowed + 1);
		mutex_unlock(&chips_lock);
		return -ENOMEM;
	}
	shed = drtmon_kept_restore(chip) && !chip->baseline->banks.count &&
	       drtmon_baseline_locked();
	drtmon_tap_attach(&chip->tap, chip->tpm);
	mutex_lock(&chips_lock);
	list_add_tail(&chip->node, &chips);
	chips_changed();
	mutex_unlock(&chips_lock);
	chip_emit(chip, DRTMON_EVENT_KIND_CHIP_ADD,
		  shed ? DRTMON_SEVERITY_CRITICAL : DRTMON_SEVERITY_INFO);
	drtmon_chip_look_in(chip, 0);
	return 0;
}

static struct drtmon_chip *chip_unlist(const struct tpm_chip *tpm)
{
	struct drtmon_chip *chip;

	list_for_each_entry(chip, &chips, node) {
		if (chip->tpm == tpm) {
			list_del(&chip->node);
			chips_changed();
			return chip;
		}
	}
	return NULL;
}

DRTMON_CLASS_INTERFACE_REMOVE(chip_remove)
{
	struct drtmon_chip *chip;

	mutex_lock(&chips_lock);
	chip = chip_unlist(to_tpm_chip(dev));
	if (chip)
		WRITE_ONCE(chip->gone, true);
	else
		WRITE_ONCE(chips_unfollowed, chips_unfollowed - 1);
	mutex_unlock(&chips_lock);
	if (!chip)
		return;
	if (cancel_delayed_work_sync(&chip->look))
		drtmon_chip_put(chip);
	complete_all(&chip->looked);
	/* Somebody else's look goes on, and takes a hook that knows no chip for a dead one. */
	mutex_lock(&chip->look_lock);
	drtmon_tap_detach(&chip->tap);
	mutex_unlock(&chip->look_lock);
	drtmon_kept_save(chip);
	chip_emit(chip, DRTMON_EVENT_KIND_CHIP_REMOVE,
		  chip->baseline->banks.count ? DRTMON_SEVERITY_WARNING : DRTMON_SEVERITY_NOTICE);
	drtmon_chip_put(chip);
}

static struct class_interface chip_interface = {
	.add_dev = chip_add,
	.remove_dev = chip_remove,
};

/**
 * drtmon_chip_init() - make ready; no chip is known yet
 * @look: what reads a chip; gets the chip's look work
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int drtmon_chip_init(void (*look)(struct work_struct *work))
{
	/* Freezable: no TPM command is sent while the machine goes to sleep. */
	look_queue = alloc_workqueue("drtmon_look", WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!look_queue)
		return -ENOMEM;
	virtual_queue = alloc_workqueue("drtmon_look_virtual", WQ_UNBOUND | WQ_FREEZABLE,
					LOOKS_MAX);
	if (!virtual_queue) {
		destroy_workqueue(look_queue);
		return -ENOMEM;
	}
	look_func = look;
	drtmon_event_set_fold(chip_fold);
	drtmon_class_follow(&chip_interface);
	return 0;
}

/**
 * drtmon_chip_exit() - forget all chips
 *
 * Context: process, may sleep; after the presenters are gone, before the hook
 * and the worker, which looks need to the end.
 */
void drtmon_chip_exit(void)
{
	drtmon_class_unfollow();
	drtmon_event_set_fold(NULL);
	drtmon_kept_exit();
	destroy_workqueue(virtual_queue);
	destroy_workqueue(look_queue);
}
