/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_EVIDENCE_H
#define DRTMON_LIB_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/blob.h"
#include "lib/err.h"
#include "lib/evidence_facts.h"
#include "lib/pcrs.h"

/* Pieces of raw evidence; each is one file of a capture. */
enum drtmon_item_id {
	DRTMON_ITEM_FACTS,
	DRTMON_ITEM_PCRS,
	DRTMON_ITEM_REGISTERS,
	DRTMON_ITEM_HEAP,
	DRTMON_ITEM_DRTM_LOG,
	DRTMON_ITEM_BIOS_LOG,
	DRTMON_ITEM_IMA_LOG,
	DRTMON_ITEM_USERSPACE_LOG,
	DRTMON_ITEM_EVENTS,
	DRTMON_ITEMS
};

enum drtmon_item_state {
	DRTMON_ITEM_ABSENT,
	DRTMON_ITEM_PRESENT,
	DRTMON_ITEM_UNREADABLE,
};

/*
 * How a reason begins when the kernel would not look because the address lies
 * in memory that the system uses itself. The chain recognises it.
 */
#define DRTMON_WHY_SYSTEM_RAM "refused, because it lies in System RAM"

/**
 * struct drtmon_item - one piece of evidence
 * @state: see enum drtmon_item_state
 * @blob: its bytes when present
 * @why: why it is absent or unreadable, one clause, or ""
 */
struct drtmon_item {
	enum drtmon_item_state state;
	struct drtmon_blob blob;
	char why[200];
};

/**
 * struct drtmon_evidence - everything raw that a verdict may rest on
 * @source: the capture's path, or "this machine"
 * @live: collected here and now
 * @item: by enum drtmon_item_id
 * @facts: what FACTS says, all "nobody looked" when absent
 * @pcrs: what PCRS says
 */
struct drtmon_evidence {
	char source[256];
	bool live;
	struct drtmon_item item[DRTMON_ITEMS];
	struct drtmon_facts facts;
	struct drtmon_pcrs pcrs;
};

/**
 * drtmon_item_path() - where an item lies in a capture
 * @id: which
 *
 * Return: a relative path, for example "txt/registers.bin".
 */
const char *drtmon_item_path(enum drtmon_item_id id);

/**
 * drtmon_item_by_path() - the reverse
 * @path: relative path
 *
 * Return: enum drtmon_item_id, or DRTMON_ITEMS.
 */
enum drtmon_item_id drtmon_item_by_path(const char *path);

/**
 * drtmon_item_max() - most bytes that are kept of an item
 * @id: which
 *
 * Return: bytes.
 */
size_t drtmon_item_max(enum drtmon_item_id id);

/**
 * drtmon_item_state_name() - "absent", "present", "unreadable"
 * @state: which
 *
 * Return: a static string.
 */
const char *drtmon_item_state_name(enum drtmon_item_state state);

/**
 * drtmon_item_set() - say that an item is absent or unreadable
 * @item: its bytes are released
 * @state: new state
 * @fmt: one clause, or NULL
 */
void drtmon_item_set(struct drtmon_item *item, enum drtmon_item_state state, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * drtmon_evidence_file() - take an item from a file
 * @evidence: what is known so far
 * @id: which item
 * @path: regular file; sysfs and securityfs are fine
 *
 * A missing file is missing evidence, an unreadable one says why.
 */
void drtmon_evidence_file(struct drtmon_evidence *evidence, enum drtmon_item_id id,
			  const char *path);

/**
 * drtmon_evidence_decode() - fill @facts and @pcrs from their items
 * @evidence: with its items set
 *
 * An item whose text makes no sense becomes unreadable, with the reason.
 */
void drtmon_evidence_decode(struct drtmon_evidence *evidence);

/**
 * drtmon_evidence_live() - collect the evidence of a running machine
 * @evidence: filled; release with drtmon_evidence_free()
 * @root: directory in front of /sys and /proc, "" for this machine
 *
 * Uses the module where it is loaded, else what the kernel shows anyway.
 * Nothing here fails as a whole.
 */
void drtmon_evidence_live(struct drtmon_evidence *evidence, const char *root);

/**
 * drtmon_evidence_free() - release
 * @evidence: may be all zero
 */
void drtmon_evidence_free(struct drtmon_evidence *evidence);

#endif
