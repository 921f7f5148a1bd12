// SPDX-License-Identifier: GPL-2.0-or-later
/* A command, and a response to it: the first two bytes say where the one ends. */
#include <stdint.h>
#include <stdlib.h>

#include "../kmod/tpm_cmd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_tpm_cmd cmd;
	size_t split;
	uint32_t i, rc = 0;

	if (len < 2)
		return 0;
	split = drtmon_get_be16(data);
	data += 2;
	len -= 2;
	if (split > len)
		split = len;
	if (drtmon_tpm_cmd_decode(&cmd, data, split))
		return 0;
	drtmon_tpm_cmd_response(&cmd, data + split, len - split, &rc);
	drtmon_tpm_outcome(cmd.tpm2, rc);
	if (cmd.digest_count > DRTMON_TPM_DIGESTS_MAX)
		abort();
	for (i = 0; i < cmd.digest_count; i++)
		if (cmd.digest[i].size > DRTMON_TPM_DIGEST_MAX)
			abort();
	return 0;
}
