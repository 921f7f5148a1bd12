// SPDX-License-Identifier: GPL-2.0-only
/* A data race on purpose: whoever looks for races has to find this one. */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

static struct task_struct *thread[2];
static unsigned long racy_counter;

static int racy_count(void *arg)
{
	while (!kthread_should_stop()) {
		racy_counter++;
		cond_resched();
	}
	return 0;
}

static int __init racy_init(void)
{
	thread[0] = kthread_run(racy_count, NULL, "racy0");
	if (IS_ERR(thread[0]))
		return PTR_ERR(thread[0]);
	thread[1] = kthread_run(racy_count, NULL, "racy1");
	if (!IS_ERR(thread[1]))
		return 0;
	kthread_stop(thread[0]);
	return PTR_ERR(thread[1]);
}

static void __exit racy_exit(void)
{
	kthread_stop(thread[1]);
	kthread_stop(thread[0]);
}

module_init(racy_init);
module_exit(racy_exit);
MODULE_DESCRIPTION("A data race on purpose");
MODULE_LICENSE("GPL");
