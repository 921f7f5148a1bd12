/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_FINDING_H
#define DRTMON_LIB_FINDING_H

#include "lib/doctor.h"

/* What the parts of the doctor share; nobody else needs it. */

/**
 * drtmon_finding_add() - add a finding
 * @findings: where to; a full list stays as it is
 * @id: its name
 * @result: how it is
 * @fix: what to do; may be NULL
 * @fmt: why
 */
void drtmon_finding_add(struct drtmon_findings *findings, const char *id,
			enum drtmon_finding_result result, const char *fix, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/**
 * drtmon_doctor_module() - headers, module file, signature, loaded or not, versions
 * @findings: added to
 * @machine: the evidence
 * @root: see drtmon_doctor()
 * @release: see drtmon_doctor()
 */
void drtmon_doctor_module(struct drtmon_findings *findings, const struct drtmon_machine *machine,
			  const char *root, const char *release);

/**
 * drtmon_doctor_watch() - hooks, losses
 * @findings: added to
 * @machine: the evidence
 * @root: see drtmon_doctor()
 */
void drtmon_doctor_watch(struct drtmon_findings *findings, const struct drtmon_machine *machine,
			 const char *root);

/**
 * drtmon_doctor_host() - permissions, securityfs, TPM
 * @findings: added to
 * @machine: the evidence
 * @root: see drtmon_doctor()
 */
void drtmon_doctor_host(struct drtmon_findings *findings, const struct drtmon_machine *machine,
			const char *root);

#endif
