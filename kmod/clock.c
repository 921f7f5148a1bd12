// SPDX-License-Identifier: GPL-2.0-only
/*
 * Did the TPM begin anew? Its clock counts resets and restarts.
 */
#include <linux/string.h>

#include "clock.h"
#include "watch.h"

/* PCRs that keep their values over a TPM Resume (PC Client PTP, 3.6.2). */
#define STATE_SAVED_PCRS GENMASK(15, 0)

/*
 * The TPM began anew, and nobody was seen to start it: what it lost is no drift,
 * and nobody is told that it still holds it.
 */
static void clock_compare(struct drtmon_chip *chip, const struct drtmon_tpm_clock *clock)
{
	mutex_lock(&chip->lock);
	if (clock->resets != chip->clock.resets) {
		drtmon_chip_lose(chip, DRTMON_CHIP_ALL_PCRS);
		chip->settled = false;
		drtmon_chip_emit(chip, DRTMON_EVENT_KIND_TPM_RESET, DRTMON_SEVERITY_CRITICAL);
	} else if (clock->restarts != chip->clock.restarts) {
		drtmon_chip_lose(chip, ~(u32)STATE_SAVED_PCRS);
		drtmon_chip_emit(chip, DRTMON_EVENT_KIND_TPM_RESET, DRTMON_SEVERITY_NOTICE);
	}
	mutex_unlock(&chip->lock);
}

static int clock_read(struct drtmon_chip *chip, struct drtmon_pcr_source *source,
		      struct drtmon_tpm_clock *clock)
{
	int ret = drtmon_pcr_read_clock(source, clock);

	if (ret)
		return ret;
	/* TPM2_Clear sets the counters to 0 (TPM 2.0 Part 3, 24.6): that is no new beginning. */
	drtmon_watch_flush();
	if (!test_and_clear_bit(DRTMON_CHIP_CLEARED, &chip->seen))
		return 0;
	memset(&chip->clock, 0, sizeof(chip->clock));
	return drtmon_pcr_read_clock(source, clock);
}

/**
 * drtmon_clock_check() - ask a chip's clock whether it began anew, and tell of it
 * @chip: its look_lock is held
 * @source: the TPM
 *
 * What the TPM lost by it is stale until it is read; banks and properties are to be asked for
 * again after a reset. A TPM 1.2 has no such counters: only what was seen counts.
 *
 * Context: process, sleeps for a TPM command.
 * Return: 0, or why the clock could not be read.
 */
int drtmon_clock_check(struct drtmon_chip *chip, struct drtmon_pcr_source *source)
{
	bool started = test_and_clear_bit(DRTMON_CHIP_STARTED, &chip->seen);
	struct drtmon_tpm_clock clock;
	int ret = 0;

	if (drtmon_chip_is_tpm2(chip))
		ret = clock_read(chip, source, &clock);
	if (ret) {
		if (started)
			set_bit(DRTMON_CHIP_STARTED, &chip->seen);
		return ret;
	}
	if (started)
		chip->settled = false;
	else if (drtmon_chip_is_tpm2(chip) && chip->settled)
		clock_compare(chip, &clock);
	if (drtmon_chip_is_tpm2(chip))
		chip->clock = clock;
	chip->short_looks = 0;
	return 0;
}
