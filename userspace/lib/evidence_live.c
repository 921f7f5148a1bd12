// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/evidence_live.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/event.h"
#include "lib/stream.h"

#define SECURITYFS "/sys/kernel/security"
#define TXT	   SECURITYFS "/drtmon/txt"

/* Files in the order in which they are tried: the first that is there counts. */
static const struct {
	enum drtmon_item_id id;
	const char *path;
	bool launch; /* bears on a dynamic launch */
} files[] = {
	{ DRTMON_ITEM_REGISTERS, TXT "/registers", true },
	{ DRTMON_ITEM_HEAP, TXT "/heap", true },
	{ DRTMON_ITEM_DRTM_LOG, SECURITYFS "/drtmon/drtm_measurements", true },
	{ DRTMON_ITEM_DRTM_LOG, SECURITYFS "/slaunch/eventlog", true },
	{ DRTMON_ITEM_BIOS_LOG, SECURITYFS "/tpm0/binary_bios_measurements" },
	{ DRTMON_ITEM_IMA_LOG, SECURITYFS "/ima/binary_runtime_measurements" },
	{ DRTMON_ITEM_USERSPACE_LOG, "/run/log/systemd/tpm2-measure.log" },
};

static void read_files(struct drtmon_evidence *evidence, const char *root, bool all)
{
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct drtmon_item *item = &evidence->item[files[i].id];

		if (item->state != DRTMON_ITEM_ABSENT || !(all || files[i].launch) ||
		    snprintf(path, sizeof(path), "%s%s", root, files[i].path) >= (int)sizeof(path))
			continue;
		drtmon_evidence_file(evidence, files[i].id, path);
		if (item->state == DRTMON_ITEM_PRESENT && !item->blob.len)
			drtmon_item_set(item, DRTMON_ITEM_ABSENT, "%s is empty", files[i].path);
	}
}

/* Why there is nothing where the module would show it. */
static void module_reason(struct drtmon_evidence *evidence, const struct drtmon_machine *machine)
{
	static const enum drtmon_item_id ids[] = { DRTMON_ITEM_REGISTERS, DRTMON_ITEM_HEAP,
						   DRTMON_ITEM_DRTM_LOG };
	struct drtmon_live_txt txt;
	size_t i;

	for (i = 0; !machine->module_loaded && i < sizeof(ids) / sizeof(ids[0]); i++)
		if (evidence->item[ids[i]].state == DRTMON_ITEM_ABSENT)
			drtmon_item_set(&evidence->item[ids[i]], DRTMON_ITEM_ABSENT,
					"drtmon.ko is not loaded");
	if (machine->nl && !drtmon_live_txt_get(machine->nl, &txt, NULL))
		drtmon_live_txt_apply(evidence, &txt);
}

static void take_pcrs(struct drtmon_evidence *evidence, const struct drtmon_machine *machine)
{
	struct drtmon_item *item = &evidence->item[DRTMON_ITEM_PCRS];
	const struct drtmon_chip *chip = machine->chips.chip;
	json_t *json;
	char *text;

	if (!machine->chips.count) {
		drtmon_item_set(item, DRTMON_ITEM_ABSENT, "%s",
				machine->chips_err.code ? machine->chips_err.msg
							: "the kernel has no TPM");
		return;
	}
	if (!chip->pcrs.bank[0].alg) {
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "%s",
				chip->why[0] ? chip->why : "the TPM's PCRs cannot be read");
		return;
	}
	json = drtmon_pcrs_json(&chip->pcrs);
	text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!text) {
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "out of memory");
		return;
	}
	item->blob.data = (uint8_t *)text;
	item->blob.len = strlen(text);
	item->state = DRTMON_ITEM_PRESENT;
	evidence->pcrs = chip->pcrs;
}

struct lines {
	FILE *out;
	char *text;
	size_t len;
};

static int take_event(void *ctx, const struct drtmon_event *event)
{
	struct lines *lines = ctx;
	json_t *json = drtmon_event_json(event);
	int ret = -ENOMEM;

	if (json && !json_dumpf(json, lines->out, JSON_COMPACT) && putc('\n', lines->out) != EOF)
		ret = 0;
	json_decref(json);
	return ret;
}

static void take_events(struct drtmon_evidence *evidence)
{
	struct drtmon_item *item = &evidence->item[DRTMON_ITEM_EVENTS];
	struct lines lines = { 0 };
	struct drtmon_stream_ops ops = { .event = take_event, .ctx = &lines };
	struct drtmon_err err = { 0 };
	int ret;

	lines.out = open_memstream(&lines.text, &lines.len);
	if (!lines.out)
		return;
	ret = drtmon_stream_dump(&ops, 0, &err);
	if (fclose(lines.out) || ret) {
		free(lines.text);
		drtmon_item_set(item, DRTMON_ITEM_UNREADABLE, "%s", err.msg);
		return;
	}
	item->blob.data = (uint8_t *)lines.text;
	item->blob.len = lines.len;
	item->state = DRTMON_ITEM_PRESENT;
}

static void look(struct drtmon_evidence *evidence, const struct drtmon_machine *machine,
		 const char *root, bool all)
{
	memset(evidence, 0, sizeof(*evidence));
	snprintf(evidence->source, sizeof(evidence->source), "%s", *root ? root : "this machine");
	evidence->live = true;
	read_files(evidence, root, all);
	drtmon_facts_live(&evidence->facts, machine, root);
	module_reason(evidence, machine);
	take_pcrs(evidence, machine);
}

void drtmon_evidence_launch(struct drtmon_evidence *evidence, const struct drtmon_machine *machine,
			    const char *root)
{
	look(evidence, machine, root, false);
}

void drtmon_evidence_machine(struct drtmon_evidence *evidence, const struct drtmon_machine *machine,
			     const char *root)
{
	const struct drtmon_chip *chip = machine->chips.chip;
	char device[32];
	bool tpm12;

	look(evidence, machine, root, true);
	if (*root || !machine->chips.count || !drtmon_chip_version_name(chip))
		return;
	tpm12 = chip->version == DRTMON_CHIP_VERSION_TPM12;
	snprintf(device, sizeof(device), "/dev/tpm%s%u", tpm12 ? "" : "rm", chip->id);
	drtmon_facts_nv_live(&evidence->facts, device, tpm12);
}

void drtmon_evidence_live(struct drtmon_evidence *evidence, const char *root)
{
	struct drtmon_machine machine;

	drtmon_machine_look(&machine, root);
	drtmon_evidence_machine(evidence, &machine, root);
	if (machine.nl)
		take_events(evidence);
	else
		drtmon_item_set(&evidence->item[DRTMON_ITEM_EVENTS], DRTMON_ITEM_ABSENT, "%s",
				machine.module_err.code ? machine.module_err.msg
							: "drtmon.ko is not loaded");
	drtmon_machine_free(&machine);
}
