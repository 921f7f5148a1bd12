/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_FAMILY_H
#define SELFTESTS_FAMILY_H

#include <linux/drtmon.h>

#include "attr.h"
#include "nl.h"

/* Each struct begins with the bits that attr_has() looks at. */

struct digest {
	__u64 has;
	__u32 alg;
	struct blob value;
};

struct event {
	__u64 has;
	__u64 folded;
	__u64 seq;
	__u64 boottime;
	__u64 realtime;
	__u64 cgroup_id;
	__u64 count;
	__u32 kind;
	__u32 severity;
	__u32 chip_id;
	__u32 pcr;
	__u32 locality;
	__u32 command;
	__u32 handle;
	__u32 rc;
	__u32 origin;
	__u32 pid;
	__u32 tgid;
	__u32 uid;
	__u32 digests;
	__u32 expecteds;
	__u64 last_event;
	__u64 old;
	__u64 new;
	__u32 reg;
	__u32 error;
	struct digest digest[DRTMON_BANKS_MAX];
	struct digest expected[DRTMON_BANKS_MAX];
	char chip_name[16];
	char device[16];
	char comm[16];
	char exe[512];
};

struct snapshot {
	__u64 has;
	__u64 boottime;
	__u32 state;
	__u32 error;
	__u32 commands;
	__u32 digests;
	__u32 attempts;
	__u32 update_counter;
};

struct bank {
	__u64 has;
	__u32 alg;
	__u32 digest_size;
};

struct chip {
	__u64 has;
	__u64 commands;
	__u64 self_commands;
	__u64 checked;
	__u64 reconciles;
	__u64 checkpoint_seq;
	__u32 id;
	__u32 version;
	__u32 hook_state;
	__u32 no_increment;
	__u32 banks;
	struct bank bank[DRTMON_BANKS_MAX];
	struct snapshot snapshot;
	char name[16];
};

struct pcr {
	__u64 has;
	__u64 last_event;
	__u32 index;
	__u32 state;
	__u32 baseline_state;
	struct blob hardware;
	struct blob shadow;
	struct blob baseline;
	struct blob checkpoint;
};

/* One message of pcr-get: a bank of a chip. */
struct pcr_bank {
	__u64 has;
	__u64 checkpoint_seq;
	__u32 chip_id;
	__u32 alg;
	__u32 pcrs;
	struct pcr pcr[DRTMON_PCRS_MAX];
	struct snapshot snapshot;
	char chip_name[16];
};

struct stats {
	__u64 has;
	__u64 commands;
	__u64 events;
	__u64 ring_first;
	__u64 ring_next;
	__u64 queue_lost;
	__u64 hook_missed;
	__u64 malformed;
	__u64 notify_failed;
	__u32 ring_size;
};

struct hook {
	__u64 has;
	__u64 missed;
	__u32 required;
	__u32 state;
	char symbol[64];
	char loss[256];
};

struct msr {
	__u64 has;
	__u64 value;
	__u32 index;
};

struct acpi {
	__u64 has;
	__u32 length;
	char signature[8];
};

struct region {
	__u64 has;
	__u64 addr;
	__u32 state;
	__u32 size;
	__u32 elem;
	__u32 alg;
	__u32 first;
	__u32 next;
};

struct txt {
	__u64 has;
	__u64 base;
	__u32 state;
	__u32 registers;
	__u32 logs;
	struct region heap;
	struct region log[8];
};

struct platform {
	__u64 has;
	__u64 load_id;
	__u32 uapi_version;
	__u32 module_state;
	__u32 cpu_vendor;
	__u32 cpu_signature;
	__u32 cpu_features;
	__u32 baseline_locked;
	__u32 hooks;
	__u32 msrs;
	__u32 tables;
	struct hook hook[8];
	struct msr msr[8];
	struct acpi table[8];
	struct txt txt;
	char module_version[64];
};

#define CHIPS_MAX 8

struct chips {
	__u32 count;
	struct chip chip[CHIPS_MAX];
};

/* @waits: messages that only said that a TPM is being read. */
struct pcr_banks {
	__u32 count;
	__u32 waits;
	struct pcr_bank bank[CHIPS_MAX * DRTMON_BANKS_MAX];
};

/* Grows as needed. */
struct events {
	size_t count;
	size_t room;
	struct event *event;
};

int platform_get(struct nl *nl, struct platform *platform);
int stats_get(struct nl *nl, struct stats *stats);
int chip_get(struct nl *nl, __u32 id, struct chip *chip);
int chip_dump(struct nl *nl, struct chips *chips);
int pcr_dump(struct nl *nl, struct nl_req *req, struct pcr_banks *banks);
int pcr_read(struct nl *nl, bool refresh, struct pcr_banks *banks);
int pcr_refresh(struct nl *nl, __u32 chip, struct pcr_banks *banks);
int event_dump(struct nl *nl, __u64 since, struct events *events);
void events_free(struct events *events);
const struct pcr_bank *pcr_bank_find(const struct pcr_banks *banks, __u32 chip, __u32 alg);
const struct pcr *pcr_find(const struct pcr_bank *bank, __u32 index);
const struct digest *digest_find(const struct event *event, __u32 alg);

/* The module looks at the TPM by itself now and then: what is counted then is counted again. */
static inline bool looked_between(const struct chip *before, const struct chip *after)
{
	return before->reconciles != after->reconciles;
}

/**
 * struct sought - which event is looked for; all that is set has to fit
 * @kind: 0 for any
 * @command: 0 for any
 * @tgid: 0 for any
 * @pcr: an index plus one, 0 for any
 * @chip: a chip's number plus one, 0 for any
 */
struct sought {
	__u32 kind;
	__u32 command;
	__u32 tgid;
	__u32 pcr;
	__u32 chip;
};

/* How long an event may take. Never waited for in full when all is well. */
#define EVENT_TIMEOUT_MS 120000

int event_open(struct nl *nl);
int event_wait(struct nl *nl, const struct sought *sought, struct event *event);
int event_collect(struct nl *nl, const struct sought *sought, size_t count, struct events *events);

#endif /* SELFTESTS_FAMILY_H */
