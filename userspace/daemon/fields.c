// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/fields.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "DRTMON_"

void fields_add(struct fields *fields, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	if (fields->count == FIELDS_MAX)
		return;
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n >= 0)
		fields->text[fields->count++] = text;
	fields->text[fields->count] = NULL;
}

static void add_value(struct fields *fields, const char *key, const json_t *value)
{
	char name[64];
	size_t i;

	for (i = 0; key[i] && i < sizeof(name) - 1; i++)
		name[i] = isalnum((unsigned char)key[i]) ? (char)toupper((unsigned char)key[i])
							 : '_';
	name[i] = '\0';
	if (json_is_string(value))
		fields_add(fields, PREFIX "%s=%s", name, json_string_value(value));
	if (json_is_integer(value))
		fields_add(fields, PREFIX "%s=%lld", name, (long long)json_integer_value(value));
}

void fields_event(struct fields *fields, const json_t *event)
{
	const char *key, *inner;
	json_t *value, *deep;
	char name[64];

	json_object_foreach ((json_t *)event, key, value) {
		add_value(fields, key, value);
		json_object_foreach (value, inner, deep) {
			snprintf(name, sizeof(name), "%s_%s",
				 strcmp(key, "digests") ? key : "digest", inner);
			add_value(fields, name, deep);
		}
	}
}

void fields_free(struct fields *fields)
{
	while (fields->count)
		free(fields->text[--fields->count]);
}
