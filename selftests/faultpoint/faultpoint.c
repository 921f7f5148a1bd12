// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes calls of drtmon fail, one place in its code at a time.
 *
 * The kernel's own fault injection counts what a task allocates, of which most is
 * somebody else's, and knows no registration. Here a probe stands on each call
 * that places.h lists, for as long as the module is there, its first instruction
 * included. The one that is armed is not made: its caller gets what the function
 * returns when there is no memory, as with the kernel's fail_function.
 *
 * debugfs faultpoint/arm: "PLACE NTH" lets the NTH call from now on at that place
 * fail, once; "-1 0" lets none. Both begin to count anew. Reads as 1 once it failed.
 * debugfs faultpoint/places: for each how often it was passed since, how often it
 * failed of all times, the function and what that calls.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define TARGET "drtmon"

/* A call or a jump with a 32-bit displacement. */
#define INSN_SIZE 5

/**
 * struct place - a call
 * @probe: on it
 * @anchor: a symbol of that name there is but once
 * @offset: of the call from the anchor
 * @result: what to return instead: NULL, or an errno, as number or pointer
 * @tail: a jump, from which there is no return here
 * @caller: function that it is in
 * @callee: function that it is of
 * @passes: calls since the last order
 * @failures: of these of all times, how many failed
 */
struct place {
	struct kprobe probe;
	const char *anchor;
	long offset;
	long result;
	bool tail;
	const char *caller;
	const char *callee;
	atomic_t passes;
	atomic_t failures;
};

static struct place places[] = {
#include "places.h"
};

static struct kprobe *probes[ARRAY_SIZE(places)];
static bool placed;

/* @armed is set last, when the others are; they are written while it is NULL. */
static struct place *armed;
static int armed_pass;
static atomic_t failed;

static int on_call(struct kprobe *probe, struct pt_regs *regs)
{
	struct place *place = container_of(probe, struct place, probe);
	int pass = atomic_inc_return(&place->passes);

	/* Which pass it is about was set before: see arm_write(). */
	if (smp_load_acquire(&armed) != place || pass != armed_pass)
		return 0;
	atomic_inc(&place->failures);
	atomic_set(&failed, 1);
	regs->ax = place->result;
	if (place->tail) {
		regs->ip = *(unsigned long *)regs->sp;
		regs->sp += sizeof(unsigned long);
	} else {
		regs->ip = (unsigned long)probe->addr + INSN_SIZE;
	}
	return 1;
}

/* Keeps the probe from being made a jump, whose handler cannot lead elsewhere. */
static void after_call(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

/* While a module is loaded, this is all there is to find its symbols by. */
static unsigned long symbol(const struct module *mod, const char *name)
{
	const struct mod_kallsyms *syms = rcu_dereference_raw(mod->kallsyms);
	unsigned int i;

	for (i = 1; i < syms->num_symtab; i++)
		if (syms->symtab[i].st_shndx != SHN_UNDEF &&
		    !strcmp(syms->strtab + syms->symtab[i].st_name, name))
			return syms->symtab[i].st_value;
	return 0;
}

static void probes_place(const struct module *mod)
{
	unsigned long anchor;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		anchor = symbol(mod, places[i].anchor);
		if (!anchor) {
			pr_err("no symbol %s in " TARGET "\n", places[i].anchor);
			return;
		}
		memset(&places[i].probe, 0, sizeof(places[i].probe));
		places[i].probe.addr = (kprobe_opcode_t *)(anchor + places[i].offset);
		places[i].probe.pre_handler = on_call;
		places[i].probe.post_handler = after_call;
		probes[i] = &places[i].probe;
	}
	ret = register_kprobes(probes, ARRAY_SIZE(probes));
	if (ret)
		pr_err("cannot probe " TARGET " (%d)\n", ret);
	placed = !ret;
}

static void probes_remove(void)
{
	if (placed)
		unregister_kprobes(probes, ARRAY_SIZE(probes));
	placed = false;
}

static int on_module(struct notifier_block *block, unsigned long state, void *data)
{
	struct module *mod = data;

	if (strcmp(mod->name, TARGET))
		return NOTIFY_DONE;
	if (state == MODULE_STATE_COMING)
		probes_place(mod);
	else if (state == MODULE_STATE_GOING)
		probes_remove();
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = on_module };

static ssize_t arm_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	const char *text = atomic_read(&failed) ? "1\n" : "0\n";

	return simple_read_from_buffer(to, size, pos, text, 2);
}

static ssize_t arm_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	char text[32] = "";
	int number, pass;
	unsigned int i;

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, size))
		return -EFAULT;
	if (sscanf(text, "%d %d", &number, &pass) != 2 || number >= (int)ARRAY_SIZE(places))
		return -EINVAL;
	WRITE_ONCE(armed, NULL);
	/* No handler, all of which keep preemption off, still looks at the old one. */
	synchronize_rcu();
	for (i = 0; i < ARRAY_SIZE(places); i++)
		atomic_set(&places[i].passes, 0);
	atomic_set(&failed, 0);
	armed_pass = pass;
	/* Pairs with on_call(). */
	smp_store_release(&armed, number < 0 ? NULL : &places[number]);
	return size;
}

static const struct file_operations arm_fops = {
	.owner = THIS_MODULE,
	.read = arm_read,
	.write = arm_write,
};

static int places_show(struct seq_file *seq, void *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		seq_printf(seq, "%d %d %s %s\n", atomic_read(&places[i].passes),
			   atomic_read(&places[i].failures), places[i].caller, places[i].callee);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(places);

static struct dentry *dir;

static int __init faultpoint_init(void)
{
	int ret = register_module_notifier(&notifier);

	if (ret)
		return ret;
	dir = debugfs_create_dir("faultpoint", NULL);
	debugfs_create_file("arm", 0600, dir, NULL, &arm_fops);
	debugfs_create_file("places", 0400, dir, NULL, &places_fops);
	return 0;
}

static void __exit faultpoint_exit(void)
{
	debugfs_remove(dir);
	unregister_module_notifier(&notifier);
	/* Where drtmon cannot be unloaded any more. */
	probes_remove();
}

module_init(faultpoint_init);
module_exit(faultpoint_exit);
MODULE_DESCRIPTION("Makes calls of " TARGET " fail, one place at a time");
MODULE_LICENSE("GPL");
