/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_BASELINE_H
#define DRTMON_LIB_BASELINE_H

#include <stdint.h>

#include <jansson.h>
#include <linux/drtmon.h>

#include "lib/err.h"
#include "lib/nl.h"
#include "lib/pcrs.h"

#define DRTMON_BASELINE_STATES (DRTMON_BASELINE_STATE_MISMATCH + 1)

/**
 * struct drtmon_baseline - what is expected of a TPM's PCRs, as the module says
 * @value: the expected values
 * @state: enum drtmon_baseline_state, by bank in the order of @value, and PCR
 * @foreign: values of banks that are not known here
 */
struct drtmon_baseline {
	struct drtmon_pcrs value;
	uint8_t state[DRTMON_PCRS_BANKS][DRTMON_PCRS_COUNT];
	unsigned int foreign;
};

/* How a TPM stands towards its baseline. */
enum drtmon_baseline_result {
	DRTMON_BASELINE_NOT_COMPARED, /* nothing is expected */
	DRTMON_BASELINE_MATCH,	      /* all that is expected was compared, and is so */
	DRTMON_BASELINE_UNKNOWN,      /* none is known to differ, but not all were compared */
	DRTMON_BASELINE_MISMATCH,
};

/**
 * struct drtmon_baseline_count - expected values, counted by how they came out
 * @state: by enum drtmon_baseline_state
 */
struct drtmon_baseline_count {
	unsigned int state[DRTMON_BASELINE_STATES];
};

/**
 * drtmon_baseline_add() - one more expected value
 * @baseline: of a TPM
 * @alg: bank
 * @index: PCR, below DRTMON_PCRS_COUNT
 * @value: @alg->size bytes
 * @state: enum drtmon_baseline_state; one from the future is taken for unknown
 */
void drtmon_baseline_add(struct drtmon_baseline *baseline, const struct drtmon_alg *alg,
			 uint32_t index, const uint8_t *value, uint32_t state);

/**
 * drtmon_baseline_state() - is a PCR as expected?
 * @baseline: of a TPM
 * @alg: bank
 * @index: PCR
 *
 * Return: the module's answer; NONE when nothing is expected.
 */
enum drtmon_baseline_state drtmon_baseline_state(const struct drtmon_baseline *baseline,
						 const struct drtmon_alg *alg, uint32_t index);

/**
 * drtmon_baseline_mask() - the PCRs of a bank that are in a state
 * @baseline: of a TPM
 * @bank: index of a bank in @baseline->value
 * @state: which state
 *
 * Return: bit n: PCR n.
 */
uint32_t drtmon_baseline_mask(const struct drtmon_baseline *baseline, unsigned int bank,
			      enum drtmon_baseline_state state);

/**
 * drtmon_baseline_count() - count, in addition to what was counted before
 * @baseline: of a TPM
 * @count: added to; values of foreign banks are unknown
 */
void drtmon_baseline_count(const struct drtmon_baseline *baseline,
			   struct drtmon_baseline_count *count);

/**
 * drtmon_baseline_result() - what follows from a count
 * @count: of one TPM or of several
 *
 * Return: see enum drtmon_baseline_result.
 */
enum drtmon_baseline_result drtmon_baseline_result(const struct drtmon_baseline_count *count);

/**
 * drtmon_baseline_state_name() - "none", "unknown", "match", "mismatch"
 * @state: which
 *
 * Return: a static string.
 */
const char *drtmon_baseline_state_name(enum drtmon_baseline_state state);

/**
 * drtmon_baseline_result_name() - "not-compared", "match", "unknown", "mismatch"
 * @result: which
 *
 * Return: a static string.
 */
const char *drtmon_baseline_result_name(enum drtmon_baseline_result result);

/**
 * drtmon_baseline_json() - the expected values
 * @baseline: of a TPM
 * @present: what its PCRs hold
 *
 * Return: a new reference to an array of objects with bank, index, baseline,
 * present (null when not known) and baseline_state; NULL when out of memory.
 */
json_t *drtmon_baseline_json(const struct drtmon_baseline *baseline,
			     const struct drtmon_pcrs *present);

/**
 * drtmon_baseline_set() - expect values; others that were expected before stay
 * @nl: a resolved socket
 * @chip: the N of tpmN
 * @values: what to expect
 * @err: what failed; then nothing was changed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_baseline_set(struct drtmon_nl *nl, uint32_t chip, const struct drtmon_pcrs *values,
			struct drtmon_err *err);

/**
 * drtmon_baseline_del() - no longer expect values
 * @nl: a resolved socket
 * @chip: the N of tpmN
 * @which: banks and PCRs, NULL for all
 * @err: what failed; then nothing was changed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_baseline_del(struct drtmon_nl *nl, uint32_t chip, const struct drtmon_pcrs *which,
			struct drtmon_err *err);

/**
 * drtmon_baseline_lock() - keep every TPM's baseline, and the module, until reboot
 * @nl: a resolved socket
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_baseline_lock(struct drtmon_nl *nl, struct drtmon_err *err);

#endif
