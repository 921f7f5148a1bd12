// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Per PCR the two sequences of digests are aligned by their longest common
 * subsequence; what is left over on both sides under one name has changed.
 */
#include "lib/log/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/decode.h"

/* Cells of the alignment; longer sequences are compared from both ends only. */
#define CELLS_MAX (16u << 20)
/* Records kept of one log. */
#define ITEMS_MAX (1u << 20)

/**
 * struct item - a record as far as the comparison needs it
 * @pcr: PCR
 * @index: of the record
 * @digest: its SHA-256 one, or its last
 * @digest_len: its bytes
 * @name: type and what it is about; owned
 * @text: in words; owned
 * @paired: it has its like in the other log
 */
struct item {
	uint32_t pcr;
	int64_t index;
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
	size_t digest_len;
	char *name;
	char *text;
	bool paired;
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

/* SHA-256 where there is one: logs of one machine then compare whatever else they have. */
static void item_digest(struct item *item, const struct drtmon_log_event *event)
{
	const struct drtmon_log_digest *d = drtmon_log_digest(event, drtmon_alg_by_id(0x000b));

	if (!d)
		d = &event->digest[event->n_digests - 1];
	item->digest_len = d->size <= DRTMON_ALG_DIGEST_MAX ? d->size : DRTMON_ALG_DIGEST_MAX;
	memcpy(item->digest, d->value, item->digest_len);
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
	item_digest(item, event);
	item->name = item_name(drtmon_decode_type(event, type, sizeof(type)), decoded.text);
	item->text = strdup(decoded.text);
	drtmon_decoded_free(&decoded);
	if (!item->name || !item->text)
		items->failed = true;
}

static int by_pcr(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->pcr != y->pcr)
		return x->pcr < y->pcr ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static bool same(const struct item *a, const struct item *b)
{
	return a->digest_len == b->digest_len && !memcmp(a->digest, b->digest, a->digest_len);
}

static void pair(struct item *a, struct item *b)
{
	a->paired = true;
	b->paired = true;
}

/* Longest common subsequence of what equal ends have left. */
static int align(struct item *a, size_t n, struct item *b, size_t m)
{
	size_t i, j, w = m + 1;
	uint32_t *len;

	if (!n || !m || n >= CELLS_MAX / w)
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

static int compare_pcr(struct item *a, size_t n, struct item *b, size_t m)
{
	while (n && m && same(a, b)) {
		pair(a++, b++);
		n--;
		m--;
	}
	while (n && m && same(&a[n - 1], &b[m - 1]))
		pair(&a[--n], &b[--m]);
	return align(a, n, b, m);
}

static size_t run(const struct items *items, size_t at)
{
	size_t n = 0;

	while (at + n < items->n && items->item[at + n].pcr == items->item[at].pcr)
		n++;
	return n;
}

static int compare_all(struct items *a, struct items *b)
{
	size_t i = 0, j = 0;
	int ret = 0;

	while (!ret && i < a->n && j < b->n) {
		size_t n = run(a, i), m = run(b, j);
		uint32_t x = a->item[i].pcr, y = b->item[j].pcr;

		if (x == y)
			ret = compare_pcr(&a->item[i], n, &b->item[j], m);
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

static struct item *by_name(struct items *items, const struct item *like)
{
	size_t i;

	for (i = 0; i < items->n; i++)
		if (!items->item[i].paired && items->item[i].pcr == like->pcr &&
		    !strcmp(items->item[i].name, like->name))
			return &items->item[i];
	return NULL;
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

static int lines_make(struct drtmon_diff *diff)
{
	struct items *old = &diff->state->side[0], *new = &diff->state->side[1];
	size_t i;

	diff->line = calloc(old->n + new->n + 1, sizeof(*diff->line));
	if (!diff->line)
		return -ENOMEM;
	for (i = 0; i < old->n; i++) {
		struct item *other;

		if (old->item[i].paired)
			continue;
		other = by_name(new, &old->item[i]);
		line_set(&diff->line[diff->count++], &old->item[i], other);
		if (other)
			other->paired = true;
	}
	for (i = 0; i < new->n; i++)
		if (!new->item[i].paired)
			line_set(&diff->line[diff->count++], NULL, &new->item[i]);
	qsort(diff->line, diff->count, sizeof(*diff->line), line_order);
	return 0;
}

/* A PCR only one of the logs extends has moved as well. */
static void pcrs_compare(struct drtmon_diff *diff)
{
	const struct drtmon_alg *alg;
	uint32_t pcr;
	size_t i;

	for (i = 0; (alg = drtmon_alg_at(i)); i++) {
		for (pcr = 0; pcr < DRTMON_PCRS_COUNT; pcr++) {
			switch (drtmon_compare(diff->old.pcrs, diff->new.pcrs, alg, pcr)) {
			case DRTMON_COMPARE_MATCH:
				diff->kept |= UINT32_C(1) << pcr;
				break;
			case DRTMON_COMPARE_MISMATCH:
				diff->moved |= UINT32_C(1) << pcr;
				break;
			default:
				break;
			}
		}
	}
	for (i = 0; i < diff->count; i++)
		if (diff->line[i].pcr < DRTMON_PCRS_COUNT &&
		    !(diff->kept & UINT32_C(1) << diff->line[i].pcr))
			diff->moved |= UINT32_C(1) << diff->line[i].pcr;
	diff->kept &= ~diff->moved;
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
	ret = compare_all(&diff->state->side[0], &diff->state->side[1]);
	if (!ret)
		ret = lines_make(diff);
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
