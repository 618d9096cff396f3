"""One grader at a time in a course folder, with a scratch folder that does not outlive it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coursekit.course import Course, CourseError

_PREFIX = "ck-"


@contextmanager
def only_grader(course: Course) -> Iterator[Path]:
    """Hold the course's grading lock, and yield a scratch folder.

    However this process ends, the system gives the lock back, and the scratch folder goes now or
    when the next grader starts. Raises `CourseError`, naming the other process, if another one
    holds the lock.
    """
    path = course.root / "build" / "autograde.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            other = file.readline().strip() or "unknown"
            raise CourseError(
                f"Another grader (process {other}) is at work in {course.root}; "
                "wait until it has finished, or stop it, then run this command again."
            ) from None
        file.seek(0)
        for old in file.read().split("\n")[1:2]:
            _remove(Path(old))
        file.truncate(0)
        # in /tmp whatever TMPDIR says: names of sockets have room for about a hundred characters
        scratch = Path(tempfile.mkdtemp(prefix=_PREFIX, dir="/tmp"))
        try:
            scratch.chmod(0o711)  # sandboxed programs of another user enter folders in it
            file.write(f"{os.getpid()}\n{scratch}")
            file.flush()
            yield scratch
        finally:
            _remove(scratch)


def _remove(scratch: Path) -> None:
    """Remove the scratch folder of a grader, if that is what the path is."""
    if scratch.name.startswith(_PREFIX) and scratch.parent == Path("/tmp"):
        shutil.rmtree(scratch, ignore_errors=True)
