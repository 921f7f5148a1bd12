# SPDX-License-Identifier: GPL-2.0-or-later
"""Chooses the accelerator by starting a kernel with it."""
import pathlib
import subprocess

from . import cache

PROBE_SECONDS = 15


def kvm_boots(image):
    """Whether that kernel gets as far as missing its root, in decent time.

    /dev/kvm may exist and open, and even run a few instructions, each of them
    emulated at great cost: only a whole kernel shows that it is any good.
    """
    argv = ["qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "512",
            "-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio",
            "-kernel", str(image), "-append", "console=ttyS0 panic=-1"]
    try:
        done = subprocess.run(argv, timeout=PROBE_SECONDS, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return False
    return b"Kernel panic - not syncing: VFS" in done.stdout


def kvm_works(image):
    """The same, asked once for each boot of this machine."""
    if not pathlib.Path("/dev/kvm").exists():
        return False
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()

    def probe(where):
        (where / "works").write_text("yes" if kvm_boots(image) else "no")

    return (cache.entry(f"kvm-{boot}", probe) / "works").read_text() == "yes"


def arguments(options, image):
    """QEMU's -accel, -cpu and -smp.

    Without la57 the guest has four levels of page tables instead of five,
    which an emulator walks noticeably faster.
    """
    if options.icount:
        return ["-accel", "tcg,thread=single", "-icount", "shift=0",
                "-cpu", "max,la57=off", "-smp", "1"]
    smp = ["-smp", str(options.smp)]
    if kvm_works(image):
        return ["-accel", "kvm", "-cpu", "host", *smp]
    # One thread for all processors: with more, a processor can run into a
    # breakpoint that another one has just removed while it patches kernel text,
    # and the kernel's kprobes then jump to nowhere. Real processors cannot. But
    # then they also race, which those want who look for races.
    return ["-accel", f"tcg,thread={options.threads}", "-cpu", "max,la57=off", *smp]
