// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/blob.h"
#include "lib/hex.h"

#define CLASS_TPM "/sys/class/tpm"
/* Commands in a row without an answer after which no more are sent. */
#define SILENT_MAX 2
/* A PCR file is one line; the TPM 1.2 list of 24 PCRs is under 2 KiB. */
#define SMALL 4096

enum drtmon_fact drtmon_sysfs_fact(const char *root, const char *path)
{
	char full[PATH_MAX];
	struct stat st;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return DRTMON_FACT_UNREADABLE;
	if (!lstat(full, &st))
		return DRTMON_FACT_PRESENT;
	return errno == ENOENT || errno == ENOTDIR ? DRTMON_FACT_ABSENT : DRTMON_FACT_UNREADABLE;
}

int drtmon_sysfs_read(const char *root, const char *path, struct drtmon_blob *blob)
{
	char full[PATH_MAX];

	memset(blob, 0, sizeof(*blob));
	if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
		return -ENAMETOOLONG;
	return drtmon_blob_read(blob, full, SMALL, NULL);
}

int drtmon_sysfs_line(const char *root, const char *path, char *dst, size_t max)
{
	struct drtmon_blob blob;
	int ret = drtmon_sysfs_read(root, path, &blob);
	size_t n = 0;

	while (!ret && n < blob.len && n < max - 1 && blob.data[n] && blob.data[n] != '\n') {
		dst[n] = (char)blob.data[n];
		n++;
	}
	dst[n] = '\0';
	drtmon_blob_free(&blob);
	return ret;
}

static void chip_version(const char *root, struct drtmon_chip *chip)
{
	char path[PATH_MAX], line[16];

	snprintf(path, sizeof(path), CLASS_TPM "/%s/tpm_version_major", chip->name);
	if (drtmon_sysfs_line(root, path, line, sizeof(line)))
		return;
	if (!strcmp(line, "1"))
		chip->version = DRTMON_CHIP_VERSION_TPM12;
	if (!strcmp(line, "2"))
		chip->version = DRTMON_CHIP_VERSION_TPM20;
}

/*
 * When the TPM answers with an error code, the kernel's show function returns
 * that positive code as a length: the file then reads as that many NULs. So
 * only a digest of exactly the right length counts as one.
 *
 * A TPM that was @silent twice in a row is asked no more: the kernel waits two
 * minutes each time. Once may be a driver's handshake that went wrong.
 */
static void chip_pcr(const char *root, struct drtmon_chip *chip, const struct drtmon_alg *alg,
		     unsigned int pcr, unsigned int *silent)
{
	char path[PATH_MAX], line[2 * DRTMON_ALG_DIGEST_MAX + 2];
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
	int ret;

	snprintf(path, sizeof(path), CLASS_TPM "/%s/pcr-%s/%u", chip->name, alg->name, pcr);
	if (*silent >= SILENT_MAX) {
		if (drtmon_sysfs_fact(root, path) != DRTMON_FACT_ABSENT)
			chip->unreadable |= 1u << pcr;
		return;
	}
	ret = drtmon_sysfs_line(root, path, line, sizeof(line));
	if (ret == -ENOENT)
		return;
	*silent = ret == -ETIME ? *silent + 1 : 0;
	if (!ret && drtmon_hex_decode(value, sizeof(value), line, strlen(line)) == alg->size) {
		drtmon_pcrs_set(&chip->pcrs, alg, pcr, value);
		return;
	}
	chip->unreadable |= 1u << pcr;
	snprintf(chip->why, sizeof(chip->why), "sysfs gives no value of %s PCR %u: %s", alg->name,
		 pcr, ret ? strerror(-ret) : "the TPM answered with an error");
}

static void chip_bank(const char *root, struct drtmon_chip *chip, const struct drtmon_alg *alg,
		      unsigned int *silent)
{
	char path[PATH_MAX];
	unsigned int i;

	snprintf(path, sizeof(path), CLASS_TPM "/%s/pcr-%s", chip->name, alg->name);
	if (chip->banks == DRTMON_BANKS_MAX || drtmon_sysfs_fact(root, path) != DRTMON_FACT_PRESENT)
		return;
	chip->bank[chip->banks].alg = alg->id;
	chip->bank[chip->banks++].digest_size = alg->size;
	for (i = 0; i < DRTMON_PCRS_COUNT; i++)
		chip_pcr(root, chip, alg, i, silent);
}

/* "FF FF …" as bytes; the number of them, or -EINVAL. */
static ssize_t spaced_hex(uint8_t *dst, size_t max, const char *src)
{
	size_t n = 0;

	for (src += strspn(src, " "); *src && *src != '\n'; src += strspn(src, " ")) {
		if (n == max || drtmon_hex_decode(dst + n, 1, src, strcspn(src, " \n")) != 1)
			return -EINVAL;
		n++;
		src += 2;
	}
	return (ssize_t)n;
}

/* Kernels before 5.12 show a TPM 1.2 only as lines "PCR-17: FF FF …". */
static void chip_legacy(const char *root, struct drtmon_chip *chip)
{
	static const char *const places[] = { "pcrs", "device/pcrs" };
	const struct drtmon_alg *sha1 = drtmon_alg_by_name("sha1", 4);
	struct drtmon_blob blob = { 0 };
	char path[PATH_MAX], *line, *save = NULL;
	size_t i;

	for (i = 0; i < 2 && !blob.len; i++) {
		drtmon_blob_free(&blob);
		snprintf(path, sizeof(path), CLASS_TPM "/%s/%s", chip->name, places[i]);
		drtmon_sysfs_read(root, path, &blob);
	}
	line = blob.len ? strtok_r((char *)blob.data, "\n", &save) : NULL;
	for (; line; line = strtok_r(NULL, "\n", &save)) {
		uint8_t value[DRTMON_ALG_DIGEST_MAX];
		unsigned int pcr;
		int end = 0;

		if (sscanf(line, "PCR-%u:%n", &pcr, &end) != 1 || !end || pcr >= DRTMON_PCRS_COUNT)
			continue;
		if (spaced_hex(value, sizeof(value), line + end) == sha1->size)
			drtmon_pcrs_set(&chip->pcrs, sha1, pcr, value);
		else
			chip->unreadable |= 1u << pcr;
	}
	if (blob.len) {
		chip->bank[0].alg = sha1->id;
		chip->bank[0].digest_size = sha1->size;
		chip->banks = 1;
	}
	drtmon_blob_free(&blob);
}

static void chip_read(const char *root, struct drtmon_chip *chip)
{
	const struct drtmon_alg *alg;
	unsigned int silent = 0;
	size_t i;

	chip_version(root, chip);
	for (i = 0; (alg = drtmon_alg_at(i)); i++)
		chip_bank(root, chip, alg, &silent);
	if (!chip->banks)
		chip_legacy(root, chip);
	if (!chip->banks)
		snprintf(chip->why, sizeof(chip->why), "this kernel shows no PCRs in sysfs");
}

static int chips_list(DIR *dir, int only, struct drtmon_chips *chips)
{
	struct dirent *entry;
	unsigned int id;
	int end;

	while ((entry = readdir(dir))) {
		end = 0;
		if (sscanf(entry->d_name, "tpm%u%n", &id, &end) != 1 || entry->d_name[end])
			continue;
		if (only >= 0 && id != (unsigned int)only)
			continue;
		if (!drtmon_chips_add(chips, id, DRTMON_CHIP_FROM_SYSFS))
			return -ENOMEM;
	}
	return 0;
}

static int chips_find(const char *root, int only, struct drtmon_chips *chips,
		      struct drtmon_err *err)
{
	char path[PATH_MAX];
	DIR *dir;
	int ret;

	memset(chips, 0, sizeof(*chips));
	snprintf(path, sizeof(path), "%s" CLASS_TPM, root);
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		return drtmon_err_set(err, -ENODEV, "this kernel has no TPM support loaded");
	if (!dir)
		return drtmon_err_set(err, -errno, "cannot list %s: %m", path);
	ret = chips_list(dir, only, chips);
	closedir(dir);
	return ret ? drtmon_err_set(err, ret, "out of memory") : 0;
}

int drtmon_sysfs_chips(const char *root, int only, struct drtmon_chips *chips,
		       struct drtmon_err *err)
{
	int ret = chips_find(root, only, chips, err);
	size_t i;

	for (i = 0; !ret && i < chips->count; i++)
		chip_read(root, &chips->chip[i]);
	return ret;
}

int drtmon_sysfs_names(const char *root, struct drtmon_chips *chips, struct drtmon_err *err)
{
	int ret = chips_find(root, -1, chips, err);
	size_t i;

	for (i = 0; !ret && i < chips->count; i++) {
		chip_version(root, &chips->chip[i]);
		snprintf(chips->chip[i].why, sizeof(chips->chip[i].why),
			 "the module has no values of it, and the TPM was not asked");
	}
	return ret;
}

static void chip_complete(const char *root, struct drtmon_chip *chip)
{
	struct drtmon_chips found;
	struct drtmon_chip *other;

	if (drtmon_sysfs_chips(root, (int)chip->id, &found, NULL) || !found.count)
		return;
	other = &found.chip[0];
	if (other->banks && !other->unreadable) {
		chip->pcrs = other->pcrs;
		chip->source = DRTMON_CHIP_FROM_SYSFS;
		memset(&chip->snapshot, 0, sizeof(chip->snapshot));
		chip->unreadable = 0;
		chip->why[0] = '\0';
	}
	drtmon_chips_free(&found);
}

void drtmon_sysfs_complete(const char *root, struct drtmon_chips *chips)
{
	size_t i;

	/* Of a TPM whose answers the module refused, sysfs would show what it checks less. */
	for (i = 0; i < chips->count; i++)
		if (chips->chip[i].why[0] &&
		    chips->chip[i].snapshot.state != DRTMON_SNAPSHOT_STATE_FAILED)
			chip_complete(root, &chips->chip[i]);
}

/* 0 or 1, -ENOENT where there is no such file, or why the TPM did not tell. */
static int chip_flag(const char *root, const char *chip, const char *name)
{
	static const char *const where[] = { "", "device/" };
	char path[PATH_MAX], line[8];
	int i, ret = -ENOENT;

	for (i = 0; i < 2 && ret == -ENOENT; i++) {
		snprintf(path, sizeof(path), CLASS_TPM "/%s/%s%s", chip, where[i], name);
		ret = drtmon_sysfs_line(root, path, line, sizeof(line));
	}
	if (ret)
		return ret;
	return line[0] == '0' || line[0] == '1' ? line[0] - '0' : -ENODATA;
}

void drtmon_sysfs_flags(const char *root, const char *chip, struct drtmon_sysfs_flags *flags)
{
	static const char *const name[] = { "enabled", "active", "owned" };
	enum drtmon_known *const flag[] = { &flags->enabled, &flags->active, &flags->owned };
	int i, ret = 0;

	memset(flags, 0, sizeof(*flags));
	for (i = 0; i < 3 && (ret >= 0 || ret == -ENOENT); i++) {
		ret = chip_flag(root, chip, name[i]);
		if (ret >= 0)
			*flag[i] = ret ? DRTMON_KNOWN_YES : DRTMON_KNOWN_NO;
	}
}

/* Asks for no more than it takes: each flag is a command. */
void drtmon_sysfs_switches(const char *root, struct drtmon_chip *chip)
{
	int enabled = chip_flag(root, chip->name, "enabled");

	chip->off[0] = '\0';
	if (!enabled)
		strcpy(chip->off, "disabled");
	else if ((enabled > 0 || enabled == -ENOENT) && !chip_flag(root, chip->name, "active"))
		strcpy(chip->off, "deactivated");
}

enum drtmon_fact drtmon_sysfs_acpi(const char *root, const char *signature)
{
	char path[PATH_MAX];

	if (drtmon_sysfs_fact(root, "/sys/firmware/acpi/tables") != DRTMON_FACT_PRESENT)
		return DRTMON_FACT_UNREADABLE;
	snprintf(path, sizeof(path), "/sys/firmware/acpi/tables/%s", signature);
	return drtmon_sysfs_fact(root, path);
}
