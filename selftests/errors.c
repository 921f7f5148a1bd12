// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every refusal: the errno, the extended ACK that says why, and that the
 * family answers as if nothing had been.
 */
#include "family.h"
#include "harness.h"
#include "kmod.h"

#define UNKNOWN_TYPE 200

static const char too_long[] = "Unknown attribute type";
static const char bad_length[] = "invalid attribute length";
static const char bad_nest[] = "NLA_F_NESTED not expected";
static const char bad_policy[] = "Attribute failed policy validation";
static const char left_over[] = "bytes leftover after parsing attributes";

FIXTURE(errors)
{
	struct nl nl;
	struct nl_req req;
};

FIXTURE_VARIANT(errors)
{
	__u8 cmd;
	__u16 flags;
	/* The one attribute this request understands; 0 for none. */
	__u16 type;
};

FIXTURE_VARIANT_ADD(errors, platform_get){
	.cmd = DRTMON_CMD_PLATFORM_GET,
};

FIXTURE_VARIANT_ADD(errors, stats_get){
	.cmd = DRTMON_CMD_STATS_GET,
};

FIXTURE_VARIANT_ADD(errors, chip_get){
	.cmd = DRTMON_CMD_CHIP_GET,
	.type = DRTMON_A_CHIP_ID,
};

FIXTURE_VARIANT_ADD(errors, chip_dump){
	.cmd = DRTMON_CMD_CHIP_GET,
	.flags = NLM_F_DUMP,
	.type = DRTMON_A_CHIP_ID,
};

FIXTURE_VARIANT_ADD(errors, pcr_dump){
	.cmd = DRTMON_CMD_PCR_GET,
	.flags = NLM_F_DUMP,
	.type = DRTMON_A_PCRS_CHIP_ID,
};

FIXTURE_VARIANT_ADD(errors, event_dump){
	.cmd = DRTMON_CMD_EVENT_GET,
	.flags = NLM_F_DUMP,
	.type = DRTMON_A_EVENT_SINCE,
};

FIXTURE_SETUP(errors)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	nl_begin(&self->req, variant->cmd, variant->flags);
}

FIXTURE_TEARDOWN(errors)
{
	struct stats stats;

	/* Whatever was refused, the next one is served. */
	EXPECT_EQ(0, stats_get(&self->nl, &stats));
	nl_close(&self->nl);
}

TEST_F(errors, unknown_attribute)
{
	nl_put_u32(&self->req, UNKNOWN_TYPE, 0);
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ(too_long, self->nl.text);
	EXPECT_EQ(offsetof(struct nl_req, attrs), self->nl.offset);
}

TEST_F(errors, attribute_zero)
{
	nl_put_u32(&self->req, 0, 0);
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ(too_long, self->nl.text);
}

/* Attributes of the reply are no part of the question. */
TEST_F(errors, attribute_of_the_reply)
{
	static const __u16 last[] = {
		[DRTMON_CMD_PLATFORM_GET] = DRTMON_A_PLATFORM_MAX,
		[DRTMON_CMD_CHIP_GET] = DRTMON_A_CHIP_MAX,
		[DRTMON_CMD_PCR_GET] = DRTMON_A_PCRS_MAX,
		[DRTMON_CMD_EVENT_GET] = DRTMON_A_EVENT_MAX,
		[DRTMON_CMD_STATS_GET] = DRTMON_A_STATS_MAX,
	};
	__u16 type;

	for (type = 1; type <= last[variant->cmd]; type++) {
		if (type == variant->type ||
		    (variant->cmd == DRTMON_CMD_PCR_GET && type == DRTMON_A_PCRS_REFRESH))
			continue;
		nl_begin(&self->req, variant->cmd, variant->flags);
		nl_put_u64(&self->req, type, 0);
		EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL))
		{
			TH_LOG("attribute %u", type);
		}
		EXPECT_STRNE("", self->nl.text);
	}
}

TEST_F(errors, unknown_nest)
{
	static const __u8 garbage[] = { 0xff, 0xff, 0xff, 0xff };

	nl_put(&self->req, UNKNOWN_TYPE | NLA_F_NESTED, garbage, sizeof(garbage));
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ(too_long, self->nl.text);
}

TEST_F(errors, trailing_bytes)
{
	/* Fewer than an attribute's header. */
	self->req.hdr.nlmsg_len += 2;
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ(left_over, self->nl.text);
}

TEST_F(errors, attribute_longer_than_the_message)
{
	struct nlattr *attr = (struct nlattr *)self->req.attrs;

	nl_put_u32(&self->req, variant->type ? variant->type : UNKNOWN_TYPE, 0);
	attr->nla_len = 0xffff;
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ(left_over, self->nl.text);
}

TEST_F(errors, attribute_shorter_than_its_header)
{
	struct nlattr *attr = (struct nlattr *)self->req.attrs;

	nl_put_u32(&self->req, variant->type ? variant->type : UNKNOWN_TYPE, 0);
	attr->nla_len = 1;
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ(left_over, self->nl.text);
}

FIXTURE(values)
{
	struct nl nl;
	struct nl_req req;
};

FIXTURE_VARIANT(values)
{
	__u8 cmd;
	__u16 flags;
	__u16 type;
	__u16 size;
};

FIXTURE_VARIANT_ADD(values, chip_get){
	.cmd = DRTMON_CMD_CHIP_GET,
	.type = DRTMON_A_CHIP_ID,
	.size = 4,
};

FIXTURE_VARIANT_ADD(values, chip_dump){
	.cmd = DRTMON_CMD_CHIP_GET,
	.flags = NLM_F_DUMP,
	.type = DRTMON_A_CHIP_ID,
	.size = 4,
};

FIXTURE_VARIANT_ADD(values, pcr_dump){
	.cmd = DRTMON_CMD_PCR_GET,
	.flags = NLM_F_DUMP,
	.type = DRTMON_A_PCRS_CHIP_ID,
	.size = 4,
};

FIXTURE_VARIANT_ADD(values, event_dump){
	.cmd = DRTMON_CMD_EVENT_GET,
	.flags = NLM_F_DUMP,
	.type = DRTMON_A_EVENT_SINCE,
	.size = 8,
};

FIXTURE_SETUP(values)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	nl_begin(&self->req, variant->cmd, variant->flags);
}

FIXTURE_TEARDOWN(values)
{
	nl_close(&self->nl);
}

TEST_F(values, wrong_length)
{
	static const __u8 zeros[64];
	__u16 size;

	for (size = 0; size < sizeof(zeros); size++) {
		if (size == variant->size)
			continue;
		nl_begin(&self->req, variant->cmd, variant->flags);
		nl_put(&self->req, variant->type, zeros, size);
		EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL))
		{
			TH_LOG("%u bytes", size);
		}
		EXPECT_STREQ(bad_length, self->nl.text);
	}
}

TEST_F(values, nested_garbage)
{
	static const __u8 garbage[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	nl_put(&self->req, variant->type | NLA_F_NESTED, garbage, variant->size);
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ(bad_nest, self->nl.text);
}

FIXTURE(refusals)
{
	struct nl nl;
	struct nl_req req;
};

FIXTURE_SETUP(refusals)
{
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(refusals)
{
	nl_close(&self->nl);
}

TEST_F(refusals, chip_get_without_chip_id)
{
	nl_begin(&self->req, DRTMON_CMD_CHIP_GET, 0);
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ("chip-id is missing", self->nl.text);
}

TEST_F(refusals, chip_get_of_an_unknown_chip)
{
	static const __u32 unknown[] = { 1, 7, 0x7fffffff, 0x80000000, 0xffffffff };
	struct chip chip;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_EQ(-ENODEV, chip_get(&self->nl, unknown[i], &chip));
		EXPECT_STREQ("no TPM with this number", self->nl.text);
		EXPECT_EQ(offsetof(struct nl_req, attrs), self->nl.offset);
	}
}

TEST_F(refusals, pcr_get_of_an_unknown_chip)
{
	struct pcr_banks banks;

	nl_begin(&self->req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
	nl_put_u32(&self->req, DRTMON_A_PCRS_CHIP_ID, 99);
	EXPECT_EQ(-ENODEV, pcr_dump(&self->nl, &self->req, &banks));
	EXPECT_STREQ("no TPM with this number", self->nl.text);
	EXPECT_EQ(0, banks.count);
}

TEST_F(refusals, dump_of_one_chip)
{
	nl_begin(&self->req, DRTMON_CMD_CHIP_GET, NLM_F_DUMP);
	nl_put_u32(&self->req, DRTMON_A_CHIP_ID, 0);
	EXPECT_EQ(-EINVAL, nl_ask(&self->nl, &self->req, NULL, NULL));
	EXPECT_STREQ("a dump is of all TPMs: ask for one without", self->nl.text);
}

/* The TPM must not be asked for the sake of a chip that is not there. */
TEST_F(refusals, refresh_of_an_unknown_chip)
{
	struct chip before, after;
	struct pcr_banks banks;

	do {
		ASSERT_EQ(0, chip_get(&self->nl, 0, &before));
		nl_begin(&self->req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
		nl_put_u32(&self->req, DRTMON_A_PCRS_CHIP_ID, 99);
		nl_put(&self->req, DRTMON_A_PCRS_REFRESH, NULL, 0);
		EXPECT_EQ(-ENODEV, pcr_dump(&self->nl, &self->req, &banks));
		EXPECT_STREQ("no TPM with this number", self->nl.text);
		ASSERT_EQ(0, chip_get(&self->nl, 0, &after));
	} while (looked_between(&before, &after));
	EXPECT_EQ(before.self_commands, after.self_commands);
}

/* The kernel's own check of a flag has this errno, unlike its other checks of lengths. */
TEST_F(refusals, refresh_with_a_value)
{
	struct pcr_banks banks;

	nl_begin(&self->req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
	nl_put_u32(&self->req, DRTMON_A_PCRS_REFRESH, 1);
	EXPECT_EQ(-ERANGE, pcr_dump(&self->nl, &self->req, &banks));
	EXPECT_STREQ(bad_policy, self->nl.text);
}

TEST_F(refusals, one_message_where_there_is_only_a_dump)
{
	nl_begin(&self->req, DRTMON_CMD_PCR_GET, 0);
	EXPECT_EQ(-EOPNOTSUPP, nl_ask(&self->nl, &self->req, NULL, NULL));
	nl_begin(&self->req, DRTMON_CMD_EVENT_GET, 0);
	EXPECT_EQ(-EOPNOTSUPP, nl_ask(&self->nl, &self->req, NULL, NULL));
}

TEST_F(refusals, dump_where_there_is_only_one_message)
{
	nl_begin(&self->req, DRTMON_CMD_PLATFORM_GET, NLM_F_DUMP);
	EXPECT_EQ(-EOPNOTSUPP, nl_ask(&self->nl, &self->req, NULL, NULL));
	nl_begin(&self->req, DRTMON_CMD_STATS_GET, NLM_F_DUMP);
	EXPECT_EQ(-EOPNOTSUPP, nl_ask(&self->nl, &self->req, NULL, NULL));
}

TEST_F(refusals, operations_that_do_not_exist)
{
	static const __u8 unknown[] = { DRTMON_CMD_UNSPEC, DRTMON_CMD_EVENT_NTF, DRTMON_CMD_MAX + 1,
					0xff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		nl_begin(&self->req, unknown[i], 0);
		EXPECT_EQ(-EOPNOTSUPP, nl_ask(&self->nl, &self->req, NULL, NULL));
		nl_begin(&self->req, unknown[i], NLM_F_DUMP);
		EXPECT_EQ(-EOPNOTSUPP, nl_ask(&self->nl, &self->req, NULL, NULL));
	}
}

/* A family of this name or none: nothing is created by asking. */
TEST_F(refusals, group_that_does_not_exist)
{
	EXPECT_NE(0, nl_join(&self->nl, 0));
	EXPECT_NE(0, nl_find(&self->nl, "drtmon2"));
}

TEST_MAIN(need_tpm2);
