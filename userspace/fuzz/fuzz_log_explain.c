// SPDX-License-Identifier: GPL-2.0-or-later
/* The joint of two logs: input is cut at a byte it names itself. */
#include <string.h>

#include "fuzz/fuzz_log.h"
#include "lib/log/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_explain_log logs[DRTMON_EXPLAIN_SOURCES] = { 0 };
	uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 0 };
	struct drtmon_explain *explain;
	struct drtmon_pcrs pcrs = { 0 };
	size_t cut;

	if (len < 4)
		return 0;
	cut = 4 + (data[1] | (size_t)data[2] << 8) % (len - 3);
	logs[data[0] % DRTMON_EXPLAIN_EVENTS].data = data + 4;
	logs[data[0] % DRTMON_EXPLAIN_EVENTS].len = cut - 4;
	logs[DRTMON_EXPLAIN_EVENTS].data = data + cut;
	logs[DRTMON_EXPLAIN_EVENTS].len = len - cut;
	drtmon_pcrs_set(&pcrs, drtmon_alg_by_id(0x000b), data[3] % DRTMON_PCRS_COUNT, value);
	if (!drtmon_explain_run(&explain, logs, &pcrs, NULL))
		drtmon_explain_free(explain);
	return 0;
}
