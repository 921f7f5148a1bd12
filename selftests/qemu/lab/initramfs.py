# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the guest's root: a base, the kernel's modules, and this run's files."""
import fnmatch
import os
import pathlib
import re
import shlex
import shutil
import subprocess

from . import HERE, LabError, cache, root
from .cpio import Archive, guest_path

FSTAB = """
proc /proc proc nosuid,nodev,noexec
sys /sys sysfs nosuid,nodev,noexec
dev /dev devtmpfs nosuid
devpts /dev/pts devpts mode=620,ptmxmode=666
shm /dev/shm tmpfs nosuid,nodev
securityfs /sys/kernel/security securityfs defaults
debugfs /sys/kernel/debug debugfs mode=700
tracefs /sys/kernel/tracing tracefs mode=700
cgroup2 /sys/fs/cgroup cgroup2 defaults
"""

PROGRAMS = """
    /bin/bash /bin/kmod /usr/bin/dd /usr/bin/tpm2
    /usr/sbin/capsh /usr/sbin/getcap /usr/sbin/setcap
    /usr/bin/setpriv /usr/bin/unshare /usr/bin/nsenter /usr/bin/prlimit
""".split()
KMOD = "depmod insmod lsmod modinfo modprobe rmmod".split()

# tpm2-tools find their transport with dlopen(), where ldd does not look.
LIBRARIES = ["libtss2-tcti-device.so.0"]
# And drtmon what reads and writes captures, when it does.
LOADED = ["libarchive.so.13"]

MODULES = """
    kernel/drivers/virtio/*
    kernel/drivers/char/virtio_console.ko*
    kernel/drivers/char/tpm/*
    kernel/drivers/char/hw_random/rng-core.ko*
    kernel/drivers/char/hw_random/virtio-rng.ko*
    kernel/drivers/firmware/qemu_fw_cfg.ko*
    kernel/drivers/net/dummy.ko*
    kernel/drivers/net/nlmon.ko*
    kernel/drivers/net/team/team.ko*
    kernel/net/netlink/*
    kernel/fs/efivarfs/*
    kernel/crypto/sha*.ko*
    kernel/crypto/sm3*.ko*
    kernel/arch/x86/crypto/sha*.ko*
    kernel/arch/x86/crypto/sm3*.ko*
    kernel/arch/x86/kernel/msr.ko*
    kernel/arch/x86/kernel/cpuid.ko*
    kernel/lib/kunit/*
""".split()
INDEX = ["modules.builtin", "modules.builtin.modinfo", "modules.order"]


def is_elf(path):
    """Whether the dynamic loader may want something for it."""
    with open(path, "rb") as f:
        return f.read(4) == b"\x7fELF"


def closure(programs):
    """Every library that these programs are linked with."""
    programs = [str(p) for p in programs if is_elf(p)]
    if not programs:
        return []
    done = subprocess.run(["ldd", *programs], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    lost = re.findall(r"(\S+) => not found", done.stdout)
    if lost:
        raise LabError(f"library {lost[0]} is needed in the guest and not here")
    return sorted(set(re.findall(r"(/\S+) \(0x", done.stdout)))


def stub(path):
    """A stand-in for a library that is all data and that nobody reads.

    libarchive brings libxml2, and that brings ICU's tables: 31 MiB which every
    guest would copy twice before its first command, the debug kernel slowly.
    """
    symbol = "icudt" + re.search(r"\.so\.(\d+)", path).group(1) + "_dat"

    def make(where):
        subprocess.run(
            ["gcc", "-shared", "-nostdlib",
             f"-Wl,-soname,{os.path.basename(path)}",
             "-o", where / "stub.so", "-x", "c", "-"], check=True, text=True,
            input=f"const char {symbol}[64] = {{ 0 }};\n")

    return cache.entry(f"stub-{symbol}", make) / "stub.so"


def add_libraries(archive, libraries, known):
    """Every library that is not in the base, and no table of ICU's."""
    for path in libraries:
        if guest_path(path) not in known:
            icu = os.path.basename(path).startswith("libicudata.so.")
            archive.file(path, stub(path) if icu else path)


def library_path(name):
    """Where the dynamic loader finds that library."""
    known = subprocess.run(["/sbin/ldconfig", "-p"], stdout=subprocess.PIPE,
                           text=True, check=True).stdout
    found = re.search(rf"^\s*{re.escape(name)} .*=> (\S+)$", known, re.M)
    if not found:
        raise LabError(f"{name} is not installed")
    return found.group(1)


def need(path):
    """That the host has a program which the guest is made of."""
    if not os.path.exists(path):
        raise LabError(f"{path} is not installed")
    return path


def etc(archive):
    """The few accounts and the libraries' search path."""
    archive.text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"
                 "daemon:x:1:1:daemon:/:/usr/sbin/nologin\n"
                 "tss:x:106:111:tss:/:/usr/sbin/nologin\n"
                 "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n")
    archive.text("etc/group",
                 "root:x:0:\ndaemon:x:1:\ntss:x:111:\nnogroup:x:65534:\n")
    archive.text("etc/hosts", "127.0.0.1 localhost guest\n")
    archive.file("etc/ld.so.cache", "/etc/ld.so.cache")
    archive.link("etc/mtab", "/proc/mounts")
    archive.text("etc/fstab", FSTAB.lstrip())
    for name, number in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"),
                         ("stderr", "/2")):
        archive.link(f"lab/dev/{name}", f"/proc/self/fd{number}")


def busybox(archive):
    """busybox under each of its names that no real program has taken."""
    box = need("/bin/busybox")
    archive.file("usr/bin/busybox", box)
    names = subprocess.run([box, "--list-full"], stdout=subprocess.PIPE,
                           text=True, check=True).stdout.split()
    for name in names:
        archive.link(name, "/usr/bin/busybox")


def write_base(out):
    """The part of the guest that depends on the host's packages alone."""
    archive = Archive(out)
    archive.root_links()
    for name in ("dev proc root run sys var lab").split():
        archive.dir(name, 0o700 if name == "root" else 0o755)
    archive.dir("tmp", 0o1777)
    archive.link("var/run", "/run")
    archive.node("dev/console", 0o600, 5, 1)
    archive.node("dev/null", 0o666, 1, 3)
    etc(archive)
    for path in PROGRAMS:
        archive.file(path, need(path))
    for name in KMOD:
        archive.link(f"usr/sbin/{name}", "/usr/bin/kmod")
    for path in sorted(pathlib.Path("/usr/bin").glob("tpm2_*")):
        if path.is_symlink():
            archive.link(path, os.readlink(path))
    busybox(archive)
    libraries = [library_path(name) for name in LIBRARIES]
    for path in {*libraries, *closure(PROGRAMS), *closure(libraries)}:
        archive.file(path, path)
    archive.close()
    return archive.seen


def base():
    """The base's directory, made anew when a package of the host changed."""
    stamps = [os.stat(p).st_mtime_ns
              for p in ("/var/lib/dpkg/status", "/etc/ld.so.cache")]
    code = [(HERE / "lab" / name).read_bytes()
            for name in ("initramfs.py", "cpio.py")]

    def make(where):
        with open(where / "base.cpio", "wb") as out:
            names = write_base(out)
        (where / "names").write_text("\n".join(sorted(names)))

    return cache.entry(f"base-{cache.digest(*stamps, *code)}", make)


def base_parts(systemd):
    """The base's archive, and every path that it has."""
    where = root.base() if systemd else base()
    archive = where / ("base.cpio.zst" if systemd else "base.cpio")
    return archive, set((where / "names").read_text().splitlines())


def wanted_modules(kernel):
    """The chosen modules and all they depend on, relative to the kernel's."""
    depends = {}
    for line in (kernel.modules / "modules.dep").read_text().splitlines():
        name, _, rest = line.partition(":")
        depends[name] = rest.split()
    chosen = [n for n in depends
              if any(fnmatch.fnmatch(n, p) for p in MODULES)]
    return sorted({n for c in chosen for n in [c, *depends[c]]})


def stage_modules(kernel, where):
    """A small /lib/modules with the chosen modules, ready for depmod."""
    base_dir = where / "lib/modules" / kernel.version
    for name in wanted_modules(kernel):
        target = base_dir / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kernel.modules / name, target)
    base_dir.mkdir(parents=True, exist_ok=True)
    for name in INDEX:
        if (kernel.modules / name).exists():
            shutil.copyfile(kernel.modules / name, base_dir / name)


def modules(kernel):
    """The staged modules of a kernel, kept for the next run."""
    key = cache.digest(kernel.home, kernel.version, "\n".join(MODULES),
                       (kernel.modules / "modules.dep").read_bytes())
    return cache.entry(f"modules-{kernel.version}-{key}",
                       lambda where: stage_modules(kernel, where))


def write_modules(archive, kernel, module, work):
    """/lib/modules for the guest, with the module under test in updates/.

    depmod runs for each guest, because only then does `modprobe drtmon` see
    the aliases and dependencies of the very file that is tested.
    """
    staged = work / "modules"
    shutil.copytree(modules(kernel), staged, copy_function=os.symlink)
    if module:
        updates = staged / "lib/modules" / kernel.version / "updates"
        updates.mkdir()
        (updates / module.name).symlink_to(module.resolve())
    done = subprocess.run(["depmod", "-b", staged, kernel.version],
                          check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise LabError(f"depmod failed: {done.stderr.strip()}")
    for path in sorted(staged.rglob("*")):
        if path.is_file():
            archive.file(path.relative_to(staged), path)


def write_tree(archive, source, target):
    """One --file: a file or a whole directory; returns the files it held."""
    if not source.is_dir():
        archive.file(target, source)
        return [source]
    added = []
    for path in sorted(source.rglob("*")):
        inner = os.path.join(target, path.relative_to(source))
        if path.is_symlink():
            archive.link(inner, os.readlink(path))
        elif path.is_file():
            archive.file(inner, path)
            added.append(path)
    return added


def split_file(spec):
    """HOST[:GUEST]; without GUEST the file lands in the working directory."""
    host, _, guest = spec.partition(":")
    source = pathlib.Path(host)
    if not source.exists():
        raise LabError(f"--file {host}: there is no such file")
    guest = guest or "/root/"
    if guest.endswith("/"):
        guest += source.resolve().name
    return source, guest


def write_command(archive, argv, env):
    """The command as a script, so that no byte of it meets a kernel parser."""
    words = " ".join(shlex.quote(a) for a in argv)
    archive.text("lab/command", f"#!/bin/sh\nexec {words}\n".encode(
        errors="surrogateescape"), 0o755)
    archive.text("lab/environment", "".join(
        f"export {k}={shlex.quote(v)}\n" for k, v in env.items()))


def write_overlay(path, kernel, module, files, argv, env, known, systemd):
    """What is different in every run."""
    with open(path, "wb") as out:
        archive = Archive(out)
        if systemd:
            archive.file("lab/start", HERE / "start", 0o755)
        else:
            archive.file("init", HERE / "init", 0o755)
        write_command(archive, argv, env)
        added = []
        for source, guest in files:
            added += write_tree(archive, source, guest)
        loaded = [library_path(name) for name in LOADED
                  if any(os.path.basename(p).startswith("drtmon") for p in added)]
        add_libraries(archive, [*loaded, *closure([*added, *loaded])], known)
        write_modules(archive, kernel, module, path.parent)
        archive.close()


def build(work, kernel, module, files, argv, env, systemd=False):
    """The whole initramfs of this run, uncompressed: see README.md for why.

    A root with systemd is so large that it is packed all the same.
    """
    overlay = work / "overlay.cpio"
    packed, known = base_parts(systemd)
    write_overlay(overlay, kernel, module, files, argv, env, known, systemd)
    whole = work / "initramfs"
    with open(whole, "wb") as out:
        for part in (packed, overlay):
            with open(part, "rb") as f:
                shutil.copyfileobj(f, out, 1 << 20)
    overlay.unlink()
    return whole
