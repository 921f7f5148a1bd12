// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "lib/hex.h"
#include "lib/log/cursor.h"
#include "lib/log/ima_follow.h"
#include "lib/text.h"
#include "tool/cmd_log.h"
#include "tool/out.h"
#include "tool/progress.h"

#define EMPTY "the list has no entry"

/**
 * struct result - one update
 * @path: the list
 * @cursor: where it ended
 * @news: what was found
 * @entries: new ones
 * @pcrs: values at its end
 * @padded: those that only zero-padded SHA-1 makes
 * @counts: of the comparison, by enum drtmon_compare
 */
struct result {
	const char *path;
	struct drtmon_cursor cursor;
	struct drtmon_cursor_news news;
	int64_t entries;
	struct drtmon_pcrs pcrs;
	bool padded[DRTMON_CURSOR_BANKS];
	unsigned int counts[DRTMON_COMPARE_NOT_IN_LOG + 1];
};

/* Of this boot, where the list is the kernel's own; a copy is of any. */
static const char *boot_of(const char *path, char *buf, size_t max)
{
	struct statfs fs;
	FILE *f;

	if (statfs(path, &fs) || fs.f_type != SECURITYFS_MAGIC)
		return NULL;
	f = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (!f)
		return NULL;
	if (!fgets(buf, (int)max, f))
		buf[0] = '\0';
	fclose(f);
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}

/* The banks of a cursor are those it was begun with, in any order. */
static bool same_banks(const struct drtmon_cursor *c, const struct drtmon_alg *const *banks)
{
	unsigned int i, j;

	for (i = 0; banks[i]; i++) {
		for (j = 0; j < c->n_banks && c->alg[j] != banks[i]->id; j++)
			;
		if (j == c->n_banks)
			return false;
	}
	return i == c->n_banks;
}

static int update(struct result *r, const struct drtmon_log_opts *o, struct drtmon_err *err)
{
	char boot[40];
	int ret = drtmon_cursor_load(&r->cursor, o->cursor, err);

	if (ret)
		return ret;
	if (r->cursor.n_banks && o->bank[0] && !same_banks(&r->cursor, o->bank))
		return drtmon_err_set(err, -EINVAL,
				      "%s was begun with other banks: use another file", o->cursor);
	r->entries = drtmon_cursor_update(&r->cursor, r->path, boot_of(r->path, boot, sizeof(boot)),
					  &o->args.replay, &r->news, err);
	return r->entries < 0 ? (int)r->entries : drtmon_cursor_save(&r->cursor, o->cursor, err);
}

static void compare(struct result *r, const struct drtmon_pcrs *expect)
{
	const struct drtmon_cursor *c = &r->cursor;
	const struct drtmon_alg *alg;
	unsigned int i;

	for (i = 0; c->count && i < c->n_banks; i++)
		drtmon_pcrs_set(&r->pcrs, drtmon_alg_by_id(c->alg[i]), c->pcr,
				drtmon_cursor_value(c, i, expect, &r->padded[i]));
	for (i = 0; expect && c->count && (alg = drtmon_alg_at(i)); i++)
		r->counts[drtmon_compare(&r->pcrs, expect, alg, c->pcr)]++;
}

static json_t *compare_json(const struct result *r, const struct drtmon_pcrs *expect)
{
	json_t *obj = json_object();
	const struct drtmon_alg *alg;
	char key[16];
	size_t i;

	snprintf(key, sizeof(key), "%u", r->cursor.pcr);
	for (i = 0; expect && r->cursor.count && (alg = drtmon_alg_at(i)); i++) {
		enum drtmon_compare how = drtmon_compare(&r->pcrs, expect, alg, r->cursor.pcr);

		if (how != DRTMON_COMPARE_NONE)
			json_object_set_new(obj, alg->name,
					    json_pack("{s:s}", key, drtmon_compare_name(how)));
	}
	return obj;
}

static json_t *problems_json(const struct result *r)
{
	char text[DRTMON_TEXT_GROWTH * sizeof(r->news.rest_what) + 1];
	json_t *problems = json_array();
	unsigned int i;

	for (i = 0; i < r->news.bad && i < DRTMON_LOG_PROBLEMS; i++)
		json_array_append_new(problems,
				      json_pack("{s:I,s:I,s:s}", "offset",
						(json_int_t)r->news.problem[i].offset, "event",
						(json_int_t)r->news.problem[i].event, "what",
						r->news.problem[i].what));
	if (r->news.rest)
		json_array_append_new(
			problems, json_pack("{s:I,s:I,s:s}", "offset", (json_int_t)r->news.rest_at,
					    "event", (json_int_t)r->cursor.count, "what",
					    drtmon_text_utf8(text, sizeof(text), r->news.rest_what,
							     strlen(r->news.rest_what))));
	if (!r->cursor.count && !r->news.rest)
		json_array_append_new(problems, json_pack("{s:i,s:n,s:s}", "offset", 0, "event",
							  "what", EMPTY));
	return problems;
}

static void json_print(const struct result *r, const struct drtmon_pcrs *expect)
{
	const struct drtmon_cursor *c = &r->cursor;
	char name[1024];

	drtmon_out_line(
		json_pack("{s:i,s:s,s:s,s:s,s:I,s:I,s:I,s:b,s:o,s:I,s:o,s:o}", "schema", 1, "file",
			  drtmon_text_utf8(name, sizeof(name), r->path, strlen(r->path)), "format",
			  "ima-binary", "change", drtmon_cursor_change_name(r->news.change),
			  "new_events", (json_int_t)r->entries, "event_count", (json_int_t)c->count,
			  "bad_events", (json_int_t)c->bad, "complete", c->count && !r->news.rest,
			  "problems", problems_json(r), "problem_count",
			  (json_int_t)r->news.bad + (r->news.rest || !c->count), "pcrs",
			  drtmon_pcrs_json(&r->pcrs), "compare", compare_json(r, expect)));
}

/* It is where it was: what was not found out is null, and the reason is the problem. */
static void unmoved_json(const struct result *r, const struct drtmon_err *err)
{
	char name[1024], what[DRTMON_TEXT_GROWTH * sizeof(err->msg) + 1];

	drtmon_out_line(json_pack(
		"{s:i,s:s,s:s,s:n,s:n,s:n,s:n,s:b,s:[{s:i,s:n,s:s}],s:i,s:{},s:{}}", "schema", 1,
		"file", drtmon_text_utf8(name, sizeof(name), r->path, strlen(r->path)), "format",
		"ima-binary", "change", "new_events", "event_count", "bad_events", "complete",
		false, "problems", "offset", 0, "event", "what",
		drtmon_text_utf8(what, sizeof(what), err->msg, strlen(err->msg)), "problem_count",
		1, "pcrs", "compare"));
}

static void problems_print(const struct drtmon_opts *opts, const struct result *r)
{
	const struct drtmon_cursor_news *news = &r->news;
	const char *on = drtmon_out_tone(opts, DRTMON_TONE_WARNING);
	const char *off = drtmon_out_tone(opts, DRTMON_TONE_PLAIN);
	unsigned int i;

	for (i = 0; i < news->bad && i < DRTMON_LOG_PROBLEMS; i++)
		printf("  %sproblem%s at offset %llu, event %lld: %s\n", on, off,
		       (unsigned long long)news->problem[i].offset,
		       (long long)news->problem[i].event, news->problem[i].what);
	if (news->bad > DRTMON_LOG_PROBLEMS)
		printf("  and %u more problems\n", news->bad - DRTMON_LOG_PROBLEMS);
	if (r->cursor.bad > news->bad)
		printf("  %sproblem%s of %llu entries known before: the template digest was not "
		       "that of the template data\n",
		       on, off, (unsigned long long)(r->cursor.bad - news->bad));
	if (news->rest)
		printf("  byte %llu: %s; left for the next time\n",
		       (unsigned long long)news->rest_at, news->rest_what);
	else if (!r->cursor.count)
		printf("  %s\n", EMPTY);
}

static void banks_print(const struct result *r, const struct drtmon_pcrs *expect)
{
	const struct drtmon_cursor *c = &r->cursor;
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	const struct drtmon_alg *alg;
	enum drtmon_compare how;
	unsigned int i;

	for (i = 0; c->count && i < c->n_banks; i++) {
		alg = drtmon_alg_by_id(c->alg[i]);
		how = expect ? drtmon_compare(&r->pcrs, expect, alg, c->pcr) : DRTMON_COMPARE_NONE;
		drtmon_hex_encode(hex, drtmon_pcrs_get(&r->pcrs, alg, c->pcr), alg->size);
		printf("  PCR %u %s %s%s%s%s\n", c->pcr, alg->name, hex, expect ? " " : "",
		       expect ? drtmon_compare_name(how) : "",
		       r->padded[i] ? ", with zero-padded SHA-1" : "");
	}
	for (i = 0; expect && c->count && (alg = drtmon_alg_at(i)); i++)
		if (drtmon_compare(&r->pcrs, expect, alg, c->pcr) == DRTMON_COMPARE_NOT_IN_LOG)
			printf("  PCR %u %s not compared: the cursor was begun without this bank\n",
			       c->pcr, alg->name);
}

static void text_print(const struct drtmon_opts *opts, const struct result *r,
		       const struct drtmon_pcrs *expect)
{
	static const char *const says[] = {
		[DRTMON_CURSOR_NEW] = "read from its first entry",
		[DRTMON_CURSOR_GROWN] = "the entries known are still there",
		[DRTMON_CURSOR_REPLACED] = "another boot's: read from its first entry",
		[DRTMON_CURSOR_REWOUND] = ("shorter than it was, or with another entry at its end: "
					   "read from its first entry"),
	};
	const bool bad = r->news.change == DRTMON_CURSOR_REWOUND;

	printf("%s: %s%s%s, %s; %lld new of %llu entries\n", r->path,
	       drtmon_out_tone(opts, bad ? DRTMON_TONE_BAD : DRTMON_TONE_PLAIN),
	       drtmon_cursor_change_name(r->news.change), drtmon_out_tone(opts, DRTMON_TONE_PLAIN),
	       says[r->news.change], (long long)r->entries, (unsigned long long)r->cursor.count);
	problems_print(opts, r);
	banks_print(r, expect);
}

int drtmon_log_cursor(const struct drtmon_opts *opts, const struct drtmon_log_opts *o, int count,
		      char **path)
{
	const struct drtmon_pcrs *expect = o->args.replay.expect;
	struct result r = { .path = count ? path[0] : DRTMON_IMA_LIST };
	struct drtmon_err err = { 0 };
	int failed;

	if (count > 1)
		return drtmon_cmd_usage(&drtmon_cmd_log, "a cursor is of one list");
	drtmon_progress_begin(opts, "reading the IMA list");
	failed = update(&r, o, &err);
	drtmon_progress_end();
	if (failed) {
		if (opts->json)
			unmoved_json(&r, &err);
		return drtmon_cmd_fail(&err);
	}
	compare(&r, expect);
	if (opts->json)
		json_print(&r, expect);
	else if (!opts->quiet)
		text_print(opts, &r, expect);
	if (expect && !r.counts[DRTMON_COMPARE_MATCH] && !r.counts[DRTMON_COMPARE_MISMATCH]) {
		fprintf(stderr, "drtmon: nothing was compared: %s\n",
			r.cursor.count ? "the values given are of other PCRs or banks" : EMPTY);
		return EXIT_FINDING;
	}
	return r.news.change == DRTMON_CURSOR_REWOUND || r.news.rest || !r.cursor.count ||
			       r.cursor.bad || r.counts[DRTMON_COMPARE_MISMATCH]
		       ? EXIT_FINDING
		       : EXIT_GOOD;
}
