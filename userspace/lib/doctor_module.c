// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/finding.h"
#include "lib/kofile.h"

static void check_headers(struct drtmon_findings *f, const char *root, const char *release)
{
	char path[512], fix[192];

	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile", release);
	snprintf(fix, sizeof(fix), "apt-get install linux-headers-%.128s", release);
	if (drtmon_sysfs_fact(root, path) == DRTMON_FACT_PRESENT)
		drtmon_finding_add(f, "kernel-headers", DRTMON_FINDING_OK, NULL,
				   "headers for %s are installed", release);
	else
		drtmon_finding_add(
			f, "kernel-headers", DRTMON_FINDING_WARNING, fix,
			"no headers for the running kernel %s: the module cannot be rebuilt here",
			release);
}

/* The first word of a vermagic is the release it was built for. */
static bool built_for(const char *vermagic, const char *release)
{
	size_t n = strcspn(vermagic, " ");

	return n == strlen(release) && !memcmp(vermagic, release, n);
}

static void check_vermagic(struct drtmon_findings *f, const struct drtmon_kofile *ko,
			   const char *release)
{
	if (!ko->vermagic[0])
		drtmon_finding_add(f, "vermagic", DRTMON_FINDING_BROKEN, "make && make install",
				   "%s does not say which kernel it is for", ko->path);
	else if (built_for(ko->vermagic, release))
		drtmon_finding_add(f, "vermagic", DRTMON_FINDING_OK, NULL,
				   "the installed module is for the running kernel");
	else
		drtmon_finding_add(f, "vermagic", DRTMON_FINDING_BROKEN, "make && make install",
				   "the installed module is for %.*s, the kernel is %s",
				   (int)strcspn(ko->vermagic, " "), ko->vermagic, release);
}

/*
 * A loaded module that the kernel could not verify is marked E. A kernel that
 * verifies none has no such mark, nor the parameter.
 */
static bool loaded_taint(const char *root, char *taint, size_t len)
{
	char enforce[8];

	return !drtmon_sysfs_line(root, "/sys/module/drtmon/taint", taint, len) &&
	       !drtmon_sysfs_line(root, "/sys/module/module/parameters/sig_enforce", enforce,
				  sizeof(enforce));
}

/* The file carries a signature: only the kernel can tell whether it is one it trusts. */
static void check_signed(struct drtmon_findings *f, const char *root, const char *asked)
{
	const char *fix = "enrol the key that signed the module (mokutil --import), or sign it "
			  "with one that the kernel trusts";
	char taint[16];

	if (loaded_taint(root, taint, sizeof(taint))) {
		if (!strchr(taint, 'E'))
			drtmon_finding_add(f, "signature", DRTMON_FINDING_OK, NULL,
					   "the module is signed, and the kernel verified it when "
					   "it was loaded");
		else
			drtmon_finding_add(f, "signature",
					   *asked ? DRTMON_FINDING_BROKEN : DRTMON_FINDING_WARNING,
					   fix,
					   "the module is signed, but by no key that this kernel "
					   "trusts%s%s",
					   *asked ? ", and it asks for one: " : "", asked);
	} else if (*asked) {
		drtmon_finding_add(f, "signature", DRTMON_FINDING_UNKNOWN, "modprobe drtmon",
				   "the module is signed; whether this kernel trusts the key, "
				   "which it asks for (%s), shows when it is loaded",
				   asked);
	} else {
		drtmon_finding_add(f, "signature", DRTMON_FINDING_OK, NULL,
				   "the module is signed; this kernel does not ask for that");
	}
}

static void check_signature(struct drtmon_findings *f, const struct drtmon_machine *m,
			    const struct drtmon_kofile *ko, const char *root)
{
	const char *fix = "sign the module with a key that the kernel trusts";
	const char *lockdown = drtmon_lockdown_name(m->lockdown);
	bool locked = m->lockdown == DRTMON_LOCKDOWN_INTEGRITY ||
		      m->lockdown == DRTMON_LOCKDOWN_CONFIDENTIALITY;
	char enforce[8], asked[48] = "";

	drtmon_sysfs_line(root, "/sys/module/module/parameters/sig_enforce", enforce,
			  sizeof(enforce));
	if (locked)
		snprintf(asked, sizeof(asked), "lockdown %s", lockdown);
	else if (enforce[0] == 'Y')
		snprintf(asked, sizeof(asked), "module.sig_enforce");
	else if (m->lockdown == DRTMON_LOCKDOWN_UNREADABLE)
		snprintf(asked, sizeof(asked), "if it is locked down, which cannot be read");
	if (ko->is_signed)
		check_signed(f, root, asked);
	else if (locked)
		drtmon_finding_add(f, "signature", DRTMON_FINDING_BROKEN, fix,
				   "the module is not signed and lockdown (%s) refuses it",
				   lockdown);
	else if (enforce[0] == 'Y')
		drtmon_finding_add(f, "signature", DRTMON_FINDING_BROKEN, fix,
				   "the module is not signed and the kernel enforces signatures");
	else if (m->lockdown == DRTMON_LOCKDOWN_UNREADABLE)
		drtmon_finding_add(f, "signature", DRTMON_FINDING_UNKNOWN,
				   "mount -t securityfs securityfs /sys/kernel/security",
				   "the module is not signed and whether lockdown asks for that "
				   "cannot be read");
	else
		drtmon_finding_add(f, "signature", DRTMON_FINDING_OK, NULL,
				   "the module is not signed and this kernel does not ask for it");
}

static void check_file(struct drtmon_findings *f, const struct drtmon_machine *m, const char *root,
		       const char *release)
{
	struct drtmon_err err = { 0 };
	struct drtmon_kofile ko;
	int ret = drtmon_kofile_find(root, release, "drtmon", &ko);

	if (ret < 0) {
		drtmon_finding_add(f, "module-file",
				   m->nl ? DRTMON_FINDING_WARNING : DRTMON_FINDING_BROKEN,
				   "make && make install", "no drtmon.ko is installed for %s",
				   release);
		return;
	}
	if (drtmon_kofile_read(&ko, &err)) {
		drtmon_finding_add(f, "module-file", DRTMON_FINDING_UNKNOWN, "run it as root", "%s",
				   err.msg);
		return;
	}
	if (ret)
		drtmon_finding_add(f, "module-file", DRTMON_FINDING_OK, NULL, "%s, version %s",
				   ko.path, ko.version[0] ? ko.version : "unknown");
	else
		drtmon_finding_add(f, "module-file", DRTMON_FINDING_WARNING, "depmod",
				   "%s is there but modprobe does not know it", ko.path);
	check_vermagic(f, &ko, release);
	check_signature(f, m, &ko, root);
}

static void check_loaded(struct drtmon_findings *f, const struct drtmon_machine *m)
{
	if (m->platform.have)
		drtmon_finding_add(f, "module-loaded", DRTMON_FINDING_OK, NULL,
				   "loaded, and it answers");
	else if (m->module_err.code == DRTMON_NL_ABSENT && !m->module_loaded)
		drtmon_finding_add(f, "module-loaded", DRTMON_FINDING_BROKEN, "modprobe drtmon",
				   "the drtmon module is not loaded");
	else if (m->module_err.code == DRTMON_NL_ABSENT)
		drtmon_finding_add(
			f, "module-loaded", DRTMON_FINDING_BROKEN,
			"run it in the initial network namespace",
			"the module is loaded but its netlink family is not to be seen from here");
	else
		drtmon_finding_add(f, "module-loaded", DRTMON_FINDING_BROKEN,
				   "rmmod drtmon; modprobe drtmon", "%s", m->module_err.msg);
}

static void check_versions(struct drtmon_findings *f, const struct drtmon_machine *m)
{
	const struct drtmon_platform *p = &m->platform;
	const char *fix =
		"install tool and module of one version, then: rmmod drtmon; modprobe drtmon";

	if (m->module_err.code == -EPROTONOSUPPORT)
		drtmon_finding_add(f, "versions", DRTMON_FINDING_BROKEN, fix, "%s",
				   m->module_err.msg);
	else if (!drtmon_attr_has(p->have, DRTMON_A_PLATFORM_MODULE_VERSION))
		drtmon_finding_add(f, "versions", DRTMON_FINDING_UNKNOWN, NULL,
				   "the tool is %s; no module says its version", DRTMON_VERSION);
	else if (strcmp(p->module_version, DRTMON_VERSION))
		drtmon_finding_add(f, "versions", DRTMON_FINDING_WARNING, fix,
				   "the tool is %s, the loaded module %s; their interfaces agree",
				   DRTMON_VERSION, p->module_version);
	else
		drtmon_finding_add(f, "versions", DRTMON_FINDING_OK, NULL,
				   "tool and module are both %s, interface %u", DRTMON_VERSION,
				   p->uapi_version);
}

void drtmon_doctor_module(struct drtmon_findings *f, const struct drtmon_machine *m,
			  const char *root, const char *release)
{
	check_headers(f, root, release);
	check_file(f, m, root, release);
	check_loaded(f, m);
	check_versions(f, m);
}
