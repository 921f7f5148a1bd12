# SPDX-License-Identifier: GPL-2.0-or-later
"""What `run` can be asked for, and what it can answer with."""
import argparse
import os

from . import LabError

DESCRIPTION = "Runs a command in a fresh guest and returns its output and status."

FOREVER = 1e6

SETUP, PANIC, HANG, SILENT, COMPLAINT = 240, 241, 242, 243, 244

EPILOG = f"""
exit status:
  the command's own (128 + N when signal N ended it), or
  {SETUP}  the lab could not be set up, or was called wrongly
  {PANIC}  the guest panicked
  {HANG}  the guest hung, or the command outlasted --timeout
  {SILENT}  the guest ended without ever answering
  {COMPLAINT}  --check-dmesg: the command ended well, the kernel complained

Each of these says so on standard error, in one line that begins with `run:`.
See README.md beside this file.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are this program's own kind of error."""

    def error(self, message):
        raise LabError(f"{message}; see --help")


def parser():
    """The options; what they mean in full is in README.md."""
    p = Parser(
        prog="run", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="run [OPTION]... -- COMMAND [ARGUMENT]...")
    add = p.add_argument
    add("--kernel", default=os.environ.get("LAB_KERNEL", "stock"),
        metavar="stock|debug|debug-light|VERSION|DIR",
        help="the guest's kernel (default: LAB_KERNEL of the environment, or "
        "stock, the one whose headers are installed)")
    add("--tpm", default="2.0", choices=["2.0", "1.2", "none"])
    add("--drtm", default="none", metavar="DIR|default|none",
        help="a TPM that had this dynamic launch")
    add("--txt", default="none", metavar="DIR|default|none",
        help="a TXT register window, and a heap and a log with it")
    add("--root", default="busybox", choices=["busybox", "systemd"],
        help="what the guest is made of (systemd: Debian's own, with 3 GB "
        "of memory)")
    add("--append", default="", metavar="ARGS",
        help="more words for the kernel command line")
    add("--file", action="append", default=[], metavar="HOST[:GUEST]",
        help="put a file or directory into the guest (default place: /root)")
    add("--module", metavar="FILE|none",
        help="the drtmon.ko to put where modprobe finds it")
    add("--mem", type=int, metavar="MB",
        help="default: 1024, and 2048 for a debug kernel")
    add("--smp", type=int, default=2, metavar="N")
    add("--threads", default="single", choices=["single", "multi"],
        help="of an emulator: one for all processors, or one for each, with "
        "which loading the module under load may crash the guest")
    add("--bios", default="seabios", choices=["seabios", "ovmf"])
    add("--qemu", action="append", default=[], metavar="WORD",
        help="one more word for QEMU; repeatable")
    add("--timeout", type=float, metavar="S",
        help="seconds until the command counts as hung (default: 300; "
        "none with --shell)")
    add("--keep", nargs="?", const="", metavar="FILE",
        help="keep the console's log, and say where")
    add("--check-dmesg", action="store_true",
        help="fail when the kernel warned, oopsed or reported a bug")
    add("--check-leaks", action="store_true",
        help="with kmemleak in the kernel: look for leaks as well")
    add("--coverage", default=os.environ.get("LAB_COVERAGE"), metavar="DIR",
        help="put there what of the module ran, as a tar of gcov's counts, with "
        "the kernel debug-light (default: LAB_COVERAGE of the environment)")
    add("--icount", action="store_true",
        help="let guest time count instructions, on one processor")
    add("--shell", action="store_true",
        help="an interactive shell (or COMMAND) on this terminal")
    add("-v", "--verbose", action="store_true",
        help="show the console on standard error while it runs")
    return p


def parse(argv):
    """Options before the first `--`, the command after it."""
    cut = argv.index("--") if "--" in argv else len(argv)
    options = parser().parse_args(argv[:cut])
    options.command = argv[cut + 1:]
    options.image = None
    if options.shell:
        options.command = options.command or ["/bin/sh", "-l"]
    if options.timeout is None:
        options.timeout = FOREVER if options.shell else 300
    if not options.command:
        raise LabError("no command was given after '--'; see --help")
    if options.shell and options.root == "systemd":
        raise LabError("--shell is for a guest without systemd")
    if options.tpm == "none" and options.drtm != "none":
        raise LabError("--drtm needs a TPM to launch with")
    options.check_dmesg |= options.check_leaks
    return options
