// SPDX-License-Identifier: GPL-2.0-or-later
/* A machine without a TPM: nothing to see is said to be nothing, until one appears. */
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"
#include "vtpm.h"

FIXTURE(notpm)
{
	struct nl nl;
};

FIXTURE_SETUP(notpm)
{
	/* What was seen of the chips of other tests is forgotten. */
	if (kmod_loaded())
		ASSERT_EQ(0, kmod_unload());
	ASSERT_EQ(0, kmod_load(NULL));
	ASSERT_EQ(0, event_open(&self->nl));
}

FIXTURE_TEARDOWN(notpm)
{
	nl_close(&self->nl);
}

TEST_F(notpm, no_chip)
{
	struct pcr_banks banks;
	struct chips chips;
	struct chip chip;

	EXPECT_EQ(0, chip_dump(&self->nl, &chips));
	EXPECT_EQ(0, chips.count);
	EXPECT_EQ(-ENODEV, chip_get(&self->nl, 0, &chip));
	EXPECT_EQ(0, pcr_read(&self->nl, false, &banks));
	EXPECT_EQ(0, banks.count);
	EXPECT_EQ(0, pcr_read(&self->nl, true, &banks));
	EXPECT_EQ(0, banks.count);
}

TEST_F(notpm, no_event)
{
	struct events events = {};
	struct stats stats;

	EXPECT_EQ(0, event_dump(&self->nl, 1, &events));
	EXPECT_EQ(0, events.count);
	ASSERT_EQ(0, stats_get(&self->nl, &stats));
	EXPECT_EQ(0, stats.events);
	EXPECT_EQ(0, stats.ring_first);
	EXPECT_EQ(1, stats.ring_next);
	EXPECT_EQ(0, stats.commands);
}

TEST_F(notpm, platform)
{
	struct platform platform;

	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	EXPECT_EQ(DRTMON_MODULE_STATE_RUNNING, platform.module_state);
	EXPECT_NE(0, platform.cpu_signature);
}

TEST_F(notpm, status_says_so)
{
	FILE *file = fopen("/sys/kernel/security/drtmon/status", "r");
	char text[4096];
	size_t len;

	ASSERT_NE(NULL, file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	fclose(file);
	EXPECT_NE(NULL, strstr(text, "\ntpm: none\n")) TH_LOG("%s", text);
}

/* The first chip ever: the module learns what a chip is from its first command. */
TEST_F(notpm, first_chip)
{
	struct sought added = { .kind = DRTMON_EVENT_KIND_CHIP_ADD };
	struct sought extended = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND };
	struct pcr_banks banks;
	struct event event;
	struct tpm_msg cmd;
	struct vtpm vtpm;
	int fd;

	if (system("modprobe -q tpm_vtpm_proxy"))
		SKIP(return, "needs tpm_vtpm_proxy");
	ASSERT_EQ(0, vtpm_start(&vtpm, VTPM_GOOD));
	ASSERT_EQ(0, vtpm_wait(&vtpm));
	ASSERT_EQ(0, event_wait(&self->nl, &added, &event));
	EXPECT_STREQ("tpm0", event.chip_name);
	ASSERT_EQ(0, pcr_read(&self->nl, false, &banks));
	EXPECT_EQ(VTPM_BANKS, banks.count);
	fd = tpm_open("tpmrm0", 0);
	ASSERT_LE(0, fd);
	tpm_extend(&cmd, 5, vtpm_alg, VTPM_BANKS, 1);
	ASSERT_EQ(0, tpm_rc_again(fd, &cmd));
	ASSERT_EQ(0, event_wait(&self->nl, &extended, &event));
	EXPECT_EQ(getpid(), event.tgid);
	EXPECT_EQ(5, event.pcr);
	close(fd);
	vtpm_stop(&vtpm);
}

static const char *need_no_tpm(void)
{
	return access("/dev/tpm0", F_OK) ? need_module() : "needs a machine without a TPM";
}

TEST_MAIN(need_no_tpm);
