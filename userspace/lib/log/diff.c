// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Per PCR the two sequences of digests are aligned by their longest common
 * subsequence; what is left over on both sides under one name has changed.
 * Digests are compared in one bank, which both logs' records have: digests of
 * two algorithms differ whatever was measured.
 */
#include "lib/log/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/decode.h"

/* Cells of the alignment; longer sequences are paired whatever their order. */
#define CELLS_MAX (16u << 20)
/* Records kept of one log. */
#define ITEMS_MAX (1u << 20)

/**
 * struct have - a digest of a record
 * @at: where it is kept
 * @len: bytes
 * @alg: TPM_ALG_ID
 */
struct have {
	uint16_t at;
	uint16_t len;
	uint16_t alg;
};

/**
 * struct item - a record as far as the comparison needs it
 * @pcr: PCR
 * @index: of the record
 * @all: its digests, one behind the other; owned
 * @n: their number
 * @have: of each: where in @all, its bytes, its algorithm
 * @digest: the one that is compared, inside @all
 * @digest_len: its bytes
 * @alg: its TPM_ALG_ID
 * @name: type and what it is about; owned
 * @text: in words; owned
 * @paired: it has its like in the other log
 * @other: of an old record: the new one of its name, with other digests
 */
struct item {
	uint32_t pcr;
	int64_t index;
	uint8_t *all;
	unsigned int n;
	struct have have[DRTMON_LOG_DIGESTS];
	const uint8_t *digest;
	size_t digest_len;
	uint16_t alg;
	char *name;
	char *text;
	bool paired;
	struct item *other;
};

/**
 * struct items - the records of one log
 * @n: used
 * @room: allocated
 * @item: records
 * @failed: out of memory or out of bounds
 */
struct items {
	size_t n;
	size_t room;
	struct item *item;
	bool failed;
};

struct diff_state {
	struct items side[2];
};

/* The name is the type and the words up to the first value. */
static char *item_name(const char *type, const char *text)
{
	size_t n = 0;
	char *name;

	while (text[n] && text[n] != '=' &&
	       !((text[n] == ':' || text[n] == ',') && text[n + 1] == ' '))
		n++;
	name = malloc(strlen(type) + n + 2);

	if (name) {
		strcpy(name, type);
		strcat(name, " ");
		strncat(name, text, n);
	}
	return name;
}

static struct item *item_new(struct items *items)
{
	size_t room = items->room ? items->room * 2 : 256;
	struct item *item;

	if (items->n == items->room) {
		item = items->n < ITEMS_MAX ? reallocarray(items->item, room, sizeof(*item)) : NULL;
		if (!item) {
			items->failed = true;
			return NULL;
		}
		items->item = item;
		items->room = room;
	}
	item = &items->item[items->n++];
	memset(item, 0, sizeof(*item));
	return item;
}

/* A record's digests are small: the largest of every algorithm fits in 64 KiB. */
static bool item_digests(struct item *item, const struct drtmon_log_event *event)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < event->n_digests; i++)
		len += event->digest[i].size;
	item->all = len <= UINT16_MAX ? malloc(len + 1) : NULL;
	for (i = 0, len = 0; item->all && i < event->n_digests; i++) {
		const struct drtmon_log_digest *d = &event->digest[i];

		item->have[i] = (struct have){ (uint16_t)len, d->size, d->id };
		memcpy(item->all + len, d->value, d->size);
		len += d->size;
		item->n++;
	}
	return item->all;
}

/* The bank that is compared, or, where a record lacks it, the record's last one. */
static void item_choose(struct item *item, uint16_t alg)
{
	unsigned int i, at = item->n - 1;

	for (i = 0; i < item->n; i++)
		if (item->have[i].alg == alg)
			at = i;
	item->digest = item->all + item->have[at].at;
	item->digest_len = item->have[at].len;
	item->alg = item->have[at].alg;
}

static void item_collect(void *ctx, const struct drtmon_analysis *analysis,
			 const struct drtmon_log_event *event, enum drtmon_check_result result,
			 const char *why)
{
	struct items *items = ctx;
	struct drtmon_decoded decoded;
	struct item *item;
	char type[64];

	if (event->flags & DRTMON_LOG_NOT_EXTENDED || !event->n_digests)
		return;
	item = item_new(items);
	if (!item)
		return;
	drtmon_decode(&decoded, event, analysis->info->big_endian, false);
	item->pcr = event->pcr;
	item->index = (int64_t)event->index;
	item->name = item_name(drtmon_decode_type(event, type, sizeof(type)), decoded.text);
	item->text = strdup(decoded.text);
	drtmon_decoded_free(&decoded);
	if (!item_digests(item, event) || !item->name || !item->text)
		items->failed = true;
}

static int by_pcr(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->pcr != y->pcr)
		return x->pcr < y->pcr ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int digest_order(const struct item *a, const struct item *b)
{
	if (a->alg != b->alg)
		return a->alg < b->alg ? -1 : 1;
	if (a->digest_len != b->digest_len)
		return a->digest_len < b->digest_len ? -1 : 1;
	return memcmp(a->digest, b->digest, a->digest_len);
}

static bool same(const struct item *a, const struct item *b)
{
	return !digest_order(a, b);
}

static int by_digest(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;
	int order = digest_order(x, y);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int by_name(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;
	int order = x->pcr != y->pcr ? (x->pcr < y->pcr ? -1 : 1) : strcmp(x->name, y->name);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Pointers to those without their like, sorted. */
static struct item **unpaired(struct item *item, size_t n, size_t *count,
			      int (*order)(const void *, const void *))
{
	struct item **list = calloc(n + 1, sizeof(struct item *));
	size_t i;

	*count = 0;
	for (i = 0; list && i < n; i++)
		if (!item[i].paired)
			list[(*count)++] = &item[i];
	if (*count)
		qsort(list, *count, sizeof(struct item *), order);
	return list;
}

static void pair(struct item *a, struct item *b)
{
	a->paired = true;
	b->paired = true;
}

/* Equal digests belong together wherever they stand. */
static int align_unordered(struct item *a, size_t n, struct item *b, size_t m)
{
	struct item **x = unpaired(a, n, &n, by_digest), **y = unpaired(b, m, &m, by_digest);
	size_t i = 0, j = 0;
	int ret = x && y ? 0 : -ENOMEM;

	while (!ret && i < n && j < m) {
		int order = digest_order(x[i], y[j]);

		if (!order)
			pair(x[i++], y[j++]);
		else if (order < 0)
			i++;
		else
			j++;
	}
	free(x);
	free(y);
	return ret;
}

/* Longest common subsequence of what equal ends have left. */
static int align(struct item *a, size_t n, struct item *b, size_t m)
{
	size_t i, j, w = m + 1;
	uint32_t *len;

	if (!n || !m)
		return 0;
	len = calloc((n + 1) * w, sizeof(*len));
	if (!len)
		return -ENOMEM;
	for (i = n; i-- > 0;)
		for (j = m; j-- > 0;) {
			uint32_t down = len[(i + 1) * w + j], right = len[i * w + j + 1];

			len[i * w + j] = same(&a[i], &b[j]) ? len[(i + 1) * w + j + 1] + 1
					 : down > right	    ? down
							    : right;
		}
	for (i = 0, j = 0; i < n && j < m;) {
		if (same(&a[i], &b[j]))
			pair(&a[i++], &b[j++]);
		else if (len[(i + 1) * w + j] >= len[i * w + j + 1])
			i++;
		else
			j++;
	}
	free(len);
	return 0;
}

static int compare_pcr(struct drtmon_diff *diff, struct item *a, size_t n, struct item *b, size_t m)
{
	while (n && m && same(a, b)) {
		pair(a++, b++);
		n--;
		m--;
	}
	while (n && m && same(&a[n - 1], &b[m - 1]))
		pair(&a[--n], &b[--m]);
	if (n < CELLS_MAX / (m + 1))
		return align(a, n, b, m);
	if (a->pcr < DRTMON_PCRS_COUNT)
		diff->unordered |= UINT32_C(1) << a->pcr;
	return align_unordered(a, n, b, m);
}

static size_t run(const struct items *items, size_t at)
{
	size_t n = 0;

	while (at + n < items->n && items->item[at + n].pcr == items->item[at].pcr)
		n++;
	return n;
}

static int compare_all(struct drtmon_diff *diff)
{
	struct items *a = &diff->state->side[0], *b = &diff->state->side[1];
	size_t i = 0, j = 0;
	int ret = 0;

	while (!ret && i < a->n && j < b->n) {
		size_t n = run(a, i), m = run(b, j);
		uint32_t x = a->item[i].pcr, y = b->item[j].pcr;

		if (x == y)
			ret = compare_pcr(diff, &a->item[i], n, &b->item[j], m);
		i += x <= y ? n : 0;
		j += y <= x ? m : 0;
	}
	return ret;
}

static void line_set(struct drtmon_diff_line *line, const struct item *old, const struct item *new)
{
	const struct item *any = old ? old : new;

	line->kind = old && new ? DRTMON_DIFF_CHANGED
		     : old	? DRTMON_DIFF_REMOVED
				: DRTMON_DIFF_ADDED;
	line->pcr = any->pcr;
	line->old_index = old ? old->index : -1;
	line->new_index = new ? new->index : -1;
	line->name = any->name;
	line->old_text = old ? old->text : NULL;
	line->new_text = new ? new->text : NULL;
}

static int line_order(const void *a, const void *b)
{
	const struct drtmon_diff_line *x = a, *y = b;
	int64_t i = x->old_index >= 0 ? x->old_index : x->new_index;
	int64_t j = y->old_index >= 0 ? y->old_index : y->new_index;

	if (x->pcr != y->pcr)
		return x->pcr < y->pcr ? -1 : 1;
	return i < j ? -1 : i > j;
}

/* Of both sorted by name, those of one name belong together in their order. */
static int names_pair(struct drtmon_diff *diff)
{
	struct items *old = &diff->state->side[0], *new = &diff->state->side[1];
	size_t n, m, i = 0, j = 0;
	struct item **x = unpaired(old->item, old->n, &n, by_name);
	struct item **y = unpaired(new->item, new->n, &m, by_name);

	while (x && y && i < n && j < m) {
		int order = x[i]->pcr != y[j]->pcr ? (x[i]->pcr < y[j]->pcr ? -1 : 1)
						   : strcmp(x[i]->name, y[j]->name);

		if (!order) {
			x[i]->other = y[j++];
			pair(x[i], x[i]->other);
			i++;
		} else if (order < 0) {
			i++;
		} else {
			j++;
		}
	}
	free(x);
	free(y);
	return x && y ? 0 : -ENOMEM;
}

static int lines_make(struct drtmon_diff *diff)
{
	struct items *old = &diff->state->side[0], *new = &diff->state->side[1];
	size_t i;

	diff->line = calloc(old->n + new->n + 1, sizeof(*diff->line));
	if (!diff->line || names_pair(diff))
		return -ENOMEM;
	for (i = 0; i < old->n; i++)
		if (!old->item[i].paired || old->item[i].other)
			line_set(&diff->line[diff->count++], &old->item[i], old->item[i].other);
	for (i = 0; i < new->n; i++)
		if (!new->item[i].paired)
			line_set(&diff->line[diff->count++], NULL, &new->item[i]);
	qsort(diff->line, diff->count, sizeof(*diff->line), line_order);
	return 0;
}

/* How many records of a log have a digest of an algorithm. */
static size_t records_with(const struct items *items, uint16_t alg)
{
	size_t i, count = 0;
	unsigned int d;

	for (i = 0; i < items->n; i++) {
		for (d = 0; d < items->item[i].n && items->item[i].have[d].alg != alg; d++)
			;
		count += d < items->item[i].n;
	}
	return count;
}

/* The bank most records of both have; of equals the first of these. */
static bool bank_choose(struct drtmon_diff *diff)
{
	static const uint16_t prefer[] = { 0x000b, 0x000c, 0x000d, 0x0012,
					   0x0027, 0x0028, 0x0029, 0x0004 };
	size_t side, i, best = 0;

	for (i = 0; i < sizeof(prefer) / sizeof(prefer[0]); i++) {
		size_t a = records_with(&diff->state->side[0], prefer[i]);
		size_t b = records_with(&diff->state->side[1], prefer[i]);

		if ((a < b ? a : b) > best) {
			best = a < b ? a : b;
			diff->alg = drtmon_alg_by_id(prefer[i]);
		}
	}
	for (side = 0; best && side < 2; side++)
		for (i = 0; i < diff->state->side[side].n; i++)
			item_choose(&diff->state->side[side].item[i], (uint16_t)diff->alg->id);
	return best;
}

static bool bank_has(const struct drtmon_pcrs *pcrs, const struct drtmon_alg *alg)
{
	uint32_t pcr;

	for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
		if (drtmon_pcrs_get(pcrs, alg, pcr))
			return true;
	return false;
}

/* Which PCRs a log extends, in any bank. */
static uint32_t extended(const struct drtmon_analysis *analysis, const struct items *items)
{
	const struct drtmon_alg *alg;
	uint32_t pcr, bits = 0;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++)
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++)
			if (drtmon_pcrs_get(analysis->pcrs, alg, pcr))
				bits |= UINT32_C(1) << pcr;
	for (i = 0; i < items->n; i++)
		if (items->item[i].pcr < DRTMON_PCRS_COUNT)
			bits |= UINT32_C(1) << items->item[i].pcr;
	return bits;
}

/* A PCR only one of the logs extends has moved as well, in the banks that both have. */
static void pcrs_compare(struct drtmon_diff *diff)
{
	const uint32_t old = extended(&diff->old, &diff->state->side[0]);
	const uint32_t new = extended(&diff->new, &diff->state->side[1]);
	const bool whole = diff->old.info->complete && diff->new.info->complete;
	const struct drtmon_alg *alg;
	uint32_t pcr;
	size_t i;

	for (i = 0; whole && (alg = drtmon_alg_at(i)); i++) {
		if (!bank_has(diff->old.pcrs, alg) || !bank_has(diff->new.pcrs, alg))
			continue;
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
			const uint32_t bit = UINT32_C(1) << pcr;
			enum drtmon_compare c =
				drtmon_compare(diff->old.pcrs, diff->new.pcrs, alg, pcr);

			if (c == DRTMON_COMPARE_MATCH)
				diff->kept |= bit;
			else if (c == DRTMON_COMPARE_MISMATCH ||
				 (c != DRTMON_COMPARE_NONE && !(old & new &bit)))
				diff->moved |= bit;
		}
	}
	diff->kept &= ~diff->moved;
	diff->not_compared = (old | new) & ~(diff->moved | diff->kept);
}

bool drtmon_diff_equal(const struct drtmon_diff *diff)
{
	return diff->old.info->complete && diff->new.info->complete && diff->alg && !diff->count &&
	       diff->kept && !diff->moved && !diff->not_compared;
}

static int read_side(struct drtmon_analysis *analysis, struct items *items, const char *path,
		     struct drtmon_err *err)
{
	struct drtmon_analysis_args args = { .log.path = path,
					     .event = item_collect,
					     .ctx = items };
	int ret = drtmon_analysis_run(analysis, &args, err);

	if (!ret && items->failed)
		ret = drtmon_err_set(err, -ENOMEM, "%s is too long to compare", path);
	if (!ret && items->n)
		qsort(items->item, items->n, sizeof(*items->item), by_pcr);
	return ret;
}

int drtmon_diff_run(struct drtmon_diff *diff, const char *old_path, const char *new_path,
		    struct drtmon_err *err)
{
	int ret;

	memset(diff, 0, sizeof(*diff));
	diff->state = calloc(1, sizeof(*diff->state));
	if (!diff->state)
		return drtmon_err_set(err, -ENOMEM, "out of memory");
	ret = read_side(&diff->old, &diff->state->side[0], old_path, err);
	if (!ret)
		ret = read_side(&diff->new, &diff->state->side[1], new_path, err);
	if (ret)
		return ret;
	if (bank_choose(diff)) {
		ret = compare_all(diff);
		if (!ret)
			ret = lines_make(diff);
	}
	if (ret)
		return drtmon_err_set(err, ret, "out of memory");
	pcrs_compare(diff);
	return 0;
}

void drtmon_diff_free(struct drtmon_diff *diff)
{
	size_t side, i;

	for (side = 0; diff->state && side < 2; side++) {
		for (i = 0; i < diff->state->side[side].n; i++) {
			free(diff->state->side[side].item[i].all);
			free(diff->state->side[side].item[i].name);
			free(diff->state->side[side].item[i].text);
		}
		free(diff->state->side[side].item);
	}
	free(diff->state);
	free(diff->line);
	drtmon_analysis_free(&diff->old);
	drtmon_analysis_free(&diff->new);
	memset(diff, 0, sizeof(*diff));
}
