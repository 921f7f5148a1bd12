// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where commands pass: the chips that are followed, and what the probe on
 * tpm_transmit() does.
 *
 * Every command of every origin passes tpm_transmit(). Its entry handler looks
 * at the command, which the response is about to overwrite; its return handler
 * looks at the response and, if the two matter, queues a record. Nothing is
 * allocated, hashed or sent here: handlers run with preemption off and every
 * TPM user pays for them.
 */
#include <linux/cdev.h>
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/tpm.h>

#include "record.h"
#include "tap.h"

/* TPM_BUFSIZE of the TPM core: no command or response is larger. */
#define TPM_BUFFER_MAX	4096

/* So many refusals of a chip are told in that time, whoever meets them. */
#define REFUSALS_MAX	10
#define REFUSALS_TIME	(10 * HZ)

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

/* The probe on all commands; the one that tells who wrote one, NULL where it is not in place. */
static const struct kretprobe *transmit_probe, *write_probe;

/* How many of its misses the worker was told of. */
static u64 missed_kicked;

static struct drtmon_tap *tap_find(const struct tpm_chip *tpm)
{
	struct drtmon_tap *tap;

	list_for_each_entry_rcu(tap, &taps, node, !preemptible())
		if (tap->tpm == tpm)
			return tap;
	return NULL;
}

/* Done by the TPM, or perhaps done: may it have changed a PCR? */
static bool may_change_pcr(const struct drtmon_tpm_cmd *cmd)
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

/**
 * drtmon_tap_entry() - entry handler of the probe on tpm_transmit()
 * @instance: its data is a struct drtmon_tap_call
 * @regs: the call's
 *
 * Context: kretprobe, preemption off.
 * Return: 0.
 */
int drtmon_tap_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct drtmon_tap_call *t = (void *)instance->data;

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

static noinline void tap_count_self(struct drtmon_tap *tap, const struct drtmon_tap_call *t)
{
	WRITE_ONCE(tap->self_commands, tap->self_commands + 1);
	if (t->cmd.code ==
	    (t->cmd.tpm2 ? DRTMON_TPM2_CC_PCR_READ : DRTMON_TPM12_ORD_PCR_READ))
		WRITE_ONCE(tap->self_reads, tap->self_reads + 1);
	WRITE_ONCE(tap->read_generation, tap->generation);
}

static void tap_count(struct drtmon_tap *tap, struct drtmon_tap_call *t)
{
	t->self = READ_ONCE(tap->self) == current;
	WRITE_ONCE(tap->commands, tap->commands + 1);
	if (t->self)
		tap_count_self(tap, t);
	if (t->changed)
		WRITE_ONCE(tap->generation, tap->generation + 1);
}

/* A chip that is not attached: the worker finds out what chips there are. */
static void transmit_untapped(struct drtmon_tap_call *t)
{
	t->self = false;
	WRITE_ONCE(tpm_class_seen, t->tpm->dev.class);
	drtmon_record_kick();
}

static u64 probe_missed(const struct kretprobe *probe)
{
	return READ_ONCE(probe->nmissed) + READ_ONCE(probe->kp.nmissed);
}

static enum drtmon_path transmit_path(const struct drtmon_tap_call *t, struct drtmon_who *who)
{
	struct cdev *cdev;

	if (!write_probe)
		return DRTMON_PATH_UNKNOWN;
	/*
	 * The kernel's own commands are built in pages of their own; a file's begin
	 * behind two bools of its private data, at no page's first byte.
	 */
	if (PAGE_ALIGNED(t->buf))
		return DRTMON_PATH_KERNEL;
	cdev = drtmon_writer_match(t->tpm, t->buf, probe_missed(write_probe), who);
	/* Several may have written it; or that was missed, or found no slot. */
	if (IS_ERR_OR_NULL(cdev))
		return DRTMON_PATH_UNKNOWN;
	return cdev == &t->tpm->cdevs ? DRTMON_PATH_TPMRM : DRTMON_PATH_TPM;
}

/*
 * Out of line, for the few commands that matter: a record is large, and a
 * kernel that clears its stack would clear one for every command.
 */
static noinline void transmit_record(const struct drtmon_tap_call *t, const struct drtmon_tap *tap,
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
	if (!matters || !drtmon_record_push(&record))
		drtmon_who_put(&record.who);
}

/* What the TPM core itself says of a command that it does not send. */
static bool never_sent(long ret)
{
	return ret == -ENODATA || ret == -EINVAL || ret == -E2BIG;
}

/* What the answer, or that there is none, says of the command. */
static s64 transmit_outcome(struct drtmon_tap_call *t, long ret)
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
	t->changed = may_change_pcr(&t->cmd) && (t->error || !t->rc);
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
	u64 missed = probe_missed(transmit_probe);

	if (missed == READ_ONCE(missed_kicked))
		return;
	WRITE_ONCE(missed_kicked, missed);
	drtmon_record_kick();
}

/**
 * drtmon_tap_return() - return handler of the same
 * @instance: its data is what drtmon_tap_entry() left
 * @regs: with the function's return value
 *
 * Context: kretprobe. Preemption is off: that keeps a tap as well as RCU's lock does.
 * Return: 0.
 */
int drtmon_tap_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct drtmon_tap_call *t = (void *)instance->data;
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

/**
 * drtmon_tap_attach() - follow a chip
 * @tap: zeroed, embedded in the caller's state
 * @tpm: the chip; the caller holds a reference to its device
 *
 * Context: process, may sleep.
 */
void drtmon_tap_attach(struct drtmon_tap *tap, struct tpm_chip *tpm)
{
	mutex_lock(&taps_lock);
	tap->tpm = tpm;
	tap->id = ++tap_last_id;
	list_add_tail_rcu(&tap->node, &taps);
	mutex_unlock(&taps_lock);
}

/**
 * drtmon_tap_detach() - forget a chip
 * @tap: no handler looks at it any more when this returns
 *
 * Context: process, sleeps for a grace period.
 */
void drtmon_tap_detach(struct drtmon_tap *tap)
{
	mutex_lock(&taps_lock);
	list_del_rcu(&tap->node);
	mutex_unlock(&taps_lock);
	synchronize_rcu();
	drtmon_writer_forget(tap->tpm);
}

/**
 * drtmon_tap_class() - the device class that TPM chips belong to
 *
 * Context: any.
 * Return: the class, NULL until a chip sent a command that was not attached.
 */
const void *drtmon_tap_class(void)
{
	return READ_ONCE(tpm_class_seen);
}

/**
 * drtmon_tap_stats() - totals since load
 * @commands: commands seen
 * @malformed: commands or responses with bad lengths
 *
 * Context: any.
 */
void drtmon_tap_stats(u64 *commands, u64 *malformed)
{
	int cpu;

	*commands = 0;
	*malformed = 0;
	for_each_possible_cpu(cpu) {
		*commands += READ_ONCE(per_cpu_ptr(&seen, cpu)->commands);
		*malformed += READ_ONCE(per_cpu_ptr(&seen, cpu)->malformed);
	}
}

/**
 * drtmon_tap_init() - before the probe on tpm_transmit() is placed
 * @transmit: that probe
 * @write: the one on tpm_common_write(), NULL when it is not in place
 *
 * Context: any.
 */
void drtmon_tap_init(const struct kretprobe *transmit, const struct kretprobe *write)
{
	transmit_probe = transmit;
	write_probe = write;
}
