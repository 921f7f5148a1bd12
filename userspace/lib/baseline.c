// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/baseline.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/hex.h"

/* Attributes of one expected value. */
#define EXPECT_ARGS 3
/* The TPM's number and every PCR of every bank. */
#define ARGS_MAX (1 + DRTMON_PCRS_BANKS * DRTMON_PCRS_COUNT)

/* A baseline-set or -del request: its nests point into it. */
struct request {
	struct drtmon_nl_arg arg[ARGS_MAX];
	struct drtmon_nl_arg expect[ARGS_MAX][EXPECT_ARGS];
	size_t count;
};

void drtmon_baseline_add(struct drtmon_baseline *baseline, const struct drtmon_alg *alg,
			 uint32_t index, const uint8_t *value, uint32_t state)
{
	struct drtmon_bank *bank;

	if (drtmon_pcrs_set(&baseline->value, alg, index, value)) {
		baseline->foreign++;
		return;
	}
	bank = drtmon_pcrs_bank(&baseline->value, alg, 0);
	if (state >= DRTMON_BASELINE_STATES || state == DRTMON_BASELINE_STATE_NONE)
		state = DRTMON_BASELINE_STATE_UNKNOWN;
	baseline->state[bank - baseline->value.bank][index] = (uint8_t)state;
}

enum drtmon_baseline_state drtmon_baseline_state(const struct drtmon_baseline *baseline,
						 const struct drtmon_alg *alg, uint32_t index)
{
	unsigned int i;

	if (!drtmon_pcrs_get(&baseline->value, alg, index))
		return DRTMON_BASELINE_STATE_NONE;
	for (i = 0; baseline->value.bank[i].alg != alg; i++)
		;
	return baseline->state[i][index];
}

uint32_t drtmon_baseline_mask(const struct drtmon_baseline *baseline, unsigned int bank,
			      enum drtmon_baseline_state state)
{
	uint32_t mask = 0, i;

	for (i = 0; i < DRTMON_PCRS_COUNT; i++)
		if (baseline->value.bank[bank].have >> i & 1 && baseline->state[bank][i] == state)
			mask |= UINT32_C(1) << i;
	return mask;
}

void drtmon_baseline_count(const struct drtmon_baseline *baseline,
			   struct drtmon_baseline_count *count)
{
	unsigned int i, state;

	for (i = 0; i < DRTMON_PCRS_BANKS && baseline->value.bank[i].alg; i++)
		for (state = 0; state < DRTMON_BASELINE_STATES; state++)
			count->state[state] += (unsigned int)__builtin_popcount(
				drtmon_baseline_mask(baseline, i, state));
	count->state[DRTMON_BASELINE_STATE_UNKNOWN] += baseline->foreign;
}

enum drtmon_baseline_result drtmon_baseline_result(const struct drtmon_baseline_count *count)
{
	if (count->state[DRTMON_BASELINE_STATE_MISMATCH])
		return DRTMON_BASELINE_MISMATCH;
	if (count->state[DRTMON_BASELINE_STATE_UNKNOWN])
		return DRTMON_BASELINE_UNKNOWN;
	if (count->state[DRTMON_BASELINE_STATE_MATCH])
		return DRTMON_BASELINE_MATCH;
	return DRTMON_BASELINE_NOT_COMPARED;
}

const char *drtmon_baseline_state_name(enum drtmon_baseline_state state)
{
	static const char *const names[] = { "none", "unknown", "match", "mismatch" };

	return names[state];
}

const char *drtmon_baseline_result_name(enum drtmon_baseline_result result)
{
	static const char *const names[] = { "not-compared", "match", "unknown", "mismatch" };

	return names[result];
}

static json_t *hex_json(const struct drtmon_alg *alg, const uint8_t *value)
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];

	return value ? json_string(drtmon_hex_encode(hex, value, alg->size)) : json_null();
}

json_t *drtmon_baseline_json(const struct drtmon_baseline *baseline,
			     const struct drtmon_pcrs *present)
{
	json_t *list = json_array();
	uint32_t i, pcr;

	for (i = 0; i < DRTMON_PCRS_BANKS && baseline->value.bank[i].alg; i++) {
		const struct drtmon_bank *bank = &baseline->value.bank[i];
		const struct drtmon_alg *alg = bank->alg;

		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			if (bank->have >> pcr & 1)
				json_array_append_new(
					list,
					json_pack(
						"{s:s,s:i,s:s,s:o,s:o}", "bank", alg->name, "index",
						pcr, "baseline_state",
						drtmon_baseline_state_name(baseline->state[i][pcr]),
						"baseline", hex_json(alg, bank->value[pcr]),
						"present",
						hex_json(alg, drtmon_pcrs_get(present, alg, pcr))));
	}
	return list;
}

static void request_add(struct request *request, const struct drtmon_alg *alg, uint32_t index,
			const uint8_t *digest)
{
	struct drtmon_nl_arg *expect = request->expect[request->count];

	expect[0] = (struct drtmon_nl_arg){ DRTMON_A_EXPECT_ALG, DRTMON_ATTR_U32, alg->id };
	expect[1] = (struct drtmon_nl_arg){ DRTMON_A_EXPECT_INDEX, DRTMON_ATTR_U32, index };
	expect[2] = (struct drtmon_nl_arg){ DRTMON_A_EXPECT_DIGEST, DRTMON_ATTR_BYTES, alg->size,
					    digest };
	request->arg[request->count++] = (struct drtmon_nl_arg){ DRTMON_A_BASELINE_VALUE,
								 DRTMON_ATTR_NEST, digest ? 3 : 2,
								 expect };
}

static void request_fill(struct request *request, uint32_t chip, const struct drtmon_pcrs *values,
			 bool set)
{
	uint32_t i, pcr;

	request->arg[request->count++] =
		(struct drtmon_nl_arg){ DRTMON_A_BASELINE_CHIP_ID, DRTMON_ATTR_U32, chip };
	for (i = 0; values && i < DRTMON_PCRS_BANKS && values->bank[i].alg; i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			if (values->bank[i].have >> pcr & 1)
				request_add(request, values->bank[i].alg, pcr,
					    set ? values->bank[i].value[pcr] : NULL);
}

static int change(struct drtmon_nl *nl, uint32_t chip, const struct drtmon_pcrs *values, bool set,
		  struct drtmon_err *err)
{
	struct request *request = calloc(1, sizeof(*request));
	struct drtmon_nl_req req = {
		.cmd = set ? DRTMON_CMD_BASELINE_SET : DRTMON_CMD_BASELINE_DEL,
	};
	int ret;

	if (!request)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	request_fill(request, chip, values, set);
	req.args = request->arg;
	req.count = request->count;
	ret = drtmon_nl_call(nl, &req, err);
	free(request);
	return ret;
}

int drtmon_baseline_set(struct drtmon_nl *nl, uint32_t chip, const struct drtmon_pcrs *values,
			struct drtmon_err *err)
{
	return change(nl, chip, values, true, err);
}

int drtmon_baseline_del(struct drtmon_nl *nl, uint32_t chip, const struct drtmon_pcrs *which,
			struct drtmon_err *err)
{
	return change(nl, chip, which, false, err);
}

int drtmon_baseline_lock(struct drtmon_nl *nl, struct drtmon_err *err)
{
	const struct drtmon_nl_req req = { .cmd = DRTMON_CMD_BASELINE_LOCK };

	return drtmon_nl_call(nl, &req, err);
}
