// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <limits.h>
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
