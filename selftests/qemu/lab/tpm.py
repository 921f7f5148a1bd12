# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the guest's TPM: swtpm, manufactured once and copied for each guest."""
import shutil
import subprocess
import time

from . import LabError, cache
from .relay import Relay

BANKS = "sha1,sha256,sha384,sha512"
GUARD = ["setpriv", "--pdeathsig", "KILL", "--"]


def version_flags(version):
    """What swtpm calls the two families."""
    return ["--tpm2"] if version == "2.0" else []


def manufacture(version):
    """The state of a new TPM, all its banks active, kept for every run."""
    def make(where):
        banks = ["--pcr-banks", BANKS] if version == "2.0" else []
        done = subprocess.run(
            ["swtpm_setup", "--tpm-state", where, "--overwrite",
             *version_flags(version), *banks],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
        if done.returncode:
            raise LabError("swtpm_setup failed: "
                           + (done.stdout.strip().splitlines() or ["?"])[-1])

    return cache.entry(f"tpm-{version}-{cache.digest(BANKS)}", make)


def start(work, version, control):
    """Start swtpm on that state; it ends by itself when QEMU hangs up."""
    swtpm = subprocess.Popen(
        [*GUARD, "swtpm", "socket", *version_flags(version), "--terminate",
         "--tpmstate", f"dir={work / 'tpm'}",
         "--ctrl", f"type=unixio,path={control}",
         "--log", f"file={work / 'swtpm.log'}"],
        stdin=subprocess.DEVNULL, start_new_session=True)
    wait_for_socket(control, swtpm)
    return swtpm


def listens(path):
    """Whether somebody accepts connections there.

    The path appears before that, and to connect for trying would be to hang up
    again, at which swtpm ends.
    """
    accepts = "00010000"
    with open("/proc/net/unix", encoding="utf-8", errors="replace") as table:
        for line in table:
            words = line.split()
            if words[-1] == str(path) and words[3] == accepts:
                return True
    return False


def wait_for_socket(path, server, seconds=60):
    """Until the server listens, or is known never to."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise LabError("swtpm ended at its start, with "
                           f"{server.returncode}")
        if listens(path):
            return
        time.sleep(0.01)
    raise LabError("swtpm does not listen")


def prepare(work, version):
    """This run's own copy of the TPM's state."""
    shutil.copytree(manufacture(version), work / "tpm")


class Chip:
    """The guest's TPM, with a launch in the middle where one is wanted."""

    def __init__(self, work, version, launch):
        self.server = self.relay = None
        if version == "none":
            return
        prepare(work, version)
        qemu_end = work / "tpm.sock"
        server_end = work / "swtpm.sock" if launch else qemu_end
        self.server = start(work, version, server_end)
        if launch:
            self.relay = Relay(qemu_end, server_end, launch)
            self.relay.start()

    def watch(self, data):
        """What the console prints tells when to launch."""
        if self.relay:
            self.relay.watch(data)

    def check(self, started):
        """That the launch which was asked for took place."""
        if self.relay is None:
            return
        why = self.relay.error
        if why or (started and not self.relay.done):
            raise LabError("the launch was not performed: "
                           f"{why or 'nobody saw the kernel start'}")

    def stop(self):
        """Leave nothing running."""
        if self.relay:
            self.relay.close()
        if self.server:
            self.server.kill()
            self.server.wait()
