/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_CHIP_H
#define DRTMON_CHIP_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <linux/drtmon.h>

#include "event.h"
#include "pcr.h"
#include "tap.h"

/**
 * struct drtmon_snapshot - how the last read of all PCRs went
 * @state: enum drtmon_snapshot_state
 * @error: positive errno when it failed
 * @commands: PCR reads it took, as the hook counted them
 * @digests: values read
 * @attempts: how often it was read
 * @update_counter: pcrUpdateCounter
 * @boottime: when it ended, ns
 */
struct drtmon_snapshot {
	u32 state;
	u32 error;
	u32 commands;
	u32 digests;
	u32 attempts;
	u32 update_counter;
	u64 boottime;
};

#define DRTMON_CHIP_ALL_PCRS	U32_MAX

/* Bus and address of a device; what is longer is not known again. */
#define DRTMON_CHIP_PARENT_MAX	64

/* Generations back of which pcrUpdateCounter is remembered: what may pass during a short look. */
#define DRTMON_CHIP_COUNTERS	64

/* What somebody was seen to do to a TPM. */
enum drtmon_chip_seen {
	DRTMON_CHIP_STARTED,
	DRTMON_CHIP_CLEARED, /* which sets the clock's counters to 0 */
};

/**
 * struct drtmon_chip - what is known about one TPM
 * @node: in the list of chips, under the list's mutex
 * @ref: one for the list, one for each user; the last frees the struct
 * @tpm: the TPM core's chip; its device is referenced as long as this lives
 * @tap: what the hook keeps
 * @id: the N of tpmN
 * @name: "tpmN"
 * @parent: the name of the device that the chip belongs to, empty without one; a copy,
 *	as that device may be gone before this is
 * @version: enum drtmon_chip_version
 * @gone: the TPM core has removed it
 * @values: the memory of @fresh, @hardware, @shadow, @baseline and @checkpoint
 * @look: reads the TPM, now and then; holds a reference while it is pending or runs
 * @looked: the first look is over, or none will come
 * @look_from: jiffies before which the first look does not begin
 * @look_lock: one look at a time; taken before @lock; protects up to @lock
 * @fresh: where a look puts what it reads
 * @scratch: for the events a look emits
 * @no_increment: PCRs that do not move pcrUpdateCounter
 * @clock: how often the TPM began anew
 * @settled: banks, @no_increment and @clock were asked for
 * @distrust: read everything at the next look; set by anyone
 * @seen: enum drtmon_chip_seen, bits set by the worker and taken by a look
 * @hibernated: the machine was off meanwhile, which a TPM 1.2 has no counter for
 * @short_looks: since @clock was asked for
 * @torn_looks: in a row
 * @failed_looks: since the last good one
 * @look_error: errno of the last look that failed, 0 if it went well
 * @lock: protects what follows; events about its PCRs and its TPM are emitted
 *	under it
 * @snapshot: how the last full read went
 * @hardware: values as last read; none before the first good snapshot
 * @shadow: @hardware with every change applied that was seen since
 * @baseline: expected values; its banks' masks say which
 * @kept: where @baseline is kept when the chip goes; NULL before something was expected
 * @mismatched: banks of each PCR that are not as expected, bit n is bank n
 * @unjudged: PCRs that changed when it was not known to what
 * @last_event: the event that last touched each PCR
 * @touched: PCRs that changes were seen of since @hardware was read
 * @applied: the tap's generation that @shadow is at
 * @changed_at: the generation at which each PCR was last seen to change
 * @counter: pcrUpdateCounter that goes with @shadow
 * @counters: @counter at the last generations, by generation
 * @counters_from: the first generation that @counters is true of
 * @stale: PCRs of which changes were missed, or that the TPM lost by beginning anew:
 *	@shadow is behind
 * @untold: those of @stale that no event tells of: whatever changed them, @last_event is
 *	not it
 * @slept: the machine slept since @shadow was last found equal to the TPM
 * @leapt: a command since @counters_from moved the counter by more than one, by
 *	drtmon_shadow_moves()
 * @leaps: the TPM was found to count like that
 * @hook_state: enum drtmon_hook_state, whether own commands are seen to pass; 0 until
 *	one was answered
 * @checked: when @shadow was last found equal to the TPM, ns since boot
 * @reconciles: how often a short look found nothing moved
 * @checkpoint_lock: protects what follows; taken under the event ring's lock
 * @checkpoint: values that the events still in the ring start from
 * @checkpoint_seq: event that @checkpoint includes
 */
struct drtmon_chip {
	struct list_head node;
	struct kref ref;
	struct tpm_chip *tpm;
	struct drtmon_tap tap;
	u32 id;
	char name[DRTMON_EVENT_NAME_MAX];
	char parent[DRTMON_CHIP_PARENT_MAX];
	u32 version;
	bool gone;
	struct drtmon_pcr_values *values;

	struct delayed_work look;
	struct completion looked;
	unsigned long look_from;
	struct mutex look_lock;
	struct drtmon_pcr_values *fresh;
	struct drtmon_event *scratch;
	u32 no_increment;
	struct drtmon_tpm_clock clock;
	bool settled;
	bool distrust;
	unsigned long seen;
	bool hibernated;
	u32 short_looks;
	u32 torn_looks;
	u32 failed_looks;
	int look_error;

	struct mutex lock;
	struct drtmon_snapshot snapshot;
	struct drtmon_pcr_values *hardware;
	struct drtmon_pcr_values *shadow;
	struct drtmon_pcr_values *baseline;
	struct drtmon_kept *kept;
	u8 mismatched[DRTMON_TPM_PCRS_MAX];
	u32 unjudged;
	u64 last_event[DRTMON_TPM_PCRS_MAX];
	u32 touched;
	u64 applied;
	u64 changed_at[DRTMON_TPM_PCRS_MAX];
	u32 counter;
	u32 counters[DRTMON_CHIP_COUNTERS];
	u64 counters_from;
	u32 stale;
	u32 untold;
	bool slept;
	bool leapt;
	bool leaps;
	u32 hook_state;
	u64 checked;
	u64 reconciles;

	struct mutex checkpoint_lock;
	struct drtmon_pcr_values *checkpoint;
	u64 checkpoint_seq;
};

int drtmon_chip_init(void (*look)(struct work_struct *work));
void drtmon_chip_exit(void);
struct drtmon_chip *drtmon_chip_after(u64 tap_id);
struct drtmon_chip *drtmon_chip_next(struct drtmon_chip *prev);
u32 drtmon_chip_list_generation(void);
struct drtmon_chip *drtmon_chip_get_id(u32 id);
struct drtmon_chip *drtmon_chip_get_tap(u64 tap_id);
void drtmon_chip_put(struct drtmon_chip *chip);
void drtmon_chip_settle(struct drtmon_chip *chip);
unsigned long drtmon_chip_settle_end(void);
void drtmon_chip_settle_until(struct drtmon_chip *chip, unsigned long end);
void drtmon_chip_look_in(struct drtmon_chip *chip, unsigned long delay);
void drtmon_chip_look_next(struct drtmon_chip *chip, unsigned long delay);
bool drtmon_chip_any_dead(void);
bool drtmon_chip_any_unfollowed(void);
void drtmon_chip_emit(struct drtmon_chip *chip, u32 kind, u32 severity);
void drtmon_chip_event_start(const struct drtmon_chip *chip, struct drtmon_event *event, u32 kind,
			     u32 severity);

static inline bool drtmon_chip_is_tpm2(const struct drtmon_chip *chip)
{
	return chip->version == DRTMON_CHIP_VERSION_TPM20;
}

/* These PCRs are stale now, and no event tells why. Under the lock. */
static inline void drtmon_chip_lose(struct drtmon_chip *chip, u32 mask)
{
	WRITE_ONCE(chip->stale, chip->stale | mask);
	chip->untold |= mask;
}

#endif /* DRTMON_CHIP_H */
