// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who wrote a command to a TPM device file.
 *
 * With O_NONBLOCK the TPM core sends a command from a kernel worker, long
 * after the writer went on. What still ties the two together is the buffer:
 * it lies inside the open file's private data. So every write leaves a slot
 * here, found again by address range when the command reaches the TPM. The
 * slot also tells by which device file the command came.
 *
 * A slot lives from the start of the write() to its end, or, for one that was
 * queued, until its command was sent. One that is queued and never sent (the
 * chip went away) is reused when all others are taken.
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/spinlock.h>
#include <linux/tpm.h>

#include "compat.h"
#include "writer.h"

#define WRITER_SLOTS	256

/*
 * The command buffer begins this far into the private data at most; 0xba was
 * seen on 6.1. A tight bound keeps a stale slot from claiming a neighbour.
 */
#define WRITER_BUF_OFFSET_MAX	1024

enum writer_state {
	WRITER_FREE,
	WRITER_SYNC,	/* inside write(), sends the command itself */
	WRITER_ASYNC,	/* inside write(), will hand the command to a worker */
	WRITER_QUEUED,	/* write() returned, the worker has yet to send */
	WRITER_SENT,	/* sent before write() returned */
};

/**
 * struct writer - one write to a TPM device file
 * @state: see enum writer_state
 * @age: order of use, to find the oldest
 * @task: the writer, only compared with current, never looked into
 * @priv: the open file's private data, only compared
 * @cdev: which device file
 * @who: the writer, for WRITER_ASYNC and later
 */
struct writer {
	enum writer_state state;
	u64 age;
	const struct task_struct *task;
	const u8 *priv;
	struct cdev *cdev;
	struct drtmon_who who;
};

/* Protects all that follows. Taken in probe handlers: raw, irqs off. */
static DEFINE_RAW_SPINLOCK(writers_lock);
static struct writer writers[WRITER_SLOTS];
static u64 writer_age;

/*
 * Writes that found no slot: those inside write() that send themselves, and
 * those whose command a worker is yet to send.
 */
static u32 unslotted_sync, unslotted_async;

/* Tokens of those. */
#define TOKEN_SYNC	(-1)
#define TOKEN_ASYNC	(-2)

/**
 * drtmon_who_get_current() - describe the running task
 * @who: filled; holds a reference to the executable
 *
 * Context: process context, also in a probe handler; does not sleep.
 */
void drtmon_who_get_current(struct drtmon_who *who)
{
	memset(who, 0, sizeof(*who));
	who->pid = task_pid_nr(current);
	who->tgid = task_tgid_nr(current);
	who->uid = from_kuid_munged(&init_user_ns, current_uid());
	/* No lock: a name that changes this very moment may come out mixed. */
	memcpy(who->comm, current->comm, sizeof(who->comm) - 1);
#ifdef CONFIG_CGROUPS
	rcu_read_lock();
	who->cgroup_id = cgroup_id(task_dfl_cgroup(current));
	rcu_read_unlock();
#endif
	who->exe = drtmon_current_exe();
}

/**
 * drtmon_who_put() - release what a description holds
 * @who: its @exe is NULL afterwards
 *
 * Context: any; the last reference to a file is put elsewhere.
 */
void drtmon_who_put(struct drtmon_who *who)
{
	if (who->exe)
		fput(who->exe);
	who->exe = NULL;
}

static struct writer *writer_alloc(void)
{
	struct writer *writer, *oldest = NULL;

	for (writer = writers; writer < writers + WRITER_SLOTS; writer++) {
		if (writer->state == WRITER_FREE)
			return writer;
		if (writer->state == WRITER_QUEUED && (!oldest || writer->age < oldest->age))
			oldest = writer;
	}
	if (oldest)
		drtmon_who_put(&oldest->who);
	return oldest;
}

/**
 * drtmon_writer_enter() - a write() to a TPM device file begins
 * @file: the open file
 *
 * Context: the entry handler of tpm_common_write().
 * Return: a token for drtmon_writer_leave().
 */
int drtmon_writer_enter(struct file *file)
{
	bool async = file->f_flags & O_NONBLOCK;
	int token = async ? TOKEN_ASYNC : TOKEN_SYNC;
	struct writer *writer;
	struct drtmon_who who;
	unsigned long flags;

	who.exe = NULL;
	if (async)
		drtmon_who_get_current(&who);
	raw_spin_lock_irqsave(&writers_lock, flags);
	writer = writer_alloc();
	if (writer) {
		writer->state = async ? WRITER_ASYNC : WRITER_SYNC;
		writer->age = ++writer_age;
		writer->task = current;
		writer->priv = file->private_data;
		writer->cdev = file_inode(file)->i_cdev;
		/* A slot that is free holds nobody. */
		if (async)
			writer->who = who;
		who.exe = NULL;
		token = writer - writers;
	} else if (async) {
		unslotted_async++;
	} else {
		unslotted_sync++;
	}
	raw_spin_unlock_irqrestore(&writers_lock, flags);
	drtmon_who_put(&who);
	return token;
}

/**
 * drtmon_writer_leave() - the write() ends
 * @token: from drtmon_writer_enter()
 * @ret: what write() returns
 *
 * Context: the return handler of tpm_common_write().
 */
void drtmon_writer_leave(int token, long ret)
{
	struct file *exe = NULL;
	struct writer *writer;
	unsigned long flags;

	if (token >= WRITER_SLOTS)
		return;
	raw_spin_lock_irqsave(&writers_lock, flags);
	if (token < 0) {
		if (token == TOKEN_SYNC)
			unslotted_sync--;
		else if (ret < 0)
			unslotted_async--;
		raw_spin_unlock_irqrestore(&writers_lock, flags);
		return;
	}
	writer = &writers[token];
	if (writer->state == WRITER_ASYNC && ret >= 0) {
		writer->state = WRITER_QUEUED;
	} else {
		exe = writer->who.exe;
		writer->who.exe = NULL;
		writer->state = WRITER_FREE;
	}
	raw_spin_unlock_irqrestore(&writers_lock, flags);
	if (exe)
		fput(exe);
}

/* Memory of a file that is gone may be another chip's by now: both have to fit. */
static bool writer_owns(const struct writer *writer, const struct tpm_chip *tpm, const u8 *buf)
{
	if (writer->cdev != &tpm->cdev && writer->cdev != &tpm->cdevs)
		return false;
	return buf >= writer->priv && buf - writer->priv < WRITER_BUF_OFFSET_MAX;
}

/*
 * A worker sends for the slot that was queued; the write() of that one may
 * not have returned yet, and others may be waiting to write to the same file.
 */
static struct writer *writer_find_async(const struct tpm_chip *tpm, const u8 *buf)
{
	struct writer *writer, *best = NULL;

	for (writer = writers; writer < writers + WRITER_SLOTS; writer++) {
		if (writer->state != WRITER_QUEUED && writer->state != WRITER_ASYNC)
			continue;
		if (!writer_owns(writer, tpm, buf))
			continue;
		if (!best || (writer->state == WRITER_QUEUED && best->state == WRITER_ASYNC) ||
		    (writer->state == best->state && writer->age < best->age))
			best = writer;
	}
	return best;
}

static struct writer *writer_find_sync(const struct tpm_chip *tpm, const u8 *buf)
{
	struct writer *writer;

	for (writer = writers; writer < writers + WRITER_SLOTS; writer++)
		if (writer->state == WRITER_SYNC && writer->task == current &&
		    writer_owns(writer, tpm, buf))
			return writer;
	return NULL;
}

/**
 * drtmon_writer_match() - whose command is this?
 * @tpm: the chip that it was sent to
 * @buf: the buffer that the command was sent from
 * @who: for a command sent by a worker: the writer, replaces what is there
 *	and takes over its reference; else untouched
 *
 * Context: the return handler of tpm_transmit(), once a command.
 * Return: the device file's cdev, only to be compared; NULL when the command
 * did not come through a device file; an ERR_PTR when that is not known, since
 * some writes found no slot.
 */
struct cdev *drtmon_writer_match(const struct tpm_chip *tpm, const void *buf,
				 struct drtmon_who *who)
{
	struct drtmon_who old = {};
	struct cdev *cdev = NULL;
	struct writer *writer;
	unsigned long flags;

	raw_spin_lock_irqsave(&writers_lock, flags);
	if (current->flags & PF_KTHREAD) {
		writer = writer_find_async(tpm, buf);
		if (writer) {
			cdev = writer->cdev;
			old = *who;
			*who = writer->who;
			writer->who.exe = NULL;
			/* A slot whose write() is still on its way is freed there. */
			writer->state = writer->state == WRITER_QUEUED ? WRITER_FREE : WRITER_SENT;
		} else if (unslotted_async) {
			unslotted_async--;
			cdev = ERR_PTR(-ENOSPC);
		}
	} else {
		writer = writer_find_sync(tpm, buf);
		if (writer)
			cdev = writer->cdev;
		else if (unslotted_sync)
			cdev = ERR_PTR(-ENOSPC);
	}
	raw_spin_unlock_irqrestore(&writers_lock, flags);
	drtmon_who_put(&old);
	return cdev;
}

/**
 * drtmon_writer_forget() - a chip is gone: what was queued for it is never sent
 * @tpm: the chip
 *
 * Context: process.
 */
void drtmon_writer_forget(const struct tpm_chip *tpm)
{
	struct writer *writer;
	unsigned long flags;

	raw_spin_lock_irqsave(&writers_lock, flags);
	for (writer = writers; writer < writers + WRITER_SLOTS; writer++) {
		if (writer->state != WRITER_QUEUED ||
		    (writer->cdev != &tpm->cdev && writer->cdev != &tpm->cdevs))
			continue;
		drtmon_who_put(&writer->who);
		writer->state = WRITER_FREE;
	}
	raw_spin_unlock_irqrestore(&writers_lock, flags);
}

/**
 * drtmon_writer_exit() - release every slot
 *
 * Context: process, after the probes that use the slots are gone.
 */
void drtmon_writer_exit(void)
{
	u32 i;

	for (i = 0; i < WRITER_SLOTS; i++) {
		drtmon_who_put(&writers[i].who);
		writers[i].state = WRITER_FREE;
	}
	unslotted_sync = 0;
	unslotted_async = 0;
}
