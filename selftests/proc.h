/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_PROC_H
#define SELFTESTS_PROC_H

#include <linux/types.h>
#include <sys/types.h>

#define UID_NOBODY 65534

/* What a child does; its return value, 0 to 255, is its exit status. */
typedef int (*child_fn)(void *arg);

pid_t child_start(child_fn run, void *arg);
int child_end(pid_t pid);
int child_end_by(pid_t pid, unsigned int seconds);
int child_run(child_fn run, void *arg);

int become_user(__u32 uid);
int become_capable(int capability);
int become_userns_root(int more);

int write_text(const char *path, const char *text);

#endif /* SELFTESTS_PROC_H */
