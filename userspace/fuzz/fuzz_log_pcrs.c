// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stddef.h>

#include "lib/pcrs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_err err;

	drtmon_pcrs_parse(&pcrs, (const char *)data, len, &err);
	json_decref(drtmon_pcrs_json(&pcrs));
	drtmon_pcrs_drtm(&pcrs, 17);
	return 0;
}
