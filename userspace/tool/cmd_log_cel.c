// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/log/export.h"
#include "tool/cmd_log.h"
#include "tool/out.h"

static void record_print(json_t *record)
{
	if (record)
		json_dumpf(record, stdout, JSON_COMPACT);
	json_decref(record);
}

/* The array is written as it is made: only one record is ever in memory. */
static int export_one(struct drtmon_export *export, const struct drtmon_log_opts *o,
		      const char *path, unsigned int *count)
{
	struct drtmon_log_args args = o->args.log;
	struct drtmon_log_event event;
	struct drtmon_err err = { 0 };
	struct drtmon_log *log;
	int ret;

	args.path = path;
	if (drtmon_log_open(&log, &args, &err))
		return drtmon_cmd_fail(&err);
	while ((ret = drtmon_log_next(log, &event)) > 0 && !drtmon_out_failed()) {
		fputs((*count)++ ? ",\n" : "[\n", stdout);
		record_print(drtmon_export_record(export, log, &event));
	}
	if (drtmon_log_info(log)->n_problems) {
		const struct drtmon_log_problem *p = &drtmon_log_info(log)->problem[0];

		drtmon_err_set(&err, -EBADMSG,
			       "%s at offset %llu: %s; run: drtmon log --summary %s", path,
			       (unsigned long long)p->offset, p->what, path);
		drtmon_cmd_fail(&err);
	}
	ret = ret < 0 || !drtmon_log_info(log)->complete || drtmon_log_info(log)->n_problems;
	drtmon_log_close(log);
	return ret ? EXIT_FINDING : EXIT_GOOD;
}

int drtmon_log_cel(const struct drtmon_log_opts *o, int count, char **path)
{
	struct drtmon_export *export = drtmon_export_new();
	unsigned int records = 0;
	int ret = EXIT_GOOD, i;

	if (!count)
		ret = drtmon_cmd_usage(&drtmon_cmd_log, "--format cel needs the logs to join");
	for (i = 0; export && i < count; i++)
		if (export_one(export, o, path[i], &records))
			ret = EXIT_FINDING;
	if (count)
		fputs(records ? "\n]\n" : "[]\n", stdout);
	drtmon_export_free(export);
	return ret;
}
