/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_EVIDENCE_LIVE_H
#define DRTMON_LIB_EVIDENCE_LIVE_H

#include "lib/evidence.h"
#include "lib/machine.h"

/**
 * drtmon_facts_live() - facts about a running machine
 * @facts: filled
 * @machine: what the module and sysfs say
 * @root: directory in front of /sys and /proc, "" for this machine
 */
void drtmon_facts_live(struct drtmon_facts *facts, const struct drtmon_machine *machine,
		       const char *root);

/**
 * drtmon_facts_cpuinfo() - processor facts from /proc/cpuinfo
 * @facts: what is not known yet is filled in
 * @text: contents of the file, ended by NUL
 *
 * For a machine without the module. The text has no model-specific registers.
 */
void drtmon_facts_cpuinfo(struct drtmon_facts *facts, const char *text);

/**
 * drtmon_facts_nv_live() - look for the NV indices that TXT uses
 * @facts: entries are added when the TPM answers
 * @device: resource-managed TPM 2.0 device node
 *
 * Reads public areas only: TPM2_NV_ReadPublic needs no authorisation and
 * changes nothing.
 */
void drtmon_facts_nv_live(struct drtmon_facts *facts, const char *device);

#endif
