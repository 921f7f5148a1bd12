// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/stats.h"

#include <string.h>

#define COUNT(table)	 (sizeof(table) / sizeof((table)[0]))
#define AT(kind, member) DRTMON_ATTR_AT(kind, struct drtmon_stats, member)

static const struct drtmon_attr_field stats_field[] = {
	[DRTMON_A_STATS_COMMANDS] = AT(U64, commands),
	[DRTMON_A_STATS_EVENTS] = AT(U64, events),
	[DRTMON_A_STATS_RING_SIZE] = AT(U32, ring_size),
	[DRTMON_A_STATS_RING_FIRST] = AT(U64, ring_first),
	[DRTMON_A_STATS_RING_NEXT] = AT(U64, ring_next),
	[DRTMON_A_STATS_QUEUE_LOST] = AT(U64, queue_lost),
	[DRTMON_A_STATS_HOOK_MISSED] = AT(U64, hook_missed),
	[DRTMON_A_STATS_MALFORMED] = AT(U64, malformed),
	[DRTMON_A_STATS_NOTIFY_FAILED] = AT(U64, notify_failed),
};

static const char *const stats_name[] = {
	[DRTMON_A_STATS_COMMANDS] = "commands",
	[DRTMON_A_STATS_EVENTS] = "events",
	[DRTMON_A_STATS_RING_SIZE] = "ring_size",
	[DRTMON_A_STATS_RING_FIRST] = "ring_first",
	[DRTMON_A_STATS_RING_NEXT] = "ring_next",
	[DRTMON_A_STATS_QUEUE_LOST] = "queue_lost",
	[DRTMON_A_STATS_HOOK_MISSED] = "hook_missed",
	[DRTMON_A_STATS_MALFORMED] = "malformed",
	[DRTMON_A_STATS_NOTIFY_FAILED] = "notify_failed",
};

static const struct drtmon_attr_set stats_set = { "stats", stats_field, COUNT(stats_field), NULL };

static int stats_msg(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	return drtmon_attr_decode(&stats_set, attrs, ctx, err);
}

int drtmon_stats_get(struct drtmon_nl *nl, struct drtmon_stats *stats, struct drtmon_err *err)
{
	struct drtmon_nl_req req = {
		.cmd = DRTMON_CMD_STATS_GET,
		.msg = stats_msg,
		.ctx = stats,
	};

	memset(stats, 0, sizeof(*stats));
	return drtmon_nl_call(nl, &req, err);
}

static json_t *stats_value(const struct drtmon_stats *stats, unsigned int type)
{
	const char *member = (const char *)stats + stats_field[type].offset;
	uint64_t value = 0;
	uint32_t narrow;

	if (!drtmon_attr_has(stats->have, type))
		return json_null();
	if (stats_field[type].kind == DRTMON_ATTR_U64) {
		memcpy(&value, member, sizeof(value));
	} else {
		memcpy(&narrow, member, sizeof(narrow));
		value = narrow;
	}
	return json_integer((json_int_t)value);
}

json_t *drtmon_stats_json(const struct drtmon_stats *stats)
{
	json_t *obj = json_object();
	unsigned int i;

	for (i = 0; i < COUNT(stats_name); i++)
		if (stats_name[i])
			json_object_set_new(obj, stats_name[i], stats_value(stats, i));
	return obj;
}
