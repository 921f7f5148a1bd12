/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_CHIP_H
#define DRTMON_CHIP_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <linux/drtmon.h>

#include "event.h"
#include "hook.h"
#include "pcr.h"

/**
 * struct drtmon_snapshot - how the last read of all PCRs went
 * @state: enum drtmon_snapshot_state
 * @error: positive errno when it failed
 * @commands: PCR reads it took, as the hook counted them
 * @digests: values read
 * @attempts: how often it was read
 * @update_counter: pcrUpdateCounter
 * @boottime: when it ended, ns
 */
struct drtmon_snapshot {
	u32 state;
	u32 error;
	u32 commands;
	u32 digests;
	u32 attempts;
	u32 update_counter;
	u64 boottime;
};

/**
 * struct drtmon_chip - what is known about one TPM
 * @node: in the list of chips, under the list's mutex
 * @ref: one for the list, one for each user; the last frees the struct
 * @tpm: the TPM core's chip; its device is referenced as long as this lives
 * @tap: what the hook keeps
 * @id: the N of tpmN
 * @name: "tpmN"
 * @version: enum drtmon_chip_version
 * @look: reads the PCRs
 * @look_lock: one read of all PCRs at a time; taken before @lock
 * @fresh: where a read puts its values, under @look_lock
 * @lock: protects what follows
 * @snapshot: how the last read went
 * @values: as last read; valid from the first good snapshot on
 */
struct drtmon_chip {
	struct list_head node;
	struct kref ref;
	struct tpm_chip *tpm;
	struct drtmon_tap tap;
	u32 id;
	char name[DRTMON_EVENT_NAME_MAX];
	u32 version;
	struct work_struct look;
	struct mutex look_lock;
	struct drtmon_pcr_values *fresh;
	struct mutex lock;
	struct drtmon_snapshot snapshot;
	struct drtmon_pcr_values *values;
};

int drtmon_chip_init(void);
void drtmon_chip_exit(void);
void drtmon_chip_discover(void);
struct drtmon_chip *drtmon_chip_get(u32 nth);
struct drtmon_chip *drtmon_chip_get_id(u32 id);
void drtmon_chip_put(struct drtmon_chip *chip);
void drtmon_chip_settle(struct drtmon_chip *chip);
int drtmon_chip_refresh(struct drtmon_chip *chip);
void drtmon_chip_event(const struct drtmon_chip *chip, u32 kind, u32 severity);

#endif /* DRTMON_CHIP_H */
