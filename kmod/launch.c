// SPDX-License-Identifier: GPL-2.0-only
/*
 * The evidence of a dynamic launch as last read, and whether it changed since.
 *
 * None of it should change while an operating system runs, but for a launcher
 * or an attacker at work: what does is an event.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/drtmon.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "event.h"
#include "launch.h"

/*
 * Registers that are watched, and which of their bits. STS: a launch began or
 * ended, private space or a locality was opened; the rest whole.
 */
static const struct {
	u32 offset;
	u64 mask;
} watched[] = {
	{ DRTMON_TXT_REG_STS, BIT(0) | BIT(1) | BIT(6) | BIT(7) | BIT(15) | BIT(16) },
	{ DRTMON_TXT_REG_ESTS, 0xff },
	{ DRTMON_TXT_REG_ERRORCODE, U32_MAX },
	{ DRTMON_TXT_REG_HEAP_BASE, U32_MAX },
	{ DRTMON_TXT_REG_HEAP_SIZE, U32_MAX },
	{ DRTMON_TXT_REG_DPR, U32_MAX },
	{ DRTMON_TXT_REG_E2STS, U64_MAX },
};

/**
 * struct launch - what is known
 * @lock: protects @now and @before; events are emitted under it
 * @now: as last read
 * @before: as read before that, empty but while they are compared
 * @heap: the last heap that could be read, while @now holds none
 * @work: reads anew
 * @interval: in seconds, 0 for never
 */
struct launch {
	struct mutex lock;
	struct drtmon_txt_evidence now;
	struct drtmon_txt_evidence before;
	struct drtmon_txt_region heap;
	struct delayed_work work;
	u32 interval;
};

static struct launch launch = { .lock = __MUTEX_INITIALIZER(launch.lock) };

static void emit_change(struct drtmon_event *event, u32 offset, u64 old, u64 new)
{
	drtmon_event_start(event, DRTMON_EVENT_KIND_TXT_CHANGE, DRTMON_SEVERITY_WARNING);
	event->has |= DRTMON_EVENT_HAS_REGISTER;
	event->reg = offset;
	event->old = old;
	event->new = new;
	drtmon_event_emit(event);
}

static bool region_changed(const struct drtmon_txt_region *a, const struct drtmon_txt_region *b)
{
	return a->state != b->state || a->size != b->size ||
	       (a->data && b->data && memcmp(a->data, b->data, a->size));
}

/*
 * A heap that was edited in place is told by its base, which stayed the same. One
 * that could not be read, for lack of memory, may not have changed: what is read
 * next is compared with the last that could be.
 */
static void compare_heap(struct drtmon_event *event)
{
	struct drtmon_txt_region *old = &launch.before.heap, *now = &launch.now.heap;
	u64 base = drtmon_txt_reg(&launch.now, DRTMON_TXT_REG_HEAP_BASE);

	if (old->state == DRTMON_REGION_STATE_UNREADABLE)
		swap(*old, launch.heap);
	if (now->state == DRTMON_REGION_STATE_UNREADABLE)
		swap(*old, launch.heap);
	else if (old->addr == now->addr && region_changed(old, now))
		emit_change(event, DRTMON_TXT_REG_HEAP_BASE, base, base);
}

static void compare(struct drtmon_event *event)
{
	u64 old, new;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(watched); i++) {
		old = drtmon_txt_reg(&launch.before, watched[i].offset) & watched[i].mask;
		new = drtmon_txt_reg(&launch.now, watched[i].offset) & watched[i].mask;
		if (old != new)
			emit_change(event, watched[i].offset, old, new);
	}
	compare_heap(event);
}

/**
 * drtmon_launch_refresh() - read everything anew and tell what changed
 *
 * Context: process, may sleep.
 * Return: 0, also for what could not be read; or -ENOMEM, and nothing was read.
 */
int drtmon_launch_refresh(void)
{
	struct drtmon_event *event = kzalloc(DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);

	if (!event)
		return -ENOMEM;
	mutex_lock(&launch.lock);
	launch.before = launch.now;
	memset(&launch.now, 0, sizeof(launch.now));
	drtmon_txt_read(&launch.now);
	if (launch.before.state == DRTMON_TXT_STATE_PRESENT ||
	    launch.now.state == DRTMON_TXT_STATE_PRESENT)
		compare(event);
	drtmon_txt_free(&launch.before);
	mutex_unlock(&launch.lock);
	kfree(event);
	return 0;
}

static void launch_work(struct work_struct *work)
{
	/* Without memory the next time will do. */
	drtmon_launch_refresh();
	schedule_delayed_work(&launch.work, (unsigned long)launch.interval * HZ);
}

/**
 * drtmon_launch_get() - the evidence as last read
 *
 * Context: process, may sleep. Must be followed by drtmon_launch_put() before
 * anything that emits an event.
 * Return: valid until drtmon_launch_put().
 */
const struct drtmon_txt_evidence *drtmon_launch_get(void)
{
	mutex_lock(&launch.lock);
	return &launch.now;
}

/**
 * drtmon_launch_put() - done with the evidence
 *
 * Context: process.
 */
void drtmon_launch_put(void)
{
	mutex_unlock(&launch.lock);
}

/* Power-cycling erases the register: the kernel log is the first to keep it. */
static void log_errorcode(void)
{
	u32 code = drtmon_txt_reg(&launch.now, DRTMON_TXT_REG_ERRORCODE);

	if (launch.now.state == DRTMON_TXT_STATE_PRESENT && code)
		pr_notice("TXT.ERRORCODE 0x%08x: see \"drtmon txt errorcode 0x%08x\"\n", code,
			  code);
}

/**
 * drtmon_launch_init() - read for the first time, and go on
 * @txt_base: another address of the register window, for labs; 0 for none
 * @interval: seconds between looks, 0 for none but the first
 *
 * Context: process, may sleep.
 */
void drtmon_launch_init(unsigned long txt_base, u32 interval)
{
	drtmon_txt_init(txt_base);
	memset(&launch.now, 0, sizeof(launch.now));
	drtmon_txt_read(&launch.now);
	log_errorcode();
	launch.interval = interval;
	INIT_DELAYED_WORK(&launch.work, launch_work);
	/* Where there is no window nothing can change: no need to look again. */
	if (interval && launch.now.state >= DRTMON_TXT_STATE_EMPTY)
		schedule_delayed_work(&launch.work, (unsigned long)interval * HZ);
}

/**
 * drtmon_launch_exit() - stop looking
 *
 * Context: process, may sleep.
 */
void drtmon_launch_exit(void)
{
	cancel_delayed_work_sync(&launch.work);
	drtmon_txt_free(&launch.now);
	vfree(launch.heap.data);
	drtmon_txt_exit();
}
