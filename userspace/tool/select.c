// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/select.h"

#include <string.h>

#include "lib/pcr_mask.h"

int drtmon_select_option(struct drtmon_select *select, const struct drtmon_command *cmd, int option,
			 const char *text)
{
	switch (option) {
	case 'c':
		select->chip = drtmon_cmd_chip(text);
		if (select->chip < 0)
			return drtmon_cmd_usage(cmd, "\"%s\" is no chip like tpm0", text);
		return EXIT_GOOD;
	case 'b':
		select->bank = drtmon_alg_by_name(text, strlen(text));
		if (!select->bank)
			return drtmon_cmd_usage(cmd, "\"%s\" is no bank like sha256", text);
		return EXIT_GOOD;
	case 'p':
		if (!drtmon_pcr_mask_parse(text, &select->pcrs))
			return drtmon_cmd_usage(cmd, "\"%s\" is no list of PCRs like 0-7,17", text);
		return EXIT_GOOD;
	default:
		return EXIT_USAGE;
	}
}

unsigned int drtmon_select_values(const struct drtmon_select *select, struct drtmon_pcrs *dst,
				  const struct drtmon_pcrs *src)
{
	return drtmon_pcrs_select(dst, src, select->bank,
				  select->pcrs ? select->pcrs : DRTMON_PCR_MASK_ALL);
}

int drtmon_select_one(const struct drtmon_chips *chips, const struct drtmon_command *cmd,
		      const struct drtmon_chip **chip)
{
	*chip = &chips->chip[0];
	if (chips->count == 1)
		return EXIT_GOOD;
	return drtmon_cmd_usage(cmd, "there are %zu TPMs; say which one with --chip", chips->count);
}
