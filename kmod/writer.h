/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_WRITER_H
#define DRTMON_WRITER_H

#include <linux/sched.h>
#include <linux/types.h>

struct cdev;
struct file;
struct tpm_chip;

/**
 * struct drtmon_who - the process behind a command
 * @pid: thread, as the initial PID namespace numbers it
 * @tgid: process, likewise
 * @uid: real user, as the initial user namespace numbers it
 * @cgroup_id: cgroup v2 directory inode, 0 when there is none
 * @comm: always terminated
 * @exe: reference to the executable, NULL for kernel threads; whoever holds
 *	the struct releases it with drtmon_who_put()
 */
struct drtmon_who {
	u32 pid;
	u32 tgid;
	u32 uid;
	u64 cgroup_id;
	char comm[TASK_COMM_LEN];
	struct file *exe;
};

void drtmon_who_get(struct drtmon_who *who, struct task_struct *task);
void drtmon_who_put(struct drtmon_who *who);

int drtmon_writer_enter(const struct file *file);
void drtmon_writer_leave(int token, long ret);
void drtmon_writer_close(const void *priv);
struct cdev *drtmon_writer_match(const struct tpm_chip *tpm, const void *buf, u64 missed,
				 struct drtmon_who *who);
void drtmon_writer_forget(const struct tpm_chip *tpm);
void drtmon_writer_exit(void);

#endif /* DRTMON_WRITER_H */
