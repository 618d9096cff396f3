"""The judge's process: runs graded cells for the runner until that closes the connection.

The process imports what the cells import, and forks for each cell, so that a cell starts with
names and libraries of its own, as the imports left them, and can be killed when its time is up.
"""

import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import traceback
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

_LONGEST_VERDICT = 1 << 22


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
            earlier.lost = frozenset(message["lost"])
            verdict = process.run(message["source"], connection, message["seconds"])
        send_message(control, verdict.to_data())


class JudgeProcess:
    """What all cells of one notebook share: the instructor's imports, by the name they bind."""

    def __init__(self, imports: dict[str, str], work: Path) -> None:
        self._imports = imports
        self._work = work
        self._imported: dict[str, Any] = {"__name__": "graded_cell"}

    def run(self, source: str, connection: socket.socket, seconds: float) -> Verdict:
        """Run one cell in a process of its own; the verdict is there in `seconds` + GRACE."""
        try:
            names = self._prepare(source)
        except Exception as error:
            return Verdict(Ending.FAULT, f"{type(error).__name__}: {error}")
        namespace = {name: self._imported[name] for name in names}
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ours)
            os.chdir(self._work)
            _child(source, namespace, connection, seconds, theirs)
        os.close(theirs)
        with os.fdopen(ours, "rb") as pipe:
            return _await(child, pipe.fileno(), seconds + GRACE)

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
        for name in needed:  # only now: what the judge replaces would be bound as it was before
            exec(self._imports[name], self._imported)
        return needed | {"__name__"}


def _child(
    source: str, namespace: dict[str, Any], connection: socket.socket, seconds: float, pipe: int
) -> NoReturn:
    """Run the cell and write the verdict; the process ends here."""
    status = 1
    try:
        signal.signal(signal.SIGALRM, _raise_out_of_time)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _seed()
        verdict = run_cell(source, namespace, connection, seconds)
        signal.setitimer(signal.ITIMER_REAL, 0)
        data = json.dumps(verdict.to_data()).encode()
        with os.fdopen(pipe, "wb") as file:
            file.write(data)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _await(child: int, pipe: int, seconds: float) -> Verdict:
    """Return the verdict that the child writes; kill it when it takes too long."""
    data = bytearray()
    ends = _clock() + seconds
    while len(data) < _LONGEST_VERDICT:
        ready, _, _ = select.select([pipe], [], [], max(0.0, ends - _clock()))
        if not ready:
            break
        block = os.read(pipe, 1 << 16)
        if not block:
            break
        data += block
    late = _clock() >= ends
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        return Verdict.from_data(json.loads(data))
    except (ValueError, KeyError, TypeError):
        if late:
            return Verdict(Ending.OUT_OF_TIME, "The test did not end in time.", seconds=seconds)
        return Verdict(Ending.BROKEN, "The process that ran the test has ended.")


def _clock() -> float:
    return os.times().elapsed


def _raise_out_of_time(signum: int, frame: FrameType | None) -> NoReturn:
    raise OutOfTime("The time of this test is used up.")


def _seed() -> None:
    """Let each cell start with the same random numbers, so that a mark can be reproduced."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
