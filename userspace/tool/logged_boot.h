/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_LOGGED_BOOT_H
#define DRTMON_TOOL_LOGGED_BOOT_H

#include "lib/log/analysis.h"

/* Room for every bank of drtmon_alg_at(). */
#define DRTMON_LOGGED_BOOT_BANKS 16

/* What a firmware's log says of Secure Boot. */
enum drtmon_logged_boot_word {
	DRTMON_LOGGED_BOOT_DISABLED,
	DRTMON_LOGGED_BOOT_ENABLED,
	DRTMON_LOGGED_BOOT_UNKNOWN,
	DRTMON_LOGGED_BOOT_CONTRADICTORY, /* both values */
};

/**
 * struct drtmon_logged_boot - PCR 7's records of SecureBoot, followed bank by bank
 * @value: enum drtmon_logged_boot_word of the records before the separator
 * @over: a separator ended what firmware measured; anybody can extend after it
 */
struct drtmon_logged_boot {
	struct {
		enum drtmon_logged_boot_word value;
		bool over;
	} bank[DRTMON_LOGGED_BOOT_BANKS];
};

/**
 * drtmon_logged_boot_init() - begin with no record
 * @boot: set up
 */
void drtmon_logged_boot_init(struct drtmon_logged_boot *boot);

/**
 * drtmon_logged_boot_event() - look at a record, in log order
 * @boot: records so far
 * @event: of any PCR and type
 */
void drtmon_logged_boot_event(struct drtmon_logged_boot *boot,
			      const struct drtmon_log_event *event);

/**
 * drtmon_logged_boot_word() - what the banks say whose PCR 7 is the TPM's
 * @boot: after the log's last record
 * @analysis: of the same log
 *
 * Return: see enum drtmon_logged_boot_word; unknown where no separator came.
 */
enum drtmon_logged_boot_word drtmon_logged_boot_word(const struct drtmon_logged_boot *boot,
						     const struct drtmon_analysis *analysis);

#endif
