// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/txt/errorcode.h"
#include "tool/out.h"
#include "tool/txt.h"

/* "0xc0003c11", "c0003c11" or decimal: eight hex digits are how logs print it. */
static bool code_parse(const char *text, uint32_t *code)
{
	bool bare = strlen(text) == 8 && strspn(text, "0123456789abcdefABCDEF") == 8;
	uint64_t value = bare ? strtoull(text, NULL, 16) : 0;

	if (!bare && (!drtmon_cmd_number(text, &value) || value > UINT32_MAX))
		return false;
	*code = (uint32_t)value;
	return true;
}

static void code_print(const struct drtmon_opts *opts, const struct drtmon_txt_errorcode *code)
{
	char text[400];

	drtmon_txt_errorcode_meaning(code, text, sizeof(text));
	printf("%s0x%08x: %s%s\n",
	       drtmon_out_tone(opts, code->failure ? DRTMON_TONE_BAD : DRTMON_TONE_GOOD),
	       code->code, code->failure ? "failure" : "no failure",
	       drtmon_out_tone(opts, DRTMON_TONE_PLAIN));
	/* Class and the rest are software's way to divide the number. */
	if (code->source == DRTMON_TXT_SOURCE_PROCESSOR)
		printf("  valid yes, written by processor, number 0x%x\n", code->code & 0x7fff);
	else
		printf("  valid %s, written by %s, class 0x%x, major 0x%x, minor 0x%x, "
		       "module 0x%x\n",
		       code->valid ? "yes" : "no", drtmon_txt_source_name(code->source),
		       code->class, code->major, code->minor, code->module);
	printf("  %s\n", text);
}

int drtmon_txt_errorcode(const struct drtmon_opts *opts, int argc, char **argv)
{
	struct drtmon_txt_errorcode code;
	json_t *list = json_array();
	uint32_t value;
	int i;

	if (opts->from || argc < 2) {
		json_decref(list);
		return drtmon_cmd_usage(&drtmon_cmd_txt,
					opts->from ? "txt errorcode decodes codes, not a capture"
						   : "txt errorcode needs a code");
	}
	for (i = 1; i < argc; i++) {
		if (!code_parse(argv[i], &value)) {
			json_decref(list);
			return drtmon_cmd_usage(&drtmon_cmd_txt, "\"%s\" is no 32-bit error code",
						argv[i]);
		}
		code = drtmon_txt_errorcode_decode(value);
		json_array_append_new(list, drtmon_txt_errorcode_json(&code));
		if (!opts->json && !opts->quiet)
			code_print(opts, &code);
	}
	if (opts->json)
		drtmon_out_json(list);
	else
		json_decref(list);
	return EXIT_GOOD;
}
