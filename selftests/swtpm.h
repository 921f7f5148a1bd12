/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_SWTPM_H
#define SELFTESTS_SWTPM_H

#include <pthread.h>

#include "tpm.h"

struct swtpm;

/*
 * Answers a command that the kernel sent. @cmd and @rsp may be changed at will.
 * Return: 0, or not to answer at all.
 */
typedef int (*swtpm_answer)(struct swtpm *tpm, const struct tpm_msg *cmd, struct tpm_msg *rsp);

/**
 * struct swtpm - a TPM of the test's own, which the kernel sees as tpmN
 * @number: N
 * @name: "tpmN"
 * @rm: "tpmrmN"
 * @answer: who answers the kernel
 * @arg: for @answer
 * @commands: commands that came from the kernel, the locality's not counted
 * @proxy: the far end of the kernel's driver
 * @stop: readable when the server is to end
 * @data: swtpm's data channel
 * @ctrl: swtpm's control channel
 * @pid: its process
 * @lock: one command at a time on @data
 * @server: the thread that answers
 * @state: swtpm's directory
 */
struct swtpm {
	__u32 number;
	char name[16];
	char rm[16];
	swtpm_answer answer;
	void *arg;
	unsigned int commands;
	int proxy;
	int stop;
	int data;
	int ctrl;
	pid_t pid;
	pthread_mutex_t lock;
	pthread_t server;
	char state[32];
};

enum swtpm_family {
	SWTPM_1_2,
	SWTPM_2_0,
};

int swtpm_plug(struct swtpm *tpm, enum swtpm_family family, swtpm_answer answer, void *arg);
void swtpm_unplug(struct swtpm *tpm);
int swtpm_raw(struct swtpm *tpm, const struct tpm_msg *cmd, struct tpm_msg *rsp);
int swtpm_raw_rc(struct swtpm *tpm, const struct tpm_msg *cmd);
int swtpm_power_cycle(struct swtpm *tpm);
int swtpm_forward(struct swtpm *tpm, const struct tpm_msg *cmd, struct tpm_msg *rsp);
const char *need_swtpm(void);

#endif /* SELFTESTS_SWTPM_H */
