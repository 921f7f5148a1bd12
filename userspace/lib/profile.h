/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_PROFILE_H
#define DRTMON_LIB_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "lib/err.h"

#define DRTMON_PROFILE_MAX   64
#define DRTMON_PROFILE_FACTS 8

/* How a requirement came out. The numbers are those of monitoring plugins. */
enum drtmon_profile_state {
	DRTMON_PROFILE_OK = 0,
	DRTMON_PROFILE_WARNING = 1,
	DRTMON_PROFILE_CRITICAL = 2,
	DRTMON_PROFILE_UNKNOWN = 3,
};

/**
 * struct drtmon_requirement - one section of a profile; see drtmon-profiles(5)
 * @id: the section's name
 * @title: for a person
 * @fact: what is looked at, @facts of them; all have to hold
 * @facts: how many
 * @is: words one of which the fact must be, with spaces between them; or ""
 * @has: a word that the fact, a list, must have; or ""
 * @have_min: @min counts
 * @min: least number or version the fact may be
 * @warning: a failure is a warning, not critical
 * @fix: what to do; or ""
 */
struct drtmon_requirement {
	char id[64];
	char title[128];
	char fact[DRTMON_PROFILE_FACTS][96];
	size_t facts;
	char is[256];
	char has[64];
	bool have_min;
	double min;
	bool warning;
	char fix[320];
};

/**
 * struct drtmon_profile - what a machine has to be like
 * @name: of the file, without ".ini"
 * @title: for a person
 * @count: used entries of @requirement
 * @requirement: in the file's order
 */
struct drtmon_profile {
	char name[64];
	char title[128];
	size_t count;
	struct drtmon_requirement requirement[DRTMON_PROFILE_MAX];
};

/**
 * drtmon_profile_read() - a profile from its file
 * @profile: filled
 * @path: the file
 * @err: file, line and key of what is wrong
 *
 * Return: 0, -EINVAL for a file that makes no sense, or another negative errno.
 */
int drtmon_profile_read(struct drtmon_profile *profile, const char *path, struct drtmon_err *err);

/**
 * drtmon_profile_check() - hold a machine against a profile
 * @profile: the profile
 * @facts: the document of "report -j" with "tpm", the object of "tpm -j", in it
 *
 * A fact that is not known makes its requirement unknown, never ok. The state
 * of the whole is the worst of its parts, in the order critical, warning,
 * unknown, ok; a profile without a requirement is unknown.
 *
 * Return: a new reference to an object: "schema", "profile", "title", "state"
 * ("ok", "warning", "critical", "unknown"), "exit_code", "counts" and
 * "requirements"; NULL when out of memory.
 */
json_t *drtmon_profile_check(const struct drtmon_profile *profile, const json_t *facts);

/**
 * drtmon_profile_state_name() - "ok", "warning", "critical", "unknown"
 * @state: which
 *
 * Return: a static string.
 */
const char *drtmon_profile_state_name(enum drtmon_profile_state state);

#endif
