// SPDX-License-Identifier: GPL-2.0-or-later
/* Documentation/ABI/testing/sysfs-driver-ppi of the kernel. */
#include "lib/ppi.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/sysfs.h"

enum drtmon_ppi_state drtmon_ppi_state(const char *root, uint32_t chip, unsigned int operation)
{
	enum drtmon_ppi_state state = DRTMON_PPI_ABSENT;
	char path[64], *line, *save = NULL;
	struct drtmon_blob blob = { 0 };
	unsigned int op, value;

	snprintf(path, sizeof(path), "/sys/class/tpm/tpm%u/ppi/tcg_operations", chip);
	if (!drtmon_sysfs_read(root, path, &blob) && blob.data)
		state = DRTMON_PPI_NOT_IMPLEMENTED;
	for (line = blob.data ? strtok_r((char *)blob.data, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, "%u %u:", &op, &value) == 2 && op == operation &&
		    value <= DRTMON_PPI_DOES)
			state = (enum drtmon_ppi_state)value;
	drtmon_blob_free(&blob);
	return state;
}

const char *drtmon_ppi_state_text(enum drtmon_ppi_state state)
{
	switch (state) {
	case DRTMON_PPI_NOT_IMPLEMENTED:
		return "this firmware cannot clear the TPM when asked";
	case DRTMON_PPI_FIRMWARE_ONLY:
		return "this firmware clears the TPM in its own setup only";
	case DRTMON_PPI_BLOCKED:
		return "this firmware is set to refuse the system's requests";
	case DRTMON_PPI_ASKS:
		return "at the next boot the firmware asks a person at the machine to confirm";
	case DRTMON_PPI_DOES:
		return "at the next boot the firmware clears the TPM without asking again";
	default:
		return "this firmware has no physical presence interface";
	}
}

int drtmon_ppi_request(const char *root, uint32_t chip, unsigned int operation,
		       struct drtmon_err *err)
{
	char path[PATH_MAX], text[16];
	int fd, len, ret = 0;

	snprintf(path, sizeof(path), "%.*s/sys/class/tpm/tpm%u/ppi/request", PATH_MAX - 64, root,
		 chip);
	len = snprintf(text, sizeof(text), "%u", operation);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return drtmon_err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (write(fd, text, (size_t)len) != len)
		ret = drtmon_err_set(err, errno ? -errno : -EIO, "%s: the firmware refused: %s",
				     path, strerror(errno));
	close(fd);
	return ret;
}
