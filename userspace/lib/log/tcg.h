/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_TCG_H
#define DRTMON_LIB_LOG_TCG_H

#include <stdint.h>

/* TCG PC Client Platform Firmware Profile, event types */
#define DRTMON_EV_PREBOOT_CERT			0x0
#define DRTMON_EV_POST_CODE			0x1
#define DRTMON_EV_NO_ACTION			0x3
#define DRTMON_EV_SEPARATOR			0x4
#define DRTMON_EV_ACTION			0x5
#define DRTMON_EV_EVENT_TAG			0x6
#define DRTMON_EV_S_CRTM_CONTENTS		0x7
#define DRTMON_EV_S_CRTM_VERSION		0x8
#define DRTMON_EV_CPU_MICROCODE			0x9
#define DRTMON_EV_PLATFORM_CONFIG_FLAGS		0xa
#define DRTMON_EV_TABLE_OF_DEVICES		0xb
#define DRTMON_EV_COMPACT_HASH			0xc
#define DRTMON_EV_IPL				0xd
#define DRTMON_EV_IPL_PARTITION_DATA		0xe
#define DRTMON_EV_NONHOST_CODE			0xf
#define DRTMON_EV_NONHOST_CONFIG		0x10
#define DRTMON_EV_NONHOST_INFO			0x11
#define DRTMON_EV_OMIT_BOOT_DEVICE_EVENTS	0x12
#define DRTMON_EV_POST_CODE2			0x13
#define DRTMON_EV_EFI_EVENT_BASE		0x80000000
#define DRTMON_EV_EFI_VARIABLE_DRIVER_CONFIG	0x80000001
#define DRTMON_EV_EFI_VARIABLE_BOOT		0x80000002
#define DRTMON_EV_EFI_BOOT_SERVICES_APPLICATION 0x80000003
#define DRTMON_EV_EFI_BOOT_SERVICES_DRIVER	0x80000004
#define DRTMON_EV_EFI_RUNTIME_SERVICES_DRIVER	0x80000005
#define DRTMON_EV_EFI_GPT_EVENT			0x80000006
#define DRTMON_EV_EFI_ACTION			0x80000007
#define DRTMON_EV_EFI_PLATFORM_FIRMWARE_BLOB	0x80000008
#define DRTMON_EV_EFI_HANDOFF_TABLES		0x80000009
#define DRTMON_EV_EFI_PLATFORM_FIRMWARE_BLOB2	0x8000000a
#define DRTMON_EV_EFI_HANDOFF_TABLES2		0x8000000b
#define DRTMON_EV_EFI_VARIABLE_BOOT2		0x8000000c
#define DRTMON_EV_EFI_GPT_EVENT2		0x8000000d
#define DRTMON_EV_EFI_HCRTM_EVENT		0x80000010
#define DRTMON_EV_EFI_VARIABLE_AUTHORITY	0x800000e0
#define DRTMON_EV_EFI_SPDM_FIRMWARE_BLOB	0x800000e1
#define DRTMON_EV_EFI_SPDM_FIRMWARE_CONFIG	0x800000e2
#define DRTMON_EV_EFI_SPDM_DEVICE_POLICY	0x800000e3
#define DRTMON_EV_EFI_SPDM_DEVICE_AUTHORITY	0x800000e4

/* Intel TXT SDG 315168-013 appendix F and G; Linux Secure Launch from 0x500 */
#define DRTMON_EV_TXT_BASE	    0x400
#define DRTMON_EV_TXT_PCR_MAPPING   0x401
#define DRTMON_EV_TXT_HASH_START    0x402
#define DRTMON_EV_TXT_CAP_VALUE	    0x4ff
#define DRTMON_EV_TXT_LAUNCHER	    0x501
#define DRTMON_EV_TXT_SLAUNCH	    0x502
#define DRTMON_EV_TXT_SLAUNCH_START 0x503
#define DRTMON_EV_TXT_SLAUNCH_END   0x504

/* TrenchBoot's landing zone on AMD, before it took Secure Launch's types */
#define DRTMON_EV_SKINIT      0x600
#define DRTMON_EV_SKINIT_CODE 0x601
#define DRTMON_EV_SKINIT_LAST 0x6ff

/* DRTM Architecture for Arm, DEN0113 */
#define DRTMON_EV_ARM_DRTM_BASE 0x9000
#define DRTMON_EV_ARM_DRTM_LAST 0x90ff

/**
 * drtmon_tcg_type_name() - name of a TCG, TXT or Secure Launch event type
 * @type: event type in host byte order
 *
 * Return: a constant string as "EV_SEPARATOR", or NULL when unknown.
 */
const char *drtmon_tcg_type_name(uint32_t type);

/**
 * drtmon_tcg_type_by_name() - the reverse, of either case
 * @name: for example "EV_NO_ACTION" or "ev_no_action"
 * @type: set when known
 *
 * Return: 0, or -EINVAL.
 */
int drtmon_tcg_type_by_name(const char *name, uint32_t *type);

#endif
