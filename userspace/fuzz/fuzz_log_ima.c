// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "fuzz/fuzz_log.h"

/* A replay alone, which may use a second thread. */
static void replay(const uint8_t *data, size_t len, unsigned int threads, struct drtmon_pcrs *pcrs,
		   unsigned int *problems)
{
	struct drtmon_log_args args = { .data = data, .len = len, .format = DRTMON_LOG_IMA };
	struct drtmon_replay_args rargs = { .check_templates = true, .threads = threads };
	struct drtmon_replay *replay = NULL;
	struct drtmon_log *log;

	if (drtmon_log_open(&log, &args, NULL))
		return;
	if (!drtmon_replay_new(&replay, &rargs, NULL) && !drtmon_replay_run(replay, log, NULL)) {
		*pcrs = *drtmon_replay_pcrs(replay);
		*problems = drtmon_log_info(log)->n_problems;
	}
	drtmon_replay_free(replay);
	drtmon_log_close(log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drtmon_pcrs one = { 0 }, two = { 0 };
	unsigned int problems_one = 0, problems_two = 0;

	fuzz_log(DRTMON_LOG_IMA, data, len);
	replay(data, len, 1, &one, &problems_one);
	replay(data, len, 2, &two, &problems_two);
	if (memcmp(&one, &two, sizeof(one)) || problems_one != problems_two)
		abort();
	return 0;
}
