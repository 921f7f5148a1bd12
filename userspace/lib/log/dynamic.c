// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of a dynamic launch that a replay treats differently from all others. */
#include "lib/log/dynamic.h"

#include <string.h>

#include "lib/log/tcg.h"

bool drtmon_dynamic_type(uint32_t type)
{
	return (type >= DRTMON_EV_TXT_BASE && type <= DRTMON_EV_SKINIT_LAST) ||
	       (type > DRTMON_EV_ARM_DRTM_BASE && type <= DRTMON_EV_ARM_DRTM_LAST);
}

bool drtmon_dynamic_is_start(const struct drtmon_log_event *event)
{
	return event->content == DRTMON_LOG_CONTENT_TCG &&
	       event->type == DRTMON_EV_TXT_HASH_START && event->pcr == 17;
}

enum drtmon_dynamic_start drtmon_dynamic_start(struct drtmon_hash *hash,
					       const struct drtmon_log_event *event,
					       const struct drtmon_log_digest *digest)
{
	const uint32_t size = digest->alg->size;
	uint8_t both[2 * DRTMON_ALG_DIGEST_MAX] = { 0 }, *value = both + size;

	if (!event->len || drtmon_hash(hash, value, event->data, event->len))
		return DRTMON_DYNAMIC_START_UNPROVED;
	if (!memcmp(value, digest->value, size))
		return DRTMON_DYNAMIC_START_DIGEST;
	if (drtmon_hash(hash, both, both, 2 * (size_t)size) || memcmp(both, digest->value, size))
		return DRTMON_DYNAMIC_START_UNPROVED;
	return DRTMON_DYNAMIC_START_VALUE;
}
