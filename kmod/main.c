// SPDX-License-Identifier: GPL-2.0-only
/*
 * drtmon: watches TPMs, their PCRs and the dynamic root of trust.
 *
 * Layers, each using only those above it: uapi/linux/drtmon.h; the pure
 * decoders tpm_cmd, tpm_pcr, txt_heap and slrt; the sources hook (with tap, record
 * and writer), pcr, platform and txt; the state in chip (with class and kept),
 * shadow, baseline, event, drift, look (with clock and sleep), watch and launch;
 * the presenters netlink (with netlink_pcr, netlink_copy, netlink_fill,
 * netlink_event and netlink_baseline) and securityfs; and this file, which starts
 * and stops them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "class.h"
#include "event.h"
#include "hook.h"
#include "launch.h"
#include "look.h"
#include "netlink.h"
#include "platform.h"
#include "securityfs.h"
#include "shadow.h"
#include "watch.h"

static uint ring_size = 512 * 1024;
module_param(ring_size, uint, 0400);
MODULE_PARM_DESC(ring_size,
		 "Bytes of memory for past events, rounded up to a power of two (default 524288)");

/* A day: less often is as good as never, which is 0. */
#define RECONCILE_MAX 86400

static uint reconcile_seconds = 60;
module_param(reconcile_seconds, uint, 0400);
MODULE_PARM_DESC(reconcile_seconds,
		 "Seconds between comparisons of the shadow PCRs with the TPM, at most 86400, 0 for none (default 60)");

/* A hardware parameter: lockdown refuses it, since it lets root name an address to map. */
static ulong txt_base;
module_param_hw(txt_base, ulong, iomem, 0400);
MODULE_PARM_DESC(txt_base,
		 "Physical address of a TXT register window, for labs (default: the chipset's)");

/* The hook has queued something, or has seen a chip that is not followed. */
static void hook_ready(void)
{
	drtmon_watch_kick();
	drtmon_class_find_soon();
}

static int __init drtmon_init(void)
{
	int ret;

	if (reconcile_seconds > RECONCILE_MAX) {
		pr_err("reconcile_seconds=%u is out of bounds: at most %u, 0 for none\n",
		       reconcile_seconds, RECONCILE_MAX);
		return -EINVAL;
	}
	drtmon_platform_init();
	ret = drtmon_event_init(ring_size);
	if (ret)
		return ret;
	drtmon_launch_init(txt_base, reconcile_seconds);
	ret = drtmon_shadow_init();
	if (ret)
		goto err_shadow;
	ret = drtmon_watch_init();
	if (ret)
		goto err_watch;
	ret = drtmon_hook_init(hook_ready);
	if (ret)
		goto err_hook;
	ret = drtmon_look_init(reconcile_seconds);
	if (ret)
		goto err_look;
	ret = drtmon_securityfs_init();
	if (ret)
		goto err_securityfs;
	ret = drtmon_netlink_init();
	if (ret)
		goto err_netlink;

	/* Nothing fails any more: now anybody may come. */
	drtmon_securityfs_open();
	drtmon_netlink_open();
	/* The chips are known, if not yet read, when modprobe returns. */
	drtmon_class_find();
	return 0;

err_netlink:
	drtmon_securityfs_exit();
err_securityfs:
	drtmon_look_exit();
err_look:
	drtmon_hook_exit();
	drtmon_class_find_cancel();
err_hook:
	drtmon_watch_exit();
err_watch:
	drtmon_shadow_exit();
err_shadow:
	drtmon_launch_exit();
	drtmon_event_exit();
	return ret;
}

static void __exit drtmon_exit(void)
{
	drtmon_netlink_exit();
	drtmon_securityfs_exit();
	drtmon_look_exit();
	drtmon_hook_exit();
	drtmon_class_find_cancel();
	drtmon_watch_exit();
	drtmon_shadow_exit();
	drtmon_launch_exit();
	drtmon_event_exit();
}

module_init(drtmon_init);
module_exit(drtmon_exit);

MODULE_DESCRIPTION("TPM, PCR and dynamic root of trust monitor");
MODULE_AUTHOR("The drtmon authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(DRTMON_VERSION);
