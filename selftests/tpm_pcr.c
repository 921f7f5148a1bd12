// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a TPM's PCRs are by somebody else's word than the module's: the TPM core's
 * files in sysfs. Before 5.12 it shows none of a TPM 2.0 and all of a TPM 1.2 in
 * one; then the TPM itself is asked.
 */
#include "tpm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CAP_PCRS 5

static const __u16 known[] = { TPM2_ALG_SHA1, TPM2_ALG_SHA256, TPM2_ALG_SHA384, TPM2_ALG_SHA512 };

static bool has_file(const char *chip, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/tpm/%s/%s", chip, name);
	return !access(path, F_OK);
}

static bool shows_banks(const char *chip)
{
	char name[32];
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		snprintf(name, sizeof(name), "pcr-%s", tpm_alg_name(known[i]));
		if (has_file(chip, name))
			return true;
	}
	return false;
}

/* Of "tpm0" by tpmrm0, as tests hold tpm0 open. */
static int ask(const char *chip, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	char name[32];
	int fd, ret;

	snprintf(name, sizeof(name), "tpmrm%s", chip + strlen("tpm"));
	fd = tpm_open(name, 0);
	if (fd < 0)
		return fd;
	ret = tpm_do(fd, cmd, rsp);
	close(fd);
	if (ret)
		return ret;
	return rsp->len < TPM_HEADER || tpm_code(rsp) ? -EIO : 0;
}

static bool is_active(const char *chip, __u16 alg)
{
	struct tpm_msg cmd, rsp;
	size_t at = TPM_HEADER + 9;
	__u8 size, i, any = 0;

	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_GET_CAPABILITY);
	tpm_u32(&cmd, CAP_PCRS);
	tpm_u32(&cmd, 0);
	tpm_u32(&cmd, 1);
	tpm_end(&cmd);
	if (ask(chip, &cmd, &rsp))
		return false;
	for (; at + 3 <= rsp.len; at += 3 + size) {
		size = rsp.data[at + 2];
		for (i = 0; i < size && at + 3 + i < rsp.len; i++)
			any |= tpm_get_u16(&rsp, at) == alg ? rsp.data[at + 3 + i] : 0;
	}
	return any;
}

/**
 * tpm_banks() - the banks that a TPM has
 * @chip: "tpm0"
 * @alg: filled
 * @max: room in @alg
 *
 * Return: how many.
 */
unsigned int tpm_banks(const char *chip, __u16 *alg, unsigned int max)
{
	bool shown = shows_banks(chip), old = has_file(chip, "pcrs");
	unsigned int i, count = 0;
	char name[32];

	for (i = 0; i < sizeof(known) / sizeof(known[0]) && count < max; i++) {
		snprintf(name, sizeof(name), "pcr-%s", tpm_alg_name(known[i]));
		if (shown ? has_file(chip, name)
		    : old ? known[i] == TPM2_ALG_SHA1
			  : is_active(chip, known[i]))
			alg[count++] = known[i];
	}
	return count;
}

static int scan(FILE *file, __u8 *digest, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (fscanf(file, "%2hhx", &digest[i]) != 1)
			return -EIO;
	return 0;
}

/* "PCR-17: FF FF ...", a line each. */
static int find(FILE *file, __u32 pcr, __u8 *digest, size_t size)
{
	__u32 index;

	while (fscanf(file, " PCR-%u:", &index) == 1 && !scan(file, digest, size))
		if (index == pcr)
			return 0;
	return -EIO;
}

static int read_pcr(const char *chip, __u16 alg, __u32 pcr, __u8 *digest, size_t size)
{
	struct tpm_msg cmd, rsp;
	size_t at = TPM_HEADER + 4 + 4 + 2 + 1 + 3 + 4, i;
	int ret;

	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_PCR_READ);
	tpm_u32(&cmd, 1);
	tpm_u16(&cmd, alg);
	tpm_u8(&cmd, 3);
	for (i = 0; i < 3; i++)
		tpm_u8(&cmd, pcr / 8 == i ? 1 << pcr % 8 : 0);
	tpm_end(&cmd);
	ret = ask(chip, &cmd, &rsp);
	if (ret)
		return ret;
	if (rsp.len != at + 2 + size || tpm_get_u16(&rsp, at) != size)
		return -EIO;
	memcpy(digest, rsp.data + at + 2, size);
	return 0;
}

/**
 * tpm_sysfs_pcr() - a PCR as the TPM core shows it, or the TPM where that does not
 * @chip: "tpm0"
 * @alg: TPM_ALG_ID
 * @pcr: the PCR's index
 * @digest: filled
 *
 * Return: 0 or a negative errno.
 */
int tpm_sysfs_pcr(const char *chip, __u16 alg, __u32 pcr, __u8 *digest)
{
	bool shown = shows_banks(chip);
	size_t size = tpm_alg_size(alg);
	char path[128];
	FILE *file;
	int ret;

	if (!shown && !has_file(chip, "pcrs"))
		return read_pcr(chip, alg, pcr, digest, size);
	snprintf(path, sizeof(path), "/sys/class/tpm/%s/pcr-%s/%u", chip, tpm_alg_name(alg), pcr);
	if (!shown)
		snprintf(path, sizeof(path), "/sys/class/tpm/%s/pcrs", chip);
	file = fopen(path, "r");
	if (!file)
		return -errno;
	ret = shown ? scan(file, digest, size) : find(file, pcr, digest, size);
	fclose(file);
	return ret;
}
