"""Run one graded cell against a student's kernel, and say how it ended."""

import contextlib
import io
import socket
import time
import traceback
from types import CodeType
from typing import Any

from coursekit.judge import earlier
from coursekit.judge.names import foreign_names, hidden_lines
from coursekit.judge.remote import BrokenAnswer, JudgeError, OutOfTime, Stop, StudentError
from coursekit.judge.session import Session
from coursekit.judge.verdict import Ending, Verdict
from coursekit.right_functions import task_of

LONGEST_OUTPUT = 20_000
"""Characters that a test may print."""

_FILE = "<graded cell>"


def run_cell(
    source: str, namespace: dict[str, Any], sock: socket.socket, seconds: float
) -> Verdict:
    """Run a cell's text in `namespace`, which it fills; names that it lacks are the student's.

    `seconds` is the time for all of it. Everything that a student's code can do is a verdict; no
    exception comes out of here.
    """
    started = time.monotonic()
    session = Session(sock, seconds)
    earlier.replaced, earlier.made_there = session.replaced, session.made_there
    earlier.request = session.request
    printed = _Capped()
    ending: BaseException | None = None
    try:
        code = compile(source, _FILE, "exec")
        names = sorted(foreign_names(source) - namespace.keys())
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            _run(code, namespace, session, names)
        if session.stopped is None and time.monotonic() > session.deadline:
            raise OutOfTime("The time of this test is used up.")
        ending = session.stopped
    except BaseException as error:
        ending = session.stopped or error
    verdict = Verdict(Ending.PASSED) if ending is None else _verdict_of(ending, source)
    facts = {"calls": session.calls, "seconds": time.monotonic() - started}
    return Verdict(**{**verdict.to_data(), **facts, "output": printed.getvalue()})


def _run(code: CodeType, namespace: dict[str, Any], session: Session, names: list[str]) -> None:
    if names:
        found = session.names(names)
        namespace.update(found)
        namespace.update(_stand_ins(set(names) - found.keys()))
    exec(code, namespace)


def _stand_ins(missing: set[str]) -> dict[str, Any]:
    """Return stubs for functions of earlier tasks that a test goes through and no cell defined.

    Those tasks have lost their points; this one may be right (see `coursekit.consequences`).
    """
    tasks = {name: task_of(name) for name in missing} if earlier.lost else {}
    return {
        name: _stub(name, task)
        for name, task in tasks.items()
        if task is not None and f"test_{task}" in (earlier.lost or ())
    }


def _stub(name: str, task: str) -> Any:
    def stub(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{task}: the notebook has no {name}")

    return stub


def _verdict_of(error: BaseException, source: str) -> Verdict:
    """Return the verdict for what a cell was ended by."""
    message = str(error)
    if isinstance(error, OutOfTime):
        return Verdict(Ending.OUT_OF_TIME, message)
    if isinstance(error, Stop):
        ending = Ending.BROKEN if isinstance(error, BrokenAnswer) else Ending.LOST
        return Verdict(ending, message)
    name = type(error).__name__
    if isinstance(error, StudentError):
        return Verdict(
            Ending.RAISED,
            message,
            error.type_name,
            error.student_line,
            error.line_number,
            error.cell_head,
        )
    if name == "CheckFailed" and isinstance(error, AssertionError):
        return Verdict(Ending.CHECK_FAILED, message, name)
    number = _line_of(error)
    hidden = number is None or number in hidden_lines(source)
    if isinstance(error, AssertionError):
        if number is None or hidden:
            return Verdict(Ending.HIDDEN_FAILED, "", name)
        return Verdict(
            Ending.VISIBLE_FAILED, message, name, source.splitlines()[number - 1].strip()
        )
    ending = Ending.HIDDEN_STOPPED if hidden else Ending.VISIBLE_STOPPED
    return Verdict(ending, message if not hidden or isinstance(error, JudgeError) else "", name)


def _line_of(error: BaseException) -> int | None:
    """Return the number of the cell's last line that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno for f in reversed(frames) if f.filename == _FILE), None)


class _Capped(io.StringIO):
    """Keeps the first LONGEST_OUTPUT characters and drops the rest."""

    def write(self, text: str) -> int:
        left = LONGEST_OUTPUT - self.tell()
        super().write(text[: max(0, left)])
        return len(text)
