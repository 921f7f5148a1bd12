/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRTMON_TESTS_REPORT_PAGE_H
#define DRTMON_TESTS_REPORT_PAGE_H

/* Reads a page back: is it well-formed, and is every figure on it the document's? */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/html.h"
#include "lib/text.h"

#define PAGE_DEPTH 64

/* Turn the five escapes back, in place. */
static inline void page_unescape(char *text)
{
	static const char *const names[][2] = { { "&amp;", "&" },
						{ "&lt;", "<" },
						{ "&gt;", ">" },
						{ "&quot;", "\"" },
						{ "&#39;", "'" } };
	char *in, *out = text;
	size_t i;

	for (in = text; *in; in++) {
		for (i = 0; i < 5; i++)
			if (!strncmp(in, names[i][0], strlen(names[i][0])))
				break;
		*out++ = i < 5 ? names[i][1][0] : *in;
		in += i < 5 ? strlen(names[i][0]) - 1 : 0;
	}
	*out = '\0';
}

/* Every tag closed in its order, every attribute quoted, every & an escape. */
static inline void page_well_formed(const char *page)
{
	char stack[PAGE_DEPTH][16];
	size_t depth = 0;
	const char *p = strchr(page, '\n') + 1; /* behind the document type */

	for (; *p; p++) {
		const char *end = *p == '<' ? strchr(p, '>') : NULL;
		char name[16];

		if (*p == '&' && strncmp(p, "&amp;", 5) && strncmp(p, "&lt;", 4) &&
		    strncmp(p, "&gt;", 4) && strncmp(p, "&quot;", 6) && strncmp(p, "&#39;", 5))
			fail_msg("a bare & in: %.60s", p);
		if (*p == '>')
			fail_msg("a bare > in: %.60s", p - 40);
		if (!end)
			continue;
		assert_int_equal(sscanf(p + 1 + (p[1] == '/'), "%15[a-z0-9]", name), 1);
		if (p[1] == '/') {
			assert_true(depth > 0);
			if (strcmp(stack[--depth], name))
				fail_msg("<%s> ends as </%s>: %.60s", stack[depth], name, p);
		} else if (end[-1] != '/') {
			assert_true(depth < PAGE_DEPTH);
			strcpy(stack[depth++], name);
		}
		p = end;
	}
	assert_int_equal(depth, 0);
}

/* Nothing that a browser would fetch or run. */
static inline void page_alone(const char *page)
{
	static const char *const never[] = { "http:",	"https:", "<script", "javascript:",
					     " src=",	"url(",	  "@import", "<link",
					     "<iframe", "<img",	  "onload",  "onerror=" };
	size_t i;

	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(page, never[i]))
			fail_msg("the page has %s", never[i]);
}

static inline char *page_cut(const char *from, char end)
{
	const char *stop = strchr(from, end);

	assert_non_null(stop);
	return strndup(from, (size_t)(stop - from));
}

/* Hold each element with @attr against the document; their number. */
static inline size_t page_values(const char *page, const json_t *doc, const char *attr)
{
	const char *p = page;
	size_t n = 0;

	while ((p = strstr(p, attr))) {
		char *key = page_cut(p + strlen(attr), '"'), number[32], *text, *want;
		const json_t *value;
		const char *shown;
		size_t max;

		page_unescape(key);
		value = drtmon_html_get(doc, key);
		shown = drtmon_html_show(value, number, sizeof(number));
		max = strlen(shown) * DRTMON_TEXT_GROWTH + 1;
		p += strlen(attr);
		if (!strcmp(attr, " data-time=\""))
			text = page_cut(strstr(p, "datetime=\"") + 10, '"');
		else
			text = page_cut(strchr(p, '>') + 1, '<');
		page_unescape(text);
		want = malloc(max);
		assert_non_null(want);
		drtmon_text_safe(want, max, shown, strlen(shown));
		if (strcmp(attr, " data-time=\"") ? strcmp(text, want)
						  : json_is_string(value) && strcmp(text, want))
			fail_msg("%s is \"%s\" on the page and \"%s\" in the document", key, text,
				 want);
		free(key);
		free(text);
		free(want);
		n++;
	}
	return n;
}

/* All of the above; the number of figures. */
static inline size_t page_check(const char *page, const json_t *doc)
{
	page_well_formed(page);
	page_alone(page);
	page_values(page, doc, " data-time=\"");
	return page_values(page, doc, " data-key=\"");
}

#endif
