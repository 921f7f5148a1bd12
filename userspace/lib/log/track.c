// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Steps kept of one PCR: more than the module's ring holds. */
#define STEPS_MAX 65536u
/*
 * Extends computed while looking for the joint, for one PCR of one bank: all there
 * are for a ring of 4096 events, which takes seconds where none of them fits.
 */
#define WORK_MAX (17u << 20)

void drtmon_track_start(struct drtmon_track *track, uint8_t fill, uint8_t last)
{
	memset(track->start, fill, track->size);
	track->start[track->size - 1] = last;
	memcpy(track->value, track->start, track->size);
}

/* A reset makes all that came before it irrelevant. */
static int step_reset(struct drtmon_track *track)
{
	track->reset = true;
	track->over = false;
	track->n_steps = 0;
	return 0;
}

int drtmon_track_step(struct drtmon_track *track, const uint8_t *digest)
{
	size_t room = track->room ? track->room * 2 : 16;
	struct drtmon_step *steps;

	track->seen++;
	if (!digest)
		return step_reset(track);
	track->over = track->n_steps == STEPS_MAX;
	if (track->over)
		return 0;
	if (track->n_steps == track->room) {
		steps = reallocarray(track->steps, room, sizeof(*steps));
		if (!steps)
			return -ENOMEM;
		track->steps = steps;
		track->room = room;
	}
	memcpy(track->steps[track->n_steps++].digest, digest, track->size);
	return 0;
}

static int extend(uint8_t *value, size_t size, struct drtmon_hash *hash, const uint8_t *digest)
{
	memcpy(value + size, digest, size);
	return drtmon_hash(hash, value, value, 2 * size);
}

int drtmon_track_extend(struct drtmon_track *track, struct drtmon_hash *hash, const uint8_t *digest)
{
	if (track->want && !memcmp(track->value, track->want, track->size))
		track->met = true;
	if (track->n_steps && !track->tail) {
		track->tail = calloc(track->n_steps, sizeof(*track->tail));
		if (!track->tail)
			return -ENOMEM;
	}
	if (track->tail) {
		struct drtmon_point *p = &track->tail[track->logged % track->n_steps];

		memcpy(p->before, track->value, track->size);
		memcpy(p->digest, digest, track->size);
	}
	track->logged++;
	return extend(track->value, track->size, hash, digest);
}

int drtmon_track_extend_to(struct drtmon_track *track, struct drtmon_hash *hash,
			   const uint8_t *value)
{
	int ret = drtmon_track_extend(track, hash, value);

	memcpy(track->value, value, track->size);
	track->start_is_value = true;
	return ret;
}

/* The logged extend number @i, which must be among the last @n_steps. */
static const struct drtmon_point *point(const struct drtmon_track *track, uint64_t i)
{
	return &track->tail[i % track->n_steps];
}

/*
 * How many of the last logged extends are among the steps, in order. With the
 * last n also any fewer are: one walk from the end finds all that are possible.
 */
static uint64_t shared_most(const struct drtmon_track *track)
{
	uint64_t back = 0;
	size_t s = track->n_steps;

	while (s-- && back < track->logged)
		if (!memcmp(track->steps[s].digest, point(track, track->logged - back - 1)->digest,
			    track->size))
			back++;
	return back;
}

/* The value after all steps when the first @used logged extends came before. */
static int value_at(const struct drtmon_track *track, struct drtmon_hash *hash, uint64_t used,
		    uint8_t *out)
{
	uint8_t value[2 * DRTMON_ALG_DIGEST_MAX] = { 0 };
	size_t s;
	int ret = 0;

	if (!track->reset)
		memcpy(value, used < track->logged ? point(track, used)->before : track->value,
		       track->size);
	for (s = 0; !ret && s < track->n_steps; s++)
		ret = extend(value, track->size, hash, track->steps[s].digest);
	memcpy(out, value, track->size);
	return ret;
}

static bool untouched(const struct drtmon_track *track)
{
	return !track->logged && !track->seen && !memcmp(track->start, track->want, track->size);
}

/**
 * struct search - the joint is looked for
 * @track: track
 * @hash: of the bank
 * @out: what the joint makes, or else no overlap at all
 * @most: the longest overlap
 * @work: extends computed
 * @found: @out has the value of the TPM
 * @left: some overlap was not tried
 */
struct search {
	const struct drtmon_track *track;
	struct drtmon_hash *hash;
	struct drtmon_explained *out;
	uint64_t most;
	size_t work;
	bool found;
	bool left;
};

/* Do the last @back logged extends, and no more, overlap with what drtmon saw? */
static int joint_try(struct search *s, uint64_t back)
{
	const struct drtmon_track *track = s->track;
	uint8_t value[DRTMON_ALG_DIGEST_MAX];
	int ret = value_at(track, s->hash, track->logged - back, value);

	if (ret)
		return ret;
	s->work += track->n_steps + 1;
	s->found = track->want && !memcmp(value, track->want, track->size);
	if (!back || s->found) {
		memcpy(s->out->value, value, track->size);
		s->out->used = track->logged - back;
	}
	return 0;
}

/* All that agrees is the overlap, or else it begins with the first that drtmon saw. */
static bool is_likely(const struct search *s, uint64_t back)
{
	const struct drtmon_point *first = point(s->track, s->track->logged - back);

	return back == s->most || !memcmp(first->digest, s->track->steps[0].digest, s->track->size);
}

static int joints_try(struct search *s, bool likely)
{
	uint64_t back;
	int ret = 0;

	for (back = s->most; !ret && !s->found && !s->left && back; back--) {
		if (is_likely(s, back) != likely)
			continue;
		if (s->work > WORK_MAX)
			s->left = true;
		else
			ret = joint_try(s, back);
	}
	return ret;
}

static enum drtmon_explain_verdict verdict(const struct search *s)
{
	if (!s->track->want)
		return DRTMON_EXPLAIN_NO_VALUE;
	if (s->found)
		return untouched(s->track) ? DRTMON_EXPLAIN_UNTOUCHED : DRTMON_EXPLAIN_EXPLAINED;
	if (s->track->met)
		return DRTMON_EXPLAIN_AHEAD;
	return s->left ? DRTMON_EXPLAIN_UNDECIDED : DRTMON_EXPLAIN_UNEXPLAINED;
}

int drtmon_track_judge(const struct drtmon_track *track, struct drtmon_hash *hash,
		       struct drtmon_explained *out)
{
	struct search s = { .track = track, .hash = hash, .out = out };
	int ret;

	memset(out, 0, sizeof(*out));
	out->logged = track->logged;
	out->used = track->logged;
	out->seen = track->seen;
	out->start_is_value = track->start_is_value;
	if (track->over) {
		out->verdict = DRTMON_EXPLAIN_TOO_MANY;
		return 0;
	}
	ret = joint_try(&s, 0);
	/* After a reset all joints make the same value. */
	if (track->want && !track->reset)
		s.most = shared_most(track);
	if (!ret)
		ret = joints_try(&s, true);
	if (!ret)
		ret = joints_try(&s, false);
	out->verdict = verdict(&s);
	return ret;
}

void drtmon_track_fini(struct drtmon_track *track)
{
	free(track->steps);
	free(track->tail);
	memset(track, 0, sizeof(*track));
}
