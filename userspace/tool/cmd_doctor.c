// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <sys/utsname.h>

#include "lib/doctor.h"
#include "tool/cmd.h"
#include "tool/out.h"

static json_t *doctor_json(const struct drtmon_findings *findings)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct drtmon_finding *finding = &findings->finding[i];

		json_array_append_new(list,
				      json_pack("{s:s,s:s,s:s,s:s?}", "id", finding->id, "result",
						drtmon_finding_result_name(finding->result), "why",
						finding->why, "fix",
						finding->fix[0] ? finding->fix : NULL));
	}
	return json_pack("{s:i,s:o}", "schema", 1, "findings", list);
}

static enum drtmon_tone doctor_tone(enum drtmon_finding_result result)
{
	static const enum drtmon_tone tones[] = {
		[DRTMON_FINDING_OK] = DRTMON_TONE_PLAIN,
		[DRTMON_FINDING_WARNING] = DRTMON_TONE_WARNING,
		[DRTMON_FINDING_BROKEN] = DRTMON_TONE_BAD,
		[DRTMON_FINDING_UNKNOWN] = DRTMON_TONE_NOTICE,
	};

	return tones[result];
}

static void doctor_print(const struct drtmon_opts *opts, const struct drtmon_findings *findings)
{
	static const char *const columns[] = { "RESULT", "CHECK", "WHY", "FIX" };
	struct libscols_table *table = drtmon_out_table(columns, 4);
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct drtmon_finding *finding = &findings->finding[i];
		const char *cells[] = { drtmon_finding_result_name(finding->result), finding->id,
					finding->why, finding->fix };

		drtmon_out_row(table, cells, doctor_tone(finding->result), opts);
	}
	drtmon_out_table_print(table);
}

static int doctor_run(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_findings findings;
	struct drtmon_machine machine;
	struct utsname uts;

	if (argc > 1)
		return drtmon_cmd_usage(&drtmon_cmd_doctor, "doctor takes no \"%s\"", argv[1]);
	uname(&uts);
	drtmon_machine_look(&machine, "");
	drtmon_doctor(&findings, &machine, "", uts.release);
	drtmon_machine_free(&machine);
	if (opts->json)
		drtmon_out_json(doctor_json(&findings));
	else if (!opts->quiet)
		doctor_print(opts, &findings);
	return drtmon_doctor_healthy(&findings) ? EXIT_GOOD : EXIT_FINDING;
}

const struct drtmon_command drtmon_cmd_doctor = {
	.name = "doctor",
	.args = "",
	.summary = "is drtmon itself healthy?",
	.help = "Looks at kernel headers, the installed module, its signature against lockdown,\n"
		"the loaded module, its version and state, every hook, what was lost,\n"
		"permissions, securityfs and the TPM. Each finding says why and what to do.\n"
		"\n"
		"Exit 0: everything is ok or a warning. 1: something is broken, or it is unknown\n"
		"whether it is.\n"
		"\n"
		"Examples:\n"
		"  drtmon doctor\n"
		"  drtmon doctor -j | jq '.findings[] | select(.result != \"ok\")'\n",
	.run = doctor_run,
};
