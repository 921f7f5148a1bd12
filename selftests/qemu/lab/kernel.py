# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the guest's kernel: Debian's own, unpacked, or one that was built."""
import lzma
import os
import pathlib
import re
import shutil
import struct
import subprocess
import zlib

from . import HERE, LabError, cache


class Kernel:
    """A kernel image, its modules, and what a module is built against.

    home holds boot/vmlinuz-VERSION, lib/modules/VERSION and, where the image
    could be unpacked, vmlinux. build() is the directory for `make -C`, or None;
    it is a question because its answer may have to be fetched.
    """

    def __init__(self, home, version, build):
        self.home = pathlib.Path(home)
        self.version = version
        self.image = self.home / "boot" / f"vmlinuz-{version}"
        self.modules = self.home / "lib/modules" / version
        self.vmlinux = self.home / "vmlinux"
        self.build = build


def output(*argv):
    """A program's output, or None when it failed."""
    done = subprocess.run(argv, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def stock_version():
    """The version the installed headers are for."""
    depends = output("dpkg-query", "-W", "-f", "${Depends}",
                     "linux-headers-amd64") or ""
    found = re.search(r"linux-headers-(\S+)", depends)
    if not found:
        raise LabError("linux-headers-amd64 is not installed, so there is no "
                       "stock kernel to match; install it or give --kernel")
    return found.group(1).rstrip(",")


def full_version(version):
    """The version that a short one like 6.12 is today, by its meta-package."""
    meta = output("apt-cache", "depends", f"linux-image-{version}-amd64") or ""
    found = re.search(r"Depends: linux-image-(\S+)", meta)
    return found.group(1) if found else version


def package_version(package):
    """The version of a package that fits the installed headers, or is current."""
    headers = package.replace("linux-image-", "linux-headers-")
    have = output("dpkg-query", "-W", "-f", "${Version}", headers)
    if have:
        return have
    policy = output("apt-cache", "policy", package) or ""
    found = re.search(r"Candidate: (\S+)", policy)
    if not found or found.group(1) == "(none)":
        raise LabError(f"no package {package} is known to apt; "
                       "try 'apt-get update'")
    return found.group(1)


def fetch(package, version, into):
    """Download one package and unpack it there."""
    pool = into / "deb"
    pool.mkdir(exist_ok=True)
    done = subprocess.run(["apt-get", "-q", "download", f"{package}={version}"],
                          cwd=pool, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False)
    debs = list(pool.glob("*.deb"))
    if done.returncode or not debs:
        raise LabError(f"could not download {package} {version}: "
                       + (done.stdout.strip().splitlines() or ["?"])[-1])
    for deb in debs:
        subprocess.run(["dpkg-deb", "-x", deb, into], check=True)
    shutil.rmtree(pool)


def payload(image):
    """The compressed kernel inside a bzImage (boot protocol 2.08)."""
    data = pathlib.Path(image).read_bytes()
    if data[0x202:0x206] != b"HdrS":
        return b""
    sectors = data[0x1f1] or 4
    offset, length = struct.unpack_from("<II", data, 0x248)
    start = (sectors + 1) * 512 + offset
    return data[start:start + length]


def unpack_image(image, vmlinux):
    """Unpack the kernel so that QEMU can start it directly.

    Decompressing five times slower than a processor would is most of a
    guest's boot; the kernel's own PVH entry starts the unpacked image.
    """
    packed = payload(image)
    if packed.startswith(b"\xfd7zXZ"):
        plain = lzma.LZMADecompressor().decompress(packed)
    elif packed.startswith(b"\x1f\x8b"):
        plain = zlib.decompressobj(31).decompress(packed)
    elif packed.startswith(b"\x28\xb5\x2f\xfd"):
        done = subprocess.run(["zstd", "-dcq"], input=packed, check=False,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        plain = done.stdout
    else:
        return
    if plain.startswith(b"\x7fELF"):
        vmlinux.write_bytes(plain)


def index(home, version):
    """modules.dep for the whole tree: the packages come without it."""
    usr = home / "usr/lib/modules" / version
    if usr.is_dir() and not (home / "lib").exists():
        (home / "lib").symlink_to("usr/lib")
    subprocess.run(["depmod", "-b", home, version], check=True,
                   stderr=subprocess.DEVNULL)


def debian(version):
    """Debian's kernel of that version, from the cache or the archive."""
    package = f"linux-image-{version}"
    wanted = package_version(package)

    def make(home):
        fetch(package, wanted, home)
        index(home, version)
        unpack_image(home / "boot" / f"vmlinuz-{version}", home / "vmlinux")

    home = cache.entry(f"kernel-{version}-{wanted}", make)
    return Kernel(home, version, lambda: headers(version, wanted))


def headers(version, wanted):
    """Where modules for that kernel are built: installed, or fetched for it."""
    build = pathlib.Path("/lib/modules") / version / "build"
    if build.exists():
        return build
    flavour = f"linux-headers-{version}"
    depends = output("apt-cache", "depends", f"{flavour}={wanted}") or ""
    packages = [flavour, *re.findall(r"Depends: (linux-(?:headers|kbuild)\S+)",
                                     depends)]
    name = f"headers-{version}-{wanted}"

    def make(home):
        for package in packages:
            fetch(package, wanted, home)
        # The flavour's Makefile includes the common one by its installed path.
        makefile = home / "usr/src" / flavour / "Makefile"
        makefile.write_text(makefile.read_text().replace(
            "/usr/src/", f"{cache.root() / name}/usr/src/"))

    return cache.entry(name, make) / "usr/src" / flavour


def directory(home):
    """A kernel that somebody built or unpacked: boot/ and lib/modules/ there."""
    images = sorted(home.glob("boot/vmlinuz-*"))
    if len(images) != 1:
        raise LabError(f"{home} holds {len(images)} kernels in boot/; "
                       "one was expected")
    version = images[0].name.split("-", 1)[1]
    build = home / "build"
    return Kernel(home, version, lambda: build if build.exists() else None)


def debug(*options):
    """The kernel that kernel-debug built."""
    where = output(HERE / "kernel-debug", "--print", *options)
    if not where or not os.path.isdir(where.strip()):
        raise LabError("the debug kernel is not built; run "
                       + " ".join(["selftests/qemu/kernel-debug", *options]))
    return directory(pathlib.Path(where.strip()))


def find(name):
    """The kernel that --kernel NAME means."""
    if name == "debug":
        return debug()
    if name == "debug-light":
        return debug("--light")
    if "/" in name:
        return directory(pathlib.Path(name).resolve())
    return debian(stock_version() if name == "stock" else full_version(name))
