// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the log bench measures inside the library.
 *
 *   chain N		ns for one sha256 extend, of N in a row
 *   cursor OLD LIST	replay OLD, then what LIST, the same file grown, has more
 *
 * Under callgrind, collection is switched on and off by function.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/log/bank.h"
#include "lib/log/cursor.h"

static double cpu(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double now(void)
{
	return cpu(CLOCK_THREAD_CPUTIME_ID);
}

static int chain(unsigned long n)
{
	static struct drtmon_chain c;
	uint8_t digest[DRTMON_ALG_DIGEST_MAX] = { 1 };
	unsigned long i;
	double t;

	if (drtmon_chain_init(&c, drtmon_alg_by_name("sha256", 6), NULL))
		return 1;
	t = now();
	for (i = 0; i < n; i++)
		if (drtmon_chain_extend(&c, 10, digest, i))
			return 1;
	printf("%.0f\n", (now() - t) / (double)n);
	drtmon_chain_fini(&c);
	return 0;
}

static int two(const char *path)
{
	const struct drtmon_alg *banks[] = { drtmon_alg_by_name("sha256", 6), NULL };
	struct drtmon_replay_args rargs = { .banks = banks, .threads = 2 };
	struct drtmon_log_args args = { .path = path };
	struct drtmon_replay *replay;
	struct drtmon_log *log;
	double mine, other;

	if (drtmon_log_open(&log, &args, NULL) || drtmon_replay_new(&replay, &rargs, NULL) ||
	    drtmon_replay_run(replay, log, NULL))
		return 1;
	mine = now();
	other = cpu(CLOCK_PROCESS_CPUTIME_ID) - mine;
	printf("%.0f\n", mine > other ? mine : other);
	drtmon_replay_free(replay);
	drtmon_log_close(log);
	return 0;
}

static int64_t update(struct drtmon_cursor *c, const char *path)
{
	const struct drtmon_alg *banks[] = { drtmon_alg_by_name("sha1", 4),
					     drtmon_alg_by_name("sha256", 6), NULL };
	const struct drtmon_replay_args args = { .banks = banks, .check_templates = true };
	struct drtmon_cursor_news news;
	struct drtmon_err err = { 0 };
	int64_t n = drtmon_cursor_update(c, path, "bench", &args, &news, &err);

	if (n < 0)
		fprintf(stderr, "%s\n", err.msg);
	return n;
}

/* The cursor is kept in a file between two runs, as the daemon would. */
static int cursor(const char *store, const char *path)
{
	struct drtmon_cursor c = { 0 };
	FILE *f = fopen(store, "r");
	int64_t n;

	if (f) {
		if (fread(&c, sizeof(c), 1, f) != 1)
			memset(&c, 0, sizeof(c));
		fclose(f);
	}
	n = update(&c, path);
	f = fopen(store, "w");
	if (n < 0 || !f)
		return 1;
	fwrite(&c, sizeof(c), 1, f);
	fclose(f);
	printf("%lld\n", (long long)n);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "chain"))
		return chain(strtoul(argv[2], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "two"))
		return two(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "cursor"))
		return cursor(argv[2], argv[3]);
	return 2;
}
