// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/finding.h"
#include "lib/stats.h"
#include "lib/verdict.h"

static void check_state(struct drtmon_findings *f, const struct drtmon_machine *m)
{
	struct drtmon_verdict v;

	drtmon_verdict_module(m, &v);
	if (v.answer == DRTMON_ANSWER_UNKNOWN)
		drtmon_finding_add(f, "module-state", DRTMON_FINDING_UNKNOWN, NULL, "%s", v.reason);
	else if (!strcmp(v.state, "running"))
		drtmon_finding_add(f, "module-state", DRTMON_FINDING_OK, NULL, "running");
	else
		drtmon_finding_add(f, "module-state", DRTMON_FINDING_WARNING, "see the hooks below",
				   "degraded: %s", v.reason);
}

static void check_hook(struct drtmon_findings *f, const struct drtmon_hook *hook)
{
	const char *lost = drtmon_attr_has(hook->have, DRTMON_A_HOOK_LOSS) ? hook->loss : "unknown";
	char id[80];

	snprintf(id, sizeof(id), "hook-%s", hook->symbol);
	if (!drtmon_attr_has(hook->have, DRTMON_A_HOOK_STATE))
		drtmon_finding_add(f, id, DRTMON_FINDING_UNKNOWN, NULL,
				   "the module does not say whether it is active");
	else if (hook->state == DRTMON_HOOK_STATE_DEAD)
		drtmon_finding_add(f, id, DRTMON_FINDING_BROKEN,
				   "echo 1 >/sys/kernel/debug/kprobes/enabled",
				   "registered but it does not fire; lost: %s", lost);
	else if (hook->state != DRTMON_HOOK_STATE_ACTIVE)
		drtmon_finding_add(f, id,
				   hook->required ? DRTMON_FINDING_BROKEN : DRTMON_FINDING_WARNING,
				   "look into the kernel log: dmesg | grep drtmon",
				   "not in place; lost: %s", lost);
	else if (hook->missed)
		drtmon_finding_add(f, id, DRTMON_FINDING_WARNING, NULL,
				   "active, but it missed %" PRIu64 " calls", hook->missed);
	else
		drtmon_finding_add(f, id, DRTMON_FINDING_OK, NULL, "active");
}

/* The module's own commands must pass its hooks: that is how it knows that they work. */
static void check_chip(struct drtmon_findings *f, const struct drtmon_chip *chip)
{
	char id[80];

	/* The module does not say before the first of its commands was answered. */
	bool known = drtmon_attr_has(chip->have, DRTMON_A_CHIP_HOOK_STATE);

	snprintf(id, sizeof(id), "watch-%s", chip->name);
	if (known && chip->hook_state == DRTMON_HOOK_STATE_ACTIVE)
		drtmon_finding_add(f, id, DRTMON_FINDING_OK, NULL,
				   "the module's own commands are seen");
	else if (known && chip->hook_state == DRTMON_HOOK_STATE_DEAD)
		drtmon_finding_add(f, id, DRTMON_FINDING_BROKEN,
				   "echo 1 >/sys/kernel/debug/kprobes/enabled",
				   "the module's own commands are not seen, so nobody's are");
	else
		drtmon_finding_add(f, id, DRTMON_FINDING_UNKNOWN, NULL,
				   "whether its commands are seen is not known yet");
}

/* Anybody with root can disarm all probes at once; the module cannot refuse that. */
static void check_armed(struct drtmon_findings *f, const char *root)
{
	char line[8];

	if (drtmon_sysfs_line(root, "/sys/kernel/debug/kprobes/enabled", line, sizeof(line)))
		drtmon_finding_add(f, "kprobes-armed", DRTMON_FINDING_UNKNOWN,
				   "mount -t debugfs debugfs /sys/kernel/debug, and run it as root",
				   "debugfs, which tells, cannot be read");
	else if (line[0] == '0')
		drtmon_finding_add(f, "kprobes-armed", DRTMON_FINDING_BROKEN,
				   "echo 1 >/sys/kernel/debug/kprobes/enabled",
				   "all kprobes are disarmed: no TPM command is seen");
	else
		drtmon_finding_add(f, "kprobes-armed", DRTMON_FINDING_OK, NULL,
				   "kprobes are armed");
}

static void check_losses(struct drtmon_findings *f, const struct drtmon_machine *m)
{
	struct drtmon_err err = { 0 };
	struct drtmon_stats s;

	if (!m->nl)
		return;
	if (drtmon_stats_get(m->nl, &s, &err))
		drtmon_finding_add(f, "losses", DRTMON_FINDING_UNKNOWN, NULL, "%s", err.msg);
	else if (s.queue_lost || s.hook_missed || s.notify_failed)
		drtmon_finding_add(f, "losses", DRTMON_FINDING_WARNING, NULL,
				   "%" PRIu64 " commands not recorded, %" PRIu64
				   " calls missed by probes, %" PRIu64 " notifications not sent",
				   s.queue_lost, s.hook_missed, s.notify_failed);
	else
		drtmon_finding_add(f, "losses", DRTMON_FINDING_OK, NULL,
				   "%" PRIu64 " TPM commands seen, none lost", s.commands);
	if (s.malformed)
		drtmon_finding_add(f, "malformed", DRTMON_FINDING_WARNING, NULL,
				   "%" PRIu64 " commands or responses had wrong lengths",
				   s.malformed);
}

void drtmon_doctor_watch(struct drtmon_findings *f, const struct drtmon_machine *m,
			 const char *root)
{
	size_t i;

	if (!m->platform.have)
		return;
	check_state(f, m);
	for (i = 0; i < m->platform.hooks; i++)
		check_hook(f, &m->platform.hook[i]);
	for (i = 0; i < m->chips.count; i++)
		check_chip(f, &m->chips.chip[i]);
	check_armed(f, root);
	check_losses(f, m);
}
