// SPDX-License-Identifier: GPL-2.0-or-later
/* The files in securityfs say what netlink says, to everyone who may read them. */
#include <sys/stat.h>

#include "family.h"
#include "harness.h"
#include "kmod.h"
#include "proc.h"
#include "tpm.h"

#define DIR "/sys/kernel/security/drtmon/"

FIXTURE(files)
{
	struct nl nl;
	struct chip chip;
	struct stats stats;
	char text[65536];
};

static void read_file(struct __test_metadata *_metadata, FIXTURE_DATA(files) * self,
		      const char *path)
{
	FILE *file = fopen(path, "r");
	size_t len;

	ASSERT_NE(NULL, file) TH_LOG("%s", path);
	len = fread(self->text, 1, sizeof(self->text) - 1, file);
	self->text[len] = '\0';
	ASSERT_GT(sizeof(self->text) - 1, len);
	fclose(file);
}

FIXTURE_SETUP(files)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, chip_get(&self->nl, 0, &self->chip));
}

FIXTURE_TEARDOWN(files)
{
	nl_close(&self->nl);
}

/* The number behind a word, -1 when the word is not there. */
static long long number_after(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	return at ? strtoll(at + strlen(word), NULL, 10) : -1;
}

TEST_F(files, status)
{
	struct platform platform;
	char line[128];
	__u32 i;

	ASSERT_EQ(0, platform_get(&self->nl, &platform));
	ASSERT_EQ(0, stats_get(&self->nl, &self->stats));
	read_file(_metadata, self, DIR "status");
	snprintf(line, sizeof(line), "drtmon: version %s, state running\n",
		 platform.module_version);
	EXPECT_TRUE(self->text == strstr(self->text, line)) TH_LOG("%s", self->text);
	for (i = 0; i < platform.hooks; i++) {
		snprintf(line, sizeof(line), "\nhook %s: active, missed %llu\n",
			 platform.hook[i].symbol, platform.hook[i].missed);
		EXPECT_NE(NULL, strstr(self->text, line)) TH_LOG("no %s", line);
	}
	EXPECT_EQ((long long)self->stats.events, number_after(self->text, "\nevents: "));
	EXPECT_EQ((long long)self->stats.ring_first, number_after(self->text, ", kept from "));
	EXPECT_EQ((long long)self->stats.malformed, number_after(self->text, ", malformed "));
}

TEST_F(files, status_of_a_chip)
{
	char line[256] = "\ntpm0: version 2.0, snapshot consistent, banks";
	__u32 i;

	for (i = 0; i < self->chip.banks; i++) {
		strcat(line, " ");
		strcat(line, tpm_alg_name(self->chip.bank[i].alg));
	}
	read_file(_metadata, self, DIR "status");
	ASSERT_NE(NULL, strstr(self->text, line)) TH_LOG("%s", self->text);
	/* The line of all events speaks of commands too. */
	EXPECT_LE((long long)self->chip.commands,
		  number_after(strstr(self->text, "\ntpm0: "), ", commands "));
}

/* One line a PCR, as "tpm0/pcr-sha256/0: <hex>", in the order of netlink. */
TEST_F(files, pcrs)
{
	struct pcr_banks banks;
	char *line, *rest;
	__u32 i, j, k;

	ASSERT_EQ(0, pcr_read(&self->nl, true, &banks));
	read_file(_metadata, self, DIR "pcrs");
	rest = self->text;
	for (i = 0; i < banks.count; i++) {
		for (j = 0; j < banks.bank[i].pcrs; j++) {
			const struct pcr *pcr = &banks.bank[i].pcr[j];
			char want[256];
			int at;

			at = sprintf(want, "%s/pcr-%s/%u: ", banks.bank[i].chip_name,
				     tpm_alg_name(banks.bank[i].alg), pcr->index);
			for (k = 0; k < pcr->shadow.len; k++)
				at += sprintf(want + at, "%02x", pcr->shadow.data[k]);
			line = strsep(&rest, "\n");
			ASSERT_NE(NULL, line);
			EXPECT_STREQ(want, line);
		}
	}
	EXPECT_STREQ("", rest);
}

TEST_F(files, are_everyones_to_read)
{
	ASSERT_EQ(0, become_user(UID_NOBODY));
	read_file(_metadata, self, DIR "status");
	EXPECT_STRNE("", self->text);
	read_file(_metadata, self, DIR "pcrs");
	EXPECT_STRNE("", self->text);
}

TEST_F(files, are_nobodys_to_write)
{
	static const char *const path[] = { DIR "status", DIR "pcrs" };
	struct stat st;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(path); i++) {
		ASSERT_EQ(0, stat(path[i], &st));
		EXPECT_EQ(S_IFREG | 0444, st.st_mode);
		EXPECT_EQ(0, st.st_uid);
	}
}

/* Somebody who holds a file open holds the module, and nothing worse happens. */
TEST_F(files, open_keep_the_module)
{
	FILE *file = fopen(DIR "status", "r");

	ASSERT_NE(NULL, file);
	EXPECT_EQ(-EAGAIN, kmod_unload());
	EXPECT_NE(EOF, fgetc(file));
	fclose(file);
	EXPECT_EQ(0, kmod_unload());
	EXPECT_NE(0, access(DIR, F_OK));
	EXPECT_EQ(0, kmod_load(NULL));
	EXPECT_EQ(0, access(DIR "status", R_OK));
}

TEST_MAIN(need_tpm2);
