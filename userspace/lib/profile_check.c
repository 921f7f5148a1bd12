// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/html.h"
#include "lib/profile.h"

/* An element of a list by its "id". */
static const json_t *by_id(const json_t *list, const char *id, size_t len)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *name = drtmon_html_word(json_array_get(list, i), "id");

		if (strlen(name) == len && !strncmp(name, id, len))
			return json_array_get(list, i);
	}
	return NULL;
}

/*
 * "link.ID", "layer.ID" and "log.ID" are short for elements of lists, whose
 * place may change; all else is a path into the document.
 *
 * Return: the value, borrowed; @evidence is what was seen, "" when nothing is told.
 */
static const json_t *fact(const json_t *facts, const char *name, const char **evidence)
{
	static const struct {
		const char *prefix;
		const char *list;
		const char *value;
		const char *evidence;
	} lists[] = {
		{ "link.", "why.links", "state", "evidence" },
		{ "layer.", "picture", "state", "reason" },
		{ "log.", "logs", "result", "reason" },
	};
	const json_t *element;
	size_t i, len;

	*evidence = "";
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		len = strlen(lists[i].prefix);
		if (strncmp(name, lists[i].prefix, len))
			continue;
		name += len;
		len = strcspn(name, ".");
		element = by_id(drtmon_html_get(facts, lists[i].list), name, len);
		*evidence = drtmon_html_word(element, lists[i].evidence);
		return drtmon_html_get(element, name[len] ? name + len + 1 : lists[i].value);
	}
	return drtmon_html_get(facts, name);
}

static bool is_one_of(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words; words += n) {
		words += strspn(words, " \t");
		n = strcspn(words, " \t");
		if (n && n == len && !strncmp(words, word, n))
			return true;
	}
	return false;
}

/*
 * Words that say that nobody knows; a profile may still ask for one of them.
 * A TPM that is absent is known to be none; a log that is absent proves nothing.
 */
static bool says_nothing(const char *name, const char *word)
{
	if (is_one_of("unknown not-applicable not-compared unreadable", word))
		return true;
	return !strncmp(name, "log.", 4) && !strcmp(word, "absent");
}

static bool has(const json_t *list, const char *word)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *one = json_string_value(json_array_get(list, i));

		if (one && !strcmp(one, word))
			return true;
	}
	return false;
}

static enum drtmon_profile_state judge_min(const struct drtmon_requirement *q, const json_t *value,
					   enum drtmon_profile_state bad)
{
	const char *text = json_string_value(value);
	char *end;
	double n;

	if (json_is_number(value))
		return json_number_value(value) >= q->min ? DRTMON_PROFILE_OK : bad;
	if (!text)
		return DRTMON_PROFILE_UNKNOWN;
	n = strtod(text, &end);
	if (end == text)
		return DRTMON_PROFILE_UNKNOWN;
	return n >= q->min ? DRTMON_PROFILE_OK : bad;
}

static enum drtmon_profile_state judge(const struct drtmon_requirement *q, const char *name,
				       const json_t *value)
{
	enum drtmon_profile_state bad = q->warning ? DRTMON_PROFILE_WARNING
						   : DRTMON_PROFILE_CRITICAL;
	char number[32];
	const char *word;

	if (!value || json_is_null(value))
		return DRTMON_PROFILE_UNKNOWN;
	if (q->have_min)
		return judge_min(q, value, bad);
	if (q->has[0]) {
		if (!json_is_array(value))
			return DRTMON_PROFILE_UNKNOWN;
		/* A list that is empty because nobody could look lacks nothing. */
		if (!json_array_size(value))
			return DRTMON_PROFILE_UNKNOWN;
		return has(value, q->has) ? DRTMON_PROFILE_OK : bad;
	}
	if (json_is_array(value) || json_is_object(value))
		return DRTMON_PROFILE_UNKNOWN;
	word = drtmon_html_show(value, number, sizeof(number));
	if (is_one_of(q->is, word))
		return DRTMON_PROFILE_OK;
	return says_nothing(name, word) ? DRTMON_PROFILE_UNKNOWN : bad;
}

/* How bad a state is beside others. */
static unsigned int rank(enum drtmon_profile_state state)
{
	static const unsigned int ranks[] = { 0, 2, 3, 1 };

	return ranks[state];
}

static json_t *shown(const json_t *value)
{
	if (!value || json_is_object(value))
		return json_null();
	return json_deep_copy(value);
}

/* The fact that decides is the first of the worst. */
static json_t *check_one(const struct drtmon_requirement *q, const json_t *facts,
			 enum drtmon_profile_state *state)
{
	const json_t *decides = NULL;
	const char *evidence = "";
	const char *name = q->fact[0];
	json_t *obj;
	size_t i;

	*state = DRTMON_PROFILE_OK;
	for (i = 0; i < q->facts; i++) {
		const char *seen;
		const json_t *value = fact(facts, q->fact[i], &seen);
		enum drtmon_profile_state one = judge(q, q->fact[i], value);

		if (i && rank(one) <= rank(*state))
			continue;
		*state = one;
		decides = value;
		evidence = seen;
		name = q->fact[i];
	}
	obj = json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", q->id, "title", q->title, "state",
			drtmon_profile_state_name(*state), "severity",
			q->warning ? "warning" : "critical", "fact", name);
	json_object_set_new(obj, "value", shown(decides));
	json_object_set_new(obj, "evidence", *evidence ? json_string(evidence) : json_null());
	if (q->have_min)
		json_object_set_new(obj, "expected", json_sprintf("at least %g", q->min));
	else
		json_object_set_new(obj, "expected", json_string(q->is[0] ? q->is : q->has));
	json_object_set_new(obj, "fix", q->fix[0] ? json_string(q->fix) : json_null());
	return obj;
}

json_t *drtmon_profile_check(const struct drtmon_profile *profile, const json_t *facts)
{
	enum drtmon_profile_state worst = DRTMON_PROFILE_OK, state;
	unsigned int count[DRTMON_PROFILE_UNKNOWN + 1] = { 0 };
	json_t *list = json_array(), *doc, *counts = json_object();
	size_t i;

	for (i = 0; i < profile->count; i++) {
		json_array_append_new(list, check_one(&profile->requirement[i], facts, &state));
		count[state]++;
		if (rank(state) > rank(worst))
			worst = state;
	}
	if (!profile->count)
		worst = DRTMON_PROFILE_UNKNOWN;
	for (i = 0; i <= DRTMON_PROFILE_UNKNOWN; i++)
		json_object_set_new(counts, drtmon_profile_state_name(i), json_integer(count[i]));
	doc = json_pack("{s:i,s:s,s:s,s:s,s:i}", "schema", 1, "profile", profile->name, "title",
			profile->title, "state", drtmon_profile_state_name(worst), "exit_code",
			(int)worst);
	json_object_set_new(doc, "counts", counts);
	json_object_set_new(doc, "requirements", list);
	return doc;
}
