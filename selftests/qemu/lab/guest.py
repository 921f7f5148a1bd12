# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs QEMU, carries the command's streams, and says how the guest ended."""
import os
import queue
import selectors
import socket
import subprocess
import threading
import time

BOOT_SECONDS = 1200   # until the guest is ready
END_SECONDS = 60      # from the command's end until the guest is off

GUARD = ["setpriv", "--pdeathsig", "KILL", "--"]


class Stream(threading.Thread):
    """Carries one of the guest's channels to a descriptor of ours.

    The reader never waits for our own reader: a virtio port that is not
    drained makes the guest's kernel spin with a lock held, and a slow pager
    would look like a lockup. So what cannot be written yet waits here.
    """

    def __init__(self, fd=None, sink=None):
        super().__init__(daemon=True)
        self.ours, self.theirs = socket.socketpair()
        self.fd = fd
        self.sink = sink
        self.taken = 0
        self.before = 0
        self.ended = False
        self.more = threading.Condition()
        self.pending = queue.SimpleQueue()
        self.writer = threading.Thread(target=self._write, daemon=True)

    def run(self):
        self.writer.start()
        while True:
            data = self.ours.recv(65536)
            if self.sink and data:
                self.sink(data)
            self.pending.put(data)
            with self.more:
                self.taken += len(data)
                self.ended = not data
                self.more.notify_all()
            if not data:
                break
        self.writer.join()

    def await_bytes(self, count):
        """False when fewer came since the boot, in the time that a guest has to end."""
        with self.more:
            count += self.before
            self.more.wait_for(lambda: self.taken >= count or self.ended, END_SECONDS)
            return self.taken >= count

    def _write(self):
        while True:
            data = self.pending.get()
            if not data:
                return
            try:
                while self.fd is not None and data:
                    data = data[os.write(self.fd, data):]
            except OSError:
                self.fd = None


class Control:
    """What the guest's init reports: that it is ready, a status, and how many
    bytes it put into a port."""

    def __init__(self):
        self.ours, self.theirs = socket.socketpair()
        self.buffer = b""
        self.ready = None
        self.status = None
        self.sent = {}
        self.open = True

    def read(self):
        """Take in what came; returns the words that were understood."""
        words = []
        try:
            data = self.ours.recv(4096)
        except ConnectionError:
            data = b""
        if not data:
            self.open = False
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in lines:
            word, _, value = line.decode(errors="replace").partition(" ")
            if word == "ready":
                self.ready = value
            elif word == "exit" and value.isdigit():
                self.status = int(value)
            elif word == "sent":
                name, _, count = value.partition(" ")
                self.sent[name] = int(count) if count.isdigit() else None
            else:
                continue
            words.append(word)
        return words


class Guest:
    """One QEMU process and its channels."""

    def __init__(self, argv, console, verbose, terminal, coverage=None):
        self.console = console
        self.control = Control()
        self.log = Stream(2 if verbose else None, console.add)
        self.streams = {"console": self.log, "control": self.control}
        if not terminal:
            self.streams["stdout"] = Stream(1)
            self.streams["stderr"] = Stream(2)
        if coverage is not None:
            self.streams["coverage"] = Stream(coverage)
        self.terminal = terminal
        self.argv = [*argv, *self._channels()]
        self.process = None

    def _channels(self):
        argv = ["-device", "virtio-serial-pci"]
        if self.terminal:
            argv += ["-chardev", "stdio,id=terminal,signal=off",
                     "-device", "virtconsole,chardev=terminal"]
        for name, stream in self.streams.items():
            fd = stream.theirs.fileno()
            argv += ["-chardev", f"socket,id={name},fd={fd}"]
            argv += ["-serial", f"chardev:{name}"] if name == "console" else \
                    ["-device", f"virtserialport,chardev={name},name={name}"]
        return argv

    def _begin(self):
        """A guest may boot again: what it counts begins anew."""
        for stream in self.streams.values():
            if isinstance(stream, Stream):
                stream.before = stream.taken

    def _take(self):
        """What is on its way is lost with the guest: it waits until all came."""
        for name, count in self.control.sent.items():
            if name not in self.streams or count is None or \
                    not self.streams[name].await_bytes(count):
                return False
        self.control.sent.clear()
        try:
            self.control.ours.sendall(b"taken\n")
        except ConnectionError:
            pass  # it is gone, and how is told by what it said before
        return True

    def start(self):
        theirs = [s.theirs for s in self.streams.values()]
        self.process = subprocess.Popen(
            [*GUARD, *self.argv], pass_fds=[s.fileno() for s in theirs],
            stdin=None if self.terminal else subprocess.DEVNULL,
            stdout=None if self.terminal else subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=not self.terminal)
        for sock in theirs:
            sock.close()
        for stream in self.streams.values():
            if isinstance(stream, Stream):
                stream.start()

    def wait(self, timeout):
        """Until QEMU ends. False when the time was up before that.

        The boot has its own time, so that a busy host does not make a command
        look as if it hung.
        """
        limit = time.monotonic() + BOOT_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.control.ours, selectors.EVENT_READ)
            while self.control.open:
                if not selector.select(max(limit - time.monotonic(), 0)):
                    return False
                for word in self.control.read():
                    if word == "ready":
                        self._begin()
                    limit = time.monotonic() + (
                        timeout if word == "ready" else END_SECONDS)
                    if word == "sent" and not self._take():
                        return False
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self):
        """End QEMU if it has not ended, and let the streams run dry."""
        if self.process is None:
            return b""
        if self.process.poll() is None:
            self.process.kill()
        said = self.process.communicate()[1] or b""
        for stream in self.streams.values():
            if isinstance(stream, Stream):
                stream.join()
        return said
