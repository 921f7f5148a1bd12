// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * extend DEVICE [nonblock] [PCR [SEED [COUNT]]]: a program whose extends are
 * to be attributed to it. COUNT 0 goes on until it is killed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/drtmon.h>

#include "tpm.h"

static __u32 number(char **argv, int i, __u32 otherwise)
{
	return argv[i] ? strtoul(argv[i], NULL, 0) : otherwise;
}

int main(int argc, char **argv)
{
	char *rest[4] = {};
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks = tpm_banks("tpm0", alg, DRTMON_BANKS_MAX);
	bool nonblock = argc > 2 && !strcmp(argv[2], "nonblock");
	__u32 pcr, seed, count, i;
	struct tpm_msg cmd;
	int fd;

	if (argc < 2 || argc > 6)
		return 2;
	memcpy(rest, argv + 2 + nonblock, (argc - 2 - nonblock) * sizeof(*rest));
	pcr = number(rest, 0, 16);
	seed = number(rest, 1, 1);
	count = number(rest, 2, 1);
	fd = tpm_open(argv[1], nonblock ? O_NONBLOCK : 0);
	if (fd < 0)
		return 1;
	for (i = 0; i < count || !count; i++) {
		tpm_extend(&cmd, pcr, alg, banks, seed + i);
		if (tpm_rc(fd, &cmd))
			return 1;
	}
	return 0;
}
