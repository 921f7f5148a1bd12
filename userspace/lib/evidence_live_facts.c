// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/evidence_live.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/text.h"
#include "lib/verdict.h"

#define DMI "/sys/class/dmi/id/"

static bool has_word(const char *line, const char *word)
{
	const char *p = line;
	size_t len = strlen(word);

	while ((p = strstr(p, word))) {
		bool starts = p == line || p[-1] == ' ' || p[-1] == '\t' || p[-1] == ':';

		if (starts && (!p[len] || p[len] == ' ' || p[len] == '\n'))
			return true;
		p += len;
	}
	return false;
}

static const char *cpuinfo_value(const char *text, const char *key)
{
	size_t len = strlen(key);
	const char *p = text;

	while (p) {
		if (!strncmp(p, key, len) && (p[len] == '\t' || p[len] == ' ' || p[len] == ':')) {
			p = strchr(p, ':');
			return p ? p + 1 + strspn(p + 1, " ") : NULL;
		}
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	return NULL;
}

static void cpuinfo_signature(struct drtmon_facts *facts, const char *text)
{
	const char *f = cpuinfo_value(text, "cpu family"), *m = cpuinfo_value(text, "model");
	const char *s = cpuinfo_value(text, "stepping");
	uint32_t family, model, stepping, base;

	if (facts->have_signature || !f || !m || !s)
		return;
	family = (uint32_t)strtoul(f, NULL, 10);
	model = (uint32_t)strtoul(m, NULL, 10);
	stepping = (uint32_t)strtoul(s, NULL, 10);
	base = family > 15 ? 15 : family;
	facts->signature = (stepping & 0xf) | (model & 0xf) << 4 | base << 8 |
			   (model >> 4 & 0xf) << 16 | (family - base) << 20;
	facts->have_signature = true;
}

void drtmon_facts_cpuinfo(struct drtmon_facts *facts, const char *text)
{
	static const struct {
		const char *word;
		size_t offset;
	} flags[] = {
		{ "smx", offsetof(struct drtmon_facts, smx) },
		{ "vmx", offsetof(struct drtmon_facts, vmx) },
		{ "svm", offsetof(struct drtmon_facts, svm) },
		{ "skinit", offsetof(struct drtmon_facts, skinit) },
		{ "hypervisor", offsetof(struct drtmon_facts, hypervisor) },
	};
	const char *vendor = cpuinfo_value(text, "vendor_id");
	const char *line = cpuinfo_value(text, "flags");
	char words[8192];
	size_t i;

	if (vendor && !facts->vendor)
		facts->vendor = !strncmp(vendor, "GenuineIntel", 12)   ? DRTMON_FACTS_VENDOR_INTEL
				: !strncmp(vendor, "AuthenticAMD", 12) ? DRTMON_FACTS_VENDOR_AMD
								       : DRTMON_FACTS_VENDOR_OTHER;
	cpuinfo_signature(facts, text);
	if (!line)
		return;
	snprintf(words, sizeof(words), "%.*s", (int)strcspn(line, "\n"), line);
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		enum drtmon_known *flag = (void *)((char *)facts + flags[i].offset);

		if (!*flag)
			*flag = has_word(words, flags[i].word) ? DRTMON_KNOWN_YES : DRTMON_KNOWN_NO;
	}
}

static enum drtmon_known feature(const struct drtmon_platform *platform, uint32_t bit)
{
	if (!drtmon_attr_has(platform->have, DRTMON_A_PLATFORM_CPU_FEATURES))
		return DRTMON_KNOWN_NOTHING;
	return platform->cpu_features & bit ? DRTMON_KNOWN_YES : DRTMON_KNOWN_NO;
}

static void facts_module(struct drtmon_facts *facts, const struct drtmon_platform *platform)
{
	static const enum drtmon_facts_vendor vendors[] = {
		[DRTMON_CPU_VENDOR_OTHER] = DRTMON_FACTS_VENDOR_OTHER,
		[DRTMON_CPU_VENDOR_INTEL] = DRTMON_FACTS_VENDOR_INTEL,
		[DRTMON_CPU_VENDOR_AMD] = DRTMON_FACTS_VENDOR_AMD,
	};
	uint32_t i;

	facts->smx = feature(platform, DRTMON_CPU_FEATURE_SMX);
	facts->vmx = feature(platform, DRTMON_CPU_FEATURE_VMX);
	facts->svm = feature(platform, DRTMON_CPU_FEATURE_SVM);
	facts->skinit = feature(platform, DRTMON_CPU_FEATURE_SKINIT);
	facts->hypervisor = feature(platform, DRTMON_CPU_FEATURE_HYPERVISOR);
	if (drtmon_attr_has(platform->have, DRTMON_A_PLATFORM_CPU_VENDOR) &&
	    platform->cpu_vendor <= DRTMON_CPU_VENDOR_AMD)
		facts->vendor = vendors[platform->cpu_vendor];
	facts->have_signature = drtmon_attr_has(platform->have, DRTMON_A_PLATFORM_CPU_SIGNATURE);
	facts->signature = platform->cpu_signature;
	snprintf(facts->module, sizeof(facts->module), "%s", platform->module_version);
	for (i = 0; i < platform->msrs && facts->msrs < DRTMON_FACTS_MSRS; i++) {
		const struct drtmon_msr *from = &platform->msr[i];

		facts->msr[facts->msrs++] = (struct drtmon_facts_msr){
			.index = from->index,
			.readable = drtmon_attr_has(from->have, DRTMON_A_MSR_VALUE),
			.value = from->value,
		};
	}
}

static enum drtmon_known known(enum drtmon_fact fact)
{
	static const enum drtmon_known map[] = {
		[DRTMON_FACT_UNREADABLE] = DRTMON_KNOWN_NOTHING,
		[DRTMON_FACT_ABSENT] = DRTMON_KNOWN_NO,
		[DRTMON_FACT_PRESENT] = DRTMON_KNOWN_YES,
	};

	return map[fact];
}

static void chip_flags(struct drtmon_facts_chip *chip, const char *root)
{
	struct drtmon_sysfs_flags flags;

	drtmon_sysfs_flags(root, chip->name, &flags);
	chip->enabled = flags.enabled;
	chip->active = flags.active;
	chip->owned = flags.owned;
}

static void chip_off(struct drtmon_facts_chip *chip, const char *off)
{
	if (!strcmp(off, "disabled"))
		chip->enabled = DRTMON_KNOWN_NO;
	else if (*off)
		chip->active = DRTMON_KNOWN_NO;
}

static void facts_chips(struct drtmon_facts *facts, const struct drtmon_machine *machine,
			const char *root)
{
	size_t i;

	facts->tpm_class = known(drtmon_sysfs_fact(root, "/sys/class/tpm"));
	for (i = 0; i < machine->chips.count && i < DRTMON_FACTS_CHIPS; i++) {
		const struct drtmon_chip *from = &machine->chips.chip[i];
		const char *version = drtmon_chip_version_name(from);
		struct drtmon_facts_chip *chip = &facts->chip[facts->chips++];

		snprintf(chip->name, sizeof(chip->name), "%.15s", from->name);
		snprintf(chip->version, sizeof(chip->version), "%.7s", version ? version : "");
		if (machine->glanced)
			chip_off(chip, from->off);
		else
			chip_flags(chip, root);
	}
}

static enum drtmon_known directory_used(const char *root, const char *path)
{
	char full[PATH_MAX];
	struct dirent *entry;
	bool used = false;
	DIR *dir;

	snprintf(full, sizeof(full), "%s%s", root, path);
	dir = opendir(full);
	if (!dir)
		return DRTMON_KNOWN_NOTHING;
	while ((entry = readdir(dir)))
		used |= entry->d_name[0] != '.';
	closedir(dir);
	return used ? DRTMON_KNOWN_YES : DRTMON_KNOWN_NO;
}

/* The firmware's words, which may be no UTF-8 and may drive a terminal. */
static void __attribute__((format(printf, 3, 4)))
dmi_text(char *dst, size_t max, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	drtmon_text_vprintf(dst, max, fmt, ap);
	va_end(ap);
}

static void facts_identity(struct drtmon_facts *facts, const char *root)
{
	char a[64], b[64], c[64];
	struct timespec now;

	drtmon_sysfs_line(root, "/proc/sys/kernel/osrelease", facts->kernel, sizeof(facts->kernel));
	drtmon_sysfs_line(root, "/proc/sys/kernel/random/boot_id", facts->boot_id,
			  sizeof(facts->boot_id));
	snprintf(facts->tool, sizeof(facts->tool), "%s", DRTMON_VERSION);
	drtmon_sysfs_line(root, DMI "sys_vendor", a, sizeof(a));
	drtmon_sysfs_line(root, DMI "product_name", b, sizeof(b));
	if (a[0] || b[0])
		dmi_text(facts->system, sizeof(facts->system), "%s %s", a, b);
	drtmon_sysfs_line(root, DMI "bios_vendor", a, sizeof(a));
	drtmon_sysfs_line(root, DMI "bios_version", b, sizeof(b));
	drtmon_sysfs_line(root, DMI "bios_date", c, sizeof(c));
	if (a[0] || b[0])
		dmi_text(facts->bios, sizeof(facts->bios), "%s %s %s", a, b, c);
	clock_gettime(CLOCK_REALTIME, &now);
	drtmon_text_time(facts->created,
			 (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

static void facts_base(struct drtmon_facts *facts, const char *root)
{
	char line[32], *end;

	if (drtmon_sysfs_line(root, "/sys/module/drtmon/parameters/txt_base", line, sizeof(line)))
		return;
	facts->txt_base = strtoull(line, &end, 0);
	facts->have_base = end != line && facts->txt_base;
}

void drtmon_facts_live(struct drtmon_facts *facts, const struct drtmon_machine *machine,
		       const char *root)
{
	struct drtmon_verdict secure_boot;
	struct drtmon_blob blob;
	char path[PATH_MAX];

	if (machine->platform.have)
		facts_module(facts, &machine->platform);
	snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
	if (!drtmon_blob_read(&blob, path, 1u << 20, NULL) && blob.data)
		drtmon_facts_cpuinfo(facts, (const char *)blob.data);
	drtmon_blob_free(&blob);
	drtmon_facts_set_acpi(facts, "TPM2", known(machine->acpi_tpm2));
	drtmon_facts_set_acpi(facts, "TCPA", known(machine->acpi_tcpa));
	drtmon_facts_set_acpi(facts, "DRTM", known(machine->acpi_drtm));
	drtmon_facts_set_acpi(facts, "DMAR", known(drtmon_sysfs_acpi(root, "DMAR")));
	drtmon_facts_set_acpi(facts, "IVRS", known(drtmon_sysfs_acpi(root, "IVRS")));
	if (drtmon_sysfs_fact(root, "/sys/firmware/dmi/entries") == DRTMON_FACT_PRESENT)
		facts->smbios_tpm =
			known(drtmon_sysfs_fact(root, "/sys/firmware/dmi/entries/43-0"));
	facts_chips(facts, machine, root);
	facts->iommu = directory_used(root, "/sys/class/iommu");
	facts->slaunch = known(drtmon_sysfs_fact(root, "/sys/kernel/security/slaunch"));
	if (drtmon_sysfs_fact(root, "/sys/kernel/debug/x86") == DRTMON_FACT_PRESENT)
		facts->tboot = known(drtmon_sysfs_fact(root, "/sys/kernel/debug/x86/tboot_log"));
	drtmon_verdict_secure_boot(machine, &secure_boot);
	if (secure_boot.answer != DRTMON_ANSWER_UNKNOWN)
		snprintf(facts->secure_boot, sizeof(facts->secure_boot), "%s", secure_boot.state);
	if (machine->lockdown != DRTMON_LOCKDOWN_UNREADABLE)
		snprintf(facts->lockdown, sizeof(facts->lockdown), "%s",
			 drtmon_lockdown_name(machine->lockdown));
	facts_base(facts, root);
	facts_identity(facts, root);
}
