# SPDX-License-Identifier: GPL-2.0-or-later
"""Stands between QEMU and swtpm, to launch when the firmware is done.

A launch that came before the firmware would leave it a TPM that was started
already: SeaBIOS then gives up, measures nothing, and disables the hierarchies.
On a real machine the launch comes after the firmware and before the kernel.
QEMU keeps both of swtpm's channels for itself, so the place to do the same is
between the two, in the moment in which the kernel prints its first line.
"""
import array
import selectors
import socket
import struct
import threading

from . import LabError

CMD_SET_LOCALITY, CMD_HASH_START, CMD_HASH_DATA, CMD_HASH_END = 5, 6, 7, 8
HASH_CHUNK = 4096
SECONDS = 10

KERNEL_STARTS = b"Linux version "


class Relay(threading.Thread):
    """Passes QEMU's two channels on, and once in between performs a launch."""

    def __init__(self, listen, server, launch):
        super().__init__(daemon=True)
        self.launch = launch
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(listen))
        self.listener.listen(1)
        self.control = socket.socket(socket.AF_UNIX)
        self.control.connect(str(server))
        self.data, self.data_theirs = socket.socketpair()
        self.qemu_control = self.qemu_data = None
        self.alarm, self.alarm_theirs = socket.socketpair()
        self.seen = b""
        self.due = self.done = False
        self.waiting = 0
        self.error = None
        self.selector = selectors.DefaultSelector()

    def watch(self, data):
        """Called with what the console prints."""
        if self.seen is None:
            return
        self.seen += data
        if KERNEL_STARTS in self.seen:
            self.seen = None
            self.alarm_theirs.send(b"!")

    def run(self):
        try:
            self.qemu_control = self.listener.accept()[0]
            self._register(self.qemu_control, self._from_qemu_control)
            self._register(self.control, self._answer, "qemu_control")
            self._register(self.data, self._answer, "qemu_data")
            self._register(self.alarm, self._launch_due)
            while self._step():
                pass
        except (OSError, LabError) as e:
            self.error = e
        finally:
            self.close()

    def close(self):
        """Hang up on both; swtpm ends when its control channel does."""
        for sock in (self.listener, self.control, self.data, self.data_theirs,
                     self.qemu_control, self.qemu_data):
            if sock is not None:
                # shutdown() also wakes a thread that waits in accept().
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                sock.close()

    def _register(self, sock, handler, *args):
        self.selector.register(sock, selectors.EVENT_READ, (handler, args))

    def _step(self):
        for key, _ in self.selector.select():
            handler, args = key.data
            if not handler(key.fileobj, *args):
                return False
        if self.due and not self.done and not self.waiting:
            self.done = True
            for sock in (self.control, self.data):
                sock.settimeout(SECONDS)
            self.launch.perform(self)
        return True

    def _launch_due(self, sock):
        sock.recv(16)
        self.due = True
        return True

    def _from_qemu_control(self, sock):
        size = array.array("i").itemsize
        request, extra, _, _ = sock.recvmsg(8192, socket.CMSG_SPACE(size))
        if not request:
            return False
        pass_on = []
        for level, kind, data in extra:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                self._take_data(struct.unpack_from("i", data)[0])
                fds = array.array("i", [self.data_theirs.fileno()])
                pass_on = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)]
        self.waiting += 1
        self.control.sendmsg([request], pass_on)
        return True

    def _take_data(self, fd):
        """QEMU's data channel, meant for swtpm, ends here; ours goes there."""
        self.qemu_data = socket.socket(fileno=fd)
        self._register(self.qemu_data, self._from_qemu_data)

    def _from_qemu_data(self, sock):
        command = sock.recv(8192)
        if command:
            self.waiting += 1
            self.data.sendall(command)
        return bool(command)

    def _answer(self, sock, to):
        response = sock.recv(8192)
        if response:
            self.waiting = 0
            getattr(self, to).sendall(response)
        return bool(response)

    def _request(self, command, body=b""):
        self.control.sendall(struct.pack(">I", command) + body)
        result = self.control.recv(4)
        if result != bytes(4):
            raise LabError(f"swtpm refused request {command} of the launch "
                           f"with {result.hex()}")

    # What Launch.perform() asks of a channel.

    def hash_sequence(self, data):
        self._request(CMD_HASH_START)
        for at in range(0, len(data), HASH_CHUNK):
            chunk = data[at:at + HASH_CHUNK]
            self._request(CMD_HASH_DATA, struct.pack(">I", len(chunk)) + chunk)
        self._request(CMD_HASH_END)

    def set_locality(self, number):
        self._request(CMD_SET_LOCALITY, bytes([number, 0, 0, 0]))

    def transmit(self, command):
        self.data.sendall(command)
        return self.data.recv(8192)
