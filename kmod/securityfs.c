// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/security/drtmon: the same state as over netlink, for people and
 * for tools that only read files. Documentation/ABI/testing/securityfs-drtmon.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/drtmon.h>

#include "chip.h"
#include "hook.h"
#include "securityfs.h"
#include "shadow.h"

static const char *const snapshot_names[] = {
	[DRTMON_SNAPSHOT_STATE_NONE] = "none",
	[DRTMON_SNAPSHOT_STATE_CONSISTENT] = "consistent",
	[DRTMON_SNAPSHOT_STATE_TORN] = "torn",
	[DRTMON_SNAPSHOT_STATE_FAILED] = "failed",
};

/* As in the TPM core's sysfs attribute groups. */
static const char *alg_name(u16 alg)
{
	switch (alg) {
	case DRTMON_TPM_ALG_SHA1:
		return "sha1";
	case DRTMON_TPM_ALG_SHA256:
		return "sha256";
	case DRTMON_TPM_ALG_SHA384:
		return "sha384";
	case DRTMON_TPM_ALG_SHA512:
		return "sha512";
	case DRTMON_TPM_ALG_SM3_256:
		return "sm3_256";
	case DRTMON_TPM_ALG_SHA3_256:
		return "sha3_256";
	case DRTMON_TPM_ALG_SHA3_384:
		return "sha3_384";
	case DRTMON_TPM_ALG_SHA3_512:
		return "sha3_512";
	default:
		return NULL;
	}
}

static void show_alg(struct seq_file *m, u16 alg)
{
	const char *name = alg_name(alg);

	if (name)
		seq_puts(m, name);
	else
		seq_printf(m, "alg-%04x", alg);
}

static void show_chip(struct seq_file *m, struct drtmon_chip *chip)
{
	u32 i;

	drtmon_chip_settle(chip);
	mutex_lock(&chip->lock);
	seq_printf(m, "%s: version %s, snapshot %s, banks", chip->name,
		   chip->version == DRTMON_CHIP_VERSION_TPM20 ? "2.0" : "1.2",
		   snapshot_names[chip->snapshot.state]);
	for (i = 0; i < chip->hardware->banks.count; i++) {
		seq_putc(m, ' ');
		show_alg(m, chip->hardware->banks.bank[i].alg);
	}
	if (!chip->hardware->banks.count)
		seq_puts(m, " unknown");
	seq_printf(m, ", commands %llu\n", READ_ONCE(chip->tap.commands));
	mutex_unlock(&chip->lock);
}

static int status_show(struct seq_file *m, void *unused)
{
	struct drtmon_event_range range;
	struct drtmon_hook_stats stats;
	struct drtmon_hook_info info;
	struct drtmon_chip *chip;
	u32 i;

	seq_printf(m, "drtmon: version %s, state %s\n", DRTMON_VERSION,
		   drtmon_hook_degraded() ? "degraded" : "running");
	for (i = 0; !drtmon_hook_info(i, &info); i++)
		seq_printf(m, "hook %s: %s, missed %llu\n", info.symbol,
			   info.active ? "active" : "missing", info.missed);
	drtmon_event_range(&range);
	drtmon_hook_stats(&stats);
	seq_printf(m, "events: %llu, kept from %llu, commands lost %llu, malformed %llu\n",
		   range.next - 1, range.first, stats.lost + stats.missed, stats.malformed);
	for (i = 0; (chip = drtmon_chip_get(i)); i++) {
		show_chip(m, chip);
		drtmon_chip_put(chip);
	}
	if (!i)
		seq_puts(m, "tpm: none\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(status);

static void show_bank(struct seq_file *m, const struct drtmon_chip *chip, u32 bank)
{
	/* The shadow where there is one is the newer of the two. */
	const struct drtmon_pcr_values *values =
		drtmon_shadow_can(chip->hardware->banks.bank[bank].alg) ? chip->shadow :
									  chip->hardware;
	u32 mask;

	for (mask = values->banks.bank[bank].mask; mask; mask &= mask - 1) {
		seq_printf(m, "%s/pcr-", chip->name);
		show_alg(m, values->banks.bank[bank].alg);
		seq_printf(m, "/%lu: %*phN\n", __ffs(mask), values->banks.size[bank],
			   values->value[bank][__ffs(mask)]);
	}
}

static int pcrs_show(struct seq_file *m, void *unused)
{
	struct drtmon_chip *chip;
	u32 i, bank;

	for (i = 0; (chip = drtmon_chip_get(i)); i++) {
		drtmon_chip_settle(chip);
		mutex_lock(&chip->lock);
		for (bank = 0; bank < chip->hardware->banks.count; bank++)
			show_bank(m, chip, bank);
		mutex_unlock(&chip->lock);
		drtmon_chip_put(chip);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pcrs);

static const struct {
	const char *name;
	const struct file_operations *fops;
} files[] = {
	{ "status", &status_fops },
	{ "pcrs", &pcrs_fops },
};

static struct dentry *dir, *nodes[ARRAY_SIZE(files)];

/**
 * drtmon_securityfs_init() - make the files
 *
 * Context: process, may sleep.
 * Return: 0 or what securityfs returned.
 */
int drtmon_securityfs_init(void)
{
	u32 i;

	dir = securityfs_create_dir("drtmon", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		nodes[i] = securityfs_create_file(files[i].name, 0444, dir, NULL, files[i].fops);
		if (IS_ERR(nodes[i])) {
			int ret = PTR_ERR(nodes[i]);

			while (i-- > 0)
				securityfs_remove(nodes[i]);
			securityfs_remove(dir);
			return ret;
		}
	}
	return 0;
}

/**
 * drtmon_securityfs_exit() - remove the files
 *
 * Context: process, may sleep. An open file keeps the module loaded, so none is.
 */
void drtmon_securityfs_exit(void)
{
	u32 i;

	for (i = ARRAY_SIZE(files); i-- > 0;)
		securityfs_remove(nodes[i]);
	securityfs_remove(dir);
}
