// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz/fuzz_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	fuzz_log(DRTMON_LOG_IMA_ASCII, data, len);
	return 0;
}
