// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/platform.h"

#include <errno.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct drtmon_attr_field platform_field[] = {
	[DRTMON_A_PLATFORM_MODULE_VERSION] =
		DRTMON_ATTR_AT(STRING, struct drtmon_platform, module_version),
	[DRTMON_A_PLATFORM_UAPI_VERSION] =
		DRTMON_ATTR_AT(U32, struct drtmon_platform, uapi_version),
	[DRTMON_A_PLATFORM_LOAD_ID] = DRTMON_ATTR_AT(U64, struct drtmon_platform, load_id),
	[DRTMON_A_PLATFORM_MODULE_STATE] =
		DRTMON_ATTR_AT(U32, struct drtmon_platform, module_state),
	[DRTMON_A_PLATFORM_HOOK] = DRTMON_ATTR_IN_NEST,
	[DRTMON_A_PLATFORM_CPU_VENDOR] = DRTMON_ATTR_AT(U32, struct drtmon_platform, cpu_vendor),
	[DRTMON_A_PLATFORM_CPU_SIGNATURE] =
		DRTMON_ATTR_AT(U32, struct drtmon_platform, cpu_signature),
	[DRTMON_A_PLATFORM_CPU_FEATURES] =
		DRTMON_ATTR_AT(U32, struct drtmon_platform, cpu_features),
	[DRTMON_A_PLATFORM_BASELINE_LOCKED] =
		DRTMON_ATTR_AT(U32, struct drtmon_platform, baseline_locked),
	[DRTMON_A_PLATFORM_MSR] = DRTMON_ATTR_IN_NEST,
	[DRTMON_A_PLATFORM_ACPI_TABLE] = DRTMON_ATTR_IN_NEST,
};

static const struct drtmon_attr_field hook_field[] = {
	[DRTMON_A_HOOK_SYMBOL] = DRTMON_ATTR_AT(STRING, struct drtmon_hook, symbol),
	[DRTMON_A_HOOK_REQUIRED] = DRTMON_ATTR_AT(U32, struct drtmon_hook, required),
	[DRTMON_A_HOOK_STATE] = DRTMON_ATTR_AT(U32, struct drtmon_hook, state),
	[DRTMON_A_HOOK_MISSED] = DRTMON_ATTR_AT(U64, struct drtmon_hook, missed),
	[DRTMON_A_HOOK_LOSS] = DRTMON_ATTR_AT(STRING, struct drtmon_hook, loss),
};

static const struct drtmon_attr_field msr_field[] = {
	[DRTMON_A_MSR_INDEX] = DRTMON_ATTR_AT(U32, struct drtmon_msr, index),
	[DRTMON_A_MSR_VALUE] = DRTMON_ATTR_AT(U64, struct drtmon_msr, value),
};

static const struct drtmon_attr_field table_field[] = {
	[DRTMON_A_ACPI_SIGNATURE] = DRTMON_ATTR_AT(STRING, struct drtmon_table, signature),
	[DRTMON_A_ACPI_LENGTH] = DRTMON_ATTR_AT(U32, struct drtmon_table, length),
};

static const struct drtmon_attr_set hook_set = { "hook", hook_field, COUNT(hook_field), NULL };
static const struct drtmon_attr_set msr_set = { "msr", msr_field, COUNT(msr_field), NULL };
static const struct drtmon_attr_set table_set = { "acpi", table_field, COUNT(table_field), NULL };

/* More entries than there is room for are left out: a newer module may know more. */
static int platform_nest(void *obj, const struct drtmon_attr *attr, struct drtmon_err *err)
{
	struct drtmon_platform *p = obj;

	switch (attr->type) {
	case DRTMON_A_PLATFORM_HOOK:
		if (p->hooks == DRTMON_PLATFORM_HOOKS)
			return 0;
		return drtmon_attr_decode(&hook_set, &attr->body, &p->hook[p->hooks++], err);
	case DRTMON_A_PLATFORM_MSR:
		if (p->msrs == DRTMON_PLATFORM_MSRS)
			return 0;
		return drtmon_attr_decode(&msr_set, &attr->body, &p->msr[p->msrs++], err);
	default:
		if (p->tables == DRTMON_PLATFORM_TABLES)
			return 0;
		return drtmon_attr_decode(&table_set, &attr->body, &p->table[p->tables++], err);
	}
}

static const struct drtmon_attr_set platform_set = {
	"platform",
	platform_field,
	COUNT(platform_field),
	platform_nest,
};

int drtmon_platform_decode(struct drtmon_platform *platform, const struct drtmon_attrs *attrs,
			   struct drtmon_err *err)
{
	memset(platform, 0, sizeof(*platform));
	return drtmon_attr_decode(&platform_set, attrs, platform, err);
}

static int platform_msg(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	return drtmon_platform_decode(ctx, attrs, err);
}

int drtmon_platform_get(struct drtmon_nl *nl, struct drtmon_platform *platform,
			struct drtmon_err *err)
{
	struct drtmon_nl_req req = {
		.cmd = DRTMON_CMD_PLATFORM_GET,
		.msg = platform_msg,
		.ctx = platform,
	};

	memset(platform, 0, sizeof(*platform));
	return drtmon_nl_call(nl, &req, err);
}

const char *drtmon_hook_word(uint32_t state)
{
	static const char *const words[] = {
		[DRTMON_HOOK_STATE_MISSING] = "missing",
		[DRTMON_HOOK_STATE_ACTIVE] = "active",
		[DRTMON_HOOK_STATE_DEAD] = "dead",
	};

	return state < COUNT(words) ? words[state] : NULL;
}

const char *drtmon_hook_state_name(const struct drtmon_hook *hook)
{
	const char *word = NULL;

	if (drtmon_attr_has(hook->have, DRTMON_A_HOOK_STATE))
		word = drtmon_hook_word(hook->state);
	return word ? word : "unknown";
}
