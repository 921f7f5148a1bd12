// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ascii_runtime_measurements: "PCR digest template field field …", a blank
 * before every field, nothing for an empty one. The text is ambiguous where a
 * file name has blanks or a trailing blank was lost, so the template data is
 * rebuilt from every reading and the one that hashes to the digest is taken.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/log/hash.h"
#include "lib/log/ima.h"
#include "lib/log/ima_text.h"
#include "lib/log/reader.h"

/* Modules' appended signatures are the longest lines; this is far beyond. */
#define LINE_MAX_LEN (1u << 20)

/**
 * struct ascii_state - of one list
 * @digest: template digest of the current line
 * @data: template data rebuilt from the current line
 * @room: bytes of @data
 * @hash: by digest size / 16: sha1, @alg_32, sha384, sha512
 * @alg_32: SHA-256 or SM3, of digests of 32 bytes
 * @settled: which of them, an entry told
 * @crlf: the CR LF was noted once
 * @ordered: a line was right in the log's byte order, which is then known
 */
struct ascii_state {
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
	uint8_t *data;
	size_t room;
	struct drtmon_hash *hash[5];
	const struct drtmon_alg *alg_32;
	bool settled;
	bool crlf;
	bool ordered;
};

static int ascii_begin(struct drtmon_log *log)
{
	struct ascii_state *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	state->alg_32 = drtmon_alg_by_id(0x000b);
	log->state = state;
	return 0;
}

static void ascii_end(struct drtmon_log *log)
{
	struct ascii_state *state = log->state;
	size_t i;

	if (!state)
		return;
	for (i = 0; i < sizeof(state->hash) / sizeof(state->hash[0]); i++)
		drtmon_hash_free(state->hash[i]);
	free(state->data);
	free(state);
}

/* Length of the line at the front, its end not counted; @size with it. */
static int line_get(struct drtmon_log *log, size_t *len, size_t *size)
{
	struct drtmon_source *src = &log->src;
	size_t want = 4096, have, seen = 0;
	const uint8_t *nl;

	for (;;) {
		have = drtmon_source_fill(src, want);
		nl = memchr(src->cur + seen, '\n', have - seen);
		if (nl || have < want)
			break;
		seen = have;
		if (have > LINE_MAX_LEN) {
			drtmon_log_problem(log, 0, "line is longer than %u bytes", LINE_MAX_LEN);
			return 0;
		}
		want = have * 2;
	}
	*len = nl ? (size_t)(nl - src->cur) : have;
	*size = *len + (nl ? 1 : 0);
	return have ? 1 : 0;
}

/* Skip blank lines; strip a CR once per log with a note. */
static int line_next(struct drtmon_log *log, size_t *len, size_t *size)
{
	struct ascii_state *state = log->state;
	struct drtmon_source *src = &log->src;

	for (;;) {
		if (!line_get(log, len, size))
			return 0;
		if (*len && src->cur[*len - 1] == '\r') {
			if (!state->crlf)
				drtmon_log_problem(
					log, *len - 1,
					"lines end in CR LF: not as the kernel wrote them");
			state->crlf = true;
			--*len;
		}
		if (*len)
			return 1;
		drtmon_source_eat(src, *size);
	}
}

/**
 * struct ascii_head - first three words of a line
 * @pcr: PCR
 * @alg: of the template digest
 * @name: template
 * @name_len: characters
 * @rest: offset of the blank before the first field
 */
struct ascii_head {
	uint32_t pcr;
	const struct drtmon_alg *alg;
	const char *name;
	size_t name_len;
	size_t rest;
};

/**
 * struct ascii_rest - what follows the template's name
 * @text: from the blank before the first field
 * @len: characters
 * @reading: see drtmon_ima_text_data()
 */
struct ascii_rest {
	const char *text;
	size_t len;
	unsigned int reading;
};

static const struct drtmon_alg *digest_get(uint8_t *digest, const char *hex, size_t len)
{
	ssize_t n = drtmon_hex_decode(digest, DRTMON_ALG_DIGEST_MAX, hex, len);
	static const uint16_t ids[] = { 0x0004, 0x000b, 0x000c, 0x000d };
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (drtmon_alg_by_id(ids[i])->size == n)
			return drtmon_alg_by_id(ids[i]);
	return NULL;
}

/* Sets @err_at and returns -EINVAL when the line is none of IMA's. */
static int head_get(struct ascii_state *state, struct ascii_head *head, const char *line,
		    size_t len, size_t *err_at)
{
	size_t i = 0, start;

	while (i < len && line[i] == ' ')
		i++;
	*err_at = i;
	head->pcr = 0;
	for (start = i; i < len && i - start < 3 && isdigit((unsigned char)line[i]); i++)
		head->pcr = head->pcr * 10 + (uint32_t)(line[i] - '0');
	if (i == start || i == len || line[i] != ' ' || head->pcr >= 32)
		return -EINVAL;
	*err_at = start = ++i;
	while (i < len && line[i] != ' ')
		i++;
	head->alg = digest_get(state->digest, line + start, i - start);
	if (!head->alg || i == len)
		return -EINVAL;
	if (head->alg->size == 32)
		head->alg = state->alg_32;
	*err_at = start = ++i;
	while (i < len && line[i] != ' ')
		i++;
	head->name = line + start;
	head->name_len = i - start;
	head->rest = i;
	return i == start || head->name_len > 255 || i == len ? -EINVAL : 0;
}

static struct drtmon_hash *hash_get(struct ascii_state *state, const struct drtmon_alg *alg)
{
	struct drtmon_hash **hash = &state->hash[alg->size / 16];

	if (!*hash)
		*hash = drtmon_hash_new(alg);
	return *hash;
}

static void alg_32_set(struct ascii_state *state, const struct drtmon_alg *alg)
{
	struct drtmon_hash **hash = &state->hash[alg->size / 16];

	drtmon_hash_free(*hash);
	*hash = NULL;
	state->alg_32 = alg;
}

/* The template data of one reading; true when it hashes to the line's digest. */
static bool reading_right(struct ascii_state *state, struct drtmon_log_event *event,
			  const struct ascii_head *head, const struct ascii_rest *rest, bool big)
{
	struct drtmon_hash *hash = hash_get(state, head->alg);
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
	ssize_t n = drtmon_ima_text_data(state->data, state->room, head->name, head->name_len,
					 rest->text, rest->len, rest->reading, big);

	event->data = n < 0 ? NULL : state->data;
	event->len = n < 0 ? 0 : (size_t)n;
	return n >= 0 && hash && !drtmon_hash(hash, digest, event->data, event->len) &&
	       !memcmp(digest, state->digest, head->alg->size);
}

/* Every reading; @first is set to the first one that is well-formed. */
static bool order_right(struct ascii_state *state, struct drtmon_log_event *event,
			const struct ascii_head *head, struct ascii_rest *rest, bool big,
			unsigned int *first)
{
	*first = DRTMON_IMA_READINGS;
	for (rest->reading = 0; rest->reading < DRTMON_IMA_READINGS; rest->reading++) {
		if (reading_right(state, event, head, rest, big))
			return true;
		if (event->data && *first == DRTMON_IMA_READINGS)
			*first = rest->reading;
	}
	return false;
}

/*
 * The lengths that are hashed are in the order of the kernel that wrote the
 * list: the first line that is right in one of them tells which. The template
 * "ima" has no lengths and tells nothing.
 */
static bool data_right(struct drtmon_log *log, struct drtmon_log_event *event,
		       const struct ascii_head *head, struct ascii_rest *rest, unsigned int *first)
{
	struct ascii_state *state = log->state;
	bool big = log->info.big_endian, right;
	unsigned int other;

	right = order_right(state, event, head, rest, big, first);
	if (state->ordered || drtmon_ima_is_old(head->name, head->name_len))
		return right;
	if (!right && *first < DRTMON_IMA_READINGS) {
		big = !big;
		right = order_right(state, event, head, rest, big, &other);
	}
	if (right) {
		state->ordered = true;
		log->info.big_endian = big;
	}
	return right;
}

/* The first entry that one of the hashes makes tells which of them made the list. */
static bool any_right(struct drtmon_log *log, struct drtmon_log_event *event,
		      struct ascii_head *head, struct ascii_rest *rest, unsigned int *first)
{
	struct ascii_state *state = log->state;
	const bool open = head->alg->size == 32 && !state->settled;
	bool right = data_right(log, event, head, rest, first);
	unsigned int other;

	if (!right && open && !(event->flags & DRTMON_LOG_VIOLATION)) {
		alg_32_set(state, drtmon_alg_by_id(0x0012));
		head->alg = state->alg_32;
		right = data_right(log, event, head, rest, &other);
		if (!right)
			alg_32_set(state, drtmon_alg_by_id(0x000b));
		head->alg = state->alg_32;
	}
	state->settled |= right && open;
	return right;
}

/* Try every reading; keep the one whose hash is right, else the first that is well-formed. */
static void data_rebuild(struct drtmon_log *log, struct drtmon_log_event *event,
			 struct ascii_head *head, const char *fields, size_t len)
{
	struct ascii_rest rest = { fields, len, 0 };
	unsigned int first;

	if (any_right(log, event, head, &rest, &first)) {
		event->flags |= DRTMON_LOG_REBUILT;
		return;
	}
	event->data = NULL;
	event->len = 0;
	rest.reading = first;
	if (first < DRTMON_IMA_READINGS)
		reading_right(log->state, event, head, &rest, log->info.big_endian);
	else
		event->flags |= DRTMON_LOG_NO_DATA;
}

static int room_get(struct ascii_state *state, size_t len)
{
	/* Text is never shorter than its data, but for lengths, numbers and the padded name. */
	size_t want = len + DRTMON_IMA_OLD_SIZE + 8 * DRTMON_IMA_FIELDS;
	uint8_t *data;

	if (want <= state->room)
		return 0;
	data = realloc(state->data, want);
	if (!data)
		return -ENOMEM;
	state->data = data;
	state->room = want;
	return 0;
}

static bool digest_zero(const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

static int ascii_next(struct drtmon_log *log, struct drtmon_log_event *event)
{
	struct ascii_state *state = log->state;
	struct ascii_head head;
	size_t len, size, err_at;
	const char *line;

	if (!line_next(log, &len, &size))
		return 0;
	line = (const char *)log->src.cur;
	if (head_get(state, &head, line, len, &err_at)) {
		drtmon_log_problem(log, err_at, "line is no IMA measurement");
		return 0;
	}
	if (room_get(state, len))
		return -ENOMEM;
	event->offset = log->src.offset;
	event->size = size;
	event->pcr = head.pcr;
	event->type = 0;
	event->content = DRTMON_LOG_CONTENT_IMA;
	event->flags = digest_zero(state->digest, head.alg->size) ? DRTMON_LOG_VIOLATION : 0;
	event->n_digests = 1;
	event->digest[0].value = state->digest;
	event->name = head.name;
	event->name_len = head.name_len;
	event->record = NULL;
	data_rebuild(log, event, &head, line + head.rest, len - head.rest);
	event->digest[0].alg = head.alg;
	event->digest[0].id = head.alg->id;
	event->digest[0].size = head.alg->size;
	drtmon_log_bank_add(log, head.alg->id, head.alg->size);
	log->held = size;
	return 1;
}

const struct drtmon_parser drtmon_parser_ima_ascii = {
	.begin = ascii_begin,
	.next = ascii_next,
	.end = ascii_end,
};
