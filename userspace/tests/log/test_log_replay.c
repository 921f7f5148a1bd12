// SPDX-License-Identifier: GPL-2.0-or-later
/* Every log of the data set against the replay an independent program made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "lib/log/replay.h"
#include "tests/log/data.h"

/**
 * struct run - one log, read and replayed
 * @log: closed by run_close()
 * @replay: of it
 * @info: of @log
 * @pcrs: of @replay
 */
struct run {
	struct drtmon_log *log;
	struct drtmon_replay *replay;
	const struct drtmon_log_info *info;
	const struct drtmon_pcrs *pcrs;
};

static void run_open(struct run *run, const char *path, unsigned int threads,
		     const struct drtmon_pcrs *expect)
{
	struct drtmon_replay_args rargs = { .check_templates = true,
					    .threads = threads,
					    .expect = expect };
	struct drtmon_log_args args = { .path = path };
	struct drtmon_err err = { 0 };

	assert_int_equal(drtmon_log_open(&run->log, &args, &err), 0);
	assert_int_equal(drtmon_replay_new(&run->replay, &rargs, &err), 0);
	assert_int_equal(drtmon_replay_run(run->replay, run->log, &err), 0);
	run->info = drtmon_log_info(run->log);
	run->pcrs = drtmon_replay_pcrs(run->replay);
}

static void run_close(struct run *run)
{
	drtmon_replay_free(run->replay);
	drtmon_log_close(run->log);
}

static void problems_print(const struct drtmon_log_info *info)
{
	unsigned int i;

	for (i = 0; i < info->n_problems && i < DRTMON_LOG_PROBLEMS; i++)
		print_message("    %llu: event %lld: %s\n",
			      (unsigned long long)info->problem[i].offset,
			      (long long)info->problem[i].event, info->problem[i].what);
}

/* Equal in both directions: nothing missing, nothing more. */
static void pcrs_equal(const struct drtmon_pcrs *pcrs, json_t *want)
{
	json_t *got = drtmon_pcrs_json(pcrs), *bank, *value;
	const char *name, *pcr;

	json_object_foreach (want, name, bank) {
		json_object_foreach (bank, pcr, value) {
			json_t *mine = json_object_get(json_object_get(got, name), pcr);

			if (!json_equal(mine, value))
				fail_msg("%s PCR %s is %s, not %s", name, pcr,
					 mine ? json_string_value(mine) : "absent",
					 json_string_value(value));
		}
		assert_int_equal(json_object_size(json_object_get(got, name)),
				 json_object_size(bank));
	}
	assert_int_equal(json_object_size(got), json_object_size(want));
	json_decref(got);
}

static void one_log(const char *name, const json_t *want, unsigned int threads)
{
	const json_t *events = json_object_get(want, "events");
	const json_t *locality = json_object_get(want, "startup_locality");
	const char *stop = json_string_value(json_object_get(want, "stop"));
	struct run run;

	print_message("  %s\n", name);
	run_open(&run, data_path(name), threads, NULL);
	problems_print(run.info);
	if (!events)
		events = json_object_get(want, "entries");
	assert_int_equal(run.info->events, json_integer_value(events));
	assert_int_equal(run.info->end, json_integer_value(json_object_get(want, "end")));
	assert_int_equal(run.info->startup_locality,
			 json_is_integer(locality) ? json_integer_value(locality) : -1);
	/* Padding is an end like any other; everything else that stops is not. */
	assert_int_equal(run.info->complete, !stop || !strncmp(stop, "padding", 7));
	assert_int_equal(run.info->padding, stop && !strncmp(stop, "padding", 7));
	if (!run.info->complete)
		assert_int_not_equal(run.info->n_problems, 0);
	pcrs_equal(run.pcrs, json_object_get(want, "replay"));
	run_close(&run);
}

static void walk(unsigned int threads)
{
	json_t *all, *want;
	unsigned int n = 0;
	const char *name;

	if (!data_dir()) {
		print_message("SKIP: no data set\n");
		skip();
	}
	all = json_load_file(data_path("replay.json"), 0, NULL);
	assert_non_null(all);
	json_object_foreach (all, name, want) {
		one_log(name, want, threads);
		n++;
	}
	print_message("  %u logs equal replay.json\n", n);
	assert_true(n > 0);
	json_decref(all);
}

static void test_replay(void **state)
{
	walk(1);
}

static void test_replay_threads(void **state)
{
	walk(2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_replay_threads),
	};

	return cmocka_run_group_tests_name("log-replay", tests, NULL, NULL);
}
