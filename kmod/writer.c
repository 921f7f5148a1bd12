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
 * queued, until its command was sent. Whether a write() waits is decided inside
 * it, by a flag that another thread may change at any time: so any slot may turn
 * out to be that of a worker's command.
 *
 * A file holds one command at a time. One that is queued and never sent (the
 * resource manager refused it, the chip went away) is dropped when the file is
 * closed: its memory may be another file's at once. Also at the next command that
 * is accepted from the same file, when it is too old for any command to wait, or
 * when all slots are taken.
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/tpm.h>

#include "compat.h"
#include "writer.h"

#define WRITER_SLOTS 256

/*
 * The command buffer begins this far into the private data at most; 0xba was
 * seen on 6.1. A tight bound keeps a stale slot from claiming a neighbour.
 */
#define WRITER_BUF_OFFSET_MAX 1024

/* Twice as long as the TPM core waits for the slowest command (TPM2_DURATION_LONG_LONG). */
#define WRITER_QUEUED_MAX (2 * 300 * HZ)

enum writer_state {
	WRITER_FREE,
	WRITER_BUSY,   /* inside write() */
	WRITER_QUEUED, /* write() returned, a worker has yet to send */
	WRITER_SENT,   /* a worker sent before write() returned */
};

/**
 * struct writer - one write to a TPM device file
 * @state: see enum writer_state; written under the lock, looked at without it too
 * @age: order of use, to find the oldest
 * @task: the writer; good to look into while WRITER_BUSY and the lock is held,
 *	which its write() takes before it returns
 * @file: the open file, likewise
 * @priv: the open file's private data, only compared
 * @cdev: which device file
 * @nonblock: not to wait, when write() began
 * @queued: jiffies when it became WRITER_QUEUED
 * @who: the writer, of WRITER_QUEUED
 */
struct writer {
	enum writer_state state;
	u64 age;
	struct task_struct *task;
	const struct file *file;
	const u8 *priv;
	struct cdev *cdev;
	bool nonblock;
	unsigned long queued;
	struct drtmon_who who;
};

/* Protects all that follows. Taken in probe handlers: raw, irqs off. */
static DEFINE_RAW_SPINLOCK(writers_lock);
static struct writer writers[WRITER_SLOTS];
static u64 writer_age;

/* The token of a write that found no slot. */
#define TOKEN_NONE (-1)

/**
 * drtmon_who_get() - describe a task
 * @who: filled; holds a reference to the executable
 * @task: the running one, or one that can neither exit nor exec meanwhile
 *
 * Context: any that is not an interrupt's, also a probe handler; does not sleep.
 */
void drtmon_who_get(struct drtmon_who *who, struct task_struct *task)
{
	memset(who, 0, sizeof(*who));
	who->pid = task_pid_nr(task);
	who->tgid = task_tgid_nr(task);
	/* No lock: a name that changes this very moment may come out mixed. */
	data_race(memcpy(who->comm, task->comm, sizeof(who->comm) - 1));
	rcu_read_lock();
	who->uid = from_kuid_munged(&init_user_ns, __task_cred(task)->uid);
#ifdef CONFIG_CGROUPS
	who->cgroup_id = cgroup_id(task_dfl_cgroup(task));
#endif
	rcu_read_unlock();
	who->exe = drtmon_task_exe(task);
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

/* The caller puts @exe, without the lock. */
static struct writer *writer_alloc(struct file **exe)
{
	struct writer *writer, *oldest = NULL;

	for (writer = writers; writer < writers + WRITER_SLOTS; writer++) {
		if (writer->state == WRITER_FREE)
			return writer;
		if (writer->state == WRITER_QUEUED && (!oldest || writer->age < oldest->age))
			oldest = writer;
	}
	if (oldest) {
		*exe = oldest->who.exe;
		oldest->who.exe = NULL;
	}
	return oldest;
}

/**
 * drtmon_writer_enter() - a write() to a TPM device file begins
 * @file: the open file
 *
 * Context: the entry handler of tpm_common_write().
 * Return: a token for drtmon_writer_leave().
 */
int drtmon_writer_enter(const struct file *file)
{
	bool nonblock = READ_ONCE(file->f_flags) & O_NONBLOCK;
	int token = TOKEN_NONE;
	struct file *exe = NULL;
	struct writer *writer;
	unsigned long flags;

	raw_spin_lock_irqsave(&writers_lock, flags);
	writer = writer_alloc(&exe);
	if (writer) {
		WRITE_ONCE(writer->state, WRITER_BUSY);
		writer->age = ++writer_age;
		writer->task = current;
		writer->file = file;
		writer->priv = file->private_data;
		writer->cdev = file_inode(file)->i_cdev;
		writer->nonblock = nonblock;
		token = writer - writers;
	}
	raw_spin_unlock_irqrestore(&writers_lock, flags);
	if (exe)
		fput(exe);
	return token;
}

static bool writer_expired(const struct writer *writer)
{
	return time_after(jiffies, writer->queued + WRITER_QUEUED_MAX);
}

/*
 * What a file queued before @age is not sent any more, nor what is too old. Each
 * file is put without the lock.
 */
static void writers_drop(const void *priv, u64 age)
{
	struct drtmon_who who;
	struct writer *writer;
	unsigned long flags;

	for (writer = writers; writer < writers + WRITER_SLOTS; writer++) {
		if (READ_ONCE(writer->state) != WRITER_QUEUED)
			continue;
		who.exe = NULL;
		raw_spin_lock_irqsave(&writers_lock, flags);
		if (writer->state == WRITER_QUEUED &&
		    ((writer->priv == priv && writer->age < age) || writer_expired(writer))) {
			who.exe = writer->who.exe;
			writer->who.exe = NULL;
			WRITE_ONCE(writer->state, WRITER_FREE);
		}
		raw_spin_unlock_irqrestore(&writers_lock, flags);
		drtmon_who_put(&who);
	}
}

/**
 * drtmon_writer_close() - a TPM device file is closed: what it queued is never sent
 * @priv: the open file's private data, about to be freed
 *
 * Context: the return handler of tpm_common_release(), which waited for the worker.
 */
void drtmon_writer_close(const void *priv)
{
	writers_drop(priv, U64_MAX);
}

/*
 * A write() that does not wait has queued its command if it is still to be sent.
 * The flag may have been changed there and back: then the command's writer is
 * not known, and nobody else is named for it.
 */
static void writer_leave(struct writer *writer, bool nonblock, long ret)
{
	if (nonblock && ret >= 0 && writer->state == WRITER_BUSY) {
		drtmon_who_get(&writer->who, current);
		writer->queued = jiffies;
		WRITE_ONCE(writer->state, WRITER_QUEUED);
	} else {
		WRITE_ONCE(writer->state, WRITER_FREE);
	}
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
	struct writer *writer;
	unsigned long flags;
	bool nonblock;

	if (token < 0 || token >= WRITER_SLOTS)
		return;
	/* Its own, until it is freed below. */
	writer = &writers[token];
	nonblock = writer->nonblock || READ_ONCE(writer->file->f_flags) & O_NONBLOCK;
	if (nonblock && ret >= 0)
		writers_drop(writer->priv, writer->age);
	raw_spin_lock_irqsave(&writers_lock, flags);
	writer_leave(writer, nonblock, ret);
	raw_spin_unlock_irqrestore(&writers_lock, flags);
}

/* Memory of a file that is gone may be another chip's by now: both have to fit. */
static bool writer_owns(const struct writer *writer, const struct tpm_chip *tpm, const u8 *buf)
{
	if (writer->cdev != &tpm->cdev && writer->cdev != &tpm->cdevs)
		return false;
	return buf >= writer->priv && buf - writer->priv < WRITER_BUF_OFFSET_MAX;
}

/*
 * A worker sends for the slot that was queued last; the write() of that one may
 * not have returned yet, and others may be waiting to write to the same file:
 * then it is the one that waits the longest.
 */
static bool writer_fits_better(const struct writer *writer, const struct writer *other)
{
	if (writer->state != other->state)
		return writer->state == WRITER_QUEUED;
	if (writer->state == WRITER_QUEUED)
		return writer->age > other->age;
	return writer->age < other->age;
}

/*
 * An older one is queued while the write() of a newer one is under way. Either the
 * newer one waits for the worker, which holds the file's mutex while it sends the
 * older one's command. Or that was never sent, the newer one's is, and its write()
 * has not come to return: it runs or could. Then it is not known whose command it
 * is, unless both are of one thread.
 */
static bool writer_is_doubtful(const struct writer *writer, const struct writer *other)
{
	const struct writer *queued, *busy;

	if (!other || writer->state == other->state)
		return false;
	queued = writer->state == WRITER_QUEUED ? writer : other;
	busy = queued == writer ? other : writer;
	return queued->age < busy->age && drtmon_task_is_running(busy->task) &&
	       queued->who.pid != task_pid_nr(busy->task);
}

static struct writer *writer_find_async(const struct tpm_chip *tpm, const u8 *buf, bool *doubt)
{
	struct writer *writer, *best = NULL;

	*doubt = false;

	for (writer = writers; writer < writers + WRITER_SLOTS; writer++) {
		if (writer->state != WRITER_QUEUED && writer->state != WRITER_BUSY)
			continue;
		if (writer->state == WRITER_QUEUED && writer_expired(writer))
			continue;
		if (!writer_owns(writer, tpm, buf))
			continue;
		*doubt |= writer_is_doubtful(writer, best);
		if (!best || writer_fits_better(writer, best))
			best = writer;
	}
	return best;
}

static struct writer *writer_find_sync(const struct tpm_chip *tpm, const u8 *buf)
{
	struct writer *writer;

	for (writer = writers; writer < writers + WRITER_SLOTS; writer++)
		if (writer->state == WRITER_BUSY && writer->task == current &&
		    writer_owns(writer, tpm, buf))
			return writer;
	return NULL;
}

/* The slot is used up; one whose write() is still on its way is freed there. */
static void writer_take_who(struct writer *writer, struct drtmon_who *who)
{
	if (writer->state == WRITER_BUSY) {
		drtmon_who_get(who, writer->task);
		WRITE_ONCE(writer->state, WRITER_SENT);
	} else {
		*who = writer->who;
		writer->who.exe = NULL;
		WRITE_ONCE(writer->state, WRITER_FREE);
	}
}

/**
 * drtmon_writer_match() - whose command is this?
 * @tpm: the chip that it was sent to
 * @buf: the buffer that the command was sent from
 * @who: for a command sent by a worker: the writer, replaces what is there
 *	and takes over its reference; else untouched
 *
 * Context: the return handler of tpm_transmit(), once a command.
 * Return: the device file's cdev, only to be compared; NULL when nobody that is
 * known wrote it; an ERR_PTR when two that are known may have.
 */
struct cdev *drtmon_writer_match(const struct tpm_chip *tpm, const void *buf,
				 struct drtmon_who *who)
{
	struct drtmon_who old = {};
	struct cdev *cdev = NULL;
	struct writer *writer;
	unsigned long flags;
	bool doubt;

	raw_spin_lock_irqsave(&writers_lock, flags);
	if (current->flags & PF_KTHREAD) {
		writer = writer_find_async(tpm, buf, &doubt);
		if (writer && doubt) {
			/* The queued one was sent now or is never sent. */
			cdev = ERR_PTR(-ENOTUNIQ);
			old.exe = writer->who.exe;
			writer->who.exe = NULL;
			WRITE_ONCE(writer->state, WRITER_FREE);
		} else if (writer) {
			cdev = writer->cdev;
			old = *who;
			writer_take_who(writer, who);
		}
	} else {
		writer = writer_find_sync(tpm, buf);
		if (writer)
			cdev = writer->cdev;
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
	struct drtmon_who who;
	struct writer *writer;
	unsigned long flags;

	for (writer = writers; writer < writers + WRITER_SLOTS; writer++) {
		who.exe = NULL;
		raw_spin_lock_irqsave(&writers_lock, flags);
		if (writer->state == WRITER_QUEUED &&
		    (writer->cdev == &tpm->cdev || writer->cdev == &tpm->cdevs)) {
			who.exe = writer->who.exe;
			writer->who.exe = NULL;
			WRITE_ONCE(writer->state, WRITER_FREE);
		}
		raw_spin_unlock_irqrestore(&writers_lock, flags);
		drtmon_who_put(&who);
	}
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
		WRITE_ONCE(writers[i].state, WRITER_FREE);
	}
}
