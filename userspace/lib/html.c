// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/html.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

/* Longest path; ours have a handful of short keys. */
#define PATH_LEN 256

int drtmon_html_open(struct drtmon_html *html, const json_t *doc)
{
	memset(html, 0, sizeof(*html));
	html->doc = doc;
	html->out = open_memstream(&html->text, &html->len);
	return html->out ? 0 : -ENOMEM;
}

char *drtmon_html_close(struct drtmon_html *html)
{
	int bad = ferror(html->out);

	if (fclose(html->out) || bad) {
		free(html->text);
		html->text = NULL;
	}
	return html->text;
}

void drtmon_html_markup(struct drtmon_html *html, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(html->out, fmt, ap);
	va_end(ap);
}

static void escape(FILE *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			putc(*text, out);
		}
}

void drtmon_html_text(struct drtmon_html *html, const char *text)
{
	size_t len = strlen(text), max = len * DRTMON_TEXT_GROWTH + 1;
	char small[512], *safe = max <= sizeof(small) ? small : malloc(max);

	if (!safe)
		return;
	escape(html->out, drtmon_text_safe(safe, max, text, len));
	if (safe != small)
		free(safe);
}

const json_t *drtmon_html_get(const json_t *doc, const char *path)
{
	char key[PATH_LEN];
	size_t len;

	while (doc && *path) {
		len = strcspn(path, ".");
		if (len >= sizeof(key))
			return NULL;
		memcpy(key, path, len);
		key[len] = '\0';
		doc = json_is_array(doc) ? json_array_get(doc, strtoul(key, NULL, 10))
					 : json_object_get(doc, key);
		path += len + (path[len] == '.');
	}
	return doc;
}

const char *drtmon_html_word(const json_t *doc, const char *path)
{
	const char *word = json_string_value(drtmon_html_get(doc, path));

	return word ? word : "";
}

const char *drtmon_html_show(const json_t *value, char *dst, size_t max)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		return json_string_value(value);
	case JSON_INTEGER:
		snprintf(dst, max, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return dst;
	case JSON_REAL:
		snprintf(dst, max, "%g", json_real_value(value));
		return dst;
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	default:
		return "unknown";
	}
}

void drtmon_html_value(struct drtmon_html *html, const char *class, const char *fmt, ...)
{
	char path[PATH_LEN], number[32];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(path, sizeof(path), fmt, ap) >= (int)sizeof(path))
		path[0] = '\0';
	va_end(ap);
	drtmon_html_markup(html, "<span%s%s%s data-key=\"", class ? " class=\"" : "",
			   class ? class : "", class ? "\"" : "");
	drtmon_html_text(html, path);
	drtmon_html_markup(html, "\">");
	drtmon_html_text(html, drtmon_html_show(drtmon_html_get(html->doc, path), number,
						sizeof(number)));
	drtmon_html_markup(html, "</span>");
}

/* "2026-11-22T02:58:20.811403167Z" without its fraction, and with spaces. */
static void short_time(char *dst, size_t max, const char *time)
{
	char *p;

	snprintf(dst, max, "%.19s", time);
	p = strchr(dst, 'T');
	if (p)
		*p = ' ';
}

void drtmon_html_time(struct drtmon_html *html, const char *fmt, ...)
{
	char path[PATH_LEN], text[32];
	const char *time;
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(path, sizeof(path), fmt, ap) >= (int)sizeof(path))
		path[0] = '\0';
	va_end(ap);
	time = drtmon_html_word(html->doc, path);
	short_time(text, sizeof(text), *time ? time : "unknown");
	drtmon_html_markup(html, "<time data-time=\"");
	drtmon_html_text(html, path);
	drtmon_html_markup(html, "\" datetime=\"");
	drtmon_html_text(html, time);
	drtmon_html_markup(html, "\">");
	drtmon_html_text(html, text);
	drtmon_html_markup(html, "%s</time>", *time ? " UTC" : "");
}
