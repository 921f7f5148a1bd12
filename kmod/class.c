// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the device class that TPM chips belong to, to be told of every chip.
 *
 * The class is not exported, so it is taken from the default chip, or, when
 * there is none at load, from the first chip whose command passes the hook.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/tpm.h>
#include <linux/workqueue.h>

#include "class.h"
#include "tap.h"

/* Protects what follows; taken before the class's mutex. */
static DEFINE_MUTEX(class_lock);
static struct class_interface *interface;
static bool class_followed;
static bool class_failed;

/**
 * drtmon_class_find() - begin to follow the machine's chips, if it can be done
 *
 * Does nothing once they are followed.
 *
 * Context: process, may sleep.
 */
void drtmon_class_find(void)
{
	struct tpm_chip *tpm;
	const void *class;
	int ret;

	mutex_lock(&class_lock);
	if (!interface || class_followed)
		goto out;
	class = drtmon_tap_class();
	tpm = tpm_default_chip();
	if (tpm) {
		class = tpm->dev.class;
		put_device(&tpm->dev);
	}
	if (!class)
		goto out;
	interface->class = (void *)class;
	ret = class_interface_register(interface);
	/* It is tried again for each command: said once. */
	if (ret && !class_failed)
		pr_err("cannot follow TPM chips (%d)\n", ret);
	WRITE_ONCE(class_followed, !ret);
	WRITE_ONCE(class_failed, ret);
out:
	mutex_unlock(&class_lock);
}

/**
 * drtmon_class_failed() - are there chips that could not be followed?
 *
 * The next command that one of them is sent is reason to try again.
 *
 * Context: any.
 */
bool drtmon_class_failed(void)
{
	return READ_ONCE(class_failed);
}

/*
 * A work of its own: a removal holds the class's mutex and waits for a look,
 * which waits for the worker that the hook kicks.
 */
static void find_work_func(struct work_struct *work)
{
	drtmon_class_find();
}

static DECLARE_WORK(find_work, find_work_func);

/**
 * drtmon_class_find_soon() - the same from where one may not sleep
 *
 * Context: any but NMI.
 */
void drtmon_class_find_soon(void)
{
	if (!READ_ONCE(class_followed))
		schedule_work(&find_work);
}

/**
 * drtmon_class_find_cancel() - wait for the last drtmon_class_find_soon()
 *
 * Context: process, may sleep; when nobody calls that any more.
 */
void drtmon_class_find_cancel(void)
{
	cancel_work_sync(&find_work);
}

/**
 * drtmon_class_follow() - from now on the class is followed once it is known
 * @with: registered with the class; its class is filled in
 *
 * Context: process, may sleep.
 */
void drtmon_class_follow(struct class_interface *with)
{
	mutex_lock(&class_lock);
	interface = with;
	mutex_unlock(&class_lock);
}

/**
 * drtmon_class_unfollow() - the opposite; tells the interface that all chips are gone
 *
 * Context: process, may sleep.
 */
void drtmon_class_unfollow(void)
{
	mutex_lock(&class_lock);
	if (class_followed)
		class_interface_unregister(interface);
	class_followed = false;
	class_failed = false;
	interface = NULL;
	mutex_unlock(&class_lock);
}
