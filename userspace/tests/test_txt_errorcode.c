// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/blob.h"
#include "lib/txt/errorcode.h"
#include "tests/log/data.h"

#define COLUMNS 11

/* "| a | b | … |" as its cells; returns how many there are. */
static size_t row_split(char *line, char *cell[COLUMNS])
{
	size_t n = 0;
	char *p = strchr(line, '|');

	while (p && n < COLUMNS) {
		cell[n++] = p + 1 + strspn(p + 1, " ");
		p = strchr(p + 1, '|');
	}
	return n;
}

static unsigned long number(const char *cell)
{
	return strtoul(cell, NULL, 0);
}

static void row_check(char *cell[COLUMNS])
{
	struct drtmon_txt_errorcode code = drtmon_txt_errorcode_decode((uint32_t)number(cell[0]));
	bool external = number(cell[3]), mle = number(cell[4]);
	enum drtmon_txt_source source = !external ? DRTMON_TXT_SOURCE_PROCESSOR
					: mle	  ? DRTMON_TXT_SOURCE_MLE
						  : DRTMON_TXT_SOURCE_ACM;

	assert_int_equal(code.valid, number(cell[2]));
	assert_int_equal(code.source, source);
	assert_int_equal(code.minor & 0x1ff, number(cell[5]));
	assert_int_equal(code.major, number(cell[6]));
	assert_int_equal(code.class, number(cell[7]));
	assert_int_equal(code.module, number(cell[8]));
	assert_int_equal(code.failure, !strstr(cell[9], "NOT a failure"));
}

/* Values seen in the wild, with the fields their sources give. */
static void test_public_list(void **state)
{
	struct drtmon_blob blob;
	char *line, *save = NULL, *cell[COLUMNS];
	unsigned int rows = 0;

	(void)state;
	if (!data_dir())
		skip();
	assert_int_equal(drtmon_blob_read(&blob, data_path("txt-text/ERRORCODES.public.md"),
					  1 << 20, NULL),
			 0);
	for (line = strtok_r((char *)blob.data, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "| 0x", 4) || row_split(line, cell) < 10)
			continue;
		row_check(cell);
		rows++;
	}
	drtmon_blob_free(&blob);
	assert_true(rows >= 13);
}

static void test_no_failure(void **state)
{
	static const uint32_t codes[] = { 0, 0xc0000001, 0x40007051, 0xc0050001 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_false(drtmon_txt_errorcode_decode(codes[i]).failure);
	assert_false(drtmon_txt_errorcode_decode(0).valid);
	assert_false(drtmon_txt_errorcode_decode(0x40007051).valid);
	assert_true(drtmon_txt_errorcode_decode(0xc0000001).valid);
}

static void test_names(void **state)
{
	struct drtmon_txt_errorcode code;
	char text[400];

	(void)state;
	code = drtmon_txt_errorcode_decode(0xc0000441);
	assert_non_null(strstr(drtmon_txt_errorcode_meaning(&code, text, sizeof(text)), "TPM"));
	assert_string_equal(code.class_name, "TPM access");
	code = drtmon_txt_errorcode_decode(0xc0008024);
	assert_non_null(strstr(code.probable, "SLRT_MAP"));
	code = drtmon_txt_errorcode_decode(0xc0008025);
	assert_null(code.probable);
	code = drtmon_txt_errorcode_decode(0x8000000d);
	assert_string_equal(code.meaning, "VMX abort");
	code = drtmon_txt_errorcode_decode(0x80030010);
	assert_non_null(code.probable);
	code = drtmon_txt_acm_status_decode(0x8000a4c0);
	assert_int_equal(code.class, 0xc);
	assert_int_equal(code.major, 9);
	assert_true(code.failure);
	code = drtmon_txt_acm_status_decode(0x80008000);
	assert_false(code.failure);
}

/* Nothing a register can hold is too odd to be put into words. */
static void test_every_shape(void **state)
{
	struct drtmon_txt_errorcode code;
	char text[400];
	uint32_t i;
	json_t *json;

	(void)state;
	for (i = 0; i < 0x10000; i++) {
		code = drtmon_txt_errorcode_decode(i | (i * 0x9e3779b1u & 0xffff0000u));
		drtmon_txt_errorcode_meaning(&code, text, sizeof(text));
		assert_true(text[0]);
		if (i % 64)
			continue;
		json = drtmon_txt_errorcode_json(&code);
		assert_true(json_is_boolean(json_object_get(json, "failure")));
		assert_true(json_is_integer(json_object_get(json, "class")));
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public_list),
		cmocka_unit_test(test_no_failure),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_every_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
