// SPDX-License-Identifier: GPL-2.0-only
/*
 * From observed commands to events: the worker between the hook, whose
 * handlers may do nothing that takes time, and the ring.
 */
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "baseline.h"
#include "chip.h"
#include "event.h"
#include "hook.h"
#include "record.h"
#include "shadow.h"
#include "watch.h"

/* PCRs that a dynamic launch resets and measures into (reference: PC Client PTP, 3.6). */
#define DRTM_PCRS	GENMASK(22, 17)

/* A shadow that missed something is mended soon, but not at every command of a burst. */
#define STALE_LOOK_DELAY	(HZ / 10)

/**
 * struct watch - the worker and its scratch space
 * @queue: one worker, in order
 * @work: drains the hook's queue
 * @record: what is being looked at
 * @event: what is being made of it
 * @path: for d_path()
 * @lost: commands known to be lost, already told
 * @unattributed: writes that were not followed, already told
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
	u64 unattributed;
};

static struct watch watch;

static u32 command_severity(const struct drtmon_record *record)
{
	if (record->error)
		return DRTMON_SEVERITY_WARNING;
	switch (record->cmd.class) {
	case DRTMON_TPM_CLASS_OWNER:
	case DRTMON_TPM_CLASS_WRAPPED:
		return record->rc ? DRTMON_SEVERITY_NOTICE : DRTMON_SEVERITY_WARNING;
	case DRTMON_TPM_CLASS_NV:
		return drtmon_tpm_is_txt_index(record->cmd.handle) && !record->rc ?
			       DRTMON_SEVERITY_WARNING :
			       DRTMON_SEVERITY_NOTICE;
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
	} else if (outcome == DRTMON_TPM_OUTCOME_DONE && cmd->class == DRTMON_TPM_CLASS_STARTUP) {
		/* The TPM core starts a chip before it registers it: no surprise. */
		*kind = DRTMON_EVENT_KIND_TPM_RESET;
		*severity = record->tap_id ? DRTMON_SEVERITY_CRITICAL : DRTMON_SEVERITY_NOTICE;
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

static void fill_command(struct drtmon_event *event, const struct drtmon_record *record)
{
	event->boottime = record->boottime;
	event->realtime = record->realtime;
	event->has |= DRTMON_EVENT_HAS_CHIP | DRTMON_EVENT_HAS_COMMAND;
	event->chip_id = record->chip_id;
	snprintf(event->chip_name, sizeof(event->chip_name), "tpm%u", record->chip_id);
	if (record->locality >= 0) {
		event->has |= DRTMON_EVENT_HAS_LOCALITY;
		event->locality = record->locality;
	}
	event->command = record->cmd.code;
	event->rc = record->rc;
	event->error = -record->error;
	if (record->path != DRTMON_PATH_UNKNOWN) {
		event->has |= DRTMON_EVENT_HAS_ORIGIN;
		event->origin = record->self ? DRTMON_ORIGIN_SELF :
				record->path == DRTMON_PATH_KERNEL ? DRTMON_ORIGIN_KERNEL :
								     DRTMON_ORIGIN_USER;
		snprintf(event->device, sizeof(event->device),
			 record->path == DRTMON_PATH_TPMRM ? "tpmrm%u" : "tpm%u", record->chip_id);
	}
	if (record->cmd.class != DRTMON_TPM_CLASS_NONE) {
		event->has |= DRTMON_EVENT_HAS_HANDLE;
		event->handle = record->cmd.handle;
	}
}

/* A worker that sent on what somebody wrote did not do it. */
static void set_process(struct drtmon_event *event, const struct drtmon_record *record)
{
	if (!record->nobody)
		drtmon_event_set_process(event, &record->who, watch.path);
}

static u64 emit_command(const struct drtmon_record *record, u32 kind, u32 severity, u32 pcr)
{
	struct drtmon_event *event = watch.event;
	u32 i;

	drtmon_event_start(event, kind, severity);
	fill_command(event, record);
	if (pcr < DRTMON_PCRS_MAX) {
		event->has |= DRTMON_EVENT_HAS_PCR;
		event->pcr = pcr;
	}
	for (i = 0; i < record->cmd.digest_count; i++)
		drtmon_event_add_digest(event, DRTMON_EVENT_ROLE_ACTUAL, record->cmd.digest[i].alg,
					record->cmd.digest[i].value, record->cmd.digest[i].size);
	set_process(event, record);
	return drtmon_event_emit(event);
}

/* The PCR changed by this very command: it is to blame for a mismatch. */
static void judge(struct drtmon_chip *chip, const struct drtmon_record *record, u32 pcr)
{
	struct drtmon_event *event = watch.event;
	u32 kind = drtmon_baseline_judge(chip, pcr, true);

	if (kind == DRTMON_EVENT_KIND_UNSPEC)
		return;
	drtmon_chip_event_start(chip, event, kind, drtmon_baseline_severity(kind));
	fill_command(event, record);
	drtmon_baseline_describe(chip, pcr, kind, event);
	set_process(event, record);
	drtmon_event_emit(event);
}

static void chip_stale(struct drtmon_chip *chip, u32 mask)
{
	bool before = chip->stale;

	drtmon_chip_lose(chip, mask);
	if (!before)
		drtmon_chip_look_in(chip, STALE_LOOK_DELAY);
}

/* PCRs that the command may have changed in a way that is not known. */
static u32 unknown_mask(const struct drtmon_chip *chip, const struct drtmon_record *record)
{
	const struct drtmon_tpm_cmd *cmd = &record->cmd;

	/* Records in between were lost. */
	if (record->generation != chip->applied + 1)
		return DRTMON_CHIP_ALL_PCRS;
	if (cmd->class == DRTMON_TPM_CLASS_STARTUP)
		return DRTMON_CHIP_ALL_PCRS;
	if (!record->error && !record->malformed && !cmd->incomplete)
		return 0;
	return cmd->pcr_mask ? cmd->pcr_mask : DRTMON_CHIP_ALL_PCRS;
}

/* The command is known in full: do to the shadow what it did to the TPM. */
static void apply_known(struct drtmon_chip *chip, const struct drtmon_tpm_cmd *cmd)
{
	u32 moves = cmd->class == DRTMON_TPM_CLASS_RESET ?
			    1 :
			    drtmon_shadow_moves(&chip->hardware->banks, cmd);
	u32 mask, i;

	if (!(READ_ONCE(chip->no_increment) & cmd->pcr_mask)) {
		chip->counter += moves;
		chip->leapt |= moves > 1;
	}
	for (mask = cmd->pcr_mask; mask; mask &= mask - 1) {
		if (cmd->class == DRTMON_TPM_CLASS_RESET)
			drtmon_shadow_reset(chip->shadow, __ffs(mask));
		for (i = 0; i < cmd->digest_count; i++)
			drtmon_shadow_extend(chip->shadow, __ffs(mask), cmd->digest[i].alg,
					     cmd->digest[i].value);
	}
}

/*
 * Commands up to the last full look are in the shadow already. Returns whether this
 * is one after it; @known: what it did is in the shadow now.
 */
static bool apply(struct drtmon_chip *chip, const struct drtmon_record *record, bool *known)
{
	const struct drtmon_tpm_cmd *cmd = &record->cmd;
	u32 mask, unknown;

	if (!record->changed || record->generation <= chip->applied)
		return false;
	unknown = unknown_mask(chip, record);
	chip->applied = record->generation;
	if (!chip->hardware->banks.count)
		return false;
	chip->touched |= cmd->pcr_mask;
	for (mask = cmd->pcr_mask; mask; mask &= mask - 1)
		chip->changed_at[__ffs(mask)] = record->generation;
	if (cmd->class == DRTMON_TPM_CLASS_STARTUP)
		set_bit(DRTMON_CHIP_STARTED, &chip->seen);
	if (unknown)
		chip_stale(chip, unknown);
	else
		apply_known(chip, cmd);
	/* The event of this record does. */
	chip->untold &= ~cmd->pcr_mask;
	chip->counters[chip->applied % DRTMON_CHIP_COUNTERS] = chip->counter;
	*known = !unknown;
	return true;
}

static bool is_clear(const struct drtmon_record *record)
{
	return record->cmd.tpm2 && record->cmd.code == DRTMON_TPM2_CC_CLEAR && !record->error &&
	       !record->rc;
}

static void watch_record(const struct drtmon_record *record)
{
	struct drtmon_chip *chip = drtmon_chip_get_tap(record->tap_id);
	u32 kind, severity, mask = record->cmd.pcr_mask;
	bool touched = false, known = false;
	u64 seq;

	if (chip) {
		mutex_lock(&chip->lock);
		touched = apply(chip, record, &known);
		if (is_clear(record))
			set_bit(DRTMON_CHIP_CLEARED, &chip->seen);
	}
	classify(record, &kind, &severity);
	if (!mask)
		emit_command(record, kind, severity, DRTMON_PCRS_MAX);
	/* TPM 1.2 resets several PCRs with one command: an event for each. */
	for (; mask; mask &= mask - 1) {
		seq = emit_command(record, kind, severity, __ffs(mask));
		if (touched)
			chip->last_event[__ffs(mask)] = seq;
		if (known)
			judge(chip, record, __ffs(mask));
	}
	if (chip) {
		mutex_unlock(&chip->lock);
		drtmon_chip_put(chip);
	}
}

static void watch_losses(void)
{
	struct drtmon_hook_stats stats;
	struct drtmon_chip *chip;
	u64 lost;

	drtmon_hook_stats(&stats);
	lost = stats.lost + stats.unseen;
	if (stats.missed - stats.unseen != watch.unattributed) {
		drtmon_event_start(watch.event, DRTMON_EVENT_KIND_HOOK_DEGRADED,
				   DRTMON_SEVERITY_WARNING);
		watch.event->has |= DRTMON_EVENT_HAS_COUNT;
		watch.event->count = stats.missed - stats.unseen - watch.unattributed;
		watch.unattributed = stats.missed - stats.unseen;
		drtmon_event_emit(watch.event);
	}
	if (lost == watch.lost)
		return;
	drtmon_event_start(watch.event, DRTMON_EVENT_KIND_EVENTS_LOST, DRTMON_SEVERITY_WARNING);
	watch.event->has |= DRTMON_EVENT_HAS_COUNT;
	watch.event->count = lost - watch.lost;
	watch.lost = lost;
	drtmon_event_emit(watch.event);
	/* A call that was missed may have changed any PCR of any chip. */
	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip)) {
		mutex_lock(&chip->lock);
		chip_stale(chip, DRTMON_CHIP_ALL_PCRS);
		mutex_unlock(&chip->lock);
	}
}

/*
 * In one go no more than the queue holds, which is all that was queued before it
 * began: commands that keep coming keep nobody from hearing of losses, and no look
 * from its end.
 */
static void watch_work(struct work_struct *work)
{
	u32 i;

	for (i = 0; i < DRTMON_RECORD_SLOTS && drtmon_record_next(&watch.record); i++) {
		watch_record(&watch.record);
		drtmon_who_put(&watch.record.who);
	}
	watch_losses();
	if (i == DRTMON_RECORD_SLOTS)
		queue_work(watch.queue, &watch.work);
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
	watch.unattributed = 0;
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
