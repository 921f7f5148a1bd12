// SPDX-License-Identifier: GPL-2.0-only
/*
 * From observed commands to events: the worker between the hook, whose
 * handlers may do nothing that takes time, and the ring.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "chip.h"
#include "event.h"
#include "hook.h"
#include "watch.h"

/* PCRs that a dynamic launch resets and measures into (reference: PC Client PTP, 3.6). */
#define DRTM_PCRS	GENMASK(22, 17)

/**
 * struct watch - the worker and its scratch space
 * @queue: one worker, in order
 * @work: drains the hook's queue
 * @record: what is being looked at
 * @event: what is being made of it
 * @path: for d_path()
 * @lost: commands known to be lost, already told
 *
 * All but @queue is only touched by @work.
 */
struct watch {
	struct workqueue_struct *queue;
	struct work_struct work;
	struct drtmon_record record;
	struct drtmon_event *event;
	char *path;
	u64 lost;
};

static struct watch watch;

static u32 command_severity(const struct drtmon_record *record)
{
	if (record->error)
		return DRTMON_SEVERITY_WARNING;
	switch (record->cmd.class) {
	case DRTMON_TPM_CLASS_OWNER:
		return record->rc ? DRTMON_SEVERITY_NOTICE : DRTMON_SEVERITY_WARNING;
	case DRTMON_TPM_CLASS_NV:
	case DRTMON_TPM_CLASS_ADMIN:
	case DRTMON_TPM_CLASS_STARTUP:
		return DRTMON_SEVERITY_NOTICE;
	default:
		return record->rc ? DRTMON_SEVERITY_NOTICE : DRTMON_SEVERITY_INFO;
	}
}

/* What happened, and how much it matters. */
static void classify(const struct drtmon_record *record, u32 *kind, u32 *severity)
{
	const struct drtmon_tpm_cmd *cmd = &record->cmd;
	enum drtmon_tpm_outcome outcome = drtmon_tpm_outcome(cmd->tpm2, record->rc);

	*severity = command_severity(record);
	if (record->error || outcome == DRTMON_TPM_OUTCOME_FAILURE) {
		*kind = DRTMON_EVENT_KIND_TPM_ERROR;
		*severity = DRTMON_SEVERITY_WARNING;
	} else if (outcome == DRTMON_TPM_OUTCOME_LOCKOUT) {
		*kind = DRTMON_EVENT_KIND_TPM_LOCKOUT;
		*severity = DRTMON_SEVERITY_WARNING;
	} else if (outcome == DRTMON_TPM_OUTCOME_REFUSED || !cmd->pcr_mask) {
		/* An extend that the TPM refuses is no extend. */
		*kind = DRTMON_EVENT_KIND_TPM_COMMAND;
	} else if (cmd->class == DRTMON_TPM_CLASS_RESET) {
		*kind = DRTMON_EVENT_KIND_PCR_RESET;
		*severity = DRTMON_SEVERITY_NOTICE;
	} else {
		*kind = DRTMON_EVENT_KIND_PCR_EXTEND;
		*severity = record->path == DRTMON_PATH_KERNEL ? DRTMON_SEVERITY_INFO :
								 DRTMON_SEVERITY_NOTICE;
	}
	if (*kind != DRTMON_EVENT_KIND_TPM_COMMAND && (cmd->pcr_mask & DRTM_PCRS))
		*severity = DRTMON_SEVERITY_WARNING;
}

static void fill_process(struct drtmon_event *event, const struct drtmon_record *record)
{
	event->has |= DRTMON_EVENT_HAS_PROCESS;
	event->pid = record->who.pid;
	event->tgid = record->who.tgid;
	event->uid = record->who.uid;
	event->cgroup_id = record->who.cgroup_id;
	memcpy(event->comm, record->who.comm, sizeof(event->comm));
	event->comm[sizeof(event->comm) - 1] = '\0';
}

static void fill_command(struct drtmon_event *event, const struct drtmon_record *record)
{
	event->boottime = record->boottime;
	event->realtime = record->realtime;
	event->has |= DRTMON_EVENT_HAS_CHIP | DRTMON_EVENT_HAS_COMMAND;
	event->chip_id = record->chip_id;
	snprintf(event->chip_name, sizeof(event->chip_name), "tpm%u", record->chip_id);
	event->locality = record->locality;
	event->command = record->cmd.code;
	event->rc = record->rc;
	event->origin = record->self ? DRTMON_ORIGIN_SELF :
			record->path == DRTMON_PATH_KERNEL ? DRTMON_ORIGIN_KERNEL :
							     DRTMON_ORIGIN_USER;
	snprintf(event->device, sizeof(event->device),
		 record->path == DRTMON_PATH_TPMRM ? "tpmrm%u" : "tpm%u", record->chip_id);
	if (record->cmd.class != DRTMON_TPM_CLASS_NONE) {
		event->has |= DRTMON_EVENT_HAS_HANDLE;
		event->handle = record->cmd.handle;
	}
}

static void fill_exe(struct drtmon_event *event, struct file *exe)
{
	char *path;

	if (!exe)
		return;
	path = d_path(&exe->f_path, watch.path, PATH_MAX);
	if (!IS_ERR(path))
		drtmon_event_set_exe(event, path);
}

static void emit_command(const struct drtmon_record *record, u32 kind, u32 severity, u32 pcr)
{
	struct drtmon_event *event = watch.event;
	u32 i;

	drtmon_event_start(event, kind, severity);
	fill_command(event, record);
	fill_process(event, record);
	if (pcr < DRTMON_PCRS_MAX) {
		event->has |= DRTMON_EVENT_HAS_PCR;
		event->pcr = pcr;
	}
	for (i = 0; i < record->cmd.digest_count; i++)
		drtmon_event_add_digest(event, record->cmd.digest[i].alg,
					record->cmd.digest[i].value, record->cmd.digest[i].size);
	fill_exe(event, record->who.exe);
	drtmon_event_emit(event);
}

static void watch_record(const struct drtmon_record *record)
{
	u32 kind, severity, mask = record->cmd.pcr_mask;

	classify(record, &kind, &severity);
	if (!mask) {
		emit_command(record, kind, severity, DRTMON_PCRS_MAX);
		return;
	}
	/* TPM 1.2 resets several PCRs with one command: an event for each. */
	for (; mask; mask &= mask - 1)
		emit_command(record, kind, severity, __ffs(mask));
}

static void watch_losses(void)
{
	struct drtmon_hook_stats stats;
	u64 lost;

	drtmon_hook_stats(&stats);
	lost = stats.lost + stats.missed;
	if (lost == watch.lost)
		return;
	drtmon_event_start(watch.event, DRTMON_EVENT_KIND_EVENTS_LOST, DRTMON_SEVERITY_WARNING);
	watch.event->has |= DRTMON_EVENT_HAS_COUNT;
	watch.event->count = lost - watch.lost;
	watch.lost = lost;
	drtmon_event_emit(watch.event);
}

static void watch_work(struct work_struct *work)
{
	drtmon_chip_discover();
	while (drtmon_hook_next(&watch.record)) {
		watch_record(&watch.record);
		drtmon_who_put(&watch.record.who);
	}
	watch_losses();
}

/**
 * drtmon_watch_kick() - there is something on the hook's queue
 *
 * Context: any but NMI.
 */
void drtmon_watch_kick(void)
{
	queue_work(watch.queue, &watch.work);
}

/**
 * drtmon_watch_flush() - wait until what the hook has queued so far is worked off
 *
 * Context: process, may sleep.
 */
void drtmon_watch_flush(void)
{
	drtmon_watch_kick();
	flush_work(&watch.work);
}

/**
 * drtmon_watch_init() - make the worker
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int drtmon_watch_init(void)
{
	INIT_WORK(&watch.work, watch_work);
	watch.lost = 0;
	watch.event = kmalloc(DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);
	watch.path = kmalloc(PATH_MAX, GFP_KERNEL);
	watch.queue = alloc_ordered_workqueue("drtmon", WQ_HIGHPRI);
	if (watch.event && watch.path && watch.queue)
		return 0;
	if (watch.queue)
		destroy_workqueue(watch.queue);
	kfree(watch.path);
	kfree(watch.event);
	return -ENOMEM;
}

/**
 * drtmon_watch_exit() - stop the worker
 *
 * Context: process, may sleep; nothing may kick it any more.
 */
void drtmon_watch_exit(void)
{
	destroy_workqueue(watch.queue);
	kfree(watch.path);
	kfree(watch.event);
}
