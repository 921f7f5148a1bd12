// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fake-tpm [MODE]: a TPM in software, as vtpm.h knows them, until it is
 * killed. Prints the chip's name when there is one, for scripts.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vtpm.h"

static int mode_by_name(const char *name)
{
	int i;

	for (i = 0; vtpm_mode_name(i); i++)
		if (!strcmp(vtpm_mode_name(i), name))
			return i;
	return -1;
}

int main(int argc, char **argv)
{
	int mode = mode_by_name(argc > 1 ? argv[1] : "good");
	struct vtpm vtpm;

	if (mode < 0 || argc > 2) {
		fprintf(stderr, "usage: fake-tpm [MODE]\n");
		return 2;
	}
	if (vtpm_start(&vtpm, mode)) {
		fprintf(stderr, "fake-tpm: no chip: is tpm_vtpm_proxy loaded?\n");
		return 1;
	}
	if (vtpm_wait(&vtpm)) {
		fprintf(stderr, "fake-tpm: the kernel does not want this TPM\n");
		return 3;
	}
	printf("%s\n", vtpm.name);
	fflush(stdout);
	pause();
	vtpm_stop(&vtpm);
	return 0;
}
