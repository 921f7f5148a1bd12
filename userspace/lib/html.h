/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_LIB_HTML_H
#define DRTMON_LIB_HTML_H

#include <stdio.h>

#include <jansson.h>

/*
 * Pages are written so that a strict XML parser reads them as well: every
 * element is closed, every attribute quoted. Where a value of the document is
 * shown, data-key says which one, so that a page can be held against it.
 */

/**
 * struct drtmon_html - a page that is being written
 * @out: where markup goes
 * @doc: the document whose values are shown; borrowed
 * @text: the page, once closed
 * @len: bytes at @text
 */
struct drtmon_html {
	FILE *out;
	const json_t *doc;
	char *text;
	size_t len;
};

/**
 * drtmon_html_open() - begin a page
 * @html: filled
 * @doc: the document whose values will be shown
 *
 * Return: 0 or -ENOMEM.
 */
int drtmon_html_open(struct drtmon_html *html, const json_t *doc);

/**
 * drtmon_html_close() - end a page
 * @html: written
 *
 * Return: the page, to be released with free(); NULL when out of memory.
 */
char *drtmon_html_close(struct drtmon_html *html);

/**
 * drtmon_html_markup() - write markup of one's own
 * @html: page
 * @fmt: printf format; no foreign text may go through it
 */
void drtmon_html_markup(struct drtmon_html *html, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * drtmon_html_text() - write text of any origin
 * @html: page
 * @text: UTF-8; control characters are shown, markup is escaped
 */
void drtmon_html_text(struct drtmon_html *html, const char *text);

/**
 * drtmon_html_get() - a value of the document
 * @doc: where to begin
 * @path: keys and array indexes with a dot between them, as in "links.0.state"
 *
 * Return: borrowed; NULL when there is none.
 */
const json_t *drtmon_html_get(const json_t *doc, const char *path);

/**
 * drtmon_html_word() - a string of the document
 * @doc: where to begin
 * @path: see drtmon_html_get()
 *
 * Return: borrowed; "" when it is no string.
 */
const char *drtmon_html_word(const json_t *doc, const char *path);

/**
 * drtmon_html_show() - a value as a page shows it
 * @value: string, number, boolean or null; anything else is "unknown", as null is
 * @dst: room for @max bytes
 * @max: size of @dst
 *
 * Return: @dst, or the string itself.
 */
const char *drtmon_html_show(const json_t *value, char *dst, size_t max);

/**
 * drtmon_html_value() - show a value of the document
 * @html: page
 * @class: of the element, a word of one's own, or NULL
 * @fmt: path, see drtmon_html_get()
 *
 * A path longer than 255 characters shows "unknown".
 */
void drtmon_html_value(struct drtmon_html *html, const char *class, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * drtmon_html_time() - show a time of the document, to the second
 * @html: page
 * @fmt: path of an RFC 3339 text
 */
void drtmon_html_time(struct drtmon_html *html, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
