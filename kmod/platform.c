// SPDX-License-Identifier: GPL-2.0-only
/* Facts about processor and firmware, read once: none of them changes until reboot. */
#include <linux/acpi.h>
#include <linux/drtmon.h>
#include <linux/string.h>
#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/processor.h>
#endif

#include "compat.h"
#include "platform.h"

static struct drtmon_platform platform;

#ifdef CONFIG_X86
static void read_msr(u32 index)
{
	u32 i = platform.msr_count++;

	platform.msr[i].index = index;
	platform.msr[i].readable = !drtmon_rdmsr_safe(index, &platform.msr[i].value);
}

static void read_cpu(void)
{
	static const struct {
		u16 x86;
		u32 feature;
	} features[] = {
		{ X86_FEATURE_SMX, DRTMON_CPU_FEATURE_SMX },
		{ X86_FEATURE_VMX, DRTMON_CPU_FEATURE_VMX },
		{ X86_FEATURE_SVM, DRTMON_CPU_FEATURE_SVM },
		{ X86_FEATURE_SKINIT, DRTMON_CPU_FEATURE_SKINIT },
		{ X86_FEATURE_HYPERVISOR, DRTMON_CPU_FEATURE_HYPERVISOR },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (boot_cpu_has(features[i].x86))
			platform.cpu_features |= features[i].feature;
	platform.cpu_signature = cpuid_eax(1);

	switch (boot_cpu_data.x86_vendor) {
	case X86_VENDOR_INTEL:
		platform.cpu_vendor = DRTMON_CPU_VENDOR_INTEL;
		read_msr(MSR_IA32_FEAT_CTL);
		read_msr(MSR_IA32_PLATFORM_ID);
		break;
	case X86_VENDOR_AMD:
		platform.cpu_vendor = DRTMON_CPU_VENDOR_AMD;
		if (boot_cpu_has(X86_FEATURE_SVM))
			read_msr(MSR_VM_CR);
		break;
	}
}
#else
static void read_cpu(void)
{
}
#endif

#ifdef CONFIG_ACPI
static u32 table_length(char *signature)
{
	struct acpi_table_header *table;
	u32 length;

	if (ACPI_FAILURE(acpi_get_table(signature, 0, &table)))
		return 0;
	length = table->length;
	acpi_put_table(table);
	return length;
}
#else
static u32 table_length(char *signature)
{
	return 0;
}
#endif

/**
 * drtmon_platform_init() - read the facts
 *
 * Context: process, may sleep.
 */
void drtmon_platform_init(void)
{
	static const char signatures[][5] = { "TPM2", "TCPA", "DRTM", "DMAR" };
	u32 i;

	memset(&platform, 0, sizeof(platform));
	read_cpu();
	for (i = 0; i < ARRAY_SIZE(signatures); i++) {
		strscpy(platform.table[i].signature, signatures[i],
			sizeof(platform.table[i].signature));
		platform.table[i].length = table_length(platform.table[i].signature);
	}
}

/**
 * drtmon_platform_get() - the facts
 *
 * Context: any, after drtmon_platform_init().
 * Return: valid as long as the module.
 */
const struct drtmon_platform *drtmon_platform_get(void)
{
	return &platform;
}
