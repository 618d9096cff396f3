"""The runner's side of the judge: start it, hand it cells, get verdicts."""

import contextlib
import os
import secrets
import socket
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from coursekit.course import CourseError
from coursekit.judge.control import receive_message, send_message
from coursekit.judge.process import GRACE
from coursekit.judge.verdict import Ending, Verdict

Start = Callable[[list[str], int], Any]
"""Starts `python *arguments` with one open descriptor; see `coursekit.isolation`."""

START_SECONDS = 60.0
"""Until the judge says that it is there, and for the imports of one cell."""


class JudgeFailed(CourseError):
    """The judge could not be started or has ended: nothing that a submission can be blamed for."""


class JudgeLost(JudgeFailed):
    """The judge was there and ended while it ran a cell: what the cell got was too much for it."""


class Judge:
    """The judge of one notebook. `imports` is what `names.instructor_imports` returns."""

    def __init__(self, imports: dict[str, str], start: Start) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = start(["-m", "coursekit.judge", str(theirs.fileno())], theirs.fileno())
        self._imports = imports
        self._ready = False

    def run_cell(
        self, source: str, connection: socket.socket, seconds: float, lost: Iterable[str] = ()
    ) -> Verdict:
        """Let the judge run a graded cell on the student's end of `connection`.

        `lost` are the ids of the tests that have lost points so far; see `coursekit.consequences`.
        Returns within `seconds` and a little more. Raises `JudgeLost` when the judge does not
        answer, and `JudgeFailed` when it did not start or cannot import what the cell needs.
        """
        self._await_start()
        self._control.settimeout(seconds + GRACE + START_SECONDS)
        message = {"source": source, "seconds": seconds, "lost": sorted(lost)}
        try:
            send_message(self._control, message, connection)
            answer, _ = receive_message(self._control)
            verdict = Verdict.from_data(answer)
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            self.close()
            raise JudgeLost("The process that ran the test has ended.") from error
        if verdict.ending is Ending.FAULT:
            raise JudgeFailed(f"The judge could not run a cell: {verdict.message}")
        return verdict

    def _await_start(self) -> None:
        """Wait until the judge is there; it starts beside the kernel."""
        if self._ready:
            return
        self._control.settimeout(START_SECONDS)
        try:
            send_message(self._control, {"imports": self._imports})
            receive_message(self._control)
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise JudgeFailed(
                f"The judge did not start ({error}); is this checkout complete and installed?"
            ) from error
        self._ready = True

    def close(self) -> None:
        """End the judge."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class Door:
    """A Unix socket in a folder that runner and kernel share; the kernel connects to it once.

    The folder is the student's, who may put anything in the socket's place, a link for example. So
    nothing is done to the socket by its name but to remove it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / f".judge-{secrets.token_hex(8)}"
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.setblocking(False)
        with contextlib.suppress(OSError):  # the student may have locked us out
            folder.chmod(folder.stat().st_mode | stat.S_IRWXU)
        before = os.umask(0)  # the kernel may run as another user
        try:
            self.socket.bind(str(self.path))
        finally:
            os.umask(before)
        self.socket.listen(1)

    def __enter__(self) -> "Door":
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()
        with contextlib.suppress(OSError):
            self.path.unlink()
