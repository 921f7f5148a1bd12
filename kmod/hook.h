/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_HOOK_H
#define DRTMON_HOOK_H

#include <linux/types.h>

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
int drtmon_hook_info(u32 i, struct drtmon_hook_info *info);
bool drtmon_hook_degraded(void);
void drtmon_hook_stats(struct drtmon_hook_stats *stats);
u64 drtmon_hook_unseen(void);

#endif /* DRTMON_HOOK_H */
