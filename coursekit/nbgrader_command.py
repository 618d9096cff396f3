"""Run nbgrader's own commands as a teacher would, with a progress bar and a log file."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from coursekit.course import Course, CourseError


def run_nbgrader(course: Course, *arguments: str, steps: int = 0, tick: str = "$^") -> Path:
    """Run `nbgrader <arguments>` in the course folder; return the log it wrote.

    A bar of `steps` moves whenever a line of the log matches `tick`. Raises `CourseError`, with the
    last error line and the log's place, when nbgrader fails.
    """
    log = course.reports / f"nbgrader-{arguments[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "nbgrader", *arguments]
    with (
        log.open("w", encoding="utf-8") as written,
        subprocess.Popen(
            command,
            cwd=course.root,
            env={**os.environ, **_STRICT},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process,
        tqdm(total=steps, desc=arguments[0], unit="notebook", disable=not steps) as bar,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            written.write(line)
            if re.search(tick, line):
                bar.update()
        status = process.wait()
        bar.update(max(0, steps - bar.n) if status == 0 else 0)
    if status != 0:
        command_line = f"nbgrader {' '.join(arguments)}"
        raise CourseError(f"'{command_line}' failed: {_reason(log)} The whole log is {log}.")
    return log


_STRICT = {"TRAITLETS_APPLICATION_RAISE_CONFIG_FILE_ERROR": "1"}
"""Without it, nbgrader passes over settings with a mistake in them, and grades without any."""


def _reason(log: Path) -> str:
    """Return what nbgrader's log says went wrong: the students it failed for, or its last error."""
    text = log.read_text(encoding="utf-8")
    students = re.findall(r"error processing assignment '.*' for student '(.*)'", text)
    errors = [error for error in _errors(text) if not error.startswith(_NO_REASON)]
    if students and students != ["."]:
        return f"it could not process the submission of {', '.join(students)}; the rest is done."
    said = errors or text.strip().splitlines()  # at worst, the last line of a traceback
    return f"{said[-1]}." if said else "it gave no reason."


_NO_REASON = ("There was", "Please see")
"""How those error lines begin that only say where to look."""


def _errors(text: str) -> Iterator[str]:
    """Yield the first line of each error in a log; of a traceback, its last line."""
    for entry in re.split(r"^\[\w+ \| ", text, flags=re.MULTILINE):
        if entry.startswith("ERROR] "):
            lines = entry.removeprefix("ERROR] ").strip().splitlines() or [""]
            yield lines[-1] if lines[0].startswith("Traceback") else lines[0]
