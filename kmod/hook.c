// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probes on the TPM core, and the queue of what they saw.
 *
 * Every command of every origin passes tpm_transmit(). Its entry handler looks
 * at the command, which the response is about to overwrite; its return handler
 * looks at the response and, if the two matter, queues a record. Nothing is
 * allocated, hashed or sent here: handlers run with preemption off and every
 * TPM user pays for them. Records are taken off the queue in process context.
 *
 * A probe may be unregistered while a function it probes has not returned; the
 * return handler then never runs. So instances hold no references.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cdev.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/tpm.h>
#include <linux/vmalloc.h>

#include "hook.h"

/* TPM_BUFSIZE of the TPM core: no command or response is larger. */
#define TPM_BUFFER_MAX	4096

#define QUEUE_SLOTS	256

/*
 * One command per chip is in flight, and there may be many chips; other callers
 * wait before the function. tpm_common_write() they enter, and wait inside.
 */
#define TRANSMIT_INSTANCES	32
#define WRITE_INSTANCES		256
#define RELEASE_INSTANCES	64

/* So many refusals of a chip are told in that time, whoever meets them. */
#define REFUSALS_MAX	10
#define REFUSALS_TIME	(10 * HZ)

struct transmit {
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

struct write {
	int token;
};

struct release {
	const void *priv;
};

/* Protects the queue and queue_lost. Taken in probe handlers: raw, irqs off. */
static DEFINE_RAW_SPINLOCK(queue_lock);
static struct drtmon_record *queue;
static u32 queue_head, queue_count;
static u64 queue_lost;

static void (*queue_ready)(void);

/* Attached chips. Writers hold taps_lock, handlers read under RCU. */
static LIST_HEAD(taps);
static DEFINE_MUTEX(taps_lock);
static u64 tap_last_id;

struct seen {
	u64 commands;
	u64 malformed;
};

static DEFINE_PER_CPU(struct seen, seen);

/*
 * The device class of TPM chips is not exported. Each chip that sends a
 * command shows it; once known it never changes.
 */
static const void *tpm_class_seen;

/* The probe that tells who wrote a command, NULL when it is not in place. */
static const struct kretprobe *writers_probe;

/* The probe on all commands, and how many of its misses the worker was told of. */
static const struct kretprobe *transmit_probe;
static u64 missed_kicked;

/* The probe that tells when a device file is closed, likewise. */
static const struct kretprobe *release_probe;

static void queue_kick(struct irq_work *work)
{
	queue_ready();
}

/* A handler may run where queueing work is not allowed; an irq_work always is. */
static DEFINE_IRQ_WORK(queue_irq_work, queue_kick);

static struct drtmon_tap *tap_find(const struct tpm_chip *tpm)
{
	struct drtmon_tap *tap;

	list_for_each_entry_rcu(tap, &taps, node, !preemptible())
		if (tap->tpm == tpm)
			return tap;
	return NULL;
}

static bool queue_push(const struct drtmon_record *record)
{
	unsigned long flags;
	bool pushed = false;

	raw_spin_lock_irqsave(&queue_lock, flags);
	if (queue_count < QUEUE_SLOTS) {
		queue[(queue_head + queue_count) % QUEUE_SLOTS] = *record;
		queue_count++;
		pushed = true;
	} else {
		queue_lost++;
	}
	raw_spin_unlock_irqrestore(&queue_lock, flags);
	irq_work_queue(&queue_irq_work);
	return pushed;
}

static bool changes_pcr(const struct drtmon_tpm_cmd *cmd)
{
	switch (cmd->class) {
	case DRTMON_TPM_CLASS_EXTEND:
	case DRTMON_TPM_CLASS_HASH_EXTEND:
	case DRTMON_TPM_CLASS_RESET:
		return cmd->pcr_mask;
	case DRTMON_TPM_CLASS_STARTUP:
	case DRTMON_TPM_CLASS_WRAPPED:
		return true;
	default:
		return false;
	}
}

static int transmit_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct transmit *t = (void *)instance->data;

	t->tpm = (void *)regs_get_kernel_argument(regs, 0);
	t->buf = (void *)regs_get_kernel_argument(regs, 1);
	t->size = min_t(size_t, regs_get_kernel_argument(regs, 2), TPM_BUFFER_MAX);
	t->bad = drtmon_tpm_cmd_decode(&t->cmd, t->buf, t->size);
	return 0;
}

static bool refusal_fits_in(struct drtmon_tap *tap)
{
	if (!tap->refusals || time_after(jiffies, tap->refusals_from + REFUSALS_TIME)) {
		tap->refusals_from = jiffies;
		tap->refusals = 0;
	}
	if (tap->refusals == REFUSALS_MAX)
		return false;
	tap->refusals++;
	return true;
}

/*
 * The same refusal again and again, from the same process, is told once: a
 * failed TPM refuses everything. Those that alternate are told only so often.
 * The caller is inside the chip's mutex.
 */
static noinline bool refusal_is_news(struct drtmon_tap *tap, s64 outcome)
{
	u32 tgid = task_tgid_nr(current);
	bool news = outcome != tap->refused || tgid != tap->refused_tgid;

	tap->refused = outcome;
	tap->refused_tgid = tgid;
	return news && refusal_fits_in(tap);
}

static noinline void tap_count_self(struct drtmon_tap *tap, const struct transmit *t)
{
	WRITE_ONCE(tap->self_commands, tap->self_commands + 1);
	if (t->cmd.code ==
	    (t->cmd.tpm2 ? DRTMON_TPM2_CC_PCR_READ : DRTMON_TPM12_ORD_PCR_READ))
		WRITE_ONCE(tap->self_reads, tap->self_reads + 1);
	WRITE_ONCE(tap->read_generation, tap->generation);
}

static void tap_count(struct drtmon_tap *tap, struct transmit *t)
{
	t->self = READ_ONCE(tap->self) == current;
	WRITE_ONCE(tap->commands, tap->commands + 1);
	if (t->self)
		tap_count_self(tap, t);
	if (t->changed)
		WRITE_ONCE(tap->generation, tap->generation + 1);
}

/* A chip that is not attached: the worker finds out what chips there are. */
static void transmit_untapped(struct transmit *t)
{
	t->self = false;
	WRITE_ONCE(tpm_class_seen, t->tpm->dev.class);
	irq_work_queue(&queue_irq_work);
}

static bool probe_misses(const struct kretprobe *probe)
{
	return READ_ONCE(probe->nmissed) || READ_ONCE(probe->kp.nmissed);
}

static enum drtmon_path transmit_path(const struct transmit *t, struct drtmon_who *who)
{
	struct cdev *cdev;
	bool closes;

	if (!writers_probe)
		return DRTMON_PATH_UNKNOWN;
	closes = release_probe && !probe_misses(release_probe);
	cdev = drtmon_writer_match(t->tpm, t->buf, closes, who);
	if (IS_ERR(cdev))
		return DRTMON_PATH_UNKNOWN;
	if (cdev)
		return cdev == &t->tpm->cdevs ? DRTMON_PATH_TPMRM : DRTMON_PATH_TPM;
	/*
	 * Nobody wrote it, unless a write was missed or began before the probes
	 * were there. The kernel's own commands are built in pages of their own.
	 */
	if (!PAGE_ALIGNED(t->buf))
		return DRTMON_PATH_UNKNOWN;
	return probe_misses(writers_probe) ? DRTMON_PATH_UNKNOWN : DRTMON_PATH_KERNEL;
}

/*
 * Out of line, for the few commands that matter: a record is large, and a
 * kernel that clears its stack would clear one for every command.
 */
static noinline void transmit_record(const struct transmit *t, const struct drtmon_tap *tap,
				     bool matters)
{
	struct drtmon_record record;

	drtmon_who_get(&record.who, current);
	record.path = t->self ? DRTMON_PATH_KERNEL : transmit_path(t, &record.who);
	record.tap_id = tap ? tap->id : 0;
	record.generation = tap ? tap->generation : 0;
	record.boottime = ktime_get_boottime_ns();
	record.realtime = ktime_get_real_fast_ns();
	record.chip_id = t->tpm->dev_num;
	record.locality = t->tpm->locality;
	record.rc = t->rc;
	record.error = t->error;
	record.changed = t->changed;
	record.self = t->self;
	record.malformed = t->bad;
	/* The kernel's own commands are built in pages of their own. */
	record.nobody = record.path == DRTMON_PATH_UNKNOWN && current->flags & PF_KTHREAD &&
			!PAGE_ALIGNED(t->buf);
	record.cmd = t->cmd;
	if (!matters || !queue_push(&record))
		drtmon_who_put(&record.who);
}

/* What the TPM core itself says of a command that it does not send. */
static bool never_sent(long ret)
{
	return ret == -ENODATA || ret == -EINVAL || ret == -E2BIG;
}

/* What the answer, or that there is none, says of the command. */
static s64 transmit_outcome(struct transmit *t, long ret)
{
	t->rc = 0;
	t->changed = false;
	if (ret >= 0 &&
	    drtmon_tpm_cmd_response(&t->cmd, t->buf, min_t(size_t, ret, t->size), &t->rc)) {
		t->bad = true;
		ret = -EBADMSG;
	}
	t->error = ret < 0 ? ret : 0;
	/* No command and no TPM: bytes that anybody with the device file may write. */
	if (t->bad && never_sent(ret))
		return 0;
	t->bad |= t->cmd.malformed;
	t->changed = changes_pcr(&t->cmd) && (t->error || !t->rc);
	if (t->error || !t->rc)
		return t->error;
	return drtmon_tpm_outcome(t->cmd.tpm2, t->rc) > DRTMON_TPM_OUTCOME_REFUSED ? t->rc : 0;
}

/*
 * A call that was missed is told by the next that is not: the worker finds the
 * shadow behind and has the TPM read.
 */
static void kick_if_missed(void)
{
	u64 missed = READ_ONCE(transmit_probe->nmissed) + READ_ONCE(transmit_probe->kp.nmissed);

	if (missed == READ_ONCE(missed_kicked))
		return;
	WRITE_ONCE(missed_kicked, missed);
	irq_work_queue(&queue_irq_work);
}

/* Handlers run with preemption off: that keeps a tap as well as RCU's lock does. */
static int transmit_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct transmit *t = (void *)instance->data;
	s64 outcome = transmit_outcome(t, (long)regs_return_value(regs));
	struct drtmon_tap *tap = tap_find(t->tpm);
	bool matters = t->cmd.class != DRTMON_TPM_CLASS_NONE;

	this_cpu_inc(seen.commands);
	if (t->bad)
		this_cpu_inc(seen.malformed);
	if (tap) {
		if (outcome)
			matters |= refusal_is_news(tap, outcome);
		else
			tap->refused = 0;
		tap_count(tap, t);
	} else {
		matters |= outcome;
		transmit_untapped(t);
	}
	/* A worker's slot is used up by its command, whether that matters or not. */
	if (matters || current->flags & PF_KTHREAD)
		transmit_record(t, tap, matters);
	kick_if_missed();
	return 0;
}

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

/* In the order of registration; tpm_transmit() is the last. */
static struct hook hooks[] = {
	{
		.probe = {
			.kp.symbol_name = "tpm_common_write",
			.entry_handler = write_entry,
			.handler = write_return,
			.data_size = sizeof(struct write),
			.maxactive = WRITE_INSTANCES,
		},
		.loss = "who wrote a command without waiting for it, and to which device file",
	},
	{
		.probe = {
			.kp.symbol_name = "tpm_common_release",
			.entry_handler = release_entry,
			.handler = release_return,
			.data_size = sizeof(struct release),
			.maxactive = RELEASE_INSTANCES,
		},
		.loss = "who wrote some commands without waiting, when a file was closed early",
	},
	{
		.probe = {
			.kp.symbol_name = "tpm_transmit",
			.entry_handler = transmit_entry,
			.handler = transmit_return,
			.data_size = sizeof(struct transmit),
			.maxactive = TRANSMIT_INSTANCES,
		},
		.loss = "everything: no TPM command is seen",
		.required = true,
	},
};

/**
 * drtmon_hook_attach() - let the hook know a chip
 * @tap: zeroed, embedded in the caller's state
 * @tpm: the chip; the caller holds a reference to its device
 *
 * Context: process, may sleep.
 */
void drtmon_hook_attach(struct drtmon_tap *tap, struct tpm_chip *tpm)
{
	mutex_lock(&taps_lock);
	tap->tpm = tpm;
	tap->id = ++tap_last_id;
	list_add_tail_rcu(&tap->node, &taps);
	mutex_unlock(&taps_lock);
}

/**
 * drtmon_hook_detach() - forget a chip
 * @tap: no handler looks at it any more when this returns
 *
 * Context: process, sleeps for a grace period.
 */
void drtmon_hook_detach(struct drtmon_tap *tap)
{
	mutex_lock(&taps_lock);
	list_del_rcu(&tap->node);
	mutex_unlock(&taps_lock);
	synchronize_rcu();
	drtmon_writer_forget(tap->tpm);
}

/**
 * drtmon_hook_next() - take the oldest record off the queue
 * @record: filled; the caller releases @record->who
 *
 * Context: process.
 * Return: false when the queue is empty.
 */
bool drtmon_hook_next(struct drtmon_record *record)
{
	unsigned long flags;
	bool any;

	raw_spin_lock_irqsave(&queue_lock, flags);
	any = queue_count;
	if (any) {
		*record = queue[queue_head];
		queue_head = (queue_head + 1) % QUEUE_SLOTS;
		queue_count--;
	}
	raw_spin_unlock_irqrestore(&queue_lock, flags);
	return any;
}

/**
 * drtmon_hook_tpm_class() - the device class that TPM chips belong to
 *
 * Context: any.
 * Return: the class, NULL until a chip sent a command that was not attached.
 */
const void *drtmon_hook_tpm_class(void)
{
	return READ_ONCE(tpm_class_seen);
}

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

	if (i >= ARRAY_SIZE(hooks))
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

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
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
	unsigned long flags;
	u32 i;
	int cpu;

	memset(stats, 0, sizeof(*stats));
	for_each_possible_cpu(cpu) {
		stats->commands += READ_ONCE(per_cpu_ptr(&seen, cpu)->commands);
		stats->malformed += READ_ONCE(per_cpu_ptr(&seen, cpu)->malformed);
	}
	for (i = 0; !drtmon_hook_info(i, &info); i++)
		stats->missed += info.missed;
	drtmon_hook_info(ARRAY_SIZE(hooks) - 1, &info);
	stats->unseen = info.missed;
	raw_spin_lock_irqsave(&queue_lock, flags);
	stats->lost = queue_lost;
	raw_spin_unlock_irqrestore(&queue_lock, flags);
}

static void hooks_unregister(void)
{
	u32 i;

	for (i = ARRAY_SIZE(hooks); i-- > 0;)
		if (hooks[i].active)
			unregister_kretprobe(&hooks[i].probe);
}

static int hooks_register(void)
{
	u32 i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (hooks[i].probe.handler == transmit_return)
			transmit_probe = &hooks[i].probe;
		ret = register_kretprobe(&hooks[i].probe);
		hooks[i].active = !ret;
		if (!ret && hooks[i].probe.handler == write_return)
			writers_probe = &hooks[i].probe;
		if (!ret && hooks[i].probe.handler == release_return)
			release_probe = &hooks[i].probe;
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

/* The worker may still be at it: whoever takes a record off releases it. */
static void queue_drain(void)
{
	static struct drtmon_record record;

	while (drtmon_hook_next(&record))
		drtmon_who_put(&record.who);
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

	queue = vzalloc(array_size(QUEUE_SLOTS, sizeof(*queue)));
	if (!queue)
		return -ENOMEM;
	queue_ready = ready;
	ret = hooks_register();
	if (ret) {
		irq_work_sync(&queue_irq_work);
		queue_drain();
		drtmon_writer_exit();
		vfree(queue);
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
	irq_work_sync(&queue_irq_work);
	queue_drain();
	drtmon_writer_exit();
	vfree(queue);
}
