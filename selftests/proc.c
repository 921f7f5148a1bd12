// SPDX-License-Identifier: GPL-2.0-or-later
/* Children, and the credentials they give up. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proc.h"

/**
 * child_start() - run a function in a child
 * @run: what it does
 * @arg: for @run
 *
 * Return: the child's pid, or a negative errno.
 */
pid_t child_start(child_fn run, void *arg)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		_exit(run(arg));
	return pid < 0 ? -errno : pid;
}

/**
 * child_end() - wait for a child
 * @pid: from child_start()
 *
 * Return: its exit status, 128 plus the signal that ended it, or a negative errno.
 */
int child_end(pid_t pid)
{
	int status;

	if (pid < 0)
		return pid;
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/**
 * child_end_by() - wait for a child, but not for ever
 * @pid: from child_start()
 * @seconds: how long; 0 just looks
 *
 * Return: as child_end(); -ETIMEDOUT when it goes on.
 */
int child_end_by(pid_t pid, unsigned int seconds)
{
	struct timespec now, end;
	siginfo_t info = {};

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	do {
		if (waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT))
			return -errno;
		if (info.si_pid)
			return child_end(pid);
		usleep(1000);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end.tv_sec);
	return -ETIMEDOUT;
}

/**
 * child_run() - run a function in a child and wait
 * @run: what it does
 * @arg: for @run
 *
 * Return: as child_end().
 */
int child_run(child_fn run, void *arg)
{
	return child_end(child_start(run, arg));
}

/**
 * become_user() - be somebody without any privilege
 * @uid: who
 *
 * Return: 0 or a negative errno.
 */
int become_user(__u32 uid)
{
	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		return -errno;
	return 0;
}

static int set_capability(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	data[CAP_TO_INDEX(capability)].effective = CAP_TO_MASK(capability);
	data[CAP_TO_INDEX(capability)].permitted = CAP_TO_MASK(capability);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

/**
 * become_capable() - be nobody with one capability
 * @capability: CAP_...
 *
 * Return: 0 or a negative errno.
 */
int become_capable(int capability)
{
	int ret;

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return -errno;
	ret = become_user(UID_NOBODY);
	return ret ? ret : set_capability(capability);
}

/**
 * write_text() - write a file of the kernel's
 * @path: must exist
 * @text: all of it
 *
 * Return: 0 or a negative errno.
 */
int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/**
 * become_userns_root() - be root, but only in a user namespace of one's own
 * @more: CLONE_NEWNET, or 0
 *
 * Return: 0 or a negative errno.
 */
int become_userns_root(int more)
{
	int ret = become_user(UID_NOBODY);

	if (ret)
		return ret;
	/* Changing user made /proc/self root's. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	if (unshare(CLONE_NEWUSER | more))
		return -errno;
	ret = write_text("/proc/self/setgroups", "deny");
	if (!ret)
		ret = write_text("/proc/self/uid_map", "0 65534 1");
	if (!ret)
		ret = write_text("/proc/self/gid_map", "0 65534 1");
	return ret;
}
