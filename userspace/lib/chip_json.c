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
	json_t *obj = json_object();

	json_object_set_new(obj, "consistent", consistent(s));
	json_object_set_new(obj, "commands",
			    number(s->have, DRTMON_A_SNAPSHOT_COMMANDS, s->commands));
	json_object_set_new(obj, "state", json_string(drtmon_snapshot_state_name(s)));
	json_object_set_new(obj, "error", number(s->have, DRTMON_A_SNAPSHOT_ERROR, s->error));
	json_object_set_new(obj, "digests", number(s->have, DRTMON_A_SNAPSHOT_DIGESTS, s->digests));
	json_object_set_new(obj, "attempts",
			    number(s->have, DRTMON_A_SNAPSHOT_ATTEMPTS, s->attempts));
	json_object_set_new(obj, "boottime_ns",
			    number(s->have, DRTMON_A_SNAPSHOT_BOOTTIME, s->boottime));
	json_object_set_new(obj, "update_counter",
			    number(s->have, DRTMON_A_SNAPSHOT_UPDATE_COUNTER, s->update_counter));
	return obj;
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

static json_t *hook_state(const struct drtmon_chip *chip)
{
	const char *word = drtmon_hook_word(chip->hook_state);

	if (!word || !drtmon_attr_has(chip->have, DRTMON_A_CHIP_HOOK_STATE))
		return json_null();
	return json_string(word);
}

json_t *drtmon_chip_json(const struct drtmon_chip *chip)
{
	static const char *const sources[] = {
		[DRTMON_CHIP_FROM_SYSFS] = "sysfs",
		[DRTMON_CHIP_FROM_MODULE] = "module",
		[DRTMON_CHIP_FROM_CAPTURE] = "capture",
	};
	json_t *obj = json_pack("{s:s,s:s?,s:s}", "name", chip->name, "version",
				drtmon_chip_version_name(chip), "source", sources[chip->source]);

	json_object_set_new(obj, "banks", drtmon_chip_banks_json(chip));
	json_object_set_new(obj, "commands",
			    number(chip->have, DRTMON_A_CHIP_COMMANDS, chip->commands));
	json_object_set_new(obj, "self_commands",
			    number(chip->have, DRTMON_A_CHIP_SELF_COMMANDS, chip->self_commands));
	json_object_set_new(obj, "hook_state", hook_state(chip));
	json_object_set_new(obj, "checked_ns",
			    number(chip->have, DRTMON_A_CHIP_CHECKED, chip->checked));
	json_object_set_new(obj, "reconciles",
			    number(chip->have, DRTMON_A_CHIP_RECONCILES, chip->reconciles));
	json_object_set_new(obj, "snapshot", drtmon_snapshot_json(&chip->snapshot));
	json_object_set_new(obj, "problem", chip->why[0] ? json_string(chip->why) : json_null());
	return obj;
}
