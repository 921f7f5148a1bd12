/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_LOG_TRACK_H
#define DRTMON_LIB_LOG_TRACK_H

/* One PCR of one bank, followed through several logs; inside lib/log. */

#include "lib/log/explain.h"
#include "lib/log/hash.h"

/**
 * struct drtmon_step - an extend drtmon saw
 * @digest: extended
 */
struct drtmon_step {
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
};

/**
 * struct drtmon_point - a PCR before one of the logged extends
 * @before: its value
 * @digest: what was extended then
 */
struct drtmon_point {
	uint8_t before[DRTMON_ALG_DIGEST_MAX];
	uint8_t digest[DRTMON_ALG_DIGEST_MAX];
};

/**
 * struct drtmon_track - one PCR of one bank
 * @size: digest bytes
 * @value: after all logged extends
 * @start: before the first
 * @want: the TPM's value, NULL when not known
 * @met: @want was the value before some logged extend
 * @logged: number of logged extends
 * @start_is_value: the first of them told the value, see drtmon_track_extend_to()
 * @seen: number of extends and resets drtmon saw
 * @reset: drtmon saw one: what came before it does not count
 * @over: there were more extends than @steps can take
 * @steps: what drtmon saw after the last reset
 * @n_steps: number of them
 * @room: of @steps
 * @tail: the last @n_steps logged extends, a ring
 */
struct drtmon_track {
	size_t size;
	uint8_t value[2 * DRTMON_ALG_DIGEST_MAX];
	uint8_t start[DRTMON_ALG_DIGEST_MAX];
	const uint8_t *want;
	bool met;
	uint64_t logged;
	bool start_is_value;
	uint64_t seen;
	bool reset;
	bool over;
	struct drtmon_step *steps;
	size_t n_steps;
	size_t room;
	struct drtmon_point *tail;
};

/**
 * drtmon_track_start() - set the start value; nothing is logged yet
 * @track: track
 * @fill: every byte
 * @last: the last byte
 */
void drtmon_track_start(struct drtmon_track *track, uint8_t fill, uint8_t last);

/**
 * drtmon_track_step() - note what drtmon saw; before any logged extend
 * @track: track
 * @digest: extended, NULL for a reset
 *
 * Extends that are too many are counted, and the track is then not compared.
 *
 * Return: 0 or -ENOMEM.
 */
int drtmon_track_step(struct drtmon_track *track, const uint8_t *digest);

/**
 * drtmon_track_extend() - apply a logged extend
 * @track: track
 * @hash: of the bank
 * @digest: extended
 *
 * Return: 0 or a negative errno.
 */
int drtmon_track_extend(struct drtmon_track *track, struct drtmon_hash *hash,
			const uint8_t *digest);

/**
 * drtmon_track_extend_to() - apply a logged extend whose digest is the value after it
 * @track: track
 * @hash: of the bank
 * @value: see above
 *
 * Return: 0 or a negative errno.
 */
int drtmon_track_extend_to(struct drtmon_track *track, struct drtmon_hash *hash,
			   const uint8_t *value);

/**
 * drtmon_track_judge() - find the joint of logs and steps, and the verdict
 * @track: track
 * @hash: of the bank
 * @out: filled
 *
 * Return: 0 or a negative errno.
 */
int drtmon_track_judge(const struct drtmon_track *track, struct drtmon_hash *hash,
		       struct drtmon_explained *out);

/**
 * drtmon_track_fini() - release
 * @track: may be all zero
 */
void drtmon_track_fini(struct drtmon_track *track);

#endif
