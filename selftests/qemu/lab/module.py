# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds drtmon.ko for the guest's kernel, and builds it where nobody did."""
import pathlib
import shutil
import subprocess
import sys

from . import LabError, TREE, cache
from .kernel import output

SOURCES = ["Kbuild", "VERSION", "kmod", "uapi"]
SUFFIXES = {".c", ".h", ".S", ".lds", ""}


def vermagic(path):
    """The kernel version a module says it was built for."""
    magic = output("modinfo", "-F", "vermagic", path) or ""
    return magic.split(" ", 1)[0].strip()


def sources(tree):
    """The files a module is built from, by their name in the tree."""
    for name in SOURCES:
        top = tree / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix in SUFFIXES \
                    and not path.name.startswith(".") \
                    and not path.name.endswith(".mod.c"):
                yield path.relative_to(tree)


def compile_in(where, kbuild, version):
    """Run Kbuild there; the compiler's words go to the person who waits.

    Without BTF: the kernels that have it want pahole, and nothing here reads it.
    """
    words = ["CONFIG_DEBUG_INFO_BTF_MODULES="]
    if "CONFIG_GCOV_KERNEL=y\n" in (kbuild / ".config").read_text():
        words.append("GCOV_PROFILE=y")
    done = subprocess.run(
        ["make", "-C", str(kbuild), f"M={where}", "-j2", *words, "modules"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", check=False)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:])
        raise LabError(f"the module does not build for {version}")


def build(kernel, tree=TREE):
    """Build a copy of the source for that kernel, once for each content."""
    kbuild = kernel.build()
    if not kbuild:
        raise LabError(f"no headers for {kernel.version} are here to build "
                       "the module with; give --module FILE or --module none")
    names = list(sources(tree))
    key = cache.digest(kbuild, kernel.version, *(
        part for n in names for part in (n, (tree / n).read_bytes())))

    def make(where):
        for name in names:
            (where / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tree / name, where / name)
        compile_in(where, kbuild, kernel.version)

    where = cache.entry(f"module-{kernel.version}-{key}", make)
    built = list(where.rglob("drtmon.ko"))
    if not built:
        raise LabError("Kbuild ended well but made no drtmon.ko")
    return built[0]


def find(choice, kernel):
    """The module that --module CHOICE means; None when there is none."""
    if choice == "none":
        return None
    if choice:
        path = pathlib.Path(choice)
        if not path.is_file():
            raise LabError(f"--module {choice}: there is no such file")
        return path
    for path in (TREE / "kmod/drtmon.ko", TREE / "drtmon.ko"):
        if path.is_file() and vermagic(path) == kernel.version:
            return path
    return build(kernel) if (TREE / "Kbuild").is_file() else None
