// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stddef.h>
#include <string.h>

#include "lib/txt/drtm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint16_t algs[] = { 0, 4, 0xb, 0xc };
	struct drtmon_pcrs pcrs = { 0 };
	struct drtmon_drtm drtm;
	uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 1 };

	drtmon_pcrs_set(&pcrs, drtmon_alg_by_id(0xb), 17, value);
	drtmon_drtm_init(&drtm, &pcrs, true);
	drtmon_drtm_add(&drtm, data, len, len ? algs[data[len - 1] % 4] : 0, NULL);
	drtmon_drtm_runtime(&drtm, data, len, NULL);
	json_decref(drtmon_drtm_json(&drtm, &pcrs));
	drtmon_drtm_free(&drtm);
	return 0;
}
