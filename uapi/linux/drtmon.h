/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * The drtmon generic netlink family: the contract between drtmon.ko and
 * userspace. Documentation/netlink/specs/drtmon.yaml says the same in the
 * kernel's own specification language; a test keeps the two together.
 *
 * Integers are in host byte order. TPM algorithm identifiers, command codes,
 * handles and response codes are the numbers of the TCG's documents.
 */
#ifndef _UAPI_LINUX_DRTMON_H
#define _UAPI_LINUX_DRTMON_H

#define DRTMON_FAMILY_NAME		"drtmon"
#define DRTMON_FAMILY_VERSION		1

#define DRTMON_MCGRP_EVENTS		"events"
#define DRTMON_MCGRP_ALERTS		"alerts"

/* Largest digest any supported bank holds, in bytes (sha512). */
#define DRTMON_DIGEST_MAX		64
/* Largest number of PCR banks followed on one chip. */
#define DRTMON_BANKS_MAX		8
/* PCR indices are below this (TPM 2.0 Part 2, PCR_SELECT_MAX in use: 4 bytes). */
#define DRTMON_PCRS_MAX			32

enum drtmon_cmd {
	DRTMON_CMD_UNSPEC,
	DRTMON_CMD_PLATFORM_GET,
	DRTMON_CMD_CHIP_GET,
	DRTMON_CMD_PCR_GET,
	DRTMON_CMD_EVENT_GET,
	DRTMON_CMD_EVENT_NTF,
	DRTMON_CMD_STATS_GET,
	DRTMON_CMD_BASELINE_SET,
	DRTMON_CMD_BASELINE_DEL,
	DRTMON_CMD_BASELINE_LOCK,

	__DRTMON_CMD_MAX,
	DRTMON_CMD_MAX = __DRTMON_CMD_MAX - 1
};

enum drtmon_module_state {
	DRTMON_MODULE_STATE_RUNNING,
	DRTMON_MODULE_STATE_DEGRADED,
};

enum drtmon_cpu_vendor {
	DRTMON_CPU_VENDOR_OTHER,
	DRTMON_CPU_VENDOR_INTEL,
	DRTMON_CPU_VENDOR_AMD,
};

enum drtmon_cpu_feature {
	DRTMON_CPU_FEATURE_SMX		= 1 << 0,
	DRTMON_CPU_FEATURE_VMX		= 1 << 1,
	DRTMON_CPU_FEATURE_SVM		= 1 << 2,
	DRTMON_CPU_FEATURE_SKINIT	= 1 << 3,
	DRTMON_CPU_FEATURE_HYPERVISOR	= 1 << 4,
};

/* What became of the TXT public register window. */
enum drtmon_txt_state {
	DRTMON_TXT_STATE_UNSUPPORTED,	/* no Intel processor with SMX: not looked at */
	DRTMON_TXT_STATE_REFUSED,	/* System RAM, not page-aligned, or out of reach */
	DRTMON_TXT_STATE_FAILED,	/* it could not be mapped */
	DRTMON_TXT_STATE_EMPTY,		/* all ones or all zeros: nothing answers there */
	DRTMON_TXT_STATE_PRESENT,
};

/* What became of memory that a register or a table points at. */
enum drtmon_region_state {
	DRTMON_REGION_STATE_ABSENT,	/* no address or no size */
	DRTMON_REGION_STATE_TOO_LARGE,	/* more than is looked at, or past the end */
	DRTMON_REGION_STATE_REFUSED,	/* it is System RAM */
	DRTMON_REGION_STATE_UNREADABLE,	/* it could not be mapped or copied */
	DRTMON_REGION_STATE_PRESENT,
};

enum drtmon_hook_state {
	DRTMON_HOOK_STATE_MISSING,
	DRTMON_HOOK_STATE_ACTIVE,
	DRTMON_HOOK_STATE_DEAD,
};

enum drtmon_chip_version {
	DRTMON_CHIP_VERSION_UNKNOWN,
	DRTMON_CHIP_VERSION_TPM12,
	DRTMON_CHIP_VERSION_TPM20,
};

/* How the last full read of a chip's PCRs went. */
enum drtmon_snapshot_state {
	DRTMON_SNAPSHOT_STATE_NONE,
	DRTMON_SNAPSHOT_STATE_CONSISTENT,
	DRTMON_SNAPSHOT_STATE_TORN,
	DRTMON_SNAPSHOT_STATE_FAILED,
};

/* What a PCR's values are worth. */
enum drtmon_pcr_state {
	DRTMON_PCR_STATE_UNREAD,	/* never told: a bank that was not read is not listed */
	DRTMON_PCR_STATE_SHADOWED,	/* SHADOW follows every change that is seen */
	DRTMON_PCR_STATE_NOT_SHADOWED,	/* the kernel lacks the bank's hash: HARDWARE alone */
	DRTMON_PCR_STATE_STALE,		/* it may have changed unseen; the TPM will be read again */
};

enum drtmon_baseline_state {
	DRTMON_BASELINE_STATE_NONE,	/* nothing to compare with */
	DRTMON_BASELINE_STATE_UNKNOWN,	/* nothing to compare: the PCR is not known now */
	DRTMON_BASELINE_STATE_MATCH,
	DRTMON_BASELINE_STATE_MISMATCH,
};

enum drtmon_event_kind {
	DRTMON_EVENT_KIND_UNSPEC,
	DRTMON_EVENT_KIND_PCR_EXTEND,
	DRTMON_EVENT_KIND_PCR_RESET,
	DRTMON_EVENT_KIND_PCR_MISMATCH,
	DRTMON_EVENT_KIND_PCR_DRIFT,
	DRTMON_EVENT_KIND_TPM_COMMAND,
	DRTMON_EVENT_KIND_TPM_RESET,
	DRTMON_EVENT_KIND_TPM_LOCKOUT,
	DRTMON_EVENT_KIND_TPM_ERROR,
	DRTMON_EVENT_KIND_CHIP_ADD,
	DRTMON_EVENT_KIND_CHIP_REMOVE,
	DRTMON_EVENT_KIND_TXT_CHANGE,
	DRTMON_EVENT_KIND_RESUME,
	DRTMON_EVENT_KIND_HOOK_DEAD,
	DRTMON_EVENT_KIND_HOOK_DEGRADED,
	DRTMON_EVENT_KIND_EVENTS_LOST,
	DRTMON_EVENT_KIND_BASELINE_CHANGE,
	DRTMON_EVENT_KIND_PCR_MATCH,
	DRTMON_EVENT_KIND_HOOK_ALIVE,

	__DRTMON_EVENT_KIND_MAX
};

enum drtmon_severity {
	DRTMON_SEVERITY_INFO,
	DRTMON_SEVERITY_NOTICE,
	DRTMON_SEVERITY_WARNING,
	DRTMON_SEVERITY_CRITICAL,
};

enum drtmon_origin {
	DRTMON_ORIGIN_KERNEL,
	DRTMON_ORIGIN_USER,
	DRTMON_ORIGIN_SELF,
};

/* Attributes of a platform-get reply. */
enum drtmon_a_platform {
	DRTMON_A_PLATFORM_UNSPEC,
	DRTMON_A_PLATFORM_PAD,
	DRTMON_A_PLATFORM_MODULE_VERSION,	/* string */
	DRTMON_A_PLATFORM_UAPI_VERSION,		/* u32 */
	DRTMON_A_PLATFORM_LOAD_ID,		/* u64, random, one per load */
	DRTMON_A_PLATFORM_MODULE_STATE,		/* u32, drtmon_module_state */
	DRTMON_A_PLATFORM_HOOK,			/* nest, multi, drtmon_a_hook */
	DRTMON_A_PLATFORM_CPU_VENDOR,		/* u32, drtmon_cpu_vendor */
	DRTMON_A_PLATFORM_CPU_SIGNATURE,	/* u32, CPUID.1:EAX */
	DRTMON_A_PLATFORM_CPU_FEATURES,		/* u32, drtmon_cpu_feature bits */
	DRTMON_A_PLATFORM_MSR,			/* nest, multi, drtmon_a_msr; CAP_SYS_ADMIN */
	DRTMON_A_PLATFORM_ACPI_TABLE,		/* nest, multi, drtmon_a_acpi */
	DRTMON_A_PLATFORM_BASELINE_LOCKED,	/* u32, 0 or 1 */
	DRTMON_A_PLATFORM_TXT,			/* nest, drtmon_a_txt */

	__DRTMON_A_PLATFORM_MAX,
	DRTMON_A_PLATFORM_MAX = __DRTMON_A_PLATFORM_MAX - 1
};

enum drtmon_a_hook {
	DRTMON_A_HOOK_UNSPEC,
	DRTMON_A_HOOK_PAD,
	DRTMON_A_HOOK_SYMBOL,			/* string */
	DRTMON_A_HOOK_REQUIRED,			/* u32, 0 or 1 */
	DRTMON_A_HOOK_STATE,			/* u32, drtmon_hook_state */
	DRTMON_A_HOOK_MISSED,			/* u64, calls not seen */
	DRTMON_A_HOOK_LOSS,			/* string: what is lost without it */

	__DRTMON_A_HOOK_MAX,
	DRTMON_A_HOOK_MAX = __DRTMON_A_HOOK_MAX - 1
};

enum drtmon_a_msr {
	DRTMON_A_MSR_UNSPEC,
	DRTMON_A_MSR_PAD,
	DRTMON_A_MSR_INDEX,			/* u32 */
	DRTMON_A_MSR_VALUE,			/* u64; absent when unreadable */

	__DRTMON_A_MSR_MAX,
	DRTMON_A_MSR_MAX = __DRTMON_A_MSR_MAX - 1
};

enum drtmon_a_acpi {
	DRTMON_A_ACPI_UNSPEC,
	DRTMON_A_ACPI_SIGNATURE,		/* string, 4 characters */
	DRTMON_A_ACPI_LENGTH,			/* u32, bytes; 0 when absent */

	__DRTMON_A_ACPI_MAX,
	DRTMON_A_ACPI_MAX = __DRTMON_A_ACPI_MAX - 1
};

enum drtmon_a_txt {
	DRTMON_A_TXT_UNSPEC,
	DRTMON_A_TXT_PAD,
	DRTMON_A_TXT_STATE,			/* u32, drtmon_txt_state */
	DRTMON_A_TXT_BASE,			/* u64, physical address of the window */
	DRTMON_A_TXT_REGISTERS,			/* binary, the window; needs CAP_SYS_ADMIN */
	DRTMON_A_TXT_HEAP,			/* nest, drtmon_a_region */
	DRTMON_A_TXT_LOG,			/* nest, multi, drtmon_a_region */

	__DRTMON_A_TXT_MAX,
	DRTMON_A_TXT_MAX = __DRTMON_A_TXT_MAX - 1
};

enum drtmon_a_region {
	DRTMON_A_REGION_UNSPEC,
	DRTMON_A_REGION_PAD,
	DRTMON_A_REGION_STATE,			/* u32, drtmon_region_state */
	DRTMON_A_REGION_ADDR,			/* u64, physical address */
	DRTMON_A_REGION_SIZE,			/* u32, bytes that could be read */
	DRTMON_A_REGION_ELEM,			/* u32, a log: type of the heap element naming it */
	DRTMON_A_REGION_ALG,			/* u32, a log of one hash: TPM_ALG_ID */
	DRTMON_A_REGION_FIRST,			/* u32, a log: offset of the first record */
	DRTMON_A_REGION_NEXT,			/* u32, a log: offset behind the last */

	__DRTMON_A_REGION_MAX,
	DRTMON_A_REGION_MAX = __DRTMON_A_REGION_MAX - 1
};

enum drtmon_a_chip {
	DRTMON_A_CHIP_UNSPEC,
	DRTMON_A_CHIP_PAD,
	DRTMON_A_CHIP_ID,			/* u32, the N of tpmN */
	DRTMON_A_CHIP_NAME,			/* string */
	DRTMON_A_CHIP_VERSION,			/* u32, drtmon_chip_version */
	DRTMON_A_CHIP_BANK,			/* nest, multi, drtmon_a_bank */
	DRTMON_A_CHIP_SNAPSHOT,			/* nest, drtmon_a_snapshot */
	DRTMON_A_CHIP_COMMANDS,			/* u64, commands seen by the hook */
	DRTMON_A_CHIP_SELF_COMMANDS,		/* u64, of those, the module's own */
	DRTMON_A_CHIP_HOOK_STATE,		/* u32, drtmon_hook_state, once it is known */
	DRTMON_A_CHIP_NO_INCREMENT,		/* u32, PCRs that do not move the counter */
	DRTMON_A_CHIP_CHECKED,			/* u64, ns since boot: last comparison */
	DRTMON_A_CHIP_RECONCILES,		/* u64, comparisons that found nothing moved */
	DRTMON_A_CHIP_CHECKPOINT_SEQ,		/* u64, event that the checkpoint values include */

	__DRTMON_A_CHIP_MAX,
	DRTMON_A_CHIP_MAX = __DRTMON_A_CHIP_MAX - 1
};

enum drtmon_a_bank {
	DRTMON_A_BANK_UNSPEC,
	DRTMON_A_BANK_ALG,			/* u32, TPM_ALG_ID */
	DRTMON_A_BANK_DIGEST_SIZE,		/* u32, bytes */

	__DRTMON_A_BANK_MAX,
	DRTMON_A_BANK_MAX = __DRTMON_A_BANK_MAX - 1
};

enum drtmon_a_snapshot {
	DRTMON_A_SNAPSHOT_UNSPEC,
	DRTMON_A_SNAPSHOT_PAD,
	DRTMON_A_SNAPSHOT_STATE,		/* u32, drtmon_snapshot_state */
	DRTMON_A_SNAPSHOT_ERROR,		/* u32, errno (positive), 0 if none */
	DRTMON_A_SNAPSHOT_COMMANDS,		/* u32, PCR reads it took, as the hook counted */
	DRTMON_A_SNAPSHOT_DIGESTS,		/* u32, digests read */
	DRTMON_A_SNAPSHOT_ATTEMPTS,		/* u32 */
	DRTMON_A_SNAPSHOT_BOOTTIME,		/* u64, ns */
	DRTMON_A_SNAPSHOT_UPDATE_COUNTER,	/* u32, pcrUpdateCounter */

	__DRTMON_A_SNAPSHOT_MAX,
	DRTMON_A_SNAPSHOT_MAX = __DRTMON_A_SNAPSHOT_MAX - 1
};

/*
 * One pcr-get message holds one bank of one chip. In the request, CHIP_ID
 * limits the dump to a chip and REFRESH makes it read the TPM first: a TPM that
 * cannot be read is then an error with CHIP_ID, and without it a SNAPSHOT that
 * failed, over values of before whose BASELINE_STATE is never a match.
 *
 * Where there is a TPM to wait for, the first message of the answer holds REFRESH
 * and nothing else. The socket is readable at once; the recv() that takes this
 * message returns when the TPM has been read, MSG_DONTWAIT or not.
 */
enum drtmon_a_pcrs {
	DRTMON_A_PCRS_UNSPEC,
	DRTMON_A_PCRS_CHIP_ID,			/* u32 */
	DRTMON_A_PCRS_CHIP_NAME,		/* string */
	DRTMON_A_PCRS_REFRESH,			/* flag */
	DRTMON_A_PCRS_SNAPSHOT,			/* nest, drtmon_a_snapshot */
	DRTMON_A_PCRS_ALG,			/* u32, TPM_ALG_ID */
	DRTMON_A_PCRS_PCR,			/* nest, multi, drtmon_a_pcr */
	DRTMON_A_PCRS_CHECKPOINT_SEQ,		/* u64, event that the CHECKPOINT values include */
	DRTMON_A_PCRS_PAD,

	__DRTMON_A_PCRS_MAX,
	DRTMON_A_PCRS_MAX = __DRTMON_A_PCRS_MAX - 1
};

enum drtmon_a_pcr {
	DRTMON_A_PCR_UNSPEC,
	DRTMON_A_PCR_PAD,
	DRTMON_A_PCR_INDEX,			/* u32 */
	DRTMON_A_PCR_STATE,			/* u32, drtmon_pcr_state */
	DRTMON_A_PCR_HARDWARE,			/* binary, as last read from the TPM */
	DRTMON_A_PCR_SHADOW,			/* binary, with every change seen since */
	DRTMON_A_PCR_BASELINE,			/* binary, expected; absent when nothing is */
	DRTMON_A_PCR_BASELINE_STATE,		/* u32, drtmon_baseline_state */
	DRTMON_A_PCR_CHECKPOINT,		/* binary, at the chip's CHECKPOINT_SEQ */
	DRTMON_A_PCR_LAST_EVENT,		/* u64, seq of what touched it last, or 0 */

	__DRTMON_A_PCR_MAX,
	DRTMON_A_PCR_MAX = __DRTMON_A_PCR_MAX - 1
};

/*
 * An event. In an event-get request only SINCE is used: the dump holds the
 * events with SEQ >= SINCE. FOLDED is the number of events that should stand
 * before this one and are gone: on the first message of a dump that cannot go
 * back that far, and on any later one when the reader was slow.
 *
 * EXE is the path in the process's own mount namespace: whoever may mount there,
 * as root in any user namespace may, gives a program the path he likes.
 */
enum drtmon_a_event {
	DRTMON_A_EVENT_UNSPEC,
	DRTMON_A_EVENT_PAD,
	DRTMON_A_EVENT_SINCE,			/* u64, request only */
	DRTMON_A_EVENT_FOLDED,			/* u64 */
	DRTMON_A_EVENT_SEQ,			/* u64, from 1 */
	DRTMON_A_EVENT_BOOTTIME,		/* u64, ns since boot, suspend included */
	DRTMON_A_EVENT_REALTIME,		/* u64, ns since 1970 */
	DRTMON_A_EVENT_KIND,			/* u32, drtmon_event_kind */
	DRTMON_A_EVENT_SEVERITY,		/* u32, drtmon_severity */
	DRTMON_A_EVENT_CHIP_ID,			/* u32 */
	DRTMON_A_EVENT_CHIP_NAME,		/* string */
	DRTMON_A_EVENT_PCR,			/* u32 */
	DRTMON_A_EVENT_DIGEST,			/* nest, multi, drtmon_a_digest */
	DRTMON_A_EVENT_LOCALITY,		/* u32; absent when not known */
	DRTMON_A_EVENT_COMMAND,			/* u32, TPM_CC or TPM 1.2 ordinal */
	DRTMON_A_EVENT_HANDLE,			/* u32, what the command was about */
	DRTMON_A_EVENT_RC,			/* u32, the TPM's response code */
	DRTMON_A_EVENT_ORIGIN,			/* u32, drtmon_origin */
	DRTMON_A_EVENT_DEVICE,			/* string: tpm0, tpmrm0; kernel's own: tpm0 */
	DRTMON_A_EVENT_PID,			/* u32, thread; no process at all: not known */
	DRTMON_A_EVENT_TGID,			/* u32, process */
	DRTMON_A_EVENT_UID,			/* u32 */
	DRTMON_A_EVENT_COMM,			/* string */
	DRTMON_A_EVENT_EXE,			/* string, see above; absent when not known */
	DRTMON_A_EVENT_CGROUP_ID,		/* u64 */
	DRTMON_A_EVENT_COUNT,			/* u64, events-lost, hook-degraded: how many */
	DRTMON_A_EVENT_EXPECTED,		/* nest, multi, drtmon_a_digest */
	DRTMON_A_EVENT_LAST_EVENT,		/* u64, seq of what touched the PCR last */
	DRTMON_A_EVENT_REGISTER,		/* u32, txt-change: offset of the TXT register */
	DRTMON_A_EVENT_OLD,			/* u64, txt-change: its value before */
	DRTMON_A_EVENT_NEW,			/* u64, txt-change: its value now */
	DRTMON_A_EVENT_ERROR,			/* u32, errno instead of RC: no sound response */

	__DRTMON_A_EVENT_MAX,
	DRTMON_A_EVENT_MAX = __DRTMON_A_EVENT_MAX - 1
};

enum drtmon_a_digest {
	DRTMON_A_DIGEST_UNSPEC,
	DRTMON_A_DIGEST_ALG,			/* u32, TPM_ALG_ID */
	DRTMON_A_DIGEST_VALUE,			/* binary */

	__DRTMON_A_DIGEST_MAX,
	DRTMON_A_DIGEST_MAX = __DRTMON_A_DIGEST_MAX - 1
};

/*
 * What baseline-set expects of a chip, and what baseline-del no longer does: a
 * VALUE per bank and PCR to set; to delete, a bank and PCR each, or none for all.
 */
enum drtmon_a_baseline {
	DRTMON_A_BASELINE_UNSPEC,
	DRTMON_A_BASELINE_CHIP_ID,		/* u32 */
	DRTMON_A_BASELINE_VALUE,		/* nest, multi, drtmon_a_expect */

	__DRTMON_A_BASELINE_MAX,
	DRTMON_A_BASELINE_MAX = __DRTMON_A_BASELINE_MAX - 1
};

enum drtmon_a_expect {
	DRTMON_A_EXPECT_UNSPEC,
	DRTMON_A_EXPECT_ALG,			/* u32, TPM_ALG_ID */
	DRTMON_A_EXPECT_INDEX,			/* u32, PCR */
	DRTMON_A_EXPECT_DIGEST,			/* binary, baseline-set only */

	__DRTMON_A_EXPECT_MAX,
	DRTMON_A_EXPECT_MAX = __DRTMON_A_EXPECT_MAX - 1
};

enum drtmon_a_stats {
	DRTMON_A_STATS_UNSPEC,
	DRTMON_A_STATS_PAD,
	DRTMON_A_STATS_COMMANDS,		/* u64, TPM commands seen */
	DRTMON_A_STATS_EVENTS,			/* u64, events made = newest seq */
	DRTMON_A_STATS_RING_SIZE,		/* u32, bytes of memory for past events */
	DRTMON_A_STATS_RING_FIRST,		/* u64, oldest seq still held, 0 if none */
	DRTMON_A_STATS_RING_NEXT,		/* u64, seq the next event gets */
	DRTMON_A_STATS_QUEUE_LOST,		/* u64, commands seen but not recorded */
	DRTMON_A_STATS_HOOK_MISSED,		/* u64, calls the probes missed */
	DRTMON_A_STATS_MALFORMED,		/* u64, commands or responses with bad lengths */
	DRTMON_A_STATS_NOTIFY_FAILED,		/* u64, notifications that could not be sent */

	__DRTMON_A_STATS_MAX,
	DRTMON_A_STATS_MAX = __DRTMON_A_STATS_MAX - 1
};

#endif /* _UAPI_LINUX_DRTMON_H */
