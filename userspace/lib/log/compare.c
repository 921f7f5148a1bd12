// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "lib/log/replay.h"

enum drtmon_compare drtmon_compare(const struct drtmon_pcrs *replayed,
				   const struct drtmon_pcrs *other, const struct drtmon_alg *alg,
				   uint32_t index)
{
	const uint8_t *a = drtmon_pcrs_get(replayed, alg, index);
	const uint8_t *b = drtmon_pcrs_get(other, alg, index);

	if (a && b)
		return memcmp(a, b, alg->size) ? DRTMON_COMPARE_MISMATCH : DRTMON_COMPARE_MATCH;
	if (a)
		return DRTMON_COMPARE_NOT_COMPARED;
	return b ? DRTMON_COMPARE_NOT_IN_LOG : DRTMON_COMPARE_NONE;
}

const char *drtmon_compare_name(enum drtmon_compare compare)
{
	static const char *const names[] = {
		[DRTMON_COMPARE_NONE] = "none",
		[DRTMON_COMPARE_MATCH] = "match",
		[DRTMON_COMPARE_MISMATCH] = "mismatch",
		[DRTMON_COMPARE_NOT_COMPARED] = "not-compared",
		[DRTMON_COMPARE_NOT_IN_LOG] = "not-in-log",
	};

	return (size_t)compare < sizeof(names) / sizeof(names[0]) ? names[compare] : names[0];
}
