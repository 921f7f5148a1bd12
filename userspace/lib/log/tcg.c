// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/tcg.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/log/reader.h"

#define NAME(x)                \
	{                      \
		DRTMON_##x, #x \
	}

static const struct {
	uint32_t type;
	const char *name;
} types[] = {
	NAME(EV_PREBOOT_CERT),
	NAME(EV_POST_CODE),
	{ 0x2, "EV_UNUSED" },
	NAME(EV_NO_ACTION),
	NAME(EV_SEPARATOR),
	NAME(EV_ACTION),
	NAME(EV_EVENT_TAG),
	NAME(EV_S_CRTM_CONTENTS),
	NAME(EV_S_CRTM_VERSION),
	NAME(EV_CPU_MICROCODE),
	NAME(EV_PLATFORM_CONFIG_FLAGS),
	NAME(EV_TABLE_OF_DEVICES),
	NAME(EV_COMPACT_HASH),
	NAME(EV_IPL),
	NAME(EV_IPL_PARTITION_DATA),
	NAME(EV_NONHOST_CODE),
	NAME(EV_NONHOST_CONFIG),
	NAME(EV_NONHOST_INFO),
	NAME(EV_OMIT_BOOT_DEVICE_EVENTS),
	NAME(EV_POST_CODE2),
	/* SDG, appendix G; "base + 10" there is 0x40a */
	{ 0x401, "EV_TXT_PCR_MAPPING" },
	{ 0x402, "EV_TXT_HASH_START" },
	{ 0x403, "EV_TXT_COMBINED_HASH" },
	{ 0x404, "EV_TXT_MLE_HASH" },
	{ 0x40a, "EV_TXT_BIOSAC_REG_DATA" },
	{ 0x40b, "EV_TXT_CPU_SCRTM_STAT" },
	{ 0x40c, "EV_TXT_LCP_CONTROL_HASH" },
	{ 0x40d, "EV_TXT_ELEMENTS_HASH" },
	{ 0x40e, "EV_TXT_STM_HASH" },
	{ 0x40f, "EV_TXT_OSSINITDATA_CAP_HASH" },
	{ 0x410, "EV_TXT_SINIT_PUBKEY_HASH" },
	{ 0x411, "EV_TXT_LCP_HASH" },
	{ 0x412, "EV_TXT_LCP_DETAILS_HASH" },
	{ 0x413, "EV_TXT_LCP_AUTHORITIES_HASH" },
	{ 0x414, "EV_TXT_NV_INFO_HASH" },
	{ 0x415, "EV_TXT_COLD_BOOT_BIOS_HASH" },
	{ 0x416, "EV_TXT_KM_HASH" },
	{ 0x417, "EV_TXT_BPM_HASH" },
	{ 0x418, "EV_TXT_KM_INFO_HASH" },
	{ 0x419, "EV_TXT_BPM_INFO_HASH" },
	{ 0x41a, "EV_TXT_BOOT_POL_HASH" },
	{ 0x4fe, "EV_TXT_RANDOM_VALUE" },
	{ 0x4ff, "EV_TXT_CAP_VALUE" },
	{ 0x501, "EV_TXT_LAUNCHER" },
	{ 0x502, "EV_TXT_SLAUNCH" },
	{ 0x503, "EV_TXT_SLAUNCH_START" },
	{ 0x504, "EV_TXT_SLAUNCH_END" },
	{ DRTMON_EV_SKINIT, "EV_TYPE_SKINIT" },
	{ DRTMON_EV_SKINIT_CODE, "EV_TYPE_CODE" },
	{ 0x9001, "DRTM_EVENT_ARM_PCR_SCHEMA" },
	{ 0x9002, "DRTM_EVENT_ARM_DCE" },
	{ 0x9003, "DRTM_EVENT_ARM_DCE_PUBKEY" },
	{ 0x9004, "DRTM_EVENT_ARM_DLME" },
	{ 0x9005, "DRTM_EVENT_ARM_DLME_EP" },
	{ 0x9006, "DRTM_EVENT_ARM_DEBUG_CONFIG" },
	{ 0x9007, "DRTM_EVENT_ARM_NONSECURE_CONFIG" },
	{ 0x9008, "DRTM_EVENT_ARM_DCE_SECONDARY" },
	{ 0x9009, "DRTM_EVENT_ARM_TZFW" },
	{ 0x900a, "DRTM_EVENT_ARM_SEPARATOR" },
	NAME(EV_EFI_EVENT_BASE),
	NAME(EV_EFI_VARIABLE_DRIVER_CONFIG),
	NAME(EV_EFI_VARIABLE_BOOT),
	NAME(EV_EFI_BOOT_SERVICES_APPLICATION),
	NAME(EV_EFI_BOOT_SERVICES_DRIVER),
	NAME(EV_EFI_RUNTIME_SERVICES_DRIVER),
	NAME(EV_EFI_GPT_EVENT),
	NAME(EV_EFI_ACTION),
	NAME(EV_EFI_PLATFORM_FIRMWARE_BLOB),
	NAME(EV_EFI_HANDOFF_TABLES),
	NAME(EV_EFI_PLATFORM_FIRMWARE_BLOB2),
	NAME(EV_EFI_HANDOFF_TABLES2),
	NAME(EV_EFI_VARIABLE_BOOT2),
	NAME(EV_EFI_GPT_EVENT2),
	NAME(EV_EFI_HCRTM_EVENT),
	NAME(EV_EFI_VARIABLE_AUTHORITY),
	NAME(EV_EFI_SPDM_FIRMWARE_BLOB),
	NAME(EV_EFI_SPDM_FIRMWARE_CONFIG),
	NAME(EV_EFI_SPDM_DEVICE_POLICY),
	NAME(EV_EFI_SPDM_DEVICE_AUTHORITY),
};

#define TYPES (sizeof(types) / sizeof(types[0]))

const char *drtmon_tcg_type_name(uint32_t type)
{
	size_t i;

	for (i = 0; i < TYPES; i++)
		if (types[i].type == type)
			return types[i].name;
	return NULL;
}

int drtmon_tcg_type_by_name(const char *name, uint32_t *type)
{
	size_t i;

	for (i = 0; i < TYPES; i++) {
		if (!strcasecmp(types[i].name, name)) {
			*type = types[i].type;
			return 0;
		}
	}
	return -EINVAL;
}

static bool all_zero(const struct drtmon_log_event *event)
{
	unsigned int i, j;

	for (i = 0; i < event->n_digests; i++)
		for (j = 0; j < event->digest[i].size; j++)
			if (event->digest[i].value[j])
				return false;
	return true;
}

/* PC Client PFP 10.4.5.3: 16 bytes of signature and the locality; some firmware pads it. */
static void startup_locality(struct drtmon_log *log, const struct drtmon_log_event *event)
{
	static const char sig[16] = "StartupLocality";
	int *known = &log->info.startup_locality;
	uint8_t value;

	if (event->pcr != 0 || event->len < sizeof(sig) || memcmp(event->data, sig, sizeof(sig)))
		return;
	if (event->len == sizeof(sig)) {
		drtmon_log_problem(log, 0, "startup locality record without a locality");
		return;
	}
	value = event->data[sizeof(sig)];
	if (value != 0 && value != 3 && value != 4)
		drtmon_log_problem(log, 0, "startup locality %u is none a TPM can start at", value);
	else if (*known >= 0 && *known != value)
		drtmon_log_problem(log, 0, "startup locality %u after %d", value, *known);
	else if (log->pcr0_extended)
		drtmon_log_problem(log, 0, "startup locality behind the first extend of PCR 0");
	else
		*known = value;
}

void drtmon_log_tcg_event(struct drtmon_log *log, struct drtmon_log_event *event)
{
	bool marker = event->type == DRTMON_EV_TXT_SLAUNCH_START ||
		      event->type == DRTMON_EV_TXT_SLAUNCH_END;

	event->content = DRTMON_LOG_CONTENT_TCG;
	event->flags = 0;
	event->name = NULL;
	event->name_len = 0;
	event->record = NULL;
	if (event->type == DRTMON_EV_NO_ACTION) {
		event->flags = DRTMON_LOG_NOT_EXTENDED;
		startup_locality(log, event);
	} else if (event->type == DRTMON_EV_TXT_PCR_MAPPING || (marker && all_zero(event))) {
		event->flags = DRTMON_LOG_NOT_EXTENDED;
	} else if (event->pcr >= 32) {
		event->flags = DRTMON_LOG_NOT_EXTENDED;
		/* A CEL record may be of an NV index. */
		if (event->pcr != DRTMON_LOG_NO_PCR || log->info.format < DRTMON_LOG_CEL_JSON)
			drtmon_log_problem(log, 0, "there is no PCR %u", event->pcr);
	} else {
		log->pcrs |= UINT64_C(1) << event->pcr;
		/* TPM 2.0 library, part 1: an H-CRTM sequence sets PCR 0 as locality 4 does. */
		if (event->type == DRTMON_EV_EFI_HCRTM_EVENT && event->pcr == 0 &&
		    !log->pcr0_extended && log->info.startup_locality < 0)
			log->info.startup_locality = 4;
		if (event->pcr == 0)
			log->pcr0_extended = true;
	}
}
