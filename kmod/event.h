/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_EVENT_H
#define DRTMON_EVENT_H

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/drtmon.h>

#include "tpm_cmd.h"
#include "writer.h"

#define DRTMON_EVENT_EXE_MAX	256
#define DRTMON_EVENT_NAME_MAX	16

/* The fields of an event that may be unknown; unset means unknown, not zero. */
enum drtmon_event_has {
	DRTMON_EVENT_HAS_CHIP		= BIT(0),
	DRTMON_EVENT_HAS_PCR		= BIT(1),
	DRTMON_EVENT_HAS_COMMAND	= BIT(2),	/* command, rc */
	DRTMON_EVENT_HAS_HANDLE		= BIT(3),
	DRTMON_EVENT_HAS_PROCESS	= BIT(4),
	DRTMON_EVENT_HAS_COUNT		= BIT(5),
	DRTMON_EVENT_HAS_LAST		= BIT(6),
	DRTMON_EVENT_HAS_ORIGIN		= BIT(7),	/* origin and device */
	DRTMON_EVENT_HAS_REGISTER	= BIT(8),	/* register, old and new */
	DRTMON_EVENT_HAS_LOCALITY	= BIT(9),
	DRTMON_EVENT_HAS_ERROR		= BIT(10),	/* error, of no command */
};

/* What a digest in an event is. */
enum drtmon_event_role {
	DRTMON_EVENT_ROLE_ACTUAL,	/* what a PCR was extended by, or what it is */
	DRTMON_EVENT_ROLE_EXPECTED,	/* what it should be */
};

/**
 * struct drtmon_event - something that happened
 * @seq: given by drtmon_event_emit(), from 1, without gaps
 * @boottime: CLOCK_BOOTTIME, ns
 * @realtime: CLOCK_REALTIME, ns
 * @cgroup_id: of the process
 * @count: events-lost: how many
 * @last: event that last touched the PCR
 * @old: txt-change: the register before
 * @new: txt-change: the register now
 * @kind: enum drtmon_event_kind
 * @severity: enum drtmon_severity
 * @has: which of the optional fields are known
 * @chip_id: the N of tpmN
 * @pcr: which PCR
 * @locality: of the command
 * @command: command code
 * @handle: what the command was about
 * @rc: response code, unless @error is set
 * @error: positive errno of the transport: there was no sound response
 * @origin: enum drtmon_origin
 * @pid: thread
 * @tgid: process
 * @uid: user
 * @reg: txt-change: offset of the register
 * @size: bytes of the struct in use, @data included; rounded up in the ring
 * @exe_len: characters of the executable's path in @data, no terminating NUL
 * @digest_count: digests in @data
 * @comm: name of the process
 * @chip_name: "tpm0"
 * @device: the device file, empty when not known
 * @data: digest_count times { u16 alg, u8 role, u8 size, value }, then the path
 */
struct drtmon_event {
	u64 seq;
	u64 boottime;
	u64 realtime;
	u64 cgroup_id;
	u64 count;
	u64 last;
	u64 old;
	u64 new;
	u32 kind;
	u32 severity;
	u32 has;
	u32 chip_id;
	u32 pcr;
	u32 locality;
	u32 command;
	u32 handle;
	u32 rc;
	u32 error;
	u32 origin;
	u32 pid;
	u32 tgid;
	u32 uid;
	u32 reg;
	u16 size;
	u16 exe_len;
	u8 digest_count;
	char comm[TASK_COMM_LEN];
	char chip_name[DRTMON_EVENT_NAME_MAX];
	char device[DRTMON_EVENT_NAME_MAX];
	u8 data[];
};

/* An actual and an expected one per bank. */
#define DRTMON_EVENT_DIGESTS_MAX	(2 * DRTMON_TPM_DIGESTS_MAX)
#define DRTMON_EVENT_DATA_MAX                                                                      \
	(DRTMON_EVENT_DIGESTS_MAX * (4 + DRTMON_TPM_DIGEST_MAX) + DRTMON_EVENT_EXE_MAX)
#define DRTMON_EVENT_SIZE_MAX	(sizeof(struct drtmon_event) + DRTMON_EVENT_DATA_MAX)

/**
 * struct drtmon_event_digest - one digest of an event
 * @alg: TPM_ALG_ID
 * @role: enum drtmon_event_role
 * @size: bytes of @value
 * @value: inside the event
 */
struct drtmon_event_digest {
	u16 alg;
	u8 role;
	u8 size;
	const u8 *value;
};

/**
 * struct drtmon_event_range - what the ring holds
 * @first: oldest sequence number still there, 0 when there is none
 * @next: sequence number of the next event
 * @size: bytes the ring has
 */
struct drtmon_event_range {
	u64 first;
	u64 next;
	u32 size;
};

/**
 * struct drtmon_event_place - where a walk through the ring stands
 * @seq: next sequence number to visit
 * @pos: where it is, if @known
 * @known: somebody walked there
 */
struct drtmon_event_place {
	u64 seq;
	u64 pos;
	bool known;
};

int drtmon_event_init(u32 size);
void drtmon_event_set_notify(void (*notify)(const struct drtmon_event *event));
void drtmon_event_set_fold(void (*fold)(const struct drtmon_event *event));
void drtmon_event_exit(void);
void drtmon_event_start(struct drtmon_event *event, u32 kind, u32 severity);
void drtmon_event_add_digest(struct drtmon_event *event, u8 role, u16 alg, const u8 *value,
			     u16 size);
void drtmon_event_set_process(struct drtmon_event *event, const struct drtmon_who *who,
			      char *path);
bool drtmon_event_digest(const struct drtmon_event *event, u32 i,
			 struct drtmon_event_digest *digest);
const char *drtmon_event_exe(const struct drtmon_event *event);
u64 drtmon_event_emit(struct drtmon_event *event);
void drtmon_event_range(struct drtmon_event_range *range);
int drtmon_event_walk(struct drtmon_event_place *place,
		      int (*visit)(const struct drtmon_event *event, void *arg), void *arg);

#endif /* DRTMON_EVENT_H */
