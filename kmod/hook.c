// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probes on the TPM core: which there are, and how they fare.
 *
 * A probe may be unregistered while a function it probes has not returned; the
 * return handler then never runs. So instances hold no references.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>

#include "hook.h"
#include "record.h"
#include "tap.h"
#include "writer.h"

/*
 * One command per chip is in flight, and there may be many chips; other callers
 * wait before the function. tpm_common_write() they enter, and wait inside.
 */
#define TRANSMIT_INSTANCES	32
#define WRITE_INSTANCES		256
#define RELEASE_INSTANCES	64

struct write {
	int token;
};

struct release {
	const void *priv;
};

static int write_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct write *w = (void *)instance->data;

	w->token = drtmon_writer_enter((void *)regs_get_kernel_argument(regs, 0));
	return 0;
}

static int write_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct write *w = (void *)instance->data;

	drtmon_writer_leave(w->token, (long)regs_return_value(regs));
	return 0;
}

static int release_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct release *r = (void *)instance->data;

	r->priv = (void *)regs_get_kernel_argument(regs, 1);
	return 0;
}

/* It waited for the worker; its caller is about to free the private data. */
static int release_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct release *r = (void *)instance->data;

	drtmon_writer_close(r->priv);
	return 0;
}

/**
 * struct hook - one probed function
 * @probe: what to register
 * @loss: what is lost without it
 * @required: the module is of no use without it
 * @active: registered
 */
struct hook {
	struct kretprobe probe;
	const char *loss;
	bool required;
	bool active;
};

/* In the order of registration: whoever writes is known when the first command passes. */
enum { HOOK_WRITE, HOOK_RELEASE, HOOK_TRANSMIT, HOOKS };

static struct hook hooks[HOOKS] = {
	[HOOK_WRITE] = {
		.probe = {
			.kp.symbol_name = "tpm_common_write",
			.entry_handler = write_entry,
			.handler = write_return,
			.data_size = sizeof(struct write),
			.maxactive = WRITE_INSTANCES,
		},
		.loss = "who wrote a command without waiting for it, and to which device file",
	},
	[HOOK_RELEASE] = {
		.probe = {
			.kp.symbol_name = "tpm_common_release",
			.entry_handler = release_entry,
			.handler = release_return,
			.data_size = sizeof(struct release),
			.maxactive = RELEASE_INSTANCES,
		},
		.loss = "who wrote some commands without waiting, when a file was closed early",
	},
	[HOOK_TRANSMIT] = {
		.probe = {
			.kp.symbol_name = "tpm_transmit",
			.entry_handler = drtmon_tap_entry,
			.handler = drtmon_tap_return,
			.data_size = sizeof(struct drtmon_tap_call),
			.maxactive = TRANSMIT_INSTANCES,
		},
		.loss = "everything: no TPM command is seen",
		.required = true,
	},
};

/**
 * drtmon_hook_info() - one row of the hook table
 * @i: from 0
 * @info: filled
 *
 * Context: any.
 * Return: 0, or -ENOENT past the last row.
 */
int drtmon_hook_info(u32 i, struct drtmon_hook_info *info)
{
	const struct hook *hook;

	if (i >= HOOKS)
		return -ENOENT;
	hook = &hooks[i];
	info->symbol = hook->probe.kp.symbol_name;
	info->loss = hook->loss;
	info->required = hook->required;
	info->active = hook->active;
	info->missed = READ_ONCE(hook->probe.nmissed) + READ_ONCE(hook->probe.kp.nmissed);
	return 0;
}

/**
 * drtmon_hook_degraded() - is an optional hook missing?
 *
 * Context: any.
 */
bool drtmon_hook_degraded(void)
{
	u32 i;

	for (i = 0; i < HOOKS; i++)
		if (!hooks[i].active)
			return true;
	return false;
}

/**
 * drtmon_hook_stats() - totals since load
 * @stats: filled
 *
 * Context: any.
 */
void drtmon_hook_stats(struct drtmon_hook_stats *stats)
{
	struct drtmon_hook_info info;
	u32 i;

	memset(stats, 0, sizeof(*stats));
	drtmon_tap_stats(&stats->commands, &stats->malformed);
	/* Each is read once: one that is missed meanwhile is in both sums or in none. */
	for (i = 0; !drtmon_hook_info(i, &info); i++) {
		stats->missed += info.missed;
		if (i == HOOK_TRANSMIT)
			stats->unseen = info.missed;
	}
	stats->lost = drtmon_record_lost();
}

/**
 * drtmon_hook_unseen() - commands that the probe on tpm_transmit() missed, or
 * that found the queue full
 *
 * Context: any.
 */
u64 drtmon_hook_unseen(void)
{
	struct drtmon_hook_info info;

	drtmon_hook_info(HOOK_TRANSMIT, &info);
	return info.missed + drtmon_record_lost();
}

static void hooks_unregister(void)
{
	u32 i;

	for (i = HOOKS; i-- > 0;)
		if (hooks[i].active)
			unregister_kretprobe(&hooks[i].probe);
}

static const struct kretprobe *hook_probe(u32 i)
{
	return hooks[i].active ? &hooks[i].probe : NULL;
}

static int hooks_register(void)
{
	u32 i;
	int ret;

	for (i = 0; i < HOOKS; i++) {
		if (i == HOOK_TRANSMIT)
			drtmon_tap_init(&hooks[i].probe, hook_probe(HOOK_WRITE));
		ret = register_kretprobe(&hooks[i].probe);
		hooks[i].active = !ret;
		if (!ret)
			continue;
		pr_warn("cannot hook %s (%d), without it is lost: %s\n",
			hooks[i].probe.kp.symbol_name, ret, hooks[i].loss);
		if (hooks[i].required) {
			hooks_unregister();
			return ret;
		}
	}
	return 0;
}

/**
 * drtmon_hook_init() - place the probes
 * @ready: called in interrupt context when the queue holds something or a
 *	chip was seen that is not attached
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM; or why a required probe could not be placed, which was
 * also written to the log.
 */
int drtmon_hook_init(void (*ready)(void))
{
	int ret;

	ret = drtmon_record_init(ready);
	if (ret)
		return ret;
	ret = hooks_register();
	if (ret) {
		drtmon_record_exit();
		drtmon_writer_exit();
	}
	return ret;
}

/**
 * drtmon_hook_exit() - remove the probes and drop what is still queued
 *
 * Context: process, may sleep. @ready is not called any more when this returns.
 */
void drtmon_hook_exit(void)
{
	hooks_unregister();
	drtmon_record_exit();
	drtmon_writer_exit();
}
