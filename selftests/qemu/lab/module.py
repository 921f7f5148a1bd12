# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds drtmon.ko for the guest's kernel, and builds it where nobody did."""
import pathlib
import re
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


def sources(tree, folder):
    """The files a module is built from, by their name in the tree."""
    for name in [*SOURCES, *([folder] if folder else [])]:
        top = tree / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix in SUFFIXES \
                    and not path.name.startswith(".") \
                    and not path.name.endswith(".mod.c"):
                yield path.relative_to(tree)


def instrument(coverage):
    """What Kbuild is told so that the module counts, or else watches for races.

    A kernel that can do neither does not mind.
    """
    return ["GCOV_PROFILE=y", "KCSAN_SANITIZE=n"] if coverage else []


def compile_in(where, kbuild, version, coverage=False):
    """Run Kbuild there; the compiler's words go to the person who waits.

    Without BTF: the kernels that have it want pahole, and nothing here reads it.
    """
    words = ["CONFIG_DEBUG_INFO_BTF_MODULES=", *instrument(coverage)]
    done = subprocess.run(
        ["make", "-C", str(kbuild), f"M={where}", "-j2", *words, "modules"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", check=False)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:])
        raise LabError(f"the module does not build for {version}")


def build(kernel, tree=TREE, folder="", coverage=False):
    """Build a copy of the source for that kernel, once for each content.

    folder is where another module is that needs the source: that is built then.
    """
    kbuild = kernel.build()
    if not kbuild:
        raise LabError(f"no headers for {kernel.version} are here to build "
                       "the module with; give --module FILE or --module none")
    names = list(sources(tree, folder))
    key = cache.digest(kbuild, kernel.version, bool(coverage), *(
        part for n in names for part in (n, (tree / n).read_bytes())))

    def make(where):
        for name in names:
            (where / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tree / name, where / name)
        compile_in(where / folder, kbuild, kernel.version, coverage)

    where = cache.entry(f"module-{kernel.version}-{key}", make)
    built = list(where.rglob("*.ko"))
    if not built:
        raise LabError("Kbuild ended well but made no module")
    return built[0]


# Modules of tests, by what the kernel has to have for them.
OTHERS = [("CONFIG_KUNIT", "selftests/kunit"), ("CONFIG_KCSAN", "selftests/races")]


def others(kernel, tree=TREE, coverage=False):
    """The modules that tests load besides the module, as far as the kernel is for them.

    What counts does not watch for races, so there is none then to be found.
    """
    kbuild = kernel.build()
    config = (kbuild / ".config").read_text() if kbuild else ""
    return [build(kernel, tree, folder, coverage) for option, folder in OTHERS
            if re.search(rf"^{option}=[ym]$", config, re.M)
            and not (coverage and option == "CONFIG_KCSAN")]


def find(choice, kernel, coverage=False):
    """The module that --module CHOICE means; None when there is none."""
    if choice == "none":
        return None
    if choice:
        path = pathlib.Path(choice)
        if not path.is_file():
            raise LabError(f"--module {choice}: there is no such file")
        return path
    for path in (TREE / "kmod/drtmon.ko", TREE / "drtmon.ko"):
        if path.is_file() and vermagic(path) == kernel.version and not coverage:
            return path
    return build(kernel, coverage=coverage) if (TREE / "Kbuild").is_file() else None
