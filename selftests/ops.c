// SPDX-License-Identifier: GPL-2.0-or-later
/* Every operation of the family, asked as the contract says. */
#include <cpuid.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "tpm.h"

static const __u64 ns_per_s = 1000000000ULL;

/* Are all of these attributes there? Ends with 0, which is none. */
static bool has_all(const void *message, const unsigned int *type)
{
	for (; *type; type++)
		if (!attr_has(message, *type))
			return false;
	return true;
}

#define HAS_ALL(message, ...) has_all((message), (const unsigned int[]){ __VA_ARGS__, 0 })

static __u64 now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * ns_per_s + ts.tv_nsec;
}

static void read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "r");

	line[0] = '\0';
	if (!file)
		return;
	if (!fgets(line, size, file))
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	fclose(file);
}

static unsigned int count_chips(void)
{
	DIR *dir = opendir("/sys/class/tpm");
	unsigned int count = 0;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		count += !strncmp(entry->d_name, "tpm", 3);
	if (dir)
		closedir(dir);
	return count;
}

FIXTURE(ops)
{
	struct nl nl;
	__u16 alg[DRTMON_BANKS_MAX];
	unsigned int banks;
};

FIXTURE_SETUP(ops)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	self->banks = tpm_banks("tpm0", self->alg, DRTMON_BANKS_MAX);
	ASSERT_LT(0, self->banks);
}

FIXTURE_TEARDOWN(ops)
{
	nl_close(&self->nl);
}

/* Extends a PCR that anybody may reset, and returns when its event was heard. */
static void extend(struct __test_metadata *_metadata, FIXTURE_DATA(ops) * self, __u32 seed,
		   struct event *event)
{
	struct sought sought = { .command = TPM2_CC_PCR_EXTEND, .tgid = getpid() };
	struct tpm_msg cmd;
	struct nl nl;
	int fd;

	ASSERT_EQ(0, event_open(&nl));
	fd = tpm_open("tpmrm0", 0);
	ASSERT_LE(0, fd);
	tpm_extend(&cmd, 16, self->alg, self->banks, seed);
	ASSERT_EQ(0, tpm_rc(fd, &cmd));
	ASSERT_EQ(0, event_wait(&nl, &sought, event));
	close(fd);
	nl_close(&nl);
}

TEST_F(ops, family)
{
	EXPECT_EQ(DRTMON_FAMILY_VERSION, self->nl.version);
	EXPECT_NE(0, self->nl.group[NL_GROUP_EVENTS]);
	EXPECT_NE(0, self->nl.group[NL_GROUP_ALERTS]);
	EXPECT_NE(self->nl.group[NL_GROUP_EVENTS], self->nl.group[NL_GROUP_ALERTS]);
}

TEST_F(ops, platform_get)
{
	struct platform platform, again;
	char version[64];

	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	EXPECT_TRUE(HAS_ALL(&platform, DRTMON_A_PLATFORM_MODULE_VERSION,
			    DRTMON_A_PLATFORM_UAPI_VERSION, DRTMON_A_PLATFORM_LOAD_ID,
			    DRTMON_A_PLATFORM_MODULE_STATE, DRTMON_A_PLATFORM_HOOK,
			    DRTMON_A_PLATFORM_CPU_VENDOR, DRTMON_A_PLATFORM_CPU_SIGNATURE,
			    DRTMON_A_PLATFORM_CPU_FEATURES, DRTMON_A_PLATFORM_ACPI_TABLE,
			    DRTMON_A_PLATFORM_BASELINE_LOCKED));
	read_line("/sys/module/drtmon/version", version, sizeof(version));
	EXPECT_STREQ(version, platform.module_version);
	EXPECT_EQ(DRTMON_FAMILY_VERSION, platform.uapi_version);
	EXPECT_EQ(DRTMON_MODULE_STATE_RUNNING, platform.module_state);
	ASSERT_EQ(0, platform_get(&self->nl, &again));
	EXPECT_NE(0, platform.load_id);
	EXPECT_EQ(platform.load_id, again.load_id);
}

static const struct hook *find_hook(const struct platform *platform, const char *symbol)
{
	__u32 i;

	for (i = 0; i < platform->hooks; i++)
		if (!strcmp(platform->hook[i].symbol, symbol))
			return &platform->hook[i];
	return NULL;
}

TEST_F(ops, platform_hooks)
{
	const struct hook *transmit, *write, *release;
	struct platform platform;
	__u32 i;

	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	for (i = 0; i < platform.hooks; i++) {
		EXPECT_TRUE(HAS_ALL(&platform.hook[i], DRTMON_A_HOOK_SYMBOL, DRTMON_A_HOOK_REQUIRED,
				    DRTMON_A_HOOK_STATE, DRTMON_A_HOOK_MISSED, DRTMON_A_HOOK_LOSS));
		EXPECT_EQ(DRTMON_HOOK_STATE_ACTIVE, platform.hook[i].state);
		EXPECT_STRNE("", platform.hook[i].loss);
	}
	transmit = find_hook(&platform, "tpm_transmit");
	ASSERT_NE(NULL, transmit);
	EXPECT_EQ(1, transmit->required);
	write = find_hook(&platform, "tpm_common_write");
	ASSERT_NE(NULL, write);
	EXPECT_EQ(0, write->required);
	release = find_hook(&platform, "tpm_common_release");
	ASSERT_NE(NULL, release);
	EXPECT_EQ(0, release->required);
}

TEST_F(ops, platform_cpu)
{
	__u32 eax, ebx, ecx, edx, known;
	struct platform platform;
	__u32 i;

	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	__cpuid(1, eax, ebx, ecx, edx);
	EXPECT_EQ(eax, platform.cpu_signature);
	EXPECT_EQ(!!(ecx & bit_SSE3), 1);
	EXPECT_EQ(ecx >> 6 & 1, !!(platform.cpu_features & DRTMON_CPU_FEATURE_SMX));
	EXPECT_EQ(ecx >> 31, !!(platform.cpu_features & DRTMON_CPU_FEATURE_HYPERVISOR));
	known = DRTMON_CPU_FEATURE_SMX | DRTMON_CPU_FEATURE_VMX | DRTMON_CPU_FEATURE_SVM |
		DRTMON_CPU_FEATURE_SKINIT | DRTMON_CPU_FEATURE_HYPERVISOR;
	EXPECT_EQ(0, platform.cpu_features & ~known);
	EXPECT_LE(platform.cpu_vendor, DRTMON_CPU_VENDOR_AMD);
	for (i = 0; i < platform.msrs; i++)
		EXPECT_TRUE(attr_has(&platform.msr[i], DRTMON_A_MSR_INDEX));
}

TEST_F(ops, platform_acpi)
{
	struct platform platform;
	struct stat st;
	char path[64];
	__u32 i;

	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	EXPECT_LE(4, platform.tables);
	for (i = 0; i < platform.tables; i++) {
		EXPECT_EQ(4, strlen(platform.table[i].signature));
		snprintf(path, sizeof(path), "/sys/firmware/acpi/tables/%s",
			 platform.table[i].signature);
		if (stat(path, &st))
			st.st_size = 0;
		EXPECT_EQ(st.st_size, platform.table[i].length) TH_LOG("%s", path);
	}
}

TEST_F(ops, chip_get)
{
	struct chip chip;
	__u32 i;

	ASSERT_EQ(0, chip_get(&self->nl, 0, &chip));
	EXPECT_TRUE(HAS_ALL(&chip, DRTMON_A_CHIP_ID, DRTMON_A_CHIP_NAME, DRTMON_A_CHIP_VERSION,
			    DRTMON_A_CHIP_BANK, DRTMON_A_CHIP_SNAPSHOT, DRTMON_A_CHIP_COMMANDS,
			    DRTMON_A_CHIP_SELF_COMMANDS, DRTMON_A_CHIP_HOOK_STATE,
			    DRTMON_A_CHIP_NO_INCREMENT, DRTMON_A_CHIP_CHECKED,
			    DRTMON_A_CHIP_RECONCILES, DRTMON_A_CHIP_CHECKPOINT_SEQ));
	EXPECT_EQ(DRTMON_HOOK_STATE_ACTIVE, chip.hook_state);
	EXPECT_EQ(0, chip.id);
	EXPECT_STREQ("tpm0", chip.name);
	EXPECT_EQ(DRTMON_CHIP_VERSION_TPM20, chip.version);
	ASSERT_EQ(self->banks, chip.banks);
	for (i = 0; i < chip.banks; i++) {
		EXPECT_TRUE(HAS_ALL(&chip.bank[i], DRTMON_A_BANK_ALG, DRTMON_A_BANK_DIGEST_SIZE));
		EXPECT_EQ(self->alg[i], chip.bank[i].alg);
		EXPECT_EQ(tpm_alg_size(self->alg[i]), chip.bank[i].digest_size);
	}
	EXPECT_LT(0, chip.self_commands);
	EXPECT_LE(chip.self_commands, chip.commands);
}

TEST_F(ops, chip_snapshot)
{
	struct chip chip;

	ASSERT_EQ(0, chip_get(&self->nl, 0, &chip));
	EXPECT_TRUE(HAS_ALL(&chip.snapshot, DRTMON_A_SNAPSHOT_STATE, DRTMON_A_SNAPSHOT_ERROR,
			    DRTMON_A_SNAPSHOT_COMMANDS, DRTMON_A_SNAPSHOT_DIGESTS,
			    DRTMON_A_SNAPSHOT_ATTEMPTS, DRTMON_A_SNAPSHOT_BOOTTIME,
			    DRTMON_A_SNAPSHOT_UPDATE_COUNTER));
	EXPECT_EQ(DRTMON_SNAPSHOT_STATE_CONSISTENT, chip.snapshot.state);
	EXPECT_EQ(0, chip.snapshot.error);
	EXPECT_EQ(24 * self->banks, chip.snapshot.digests);
	EXPECT_LE(1, chip.snapshot.attempts);
	EXPECT_LT(0, chip.snapshot.boottime);
	EXPECT_GT(now(CLOCK_BOOTTIME), chip.snapshot.boottime);
}

TEST_F(ops, chip_dump)
{
	struct chips chips;
	struct chip chip;

	ASSERT_EQ(0, chip_dump(&self->nl, &chips));
	EXPECT_EQ(0, self->nl.interrupted);
	ASSERT_EQ(count_chips(), chips.count);
	ASSERT_EQ(0, chip_get(&self->nl, 0, &chip));
	EXPECT_EQ(chip.has, chips.chip[0].has);
	EXPECT_STREQ(chip.name, chips.chip[0].name);
	EXPECT_EQ(chip.banks, chips.chip[0].banks);
}

TEST_F(ops, chip_counts_commands)
{
	struct chip before, after;
	struct tpm_msg cmd;
	int fd, i;

	fd = tpm_open("tpm0", 0);
	ASSERT_LE(0, fd);
	tpm_begin(&cmd, TPM2_ST_NO_SESSIONS, TPM2_CC_GET_CAPABILITY);
	tpm_u32(&cmd, 6);
	tpm_u32(&cmd, 0x100);
	tpm_u32(&cmd, 1);
	tpm_end(&cmd);
	do {
		ASSERT_EQ(0, chip_get(&self->nl, 0, &before));
		for (i = 0; i < 10; i++)
			ASSERT_EQ(0, tpm_rc(fd, &cmd));
		ASSERT_EQ(0, chip_get(&self->nl, 0, &after));
	} while (looked_between(&before, &after));
	/* The kernel's random number generator may draw from the TPM meanwhile. */
	EXPECT_LE(before.commands + 10, after.commands);
	EXPECT_GE(before.commands + 20, after.commands);
	EXPECT_EQ(before.self_commands, after.self_commands);
	close(fd);
}

TEST_F(ops, pcr_get)
{
	struct pcr_banks banks;
	__u32 i, j;

	ASSERT_EQ(0, pcr_read(&self->nl, false, &banks));
	EXPECT_EQ(0, self->nl.interrupted);
	ASSERT_EQ(self->banks, banks.count);
	for (i = 0; i < banks.count; i++) {
		const struct pcr_bank *bank = &banks.bank[i];

		EXPECT_TRUE(HAS_ALL(bank, DRTMON_A_PCRS_CHIP_ID, DRTMON_A_PCRS_CHIP_NAME,
				    DRTMON_A_PCRS_SNAPSHOT, DRTMON_A_PCRS_ALG, DRTMON_A_PCRS_PCR));
		EXPECT_EQ(0, bank->chip_id);
		EXPECT_STREQ("tpm0", bank->chip_name);
		EXPECT_EQ(self->alg[i], bank->alg);
		ASSERT_EQ(24, bank->pcrs);
		for (j = 0; j < bank->pcrs; j++) {
			EXPECT_EQ(j, bank->pcr[j].index);
			EXPECT_EQ(DRTMON_PCR_STATE_SHADOWED, bank->pcr[j].state);
			EXPECT_TRUE(HAS_ALL(&bank->pcr[j], DRTMON_A_PCR_INDEX, DRTMON_A_PCR_STATE,
					    DRTMON_A_PCR_HARDWARE, DRTMON_A_PCR_SHADOW,
					    DRTMON_A_PCR_BASELINE_STATE, DRTMON_A_PCR_CHECKPOINT,
					    DRTMON_A_PCR_LAST_EVENT));
			EXPECT_EQ(tpm_alg_size(bank->alg), bank->pcr[j].hardware.len);
			EXPECT_EQ(tpm_alg_size(bank->alg), bank->pcr[j].shadow.len);
			EXPECT_EQ(tpm_alg_size(bank->alg), bank->pcr[j].checkpoint.len);
			EXPECT_EQ(DRTMON_BASELINE_STATE_NONE, bank->pcr[j].baseline_state);
			EXPECT_FALSE(attr_has(&bank->pcr[j], DRTMON_A_PCR_BASELINE));
		}
	}
}

TEST_F(ops, pcr_get_refresh)
{
	struct pcr_banks before, after;
	struct event event;
	__u32 i;

	ASSERT_EQ(0, pcr_read(&self->nl, true, &before));
	extend(_metadata, self, 1, &event);
	ASSERT_EQ(0, pcr_read(&self->nl, true, &after));
	for (i = 0; i < after.count; i++) {
		const struct snapshot *was = &before.bank[i].snapshot;
		const struct snapshot *is = &after.bank[i].snapshot;
		const struct pcr *pcr = pcr_find(&after.bank[i], 16);
		__u8 digest[64];

		EXPECT_LT(was->boottime, is->boottime);
		ASSERT_NE(NULL, pcr);
		ASSERT_EQ(0, tpm_sysfs_pcr("tpm0", after.bank[i].alg, 16, digest));
		EXPECT_EQ(0, memcmp(digest, pcr->hardware.data, pcr->hardware.len));
		EXPECT_NE(0,
			  memcmp(before.bank[i].pcr[16].hardware.data, digest, pcr->hardware.len));
	}
}

TEST_F(ops, pcr_get_of_one_chip)
{
	struct pcr_banks banks;
	struct nl_req req;
	__u32 i;

	nl_begin(&req, DRTMON_CMD_PCR_GET, NLM_F_DUMP);
	nl_put_u32(&req, DRTMON_A_PCRS_CHIP_ID, 0);
	ASSERT_EQ(0, pcr_dump(&self->nl, &req, &banks));
	ASSERT_EQ(self->banks, banks.count);
	for (i = 0; i < banks.count; i++)
		EXPECT_EQ(0, banks.bank[i].chip_id);
}

TEST_F(ops, event_get)
{
	__u64 before = now(CLOCK_BOOTTIME), real = now(CLOCK_REALTIME);
	struct events events = {};
	struct event heard, *event;

	extend(_metadata, self, 2, &heard);
	ASSERT_EQ(0, event_dump(&self->nl, heard.seq, &events));
	ASSERT_LE(1, events.count);
	event = &events.event[0];
	EXPECT_EQ(heard.seq, event->seq);
	EXPECT_TRUE(HAS_ALL(event, DRTMON_A_EVENT_SEQ, DRTMON_A_EVENT_BOOTTIME,
			    DRTMON_A_EVENT_REALTIME, DRTMON_A_EVENT_KIND, DRTMON_A_EVENT_SEVERITY,
			    DRTMON_A_EVENT_CHIP_ID, DRTMON_A_EVENT_CHIP_NAME, DRTMON_A_EVENT_PCR,
			    DRTMON_A_EVENT_DIGEST));
	EXPECT_TRUE(HAS_ALL(event, DRTMON_A_EVENT_LOCALITY, DRTMON_A_EVENT_COMMAND,
			    DRTMON_A_EVENT_HANDLE, DRTMON_A_EVENT_RC, DRTMON_A_EVENT_ORIGIN,
			    DRTMON_A_EVENT_DEVICE, DRTMON_A_EVENT_PID, DRTMON_A_EVENT_TGID,
			    DRTMON_A_EVENT_UID, DRTMON_A_EVENT_COMM, DRTMON_A_EVENT_EXE,
			    DRTMON_A_EVENT_CGROUP_ID));
	EXPECT_FALSE(attr_has(event, DRTMON_A_EVENT_FOLDED));
	EXPECT_FALSE(attr_has(event, DRTMON_A_EVENT_COUNT));
	EXPECT_EQ(DRTMON_EVENT_KIND_PCR_EXTEND, event->kind);
	EXPECT_EQ(DRTMON_SEVERITY_NOTICE, event->severity);
	EXPECT_LE(before, event->boottime);
	EXPECT_GE(now(CLOCK_BOOTTIME), event->boottime);
	EXPECT_LE(real, event->realtime);
	EXPECT_GE(now(CLOCK_REALTIME), event->realtime);
	events_free(&events);
}

TEST_F(ops, event_get_and_notification_say_the_same)
{
	struct events events = {};
	struct event heard;

	extend(_metadata, self, 3, &heard);
	ASSERT_EQ(0, event_dump(&self->nl, heard.seq, &events));
	ASSERT_LE(1, events.count);
	EXPECT_EQ(0, memcmp(&heard, &events.event[0], sizeof(heard)));
	events_free(&events);
}

TEST_F(ops, event_get_since)
{
	struct events all = {}, unbounded = {}, zero = {}, last = {}, none = {};
	struct event first, second;
	size_t i;

	extend(_metadata, self, 4, &first);
	extend(_metadata, self, 5, &second);
	EXPECT_EQ(first.seq + 1, second.seq);
	ASSERT_EQ(0, event_dump(&self->nl, 1, &all));
	ASSERT_EQ(0, event_dump(&self->nl, 0, &unbounded));
	EXPECT_EQ(all.count, unbounded.count);
	for (i = 1; i < all.count; i++)
		EXPECT_EQ(all.event[i - 1].seq + 1, all.event[i].seq);
	EXPECT_EQ(second.seq, all.event[all.count - 1].seq);
	ASSERT_EQ(0, event_dump(&self->nl, second.seq, &last));
	ASSERT_EQ(1, last.count);
	EXPECT_EQ(second.seq, last.event[0].seq);
	ASSERT_EQ(0, event_dump(&self->nl, second.seq + 1, &none));
	EXPECT_EQ(0, none.count);
	ASSERT_EQ(0, event_dump(&self->nl, ~0ULL, &none));
	EXPECT_EQ(0, none.count);
	events_free(&all);
	events_free(&unbounded);
	events_free(&zero);
	events_free(&last);
}

TEST_F(ops, stats_get)
{
	struct stats before, after;
	struct event event;

	ASSERT_EQ(0, stats_get(&self->nl, &before));
	EXPECT_TRUE(HAS_ALL(&before, DRTMON_A_STATS_COMMANDS, DRTMON_A_STATS_EVENTS,
			    DRTMON_A_STATS_RING_SIZE, DRTMON_A_STATS_RING_FIRST,
			    DRTMON_A_STATS_RING_NEXT, DRTMON_A_STATS_QUEUE_LOST,
			    DRTMON_A_STATS_HOOK_MISSED, DRTMON_A_STATS_MALFORMED,
			    DRTMON_A_STATS_NOTIFY_FAILED));
	extend(_metadata, self, 6, &event);
	ASSERT_EQ(0, stats_get(&self->nl, &after));
	EXPECT_LT(before.commands, after.commands);
	EXPECT_EQ(before.events + 1, after.events);
	EXPECT_EQ(event.seq, after.events);
	EXPECT_EQ(event.seq + 1, after.ring_next);
	EXPECT_EQ(1, after.ring_first);
	EXPECT_LT(0, after.ring_size);
	EXPECT_EQ(0, after.queue_lost);
	EXPECT_EQ(0, after.hook_missed);
	EXPECT_EQ(0, after.notify_failed);
}

TEST_F(ops, alerts_are_the_grave_events)
{
	struct sought any = {};
	struct event event;
	struct tpm_msg cmd;
	struct nl alerts;
	int fd;

	ASSERT_EQ(0, nl_open(&alerts));
	ASSERT_EQ(0, nl_join(&alerts, alerts.group[NL_GROUP_ALERTS]));
	extend(_metadata, self, 7, &event);
	EXPECT_GT(DRTMON_SEVERITY_WARNING, event.severity);

	fd = tpm_open("tpmrm0", 0);
	ASSERT_LE(0, fd);
	tpm_begin(&cmd, TPM2_ST_SESSIONS, TPM2_CC_DA_LOCK_RESET);
	tpm_u32(&cmd, TPM2_RH_LOCKOUT);
	tpm_auth(&cmd, "");
	tpm_end(&cmd);
	ASSERT_EQ(0, tpm_rc(fd, &cmd));

	/* The extend came first: had it been an alert, it would be the first heard. */
	ASSERT_EQ(0, event_wait(&alerts, &any, &event));
	EXPECT_EQ(TPM2_CC_DA_LOCK_RESET, event.command);
	EXPECT_EQ(DRTMON_SEVERITY_WARNING, event.severity);
	close(fd);
	nl_close(&alerts);
}

TEST_MAIN(need_tpm2);
