/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_CHIP_H
#define DRTMON_LIB_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/drtmon.h>

#include "lib/attr.h"
#include "lib/baseline.h"
#include "lib/err.h"
#include "lib/nl.h"
#include "lib/pcrs.h"

/* Who says what a chip's PCRs hold. */
enum drtmon_chip_source {
	DRTMON_CHIP_FROM_SYSFS,
	DRTMON_CHIP_FROM_MODULE,
	DRTMON_CHIP_FROM_CAPTURE,
};

/**
 * struct drtmon_snapshot - how the last full read of a chip's PCRs went
 * @have: bit n: attribute n of enum drtmon_a_snapshot was there
 * @state: enum drtmon_snapshot_state
 * @error: positive errno, 0 if none
 * @commands: TPM commands it took
 * @digests: digests read
 * @attempts: tries until two in a row agreed
 * @boottime: when, ns since boot
 * @update_counter: the TPM's pcrUpdateCounter
 */
struct drtmon_snapshot {
	uint64_t have;
	uint32_t state;
	uint32_t error;
	uint32_t commands;
	uint32_t digests;
	uint32_t attempts;
	uint64_t boottime;
	uint32_t update_counter;
};

/**
 * struct drtmon_chip_bank - one allocated bank
 * @have: bit n: attribute n of enum drtmon_a_bank was there
 * @alg: TPM_ALG_ID
 * @digest_size: bytes
 */
struct drtmon_chip_bank {
	uint64_t have;
	uint32_t alg;
	uint32_t digest_size;
};

/**
 * struct drtmon_chip - one TPM
 * @have: bit n: attribute n of enum drtmon_a_chip was there
 * @id: the N of tpmN
 * @name: "tpmN"
 * @version: enum drtmon_chip_version
 * @commands: commands seen by the hook
 * @self_commands: of those, the module's own
 * @hook_state: enum drtmon_hook_state: are its commands seen?
 * @no_increment: PCRs whose changes do not move the TPM's counter
 * @checked: ns since boot: last comparison with the hardware
 * @reconciles: comparisons that found nothing moved
 * @checkpoint_seq: event that the checkpoint values include
 * @source: where all this comes from
 * @banks: used entries of @bank
 * @bank: allocated banks
 * @snapshot: how @pcrs were read; nothing is known of that from sysfs
 * @unreadable: PCRs that should have a value and have none
 * @why: for those: one clause, or ""
 * @pcrs: what the PCRs hold
 * @baseline: what the module is told to expect of them
 * @off: "disabled" or "deactivated" for a TPM 1.2 that its owner or the firmware
 *	switched off, else ""
 */
struct drtmon_chip {
	uint64_t have;
	uint32_t id;
	char name[32];
	uint32_t version;
	uint64_t commands;
	uint64_t self_commands;
	uint32_t hook_state;
	uint32_t no_increment;
	uint64_t checked;
	uint64_t reconciles;
	uint64_t checkpoint_seq;
	enum drtmon_chip_source source;
	uint32_t banks;
	struct drtmon_chip_bank bank[DRTMON_BANKS_MAX];
	struct drtmon_snapshot snapshot;
	uint32_t unreadable;
	char why[128];
	struct drtmon_pcrs pcrs;
	struct drtmon_baseline baseline;
	char off[16];
};

/**
 * struct drtmon_chips - every TPM of a machine, lowest number first
 * @chip: @count of them, malloc()ed
 * @count: how many
 * @interrupted: the list changed while it was read, each time it was tried
 */
struct drtmon_chips {
	struct drtmon_chip *chip;
	size_t count;
	bool interrupted;
};

/**
 * drtmon_chips_add() - find a chip, or add it in its place
 * @chips: the list; release it with drtmon_chips_free()
 * @id: the N of tpmN
 * @source: for a new one
 *
 * Return: the chip, valid until the next call; NULL when out of memory.
 */
struct drtmon_chip *drtmon_chips_add(struct drtmon_chips *chips, uint32_t id,
				     enum drtmon_chip_source source);

/**
 * drtmon_chips_free() - release a list and leave an empty one
 * @chips: the list
 */
void drtmon_chips_free(struct drtmon_chips *chips);

/**
 * drtmon_chips_get() - ask the module for its chips and their PCRs
 * @nl: a resolved socket
 * @only: a chip's number, or -1 for all
 * @refresh: make the module read the TPM now
 * @chips: filled; an empty list when there is no TPM
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_chips_get(struct drtmon_nl *nl, int only, bool refresh, struct drtmon_chips *chips,
		     struct drtmon_err *err);

/**
 * drtmon_chip_version_name() - "1.2" or "2.0"
 * @chip: the chip
 *
 * Return: the name, or NULL when it is not known.
 */
const char *drtmon_chip_version_name(const struct drtmon_chip *chip);

/**
 * drtmon_chip_bank_name() - a bank's name, "0x…" for an algorithm not known here
 * @dst: room for @max bytes
 * @max: size of @dst
 * @alg: TPM_ALG_ID
 *
 * Return: @dst.
 */
const char *drtmon_chip_bank_name(char *dst, size_t max, uint32_t alg);

/**
 * drtmon_snapshot_state_name() - "none", "consistent", "torn", "failed"
 * @snapshot: the snapshot
 *
 * Return: the name; "unknown" when nobody said.
 */
const char *drtmon_snapshot_state_name(const struct drtmon_snapshot *snapshot);

#endif
