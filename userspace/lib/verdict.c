// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/pcr_mask.h"
#include "lib/text.h"

/* PCRs that only a dynamic launch resets (TCG PC Client PTP, table 5). */
#define DRTM_FIRST 17
#define DRTM_LAST  22

static void __attribute__((format(printf, 4, 5)))
judge(struct drtmon_verdict *verdict, enum drtmon_answer answer, const char *state, const char *fmt,
      ...)
{
	char reason[sizeof(verdict->reason)];
	va_list ap;

	verdict->answer = answer;
	verdict->state = state;
	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	drtmon_text_safe(verdict->reason, sizeof(verdict->reason), reason, strlen(reason));
}

static void tpm_without_chip(const struct drtmon_machine *m, struct drtmon_verdict *v)
{
	const char *table = m->acpi_tpm2 == DRTMON_FACT_PRESENT ? "TPM2" : "TCPA";

	if (m->chips_err.code && m->chips_err.code != -ENODEV)
		judge(v, DRTMON_ANSWER_UNKNOWN, "unknown", "%s", m->chips_err.msg);
	else if (m->acpi_tpm2 == DRTMON_FACT_PRESENT || m->acpi_tcpa == DRTMON_FACT_PRESENT)
		judge(v, DRTMON_ANSWER_UNKNOWN, "no-driver",
		      "firmware announces a TPM (ACPI %s) but the kernel has no driver bound",
		      table);
	else if (m->acpi_tpm2 == DRTMON_FACT_ABSENT && m->acpi_tcpa == DRTMON_FACT_ABSENT)
		judge(v, DRTMON_ANSWER_NO, "absent",
		      "firmware reports none: no ACPI TPM2 or TCPA table; it may be switched off "
		      "in firmware setup");
	else
		judge(v, DRTMON_ANSWER_UNKNOWN, "unknown",
		      "the kernel knows no TPM and the firmware's ACPI tables cannot be seen");
}

static void tpm_unreadable(const struct drtmon_chip *chip, struct drtmon_verdict *v)
{
	judge(v, DRTMON_ANSWER_YES, "unreadable", "%s: %s", chip->name,
	      chip->why[0] ? chip->why : "some PCRs have no value");
}

/* PCRs have no value, but nobody asked the TPM for them: the module's look tells why. */
static void tpm_by_look(const struct drtmon_chip *chip, struct drtmon_verdict *v)
{
	if (!drtmon_attr_has(chip->snapshot.have, DRTMON_A_SNAPSHOT_STATE) ||
	    chip->snapshot.state == DRTMON_SNAPSHOT_STATE_NONE)
		judge(v, DRTMON_ANSWER_YES, "unknown", "%s: %s", chip->name, chip->why);
	else if (chip->snapshot.state == DRTMON_SNAPSHOT_STATE_FAILED || chip->snapshot.error)
		tpm_unreadable(chip, v);
	else
		judge(v, DRTMON_ANSWER_YES, "present", "%s", chip->name);
}

void drtmon_verdict_tpm(const struct drtmon_machine *m, struct drtmon_verdict *v)
{
	const struct drtmon_chip *chip = m->chips.chip;

	if (!m->chips.count)
		tpm_without_chip(m, v);
	else if (chip->off[0])
		judge(v, DRTMON_ANSWER_YES,
		      strcmp(chip->off, "disabled") ? "deactivated" : "disabled",
		      "%s is %s: switch it on in firmware setup", chip->name, chip->off);
	else if (!chip->unreadable && !chip->why[0])
		judge(v, DRTMON_ANSWER_YES, "present", "%s", chip->name);
	else if (m->glanced)
		tpm_by_look(chip, v);
	else
		tpm_unreadable(chip, v);
}

/* "PCR 17", "PCRs 17-22": those that the judgement rests on. */
static const char *drtm_read(const struct drtmon_pcrs *pcrs, char *dst, size_t max)
{
	char list[DRTMON_PCR_MASK_MAX];
	uint32_t mask = 0;
	unsigned int pcr;

	for (pcr = DRTM_FIRST; pcr <= DRTM_LAST; pcr++)
		if (drtmon_pcrs_drtm(pcrs, pcr) != DRTMON_PCRS_DRTM_UNKNOWN)
			mask |= UINT32_C(1) << pcr;
	snprintf(dst, max, "PCR%s %s", mask & (mask - 1) ? "s" : "",
		 drtmon_pcr_mask_text(list, mask));
	return dst;
}

static bool intel(const struct drtmon_platform *platform)
{
	return drtmon_attr_has(platform->have, DRTMON_A_PLATFORM_CPU_VENDOR) &&
	       platform->cpu_vendor == DRTMON_CPU_VENDOR_INTEL;
}

static void drtm_by_pcrs(const struct drtmon_machine *m, struct drtmon_verdict *v)
{
	const struct drtmon_chip *chip = &m->chips.chip[0];
	enum drtmon_pcrs_drtm first = drtmon_pcrs_drtm(&chip->pcrs, DRTM_FIRST);
	unsigned int belied = drtmon_pcrs_belied(&chip->pcrs, intel(&m->platform));
	char by[DRTMON_PCR_MASK_MAX + 8];

	drtm_read(&chip->pcrs, by, sizeof(by));

	if (first == DRTMON_PCRS_DRTM_UNKNOWN)
		judge(v, DRTMON_ANSWER_UNKNOWN, "unknown", "PCR 17 of %s cannot be read%s%s",
		      chip->name, chip->why[0] ? ": " : "", chip->why);
	else if (first == DRTMON_PCRS_DRTM_CONTRADICTORY)
		judge(v, DRTMON_ANSWER_UNKNOWN, "contradictory",
		      "the banks of %s disagree about PCR 17", chip->name);
	else if (belied)
		judge(v, DRTMON_ANSWER_UNKNOWN, "contradictory",
		      "PCR 17 and PCR %u of %s cannot both be what one launch left", belied,
		      chip->name);
	else if (first == DRTMON_PCRS_DRTM_NONE)
		judge(v, DRTMON_ANSWER_NO, "not-launched",
		      "no dynamic launch since power-on: PCR 17 of %s is all ones; judged by %s "
		      "alone",
		      chip->name, by);
	else if (first == DRTMON_PCRS_DRTM_RESET)
		judge(v, DRTMON_ANSWER_NO, "reset-not-measured",
		      "PCR 17 of %s was reset but nothing was measured into it; judged by %s alone",
		      chip->name, by);
	else
		judge(v, DRTMON_ANSWER_YES, "launched",
		      "PCR 17 of %s holds a measurement; judged by %s alone", chip->name, by);
}

void drtmon_verdict_drtm(const struct drtmon_machine *m, struct drtmon_verdict *v)
{
	struct drtmon_verdict tpm;

	drtmon_verdict_tpm(m, &tpm);
	if (m->chips.count)
		drtm_by_pcrs(m, v);
	else if (tpm.answer == DRTMON_ANSWER_NO)
		judge(v, DRTMON_ANSWER_NO, "no-tpm",
		      "there is no TPM to hold a launch's measurements");
	else
		judge(v, DRTMON_ANSWER_UNKNOWN, "unknown", "no PCR can be read: %s", tpm.reason);
}

void drtmon_verdict_secure_boot(const struct drtmon_machine *m, struct drtmon_verdict *v)
{
	switch (m->secure_boot) {
	case DRTMON_SECURE_BOOT_ENABLED:
		judge(v, DRTMON_ANSWER_YES, "enabled", "says the firmware");
		break;
	case DRTMON_SECURE_BOOT_DISABLED:
		judge(v, DRTMON_ANSWER_NO, "disabled", "switched off in firmware setup");
		break;
	case DRTMON_SECURE_BOOT_SETUP_MODE:
		judge(v, DRTMON_ANSWER_NO, "setup-mode", "the firmware has no platform key");
		break;
	case DRTMON_SECURE_BOOT_UNSUPPORTED:
		judge(v, DRTMON_ANSWER_NO, "unsupported",
		      "not booted by UEFI firmware that offers it");
		break;
	case DRTMON_SECURE_BOOT_NO_VARIABLES:
		judge(v, DRTMON_ANSWER_UNKNOWN, "unknown",
		      "efivarfs is not mounted; run: mount -t efivarfs efivarfs "
		      "/sys/firmware/efi/efivars");
		break;
	default:
		judge(v, DRTMON_ANSWER_UNKNOWN, "unknown",
		      "the firmware's SecureBoot variable cannot be read");
	}
}

/* Names of hooks that are not active, separated by commas; "" when there is none. */
static void hooks_amiss(const struct drtmon_platform *platform, char *dst, size_t max)
{
	size_t n = 0;
	uint32_t i;

	dst[0] = '\0';
	for (i = 0; i < platform->hooks && n < max; i++) {
		const char *state = drtmon_hook_state_name(&platform->hook[i]);

		if (strcmp(state, "active"))
			n += (size_t)snprintf(dst + n, max - n, "%s%s is %s", n ? ", " : "",
					      platform->hook[i].symbol, state);
	}
}

/* The first chip whose commands the hook was found not to see. */
static const struct drtmon_chip *chip_unseen(const struct drtmon_chips *chips)
{
	size_t i;

	for (i = 0; i < chips->count; i++)
		if (drtmon_attr_has(chips->chip[i].have, DRTMON_A_CHIP_HOOK_STATE) &&
		    chips->chip[i].hook_state == DRTMON_HOOK_STATE_DEAD)
			return &chips->chip[i];
	return NULL;
}

void drtmon_verdict_module(const struct drtmon_machine *m, struct drtmon_verdict *v)
{
	const struct drtmon_chip *unseen = chip_unseen(&m->chips);
	char amiss[192];

	hooks_amiss(&m->platform, amiss, sizeof(amiss));
	if (m->module_err.code == DRTMON_NL_ABSENT && m->module_loaded)
		judge(v, DRTMON_ANSWER_UNKNOWN, "unknown",
		      "the module is loaded but does not answer here; it answers only in the "
		      "initial network namespace");
	else if (m->module_err.code == DRTMON_NL_ABSENT ||
		 (!m->nl && !m->module_err.code && !m->platform.have))
		judge(v, DRTMON_ANSWER_NO, "absent",
		      "who changes PCRs is not seen, and PCRs are read one by one; run: modprobe "
		      "drtmon");
	else if (!drtmon_attr_has(m->platform.have, DRTMON_A_PLATFORM_MODULE_STATE))
		judge(v, DRTMON_ANSWER_UNKNOWN, "unknown", "%s",
		      m->module_err.code ? m->module_err.msg : "the module does not say");
	else if (unseen)
		judge(v, DRTMON_ANSWER_YES, "degraded", "the hooks do not see the commands of %s",
		      unseen->name);
	else if (m->platform.module_state == DRTMON_MODULE_STATE_RUNNING)
		judge(v, DRTMON_ANSWER_YES, "running", "%s", m->platform.module_version);
	else
		judge(v, DRTMON_ANSWER_YES, "degraded", "%s",
		      amiss[0] ? amiss : "a TPM is not followed; the kernel log says why");
}
