// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests of every operation, a little wrong each: all are answered, with an
 * errno that is documented, and the module is what it was before.
 *
 * FUZZ_COUNT= says how many, FUZZ_TIME= for how many seconds instead, and
 * FUZZ_SEED= which: the same seed sends the same requests. The kernel's log is
 * for the guest to look at.
 */
#include <sys/socket.h>
#include <time.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"

#define COUNT_DEFAULT 20000

/* Requests in one write; the socket has room for that many answers. */
#define BATCH	     16
#define MESSAGE_SIZE 512
#define RECEIVE_SIZE 65536
/* One batch in so many is a dump, of which a socket does one at a time. */
#define DUMP_EVERY 4
/* Reading the TPM takes a hundred times as long as anything else. */
#define REFRESH_EVERY 64
/* After a lock all changes end alike, so it is not tried before the last hundredth. */
#define LOCK_PERCENT 99

struct message {
	struct nlmsghdr hdr;
	struct genlmsghdr genl;
	__u8 attrs[MESSAGE_SIZE - NLMSG_HDRLEN - GENL_HDRLEN];
};

FIXTURE(fuzz)
{
	struct nl nl;
	__u64 state;
	__u64 seed;
	__u64 count;
	__u64 sent;
	__u64 accepted;
	__u64 dumps;
	__u64 refused[256];
	/* By operation, 0 for all that are none: accepted, and refused. */
	__u64 asked[__DRTMON_CMD_MAX][2];
	/* Of the batch, by the last bits of its sequence numbers. */
	__u8 cmd[BATCH];
	double seconds;
	time_t end;
	__u8 out[BATCH * MESSAGE_SIZE];
	__u8 in[RECEIVE_SIZE];
};

static __u32 any(FIXTURE_DATA(fuzz) * self, __u32 below)
{
	self->state ^= self->state << 13;
	self->state ^= self->state >> 7;
	self->state ^= self->state << 17;
	return (self->state >> 16) % below;
}

static size_t put(struct message *msg, size_t at, __u16 type, const void *data, __u16 len)
{
	struct nlattr *attr = (struct nlattr *)(msg->attrs + at);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy(attr + 1, data, len);
	return at + NLA_ALIGN(attr->nla_len);
}

static size_t put_u32(struct message *msg, size_t at, __u16 type, __u32 value)
{
	return put(msg, at, type, &value, sizeof(value));
}

/* One value to expect, or without its digest to forget. */
static size_t put_expected(FIXTURE_DATA(fuzz) * self, struct message *msg, size_t at)
{
	struct nlattr *nest = (struct nlattr *)(msg->attrs + at);
	static const __u8 digest[32];
	size_t begin = at;

	at = put(msg, at, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED, NULL, 0);
	at = put_u32(msg, at, DRTMON_A_EXPECT_ALG, TPM2_ALG_SHA256);
	at = put_u32(msg, at, DRTMON_A_EXPECT_INDEX, any(self, 24));
	if (msg->genl.cmd == DRTMON_CMD_BASELINE_SET)
		at = put(msg, at, DRTMON_A_EXPECT_DIGEST, digest, sizeof(digest));
	nest->nla_len = at - begin;
	return at;
}

/* A request that is right. Returns the bytes of its attributes. */
static size_t compose(FIXTURE_DATA(fuzz) * self, struct message *msg, bool dump)
{
	static const __u8 dumped[] = { DRTMON_CMD_CHIP_GET, DRTMON_CMD_PCR_GET,
				       DRTMON_CMD_EVENT_GET };
	static const __u8 done[] = { DRTMON_CMD_PLATFORM_GET, DRTMON_CMD_CHIP_GET,
				     DRTMON_CMD_STATS_GET,    DRTMON_CMD_BASELINE_SET,
				     DRTMON_CMD_BASELINE_DEL, DRTMON_CMD_BASELINE_LOCK };
	__u64 since = any(self, 1000);
	size_t len = 0;
	__u32 i;

	memset(msg, 0, sizeof(*msg));
	msg->genl.version = DRTMON_FAMILY_VERSION;
	msg->genl.cmd = dump ? dumped[any(self, sizeof(dumped))] : done[any(self, sizeof(done))];
	msg->hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (dump ? NLM_F_DUMP : 0);
	switch (msg->genl.cmd) {
	case DRTMON_CMD_CHIP_GET:
		return put_u32(msg, 0, DRTMON_A_CHIP_ID, 0);
	case DRTMON_CMD_PCR_GET:
		len = put_u32(msg, 0, DRTMON_A_PCRS_CHIP_ID, 0);
		return any(self, REFRESH_EVERY) ? len
						: put(msg, len, DRTMON_A_PCRS_REFRESH, NULL, 0);
	case DRTMON_CMD_EVENT_GET:
		return put(msg, 0, DRTMON_A_EVENT_SINCE, &since, sizeof(since));
	case DRTMON_CMD_BASELINE_SET:
	case DRTMON_CMD_BASELINE_DEL:
		len = put_u32(msg, 0, DRTMON_A_BASELINE_CHIP_ID, 0);
		for (i = any(self, 4); i; i--)
			len = put_expected(self, msg, len);
		return len;
	default:
		return 0;
	}
}

static __u32 odd_number(FIXTURE_DATA(fuzz) * self)
{
	static const __u32 odd[] = { 0,		 1,	     2,		3,	 4,	  5,
				     8,		 15,	     16,	23,	 24,	  31,
				     32,	 63,	     64,	65,	 255,	  256,
				     0x7fff,	 0x8000,     0xffff,	0x10000, 1 << 30, 1u << 31,
				     0x7fffffff, 0xfffffffe, 0xffffffff };

	return odd[any(self, ARRAY_SIZE(odd))];
}

/* One thing is wrong with it. Returns the bytes of its attributes. */
static size_t spoil(FIXTURE_DATA(fuzz) * self, struct message *msg, size_t len)
{
	__u32 number = odd_number(self);
	size_t at = len ? any(self, len) : 0, more;
	__u16 type;

	switch (any(self, 9)) {
	case 0:
		msg->attrs[at] ^= 1 << any(self, 8);
		return len;
	case 1:
		msg->attrs[at] = any(self, 256);
		return len;
	case 2: /* a length or a type, where one may be */
		at &= ~1UL;
		type = number;
		memcpy(msg->attrs + at, &type, sizeof(type));
		return len;
	case 3:
		at &= ~3UL;
		memcpy(msg->attrs + at, &number, sizeof(number));
		return len;
	case 4:
		return at;
	case 5:
		more = any(self, 16);
		if (len + more > sizeof(msg->attrs))
			return len;
		for (at = len; at < len + more; at++)
			msg->attrs[at] = any(self, 256);
		return len + more;
	case 6: /* all of it twice */
		if (2 * len > sizeof(msg->attrs))
			return len;
		memcpy(msg->attrs + len, msg->attrs, len);
		return 2 * len;
	case 7:
		msg->genl.cmd = any(self, 16) ? any(self, __DRTMON_CMD_MAX + 1) : any(self, 256);
		return len;
	default:
		msg->genl.version = any(self, 256);
		msg->genl.reserved = any(self, 65536);
		return len;
	}
}

static bool may_lock(const FIXTURE_DATA(fuzz) * self)
{
	if (self->end)
		return false;
	return self->sent * 100 > self->count * LOCK_PERCENT;
}

/* Returns the bytes it takes in a batch. */
static size_t make(FIXTURE_DATA(fuzz) * self, struct message *msg, bool dump)
{
	size_t len = compose(self, msg, dump);
	__u32 i;

	for (i = any(self, 5); i; i--)
		len = spoil(self, msg, len);
	if (msg->genl.cmd == DRTMON_CMD_BASELINE_LOCK && !may_lock(self))
		msg->genl.cmd = DRTMON_CMD_BASELINE_DEL;
	msg->hdr.nlmsg_type = self->nl.family;
	msg->hdr.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + len;
	msg->hdr.nlmsg_seq = ++self->nl.seq;
	self->cmd[self->nl.seq % BATCH] = msg->genl.cmd;
	self->sent++;
	self->dumps += dump;
	return NLMSG_ALIGN(msg->hdr.nlmsg_len);
}

/* What the documentation of the family lists, and what netlink itself answers. */
static bool is_documented(int error)
{
	switch (error) {
	case 0:
	case -EINVAL:
	case -ERANGE:
	case -EOPNOTSUPP:
	case -ENODEV:
	case -E2BIG:
	case -EROFS:
		return true;
	default:
		return false;
	}
}

static int count_answer(FIXTURE_DATA(fuzz) * self, __u32 seq, int error)
{
	__u8 cmd = self->cmd[seq % BATCH];

	self->asked[cmd < __DRTMON_CMD_MAX ? cmd : 0][!!error]++;
	self->accepted += !error;
	self->refused[-error & 0xff] += !!error;
	if (is_documented(error))
		return 0;
	fprintf(stderr, "# answered with %d\n", error);
	return -EPROTO;
}

/* Until so many ends of answers have come. 0, or a negative errno. */
static int take_answers(FIXTURE_DATA(fuzz) * self, __u32 left)
{
	while (left) {
		ssize_t len = recv(self->nl.fd, self->in, sizeof(self->in), 0);
		const struct nlmsghdr *hdr = (void *)self->in;

		if (len < 0)
			return -errno;
		for (; NLMSG_OK(hdr, len); hdr = NLMSG_NEXT(hdr, len)) {
			if (hdr->nlmsg_type != NLMSG_ERROR && hdr->nlmsg_type != NLMSG_DONE)
				continue;
			if (count_answer(self, hdr->nlmsg_seq, *(const int *)NLMSG_DATA(hdr)))
				return -EPROTO;
			left--;
		}
	}
	return 0;
}

static void forget_what_was_heard(FIXTURE_DATA(fuzz) * self)
{
	while (recv(self->nl.ear, self->in, sizeof(self->in), MSG_DONTWAIT) > 0 || errno == ENOBUFS)
		;
}

static int send_some(FIXTURE_DATA(fuzz) * self)
{
	bool dump = !any(self, DUMP_EVERY);
	__u32 count = dump ? 1 : BATCH, i;
	struct message msg;
	size_t len = 0, one;
	int ret;

	for (i = 0; i < count; i++) {
		one = make(self, &msg, dump);
		memcpy(self->out + len, &msg, one);
		len += one;
	}
	ret = send(self->nl.fd, self->out, len, 0) < 0 ? -errno : take_answers(self, count);
	if (ret) {
		fprintf(stderr, "# seed %llu, after %llu requests:", self->seed, self->sent);
		for (i = 0; i < len; i++)
			fprintf(stderr, " %02x", self->out[i]);
		fprintf(stderr, "\n");
	}
	forget_what_was_heard(self);
	return ret;
}

FIXTURE_SETUP(fuzz)
{
	struct timeval patience = { .tv_sec = EVENT_TIMEOUT_MS / 1000 };
	__u64 seconds = parameter("FUZZ_TIME", 0);

	self->count = parameter("FUZZ_COUNT", COUNT_DEFAULT);
	self->seed = parameter("FUZZ_SEED", seconds ? (__u64)time(NULL) : 1);
	self->state = (self->seed + 1) * 0x9e3779b97f4a7c15ULL;
	self->end = seconds ? time(NULL) + seconds : 0;
	/* Now: a kernel that dies of it prints no report. */
	printf("# seed %llu\n", self->seed);
	fflush(stdout);
	ASSERT_EQ(0, event_open(&self->nl));
	ASSERT_EQ(0, setsockopt(self->nl.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)));
}

FIXTURE_TEARDOWN(fuzz)
{
	nl_close(&self->nl);
}

static void report(FIXTURE_DATA(fuzz) * self)
{
	static const char *const names[__DRTMON_CMD_MAX] = {
		[DRTMON_CMD_UNSPEC] = "none",
		[DRTMON_CMD_PLATFORM_GET] = "platform-get",
		[DRTMON_CMD_CHIP_GET] = "chip-get",
		[DRTMON_CMD_PCR_GET] = "pcr-get",
		[DRTMON_CMD_EVENT_GET] = "event-get",
		[DRTMON_CMD_EVENT_NTF] = "event-ntf",
		[DRTMON_CMD_STATS_GET] = "stats-get",
		[DRTMON_CMD_BASELINE_SET] = "baseline-set",
		[DRTMON_CMD_BASELINE_DEL] = "baseline-del",
		[DRTMON_CMD_BASELINE_LOCK] = "baseline-lock",
	};
	__u32 i;

	printf("# seed %llu: %llu requests in %.0f s, %.0f a second, of them %llu dumps; "
	       "accepted %llu",
	       self->seed, self->sent, self->seconds, self->sent / self->seconds, self->dumps,
	       self->accepted);
	for (i = 0; i < ARRAY_SIZE(self->refused); i++)
		if (self->refused[i])
			printf(", %s %llu", strerrorname_np(i), self->refused[i]);
	printf("\n");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i])
			printf("#   %-14s %8llu accepted, %8llu refused\n", names[i],
			       self->asked[i][0], self->asked[i][1]);
	fflush(stdout);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Each operation was got through to the bottom of, and refused too. */
static void expect_every_operation(struct __test_metadata *_metadata, FIXTURE_DATA(fuzz) * self)
{
	__u32 i;

	for (i = DRTMON_CMD_UNSPEC + 1; i < __DRTMON_CMD_MAX; i++) {
		EXPECT_LT(0, self->asked[i][1])
		{
			TH_LOG("operation %u was never refused", i);
		}
		/* A notification is nothing to ask for; a lock comes last of all. */
		if (i == DRTMON_CMD_EVENT_NTF || (i == DRTMON_CMD_BASELINE_LOCK && self->end))
			continue;
		EXPECT_LT(0, self->asked[i][0])
		{
			TH_LOG("operation %u was never accepted", i);
		}
	}
}

/* Whatever came: the PCRs are the TPM's, and who asks properly is answered. */
static void expect_all_well(struct __test_metadata *_metadata, FIXTURE_DATA(fuzz) * self)
{
	struct pcr_banks banks;
	struct stats stats;
	struct nl_req req;
	struct chip chip;
	__u8 digest[64];
	__u32 pcr;

	ASSERT_EQ(0, stats_get(&self->nl, &stats));
	ASSERT_EQ(0, chip_get(&self->nl, 0, &chip));
	/* Of this TPM: one that a program before this plugged may not be gone yet. */
	nl_begin(&req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
	nl_put_u32(&req, DRTMON_A_PCRS_CHIP_ID, 0);
	nl_put(&req, DRTMON_A_PCRS_REFRESH, NULL, 0);
	ASSERT_EQ(0, pcr_dump(&self->nl, &req, &banks));
	ASSERT_EQ(chip.banks, banks.count);
	for (pcr = 0; pcr < 24; pcr++) {
		const struct pcr *is = pcr_find(&banks.bank[0], pcr);

		ASSERT_NE(NULL, is);
		ASSERT_EQ(0, tpm_sysfs_pcr("tpm0", banks.bank[0].alg, pcr, digest));
		EXPECT_EQ(0, memcmp(digest, is->hardware.data, is->hardware.len));
		EXPECT_EQ(0, memcmp(digest, is->shadow.data, is->shadow.len));
	}
}

TEST_F_TIMEOUT(fuzz, every_request_is_answered, TEST_TIMEOUT_TOLD)
{
	double begin = now();
	int ret = 0;

	while (!ret && (self->end ? time(NULL) < self->end : self->sent < self->count))
		ret = send_some(self);
	self->seconds = now() - begin;
	report(self);
	ASSERT_EQ(0, ret);
	/* Wrong enough to be refused, and right enough to get to the bottom of it. */
	EXPECT_LT(0, self->accepted);
	EXPECT_LT(self->accepted, self->sent);
	if (self->end || self->count >= COUNT_DEFAULT)
		expect_every_operation(_metadata, self);
	expect_all_well(_metadata, self);
}

TEST_MAIN(need_tpm2);
