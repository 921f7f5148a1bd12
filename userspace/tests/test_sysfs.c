// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/fake/head.h"

#include <errno.h>
#include <sys/syscall.h>

#include "lib/evidence_live.h"
#include "lib/hex.h"
#include "lib/launch.h"
#include "lib/lockdown.h"
#include "lib/secure_boot.h"
#include "lib/sysfs.h"
#include "tests/fake/tree.h"

#define CHIP	"/sys/class/tpm/tpm0"
#define SB	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define SETUP	"/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define MIX20	"000102030405060708090A0B0C0D0E0F10111213"

#define SILENCE "no answer"

static struct drtmon_chips chips;
static unsigned int unanswered;

/* A file that says SILENCE is of a TPM that the kernel waits for in vain. */
ssize_t read(int fd, void *buf, size_t max)
{
	ssize_t n = syscall(SYS_read, fd, buf, max);

	if (n != sizeof(SILENCE) - 1 || memcmp(buf, SILENCE, sizeof(SILENCE) - 1))
		return n;
	unanswered++;
	errno = ETIME;
	return -1;
}

static void look(int ret, size_t count)
{
	assert_int_equal(drtmon_sysfs_chips(tree, -1, &chips, NULL), ret);
	assert_int_equal(chips.count, count);
}

static const uint8_t *value(const char *bank, uint32_t pcr)
{
	return drtmon_pcrs_get(&chips.chip[0].pcrs, drtmon_alg_by_name(bank, strlen(bank)), pcr);
}

static void test_no_class(void **state)
{
	look(-ENODEV, 0);
	tree_text("/sys/class/tpm/other", "");
	look(0, 0);
	drtmon_chips_free(&chips);
}

static void test_tpm20(void **state)
{
	tree_text(CHIP "/tpm_version_major", "2\n");
	tree_text(CHIP "/pcr-sha1/0", MIX20 "\n");
	tree_text(CHIP "/pcr-sha1/17", MIX20);
	tree_text(CHIP "/pcr-sha256/17", MIX20 "141516171819101112131415\n");
	look(0, 1);
	assert_string_equal(drtmon_chip_version_name(&chips.chip[0]), "2.0");
	assert_int_equal(chips.chip[0].banks, 2);
	assert_int_equal(chips.chip[0].unreadable, 0);
	assert_int_equal(value("sha1", 17)[19], 0x13);
	assert_non_null(value("sha256", 17));
	assert_null(value("sha1", 1));
	assert_string_equal(drtmon_snapshot_state_name(&chips.chip[0].snapshot), "unknown");
	drtmon_chips_free(&chips);
}

/* A TPM in failure mode: the kernel's error code comes out as so many NULs. */
static void test_failure_mode(void **state)
{
	static const char nuls[0x101];

	tree_text(CHIP "/tpm_version_major", "2\n");
	tree_put(CHIP "/pcr-sha1/17", nuls, sizeof(nuls));
	tree_text(CHIP "/pcr-sha1/18", MIX20 "00\n");
	tree_text(CHIP "/pcr-sha1/19", "what?\n");
	look(0, 1);
	assert_int_equal(chips.chip[0].unreadable, 7 << 17);
	assert_null(value("sha1", 17));
	assert_non_null(strstr(chips.chip[0].why, "sysfs gives no value"));
	drtmon_chips_free(&chips);
}

static void test_tpm12(void **state)
{
	tree_text(CHIP "/tpm_version_major", "1\n");
	tree_text(CHIP "/device/pcrs",
		  "PCR-00: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 \n"
		  "PCR-17: FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF\n"
		  "PCR-18: FF FF\n"
		  "PCR-19:\n"
		  "PCR-20: FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF\n"
		  "PCR-99: 00\n"
		  "nonsense\n");
	look(0, 1);
	assert_string_equal(drtmon_chip_version_name(&chips.chip[0]), "1.2");
	assert_int_equal(chips.chip[0].banks, 1);
	assert_int_equal(value("sha1", 0)[10], 0x0a);
	assert_int_equal(value("sha1", 17)[0], 0xff);
	assert_int_equal(chips.chip[0].unreadable, 7 << 18);
	drtmon_chips_free(&chips);
}

static void test_switches(void **state)
{
	struct drtmon_chip chip = { .name = "tpm0" };

	drtmon_sysfs_switches(tree, &chip);
	assert_string_equal(chip.off, "");
	tree_text(CHIP "/active", "0\n");
	drtmon_sysfs_switches(tree, &chip);
	assert_string_equal(chip.off, "deactivated");
	tree_text(CHIP "/enabled", "0\n");
	drtmon_sysfs_switches(tree, &chip);
	assert_string_equal(chip.off, "disabled");
	tree_text(CHIP "/enabled", "1\n");
	tree_text(CHIP "/active", "1\n");
	drtmon_sysfs_switches(tree, &chip);
	assert_string_equal(chip.off, "");
}

/* A file that is not there is no TPM that did not tell. */
static void test_flags(void **state)
{
	struct drtmon_sysfs_flags flags;

	drtmon_sysfs_flags(tree, "tpm0", &flags);
	assert_int_equal(flags.enabled, DRTMON_KNOWN_NOTHING);
	assert_int_equal(flags.owned, DRTMON_KNOWN_NOTHING);
	tree_text(CHIP "/device/owned", "1\n");
	tree_text(CHIP "/device/active", "0\n");
	drtmon_sysfs_flags(tree, "tpm0", &flags);
	assert_int_equal(flags.enabled, DRTMON_KNOWN_NOTHING);
	assert_int_equal(flags.active, DRTMON_KNOWN_NO);
	assert_int_equal(flags.owned, DRTMON_KNOWN_YES);
}

static void test_several(void **state)
{
	tree_text("/sys/class/tpm/tpm10/tpm_version_major", "2\n");
	tree_text("/sys/class/tpm/tpm2/tpm_version_major", "9\n");
	tree_text("/sys/class/tpm/tpm0x/tpm_version_major", "2\n");
	look(0, 2);
	assert_string_equal(chips.chip[0].name, "tpm2");
	assert_null(drtmon_chip_version_name(&chips.chip[0]));
	assert_string_equal(chips.chip[0].why, "this kernel shows no PCRs in sysfs");
	assert_string_equal(chips.chip[1].name, "tpm10");
	drtmon_chips_free(&chips);
	assert_int_equal(drtmon_sysfs_chips(tree, 10, &chips, NULL), 0);
	assert_int_equal(chips.count, 1);
	drtmon_chips_free(&chips);
}

/* Two minutes of waiting, and not as many times as there are PCRs and banks. */
static void test_silent(void **state)
{
	tree_text(CHIP "/pcr-sha1/0", MIX20 "\n");
	tree_text(CHIP "/pcr-sha1/1", SILENCE);
	tree_text(CHIP "/pcr-sha1/2", MIX20 "\n");
	tree_text(CHIP "/pcr-sha1/3", SILENCE);
	tree_text(CHIP "/pcr-sha1/4", SILENCE);
	tree_text(CHIP "/pcr-sha1/5", SILENCE);
	tree_text(CHIP "/pcr-sha256/0", SILENCE);
	unanswered = 0;
	look(0, 1);
	assert_int_equal(unanswered, 3);
	assert_int_equal(chips.chip[0].banks, 2);
	assert_non_null(value("sha1", 0));
	assert_non_null(value("sha1", 2));
	assert_int_equal(chips.chip[0].unreadable, 0x3b);
	assert_string_equal(chips.chip[0].why, "sysfs gives no value of sha1 PCR 4: Timer expired");
	drtmon_chips_free(&chips);
}

/* The kernel shows an empty file when the TPM did not answer; no other is read then. */
static void test_silent_switches(void **state)
{
	static struct drtmon_facts facts;
	struct drtmon_sysfs_flags flags;
	struct drtmon_machine m = { 0 };
	struct drtmon_chip *chip = drtmon_chips_add(&m.chips, 0, DRTMON_CHIP_FROM_SYSFS);

	tree_text(CHIP "/enabled", "");
	tree_text(CHIP "/device/enabled", SILENCE);
	tree_text(CHIP "/active", SILENCE);
	tree_text(CHIP "/owned", SILENCE);
	unanswered = 0;
	drtmon_sysfs_flags(tree, "tpm0", &flags);
	assert_int_equal(flags.enabled, DRTMON_KNOWN_NOTHING);
	drtmon_sysfs_switches(tree, chip);
	assert_string_equal(chip->off, "");
	drtmon_facts_live(&facts, &m, tree);
	assert_int_equal(facts.chip[0].enabled, DRTMON_KNOWN_NOTHING);
	assert_int_equal(unanswered, 0);
	tree_text(CHIP "/enabled", "0\n");
	drtmon_sysfs_switches(tree, chip);
	assert_string_equal(chip->off, "disabled");
	tree_text(CHIP "/enabled", "1\n");
	tree_text(CHIP "/active", "1\n");
	drtmon_sysfs_switches(tree, chip);
	assert_int_equal(unanswered, 0);
	tree_text(CHIP "/active", SILENCE);
	memset(&facts, 0, sizeof(facts));
	drtmon_facts_live(&facts, &m, tree);
	assert_int_equal(facts.chip[0].enabled, DRTMON_KNOWN_YES);
	assert_int_equal(facts.chip[0].active, DRTMON_KNOWN_NOTHING);
	assert_int_equal(unanswered, 1);
	drtmon_chips_free(&m.chips);
}

/* A daemon may not wait for a TPM, of whatever version: no file that asks it is read. */
static void test_glance(void **state)
{
	struct drtmon_machine m;
	struct drtmon_launch launch;
	struct drtmon_verdict tpm;

	tree_text(CHIP "/tpm_version_major", "1\n");
	tree_text(CHIP "/enabled", SILENCE);
	tree_text(CHIP "/active", SILENCE);
	tree_text(CHIP "/owned", SILENCE);
	tree_text(CHIP "/pcrs", SILENCE);
	tree_text(CHIP "/pcr-sha1/17", SILENCE);
	unanswered = 0;
	drtmon_machine_glance(&m, tree);
	drtmon_launch_judge(&launch, &m, tree);
	drtmon_verdict_tpm(&m, &tpm);
	assert_int_equal(unanswered, 0);
	assert_int_equal(m.chips.count, 1);
	assert_string_equal(tpm.state, "unknown");
	assert_string_equal(launch.verdict.state, "unknown");
	strcpy(m.chips.chip[0].off, "disabled");
	drtmon_launch_judge(&launch, &m, tree);
	assert_int_equal(launch.chain.link[DRTMON_LINK_TPM].state, DRTMON_LINK_BROKEN);
	assert_string_equal(launch.chain.tpm, "disabled");
	assert_int_equal(unanswered, 0);
	drtmon_machine_free(&m);
	drtmon_machine_look(&m, tree);
	assert_int_not_equal(unanswered, 0);
	drtmon_machine_free(&m);
}

/* A PCR's file that is not read asks for nothing. */
static void test_names(void **state)
{
	tree_text(CHIP "/tpm_version_major", "2\n");
	tree_text(CHIP "/pcr-sha1/17", SILENCE);
	unanswered = 0;
	assert_int_equal(drtmon_sysfs_names(tree, &chips, NULL), 0);
	assert_int_equal(chips.count, 1);
	assert_string_equal(drtmon_chip_version_name(&chips.chip[0]), "2.0");
	assert_int_equal(chips.chip[0].banks, 0);
	assert_null(value("sha1", 17));
	assert_string_equal(chips.chip[0].why,
			    "the module has no values of it, and the TPM was not asked");
	assert_int_equal(unanswered, 0);
	drtmon_chips_free(&chips);
}

/* The module cannot vouch for its values: sysfs is asked, and said to have been. */
static void test_complete(void **state)
{
	struct drtmon_chip *chip = drtmon_chips_add(&chips, 0, DRTMON_CHIP_FROM_MODULE);

	chip->snapshot.have = 1ull << DRTMON_A_SNAPSHOT_STATE;
	chip->snapshot.state = DRTMON_SNAPSHOT_STATE_CONSISTENT;
	tree_text(CHIP "/pcr-sha1/17", MIX20 "\n");
	drtmon_sysfs_complete(tree, &chips);
	assert_int_equal(chip->source, DRTMON_CHIP_FROM_MODULE);
	strcpy(chip->why, "stale");
	chip->unreadable = 1 << 17;
	tree_text(CHIP "/pcr-sha1/18", "x\n");
	drtmon_sysfs_complete(tree, &chips);
	assert_int_equal(chip->source, DRTMON_CHIP_FROM_MODULE);
	assert_string_equal(chip->why, "stale");
	tree_drop(CHIP "/pcr-sha1/18");
	/* Answers that the module refused are no better when sysfs shows them. */
	chip->snapshot.state = DRTMON_SNAPSHOT_STATE_FAILED;
	drtmon_sysfs_complete(tree, &chips);
	assert_int_equal(chip->source, DRTMON_CHIP_FROM_MODULE);
	chip->snapshot.state = DRTMON_SNAPSHOT_STATE_CONSISTENT;
	drtmon_sysfs_complete(tree, &chips);
	assert_int_equal(chip->source, DRTMON_CHIP_FROM_SYSFS);
	assert_string_equal(chip->why, "");
	assert_int_equal(chip->unreadable, 0);
	assert_non_null(value("sha1", 17));
	assert_string_equal(drtmon_snapshot_state_name(&chip->snapshot), "unknown");
	drtmon_chips_free(&chips);
}

static void test_acpi(void **state)
{
	assert_int_equal(drtmon_sysfs_acpi(tree, "TPM2"), DRTMON_FACT_UNREADABLE);
	tree_text("/sys/firmware/acpi/tables/FACP", "");
	assert_int_equal(drtmon_sysfs_acpi(tree, "TPM2"), DRTMON_FACT_ABSENT);
	tree_text("/sys/firmware/acpi/tables/TPM2", "");
	assert_int_equal(drtmon_sysfs_acpi(tree, "TPM2"), DRTMON_FACT_PRESENT);
}

static void test_secure_boot(void **state)
{
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_UNSUPPORTED);
	tree_text("/sys/firmware/efi/fw_platform_size", "64");
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_NO_VARIABLES);
	tree_text("/sys/firmware/efi/efivars/Boot0000-x", "");
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_UNSUPPORTED);
	tree_put(SB, "\6\0\0\0\1", 5);
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_ENABLED);
	tree_put(SB, "\6\0\0\0\0", 5);
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_DISABLED);
	tree_put(SETUP, "\6\0\0\0\1", 5);
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_SETUP_MODE);
	tree_put(SB, "\6\0\0\0\7", 5);
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_UNREADABLE);
	tree_put(SB, "\6\0\0\0", 4);
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_UNREADABLE);
	tree_put(SB, "\6\0\0\0\1\1", 6);
	assert_int_equal(drtmon_secure_boot_look(tree), DRTMON_SECURE_BOOT_UNREADABLE);
}

static void test_lockdown(void **state)
{
	assert_int_equal(drtmon_lockdown_look(tree), DRTMON_LOCKDOWN_UNREADABLE);
	tree_text("/sys/kernel/security/lsm", "capability");
	assert_int_equal(drtmon_lockdown_look(tree), DRTMON_LOCKDOWN_UNSUPPORTED);
	tree_text("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	assert_int_equal(drtmon_lockdown_look(tree), DRTMON_LOCKDOWN_NONE);
	tree_text("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	assert_int_equal(drtmon_lockdown_look(tree), DRTMON_LOCKDOWN_INTEGRITY);
	tree_text("/sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
	assert_int_equal(drtmon_lockdown_look(tree), DRTMON_LOCKDOWN_CONFIDENTIALITY);
	tree_text("/sys/kernel/security/lockdown", "");
	assert_int_equal(drtmon_lockdown_look(tree), DRTMON_LOCKDOWN_UNREADABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_no_class), T(test_tpm20),	   T(test_failure_mode),
		T(test_tpm12),	  T(test_switches),	   T(test_several),
		T(test_acpi),	  T(test_secure_boot),	   T(test_lockdown),
		T(test_complete), T(test_names),	   T(test_silent),
		T(test_glance),	  T(test_silent_switches), T(test_flags),
	};

	return cmocka_run_group_tests_name("sysfs", tests, NULL, NULL);
}
