# SPDX-License-Identifier: GPL-2.0-or-later
"""What is expensive to make and the same every time, kept outside the tree."""
import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import tempfile
import time

KEEP_SECONDS = 14 * 24 * 3600


def root():
    """Where the cache is; DRTMON_CACHE wins over the XDG place."""
    own = os.environ.get("DRTMON_CACHE")
    if own:
        return pathlib.Path(own).resolve()
    xdg = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(xdg) / "drtmon"


def digest(*parts):
    """A short name for a set of inputs."""
    h = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        h.update(len(data).to_bytes(8, "little") + data)
    return h.hexdigest()[:16]


@contextlib.contextmanager
def locked(name):
    """One maker at a time for each name; the others wait and then find it made."""
    root().mkdir(parents=True, exist_ok=True)
    with open(root() / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def entry(name, make):
    """The directory `name` in the cache; make(dir) fills it the first time.

    It is filled under another name and renamed when whole, so an interrupted
    maker never leaves half an entry for the next run to trust.
    """
    path = root() / name
    if path.is_dir():
        os.utime(path)
        return path
    with locked(name):
        if path.is_dir():
            return path
        work = pathlib.Path(tempfile.mkdtemp(prefix=f".{name}.", dir=root()))
        try:
            make(work)
            work.chmod(0o755)
            work.rename(path)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    forget_old(name)
    return path


def forget_old(name):
    """Remove what another content of the same thing left, long unused."""
    kind = name.rpartition("-")[0]
    for other in root().glob(f"{kind}-*"):
        if time.time() - other.stat().st_mtime > KEEP_SECONDS:
            shutil.rmtree(other, ignore_errors=True)
