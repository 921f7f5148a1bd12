// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing of the answers to the module's own questions about PCRs. Pure. A TPM
 * may lie about every length and count in them.
 */
#include "tpm_pcr.h"

#define TPM_CAP_PCRS		5
#define TPM_CAP_PCR_PROPERTIES	7
#define TPM_PT_PCR_NO_INCREMENT	0x11

static int response_open(struct drtmon_cursor *c, const u8 *buf, size_t len)
{
	u32 size;

	if (len < DRTMON_TPM_HEADER_LEN)
		return -EINVAL;
	size = drtmon_get_be32(buf + 2);
	if (size < DRTMON_TPM_HEADER_LEN || size > len)
		return -EINVAL;
	c->p = buf + DRTMON_TPM_HEADER_LEN;
	c->left = size - DRTMON_TPM_HEADER_LEN;
	c->bad = false;
	return 0;
}

/* sizeofSelect and the bits: bit 0 of byte 0 is PCR 0 */
static u32 mask_take(struct drtmon_cursor *c)
{
	u32 i, bytes = drtmon_cursor_u8(c), mask = 0;
	const u8 *bits = drtmon_cursor_take(c, bytes);

	for (i = 0; bits && i < bytes && i < DRTMON_TPM_PCRS_MAX / 8; i++)
		mask |= (u32)bits[i] << (8 * i);
	return mask;
}

/* TPMS_PCR_SELECTION (TPM 2.0 Part 2, 10.6.2) */
static void selection_take(struct drtmon_tpm_selection *sel, struct drtmon_cursor *c)
{
	sel->alg = drtmon_cursor_be16(c);
	sel->mask = mask_take(c);
}

/**
 * drtmon_tpm_banks_parse() - which PCRs each bank has
 * @bank: filled with the banks that have any PCR, in the TPM's order
 * @max: room in @bank
 * @count: entries filled
 * @buf: response to TPM2_GetCapability(TPM_CAP_PCRS), success already checked
 * @len: bytes readable at @buf
 *
 * Context: any.
 * Return: 0; -EINVAL when the response contradicts itself; -E2BIG when it names
 * more banks than @max, and the first @max are in @bank.
 */
int drtmon_tpm_banks_parse(struct drtmon_tpm_selection *bank, u32 max, u32 *count, const u8 *buf,
			   size_t len)
{
	struct drtmon_tpm_selection sel;
	struct drtmon_cursor c;
	u32 left;

	*count = 0;
	if (response_open(&c, buf, len))
		return -EINVAL;
	drtmon_cursor_u8(&c); /* moreData: PCR banks always fit one answer */
	if (drtmon_cursor_be32(&c) != TPM_CAP_PCRS)
		return -EINVAL;
	left = drtmon_cursor_be32(&c);
	while (left-- && !c.bad) {
		selection_take(&sel, &c);
		if (c.bad || !sel.mask)
			continue;
		if (*count == max)
			return -E2BIG;
		bank[(*count)++] = sel;
	}
	return c.bad ? -EINVAL : 0;
}

/**
 * drtmon_tpm_no_increment_parse() - PCRs that do not move pcrUpdateCounter
 * @mask: bit n is PCR n; 0 when the TPM does not tell
 * @buf: response to TPM2_GetCapability(TPM_CAP_PCR_PROPERTIES,
 *	TPM_PT_PCR_NO_INCREMENT), success already checked
 * @len: bytes readable at @buf
 *
 * Context: any.
 * Return: 0; -EINVAL when the response contradicts itself.
 */
int drtmon_tpm_no_increment_parse(u32 *mask, const u8 *buf, size_t len)
{
	struct drtmon_cursor c;

	*mask = 0;
	if (response_open(&c, buf, len))
		return -EINVAL;
	drtmon_cursor_u8(&c);
	if (drtmon_cursor_be32(&c) != TPM_CAP_PCR_PROPERTIES)
		return -EINVAL;
	if (!drtmon_cursor_be32(&c) || drtmon_cursor_be32(&c) != TPM_PT_PCR_NO_INCREMENT)
		return c.bad ? -EINVAL : 0;
	*mask = mask_take(&c);
	return c.bad ? -EINVAL : 0;
}

/**
 * drtmon_tpm_clock_parse() - how often the TPM began anew
 * @clock: filled
 * @buf: response to TPM2_ReadClock, success already checked
 * @len: bytes readable at @buf
 *
 * Context: any.
 * Return: 0; -EINVAL when the response is too short.
 */
int drtmon_tpm_clock_parse(struct drtmon_tpm_clock *clock, const u8 *buf, size_t len)
{
	struct drtmon_cursor c;

	if (response_open(&c, buf, len))
		return -EINVAL;
	drtmon_cursor_take(&c, 16); /* time and clock */
	clock->resets = drtmon_cursor_be32(&c);
	clock->restarts = drtmon_cursor_be32(&c);
	return c.bad ? -EINVAL : 0;
}

/**
 * drtmon_tpm_read_parse() - take a TPM2_PCR_Read response apart
 * @read: filled; the digests point into @buf
 * @buf: the response, success already checked
 * @len: bytes readable at @buf
 *
 * Context: any.
 * Return: 0; -EINVAL when lengths or counts in it contradict each other.
 */
int drtmon_tpm_read_parse(struct drtmon_tpm_read *read, const u8 *buf, size_t len)
{
	struct drtmon_cursor c;
	u32 i;

	memset(read, 0, sizeof(*read));
	if (response_open(&c, buf, len))
		return -EINVAL;
	read->counter = drtmon_cursor_be32(&c);
	read->selection_count = drtmon_cursor_be32(&c);
	if (read->selection_count > DRTMON_TPM_BANKS_MAX)
		return -EINVAL;
	for (i = 0; i < read->selection_count; i++)
		selection_take(&read->selection[i], &c);
	read->digest_count = drtmon_cursor_be32(&c);
	if (read->digest_count > DRTMON_TPM_READ_MAX)
		return -EINVAL;
	for (i = 0; i < read->digest_count; i++) {
		read->digest[i].size = drtmon_cursor_be16(&c);
		read->digest[i].value = drtmon_cursor_take(&c, read->digest[i].size);
	}
	return c.bad ? -EINVAL : 0;
}
