// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * extend DEVICE [nonblock] [PCR [SEED [COUNT [PERIOD]]]]: a program whose
 * extends are to be attributed to it. COUNT 0 goes on until it is killed; one
 * is due every PERIOD microseconds, or as soon as the one before has ended.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/drtmon.h>

#include "tpm.h"

static __u32 number(char **argv, int i, __u32 otherwise)
{
	return argv[i] ? strtoul(argv[i], NULL, 0) : otherwise;
}

int main(int argc, char **argv)
{
	struct timespec next;
	char *rest[4] = {};
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks = tpm_banks("tpm0", alg, DRTMON_BANKS_MAX);
	bool nonblock = argc > 2 && !strcmp(argv[2], "nonblock");
	__u32 pcr, seed, count, period, i;
	struct tpm_msg cmd;
	int fd;

	if (argc < 2 || argc > 6 + nonblock)
		return 2;
	memcpy(rest, argv + 2 + nonblock, (argc - 2 - nonblock) * sizeof(*rest));
	pcr = number(rest, 0, 16);
	seed = number(rest, 1, 1);
	count = number(rest, 2, 1);
	period = number(rest, 3, 0);
	clock_gettime(CLOCK_MONOTONIC, &next);
	fd = tpm_open(argv[1], nonblock ? O_NONBLOCK : 0);
	if (fd < 0)
		return 1;
	for (i = 0; i < count || !count; i++) {
		tpm_extend(&cmd, pcr, alg, banks, seed + i);
		if (tpm_rc_again(fd, &cmd))
			return 1;
		next.tv_nsec += period * 1000L;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		if (period)
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	return 0;
}
