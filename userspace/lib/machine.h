/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_MACHINE_H
#define DRTMON_LIB_MACHINE_H

#include <stdbool.h>

#include "lib/chip.h"
#include "lib/err.h"
#include "lib/lockdown.h"
#include "lib/nl.h"
#include "lib/platform.h"
#include "lib/secure_boot.h"
#include "lib/sysfs.h"

/**
 * struct drtmon_machine - all evidence there is about this machine's trusted boot
 * @nl: socket bound to the module, NULL when there is none to talk to
 * @module_err: why @nl is NULL or @platform empty; code 0 when all is well
 * @module_loaded: /sys/module has it, whether or not it answers
 * @platform: what the module says; @platform.have is 0 when it says nothing
 * @glanced: no TPM was asked for anything: a PCR without a value is not unreadable
 * @chips: TPMs, from the module where it has any, else from sysfs
 * @chips_err: why @chips is not the whole truth; -ENODEV: no class of TPMs
 * @acpi_tpm2: firmware announces a TPM 2.0
 * @acpi_tcpa: firmware announces a TPM 1.2
 * @acpi_drtm: firmware brings the TCG's DRTM table
 * @secure_boot: what the firmware says
 * @lockdown: what the kernel says
 */
struct drtmon_machine {
	struct drtmon_nl *nl;
	struct drtmon_err module_err;
	bool module_loaded;
	struct drtmon_platform platform;
	bool glanced;
	struct drtmon_chips chips;
	struct drtmon_err chips_err;
	enum drtmon_fact acpi_tpm2;
	enum drtmon_fact acpi_tcpa;
	enum drtmon_fact acpi_drtm;
	enum drtmon_secure_boot secure_boot;
	enum drtmon_lockdown lockdown;
};

/**
 * drtmon_machine_look() - collect the evidence
 * @machine: filled; release with drtmon_machine_free()
 * @root: directory in front of /sys; "" for this machine, and only then is the
 *	module asked
 *
 * Nothing here fails as a whole: what cannot be had is marked as such.
 */
void drtmon_machine_look(struct drtmon_machine *machine, const char *root);

/**
 * drtmon_machine_glance() - the same for who may not wait
 * @machine: filled; release with drtmon_machine_free()
 * @root: as for drtmon_machine_look()
 *
 * What sysfs shows of PCRs, and of the switches of a TPM 1.2, it has to ask the TPM
 * for, which the kernel gives two minutes for each of them and first to whoever uses
 * the TPM. Here a TPM is asked for nothing: what the module has no value for has
 * none, and no TPM is known to be switched off.
 */
void drtmon_machine_glance(struct drtmon_machine *machine, const char *root);

/**
 * drtmon_machine_free() - release it
 * @machine: filled by drtmon_machine_look() or drtmon_machine_glance()
 */
void drtmon_machine_free(struct drtmon_machine *machine);

#endif
