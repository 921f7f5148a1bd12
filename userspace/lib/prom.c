// SPDX-License-Identifier: GPL-2.0-or-later
#include "lib/prom.h"

#include <stdbool.h>
#include <string.h>

static const char *family_type(const char *name)
{
	static const char end[] = "_total";
	size_t len = strlen(name);

	return len >= strlen(end) && !strcmp(name + len - strlen(end), end) ? "counter" : "gauge";
}

void drtmon_prom_family(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, family_type(name));
}

static void put_value(FILE *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*value == '\\' || *value == '"')
			putc('\\', out);
		putc(*value, out);
	}
}

void drtmon_prom_sample(FILE *out, const char *name, const struct drtmon_prom_label *label,
			size_t labels, double value)
{
	size_t i;

	fputs(name, out);
	for (i = 0; i < labels; i++) {
		fprintf(out, "%s%s=\"", i ? "," : "{", label[i].name);
		put_value(out, label[i].value);
		putc('"', out);
	}
	fprintf(out, "%s %.16g\n", labels ? "}" : "", value);
}

void drtmon_prom_states(FILE *out, const char *name, struct drtmon_prom_label *label, size_t labels,
			const char *const *state, const char *now)
{
	bool found = false;

	for (; *state; state++) {
		bool is = !strcmp(*state, now);

		found |= is;
		label[labels - 1].value = *state;
		drtmon_prom_sample(out, name, label, labels, is);
	}
	label[labels - 1].value = now;
	if (!found)
		drtmon_prom_sample(out, name, label, labels, 1);
}
