"""The judge's process: runs graded cells for the runner until that closes the connection.

The process imports what the cells import, and forks a child that runs them, so that a cell can be
killed when its time is up. Each cell has names of its own. A child whose cell did not come to an
orderly end runs no other one: the next cell gets a new child.
"""

import importlib
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from coursekit.judge import adapters, earlier
from coursekit.judge.cell import run_cell
from coursekit.judge.control import receive_message, send_message
from coursekit.judge.names import foreign_names, imports_of
from coursekit.judge.remote import OutOfTime
from coursekit.judge.verdict import Ending, Verdict

GRACE = 2.0
"""Seconds that a cell gets after its time is up, to say so itself, before it is killed."""

_LATE_IMPORTS = {"torch": "torch._dynamo"}
"""What a library imports at its first real use (here, an optimizer), for seconds, in every cell."""

_NO_MORE = frozenset({Ending.OUT_OF_TIME, Ending.LOST, Ending.BROKEN})
"""What a child's last cell ended with: it may have been stopped anywhere."""


def main(control: socket.socket) -> None:
    """Run the cells that arrive on `control`, with the instructor's imports of the first message.

    Each further message holds a cell's text, its seconds, which tests have lost points so far, and
    the connection to the student's kernel; each answer is a `Verdict`, as data.
    """
    work = Path.cwd()
    os.chdir("/")  # a student may have put files into the folder that libraries look for
    first, _ = receive_message(control)
    process = JudgeProcess(first["imports"], work)
    send_message(control, {"ready": True})
    while True:
        try:
            message, connection = receive_message(control)
        except (EOFError, ConnectionError):
            return
        if connection is None:
            raise ValueError("The runner sent a cell without a connection.")
        with connection:
            verdict = process.run(message, connection)
        send_message(control, verdict.to_data())


class JudgeProcess:
    """What all cells of one notebook share: the instructor's imports, by the name they bind."""

    def __init__(self, imports: dict[str, str], work: Path) -> None:
        self._imports = imports
        self._work = work
        self._imported: dict[str, Any] = {"__name__": "graded_cell"}
        self._child: _Child | None = None

    def run(self, message: dict[str, Any], connection: socket.socket) -> Verdict:
        """Run one cell in a child; the verdict is there in the cell's seconds + GRACE."""
        try:
            known = len(sys.modules)
            names = self._prepare(message["source"])
        except Exception as error:
            return Verdict(Ending.FAULT, f"{type(error).__name__}: {error}")
        if self._child is None or len(sys.modules) != known:  # a child without the new modules
            self._end_child()
            self._child = self._fork(connection)
        verdict = self._child.run({**message, "names": sorted(names)}, connection)
        if verdict.ending in _NO_MORE:
            self._end_child()
        return verdict

    def _prepare(self, source: str) -> set[str]:
        """Do the imports that a cell needs, once for all cells; return the names it finds bound.

        Its own imports are done here as well, to have them ready; the cell does them again.
        """
        needed = {name for name in foreign_names(source) if name in self._imports}
        for statement in [*(self._imports[name] for name in needed), *imports_of(source).values()]:
            exec(statement, {"__name__": "graded_cell"})
        for library, module in _LATE_IMPORTS.items():
            if library in sys.modules:
                importlib.import_module(module)
        adapters.adapt()
        self._bind(needed)  # only now: what the judge replaces would be bound as it was before
        return needed | {"__name__"}

    def _bind(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._imported:
                exec(self._imports[name], self._imported)

    def _fork(self, connection: socket.socket) -> "_Child":
        """Return a child that holds nothing of `connection`: it gets each cell's with the cell."""
        ours, theirs = socket.socketpair()
        number = os.fork()
        if number == 0:
            ours.close()
            connection.close()
            os.chdir(self._work)
            self._be_child(theirs)
        theirs.close()
        return _Child(number, ours)

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    def _be_child(self, channel: socket.socket) -> NoReturn:
        """Run the cells that arrive on `channel` until it is closed; the process ends here."""
        status = 1
        try:
            signal.signal(signal.SIGALRM, _raise_out_of_time)
            while True:
                message, connection = receive_message(channel)
                if connection is None:
                    raise ValueError("A cell came without a connection.")
                with connection:
                    send_message(channel, self._run_here(message, connection).to_data())
        except EOFError:
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _run_here(self, message: dict[str, Any], connection: socket.socket) -> Verdict:
        names = message["names"]
        self._bind(names)
        earlier.lost = frozenset(message["lost"])
        _seed()
        signal.setitimer(signal.ITIMER_REAL, message["seconds"])
        try:
            namespace = {name: self._imported[name] for name in names}
            return run_cell(message["source"], namespace, connection, message["seconds"])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


class _Child:
    """A fork of the judge that runs cells, by the number of its process."""

    def __init__(self, number: int, channel: socket.socket) -> None:
        self._number = number
        self._channel = channel

    def run(self, message: dict[str, Any], connection: socket.socket) -> Verdict:
        """Return the verdict of a cell, in its seconds + GRACE."""
        seconds = message["seconds"]
        self._channel.settimeout(seconds + GRACE)
        try:
            send_message(self._channel, message, connection)
            return Verdict.from_data(receive_message(self._channel)[0])
        except TimeoutError:
            return Verdict(Ending.OUT_OF_TIME, "The test did not end in time.", seconds=seconds)
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return Verdict(Ending.BROKEN, "The process that ran the test has ended.")

    def end(self) -> None:
        """Kill the process."""
        self._channel.close()
        os.kill(self._number, signal.SIGKILL)
        os.waitpid(self._number, 0)


def _raise_out_of_time(signum: int, frame: FrameType | None) -> NoReturn:
    raise OutOfTime("The time of this test is used up.")


def _seed() -> None:
    """Let each cell start with the same random numbers, so that a mark can be reproduced."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
