/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_FUZZ_LOG_H
#define DRTMON_FUZZ_LOG_H

/* What every log fuzzer does: read, check, replay, decode, export, twice over. */

#include <stdint.h>
#include <stdlib.h>

#include "lib/log/analysis.h"
#include "lib/log/decode.h"
#include "lib/log/export.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void fuzz_event(void *ctx, const struct drtmon_analysis *analysis,
		       const struct drtmon_log_event *event, enum drtmon_check_result result,
		       const char *why)
{
	char type[64];

	drtmon_decode_type(event, type, sizeof(type));
	drtmon_check_separator(analysis->check, event);
	json_decref(drtmon_analysis_event_json(analysis, event, result, why));
	json_decref(drtmon_export_record(ctx, analysis->log, event));
}

static inline void fuzz_log(enum drtmon_log_format format, const uint8_t *data, size_t len)
{
	struct drtmon_pcrs expect = { 0 };
	struct drtmon_analysis_args args = { .event = fuzz_event };
	struct drtmon_analysis analysis;
	uint8_t value[DRTMON_ALG_DIGEST_MAX] = { 0 };

	drtmon_pcrs_set(&expect, drtmon_alg_by_id(0x000b), 10, value);
	args.log.data = data;
	args.log.len = len;
	args.log.format = format;
	args.replay.check_templates = true;
	args.replay.expect = &expect;
	args.ctx = drtmon_export_new();
	if (!drtmon_analysis_run(&analysis, &args, NULL)) {
		json_decref(drtmon_analysis_json(&analysis));
		if (analysis.info->end > len ||
		    (!analysis.info->complete && !analysis.info->n_problems))
			abort();
	}
	drtmon_analysis_free(&analysis);
	drtmon_export_free(args.ctx);
}

#endif
