// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a request allocates on its way to the module and back fails, one allocation
 * after the other, by the kernel's own fault injection: failslab and
 * fail_page_alloc. Whoever asked is answered or told, and the next is answered.
 */
#include <fcntl.h>

#include "baseline.h"
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "tpm.h"

#define FAIL_NTH "/proc/self/fail-nth"
#define DIR_NAME "/sys/kernel/security/drtmon"

#define TIMEOUT	 3600
#define PCR	 11
/* More than any of these allocate. */
#define NTH_MAX 500

static struct nl client;

static int ask_platform(void)
{
	struct platform platform;

	return platform_get(&client, &platform);
}

static int ask_stats(void)
{
	struct stats stats;

	return stats_get(&client, &stats);
}

static int ask_chip(void)
{
	struct chip chip;

	return chip_get(&client, 0, &chip);
}

static int ask_chips(void)
{
	struct chips chips;

	return chip_dump(&client, &chips);
}

static struct pcr_banks banks;

static int ask_pcrs(void)
{
	return pcr_read(&client, false, &banks);
}

static int ask_tpms(void)
{
	return pcr_read(&client, true, &banks);
}

static int ask_events(void)
{
	struct events events = {};
	int ret = event_dump(&client, 0, &events);

	events_free(&events);
	return ret;
}

static int expect(void)
{
	static const __u8 zeros[32];

	return baseline_set(&client, 0, TPM2_ALG_SHA256, PCR, zeros, sizeof(zeros));
}

static int expect_no_more(void)
{
	return baseline_del(&client, 0, TPM2_ALG_SHA256, PCR);
}

static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;
	char data[4096];
	ssize_t len;

	if (fd < 0)
		return -errno;
	while ((len = read(fd, data, sizeof(data))) > 0)
		;
	ret = len < 0 ? -errno : 0;
	close(fd);
	return ret;
}

#define READ(name, file)                             \
	static int name(void)                        \
	{                                            \
		return read_file(DIR_NAME "/" file); \
	}

READ(file_status, "status")
READ(file_pcrs, "pcrs")
READ(file_registers, "txt/registers")
READ(file_heap, "txt/heap")
READ(file_log, "drtm_measurements")

FIXTURE(allocations)
{
	int fd;
};

/* @error: what a request may say as well */
FIXTURE_VARIANT(allocations)
{
	const char *name;
	int (*act)(void);
	int error;
};

#define VARIANT(id, ...)                                          \
	FIXTURE_VARIANT_ADD(allocations, id)                      \
	{                                                         \
		.name = #id, .act = id __VA_OPT__(, ) __VA_ARGS__ \
	}

VARIANT(ask_platform);
VARIANT(ask_stats);
VARIANT(ask_chip);
VARIANT(ask_chips);
VARIANT(ask_pcrs);
VARIANT(ask_tpms);
VARIANT(ask_events);
VARIANT(expect);
VARIANT(expect_no_more);
VARIANT(file_status);
VARIANT(file_pcrs);
VARIANT(file_registers);
VARIANT(file_heap, .error = -EIO);
VARIANT(file_log, .error = -EIO);

FIXTURE_SETUP(allocations)
{
	self->fd = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, nl_open(&client));
	ASSERT_EQ(0, variant->act());
	nl_close(&client);
}

FIXTURE_TEARDOWN(allocations)
{
	close(self->fd);
}

/* Copies to and from a process count as well, where the kernel can fail these. */
static int set_nth(int fd, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(fd, text, len, 0) == len)
		return 0;
	return errno == EFAULT && pwrite(fd, text, len, 0) == len ? 0 : -errno;
}

/* Whether an allocation failed since; if not, this may be what fails. */
static bool has_failed(int fd)
{
	char text[16] = "";

	return pread(fd, text, sizeof(text) - 1, 0) > 0 && !atoi(text);
}

static bool is_about_memory(int error)
{
	return error == -ENOMEM || error == -ENOBUFS || error == -EFAULT;
}

TEST_F_TIMEOUT(allocations, fail, TIMEOUT)
{
	unsigned int nth, refused = 0;
	bool failed = true;
	int ret;

	for (nth = 1; nth < NTH_MAX && failed; nth++) {
		ASSERT_EQ(0, nl_open(&client));
		ASSERT_EQ(0, set_nth(self->fd, nth));
		ret = variant->act();
		failed = has_failed(self->fd);
		ASSERT_EQ(0, set_nth(self->fd, 0));
		EXPECT_TRUE(!ret || is_about_memory(ret) || ret == variant->error)
		{
			TH_LOG("allocation %u: %d", nth, ret);
		}
		refused += !!ret;
		nl_close(&client);
	}
	EXPECT_FALSE(failed);
	EXPECT_LT(0, refused);
	ASSERT_EQ(0, nl_open(&client));
	EXPECT_EQ(0, variant->act());
	nl_close(&client);
	printf("# %s: %u allocations failed, %u were told\n", variant->name, nth - 2, refused);
	fflush(stdout);
}

/* All allocations, those that may wait too, and without a word in the log. */
static const char *need_injection(void)
{
	static const char *const knob[][2] = {
		{ "failslab/ignore-gfp-wait", "N" },	    { "failslab/verbose", "0" },
		{ "fail_page_alloc/ignore-gfp-wait", "N" }, { "fail_page_alloc/min-order", "0" },
		{ "fail_page_alloc/verbose", "0" },
	};
	const char *base = getenv("TXT_BASE");
	char text[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(knob); i++) {
		snprintf(text, sizeof(text), "/sys/kernel/debug/%s", knob[i][0]);
		if (write_text(text, knob[i][1]))
			return "needs a kernel that fails allocations: FAILSLAB, FAIL_PAGE_ALLOC";
	}
	if (!base || access("/dev/tpmrm0", F_OK))
		return "needs a TXT machine with a TPM 2.0";
	snprintf(text, sizeof(text), "txt_base=%s", base);
	return kmod_load(text) ? "the module does not load" : NULL;
}

TEST_MAIN(need_injection);
