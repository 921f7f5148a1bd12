// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes as a resource table, and as the heap that leads to one. */
#include <stdint.h>
#include <stdlib.h>

#include "../kmod/slrt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	u64 addr[DRTMON_SLRT_CANDIDATES];
	struct drtmon_txt_heap walk;
	struct drtmon_txt_log log;

	drtmon_slrt_log(&log, data, len);
	drtmon_txt_heap_walk(&walk, data, len);
	if (drtmon_slrt_candidates(addr, data, &walk) > DRTMON_SLRT_CANDIDATES)
		abort();
	return 0;
}
