// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/fake/attrs.h"

struct thing {
	uint64_t have;
	uint32_t small;
	uint64_t big;
	char name[8];
	struct drtmon_attr_bytes bytes;
	uint32_t nests;
};

enum {
	SMALL = 1,
	BIG,
	NAME,
	BYTES,
	FLAG,
	NEST,
	HOLE,
	LAST
};

static const struct drtmon_attr_field field[] = {
	[SMALL] = DRTMON_ATTR_AT(U32, struct thing, small),
	[BIG] = DRTMON_ATTR_AT(U64, struct thing, big),
	[NAME] = DRTMON_ATTR_AT(STRING, struct thing, name),
	[BYTES] = DRTMON_ATTR_AT(BYTES, struct thing, bytes),
	[FLAG] = { DRTMON_ATTR_FLAG, 0, 0 },
	[NEST] = DRTMON_ATTR_IN_NEST,
};

static int nest(void *obj, const struct drtmon_attr *attr, struct drtmon_err *err)
{
	((struct thing *)obj)->nests++;
	return attr->body.len ? 0 : -ERANGE;
}

static const struct drtmon_attr_set set = { "thing", field, sizeof(field) / sizeof(field[0]),
					    nest };

static struct attrs attrs;
static struct thing thing;
static struct drtmon_err err;

static int setup(void **state)
{
	attrs.len = 0;
	memset(&err, 0, sizeof(err));
	return 0;
}

/* From a buffer of exactly the right size, so that the sanitizer sees a step too far. */
static int decode(void)
{
	uint8_t *copy = malloc(attrs.len + 1);
	struct drtmon_attrs view = { copy, attrs.len };
	int ret;

	memcpy(copy, attrs.data, attrs.len);
	copy = realloc(copy, attrs.len ? attrs.len : 1);
	view.data = copy;
	memset(&thing, 0, sizeof(thing));
	ret = drtmon_attr_decode(&set, &view, &thing, &err);
	free(copy);
	return ret;
}

static void test_all(void **state)
{
	struct attrs inner = { 0 };

	attrs_u32(&inner, 1, 1);
	attrs_u32(&attrs, SMALL, 7);
	attrs_u64(&attrs, BIG, 1ull << 40);
	attrs_str(&attrs, NAME, "tpm0");
	attrs_put(&attrs, BYTES, "\1\2\3", 3);
	attrs_put(&attrs, FLAG, NULL, 0);
	attrs_nest(&attrs, NEST, &inner);
	attrs_nest(&attrs, NEST, &inner);
	assert_int_equal(decode(), 0);
	assert_int_equal(thing.small, 7);
	assert_int_equal(thing.big, 1ull << 40);
	assert_string_equal(thing.name, "tpm0");
	assert_int_equal(thing.bytes.len, 3);
	assert_memory_equal(thing.bytes.data, "\1\2\3", 3);
	assert_int_equal(thing.nests, 2);
	assert_int_equal(thing.have,
			 1 << SMALL | 1 << BIG | 1 << NAME | 1 << BYTES | 1 << FLAG | 1 << NEST);
}

static void test_missing(void **state)
{
	assert_int_equal(decode(), 0);
	assert_int_equal(thing.have, 0);
	attrs_u32(&attrs, SMALL, 0);
	assert_int_equal(decode(), 0);
	assert_int_equal(thing.have, 1 << SMALL);
}

static void test_unknown(void **state)
{
	attrs_put(&attrs, 0, "x", 1);
	attrs_put(&attrs, HOLE, "xyz", 3);
	attrs_put(&attrs, LAST, "xyz", 3);
	attrs_put(&attrs, 0x3fff, NULL, 0);
	attrs_u32(&attrs, SMALL | NLA_F_NET_BYTEORDER, 3);
	assert_int_equal(decode(), 0);
	assert_int_equal(thing.have, 1 << SMALL);
}

static void test_wrong_length(void **state)
{
	static const struct {
		uint16_t type;
		size_t len;
	} bad[] = {
		{ SMALL, 0 }, { SMALL, 3 }, { SMALL, 5 }, { SMALL, 8 },	 { BIG, 4 },
		{ BIG, 7 },   { BIG, 9 },   { FLAG, 1 },  { BYTES, 65 }, { BYTES, 4096 },
	};
	static uint8_t body[4096];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		setup(NULL);
		attrs_put(&attrs, bad[i].type, body, bad[i].len);
		assert_int_equal(decode(), -EBADMSG);
		assert_int_equal(err.code, -EBADMSG);
		assert_non_null(strstr(err.msg, "thing attribute"));
	}
}

static void test_overrun(void **state)
{
	size_t cut;

	attrs_raw(&attrs, SMALL, "abcd", 4, 5);
	assert_int_equal(decode(), -EBADMSG);
	setup(NULL);
	attrs_raw(&attrs, NAME, "abcd", 4, 0xfff0);
	assert_int_equal(decode(), -EBADMSG);
	assert_non_null(strstr(err.msg, "overrun"));
	setup(NULL);
	attrs_raw(&attrs, SMALL, "abcd", 4, (size_t)-1);
	assert_int_equal(decode(), -EBADMSG);
	setup(NULL);
	attrs_u32(&attrs, SMALL, 1);
	attrs_u64(&attrs, BIG, 1);
	for (cut = attrs.len - 1; cut > 8; cut--) {
		attrs.len = cut;
		assert_int_equal(decode(), -EBADMSG);
	}
}

/* With and without NUL, with one inside, too long, empty. */
static void test_strings(void **state)
{
	attrs_put(&attrs, NAME, "tpm1", 4);
	assert_int_equal(decode(), 0);
	assert_string_equal(thing.name, "tpm1");
	setup(NULL);
	attrs_put(&attrs, NAME, "a\0b", 4);
	assert_int_equal(decode(), 0);
	assert_string_equal(thing.name, "a");
	setup(NULL);
	attrs_str(&attrs, NAME, "0123456789");
	assert_int_equal(decode(), 0);
	assert_string_equal(thing.name, "0123456");
	setup(NULL);
	attrs_put(&attrs, NAME, NULL, 0);
	assert_int_equal(decode(), 0);
	assert_string_equal(thing.name, "");
	assert_true(drtmon_attr_has(thing.have, NAME));
}

static void test_nest_refuses(void **state)
{
	attrs_put(&attrs, NEST, NULL, 0);
	attrs_u32(&attrs, SMALL, 1);
	assert_int_equal(decode(), -ERANGE);
	assert_int_equal(thing.have, 0);
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_all),	 T(test_missing), T(test_unknown),	T(test_wrong_length),
		T(test_overrun), T(test_strings), T(test_nest_refuses),
	};

	return cmocka_run_group_tests_name("attr", tests, NULL, NULL);
}
