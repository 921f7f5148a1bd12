// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>

#include "lib/luks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_t *metadata, *token;
	const char *id;

	drtmon_luks_parse(data, len, &metadata);
	json_object_foreach (json_object_get(metadata, "tokens"), id, token)
		drtmon_luks_tpm_token(token);
	json_decref(metadata);
	return 0;
}
