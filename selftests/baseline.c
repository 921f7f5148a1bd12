// SPDX-License-Identifier: GPL-2.0-or-later
/* What is expected of one PCR: sound requests, of one entry or of none. */
#include <stddef.h>

#include "baseline.h"
#include "family.h"

static int change(struct nl *nl, __u8 cmd, __u32 chip, struct nl_req *nest)
{
	struct nl_req req;

	nl_begin(&req, cmd, 0);
	nl_put_u32(&req, DRTMON_A_BASELINE_CHIP_ID, chip);
	if (nest)
		nl_put(&req, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED, nest->attrs,
		       nest->hdr.nlmsg_len - offsetof(struct nl_req, attrs));
	return nl_ask(nl, &req, NULL, NULL);
}

static void entry(struct nl_req *nest, __u16 alg, __u32 pcr)
{
	nl_begin(nest, 0, 0);
	nl_put_u32(nest, DRTMON_A_EXPECT_ALG, alg);
	nl_put_u32(nest, DRTMON_A_EXPECT_INDEX, pcr);
}

/**
 * baseline_set() - expect a value
 * @nl: client
 * @chip: the N of tpmN
 * @alg: TPM_ALG_ID of the bank
 * @pcr: index
 * @value: digest
 * @len: its bytes
 *
 * Return: 0 or a negative errno.
 */
int baseline_set(struct nl *nl, __u32 chip, __u16 alg, __u32 pcr, const void *value, size_t len)
{
	struct nl_req nest;

	entry(&nest, alg, pcr);
	nl_put(&nest, DRTMON_A_EXPECT_DIGEST, value, len);
	return change(nl, DRTMON_CMD_BASELINE_SET, chip, &nest);
}

/**
 * baseline_del() - no longer expect it
 * @nl: client
 * @chip: the N of tpmN
 * @alg: TPM_ALG_ID of the bank
 * @pcr: index
 *
 * Return: 0 or a negative errno.
 */
int baseline_del(struct nl *nl, __u32 chip, __u16 alg, __u32 pcr)
{
	struct nl_req nest;

	entry(&nest, alg, pcr);
	return change(nl, DRTMON_CMD_BASELINE_DEL, chip, &nest);
}

/**
 * baseline_clear() - expect nothing of a chip any more
 * @nl: client
 * @chip: the N of tpmN
 *
 * Return: 0 or a negative errno.
 */
int baseline_clear(struct nl *nl, __u32 chip)
{
	return change(nl, DRTMON_CMD_BASELINE_DEL, chip, NULL);
}
