// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/finding.h"
#include "lib/text.h"

void drtmon_finding_add(struct drtmon_findings *findings, const char *id,
			enum drtmon_finding_result result, const char *fix, const char *fmt, ...)
{
	struct drtmon_finding *finding = &findings->finding[findings->count];
	char why[sizeof(finding->why)];
	va_list ap;

	if (findings->count == DRTMON_FINDINGS_MAX)
		return;
	findings->count++;
	snprintf(finding->id, sizeof(finding->id), "%s", id);
	snprintf(finding->fix, sizeof(finding->fix), "%s", fix ? fix : "");
	finding->result = result;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	/* A module file can say anything of itself. */
	drtmon_text_safe(finding->why, sizeof(finding->why), why, strlen(why));
}

void drtmon_doctor(struct drtmon_findings *findings, const struct drtmon_machine *machine,
		   const char *root, const char *release)
{
	memset(findings, 0, sizeof(*findings));
	drtmon_doctor_module(findings, machine, root, release);
	drtmon_doctor_watch(findings, machine, root);
	drtmon_doctor_host(findings, machine, root);
}

bool drtmon_doctor_healthy(const struct drtmon_findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++)
		if (findings->finding[i].result == DRTMON_FINDING_BROKEN ||
		    findings->finding[i].result == DRTMON_FINDING_UNKNOWN)
			return false;
	return true;
}

const char *drtmon_finding_result_name(enum drtmon_finding_result result)
{
	static const char *const names[] = {
		[DRTMON_FINDING_OK] = "ok",
		[DRTMON_FINDING_WARNING] = "warning",
		[DRTMON_FINDING_BROKEN] = "broken",
		[DRTMON_FINDING_UNKNOWN] = "unknown",
	};

	return names[result];
}
