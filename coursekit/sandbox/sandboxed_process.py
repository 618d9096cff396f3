"""A program in the sandbox, seen from outside, and the watch that is kept over it."""

import atexit
import select
import signal
import subprocess
import threading
import time
import weakref

from coursekit.sandbox.control_group import ControlGroup
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.processes import Process
from coursekit.sandbox.view import View
from coursekit.sandbox.watch import INTERVAL, usage


class Watched:
    """What programs in the sandbox have in common, however they were started."""

    pid: int
    """The process above the sandbox's first one."""
    reason: str | None = None
    """Why the sandbox was ended from outside, as a sentence; None when it was not."""
    group: ControlGroup | None = None
    """What bounds it besides the watch."""

    _first: Process | None = None
    _program: Process | None = None
    _watcher: threading.Thread | None = None

    def watch(
        self,
        first: Process,
        program: Process,
        group: ControlGroup | None,
        view: View,
        limits: Limits,
    ) -> None:
        """Keep watch from now on. With `first`, everything in the sandbox ends."""
        self._first, self._program, self.group = first, program, group
        self._watcher = threading.Thread(
            target=self._watch, args=(first, view, limits), name="sandbox", daemon=True
        )
        self._watcher.start()
        _running.add(self)

    def signal_inside(self, sig: int) -> bool:
        """Signal the program; SIGKILL and SIGTERM end the whole sandbox. False before `watch`."""
        ends = sig in (signal.SIGKILL, signal.SIGTERM)
        target = self._first if ends else self._program
        if target:
            target.send(signal.SIGKILL if ends else sig)
        return target is not None

    def await_watcher(self) -> None:
        """Return when the watch is over, so that `reason` is known when the status is."""
        if self._watcher:
            self._watcher.join()

    def _watch(self, first: Process, view: View, limits: Limits) -> None:
        """Look at the sandbox until it ends, and end it when it uses too much."""
        started = time.monotonic()
        ended = select.poll()
        ended.register(first.descriptor, select.POLLIN)
        while not ended.poll(INTERVAL * 1000):
            now = usage(self.pid, view.writable_folders, started, limits)
            self.reason = now.excess(limits) or self._out_of_memory(limits)
            if self.reason:
                first.send(signal.SIGKILL)
                break
        ended.poll()
        self.reason = self.reason or self._out_of_memory(limits)
        if self.group:
            self.group.remove()

    def _out_of_memory(self, limits: Limits) -> str | None:
        """Return a sentence if the control group had to end a process, one of many maybe."""
        if self.group and self.group.out_of_memory():
            return f"It held more than {limits.memory_bytes >> 20} MiB of memory."
        return None


class SandboxedProcess(Watched, subprocess.Popen[bytes]):
    """A program in the sandbox, started by bubblewrap.

    Signals reach the program itself. To kill or terminate it ends everything in the sandbox, and
    `wait` returns when nothing of it is left.
    """

    def send_signal(self, sig: int) -> None:
        """Send a signal to the program; SIGKILL and SIGTERM end the whole sandbox."""
        if not self.signal_inside(sig):
            super().send_signal(sig)

    def poll(self) -> int | None:
        """Return the exit status, None while the program runs."""
        status = super().poll()
        if status is not None:
            self.await_watcher()
        return status

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once everything in the sandbox has ended."""
        status = super().wait(timeout)
        self.await_watcher()
        return status


_running: "weakref.WeakSet[Watched]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """End what still runs. The kernel would do it too, but leave the control groups."""
    for process in list(_running):
        process.signal_inside(signal.SIGKILL)
    for process in list(_running):
        process.await_watcher()
