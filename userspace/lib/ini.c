// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The only file that knows libinih. That one counts lines for itself alone,
 * and cuts long ones in two: so the lines are counted where they are read.
 */
#include "lib/ini.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

struct ini_state {
	const struct drtmon_ini_ops *ops;
	FILE *file;
	struct drtmon_ini_entry at;
	int problems;
};

static void ini_problem(struct ini_state *state, const struct drtmon_err *why)
{
	state->problems++;
	if (state->ops->problem)
		state->ops->problem(state->ops->ctx, &state->at, why);
}

static void ini_no_entry(struct ini_state *state, unsigned int line, const char *what)
{
	struct drtmon_err why;

	state->at.line = line;
	state->at.section = "";
	state->at.key = "";
	state->at.value = "";
	drtmon_err_set(&why, -EINVAL, "%s", what);
	ini_problem(state, &why);
}

static char *ini_line(char *text, int max, void *ctx)
{
	struct ini_state *state = ctx;
	size_t len;
	int c;

	if (!fgets(text, max, state->file))
		return NULL;
	state->at.line++;
	len = strlen(text);
	if (len + 1 < (size_t)max || text[len - 1] == '\n')
		return text;
	do {
		c = getc(state->file);
	} while (c != '\n' && c != EOF);
	ini_no_entry(state, state->at.line, "the line is too long and is left out");
	text[0] = '\0';
	return text;
}

static int ini_entry(void *ctx, const char *section, const char *key, const char *value)
{
	struct ini_state *state = ctx;
	struct drtmon_err why = { 0 };

	state->at.section = section;
	state->at.key = key;
	state->at.value = value;
	if (state->ops->entry(state->ops->ctx, &state->at, &why))
		ini_problem(state, &why);
	return 1;
}

int drtmon_ini_read(const char *path, const struct drtmon_ini_ops *ops, struct drtmon_err *err)
{
	struct ini_state state = { .ops = ops, .at = { .file = path } };
	int line;

	state.file = fopen(path, "re");
	if (!state.file)
		return drtmon_err_set(err, -errno, "cannot open %s: %m", path);
	line = ini_parse_stream(ini_line, &state, ini_entry, &state);
	if (line > 0)
		ini_no_entry(&state, (unsigned int)line,
			     "neither \"[section]\" nor \"key = value\"");
	if (line < 0 || ferror(state.file))
		state.problems =
			drtmon_err_set(err, line < 0 ? -ENOMEM : -EIO, "cannot read %s", path);
	fclose(state.file);
	return state.problems;
}

int drtmon_ini_bool(const char *value)
{
	static const char *const words[][2] = { { "no", "yes" },
						{ "false", "true" },
						{ "0", "1" } };
	size_t i;
	int b;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (b = 0; b < 2; b++)
			if (!strcmp(value, words[i][b]))
				return b;
	return -EINVAL;
}

struct ini_unit {
	const char *name;
	uint64_t factor;
};

static int ini_number(const char *value, const struct ini_unit *unit, uint64_t *out)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || errno)
		return -EINVAL;
	for (; unit->name; unit++)
		if (!strcmp(end, unit->name))
			return __builtin_mul_overflow(number, unit->factor, out) ? -EINVAL : 0;
	return -EINVAL;
}

int drtmon_ini_duration(const char *value, uint64_t *seconds)
{
	static const struct ini_unit units[] = {
		{ "", 1 }, { "s", 1 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 }, { NULL, 0 },
	};

	return ini_number(value, units, seconds);
}

int drtmon_ini_size(const char *value, uint64_t *bytes)
{
	static const struct ini_unit units[] = {
		{ "", 1 }, { "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 }, { NULL, 0 },
	};

	return ini_number(value, units, bytes);
}
