// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of commands that went by and matter.
 *
 * Filled where commands pass, with preemption off; emptied by the worker. Both
 * ends only copy: what a record refers to belongs to whoever has the record.
 */
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "record.h"

/* Protects the queue and queue_lost. Taken in probe handlers: raw, irqs off. */
static DEFINE_RAW_SPINLOCK(queue_lock);
static struct drtmon_record *queue;
static u32 queue_head, queue_count;
static u64 queue_lost;

static void (*queue_ready)(void);

static void queue_kick(struct irq_work *work)
{
	queue_ready();
}

/* A handler may run where queueing work is not allowed; an irq_work always is. */
static DEFINE_IRQ_WORK(queue_irq_work, queue_kick);

/**
 * drtmon_record_kick() - have the receiver look, whether something is queued or not
 *
 * Context: any, also with interrupts off.
 */
void drtmon_record_kick(void)
{
	irq_work_queue(&queue_irq_work);
}

/**
 * drtmon_record_push() - queue a record, and tell the receiver
 * @record: is copied; on success its @who belongs to the queue
 *
 * Context: any but NMI.
 * Return: false when the queue is full, which is counted.
 */
bool drtmon_record_push(const struct drtmon_record *record)
{
	unsigned long flags;
	bool pushed = false;

	raw_spin_lock_irqsave(&queue_lock, flags);
	if (queue_count < DRTMON_RECORD_SLOTS) {
		queue[(queue_head + queue_count) % DRTMON_RECORD_SLOTS] = *record;
		queue_count++;
		pushed = true;
	} else {
		queue_lost++;
	}
	raw_spin_unlock_irqrestore(&queue_lock, flags);
	irq_work_queue(&queue_irq_work);
	return pushed;
}

/**
 * drtmon_record_next() - take the oldest record off the queue
 * @record: filled; the caller releases @record->who
 *
 * Context: process.
 * Return: false when the queue is empty.
 */
bool drtmon_record_next(struct drtmon_record *record)
{
	unsigned long flags;
	bool any;

	raw_spin_lock_irqsave(&queue_lock, flags);
	any = queue_count;
	if (any) {
		*record = queue[queue_head];
		queue_head = (queue_head + 1) % DRTMON_RECORD_SLOTS;
		queue_count--;
	}
	raw_spin_unlock_irqrestore(&queue_lock, flags);
	return any;
}

/**
 * drtmon_record_lost() - records that found the queue full, since load
 *
 * Context: any.
 */
u64 drtmon_record_lost(void)
{
	unsigned long flags;
	u64 lost;

	raw_spin_lock_irqsave(&queue_lock, flags);
	lost = queue_lost;
	raw_spin_unlock_irqrestore(&queue_lock, flags);
	return lost;
}

/**
 * drtmon_record_init() - make the queue
 * @ready: called in interrupt context when the queue holds something, or for
 *	drtmon_record_kick()
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int drtmon_record_init(void (*ready)(void))
{
	queue = vzalloc(array_size(DRTMON_RECORD_SLOTS, sizeof(*queue)));
	if (!queue)
		return -ENOMEM;
	queue_ready = ready;
	return 0;
}

/**
 * drtmon_record_exit() - drop what is still queued
 *
 * Context: process, may sleep; when nobody queues any more. @ready is not called
 * any more when this returns.
 */
void drtmon_record_exit(void)
{
	/* The worker may still be at it: whoever takes a record off releases it. */
	static struct drtmon_record record;

	irq_work_sync(&queue_irq_work);
	while (drtmon_record_next(&record))
		drtmon_who_put(&record.who);
	vfree(queue);
}
