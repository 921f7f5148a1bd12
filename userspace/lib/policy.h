/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_POLICY_H
#define DRTMON_LIB_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/drtmon.h>

#include "lib/err.h"
#include "lib/event.h"
#include "lib/ini.h"

/* Kinds that a policy knows, one more than the newest. */
#define DRTMON_POLICY_KINDS __DRTMON_EVENT_KIND_MAX

/**
 * struct drtmon_policy_pcr - who is expected to extend or reset a PCR
 * @said: the policy has a section for this PCR
 * @kernel: the kernel itself is expected
 * @count: entries of @exe
 * @exe: paths of the expected executables
 * @unexpected: severity of an extend or reset by anybody else
 */
struct drtmon_policy_pcr {
	bool said;
	bool kernel;
	unsigned int count;
	char **exe;
	uint32_t unexpected;
};

/**
 * struct drtmon_policy - how bad what is, on this machine
 * @kind: severity of a kind, or -1 for what the module says
 * @ignored: bit n: extends and resets of PCR n are nothing to speak of
 * @pcr: expected processes
 */
struct drtmon_policy {
	int kind[DRTMON_POLICY_KINDS];
	uint32_t ignored;
	struct drtmon_policy_pcr pcr[DRTMON_PCRS_MAX];
};

/**
 * struct drtmon_judgement - what the policy makes of an event
 * @severity: enum drtmon_severity
 * @reason: one clause when the policy changed the module's severity, else ""
 */
struct drtmon_judgement {
	uint32_t severity;
	char reason[160];
};

/* Room for the absolute path of one, as for all paths in drtmond's configuration. */
#define DRTMON_POLICY_PATH 256

/**
 * drtmon_policy_init() - a policy that leaves everything to the module
 * @policy: filled; release with drtmon_policy_free()
 */
void drtmon_policy_init(struct drtmon_policy *policy);

/**
 * drtmon_policy_read() - add what a file says
 * @policy: initialised
 * @path: the file, see drtmond.conf(5)
 * @problem: told what is wrong with an entry; may be NULL
 * @ctx: for @problem
 * @err: why the file cannot be read
 *
 * Entries that are sound count, whatever others are.
 *
 * Return: number of problems, or a negative errno.
 */
int drtmon_policy_read(struct drtmon_policy *policy, const char *path,
		       void (*problem)(void *ctx, const struct drtmon_ini_entry *entry,
				       const struct drtmon_err *why),
		       void *ctx, struct drtmon_err *err);

/**
 * drtmon_policy_free() - release
 * @policy: the policy
 */
void drtmon_policy_free(struct drtmon_policy *policy);

/**
 * drtmon_policy_judge() - how bad is it?
 * @policy: the policy
 * @event: an event
 * @judgement: filled
 *
 * A process is known by its executable; the name it gives itself counts for
 * nothing. An extend that the TPM refused changed nothing and is judged by its
 * kind alone.
 */
void drtmon_policy_judge(const struct drtmon_policy *policy, const struct drtmon_event *event,
			 struct drtmon_judgement *judgement);

#endif
