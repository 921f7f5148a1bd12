// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading PCRs from the TPM, as many digests a command as it returns.
 *
 * Each command takes and releases the chip on its own, so that a read of all
 * banks does not keep another user of the TPM waiting for longer than a command.
 * Only who could not get a read that nobody disturbed holds the chip throughout.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/tpm.h>

#include "pcr.h"

#define TPM_TAG_RQU_COMMAND	0x00c1
#define TPM12_PCR_MASK		0x00ffffff
#define TPM_CAP_PCRS		5
#define TPM_CAP_PCR_PROPERTIES	7
#define TPM_PT_PCR_NO_INCREMENT 0x11
#define TPM2_CC_READ_CLOCK	0x181
#define RESPONSE_CODE		6 /* where it stands in a response */

/*
 * Send what is in @buf and leave the response there. A TPM that says no is
 * -EIO here: what it said passes the hook, which tells the world. The TPM core
 * hands on the response code as it came, and one with bit 31 set looks like an
 * errno, which no TPM may choose.
 */
static int transmit(const struct drtmon_pcr_source *source, struct tpm_buf *buf, size_t min_body)
{
	ssize_t ret = 0;

	if (!source->held)
		ret = tpm_try_get_ops(source->tpm);
	if (ret)
		return ret;
	ret = tpm_transmit_cmd(source->tpm, buf, min_body, NULL);
	if (!source->held)
		tpm_put_ops(source->tpm);
	if (ret > 0 || (ret && ret == (s32)drtmon_get_be32(buf->data + RESPONSE_CODE)))
		ret = -EIO;
	return ret;
}

/**
 * drtmon_pcr_hold() - keep all others from the TPM
 * @source: what is read from it is undisturbed until drtmon_pcr_release()
 *
 * Context: process, sleeps until the command in flight is answered.
 * Return: 0 or what the TPM core returned.
 */
int drtmon_pcr_hold(struct drtmon_pcr_source *source)
{
	int ret = tpm_try_get_ops(source->tpm);

	source->held = !ret;
	return ret;
}

/**
 * drtmon_pcr_release() - let others have the TPM again
 * @source: held or not
 *
 * Context: process, may sleep.
 */
void drtmon_pcr_release(struct drtmon_pcr_source *source)
{
	if (source->held)
		tpm_put_ops(source->tpm);
	source->held = false;
}

/* A GetCapability of one property; @buf is the caller's to destroy on success. */
static int get_capability(const struct drtmon_pcr_source *source, struct tpm_buf *buf,
			  u32 capability, u32 property)
{
	int ret;

	ret = tpm_buf_init(buf, TPM2_ST_NO_SESSIONS, TPM2_CC_GET_CAPABILITY);
	if (ret)
		return ret;
	tpm_buf_append_u32(buf, capability);
	tpm_buf_append_u32(buf, property);
	tpm_buf_append_u32(buf, 1);
	ret = transmit(source, buf, 9);
	if (ret)
		tpm_buf_destroy(buf);
	return ret;
}

static int find_banks_tpm2(const struct drtmon_pcr_source *source, struct drtmon_pcr_banks *banks)
{
	struct tpm_buf buf;
	int ret;

	ret = get_capability(source, &buf, TPM_CAP_PCRS, 0);
	if (ret)
		return ret;
	ret = drtmon_tpm_banks_parse(banks->bank, ARRAY_SIZE(banks->bank), &banks->count, buf.data,
				     PAGE_SIZE);
	tpm_buf_destroy(&buf);
	return ret;
}

/* The size of a hash drtmon does not know, as the TPM core found it out. */
static u16 core_digest_size(const struct tpm_chip *tpm, u16 alg)
{
	u32 i;

	for (i = 0; i < tpm->nr_allocated_banks; i++)
		if (tpm->allocated_banks[i].alg_id == alg)
			return tpm->allocated_banks[i].digest_size;
	return 0;
}

/* The banks by one answer of a TPM 2.0, as far as their digests can be read. */
static int ask_banks(const struct drtmon_pcr_source *source, struct drtmon_pcr_banks *banks)
{
	u32 i, kept = 0;
	int ret;

	memset(banks, 0, sizeof(*banks));
	ret = find_banks_tpm2(source, banks);
	if (ret)
		return ret;
	for (i = 0; i < banks->count; i++) {
		u16 size = drtmon_tpm_alg_size(banks->bank[i].alg);

		if (!size)
			size = core_digest_size(source->tpm, banks->bank[i].alg);
		if (!size || size > DRTMON_TPM_DIGEST_MAX)
			continue;
		banks->bank[kept] = banks->bank[i];
		banks->size[kept++] = size;
	}
	banks->count = kept;
	return kept ? 0 : -ENODATA;
}

/**
 * drtmon_pcr_find_banks() - ask a TPM which PCRs it has
 * @source: the chip; the caller holds a reference to its device
 * @banks: filled
 *
 * A TPM 1.2 has one bank of sha1 with 24 PCRs and is not asked. A TPM 2.0 is asked
 * twice: one wrong answer would hide a bank until the TPM is reset.
 *
 * Context: process, sleeps for two TPM commands.
 * Return: 0; -EIO when the TPM refused, -EINVAL when an answer makes no sense
 * or is not the other, -E2BIG when it has more banks than are followed, -ENODATA
 * when it has none that could be read, or what the TPM core returned.
 */
int drtmon_pcr_find_banks(const struct drtmon_pcr_source *source, struct drtmon_pcr_banks *banks)
{
	struct drtmon_pcr_banks again;
	int ret;

	if (!(source->tpm->flags & TPM_CHIP_FLAG_TPM2)) {
		memset(banks, 0, sizeof(*banks));
		banks->count = 1;
		banks->bank[0].alg = TPM_ALG_SHA1;
		banks->bank[0].mask = TPM12_PCR_MASK;
		banks->size[0] = TPM_DIGEST_SIZE;
		return 0;
	}
	ret = ask_banks(source, banks);
	if (!ret)
		ret = ask_banks(source, &again);
	if (ret)
		return ret;
	return drtmon_pcr_banks_equal(banks, &again) ? 0 : -EINVAL;
}

static int ask_no_increment(const struct drtmon_pcr_source *source, u32 *mask)
{
	struct tpm_buf buf;
	int ret;

	ret = get_capability(source, &buf, TPM_CAP_PCR_PROPERTIES, TPM_PT_PCR_NO_INCREMENT);
	if (ret)
		return ret;
	ret = drtmon_tpm_no_increment_parse(mask, buf.data, PAGE_SIZE);
	tpm_buf_destroy(&buf);
	return ret;
}

/**
 * drtmon_pcr_find_no_increment() - which PCRs do not move pcrUpdateCounter?
 * @source: the chip; the caller holds a reference to its device
 * @mask: bit n is PCR n, 0 when the TPM does not tell; all PCRs for a TPM 1.2, which
 *	has no such counter
 *
 * A TPM 2.0 is asked twice: of a PCR that one wrong answer leaves out, no counter
 * would tell until the TPM is reset.
 *
 * Context: process, sleeps for two TPM commands.
 * Return: 0; -EIO when the TPM refused, -EINVAL when an answer makes no sense or
 * is not the other, or what the TPM core returned.
 */
int drtmon_pcr_find_no_increment(const struct drtmon_pcr_source *source, u32 *mask)
{
	u32 again;
	int ret;

	if (!(source->tpm->flags & TPM_CHIP_FLAG_TPM2)) {
		*mask = TPM12_PCR_MASK;
		return 0;
	}
	ret = ask_no_increment(source, mask);
	if (!ret)
		ret = ask_no_increment(source, &again);
	if (ret)
		return ret;
	return *mask == again ? 0 : -EINVAL;
}

/**
 * drtmon_pcr_read_clock() - how often did the TPM begin anew?
 * @source: the chip, a TPM 2.0; the caller holds a reference to its device
 * @clock: filled
 *
 * Context: process, sleeps for one TPM command.
 * Return: 0; -EIO when the TPM refused, -EINVAL when its answer makes no sense, or
 * what the TPM core returned.
 */
int drtmon_pcr_read_clock(const struct drtmon_pcr_source *source, struct drtmon_tpm_clock *clock)
{
	struct tpm_buf buf;
	int ret;

	ret = tpm_buf_init(&buf, TPM2_ST_NO_SESSIONS, TPM2_CC_READ_CLOCK);
	if (ret)
		return ret;
	ret = transmit(source, &buf, 24);
	if (!ret)
		ret = drtmon_tpm_clock_parse(clock, buf.data, PAGE_SIZE);
	tpm_buf_destroy(&buf);
	return ret;
}

static int read_tpm12(const struct drtmon_pcr_source *source, struct drtmon_pcr_values *values,
		      u32 mask)
{
	struct tpm_buf buf;
	u32 pcr;
	int ret;

	for (; mask; mask &= mask - 1) {
		pcr = __ffs(mask);
		ret = tpm_buf_init(&buf, TPM_TAG_RQU_COMMAND, DRTMON_TPM12_ORD_PCR_READ);
		if (ret)
			return ret;
		tpm_buf_append_u32(&buf, pcr);
		values->commands++;
		ret = transmit(source, &buf, TPM_DIGEST_SIZE);
		if (!ret)
			memcpy(values->value[0][pcr], &buf.data[TPM_HEADER_SIZE], TPM_DIGEST_SIZE);
		tpm_buf_destroy(&buf);
		if (ret)
			return ret;
		values->digests++;
	}
	return 0;
}

/* Fill in a request for the next PCRs of @want, at most one answer's worth. */
static void request_append(struct tpm_buf *buf, const struct drtmon_pcr_banks *banks,
			   const u32 *want)
{
	struct drtmon_tpm_selection sel[DRTMON_TPM_BANKS_MAX];
	u32 room = DRTMON_TPM_READ_MAX, count = 0, i, j;

	for (i = 0; i < banks->count && room; i++) {
		u32 left = want[i];

		if (!left)
			continue;
		sel[count].alg = banks->bank[i].alg;
		sel[count].mask = 0;
		for (; left && room; room--) {
			sel[count].mask |= left & -left;
			left &= left - 1;
		}
		count++;
	}
	tpm_buf_append_u32(buf, count);
	for (i = 0; i < count; i++) {
		u8 bytes = sel[i].mask >> 24 ? 4 : TPM2_PCR_SELECT_MIN;

		tpm_buf_append_u16(buf, sel[i].alg);
		tpm_buf_append_u8(buf, bytes);
		for (j = 0; j < bytes; j++)
			tpm_buf_append_u8(buf, sel[i].mask >> (8 * j));
	}
}

/*
 * Take over the digests of one answer and strike them off @want. An answer
 * that holds nothing of what was asked for, or more digests than PCRs, is
 * refused: it would otherwise be asked for again for ever.
 */
static int answer_take(struct drtmon_pcr_values *values, u32 *want,
		       const struct drtmon_tpm_read *read)
{
	const struct drtmon_pcr_banks *banks = &values->banks;
	u32 s, b, n = 0;

	for (s = 0; s < read->selection_count; s++) {
		u32 mask = read->selection[s].mask;

		for (b = 0; b < banks->count; b++)
			if (banks->bank[b].alg == read->selection[s].alg)
				break;
		for (; mask; mask &= mask - 1) {
			u32 pcr = __ffs(mask);

			if (n == read->digest_count || b == banks->count || !(want[b] & BIT(pcr)) ||
			    read->digest[n].size != banks->size[b])
				return -EINVAL;
			memcpy(values->value[b][pcr], read->digest[n].value, banks->size[b]);
			want[b] &= ~BIT(pcr);
			n++;
		}
	}
	if (!n || n != read->digest_count)
		return -EINVAL;
	values->digests += n;
	return 0;
}

static int read_some(const struct drtmon_pcr_source *source, struct drtmon_pcr_values *values,
		     u32 *want)
{
	struct drtmon_tpm_read read;
	struct tpm_buf buf;
	int ret;

	ret = tpm_buf_init(&buf, TPM2_ST_NO_SESSIONS, TPM2_CC_PCR_READ);
	if (ret)
		return ret;
	request_append(&buf, &values->banks, want);
	values->commands++;
	ret = transmit(source, &buf, 12);
	if (!ret)
		ret = drtmon_tpm_read_parse(&read, buf.data, PAGE_SIZE);
	if (!ret) {
		if (values->digests && read.counter != values->counter)
			values->moved = true;
		if (!values->digests)
			values->counter = read.counter;
		ret = answer_take(values, want, &read);
	}
	tpm_buf_destroy(&buf);
	return ret;
}

/**
 * drtmon_pcr_banks_equal() - the same banks with the same PCRs, in the same order?
 * @a: banks
 * @b: banks
 *
 * Context: any.
 */
bool drtmon_pcr_banks_equal(const struct drtmon_pcr_banks *a, const struct drtmon_pcr_banks *b)
{
	u32 i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->bank[i].alg != b->bank[i].alg || a->bank[i].mask != b->bank[i].mask ||
		    a->size[i] != b->size[i])
			return false;
	return true;
}

/**
 * drtmon_pcr_read() - read PCRs of every bank
 * @source: the chip; the caller holds a reference to its device
 * @values: @values->banks says which banks there are; the values read, their
 *	number, the commands sent and the counter are filled in, other values stay
 * @mask: which PCRs, bit n is PCR n
 *
 * Costs ceil(n / 8) commands for n digests on a TPM 2.0 that answers in full,
 * n on a TPM 1.2. Never more than n.
 *
 * Context: process, sleeps for many TPM commands.
 * Return: 0; -EIO when the TPM refused, -EINVAL when an answer makes no sense, or
 * what the TPM core returned.
 */
int drtmon_pcr_read(const struct drtmon_pcr_source *source, struct drtmon_pcr_values *values,
		    u32 mask)
{
	u32 want[DRTMON_TPM_BANKS_MAX];
	u32 i, left;
	int ret;

	values->digests = 0;
	values->commands = 0;
	values->counter = 0;
	values->moved = false;
	if (!(source->tpm->flags & TPM_CHIP_FLAG_TPM2))
		return read_tpm12(source, values, mask & TPM12_PCR_MASK);

	for (i = 0; i < values->banks.count; i++)
		want[i] = values->banks.bank[i].mask & mask;
	do {
		for (i = 0, left = 0; i < values->banks.count; i++)
			left |= want[i];
		ret = left ? read_some(source, values, want) : 0;
	} while (left && !ret);
	return ret;
}
