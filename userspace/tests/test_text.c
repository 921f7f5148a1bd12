// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <string.h>

#include "lib/text.h"

static void utf8(const char *in, const char *out)
{
	char text[256];

	assert_string_equal(drtmon_text_utf8(text, sizeof(text), in, strlen(in)), out);
}

static void safe(const char *in, const char *out)
{
	char text[256];

	assert_string_equal(drtmon_text_safe(text, sizeof(text), in, strlen(in)), out);
}

static void test_valid(void **state)
{
	utf8("", "");
	utf8("tpm2_pcrextend", "tpm2_pcrextend");
	utf8("ä€𝄞", "ä€𝄞");
	utf8("\x7f\x01\n", "\x7f\x01\n");
}

static void test_invalid(void **state)
{
	utf8("\x80", "\\x80");
	utf8("a\xffz", "a\\xffz");
	utf8("\xc3", "\\xc3");
	utf8("\xc3(", "\\xc3(");
	utf8("\xe2\x82", "\\xe2\\x82");
	utf8("\xc0\xaf", "\\xc0\\xaf");
	utf8("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	utf8("\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf");
	utf8("\xed\xa0\x80", "\\xed\\xa0\\x80");
	utf8("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	utf8("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
}

static void test_terminal(void **state)
{
	safe("plain ä", "plain ä");
	safe("\033[31mred", "\\x1b[31mred");
	safe("a\rb\nc\td", "a\\x0db\\x0ac\\x09d");
	safe("\x7f", "\\x7f");
	safe("\xc2\x9b"
	     "31m",
	     "\\xc2\\x9b31m");
	safe("\xe2\x80\xae"
	     "abc",
	     "\\xe2\\x80\\xaeabc");
	safe("\xe2\x80\xa8", "\\xe2\\x80\\xa8");
	safe("\xef\xbb\xbf", "\\xef\\xbb\\xbf");
	safe("\xff", "\\xff");
}

/* A short buffer ends the text, but never within a character or an escape. */
static void test_room(void **state)
{
	char text[8];

	drtmon_text_utf8(text, 4, "abcdef", 6);
	assert_string_equal(text, "abc");
	drtmon_text_utf8(text, 4, "ab\xc3\xa4", 4);
	assert_string_equal(text, "ab");
	drtmon_text_utf8(text, 5, "\xff\xff", 2);
	assert_string_equal(text, "\\xff");
	drtmon_text_utf8(text, 4, "\xff", 1);
	assert_string_equal(text, "");
	drtmon_text_utf8(text, 1, "a", 1);
	assert_string_equal(text, "");
	text[0] = 'x';
	drtmon_text_utf8(text, 0, "a", 1);
	assert_int_equal(text[0], 'x');
	drtmon_text_utf8(text, sizeof(text), "a\0b", 3);
	assert_memory_equal(text, "a\0b", 4);
}

static void test_time(void **state)
{
	char text[DRTMON_TEXT_TIME_MAX];

	assert_string_equal(drtmon_text_time(text, 0), "1970-01-01T00:00:00.000000000Z");
	assert_string_equal(drtmon_text_time(text, 1582934400000000001ull),
			    "2020-02-29T00:00:00.000000001Z");
	assert_string_equal(drtmon_text_time(text, UINT64_MAX), "2554-07-21T23:34:33.709551615Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),	 cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_terminal), cmocka_unit_test(test_room),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
