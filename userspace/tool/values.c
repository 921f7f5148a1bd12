// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/values.h"

#include <stdio.h>

#include "lib/chip_json.h"
#include "lib/hex.h"
#include "tool/out.h"

json_t *drtmon_values_json(const struct drtmon_chips *chips)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < chips->count; i++) {
		json_t *chip = drtmon_chip_json(&chips->chip[i]);

		json_object_set_new(chip, "pcrs", drtmon_pcrs_json(&chips->chip[i].pcrs));
		json_array_append_new(list, chip);
	}
	return list;
}

static void print_bank(const struct drtmon_bank *bank)
{
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	unsigned int i;

	printf("  %s\n", bank->alg->name);
	for (i = 0; i < DRTMON_PCRS_COUNT; i++)
		if (bank->have >> i & 1)
			printf("    %-2u  %s\n", i,
			       drtmon_hex_encode(hex, bank->value[i], bank->alg->size));
}

void drtmon_values_print(const struct drtmon_opts *opts, const struct drtmon_chip *chip)
{
	const char *version = drtmon_chip_version_name(chip);
	const char *state = drtmon_snapshot_state_name(&chip->snapshot);
	size_t i;

	printf("%s: TPM %s, ", chip->name, version ? version : "of unknown version");
	if (chip->source == DRTMON_CHIP_FROM_SYSFS)
		printf("read one by one through sysfs, not at one moment\n");
	else
		printf("snapshot %s, %u digests in %u commands\n", state, chip->snapshot.digests,
		       chip->snapshot.commands);
	for (i = 0; i < DRTMON_PCRS_BANKS && chip->pcrs.bank[i].alg; i++)
		print_bank(&chip->pcrs.bank[i]);
	if (chip->why[0])
		printf("  %s%s%s\n", drtmon_out_tone(opts, DRTMON_TONE_BAD), chip->why,
		       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
}
