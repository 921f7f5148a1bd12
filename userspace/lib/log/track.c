// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/log/track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Steps kept of one PCR: more than the module's ring holds. */
#define STEPS_MAX 65536u
/* Extends computed while looking for the joint; enough for any real overlap. */
#define WORK_MAX (4u << 20)

void drtmon_track_start(struct drtmon_track *track, uint8_t fill, uint8_t last)
{
	memset(track->start, fill, track->size);
	track->start[track->size - 1] = last;
	memcpy(track->value, track->start, track->size);
}

int drtmon_track_step(struct drtmon_track *track, const uint8_t *digest)
{
	size_t room = track->room ? track->room * 2 : 16;
	struct drtmon_step *steps;

	if (track->n_steps == STEPS_MAX)
		return -E2BIG;
	if (track->n_steps == track->room) {
		steps = reallocarray(track->steps, room, sizeof(*steps));
		if (!steps)
			return -ENOMEM;
		track->steps = steps;
		track->room = room;
	}
	steps = &track->steps[track->n_steps++];
	steps->reset = !digest;
	if (digest)
		memcpy(steps->digest, digest, track->size);
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

/* The logged extend number @i, which must be among the last @n_steps. */
static const struct drtmon_point *point(const struct drtmon_track *track, uint64_t i)
{
	return &track->tail[i % track->n_steps];
}

/* Are the logged extends from @from on among the steps, in order? */
static bool follows(const struct drtmon_track *track, uint64_t from)
{
	size_t s = 0;
	uint64_t i;

	for (i = from; i < track->logged; i++, s++) {
		const struct drtmon_point *p = point(track, i);

		while (s < track->n_steps &&
		       (track->steps[s].reset ||
			memcmp(track->steps[s].digest, p->digest, track->size)))
			s++;
		if (s == track->n_steps)
			return false;
	}
	return true;
}

/* The value after all steps when the first @used logged extends came before. */
static int value_at(const struct drtmon_track *track, struct drtmon_hash *hash, uint64_t used,
		    uint8_t *out)
{
	uint8_t value[2 * DRTMON_ALG_DIGEST_MAX];
	size_t s;
	int ret = 0;

	memcpy(value, used < track->logged ? point(track, used)->before : track->value,
	       track->size);
	for (s = 0; !ret && s < track->n_steps; s++) {
		if (track->steps[s].reset)
			memset(value, 0, track->size);
		else
			ret = extend(value, track->size, hash, track->steps[s].digest);
	}
	memcpy(out, value, track->size);
	return ret;
}

static bool untouched(const struct drtmon_track *track)
{
	return !track->logged && !track->n_steps && !memcmp(track->start, track->want, track->size);
}

int drtmon_track_judge(const struct drtmon_track *track, struct drtmon_hash *hash,
		       struct drtmon_explained *out)
{
	uint64_t back, most = track->logged < track->n_steps ? track->logged : track->n_steps;
	size_t work = 0;
	int ret;

	memset(out, 0, sizeof(*out));
	out->logged = track->logged;
	out->seen = track->n_steps;
	/* Fewest shared extends first: none at all is what most PCRs have. */
	for (back = 0; back <= most && work <= WORK_MAX; back++) {
		uint8_t value[DRTMON_ALG_DIGEST_MAX];

		if (back && !follows(track, track->logged - back))
			continue;
		ret = value_at(track, hash, track->logged - back, value);
		if (ret)
			return ret;
		work += track->n_steps + 1;
		if (!back || (track->want && !memcmp(value, track->want, track->size))) {
			memcpy(out->value, value, track->size);
			out->used = track->logged - back;
		}
		if (track->want && !memcmp(value, track->want, track->size)) {
			out->verdict = untouched(track) ? DRTMON_EXPLAIN_UNTOUCHED
							: DRTMON_EXPLAIN_EXPLAINED;
			return 0;
		}
	}
	out->verdict = !track->want ? DRTMON_EXPLAIN_NO_VALUE
		       : track->met ? DRTMON_EXPLAIN_AHEAD
				    : DRTMON_EXPLAIN_UNEXPLAINED;
	return 0;
}

void drtmon_track_fini(struct drtmon_track *track)
{
	free(track->steps);
	free(track->tail);
	memset(track, 0, sizeof(*track));
}
