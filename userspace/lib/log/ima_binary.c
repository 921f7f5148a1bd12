// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * binary_runtime_measurements: u32 PCR, template digest, u32 length and name
 * of the template, u32 length and template data (ima_fs.c of the kernel). The
 * template "ima" has no total length: a 20-byte digest, u32 length and name.
 * Numbers are in the kernel's byte order, little-endian where
 * ima_canonical_fmt is set.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log/bytes.h"
#include "lib/log/ima.h"
#include "lib/log/reader.h"

/* Kernel's limit for a template's name is far below. */
#define NAME_MAX_LEN 255u

/**
 * struct ima_state - of one list
 * @layout: digest size and byte order
 * @alg: of the template digest
 * @settled: @alg is known, and not only its size
 * @old: template data of "ima" as it is hashed
 */
struct ima_state {
	struct drtmon_ima_layout layout;
	const struct drtmon_alg *alg;
	bool settled;
	uint8_t old[DRTMON_IMA_OLD_SIZE];
};

static const struct drtmon_alg *alg_of_size(uint16_t size)
{
	static const uint16_t ids[] = { 0x0004, 0x000b, 0x000c, 0x000d };
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (drtmon_alg_by_id(ids[i])->size == size)
			return drtmon_alg_by_id(ids[i]);
	return NULL;
}

static int ima_begin(struct drtmon_log *log)
{
	struct ima_state *state = calloc(1, sizeof(*state));
	size_t have = drtmon_source_fill(&log->src, 512);

	if (!state)
		return -ENOMEM;
	log->state = state;
	if (drtmon_ima_layout(&state->layout, log->src.cur, have)) {
		state->layout.digest_size = 20;
		state->layout.big_endian = false;
	}
	state->alg = alg_of_size(state->layout.digest_size);
	log->info.big_endian = state->layout.big_endian;
	state->settled = state->alg->size != 32;
	if (state->settled)
		drtmon_log_bank_add(log, state->alg->id, state->alg->size);
	return 0;
}

/* The first entry that one of the hashes makes tells; a bad one says nothing of the others. */
static void alg_settle(struct drtmon_log *log, struct ima_state *state,
		       const struct drtmon_log_event *event)
{
	const struct drtmon_alg *alg =
		event->flags & DRTMON_LOG_VIOLATION ? NULL : drtmon_ima_alg_32(event);

	if (alg) {
		state->alg = alg;
		state->settled = true;
	}
	drtmon_log_bank_add(log, state->alg->id, state->alg->size);
}

static uint32_t number(const struct ima_state *state, const uint8_t *p)
{
	return state->layout.big_endian ? drtmon_be32(p) : drtmon_le32(p);
}

static bool digest_zero(const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

/* "ima": digest and name become one block padded with zeros, as the kernel hashes it. */
static int old_data(struct drtmon_log *log, struct ima_state *state, struct drtmon_log_event *event,
		    size_t at)
{
	struct drtmon_source *src = &log->src;
	uint32_t len;

	if (drtmon_source_fill(src, at + 24) < at + 24) {
		drtmon_log_problem(log, at, "record ends before its file name");
		return 0;
	}
	len = number(state, src->cur + at + 20);
	if (len >= DRTMON_IMA_NAME_PAD) {
		drtmon_log_problem(log, at + 20, "file name of %u bytes is oversized", len);
		return 0;
	}
	if (drtmon_source_fill(src, at + 24 + len) < at + 24 + len) {
		drtmon_log_problem(log, at + 20, "file name of %u bytes runs past the end", len);
		return 0;
	}
	memset(state->old, 0, sizeof(state->old));
	memcpy(state->old, src->cur + at, 20);
	memcpy(state->old + 20, src->cur + at + 24, len);
	event->data = state->old;
	event->len = sizeof(state->old);
	event->size = at + 24 + len;
	return 1;
}

static int new_data(struct drtmon_log *log, struct ima_state *state, struct drtmon_log_event *event,
		    size_t at)
{
	struct drtmon_source *src = &log->src;
	uint32_t len;
	size_t have;

	if (drtmon_source_fill(src, at + 4) < at + 4) {
		drtmon_log_problem(log, at, "record ends before its template data");
		return 0;
	}
	len = number(state, src->cur + at);
	if (len > DRTMON_LOG_RECORD_MAX) {
		drtmon_log_problem(log, at, "template data of %u bytes is oversized", len);
		return 0;
	}
	at += 4;
	have = drtmon_source_fill(src, at + len);
	if (have < at + len) {
		drtmon_log_problem(log, at - 4,
				   "template data of %u bytes runs past the end, %zu are there",
				   len, have - at);
		return 0;
	}
	event->data = src->cur + at;
	event->len = len;
	event->size = at + len;
	return 1;
}

static int ima_next(struct drtmon_log *log, struct drtmon_log_event *event)
{
	struct ima_state *state = log->state;
	struct drtmon_source *src = &log->src;
	const uint16_t digest = state->layout.digest_size;
	const size_t head = 8u + digest;
	size_t have = drtmon_source_fill(src, head + NAME_MAX_LEN);
	uint32_t name;
	bool old;

	if (!have)
		return 0;
	if (have < head) {
		drtmon_log_problem(log, 0, "%zu trailing bytes are no record", have);
		return 0;
	}
	name = number(state, src->cur + head - 4);
	if (!name || name > NAME_MAX_LEN || have < head + name) {
		drtmon_log_problem(log, head - 4, "template name of %u bytes is malformed", name);
		return 0;
	}
	event->pcr = number(state, src->cur);
	if (event->pcr >= 32) {
		drtmon_log_problem(log, 0, "there is no PCR %u", event->pcr);
		return 0;
	}
	old = drtmon_ima_is_old((const char *)src->cur + head, name);
	if (!(old ? old_data : new_data)(log, state, event, head + name))
		return 0;
	event->offset = src->offset;
	event->type = 0;
	event->content = DRTMON_LOG_CONTENT_IMA;
	event->flags = digest_zero(src->cur + 4, digest) ? DRTMON_LOG_VIOLATION : 0;
	event->n_digests = 1;
	event->digest[0].value = src->cur + 4;
	if (!state->settled)
		alg_settle(log, state, event);
	event->digest[0].alg = state->alg;
	event->digest[0].id = state->alg->id;
	event->digest[0].size = digest;
	event->name = (const char *)src->cur + head;
	event->name_len = name;
	event->record = NULL;
	log->held = event->size;
	return 1;
}

const struct drtmon_parser drtmon_parser_ima = {
	.begin = ima_begin,
	.next = ima_next,
};
