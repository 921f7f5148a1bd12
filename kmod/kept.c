// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was expected of chips that went away, until they come back.
 */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "kept.h"

/**
 * struct drtmon_kept - what was expected of a chip that went away
 * @node: in the list
 * @values: the baseline
 * @parent: name of the device that the chip belonged to
 *
 * Unbinding a driver and binding it again makes a new chip of the same TPM;
 * that must not be a way around a locked baseline. The name is all there is to
 * know the TPM by: one that comes back under another has no baseline, nor has one
 * without a device, as all TPMs of the vTPM proxy are. While the baseline is
 * locked the event of a chip that comes, with some baseline not taken back, is
 * CRITICAL.
 *
 * The memory is had before there is a baseline and belongs to the chip as long as
 * that is there: a removal cannot fail, so it must not need any.
 */
struct drtmon_kept {
	struct list_head node;
	char parent[DRTMON_CHIP_PARENT_MAX];
	struct drtmon_pcr_values values;
};

/* Protects what follows. A leaf. */
static DEFINE_MUTEX(kept_lock);
static LIST_HEAD(kept_list);

/* A baseline was not kept, as nothing would know its TPM again. */
static bool kept_orphans;

/**
 * drtmon_kept_prepare() - have what it takes to keep a baseline
 * @chip: something is about to be expected of it
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int drtmon_kept_prepare(struct drtmon_chip *chip)
{
	int ret = 0;

	mutex_lock(&chip->lock);
	if (!chip->kept)
		chip->kept = kvzalloc(sizeof(*chip->kept), GFP_KERNEL);
	if (!chip->kept)
		ret = -ENOMEM;
	mutex_unlock(&chip->lock);
	return ret;
}

/**
 * drtmon_kept_save() - keep the baseline of a chip that goes away
 * @chip: without a baseline nothing is kept
 *
 * Context: process, may sleep.
 */
void drtmon_kept_save(struct drtmon_chip *chip)
{
	mutex_lock(&chip->lock);
	mutex_lock(&kept_lock);
	if (chip->baseline->banks.count && !chip->parent[0]) {
		kept_orphans = true;
	} else if (chip->baseline->banks.count && !WARN_ON_ONCE(!chip->kept)) {
		strscpy(chip->kept->parent, chip->parent, sizeof(chip->kept->parent));
		chip->kept->values = *chip->baseline;
		list_add(&chip->kept->node, &kept_list);
		chip->kept = NULL;
	}
	mutex_unlock(&kept_lock);
	mutex_unlock(&chip->lock);
}

/**
 * drtmon_kept_restore() - give a chip the baseline that is kept for it, if one is
 * @chip: not listed yet
 *
 * Context: process, may sleep.
 * Return: whether others are left, that belong to no chip.
 */
bool drtmon_kept_restore(struct drtmon_chip *chip)
{
	struct drtmon_kept *kept, *next;
	bool left;

	mutex_lock(&kept_lock);
	list_for_each_entry_safe(kept, next, &kept_list, node) {
		if (strcmp(kept->parent, chip->parent))
			continue;
		list_del(&kept->node);
		*chip->baseline = kept->values;
		chip->kept = kept;
		break;
	}
	left = kept_orphans || !list_empty(&kept_list);
	mutex_unlock(&kept_lock);
	return left;
}

/**
 * drtmon_kept_exit() - forget all
 *
 * Context: process, may sleep; when no chip comes or goes any more.
 */
void drtmon_kept_exit(void)
{
	struct drtmon_kept *kept, *next;

	list_for_each_entry_safe(kept, next, &kept_list, node) {
		list_del(&kept->node);
		kvfree(kept);
	}
}
