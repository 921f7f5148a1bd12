/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_ENGINE_H
#define SELFTESTS_ENGINE_H

#include "family.h"
#include "tpm.h"

/* Loaded with a look at the TPM each second: what it finds is waited for. */
#define ENGINE_EVERY_SECOND "reconcile_seconds=1"

/* Longer than any look, reconcile or burst takes; never waited for in full when all is well. */
#define ENGINE_TIMEOUT_MS 60000

/**
 * struct engine - a socket that listens to all events, and another that asks
 * @ntf: hears all
 * @nl: asks
 * @since: event-get from here gives what happened since engine_open()
 * @alg: banks of the chip that is tested
 * @banks: how many
 */
struct engine {
	struct nl ntf;
	struct nl nl;
	__u64 since;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
};

const char *engine_reload(const char *parameters);
int engine_open(struct engine *engine, const char *chip);
void engine_close(struct engine *engine);
int engine_next(struct engine *engine, struct event *event);
int engine_wait(struct engine *engine, __u32 kind, __u32 chip, struct event *event);
int engine_wait_any(struct engine *engine, __u32 kind, struct event *event);
int engine_events(struct engine *engine, struct events *events);
unsigned int engine_count(const struct events *events, __u32 kind, __u32 chip);
int engine_settled(struct engine *engine, __u32 chip);
int engine_until(bool (*reached)(void *arg), void *arg);
const char *engine_differ(struct engine *engine, __u32 chip);
int engine_extend(const char *device, __u32 pcr, const __u16 *alg, unsigned int banks, __u32 seed);
void engine_hash_extend(__u16 alg, __u8 *value, const __u8 *digest);

#endif /* SELFTESTS_ENGINE_H */
