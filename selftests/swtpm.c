// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TPM that belongs to the test: the kernel's vTPM proxy hands its commands to
 * a thread here, which passes them to an swtpm or answers itself. So a test can
 * change the TPM behind the kernel's back, hold a command, lie, or pull it out.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/vtpm_proxy.h>

#include "swtpm.h"

/* The driver sends it before each command; a real TPM would not understand. */
#define SET_LOCALITY 0x20001000

/* swtpm's control channel */
#define CTRL_INIT		 2
#define CTRL_SHUTDOWN		 3

#define TPM12_ORD_SELF_TEST_FULL 0x50

static const __u8 success2[] = { 0x80, 0x01, 0, 0, 0, 10, 0, 0, 0, 0 };
static const __u8 success12[] = { 0x00, 0xc4, 0, 0, 0, 10, 0, 0, 0, 0 };

static int send_all(int fd, const void *data, size_t len)
{
	return write(fd, data, len) == (ssize_t)len ? 0 : -EIO;
}

static int read_all(int fd, void *data, size_t len)
{
	char *p = data;

	while (len) {
		ssize_t got = read(fd, p, len);

		if (got <= 0)
			return -EIO;
		p += got;
		len -= got;
	}
	return 0;
}

/* A response says in its header how long it is. */
static int read_response(int fd, struct tpm_msg *rsp)
{
	__u32 len;

	if (read_all(fd, rsp->data, TPM_HEADER))
		return -EIO;
	rsp->len = TPM_HEADER;
	len = tpm_get_u32(rsp, 2);
	if (len < TPM_HEADER || len > sizeof(rsp->data) ||
	    read_all(fd, rsp->data + TPM_HEADER, len - TPM_HEADER))
		return -EIO;
	rsp->len = len;
	return 0;
}

/**
 * swtpm_raw() - a command that the kernel does not see
 * @tpm: one with an swtpm
 * @cmd: complete
 * @rsp: filled
 *
 * Return: 0 when there is a response, or a negative errno.
 */
int swtpm_raw(struct swtpm *tpm, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	int ret;

	pthread_mutex_lock(&tpm->lock);
	ret = send_all(tpm->data, cmd->data, cmd->len);
	if (!ret)
		ret = read_response(tpm->data, rsp);
	pthread_mutex_unlock(&tpm->lock);
	return ret;
}

/**
 * swtpm_raw_rc() - as swtpm_raw(), for the response code
 * @tpm: one with an swtpm
 * @cmd: complete
 *
 * Return: the TPM's response code, 0 for success; or a negative errno.
 */
int swtpm_raw_rc(struct swtpm *tpm, const struct tpm_msg *cmd)
{
	struct tpm_msg rsp;
	int ret = swtpm_raw(tpm, cmd, &rsp);

	return ret ? ret : (int)tpm_code(&rsp);
}

/**
 * swtpm_forward() - the answer of an honest TPM
 * @tpm: one with an swtpm
 * @cmd: from the kernel
 * @rsp: filled
 *
 * Return: as swtpm_raw().
 */
int swtpm_forward(struct swtpm *tpm, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	return swtpm_raw(tpm, cmd, rsp);
}

static int control(struct swtpm *tpm, __u32 command, const void *data, size_t len)
{
	__u8 request[64], result[4];

	request[0] = command >> 24;
	request[1] = command >> 16;
	request[2] = command >> 8;
	request[3] = command;
	memcpy(request + 4, data, len);
	if (send_all(tpm->ctrl, request, 4 + len) || read_all(tpm->ctrl, result, sizeof(result)))
		return -EIO;
	return memcmp(result, "\0\0\0\0", sizeof(result)) ? -EPROTO : 0;
}

/**
 * swtpm_power_cycle() - the TPM's power goes and comes back
 * @tpm: one with an swtpm; it wants a Startup afterwards
 *
 * Return: 0 or a negative errno.
 */
int swtpm_power_cycle(struct swtpm *tpm)
{
	static const __u8 no_flags[4];
	int ret;

	pthread_mutex_lock(&tpm->lock);
	ret = control(tpm, CTRL_INIT, no_flags, sizeof(no_flags));
	pthread_mutex_unlock(&tpm->lock);
	return ret;
}

static void respond(struct swtpm *tpm, struct tpm_msg *cmd)
{
	struct tpm_msg rsp;

	if (tpm_code(cmd) == SET_LOCALITY) {
		bool tpm2 = tpm_get_u16(cmd, 0) == TPM2_ST_NO_SESSIONS;

		memcpy(rsp.data, tpm2 ? success2 : success12, sizeof(success2));
		rsp.len = sizeof(success2);
	} else {
		__atomic_add_fetch(&tpm->commands, 1, __ATOMIC_SEQ_CST);
		if (tpm->answer(tpm, cmd, &rsp))
			return;
	}
	/* The kernel may have given up; that is no concern of the TPM's. */
	if (write(tpm->proxy, rsp.data, rsp.len) < 0)
		return;
}

static void *serve(void *arg)
{
	struct swtpm *tpm = arg;
	struct pollfd fds[] = {
		{ .fd = tpm->proxy, .events = POLLIN },
		{ .fd = tpm->stop, .events = POLLIN },
	};
	struct tpm_msg cmd;
	ssize_t len;

	while (poll(fds, 2, -1) > 0 && !fds[1].revents && !(fds[0].revents & POLLHUP)) {
		len = read(tpm->proxy, cmd.data, sizeof(cmd.data));
		if (len < 0)
			break;
		cmd.len = len;
		respond(tpm, &cmd);
	}
	return NULL;
}

static void exec_swtpm(const struct swtpm *tpm, enum swtpm_family family, int data, int ctrl)
{
	char fd[16], control_arg[64], state[64];
	const char *argv[] = { "swtpm", "socket", "--fd", fd, "--ctrl", control_arg, "--tpmstate",
			       state, "--flags", "not-need-init,startup-clear",
			       /* The small debug kernel has none. */
			       "--seccomp", "action=none", family == SWTPM_2_0 ? "--tpm2" : NULL,
			       NULL };

	int null;

	fcntl(data, F_SETFD, 0);
	fcntl(ctrl, F_SETFD, 0);
	snprintf(fd, sizeof(fd), "%d", data);
	snprintf(control_arg, sizeof(control_arg), "type=unixio,clientfd=%d", ctrl);
	snprintf(state, sizeof(state), "dir=%s", tpm->state);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It tells of every connection that ends. */
	null = open("/dev/null", O_RDWR);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp("swtpm", (char **)argv);
	_exit(127);
}

static int start_swtpm(struct swtpm *tpm, enum swtpm_family family)
{
	int data[2], ctrl[2];

	strcpy(tpm->state, "/tmp/vtpm-XXXXXX");
	if (!mkdtemp(tpm->state) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, data) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ctrl))
		return -errno;
	fflush(NULL);
	tpm->pid = fork();
	if (!tpm->pid)
		exec_swtpm(tpm, family, data[1], ctrl[1]);
	close(data[1]);
	close(ctrl[1]);
	tpm->data = data[0];
	tpm->ctrl = ctrl[0];
	return tpm->pid < 0 ? -errno : 0;
}

/*
 * It makes itself a TPM first and then tests itself: on a slow machine that
 * takes longer than the kernel would wait.
 */
static int await_swtpm(struct swtpm *tpm, enum swtpm_family family)
{
	struct tpm_msg cmd, rsp;

	if (family == SWTPM_2_0) {
		tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_SELF_TEST);
		tpm_u8(&cmd, 1);
	} else {
		tpm_begin(&cmd, TPM12_TAG_COMMAND, TPM12_ORD_SELF_TEST_FULL);
	}
	tpm_end(&cmd);
	return swtpm_raw(tpm, &cmd, &rsp);
}

static void stop_swtpm(struct swtpm *tpm)
{
	char command[64];

	close(tpm->data);
	close(tpm->ctrl);
	if (tpm->pid > 0) {
		kill(tpm->pid, SIGKILL);
		waitpid(tpm->pid, NULL, 0);
	}
	snprintf(command, sizeof(command), "rm -rf %s", tpm->state);
	if (system(command))
		fprintf(stderr, "# %s stays behind\n", tpm->state);
}

static int new_proxy(struct swtpm *tpm, enum swtpm_family family)
{
	struct vtpm_proxy_new_dev dev = { .flags = family == SWTPM_2_0 ? VTPM_PROXY_FLAG_TPM2 : 0 };
	int fd = open("/dev/vtpmx", O_RDWR | O_CLOEXEC);
	int ret = 0;

	if (fd < 0 || ioctl(fd, VTPM_PROXY_IOC_NEW_DEV, &dev))
		ret = -errno;
	if (fd >= 0)
		close(fd);
	if (ret)
		return ret;
	tpm->proxy = dev.fd;
	tpm->number = dev.tpm_num;
	fcntl(tpm->proxy, F_SETFD, FD_CLOEXEC);
	snprintf(tpm->name, sizeof(tpm->name), "tpm%u", dev.tpm_num);
	snprintf(tpm->rm, sizeof(tpm->rm), "tpmrm%u", dev.tpm_num);
	return 0;
}

/**
 * swtpm_plug() - a new TPM
 * @tpm: filled
 * @family: which TPM the kernel is told it is
 * @answer: who answers the kernel; NULL for the swtpm alone
 * @arg: kept in @tpm for @answer
 *
 * The kernel finds it a moment later.
 *
 * Return: 0 or a negative errno.
 */
int swtpm_plug(struct swtpm *tpm, enum swtpm_family family, swtpm_answer answer, void *arg)
{
	int ret;

	memset(tpm, 0, sizeof(*tpm));
	tpm->answer = answer ? answer : swtpm_forward;
	tpm->arg = arg;
	pthread_mutex_init(&tpm->lock, NULL);
	tpm->stop = eventfd(0, EFD_CLOEXEC);
	ret = start_swtpm(tpm, family);
	if (!ret)
		ret = await_swtpm(tpm, family);
	if (!ret)
		ret = new_proxy(tpm, family);
	if (ret) {
		stop_swtpm(tpm);
		close(tpm->stop);
		return ret;
	}
	return -pthread_create(&tpm->server, NULL, serve, tpm);
}

/**
 * swtpm_unplug() - the TPM vanishes, whatever it was doing
 * @tpm: from swtpm_plug()
 */
void swtpm_unplug(struct swtpm *tpm)
{
	__u64 one = 1;

	send_all(tpm->stop, &one, sizeof(one));
	/* First the kernel's side: a command that waits for an answer ends here. */
	pthread_join(tpm->server, NULL);
	close(tpm->proxy);
	close(tpm->stop);
	stop_swtpm(tpm);
}

/**
 * need_swtpm() - have the kernel's vTPM proxy, and an swtpm
 *
 * Return: NULL, or why the test cannot run here.
 */
const char *need_swtpm(void)
{
	if (system("modprobe -q tpm_vtpm_proxy") || access("/dev/vtpmx", F_OK))
		return "needs the kernel's vTPM proxy";
	if (system("swtpm socket --help >/dev/null 2>&1"))
		return "needs swtpm";
	return NULL;
}
