/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_HOOK_H
#define DRTMON_HOOK_H

#include <linux/list.h>
#include <linux/types.h>

#include "tpm_cmd.h"
#include "writer.h"

struct task_struct;
struct tpm_chip;

/**
 * struct drtmon_tap - what the hook keeps about one TPM chip
 * @node: in the hook's list, RCU
 * @tpm: the chip, compared with the hooked function's argument
 * @id: never used twice while the module is loaded
 * @self: the task that sends the module's own commands right now, or NULL
 * @commands: commands seen
 * @self_commands: of those, the module's own
 * @self_reads: of those, PCR reads
 * @generation: commands that changed a PCR, or may have
 * @read_generation: @generation when the last of @self_commands was answered
 * @refused: response code or negative errno of the last command, 0 if it went well
 * @refused_tgid: whose command that was
 * @refusals: told since @refusals_from
 * @refusals_from: jiffies
 *
 * The TPM core sends one command per chip at a time, under the chip's mutex:
 * that orders all writes to the counters. Readers use READ_ONCE().
 *
 * Embedded in the state that the module keeps about a chip. Valid for the hook
 * between drtmon_hook_attach() and the end of drtmon_hook_detach().
 */
struct drtmon_tap {
	struct list_head node;
	struct tpm_chip *tpm;
	u64 id;
	struct task_struct *self;
	u64 commands;
	u64 self_commands;
	u64 self_reads;
	u64 generation;
	u64 read_generation;
	s64 refused;
	u32 refused_tgid;
	u32 refusals;
	unsigned long refusals_from;
};

/* How a command came to the TPM. */
enum drtmon_path {
	DRTMON_PATH_UNKNOWN,	/* the hook that could tell is missing */
	DRTMON_PATH_KERNEL,	/* the kernel itself */
	DRTMON_PATH_TPM,	/* /dev/tpmN */
	DRTMON_PATH_TPMRM,	/* /dev/tpmrmN, through the kernel's resource manager */
};

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

/**
 * struct drtmon_hook_info - one row of the hook table
 * @symbol: the kernel function
 * @loss: what is lost without it
 * @required: the module does not load without it
 * @active: registered
 * @missed: calls that could not be followed
 */
struct drtmon_hook_info {
	const char *symbol;
	const char *loss;
	bool required;
	bool active;
	u64 missed;
};

/**
 * struct drtmon_hook_stats - totals since load
 * @commands: TPM commands seen
 * @lost: commands that mattered and found the queue full
 * @malformed: commands or responses with bad lengths
 * @missed: calls that the probes could not follow
 * @unseen: of those, TPM commands; the others cost attribution only
 */
struct drtmon_hook_stats {
	u64 commands;
	u64 lost;
	u64 malformed;
	u64 missed;
	u64 unseen;
};

int drtmon_hook_init(void (*ready)(void));
void drtmon_hook_exit(void);
void drtmon_hook_attach(struct drtmon_tap *tap, struct tpm_chip *tpm);
void drtmon_hook_detach(struct drtmon_tap *tap);
bool drtmon_hook_next(struct drtmon_record *record);
const void *drtmon_hook_tpm_class(void);
int drtmon_hook_info(u32 i, struct drtmon_hook_info *info);
bool drtmon_hook_degraded(void);
void drtmon_hook_stats(struct drtmon_hook_stats *stats);

#endif /* DRTMON_HOOK_H */
