// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/chip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A pcr-get message: one bank of one chip. */
struct chip_values {
	uint64_t have;
	uint32_t chip_id;
	char chip_name[32];
	uint32_t alg;
	struct drtmon_snapshot snapshot;
	uint32_t read;	 /* bit n: PCR n has a value */
	uint32_t listed; /* bit n: PCR n is there */
	struct drtmon_attr_bytes value[DRTMON_PCRS_COUNT];
	uint32_t expected; /* bit n: something is expected of PCR n */
	uint32_t baseline_state[DRTMON_PCRS_COUNT];
	struct drtmon_attr_bytes baseline[DRTMON_PCRS_COUNT];
};

struct chip_value {
	uint64_t have;
	uint32_t index;
	uint32_t state;
	struct drtmon_attr_bytes hardware;
	struct drtmon_attr_bytes shadow;
	struct drtmon_attr_bytes baseline;
	uint32_t baseline_state;
};

static const struct drtmon_attr_field chip_field[] = {
	[DRTMON_A_CHIP_ID] = DRTMON_ATTR_AT(U32, struct drtmon_chip, id),
	[DRTMON_A_CHIP_NAME] = DRTMON_ATTR_AT(STRING, struct drtmon_chip, name),
	[DRTMON_A_CHIP_VERSION] = DRTMON_ATTR_AT(U32, struct drtmon_chip, version),
	[DRTMON_A_CHIP_BANK] = DRTMON_ATTR_IN_NEST,
	[DRTMON_A_CHIP_SNAPSHOT] = DRTMON_ATTR_IN_NEST,
	[DRTMON_A_CHIP_COMMANDS] = DRTMON_ATTR_AT(U64, struct drtmon_chip, commands),
	[DRTMON_A_CHIP_SELF_COMMANDS] = DRTMON_ATTR_AT(U64, struct drtmon_chip, self_commands),
	[DRTMON_A_CHIP_HOOK_STATE] = DRTMON_ATTR_AT(U32, struct drtmon_chip, hook_state),
	[DRTMON_A_CHIP_NO_INCREMENT] = DRTMON_ATTR_AT(U32, struct drtmon_chip, no_increment),
	[DRTMON_A_CHIP_CHECKED] = DRTMON_ATTR_AT(U64, struct drtmon_chip, checked),
	[DRTMON_A_CHIP_RECONCILES] = DRTMON_ATTR_AT(U64, struct drtmon_chip, reconciles),
	[DRTMON_A_CHIP_CHECKPOINT_SEQ] = DRTMON_ATTR_AT(U64, struct drtmon_chip, checkpoint_seq),
};

static const struct drtmon_attr_field bank_field[] = {
	[DRTMON_A_BANK_ALG] = DRTMON_ATTR_AT(U32, struct drtmon_chip_bank, alg),
	[DRTMON_A_BANK_DIGEST_SIZE] = DRTMON_ATTR_AT(U32, struct drtmon_chip_bank, digest_size),
};

static const struct drtmon_attr_field snapshot_field[] = {
	[DRTMON_A_SNAPSHOT_STATE] = DRTMON_ATTR_AT(U32, struct drtmon_snapshot, state),
	[DRTMON_A_SNAPSHOT_ERROR] = DRTMON_ATTR_AT(U32, struct drtmon_snapshot, error),
	[DRTMON_A_SNAPSHOT_COMMANDS] = DRTMON_ATTR_AT(U32, struct drtmon_snapshot, commands),
	[DRTMON_A_SNAPSHOT_DIGESTS] = DRTMON_ATTR_AT(U32, struct drtmon_snapshot, digests),
	[DRTMON_A_SNAPSHOT_ATTEMPTS] = DRTMON_ATTR_AT(U32, struct drtmon_snapshot, attempts),
	[DRTMON_A_SNAPSHOT_BOOTTIME] = DRTMON_ATTR_AT(U64, struct drtmon_snapshot, boottime),
	[DRTMON_A_SNAPSHOT_UPDATE_COUNTER] =
		DRTMON_ATTR_AT(U32, struct drtmon_snapshot, update_counter),
};

static const struct drtmon_attr_field values_field[] = {
	[DRTMON_A_PCRS_CHIP_ID] = DRTMON_ATTR_AT(U32, struct chip_values, chip_id),
	[DRTMON_A_PCRS_CHIP_NAME] = DRTMON_ATTR_AT(STRING, struct chip_values, chip_name),
	[DRTMON_A_PCRS_REFRESH] = { DRTMON_ATTR_FLAG, 0, 0 },
	[DRTMON_A_PCRS_SNAPSHOT] = DRTMON_ATTR_IN_NEST,
	[DRTMON_A_PCRS_ALG] = DRTMON_ATTR_AT(U32, struct chip_values, alg),
	[DRTMON_A_PCRS_PCR] = DRTMON_ATTR_IN_NEST,
};

static const struct drtmon_attr_field value_field[] = {
	[DRTMON_A_PCR_INDEX] = DRTMON_ATTR_AT(U32, struct chip_value, index),
	[DRTMON_A_PCR_STATE] = DRTMON_ATTR_AT(U32, struct chip_value, state),
	[DRTMON_A_PCR_HARDWARE] = DRTMON_ATTR_AT(BYTES, struct chip_value, hardware),
	[DRTMON_A_PCR_SHADOW] = DRTMON_ATTR_AT(BYTES, struct chip_value, shadow),
	[DRTMON_A_PCR_BASELINE] = DRTMON_ATTR_AT(BYTES, struct chip_value, baseline),
	[DRTMON_A_PCR_BASELINE_STATE] = DRTMON_ATTR_AT(U32, struct chip_value, baseline_state),
};

static const struct drtmon_attr_set bank_set = { "bank", bank_field, COUNT(bank_field), NULL };
static const struct drtmon_attr_set snapshot_set = {
	"snapshot",
	snapshot_field,
	COUNT(snapshot_field),
	NULL,
};
static const struct drtmon_attr_set value_set = { "pcr", value_field, COUNT(value_field), NULL };

static int chip_nest(void *obj, const struct drtmon_attr *attr, struct drtmon_err *err)
{
	struct drtmon_chip *chip = obj;

	if (attr->type == DRTMON_A_CHIP_SNAPSHOT)
		return drtmon_attr_decode(&snapshot_set, &attr->body, &chip->snapshot, err);
	if (chip->banks == DRTMON_BANKS_MAX)
		return drtmon_err_set(
			err, -EBADMSG,
			"the module sent a chip with more than %u banks; run: drtmon doctor",
			DRTMON_BANKS_MAX);
	return drtmon_attr_decode(&bank_set, &attr->body, &chip->bank[chip->banks++], err);
}

static void value_expect(struct chip_values *values, const struct chip_value *value)
{
	if (!drtmon_attr_has(value->have, DRTMON_A_PCR_BASELINE))
		return;
	values->expected |= 1u << value->index;
	values->baseline[value->index] = value->baseline;
	values->baseline_state[value->index] =
		drtmon_attr_has(value->have, DRTMON_A_PCR_BASELINE_STATE)
			? value->baseline_state
			: DRTMON_BASELINE_STATE_UNKNOWN;
}

static int values_nest(void *obj, const struct drtmon_attr *attr, struct drtmon_err *err)
{
	struct chip_values *values = obj;
	struct chip_value value = { 0 };
	int ret;

	if (attr->type == DRTMON_A_PCRS_SNAPSHOT)
		return drtmon_attr_decode(&snapshot_set, &attr->body, &values->snapshot, err);
	ret = drtmon_attr_decode(&value_set, &attr->body, &value, err);
	if (ret)
		return ret;
	if (!drtmon_attr_has(value.have, DRTMON_A_PCR_INDEX) || value.index >= DRTMON_PCRS_COUNT)
		return drtmon_err_set(
			err, -EBADMSG,
			"the module sent a PCR without a sound index; run: drtmon doctor");
	values->listed |= 1u << value.index;
	value_expect(values, &value);
	/* The shadow has every change since the TPM was read; a stale value is none. */
	if (value.state == DRTMON_PCR_STATE_SHADOWED &&
	    drtmon_attr_has(value.have, DRTMON_A_PCR_SHADOW))
		values->value[value.index] = value.shadow;
	else if (value.state == DRTMON_PCR_STATE_NOT_SHADOWED &&
		 drtmon_attr_has(value.have, DRTMON_A_PCR_HARDWARE))
		values->value[value.index] = value.hardware;
	else
		return 0;
	values->read |= 1u << value.index;
	return 0;
}

static const struct drtmon_attr_set chip_set = { "chip", chip_field, COUNT(chip_field), chip_nest };
static const struct drtmon_attr_set values_set = {
	"pcrs",
	values_field,
	COUNT(values_field),
	values_nest,
};

struct drtmon_chip *drtmon_chips_add(struct drtmon_chips *chips, uint32_t id,
				     enum drtmon_chip_source source)
{
	struct drtmon_chip *chip;
	size_t at = 0;

	while (at < chips->count && chips->chip[at].id < id)
		at++;
	if (at < chips->count && chips->chip[at].id == id)
		return &chips->chip[at];
	chip = realloc(chips->chip, (chips->count + 1) * sizeof(*chip));
	if (!chip)
		return NULL;
	chips->chip = chip;
	chip += at;
	memmove(chip + 1, chip, (chips->count++ - at) * sizeof(*chip));
	memset(chip, 0, sizeof(*chip));
	chip->id = id;
	chip->source = source;
	snprintf(chip->name, sizeof(chip->name), "tpm%u", id);
	return chip;
}

void drtmon_chips_free(struct drtmon_chips *chips)
{
	free(chips->chip);
	memset(chips, 0, sizeof(*chips));
}

static void chips_begin(void *ctx)
{
	drtmon_chips_free(ctx);
}

static int chips_msg(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	struct drtmon_chip found = { .source = DRTMON_CHIP_FROM_MODULE }, *chip;
	int ret = drtmon_attr_decode(&chip_set, attrs, &found, err);

	if (ret)
		return ret;
	if (!drtmon_attr_has(found.have, DRTMON_A_CHIP_ID))
		return drtmon_err_set(
			err, -EBADMSG,
			"the module sent a chip without a number; run: drtmon doctor");
	chip = drtmon_chips_add(ctx, found.id, DRTMON_CHIP_FROM_MODULE);
	if (!chip)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	if (!drtmon_attr_has(found.have, DRTMON_A_CHIP_NAME))
		memcpy(found.name, chip->name, sizeof(found.name));
	*chip = found;
	return 0;
}

static void values_begin(void *ctx)
{
	struct drtmon_chips *chips = ctx;
	size_t i;

	for (i = 0; i < chips->count; i++) {
		memset(&chips->chip[i].pcrs, 0, sizeof(chips->chip[i].pcrs));
		memset(&chips->chip[i].baseline, 0, sizeof(chips->chip[i].baseline));
		chips->chip[i].unreadable = 0;
	}
}

static void values_store(struct drtmon_chip *chip, const struct chip_values *values)
{
	/* No bank at all: a TPM that could not be read. It still tells of its snapshot. */
	const struct drtmon_alg *alg = drtmon_alg_by_id(values->alg);
	unsigned int i;

	if (drtmon_attr_has(values->have, DRTMON_A_PCRS_SNAPSHOT))
		chip->snapshot = values->snapshot;
	for (i = 0; alg && i < DRTMON_PCRS_COUNT; i++) {
		if (!(values->listed >> i & 1))
			continue;
		/* A digest of another length than the bank's is no value of that bank. */
		if (!(values->read >> i & 1) || values->value[i].len != alg->size ||
		    drtmon_pcrs_set(&chip->pcrs, alg, i, values->value[i].data))
			chip->unreadable |= 1u << i;
	}
}

static void values_expect(struct drtmon_chip *chip, const struct chip_values *values)
{
	const struct drtmon_alg *alg = drtmon_alg_by_id(values->alg);
	uint32_t i, state;

	for (i = 0; i < DRTMON_PCRS_COUNT; i++) {
		if (!(values->expected >> i & 1))
			continue;
		/* What is not known now can neither match nor differ. */
		state = values->read >> i & 1 ? values->baseline_state[i]
					      : DRTMON_BASELINE_STATE_UNKNOWN;
		if (!alg || values->baseline[i].len != alg->size)
			chip->baseline.foreign++;
		else
			drtmon_baseline_add(&chip->baseline, alg, i, values->baseline[i].data,
					    state);
	}
}

static int values_msg(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	struct chip_values values = { 0 };
	int ret = drtmon_attr_decode(&values_set, attrs, &values, err);
	struct drtmon_chip *chip;

	/* The TPM is being read: more will come. */
	if (ret || drtmon_attr_has(values.have, DRTMON_A_PCRS_REFRESH))
		return ret;
	if (!drtmon_attr_has(values.have, DRTMON_A_PCRS_CHIP_ID))
		return drtmon_err_set(err, -EBADMSG,
				      "the module sent PCRs of no chip; run: drtmon doctor");
	chip = drtmon_chips_add(ctx, values.chip_id, DRTMON_CHIP_FROM_MODULE);
	if (!chip)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	values_store(chip, &values);
	values_expect(chip, &values);
	return 0;
}

static void chips_keep(struct drtmon_chips *chips, int only)
{
	size_t i, kept = 0;

	for (i = 0; i < chips->count; i++)
		if (only < 0 || chips->chip[i].id == (uint32_t)only)
			chips->chip[kept++] = chips->chip[i];
	chips->count = kept;
}

static void chips_explain(struct drtmon_chip *chip)
{
	if (chip->snapshot.error)
		snprintf(chip->why, sizeof(chip->why), "the TPM could not be read: %s",
			 strerror((int)chip->snapshot.error));
	else if (chip->unreadable || !chip->pcrs.bank[0].alg)
		snprintf(chip->why, sizeof(chip->why), "the module has no value for %s PCRs",
			 chip->unreadable ? "some" : "any");
}

static int chips_values(struct drtmon_nl *nl, int only, bool refresh, struct drtmon_chips *chips,
			struct drtmon_err *err)
{
	struct drtmon_nl_arg args[2];
	struct drtmon_nl_req req = {
		.cmd = DRTMON_CMD_PCR_GET,
		.dump = true,
		.args = args,
		.begin = values_begin,
		.msg = values_msg,
		.ctx = chips,
	};

	if (only >= 0)
		args[req.count++] = (struct drtmon_nl_arg){ DRTMON_A_PCRS_CHIP_ID, DRTMON_ATTR_U32,
							    (uint64_t)only };
	if (refresh)
		args[req.count++] =
			(struct drtmon_nl_arg){ DRTMON_A_PCRS_REFRESH, DRTMON_ATTR_FLAG, 0 };
	return drtmon_nl_call(nl, &req, err);
}

int drtmon_chips_get(struct drtmon_nl *nl, int only, bool refresh, struct drtmon_chips *chips,
		     struct drtmon_err *err)
{
	struct drtmon_nl_req req = {
		.cmd = DRTMON_CMD_CHIP_GET,
		.dump = true,
		.begin = chips_begin,
		.msg = chips_msg,
		.ctx = chips,
	};
	int list, values = 0;
	size_t i;

	memset(chips, 0, sizeof(*chips));
	list = drtmon_nl_call(nl, &req, err);
	if (list < 0)
		return list;
	chips_keep(chips, only);
	if (chips->count)
		values = chips_values(nl, only, refresh, chips, err);
	chips->interrupted = list > 0 || values > 0;
	for (i = 0; i < chips->count; i++)
		chips_explain(&chips->chip[i]);
	return values < 0 ? values : 0;
}

const char *drtmon_chip_version_name(const struct drtmon_chip *chip)
{
	switch (chip->version) {
	case DRTMON_CHIP_VERSION_TPM12:
		return "1.2";
	case DRTMON_CHIP_VERSION_TPM20:
		return "2.0";
	default:
		return NULL;
	}
}

const char *drtmon_chip_bank_name(char *dst, size_t max, uint32_t id)
{
	const struct drtmon_alg *alg = drtmon_alg_by_id(id);

	if (alg)
		snprintf(dst, max, "%s", alg->name);
	else
		snprintf(dst, max, "0x%04x", id);
	return dst;
}

const char *drtmon_snapshot_state_name(const struct drtmon_snapshot *snapshot)
{
	static const char *const names[] = {
		[DRTMON_SNAPSHOT_STATE_NONE] = "none",
		[DRTMON_SNAPSHOT_STATE_CONSISTENT] = "consistent",
		[DRTMON_SNAPSHOT_STATE_TORN] = "torn",
		[DRTMON_SNAPSHOT_STATE_FAILED] = "failed",
	};

	if (!drtmon_attr_has(snapshot->have, DRTMON_A_SNAPSHOT_STATE) ||
	    snapshot->state >= COUNT(names))
		return "unknown";
	return names[snapshot->state];
}
