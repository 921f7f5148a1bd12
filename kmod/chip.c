// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TPM chips of this machine, and the PCR values last read from each.
 *
 * A chip is found through the TPM device class: a class interface is told of
 * every chip there is, was added or goes away. The class itself is not
 * exported, so it is taken from the default chip, or, when there is none at
 * load, from the first chip whose command passes the hook.
 *
 * Locks, outermost first: the class's mutex (by the driver core), chips_lock,
 * look_lock, the TPM core's ops_sem and tpm_mutex, lock, the event ring's.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/slab.h>
#include <linux/tpm.h>
#include <linux/vmalloc.h>

#include "chip.h"
#include "compat.h"

#define SNAPSHOT_ATTEMPTS	3

/* Protects the list. */
static DEFINE_MUTEX(chips_lock);
static LIST_HEAD(chips);

static struct workqueue_struct *look_queue;

/* Set once, by drtmon_chip_discover(), which its caller never runs twice at a time. */
static bool class_followed;

static void chip_free(struct kref *ref)
{
	struct drtmon_chip *chip = container_of(ref, struct drtmon_chip, ref);

	put_device(&chip->tpm->dev);
	vfree(chip->values);
	vfree(chip->fresh);
	kfree(chip);
}

/**
 * drtmon_chip_put() - drop a reference
 * @chip: may be freed
 *
 * Context: process, may sleep.
 */
void drtmon_chip_put(struct drtmon_chip *chip)
{
	kref_put(&chip->ref, chip_free);
}

/**
 * drtmon_chip_get() - the chips in their order
 * @nth: from 0
 *
 * Context: process, may sleep.
 * Return: the chip with a reference, NULL past the last.
 */
struct drtmon_chip *drtmon_chip_get(u32 nth)
{
	struct drtmon_chip *chip, *found = NULL;

	mutex_lock(&chips_lock);
	list_for_each_entry(chip, &chips, node) {
		if (nth--)
			continue;
		kref_get(&chip->ref);
		found = chip;
		break;
	}
	mutex_unlock(&chips_lock);
	return found;
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
	struct drtmon_chip *chip, *found = NULL;

	mutex_lock(&chips_lock);
	list_for_each_entry(chip, &chips, node) {
		if (chip->id != id)
			continue;
		kref_get(&chip->ref);
		found = chip;
		break;
	}
	mutex_unlock(&chips_lock);
	return found;
}

/**
 * drtmon_chip_event() - emit an event that says no more than a chip's name
 * @chip: the chip
 * @kind: enum drtmon_event_kind
 * @severity: enum drtmon_severity
 *
 * Context: process, may sleep. Silently nothing when memory is short.
 */
void drtmon_chip_event(const struct drtmon_chip *chip, u32 kind, u32 severity)
{
	struct drtmon_event *event = kmalloc(DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);

	if (!event)
		return;
	drtmon_event_start(event, kind, severity);
	event->has |= DRTMON_EVENT_HAS_CHIP;
	event->chip_id = chip->id;
	strscpy(event->chip_name, chip->name, sizeof(event->chip_name));
	drtmon_event_emit(event);
	kfree(event);
}

/* One read of everything. The hook knows our commands by the task. */
static int snapshot_read(struct drtmon_chip *chip)
{
	int ret;

	WRITE_ONCE(chip->tap.self, current);
	ret = drtmon_pcr_find_banks(chip->tpm, &chip->fresh->banks);
	if (!ret)
		ret = drtmon_pcr_read_all(chip->tpm, chip->fresh);
	WRITE_ONCE(chip->tap.self, NULL);
	return ret;
}

static void snapshot_publish(struct drtmon_chip *chip, struct drtmon_snapshot *snapshot)
{
	snapshot->boottime = ktime_get_boottime_ns();
	mutex_lock(&chip->lock);
	if (snapshot->state == DRTMON_SNAPSHOT_STATE_FAILED) {
		/* The values of the last good read stay, under the name of that read. */
		chip->snapshot.state = snapshot->state;
		chip->snapshot.error = snapshot->error;
		chip->snapshot.attempts = snapshot->attempts;
	} else {
		chip->snapshot = *snapshot;
		swap(chip->values, chip->fresh);
	}
	mutex_unlock(&chip->lock);
}

/**
 * drtmon_chip_refresh() - read all PCRs of a chip from the TPM
 * @chip: the caller holds a reference
 *
 * The values belong together when neither the TPM's own counter nor the hook
 * saw a change meanwhile; otherwise they are read again, and in the end called
 * torn.
 *
 * Context: process, sleeps for many TPM commands.
 * Return: 0, also for torn values; or why nothing could be read.
 */
int drtmon_chip_refresh(struct drtmon_chip *chip)
{
	struct drtmon_snapshot snapshot = { .state = DRTMON_SNAPSHOT_STATE_TORN };
	u64 generation, reads;
	int ret;

	mutex_lock(&chip->look_lock);
	do {
		snapshot.attempts++;
		generation = READ_ONCE(chip->tap.generation);
		reads = READ_ONCE(chip->tap.self_reads);
		ret = snapshot_read(chip);
		snapshot.commands = READ_ONCE(chip->tap.self_reads) - reads;
		if (!ret && !chip->fresh->moved &&
		    generation == READ_ONCE(chip->tap.generation))
			snapshot.state = DRTMON_SNAPSHOT_STATE_CONSISTENT;
	} while (!ret && snapshot.state == DRTMON_SNAPSHOT_STATE_TORN &&
		 snapshot.attempts < SNAPSHOT_ATTEMPTS);

	snapshot.digests = chip->fresh->digests;
	snapshot.update_counter = chip->fresh->counter;
	if (ret) {
		snapshot.state = DRTMON_SNAPSHOT_STATE_FAILED;
		snapshot.error = -ret;
	}
	snapshot_publish(chip, &snapshot);
	mutex_unlock(&chip->look_lock);
	return ret;
}

/**
 * drtmon_chip_settle() - wait until a chip that was just found has been read
 * @chip: the caller holds a reference
 *
 * Context: process, sleeps.
 */
void drtmon_chip_settle(struct drtmon_chip *chip)
{
	flush_work(&chip->look);
}

static void chip_look(struct work_struct *work)
{
	struct drtmon_chip *chip = container_of(work, struct drtmon_chip, look);
	int ret;

	ret = drtmon_chip_refresh(chip);
	if (ret)
		pr_warn("%s: cannot read PCRs (%d)\n", chip->name, ret);
}

static struct drtmon_chip *chip_alloc(struct tpm_chip *tpm)
{
	struct drtmon_chip *chip;

	chip = kzalloc(sizeof(*chip), GFP_KERNEL);
	if (!chip)
		return NULL;
	chip->fresh = vzalloc(sizeof(*chip->fresh));
	chip->values = vzalloc(sizeof(*chip->values));
	if (!chip->fresh || !chip->values) {
		vfree(chip->values);
		vfree(chip->fresh);
		kfree(chip);
		return NULL;
	}
	get_device(&tpm->dev);
	chip->tpm = tpm;
	chip->id = tpm->dev_num;
	strscpy(chip->name, dev_name(&tpm->dev), sizeof(chip->name));
	chip->version = tpm->flags & TPM_CHIP_FLAG_TPM2 ? DRTMON_CHIP_VERSION_TPM20 :
							  DRTMON_CHIP_VERSION_TPM12;
	kref_init(&chip->ref);
	mutex_init(&chip->look_lock);
	mutex_init(&chip->lock);
	INIT_WORK(&chip->look, chip_look);
	return chip;
}

DRTMON_CLASS_INTERFACE_ADD(chip_add)
{
	struct drtmon_chip *chip = chip_alloc(to_tpm_chip(dev));

	if (!chip) {
		pr_err("%s: not followed, out of memory\n", dev_name(dev));
		return -ENOMEM;
	}
	drtmon_hook_attach(&chip->tap, chip->tpm);
	mutex_lock(&chips_lock);
	list_add_tail(&chip->node, &chips);
	mutex_unlock(&chips_lock);
	drtmon_chip_event(chip, DRTMON_EVENT_KIND_CHIP_ADD, DRTMON_SEVERITY_INFO);
	queue_work(look_queue, &chip->look);
	return 0;
}

static struct drtmon_chip *chip_unlist(const struct tpm_chip *tpm)
{
	struct drtmon_chip *chip;

	list_for_each_entry(chip, &chips, node) {
		if (chip->tpm == tpm) {
			list_del(&chip->node);
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
	mutex_unlock(&chips_lock);
	if (!chip)
		return;
	cancel_work_sync(&chip->look);
	drtmon_hook_detach(&chip->tap);
	drtmon_chip_event(chip, DRTMON_EVENT_KIND_CHIP_REMOVE, DRTMON_SEVERITY_NOTICE);
	drtmon_chip_put(chip);
}

static struct class_interface chip_interface = {
	.add_dev = chip_add,
	.remove_dev = chip_remove,
};

/**
 * drtmon_chip_discover() - begin to follow the machine's chips, if it can be done
 *
 * Does nothing once they are followed.
 *
 * Context: process, may sleep; not concurrently.
 */
void drtmon_chip_discover(void)
{
	struct tpm_chip *tpm;
	const void *class;
	int ret;

	if (class_followed)
		return;
	class = drtmon_hook_tpm_class();
	tpm = tpm_default_chip();
	if (tpm) {
		class = tpm->dev.class;
		put_device(&tpm->dev);
	}
	if (!class)
		return;
	chip_interface.class = (void *)class;
	ret = class_interface_register(&chip_interface);
	if (ret)
		pr_err("cannot follow TPM chips (%d)\n", ret);
	else
		class_followed = true;
}

/**
 * drtmon_chip_init() - make ready; no chip is known yet
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int drtmon_chip_init(void)
{
	look_queue = alloc_workqueue("drtmon_look", WQ_UNBOUND, 0);
	return look_queue ? 0 : -ENOMEM;
}

/**
 * drtmon_chip_exit() - forget all chips
 *
 * Context: process, may sleep; after the presenters are gone.
 */
void drtmon_chip_exit(void)
{
	if (class_followed)
		class_interface_unregister(&chip_interface);
	class_followed = false;
	destroy_workqueue(look_queue);
}
