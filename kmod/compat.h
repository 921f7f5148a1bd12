/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between kernels from 5.10 on; the only place that may ask. */
#ifndef DRTMON_COMPAT_H
#define DRTMON_COMPAT_H

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/mm_types.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/tpm.h>
#include <linux/version.h>
#include <net/genetlink.h>

/*
 * A reference to the file a task was started from; the task cannot exit or exec
 * meanwhile. Until 6.7 get_file_rcu() was a macro on the counter; since then it
 * takes the pointer's address and copes with the file being replaced meanwhile.
 */
static inline struct file *drtmon_task_exe(const struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	struct file *file;

	if (!mm || (task->flags & PF_KTHREAD))
		return NULL;
	rcu_read_lock();
#ifdef get_file_rcu
	file = rcu_dereference(mm->exe_file);
	if (file && !get_file_rcu(file))
		file = NULL;
#else
	file = get_file_rcu(&mm->exe_file);
#endif
	rcu_read_unlock();
	return file;
}

/* The state got another name, and this one to ask for it, in 5.14. */
static inline bool drtmon_task_is_running(struct task_struct *task)
{
#ifdef task_is_running
	return task_is_running(task);
#else
	return READ_ONCE(task->state) == TASK_RUNNING;
#endif
}

/* Renamed in 6.16. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define drtmon_rdmsr_safe rdmsrl_safe
#else
#define drtmon_rdmsr_safe rdmsrq_safe
#endif

/* Class interfaces lost their second argument in 6.4. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define DRTMON_CLASS_INTERFACE_ADD(name)                                                           \
	static int name(struct device *dev, struct class_interface *intf)
#define DRTMON_CLASS_INTERFACE_REMOVE(name)                                                        \
	static void name(struct device *dev, struct class_interface *intf)
#else
#define DRTMON_CLASS_INTERFACE_ADD(name) static int name(struct device *dev)
#define DRTMON_CLASS_INTERFACE_REMOVE(name) static void name(struct device *dev)
#endif

/* A TPM that waits for new firmware answers nothing else; the core knows since 6.0. */
static inline bool drtmon_tpm_is_upgrading(struct tpm_chip *tpm)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 0, 0)
	return false;
#else
	return tpm_is_firmware_upgrade(tpm);
#endif
}

/* The attributes of a dump request moved into a struct genl_info in 6.6. */
static inline struct nlattr **drtmon_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_dumpit_info(cb)->info.attrs;
#endif
}

/*
 * Who may join a multicast group. The core asks since 5.12 and, patched, 5.10.204;
 * the flag got its own name in 6.8. Without either there is nothing to ask with,
 * and DRTMON_MCGRP_FLAGS stays undefined.
 */
#if defined(GENL_MCAST_CAP_NET_ADMIN)
#define DRTMON_MCGRP_FLAGS GENL_MCAST_CAP_NET_ADMIN
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0) ||                                            \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 10, 204) &&                                       \
	 LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0))
#define DRTMON_MCGRP_FLAGS GENL_UNS_ADMIN_PERM
#endif

#endif /* DRTMON_COMPAT_H */
