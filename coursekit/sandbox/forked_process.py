"""A program that the warm parent forked, as the rest of the kit knows programs: like a Popen."""

import json
import select
import signal
import socket
import subprocess

from coursekit.sandbox.processes import Process
from coursekit.sandbox.sandboxed_process import Watched


class ForkedProcess(Watched):
    """What `subprocess.Popen` is to a child of ours; this one is a child of the warm parent."""

    stdin = stdout = stderr = None

    def __init__(self, supervisor: Process, channel: socket.socket) -> None:
        """`supervisor` ends when the sandbox has ended, and says on `channel` how."""
        self.pid = supervisor.number
        self.returncode: int | None = None
        self._supervisor = supervisor
        self._channel = channel

    def poll(self) -> int | None:
        """Return the exit status, None while the program runs."""
        return self._status(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once everything in the sandbox has ended."""
        status = self._status(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("a forked program", timeout or 0)
        return status

    def send_signal(self, sig: int) -> None:
        """Send a signal to the program; SIGKILL and SIGTERM end the whole sandbox."""
        self.signal_inside(sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _status(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            ended = select.poll()
            ended.register(self._supervisor.descriptor, select.POLLIN)
            if not ended.poll(None if timeout is None else timeout * 1000):
                return None
            self.await_watcher()
            self.returncode = self._last_words()
        return self.returncode

    def _last_words(self) -> int:
        """Return the status that the supervisor reported, or that of a killed process."""
        with self._channel:
            self._channel.setblocking(False)
            try:
                return int(json.loads(self._channel.recv(4096))["status"])
            except (OSError, ValueError, KeyError, TypeError):
                return -signal.SIGKILL
