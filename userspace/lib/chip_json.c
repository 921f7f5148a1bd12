// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/chip_json.h"

#include "lib/platform.h"

static json_t *number(uint64_t have, unsigned int type, uint64_t value)
{
	return drtmon_attr_has(have, type) ? json_integer((json_int_t)value) : json_null();
}

static json_t *consistent(const struct drtmon_snapshot *s)
{
	if (drtmon_attr_has(s->have, DRTMON_A_SNAPSHOT_STATE) &&
	    (s->state == DRTMON_SNAPSHOT_STATE_CONSISTENT ||
	     s->state == DRTMON_SNAPSHOT_STATE_TORN))
		return json_boolean(s->state == DRTMON_SNAPSHOT_STATE_CONSISTENT);
	return json_null();
}

json_t *drtmon_snapshot_json(const struct drtmon_snapshot *s)
{
	return json_pack("{s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o}",
		"consistent", consistent(s),
		"commands", number(s->have, DRTMON_A_SNAPSHOT_COMMANDS, s->commands),
		"state", drtmon_snapshot_state_name(s),
		"error", number(s->have, DRTMON_A_SNAPSHOT_ERROR, s->error),
		"digests", number(s->have, DRTMON_A_SNAPSHOT_DIGESTS, s->digests),
		"attempts", number(s->have, DRTMON_A_SNAPSHOT_ATTEMPTS, s->attempts),
		"boottime_ns", number(s->have, DRTMON_A_SNAPSHOT_BOOTTIME, s->boottime),
		"update_counter",
		number(s->have, DRTMON_A_SNAPSHOT_UPDATE_COUNTER, s->update_counter));
}

json_t *drtmon_chip_banks_json(const struct drtmon_chip *chip)
{
	json_t *list = json_array();
	char name[16];
	uint32_t i;

	for (i = 0; i < chip->banks; i++)
		json_array_append_new(list, json_string(drtmon_chip_bank_name(name, sizeof(name),
									      chip->bank[i].alg)));
	return list;
}

json_t *drtmon_chip_json(const struct drtmon_chip *chip)
{
	const char *hook = drtmon_attr_has(chip->have, DRTMON_A_CHIP_HOOK_STATE) ?
				   drtmon_hook_word(chip->hook_state) : NULL;
	const char *source = chip->source == DRTMON_CHIP_FROM_MODULE ? "module" : "sysfs";

	return json_pack("{s:s,s:s?,s:s,s:o,s:o,s:o,s:s?,s:o,s:o,s:o,s:s?}",
		"name", chip->name,
		"version", drtmon_chip_version_name(chip),
		"source", source,
		"banks", drtmon_chip_banks_json(chip),
		"commands", number(chip->have, DRTMON_A_CHIP_COMMANDS, chip->commands),
		"self_commands",
		number(chip->have, DRTMON_A_CHIP_SELF_COMMANDS, chip->self_commands),
		"hook_state", hook,
		"checked_ns", number(chip->have, DRTMON_A_CHIP_CHECKED, chip->checked),
		"reconciles", number(chip->have, DRTMON_A_CHIP_RECONCILES, chip->reconciles),
		"snapshot", drtmon_snapshot_json(&chip->snapshot),
		"problem", chip->why[0] ? chip->why : NULL);
}
