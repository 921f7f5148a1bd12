// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool/out.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

#include <libsmartcols.h>

/* Something was to be printed and could not even be made. */
static bool out_of_memory;
/* Why standard output broke; errno is another by the time that matters. */
static int out_errno;

/* See drtmon_out_stop_on(); -1 for none. */
static int out_stop_fd = -1;
/* A line fits: stdio must not write before it is whole. */
static char out_buffer[65536];

static void out_check(void)
{
	if (ferror(stdout) && !out_errno)
		out_errno = errno ? errno : EIO;
}

const char *drtmon_out_tone(const struct drtmon_opts *opts, enum drtmon_tone tone)
{
	static const char *const sequences[] = {
		[DRTMON_TONE_PLAIN] = "\033[0m",    [DRTMON_TONE_DIM] = "\033[2m",
		[DRTMON_TONE_GOOD] = "\033[32m",    [DRTMON_TONE_NOTICE] = "\033[36m",
		[DRTMON_TONE_WARNING] = "\033[33m", [DRTMON_TONE_BAD] = "\033[1;31m",
	};

	return opts->color ? sequences[tone] : "";
}

enum drtmon_tone drtmon_out_answer(const struct drtmon_verdict *verdict)
{
	switch (verdict->answer) {
	case DRTMON_ANSWER_YES:
		return DRTMON_TONE_GOOD;
	case DRTMON_ANSWER_NO:
		return DRTMON_TONE_BAD;
	default:
		return DRTMON_TONE_WARNING;
	}
}

/* On a terminal control characters beyond ASCII must not get through raw either. */
static size_t out_flags(size_t flags)
{
	return flags | (isatty(STDOUT_FILENO) ? JSON_ENSURE_ASCII : 0);
}

static void out_dump(json_t *doc, size_t flags)
{
	if (!doc || (json_dumpf(doc, stdout, out_flags(flags)) && !ferror(stdout)))
		out_of_memory = true;
	out_check();
	json_decref(doc);
	putchar('\n');
}

void drtmon_out_stop_on(int fd)
{
	out_stop_fd = fd;
	setvbuf(stdout, out_buffer, _IOFBF, sizeof(out_buffer));
}

bool drtmon_out_stopped(void)
{
	struct pollfd pfd = { .fd = out_stop_fd, .events = POLLIN };

	return out_stop_fd >= 0 && poll(&pfd, 1, 0) == 1;
}

/* A pipe that polls writable takes PIPE_BUF bytes at once, which is more than a line. */
static bool out_wait(void)
{
	struct pollfd pfds[] = {
		{ .fd = STDOUT_FILENO, .events = POLLOUT },
		{ .fd = out_stop_fd, .events = POLLIN },
	};

	while (poll(pfds, 2, -1) < 0)
		if (errno != EINTR)
			return true;
	return pfds[0].revents;
}

void drtmon_out_flush(void)
{
	if (out_stop_fd >= 0 && !out_wait()) {
		__fpurge(stdout);
		return;
	}
	errno = 0;
	fflush(stdout);
	out_check();
}

void drtmon_out_json(json_t *doc)
{
	out_dump(doc, JSON_INDENT(2));
}

void drtmon_out_line(json_t *obj)
{
	out_dump(obj, JSON_COMPACT);
	drtmon_out_flush();
}

bool drtmon_out_failed(void)
{
	return out_of_memory || ferror(stdout);
}

int drtmon_out_finish(int ret)
{
	if (out_of_memory) {
		fprintf(stderr, "drtmon: out of memory\n");
		return EXIT_FINDING;
	}
	drtmon_out_flush();
	if (!out_errno)
		return ret;
	/* A reader that left, as head(1) does, knows why: no words needed. */
	if (out_errno != EPIPE)
		fprintf(stderr, "drtmon: cannot write to standard output: %s\n",
			strerror(out_errno));
	return EXIT_FINDING;
}

struct libscols_table *drtmon_out_table(const char *const *columns, size_t count)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	for (i = 0; table && i < count; i++)
		if (!scols_table_new_column(table, columns[i], 0,
					    i + 1 == count ? SCOLS_FL_WRAP : 0)) {
			scols_unref_table(table);
			table = NULL;
		}
	if (!table)
		out_of_memory = true;
	return table;
}

void drtmon_out_row(struct libscols_table *table, const char *const *cells, enum drtmon_tone tone,
		    const struct drtmon_opts *opts)
{
	struct libscols_line *line = table ? scols_table_new_line(table, NULL) : NULL;
	size_t i;

	if (!line) {
		out_of_memory = true;
		return;
	}
	for (i = 0; i < scols_table_get_ncols(table); i++)
		if (scols_line_set_data(line, i, cells[i] ? cells[i] : ""))
			out_of_memory = true;
	if (opts->color && tone != DRTMON_TONE_PLAIN) {
		scols_table_enable_colors(table, 1);
		scols_line_set_color(line, drtmon_out_tone(opts, tone));
	}
}

void drtmon_out_table_print(struct libscols_table *table)
{
	if (!table)
		return;
	if (scols_print_table(table) && !ferror(stdout))
		out_of_memory = true;
	scols_unref_table(table);
}
