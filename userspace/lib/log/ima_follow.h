/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_IMA_FOLLOW_H
#define DRTMON_LIB_LOG_IMA_FOLLOW_H

#include "lib/event.h"

/* The running kernel's list. */
#define DRTMON_IMA_LIST "/sys/kernel/security/ima/binary_runtime_measurements"

struct drtmon_ima_follow;

/**
 * drtmon_ima_follow_open() - begin to follow an IMA list
 * @follow: set; close with drtmon_ima_follow_close()
 * @path: DRTMON_IMA_LIST, or a file that grows like it
 * @err: why it failed
 *
 * What the list holds now is read here, once; what is added later is read when
 * it is asked for. The names of the last some thousand entries are kept.
 *
 * Return: 0 or a negative errno: there is no list, or it may not be read.
 */
int drtmon_ima_follow_open(struct drtmon_ima_follow **follow, const char *path,
			   struct drtmon_err *err);

/**
 * drtmon_ima_follow_find() - what an extend measured
 * @follow: list, NULL for none
 * @event: a pcr-extend event
 *
 * The kernel appends to the list before it extends, so the entry of an event
 * that was seen is there. An entry answers for one event: a file measured
 * twice is told twice.
 *
 * Return: file name and what else the template says, safe for a terminal, good
 * until the next call; NULL when no entry of the list has these digests.
 */
const char *drtmon_ima_follow_find(struct drtmon_ima_follow *follow,
				   const struct drtmon_event *event);

/**
 * drtmon_ima_follow_close() - release
 * @follow: may be NULL
 */
void drtmon_ima_follow_close(struct drtmon_ima_follow *follow);

#endif
