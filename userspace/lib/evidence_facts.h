/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_EVIDENCE_FACTS_H
#define DRTMON_LIB_EVIDENCE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/err.h"
#include "lib/known.h"

#define DRTMON_FACTS_MSRS	   16
#define DRTMON_FACTS_CHIPS	   4
#define DRTMON_FACTS_NV		   16
#define DRTMON_FACTS_ACPI	   8

#define DRTMON_MSR_FEATURE_CONTROL 0x3au
#define DRTMON_MSR_PLATFORM_ID	   0x17u
#define DRTMON_MSR_VM_CR	   0xc0010114u

enum drtmon_facts_vendor {
	DRTMON_FACTS_VENDOR_UNKNOWN,
	DRTMON_FACTS_VENDOR_INTEL,
	DRTMON_FACTS_VENDOR_AMD,
	DRTMON_FACTS_VENDOR_OTHER,
};

/**
 * struct drtmon_facts_msr - a model-specific register
 * @index: its number
 * @readable: @value is good
 * @value: as read on one processor
 */
struct drtmon_facts_msr {
	uint32_t index;
	bool readable;
	uint64_t value;
};

/**
 * struct drtmon_facts_chip - what is known of a TPM besides its PCRs
 * @name: "tpm0"
 * @version: "1.2", "2.0" or ""
 * @enabled: TPM 1.2: not permanently disabled
 * @active: TPM 1.2: not deactivated
 * @owned: TPM 1.2: has an owner
 */
struct drtmon_facts_chip {
	char name[16];
	char version[8];
	enum drtmon_known enabled;
	enum drtmon_known active;
	enum drtmon_known owned;
};

/**
 * struct drtmon_facts_nv - the public area of an NV index
 * @index: TPM 2.0 handle
 * @present: it is defined; a "no" is knowledge, too
 * @size: bytes of its data
 * @attributes: TPMA_NV
 */
struct drtmon_facts_nv {
	uint32_t index;
	enum drtmon_known present;
	uint32_t size;
	uint32_t attributes;
};

/**
 * struct drtmon_facts_acpi - a table the firmware has, or has not
 * @signature: four characters
 * @present: see enum drtmon_known
 */
struct drtmon_facts_acpi {
	char signature[8];
	enum drtmon_known present;
};

/**
 * struct drtmon_facts - everything about a platform that is no blob
 * @vendor: of the processor
 * @have_signature: @signature is known
 * @signature: CPUID.1:EAX
 * @smx: CPUID: Safer Mode Extensions
 * @vmx: CPUID
 * @svm: CPUID
 * @skinit: CPUID
 * @hypervisor: CPUID: this is a virtual machine
 * @msrs: used entries of @msr
 * @msr: registers that were asked for
 * @acpis: used entries of @acpi
 * @acpi: tables that were looked for
 * @smbios_tpm: SMBIOS has a structure of type 43
 * @tpm_class: the kernel has the class of TPMs
 * @chips: used entries of @chip
 * @chip: TPMs, lowest number first
 * @nvs: used entries of @nv
 * @nv: NV indices that were looked for
 * @tboot: the kernel was launched by tboot
 * @slaunch: the kernel was launched by Linux Secure Launch
 * @iommu: the running kernel uses an IOMMU
 * @have_base: @txt_base is known
 * @txt_base: where the register window was read: 0xfed30000, or a laboratory's
 * @lockdown: "none", "integrity", "confidentiality" or ""
 * @secure_boot: "enabled", "disabled", "setup-mode", "unsupported" or ""
 * @module: version of drtmon.ko, "" when there was none
 * @tool: version of drtmon
 * @kernel: uname -r
 * @boot_id: of the running kernel
 * @created: when the facts were collected, RFC 3339
 * @system: maker and model
 * @bios: maker, version and date
 */
struct drtmon_facts {
	enum drtmon_facts_vendor vendor;
	bool have_signature;
	uint32_t signature;
	enum drtmon_known smx;
	enum drtmon_known vmx;
	enum drtmon_known svm;
	enum drtmon_known skinit;
	enum drtmon_known hypervisor;
	unsigned int msrs;
	struct drtmon_facts_msr msr[DRTMON_FACTS_MSRS];
	unsigned int acpis;
	struct drtmon_facts_acpi acpi[DRTMON_FACTS_ACPI];
	enum drtmon_known smbios_tpm;
	enum drtmon_known tpm_class;
	unsigned int chips;
	struct drtmon_facts_chip chip[DRTMON_FACTS_CHIPS];
	unsigned int nvs;
	struct drtmon_facts_nv nv[DRTMON_FACTS_NV];
	enum drtmon_known tboot;
	enum drtmon_known slaunch;
	enum drtmon_known iommu;
	bool have_base;
	uint64_t txt_base;
	char secure_boot[16];
	char lockdown[24];
	char module[64];
	char tool[64];
	char kernel[96];
	char boot_id[40];
	char created[40];
	char system[160];
	char bios[208];
};

/**
 * drtmon_facts_parse() - facts.json
 * @facts: filled; what is not in the text stays "nobody looked"
 * @text: JSON
 * @len: bytes
 * @items: set to a new reference of its "items" object, or NULL; may be NULL
 * @err: what is wrong
 *
 * Keys that are not known are skipped, a known key of another type is refused.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int drtmon_facts_parse(struct drtmon_facts *facts, const char *text, size_t len, json_t **items,
		       struct drtmon_err *err);

/**
 * drtmon_facts_json() - the object that facts.json holds, without "items"
 * @facts: facts
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_facts_json(const struct drtmon_facts *facts);

/**
 * drtmon_facts_msr() - value of a register
 * @facts: facts
 * @index: its number
 * @value: filled when the result is yes
 *
 * Return: yes; no when it was tried and could not be read; or nothing.
 */
enum drtmon_known drtmon_facts_msr(const struct drtmon_facts *facts, uint32_t index,
				   uint64_t *value);

/**
 * drtmon_facts_acpi() - is a table there?
 * @facts: facts
 * @signature: four characters
 *
 * Return: see enum drtmon_known.
 */
enum drtmon_known drtmon_facts_acpi(const struct drtmon_facts *facts, const char *signature);

/**
 * drtmon_facts_set_acpi() - note a table
 * @facts: facts
 * @signature: four characters
 * @present: see enum drtmon_known
 */
void drtmon_facts_set_acpi(struct drtmon_facts *facts, const char *signature,
			   enum drtmon_known present);

/**
 * drtmon_facts_nv() - is an NV index defined?
 * @facts: facts
 * @index: TPM 2.0 handle
 *
 * Return: the entry, or NULL when nobody looked.
 */
const struct drtmon_facts_nv *drtmon_facts_nv(const struct drtmon_facts *facts, uint32_t index);

/**
 * drtmon_facts_lab() - was the register window put elsewhere by hand?
 * @facts: facts
 *
 * Return: true when it was not read at 0xfed30000.
 */
bool drtmon_facts_lab(const struct drtmon_facts *facts);

#endif
