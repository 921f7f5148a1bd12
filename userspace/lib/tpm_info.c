// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/tpm_info.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/sysfs.h"

/* TPM_PT (TPM 2.0 Part 2, 6.13). */
#define PT_FAMILY	    0x100
#define PT_REVISION	    0x102
#define PT_DAY		    0x103
#define PT_YEAR		    0x104
#define PT_MANUFACTURER	    0x105
#define PT_VENDOR	    0x106
#define PT_FIRMWARE_1	    0x10b
#define PT_FIRMWARE_2	    0x10c
#define PT_PERMANENT	    0x200
#define PT_STARTUP	    0x201
#define PT_LOCKOUT_COUNTER  0x20e
#define PT_LOCKOUT_MAX	    0x20f
#define PT_LOCKOUT_INTERVAL 0x210
#define PT_LOCKOUT_RECOVERY 0x211

#define HR_NV		    0x01000000u
#define HR_PERSISTENT	    0x81000000u

static struct drtmon_tpm_value property(struct drtmon_tss *tss, uint32_t id)
{
	struct drtmon_tpm_value v = { 0 };

	v.known = !drtmon_tss_property(tss, id, &v.value);
	return v;
}

/* Four characters to a property; some pad with spaces, some with NUL. */
static void words(struct drtmon_tss *tss, uint32_t first, unsigned int count, char *dst)
{
	unsigned int i, k;
	size_t n = 0;
	uint32_t word;

	for (i = 0; i < count && !drtmon_tss_property(tss, first + i, &word); i++)
		for (k = 0; k < 4; k++) {
			unsigned char c = (unsigned char)(word >> (24 - 8 * k));

			if (c)
				dst[n++] = isprint(c) ? (char)c : '?';
		}
	while (n && dst[n - 1] == ' ')
		n--;
	dst[n] = '\0';
}

static void identity(struct drtmon_tpm_info *info, struct drtmon_tss *tss)
{
	struct drtmon_tpm_value high = property(tss, PT_FIRMWARE_1);
	struct drtmon_tpm_value low = property(tss, PT_FIRMWARE_2);
	char family[8];

	words(tss, PT_FAMILY, 1, family);
	if (family[0])
		snprintf(info->version, sizeof(info->version), "%.3s", family);
	words(tss, PT_MANUFACTURER, 1, info->manufacturer);
	words(tss, PT_VENDOR, 4, info->vendor);
	if (high.known && low.known)
		snprintf(info->firmware, sizeof(info->firmware), "%u.%u.%u.%u", high.value >> 16,
			 high.value & 0xffff, low.value >> 16, low.value & 0xffff);
	info->revision = property(tss, PT_REVISION);
	info->spec_day = property(tss, PT_DAY);
	info->spec_year = property(tss, PT_YEAR);
}

static void hierarchies(struct drtmon_tpm_info *info, struct drtmon_tss *tss)
{
	info->permanent = property(tss, PT_PERMANENT);
	info->startup = property(tss, PT_STARTUP);
	info->lockout_counter = property(tss, PT_LOCKOUT_COUNTER);
	info->lockout_max = property(tss, PT_LOCKOUT_MAX);
	info->lockout_interval = property(tss, PT_LOCKOUT_INTERVAL);
	info->lockout_recovery = property(tss, PT_LOCKOUT_RECOVERY);
}

static bool is_ek_certificate(uint32_t index)
{
	const char *use = drtmon_tpm_nv_use(index);

	return use && !strncmp(use, "EK certificate", 14) && !strstr(use, "chain");
}

static void objects(struct drtmon_tpm_info *info, struct drtmon_tss *tss)
{
	uint32_t handle[DRTMON_TPM_HANDLES];
	int i;

	info->keys = drtmon_tss_handles(tss, HR_PERSISTENT, handle, DRTMON_TPM_HANDLES);
	for (i = 0; i < info->keys; i++) {
		info->key[i].handle = handle[i];
		info->key[i].known = !drtmon_tss_key_public(tss, handle[i], &info->key[i].public);
	}
	info->nvs = drtmon_tss_handles(tss, HR_NV, handle, DRTMON_TPM_HANDLES);
	if (info->nvs >= 0)
		info->ek_certificate = DRTMON_KNOWN_NO;
	for (i = 0; i < info->nvs; i++) {
		info->nv[i].index = handle[i];
		info->nv[i].known = !drtmon_tss_nv_public(tss, handle[i], &info->nv[i].public);
		if (is_ek_certificate(handle[i]))
			info->ek_certificate = DRTMON_KNOWN_YES;
	}
	if (info->keys < 0)
		info->keys = -1;
	if (info->nvs < 0)
		info->nvs = -1;
}

void drtmon_tpm_info_ask(struct drtmon_tpm_info *info, const char *tcti)
{
	struct drtmon_err err = { 0 };
	struct drtmon_tss *tss;

	if (drtmon_tss_open(&tss, tcti, &err)) {
		snprintf(info->why, sizeof(info->why), "%s", err.msg);
		return;
	}
	identity(info, tss);
	hierarchies(info, tss);
	objects(info, tss);
	info->banks = drtmon_tss_banks(tss, info->bank, DRTMON_TPM_BANKS);
	info->algs = drtmon_tss_algs(tss, info->alg, DRTMON_TPM_ALGS);
	info->random = drtmon_tss_random(tss) ? DRTMON_KNOWN_NO : DRTMON_KNOWN_YES;
	if (!info->manufacturer[0])
		snprintf(info->why, sizeof(info->why), "the TPM does not answer");
	drtmon_tss_close(tss);
}

static void ask_tpm20(struct drtmon_tpm_info *info)
{
	char tcti[48];
	const char *device = tcti + strlen("device:");

	/* The resource manager's node: the other one is for one program at a time. */
	snprintf(tcti, sizeof(tcti), "device:/dev/tpmrm%u", info->chip);
	if (access(device, R_OK | W_OK))
		snprintf(info->why, sizeof(info->why), "%s: %s%s", device, strerror(errno),
			 errno == EACCES ? "; run it as root, or in the group tss" : "");
	else
		drtmon_tpm_info_ask(info, tcti);
}

static void flags12(struct drtmon_tpm_info *info)
{
	struct drtmon_sysfs_flags flags;
	char chip[16];

	snprintf(chip, sizeof(chip), "tpm%u", info->chip);
	drtmon_sysfs_flags("", chip, &flags);
	info->enabled = flags.enabled;
	info->active = flags.active;
	info->owned = flags.owned;
}

static void caps_line(struct drtmon_tpm_info *info, const char *line)
{
	unsigned int id;

	if (sscanf(line, "Manufacturer: 0x%x", &id) == 1)
		snprintf(info->manufacturer, sizeof(info->manufacturer), "%c%c%c%c",
			 id >> 24 ? (int)(id >> 24) : ' ', (int)(id >> 16 & 0xff),
			 (int)(id >> 8 & 0xff), (int)(id & 0xff));
	sscanf(line, "Firmware version: %31s", info->firmware);
}

/* A TPM 1.2 is asked by the kernel itself: /sys/class/tpm/tpmN/caps and its like. */
static void ask_tpm12(struct drtmon_tpm_info *info)
{
	char path[64], *line, *save = NULL;
	struct drtmon_blob blob = { 0 };

	snprintf(path, sizeof(path), "/sys/class/tpm/tpm%u/caps", info->chip);
	if (drtmon_sysfs_read("", path, &blob) || !blob.data)
		snprintf(info->why, sizeof(info->why), "%s cannot be read", path);
	else
		for (line = strtok_r((char *)blob.data, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			caps_line(info, line);
	drtmon_blob_free(&blob);
	flags12(info);
	info->banks = 1;
	info->bank[0] = 4; /* SHA-1: there is no other */
}

static void hwrng(struct drtmon_tpm_info *info)
{
	char available[256], current[64], name[24];
	size_t len;
	char *p;

	if (drtmon_sysfs_line("", "/sys/class/misc/hw_random/rng_available", available,
			      sizeof(available)))
		return;
	snprintf(name, sizeof(name), "tpm-rng-%u", info->chip);
	len = strlen(name);
	p = strstr(available, name);
	info->hwrng = p && !isdigit((unsigned char)p[len]) ? DRTMON_KNOWN_YES : DRTMON_KNOWN_NO;
	if (!drtmon_sysfs_line("", "/sys/class/misc/hw_random/rng_current", current,
			       sizeof(current)))
		info->hwrng_current = strcmp(current, name) ? DRTMON_KNOWN_NO : DRTMON_KNOWN_YES;
}

void drtmon_tpm_info_look(struct drtmon_tpm_info *info, uint32_t chip, const char *version,
			  enum drtmon_known hypervisor)
{
	memset(info, 0, sizeof(*info));
	info->chip = chip;
	snprintf(info->version, sizeof(info->version), "%s", version);
	info->banks = -1;
	info->algs = -1;
	info->keys = -1;
	info->nvs = -1;
	if (!strcmp(version, "1.2"))
		ask_tpm12(info);
	else
		ask_tpm20(info);
	if (info->banks < 0)
		info->banks = -1;
	hwrng(info);
	drtmon_tpm_kind(info, hypervisor);
}

bool drtmon_tpm_recovery(const struct drtmon_tpm_info *info, uint64_t *seconds)
{
	const struct drtmon_tpm_value *counter = &info->lockout_counter, *max = &info->lockout_max;

	*seconds = 0;
	if (!info->permanent.known || !counter->known || !max->known ||
	    !info->lockout_interval.known)
		return false;
	if (info->permanent.value & DRTMON_TPM_IN_LOCKOUT)
		*seconds =
			((uint64_t)(counter->value > max->value ? counter->value - max->value : 0) +
			 1) *
			info->lockout_interval.value;
	return true;
}
