// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/security/drtmon: the same state as over netlink, for people and
 * for tools that only read files. Documentation/ABI/testing/securityfs-drtmon.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/drtmon.h>

#include "chip.h"
#include "hook.h"
#include "launch.h"
#include "look.h"
#include "securityfs.h"
#include "shadow.h"

/*
 * Set when the module's init can no longer fail: one that fails is freed though a
 * file is open.
 */
static bool opened;

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
	if (drtmon_look_unknown(chip))
		seq_puts(m, ", stale");
	if (chip->hook_state == DRTMON_HOOK_STATE_DEAD)
		seq_puts(m, ", hook dead");
	seq_printf(m, ", commands %llu\n", READ_ONCE(chip->tap.commands));
	mutex_unlock(&chip->lock);
}

static int status_show(struct seq_file *m, void *unused)
{
	unsigned long end = drtmon_chip_settle_end();
	struct drtmon_event_range range;
	struct drtmon_hook_stats stats;
	struct drtmon_hook_info info;
	bool unfollowed = drtmon_chip_any_unfollowed();
	struct drtmon_chip *chip;
	u32 i;

	seq_printf(m, "drtmon: version %s, state %s\n", DRTMON_VERSION,
		   drtmon_hook_degraded() || drtmon_chip_any_dead() || unfollowed ? "degraded" :
										   "running");
	for (i = 0; !drtmon_hook_info(i, &info); i++)
		seq_printf(m, "hook %s: %s, missed %llu\n", info.symbol,
			   info.active ? "active" : "missing", info.missed);
	drtmon_event_range(&range);
	drtmon_hook_stats(&stats);
	seq_printf(m, "events: %llu, kept from %llu, commands lost %llu, malformed %llu\n",
		   range.next - 1, range.first, stats.lost + stats.unseen, stats.malformed);
	chip = drtmon_chip_next(NULL);
	if (unfollowed)
		seq_puts(m, "tpm: not all are followed, the kernel log says why\n");
	else if (!chip)
		seq_puts(m, "tpm: none\n");
	for (; chip; chip = drtmon_chip_next(chip)) {
		drtmon_chip_settle_until(chip, end);
		show_chip(m, chip);
	}
	return 0;
}

static void show_bank(struct seq_file *m, const struct drtmon_chip *chip, u32 bank)
{
	/* The shadow where there is one is the newer of the two. */
	const struct drtmon_pcr_values *values =
		drtmon_shadow_can(chip->hardware->banks.bank[bank].alg) ? chip->shadow :
									  chip->hardware;
	u32 stale = drtmon_look_unknown(chip), mask;

	if (values == chip->hardware)
		stale |= chip->touched;
	for (mask = values->banks.bank[bank].mask; mask; mask &= mask - 1) {
		seq_printf(m, "%s/pcr-", chip->name);
		show_alg(m, values->banks.bank[bank].alg);
		seq_printf(m, "/%lu: %*phN%s\n", __ffs(mask), values->banks.size[bank],
			   values->value[bank][__ffs(mask)],
			   stale & BIT(__ffs(mask)) ? " (stale)" : "");
	}
}

static int pcrs_show(struct seq_file *m, void *unused)
{
	unsigned long end = drtmon_chip_settle_end();
	struct drtmon_chip *chip;
	u32 bank;

	for (chip = drtmon_chip_next(NULL); chip; chip = drtmon_chip_next(chip)) {
		drtmon_chip_settle_until(chip, end);
		mutex_lock(&chip->lock);
		for (bank = 0; bank < chip->hardware->banks.count; bank++)
			show_bank(m, chip, bank);
		mutex_unlock(&chip->lock);
	}
	return 0;
}

static int show_open(struct inode *inode, struct file *file)
{
	return READ_ONCE(opened) ? single_open(file, inode->i_private, NULL) : -ENODEV;
}

static const struct file_operations show_fops = {
	.owner = THIS_MODULE,
	.open = show_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * struct image - the bytes of an open file, copied when it was opened
 * @size: bytes in @data
 * @data: the bytes
 */
struct image {
	size_t size;
	u8 data[];
};

static void image_add(struct image *image, const void *data, size_t size)
{
	memcpy(image->data + image->size, data, size);
	image->size += size;
}

/* What one log contributes: its records, or for a container all of it. */
static const u8 *log_bytes(const struct drtmon_txt_evidence *evidence, u32 i, u32 *size)
{
	const struct drtmon_txt_log *log = &evidence->logs.log[i];
	const struct drtmon_txt_region *region = &evidence->log[i];

	*size = region->size;
	if (!region->data || log->elem == DRTMON_TXT_ELEM_LOG_TPM12)
		return region->data;
	if (!drtmon_txt_log_valid(log) || log->next > region->size)
		return region->data;
	*size = log->next - log->first;
	return region->data + log->first;
}

static struct image *image_alloc(size_t size)
{
	struct image *image = kvzalloc(size + sizeof(*image), GFP_KERNEL);

	return image ? image : ERR_PTR(-ENOMEM);
}

static struct image *registers_image(const struct drtmon_txt_evidence *evidence)
{
	struct image *image = image_alloc(sizeof(evidence->window));

	if (!IS_ERR(image) && evidence->state >= DRTMON_TXT_STATE_EMPTY)
		image_add(image, evidence->window, sizeof(evidence->window));
	return image;
}

static struct image *heap_image(const struct drtmon_txt_evidence *evidence)
{
	struct image *image;

	/* An empty file would say that there is none. */
	if (evidence->heap.state == DRTMON_REGION_STATE_UNREADABLE)
		return ERR_PTR(-EIO);
	image = image_alloc(evidence->heap.size);
	if (!IS_ERR(image) && evidence->heap.data)
		image_add(image, evidence->heap.data, evidence->heap.size);
	return image;
}

static struct image *log_image(const struct drtmon_txt_evidence *evidence)
{
	size_t total = 0;
	struct image *image;
	const u8 *bytes;
	u32 i, size;

	/* The logs are named in the heap. A part of them would look whole. */
	if (evidence->logs.error)
		return ERR_PTR(-EIO);
	for (i = 0; i < evidence->logs.count; i++) {
		if (evidence->log[i].state != DRTMON_REGION_STATE_PRESENT &&
		    evidence->log[i].state != DRTMON_REGION_STATE_ABSENT)
			return ERR_PTR(-EIO);
		total += evidence->log[i].size;
	}
	image = image_alloc(total);
	for (i = 0; i < evidence->logs.count && !IS_ERR(image); i++) {
		bytes = log_bytes(evidence, i, &size);
		if (bytes)
			image_add(image, bytes, size);
	}
	return image;
}

static int image_open(struct inode *inode, struct file *file)
{
	struct image *(*make)(const struct drtmon_txt_evidence *) = inode->i_private;
	struct image *image;
	int ret;

	if (!READ_ONCE(opened))
		return -ENODEV;
	ret = drtmon_launch_refresh();
	if (ret)
		return ret;
	image = make(drtmon_launch_get());
	drtmon_launch_put();
	if (IS_ERR(image))
		return PTR_ERR(image);
	file->private_data = image;
	return 0;
}

static ssize_t image_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	const struct image *image = file->private_data;

	return simple_read_from_buffer(buf, size, pos, image->data, image->size);
}

static int image_release(struct inode *inode, struct file *file)
{
	kvfree(file->private_data);
	return 0;
}

static const struct file_operations image_fops = {
	.owner = THIS_MODULE,
	.open = image_open,
	.read = image_read,
	.llseek = default_llseek,
	.release = image_release,
};

enum entry {
	NODE_TOP,
	NODE_STATUS,
	NODE_PCRS,
	NODE_LOG,
	NODE_TXT,
	NODE_REGISTERS,
	NODE_HEAP,
	NODES
};

/* Parents come before what is in them. A node without operations is a folder. */
static const struct {
	const char *name;
	enum entry parent;
	umode_t mode;
	const struct file_operations *fops;
	void *arg;
} tree[NODES] = {
	[NODE_TOP] = { "drtmon", NODES },
	[NODE_STATUS] = { "status", NODE_TOP, 0444, &show_fops, status_show },
	[NODE_PCRS] = { "pcrs", NODE_TOP, 0444, &show_fops, pcrs_show },
	[NODE_LOG] = { "drtm_measurements", NODE_TOP, 0400, &image_fops, log_image },
	[NODE_TXT] = { "txt", NODE_TOP },
	[NODE_REGISTERS] = { "registers", NODE_TXT, 0400, &image_fops, registers_image },
	[NODE_HEAP] = { "heap", NODE_TXT, 0400, &image_fops, heap_image },
};

static struct dentry *nodes[NODES];

static void nodes_remove(u32 count)
{
	while (count-- > 0) {
		/* An O_PATH descriptor outlives the module and could be opened later. */
		if (tree[count].fops)
			make_bad_inode(d_inode(nodes[count]));
		securityfs_remove(nodes[count]);
	}
}

/**
 * drtmon_securityfs_init() - make the files, which nobody can open yet
 *
 * Context: process, may sleep.
 * Return: 0, also on a kernel without securityfs, or what securityfs returned.
 */
int drtmon_securityfs_init(void)
{
	struct dentry *parent;
	u32 i;

	/* The messages tell all that the files do. */
	if (!IS_ENABLED(CONFIG_SECURITYFS))
		return 0;
	for (i = 0; i < NODES; i++) {
		parent = tree[i].parent < NODES ? nodes[tree[i].parent] : NULL;
		nodes[i] = tree[i].fops ? securityfs_create_file(tree[i].name, tree[i].mode, parent,
								 tree[i].arg, tree[i].fops) :
					  securityfs_create_dir(tree[i].name, parent);
		if (IS_ERR(nodes[i])) {
			nodes_remove(i);
			return PTR_ERR(nodes[i]);
		}
	}
	return 0;
}

/**
 * drtmon_securityfs_open() - let them be opened
 *
 * Context: process, when the module's init can no longer fail.
 */
void drtmon_securityfs_open(void)
{
	WRITE_ONCE(opened, true);
}

/**
 * drtmon_securityfs_exit() - remove the files
 *
 * Context: process, may sleep. An open file keeps the module loaded, so none is.
 */
void drtmon_securityfs_exit(void)
{
	if (IS_ENABLED(CONFIG_SECURITYFS))
		nodes_remove(NODES);
}
