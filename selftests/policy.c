// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel says it accepts in requests is what the specification says. */
#include "attr.h"
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "nl.h"

#define MAX 64

/**
 * struct rule - what a request may hold
 * @cmd: DRTMON_CMD_...
 * @within: the nest that it stands in, 0 for none
 * @type: the attribute
 * @kind: NL_ATTR_TYPE_...
 */
struct rule {
	__u32 cmd;
	__u32 within;
	__u32 type;
	__u32 kind;
};

static const struct rule specified[] = {
#include "policy.h"
};

/* An attribute of one of the kernel's policies, which are numbered. */
struct entry {
	__u32 policy;
	__u32 type;
	__u32 kind;
	__u32 nested;
};

FIXTURE(policy)
{
	struct nl nl;
	/* By command: the number of its policy plus one. */
	__u32 of_do[__DRTMON_CMD_MAX];
	__u32 of_dump[__DRTMON_CMD_MAX];
	struct entry entry[MAX];
	__u32 entries;
	struct rule rule[MAX];
	__u32 rules;
};

static const struct nlattr *next(const void **data, size_t *len)
{
	const struct nlattr *attr = *data;
	size_t size;

	if (*len < NLA_HDRLEN || attr->nla_len < NLA_HDRLEN || attr->nla_len > *len)
		return NULL;
	size = NLA_ALIGN(attr->nla_len) < *len ? NLA_ALIGN(attr->nla_len) : *len;
	*data = (const char *)*data + size;
	*len -= size;
	return attr;
}

#define for_each_attr(attr, data, len) while (((attr) = next(&(data), &(len))))

static __u32 type_of(const struct nlattr *attr)
{
	return attr->nla_type & NLA_TYPE_MASK;
}

static const void *data_of(const struct nlattr *attr, size_t *len)
{
	*len = attr->nla_len - NLA_HDRLEN;
	return (const char *)attr + NLA_HDRLEN;
}

static __u32 number_of(const struct nlattr *attr)
{
	__u32 number = 0;

	if (attr->nla_len == NLA_HDRLEN + sizeof(number))
		memcpy(&number, (const char *)attr + NLA_HDRLEN, sizeof(number));
	return number;
}

/* { command: { CTRL_ATTR_POLICY_DO or _DUMP: number of the policy } } */
static int take_operation(FIXTURE_DATA(policy) * self, const struct nlattr *attr)
{
	const void *data;
	__u32 cmd;
	size_t len;

	data = data_of(attr, &len);
	attr = next(&data, &len);
	if (!attr || type_of(attr) >= __DRTMON_CMD_MAX)
		return -EPROTO;
	cmd = type_of(attr);
	data = data_of(attr, &len);
	for_each_attr(attr, data, len)
	{
		if (type_of(attr) == CTRL_ATTR_POLICY_DO)
			self->of_do[cmd] = number_of(attr) + 1;
		if (type_of(attr) == CTRL_ATTR_POLICY_DUMP)
			self->of_dump[cmd] = number_of(attr) + 1;
	}
	return 0;
}

/* { number of the policy: { attribute: { NL_POLICY_TYPE_ATTR_... } } } */
static int take_entry(FIXTURE_DATA(policy) * self, const struct nlattr *attr)
{
	struct entry *entry = &self->entry[self->entries++];
	const void *data;
	size_t len;

	if (self->entries > MAX)
		return -E2BIG;
	data = data_of(attr, &len);
	attr = next(&data, &len);
	if (!attr)
		return -EPROTO;
	entry->policy = type_of(attr);
	data = data_of(attr, &len);
	attr = next(&data, &len);
	if (!attr)
		return -EPROTO;
	entry->type = type_of(attr);
	data = data_of(attr, &len);
	for_each_attr(attr, data, len)
	{
		if (type_of(attr) == NL_POLICY_TYPE_ATTR_TYPE)
			entry->kind = number_of(attr);
		if (type_of(attr) == NL_POLICY_TYPE_ATTR_POLICY_IDX)
			entry->nested = number_of(attr);
	}
	return 0;
}

static int take_message(const struct genlmsghdr *genl, const void *data, size_t len, void *arg)
{
	const struct nlattr *attr;
	int ret = 0;

	for_each_attr(attr, data, len)
	{
		if (type_of(attr) == CTRL_ATTR_OP_POLICY)
			ret = take_operation(arg, attr);
		if (type_of(attr) == CTRL_ATTR_POLICY)
			ret = take_entry(arg, attr);
		if (ret)
			return ret;
	}
	return 0;
}

/* Number the rules of one policy, and of those inside, as the specification does. */
static void add_rules(FIXTURE_DATA(policy) * self, __u32 policy, __u32 cmd, __u32 within)
{
	const struct entry *entry = self->entry;
	__u32 i;

	for (i = 0; i < self->entries; i++) {
		if (entry[i].policy != policy || self->rules == MAX)
			continue;
		self->rule[self->rules++] =
			(struct rule){ cmd, within, entry[i].type, entry[i].kind };
		/* One level deep, so that two policies that hold each other come to an end. */
		if (entry[i].kind == NL_ATTR_TYPE_NESTED && !within)
			add_rules(self, entry[i].nested, cmd, entry[i].type);
	}
}

FIXTURE_SETUP(policy)
{
	struct nl_req req;
	struct nl ctrl;
	__u32 cmd;

	ASSERT_EQ(0, nl_open(&self->nl));
	nl_begin(&req, CTRL_CMD_GETPOLICY, NLM_F_DUMP);
	nl_put(&req, CTRL_ATTR_FAMILY_NAME, DRTMON_FAMILY_NAME, sizeof(DRTMON_FAMILY_NAME));
	ctrl = self->nl;
	ctrl.family = GENL_ID_CTRL;
	ASSERT_EQ(0, nl_ask(&ctrl, &req, take_message, self));
	self->nl.seq = ctrl.seq;
	for (cmd = 1; cmd < __DRTMON_CMD_MAX; cmd++) {
		/* Doing and dumping share what they accept. */
		if (self->of_do[cmd] && self->of_dump[cmd])
			ASSERT_EQ(self->of_do[cmd], self->of_dump[cmd]);
		if (self->of_do[cmd] || self->of_dump[cmd])
			add_rules(self, (self->of_do[cmd] ?: self->of_dump[cmd]) - 1, cmd, 0);
	}
	ASSERT_GT(MAX, self->rules);
}

FIXTURE_TEARDOWN(policy)
{
	nl_close(&self->nl);
}

static bool has(const struct rule *rules, __u32 count, const struct rule *rule)
{
	__u32 i;

	for (i = 0; i < count; i++)
		if (!memcmp(&rules[i], rule, sizeof(*rule)))
			return true;
	return false;
}

#define SAY(rule)                                                                       \
	TH_LOG("command %u: %u.%u, type %u", (rule)->cmd, (rule)->within, (rule)->type, \
	       (rule)->kind)

TEST_F(policy, accepts_all_that_is_specified)
{
	__u32 i;

	for (i = 0; i < ARRAY_SIZE(specified); i++)
		EXPECT_TRUE(has(self->rule, self->rules, &specified[i])) SAY(&specified[i]);
}

TEST_F(policy, accepts_nothing_else)
{
	__u32 i;

	ASSERT_EQ(ARRAY_SIZE(specified), self->rules);
	for (i = 0; i < self->rules; i++)
		EXPECT_TRUE(has(specified, ARRAY_SIZE(specified), &self->rule[i]))
	SAY(&self->rule[i]);
}

/* Without a policy of its own an operation would accept anything. */
TEST_F(policy, every_operation_has_one)
{
	__u32 cmd;

	for (cmd = 1; cmd < __DRTMON_CMD_MAX; cmd++)
		EXPECT_EQ(cmd != DRTMON_CMD_EVENT_NTF, self->of_do[cmd] || self->of_dump[cmd])
	TH_LOG("command %u", cmd);
}

TEST_MAIN(need_module);
