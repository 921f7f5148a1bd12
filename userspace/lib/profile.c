// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ini.h"

/**
 * struct reading - a file that is being read
 * @profile: what it says
 * @err: the first thing that is wrong
 */
struct reading {
	struct drtmon_profile *profile;
	struct drtmon_err err;
};

const char *drtmon_profile_state_name(enum drtmon_profile_state state)
{
	static const char *const names[] = { "ok", "warning", "critical", "unknown" };

	return names[state];
}

static int take(char *dst, size_t max, const char *value, struct drtmon_err *why)
{
	if ((size_t)snprintf(dst, max, "%s", value) >= max)
		return drtmon_err_set(why, -EINVAL, "is too long");
	return 0;
}

static int take_facts(struct drtmon_requirement *q, const char *value, struct drtmon_err *why)
{
	char words[512], *save = NULL, *word;

	if (take(words, sizeof(words), value, why))
		return -EINVAL;
	for (word = strtok_r(words, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (q->facts == DRTMON_PROFILE_FACTS)
			return drtmon_err_set(why, -EINVAL, "names too many");
		if (take(q->fact[q->facts++], sizeof(q->fact[0]), word, why))
			return -EINVAL;
	}
	return 0;
}

static int take_min(struct drtmon_requirement *q, const char *value, struct drtmon_err *why)
{
	char *end;

	q->min = strtod(value, &end);
	q->have_min = true;
	return end != value && !*end ? 0 : drtmon_err_set(why, -EINVAL, "is no number");
}

static int take_severity(struct drtmon_requirement *q, const char *value, struct drtmon_err *why)
{
	q->warning = !strcmp(value, "warning");
	if (q->warning || !strcmp(value, "critical"))
		return 0;
	return drtmon_err_set(why, -EINVAL, "is neither critical nor warning");
}

static struct drtmon_requirement *requirement(struct drtmon_profile *p, const char *id,
					      struct drtmon_err *why)
{
	struct drtmon_requirement *q;
	size_t i;

	for (i = 0; i < p->count; i++)
		if (!strcmp(p->requirement[i].id, id))
			return &p->requirement[i];
	if (p->count == DRTMON_PROFILE_MAX || strlen(id) >= sizeof(q->id)) {
		drtmon_err_set(why, -EINVAL, "there are too many requirements, or too long a name");
		return NULL;
	}
	q = &p->requirement[p->count++];
	snprintf(q->id, sizeof(q->id), "%s", id);
	snprintf(q->title, sizeof(q->title), "%s", id);
	return q;
}

static int entry(void *ctx, const struct drtmon_ini_entry *e, struct drtmon_err *why)
{
	struct reading *r = ctx;
	struct drtmon_requirement *q;

	if (!strcmp(e->section, "profile"))
		return !strcmp(e->key, "title")
			       ? take(r->profile->title, sizeof(r->profile->title), e->value, why)
			       : drtmon_err_set(why, -ENOENT, "[profile] knows title only");
	if (!*e->section)
		return drtmon_err_set(why, -EINVAL, "stands before any [section]");
	q = requirement(r->profile, e->section, why);
	if (!q)
		return -EINVAL;
	if (!strcmp(e->key, "title"))
		return take(q->title, sizeof(q->title), e->value, why);
	if (!strcmp(e->key, "fact"))
		return take_facts(q, e->value, why);
	if (!strcmp(e->key, "is"))
		return take(q->is, sizeof(q->is), e->value, why);
	if (!strcmp(e->key, "has"))
		return take(q->has, sizeof(q->has), e->value, why);
	if (!strcmp(e->key, "min"))
		return take_min(q, e->value, why);
	if (!strcmp(e->key, "severity"))
		return take_severity(q, e->value, why);
	if (!strcmp(e->key, "fix"))
		return take(q->fix, sizeof(q->fix), e->value, why);
	return drtmon_err_set(why, -ENOENT,
			      "no such key; there are title, fact, is, has, min, severity, fix");
}

static void problem(void *ctx, const struct drtmon_ini_entry *e, const struct drtmon_err *why)
{
	struct reading *r = ctx;

	if (!r->err.code)
		drtmon_err_set(&r->err, -EINVAL, "%s, line %u: %s%s%s", e->file, e->line, e->key,
			       *e->key ? ": " : "", why->msg);
}

/* Each requirement names a fact, and one thing it has to be. */
static int complete(const struct drtmon_profile *profile, const char *path, struct drtmon_err *err)
{
	size_t i;

	for (i = 0; i < profile->count; i++) {
		const struct drtmon_requirement *q = &profile->requirement[i];

		if (!q->facts)
			return drtmon_err_set(err, -EINVAL, "%s: [%s] has no fact", path, q->id);
		if (!!q->is[0] + !!q->has[0] + q->have_min != 1)
			return drtmon_err_set(err, -EINVAL, "%s: [%s] needs one of is, has and min",
					      path, q->id);
	}
	if (!profile->count)
		return drtmon_err_set(err, -EINVAL, "%s: there is no requirement", path);
	return 0;
}

static void file_name(char *dst, size_t max, const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t len = strlen(base);

	if (len > 4 && !strcmp(base + len - 4, ".ini"))
		len -= 4;
	snprintf(dst, max, "%.*s", (int)(len < max ? len : max - 1), base);
}

int drtmon_profile_read(struct drtmon_profile *profile, const char *path, struct drtmon_err *err)
{
	struct reading r = { .profile = profile };
	const struct drtmon_ini_ops ops = { .entry = entry, .problem = problem, .ctx = &r };
	int ret;

	memset(profile, 0, sizeof(*profile));
	file_name(profile->name, sizeof(profile->name), path);
	snprintf(profile->title, sizeof(profile->title), "%s", profile->name);
	ret = drtmon_ini_read(path, &ops, err);
	if (ret < 0)
		return ret;
	if (r.err.code)
		return drtmon_err_set(err, -EINVAL, "%s", r.err.msg);
	return complete(profile, path, err);
}
