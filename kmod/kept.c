// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was expected of chips that went away, until they come back.
 */
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tpm.h>
#include <linux/vmalloc.h>

#include "kept.h"

/**
 * struct kept - what was expected of a chip that went away
 * @node: in the list
 * @parent: name of the device that the chip belonged to
 * @values: the baseline
 *
 * Unbinding a driver and binding it again makes a new chip of the same TPM;
 * that must not be a way around a locked baseline. The name is all there is to
 * know the TPM by: one that comes back under another has no baseline, nor has one
 * without a device, as all TPMs of the vTPM proxy are. While the baseline is
 * locked the event of a chip that comes, with some baseline not taken back, is
 * CRITICAL.
 */
struct kept {
	struct list_head node;
	char *parent;
	struct drtmon_pcr_values *values;
};

/* Protects the list. A leaf. */
static DEFINE_MUTEX(kept_lock);
static LIST_HEAD(kept_list);

static const char *chip_parent(const struct tpm_chip *tpm)
{
	return tpm->dev.parent ? dev_name(tpm->dev.parent) : "";
}

static void kept_free(struct kept *kept)
{
	vfree(kept->values);
	kfree(kept->parent);
	kfree(kept);
}

/**
 * drtmon_kept_save() - keep the baseline of a chip that goes away
 * @chip: without a baseline nothing is kept
 *
 * Out of memory here loses it, as the event of the removal tells.
 *
 * Context: process, may sleep.
 */
void drtmon_kept_save(struct drtmon_chip *chip)
{
	struct kept *kept;
	bool expected;

	mutex_lock(&chip->lock);
	expected = chip->baseline->banks.count;
	mutex_unlock(&chip->lock);
	if (!expected)
		return;
	kept = kzalloc(sizeof(*kept), GFP_KERNEL);
	if (!kept)
		return;
	kept->parent = kstrdup(chip_parent(chip->tpm), GFP_KERNEL);
	kept->values = vmalloc(sizeof(*kept->values));
	if (!kept->parent || !kept->values) {
		kept_free(kept);
		return;
	}
	mutex_lock(&chip->lock);
	*kept->values = *chip->baseline;
	mutex_unlock(&chip->lock);
	mutex_lock(&kept_lock);
	list_add(&kept->node, &kept_list);
	mutex_unlock(&kept_lock);
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
	struct kept *kept, *next;
	bool left;

	mutex_lock(&kept_lock);
	list_for_each_entry_safe(kept, next, &kept_list, node) {
		if (!kept->parent[0] || strcmp(kept->parent, chip_parent(chip->tpm)))
			continue;
		*chip->baseline = *kept->values;
		list_del(&kept->node);
		kept_free(kept);
		break;
	}
	left = !list_empty(&kept_list);
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
	struct kept *kept, *next;

	list_for_each_entry_safe(kept, next, &kept_list, node) {
		list_del(&kept->node);
		kept_free(kept);
	}
}
