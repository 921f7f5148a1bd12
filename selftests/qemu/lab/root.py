# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest with systemd: Debian's own root, packed as an initramfs."""
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

from . import HERE, LabError, cache
from .cpio import Archive
from .kernel import output

PACKAGES = """systemd systemd-sysv dbus kmod tpm2-tools libtss2-tcti-device0
    sqlite3 jq libcap2-bin procps""".split()
LEFT_OUT = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*",
            "/usr/share/info/*"]

# What a guest without network, disks and people would only wait for.
MASKED = """getty.target systemd-networkd.service apt-daily.timer dpkg-db-backup.timer
    apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer systemd-timesyncd.service
    systemd-firstboot.service""".split()

# Before the login prompt that there is none of, after everything else.
UNIT = """[Unit]
Description=The lab's command
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/lab/start
StandardInput=null
StandardOutput=null
StandardError=null
TimeoutStartSec=infinity
# The daemon under test is a service of its own; this one is the judge.
OOMScoreAdjust=-900
"""


def suite():
    """The host's release: its libraries go into the guest beside the root's."""
    text = pathlib.Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(\S+)$", text, re.M)
    if not found:
        raise LabError("/etc/os-release names no release to make a root of")
    return found.group(1)


def mirror(release):
    """Where this host gets that release from."""
    lines = output("apt-get", "indextargets", "--format",
                   "$(REPO_URI) $(RELEASE)", "Created-By: Packages") or ""
    for line in lines.splitlines():
        uri, _, name = line.partition(" ")
        if name == release and "debian" in uri and "security" not in uri:
            return uri
    return "http://deb.debian.org/debian"


def apt_options():
    """What this host needs for its mirror: a proxy, or that a dated snapshot has expired."""
    said = output("apt-config", "dump", "Acquire") or ""
    wanted = re.compile(r"Acquire::(Check-Valid-Until|Check-Date|"
                        r"https?::(Proxy|CaInfo|CAInfo|CaPath|Verify-Peer|Verify-Host)\S*) \"[^\"]")
    return [f"--aptopt={line.rstrip(';')}" for line in said.splitlines() if wanted.match(line)]


def bootstrap(tar):
    """Debian's packages as one archive."""
    if not shutil.which("mmdebstrap"):
        raise LabError("mmdebstrap is not installed; run make deps-more")
    release = suite()
    done = subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase",
         f"--include={','.join(PACKAGES)}", *apt_options(),
         *(f"--dpkgopt=path-exclude={p}" for p in LEFT_OUT),
         release, tar, mirror(release)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise LabError("mmdebstrap failed: "
                       + (done.stdout.strip().splitlines() or ["?"])[-1])


def convert(tar, archive):
    """The archive's files in the form that the kernel unpacks."""
    with tarfile.open(tar) as source:
        for member in source:
            name = os.path.normpath(member.name)
            if name == "." or name.startswith("dev/"):
                continue
            owner = (member.uid, member.gid)
            if member.isdir():
                archive.dir(name, member.mode, owner=owner)
            elif member.issym():
                archive.link(name, member.linkname)
            elif member.isreg() or member.islnk():
                archive.text(name, source.extractfile(member).read(),
                             member.mode, owner=owner)


def lab_parts(archive):
    """What makes the root this lab's guest."""
    archive.text("etc/systemd/system/drtmon-lab.service", UNIT)
    archive.link("etc/systemd/system/multi-user.target.wants/drtmon-lab.service",
                 "../drtmon-lab.service")
    for unit in MASKED:
        archive.link(f"etc/systemd/system/{unit}", "/dev/null")
    archive.text("etc/fstab", "")
    archive.text("etc/hostname", "guest\n")
    archive.text("etc/machine-id", "0123456789abcdef0123456789abcdef\n")


def write(where):
    """The packed root, and the names of all that is in it."""
    tar = where / "root.tar"
    bootstrap(tar)
    with open(where / "base.cpio.zst", "wb") as out:
        packer = subprocess.Popen(["zstd", "-q", "-T0", "-6"],
                                  stdin=subprocess.PIPE, stdout=out)
        archive = Archive(packer.stdin)
        archive.root_links()
        lab_parts(archive)
        convert(tar, archive)
        archive.node("dev/console", 0o600, 5, 1)
        archive.node("dev/null", 0o666, 1, 3)
        archive.trailer()
        packer.stdin.close()
        if packer.wait():
            raise LabError("zstd failed")
    # What follows it in an initramfs begins at a multiple of four.
    with open(where / "base.cpio.zst", "ab") as out:
        out.write(b"\0" * (-out.tell() % 512))
    tar.unlink()
    (where / "names").write_text("\n".join(sorted(archive.seen)))


def base():
    """The root's directory in the cache, made anew when what it is made of changed."""
    code = [(HERE / "lab" / name).read_bytes() for name in ("root.py", "cpio.py")]
    release = suite()
    return cache.entry(f"systemd-{cache.digest(release, mirror(release), *code)}",
                       write)
