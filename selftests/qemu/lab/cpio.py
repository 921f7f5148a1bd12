# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes newc archives: no staging directory, no root, any owner and node."""
import os
import stat

MERGED = ("bin", "sbin", "lib", "lib64", "lib32")


def guest_path(path):
    """The path below /usr that a merged-usr guest has for it."""
    path = os.path.normpath("/" + str(path)).lstrip("/")
    first = path.split("/", 1)[0]
    return f"usr/{path}" if first in MERGED else path


class Archive:
    """One newc archive, written as it is filled; parents come by themselves."""

    def __init__(self, out):
        self.out = out
        self.ino = 0
        self.seen = set()

    def _entry(self, path, mode, data=b"", rdev=(0, 0), mtime=0, owner=(0, 0)):
        self.ino += 1
        name = path.encode() + b"\0"
        head = (self.ino, mode, *owner, 1, mtime, len(data), 0, 0, *rdev,
                len(name), 0)
        blob = b"070701" + b"".join(b"%08X" % f for f in head) + name
        self.out.write(blob + b"\0" * (-len(blob) % 4))
        self.out.write(data + b"\0" * (-len(data) % 4))

    def _add(self, path, mode, *args, **kwargs):
        path = guest_path(path)
        if path in self.seen:
            return
        parent = os.path.dirname(path)
        if parent:
            self.dir(parent)
        self.seen.add(path)
        self._entry(path, mode, *args, **kwargs)

    def dir(self, path, mode=0o755, owner=(0, 0)):
        self._add(path, stat.S_IFDIR | mode, owner=owner)

    def text(self, path, text, mode=0o644, owner=(0, 0)):
        data = text if isinstance(text, bytes) else text.encode()
        self._add(path, stat.S_IFREG | mode, data, owner=owner)

    def link(self, path, target):
        self._add(path, stat.S_IFLNK | 0o777, str(target).encode())

    def node(self, path, mode, major, minor):
        self._add(path, stat.S_IFCHR | mode, rdev=(major, minor))

    def file(self, path, source, mode=None):
        """A copy of a host's file, following links."""
        with open(source, "rb") as f:
            info = os.fstat(f.fileno())
            self._add(path, stat.S_IFREG | (mode or info.st_mode & 0o7777),
                      f.read(), mtime=int(info.st_mtime))

    def root_links(self):
        """Lay the root and its merged-usr links, before what is below them."""
        self._entry(".", stat.S_IFDIR | 0o755)    # else anyone may write there
        for name in MERGED:
            self.dir(f"usr/{name}")
            self._entry(name, stat.S_IFLNK | 0o777, f"usr/{name}".encode())

    def trailer(self):
        """What ends an archive."""
        self._entry("TRAILER!!!", 0)

    def close(self):
        self.trailer()
        self.out.write(b"\0" * (-self.out.tell() % 512))
