// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A real driver is taken from its TPM. Its commands are answered to the very end,
 * unlike those of a server that went away. IMA keeps the number of the chip it
 * found at boot: what comes back is another, so this is a guest's last program.
 */
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"

#define DRIVER "/sys/bus/platform/drivers/tpm_tis/"
#define DEVICE "MSFT0101:00"
#define ROUNDS 5

struct reader {
	__u32 chip;
	int begun[2];
};

/* Reads all PCRs again and again, until there is no such chip. */
static int read_on(void *arg)
{
	const struct reader *reader = arg;
	static struct pcr_banks banks;
	struct nl_req req;
	struct nl nl;
	int ret;

	if (nl_open(&nl))
		return 1;
	do {
		nl_begin(&req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
		nl_put_u32(&req, DRTMON_A_PCRS_CHIP_ID, reader->chip);
		nl_put(&req, DRTMON_A_PCRS_REFRESH, NULL, 0);
		ret = pcr_dump(&nl, &req, &banks);
		if (write(reader->begun[1], "", 1) != 1)
			ret = -EIO;
	} while (!ret);
	nl_close(&nl);
	return ret == -EIO ? 2 : 0;
}

static void hear(struct __test_metadata *_metadata, struct nl *nl, __u32 kind, struct event *event)
{
	struct sought sought = { .kind = kind };

	ASSERT_EQ(0, event_wait(nl, &sought, event));
}

TEST(driver_is_unbound_while_its_tpm_is_read)
{
	struct reader reader = {};
	struct events events = {};
	struct event event;
	struct nl nl;
	char byte;
	pid_t pid;
	__u32 n;
	int i;

	if (access(DRIVER DEVICE, F_OK))
		SKIP(return, "no TPM of the driver tpm_tis");
	ASSERT_EQ(0, kmod_load(NULL));
	ASSERT_EQ(0, event_open(&nl));
	for (i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, chip_get(&nl, reader.chip, &(struct chip){}));
		ASSERT_EQ(0, pipe(reader.begun));
		pid = child_start(read_on, &reader);
		ASSERT_EQ(1, read(reader.begun[0], &byte, 1));
		ASSERT_EQ(0, write_text(DRIVER "unbind", DEVICE));
		hear(_metadata, &nl, DRTMON_EVENT_KIND_CHIP_REMOVE, &event);
		EXPECT_EQ(reader.chip, event.chip_id);
		EXPECT_EQ(0, child_end(pid));
		close(reader.begun[0]);
		close(reader.begun[1]);
		ASSERT_EQ(0, write_text(DRIVER "bind", DEVICE));
		hear(_metadata, &nl, DRTMON_EVENT_KIND_CHIP_ADD, &event);
		reader.chip = event.chip_id;
	}
	ASSERT_EQ(0, event_dump(&nl, 0, &events));
	for (n = 0; n < events.count; n++) {
		EXPECT_NE(DRTMON_EVENT_KIND_HOOK_DEAD, events.event[n].kind);
		EXPECT_NE(DRTMON_EVENT_KIND_PCR_DRIFT, events.event[n].kind);
	}
	events_free(&events);
	nl_close(&nl);
}

TEST_MAIN(need_tpm2);
