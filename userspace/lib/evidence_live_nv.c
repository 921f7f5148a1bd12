// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Public areas of the NV indices that TXT uses: Intel TXT SDG 315168,
 * appendix J. One TPM2_NV_ReadPublic each, through the kernel's resource
 * manager; TPM 2.0 Part 3, 31.6.
 */
#include "lib/evidence_live.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "../kmod/decoder.h"
#include "lib/chain_nv.h"

#define ST_NO_SESSIONS	  0x8001
#define CC_NV_READ_PUBLIC 0x169
#define RC_SUCCESS	  0
/* TPM_RC_HANDLE for the first handle: no such index */
#define RC_NO_INDEX 0x18b
#define ANSWER_MS   2000

/* Response: header 10, then TPM2B_NV_PUBLIC: size, index, hash, attributes, policy, data size */
static bool answer_parse(struct drtmon_facts_nv *nv, const uint8_t *buf, size_t len)
{
	uint32_t policy;

	if (len < 10)
		return false;
	if (drtmon_get_be32(buf + 6) == RC_NO_INDEX) {
		nv->present = DRTMON_KNOWN_NO;
		return true;
	}
	if (drtmon_get_be32(buf + 6) != RC_SUCCESS || len < 24)
		return false;
	policy = drtmon_get_be16(buf + 22);
	if (drtmon_get_be32(buf + 12) != nv->index || len < 26 + (size_t)policy)
		return false;
	nv->present = DRTMON_KNOWN_YES;
	nv->attributes = drtmon_get_be32(buf + 18);
	nv->size = drtmon_get_be16(buf + 24 + policy);
	return true;
}

static bool ask(int fd, struct drtmon_facts_nv *nv)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	uint8_t command[14], answer[512];
	ssize_t n;

	drtmon_put_be16(command, ST_NO_SESSIONS);
	drtmon_put_be32(command + 2, sizeof(command));
	drtmon_put_be32(command + 6, CC_NV_READ_PUBLIC);
	drtmon_put_be32(command + 10, nv->index);
	if (write(fd, command, sizeof(command)) != sizeof(command) ||
	    poll(&poll_fd, 1, ANSWER_MS) != 1)
		return false;
	n = read(fd, answer, sizeof(answer));
	return n > 0 && answer_parse(nv, answer, (size_t)n);
}

void drtmon_facts_nv_live(struct drtmon_facts *facts, const char *device)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);
	size_t i;

	if (fd < 0)
		return;
	for (i = 0; i < DRTMON_CHAIN_NVS && facts->nvs < DRTMON_FACTS_NV; i++) {
		struct drtmon_facts_nv nv = { .index = drtmon_chain_nv[i].index };

		if (!ask(fd, &nv))
			break;
		facts->nv[facts->nvs++] = nv;
	}
	close(fd);
}
