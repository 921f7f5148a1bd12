/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_FAKE_TREE_H
#define DRTMON_TESTS_FAKE_TREE_H

/* A tree of files that stands in for /sys, /proc and /lib. */

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char tree[64];

static inline int tree_setup(void **state)
{
	strcpy(tree, "/tmp/drtmon-test-XXXXXX");
	return mkdtemp(tree) ? 0 : -1;
}

static inline int tree_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static inline int tree_teardown(void **state)
{
	return nftw(tree, tree_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* Write @len bytes to @path under the tree; folders come into being. */
static inline void tree_put(const char *path, const void *data, size_t len)
{
	char full[512], *slash;
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", tree, path);
	for (slash = strchr(full + strlen(tree) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	file = fopen(full, "w");
	if (!file || fwrite(data, 1, len, file) != len || fclose(file))
		abort();
}

static inline void tree_text(const char *path, const char *text)
{
	tree_put(path, text, strlen(text));
}

static inline void tree_drop(const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s", tree, path);
	nftw(full, tree_remove, 16, FTW_DEPTH | FTW_PHYS);
}

#define T(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

#endif
