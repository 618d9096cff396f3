"""Run nbgrader's own commands as a teacher would, with a progress bar and a log file."""

import re
import subprocess
import sys
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
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
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
        lines = log.read_text(encoding="utf-8").splitlines()
        reason = next((line for line in reversed(lines) if "ERROR" in line), "no reason was given")
        raise CourseError(f"'nbgrader {' '.join(arguments)}' failed: {reason}. See {log}.")
    return log
