// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include <linux/capability.h>
#include <linux/magic.h>

#include "lib/blob.h"
#include "lib/finding.h"
#include "lib/verdict.h"

/* The effective capabilities of this process; false when they cannot be read. */
static bool capabilities(const char *root, uint64_t *caps)
{
	struct drtmon_blob blob;
	char path[PATH_MAX];
	const char *at;
	bool ok = false;

	snprintf(path, sizeof(path), "%s/proc/self/status", root);
	if (!drtmon_blob_read(&blob, path, 65536, NULL) && blob.len) {
		at = strstr((const char *)blob.data, "\nCapEff:");
		ok = at && sscanf(at, "\nCapEff: %" SCNx64, caps) == 1;
	}
	drtmon_blob_free(&blob);
	return ok;
}

/* Capabilities of a user namespace's root count for nothing in the initial one. */
static bool initial_user_namespace(const char *root)
{
	unsigned long inside, outside, count;
	char line[64];

	return !drtmon_sysfs_line(root, "/proc/self/uid_map", line, sizeof(line)) &&
	       sscanf(line, "%lu %lu %lu", &inside, &outside, &count) == 3 && !inside && !outside &&
	       count == UINT32_MAX;
}

static void check_permissions(struct drtmon_findings *f, const char *root)
{
	bool initial = initial_user_namespace(root), net, sys;
	uint64_t caps = 0;

	if (!capabilities(root, &caps)) {
		drtmon_finding_add(f, "permissions", DRTMON_FINDING_UNKNOWN, NULL,
				   "/proc/self/status cannot be read");
		return;
	}
	net = initial && caps >> CAP_NET_ADMIN & 1;
	sys = initial && caps >> CAP_SYS_ADMIN & 1;
	if (net && sys)
		drtmon_finding_add(f, "permissions", DRTMON_FINDING_OK, NULL,
				   "this process may see events and make the module read the TPM");
	else
		drtmon_finding_add(
			f, "permissions", DRTMON_FINDING_WARNING, "run it as root",
			"this process may see PCRs and status%s%s%s",
			net ? " and events" : ", but no events (CAP_NET_ADMIN)",
			sys ? "" : ", and may not make the module read the TPM (CAP_SYS_ADMIN)",
			initial ? "" : "; it runs in a user namespace of its own");
}

static void check_securityfs(struct drtmon_findings *f, const struct drtmon_machine *m,
			     const char *root)
{
	char path[PATH_MAX];
	struct statfs fs;

	snprintf(path, sizeof(path), "%s/sys/kernel/security", root);
	if (statfs(path, &fs) || fs.f_type != SECURITYFS_MAGIC)
		drtmon_finding_add(f, "securityfs", DRTMON_FINDING_WARNING,
				   "mount -t securityfs securityfs /sys/kernel/security",
				   "securityfs is not mounted: no event logs, no lockdown state");
	else if (m->platform.have &&
		 drtmon_sysfs_fact(root, "/sys/kernel/security/drtmon") == DRTMON_FACT_ABSENT)
		drtmon_finding_add(f, "securityfs", DRTMON_FINDING_WARNING,
				   "look into the kernel log: dmesg | grep drtmon",
				   "securityfs is mounted but the module has no directory in it");
	else
		drtmon_finding_add(f, "securityfs", DRTMON_FINDING_OK, NULL, "mounted");
}

static void check_tpm(struct drtmon_findings *f, const struct drtmon_machine *m)
{
	struct drtmon_verdict v;

	drtmon_verdict_tpm(m, &v);
	if (v.answer == DRTMON_ANSWER_YES && !strcmp(v.state, "present"))
		drtmon_finding_add(f, "tpm", DRTMON_FINDING_OK, NULL, "%s can be read", v.reason);
	else if (v.answer == DRTMON_ANSWER_YES)
		drtmon_finding_add(f, "tpm", DRTMON_FINDING_BROKEN,
				   "look into the kernel log: dmesg | grep -i tpm", "%s", v.reason);
	else
		drtmon_finding_add(f, "tpm",
				   v.answer == DRTMON_ANSWER_NO ? DRTMON_FINDING_WARNING
								: DRTMON_FINDING_UNKNOWN,
				   "look into the firmware's setup", "%s", v.reason);
}

void drtmon_doctor_host(struct drtmon_findings *f, const struct drtmon_machine *m, const char *root)
{
	check_permissions(f, root);
	check_securityfs(f, m, root);
	check_tpm(f, m);
}
