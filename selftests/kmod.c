// SPDX-License-Identifier: GPL-2.0-or-later
/* Loading and unloading the module, the kernel's log, and what a test needs to run. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod.h"

#define MODULE "drtmon"

/**
 * kmod_loaded() - is the module there?
 *
 * Return: whether it is.
 */
bool kmod_loaded(void)
{
	return !access("/sys/module/" MODULE, F_OK);
}

/**
 * kmod_load() - load the module as a person would
 * @parameter: "name=value", or NULL
 *
 * Return: modprobe's exit status, or a negative errno.
 */
int kmod_load(const char *parameter)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (!pid) {
		execlp("modprobe", "modprobe", MODULE, parameter, NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

/**
 * kmod_unload() - unload the module
 *
 * Return: 0 or a negative errno; -EWOULDBLOCK while somebody uses it.
 */
int kmod_unload(void)
{
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ? -errno : 0;
}

/**
 * kmod_open_log() - listen to the kernel's log from now on
 *
 * Return: a descriptor for kmod_log_says(), or a negative errno.
 */
int kmod_open_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	lseek(fd, 0, SEEK_END);
	return fd;
}

/**
 * kmod_log_says() - has a line come since?
 * @fd: from kmod_open_log()
 * @what: in the line
 * @more: also in the line
 *
 * Reads up to that line, or all there is.
 *
 * Return: whether it has.
 */
bool kmod_log_says(int fd, const char *what, const char *more)
{
	char line[8192];
	ssize_t len;

	for (;;) {
		len = read(fd, line, sizeof(line) - 1);
		if (len < 0 && errno == EPIPE)
			continue;
		if (len < 0)
			return false;
		line[len] = '\0';
		if (strstr(line, what) && strstr(line, more))
			return true;
	}
}

/**
 * need_module() - have the module loaded
 *
 * A module that does not load is a failure, not a reason to skip.
 *
 * Return: NULL, or why the test cannot run here.
 */
const char *need_module(void)
{
	if (geteuid())
		return "needs root";
	if (kmod_load(NULL)) {
		printf("Bail out! the module does not load\n");
		exit(1);
	}
	return NULL;
}

/**
 * need_tpm() - have the module loaded and a TPM
 *
 * Return: as need_module().
 */
const char *need_tpm(void)
{
	return access("/dev/tpm0", F_OK) ? "needs a TPM" : need_module();
}

/**
 * need_tpm2() - have the module loaded and a TPM 2.0
 *
 * Return: as need_module().
 */
const char *need_tpm2(void)
{
	return access("/dev/tpmrm0", F_OK) ? "needs a TPM 2.0" : need_module();
}
