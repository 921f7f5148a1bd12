// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each call of the module that allocates or registers fails once: while it loads,
 * serves a request or a file, finds and reads a TPM, and works off what it saw.
 * What was asked for is then refused with a true errno, or the module says what it
 * could not do; the same is asked again and goes well, and nothing is left.
 *
 * Which calls an act makes is seen first; then one after the other is made to fail.
 * Needs faultpoint.ko, and is run by selftests/faults, which knows all calls there are.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>

#include "baseline.h"
#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"
#include "vtpm.h"

#define ARM	   "/sys/kernel/debug/faultpoint/arm"
#define PLACES	   "/sys/kernel/debug/faultpoint/places"
#define DIR_NAME   "/sys/kernel/security/drtmon"

#define TIMEOUT	   3600
#define PLACES_MAX 128
#define NONE	   -1
#define PCR	   11
#define NOBODY	   65534
#define PATIENCE   120

/* A call in the module's code, as faultpoint tells of it. */
struct place {
	unsigned int passes;
	unsigned int failures;
	char caller[64];
	char callee[64];
};

static struct place place[PLACES_MAX];

static int places_read(void)
{
	FILE *file = fopen(PLACES, "r");
	int count = 0;

	if (!file)
		return -errno;
	while (count < PLACES_MAX &&
	       fscanf(file, "%u %u %63s %63s", &place[count].passes, &place[count].failures,
		      place[count].caller, place[count].callee) == 4)
		count++;
	fclose(file);
	return count;
}

static int arm_fd = -1;

static int arm(int number, unsigned int pass)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%d %u", number, pass);

	return pwrite(arm_fd, text, len, 0) == len ? 0 : -errno;
}

static bool has_failed(void)
{
	char text = '0';

	return pread(arm_fd, &text, 1, 0) == 1 && text == '1';
}

static bool is_late(time_t deadline)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec >= deadline;
}

static time_t deadline_in(time_t seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + seconds;
}

static struct nl client;

/* A question on the way to an answer was refused, as it should be, and asked again. */
static bool asked_again;

static int ask_again(int ret)
{
	if (ret != -ENOMEM || asked_again)
		return ret;
	asked_again = true;
	return -EAGAIN;
}

static struct platform platform;

static bool region_is_unreadable(const struct region *region)
{
	return region->state == DRTMON_REGION_STATE_UNREADABLE;
}

/* Does what was read last say that something could not be had? */
static bool platform_tells(void)
{
	bool tells = platform.module_state == DRTMON_MODULE_STATE_DEGRADED ||
		     platform.txt.state == DRTMON_TXT_STATE_FAILED ||
		     region_is_unreadable(&platform.txt.heap);
	__u32 i;

	for (i = 0; i < platform.txt.logs; i++)
		tells |= region_is_unreadable(&platform.txt.log[i]);
	for (i = 0; i < platform.hooks; i++)
		tells |= platform.hook[i].state == DRTMON_HOOK_STATE_MISSING;
	return tells;
}

static bool snapshot_tells(const struct snapshot *snapshot)
{
	return snapshot->state == DRTMON_SNAPSHOT_STATE_FAILED && snapshot->error == ENOMEM;
}

static bool chip_tells(__u32 number)
{
	struct chip chip;

	return !chip_get(&client, number, &chip) && snapshot_tells(&chip.snapshot);
}

static int open_client(void)
{
	return nl_open(&client);
}

static int close_client(void)
{
	nl_close(&client);
	return 0;
}

static int nothing(void)
{
	return 0;
}

/* Loading, and the first look at the TPM. */

static char module_path[256], module_parameters[64];

static int load(void)
{
	int fd = open(module_path, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, module_parameters, 0) ? -errno : 0;
	close(fd);
	return ret;
}

static struct chip looked_at;

/* Wait until a chip was looked at, which the module itself does not do for long. */
static int chip_looked_at(__u32 number)
{
	time_t deadline = deadline_in(PATIENCE);
	int ret;

	do {
		ret = ask_again(chip_get(&client, number, &looked_at));
		if (!ret && looked_at.snapshot.state == DRTMON_SNAPSHOT_STATE_NONE)
			ret = is_late(deadline) ? -ETIMEDOUT : -EAGAIN;
	} while (ret == -EAGAIN);
	return ret;
}

static int load_and_look(void)
{
	int ret = load();

	if (!ret)
		ret = open_client();
	if (!ret)
		ret = chip_looked_at(0);
	/* None, if there was no memory for it. */
	return ret == -ENODEV ? 0 : ret;
}

static bool load_tells(void)
{
	return !platform_get(&client, &platform) && (platform_tells() || chip_tells(0));
}

static unsigned int changes_told(void)
{
	struct events events = {};
	unsigned int i, count = 0;

	if (event_dump(&client, 0, &events))
		count = UINT_MAX;
	for (i = 0; i < events.count; i++)
		count += events.event[i].kind == DRTMON_EVENT_KIND_TXT_CHANGE;
	events_free(&events);
	return count;
}

/* Nothing is missing, and what could not be read at first is not said to have changed. */
static bool load_is_whole(void)
{
	struct chip chip;

	return !platform_get(&client, &platform) && !platform_tells() &&
	       platform.txt.heap.state == DRTMON_REGION_STATE_PRESENT && platform.txt.logs &&
	       !changes_told() && !chip_get(&client, 0, &chip) &&
	       chip.snapshot.state == DRTMON_SNAPSHOT_STATE_CONSISTENT;
}

static bool probes_left(void)
{
	FILE *file = fopen("/sys/kernel/debug/kprobes/list", "r");
	char line[512];
	bool found = false;

	while (file && fgets(line, sizeof(line), file))
		found |= strstr(line, "tpm_") || strstr(line, "[drtmon]");
	if (file)
		fclose(file);
	return found;
}

/* A family that is left keeps the next load from succeeding; looking for one loads it. */
static int unload(void)
{
	if (kmod_loaded())
		nl_close(&client);
	if (kmod_loaded() && kmod_unload())
		return -EBUSY;
	return access(DIR_NAME, F_OK) && !probes_left() ? 0 : -EEXIST;
}

/* Requests. */

static int ask_platform(void)
{
	return platform_get(&client, &platform);
}

/* What was unreadable for a while is not said to have changed. */
static int close_unchanged(void)
{
	unsigned int changes;
	int ret = ask_platform();

	changes = changes_told();
	close_client();
	return ret ? ret : changes ? -EBADMSG : 0;
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

static struct pcr_banks banks;

static int ask_pcrs(void)
{
	return pcr_read(&client, false, &banks);
}

static int ask_all_tpms(void)
{
	return pcr_read(&client, true, &banks);
}

static bool all_tpms_tell(void)
{
	return banks.count && snapshot_tells(&banks.bank[0].snapshot);
}

static int refresh(__u32 number)
{
	int ret = pcr_refresh(&client, number, &banks);

	/* A TPM that was not asked is not blamed. */
	return ret == -ENOMEM && strstr(client.text, "answer") ? -EBADMSG : ret;
}

static int ask_tpm(void)
{
	return refresh(0);
}

static int expect_of(__u32 chip)
{
	static const __u8 zeros[32];

	return baseline_set(&client, chip, TPM2_ALG_SHA256, PCR, zeros, sizeof(zeros));
}

static int forget(void)
{
	return baseline_del(&client, 0, TPM2_ALG_SHA256, PCR);
}

static int ask_to_expect(void)
{
	return expect_of(0);
}

static int is_expected(void)
{
	const struct pcr *pcr;
	int ret = ask_pcrs();

	if (ret)
		return ret;
	pcr = pcr_find(pcr_bank_find(&banks, 0, TPM2_ALG_SHA256), PCR);
	return pcr ? pcr->baseline_state != DRTMON_BASELINE_STATE_NONE : -ENOENT;
}

/* A request that is refused changes nothing. */
static int change_whole(int (*change)(void), int before)
{
	int ret = is_expected();

	if (ret != before)
		return ret < 0 ? ret : -EBADMSG;
	ret = change();
	if (ret && is_expected() != before)
		return -EBADMSG;
	return ret;
}

static int prepare_expect(void)
{
	int ret = open_client();

	return ret ? ret : forget();
}

static int prepare_forget(void)
{
	int ret = open_client();

	return ret ? ret : ask_to_expect();
}

/* Files. */

/* Of all bytes of the last file: FNV-1a. */
static __u64 content, content_known;

static int read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;
	unsigned char data[4096];
	ssize_t len, i;

	if (fd < 0)
		return -errno;
	content = 0xcbf29ce484222325;
	while ((len = read(fd, data, sizeof(data))) > 0)
		for (i = 0; i < len; i++)
			content = (content ^ data[i]) * 0x100000001b3;
	ret = len < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static bool file_is_whole(void)
{
	return content == content_known;
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

/* Chips that come, and a baseline that a chip leaves behind. */

static struct vtpm vtpm;

static bool unfollowed_tells(void)
{
	return !platform_get(&client, &platform) &&
	       platform.module_state == DRTMON_MODULE_STATE_DEGRADED;
}

static int chip_comes(void)
{
	time_t deadline = deadline_in(PATIENCE);
	int ret = vtpm_start(&vtpm, VTPM_GOOD);

	memset(&looked_at, 0, sizeof(looked_at));
	if (!ret)
		ret = vtpm_wait(&vtpm);
	/* The device file may be there before the module knows. */
	while (!ret) {
		ret = chip_looked_at(vtpm.number);
		if (ret != -ENODEV)
			break;
		if (unfollowed_tells())
			return 0;
		ret = is_late(deadline) ? -ETIMEDOUT : 0;
	}
	return ret;
}

/* What it takes to keep a baseline is had with the first value that is expected. */
static int chip_comes_and_is_judged(void)
{
	int ret = chip_comes();

	if (ret || looked_at.id != vtpm.number ||
	    looked_at.snapshot.state != DRTMON_SNAPSHOT_STATE_CONSISTENT)
		return ret;
	return expect_of(vtpm.number);
}

static bool come_tells(void)
{
	return unfollowed_tells() || chip_tells(vtpm.number);
}

static int chip_leaves(void)
{
	vtpm_stop(&vtpm);
	return close_client();
}

static int prepare_tpm12(void)
{
	time_t deadline = deadline_in(PATIENCE);
	int ret = vtpm_start(&vtpm, VTPM_TPM12);

	if (!ret)
		ret = vtpm_wait(&vtpm);
	if (!ret)
		ret = open_client();
	while (!ret && (ret = chip_looked_at(vtpm.number)) == -ENODEV)
		ret = is_late(deadline) ? -ETIMEDOUT : 0;
	return ret;
}

static int ask_tpm12(void)
{
	time_t deadline = deadline_in(PATIENCE);
	int ret;

	/* The TPM core waits for less than a second, which a busy host may need. */
	do
		ret = refresh(vtpm.number);
	while (ret == -ETIME && !is_late(deadline));
	return ret;
}

/* The worker, with somebody who listens. */

static struct stats stats_before, stats_after;

static int prepare_worker(void)
{
	int ret = event_open(&client);

	return ret ? ret : stats_get(&client, &stats_before);
}

static int extend(void)
{
	__u16 alg = TPM2_ALG_SHA256;
	struct tpm_msg cmd;
	int fd = tpm_open("tpm0", 0), ret;

	if (fd < 0)
		return fd;
	tpm_extend(&cmd, 16, &alg, 1, 1);
	ret = tpm_rc(fd, &cmd);
	close(fd);
	return ret;
}

/* An extend that is followed by all that the worker does about it. */
static int extend_and_wait(void)
{
	time_t deadline = deadline_in(PATIENCE);
	int ret = extend();

	while (!ret) {
		ret = ask_again(stats_get(&client, &stats_after));
		if (!ret && stats_after.events > stats_before.events)
			break;
		if (!ret || ret == -EAGAIN)
			ret = is_late(deadline) ? -ETIMEDOUT : 0;
	}
	return ret;
}

/* Nobody could be told; the ring has it, and the shadow is what the TPM is. */
static bool worker_tells(void)
{
	struct events events = {};
	const struct pcr *pcr;
	bool tells = stats_after.notify_failed == stats_before.notify_failed + 1 &&
		     !event_dump(&client, stats_before.ring_next, &events) && events.count == 1 &&
		     events.event[0].kind == DRTMON_EVENT_KIND_PCR_EXTEND;

	events_free(&events);
	if (!tells || ask_all_tpms())
		return false;
	pcr = pcr_find(pcr_bank_find(&banks, 0, TPM2_ALG_SHA256), 16);
	return pcr && pcr->state == DRTMON_PCR_STATE_SHADOWED &&
	       !memcmp(pcr->hardware.data, pcr->shadow.data, pcr->shadow.len);
}

static int ask_to_lock(void)
{
	struct nl_req req;
	int ret;

	nl_begin(&req, DRTMON_CMD_BASELINE_LOCK, 0);
	ret = nl_ask(&client, &req, NULL, NULL);
	if (ret != -ENOMEM)
		return ret;
	return platform_get(&client, &platform) || platform.baseline_locked ? -EBADMSG : ret;
}

FIXTURE(faults)
{
	unsigned int passes[PLACES_MAX];
	unsigned int refused;
	unsigned int told;
	unsigned int harmless;
};

/*
 * @name: of the variant
 * @prepare: before an act
 * @act: what makes the calls
 * @undo: after it
 * @tells: the module says what was missing
 * @whole: nothing is missing
 * @error: what an act may say instead of ENOMEM
 * @most: of the calls at one place, so many fail, one in each act
 */
FIXTURE_VARIANT(faults)
{
	const char *name;
	int (*prepare)(void);
	int (*act)(void);
	int (*undo)(void);
	bool (*tells)(void);
	bool (*whole)(void);
	int error;
	unsigned int most;
};

#define VARIANT(id, prepares, acts, undoes, fail_most, ...)                                       \
	FIXTURE_VARIANT_ADD(faults, id)                                                           \
	{                                                                                         \
		.name = #id, .prepare = prepares, .act = acts, .undo = undoes, .most = fail_most, \
		__VA_ARGS__                                                                       \
	}
#define OP(id, acts)	 VARIANT(id, open_client, acts, close_client, 1)
#define FILE_OF(id, ...) VARIANT(id, nothing, id, nothing, 4, __VA_ARGS__)

static int expect(void)
{
	return change_whole(ask_to_expect, false);
}

static int expect_no_more(void)
{
	return change_whole(forget, true);
}

VARIANT(platform, open_client, ask_platform, close_unchanged, 4, .tells = platform_tells);
OP(stats, ask_stats);
OP(chip, ask_chip);
OP(pcrs, ask_pcrs);
OP(refresh, ask_tpm);
VARIANT(refresh_all, open_client, ask_all_tpms, close_client, 2, .tells = all_tpms_tell);
VARIANT(expect, prepare_expect, expect, close_client, 1);
VARIANT(expect_no_more, prepare_forget, expect_no_more, close_client, 1);
FILE_OF(file_status);
FILE_OF(file_pcrs);
/* Heap and log are read with it, but are other files. */
FILE_OF(file_registers, .whole = file_is_whole);
FILE_OF(file_heap, .whole = file_is_whole, .error = -EIO);
FILE_OF(file_log, .error = -EIO);
VARIANT(chip_comes, open_client, chip_comes_and_is_judged, chip_leaves, 2, .tells = come_tells);
VARIANT(tpm12, prepare_tpm12, ask_tpm12, chip_leaves, 2);
VARIANT(worker, prepare_worker, extend_and_wait, close_client, 2, .tells = worker_tells);
VARIANT(load, nothing, load_and_look, unload, 3, .tells = load_tells, .whole = load_is_whole);

FIXTURE_SETUP(faults)
{
	bool loads = variant->act == load_and_look;
	int count, i;

	if (loads && kmod_loaded())
		ASSERT_EQ(0, kmod_unload());
	if (!loads && !kmod_loaded()) {
		ASSERT_EQ(0, load_and_look());
		nl_close(&client);
	}
	/* Once for what the kernel keeps of a first time, and once to see what calls there are. */
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, variant->prepare());
		ASSERT_EQ(0, arm(NONE, 0));
		ASSERT_EQ(0, variant->act());
		count = places_read();
		content_known = content;
		EXPECT_FALSE(variant->tells && variant->tells());
		ASSERT_EQ(0, variant->undo());
	}
	ASSERT_LT(0, count);
	for (i = 0; i < count; i++)
		self->passes[i] = place[i].passes;
}

FIXTURE_TEARDOWN(faults)
{
}

static void fail(struct __test_metadata *_metadata, FIXTURE_DATA(faults) * self,
		 const FIXTURE_VARIANT(faults) * variant, int number, unsigned int pass)
{
	bool tells, whole;
	int ret;

	asked_again = false;
	ASSERT_EQ(0, variant->prepare());
	ASSERT_EQ(0, arm(number, pass));
	ret = variant->act();
	if (has_failed()) {
		tells = !ret && (asked_again || (variant->tells && variant->tells()));
		whole = !ret && !tells && variant->whole && variant->whole();
		EXPECT_TRUE(ret == -ENOMEM || (ret && ret == variant->error) || tells || whole)
		{
			TH_LOG("%s in %s, call %u: %d", place[number].callee, place[number].caller,
			       pass, ret);
		}
		self->refused += !!ret;
		self->told += tells;
		self->harmless += whole;
	} else {
		EXPECT_EQ(0, ret);
	}
	ASSERT_EQ(0, arm(NONE, 0));
	ASSERT_EQ(0, variant->undo());
}

TEST_F_TIMEOUT(faults, are_told, TIMEOUT)
{
	unsigned int pass, failing = 0;
	int i;

	for (i = 0; i < PLACES_MAX; i++) {
		failing += !!self->passes[i];
		for (pass = 1; pass <= self->passes[i] && pass <= variant->most; pass++)
			fail(_metadata, self, variant, i, pass);
	}
	EXPECT_LT(0, failing);
	/* As before. */
	ASSERT_EQ(0, variant->prepare());
	ASSERT_EQ(0, variant->act());
	EXPECT_FALSE(variant->tells && variant->tells());
	ASSERT_EQ(0, variant->undo());
	printf("# %s: %u calls at %u places failed: %u refused, %u told, %u did no harm\n",
	       variant->name, self->refused + self->told + self->harmless, failing, self->refused,
	       self->told, self->harmless);
	fflush(stdout);
}

/*
 * A heap that cannot be read for a while is compared with what it was before, also
 * when that was longer ago than the last look.
 */
FIXTURE(heap)
{
	__u64 at;
	__u8 byte;
	int fd;
};

FIXTURE_SETUP(heap)
{
	if (!kmod_loaded())
		ASSERT_EQ(0, load());
	ASSERT_EQ(0, open_client());
	ASSERT_EQ(0, ask_platform());
	ASSERT_EQ(DRTMON_REGION_STATE_PRESENT, platform.txt.heap.state);
	self->at = platform.txt.heap.addr + platform.txt.heap.size - 1;
	self->fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(1, pread(self->fd, &self->byte, 1, self->at));
}

FIXTURE_TEARDOWN(heap)
{
	EXPECT_EQ(1, pwrite(self->fd, &self->byte, 1, self->at));
	close(self->fd);
	nl_close(&client);
}

static int place_of(const char *callee)
{
	int count = places_read(), i;

	for (i = 0; i < count; i++)
		if (!strcmp(place[i].callee, callee))
			return i;
	return NONE;
}

TEST_F(heap, that_changed_while_unreadable_is_told)
{
	unsigned int before = changes_told();
	__u8 other = ~self->byte;
	int i;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, arm(place_of("memremap"), 1));
		ASSERT_EQ(0, ask_platform());
		ASSERT_TRUE(has_failed());
		EXPECT_EQ(DRTMON_REGION_STATE_UNREADABLE, platform.txt.heap.state);
	}
	EXPECT_EQ(before, changes_told());
	ASSERT_EQ(1, pwrite(self->fd, &other, 1, self->at));
	ASSERT_EQ(0, ask_platform());
	EXPECT_EQ(DRTMON_REGION_STATE_PRESENT, platform.txt.heap.state);
	EXPECT_EQ(before + 1, changes_told());
}

FIXTURE(lock){};

FIXTURE_SETUP(lock)
{
	if (!kmod_loaded())
		ASSERT_EQ(0, load());
	ASSERT_EQ(0, open_client());
}

FIXTURE_TEARDOWN(lock)
{
	nl_close(&client);
}

/* Last, as the module stays from here on. So nobody looks first what calls there are. */
TEST_F(lock, is_refused)
{
	int count = places_read(), i, failing = 0;

	for (i = 0; i < count; i++) {
		if (!strstr(place[i].caller, "telling") &&
		    !strstr(place[i].caller, "baseline_lock"))
			continue;
		ASSERT_EQ(0, arm(i, 1));
		EXPECT_EQ(-ENOMEM, ask_to_lock());
		EXPECT_TRUE(has_failed());
		failing++;
	}
	EXPECT_LT(0, failing);
	ASSERT_EQ(0, arm(NONE, 0));
	EXPECT_EQ(0, ask_to_lock());
}

static const char *need_faults(void)
{
	const char *base = getenv("TXT_BASE");
	struct utsname host;

	arm_fd = open(ARM, O_RDWR | O_CLOEXEC);
	if (arm_fd < 0 || !base || uname(&host))
		return "needs faultpoint.ko and a TXT machine";
	if (kmod_loaded())
		return "needs the module not to be loaded";
	/* Nothing by itself: what it does is asked for. */
	snprintf(module_parameters, sizeof(module_parameters), "reconcile_seconds=0 txt_base=%s",
		 base);
	snprintf(module_path, sizeof(module_path), "/lib/modules/%s/updates/drtmon.ko",
		 host.release);
	if (access("/dev/tpmrm0", F_OK))
		return "needs a TPM 2.0";
	return system("modprobe tpm_vtpm_proxy") ? "needs tpm_vtpm_proxy" : NULL;
}

TEST_MAIN(need_faults);
