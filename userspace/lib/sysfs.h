/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_SYSFS_H
#define DRTMON_LIB_SYSFS_H

#include <stddef.h>

#include "lib/blob.h"
#include "lib/chip.h"
#include "lib/err.h"
#include "lib/known.h"

/* Whether something is there, as far as anybody could look. */
enum drtmon_fact {
	DRTMON_FACT_UNREADABLE,
	DRTMON_FACT_ABSENT,
	DRTMON_FACT_PRESENT,
};

/*
 * Each function takes the directory to look under: "" for this machine, a
 * tree of files for a test or a capture.
 */

/**
 * drtmon_sysfs_fact() - is a file there?
 * @root: directory in front of @path
 * @path: absolute
 *
 * Return: enum drtmon_fact.
 */
enum drtmon_fact drtmon_sysfs_fact(const char *root, const char *path);

/**
 * drtmon_sysfs_read() - a small file, whole
 * @root: directory in front of @path
 * @path: absolute
 * @blob: filled; release with drtmon_blob_free() whatever the result
 *
 * Return: 0 or a negative errno.
 */
int drtmon_sysfs_read(const char *root, const char *path, struct drtmon_blob *blob);

/**
 * drtmon_sysfs_line() - the first line of a small file
 * @root: directory in front of @path
 * @path: absolute
 * @dst: room for @max bytes; "" when unreadable
 * @max: size of @dst
 *
 * Return: 0 or a negative errno.
 */
int drtmon_sysfs_line(const char *root, const char *path, char *dst, size_t max);

/**
 * drtmon_sysfs_chips() - TPMs and their PCRs as the kernel shows them in sysfs
 * @root: directory in front of /sys
 * @only: a chip's number, or -1 for all
 * @chips: filled; an empty list when there is none
 * @err: what failed
 *
 * One TPM command for each digest, and not at one moment: the snapshot's
 * state stays unknown. A PCR that cannot be read is marked as such; after two
 * in a row that the TPM left without an answer so are all others, unasked.
 *
 * Return: 0, -ENODEV when the kernel shows no class of TPMs at all, or a
 * negative errno.
 */
int drtmon_sysfs_chips(const char *root, int only, struct drtmon_chips *chips,
		       struct drtmon_err *err);

/**
 * drtmon_sysfs_names() - TPMs without their PCRs: no TPM is sent a command
 * @root: directory in front of /sys
 * @chips: filled; release with drtmon_chips_free()
 * @err: why there are none
 *
 * Return: 0, -ENODEV without a class of TPMs, or another negative errno.
 */
int drtmon_sysfs_names(const char *root, struct drtmon_chips *chips, struct drtmon_err *err);

/**
 * drtmon_sysfs_complete() - read from sysfs what the module has no value for
 * @root: directory in front of /sys
 * @chips: from the module; a chip that sysfs can read whole gets its values
 *	from there, and its source says so
 *
 * The module shows no value when it cannot vouch for it, for example while its
 * hooks see nothing.
 */
void drtmon_sysfs_complete(const char *root, struct drtmon_chips *chips);

/**
 * struct drtmon_sysfs_flags - what a TPM 1.2 says of itself
 * @enabled: TPM_PF_DISABLE is not set
 * @active: TPM_PF_DEACTIVATED is not set
 * @owned: somebody took ownership
 */
struct drtmon_sysfs_flags {
	enum drtmon_known enabled;
	enum drtmon_known active;
	enum drtmon_known owned;
};

/**
 * drtmon_sysfs_flags() - the flags of a TPM 1.2, for which the kernel asks the TPM
 * @root: directory in front of /sys
 * @chip: "tpmN"
 * @flags: filled; a TPM that did not tell one, for which the kernel may wait for
 *	minutes, is not asked for those behind it
 *
 * Other versions have no such files, and nothing is known of them.
 */
void drtmon_sysfs_flags(const char *root, const char *chip, struct drtmon_sysfs_flags *flags);

/**
 * drtmon_sysfs_switches() - is a TPM 1.2 switched off?
 * @root: directory in front of /sys
 * @chip: @off is filled; other versions have no such switches
 */
void drtmon_sysfs_switches(const char *root, struct drtmon_chip *chip);

/**
 * drtmon_sysfs_acpi() - does the firmware bring this ACPI table?
 * @root: directory in front of /sys
 * @signature: four characters
 *
 * Return: enum drtmon_fact; unreadable when there are no ACPI tables to be seen.
 */
enum drtmon_fact drtmon_sysfs_acpi(const char *root, const char *signature);

#endif
