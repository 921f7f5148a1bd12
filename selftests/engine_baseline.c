// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a PCR is expected to be: set, replaced, deleted, listed; every refusal
 * and that it changes nothing; and the alert at the very extend that breaks it.
 */
#include <linux/capability.h>
#include <sched.h>

#include "engine.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"

#define PCR	  16
#define PCR_OTHER 9
#define NO_CHIP	  4711
#define TOO_MANY  (DRTMON_BANKS_MAX * DRTMON_PCRS_MAX + 1)
#define NO_SUCH	  7

/* One baseline-set or baseline-del. */
struct request {
	struct nl_req req;
	struct nl_req nest;
};

static void begin(struct request *request, __u8 cmd, __u32 chip)
{
	nl_begin(&request->req, cmd, 0);
	nl_put_u32(&request->req, DRTMON_A_BASELINE_CHIP_ID, chip);
}

static void value_begin(struct request *request)
{
	nl_begin(&request->nest, 0, 0);
}

static void value_end(struct request *request, __u16 type)
{
	size_t len = request->nest.hdr.nlmsg_len - offsetof(struct nl_req, attrs);

	nl_put(&request->req, type, request->nest.attrs, len);
}

static void value(struct request *request, __u32 alg, __u32 pcr, const void *digest, size_t len)
{
	value_begin(request);
	nl_put_u32(&request->nest, DRTMON_A_EXPECT_ALG, alg);
	nl_put_u32(&request->nest, DRTMON_A_EXPECT_INDEX, pcr);
	if (digest)
		nl_put(&request->nest, DRTMON_A_EXPECT_DIGEST, digest, len);
	value_end(request, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED);
}

static const __u8 zeros[BLOB_MAX + 1];

FIXTURE(baseline)
{
	struct engine engine;
	struct request request;
	struct event event;
	struct pcr_banks pcrs;
};

static int del_all(FIXTURE_DATA(baseline) * self)
{
	begin(&self->request, DRTMON_CMD_BASELINE_DEL, 0);
	return nl_ask(&self->engine.nl, &self->request.req, NULL, NULL);
}

static int reset(__u32 pcr)
{
	int fd = tpm_open("tpm0", 0), ret;
	struct tpm_msg cmd;

	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_PCR_RESET);
	tpm_u32(&cmd, pcr);
	tpm_auth(&cmd, "");
	tpm_end(&cmd);
	ret = fd < 0 ? fd : tpm_rc(fd, &cmd);
	close(fd);
	return ret;
}

FIXTURE_SETUP(baseline)
{
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	ASSERT_LT(1, self->engine.banks);
	ASSERT_EQ(0, del_all(self));
	ASSERT_EQ(0, reset(PCR));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_RESET, 0, &self->event));
}

FIXTURE_TEARDOWN(baseline)
{
	EXPECT_EQ(0, del_all(self));
	engine_close(&self->engine);
}

static const struct pcr *pcr(FIXTURE_DATA(baseline) * self, unsigned int bank, __u32 index)
{
	const struct pcr_bank *found;

	if (pcr_read(&self->engine.nl, false, &self->pcrs))
		return NULL;
	found = pcr_bank_find(&self->pcrs, 0, self->engine.alg[bank]);
	return found ? pcr_find(found, index) : NULL;
}

static int expect_zeros(FIXTURE_DATA(baseline) * self, __u32 index)
{
	unsigned int i;

	begin(&self->request, DRTMON_CMD_BASELINE_SET, 0);
	for (i = 0; i < self->engine.banks; i++)
		value(&self->request, self->engine.alg[i], index, zeros,
		      tpm_alg_size(self->engine.alg[i]));
	return nl_ask(&self->engine.nl, &self->request.req, NULL, NULL);
}

/* Values that are expected of any PCR in any bank. */
static unsigned int expected(FIXTURE_DATA(baseline) * self)
{
	unsigned int count = 0;
	__u32 i, j;

	if (pcr_read(&self->engine.nl, false, &self->pcrs))
		return ~0u;
	for (i = 0; i < self->pcrs.count; i++)
		for (j = 0; j < self->pcrs.bank[i].pcrs; j++)
			count += attr_has(&self->pcrs.bank[i].pcr[j], DRTMON_A_PCR_BASELINE);
	return count;
}

static unsigned int count(FIXTURE_DATA(baseline) * self, __u32 kind)
{
	struct events events;
	unsigned int n;

	if (engine_events(&self->engine, &events))
		return ~0u;
	n = engine_count(&events, kind, 0);
	events_free(&events);
	return n;
}

/* How much each change was worth telling, in their order; to expect less or other hides a change.
 */
static void expect_severities(struct __test_metadata *_metadata, FIXTURE_DATA(baseline) * self)
{
	static const __u32 severity[] = {
		DRTMON_SEVERITY_WARNING, /* deleted, by the fixture */
		DRTMON_SEVERITY_NOTICE,	 /* set */
		DRTMON_SEVERITY_WARNING, /* replaced */
		DRTMON_SEVERITY_WARNING, /* one deleted */
		DRTMON_SEVERITY_WARNING, /* all deleted */
	};
	struct events events;
	size_t i, n = 0;

	ASSERT_EQ(0, engine_events(&self->engine, &events));
	for (i = 0; i < events.count; i++) {
		if (events.event[i].kind != DRTMON_EVENT_KIND_BASELINE_CHANGE)
			continue;
		ASSERT_GT(ARRAY_SIZE(severity), n);
		EXPECT_EQ(severity[n], events.event[i].severity) TH_LOG("change %zu", n);
		n++;
	}
	EXPECT_EQ(ARRAY_SIZE(severity), n);
	events_free(&events);
}

TEST_F(baseline, is_set_replaced_and_deleted)
{
	__u8 other[BLOB_MAX] = { 0xaa };
	__u16 alg = self->engine.alg[0];
	unsigned int i;

	EXPECT_EQ(0, expected(self));
	ASSERT_EQ(0, expect_zeros(self, PCR));
	EXPECT_EQ(self->engine.banks, expected(self));
	EXPECT_EQ(DRTMON_BASELINE_STATE_MATCH, pcr(self, 0, PCR)->baseline_state);
	EXPECT_EQ(DRTMON_BASELINE_STATE_NONE, pcr(self, 0, PCR_OTHER)->baseline_state);
	EXPECT_EQ(0, memcmp(zeros, pcr(self, 0, PCR)->baseline.data, tpm_alg_size(alg)));

	begin(&self->request, DRTMON_CMD_BASELINE_SET, 0);
	value(&self->request, alg, PCR, other, tpm_alg_size(alg));
	ASSERT_EQ(0, nl_ask(&self->engine.nl, &self->request.req, NULL, NULL));
	EXPECT_EQ(self->engine.banks, expected(self));
	EXPECT_EQ(0, memcmp(other, pcr(self, 0, PCR)->baseline.data, tpm_alg_size(alg)));
	EXPECT_EQ(DRTMON_BASELINE_STATE_MISMATCH, pcr(self, 0, PCR)->baseline_state);
	EXPECT_EQ(DRTMON_BASELINE_STATE_MATCH, pcr(self, 1, PCR)->baseline_state);

	begin(&self->request, DRTMON_CMD_BASELINE_DEL, 0);
	value(&self->request, alg, PCR, NULL, 0);
	ASSERT_EQ(0, nl_ask(&self->engine.nl, &self->request.req, NULL, NULL));
	EXPECT_EQ(self->engine.banks - 1, expected(self));
	EXPECT_EQ(DRTMON_BASELINE_STATE_NONE, pcr(self, 0, PCR)->baseline_state);
	for (i = 1; i < self->engine.banks; i++)
		EXPECT_EQ(DRTMON_BASELINE_STATE_MATCH, pcr(self, i, PCR)->baseline_state);
	ASSERT_EQ(0, del_all(self));
	EXPECT_EQ(0, expected(self));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_MISMATCH));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_MATCH));
	expect_severities(_metadata, self);
}

TEST_F(baseline, nothing_expected_any_more_is_no_match)
{
	__u8 other[BLOB_MAX] = { 0xaa };
	__u16 alg = self->engine.alg[0];

	begin(&self->request, DRTMON_CMD_BASELINE_SET, 0);
	value(&self->request, alg, PCR, other, tpm_alg_size(alg));
	ASSERT_EQ(0, nl_ask(&self->engine.nl, &self->request.req, NULL, NULL));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_MISMATCH));
	ASSERT_EQ(0, del_all(self));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_MATCH));
	/* And what is expected again, and is so, never went away. */
	ASSERT_EQ(0, expect_zeros(self, PCR));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_MATCH));
	ASSERT_EQ(0, del_all(self));
}

TEST_F(baseline, change_names_who_made_it)
{
	ASSERT_EQ(0, expect_zeros(self, PCR_OTHER));
	do {
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_BASELINE_CHANGE, 0,
					 &self->event));
	} while (self->event.tgid != getpid());
	EXPECT_NE(NULL, strstr(self->event.exe, "engine_baseline"));
	EXPECT_EQ(0, self->event.uid);
}

struct extender {
	FIXTURE_DATA(baseline) * self;
	__u32 seed;
};

static int extend(void *arg)
{
	const struct extender *e = arg;

	return engine_extend("tpmrm0", PCR, e->self->engine.alg, e->self->engine.banks, e->seed) !=
	       0;
}

static void expect_mismatch(struct __test_metadata *_metadata, FIXTURE_DATA(baseline) * self,
			    const struct event *event, __u8 now[DRTMON_BANKS_MAX][BLOB_MAX],
			    __u32 seed)
{
	__u8 digest[BLOB_MAX];
	unsigned int i;

	EXPECT_EQ(PCR, event->pcr);
	EXPECT_EQ(DRTMON_SEVERITY_CRITICAL, event->severity);
	EXPECT_EQ(TPM2_CC_PCR_EXTEND, event->command);
	EXPECT_STREQ("tpmrm0", event->device);
	EXPECT_NE(NULL, strstr(event->exe, "engine_baseline"));
	ASSERT_EQ(self->engine.banks, event->digests);
	ASSERT_EQ(self->engine.banks, event->expecteds);
	for (i = 0; i < self->engine.banks; i++) {
		__u16 alg = self->engine.alg[i];

		tpm_pattern(digest, alg, seed);
		engine_hash_extend(alg, now[i], digest);
		EXPECT_EQ(0,
			  memcmp(now[i], digest_find(event, alg)->value.data, tpm_alg_size(alg)));
		EXPECT_EQ(0, memcmp(zeros, event->expected[i].value.data, tpm_alg_size(alg)));
	}
}

TEST_F(baseline, mismatch_is_told_at_the_extend_and_once_a_change)
{
	struct extender extender = { .self = self };
	__u8 now[DRTMON_BANKS_MAX][BLOB_MAX] = {};
	__u64 extend_seq;
	pid_t pid;

	ASSERT_EQ(0, expect_zeros(self, PCR));
	for (extender.seed = 1; extender.seed <= 3; extender.seed++) {
		pid = child_start(extend, &extender);
		ASSERT_EQ(0, child_end(pid));
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, 0,
					 &self->event));
		extend_seq = self->event.seq;
		ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_MISMATCH, 0,
					 &self->event));
		EXPECT_EQ(extend_seq + 1, self->event.seq);
		EXPECT_EQ(extend_seq, self->event.last_event);
		EXPECT_EQ(pid, self->event.tgid);
		expect_mismatch(_metadata, self, &self->event, now, extender.seed);
	}
	EXPECT_EQ(3, count(self, DRTMON_EVENT_KIND_PCR_MISMATCH));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_MATCH));
	ASSERT_EQ(0, reset(PCR));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_MATCH, 0, &self->event));
	EXPECT_EQ(PCR, self->event.pcr);
	EXPECT_EQ(DRTMON_BASELINE_STATE_MATCH, pcr(self, 0, PCR)->baseline_state);
	ASSERT_EQ(0, engine_settled(&self->engine, 0));
	EXPECT_EQ(3, count(self, DRTMON_EVENT_KIND_PCR_MISMATCH));
	EXPECT_EQ(1, count(self, DRTMON_EVENT_KIND_PCR_MATCH));
}

TEST_F(baseline, others_may_be_extended)
{
	ASSERT_EQ(0, expect_zeros(self, PCR));
	ASSERT_EQ(0, engine_extend("tpm0", PCR_OTHER, self->engine.alg, self->engine.banks, 1));
	ASSERT_EQ(0, engine_wait(&self->engine, DRTMON_EVENT_KIND_PCR_EXTEND, 0, &self->event));
	ASSERT_EQ(0, engine_settled(&self->engine, 0));
	EXPECT_EQ(0, count(self, DRTMON_EVENT_KIND_PCR_MISMATCH));
}

struct setter {
	__u32 pcr;
	const __u16 *alg;
};

static int set_and_delete(void *arg)
{
	const struct setter *setter = arg;
	static struct request request;
	struct nl nl;
	int i;

	if (nl_open(&nl))
		return 1;
	for (i = 0; i < 100; i++) {
		begin(&request, DRTMON_CMD_BASELINE_SET, 0);
		value(&request, setter->alg[0], setter->pcr, zeros, tpm_alg_size(setter->alg[0]));
		value(&request, setter->alg[1], setter->pcr, zeros, tpm_alg_size(setter->alg[1]));
		if (nl_ask(&nl, &request.req, NULL, NULL))
			return 2;
		begin(&request, DRTMON_CMD_BASELINE_DEL, 0);
		value(&request, setter->alg[0], setter->pcr, NULL, 0);
		if (nl_ask(&nl, &request.req, NULL, NULL))
			return 3;
	}
	return 0;
}

TEST_F(baseline, several_processes_at_once)
{
	struct setter setter[4];
	pid_t pid[4];
	__u32 i;

	for (i = 0; i < 4; i++) {
		setter[i] = (struct setter){ .pcr = i, .alg = self->engine.alg };
		pid[i] = child_start(set_and_delete, &setter[i]);
	}
	for (i = 0; i < 4; i++)
		EXPECT_EQ(0, child_end(pid[i]));
	EXPECT_EQ(4, expected(self));
	EXPECT_EQ(4 * 200 + 1, count(self, DRTMON_EVENT_KIND_BASELINE_CHANGE));
}

FIXTURE(refusals)
{
	struct engine engine;
	struct request request;
	struct pcr_banks before;
	struct pcr_banks after;
	__u32 alg;
	size_t size;
};

/* Something is expected already, and stays so whatever is refused. */
FIXTURE_SETUP(refusals)
{
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
	self->alg = self->engine.alg[0];
	self->size = tpm_alg_size(self->alg);
	begin(&self->request, DRTMON_CMD_BASELINE_SET, 0);
	value(&self->request, self->alg, PCR_OTHER, zeros, self->size);
	ASSERT_EQ(0, nl_ask(&self->engine.nl, &self->request.req, NULL, NULL));
	ASSERT_EQ(0, pcr_read(&self->engine.nl, false, &self->before));
	engine_close(&self->engine);
	ASSERT_EQ(0, engine_open(&self->engine, "tpm0"));
}

FIXTURE_TEARDOWN(refusals)
{
	engine_close(&self->engine);
}

static void expect_refusal(struct __test_metadata *_metadata, FIXTURE_DATA(refusals) * self,
			   int error, const char *text)
{
	struct events events;
	__u32 i, j;

	EXPECT_EQ(error, nl_ask(&self->engine.nl, &self->request.req, NULL, NULL));
	EXPECT_STREQ(text, self->engine.nl.text);
	ASSERT_EQ(0, pcr_read(&self->engine.nl, false, &self->after));
	for (i = 0; i < self->before.count; i++) {
		for (j = 0; j < self->before.bank[i].pcrs; j++) {
			const struct pcr *was = &self->before.bank[i].pcr[j];
			const struct pcr *is = &self->after.bank[i].pcr[j];

			EXPECT_EQ(attr_has(was, DRTMON_A_PCR_BASELINE),
				  attr_has(is, DRTMON_A_PCR_BASELINE));
			EXPECT_EQ(0, memcmp(&was->baseline, &is->baseline, sizeof(is->baseline)));
		}
	}
	ASSERT_EQ(0, engine_events(&self->engine, &events));
	EXPECT_EQ(0, engine_count(&events, DRTMON_EVENT_KIND_BASELINE_CHANGE, 0));
	events_free(&events);
}

#define set(self) begin(&(self)->request, DRTMON_CMD_BASELINE_SET, 0)
#define del(self) begin(&(self)->request, DRTMON_CMD_BASELINE_DEL, 0)

static const char parts[] = "a value takes alg and index, and a digest only to set it";
static const char no_bank[] = "the TPM has no active bank of this algorithm";
static const char no_pcr[] = "the bank has no such PCR";
static const char no_tpm[] = "no TPM with this number";
static const char bad_size[] = "the digest is not as long as the bank's";
static const char bad_policy[] = "Attribute failed policy validation";
static const char unknown_type[] = "Unknown attribute type";

TEST_F(refusals, no_chip_id)
{
	nl_begin(&self->request.req, DRTMON_CMD_BASELINE_SET, 0);
	value(&self->request, self->alg, PCR, zeros, self->size);
	expect_refusal(_metadata, self, -EINVAL, "chip-id is missing");
	nl_begin(&self->request.req, DRTMON_CMD_BASELINE_DEL, 0);
	expect_refusal(_metadata, self, -EINVAL, "chip-id is missing");
}

TEST_F(refusals, no_value)
{
	set(self);
	expect_refusal(_metadata, self, -EINVAL, "no value to set");
}

TEST_F(refusals, unknown_chip)
{
	begin(&self->request, DRTMON_CMD_BASELINE_SET, NO_CHIP);
	value(&self->request, self->alg, PCR, zeros, self->size);
	expect_refusal(_metadata, self, -ENODEV, no_tpm);
	begin(&self->request, DRTMON_CMD_BASELINE_DEL, NO_CHIP);
	expect_refusal(_metadata, self, -ENODEV, no_tpm);
}

TEST_F(refusals, unknown_bank)
{
	static const __u32 algs[] = { 0, TPM2_ALG_NULL, 0x0012, 0xffff, 0x10004, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(algs); i++) {
		set(self);
		value(&self->request, algs[i], PCR, zeros, 32);
		expect_refusal(_metadata, self, -EOPNOTSUPP, no_bank);
		del(self);
		value(&self->request, algs[i], PCR_OTHER, NULL, 0);
		expect_refusal(_metadata, self, -EOPNOTSUPP, no_bank);
	}
}

TEST_F(refusals, unknown_pcr)
{
	static const __u32 pcrs[] = { 24, 31, 32, 255, 0x80000010, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pcrs); i++) {
		set(self);
		value(&self->request, self->alg, pcrs[i], zeros, self->size);
		expect_refusal(_metadata, self, -ERANGE, no_pcr);
		del(self);
		value(&self->request, self->alg, pcrs[i], NULL, 0);
		expect_refusal(_metadata, self, -ERANGE, no_pcr);
	}
}

TEST_F(refusals, digest_of_another_length)
{
	static const size_t sizes[] = { 0, 1, 19, 21, 32, 64 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (sizes[i] == self->size)
			continue;
		set(self);
		value(&self->request, self->alg, PCR, zeros, sizes[i]);
		expect_refusal(_metadata, self, -EINVAL, bad_size);
	}
}

TEST_F(refusals, digest_longer_than_any)
{
	set(self);
	value(&self->request, self->alg, PCR, zeros, BLOB_MAX + 1);
	expect_refusal(_metadata, self, -ERANGE, bad_policy);
}

TEST_F(refusals, parts_missing)
{
	set(self);
	value(&self->request, self->alg, PCR, NULL, 0);
	expect_refusal(_metadata, self, -EINVAL, parts);
	set(self);
	value_begin(&self->request);
	nl_put_u32(&self->request.nest, DRTMON_A_EXPECT_ALG, self->alg);
	value_end(&self->request, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED);
	expect_refusal(_metadata, self, -EINVAL, parts);
	set(self);
	value_begin(&self->request);
	nl_put_u32(&self->request.nest, DRTMON_A_EXPECT_INDEX, PCR);
	nl_put(&self->request.nest, DRTMON_A_EXPECT_DIGEST, zeros, self->size);
	value_end(&self->request, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED);
	expect_refusal(_metadata, self, -EINVAL, parts);
	del(self);
	value_begin(&self->request);
	value_end(&self->request, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED);
	expect_refusal(_metadata, self, -EINVAL, parts);
}

TEST_F(refusals, digest_to_delete)
{
	del(self);
	value(&self->request, self->alg, PCR_OTHER, zeros, self->size);
	expect_refusal(_metadata, self, -EINVAL, parts);
}

TEST_F(refusals, nest_that_is_not_marked)
{
	set(self);
	value_begin(&self->request);
	nl_put_u32(&self->request.nest, DRTMON_A_EXPECT_ALG, self->alg);
	value_end(&self->request, DRTMON_A_BASELINE_VALUE);
	expect_refusal(_metadata, self, -EINVAL, "NLA_F_NESTED is missing");
}

TEST_F(refusals, garbage_in_the_nest)
{
	set(self);
	nl_put(&self->request.req, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED, "\1\0\1\0", 4);
	expect_refusal(_metadata, self, -EINVAL, "bytes leftover after parsing attributes");
	set(self);
	value_begin(&self->request);
	nl_put_u32(&self->request.nest, NO_SUCH, 1);
	value_end(&self->request, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED);
	expect_refusal(_metadata, self, -EINVAL, unknown_type);
	set(self);
	value_begin(&self->request);
	nl_put(&self->request.nest, DRTMON_A_EXPECT_ALG, "\4", 1);
	value_end(&self->request, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED);
	expect_refusal(_metadata, self, -EINVAL, "invalid attribute length");
}

TEST_F(refusals, unknown_attribute)
{
	set(self);
	nl_put_u32(&self->request.req, NO_SUCH, 1);
	value(&self->request, self->alg, PCR, zeros, self->size);
	expect_refusal(_metadata, self, -EINVAL, unknown_type);
	nl_begin(&self->request.req, DRTMON_CMD_BASELINE_LOCK, 0);
	nl_put_u32(&self->request.req, DRTMON_A_BASELINE_CHIP_ID, 0);
	EXPECT_GT(0, nl_ask(&self->engine.nl, &self->request.req, NULL, NULL));
}

/* A request is done whole or not at all, wherever its fault is. */
TEST_F(refusals, one_bad_value_among_good_ones)
{
	set(self);
	value(&self->request, self->alg, PCR, zeros, self->size);
	value(&self->request, self->alg, PCR_OTHER, "\1234567890123456789", self->size);
	value(&self->request, self->alg, 24, zeros, self->size);
	value(&self->request, self->alg, 1, zeros, self->size);
	expect_refusal(_metadata, self, -ERANGE, no_pcr);
	del(self);
	value(&self->request, self->alg, PCR_OTHER, NULL, 0);
	value(&self->request, 0xffff, PCR_OTHER, NULL, 0);
	expect_refusal(_metadata, self, -EOPNOTSUPP, no_bank);
}

TEST_F(refusals, more_values_than_there_are)
{
	unsigned int i;

	set(self);
	for (i = 0; i < TOO_MANY; i++)
		value(&self->request, self->alg, i % 24, zeros, self->size);
	expect_refusal(_metadata, self, -E2BIG, "more values than there are PCRs");
	del(self);
	for (i = 0; i < TOO_MANY; i++)
		value(&self->request, self->alg, i % 24, NULL, 0);
	expect_refusal(_metadata, self, -E2BIG, "more values than there are PCRs");
}

static int as_root(void)
{
	return 0;
}

static int as_net_admin(void)
{
	return become_capable(CAP_NET_ADMIN);
}

static int as_sys_admin(void)
{
	return become_capable(CAP_SYS_ADMIN);
}

static int as_nobody(void)
{
	return become_user(UID_NOBODY);
}

static int as_root_of_a_userns(void)
{
	return become_userns_root(0);
}

static int as_root_of_a_netns(void)
{
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

struct cell {
	char who[40];
	int (*become)(void);
	/* The errno of baseline-set and -del, and whether the family is there at all. */
	int error;
	bool visible;
};

static const struct cell cells[] = {
	{ "root", as_root, 0, true },
	{ "only CAP_NET_ADMIN", as_net_admin, -EPERM, true },
	{ "only CAP_SYS_ADMIN", as_sys_admin, 0, true },
	{ "nobody", as_nobody, -EPERM, true },
	{ "root of a user namespace", as_root_of_a_userns, -EPERM, true },
	{ "root in a network namespace", as_root_of_a_netns, 0, false },
};

static bool refused(struct nl *nl, struct request *request)
{
	return nl_ask(nl, &request->req, NULL, NULL) == -EPERM &&
	       !strcmp("needs CAP_SYS_ADMIN in the initial user namespace", nl->text);
}

/* Of a cell that may, the lock is not asked for here: nothing undoes it. */
static int try_cell(void *arg)
{
	const struct cell *cell = arg;
	static struct request request;
	struct nl nl;
	int ret;

	if (cell->become())
		return 1;
	ret = nl_open(&nl);
	if (!cell->visible)
		return ret == -ENOENT ? 0 : 2;
	if (ret)
		return 3;
	begin(&request, DRTMON_CMD_BASELINE_SET, 0);
	value(&request, TPM2_ALG_SHA256, PCR_OTHER, zeros, 32);
	if (cell->error ? !refused(&nl, &request) : nl_ask(&nl, &request.req, NULL, NULL))
		return 4;
	begin(&request, DRTMON_CMD_BASELINE_DEL, 0);
	if (cell->error ? !refused(&nl, &request) : nl_ask(&nl, &request.req, NULL, NULL))
		return 5;
	nl_begin(&request.req, DRTMON_CMD_BASELINE_LOCK, 0);
	if (cell->error && !refused(&nl, &request))
		return 6;
	return 0;
}

TEST(permissions)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cells); i++)
		EXPECT_EQ(0, child_run(try_cell, (void *)&cells[i])) TH_LOG("%s", cells[i].who);
}

static const char *prepare(void)
{
	return access("/dev/tpmrm0", F_OK) ? "needs a TPM 2.0" : engine_reload(ENGINE_EVERY_SECOND);
}

TEST_MAIN(prepare);
