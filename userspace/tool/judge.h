/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_JUDGE_H
#define DRTMON_TOOL_JUDGE_H

#include <limits.h>

#include <jansson.h>

#include "lib/policy.h"
#include "tool/cmd.h"

/**
 * struct drtmon_judge - by what an event is called an alert
 * @policy: drtmond's, or one that leaves all to the module
 * @used: a file was read
 * @named: by the user
 * @file: its path, "" for none
 * @problems: entries of it that do not count
 * @reason: why no file was used, else ""
 */
struct drtmon_judge {
	struct drtmon_policy policy;
	bool used;
	bool named;
	char file[PATH_MAX];
	unsigned int problems;
	char reason[sizeof(((struct drtmon_err *)0)->msg)];
};

/**
 * drtmon_judge_open() - the policy of this machine's daemon, or the one named
 * @judge: filled; release with drtmon_judge_free() whatever the result
 * @opts: with --from no policy is used but one that is named: this machine's
 *	says nothing of another
 * @file: --policy, or NULL for what drtmond.conf names
 * @err: why @file cannot be read
 *
 * A daemon's policy that is not there or cannot be read is no failure: then
 * the module's severities stand, as they do for drtmond, and @judge says so.
 *
 * Return: 0, or a negative errno for a file that was named.
 */
int drtmon_judge_open(struct drtmon_judge *judge, const struct drtmon_opts *opts, const char *file,
		      struct drtmon_err *err);

/**
 * drtmon_judge_exit() - a file that was named and is not all sound changes the exit status
 * @judge: the judge
 * @status: what it would be
 *
 * Return: @status, or EXIT_FINDING.
 */
int drtmon_judge_exit(const struct drtmon_judge *judge, int status);

/**
 * drtmon_judge_free() - release it
 * @judge: filled by drtmon_judge_open(), or all zero
 */
void drtmon_judge_free(struct drtmon_judge *judge);

/**
 * drtmon_judge_event() - how bad is it?
 * @judge: the judge, or NULL for the module alone
 * @event: an event
 * @judgement: filled
 */
void drtmon_judge_event(const struct drtmon_judge *judge, const struct drtmon_event *event,
			struct drtmon_judgement *judgement);

/**
 * drtmon_judge_put() - a judgement beside what was judged, as in drtmond's entries
 * @judge: the judge, or NULL; without a policy nothing is put
 * @event: an event in JSON, which gets "policy" with "severity" and "reason"
 * @judgement: the judgement
 */
void drtmon_judge_put(const struct drtmon_judge *judge, json_t *event,
		      const struct drtmon_judgement *judgement);

/**
 * drtmon_judge_json() - by what alerts were judged
 * @judge: the judge, or NULL
 *
 * Return: a new reference to an object with "by" ("policy" or "module"),
 * "file", "problem_count" and "reason".
 */
json_t *drtmon_judge_json(const struct drtmon_judge *judge);

/**
 * drtmon_judge_print() - the same in one line
 * @judge: the judge, or NULL
 */
void drtmon_judge_print(const struct drtmon_judge *judge);

#endif
