// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/capture.h"
#include "lib/chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A capture as somebody mailed it, read and judged. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static int fd = -1;
	struct drtmon_evidence evidence;
	struct drtmon_chain chain;
	struct drtmon_err err;
	char path[64];

	if (fd < 0)
		fd = memfd_create("capture", 0);
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, len, 0) != (ssize_t)len)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!drtmon_capture_read(&evidence, path, &err)) {
		drtmon_chain_judge(&chain, &evidence);
		json_decref(drtmon_chain_json(&chain));
	}
	drtmon_evidence_free(&evidence);
	return 0;
}
