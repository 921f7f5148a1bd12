// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other side of each comparison: an empty kretprobe, a bare generic netlink
 * multicast, an audit record. And a TPM that answers at once, so that what is
 * counted is the way to a TPM and not the TPM.
 *
 * A letter written to debugfs bench/do does one thing: see bench_do().
 */
#include <linux/audit.h>
#include <linux/debugfs.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/tpm.h>
#include <linux/uaccess.h>
#include <net/genetlink.h>
#include <asm/unaligned.h>

#include "../../kmod/event.h"
#include "core.h"

#define BENCH_COMMANDS	1000

static u32 bytes = 400;

/* An empty probe on what drtmon probes. */

static int probe_nothing(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	return 0;
}

static struct kretprobe probes[2];
static const char *const probed[] = { "tpm_transmit", "tpm_common_write" };

static int probes_place(void)
{
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		memset(&probes[i], 0, sizeof(probes[i]));
		probes[i].kp.symbol_name = probed[i];
		probes[i].handler = probe_nothing;
		probes[i].entry_handler = probe_nothing;
		probes[i].maxactive = 16;
		ret = register_kretprobe(&probes[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static void probes_remove(void)
{
	unregister_kretprobe(&probes[0]);
	unregister_kretprobe(&probes[1]);
}

/* A multicast of as many bytes as an event of drtmon's takes. */

static const struct genl_multicast_group groups[] = { { .name = "bare" } };

static struct genl_family family = {
	.name = "drtmon_bench",
	.version = 1,
	.module = THIS_MODULE,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

static u8 payload[4096];

static int multicast(void)
{
	struct sk_buff *skb = genlmsg_new(bytes, GFP_KERNEL);
	void *head;

	if (!skb)
		return -ENOMEM;
	head = genlmsg_put(skb, 0, 0, &family, 0, 1);
	if (!head || nla_put(skb, 1, bytes - NLMSG_HDRLEN - GENL_HDRLEN - NLA_HDRLEN, payload)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	genlmsg_multicast(&family, skb, 0, 0, GFP_KERNEL);
	return 0;
}

/* The same information as an audit record would have it: text. */
static int audit(void)
{
	struct audit_buffer *ab = audit_log_start(NULL, GFP_KERNEL, AUDIT_KERNEL_OTHER);

	if (!ab)
		return -EINVAL;
	audit_log_format(ab, "op=pcr-extend pcr=%u digest=%*phN", 16, 32, payload);
	audit_log_task_info(ab);
	audit_log_end(ab);
	return 0;
}

/* An event of drtmon's own, without the TPM that it would come from. */

static u64 (*drtmon_emit)(struct drtmon_event *event);
static struct drtmon_event *event;

static void *address_of(const char *symbol)
{
	struct kprobe probe = { .symbol_name = symbol };
	void *address;

	if (register_kprobe(&probe))
		return NULL;
	address = probe.addr;
	unregister_kprobe(&probe);
	return address;
}

static void event_add_digest(u16 alg, u8 size)
{
	u8 *p = (u8 *)event + event->size;

	memcpy(p, &alg, sizeof(alg));
	p[2] = DRTMON_EVENT_ROLE_ACTUAL;
	p[3] = size;
	memset(p + 4, size, size);
	event->size += 4 + size;
	event->digest_count++;
}

static void event_make(void)
{
	static const char exe[] = "/usr/bin/tpm2_pcrextend";

	event->kind = DRTMON_EVENT_KIND_PCR_EXTEND;
	event->severity = DRTMON_SEVERITY_NOTICE;
	event->has = DRTMON_EVENT_HAS_CHIP | DRTMON_EVENT_HAS_PCR | DRTMON_EVENT_HAS_COMMAND |
		     DRTMON_EVENT_HAS_HANDLE | DRTMON_EVENT_HAS_PROCESS | DRTMON_EVENT_HAS_ORIGIN;
	event->chip_id = 4711;
	event->pcr = 16;
	event->origin = DRTMON_ORIGIN_USER;
	strscpy(event->comm, "tpm2_pcrextend", sizeof(event->comm));
	strscpy(event->chip_name, "tpm4711", sizeof(event->chip_name));
	strscpy(event->device, "tpmrm4711", sizeof(event->device));
	event->size = offsetof(struct drtmon_event, data);
	event->digest_count = 0;
	event_add_digest(0x04, 20);
	event_add_digest(0x0b, 32);
	event_add_digest(0x0c, 48);
	event_add_digest(0x0d, 64);
	memcpy((u8 *)event + event->size, exe, sizeof(exe) - 1);
	event->exe_len = sizeof(exe) - 1;
	event->size += event->exe_len;
}

static int emit(void)
{
	if (!drtmon_emit)
		drtmon_emit = address_of("drtmon_event_emit");
	if (!drtmon_emit)
		return -ENOENT;
	drtmon_emit(event);
	return 0;
}

/* A TPM 2.0 with one bank of sha256 that answers before it is asked twice. */

static struct tpm_chip *chip;
static u8 answer[4096];
static u32 answer_size;

static void put(const void *data, u32 size)
{
	memcpy(answer + answer_size, data, size);
	answer_size += size;
}

static void put_u32(u32 value)
{
	__be32 be = cpu_to_be32(value);

	put(&be, sizeof(be));
}

static void answer_capability(u32 capability, u32 property)
{
	static const u8 bank[] = { 0, 0, 0, 1, 0, 0x0b, 3, 0xff, 0xff, 0xff };

	put("", 1);
	put_u32(capability);
	switch (capability) {
	case 5:
		put(bank, sizeof(bank));
		break;
	case 6:
		put_u32(1);
		put_u32(property);
		put_u32(1);
		break;
	case 2:
		put_u32(1);
		put_u32(0x0200017e);
		break;
	default:
		put_u32(0);
		break;
	}
}

/* Zeros for the first eight that were asked for. */
static void answer_pcrs(const u8 *cmd)
{
	u32 mask = cmd[17] | cmd[18] << 8 | cmd[19] << 16, left = mask, some = 0;
	u8 select[] = { 0, 0x0b, 3, 0, 0, 0 };
	int i;

	for (i = 0; i < 8 && left; i++, left &= left - 1)
		some |= left & -left;
	select[3] = some;
	select[4] = some >> 8;
	select[5] = some >> 16;
	put_u32(0);
	put_u32(1);
	put(select, sizeof(select));
	put_u32(i);
	while (i--) {
		put("\0\x20", 2);
		memset(answer + answer_size, 0, 32);
		answer_size += 32;
	}
}

static int fast_send(struct tpm_chip *unused, u8 *cmd, size_t len)
{
	__be32 be;

	answer_size = 0;
	put("\x80\x01\0\0\0\0\0\0\0\0", 10);
	switch (get_unaligned_be32(cmd + 6)) {
	case 0x17a:
		answer_capability(get_unaligned_be32(cmd + 10), get_unaligned_be32(cmd + 14));
		break;
	case 0x17e:
		answer_pcrs(cmd);
		break;
	case 0x17b:
		put("\0\x04rand", 6);
		break;
	case 0x181:
		memset(answer + answer_size, 0, 25);
		answer_size += 25;
		break;
	}
	be = cpu_to_be32(answer_size);
	memcpy(answer + 2, &be, sizeof(be));
	return 0;
}

static int fast_recv(struct tpm_chip *unused, u8 *buf, size_t len)
{
	u32 size = min_t(u32, len, answer_size);

	memcpy(buf, answer, size);
	return size;
}

static u8 fast_status(struct tpm_chip *unused)
{
	return 1;
}

static void fast_cancel(struct tpm_chip *unused)
{
}

static const struct tpm_class_ops fast_ops = {
	.flags = TPM_OPS_AUTO_STARTUP,
	.send = fast_send,
	.recv = fast_recv,
	.status = fast_status,
	.cancel = fast_cancel,
	.req_complete_mask = 1,
	.req_complete_val = 1,
};

static struct platform_device *fast_device;

static int fast_add(void)
{
	int ret;

	fast_device = platform_device_register_simple("drtmon_bench", -1, NULL, 0);
	if (IS_ERR(fast_device))
		return PTR_ERR(fast_device);
	chip = tpm_chip_alloc(&fast_device->dev, &fast_ops);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	/* With an interrupt the core does not poll: it takes the answer at once. */
	chip->flags |= TPM_CHIP_FLAG_TPM2 | TPM_CHIP_FLAG_IRQ;
	ret = tpm_chip_register(chip);
	if (ret)
		put_device(&chip->dev);
	return ret;
}

static void fast_remove(void)
{
	tpm_chip_unregister(chip);
	put_device(&chip->dev);
	platform_device_unregister(fast_device);
}

/* As the kernel itself sends a command that changes nothing: by one hook. */
static int commands(void)
{
	struct tpm_buf buf;
	int i, ret = tpm_try_get_ops(chip);

	for (i = 0; i < BENCH_COMMANDS && !ret; i++) {
		ret = tpm_buf_init(&buf, TPM2_ST_NO_SESSIONS, 0x17b);
		if (ret)
			break;
		tpm_buf_append_u16(&buf, 4);
		ret = tpm_transmit_cmd(chip, &buf, 0, NULL);
		tpm_buf_destroy(&buf);
	}
	tpm_put_ops(chip);
	return ret;
}

/* n nothing; g multicast; a audit; e emit; c commands; p and q: probes come and go */
static int bench_do(char what)
{
	switch (what) {
	case 'n':
		return 0;
	case 'g':
		return multicast();
	case 'a':
		return audit();
	case 'e':
		return emit();
	case 'c':
		return commands();
	case 'p':
		return probes_place();
	case 'q':
		probes_remove();
		return 0;
	case 'f':
		drtmon_emit = NULL;
		return 0;
	default:
		return -EINVAL;
	}
}

static ssize_t do_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	char what;
	int ret;

	if (!len || get_user(what, buf))
		return -EFAULT;
	ret = bench_do(what);
	return ret ? ret : len;
}

static const struct file_operations do_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = do_write,
};

static struct dentry *dir;

static int __init bench_init(void)
{
	int ret;

	event = kzalloc(DRTMON_EVENT_SIZE_MAX, GFP_KERNEL);
	if (!event)
		return -ENOMEM;
	/* As with the multicast beside it, what is sent is there already. */
	event_make();
	ret = genl_register_family(&family);
	if (ret)
		goto err_family;
	ret = fast_add();
	if (ret)
		goto err_chip;
	dir = debugfs_create_dir("bench", NULL);
	debugfs_create_file("do", 0200, dir, NULL, &do_fops);
	debugfs_create_u32("bytes", 0600, dir, &bytes);
	debugfs_create_u32("chip", 0400, dir, (u32 *)&chip->dev_num);
	return 0;

err_chip:
	genl_unregister_family(&family);
err_family:
	kfree(event);
	return ret;
}

static void __exit bench_exit(void)
{
	debugfs_remove_recursive(dir);
	fast_remove();
	genl_unregister_family(&family);
	kfree(event);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("What drtmon is compared with");
MODULE_LICENSE("GPL");
