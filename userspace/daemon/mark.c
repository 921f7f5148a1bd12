// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/mark.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

void mark_alert(const char *dir)
{
	char path[PATH_MAX];
	int fd;

	if (!dir || snprintf(path, sizeof(path), "%s/" MARK_NAME, dir) >= (int)sizeof(path))
		return;
	/* Mostly it is there already; that costs one call for an alert. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd >= 0)
		close(fd);
}
