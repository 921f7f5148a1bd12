# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the guest's machine together: QEMU's arguments, all but the channels."""
import os
import pathlib
import shutil

from . import LabError, TREE, accel, initramfs, module

MIB = 1 << 20
INITRD = 256 * MIB    # above any kernel that unpacks itself
SPARE = 128 * MIB     # for the guest to live in


def programs(files):
    """The tool and the daemon, where the tree has them built."""
    for name in ("drtmon", "drtmond"):
        path = TREE / "userspace" / name
        if path.is_file():
            files.append((path, f"/usr/bin/{name}"))
    return files


def boot(options, chosen, initrd):
    """How the kernel starts, and where its initramfs is.

    SeaBIOS guests enter the unpacked kernel by PVH. QEMU would put a PVH
    guest's initramfs over the ACPI tables, which a TPM's log makes larger than
    it reckons with, so it is loaded by hand and named on the command line. The
    kernel reserves no memory for such an initramfs, but gives it back as if it
    had, unless the memory is not its own: then it makes its own copy.
    """
    if options.bios == "ovmf" or not chosen.vmlinux.exists():
        return ["-kernel", str(chosen.image), "-initrd", str(initrd),
                "-append", command_line(options)]
    size = initrd.stat().st_size
    if INITRD + 3 * size + SPARE > options.mem * MIB:
        raise LabError(f"the guest's files ({size // MIB} MiB) do not fit "
                       f"into {options.mem} MB of memory; give more with --mem")
    return ["-kernel", str(chosen.vmlinux),
            "-device", f"loader,file={initrd},addr={INITRD:#x},force-raw=on",
            "-append", command_line(
                options, f"initrdmem={INITRD:#x},{size}",
                f"memmap={-(-size // 4096) * 4}K${INITRD:#x}")]


def init(options):
    """The guest's first process."""
    return "/sbin/init" if options.root == "systemd" else "/init"


def command_line(options, *more):
    """The kernel command line."""
    more = [*more, *(options.image.words() if options.image else [])]
    # A processor that waits for a busy host is not a stuck one: the watchdogs
    # are slow to say so. A kernel that oopsed may hold locks for ever: it ends.
    words = ["console=ttyS0", "ignore_loglevel", "printk.devkmsg=on",
             "panic=-1", "oops=panic", f"rdinit={init(options)}", "cryptomgr.notests",
             "watchdog_thresh=60", "rcupdate.rcu_cpu_stall_timeout=120"]
    if "debug" in options.kernel:
        words.append("slub_debug=-")    # a quarter of a boot; KASAN sees as much
        words.append("kunit.enable=1")
        if not options.check_leaks:
            words.append("kmemleak=off")    # two thirds of a boot
    if options.threads == "multi":
        # One access in a hundred is watched, for as long as another processor may need.
        words += ["kcsan.skip_watch=100", "kcsan.udelay_task=200", "kcsan.udelay_interrupt=100"]
    return " ".join([*words, *more, options.append]).strip()


def environment(options):
    """What init is told, and what the command finds in its environment."""
    env = {"LAB_TERMINAL": "1"} if options.shell else {}
    if options.check_leaks:
        env["LAB_LEAKS"] = "1"
    if options.coverage:
        env["LAB_COVERAGE"] = "1"
    if options.image:
        env["TXT_BASE"] = f"{options.image.base:#x}"
    if options.shell:
        size = shutil.get_terminal_size()
        env.update(TERM=os.environ.get("TERM", "linux"),
                   LAB_ROWS=str(size.lines), LAB_COLUMNS=str(size.columns))
    return env


def firmware(options, work):
    """SeaBIOS is QEMU's own; OVMF wants its variables writable."""
    if options.bios == "seabios":
        return []
    ovmf = pathlib.Path("/usr/share/OVMF")
    shutil.copyfile(ovmf / "OVMF_VARS_4M.fd", work / "vars.fd")
    flash = "if=pflash,format=raw"
    return ["-drive", f"{flash},readonly=on,file={ovmf}/OVMF_CODE_4M.fd",
            "-drive", f"{flash},file={work}/vars.fd"]


def qemu(options, work, chosen):
    """QEMU's arguments, all but the channels."""
    files = programs([initramfs.split_file(f) for f in options.file])
    initrd = initramfs.build(work, chosen, module.find(options.module, chosen, options.coverage),
                             files, options.command, environment(options),
                             options.root == "systemd")
    argv = ["qemu-system-x86_64", "-machine", "q35", "-nodefaults",
            "-no-user-config", "-display", "none", "-nic", "none", "-no-reboot",
            "-m", str(options.mem), *accel.arguments(options, chosen.image),
            *firmware(options, work), *boot(options, chosen, initrd)]
    if options.image:
        argv += options.image.devices()
    if options.tpm != "none":
        argv += ["-chardev", f"socket,id=tpm,path={work}/tpm.sock",
                 "-tpmdev", "emulator,id=tpm0,chardev=tpm",
                 "-device", "tpm-tis,tpmdev=tpm0"]
    return argv + options.qemu
