// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TPM 1.2 in software: as much of one as the TPM core asks for before it
 * registers a chip, PCRs that can all be reset, and nothing else.
 */
#include <string.h>

#include "tpm.h"
#include "vtpm.h"
#include "vtpm12.h"

#define TAG_RESPONSE	       0x00c4

#define ORD_CONTINUE_SELF_TEST 0x53
#define ORD_GET_CAPABILITY     0x65
#define ORD_SAVE_STATE	       0x98
#define ORD_STARTUP	       0x99
#define ORD_SET_LOCALITY       0x20001000

#define CAP_PROP_TIS_TIMEOUT   0x115
#define CAP_PROP_TIS_DURATION  0x120

#define BAD_ORDINAL	       0x0a
#define BAD_PARAMETER	       0x03

#define MICROSECONDS	       750000

/* TPM_CAP_PROPERTY: four timeouts or three durations, in microseconds. */
static void get_capability(const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	__u32 property = cmd->len >= TPM_HEADER + 12 ? tpm_get_u32(cmd, TPM_HEADER + 8) : 0;
	int i, count = property == CAP_PROP_TIS_TIMEOUT ? 4 : 3;

	if (property != CAP_PROP_TIS_TIMEOUT && property != CAP_PROP_TIS_DURATION) {
		tpm_begin(rsp, TAG_RESPONSE, BAD_PARAMETER);
		return;
	}
	tpm_u32(rsp, count * 4);
	for (i = 0; i < count; i++)
		tpm_u32(rsp, MICROSECONDS);
}

static void pcr_reset(struct vtpm *vtpm, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	int pcr;

	if (cmd->len != TPM_HEADER + 5 || tpm_get_u16(cmd, TPM_HEADER) != 3) {
		tpm_begin(rsp, TAG_RESPONSE, BAD_PARAMETER);
		return;
	}
	for (pcr = 0; pcr < VTPM_PCRS; pcr++)
		if (cmd->data[TPM_HEADER + 2 + pcr / 8] & 1 << pcr % 8)
			memset(vtpm->pcr[0][pcr], 0, sizeof(vtpm->pcr[0][pcr]));
}

/**
 * vtpm12_obey() - do as a TPM 1.2 does
 * @vtpm: whose first bank is its PCRs
 * @cmd: what it is told
 * @rsp: filled; the caller ends it
 */
void vtpm12_obey(struct vtpm *vtpm, const struct tpm_msg *cmd, struct tpm_msg *rsp)
{
	__u32 pcr = cmd->len >= TPM_HEADER + 4 ? tpm_get_u32(cmd, TPM_HEADER) : VTPM_PCRS;

	tpm_begin(rsp, TAG_RESPONSE, 0);
	switch (tpm_code(cmd)) {
	case ORD_SET_LOCALITY:
	case ORD_CONTINUE_SELF_TEST:
	case ORD_SAVE_STATE:
	case ORD_STARTUP:
		return;
	case ORD_GET_CAPABILITY:
		get_capability(cmd, rsp);
		return;
	case TPM12_ORD_PCR_READ:
		if (pcr < VTPM_PCRS)
			tpm_bytes(rsp, vtpm->pcr[0][pcr], 20);
		else
			tpm_begin(rsp, TAG_RESPONSE, BAD_PARAMETER);
		return;
	case TPM12_ORD_PCR_RESET:
		pcr_reset(vtpm, cmd, rsp);
		return;
	default:
		tpm_begin(rsp, TAG_RESPONSE, BAD_ORDINAL);
	}
}
