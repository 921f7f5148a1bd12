/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_EVIDENCE_LIVE_H
#define DRTMON_LIB_EVIDENCE_LIVE_H

#include "lib/evidence.h"
#include "lib/machine.h"
#include "lib/nl.h"

/**
 * struct drtmon_live_region - memory that the module was to copy
 * @have: bit n: attribute n of enum drtmon_a_region was there
 * @state: enum drtmon_region_state
 * @addr: physical address
 */
struct drtmon_live_region {
	uint64_t have;
	uint32_t state;
	uint64_t addr;
};

/**
 * struct drtmon_live_txt - what became of the TXT evidence
 * @have: bit n: attribute n of enum drtmon_a_txt was there
 * @state: enum drtmon_txt_state
 * @base: physical address of the window; 0 when it was not looked at
 * @heap: of the heap
 * @log: of the event logs: the first that is not there, else the last
 */
struct drtmon_live_txt {
	uint64_t have;
	uint32_t state;
	uint64_t base;
	struct drtmon_live_region heap;
	struct drtmon_live_region log;
};

/**
 * drtmon_live_txt_decode() - the TXT part of a platform-get reply
 * @txt: filled; all zero when the reply has no such part
 * @attrs: the message
 * @err: what is malformed
 *
 * Return: 0 or -EBADMSG.
 */
int drtmon_live_txt_decode(struct drtmon_live_txt *txt, const struct drtmon_attrs *attrs,
			   struct drtmon_err *err);

/**
 * drtmon_live_txt_get() - ask the module
 * @nl: a resolved socket
 * @txt: filled
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_live_txt_get(struct drtmon_nl *nl, struct drtmon_live_txt *txt, struct drtmon_err *err);

/**
 * drtmon_live_txt_apply() - the reasons into the evidence
 * @evidence: items that are not present get their reason
 * @txt: what the module says
 */
void drtmon_live_txt_apply(struct drtmon_evidence *evidence, const struct drtmon_live_txt *txt);

/**
 * drtmon_evidence_machine() - all of a running machine's evidence but the module's events
 * @evidence: filled; release with drtmon_evidence_free()
 * @machine: what the module and sysfs say
 * @root: directory in front of /sys and /proc, "" for this machine
 */
void drtmon_evidence_machine(struct drtmon_evidence *evidence, const struct drtmon_machine *machine,
			     const char *root);

/**
 * drtmon_evidence_launch() - what bears on a dynamic launch and is had at once
 * @evidence: filled; release with drtmon_evidence_free()
 * @machine: what the module and sysfs say
 * @root: directory in front of /sys and /proc, "" for this machine
 *
 * No TPM command is sent; events, NV indices and logs other than the launch's
 * are left out.
 */
void drtmon_evidence_launch(struct drtmon_evidence *evidence, const struct drtmon_machine *machine,
			    const char *root);

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
 * drtmon_facts_nv_parse() - the answer to the question for a public area
 * @nv: @nv->index is what was asked for; the rest is filled
 * @tpm12: the answer of a TPM 1.2 to TPM_GetCapability(TPM_CAP_NV_INDEX), else
 *	that of a TPM 2.0 to TPM2_NV_ReadPublic
 * @buf: the answer
 * @len: its bytes
 *
 * Return: false when the answer says neither yes nor no, or makes no sense.
 */
bool drtmon_facts_nv_parse(struct drtmon_facts_nv *nv, bool tpm12, const uint8_t *buf, size_t len);

/**
 * drtmon_facts_nv_live() - look for the NV indices that TXT uses
 * @facts: entries are added when the TPM answers
 * @device: the resource-managed node of a TPM 2.0, or the node of a TPM 1.2,
 *	which only one program at a time can open
 * @tpm12: it is a TPM 1.2
 *
 * Reads public areas only, which needs no authorisation and changes nothing.
 */
void drtmon_facts_nv_live(struct drtmon_facts *facts, const char *device, bool tpm12);

#endif
