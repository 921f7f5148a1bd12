/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_DOCTOR_H
#define DRTMON_LIB_DOCTOR_H

#include <stddef.h>

#include "lib/machine.h"

#define DRTMON_FINDINGS_MAX 64

enum drtmon_finding_result {
	DRTMON_FINDING_OK,
	DRTMON_FINDING_WARNING,
	DRTMON_FINDING_BROKEN,
	DRTMON_FINDING_UNKNOWN,
};

/**
 * struct drtmon_finding - one thing that was looked at
 * @id: stays the same from version to version
 * @result: how it is
 * @why: one clause
 * @fix: what to do or to run, "" when nothing
 */
struct drtmon_finding {
	char id[80];
	enum drtmon_finding_result result;
	char why[320];
	char fix[192];
};

/**
 * struct drtmon_findings - all of them
 * @count: used entries of @finding
 * @finding: in the order they were made
 */
struct drtmon_findings {
	size_t count;
	struct drtmon_finding finding[DRTMON_FINDINGS_MAX];
};

/**
 * drtmon_doctor() - is drtmon itself healthy?
 * @findings: filled
 * @machine: the evidence; its socket is used to ask for the module's counters
 * @root: directory in front of /lib, /proc and /sys; "" for this machine
 * @release: the running kernel's release
 */
void drtmon_doctor(struct drtmon_findings *findings, const struct drtmon_machine *machine,
		   const char *root, const char *release);

/**
 * drtmon_doctor_healthy() - is nothing broken, and nothing unknown?
 * @findings: the findings
 *
 * Return: false when something is; a warning is not.
 */
bool drtmon_doctor_healthy(const struct drtmon_findings *findings);

/**
 * drtmon_finding_result_name() - "ok", "warning", "broken", "unknown"
 * @result: enum drtmon_finding_result
 *
 * Return: the name.
 */
const char *drtmon_finding_result_name(enum drtmon_finding_result result);

#endif
