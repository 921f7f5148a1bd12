/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_PCRS_DIFF_H
#define DRTMON_LIB_PCRS_DIFF_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/pcrs.h"

enum drtmon_pcrs_diff_state {
	DRTMON_PCRS_DIFF_MATCH,
	DRTMON_PCRS_DIFF_MISMATCH,
	DRTMON_PCRS_DIFF_NO_PRESENT,  /* not compared: the present value is not known */
	DRTMON_PCRS_DIFF_NO_EXPECTED, /* not compared: nothing is expected */
	DRTMON_PCRS_DIFF_STATES
};

/**
 * struct drtmon_pcrs_diff_bank - one bank of both sets
 * @alg: which
 * @mask: by enum drtmon_pcrs_diff_state, bit n: PCR n
 */
struct drtmon_pcrs_diff_bank {
	const struct drtmon_alg *alg;
	uint32_t mask[DRTMON_PCRS_DIFF_STATES];
};

/**
 * struct drtmon_pcrs_diff - two sets, compared value by value
 * @expected: one set
 * @present: the other
 * @bank: @banks of them: those of @expected, then those that only @present has
 * @banks: how many
 * @count: values, by enum drtmon_pcrs_diff_state
 */
struct drtmon_pcrs_diff {
	const struct drtmon_pcrs *expected;
	const struct drtmon_pcrs *present;
	struct drtmon_pcrs_diff_bank bank[2 * DRTMON_PCRS_BANKS];
	size_t banks;
	unsigned int count[DRTMON_PCRS_DIFF_STATES];
};

/**
 * drtmon_pcrs_diff() - compare
 * @diff: filled
 * @expected: kept by reference
 * @present: kept by reference
 */
void drtmon_pcrs_diff(struct drtmon_pcrs_diff *diff, const struct drtmon_pcrs *expected,
		      const struct drtmon_pcrs *present);

/**
 * drtmon_pcrs_diff_same() - is everything that is expected so?
 * @diff: compared
 *
 * Return: true when at least one value was compared, and no expected value
 * differs or could not be compared.
 */
int drtmon_pcrs_diff_same(const struct drtmon_pcrs_diff *diff);

/**
 * drtmon_pcrs_diff_json() - value by value
 * @diff: compared
 *
 * Return: a new reference to an array of objects with bank, index, state
 * ("match", "mismatch", "not-compared"), expected and present, of which one is
 * null where nothing was compared; NULL when out of memory.
 */
json_t *drtmon_pcrs_diff_json(const struct drtmon_pcrs_diff *diff);

#endif
