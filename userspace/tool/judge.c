// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/judge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "tool/cmd.h"

#define CONFIG "/etc/drtmon/drtmond.conf"
#define POLICY "/etc/drtmon/policy.conf"

/* Of drtmond's configuration only this key matters here; the rest is drtmond's to check. */
static int config_entry(void *ctx, const struct drtmon_ini_entry *entry, struct drtmon_err *why)
{
	struct drtmon_judge *judge = ctx;

	if (strcmp(entry->section, "policy") || strcmp(entry->key, "file"))
		return 0;
	/* What drtmond refuses, and then keeps what it had: a path like any other of its own. */
	if ((entry->value[0] && entry->value[0] != '/') ||
	    strlen(entry->value) >= DRTMON_POLICY_PATH)
		return drtmon_err_set(why, -EINVAL, "no absolute path");
	snprintf(judge->file, sizeof(judge->file), "%s", entry->value);
	return 0;
}

/* Of a file that somebody named: nobody else would say it. */
static void tell_problem(void *ctx, const struct drtmon_ini_entry *entry,
			 const struct drtmon_err *why)
{
	char text[DRTMON_TEXT_GROWTH * sizeof(why->msg) + 1];

	(void)ctx;
	fprintf(stderr, "drtmon: %s:%u: %s\n", entry->file, entry->line,
		drtmon_text_safe(text, sizeof(text), why->msg, strlen(why->msg)));
}

static int policy_read(struct drtmon_judge *judge, struct drtmon_err *err)
{
	int ret = drtmon_policy_read(&judge->policy, judge->file,
				     judge->named ? tell_problem : NULL, NULL, err);

	if (ret < 0)
		return ret;
	judge->used = true;
	judge->problems = (unsigned int)ret;
	return 0;
}

static void daemons_policy(struct drtmon_judge *judge)
{
	const struct drtmon_ini_ops ops = { .entry = config_entry, .ctx = judge };
	struct drtmon_err err = { 0 };
	int ret;

	snprintf(judge->file, sizeof(judge->file), "%s", POLICY);
	ret = drtmon_ini_read(CONFIG, &ops, &err);
	/* It may name another file: whoever cannot read it does not know which. */
	if (ret >= 0 || ret == -ENOENT)
		ret = judge->file[0] ? policy_read(judge, &err)
				     : drtmon_err_set(&err, -ENOENT, CONFIG " names no policy");
	if (!judge->used)
		snprintf(judge->reason, sizeof(judge->reason), "%s", err.msg);
}

int drtmon_judge_open(struct drtmon_judge *judge, const struct drtmon_opts *opts, const char *file,
		      struct drtmon_err *err)
{
	memset(judge, 0, sizeof(*judge));
	drtmon_policy_init(&judge->policy);
	judge->named = file;
	if (file) {
		if (snprintf(judge->file, sizeof(judge->file), "%s", file) >=
		    (int)sizeof(judge->file))
			return drtmon_err_set(err, -ENAMETOOLONG, "%.64s...: the name is too long",
					      file);
		return policy_read(judge, err);
	}
	if (opts->from)
		snprintf(judge->reason, sizeof(judge->reason),
			 "a capture holds no policy; --policy names one");
	else
		daemons_policy(judge);
	return 0;
}

int drtmon_judge_exit(const struct drtmon_judge *judge, int status)
{
	return !status && judge->named && judge->problems ? EXIT_FINDING : status;
}

void drtmon_judge_free(struct drtmon_judge *judge)
{
	drtmon_policy_free(&judge->policy);
}

void drtmon_judge_event(const struct drtmon_judge *judge, const struct drtmon_event *event,
			struct drtmon_judgement *judgement)
{
	struct drtmon_policy none;

	if (!judge) {
		drtmon_policy_init(&none);
		drtmon_policy_judge(&none, event, judgement);
		return;
	}
	drtmon_policy_judge(&judge->policy, event, judgement);
}

void drtmon_judge_put(const struct drtmon_judge *judge, json_t *event,
		      const struct drtmon_judgement *judgement)
{
	const char *severity = drtmon_event_severity_name(judgement->severity);

	if (!judge || !judge->used) {
		/* A capture's own word for it is nobody's judgement. */
		json_object_del(event, "policy");
		return;
	}
	json_object_set_new(event, "policy",
			    json_pack("{s:s?,s:o}", "severity", severity, "reason",
				      judgement->reason[0] ? json_string(judgement->reason)
							   : json_null()));
}

json_t *drtmon_judge_json(const struct drtmon_judge *judge)
{
	bool used = judge && judge->used;
	char file[DRTMON_TEXT_GROWTH * PATH_MAX + 1];

	return json_pack(
		"{s:s,s:s?,s:o,s:o}", "by", used ? "policy" : "module", "file",
		used ? drtmon_text_utf8(file, sizeof(file), judge->file, strlen(judge->file))
		     : NULL,
		"problem_count", used ? json_integer(judge->problems) : json_null(), "reason",
		judge && judge->reason[0] ? json_string(judge->reason) : json_null());
}

void drtmon_judge_print(const struct drtmon_judge *judge)
{
	char text[DRTMON_TEXT_GROWTH * PATH_MAX + 1];

	if (!judge || !judge->used) {
		printf("none, the module's severities%s%s%s\n",
		       judge && judge->reason[0] ? " (" : "", judge ? judge->reason : "",
		       judge && judge->reason[0] ? ")" : "");
		return;
	}
	printf("%s", drtmon_text_safe(text, sizeof(text), judge->file, strlen(judge->file)));
	if (judge->problems)
		printf(" (%u entries of it do not count%s)", judge->problems,
		       judge->named ? "" : ": drtmond --check-config names them");
	putchar('\n');
}
