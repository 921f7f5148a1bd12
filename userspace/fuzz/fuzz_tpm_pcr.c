// SPDX-License-Identifier: GPL-2.0-or-later
/* One answer, taken for each of those that the module asks for. */
#include <stdint.h>
#include <stdlib.h>

#include "../kmod/tpm_pcr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_tpm_selection bank[DRTMON_TPM_BANKS_MAX];
	struct drtmon_tpm_clock clock;
	struct drtmon_tpm_read read;
	u32 i, count = 0;

	drtmon_tpm_banks_parse(bank, DRTMON_TPM_BANKS_MAX, &count, data, len);
	if (count > DRTMON_TPM_BANKS_MAX)
		abort();
	drtmon_tpm_no_increment_parse(&count, data, len);
	drtmon_tpm_clock_parse(&clock, data, len);
	if (drtmon_tpm_read_parse(&read, data, len))
		return 0;
	/* What is handed out has to be inside what came in. */
	for (i = 0; i < read.digest_count; i++)
		if (read.digest[i].value < data ||
		    read.digest[i].value + read.digest[i].size > data + len)
			abort();
	return 0;
}
