/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_DAEMON_JUDGED_H
#define DRTMON_DAEMON_JUDGED_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/launch.h"

/*
 * TXT registers and the launch's heap are for root, which drtmond is not. Its
 * unit lets "drtmon why -j" look at them once, before it starts: they do not
 * change until the next boot, and if they do there is an event that says so.
 */

/**
 * struct judged - what root saw
 * @there: it was read, and nothing of the launch changed since
 * @when: when it was judged, ns since 1970
 * @verdict: the chain's
 * @link: state of each link
 * @tpm_off: "disabled" or "deactivated" for a TPM 1.2 that is, else "": flags that no
 *	launch changes
 */
struct judged {
	bool there;
	uint64_t when;
	enum drtmon_chain_verdict verdict;
	enum drtmon_link_state link[DRTMON_LINKS];
	char tpm_off[16];
};

/**
 * judged_read() - read it
 * @judged: filled; @there is false when there is none, or it makes no sense
 * @path: output of "drtmon why -j"
 */
void judged_read(struct judged *judged, const char *path);

/**
 * judged_tpm() - add what drtmond may not wait for
 * @judged: what root saw
 * @machine: a glance
 */
void judged_tpm(const struct judged *judged, struct drtmon_machine *machine);

/**
 * judged_apply() - add it to what is seen now
 * @judged: what root saw
 * @launch: a launch judged by PCRs alone; others stay as they are
 *
 * If the PCRs say now what excludes it, the launch is contradictory.
 *
 * Return: true when it was used.
 */
bool judged_apply(const struct judged *judged, struct drtmon_launch *launch);

#endif
