// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/cmd.h"

bool drtmon_cmd_number(const char *text, uint64_t *value)
{
	int base = !strncmp(text, "0x", 2) ? 16 : 10;
	char *end;

	/* strtoull() would take blanks, signs and "0x" by itself. */
	if (!isxdigit((unsigned char)text[0]) || (base == 16 && !text[2]))
		return false;
	errno = 0;
	*value = strtoull(text, &end, base);
	return !errno && !*end;
}

int drtmon_cmd_chip(const char *text)
{
	uint64_t id;

	if (strncmp(text, "tpm", 3) || strchr(text, 'x'))
		return -1;
	if (!drtmon_cmd_number(text + 3, &id) || id > INT_MAX)
		return -1;
	return (int)id;
}

/* getopt_long() itself would complain in words of its own, without what to run next. */
int drtmon_cmd_getopt(const struct drtmon_command *cmd, int argc, char **argv, const char *letters,
		      const struct option *options)
{
	const char *word;
	char spec[32];
	int c;

	opterr = 0;
	snprintf(spec, sizeof(spec), ":%s", letters);
	c = getopt_long(argc, argv, spec, options, NULL);
	if (c != ':' && c != '?')
		return c;
	word = argv[optind - 1];
	if (c == ':')
		drtmon_cmd_usage(cmd, "%s needs a value", word);
	else if (!optopt)
		drtmon_cmd_usage(cmd, "%s has no option %s", cmd->name, word);
	else if (!strncmp(word, "--", 2) && strchr(word, '='))
		drtmon_cmd_usage(cmd, "%.*s takes no value", (int)strcspn(word, "="), word);
	else
		drtmon_cmd_usage(cmd, "%s has no option -%c", cmd->name, optopt);
	return '?';
}
