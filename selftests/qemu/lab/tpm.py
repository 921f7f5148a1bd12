# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the guest's TPM: swtpm, manufactured once and copied for each guest."""
import shutil
import subprocess
import time

from . import LabError, cache

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


def wait_for_socket(path, server, seconds=10):
    """Until the server listens, or is known never to."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise LabError(f"swtpm ended with {server.returncode} at its start")
        if path.is_socket():
            return
        time.sleep(0.01)
    raise LabError("swtpm does not listen")


def prepare(work, version):
    """This run's own copy of the TPM's state."""
    shutil.copytree(manufacture(version), work / "tpm")
