// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replay of the log a dynamic launch leaves behind: PCRs 17 to 22 start at
 * zero, PCR mapping and markers are not extended, and the first record of
 * some ACMs means something else. Intel TXT SDG 315168, appendix G.
 */
#include "lib/txt/drtm.h"

#include <stdio.h>
#include <string.h>

#include "lib/log/dynamic.h"
#include "lib/log/hash.h"
#include "lib/log/tcg.h"
#include "lib/txt/drtm_list.h"

#define BIT(n) (UINT32_C(1) << (n))

void drtmon_drtm_init(struct drtmon_drtm *drtm, const struct drtmon_pcrs *expect, bool list)
{
	memset(drtm, 0, sizeof(*drtm));
	drtm->expect = expect;
	drtm->list = list ? json_array() : NULL;
}

void drtmon_drtm_free(struct drtmon_drtm *drtm)
{
	unsigned int i;

	for (i = 0; i < drtm->n_banks; i++)
		drtmon_hash_free(drtm->bank[i].hash);
	json_decref(drtm->list);
	drtm->list = NULL;
	drtm->n_banks = 0;
}

static struct drtmon_drtm_bank *bank_get(struct drtmon_drtm *drtm, const struct drtmon_alg *alg)
{
	struct drtmon_drtm_bank *bank;
	unsigned int i;

	for (i = 0; i < drtm->n_banks; i++)
		if (drtm->bank[i].alg == alg)
			return &drtm->bank[i];
	if (!alg || drtm->n_banks == DRTMON_PCRS_BANKS)
		return NULL;
	bank = &drtm->bank[drtm->n_banks];
	bank->hash = drtmon_hash_new(alg);
	if (!bank->hash)
		return NULL;
	bank->alg = alg;
	drtm->n_banks++;
	return bank;
}

/* new = H(old, digest); the TPM's extend */
static void fold(struct drtmon_drtm_bank *bank, uint8_t *value, const uint8_t *digest)
{
	uint8_t both[2 * DRTMON_ALG_DIGEST_MAX];
	uint32_t size = bank->alg->size;

	memcpy(both, value, size);
	memcpy(both + size, digest, size);
	drtmon_hash(bank->hash, value, both, 2 * (size_t)size);
}

static void look(struct drtmon_drtm *drtm, struct drtmon_drtm_bank *bank, uint32_t pcr)
{
	const uint8_t *want;

	want = drtm->expect ? drtmon_pcrs_get(drtm->expect, bank->alg, pcr) : NULL;
	if (!want)
		return;
	if (!memcmp(want, bank->plain[pcr - DRTMON_DRTM_FIRST], bank->alg->size))
		bank->seen |= BIT(pcr);
	if (!memcmp(want, bank->alt[pcr - DRTMON_DRTM_FIRST], bank->alg->size))
		bank->alt_seen |= BIT(pcr);
}

static void extend(struct drtmon_drtm *drtm, struct drtmon_drtm_bank *bank,
		   const struct drtmon_log_event *event, const struct drtmon_log_digest *digest)
{
	uint32_t size = bank->alg->size, n = event->pcr - DRTMON_DRTM_FIRST;
	bool first = drtmon_dynamic_is_start(event) && !(bank->have & BIT(event->pcr));

	fold(bank, bank->plain[n], digest->value);
	if (first) {
		bank->start = drtmon_dynamic_start(bank->hash, event, digest);
		memcpy(bank->alt[n], digest->value, size);
	} else {
		fold(bank, bank->alt[n], digest->value);
	}
	bank->have |= BIT(event->pcr);
	if (event->type == DRTMON_EV_TXT_CAP_VALUE) {
		bank->capped |= BIT(event->pcr);
		drtm->quirks |= DRTMON_DRTM_QUIRK_CAPPED;
	}
	if (bank->start == DRTMON_DYNAMIC_START_VALUE)
		drtm->quirks |= DRTMON_DRTM_QUIRK_START_IS_PCR;
	look(drtm, bank, event->pcr);
}

static void event_note(struct drtmon_drtm *drtm, const struct drtmon_log_event *event)
{
	drtm->events++;
	drtm->drtm_events += drtmon_dynamic_type(event->type);
	if (drtm->list)
		drtmon_drtm_list_add(drtm->list, event);
}

static void event_apply(struct drtmon_drtm *drtm, const struct drtmon_log_event *event)
{
	struct drtmon_drtm_bank *bank;
	unsigned int i;

	event_note(drtm, event);
	if (event->flags & DRTMON_LOG_NOT_EXTENDED || event->pcr < DRTMON_DRTM_FIRST ||
	    event->pcr > DRTMON_DRTM_LAST)
		return;
	for (i = 0; i < event->n_digests; i++) {
		bank = bank_get(drtm, event->digest[i].alg);
		if (!bank || event->digest[i].size != bank->alg->size)
			continue;
		drtm->read |= BIT(bank - drtm->bank);
		extend(drtm, bank, event, &event->digest[i]);
	}
}

static void problem_set(struct drtmon_drtm *drtm, unsigned int n, const char *what)
{
	if (!drtm->problems && n)
		snprintf(drtm->problem, sizeof(drtm->problem), "%s", what);
	drtm->problems += n;
}

/* Shown, not replayed: nobody knows what the PCRs held before the first record. */
static void tail_note(struct drtmon_drtm *drtm, struct drtmon_log_event *event)
{
	if (event->type == DRTMON_EV_TXT_PCR_MAPPING ||
	    event->type == DRTMON_EV_TXT_SLAUNCH_START || event->type == DRTMON_EV_TXT_SLAUNCH_END)
		event->flags = DRTMON_LOG_NOT_EXTENDED;
	event->index = drtm->events;
	event_note(drtm, event);
}

static void read_tail(struct drtmon_drtm *drtm, const uint8_t *buf, size_t len, size_t pos)
{
	struct drtmon_log_event event;

	drtm->quirks |= DRTMON_DRTM_QUIRK_HEADLESS;
	drtm->cut = true;
	problem_set(drtm, 1,
		    "the log has no beginning: its records are shown, nothing is replayed");
	while (drtmon_drtm_tail_next(buf, len, &pos, &event))
		tail_note(drtm, &event);
	if (drtmon_drtm_tail_cut(buf, len, pos, &event)) {
		tail_note(drtm, &event);
		problem_set(drtm, 1, "the last record is cut off");
	}
	drtm->format = DRTMON_LOG_TCG20;
	drtm->end = pos;
}

/*
 * A crypto-agile log starts with a record of PCR 0, a container with its
 * signature. Records of one hash may start with any: they read as crypto-agile
 * only where a digest begins with a small count and the number of a hash.
 */
static bool headless(const uint8_t *buf, size_t len, size_t *pos)
{
	if (len < 4 || !memcmp(buf, "TXT Event Container", len < 19 ? len : 19))
		return false;
	if (!buf[0] && !buf[1] && !buf[2] && !buf[3])
		return false;
	return drtmon_drtm_tail(buf, len, pos);
}

/* Did the log end, or only its bytes? What is missing may explain what the rest does not. */
static void end_note(struct drtmon_drtm *drtm, const struct drtmon_log_info *info)
{
	bool short_of_end = drtm->bytes == DRTMON_DRTM_BYTES_CUT && info->complete;
	bool cut = info->cut ? drtm->bytes != DRTMON_DRTM_BYTES_ALL : short_of_end;
	unsigned int i;

	problem_set(drtm, info->n_problems, info->n_problems ? info->problem[0].what : "");
	if (short_of_end)
		problem_set(drtm, 1, "the log goes on behind the bytes that are there");
	drtm->cut |= cut;
	drtm->unrecognised |= info->format == DRTMON_LOG_UNKNOWN;
	drtm->malformed |= !cut && !info->complete && info->format != DRTMON_LOG_UNKNOWN;
	for (i = 0; i < drtm->n_banks; i++)
		drtm->bank[i].cut |= cut && drtm->read & BIT(i);
}

int drtmon_drtm_add(struct drtmon_drtm *drtm, const uint8_t *buf, size_t len, uint16_t alg,
		    struct drtmon_err *err)
{
	struct drtmon_log_args args = { .data = buf, .len = len, .digest_id = alg };
	const struct drtmon_log_info *info;
	struct drtmon_log_event event;
	struct drtmon_log *log;
	size_t tail;
	int ret;

	if (!alg && headless(buf, len, &tail)) {
		read_tail(drtm, buf, len, tail);
		return 0;
	}
	if (alg)
		args.format = DRTMON_LOG_TCG12;
	ret = drtmon_log_open(&log, &args, err);
	if (ret)
		return ret;
	drtm->read = 0;
	while ((ret = drtmon_log_next(log, &event)) == 1)
		event_apply(drtm, &event);
	info = drtmon_log_info(log);
	drtm->format = info->format;
	drtm->end = info->end;
	end_note(drtm, info);
	drtmon_log_close(log);
	return ret < 0 ? drtmon_err_set(err, ret, "cannot read the log") : 0;
}

static void runtime_extend(struct drtmon_drtm_bank *bank, uint32_t pcr, const uint8_t *digest)
{
	uint32_t size = bank->alg->size, n = pcr - DRTMON_DRTM_FIRST;

	if (!(bank->have & BIT(pcr)))
		return;
	if (!(bank->runtime & BIT(pcr))) {
		memcpy(bank->plain_end[n], bank->plain[n], size);
		memcpy(bank->alt_end[n], bank->alt[n], size);
		bank->runtime |= BIT(pcr);
	}
	fold(bank, bank->plain_end[n], digest);
	fold(bank, bank->alt_end[n], digest);
}

int drtmon_drtm_runtime(struct drtmon_drtm *drtm, const uint8_t *events, size_t len,
			struct drtmon_err *err)
{
	struct drtmon_log_args args = { .data = events, .len = len, .format = DRTMON_LOG_EVENTS };
	struct drtmon_drtm_bank *bank;
	struct drtmon_log_event event;
	struct drtmon_log *log;
	unsigned int i;
	int ret;

	ret = drtmon_log_open(&log, &args, err);
	if (ret)
		return ret;
	while ((ret = drtmon_log_next(log, &event)) == 1) {
		if (event.flags & (DRTMON_LOG_NOT_EXTENDED | DRTMON_LOG_RESET) ||
		    event.pcr < DRTMON_DRTM_FIRST || event.pcr > DRTMON_DRTM_LAST)
			continue;
		for (i = 0; i < event.n_digests; i++) {
			bank = bank_get(drtm, event.digest[i].alg);
			if (bank && event.digest[i].size == bank->alg->size)
				runtime_extend(bank, event.pcr, event.digest[i].value);
		}
	}
	drtmon_log_close(log);
	return ret < 0 ? drtmon_err_set(err, ret, "cannot read the events") : 0;
}

enum drtmon_drtm_match drtmon_drtm_compare(const struct drtmon_drtm_bank *bank,
					   const struct drtmon_pcrs *pcrs, uint32_t index,
					   bool *alt)
{
	const uint8_t *value = pcrs ? drtmon_pcrs_get(pcrs, bank->alg, index) : NULL;
	uint32_t n = index - DRTMON_DRTM_FIRST, size = bank->alg->size;
	bool proved_plain = bank->start == DRTMON_DYNAMIC_START_DIGEST;
	bool proved_alt = bank->start == DRTMON_DYNAMIC_START_VALUE;
	bool plain, other;

	if (alt)
		*alt = false;
	if (!value || !(bank->have & BIT(index)))
		return DRTMON_DRTM_NOT_COMPARED;
	plain = !proved_alt && !memcmp(value, bank->plain[n], size);
	other = !proved_plain && !memcmp(value, bank->alt[n], size);
	if (alt)
		*alt = !plain && (other || proved_alt);
	if (plain || other)
		return DRTMON_DRTM_MATCH;
	if (bank->capped & BIT(index))
		return DRTMON_DRTM_CAPPED;
	if (bank->runtime & BIT(index) &&
	    ((!proved_alt && !memcmp(value, bank->plain_end[n], size)) ||
	     (!proved_plain && !memcmp(value, bank->alt_end[n], size))))
		return DRTMON_DRTM_EXTENDED;
	if ((!proved_alt && bank->seen & BIT(index)) ||
	    (!proved_plain && bank->alt_seen & BIT(index)))
		return DRTMON_DRTM_AHEAD;
	return bank->cut ? DRTMON_DRTM_TRUNCATED : DRTMON_DRTM_MISMATCH;
}
