// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events and the ring that keeps the last of them.
 *
 * The ring is a block of bytes that never grows. Events stand in it one behind
 * the other, each as long as it needs to be; the oldest make room for the
 * newest. Positions count up for ever, their remainder is the place in the
 * block. An event never wraps: where the rest of the block is too short for it,
 * a sequence number of 0 says that the next one is at the start.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/sizes.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#include "event.h"

#define EVENT_ALIGN	8

/* At least a dozen of the largest events, at most what a server will not miss. */
#define RING_SIZE_MIN	SZ_16K
#define RING_SIZE_MAX	SZ_16M

/**
 * struct ring - the events kept
 * @lock: protects all, and the order of notifications
 * @bytes: the block
 * @size: its size, a power of two
 * @head: position of the oldest event
 * @tail: position behind the newest
 * @first: oldest sequence number, equal to @next when empty
 * @next: next sequence number
 * @notify: told of every event, under @lock; may be NULL
 * @fold: told of every event that is dropped, under @lock; may be NULL
 */
struct ring {
	struct mutex lock;
	u8 *bytes;
	u32 size;
	u64 head;
	u64 tail;
	u64 first;
	u64 next;
	void (*notify)(const struct drtmon_event *event);
	void (*fold)(const struct drtmon_event *event);
};

static struct ring ring = { .lock = __MUTEX_INITIALIZER(ring.lock) };

static u32 event_space(const struct drtmon_event *event)
{
	return ALIGN(event->size, EVENT_ALIGN);
}

static u32 ring_offset(u64 pos)
{
	return pos & (ring.size - 1);
}

/* The event at a position, stepping over an unused rest of the block. */
static struct drtmon_event *ring_at(u64 *pos)
{
	u64 *seq = (u64 *)(ring.bytes + ring_offset(*pos));

	if (!*seq) {
		*pos += ring.size - ring_offset(*pos);
		seq = (u64 *)ring.bytes;
	}
	return (struct drtmon_event *)seq;
}

static void ring_make_room(u32 space)
{
	const struct drtmon_event *event;

	while (ring.first != ring.next && ring.tail + space - ring.head > ring.size) {
		event = ring_at(&ring.head);
		if (ring.fold)
			ring.fold(event);
		ring.head += event_space(event);
		ring.first++;
	}
	if (ring.first == ring.next)
		ring.head = ring.tail;
}

static void ring_append(const struct drtmon_event *event)
{
	u32 rest = ring.size - ring_offset(ring.tail);
	u32 space = event_space(event);

	if (rest < space) {
		ring_make_room(rest + space);
		*(u64 *)(ring.bytes + ring_offset(ring.tail)) = 0;
		ring.tail += rest;
	} else {
		ring_make_room(space);
	}
	memcpy(ring.bytes + ring_offset(ring.tail), event, event->size);
	ring.tail += space;
}

/**
 * drtmon_event_init() - make the ring
 * @size: bytes; rounded up to a power of two
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM, or -EINVAL for a size out of bounds, which was also
 * written to the log.
 */
int drtmon_event_init(u32 size)
{
	if (size < RING_SIZE_MIN || size > RING_SIZE_MAX) {
		pr_err("ring_size=%u is out of bounds: at least %u, at most %u bytes\n", size,
		       RING_SIZE_MIN, RING_SIZE_MAX);
		return -EINVAL;
	}
	ring.size = roundup_pow_of_two(size);
	ring.bytes = vzalloc(ring.size);
	if (!ring.bytes)
		return -ENOMEM;
	ring.first = 1;
	ring.next = 1;
	return 0;
}

/**
 * drtmon_event_set_notify() - who is told of events
 * @notify: called for every event in order; may sleep, must not emit. NULL for
 *	nobody: the one before is not called any more when this returns.
 *
 * Context: process, may sleep.
 */
void drtmon_event_set_notify(void (*notify)(const struct drtmon_event *event))
{
	mutex_lock(&ring.lock);
	ring.notify = notify;
	mutex_unlock(&ring.lock);
}

/**
 * drtmon_event_set_fold() - who is told of events that the ring drops
 * @fold: called for every dropped event in order; may sleep, must not emit.
 *	NULL for nobody: the one before is not called any more when this returns.
 *
 * Context: process, may sleep.
 */
void drtmon_event_set_fold(void (*fold)(const struct drtmon_event *event))
{
	mutex_lock(&ring.lock);
	ring.fold = fold;
	mutex_unlock(&ring.lock);
}

/**
 * drtmon_event_exit() - drop the ring
 *
 * Context: process, after everything that emits or reads is gone.
 */
void drtmon_event_exit(void)
{
	vfree(ring.bytes);
	ring.bytes = NULL;
}

/**
 * drtmon_event_start() - begin an event, stamped with the present time
 * @event: %DRTMON_EVENT_SIZE_MAX bytes
 * @kind: enum drtmon_event_kind
 * @severity: enum drtmon_severity
 *
 * Context: any.
 */
void drtmon_event_start(struct drtmon_event *event, u32 kind, u32 severity)
{
	memset(event, 0, sizeof(*event));
	event->kind = kind;
	event->severity = severity;
	event->boottime = ktime_get_boottime_ns();
	event->realtime = ktime_get_real_ns();
	event->size = offsetof(struct drtmon_event, data);
}

/**
 * drtmon_event_add_digest() - add a digest, before the executable
 * @event: begun with drtmon_event_start()
 * @role: enum drtmon_event_role
 * @alg: TPM_ALG_ID
 * @value: @size bytes
 * @size: at most %DRTMON_TPM_DIGEST_MAX
 *
 * More than %DRTMON_EVENT_DIGESTS_MAX digests are left out.
 *
 * Context: any.
 */
void drtmon_event_add_digest(struct drtmon_event *event, u8 role, u16 alg, const u8 *value,
			     u16 size)
{
	u8 *p = (u8 *)event + event->size;

	if (event->digest_count == DRTMON_EVENT_DIGESTS_MAX || event->exe_len ||
	    size > DRTMON_TPM_DIGEST_MAX)
		return;
	memcpy(p, &alg, sizeof(alg));
	p[2] = role;
	p[3] = size;
	memcpy(p + 4, value, size);
	event->size += 4 + size;
	event->digest_count++;
}

static void event_set_exe(struct drtmon_event *event, const char *path)
{
	size_t len = strlen(path);

	/* Of a path too long to keep, the end says more. */
	if (len > DRTMON_EVENT_EXE_MAX) {
		path += len - DRTMON_EVENT_EXE_MAX;
		len = DRTMON_EVENT_EXE_MAX;
	}
	memcpy((u8 *)event + event->size, path, len);
	event->exe_len = len;
	event->size += len;
}

/**
 * drtmon_event_set_process() - add who did it, behind the digests
 * @event: begun with drtmon_event_start()
 * @who: the process
 * @path: %PATH_MAX bytes of scratch space
 *
 * Context: process.
 */
void drtmon_event_set_process(struct drtmon_event *event, const struct drtmon_who *who,
			      char *path)
{
	const char *exe;

	event->has |= DRTMON_EVENT_HAS_PROCESS;
	event->pid = who->pid;
	event->tgid = who->tgid;
	event->uid = who->uid;
	event->cgroup_id = who->cgroup_id;
	memcpy(event->comm, who->comm, sizeof(event->comm));
	if (!who->exe || event->exe_len)
		return;
	exe = d_path(&who->exe->f_path, path, PATH_MAX);
	if (!IS_ERR(exe))
		event_set_exe(event, exe);
}

/**
 * drtmon_event_digest() - one digest of an event
 * @event: a finished event
 * @i: which, from 0
 * @digest: filled
 *
 * Context: any.
 * Return: false past the last.
 */
bool drtmon_event_digest(const struct drtmon_event *event, u32 i,
			 struct drtmon_event_digest *digest)
{
	const u8 *p = event->data;

	if (i >= event->digest_count)
		return false;
	while (i--)
		p += 4 + p[3];
	memcpy(&digest->alg, p, sizeof(digest->alg));
	digest->role = p[2];
	digest->size = p[3];
	digest->value = p + 4;
	return true;
}

/**
 * drtmon_event_exe() - the executable's path
 * @event: a finished event
 *
 * Context: any.
 * Return: @event->exe_len characters without a terminating NUL.
 */
const char *drtmon_event_exe(const struct drtmon_event *event)
{
	return (const char *)event + event->size - event->exe_len;
}

/**
 * drtmon_event_emit() - number an event, keep it, and tell the world
 * @event: a finished event; its @seq is set
 *
 * Context: process, may sleep.
 * Return: the sequence number.
 */
u64 drtmon_event_emit(struct drtmon_event *event)
{
	mutex_lock(&ring.lock);
	event->seq = ring.next;
	ring_append(event);
	ring.next++;
	if (ring.notify)
		ring.notify(event);
	mutex_unlock(&ring.lock);
	return event->seq;
}

/**
 * drtmon_event_range() - what the ring holds now
 * @range: filled
 *
 * Context: process, may sleep.
 */
void drtmon_event_range(struct drtmon_event_range *range)
{
	mutex_lock(&ring.lock);
	range->first = ring.first == ring.next ? 0 : ring.first;
	range->next = ring.next;
	range->size = ring.size;
	mutex_unlock(&ring.lock);
}

/**
 * drtmon_event_walk() - visit the events the ring holds, oldest first
 * @place: from which sequence number on; zeroed but for that at first. Moves
 *	behind what was visited, so that the next walk goes on there
 * @visit: called under the ring's lock; must not emit; not 0 ends the walk, and
 *	the event is visited again by the next
 * @arg: given to @visit
 *
 * Context: process, may sleep.
 * Return: what the last @visit returned, 0 when there was nothing to visit.
 */
int drtmon_event_walk(struct drtmon_event_place *place,
		      int (*visit)(const struct drtmon_event *event, void *arg), void *arg)
{
	const struct drtmon_event *event;
	u64 pos, seq;
	int ret = 0;

	mutex_lock(&ring.lock);
	/* Positions are never used twice: one behind the head is as good as ever. */
	if (place->known && place->pos >= ring.head) {
		pos = place->pos;
		seq = place->seq;
	} else {
		pos = ring.head;
		seq = ring.first;
	}
	while (seq < ring.next && !ret) {
		event = ring_at(&pos);
		if (seq >= place->seq)
			ret = visit(event, arg);
		if (ret)
			break;
		pos += event_space(event);
		seq++;
	}
	if (seq > place->seq)
		place->seq = seq;
	place->pos = pos;
	place->known = seq == place->seq;
	mutex_unlock(&ring.lock);
	return ret;
}
