// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void item(struct drtmon_evidence *evidence, enum drtmon_item_id id, const uint8_t **data,
		 size_t *len, size_t want)
{
	struct drtmon_blob *blob = &evidence->item[id].blob;
	size_t n = *len < want ? *len : want;

	if (!n)
		return;
	blob->data = malloc(n + 1);
	if (!blob->data)
		return;
	memcpy(blob->data, *data, n);
	blob->data[n] = '\0';
	blob->len = n;
	evidence->item[id].state = DRTMON_ITEM_PRESENT;
	*data += n;
	*len -= n;
}

/* A window, a heap and a log that nobody checked against each other. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_evidence evidence = { 0 };
	struct drtmon_chain chain;

	evidence.facts.vendor = len ? data[len - 1] % 4 : 0;
	item(&evidence, DRTMON_ITEM_REGISTERS, &data, &len, 0x900);
	if (len >= 64) {
		drtmon_pcrs_set(&evidence.pcrs, drtmon_alg_by_id(0xb), 17, data);
		drtmon_pcrs_set(&evidence.pcrs, drtmon_alg_by_id(0xb), 18, data + 32);
		data += 64;
		len -= 64;
	}
	item(&evidence, DRTMON_ITEM_HEAP, &data, &len, 0x1000);
	item(&evidence, DRTMON_ITEM_DRTM_LOG, &data, &len, 0x1000);
	drtmon_chain_judge(&chain, &evidence);
	/* What a launch needs, and no verdict may do without. */
	if (chain.verdict == DRTMON_CHAIN_MEASURED &&
	    (chain.broken != DRTMON_LINKS || chain.link[DRTMON_LINK_PCR17].state != DRTMON_LINK_OK))
		abort();
	json_decref(drtmon_chain_json(&chain));
	drtmon_evidence_free(&evidence);
	return 0;
}
