// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel extends by itself: IMA's measurements of programs, into PCR 10. */
#include <sys/mount.h>
#include <sys/stat.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "tpm.h"

#define LIST	"/sys/kernel/security/ima/ascii_runtime_measurements"
#define IMA_PCR 10

FIXTURE(ima)
{
	struct nl nl;
	struct event event;
	char program[64];
};

/* The initial file system is one of those that the policy does not measure. */
FIXTURE_SETUP(ima)
{
	char command[256];

	ASSERT_EQ(0, event_open(&self->nl));
	mkdir("/tmp/measured", 0755);
	ASSERT_EQ(0, mount("none", "/tmp/measured", "ramfs", 0, NULL));
	strcpy(self->program, "/tmp/measured/program");
	/* Bytes behind a program do no harm, and make one that was never measured. */
	snprintf(command, sizeof(command), "{ cat /bin/busybox; echo %d; } >%s && chmod 755 %s",
		 getpid(), self->program, self->program);
	ASSERT_EQ(0, system(command));
}

FIXTURE_TEARDOWN(ima)
{
	nl_close(&self->nl);
	umount2("/tmp/measured", MNT_DETACH);
}

static int run_true(void *program)
{
	execl(program, "true", NULL);
	return 127;
}

/* The template hash of the last measurement of a file, as hexadecimal digits. */
static void last_measurement(const char *path, char *hash, size_t size)
{
	char line[1024], digits[128];
	FILE *file = fopen(LIST, "r");

	hash[0] = '\0';
	while (file && fgets(line, sizeof(line), file))
		if (strstr(line, path) && sscanf(line, "10 %127s", digits) == 1)
			snprintf(hash, size, "%s", digits);
	if (file)
		fclose(file);
}

TEST_F(ima, measurement_is_the_kernels)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND, .pcr = IMA_PCR + 1 };
	char hash[128], digits[128] = "";
	const struct digest *sha1;
	__u16 alg[DRTMON_BANKS_MAX];
	__u32 i;

	sought.tgid = child_start(run_true, self->program);
	ASSERT_EQ(0, child_end(sought.tgid));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	EXPECT_EQ(DRTMON_ORIGIN_KERNEL, self->event.origin);
	EXPECT_EQ(DRTMON_SEVERITY_INFO, self->event.severity);
	EXPECT_EQ(TPM2_CC_PCR_EXTEND, self->event.command);
	EXPECT_EQ(0, self->event.rc);
	EXPECT_STREQ("tpm0", self->event.device);
	EXPECT_STREQ("tpm0", self->event.chip_name);
	EXPECT_EQ(IMA_PCR, self->event.pcr);
	/* On whose behalf: the process that wanted the program. */
	EXPECT_EQ(sought.tgid, self->event.pid);
	EXPECT_EQ(0, self->event.uid);
	EXPECT_EQ(tpm_banks("tpm0", alg, DRTMON_BANKS_MAX), self->event.digests);

	sha1 = digest_find(&self->event, TPM2_ALG_SHA1);
	ASSERT_NE(NULL, sha1);
	for (i = 0; i < sha1->value.len; i++)
		sprintf(digits + 2 * i, "%02x", sha1->value.data[i]);
	last_measurement(self->program, hash, sizeof(hash));
	EXPECT_STREQ(hash, digits);
}

/* Kernel and process in one breath: each extend is its own. */
TEST_F(ima, is_told_from_the_process)
{
	/* Kernels differ in how often they measure on the way. */
	struct sought by_kernel = { .command = TPM2_CC_PCR_EXTEND, .pcr = IMA_PCR + 1 };
	struct sought by_process = { .command = TPM2_CC_PCR_EXTEND, .pcr = 16 + 1 };
	char exe[256], command[512];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	ASSERT_LT(0, len);
	exe[len] = '\0';
	*strrchr(exe, '/') = '\0';
	snprintf(command, sizeof(command), "%s sh -c true; exec %s/extend tpmrm0 16", self->program,
		 exe);
	ASSERT_EQ(0, system(command));
	ASSERT_EQ(0, event_wait(&self->nl, &by_kernel, &self->event));
	EXPECT_EQ(DRTMON_ORIGIN_KERNEL, self->event.origin);
	ASSERT_EQ(0, event_wait(&self->nl, &by_process, &self->event));
	EXPECT_EQ(DRTMON_ORIGIN_USER, self->event.origin);
	EXPECT_STREQ("tpmrm0", self->event.device);
	EXPECT_STREQ("extend", self->event.comm);
}

TEST_F(ima, shadow_follows)
{
	struct sought sought = { .kind = DRTMON_EVENT_KIND_PCR_EXTEND, .pcr = IMA_PCR + 1 };
	struct pcr_banks shadow;
	__u8 digest[BLOB_MAX];
	__u32 i;

	ASSERT_EQ(0, child_run(run_true, self->program));
	ASSERT_EQ(0, event_wait(&self->nl, &sought, &self->event));
	ASSERT_EQ(0, pcr_read(&self->nl, false, &shadow));
	for (i = 0; i < shadow.count; i++) {
		const struct pcr *pcr = pcr_find(&shadow.bank[i], IMA_PCR);

		ASSERT_NE(NULL, pcr);
		ASSERT_EQ(0, tpm_sysfs_pcr("tpm0", shadow.bank[i].alg, IMA_PCR, digest));
		EXPECT_EQ(0, memcmp(digest, pcr->shadow.data, pcr->shadow.len));
	}
}

static const char *need_ima(void)
{
	char line[4096] = "";
	FILE *file = fopen("/proc/cmdline", "r");
	bool measures;

	measures = file && fgets(line, sizeof(line), file) && strstr(line, "ima_policy=tcb");
	if (file)
		fclose(file);
	if (!measures || access(LIST, R_OK))
		return "needs ima_policy=tcb on the kernel command line";
	return need_tpm2();
}

TEST_MAIN(need_ima);
