/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_PPI_H
#define DRTMON_LIB_PPI_H

#include <stdint.h>

#include "lib/err.h"

/* Operation 5: Clear (TCG PC Client Physical Presence Interface, table 2). */
#define DRTMON_PPI_CLEAR 5

/* What the firmware would do with a request; the numbers are the specification's. */
enum drtmon_ppi_state {
	DRTMON_PPI_NOT_IMPLEMENTED = 0,
	DRTMON_PPI_FIRMWARE_ONLY = 1, /* only in the firmware's setup */
	DRTMON_PPI_BLOCKED = 2,	      /* by a setting of the firmware */
	DRTMON_PPI_ASKS = 3,	      /* a person at the machine has to confirm */
	DRTMON_PPI_DOES = 4,	      /* without asking */
	DRTMON_PPI_ABSENT = -1,	      /* this firmware or kernel has no such interface */
};

/**
 * drtmon_ppi_state() - what would the firmware do?
 * @root: directory in front of /sys, "" for this machine
 * @chip: the N of tpmN
 * @operation: see DRTMON_PPI_CLEAR
 *
 * Return: enum drtmon_ppi_state.
 */
enum drtmon_ppi_state drtmon_ppi_state(const char *root, uint32_t chip, unsigned int operation);

/**
 * drtmon_ppi_state_text() - the same for a person
 * @state: enum drtmon_ppi_state
 *
 * Return: one clause.
 */
const char *drtmon_ppi_state_text(enum drtmon_ppi_state state);

/**
 * drtmon_ppi_request() - ask the firmware to do it at the next boot
 * @root: directory in front of /sys
 * @chip: the N of tpmN
 * @operation: what
 * @err: what failed
 *
 * Return: 0 or a negative errno.
 */
int drtmon_ppi_request(const char *root, uint32_t chip, unsigned int operation,
		       struct drtmon_err *err);

#endif
