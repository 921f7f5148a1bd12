// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may do what, cell by cell. Cached state is public; what names processes
 * needs CAP_NET_ADMIN, forcing TPM traffic CAP_SYS_ADMIN, both in the initial
 * user namespace; and the family is not there in another network namespace.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "tpm.h"

#define SECURITYFS "/sys/kernel/security/drtmon/"

static const char need_net_admin[] = "needs CAP_NET_ADMIN in the initial user namespace";
static const char need_sys_admin[] = "needs CAP_SYS_ADMIN in the initial user namespace";

static int become_root(void)
{
	return 0;
}

static int become_net_admin(void)
{
	return become_capable(CAP_NET_ADMIN);
}

static int become_sys_admin(void)
{
	return become_capable(CAP_SYS_ADMIN);
}

static int become_nobody(void)
{
	return become_user(UID_NOBODY);
}

static int become_root_of_a_userns(void)
{
	return become_userns_root(0);
}

FIXTURE(permissions)
{
	struct nl nl;
};

FIXTURE_VARIANT(permissions)
{
	int (*become)(void);
	bool net_admin;
	bool sys_admin;
	/* Who owns the files. */
	bool owner;
};

FIXTURE_VARIANT_ADD(permissions, root){
	.become = become_root,
	.net_admin = true,
	.sys_admin = true,
	.owner = true,
};

FIXTURE_VARIANT_ADD(permissions, only_net_admin){
	.become = become_net_admin,
	.net_admin = true,
};

FIXTURE_VARIANT_ADD(permissions, only_sys_admin){
	.become = become_sys_admin,
	.sys_admin = true,
};

FIXTURE_VARIANT_ADD(permissions, nobody){
	.become = become_nobody,
};

FIXTURE_VARIANT_ADD(permissions, root_of_a_user_namespace){
	.become = become_root_of_a_userns,
};

FIXTURE_SETUP(permissions)
{
	ASSERT_EQ(0, variant->become());
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(permissions)
{
	nl_close(&self->nl);
}

TEST_F(permissions, platform_get)
{
	struct platform platform;

	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	/* Physical addresses and the contents of registers are not for everyone. */
	EXPECT_TRUE(attr_has(&platform.txt, DRTMON_A_TXT_STATE));
	EXPECT_EQ(variant->sys_admin, attr_has(&platform.txt, DRTMON_A_TXT_BASE));
	EXPECT_EQ(variant->sys_admin, attr_has(&platform.txt, DRTMON_A_TXT_HEAP));
	if (!variant->sys_admin)
		EXPECT_FALSE(attr_has(&platform.txt, DRTMON_A_TXT_REGISTERS));
}

TEST_F(permissions, stats_get)
{
	struct stats stats;

	EXPECT_EQ(0, stats_get(&self->nl, &stats));
}

TEST_F(permissions, chip_get)
{
	struct chip chip;

	EXPECT_EQ(0, chip_get(&self->nl, 0, &chip));
}

TEST_F(permissions, chip_dump)
{
	struct chips chips;

	EXPECT_EQ(0, chip_dump(&self->nl, &chips));
	EXPECT_EQ(1, chips.count);
}

TEST_F(permissions, pcr_get)
{
	struct pcr_banks banks;

	EXPECT_EQ(0, pcr_read(&self->nl, false, &banks));
	EXPECT_LT(0, banks.count);
}

TEST_F(permissions, pcr_get_refresh)
{
	struct chip before, after;
	struct pcr_banks banks;

	if (variant->sys_admin) {
		EXPECT_EQ(0, pcr_read(&self->nl, true, &banks));
		return;
	}
	do {
		ASSERT_EQ(0, chip_get(&self->nl, 0, &before));
		EXPECT_EQ(-EPERM, pcr_read(&self->nl, true, &banks));
		EXPECT_STREQ(need_sys_admin, self->nl.text);
		EXPECT_EQ(0, banks.count);
		ASSERT_EQ(0, chip_get(&self->nl, 0, &after));
	} while (looked_between(&before, &after));
	EXPECT_EQ(before.self_commands, after.self_commands);
}

TEST_F(permissions, event_get)
{
	struct events events = {};

	if (variant->net_admin) {
		EXPECT_EQ(0, event_dump(&self->nl, 1, &events));
		EXPECT_LT(0, events.count);
	} else {
		EXPECT_EQ(-EPERM, event_dump(&self->nl, 1, &events));
		EXPECT_STREQ(need_net_admin, self->nl.text);
		EXPECT_EQ(0, events.count);
	}
	events_free(&events);
}

TEST_F(permissions, join_events)
{
	EXPECT_EQ(variant->net_admin ? 0 : -EPERM,
		  nl_join(&self->nl, self->nl.group[NL_GROUP_EVENTS]));
}

TEST_F(permissions, join_alerts)
{
	EXPECT_EQ(variant->net_admin ? 0 : -EPERM,
		  nl_join(&self->nl, self->nl.group[NL_GROUP_ALERTS]));
}

/* The other way to join: the mask given to bind() reaches groups 1 to 32. */
TEST_F(permissions, bind_to_the_groups)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int i;

	ASSERT_LE(0, fd);
	for (i = 0; i < NL_GROUPS; i++) {
		if (self->nl.group[i] > 32)
			SKIP(return, "the groups are beyond the mask");
		address.nl_groups |= 1u << (self->nl.group[i] - 1);
	}
	EXPECT_EQ(variant->net_admin ? 0 : -1,
		  bind(fd, (struct sockaddr *)&address, sizeof(address)));
	close(fd);
}

/* Reads to the end. 0 or a negative errno. */
static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char data[4096];
	ssize_t len;

	if (fd < 0)
		return -errno;
	while ((len = read(fd, data, sizeof(data))) > 0)
		;
	len = len < 0 ? -errno : 0;
	close(fd);
	return len;
}

static const struct {
	const char *path;
	bool is_public;
} files[] = {
	{ SECURITYFS "status", true },
	{ SECURITYFS "pcrs", true },
	{ SECURITYFS "txt/registers", false },
	{ SECURITYFS "txt/heap", false },
	{ SECURITYFS "drtm_measurements", false },
};

/* The first file that may be read by whom it should not, or the other way round. */
static const char *unlike_their_modes(bool owner)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (read_file(files[i].path) != (owner || files[i].is_public ? 0 : -EACCES))
			return files[i].path;
	return "";
}

TEST_F(permissions, files)
{
	EXPECT_STREQ("", unlike_their_modes(variant->owner));
}

#define EXPECTED_PCR 11

/* What to expect of one PCR, or without @digest which value to forget. */
static void expect_one(struct nl_req *req, __u8 cmd, const __u8 *digest)
{
	struct nl_req nest;

	nl_begin(req, cmd, 0);
	nl_put_u32(req, DRTMON_A_BASELINE_CHIP_ID, 0);
	nl_begin(&nest, 0, 0);
	nl_put_u32(&nest, DRTMON_A_EXPECT_ALG, TPM2_ALG_SHA256);
	nl_put_u32(&nest, DRTMON_A_EXPECT_INDEX, EXPECTED_PCR);
	if (digest)
		nl_put(&nest, DRTMON_A_EXPECT_DIGEST, digest, 32);
	nl_put(req, DRTMON_A_BASELINE_VALUE | NLA_F_NESTED, nest.attrs,
	       nest.hdr.nlmsg_len - offsetof(struct nl_req, attrs));
}

static int change_baseline(struct nl *nl, __u8 cmd)
{
	static const __u8 zeros[32];
	struct nl_req req;

	expect_one(&req, cmd, cmd == DRTMON_CMD_BASELINE_SET ? zeros : NULL);
	return nl_ask(nl, &req, NULL, NULL);
}

static int lock_baseline(struct nl *nl)
{
	struct nl_req req;

	nl_begin(&req, DRTMON_CMD_BASELINE_LOCK, 0);
	return nl_ask(nl, &req, NULL, NULL);
}

TEST_F(permissions, baseline_set_and_del)
{
	static const __u8 cmd[] = { DRTMON_CMD_BASELINE_SET, DRTMON_CMD_BASELINE_DEL };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmd); i++) {
		EXPECT_EQ(variant->sys_admin ? 0 : -EPERM, change_baseline(&self->nl, cmd[i]));
		if (!variant->sys_admin)
			EXPECT_STREQ(need_sys_admin, self->nl.text);
	}
}

/* Who may lock does so in the last test: nothing undoes it. */
TEST_F(permissions, baseline_lock)
{
	struct platform platform;

	if (variant->sys_admin)
		return;
	EXPECT_EQ(-EPERM, lock_baseline(&self->nl));
	EXPECT_STREQ(need_sys_admin, self->nl.text);
	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	EXPECT_EQ(0, platform.baseline_locked);
}

FIXTURE(namespaces)
{
	struct nl inside;
	struct nl outside;
};

FIXTURE_VARIANT(namespaces)
{
	int (*enter)(void);
	bool owner;
};

static int enter_netns(void)
{
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

static int enter_userns_and_netns(void)
{
	return become_userns_root(CLONE_NEWNET);
}

FIXTURE_VARIANT_ADD(namespaces, root_in_a_network_namespace){
	.enter = enter_netns,
	.owner = true,
};

FIXTURE_VARIANT_ADD(namespaces, root_of_a_user_and_network_namespace){
	.enter = enter_userns_and_netns,
};

FIXTURE_SETUP(namespaces)
{
	ASSERT_EQ(0, event_open(&self->outside));
	ASSERT_EQ(0, variant->enter());
	ASSERT_EQ(0, nl_open_anonymous(&self->inside));
}

FIXTURE_TEARDOWN(namespaces)
{
	nl_close(&self->inside);
	nl_close(&self->outside);
}

TEST_F(namespaces, family_is_not_visible)
{
	EXPECT_EQ(-ENOENT, nl_find(&self->inside, DRTMON_FAMILY_NAME));
}

/* Whoever was told the numbers outside gets no further with them inside. */
TEST_F(namespaces, family_does_not_answer)
{
	struct events events = {};
	struct platform platform;
	struct pcr_banks banks;
	struct chips chips;
	struct stats stats;
	struct chip chip;

	self->inside.family = self->outside.family;
	EXPECT_EQ(-ENOENT, platform_get(&self->inside, &platform));
	EXPECT_EQ(-ENOENT, stats_get(&self->inside, &stats));
	EXPECT_EQ(-ENOENT, chip_get(&self->inside, 0, &chip));
	EXPECT_EQ(-ENOENT, chip_dump(&self->inside, &chips));
	EXPECT_EQ(-ENOENT, pcr_read(&self->inside, false, &banks));
	EXPECT_EQ(-ENOENT, pcr_read(&self->inside, true, &banks));
	EXPECT_EQ(-ENOENT, event_dump(&self->inside, 1, &events));
	EXPECT_EQ(-ENOENT, change_baseline(&self->inside, DRTMON_CMD_BASELINE_SET));
	EXPECT_EQ(-ENOENT, change_baseline(&self->inside, DRTMON_CMD_BASELINE_DEL));
	EXPECT_EQ(-ENOENT, lock_baseline(&self->inside));
}

/* Files know no network namespaces. */
TEST_F(namespaces, files)
{
	EXPECT_STREQ("", unlike_their_modes(variant->owner));
}

/* What counts is not only who asks but also who opened the socket, and the other way round. */
TEST(socket_of_somebody_else)
{
	struct events events = {};
	struct nl nl;

	ASSERT_EQ(0, nl_open(&nl));
	ASSERT_EQ(0, become_nobody());
	EXPECT_EQ(-EPERM, event_dump(&nl, 1, &events));
	EXPECT_EQ(0, events.count);
	nl_close(&nl);
	events_free(&events);
}

static int extend_when_told(void *arg)
{
	__u16 alg = TPM2_ALG_SHA256;
	struct tpm_msg cmd;
	int *go = arg;
	int fd, ret;
	char byte;

	if (read(go[0], &byte, 1) != 1)
		return 1;
	fd = tpm_open("tpmrm0", 0);
	if (fd < 0)
		return 1;
	tpm_extend(&cmd, 16, &alg, 1, 1);
	ret = tpm_rc(fd, &cmd);
	close(fd);
	return !!ret;
}

/* Group numbers are the same in all namespaces, and the kernel lets one join them. */
TEST(groups_are_silent_in_a_network_namespace)
{
	struct sought sought = { .command = TPM2_CC_PCR_EXTEND };
	struct nl outside, inside;
	struct pollfd poll_fd;
	struct event event;
	int i, on = 1, go[2];
	pid_t writer;

	ASSERT_EQ(0, pipe(go));
	ASSERT_EQ(0, event_open(&outside));
	writer = child_start(extend_when_told, go);
	ASSERT_LT(0, writer);
	ASSERT_EQ(0, enter_userns_and_netns());
	ASSERT_EQ(0, nl_open_anonymous(&inside));
	for (i = 0; i < NL_GROUPS; i++)
		nl_join(&inside, outside.group[i]);
	setsockopt(inside.ear, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on, sizeof(on));
	ASSERT_EQ(1, write(go[1], "", 1));
	EXPECT_EQ(0, child_end(writer));
	ASSERT_EQ(0, event_wait(&outside, &sought, &event));
	/* Sockets are served one after the other, so what had come would be there. */
	poll_fd = (struct pollfd){ .fd = inside.ear, .events = POLLIN };
	EXPECT_EQ(0, poll(&poll_fd, 1, 0));
}

FIXTURE(last)
{
	struct nl nl;
};

FIXTURE_SETUP(last)
{
	ASSERT_EQ(0, become_sys_admin());
	ASSERT_EQ(0, nl_open(&self->nl));
}

FIXTURE_TEARDOWN(last)
{
	nl_close(&self->nl);
}

/* The cells of the lock that say yes. In a guest this has to be the last test of all. */
TEST_F(last, baseline_lock)
{
	struct platform platform;

	ASSERT_EQ(0, lock_baseline(&self->nl));
	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	EXPECT_EQ(1, platform.baseline_locked);
	EXPECT_EQ(-EROFS, change_baseline(&self->nl, DRTMON_CMD_BASELINE_SET));
}

TEST_MAIN(need_tpm2);
