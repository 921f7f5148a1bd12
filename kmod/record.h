/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_RECORD_H
#define DRTMON_RECORD_H

#include <linux/types.h>

#include "tpm_cmd.h"
#include "writer.h"

/* How a command came to the TPM. */
enum drtmon_path {
	DRTMON_PATH_UNKNOWN,	/* the hook that could tell is missing */
	DRTMON_PATH_KERNEL,	/* the kernel itself */
	DRTMON_PATH_TPM,	/* /dev/tpmN */
	DRTMON_PATH_TPMRM,	/* /dev/tpmrmN, through the kernel's resource manager */
};

/* How many there may be at a time. */
#define DRTMON_RECORD_SLOTS 256

/**
 * struct drtmon_record - a command that went by and matters
 * @boottime: CLOCK_BOOTTIME when its response came, ns
 * @realtime: CLOCK_REALTIME likewise
 * @tap_id: which chip, 0 for one that was not attached
 * @generation: the tap's, after this command
 * @chip_id: the N of tpmN
 * @locality: at which locality it was sent, negative when that is not known
 * @rc: response code, meaningless when @error is set
 * @error: negative errno of the transport: what the TPM did is not known
 * @changed: a PCR changed, or may have: @generation was counted up for it
 * @self: sent by the module
 * @malformed: command or response had lengths that do not fit
 * @nobody: it came from a device file, but @who only sent it on
 * @path: see enum drtmon_path
 * @who: the process; the receiver of the record releases it
 * @cmd: what it was
 */
struct drtmon_record {
	u64 boottime;
	u64 realtime;
	u64 tap_id;
	u64 generation;
	u32 chip_id;
	int locality;
	u32 rc;
	int error;
	bool changed;
	bool self;
	bool malformed;
	bool nobody;
	enum drtmon_path path;
	struct drtmon_who who;
	struct drtmon_tpm_cmd cmd;
};

int drtmon_record_init(void (*ready)(void));
void drtmon_record_exit(void);
void drtmon_record_kick(void);
bool drtmon_record_push(const struct drtmon_record *record);
bool drtmon_record_next(struct drtmon_record *record);
u64 drtmon_record_lost(void);

#endif /* DRTMON_RECORD_H */
