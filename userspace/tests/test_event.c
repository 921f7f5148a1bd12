// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/event.h"
#include "tests/fake/attrs.h"

static struct attrs attrs;
static struct drtmon_event event;

static int setup(void **state)
{
	attrs.len = 0;
	return 0;
}

static void digest_in(uint16_t type, uint32_t alg, size_t len)
{
	static const uint8_t value[65] = { 0xab, 0xcd };
	struct attrs inner = { 0 };

	attrs_u32(&inner, DRTMON_A_DIGEST_ALG, alg);
	attrs_put(&inner, DRTMON_A_DIGEST_VALUE, value, len);
	attrs_nest(&attrs, type, &inner);
}

static void digest(uint32_t alg, size_t len)
{
	digest_in(DRTMON_A_EVENT_DIGEST, alg, len);
}

static int decode(struct drtmon_err *err)
{
	struct drtmon_attrs view = attrs_view(&attrs);

	return drtmon_event_decode(&event, &view, err);
}

/* What a path of keys, as "process.pid", leads to. */
static const json_t *at(const json_t *obj, const char *path)
{
	char key[32];

	while (*path) {
		size_t n = strcspn(path, ".");

		memcpy(key, path, n);
		key[n] = '\0';
		obj = json_object_get(obj, key);
		path += n + (path[n] == '.');
	}
	assert_non_null(obj);
	return obj;
}

static void is_string(const json_t *obj, const char *path, const char *value)
{
	assert_string_equal(json_string_value(at(obj, path)), value);
}

static void is_number(const json_t *obj, const char *path, long long value)
{
	assert_true(json_is_integer(at(obj, path)));
	assert_int_equal(json_integer_value(at(obj, path)), value);
}

static void test_whole(void **state)
{
	json_t *obj;

	attrs_u64(&attrs, DRTMON_A_EVENT_SEQ, 42);
	attrs_u64(&attrs, DRTMON_A_EVENT_BOOTTIME, 5);
	attrs_u64(&attrs, DRTMON_A_EVENT_REALTIME, 1700000000123456789ull);
	attrs_u32(&attrs, DRTMON_A_EVENT_KIND, DRTMON_EVENT_KIND_PCR_EXTEND);
	attrs_u32(&attrs, DRTMON_A_EVENT_SEVERITY, DRTMON_SEVERITY_WARNING);
	attrs_u32(&attrs, DRTMON_A_EVENT_CHIP_ID, 0);
	attrs_str(&attrs, DRTMON_A_EVENT_CHIP_NAME, "tpm0");
	attrs_u32(&attrs, DRTMON_A_EVENT_PCR, 23);
	digest(0x000b, 32);
	digest(0x7777, 2);
	attrs_u32(&attrs, DRTMON_A_EVENT_COMMAND, 0x182);
	attrs_u32(&attrs, DRTMON_A_EVENT_RC, 0x921);
	attrs_u32(&attrs, DRTMON_A_EVENT_ORIGIN, DRTMON_ORIGIN_USER);
	attrs_str(&attrs, DRTMON_A_EVENT_DEVICE, "tpmrm0");
	attrs_u32(&attrs, DRTMON_A_EVENT_PID, 101);
	attrs_u32(&attrs, DRTMON_A_EVENT_TGID, 100);
	attrs_u32(&attrs, DRTMON_A_EVENT_UID, 1000);
	attrs_str(&attrs, DRTMON_A_EVENT_COMM, "tpm2");
	attrs_str(&attrs, DRTMON_A_EVENT_EXE, "/usr/bin/tpm2");
	assert_int_equal(decode(NULL), 0);
	obj = drtmon_event_json(&event);
	is_number(obj, "seq", 42);
	is_string(obj, "time", "2023-11-14T22:13:20.123456789Z");
	is_string(obj, "kind", "pcr-extend");
	is_string(obj, "severity", "warning");
	is_string(obj, "chip", "tpm0");
	is_number(obj, "pcr", 23);
	is_string(obj, "digests.0x7777", "abcd");
	assert_int_equal(json_string_length(at(obj, "digests.sha256")), 64);
	is_string(obj, "rc", "0x921");
	assert_non_null(strstr(json_string_value(at(obj, "rc_text")), "lockout"));
	is_string(obj, "origin", "user");
	is_string(obj, "device", "tpmrm0");
	is_string(obj, "command", "0x00000182");
	is_string(obj, "command_name", "PCR_Extend");
	is_number(obj, "process.pid", 101);
	is_number(obj, "process.tgid", 100);
	is_number(obj, "process.uid", 1000);
	is_string(obj, "process.comm", "tpm2");
	is_string(obj, "process.exe", "/usr/bin/tpm2");
	assert_null(json_object_get(obj, "first_seq"));
	json_decref(obj);
}

static void is_error(uint32_t error, bool of_command, const char *text)
{
	json_t *obj;

	if (of_command)
		attrs_u32(&attrs, DRTMON_A_EVENT_COMMAND, 0x17e);
	attrs_u32(&attrs, DRTMON_A_EVENT_ERROR, error);
	assert_int_equal(decode(NULL), 0);
	obj = drtmon_event_json(&event);
	is_number(obj, "error", error);
	is_string(obj, "error_text", text);
	assert_true(json_is_null(at(obj, "rc")));
	json_decref(obj);
	attrs.len = 0;
}

/* No answer, or no sound one; EAGAIN is of values that do not belong together. */
static void test_error(void **state)
{
	is_error(EIO, true, strerror(EIO));
	is_error(EIO, false, strerror(EIO));
	is_error(EAGAIN, true, strerror(EAGAIN));
	is_error(EAGAIN, false, "PCRs change while nobody else may use the TPM");
	is_error(EBUSY, false, "the TPM waits for new firmware");
	is_error(EHOSTDOWN, false,
		 "something keeps the machine on its way to sleep: no PCR is read meanwhile");
}

/* Unknown is null, never 0 or "" or another type; every key is there all the same. */
static void test_nothing(void **state)
{
	static const char *const keys[] = {
		"seq",	    "time",	   "kind",   "severity", "chip",       "pcr",
		"rc",	    "origin",	   "device", "process",	 "command",    "handle",
		"locality", "boottime_ns", "count",  "error",	 "error_text",
	};
	json_t *obj;
	size_t i;

	assert_int_equal(decode(NULL), 0);
	obj = drtmon_event_json(&event);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_true(json_is_null(at(obj, keys[i])));
	assert_true(json_is_object(at(obj, "digests")));
	json_decref(obj);
}

static void test_half_a_process(void **state)
{
	json_t *obj;

	attrs_u32(&attrs, DRTMON_A_EVENT_PID, 7);
	attrs_str(&attrs, DRTMON_A_EVENT_DEVICE, "");
	assert_int_equal(decode(NULL), 0);
	obj = drtmon_event_json(&event);
	is_number(obj, "process.pid", 7);
	assert_true(json_is_null(at(obj, "process.comm")));
	assert_true(json_is_null(at(obj, "process.exe")));
	assert_true(json_is_null(at(obj, "device")));
	json_decref(obj);
}

/* A name that is no text must still come out as JSON that others can read. */
static void test_hostile_names(void **state)
{
	json_t *obj, *back;
	char *text;

	attrs_u32(&attrs, DRTMON_A_EVENT_PID, 7);
	attrs_put(&attrs, DRTMON_A_EVENT_COMM, "\033[2J\xff\xc3\x28\"\\", 9);
	attrs_put(&attrs, DRTMON_A_EVENT_EXE, "/t\xc3\xa4/\xed\xa0\x80\n", 9);
	assert_int_equal(decode(NULL), 0);
	obj = drtmon_event_json(&event);
	text = json_dumps(obj, JSON_COMPACT);
	assert_non_null(text);
	assert_null(strchr(text, '\033'));
	assert_null(strchr(text, '\n'));
	back = json_loads(text, 0, NULL);
	is_string(back, "process.comm", "\033[2J\\xff\\xc3(\"\\");
	is_string(back, "process.exe", "/t\xc3\xa4/\\xed\\xa0\\x80\n");
	json_decref(back);
	json_decref(obj);
	free(text);
}

static void test_future(void **state)
{
	json_t *obj;

	attrs_u32(&attrs, DRTMON_A_EVENT_KIND, 999);
	attrs_u32(&attrs, DRTMON_A_EVENT_SEVERITY, 77);
	attrs_u32(&attrs, DRTMON_A_EVENT_ORIGIN, 12);
	attrs_u32(&attrs, DRTMON_A_EVENT_MAX + 5, 1);
	assert_int_equal(decode(NULL), 0);
	obj = drtmon_event_json(&event);
	is_string(obj, "kind", "unknown-999");
	is_string(obj, "severity", "unknown-77");
	is_string(obj, "origin", "unknown-12");
	json_decref(obj);
}

static void test_malformed(void **state)
{
	struct drtmon_err err = { 0 };
	int i;

	for (i = 0; i < DRTMON_BANKS_MAX; i++)
		digest(4, 20);
	assert_int_equal(decode(&err), 0);
	digest(4, 20);
	assert_int_equal(decode(&err), -EBADMSG);
	setup(NULL);
	digest(4, 65);
	assert_int_equal(decode(&err), -EBADMSG);
	setup(NULL);
	attrs_u32(&attrs, DRTMON_A_EVENT_SEQ, 1);
	assert_int_equal(decode(&err), -EBADMSG);
	assert_non_null(strstr(err.msg, "event attribute"));
}

static void test_expected(void **state)
{
	json_t *obj;

	attrs_u32(&attrs, DRTMON_A_EVENT_KIND, DRTMON_EVENT_KIND_PCR_MISMATCH);
	digest(0x0004, 2);
	digest_in(DRTMON_A_EVENT_EXPECTED, 0x0004, 1);
	attrs_u64(&attrs, DRTMON_A_EVENT_LAST_EVENT, 7);
	attrs_u32(&attrs, DRTMON_A_EVENT_REGISTER, 8);
	attrs_u64(&attrs, DRTMON_A_EVENT_OLD, UINT64_MAX);
	assert_int_equal(decode(NULL), 0);
	obj = drtmon_event_json(&event);
	is_string(obj, "digests.sha1", "abcd");
	is_string(obj, "expected.sha1", "ab");
	is_number(obj, "last_event", 7);
	is_string(obj, "register", "0x008");
	is_string(obj, "old", "0xffffffffffffffff");
	assert_true(json_is_null(at(obj, "new")));
	json_decref(obj);
}

static void test_lost(void **state)
{
	json_t *obj;

	drtmon_event_lost(&event, 5, 9);
	obj = drtmon_event_json(&event);
	is_string(obj, "kind", "events-lost");
	is_string(obj, "origin", "self");
	is_number(obj, "first_seq", 5);
	is_number(obj, "last_seq", 9);
	is_number(obj, "count", 5);
	assert_true(json_is_null(at(obj, "seq")));
	assert_true(json_is_string(at(obj, "time")));
	json_decref(obj);
}

static void test_names(void **state)
{
	uint32_t i;

	for (i = 1; i < __DRTMON_EVENT_KIND_MAX; i++)
		assert_int_equal(drtmon_event_kind_parse(drtmon_event_kind_name(i)), i);
	assert_null(drtmon_event_kind_name(0));
	assert_null(drtmon_event_kind_name(__DRTMON_EVENT_KIND_MAX));
	assert_int_equal(drtmon_event_kind_parse("pcr"), 0);
	for (i = 0; i <= DRTMON_SEVERITY_CRITICAL; i++)
		assert_int_equal(drtmon_event_severity_parse(drtmon_event_severity_name(i)), i);
	assert_int_equal(drtmon_event_severity_parse(""), -EINVAL);
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_whole),	       T(test_error),	 T(test_nothing),   T(test_half_a_process),
		T(test_hostile_names), T(test_future),	 T(test_malformed), T(test_lost),
		T(test_names),	       T(test_expected),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
