// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/bank.h"

#include <errno.h>
#include <string.h>

void drtmon_chain_look(struct drtmon_chain *chain, uint32_t index, int64_t event)
{
	const struct drtmon_bank *expect = chain->expect;

	if (!(expect->have & UINT32_C(1) << index) ||
	    memcmp(chain->value[index], expect->value[index], chain->alg->size))
		return;
	chain->pcr[index].seen = true;
	chain->pcr[index].seen_at = event;
}

void drtmon_chain_start(struct drtmon_chain *chain, uint32_t index, uint8_t fill, uint8_t last)
{
	memset(chain->value[index], fill, chain->alg->size);
	chain->value[index][chain->alg->size - 1] = last;
	chain->pcr[index].seen = false;
	if (chain->expect)
		drtmon_chain_look(chain, index, -1);
}

int drtmon_chain_init(struct drtmon_chain *chain, const struct drtmon_alg *alg,
		      const struct drtmon_pcrs *expect)
{
	uint32_t i;

	memset(chain, 0, sizeof(*chain));
	chain->alg = alg;
	chain->hash = drtmon_hash_new(alg);
	if (!chain->hash)
		return errno == ENOMEM ? -ENOMEM : -ENOTSUP;
	for (i = 0; expect && i < DRTMON_PCRS_BANKS; i++)
		if (expect->bank[i].alg == alg)
			chain->expect = &expect->bank[i];
	/* TCG PC Client PTP: 17 to 22 are all ones until a dynamic launch. */
	for (i = 0; i < DRTMON_PCRS_COUNT; i++) {
		uint8_t fill = i >= 17 && i <= 22 ? 0xff : 0x00;

		drtmon_chain_start(chain, i, fill, fill);
		if (DRTMON_HASH_PADDED(2u * alg->size) <= sizeof(chain->value[i]))
			chain->padded = drtmon_hash_pad(chain->value[i], 2u * alg->size);
	}
	return 0;
}

void drtmon_chain_set(struct drtmon_chain *chain, uint32_t index, const uint8_t *value,
		      uint64_t event)
{
	memcpy(chain->value[index], value, chain->alg->size);
	chain->pcr[index].seen = false;
	if (chain->expect)
		drtmon_chain_look(chain, index, (int64_t)event);
}

int drtmon_chain_extend(struct drtmon_chain *chain, uint32_t index, const uint8_t *digest,
			uint64_t event)
{
	struct drtmon_hash_job job = drtmon_chain_job(chain, index);

	memcpy(drtmon_chain_next(chain, index), digest, chain->alg->size);
	if (drtmon_hash_run(&job, 1))
		return -EIO;
	drtmon_chain_done(chain, index, event);
	return 0;
}

void drtmon_chain_fini(struct drtmon_chain *chain)
{
	drtmon_hash_free(chain->hash);
	memset(chain, 0, sizeof(*chain));
}
