// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stddef.h>

#include "lib/txt/acm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct drtmon_txt_identity id = {
		.have_didvid = true,
		.have_signature = true,
		.have_platform = true,
		.have_fused = true,
		.didvid = 0x1b0028086,
		.signature = 0x306f2,
		.production = true,
	};
	struct drtmon_txt_acm acm;

	if (!drtmon_txt_acm_parse(&acm, data, len, NULL))
		json_decref(drtmon_txt_acm_json(&acm, &id));
	return 0;
}
