// SPDX-License-Identifier: GPL-2.0-or-later
/* What the tests of the engine have in common: waiting, comparing, computing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "engine.h"
#include "kmod.h"

/**
 * engine_reload() - have the module loaded afresh
 * @parameters: as on modprobe's command line
 *
 * Return: NULL, or why no test can run.
 */
const char *engine_reload(const char *parameters)
{
	char command[256];

	if (geteuid())
		return "needs root";
	snprintf(command, sizeof(command), "modprobe drtmon %s", parameters);
	if ((kmod_loaded() && kmod_unload()) || system(command)) {
		printf("Bail out! the module does not load anew\n");
		exit(1);
	}
	return NULL;
}

/**
 * engine_open() - listen, from now on
 * @engine: filled
 * @chip: whose banks are of interest, "tpm0"
 *
 * Return: 0 or a negative errno.
 */
int engine_open(struct engine *engine, const char *chip)
{
	struct stats stats;
	int ret;

	memset(engine, 0, sizeof(*engine));
	engine->banks = tpm_banks(chip, engine->alg, DRTMON_BANKS_MAX);
	ret = nl_open(&engine->nl);
	if (ret)
		return ret;
	ret = event_open(&engine->ntf);
	if (!ret)
		ret = stats_get(&engine->nl, &stats);
	engine->since = stats.ring_next;
	return ret;
}

/**
 * engine_close() - done
 * @engine: from engine_open()
 */
void engine_close(struct engine *engine)
{
	nl_close(&engine->ntf);
	nl_close(&engine->nl);
}

/**
 * engine_next() - the next event, whatever it is
 * @engine: from engine_open()
 * @event: filled
 *
 * Return: 0, -ETIMEDOUT, or another errno.
 */
int engine_next(struct engine *engine, struct event *event)
{
	static const struct sought any;

	return event_wait(&engine->ntf, &any, event);
}

/**
 * engine_wait() - wait for an event
 * @engine: from engine_open()
 * @kind: which kind
 * @chip: of which chip
 * @event: filled
 *
 * Return: 0, -ETIMEDOUT, or another errno.
 */
int engine_wait(struct engine *engine, __u32 kind, __u32 chip, struct event *event)
{
	struct sought sought = { .kind = kind, .chip = chip + 1 };

	return event_wait(&engine->ntf, &sought, event);
}

/**
 * engine_wait_any() - wait for an event that may be of no chip
 * @engine: from engine_open()
 * @kind: which kind
 * @event: filled
 *
 * Return: 0, -ETIMEDOUT, or another errno.
 */
int engine_wait_any(struct engine *engine, __u32 kind, struct event *event)
{
	struct sought sought = { .kind = kind };

	return event_wait(&engine->ntf, &sought, event);
}

/**
 * engine_events() - all that happened since engine_open(), from the ring
 * @engine: from engine_open()
 * @events: filled; events_free() it
 *
 * Return: 0 or a negative errno.
 */
int engine_events(struct engine *engine, struct events *events)
{
	memset(events, 0, sizeof(*events));
	return event_dump(&engine->nl, engine->since, events);
}

/**
 * engine_count() - how many there are
 * @events: some
 * @kind: of this kind
 * @chip: of this chip
 *
 * Return: their number.
 */
unsigned int engine_count(const struct events *events, __u32 kind, __u32 chip)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < events->count; i++)
		if (events->event[i].kind == kind && events->event[i].chip_id == chip)
			count++;
	return count;
}

/**
 * engine_until() - wait for a condition
 * @reached: is it so?
 * @arg: for @reached
 *
 * Return: 0 or -ETIMEDOUT.
 */
int engine_until(bool (*reached)(void *arg), void *arg)
{
	struct timespec now, end, pause = { .tv_nsec = 10000000 };

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ENGINE_TIMEOUT_MS / 1000;
	while (!reached(arg)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > end.tv_sec)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

struct looked {
	struct engine *engine;
	__u32 chip;
	__u64 checked;
};

static bool looked_again(void *arg)
{
	struct looked *looked = arg;
	struct chip chip;

	return !chip_get(&looked->engine->nl, looked->chip, &chip) &&
	       chip.checked > looked->checked;
}

/**
 * engine_settled() - wait until the module compared itself with the TPM once more
 * @engine: from engine_open()
 * @chip: which chip
 *
 * Return: 0 or -ETIMEDOUT.
 */
int engine_settled(struct engine *engine, __u32 chip)
{
	struct looked looked = { .engine = engine, .chip = chip };
	struct chip now;

	if (!chip_get(&engine->nl, chip, &now))
		looked.checked = now.checked;
	return engine_until(looked_again, &looked);
}

static const char *differ_bank(const struct pcr_bank *shadow, const struct pcr_bank *hardware)
{
	static char why[128];
	__u32 i;

	for (i = 0; i < shadow->pcrs; i++) {
		const struct pcr *a = &shadow->pcr[i], *b = pcr_find(hardware, a->index);
		__u8 sysfs[BLOB_MAX];

		snprintf(why, sizeof(why), "%s PCR %u", tpm_alg_name(shadow->alg), a->index);
		if (a->state != DRTMON_PCR_STATE_SHADOWED || !b || !a->shadow.len)
			return strcat(why, ": not shadowed");
		if (a->shadow.len != b->hardware.len ||
		    memcmp(a->shadow.data, b->hardware.data, a->shadow.len))
			return strcat(why, ": shadow and hardware differ");
		if (memcmp(b->shadow.data, b->hardware.data, b->shadow.len))
			return strcat(why, ": shadow and hardware differ after the read");
		if (tpm_sysfs_pcr(shadow->chip_name, shadow->alg, a->index, sysfs))
			return strcat(why, ": sysfs does not say");
		if (memcmp(sysfs, b->hardware.data, b->hardware.len))
			return strcat(why, ": sysfs and hardware differ");
	}
	return NULL;
}

/**
 * engine_differ() - is the shadow as the hardware, in every bank and PCR?
 * @engine: from engine_open()
 * @chip: which chip, at rest
 *
 * Return: "", or what is not as it should be.
 */
const char *engine_differ(struct engine *engine, __u32 chip)
{
	static struct pcr_banks shadow, hardware;
	const char *why = NULL;
	__u32 i, seen = 0;

	if (pcr_read(&engine->nl, false, &shadow) || pcr_read(&engine->nl, true, &hardware))
		return "the PCRs cannot be read";
	for (i = 0; i < shadow.count && !why; i++) {
		if (shadow.bank[i].chip_id != chip)
			continue;
		if (hardware.bank[i].snapshot.state != DRTMON_SNAPSHOT_STATE_CONSISTENT)
			return "the snapshot is not consistent";
		why = differ_bank(&shadow.bank[i], &hardware.bank[i]);
		seen++;
	}
	if (!seen)
		return "there is no bank";
	return why ? why : "";
}

/**
 * engine_extend() - extend a PCR
 * @device: by which device file
 * @pcr: which
 * @alg: banks
 * @banks: how many
 * @seed: of the digests
 *
 * It is done again when the TPM core gave up, see tpm_rc_again().
 *
 * Return: the TPM's response code or a negative errno.
 */
int engine_extend(const char *device, __u32 pcr, const __u16 *alg, unsigned int banks, __u32 seed)
{
	int fd = tpm_open(device, 0), ret;
	struct tpm_msg cmd;

	if (fd < 0)
		return fd;
	tpm_extend(&cmd, pcr, alg, banks, seed);
	ret = tpm_rc_again(fd, &cmd);
	close(fd);
	return ret;
}

/**
 * engine_hash_extend() - what an extend does, computed here
 * @alg: bank
 * @value: of the PCR, changed
 * @digest: extended by it
 */
void engine_hash_extend(__u16 alg, __u8 *value, const __u8 *digest)
{
	size_t size = tpm_alg_size(alg);
	__u8 both[2 * BLOB_MAX];

	memcpy(both, value, size);
	memcpy(both + size, digest, size);
	if (!EVP_Digest(both, 2 * size, value, NULL, EVP_get_digestbyname(tpm_alg_name(alg)), NULL))
		abort();
}
