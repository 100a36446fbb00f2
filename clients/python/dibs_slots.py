"""Slots of dibs, the machine's build coordinator, for Python 3. Copy this file, change it, keep no notice of it.

    from dibs_slots import Slots

    slots = Slots()
    with slots.one():       # waits until this machine has room for one more job
        subprocess.run(...)

One Slots serves any number of threads of one process; a child that was forked makes its own. Without dibs, or when it goes away, everything runs on without slots. The
bytes are described in docs/protocol.md of dibs.
"""

import contextlib
import os
import socket
import threading


class Slots:
    """A connection to dibs; its end returns all slots, however this process ends."""

    def __init__(self):
        self._socket = _connect()
        self._turn = threading.Condition()
        self._free = 0  # slots that came and that nobody has taken yet
        self._reading = False

    @property
    def connected(self):
        """Whether slots are handed out; if not, acquire() returns at once."""
        return self._socket is not None

    def acquire(self):
        """Blocks until there is a slot. False: there is no dibs, go on without one."""
        with self._turn:
            self._send(b"+")
            while self._socket is not None and self._free == 0:
                if self._reading:
                    self._turn.wait()
                else:
                    self._read()
            if self._socket is None:
                return False
            self._free -= 1
            return True

    def release(self):
        """Returns a slot for which acquire() returned True."""
        with self._turn:
            self._send(b"-")

    @contextlib.contextmanager
    def one(self):
        """A slot for as long as the block lasts."""
        held = self.acquire()
        try:
            yield held
        finally:
            if held:
                self.release()

    def close(self):
        with self._turn:
            self._give_up()

    def _read(self):
        """One thread at a time reads for all, without keeping the others from sending."""
        self._reading = True
        self._turn.release()
        try:
            answer = self._socket.recv(64)
        except OSError:
            answer = b""
        self._turn.acquire()
        self._reading = False
        if answer.strip(b"+") or not answer:
            self._give_up()  # an error, or dibs went away
        self._free += answer.count(b"+")
        self._turn.notify_all()

    def _send(self, byte):
        try:
            if self._socket is not None:
                self._socket.sendall(byte)
        except OSError:
            self._give_up()

    def _give_up(self):
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)  # wakes a thread that reads
            self._socket.close()
            self._socket = None
            self._turn.notify_all()


def _connect():
    tcp = os.environ.get("DIBS_TCP")
    try:
        if tcp:
            host, port, cookie = tcp.split(":")
            connection = socket.create_connection((host, int(port)), timeout=5)
            connection.sendall(cookie.encode() + b"\n")
        else:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(5)
            connection.connect(os.path.join(_directory(), "socket"))
        connection.settimeout(None)
        return connection
    except (OSError, ValueError):
        return None


def _directory():
    directory = os.environ.get("DIBS") or os.environ.get("DIBS_DIR")
    if directory:
        return directory
    uid = os.geteuid()
    runtime = "/run/user/%d" % uid
    if os.path.isdir(runtime) and os.stat(runtime).st_uid == uid:
        return runtime + "/dibs"
    return "/tmp/dibs-%d" % uid
