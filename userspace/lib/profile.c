// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "lib/html.h"

/**
 * struct reading - a file that is being read
 * @profile: what it says
 * @bad: what is wrong, "" while nothing is
 */
struct reading {
	struct drtmon_profile *profile;
	char bad[256];
};

const char *drtmon_profile_state_name(enum drtmon_profile_state state)
{
	static const char *const names[] = { "ok", "warning", "critical", "unknown" };

	return names[state];
}

static int wrong(struct reading *r, const char *section, const char *name, const char *why)
{
	if (!r->bad[0])
		snprintf(r->bad, sizeof(r->bad), "[%.60s] %.60s: %.80s", section, name, why);
	return 0;
}

static int take(struct reading *r, const char *section, const char *name, char *dst, size_t max,
		const char *value)
{
	if ((size_t)snprintf(dst, max, "%s", value) >= max)
		return wrong(r, section, name, "is too long");
	return 1;
}

static int take_facts(struct reading *r, struct drtmon_requirement *q, const char *value)
{
	char words[512], *save = NULL, *word;

	if (!take(r, q->id, "fact", words, sizeof(words), value))
		return 0;
	for (word = strtok_r(words, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (q->facts == DRTMON_PROFILE_FACTS)
			return wrong(r, q->id, "fact", "names too many");
		if (!take(r, q->id, "fact", q->fact[q->facts++], sizeof(q->fact[0]), word))
			return 0;
	}
	return 1;
}

static int take_min(struct reading *r, struct drtmon_requirement *q, const char *value)
{
	char *end;

	q->min = strtod(value, &end);
	q->have_min = true;
	return end != value && !*end ? 1 : wrong(r, q->id, "min", "is no number");
}

static int take_severity(struct reading *r, struct drtmon_requirement *q, const char *value)
{
	q->warning = !strcmp(value, "warning");
	return q->warning || !strcmp(value, "critical")
		       ? 1
		       : wrong(r, q->id, "severity", "is neither critical nor warning");
}

static struct drtmon_requirement *requirement(struct reading *r, const char *id)
{
	struct drtmon_profile *p = r->profile;
	struct drtmon_requirement *q;
	size_t i;

	for (i = 0; i < p->count; i++)
		if (!strcmp(p->requirement[i].id, id))
			return &p->requirement[i];
	if (p->count == DRTMON_PROFILE_MAX || strlen(id) >= sizeof(q->id)) {
		wrong(r, id, "", "is one requirement too many, or has too long a name");
		return NULL;
	}
	q = &p->requirement[p->count++];
	snprintf(q->id, sizeof(q->id), "%s", id);
	snprintf(q->title, sizeof(q->title), "%s", id);
	return q;
}

static int handler(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	struct drtmon_requirement *q;

	if (!strcmp(section, "profile"))
		return !strcmp(name, "title") ? take(r, section, name, r->profile->title,
						     sizeof(r->profile->title), value)
					      : wrong(r, section, name, "is no key of [profile]");
	if (!*section)
		return wrong(r, section, name, "stands before any [section]");
	q = requirement(r, section);
	if (!q)
		return 0;
	if (!strcmp(name, "title"))
		return take(r, section, name, q->title, sizeof(q->title), value);
	if (!strcmp(name, "fact"))
		return take_facts(r, q, value);
	if (!strcmp(name, "is"))
		return take(r, section, name, q->is, sizeof(q->is), value);
	if (!strcmp(name, "has"))
		return take(r, section, name, q->has, sizeof(q->has), value);
	if (!strcmp(name, "min"))
		return take_min(r, q, value);
	if (!strcmp(name, "severity"))
		return take_severity(r, q, value);
	if (!strcmp(name, "fix"))
		return take(r, section, name, q->fix, sizeof(q->fix), value);
	return wrong(r, section, name, "is no key of a requirement");
}

/* Each requirement names a fact, and one thing it has to be. */
static int complete(struct reading *r)
{
	size_t i;

	for (i = 0; i < r->profile->count; i++) {
		const struct drtmon_requirement *q = &r->profile->requirement[i];

		if (!q->facts)
			return wrong(r, q->id, "fact", "is missing");
		if (!!q->is[0] + !!q->has[0] + q->have_min != 1)
			return wrong(r, q->id, "", "needs one of is, has and min");
	}
	return r->profile->count ? 1 : wrong(r, "", "", "there is no requirement");
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
	FILE *file = fopen(path, "re");
	int line;

	memset(profile, 0, sizeof(*profile));
	file_name(profile->name, sizeof(profile->name), path);
	snprintf(profile->title, sizeof(profile->title), "%s", profile->name);
	if (!file)
		return drtmon_err_set(err, -errno, "%s: %s", path, strerror(errno));
	line = ini_parse_file(file, handler, &r);
	fclose(file);
	if (!line)
		complete(&r);
	if (line > 0)
		return drtmon_err_set(err, -EINVAL, "%s: line %d: %s", path, line,
				      r.bad[0] ? r.bad : "is neither [section] nor key = value");
	if (line || r.bad[0])
		return drtmon_err_set(err, -EINVAL, "%s: %s", path,
				      r.bad[0] ? r.bad : "cannot be read");
	return 0;
}
