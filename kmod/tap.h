/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_TAP_H
#define DRTMON_TAP_H

#include <linux/list.h>
#include <linux/types.h>

#include "tpm_cmd.h"

struct kretprobe;
struct kretprobe_instance;
struct pt_regs;
struct task_struct;
struct tpm_chip;

/**
 * struct drtmon_tap - what is kept about one TPM chip, where its commands pass
 * @node: in the list of taps, RCU
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
 * Embedded in the state that the module keeps about a chip. Valid
 * between drtmon_tap_attach() and the end of drtmon_tap_detach().
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

/**
 * struct drtmon_tap_call - a command on its way
 *
 * Between the two handlers; here for its size.
 *
 * @tpm: the chip
 * @buf: command, and later response
 * @size: of @buf
 * @rc: response code
 * @error: negative errno of the transport
 * @self: sent by the module
 * @bad: command or response had lengths that do not fit
 * @changed: a PCR changed, or may have
 * @cmd: what it is
 */
struct drtmon_tap_call {
	struct tpm_chip *tpm;
	const u8 *buf;
	size_t size;
	u32 rc;
	int error;
	bool self;
	bool bad;
	bool changed;
	struct drtmon_tpm_cmd cmd;
};

void drtmon_tap_init(const struct kretprobe *transmit, const struct kretprobe *write);
void drtmon_tap_attach(struct drtmon_tap *tap, struct tpm_chip *tpm);
void drtmon_tap_detach(struct drtmon_tap *tap);
int drtmon_tap_entry(struct kretprobe_instance *instance, struct pt_regs *regs);
int drtmon_tap_return(struct kretprobe_instance *instance, struct pt_regs *regs);
const void *drtmon_tap_class(void);
void drtmon_tap_stats(u64 *commands, u64 *malformed);

#endif /* DRTMON_TAP_H */
