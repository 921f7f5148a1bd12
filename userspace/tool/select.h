/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_SELECT_H
#define DRTMON_TOOL_SELECT_H

#include <stdint.h>

#include "lib/chip.h"
#include "tool/cmd.h"

/**
 * struct drtmon_select - which values a command is about
 * @chip: --chip: the N of tpmN, -1 for all
 * @bank: --bank: NULL for all
 * @pcrs: --pcrs: bit n: PCR n; 0 for all
 */
struct drtmon_select {
	int chip;
	const struct drtmon_alg *bank;
	uint32_t pcrs;
};

/* Entries for getopt_long(). */
#define DRTMON_SELECT_CHIP                           \
	{                                            \
		"chip", required_argument, NULL, 'c' \
	}
#define DRTMON_SELECT_BANK                           \
	{                                            \
		"bank", required_argument, NULL, 'b' \
	}
#define DRTMON_SELECT_PCRS                           \
	{                                            \
		"pcrs", required_argument, NULL, 'p' \
	}

/**
 * drtmon_select_option() - take one of these options
 * @select: filled in
 * @cmd: for complaints
 * @option: 'c', 'b', 'p', or what getopt_long() returned else
 * @text: its argument
 *
 * Return: EXIT_GOOD, or EXIT_USAGE, which was reported.
 */
int drtmon_select_option(struct drtmon_select *select, const struct drtmon_command *cmd, int option,
			 const char *text);

/**
 * drtmon_select_values() - the selected ones
 * @select: the selection
 * @dst: filled
 * @src: all of them
 *
 * Return: how many.
 */
unsigned int drtmon_select_values(const struct drtmon_select *select, struct drtmon_pcrs *dst,
				  const struct drtmon_pcrs *src);

/**
 * drtmon_select_one() - the only TPM that is selected
 * @chips: those that are selected, at least one
 * @cmd: for complaints
 * @chip: the TPM
 *
 * Return: EXIT_GOOD, or EXIT_USAGE when there are several, which was reported.
 */
int drtmon_select_one(const struct drtmon_chips *chips, const struct drtmon_command *cmd,
		      const struct drtmon_chip **chip);

#endif
