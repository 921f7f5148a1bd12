/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_STATE_H
#define DRTMON_TOOL_STATE_H

#include <jansson.h>

#include "lib/event.h"
#include "lib/launch.h"
#include "lib/verdict.h"
#include "tool/cmd.h"
#include "tool/judge.h"

/* Whether the newest alert could be looked for. */
enum drtmon_alert {
	DRTMON_ALERT_UNKNOWN,	 /* no module to ask, or it did not answer */
	DRTMON_ALERT_UNREADABLE, /* not permitted */
	DRTMON_ALERT_LOST,	 /* none among those still held, others are lost */
	DRTMON_ALERT_NONE,
	DRTMON_ALERT_FOUND,
};

/**
 * struct drtmon_state - what "status" says, before it is put into words
 * @machine: the evidence
 * @launch: dynamic launch
 * @tpm: TPM
 * @secure_boot: Secure Boot
 * @module: drtmon.ko
 * @judge: by what events are alerts; borrowed; NULL for the module's severities
 * @alert: whether @last_alert is known
 * @last_alert: newest event that is judged a warning or worse
 * @alert_judgement: of @last_alert
 * @alert_json: the same as a capture holds it; NULL when it is not from one
 * @alert_err: why the events could not be had, or what is wrong with them; code 0
 *	when nothing is
 * @alert_lost: events that the module or the capture no longer holds
 */
struct drtmon_state {
	struct drtmon_machine machine;
	struct drtmon_launch launch;
	struct drtmon_verdict tpm;
	struct drtmon_verdict secure_boot;
	struct drtmon_verdict module;
	const struct drtmon_judge *judge;
	enum drtmon_alert alert;
	struct drtmon_event last_alert;
	struct drtmon_judgement alert_judgement;
	json_t *alert_json;
	struct drtmon_err alert_err;
	uint64_t alert_lost;
};

/**
 * drtmon_state_look() - collect and judge
 * @state: filled; release with drtmon_state_free()
 * @judge: by what events are alerts, NULL for the module's severities; must
 *	outlive @state
 */
void drtmon_state_look(struct drtmon_state *state, const struct drtmon_judge *judge);

/**
 * drtmon_state_free() - release it
 * @state: filled by drtmon_state_look()
 */
void drtmon_state_free(struct drtmon_state *state);

/**
 * drtmon_state_json() - as the document of "status -j"
 * @state: the state
 *
 * Return: a new reference, NULL when out of memory.
 */
json_t *drtmon_state_json(const struct drtmon_state *state);

/**
 * drtmon_state_hooks_json() - the module's hooks
 * @platform: what the module says
 *
 * Return: a new reference to an array.
 */
json_t *drtmon_state_hooks_json(const struct drtmon_platform *platform);

/**
 * drtmon_state_print() - as the lines of "status"
 * @opts: decides about colour
 * @state: the state
 */
void drtmon_state_print(const struct drtmon_opts *opts, const struct drtmon_state *state);

/**
 * drtmon_state_exit() - the exit code that goes with it
 * @state: the state
 *
 * Return: EXIT_NO_TPM without a TPM, EXIT_FINDING when something could not be
 * read or contradicts itself or the module is degraded, else EXIT_GOOD.
 */
int drtmon_state_exit(const struct drtmon_state *state);

#endif
