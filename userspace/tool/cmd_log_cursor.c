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

/**
 * struct result - one update
 * @path: the list
 * @cursor: where it ended
 * @news: what was found
 * @entries: new ones
 * @pcrs: values at its end
 * @counts: of the comparison, by enum drtmon_compare
 */
struct result {
	const char *path;
	struct drtmon_cursor cursor;
	struct drtmon_cursor_news news;
	int64_t entries;
	struct drtmon_pcrs pcrs;
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

/* The banks of a cursor are those it was begun with. */
static bool same_banks(const struct drtmon_cursor *c, const struct drtmon_alg *const *banks)
{
	unsigned int i;

	for (i = 0; i < c->n_banks; i++)
		if (!banks[i] || banks[i]->id != c->alg[i])
			return false;
	return !banks[i];
}

static int update(struct result *r, const struct drtmon_log_opts *o, struct drtmon_err *err)
{
	const struct drtmon_alg *usual[] = { drtmon_alg_by_id(0x0004), drtmon_alg_by_id(0x000b),
					     drtmon_alg_by_id(0x000c), NULL };
	char boot[40];
	int ret = drtmon_cursor_load(&r->cursor, o->cursor, err);

	if (ret)
		return ret;
	if (r->cursor.valid && o->bank[0] && !same_banks(&r->cursor, o->bank))
		return drtmon_err_set(err, -EINVAL,
				      "%s was begun with other banks: use another file", o->cursor);
	r->entries = drtmon_cursor_update(&r->cursor, r->path, boot_of(r->path, boot, sizeof(boot)),
					  o->bank[0] ? o->bank : usual, &r->news, err);
	return r->entries < 0 ? (int)r->entries : drtmon_cursor_save(&r->cursor, o->cursor, err);
}

static void compare(struct result *r, const struct drtmon_pcrs *expect)
{
	const struct drtmon_cursor *c = &r->cursor;
	unsigned int i;

	for (i = 0; c->count && i < c->n_banks; i++) {
		const struct drtmon_alg *alg = drtmon_alg_by_id(c->alg[i]);

		drtmon_pcrs_set(&r->pcrs, alg, c->pcr, c->value[i]);
		if (expect)
			r->counts[drtmon_compare(&r->pcrs, expect, alg, c->pcr)]++;
	}
}

static const char *compared(const struct result *r, const struct drtmon_pcrs *expect,
			    const struct drtmon_alg *alg)
{
	return drtmon_compare_name(drtmon_compare(&r->pcrs, expect, alg, r->cursor.pcr));
}

static void json_print(const struct result *r, const struct drtmon_pcrs *expect)
{
	const struct drtmon_cursor *c = &r->cursor;
	char name[1024], rest[DRTMON_TEXT_GROWTH * sizeof(r->news.rest_what) + 1], key[16];
	json_t *compare = json_object(), *problems = json_array();
	unsigned int i;

	snprintf(key, sizeof(key), "%u", c->pcr);
	for (i = 0; expect && c->count && i < c->n_banks; i++) {
		const struct drtmon_alg *alg = drtmon_alg_by_id(c->alg[i]);

		json_object_set_new(compare, alg->name,
				    json_pack("{s:s}", key, compared(r, expect, alg)));
	}
	if (r->news.rest)
		json_array_append_new(
			problems, json_pack("{s:I,s:I,s:s}", "offset", (json_int_t)r->news.rest_at,
					    "event", (json_int_t)c->count, "what",
					    drtmon_text_utf8(rest, sizeof(rest), r->news.rest_what,
							     strlen(r->news.rest_what))));
	drtmon_out_line(json_pack("{s:i,s:s,s:s,s:s,s:I,s:I,s:b,s:o,s:o,s:o}", "schema", 1, "file",
				  drtmon_text_utf8(name, sizeof(name), r->path, strlen(r->path)),
				  "format", "ima-binary", "change",
				  drtmon_cursor_change_name(r->news.change), "new_events",
				  (json_int_t)r->entries, "event_count", (json_int_t)c->count,
				  "complete", !r->news.rest, "problems", problems, "pcrs",
				  drtmon_pcrs_json(&r->pcrs), "compare", compare));
}

static void text_print(const struct drtmon_opts *opts, const struct result *r,
		       const struct drtmon_pcrs *expect)
{
	static const char *const says[] = {
		[DRTMON_CURSOR_NEW] = "read from its first entry",
		[DRTMON_CURSOR_GROWN] = "the entries known are still there",
		[DRTMON_CURSOR_REPLACED] = "another boot's or another file: read from its first "
					   "entry",
		[DRTMON_CURSOR_REWOUND] = "shorter than it was, or with another entry at its end: "
					  "read from its first entry",
	};
	const struct drtmon_cursor *c = &r->cursor;
	const bool bad = r->news.change == DRTMON_CURSOR_REWOUND;
	char hex[2 * DRTMON_ALG_DIGEST_MAX + 1];
	unsigned int i;

	printf("%s: %s%s%s, %s; %lld new of %llu entries\n", r->path,
	       drtmon_out_tone(opts, bad ? DRTMON_TONE_BAD : DRTMON_TONE_PLAIN),
	       drtmon_cursor_change_name(r->news.change), drtmon_out_tone(opts, DRTMON_TONE_PLAIN),
	       says[r->news.change], (long long)r->entries, (unsigned long long)c->count);
	if (r->news.rest)
		printf("  byte %llu: %s; left for the next time\n",
		       (unsigned long long)r->news.rest_at, r->news.rest_what);
	for (i = 0; c->count && i < c->n_banks; i++) {
		const struct drtmon_alg *alg = drtmon_alg_by_id(c->alg[i]);

		drtmon_hex_encode(hex, c->value[i], alg->size);
		printf("  PCR %u %s %s%s%s\n", c->pcr, alg->name, hex, expect ? " " : "",
		       expect ? compared(r, expect, alg) : "");
	}
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
	if (failed)
		return drtmon_cmd_fail(&err);
	compare(&r, expect);
	if (opts->json)
		json_print(&r, expect);
	else if (!opts->quiet)
		text_print(opts, &r, expect);
	if (expect && !r.counts[DRTMON_COMPARE_MATCH] && !r.counts[DRTMON_COMPARE_MISMATCH]) {
		fprintf(stderr,
			"drtmon: nothing was compared: the values given are of other PCRs\n");
		return EXIT_FINDING;
	}
	return r.news.change == DRTMON_CURSOR_REWOUND || r.news.rest ||
			       r.counts[DRTMON_COMPARE_MISMATCH]
		       ? EXIT_FINDING
		       : EXIT_GOOD;
}
