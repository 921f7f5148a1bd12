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
 * out to be that of a worker's command. Where it is not certain whose command it
 * is, nobody is named for it.
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
 * @entered: when write() began, as writers_count has it
 * @left: when it returned, likewise, of WRITER_QUEUED
 * @doubt: a write without a slot may be the one that is sent instead
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
	u64 entered;
	u64 left;
	bool doubt;
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
/* Slots from there on were never used; also read without the lock, as it only grows. */
static struct writer *writers_end = writers;
/* How often a write began or was queued. */
static u64 writers_count;
/* How many writes the probe missed, when that was last asked. */
static u64 writers_missed;

/* When a write was last missed or lost its slot, in jiffies, 0 for never. */
static unsigned long writers_lacked;

/* The token of a write that found no slot. */
#define TOKEN_NONE (-1)

/* All but @who->exe. */
static void who_fill(struct drtmon_who *who, struct task_struct *task)
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
}

/**
 * drtmon_who_get() - describe a task
 * @who: filled; holds a reference to the executable
 * @task: the running one, or one that can neither exit nor exec meanwhile
 *
 * Context: any that is not an interrupt's, also a probe handler; does not sleep.
 */
void drtmon_who_get(struct drtmon_who *who, struct task_struct *task)
{
	who_fill(who, task);
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

/*
 * A command of the file with @priv, or of any for NULL, may be sent that no slot is
 * left of: it is not to be taken for another's. The caller holds the lock.
 */
static void writers_doubt(const void *priv)
{
	struct writer *writer;

	for (writer = writers; writer < READ_ONCE(writers_end); writer++)
		if (!priv || writer->priv == priv)
			writer->doubt = true;
}

/* The caller puts @exe, without the lock. */
static struct writer *writer_alloc(struct file **exe)
{
	struct writer *writer, *oldest = NULL;

	for (writer = writers; writer < READ_ONCE(writers_end); writer++) {
		if (writer->state == WRITER_FREE)
			return writer;
		if (writer->state == WRITER_QUEUED && (!oldest || writer->left < oldest->left))
			oldest = writer;
	}
	if (writer < writers + WRITER_SLOTS) {
		WRITE_ONCE(writers_end, writer + 1);
		return writer;
	}
	if (oldest) {
		*exe = oldest->who.exe;
		oldest->who.exe = NULL;
		writers_lacked = jiffies ?: 1;
		writers_doubt(oldest->priv);
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
		writer->entered = ++writers_count;
		writer->doubt = false;
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
	return time_after(jiffies, READ_ONCE(writer->queued) + WRITER_QUEUED_MAX);
}

/*
 * What a file had queued before @count is not sent any more, nor what is too old.
 * Each executable is put without the lock.
 */
static void writers_drop(const void *priv, u64 count)
{
	struct drtmon_who who;
	struct writer *writer;
	unsigned long flags;

	for (writer = writers; writer < READ_ONCE(writers_end); writer++) {
		/* Most are of no interest; the lock is for those that seem to be. */
		if (READ_ONCE(writer->state) != WRITER_QUEUED ||
		    (READ_ONCE(writer->priv) != priv && !writer_expired(writer)))
			continue;
		who.exe = NULL;
		raw_spin_lock_irqsave(&writers_lock, flags);
		if (writer->state == WRITER_QUEUED &&
		    ((writer->priv == priv && writer->left < count) || writer_expired(writer))) {
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
	if (ret < 0 || writer->state != WRITER_BUSY) {
		WRITE_ONCE(writer->state, WRITER_FREE);
	} else if (nonblock) {
		drtmon_who_get(&writer->who, current);
		WRITE_ONCE(writer->queued, jiffies);
		writer->left = ++writers_count;
		WRITE_ONCE(writer->state, WRITER_QUEUED);
	} else {
		WRITE_ONCE(writer->state, WRITER_FREE);
		writers_doubt(writer->priv);
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
	/*
	 * Accepted behind all whose write() had returned when it began. Between two
	 * that overlap the order is not known: both stay.
	 */
	if (ret >= 0)
		writers_drop(writer->priv, writer->entered);
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
 * May a worker be sending this one's command? It holds the file's mutex meanwhile, in
 * which a write() sleeps before its command is accepted, and nowhere after that.
 */
static bool writer_may_be_sent(const struct writer *writer)
{
	if (writer->state == WRITER_QUEUED)
		return !writer_expired(writer);
	return writer->state == WRITER_BUSY && drtmon_task_is_running(writer->task);
}

/* Only to be compared; the task cannot exit or exec meanwhile. */
static const struct file *task_exe_address(const struct task_struct *task)
{
	if (!task->mm || task->flags & PF_KTHREAD)
		return NULL;
	return rcu_access_pointer(task->mm->exe_file);
}

/*
 * Two of one thread that did not become another program or user in between: one
 * that was queued, and its next write().
 */
static bool writers_are_one(const struct writer *a, const struct writer *b)
{
	const struct writer *queued = a->state == WRITER_QUEUED ? a : b;
	const struct writer *busy = queued == a ? b : a;
	struct drtmon_who who;

	if (a->state == b->state || queued->who.pid != task_pid_nr(busy->task))
		return false;
	who_fill(&who, busy->task);
	/* Holds no reference: the last one must not be put under the lock. */
	who.exe = (struct file *)task_exe_address(busy->task);
	return !memcmp(&who, &queued->who, sizeof(who));
}

/* Was a write without a slot under way so lately that its command may be sent only now? */
static bool writers_lack_slots(void)
{
	return writers_lacked && time_before(jiffies, writers_lacked + WRITER_QUEUED_MAX);
}

/*
 * A worker sends what the file accepted last, and only the TPM core knows which of
 * several that is: any but that one was never sent, or has yet to be accepted.
 */
static struct writer *writer_find_async(const struct tpm_chip *tpm, const u8 *buf, bool *doubt)
{
	struct writer *writer, *best = NULL;

	*doubt = false;
	for (writer = writers; writer < READ_ONCE(writers_end); writer++) {
		if (!writer_owns(writer, tpm, buf) || !writer_may_be_sent(writer))
			continue;
		*doubt |= writer->doubt || (best && !writers_are_one(writer, best));
		if (!best || writer->state == WRITER_QUEUED)
			best = writer;
	}
	/* Or it has yet to take the mutex, and the command is of one that left no slot. */
	if (best && best->state == WRITER_BUSY)
		*doubt |= !best->nonblock || writers_lack_slots();
	return best;
}

static struct writer *writer_find_sync(const struct tpm_chip *tpm, const u8 *buf)
{
	struct writer *writer;

	for (writer = writers; writer < READ_ONCE(writers_end); writer++)
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
 * @missed: how many writes the probe missed since load
 * @who: for a command sent by a worker: the writer, replaces what is there
 *	and takes over its reference; else untouched
 *
 * Context: the return handler of tpm_transmit(), once a command.
 * Return: the device file's cdev, only to be compared; NULL when nobody that is
 * known wrote it; an ERR_PTR when it is not certain who did.
 */
struct cdev *drtmon_writer_match(const struct tpm_chip *tpm, const void *buf, u64 missed,
				 struct drtmon_who *who)
{
	struct drtmon_who old = {};
	const void *priv = NULL;
	struct cdev *cdev = NULL;
	struct writer *writer;
	unsigned long flags;
	bool doubt;

	raw_spin_lock_irqsave(&writers_lock, flags);
	if (missed > writers_missed) {
		writers_missed = missed;
		writers_lacked = jiffies ?: 1;
		writers_doubt(NULL);
	}
	if (current->flags & PF_KTHREAD) {
		writer = writer_find_async(tpm, buf, &doubt);
		if (writer && doubt) {
			cdev = ERR_PTR(-ENOTUNIQ);
			priv = writer->priv;
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
	/* What the file had queued was sent now or is never sent. */
	if (IS_ERR(cdev))
		writers_drop(priv, U64_MAX);
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

	for (writer = writers; writer < READ_ONCE(writers_end); writer++) {
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
