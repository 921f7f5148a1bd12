/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DRTMON_PLATFORM_H
#define DRTMON_PLATFORM_H

#include <linux/types.h>

#define DRTMON_PLATFORM_MSRS	3
#define DRTMON_PLATFORM_TABLES	4

/**
 * struct drtmon_platform - facts about processor and firmware that stay
 * @cpu_vendor: enum drtmon_cpu_vendor
 * @cpu_signature: CPUID.1:EAX
 * @cpu_features: enum drtmon_cpu_feature
 * @msr_count: rows used in @msr
 * @msr: index, value, and whether it could be read
 * @table: ACPI signature and length in bytes, 0 when absent
 */
struct drtmon_platform {
	u32 cpu_vendor;
	u32 cpu_signature;
	u32 cpu_features;
	u32 msr_count;
	struct {
		u32 index;
		bool readable;
		u64 value;
	} msr[DRTMON_PLATFORM_MSRS];
	struct {
		char signature[5];
		u32 length;
	} table[DRTMON_PLATFORM_TABLES];
};

void drtmon_platform_init(void);
const struct drtmon_platform *drtmon_platform_get(void);

#endif /* DRTMON_PLATFORM_H */
