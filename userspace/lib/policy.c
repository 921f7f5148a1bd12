// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/policy.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/pcr_mask.h"
#include "lib/text.h"

/* Executables that one PCR may name: more is a mistake in the file. */
#define EXES_MAX 64

void drtmon_policy_init(struct drtmon_policy *policy)
{
	unsigned int i;

	memset(policy, 0, sizeof(*policy));
	for (i = 0; i < DRTMON_POLICY_KINDS; i++)
		policy->kind[i] = -1;
	for (i = 0; i < DRTMON_PCRS_MAX; i++)
		policy->pcr[i].unexpected = DRTMON_SEVERITY_WARNING;
}

void drtmon_policy_free(struct drtmon_policy *policy)
{
	unsigned int i;

	for (i = 0; i < DRTMON_PCRS_MAX; i++) {
		struct drtmon_policy_pcr *pcr = &policy->pcr[i];

		while (pcr->count)
			free(pcr->exe[--pcr->count]);
		free(pcr->exe);
		pcr->exe = NULL;
	}
}

static int severity_value(const char *value, struct drtmon_err *why)
{
	int severity = drtmon_event_severity_parse(value);

	if (severity < 0)
		return drtmon_err_set(why, -EINVAL,
				      "\"%s\" is no severity: info, notice, warning or critical",
				      value);
	return severity;
}

static int entry_severity(struct drtmon_policy *policy, const struct drtmon_ini_entry *entry,
			  struct drtmon_err *why)
{
	uint32_t kind = drtmon_event_kind_parse(entry->key);
	int severity;

	if (!kind)
		return drtmon_err_set(why, -ENOENT, "there is no event of kind \"%s\"", entry->key);
	severity = severity_value(entry->value, why);
	if (severity >= 0)
		policy->kind[kind] = severity;
	return severity < 0 ? severity : 0;
}

static int entry_ignore(struct drtmon_policy *policy, const struct drtmon_ini_entry *entry,
			struct drtmon_err *why)
{
	uint32_t mask;

	if (strcmp(entry->key, "pcrs"))
		return drtmon_err_set(why, -ENOENT, "[ignore] knows no such key");
	if (!drtmon_pcr_mask_parse(entry->value, &mask))
		return drtmon_err_set(why, -EINVAL, "\"%s\" is no list of PCRs, as \"16,23\" is",
				      entry->value);
	policy->ignored |= mask;
	return 0;
}

static int pcr_expect(struct drtmon_policy_pcr *pcr, const char *who, struct drtmon_err *why)
{
	char **list;

	if (!strcmp(who, "kernel")) {
		pcr->kernel = true;
		return 0;
	}
	if (!strcmp(who, "none"))
		return 0;
	if (who[0] != '/')
		return drtmon_err_set(why, -EINVAL,
				      "\"%s\" is neither the path of an executable nor \"kernel\" "
				      "nor \"none\"",
				      who);
	if (pcr->count == EXES_MAX)
		return drtmon_err_set(why, -E2BIG, "more than %u executables", EXES_MAX);
	list = realloc(pcr->exe, (pcr->count + 1) * sizeof(*list));
	if (!list)
		return drtmon_err_set(why, -ENOMEM, "out of memory");
	pcr->exe = list;
	list[pcr->count] = strdup(who);
	if (!list[pcr->count])
		return drtmon_err_set(why, -ENOMEM, "out of memory");
	pcr->count++;
	return 0;
}

static int pcr_entry(struct drtmon_policy_pcr *pcr, const struct drtmon_ini_entry *entry,
		     struct drtmon_err *why)
{
	int severity;

	pcr->said = true;
	if (!strcmp(entry->key, "expected"))
		return pcr_expect(pcr, entry->value, why);
	severity = severity_value(entry->value, why);
	if (severity >= 0)
		pcr->unexpected = (uint32_t)severity;
	return severity < 0 ? severity : 0;
}

/* [pcr 11] or [pcr 0-7]; applied to each. */
static int entry_pcrs(struct drtmon_policy *policy, const struct drtmon_ini_entry *entry,
		      struct drtmon_err *why)
{
	uint32_t mask;
	unsigned int i;
	int ret = 0;

	if (!drtmon_pcr_mask_parse(entry->section + strlen("pcr "), &mask))
		return drtmon_err_set(why, -EINVAL, "[%s] names no PCRs, as [pcr 0-7] does",
				      entry->section);
	if (strcmp(entry->key, "expected") && strcmp(entry->key, "unexpected"))
		return drtmon_err_set(why, -ENOENT, "[pcr] knows no such key");
	for (i = 0; i < DRTMON_PCRS_MAX && !ret; i++)
		if (mask >> i & 1)
			ret = pcr_entry(&policy->pcr[i], entry, why);
	return ret;
}

static int policy_entry(void *ctx, const struct drtmon_ini_entry *entry, struct drtmon_err *why)
{
	struct drtmon_policy *policy = ctx;

	if (!strcmp(entry->section, "severity"))
		return entry_severity(policy, entry, why);
	if (!strcmp(entry->section, "ignore"))
		return entry_ignore(policy, entry, why);
	if (!strncmp(entry->section, "pcr ", strlen("pcr ")))
		return entry_pcrs(policy, entry, why);
	return drtmon_err_set(why, -ENOENT, "there is no section [%s]", entry->section);
}

struct policy_reader {
	struct drtmon_policy *policy;
	void (*problem)(void *ctx, const struct drtmon_ini_entry *entry,
			const struct drtmon_err *why);
	void *ctx;
};

static int reader_entry(void *ctx, const struct drtmon_ini_entry *entry, struct drtmon_err *why)
{
	struct policy_reader *reader = ctx;

	return policy_entry(reader->policy, entry, why);
}

static void reader_problem(void *ctx, const struct drtmon_ini_entry *entry,
			   const struct drtmon_err *why)
{
	struct policy_reader *reader = ctx;

	if (reader->problem)
		reader->problem(reader->ctx, entry, why);
}

int drtmon_policy_read(struct drtmon_policy *policy, const char *path,
		       void (*problem)(void *ctx, const struct drtmon_ini_entry *entry,
				       const struct drtmon_err *why),
		       void *ctx, struct drtmon_err *err)
{
	struct policy_reader reader = { policy, problem, ctx };
	const struct drtmon_ini_ops ops = { reader_entry, reader_problem, &reader };

	return drtmon_ini_read(path, &ops, err);
}

static void __attribute__((format(printf, 3, 4)))
judge(struct drtmon_judgement *judgement, uint32_t severity, const char *fmt, ...)
{
	char text[sizeof(judgement->reason)];
	va_list ap;

	judgement->severity = severity;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	drtmon_text_safe(judgement->reason, sizeof(judgement->reason), text, strlen(text));
}

/* A PCR changed by a command that the TPM carried out. */
static bool changes_pcr(const struct drtmon_event *event)
{
	return (event->kind == DRTMON_EVENT_KIND_PCR_EXTEND ||
		event->kind == DRTMON_EVENT_KIND_PCR_RESET) &&
	       drtmon_event_has(event, DRTMON_A_EVENT_PCR) && event->pcr < DRTMON_PCRS_MAX &&
	       !(drtmon_event_has(event, DRTMON_A_EVENT_RC) && event->rc);
}

static bool is_kernel(const struct drtmon_event *event)
{
	return drtmon_event_has(event, DRTMON_A_EVENT_ORIGIN) &&
	       event->origin == DRTMON_ORIGIN_KERNEL;
}

static bool is_expected(const struct drtmon_policy_pcr *pcr, const struct drtmon_event *event)
{
	unsigned int i;

	if (is_kernel(event))
		return pcr->kernel;
	for (i = 0; i < pcr->count; i++)
		if (!strcmp(pcr->exe[i], event->exe))
			return true;
	return false;
}

static void judge_pcr(const struct drtmon_policy *policy, const struct drtmon_event *event,
		      struct drtmon_judgement *judgement)
{
	const struct drtmon_policy_pcr *pcr = &policy->pcr[event->pcr];
	const char *who = event->exe[0] ? event->exe : "an unknown process";

	if (is_kernel(event))
		who = "the kernel";
	if (policy->ignored >> event->pcr & 1)
		judge(judgement, DRTMON_SEVERITY_INFO, "PCR %u is ignored", event->pcr);
	else if (pcr->said && !is_expected(pcr, event))
		judge(judgement, pcr->unexpected, "PCR %u is not expected to be changed by %.100s",
		      event->pcr, who);
}

void drtmon_policy_judge(const struct drtmon_policy *policy, const struct drtmon_event *event,
			 struct drtmon_judgement *judgement)
{
	uint32_t kind = event->kind;

	memset(judgement, 0, sizeof(*judgement));
	/* An event that does not say is not taken lightly. */
	judgement->severity = drtmon_event_has(event, DRTMON_A_EVENT_SEVERITY)
				      ? event->severity
				      : DRTMON_SEVERITY_WARNING;
	if (changes_pcr(event))
		judge_pcr(policy, event, judgement);
	if (judgement->reason[0] || kind >= DRTMON_POLICY_KINDS || policy->kind[kind] < 0)
		return;
	judge(judgement, (uint32_t)policy->kind[kind], "%s is %s by the policy",
	      drtmon_event_kind_name(kind),
	      drtmon_event_severity_name((uint32_t)policy->kind[kind]));
}
