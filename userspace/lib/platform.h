/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_PLATFORM_H
#define DRTMON_LIB_PLATFORM_H

#include <stdint.h>

#include <linux/drtmon.h>

#include "lib/attr.h"
#include "lib/err.h"
#include "lib/nl.h"

#define DRTMON_PLATFORM_HOOKS  16
#define DRTMON_PLATFORM_MSRS   32
#define DRTMON_PLATFORM_TABLES 16

/**
 * struct drtmon_hook - one probe of the module
 * @have: bit n: attribute n of enum drtmon_a_hook was there
 * @symbol: kernel function
 * @required: the module does not load without it
 * @state: enum drtmon_hook_state
 * @missed: calls it did not see
 * @loss: what is lost without it
 */
struct drtmon_hook {
	uint64_t have;
	char symbol[64];
	uint32_t required;
	uint32_t state;
	uint64_t missed;
	char loss[256];
};

/**
 * struct drtmon_msr - one model-specific register
 * @have: bit n: attribute n of enum drtmon_a_msr was there; no value: unreadable
 * @index: its number
 * @value: its value
 */
struct drtmon_msr {
	uint64_t have;
	uint32_t index;
	uint64_t value;
};

/**
 * struct drtmon_table - one ACPI table the module looked for
 * @have: bit n: attribute n of enum drtmon_a_acpi was there
 * @signature: four characters
 * @length: bytes, 0 when the firmware has none
 */
struct drtmon_table {
	uint64_t have;
	char signature[8];
	uint32_t length;
};

/**
 * struct drtmon_platform - a platform-get reply
 * @have: bit n: attribute n of enum drtmon_a_platform was there
 * @module_version: as modinfo says
 * @uapi_version: the module's DRTMON_FAMILY_VERSION
 * @load_id: random, one per load
 * @module_state: enum drtmon_module_state
 * @cpu_vendor: enum drtmon_cpu_vendor
 * @cpu_signature: CPUID.1:EAX
 * @cpu_features: enum drtmon_cpu_feature bits
 * @baseline_locked: 0 or 1: are the baselines as they stay until reboot?
 * @hooks: used entries of @hook
 * @msrs: used entries of @msr
 * @tables: used entries of @table
 * @hook: the module's probes
 * @msr: registers it read
 * @table: ACPI tables it looked for
 */
struct drtmon_platform {
	uint64_t have;
	char module_version[64];
	uint32_t uapi_version;
	uint64_t load_id;
	uint32_t module_state;
	uint32_t cpu_vendor;
	uint32_t cpu_signature;
	uint32_t cpu_features;
	uint32_t baseline_locked;
	uint32_t hooks;
	uint32_t msrs;
	uint32_t tables;
	struct drtmon_hook hook[DRTMON_PLATFORM_HOOKS];
	struct drtmon_msr msr[DRTMON_PLATFORM_MSRS];
	struct drtmon_table table[DRTMON_PLATFORM_TABLES];
};

/**
 * drtmon_platform_decode() - a platform-get reply from its attributes
 * @platform: filled
 * @attrs: the message
 * @err: what is malformed
 *
 * Return: 0 or -EBADMSG.
 */
int drtmon_platform_decode(struct drtmon_platform *platform, const struct drtmon_attrs *attrs,
			   struct drtmon_err *err);

/**
 * drtmon_platform_get() - ask the module for the platform's raw facts
 * @nl: a resolved socket
 * @platform: filled
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_platform_get(struct drtmon_nl *nl, struct drtmon_platform *platform,
			struct drtmon_err *err);

/**
 * drtmon_hook_word() - "missing", "active", "dead"
 * @state: enum drtmon_hook_state
 *
 * Return: the word, NULL for a state this program does not know.
 */
const char *drtmon_hook_word(uint32_t state);

/**
 * drtmon_hook_state_name() - "missing", "active", "dead"
 * @hook: the hook
 *
 * Return: the name; "unknown" when the module did not say.
 */
const char *drtmon_hook_state_name(const struct drtmon_hook *hook);

#endif
