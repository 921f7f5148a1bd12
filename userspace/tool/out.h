/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TOOL_OUT_H
#define DRTMON_TOOL_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "lib/verdict.h"
#include "tool/cmd.h"

/* What a piece of text says about the state of things. */
enum drtmon_tone {
	DRTMON_TONE_PLAIN,
	DRTMON_TONE_DIM,
	DRTMON_TONE_GOOD,
	DRTMON_TONE_NOTICE,
	DRTMON_TONE_WARNING,
	DRTMON_TONE_BAD,
};

/**
 * drtmon_out_tone() - the escape sequence that begins a tone
 * @opts: decides whether there is colour at all
 * @tone: the tone; DRTMON_TONE_PLAIN ends any other
 *
 * Return: a sequence, "" without colour.
 */
const char *drtmon_out_tone(const struct drtmon_opts *opts, enum drtmon_tone tone);

/**
 * drtmon_out_answer() - the tone of a verdict
 * @verdict: the verdict
 *
 * Return: good, bad or warning.
 */
enum drtmon_tone drtmon_out_answer(const struct drtmon_verdict *verdict);

/**
 * drtmon_out_json() - print a document, indented
 * @doc: consumed; NULL (out of memory) is reported by drtmon_out_finish()
 */
void drtmon_out_json(json_t *doc);

/**
 * drtmon_out_line() - print an object on one line and flush it
 * @obj: consumed
 */
void drtmon_out_line(json_t *obj);

/**
 * drtmon_out_flush() - let readers of a stream see a line when it is whole
 */
void drtmon_out_flush(void);

/**
 * drtmon_out_stop_on() - do not wait for a reader longer than a descriptor allows
 * @fd: readable when the program is to stop, as a signalfd is; owned by the caller
 *
 * From now on every line waits until it can be written whole, or until @fd is
 * readable: then it is dropped and drtmon_out_stopped() is true. Without it, a
 * reader that does not read holds the program where no signal is looked at.
 */
void drtmon_out_stop_on(int fd);

/**
 * drtmon_out_stopped() - is the program to stop?
 *
 * Return: true when the descriptor of drtmon_out_stop_on() is readable.
 */
bool drtmon_out_stopped(void);

/**
 * drtmon_out_failed() - could something not be written?
 *
 * Return: true when standard output is broken: stop.
 */
bool drtmon_out_failed(void);

/**
 * drtmon_out_finish() - flush standard output
 * @ret: exit code of the command
 *
 * Return: @ret, or EXIT_FINDING when the answer did not get out.
 */
int drtmon_out_finish(int ret);

/* A table; opaque. */
struct libscols_table;

/**
 * drtmon_out_table() - begin a table
 * @columns: @count headings
 * @count: number of columns; the last one may wrap
 *
 * Return: the table, NULL when out of memory; the others below accept that.
 */
struct libscols_table *drtmon_out_table(const char *const *columns, size_t count);

/**
 * drtmon_out_row() - add a row
 * @table: the table
 * @cells: one text for each column, copied; NULL is an empty cell
 * @tone: of the whole row
 * @opts: decides about colour
 */
void drtmon_out_row(struct libscols_table *table, const char *const *cells, enum drtmon_tone tone,
		    const struct drtmon_opts *opts);

/**
 * drtmon_out_table_print() - print a table and release it
 * @table: the table
 */
void drtmon_out_table_print(struct libscols_table *table);

#endif
