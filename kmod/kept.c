// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was expected of chips that went away, until they come back.
 */
#include <linux/device.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/tpm.h>

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
	struct drtmon_pcr_values values;
	char parent[];
};

/* Protects the list. A leaf. */
static DEFINE_MUTEX(kept_lock);
static LIST_HEAD(kept_list);

static const char *chip_parent(const struct tpm_chip *tpm)
{
	return tpm->dev.parent ? dev_name(tpm->dev.parent) : "";
}

/**
 * drtmon_kept_prepare() - have what it takes to keep a baseline
 * @chip: something is about to be expected of it
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int drtmon_kept_prepare(struct drtmon_chip *chip)
{
	size_t size = strlen(chip_parent(chip->tpm)) + 1;
	struct drtmon_kept *kept = kvzalloc(struct_size(kept, parent, size), GFP_KERNEL);

	if (!kept)
		return -ENOMEM;
	memcpy(kept->parent, chip_parent(chip->tpm), size);
	mutex_lock(&chip->lock);
	if (!chip->kept) {
		chip->kept = kept;
		kept = NULL;
	}
	mutex_unlock(&chip->lock);
	kvfree(kept);
	return 0;
}

/**
 * drtmon_kept_save() - keep the baseline of a chip that goes away
 * @chip: without a baseline nothing is kept
 *
 * Context: process, may sleep.
 */
void drtmon_kept_save(struct drtmon_chip *chip)
{
	struct drtmon_kept *kept = NULL;

	mutex_lock(&chip->lock);
	if (chip->baseline->banks.count && !WARN_ON_ONCE(!chip->kept)) {
		kept = chip->kept;
		kept->values = *chip->baseline;
		chip->kept = NULL;
	}
	mutex_unlock(&chip->lock);
	if (!kept)
		return;
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
	struct drtmon_kept *kept, *next;
	bool left;

	mutex_lock(&kept_lock);
	list_for_each_entry_safe(kept, next, &kept_list, node) {
		if (!kept->parent[0] || strcmp(kept->parent, chip_parent(chip->tpm)))
			continue;
		list_del(&kept->node);
		*chip->baseline = kept->values;
		chip->kept = kept;
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
	struct drtmon_kept *kept, *next;

	list_for_each_entry_safe(kept, next, &kept_list, node) {
		list_del(&kept->node);
		kvfree(kept);
	}
}
