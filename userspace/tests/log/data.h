/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_LOG_DATA_H
#define DRTMON_TESTS_LOG_DATA_H

/* Where the real logs are; they are not part of the repository. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The folder, or NULL when this machine does not have it. */
static inline const char *data_dir(void)
{
	static const char *const tries[] = { "../shared/data", "../../shared/data" };
	const char *dir = getenv("DRTMON_DATA");
	size_t i;

	if (dir)
		return access(dir, R_OK) ? NULL : dir;
	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		if (!access(tries[i], R_OK))
			return tries[i];
	return NULL;
}

/* @name below the folder; in a buffer of its own until the next call but three. */
static inline const char *data_path(const char *name)
{
	static char path[4][8192];
	static unsigned int n;
	char *p = path[n++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", data_dir(), name);
	return p;
}

#endif
