// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/archive.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

/* The ABI of the header this was built with. */
#define SONAME	     "libarchive.so.13"

#define DEFINE(name) __typeof__(name) *sym_##name;
DRTMON_ARCHIVE_FUNCTIONS(DEFINE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char why[160];

static void load(void)
{
	void *lib = dlopen(SONAME, RTLD_NOW);

	if (!lib) {
		snprintf(why, sizeof(why), "%s", dlerror());
		return;
	}
#define RESOLVE(name)                                       \
	sym_##name = (__typeof__(name) *)dlsym(lib, #name); \
	if (!sym_##name)                                    \
		snprintf(why, sizeof(why), "%s has no function %s", SONAME, #name);
	DRTMON_ARCHIVE_FUNCTIONS(RESOLVE)
}

int drtmon_archive_load(struct drtmon_err *err)
{
	pthread_once(&once, load);
	if (!why[0])
		return 0;
	return drtmon_err_set(err, -ENOPKG, "archives need libarchive: %s", why);
}
