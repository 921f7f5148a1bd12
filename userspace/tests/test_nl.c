// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/drtmon.h>
#include <linux/netlink.h>

#include "lib/nl.h"
#include "lib/platform.h"
#include "tests/fake/kernel.h"

struct got {
	unsigned int begun;
	unsigned int messages;
	int stop;
};

static void begin(void *ctx)
{
	((struct got *)ctx)->begun++;
	((struct got *)ctx)->messages = 0;
}

static int msg(void *ctx, const struct drtmon_attrs *attrs, struct drtmon_err *err)
{
	struct got *got = ctx;

	got->messages++;
	return got->stop;
}

static int setup(void **state)
{
	struct drtmon_nl *nl;

	fake_reset();
	assert_int_equal(drtmon_nl_open(&nl, NULL), 0);
	*state = nl;
	return 0;
}

static int teardown(void **state)
{
	drtmon_nl_close(*state);
	fake_reset();
	return 0;
}

static int dump(struct drtmon_nl *nl, struct got *got, struct drtmon_err *err)
{
	struct drtmon_nl_req req = {
		.cmd = DRTMON_CMD_EVENT_GET,
		.dump = true,
		.begin = begin,
		.msg = msg,
		.ctx = got,
	};

	memset(err, 0, sizeof(*err));
	return drtmon_nl_call(nl, &req, err);
}

static void test_resolve(void **state)
{
	struct drtmon_err err = { 0 };

	assert_int_equal(drtmon_nl_resolve(*state, &err), 0);
	assert_int_equal(drtmon_nl_version(*state), DRTMON_FAMILY_VERSION);
	fake.loaded = false;
	assert_int_equal(drtmon_nl_resolve(*state, &err), DRTMON_NL_ABSENT);
	assert_int_equal(err.code, DRTMON_NL_ABSENT);
	assert_non_null(strstr(err.msg, "modprobe drtmon"));
	assert_int_equal(drtmon_nl_version(*state), 0);
}

static void test_skew(void **state)
{
	struct drtmon_err err = { 0 };

	fake.version = DRTMON_FAMILY_VERSION + 1;
	assert_int_equal(drtmon_nl_resolve(*state, &err), -EPROTONOSUPPORT);
	assert_non_null(strstr(err.msg, "version 2"));
	assert_non_null(strstr(err.msg, "drtmon doctor"));
}

static void test_get(void **state)
{
	struct drtmon_platform platform;
	struct drtmon_err err = { 0 };

	drtmon_nl_resolve(*state, NULL);
	assert_int_equal(drtmon_platform_get(*state, &platform, &err), 0);
	assert_true(drtmon_attr_has(platform.have, DRTMON_A_PLATFORM_LOAD_ID));
	assert_int_equal(platform.load_id, 0x1111);
	assert_false(drtmon_attr_has(platform.have, DRTMON_A_PLATFORM_MODULE_STATE));
}

/* Refused at once or at the end of a dump, with words and without. */
static void test_refused(void **state)
{
	struct drtmon_err err;
	struct got got = { 0 };
	int i;

	drtmon_nl_resolve(*state, NULL);
	fake.refuse = DRTMON_CMD_EVENT_GET;
	fake.refuse_errno = EPERM;
	for (i = 0; i < 8; i++) {
		fake.refuse_in_done = i & 1;
		fake.refuse_uncapped = i & 2;
		fake.refuse_text = i & 4 ? "needs CAP_NET_ADMIN" : NULL;
		assert_int_equal(dump(*state, &got, &err), -EPERM);
		assert_int_equal(err.code, -EPERM);
		assert_non_null(strstr(err.msg, "not permitted"));
		assert_int_equal(!!strstr(err.msg, "needs CAP_NET_ADMIN"), i >> 2);
	}
	fake.refuse_errno = EINVAL;
	fake.refuse_text = "since is out of range";
	assert_int_equal(dump(*state, &got, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "since is out of range"));
}

/* The kernel says "no such family" to a number that nobody has any more. */
static void test_gone(void **state)
{
	struct drtmon_err err;
	struct drtmon_nl_req req = { .cmd = DRTMON_CMD_PLATFORM_GET };
	struct drtmon_nl *nl = *state;

	assert_int_equal(drtmon_nl_resolve(nl, NULL), 0);
	fake.refuse = DRTMON_CMD_PLATFORM_GET;
	fake.refuse_errno = ENOENT;
	assert_int_equal(drtmon_nl_call(nl, &req, &err), -ENOENT);
	fake.loaded = false;
	assert_int_equal(drtmon_nl_call(nl, &req, &err), DRTMON_NL_ABSENT);
	assert_non_null(strstr(err.msg, "unloaded while it was being asked"));
}

/* Nor has it any more while the module takes leave of its groups at load. */
static void register_anew(void)
{
	fake.on_families = NULL;
	fake.family++;
	fake.refuse = 0;
}

static void test_anew(void **state)
{
	struct drtmon_nl_req req = { .cmd = DRTMON_CMD_PLATFORM_GET };
	struct drtmon_err err;
	struct drtmon_nl *nl = *state;

	assert_int_equal(drtmon_nl_resolve(nl, NULL), 0);
	fake.refuse = DRTMON_CMD_PLATFORM_GET;
	fake.refuse_errno = ENOENT;
	fake.on_families = register_anew;
	assert_int_equal(drtmon_nl_call(nl, &req, &err), 0);
}

static void test_interrupted(void **state)
{
	struct got got = { 0 };
	struct drtmon_err err;

	drtmon_nl_resolve(*state, NULL);
	fake_events(3);
	fake.intr = 2;
	assert_int_equal(dump(*state, &got, &err), 0);
	assert_int_equal(got.begun, 3);
	assert_int_equal(got.messages, 3);
	fake.intr = 3;
	assert_int_equal(dump(*state, &got, &err), 1);
	assert_int_equal(got.begun, 6);
	assert_int_equal(got.messages, 3);
}

static void test_stopped(void **state)
{
	struct got got = { .stop = -ECANCELED };
	struct drtmon_err err;

	drtmon_nl_resolve(*state, NULL);
	fake_events(3);
	assert_int_equal(dump(*state, &got, &err), -ECANCELED);
	assert_int_equal(got.messages, 1);
	/* The rest of the stopped dump is out of the way. */
	got.stop = 0;
	assert_int_equal(dump(*state, &got, &err), 0);
	assert_int_equal(got.messages, 3);
}

static void test_silent(void **state)
{
	struct got got = { 0 };
	struct drtmon_err err;

	drtmon_nl_resolve(*state, NULL);
	fake.silent = true;
	assert_int_equal(dump(*state, &got, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.msg, "no answer"));
}

/* Another process, an answer to somebody else, a header that lies, half a header. */
static void test_garbage(void **state)
{
	struct {
		struct nlmsghdr nl;
		uint8_t body[64];
	} bad = { .nl = { .nlmsg_len = sizeof(bad), .nlmsg_type = NLMSG_ERROR } };
	struct got got = { 0 };
	struct drtmon_err err;

	drtmon_nl_resolve(*state, NULL);
	fake_inject(&bad, sizeof(bad), 4711);
	bad.nl.nlmsg_seq = 0xdeadbeef;
	fake_inject(&bad, sizeof(bad), 0);
	bad.nl.nlmsg_len = 100000;
	fake_inject(&bad, sizeof(bad), 0);
	bad.nl.nlmsg_len = 3;
	fake_inject(&bad, sizeof(bad), 0);
	fake_inject(&bad, 7, 0);
	fake_events(2);
	assert_int_equal(dump(*state, &got, &err), 0);
	assert_int_equal(got.messages, 2);
}

static void test_too_long(void **state)
{
	void *huge = calloc(1, 200000);
	struct got got = { 0 };
	struct drtmon_err err;

	drtmon_nl_resolve(*state, NULL);
	fake_inject(huge, 200000, 0);
	assert_int_equal(dump(*state, &got, &err), -EMSGSIZE);
	free(huge);
}

static void test_join(void **state)
{
	struct drtmon_err err = { 0 };

	drtmon_nl_resolve(*state, NULL);
	assert_int_equal(drtmon_nl_join(*state, &err), 0);
	fake.join_errno = EPERM;
	assert_int_equal(drtmon_nl_join(*state, &err), -EPERM);
	assert_non_null(strstr(err.msg, "CAP_NET_ADMIN"));
	fake.join_errno = EINVAL;
	assert_int_equal(drtmon_nl_join(*state, &err), -EINVAL);
	fake.groupless = true;
	assert_int_equal(drtmon_nl_resolve(*state, NULL), 0);
	assert_int_equal(drtmon_nl_join(*state, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.msg, "run: drtmon events"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_resolve), T(test_skew),	  T(test_get),	       T(test_refused),
		T(test_gone),	 T(test_anew),	  T(test_interrupted), T(test_stopped),
		T(test_silent),	 T(test_garbage), T(test_too_long),    T(test_join),
	};

	return cmocka_run_group_tests_name("nl", tests, NULL, NULL);
}
