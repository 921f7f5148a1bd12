// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Public areas of the NV indices that TXT uses: Intel TXT SDG 315168,
 * appendix J. TPM 2.0: one TPM2_NV_ReadPublic each, through the kernel's
 * resource manager (Part 3, 31.6). TPM 1.2: one TPM_GetCapability each (Part 2,
 * 19.3, and Part 3, 7.1); it has no resource manager, so its device is open for
 * the moment of these questions only, and not at all while another has it.
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
#define RC_NO_INDEX	   0x18b

#define TAG_RQU_COMMAND	   0xc1
#define ORD_GET_CAPABILITY 0x65
#define CAP_NV_INDEX	   0x11
#define TAG_NV_DATA_PUBLIC 0x18
/* TPM_BADINDEX */
#define RC12_NO_INDEX 2
/* Two TPM_PCR_INFO_SHORT of three bytes of selection stand before the attributes. */
#define DATA_PUBLIC_LEN	 71
#define DATA_PUBLIC_PCRS 52

#define ANSWER_MS	 2000

/* Header 10, then TPM2B_NV_PUBLIC: size, index, hash, attributes, policy, data size */
static bool parse_20(struct drtmon_facts_nv *nv, const uint8_t *buf, size_t len)
{
	uint32_t policy;

	if (len < 24)
		return false;
	policy = drtmon_get_be16(buf + 22);
	if (drtmon_get_be32(buf + 12) != nv->index || len < 26 + (size_t)policy)
		return false;
	nv->attributes = drtmon_get_be32(buf + 18);
	nv->size = drtmon_get_be16(buf + 24 + policy);
	return true;
}

/* Header 10, size 4, then TPM_NV_DATA_PUBLIC: tag, index, two PCR infos, attributes, three flags,
 * data size
 */
static bool parse_12(struct drtmon_facts_nv *nv, const uint8_t *buf, size_t len)
{
	const uint8_t *data = buf + 14;

	if (len < 14 + DATA_PUBLIC_LEN || drtmon_get_be32(buf + 10) < DATA_PUBLIC_LEN ||
	    drtmon_get_be16(data) != TAG_NV_DATA_PUBLIC || drtmon_get_be32(data + 2) != nv->index ||
	    drtmon_get_be16(data + 6) != 3 || drtmon_get_be16(data + 6 + DATA_PUBLIC_PCRS / 2) != 3)
		return false;
	data += 6 + DATA_PUBLIC_PCRS;
	nv->attributes = drtmon_get_be32(data + 2);
	nv->size = drtmon_get_be32(data + 9);
	return true;
}

bool drtmon_facts_nv_parse(struct drtmon_facts_nv *nv, bool tpm12, const uint8_t *buf, size_t len)
{
	uint32_t rc;

	if (len < 10)
		return false;
	rc = drtmon_get_be32(buf + 6);
	if (rc == (tpm12 ? RC12_NO_INDEX : RC_NO_INDEX)) {
		nv->present = DRTMON_KNOWN_NO;
		return true;
	}
	if (rc != RC_SUCCESS || !(tpm12 ? parse_12(nv, buf, len) : parse_20(nv, buf, len)))
		return false;
	nv->present = DRTMON_KNOWN_YES;
	return true;
}

static size_t command_make(uint8_t *command, bool tpm12, uint32_t index)
{
	size_t len = tpm12 ? 22 : 14;

	drtmon_put_be16(command, tpm12 ? TAG_RQU_COMMAND : ST_NO_SESSIONS);
	drtmon_put_be32(command + 2, (uint32_t)len);
	drtmon_put_be32(command + 6, tpm12 ? ORD_GET_CAPABILITY : CC_NV_READ_PUBLIC);
	if (tpm12) {
		drtmon_put_be32(command + 10, CAP_NV_INDEX);
		drtmon_put_be32(command + 14, 4);
	}
	drtmon_put_be32(command + len - 4, index);
	return len;
}

static bool ask(int fd, bool tpm12, struct drtmon_facts_nv *nv)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	uint8_t command[22], answer[512];
	size_t len = command_make(command, tpm12, nv->index);
	ssize_t n;

	if (write(fd, command, len) != (ssize_t)len || poll(&poll_fd, 1, ANSWER_MS) != 1)
		return false;
	n = read(fd, answer, sizeof(answer));
	return n > 0 && drtmon_facts_nv_parse(nv, tpm12, answer, (size_t)n);
}

void drtmon_facts_nv_live(struct drtmon_facts *facts, const char *device, bool tpm12)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);
	size_t i;

	if (fd < 0)
		return;
	for (i = 0; i < DRTMON_CHAIN_NVS && facts->nvs < DRTMON_FACTS_NV; i++) {
		struct drtmon_facts_nv nv = { .index = drtmon_chain_nv[i].index };

		if ((drtmon_chain_nv[i].set == '1') != tpm12)
			continue;
		if (!ask(fd, tpm12, &nv))
			break;
		facts->nv[facts->nvs++] = nv;
	}
	close(fd);
}
